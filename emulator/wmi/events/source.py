"""The event source of a namespace: from changes of host objects to the events of every subscription.

It watches the host only while somebody subscribes. Changes are collected as they are made and turned into
events when the step that made them has ended, so that events never show the middle of an operation. All
subscriptions to a class share one watch of it: a change costs one look at the changed object for each
watched view, and one evaluation of the condition for each subscription to that view.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from emulator.host.host_object import HostObject, Part
from emulator.log import Log
from emulator.wmi.events.grouping import Grouping
from emulator.wmi.events.polling import Poller
from emulator.wmi.events.query import INTRINSIC, EventQuery, event_class, parse_event_query
from emulator.wmi.events.snapshot import Event
from emulator.wmi.events.subscription import EventSubscription
from emulator.wmi.events.watch import InstanceChange, ViewWatch

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.cim.types import CimValue
    from emulator.host.host import Change, Observed
    from emulator.wmi.catalog import AnyView
    from emulator.wmi.namespace import Namespace

_logger = Log(__name__)

_FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class EventSource:
    """Everything that is subscribed to in one namespace."""

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.host = namespace.host
        self._subscriptions: dict[EventSubscription, None] = {}
        self._watches: dict[AnyView, ViewWatch] = {}
        self._raised: dict[AnyView, list[EventSubscription]] = {}
        self._extrinsic: dict[tuple[type, Change], list[EventSubscription]] = {}
        self._pollers: dict[EventSubscription, Poller] = {}
        self._changed: dict[int, tuple[HostObject, bool]] = {}
        self._reset_count = self.host.reset_count
        self._classes: dict[Change, ClassDeclaration] = {
            kind: event_class(namespace, name) for kind, name in INTRINSIC.items()
        }

    def __len__(self) -> int:
        """How many subscriptions there are."""
        return len(self._subscriptions)

    def subscribe(self, text: str) -> EventSubscription:
        """Begin to collect the events of a query. Raises as `parse_event_query`, and QuotaViolation.

        The lock is held for one class at a time: thousands of objects may have to be looked at.
        """
        with self.host.looking():
            query = parse_event_query(self.namespace, text)
            subscription = EventSubscription(query, self._closed)
            if query.group_within is not None:
                aggregate = event_class(self.namespace, "__AggregateEvent")
                subscription.grouping = Grouping(query, self.host, aggregate, subscription.keep)
            if not self._subscriptions:
                self._reset_count = self.host.reset_count
                self.host.observers.append(self._observe)
                self.host.step_observers.append(self._end_step)
            self._subscriptions[subscription] = None
        try:
            for view in query.raised:
                with self.host.looking():
                    self._join(view, subscription)
            with self.host.looking():
                if query.polled:
                    self._pollers[subscription] = Poller(self.host, query, subscription, self._dispatch)
                for each in query.extrinsic:
                    self._extrinsic.setdefault((each.source, each.change), []).append(subscription)
        except BaseException:
            # A refused subscription leaves nothing behind.
            subscription.close()
            raise
        return subscription

    def _join(self, view: AnyView, subscription: EventSubscription) -> None:
        if view not in self._watches:
            self._watches[view] = ViewWatch(view)
        self._raised.setdefault(view, []).append(subscription)

    def _closed(self, subscription: EventSubscription) -> None:
        with self.host.looking():
            if self._subscriptions.pop(subscription, self) is self:
                return
            for view in subscription.query.raised:
                subscribers = self._raised.get(view, [])
                if subscription in subscribers:
                    subscribers.remove(subscription)
                    if not subscribers:
                        del self._raised[view], self._watches[view]
            for each in subscription.query.extrinsic:
                waiting = self._extrinsic.get((each.source, each.change), [])
                if subscription in waiting:
                    waiting.remove(subscription)
            poller = self._pollers.pop(subscription, None)
            if poller is not None:
                poller.stop()
            if not self._subscriptions:
                self.host.observers.remove(self._observe)
                self.host.step_observers.remove(self._end_step)
                self._changed.clear()

    # Called by the host, under its lock.

    def _observe(self, change: Change, thing: Observed) -> None:
        if isinstance(thing, HostObject | Part):
            if self._watches:
                owner = thing.owner if isinstance(thing, Part) else thing
                known = self._changed.get(id(owner))
                deleted = (known is not None and known[1]) or (change == "deleted" and owner is thing)
                self._changed[id(owner)] = (owner, deleted)
            return
        subscribers = self._extrinsic.get((type(thing), change))
        if subscribers:
            self._raise_extrinsic(change, thing, subscribers)

    def _end_step(self) -> None:
        if self._reset_count != self.host.reset_count:
            self._reset_count = self.host.reset_count
            self._changed.clear()
            for watch in self._watches.values():
                watch.restart()
            for poller in self._pollers.values():
                poller.restart()
        elif self._changed:
            changed, self._changed = self._changed, {}
            for view, watch in list(self._watches.items()):
                try:
                    found = [
                        change
                        for owner, deleted in changed.values()
                        for change in watch.compare_owner(owner, deleted=deleted)
                    ]
                except Exception:  # the other classes have their events all the same
                    _logger.exception("watching %s failed", view.class_name)
                    continue
                if found:
                    self._dispatch(found, self._raised.get(view, ()))
        for poller in self._pollers.values():
            poller.machine_changed()

    def _raise_extrinsic(
        self, change: Change, thing: Observed, subscribers: Iterable[EventSubscription]
    ) -> None:
        made: dict[str, Event] = {}
        for subscription in list(subscribers):
            for each in subscription.query.extrinsic:
                if each.change != change or not isinstance(thing, each.source):
                    continue
                event = made.get(each.class_name)
                if event is None:
                    declaration = self.namespace.schema.find(each.class_name)
                    values = {**each.values(self.namespace, thing), "TIME_CREATED": self._time_created()}
                    event = Event(declaration, values, self.namespace.name, self.namespace.server)
                    made[each.class_name] = event
                subscription.offer(event)

    def _dispatch(self, changes: Iterable[InstanceChange], subscribers: Iterable[EventSubscription]) -> None:
        for change in changes:
            event: Event | None = None
            for subscription in list(subscribers):
                if change.kind in subscription.query.kinds:
                    event = event or self._event(change)
                    subscription.offer(event)

    def _event(self, change: InstanceChange) -> Event:
        values: dict[str, CimValue] = {"TargetInstance": change.target, "TIME_CREATED": self._time_created()}
        if change.kind == "modified":
            values["PreviousInstance"] = change.previous
        return Event(self._classes[change.kind], values, self.namespace.name, self.namespace.server)

    def _time_created(self) -> int:
        """The present as a FILETIME: steps of 100 ns since 1601 (WmiSdk, "__Event")."""
        return (self.host.clock.now() - _FILETIME_EPOCH) // timedelta(microseconds=1) * 10


__all__ = ["EventQuery", "EventSource"]
