"""Objects that raise events: a timer of the machine's clock, and lists that tell of their changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from emulator.powershell.dotnet.collections import LIST_TYPES, GenericList, PSArray
from emulator.powershell.dotnet.time_values import TICKS_PER_MILLISECOND, DateTime
from emulator.powershell.dotnet.types import PSType

Handler = Callable[[Any, Any], None]
MAXIMUM_TICKS_AT_ONCE = 1000
"""Elapsed events of one timer that are made up for after a long time without a look."""


class EventArguments:
    """What an event hands over: the .NET type's name and its properties."""

    __slots__ = ("properties", "type_name")

    def __init__(self, type_name: str, properties: dict[str, Any]) -> None:
        self.type_name = type_name
        self.properties = properties

    @property
    def ps_type_names(self) -> tuple[str, ...]:
        """The name of the type and of its base."""
        return (self.type_name, "System.EventArgs")

    def dynamic_property(self, name: str, default: Any = None) -> Any:
        """A property by name."""
        return next((v for key, v in self.properties.items() if key.lower() == name.lower()), default)

    def dynamic_properties(self) -> list[str]:
        """The names of the properties."""
        return list(self.properties)


class EventSource:
    """What can be listened to. ``event_names`` are the events by name."""

    event_names: tuple[str, ...] = ()
    listeners: list[tuple[str, Handler]]
    """The handlers with the names of their events."""

    def event_named(self, name: str) -> str | None:
        """The event of a name, without regard to case."""
        return next((one for one in self.event_names if one.lower() == name.lower()), None)

    def listen(self, name: str, handler: Handler) -> None:
        """Call the handler with sender and arguments whenever the event is raised."""
        self.listeners.append((name.lower(), handler))

    def stop_listening(self, handler: Handler) -> None:
        """Take a handler away."""
        self.listeners[:] = [one for one in self.listeners if one[1] is not handler]

    def tell(self, name: str, arguments: EventArguments) -> None:
        """Raise an event."""
        for one, handler in list(self.listeners):
            if one == name.lower():
                handler(self.subject, arguments)

    @property
    def subject(self) -> Any:
        """The object that a script knows as the sender."""
        return self

    def settle(self, now: int) -> None:
        """Raise what has happened up to a moment, in ticks, where nobody says so when it happens."""


class Watch(EventSource):
    """An object that does not say when its state changes: it is looked at whenever events are.

    ``read`` gives the state, ``told`` the arguments of the event for the state before and the one now, or
    None when that change raises nothing.
    """

    def __init__(
        self,
        subject: Any,
        event: str,
        read: Callable[[], Any],
        told: Callable[[Any, Any], EventArguments | None],
    ) -> None:
        self._subject = subject
        self.event_names = (event,)
        self._read = read
        self._told = told
        self._last = read()
        self.listeners = []

    @property
    def subject(self) -> Any:
        """The object that is looked at."""
        return self._subject

    def settle(self, _now: int) -> None:
        """Raise the event when the state is another one."""
        seen, last = self._read(), self._last
        if seen == last:
            return
        self._last = seen
        arguments = self._told(last, seen)
        if arguments is not None:
            self.tell(self.event_names[0], arguments)


WATCHED: dict[type, Callable[[Any], EventSource]] = {}
"""How objects of a class are looked at."""


def source_of(value: Any) -> EventSource | None:
    """What can be listened to for an object."""
    if isinstance(value, EventSource):
        return value
    make = WATCHED.get(type(value))
    return make(value) if make is not None else None


class Timer(EventSource):
    """System.Timers.Timer. It has no thread: `settle` raises what has become due by the machine's clock."""

    event_names = ("Elapsed", "Disposed")

    def __init__(self, interval: float = 100.0) -> None:
        self.interval = interval
        self.auto_reset = True
        self.next_ticks: int | None = None
        self.listeners = []

    def start(self, now: int) -> None:
        """Begin to count at a moment, in ticks."""
        self.next_ticks = now + self._span

    def stop(self) -> None:
        """Count no longer."""
        self.next_ticks = None

    @property
    def _span(self) -> int:
        return max(int(self.interval * TICKS_PER_MILLISECOND), 1)

    def settle(self, now: int) -> None:
        """Raise Elapsed for each interval that ended up to a moment, the last ones of very many."""
        if self.next_ticks is None or now < self.next_ticks:
            return
        missed = (now - self.next_ticks) // self._span - MAXIMUM_TICKS_AT_ONCE
        if missed > 0 and self.auto_reset:
            self.next_ticks += missed * self._span
        while self.next_ticks is not None and self.next_ticks <= now:
            moment = self.next_ticks
            self.next_ticks = moment + self._span if self.auto_reset else None
            self.tell(
                "Elapsed", EventArguments("System.Timers.ElapsedEventArgs", {"SignalTime": DateTime(moment)})
            )


class ObservableList(GenericList, EventSource):
    """System.Collections.ObjectModel.ObservableCollection."""

    __slots__ = ("listeners",)

    event_names = ("CollectionChanged",)

    def __init__(self, items: Iterable[Any], ps_type: PSType) -> None:
        super().__init__(items, ps_type)
        self.listeners = []

    def _changed(self, action: str, new: list[Any], old: list[Any], place: int) -> None:
        properties = {
            "Action": action,
            "NewItems": PSArray(new) if new else None,
            "OldItems": PSArray(old) if old else None,
            "NewStartingIndex": place if new else -1,
            "OldStartingIndex": place if old else -1,
        }
        name = "System.Collections.Specialized.NotifyCollectionChangedEventArgs"
        self.tell("CollectionChanged", EventArguments(name, properties))

    def append(self, value: Any) -> None:
        """Add at the end."""
        super().append(value)
        self._changed("Add", [value], [], len(self) - 1)

    def insert(self, place: Any, value: Any) -> None:
        """Add at a place."""
        super().insert(place, value)
        self._changed("Add", [value], [], place)

    def clear(self) -> None:
        """Take all away."""
        super().clear()
        self._changed("Reset", [], [], -1)

    def __delitem__(self, place: Any) -> None:
        old = self[place]
        super().__delitem__(place)
        self._changed("Remove", [], [old], place)

    def __setitem__(self, place: Any, value: Any) -> None:
        old = self[place]
        super().__setitem__(place, value)
        self._changed("Replace", [value], [old], place)


LIST_TYPES.add(ObservableList)
