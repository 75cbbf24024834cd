"""The cmdlets for breakpoints, and Wait-Debugger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.utility.files import files_of, resolved
from emulator.powershell.runtime.breakpoints import (
    MAXIMUM,
    Breakpoint,
    Breakpoints,
    CommandBreakpoint,
    LineBreakpoint,
    VariableBreakpoint,
    breakpoints_of,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord, NotEmulatedError, not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.script_block import ScriptBlock

_TYPES: dict[str, type[Breakpoint]] = {
    "line": LineBreakpoint,
    "command": CommandBreakpoint,
    "variable": VariableBreakpoint,
}


@cmdlet("Set-PSBreakpoint")
def set_breakpoint(
    call: CmdletCall,
    script: list[str] | None = None,
    line: list[int] | None = None,
    column: int = 0,
    command: list[str] | None = None,
    variable: list[str] | None = None,
    mode: Any = None,
    action: ScriptBlock | None = None,
) -> Iterator[Breakpoint]:
    """Breakpoints at lines, before commands, or where variables are used. Raises what 5.1 says in a remote
    session, whose host knows nothing of debugging."""
    if call.engine.session.is_remote:
        raise call.failure(
            "System.Management.Automation.PSNotSupportedException",
            "Breakpoints cannot be set in the remote session because remote debugging is not supported by "
            "the current host.",
            "SetPSBreakpoint:RemoteDebuggerNotSupported",
            "NotImplemented",
        )
    files: list[str | None] = list(_scripts(call, script)) if script is not None else [None]
    points = breakpoints_of(call.engine)
    for number in line or ():
        if number < 1:
            text = "Line cannot be less than 1."
            call.error(_wrong(call, text, "SetPSBreakpoint:LineLessThanOne"))
            continue
        for path in filter(None, files):  # -Line goes with -Script only
            yield _added(call, points, LineBreakpoint(points.next_number, path, action, number, column))
    for name in command or ():
        for file in files:
            yield _added(call, points, CommandBreakpoint(points.next_number, file, action, name))
    access = "Write" if mode is None else to_text(mode)
    for name in variable or ():
        for file in files:
            made = VariableBreakpoint(points.next_number, file, action, name, access)
            yield _added(call, points, made)


def _added(call: CmdletCall, points: Breakpoints, made: Breakpoint) -> Breakpoint:
    if len(points.all) >= MAXIMUM:
        raise call.complete(not_emulated(f"More than {MAXIMUM} breakpoints"))
    points.add(made)
    return made


def _scripts(call: CmdletCall, paths: list[str]) -> Iterator[str]:
    """The files that breakpoints are for; what is no script is reported."""
    for path in files_of(call, paths, literal=False):
        if not path.lower().endswith((".ps1", ".psm1")):
            text = f"Cannot set breakpoint on file '{path}'; only *.ps1 and *.psm1 files are valid."
            call.error(_wrong(call, text, "NewPSBreakpoint:WrongExtension"))
            continue
        yield path


def _wrong(call: CmdletCall, text: str, error_id: str) -> ErrorRecord:
    return call.record("System.ArgumentException", text, error_id, "InvalidArgument")


@cmdlet("Get-PSBreakpoint")
def get_breakpoint(
    call: CmdletCall,
    id: list[int] | None = None,
    script: list[str] | None = None,
    command: list[str] | None = None,
    variable: list[str] | None = None,
    type: list[Any] | None = None,
) -> Iterator[Breakpoint]:
    """The breakpoints of the session that fit."""
    wanted = {resolved(call, one).lower() for one in script or ()}
    kinds = tuple(_TYPES[to_text(one).lower()] for one in type or ())
    for one in list(breakpoints_of(call.engine).all.values()):
        if (
            (id is None or one.number in id)
            and (not wanted or (one.script or "").lower() in wanted)
            and (command is None or _is_named(one, "command", command))
            and (variable is None or _is_named(one, "variable", variable))
            and (type is None or isinstance(one, kinds))
        ):
            yield one


def _is_named(one: Breakpoint, what: str, names: list[str]) -> bool:
    return str(getattr(one, what, "")).lower() in [name.lower() for name in names]


def _chosen(call: CmdletCall, number: list[int] | None, given: list[Any] | None) -> Iterator[Breakpoint]:
    """Those that numbers or objects mean; a number that none has is reported."""
    points = breakpoints_of(call.engine)
    found: list[Breakpoint] = [held for one in given or () if isinstance(held := unwrap(one), Breakpoint)]
    for one in number or ():
        if one in points.all:
            found.append(points.all[one])
        else:
            text = f"There is no breakpoint with ID '{one}'."
            call.error(_wrong(call, text, "PSBreakpoint:BreakpointIdNotFound"))
    for each in found:
        if call.should_process(str(each), call.name):
            yield each


@cmdlet("Enable-PSBreakpoint")
@cmdlet("Disable-PSBreakpoint")
def switch_breakpoint(
    call: CmdletCall,
    id: list[int] | None = None,
    breakpoint: list[Any] | None = None,
    pass_thru: bool = False,
) -> Iterator[Breakpoint]:
    """Turn breakpoints on or off."""
    for one in _chosen(call, id, breakpoint):
        one.enabled = call.name == "Enable-PSBreakpoint"
        if pass_thru:
            yield one


@cmdlet("Remove-PSBreakpoint")
def remove_breakpoint(
    call: CmdletCall, id: list[int] | None = None, breakpoint: list[Any] | None = None
) -> None:
    """Forget breakpoints."""
    for one in _chosen(call, id, breakpoint):
        breakpoints_of(call.engine).all.pop(one.number, None)


@cmdlet("Wait-Debugger")
def wait_debugger(call: CmdletCall) -> None:
    """Stop before the next statement."""
    extent = call.invocation.extent
    line, file = (extent.start_line, extent.file or "") if extent is not None else (0, "")
    call.verbose(f"Wait-Debugger called on line {line} in {file}.")
    try:
        breakpoints_of(call.engine).stop_next()
    except NotEmulatedError as problem:
        raise call.complete(problem) from None
