"""GROUP WITHIN: many events become one __AggregateEvent (WmiSdk, "GROUP Clause").

The interval of a group begins with its first event; at its end one aggregate tells how many there were, with
the first of them, unless HAVING refuses it. BY makes a group for each combination of values.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from emulator.cim import wql
from emulator.cim.errors import InvalidProperty, InvalidQuery
from emulator.cim.instance import Instance
from emulator.wmi.events.snapshot import Event

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.host.clock import Timer
    from emulator.wmi.events.query import EventQuery

#: Groups that are open at the same time; events of further ones are lost (chosen).
MAXIMUM_GROUPS = 1000


class Grouping:
    """The open groups of one subscription. Called under the host's lock."""

    def __init__(
        self, query: EventQuery, host: Host, aggregate: ClassDeclaration, deliver: Callable[[Event], None]
    ) -> None:
        self._query = query
        self._host = host
        self._aggregate = aggregate
        self._deliver = deliver
        self._groups: dict[Hashable, tuple[Event, int]] = {}
        self._timers: dict[Hashable, Timer] = {}

    def add(self, event: Event) -> None:
        """Count an event in its group."""
        key = tuple(_value(event, name) for name in self._query.group_by)
        found = self._groups.get(key)
        if found is not None:
            self._groups[key] = (found[0], found[1] + 1)
        elif len(self._groups) < MAXIMUM_GROUPS:
            self._groups[key] = (event, 1)
            delay = self._query.group_within or 0.0
            self._timers[key] = self._host.clock.schedule(delay, lambda: self._end(key))

    def close(self) -> None:
        """Forget every group."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._groups.clear()

    def _end(self, key: Hashable) -> None:
        first, count = self._groups.pop(key)
        self._timers.pop(key, None)
        values: dict[str, CimValue] = {"NumberOfEvents": count, "Representative": first}
        event = Event(self._aggregate, values, first.namespace, first.server)
        if wql.evaluate(self._query.having, event):
            self._deliver(event)


def _value(event: Event, name: str) -> Hashable:
    """A value of BY (`TargetInstance.Name`) as part of a group's identity; texts without case."""
    value: object = event
    for part in name.split("."):
        if not isinstance(value, Instance):
            return None
        try:
            value = value.system_value(part) if part.startswith("__") else value.value(part)
        except (InvalidProperty, InvalidQuery):
            return None
    if isinstance(value, str):
        return value.lower()
    return str(value) if isinstance(value, list | Instance) else value
