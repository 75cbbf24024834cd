// Runs one command on a host through masterzen/winrm, the WinRM library of Terraform, Packer and others.
//
//	client HOST PORT basic|ntlm|encrypted USER PASSWORD cmd|powershell COMMAND
//
// Prints one JSON object: stdout, stderr and code, or error.
package main

import (
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"time"

	"github.com/masterzen/winrm"
)

type result struct {
	Stdout string `json:"stdout"`
	Stderr string `json:"stderr"`
	Code   int    `json:"code"`
	Error  string `json:"error,omitempty"`
}

// Transports by the name of the authentication; encryption.go adds one where the library has it.
var transports = map[string]func() winrm.Transporter{
	// The library's own default is Basic.
	"basic": nil,
	"ntlm":  func() winrm.Transporter { return &winrm.ClientNTLM{} },
}

func run(arguments []string) (result, error) {
	port, err := strconv.Atoi(arguments[1])
	if err != nil {
		return result{}, err
	}
	endpoint := winrm.NewEndpoint(arguments[0], port, false, false, nil, nil, nil, 30*time.Second)
	parameters := *winrm.DefaultParameters
	transport, found := transports[arguments[2]]
	if !found {
		return result{}, errors.New("not built with " + arguments[2])
	}
	parameters.TransportDecorator = transport
	client, err := winrm.NewClientWithParameters(endpoint, arguments[3], arguments[4], &parameters)
	if err != nil {
		return result{}, err
	}
	command := arguments[6]
	if arguments[5] == "powershell" {
		command = winrm.Powershell(command)
	}
	stdout, stderr, code, err := client.RunWithString(command, "")
	return result{Stdout: stdout, Stderr: stderr, Code: code}, err
}

func main() {
	answer, err := run(os.Args[1:])
	if err != nil {
		answer.Error = err.Error()
	}
	if json.NewEncoder(os.Stdout).Encode(answer) != nil {
		os.Exit(1)
	}
}
