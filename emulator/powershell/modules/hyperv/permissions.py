"""Which operation of the authorization store a cmdlet needs.

By the operations' names; what none names needs seeing or changing a machine's configuration. Releases after
Server 2012 allow all or nothing.
"""

from __future__ import annotations

from emulator.host.security.authorization import Operation

_CMDLETS = {
    "get-vmhost": Operation.READ_SERVICE_CONFIGURATION,
    "set-vmhost": Operation.RECONFIGURE_SERVICE,
    "get-vmreplicationserver": Operation.READ_SERVICE_CONFIGURATION,
    "set-vmreplicationserver": Operation.RECONFIGURE_SERVICE,
    "get-vmreplicationauthorizationentry": Operation.READ_SERVICE_CONFIGURATION,
    "new-vmreplicationauthorizationentry": Operation.RECONFIGURE_SERVICE,
    "set-vmreplicationauthorizationentry": Operation.RECONFIGURE_SERVICE,
    "remove-vmreplicationauthorizationentry": Operation.RECONFIGURE_SERVICE,
    "get-vmswitch": Operation.VIEW_SWITCHES,
    "new-vmswitch": Operation.CREATE_VIRTUAL_SWITCH,
    "remove-vmswitch": Operation.DELETE_VIRTUAL_SWITCH,
    "set-vmswitch": Operation.MODIFY_SWITCH_SETTINGS,
    "rename-vmswitch": Operation.MODIFY_SWITCH_SETTINGS,
    "new-vm": Operation.CREATE_VIRTUAL_MACHINE,
    "import-vm": Operation.CREATE_VIRTUAL_MACHINE,
    "remove-vm": Operation.DELETE_VIRTUAL_MACHINE,
    "start-vm": Operation.START_VIRTUAL_MACHINE,
    "stop-vm": Operation.STOP_VIRTUAL_MACHINE,
    "save-vm": Operation.STOP_VIRTUAL_MACHINE,
    "suspend-vm": Operation.PAUSE_AND_RESTART_VIRTUAL_MACHINE,
    "resume-vm": Operation.PAUSE_AND_RESTART_VIRTUAL_MACHINE,
    "restart-vm": Operation.PAUSE_AND_RESTART_VIRTUAL_MACHINE,
}
_READING = ("get-", "measure-", "test-", "wait-")


def needed_for(cmdlet: str) -> Operation:
    """What somebody must be allowed to run a cmdlet."""
    name = cmdlet.lower()
    reads = name.startswith(_READING)
    default = Operation.VIEW_VIRTUAL_MACHINE_CONFIGURATION if reads else Operation.RECONFIGURE_VIRTUAL_MACHINE
    return _CMDLETS.get(name, default)
