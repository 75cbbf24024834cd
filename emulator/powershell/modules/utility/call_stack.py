"""Get-PSCallStack."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.scope import Scope


@cmdlet("Get-PSCallStack")
def get_call_stack(call: CmdletCall) -> Iterator[PSObject]:
    """The functions and scripts that run, innermost first."""
    extent = call.invocation.extent
    scope: Scope | None = call.frame.scope
    while scope is not None:
        held = scope.variables.get("myinvocation")
        invocation = held.value if held is not None else None
        command = getattr(invocation, "command", None)
        if invocation is not None and command is not None:
            yield _frame(command.name or "<ScriptBlock>", invocation, extent)
            extent = invocation.extent
        scope = scope.parent
    yield _frame("<ScriptBlock>", None, extent)


def _frame(name: str, invocation: object, extent: object) -> PSObject:
    file = getattr(extent, "file", None)
    line = getattr(extent, "start_line", 0)
    shown = file.rpartition("\\")[2] if file else None
    bound = getattr(invocation, "bound", {}) or {}
    given = [f"{key}={to_text(value)}" for key, value in bound.items()]
    given += [to_text(value) for value in getattr(invocation, "unbound", ())]
    arguments = ", ".join(given)
    return PSObject.custom(
        [
            ("ScriptName", file),
            ("ScriptLineNumber", line),
            ("InvocationInfo", invocation),
            ("Command", name),
            ("Location", f"{shown}: line {line}" if shown else "<No file>"),
            ("Arguments", "{" + arguments + "}"),
            ("FunctionName", name),
            ("Position", extent),
        ],
        ("System.Management.Automation.CallStackFrame",),
    )
