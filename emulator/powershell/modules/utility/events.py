"""Events of the session: Register-EngineEvent, Register-ObjectEvent, New-Event, Wait-Event and the rest.

A script has one thread. An action runs when its event is raised: by New-Event, by a change of a list, and for
timers, jobs and processes when the script next runs a command, sleeps, waits for events or looks at them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.event_sources import EventSource, Handler, source_of
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import bind_class, builtin
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.engine import Engine
from emulator.powershell.runtime.errors import PipelineStopped, PSError
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.scope import Scope
from emulator.powershell.runtime.script_block import ScriptBlock

MAXIMUM_EVENTS = 10_000
MAXIMUM_SUBSCRIBERS = 10_000
SUBSCRIPTION = ("SourceIdentifier", "Action", "MessageData", "SupportEvent", "Forward", "MaxTriggerCount")
"""What every cmdlet reads that subscribes to something."""


class Subscriber:
    """One subscription; ``left`` counts down -MaxTriggerCount."""

    __slots__ = (
        "action",
        "data",
        "event_name",
        "forward",
        "handler",
        "hidden",
        "identifier",
        "job",
        "left",
        "object",
        "source",
    )

    def __init__(self, identifier: int, source: str, action: ScriptBlock | None) -> None:
        self.identifier = identifier
        self.source = source
        self.action = action
        self.hidden = False
        self.forward = False
        self.left: int | None = None
        self.data: Any = None
        self.job: PSObject | None = None
        self.object: EventSource | None = None
        self.event_name: str | None = None
        self.handler: Handler | None = None

    def end(self) -> None:
        """Listen no longer."""
        if self.object is not None and self.handler is not None:
            self.object.stop_listening(self.handler)


class RaisedEvent:
    """One event of the session, in the queue or given to an action."""

    __slots__ = (
        "arguments",
        "data",
        "event_arguments",
        "identifier",
        "moment",
        "runspace",
        "sender",
        "source",
    )

    def __init__(
        self, identifier: int, runspace: Guid, source: str, sender: Any, arguments: PSArray, moment: DateTime
    ) -> None:
        self.identifier = identifier
        self.runspace = runspace
        self.source = source
        self.sender = sender
        self.arguments = arguments
        self.moment = moment
        self.event_arguments: Any = None
        self.data: Any = None


def _bind_types() -> None:
    """Make events and subscriptions values of their .NET types, which are loaded with the first of them."""
    import emulator.powershell.dotnet.library.event_types  # noqa: F401 - registers the types

    bind_class(builtin("System.Management.Automation.PSEventSubscriber"), Subscriber)
    bind_class(builtin("System.Management.Automation.PSEventArgs"), RaisedEvent)


class EventManager:
    """The subscriptions and the queue of a runspace."""

    def __init__(self) -> None:
        _bind_types()
        self.subscribers: list[Subscriber] = []
        self.queue: list[RaisedEvent] = []
        self.next_event = 1
        self.next_subscription = 1
        self._is_settling = False

    def settle(self, engine: Engine) -> None:
        """Let what is listened to raise what has happened. An action is not interrupted by another one."""
        if self._is_settling:
            return
        self._is_settling = True
        try:
            heard = {id(one.object): one.object for one in self.subscribers if one.object is not None}
            for source in heard.values():
                source.settle(engine.now().ticks)
        finally:
            self._is_settling = False


def _manager(engine: Engine) -> EventManager:
    if engine.events is None:
        engine.events = EventManager()
    manager: EventManager = engine.events
    return manager


def settle(engine: Engine) -> None:
    """Let what is listened to raise what has happened."""
    if engine.events is not None:
        _manager(engine).settle(engine)


def _require_room(call: CmdletCall) -> None:
    if len(_manager(call.engine).subscribers) >= MAXIMUM_SUBSCRIBERS:
        raise call.failure(
            "System.InvalidOperationException", "There are too many subscribers.", "LimitsExceeded"
        )


def _subscribe(call: CmdletCall, source: str) -> Subscriber:
    """A new subscription as the parameters say; its job is written unless it is a hidden one."""
    manager = _manager(call.engine)
    action: ScriptBlock | None = call.get("Action")
    made = Subscriber(manager.next_subscription, source, action)
    manager.next_subscription += 1
    made.hidden, made.forward = bool(call.get("SupportEvent")), bool(call.get("Forward"))
    made.data, made.left = call.get("MessageData"), call.get("MaxTriggerCount") or None
    manager.subscribers.append(made)
    if action is None:
        return made
    made.job = PSObject.custom(
        [
            ("Id", made.identifier),
            ("Name", source),
            ("PSJobTypeName", None),
            ("State", "NotStarted"),
            ("HasMoreData", False),
            ("Location", None),
            ("Command", action.text),
        ],
        ("System.Management.Automation.PSEventJob", "System.Management.Automation.Job"),
    )
    if not made.hidden:
        call.write(made.job)
    return made


@cmdlet("Register-EngineEvent", reads=SUBSCRIPTION)
def register_engine_event(call: CmdletCall) -> None:
    """Subscribe to events of a name."""
    _require_room(call)
    _subscribe(call, call.get("SourceIdentifier"))


@cmdlet("Register-ObjectEvent", reads=SUBSCRIPTION)
def register_object_event(call: CmdletCall, event_name: str, input_object: Any = None) -> None:
    """Subscribe to an event of an object."""
    source = source_of(unwrap(input_object))
    found = source.event_named(event_name) if source is not None else None
    if source is None or found is None:
        raise call.failure(
            "System.ArgumentException",
            f"Cannot register for the specified event. An event with the name '{event_name}' does not exist."
            "\r\nParameter name: eventName",
            "INVALID_REGISTRATION",
            "InvalidArgument",
        )
    subscribe_to(call, source, found)


def subscribe_to(call: CmdletCall, source: EventSource, event_name: str) -> None:
    """Subscribe to an event of a source, as the parameters SUBSCRIPTION say. Raises for a name that a
    subscriber has, and for a source that cannot be listened to."""
    engine = call.engine
    source_identifier = call.get("SourceIdentifier")
    name = source_identifier or str(Guid(engine.random.guid()))
    if source_identifier is not None and any(
        one.source.lower() == name.lower() for one in _manager(engine).subscribers
    ):
        raise call.failure(
            "System.ArgumentException",
            "Cannot subscribe to the specified event. A subscriber with the source identifier "
            f"'{name}' already exists.",
            "SUBSCRIBER_EXISTS",
            "InvalidArgument",
        )
    _require_room(call)

    def handle(sender: Any, arguments: Any) -> None:
        event = _event(engine, name, sender, PSArray([sender, arguments]), made.data)
        event.event_arguments = arguments
        _deliver(engine, event, [made])

    source.listen(event_name, handle)
    made = _subscribe(call, name)
    made.object, made.event_name, made.handler = source, event_name, handle


def _event(engine: Engine, name: str, sender: Any, arguments: PSArray, data: Any) -> RaisedEvent:
    manager = _manager(engine)
    made = RaisedEvent(manager.next_event, Guid(engine.random.guid()), name, sender, arguments, engine.now())
    made.data = data
    manager.next_event += 1
    return made


def _deliver(engine: Engine, event: RaisedEvent, subscribers: list[Subscriber]) -> None:
    """Run the actions of an event; without one it goes into the queue."""
    manager = _manager(engine)
    handled = False
    for one in subscribers:
        if one.action is not None:
            handled = True
            _act(engine, one, event)
        if one.left is not None:
            one.left -= 1
            if one.left <= 0 and one in manager.subscribers:
                one.end()
                manager.subscribers.remove(one)
    if not handled:
        if len(manager.queue) >= MAXIMUM_EVENTS:
            del manager.queue[0]
        manager.queue.append(event)


@cmdlet("New-Event")
def new_event(
    call: CmdletCall,
    source_identifier: str,
    sender: Any = None,
    event_arguments: list[Any] | None = None,
    message_data: Any = None,
) -> Iterator[RaisedEvent]:
    """Raise an event."""
    engine = call.engine
    settle(engine)
    made = _event(engine, source_identifier, sender, PSArray(event_arguments or ()), message_data)
    name = source_identifier.lower()
    _deliver(engine, made, [one for one in _manager(engine).subscribers if one.source.lower() == name])
    yield made


def _act(engine: Engine, subscriber: Subscriber, event: RaisedEvent) -> None:
    """Run an action in a scope of its own below the global one; what it writes belongs to its job."""
    from emulator.powershell.runtime.engine import Frame

    action = subscriber.action
    assert action is not None  # noqa: S101 - callers look first
    scope = Scope(engine.global_scope)
    if subscriber.data is not None:
        event.data = subscriber.data
    for name, value in (
        ("Event", event),
        ("EventSubscriber", subscriber),
        ("Sender", event.sender),
        ("EventArgs", event.event_arguments),
        ("args", event.arguments),
    ):
        scope.set(name, value)
    if subscriber.job is not None:
        subscriber.job.add(NoteProperty("State", "Running"))
    frame = Frame(engine, scope, engine.frame.streams, action, engine.frame.invocation)
    outer, engine.frame = engine.frame, frame
    try:
        action.inline(frame, lambda _value: None)
    except PSError as problem:
        engine.remember(problem.record)
    finally:
        engine.frame = outer


def _wrong_source(call: CmdletCall, name: str) -> PSError:
    return call.failure(
        "System.ArgumentException",
        f"Event with source identifier '{name}' does not exist.",
        "INVALID_SOURCE_IDENTIFIER",
        "InvalidArgument",
    )


@cmdlet("Get-Event")
def get_event(
    call: CmdletCall, source_identifier: str | None = None, event_identifier: int | None = None
) -> Iterator[RaisedEvent]:
    """What is in the queue."""
    settle(call.engine)
    queue = list(_manager(call.engine).queue)
    found = [
        one
        for one in queue
        if (source_identifier is None or like(one.source, source_identifier))
        and (event_identifier is None or one.identifier == event_identifier)
    ]
    if not found:
        if source_identifier is not None and not is_wildcard(source_identifier):
            call.error(_wrong_source(call, source_identifier).record)
        elif event_identifier is not None:
            call.error(_no_event(call, event_identifier).record)
    yield from found


def _no_event(call: CmdletCall, number: int) -> PSError:
    return call.failure(
        "System.ArgumentException",
        f"Event with identifier '{number}' does not exist.",
        "INVALID_EVENT_IDENTIFIER",
        "InvalidArgument",
    )


@cmdlet("Remove-Event")
def remove_event(
    call: CmdletCall, source_identifier: str | None = None, event_identifier: int | None = None
) -> None:
    """Take events from the queue."""
    settle(call.engine)
    manager = _manager(call.engine)
    found = [
        one
        for one in manager.queue
        if (source_identifier is not None and like(one.source, source_identifier))
        or (event_identifier is not None and one.identifier == event_identifier)
    ]
    for one in found:
        if call.should_process(f"Event '{one.source}'", "Remove"):
            manager.queue.remove(one)
    if found:
        return
    if source_identifier is not None and not is_wildcard(source_identifier):
        call.error(_wrong_source(call, source_identifier).record)
    elif event_identifier is not None:
        call.error(_no_event(call, event_identifier).record)


@cmdlet("Wait-Event")
def wait_event(
    call: CmdletCall, source_identifier: str | None = None, timeout: int = -1
) -> Iterator[RaisedEvent]:
    """The first event of a name. Without one, time passes: up to the time-out, or until the script is
    stopped."""
    engine = call.engine
    end = engine.utc_now().ticks + timeout * 10_000_000 if timeout >= 0 else None
    while True:
        settle(engine)
        for one in _manager(engine).queue:
            if source_identifier is None or like(one.source, source_identifier):
                yield one
                return
        left = 1.0 if end is None else min(1.0, (end - engine.utc_now().ticks) / 10_000_000)
        if left <= 0:
            return
        engine.refuel()
        if not engine.clock.sleep(left, call.stopping):
            raise PipelineStopped


@cmdlet("Get-EventSubscriber")
def get_event_subscriber(
    call: CmdletCall,
    source_identifier: str | None = None,
    subscription_id: int | None = None,
    force: bool = False,
) -> Iterator[Subscriber]:
    """The subscriptions; hidden ones with -Force."""
    settle(call.engine)
    found = [
        one
        for one in _manager(call.engine).subscribers
        if (force or not one.hidden)
        and (source_identifier is None or like(one.source, source_identifier))
        and (subscription_id is None or one.identifier == subscription_id)
    ]
    if not found:
        _say_missing(call, source_identifier, subscription_id)
    yield from found


def _say_missing(call: CmdletCall, source: str | None, number: int | None) -> None:
    if source is not None and not is_wildcard(source):
        call.error(
            call.record(
                "System.ArgumentException",
                f"Event subscription with source identifier '{source}' does not exist.",
                "INVALID_SOURCE_IDENTIFIER",
                "InvalidArgument",
            )
        )
    elif number is not None:
        call.error(
            call.record(
                "System.ArgumentException",
                f"Event subscription with identifier '{number}' does not exist.",
                "INVALID_SUBSCRIPTION_IDENTIFIER",
                "InvalidArgument",
            )
        )


@cmdlet("Unregister-Event")
def unregister_event(
    call: CmdletCall,
    source_identifier: str | None = None,
    subscription_id: int | None = None,
    force: bool = False,
) -> None:
    """End subscriptions."""
    manager = _manager(call.engine)
    found = [
        one
        for one in manager.subscribers
        if (force or not one.hidden)
        and (
            (source_identifier is not None and like(one.source, source_identifier))
            or (subscription_id is not None and one.identifier == subscription_id)
        )
    ]
    for one in found:
        if call.should_process(f"Event subscription '{one.source}'", "Unsubscribe"):
            one.end()
            manager.subscribers.remove(one)
    if not found:
        _say_missing(call, source_identifier, subscription_id)
