"""Runs a user's own Pester tests against a fake host (`hyperv-emulator pester`).

The suite is copied from the user's disk into the fake machine; what its scripts then do happens there only.
`suite.run_suite` is the way in; the commands (Describe, It, Should, Mock ...) are the module
`emulator.powershell.modules.pester`.
"""
