"""One subscriber's events: chosen by its query, kept until they are taken, bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.cim import wql
from emulator.cim.errors import InvalidQuery

if TYPE_CHECKING:
    from emulator.wmi.events.grouping import Grouping
    from emulator.wmi.events.query import EventQuery
    from emulator.wmi.events.snapshot import Event

#: Events that wait for a subscriber; what comes after them is counted as dropped (chosen).
MAXIMUM_QUEUED = 1000


@dataclass(frozen=True, slots=True)
class Dropped:
    """So many events were lost here because the subscriber did not take them."""

    count: int


class EventSubscription:
    """The events of one query. Methods and properties are called under the host's lock.

    `query` says how to render: `query.properties` are the selected ones, None for all.
    """

    def __init__(self, query: EventQuery, on_close: Callable[[EventSubscription], None]) -> None:
        self.query = query
        self.grouping: Grouping | None = None
        #: Asked when the queue is full: whether nobody will come for the events. Then the subscription ends.
        self.is_abandoned: Callable[[], bool] = lambda: False
        #: Called when somebody took events.
        self.on_taken: Callable[[], None] = lambda: None
        self._on_close = on_close
        self._events: deque[Event] = deque()
        self._dropped = 0
        self._closed = False

    @property
    def pending(self) -> int:
        """How many events wait."""
        return len(self._events)

    @property
    def is_closed(self) -> bool:
        return self._closed

    def take(self, maximum: int) -> Sequence[Event | Dropped]:
        """Remove and return the oldest events, then how many were lost after them."""
        taken: list[Event | Dropped] = []
        while self._events and len(taken) < maximum:
            taken.append(self._events.popleft())
        if self._dropped and not self._events and taken:
            taken.append(Dropped(self._dropped))
            self._dropped = 0
        if taken:
            self.on_taken()
        return taken

    def put_back(self, events: Sequence[Event | Dropped]) -> None:
        """Return taken events to the front of the queue, because they could not be delivered."""
        for event in reversed(events):
            if isinstance(event, Dropped):
                self._dropped += event.count
            else:
                self._events.appendleft(event)

    def close(self) -> None:
        """Watch no more. Safe to call twice."""
        if not self._closed:
            self._closed = True
            self._events.clear()
            if self.grouping is not None:
                self.grouping.close()
            self._on_close(self)

    # What the event source calls.

    def offer(self, event: Event) -> None:
        """An event of a class that the query selects from; it is kept when it meets the condition."""
        try:
            if not wql.evaluate(self.query.where, event):
                return
        except InvalidQuery:
            # The condition names a property that this subclass or kind of event does not have.
            return
        if self.grouping is None:
            self.keep(event)
        else:
            self.grouping.add(event)

    def keep(self, event: Event) -> None:
        """Queue an event for the subscriber."""
        if self._closed:
            return
        if len(self._events) < MAXIMUM_QUEUED and not self._dropped:
            self._events.append(event)
            return
        self._dropped += 1
        if self.is_abandoned():
            self.close()
