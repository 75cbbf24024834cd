"""System.Timers.Timer, ObservableCollection and the types of the session's events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.event_sources import EventArguments, ObservableList, Timer
from emulator.powershell.dotnet.exceptions import argument_error
from emulator.powershell.dotnet.types import BUILTIN, PSType, bind_class, register
from emulator.powershell.runtime.conversion import convert, items_of

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def _interval(timer: Timer, value: float) -> None:
    if value <= 0:
        raise argument_error(
            f"'{value:g}' is not a valid value for 'Interval'. 'Interval' must be greater than 0."
        )
    timer.interval = value


def _enable(engine: Engine, timer: Timer, on: bool) -> None:
    if not on:
        timer.stop()
    elif timer.next_ticks is None:
        timer.start(engine.now().ticks)


def _auto_reset(timer: Timer, on: bool) -> None:
    timer.auto_reset = on


def _make(_kind: PSType, interval: float = 100.0) -> Timer:
    made = Timer()
    _interval(made, interval)
    return made


register(
    PSType(
        "System.Timers.Timer",
        base="System.Object",
        instance={
            "AutoReset: bool": lambda t: t.auto_reset,
            "AutoReset=": _auto_reset,
            "@Enabled: bool": lambda _engine, t: t.next_ticks is not None,
            "@Enabled=": _enable,
            "Interval: double": lambda t: t.interval,
            "Interval=": _interval,
            "@Start()": lambda engine, t: _enable(engine, t, True),
            "Stop()": lambda t: t.stop(),
            "Close()": lambda t: t.stop(),
            "Dispose()": lambda t: t.stop(),
        },
        construct={"new()": _make, "new(double interval)": _make},
    ),
    Timer,
)
_NO_ARGUMENTS = EventArguments("System.EventArgs", {})
register(
    PSType(
        "System.EventArgs",
        construct={"new()": lambda _kind: EventArguments("System.EventArgs", {})},
        static={"Empty: System.EventArgs": lambda: _NO_ARGUMENTS},
    )
)
bind_class(PSType("System.EventArgs"), EventArguments)
# The classes of these two are those of the Utility module, which binds them.
register(
    PSType(
        "System.Management.Automation.PSEventArgs",
        base="System.EventArgs",
        instance={
            "ComputerName: string": lambda _e: None,
            "RunspaceId: guid": lambda e: e.runspace,
            "EventIdentifier: int": lambda e: e.identifier,
            "Sender": lambda e: e.sender,
            "SourceEventArgs: System.EventArgs": lambda e: e.event_arguments,
            "SourceArgs: System.Object[]": lambda e: e.arguments,
            "SourceIdentifier: string": lambda e: e.source,
            "TimeGenerated: datetime": lambda e: e.moment,
            "MessageData: psobject": lambda e: e.data,
        },
    )
)
register(
    PSType(
        "System.Management.Automation.PSEventSubscriber",
        base="System.Object",
        instance={
            "SubscriptionId: int": lambda s: s.identifier,
            "SourceObject": lambda s: s.object.subject if s.object is not None else None,
            "EventName: string": lambda s: s.event_name,
            "SourceIdentifier: string": lambda s: s.source,
            "Action: System.Management.Automation.PSEventJob": lambda s: s.job,
            "HandlerDelegate: System.Delegate": lambda _s: None,
            "SupportEvent: bool": lambda s: s.hidden,
            "ForwardEvent: bool": lambda s: s.forward,
        },
    )
)

_LIST = BUILTIN["system.collections.objectmodel.collection`1"]


def _observable(kind: PSType, values: Any) -> ObservableList:
    return ObservableList([convert(one, kind.arguments[0]) for one in items_of(values)], kind)


register(
    PSType(
        "System.Collections.ObjectModel.ObservableCollection`1",
        interfaces=tuple(_LIST.interfaces),
        instance=_LIST.instance_table,
        construct={
            "new()": lambda kind: ObservableList((), kind),
            "new(System.Collections.IEnumerable collection)": _observable,
        },
    )
)
