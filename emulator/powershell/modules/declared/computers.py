"""Restart-Computer and Stop-Computer of the machine itself; other computers cannot be reached."""

from __future__ import annotations

from emulator.host import Account, Host, HostError
from emulator.host.windows.shutdown_request import ShutdownKind, ShutdownRequest
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

_LOCAL = frozenset({"localhost", ".", "127.0.0.1", "::1"})
#: Ways of asking another computer, without meaning for this one.
_INVALID = "System.InvalidOperationException"
_NO_PRIVILEGE = 0x80070522


@cmdlet("Restart-Computer")
def restart_computer(call: CmdletCall, computer_name: list[str] | None = None, wait: bool = False) -> None:
    """Restart the machine. -Wait is refused as Windows refuses it for the local computer."""
    host = _machine(call, computer_name)
    if wait:
        text = "The Restart-Computer command cannot wait for the local computer to restart."
        call.error(call.record(_INVALID, text, "InvalidOperationException", "InvalidOperation", host.name))
        return
    _shut_down(call, host, ShutdownKind.RESTART, "RestartcomputerFailed")


@cmdlet("Stop-Computer")
def stop_computer(call: CmdletCall, computer_name: list[str] | None = None) -> None:
    """Shut the machine down; somebody has to switch it on again (the control API does)."""
    _shut_down(call, _machine(call, computer_name), ShutdownKind.SHUT_DOWN, "StopComputerException")


def _machine(call: CmdletCall, names: list[str] | None) -> Host:
    host = call.service(Host)
    own = {host.name.lower(), host.operating_system.fully_qualified_name.lower(), *_LOCAL}
    if any(name.lower() not in own for name in names or ()):
        raise call.complete(not_emulated(f"{call.name} of another computer"))
    return host


def _shut_down(call: CmdletCall, host: Host, kind: ShutdownKind, error_id: str) -> None:
    if not call.should_process(f"localhost ({host.name})", _ACTIONS[kind]):
        return
    account = call.engine.find_service(Account)
    problem: HostError | None = None
    if account is not None and not account.is_administrator:
        problem = HostError("Privilege not held.", hresult=_NO_PRIVILEGE)
    else:
        user = None if account is None else account.qualified_name
        try:
            host.power.shut_down(ShutdownRequest(kind, user=user))
        except HostError as refused:
            problem = refused
    if problem is not None:
        verb = "restart" if kind is ShutdownKind.RESTART else "stop"
        text = f"Failed to {verb} the computer {host.name} with the following error message: {problem.text}"
        call.error(call.record(_INVALID, text, error_id, "OperationStopped", host.name))


_ACTIONS = {
    ShutdownKind.RESTART: "Enable the Local shutdown access rights and restart the computer.",
    ShutdownKind.SHUT_DOWN: "Stop-Computer",
}
