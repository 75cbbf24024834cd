"""Register-WmiEvent and System.Management.ManagementEventWatcher: events of WMI for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.cim.errors import CimError
from emulator.powershell.dotnet.event_sources import EventArguments, EventSource, Handler
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import TimeSpan
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.cim.indications import Indications, listen
from emulator.powershell.modules.management.wmi_cmdlets import reported, select_query, service_of
from emulator.powershell.modules.management.wmi_objects import ManagementObject
from emulator.powershell.modules.management.wmi_types import namespace_at
from emulator.powershell.modules.utility.events import SUBSCRIPTION
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.module import cmdlet

if TYPE_CHECKING:
    from emulator.cim.instance import Instance
    from emulator.powershell.runtime.engine import Engine
    from emulator.wmi.namespace import Namespace

_CIMV2 = "root/cimv2"
_ARRIVED = "EventArrived"


class WmiIndications(Indications):
    """A running ManagementEventWatcher."""

    def __init__(self, engine: Engine, space: Namespace, query: str) -> None:
        """Raises CimError."""
        subscription = space.subscribe(query)
        names = subscription.query.properties

        def told(event: Instance) -> EventArguments:
            with space.reading():
                made = ManagementObject(engine, event, space.name, tuple(names) if names else None)
            properties = {"NewEvent": made, "Context": None}
            return EventArguments("System.Management.EventArrivedEventArgs", properties)

        super().__init__(space.host, subscription, _ARRIVED, told)


@cmdlet("Register-WmiEvent", reads=("ComputerName", "Credential", *SUBSCRIPTION))
def register_wmi_event(
    call: CmdletCall,
    class_: str | None = None,
    query: str | None = None,
    namespace: str = _CIMV2,
) -> None:
    """Subscribe to the events of a class of events, or of a query."""
    text = query or select_query(class_ or "", None, None)
    with reported(call, "RegisterWMIManagementException", query or class_ or "", namespace):
        place = call.dereferenced(namespace).replace("\\", "/")
        listen(call, WmiIndications(call.engine, service_of(call).namespace(place), text))


class EventWatcher(EventSource):
    """System.Management.ManagementEventWatcher."""

    event_names = (_ARRIVED, "Stopped", "Disposed")

    def __init__(self, engine: Engine, namespace: str = _CIMV2, query: str = "") -> None:
        self.engine = engine
        self.namespace = namespace
        self.query = query
        self.options = WatcherOptions()
        self._running: WmiIndications | None = None
        self.listeners = []

    def start(self) -> WmiIndications:
        """Begin to listen. Raises NetError with ManagementException."""
        if self._running is None:
            try:
                self._running = WmiIndications(
                    self.engine, namespace_at(self.engine, self.namespace), self.query
                )
            except CimError as problem:
                raise NetError("System.Management.ManagementException", problem.text) from None
            self._running.listen(_ARRIVED, lambda _sender, arguments: self.tell(_ARRIVED, arguments))
        return self._running

    def stop(self) -> None:
        """Listen no longer."""
        if self._running is not None:
            self._running.subscription.close()
            self._running = None

    def listen(self, name: str, handler: Handler) -> None:
        """Call the handler from now on: a subscription starts the watcher. Raises NetError."""
        self.start()
        super().listen(name, handler)

    def settle(self, now: int) -> None:
        """Raise what came."""
        if self._running is not None:
            self._running.settle(now)

    def wait(self) -> Any:
        """WaitForNextEvent: the next event. Raises NetError when the time of the options is over."""
        source = self.start()
        span = self.options.timeout
        seconds = span.ticks / 10_000_000 if span is not None and span.ticks >= 0 else None
        came = source.host.wait_for(
            lambda: source.subscription.pending, seconds, interrupted=self.engine.stopped.is_set
        )
        self.engine.check_stopped()
        if not came:
            raise NetError("System.Management.ManagementException", "Timed out ")
        return source.take_one().properties["NewEvent"]


class WatcherOptions:
    """System.Management.EventWatcherOptions: how long to wait for an event."""

    def __init__(self) -> None:
        self.timeout: TimeSpan | None = None
        self.block_size = 1


def _made(engine: Engine, _kind: PSType, *given: Any) -> EventWatcher:
    """Of a query, or of a scope and a query, each as an object or as text."""
    texts = [_text(unwrap(one)) for one in given]
    if not texts:
        return EventWatcher(engine)
    return EventWatcher(engine, texts[0] if len(texts) > 1 else _CIMV2, texts[-1])


def _text(value: Any) -> str:
    found = getattr(value, "query", None)
    return found if isinstance(found, str) else to_text(value)


def _query(kind: PSType, *given: Any) -> EventQuery:
    """A text, or a class of events with how often to look and a condition."""
    texts = [one for one in given if isinstance(one, str)]
    span = next((one for one in given if isinstance(one, TimeSpan)), None)
    text = texts[0] if texts else ""
    if text and not text.lower().lstrip().startswith("select"):
        parts = ["select * from", text]
        if span is not None:
            parts.append(f"within {span.ticks / 10_000_000:g}")
        if len(texts) > 1:
            parts.append(f"where {texts[1]}")
        text = " ".join(parts)
    return EventQuery(kind, text)


class EventQuery:
    """System.Management.WqlEventQuery and EventQuery."""

    def __init__(self, ps_type: PSType, query: str) -> None:
        self.ps_type = ps_type
        self.query = query


def _set_query(watcher: EventWatcher, value: Any) -> None:
    watcher.query = _text(unwrap(value))


def _scope(watcher: EventWatcher, value: Any) -> None:
    watcher.namespace = to_text(value)


register(
    PSType(
        "System.Management.EventWatcherOptions",
        instance={
            "Timeout: timespan": lambda o: o.timeout,
            "Timeout=": lambda o, value: setattr(o, "timeout", value),
            "BlockSize: int": lambda o: o.block_size,
            "BlockSize=": lambda o, value: setattr(o, "block_size", value),
        },
        construct={"new()": lambda _kind: WatcherOptions()},
    ),
    WatcherOptions,
)
register(
    PSType(
        "System.Management.EventQuery",
        instance={
            "QueryLanguage: string": lambda _q: "WQL",
            "QueryString: string": lambda q: q.query,
            "QueryString=": lambda q, text: setattr(q, "query", text),
        },
        construct={"new()": _query, "new(string query)": _query},
    )
)
_WQL = register(
    PSType(
        "System.Management.WqlEventQuery",
        base="System.Management.EventQuery",
        construct={
            "new()": _query,
            "new(string queryOrEventClassName)": _query,
            "new(string eventClassName, string condition)": _query,
            "new(string eventClassName, timespan withinInterval)": _query,
            "new(string eventClassName, timespan withinInterval, string condition)": _query,
        },
    )
)
register(
    PSType(
        "System.Management.ManagementEventWatcher",
        base="System.ComponentModel.Component",
        instance={
            "Options: System.Management.EventWatcherOptions": lambda w: w.options,
            "Options=": lambda w, value: setattr(w, "options", value),
            "Query": lambda w: EventQuery(_WQL, w.query),
            "Query=": _set_query,
            "Scope": lambda w: w.namespace,
            "Scope=": _scope,
            "Start()": lambda w: w.start() and None,
            "Stop()": lambda w: w.stop(),
            "Dispose()": lambda w: w.stop(),
            "WaitForNextEvent()": lambda w: w.wait(),
        },
        construct={
            "@new()": _made,
            "@new(object query)": _made,
            "@new(object scope, object query)": _made,
        },
    ),
    EventWatcher,
)
