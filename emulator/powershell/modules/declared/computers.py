"""Restart-Computer and Stop-Computer of the machine itself and of other hosts of the process."""

from __future__ import annotations

from functools import partial
from typing import Any

from emulator.host import Host, HostError
from emulator.host.security.callers import PrivilegeNotHeld
from emulator.host.windows.shutdown_request import ShutdownKind, ShutdownRequest
from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.modules.management.remote_power import Computer, computers
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.module import cmdlet

_INVALID = "System.InvalidOperationException"
_TIMEOUT = "Microsoft.PowerShell.Commands.RestartComputerTimeoutException"


@cmdlet("Restart-Computer")
def restart_computer(
    call: CmdletCall,
    computer_name: list[str] | None = None,
    credential: Credential | None = None,
    wait: bool = False,
    timeout: int = -1,
    for_: Any = None,
) -> None:
    """Restart computers; with -Wait until the others are back, or -Timeout seconds are over."""
    if not wait and any(call.has(name) for name in ("Timeout", "For", "Delay")):
        text = "The parameters Timeout, For, and Delay are valid only when the parameter Wait is specified."
        raise call.failure(_INVALID, text, "RestartComputerInvalidParameter", "InvalidOperation")
    restarted: list[Host] = []
    for each in computers(call, computer_name, credential):
        if wait and each.is_local:
            text = (
                "Cannot wait for the local computer to restart. The local computer is ignored when the Wait "
                "parameter is specified."
            )
            call.error(call.record(_INVALID, text, "CannotWaitLocalComputer", "InvalidOperation"))
        elif _shut_down(call, each, ShutdownKind.RESTART, "RestartcomputerFailed") and each.host is not None:
            restarted.append(each.host)
    if wait:
        _wait(call, restarted, int(timeout), to_text(for_ or "PowerShell"))


def _wait(call: CmdletCall, hosts: list[Host], seconds: int, service: str) -> None:
    """Wait for hosts, each on its own clock; the seconds count for all of them from the same moment."""
    ends = [(host, None if seconds < 0 else host.clock.after(seconds)) for host in hosts]
    for host, end in ends:
        limit = None if end is None else max(0, end - host.clock.read()) / 1_000_000
        if not host.wait_for(partial(_is_back, host, service), limit, interrupted=call.stopping):
            if call.stopping():
                return
            text = (
                f"Failed to restart the computer {host.name} with the following error message: The computer "
                "did not finish restarting within the specified time-out period."
            )
            error_id = "RestartComputerTimeout"
            call.error(call.record(_TIMEOUT, text, error_id, "OperationTimeout", host.name))


def _is_back(host: Host, service: str) -> bool:
    """Whether Windows runs again, with what -For names: WMI comes with it, the others with WinRM."""
    return host.power.is_on and (service.lower() == "wmi" or host.winrm.is_served)


@cmdlet("Stop-Computer")
def stop_computer(
    call: CmdletCall, computer_name: list[str] | None = None, credential: Credential | None = None
) -> None:
    """Shut computers down; somebody has to switch them on again (the control API does)."""
    for each in computers(call, computer_name, credential):
        _shut_down(call, each, ShutdownKind.SHUT_DOWN, "StopComputerException")


def _shut_down(call: CmdletCall, computer: Computer, kind: ShutdownKind, error_id: str) -> bool:
    """Ask for it; false when it was refused, or not wanted."""
    host, account = computer.host, computer.account
    name = host.name if host is not None else computer.name
    shown = f"localhost ({name})" if computer.is_local else name
    if not call.should_process(shown, _ACTIONS[kind]):
        return False
    refusal = computer.refusal
    if refusal is not None or host is None:
        _refused(call, kind, name, str(refusal), error_id)
        return False
    try:
        host.power.shut_down(ShutdownRequest(kind, caller=account))
    except HostError as refused:
        text = "Privilege not held." if isinstance(refused, PrivilegeNotHeld) else refused.text
        _refused(call, kind, name, text, error_id)
        return False
    return True


def _refused(call: CmdletCall, kind: ShutdownKind, name: str, reason: str, error_id: str) -> None:
    verb = "restart" if kind is ShutdownKind.RESTART else "stop"
    text = f"Failed to {verb} the computer {name} with the following error message: {reason}"
    call.error(call.record(_INVALID, text, error_id, "OperationStopped", name))


_ACTIONS = {
    ShutdownKind.RESTART: "Enable the Local shutdown access rights and restart the computer.",
    ShutdownKind.SHUT_DOWN: "Stop-Computer",
}
