"""System.Diagnostics.Tracing: sources of events, which classes of scripts derive from.

Nobody listens to a source here, so that it is never enabled and what it writes goes nowhere, as on a Windows
where no session of ETW has enabled it.
"""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.attributes import AttributeObject
from emulator.powershell.dotnet.library.attribute_types import property_rows
from emulator.powershell.dotnet.types import PSType, register, type_of

_SPACE = "System.Diagnostics.Tracing."


class EventSource:
    """A source of events."""

    __slots__ = ("is_disposed", "name")

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.is_disposed = False


def _name(source: EventSource) -> str:
    """What it was made with, what the attribute of its class says, or the name of the class."""
    if source.name:
        return source.name
    kind = type_of(source)
    for one in getattr(kind, "attributes", ()):
        if isinstance(one, AttributeObject) and one.ps_type.name == f"{_SPACE}EventSourceAttribute":
            return str(one.values.get("name") or kind.short_name)
    return kind.short_name


def _dispose(source: EventSource) -> None:
    source.is_disposed = True


def _write(_source: EventSource, _event_id: int, _arguments: Any) -> None:
    """Nobody listens."""


register(
    PSType(
        f"{_SPACE}EventSource",
        interfaces=("System.IDisposable",),
        instance={
            "Name: string": _name,
            "IsEnabled()": lambda _source: False,
            "WriteEvent(int eventId, params object[] args)": _write,
            "Dispose()": _dispose,
        },
        construct={
            "new()": lambda _kind: EventSource(),
            "new(string eventSourceName)": lambda _kind, name: EventSource(name),
        },
    ),
    EventSource,
)
register(
    PSType(
        f"{_SPACE}EventSourceAttribute",
        base="System.Attribute",
        instance={
            **property_rows("Name", None),
            **property_rows("Guid", None),
            **property_rows("LocalizationResources", None),
        },
        construct={"new()": AttributeObject},
    )
)
register(
    PSType(
        f"{_SPACE}EventAttribute",
        base="System.Attribute",
        instance={
            "EventId: int": lambda attribute: attribute.arguments[0],
            **property_rows("Message", None),
            **property_rows("Level", None),
        },
        construct={"new(int eventId)": AttributeObject},
    )
)
