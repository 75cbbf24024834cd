"""Event triggers: tasks that start when something is written into the event log.

The language of the queries is a door's matter: who knows it puts a reader into `Host.event_queries`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from emulator.host.errors import InvalidParameter
from emulator.host.windows.event_log import EventLogEntry

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.windows.scheduled_tasks.definition import TaskDefinition
    from emulator.host.windows.scheduled_tasks.task import ScheduledTask

#: SCHED_E_INVALIDVALUE: a value of the task's XML is not valid.
_INVALID_VALUE = 0x80041318


class EventSelection(Protocol):
    """What a query selects."""

    def accepts(self, entry: EventLogEntry, host: "Host") -> bool:
        """Whether an event is meant."""


#: Reads the text of a QueryList; raises ValueError.
EventQueryReader = Callable[[str], EventSelection]


class EventTriggers:
    """The queries of all tasks; nothing is looked at while no task has one."""

    def __init__(self, host: "Host", tasks: Callable[[], list["ScheduledTask"]]) -> None:
        self.host = host
        self._tasks = tasks
        self._queries: dict[str, EventSelection] = {}

    def check(self, definition: "TaskDefinition") -> None:
        """Raises InvalidParameter for a query that cannot be read."""
        for trigger in definition.triggers:
            if trigger.kind == "Event":
                self._read(trigger.subscription)

    def refresh(self) -> None:
        """Look at new entries while a task waits for one. Called with the lock held."""
        wanted = {
            trigger.subscription
            for task in self._tasks()
            for trigger in task.definition.triggers
            if trigger.kind == "Event"
        }
        self._queries = {text: self._read(text) for text in wanted}
        observers = self.host.observers
        if wanted and self._observe not in observers:
            observers.append(self._observe)
        elif not wanted and self._observe in observers:
            observers.remove(self._observe)

    def _read(self, text: str) -> EventSelection:
        known = self._queries.get(text)
        if known is not None:
            return known
        reader = self.host.event_queries
        if reader is None:
            raise InvalidParameter("This machine reads no queries of events.", hresult=_INVALID_VALUE)
        try:
            return reader(text)
        except ValueError as problem:
            raise InvalidParameter(
                f"The query of an event trigger is not valid: {problem}.", hresult=_INVALID_VALUE
            ) from None

    def _observe(self, change: str, thing: object) -> None:
        if change != "created" or not isinstance(thing, EventLogEntry):
            return
        chosen = {text for text, query in self._queries.items() if query.accepts(thing, self.host)}
        for task in self._tasks() if chosen else ():
            task.happened("Event", chosen)
