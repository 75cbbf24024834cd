"""System.Management.Automation.Breakpoint and its kinds."""

from __future__ import annotations

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.breakpoints import (
    Breakpoint,
    CommandBreakpoint,
    LineBreakpoint,
    VariableBreakpoint,
)

_A = "System.Management.Automation."

ACCESS = EnumType(f"{_A}VariableAccessMode", {"Read": 0, "Write": 1, "ReadWrite": 2})
KINDS = EnumType("Microsoft.PowerShell.Commands.BreakpointType", {"Line": 0, "Variable": 1, "Command": 2})
register(ACCESS)
register(KINDS)
register(
    PSType(
        f"{_A}Breakpoint",
        is_abstract=True,
        instance={
            "Action: System.Management.Automation.ScriptBlock": lambda one: one.action,
            "Enabled: bool": lambda one: one.enabled,
            "HitCount: int": lambda one: one.hits,
            "Id: int": lambda one: one.number,
            "Script: string": lambda one: one.script,
        },
    ),
    Breakpoint,
)
register(
    PSType(
        f"{_A}LineBreakpoint",
        base=f"{_A}Breakpoint",
        instance={"Column: int": lambda one: one.column, "Line: int": lambda one: one.line},
        to_text=str,
    ),
    LineBreakpoint,
)
register(
    PSType(
        f"{_A}CommandBreakpoint",
        base=f"{_A}Breakpoint",
        instance={"Command: string": lambda one: one.command},
        to_text=str,
    ),
    CommandBreakpoint,
)
register(
    PSType(
        f"{_A}VariableBreakpoint",
        base=f"{_A}Breakpoint",
        instance={
            "AccessMode": lambda one: ACCESS.parse(one.mode),
            "Variable: string": lambda one: one.variable,
        },
        to_text=str,
    ),
    VariableBreakpoint,
)
