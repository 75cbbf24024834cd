module hyperv-emulator/client

go 1.21

require github.com/masterzen/winrm v0.0.0-20211231115050-232efb40349e
