"""Trace sources and their listeners: System.Management.Automation.PSTraceSource, System.Diagnostics."""

from __future__ import annotations

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.tracing import LISTENER_OPTIONS, OPTIONS, TraceListener, TraceSource

_D = "System.Diagnostics."

SOURCE_OPTIONS = EnumType("System.Management.Automation.PSTraceSourceOptions", OPTIONS, flags=True)
TRACE_OPTIONS = EnumType(f"{_D}TraceOptions", LISTENER_OPTIONS, flags=True)
LEVELS = EnumType(
    f"{_D}SourceLevels",
    {
        "All": -1,
        "Off": 0,
        "Critical": 1,
        "Error": 3,
        "Warning": 7,
        "Information": 15,
        "Verbose": 31,
        "ActivityTracing": 65280,
    },
    flags=True,
)
for _one in (SOURCE_OPTIONS, TRACE_OPTIONS, LEVELS):
    register(_one)

_LISTENERS = {
    "Default": f"{_D}DefaultTraceListener",
    "TextWriter": f"{_D}TextWriterTraceListener",
    "Host": "Microsoft.PowerShell.Commands.PSHostTraceListener",
}


class SourceSwitch:
    """The switch of a source: its level are the options of the source."""

    __slots__ = ("source",)

    def __init__(self, source: TraceSource) -> None:
        self.source = source


register(
    PSType(
        f"{_D}SourceSwitch",
        instance={
            "Level": lambda one: LEVELS.value(one.source.options),
            "DisplayName: string": lambda one: one.source.name,
            "Description: string": lambda _one: "",
        },
    ),
    SourceSwitch,
)


def _set_options(listener: TraceListener, value: object) -> None:
    found = TRACE_OPTIONS.parse(str(value))
    listener.options = found.number if found is not None else listener.options


def _set_name(listener: TraceListener, value: str) -> None:
    listener.name = value


register(
    PSType(
        f"{_D}TraceListener",
        instance={
            "Name: string": lambda one: one.name,
            "Name=": _set_name,
            "IsThreadSafe: bool": lambda _one: False,
            "IndentLevel: int": lambda _one: 0,
            "IndentSize: int": lambda _one: 4,
            "TraceOutputOptions": lambda one: TRACE_OPTIONS.value(one.options),
            "TraceOutputOptions=": _set_options,
        },
        to_text=lambda one: _LISTENERS[one.kind],
    ),
    TraceListener,
)


register(
    PSType(
        "System.Management.Automation.PSTraceSource",
        instance={
            "Description: string": lambda one: one.description,
            "Attributes": lambda _one: None,
            "Listeners": lambda one: PSArray(one.listeners),
            "Name: string": lambda one: one.name,
            "Options": lambda one: SOURCE_OPTIONS.value(one.options),
            "Switch": SourceSwitch,
        },
    ),
    TraceSource,
)
