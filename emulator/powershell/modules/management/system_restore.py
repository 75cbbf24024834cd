"""The cmdlets of System Restore, which only a client has: a server has no class SystemRestore in WMI."""

from __future__ import annotations

from emulator.host import Host
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

_ARGUMENT = "System.ArgumentException"
_INVALID = "System.InvalidOperationException"
_NOT_SUPPORTED = "This functionality is not supported on this operating system."
_CANCELLED = "CANCELLED_OPERATION"
_WORKSTATION = 1


def _require_server(call: CmdletCall) -> Host:
    """The machine, when it is a server: what a client restores is not emulated."""
    host = call.service(Host)
    if host.operating_system.edition.product_type == _WORKSTATION:
        raise call.complete(not_emulated(f"{call.name}: System Restore"))
    return host


def _not_supported(call: CmdletCall, error_id: str = "") -> None:
    call.error(call.record(_ARGUMENT, _NOT_SUPPORTED, error_id, "InvalidOperation"))


@cmdlet("Get-ComputerRestorePoint")
def get_computer_restore_point(call: CmdletCall) -> None:
    """Restore points: a server says that it has none, whichever are meant."""
    _require_server(call)
    _not_supported(call)


@cmdlet("Checkpoint-Computer")
def checkpoint_computer(call: CmdletCall, restore_point_type: str = "APPLICATION_INSTALL") -> None:
    """Make a restore point."""
    _require_server(call)
    if to_text(restore_point_type).upper() == _CANCELLED:
        raise call.failure(_INVALID, _NOT_SUPPORTED, "", "InvalidOperation")
    _not_supported(call, "CheckpointComputerNotSupported")


@cmdlet("Restore-Computer")
def restore_computer(call: CmdletCall, restore_point: int) -> None:
    """Go back to a restore point."""
    host = _require_server(call)
    if call.should_process(host.name, f"Restore-Computer {int(restore_point)}"):
        _not_supported(call)


@cmdlet("Enable-ComputerRestore")
def enable_computer_restore(call: CmdletCall, drive: list[str]) -> None:
    """Watch drives; that of Windows has to be among them."""
    _require_server(call)
    if not any(_root(one) == "C:\\" for one in drive):
        text = "Include System Drive in the list of Drives."
        call.error(call.record(_ARGUMENT, text, "EnableComputerNoSystemDrive", "InvalidArgument"))
    elif all(call.should_process(one) for one in drive):
        _not_supported(call)


@cmdlet("Disable-ComputerRestore")
def disable_computer_restore(call: CmdletCall, drive: list[str]) -> None:
    """Watch drives no more."""
    host = _require_server(call)
    for one in drive:
        if not call.should_process(one):
            continue
        root = _root(one)
        if len(root) != len("C:\\") or host.filesystem.volume(root[0]) is None:
            text = (
                "The command cannot turn off the restore computer infrastructure because the supplied drive "
                "is not valid. Enter a valid drive in the Drive parameter, and then try again."
            )
            call.error(call.record(_ARGUMENT, text, "", "InvalidData"))
        else:
            _not_supported(call)


def _root(drive: str) -> str:
    return drive.upper().rstrip("\\") + "\\"
