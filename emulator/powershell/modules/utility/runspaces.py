"""Get-Runspace, Debug-Runspace and the cmdlets of RunspaceDebug."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.runtime.breakpoints import Breakpoints, breakpoints_of
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.hosting import ScriptRunspace
from emulator.powershell.runtime.module import cmdlet

_INVALID = "System.Management.Automation.PSInvalidOperationException"
_NAMING = ("Runspace", "RunspaceName", "RunspaceId", "RunspaceInstanceId")


@cmdlet("Get-Runspace")
def get_runspace(
    call: CmdletCall,
    name: list[str] | None = None,
    id: list[int] | None = None,
    instance_id: list[Any] | None = None,
) -> Iterator[ScriptRunspace]:
    """The runspaces of the process, in the order in which they were made."""
    identifiers = None if instance_id is None else {to_text(one).lower() for one in instance_id}
    for one in _runspaces(call):
        if one.state == "Closed":
            continue
        if name is not None and not any(like(one.name, pattern) for pattern in name):
            continue
        if id is not None and one.number not in id:
            continue
        if identifiers is not None and to_text(one.identifier).lower() not in identifiers:
            continue
        yield one


def _runspaces(call: CmdletCall) -> list[ScriptRunspace]:
    load_on_demand("system.management.automation.runspaces.runspace")
    from emulator.powershell.dotnet.library.hosting import default_runspace

    default_runspace(call.engine)
    # Other threads of the process make runspaces meanwhile: this takes all that there are at once.
    held = [reference() for reference in call.engine.runspaces.valuerefs()]
    return sorted((one for one in held if one is not None), key=lambda runspace: runspace.number)


@cmdlet("Debug-Runspace", reads=("Name", "Id", "InstanceId", "Runspace"))
def debug_runspace(call: CmdletCall) -> None:
    """Debug what another runspace runs. Raises 5.1's errors for a runspace that cannot be, and that nothing
    here attaches to another one."""
    given = unwrap(call.get("Runspace"))
    found = [given] if isinstance(given, ScriptRunspace) else list(_of_name(call))
    if len(found) > 1:
        raise call.failure(
            "System.Management.Automation.PSArgumentException",
            "More than one Runspace was found. Only one Runspace can be debugged at a time.",
            "DebugRunspaceTooManyRunspaceFound",
            "InvalidOperation",
        )
    if not found:
        raise call.failure(
            "System.Management.Automation.PSArgumentNullException",
            "Value cannot be null.\r\nParameter name: No Runspace was found.",
            "DebugRunspaceNoRunspaceFound",
            "InvalidOperation",
        )
    if not found[0].is_own:
        raise call.failure(
            _INVALID,
            "You cannot debug the default host Runspace using this cmdlet. To debug the default Runspace use "
            "the normal debugging commands from the host.",
            "DebugRunspaceCannotDebugHostRunspace",
            "InvalidOperation",
        )
    if call.should_process(found[0].name, "Debug"):
        raise call.complete(not_emulated("Debug-Runspace", "no debugger attaches to another runspace"))


def _of_name(call: CmdletCall) -> Iterator[ScriptRunspace]:
    name, number, identifier = call.get("Name"), call.get("Id"), call.get("InstanceId")
    for one in _runspaces(call):
        if (
            (name is not None and like(one.name, to_text(name)))
            or (number is not None and one.number == number)
            or (identifier is not None and to_text(one.identifier).lower() == to_text(identifier).lower())
        ):
            yield one


# Whether runspaces wait for a debugger


@cmdlet("Enable-RunspaceDebug", reads=(*_NAMING, "BreakAll"))
def enable_debugging(call: CmdletCall) -> None:
    """Let stops of runspaces wait for a debugger, or with -BreakAll stop before every statement."""
    for points in _options(call):
        points.waits = True
        if call.has("BreakAll"):
            points.breaks_always = bool(call.get("BreakAll"))


@cmdlet("Disable-RunspaceDebug", reads=_NAMING)
def disable_debugging(call: CmdletCall) -> None:
    """Pass over stops of runspaces that nobody debugs."""
    for points in _options(call):
        points.waits = points.breaks_always = False


@cmdlet("Get-RunspaceDebug", reads=_NAMING)
def get_debugging(call: CmdletCall) -> Iterator[PSObject]:
    """Whether runspaces wait for a debugger."""
    for one in _chosen(call):
        points = one.inner.engine.breakpoints if one.state == "Opened" else None
        yield PSObject.custom(
            [
                ("Enabled", points is not None and points.waits),
                ("BreakAll", points is not None and points.breaks_always),
                ("RunspaceName", one.name),
                ("RunspaceId", one.number),
            ],
            ("Microsoft.PowerShell.Commands.PSRunspaceDebug",),
        )


def _options(call: CmdletCall) -> Iterator[Breakpoints]:
    for one in _chosen(call):
        if one.state == "Opened":
            yield breakpoints_of(one.inner.engine)
            continue
        text = f"Cannot set debug options on Runspace {one.name} because it is not in the Opened state."
        error_id = "SetRunspaceDebugOptionCommandInvalidRunspaceState"
        call.error(call.record(_INVALID, text, error_id, "InvalidOperation"))


def _chosen(call: CmdletCall) -> Iterator[ScriptRunspace]:
    """Those that are given, or have a name or a number; all without any."""
    given = [unwrap(one) for one in items_of(call.get("Runspace") or ())]
    names, numbers = call.get("RunspaceName"), call.get("RunspaceId")
    identifiers = {to_text(one).lower() for one in call.get("RunspaceInstanceId") or ()}
    for one in _runspaces(call):
        if one.state == "Closed" and one not in given:
            continue
        if given:
            chosen = one in given
        elif names is not None:
            chosen = any(like(one.name, to_text(pattern)) for pattern in names)
        elif numbers is not None:
            chosen = one.number in numbers
        else:
            chosen = not identifiers or to_text(one.identifier).lower() in identifiers
        if chosen:
            yield one
