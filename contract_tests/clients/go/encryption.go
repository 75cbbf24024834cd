//go:build encryption

// Message encryption came to the library in 2023; a module proxy may give an older one.
package main

import "github.com/masterzen/winrm"

func init() {
	transports["encrypted"] = func() winrm.Transporter {
		transport, err := winrm.NewEncryption("ntlm")
		if err != nil {
			panic(err)
		}
		return transport
	}
}
