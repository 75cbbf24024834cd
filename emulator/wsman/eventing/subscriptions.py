"""All subscriptions of the service. Thread-safe.

Its own lock guards the tables only; it is never held while the host's lock is taken.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from emulator.host.identifiers import random_guid
from emulator.wsman.eventing.ending import Ending
from emulator.wsman.faults import WsmanFault

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wsman.eventing.delivery import DeliveryWorker
    from emulator.wsman.eventing.subscription import Subscription

#: Subscriptions of one user, and of all (chosen).
MAXIMUM_PER_USER = 1500
MAXIMUM_TOTAL = 5000


class Subscriptions:
    """Subscriptions by identifier and, for pulled ones, by enumeration context."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.is_closed = False
        self._lock = threading.Lock()
        self._by_identifier: dict[str, Subscription] = {}
        self._by_context: dict[str, Subscription] = {}
        self._worker: DeliveryWorker | None = None

    def __len__(self) -> int:
        return len(self._by_identifier)

    def check_room(self, owner: str) -> None:
        """Raises QUOTA_LIMIT when the user, or all users, have too many subscriptions."""
        self.end_overdue()
        with self._lock:
            own = sum(each.owner == owner for each in self._by_identifier.values())
            if own >= MAXIMUM_PER_USER or len(self._by_identifier) >= MAXIMUM_TOTAL:
                raise WsmanFault("ERROR_WSMAN_QUOTA_LIMIT")

    def add(self, subscription: Subscription) -> None:
        """Begin to serve a subscription."""
        with self._lock:
            self._by_identifier[subscription.identifier] = subscription
            if subscription.is_pull:
                self._by_context[subscription.context] = subscription
        if not subscription.is_pull or subscription.request.end_to is not None:
            self.worker.watch(subscription)

    def find(self, identifier: str, owner: str) -> Subscription:
        """The user's subscription. Raises EVENTING_INVALID_MESSAGE."""
        wanted = identifier.strip().removeprefix("uuid:").strip("{}").upper()
        found = self._living(self._by_identifier.get(wanted))
        if found is None or found.owner != owner:
            raise WsmanFault("ERROR_WSMAN_EVENTING_INVALID_MESSAGE")
        return found

    def has_context(self, context: str) -> bool:
        """Whether an enumeration context is that of a subscription."""
        return context in self._by_context

    def take_context(self, context: str, owner: str) -> Subscription:
        """The user's subscription of a context, for one Pull. Raises INVALID_ENUMERATION_CONTEXT."""
        self._living(self._by_context.get(context))
        with self._lock:
            found = self._by_context.get(context)
            if found is None or found.owner != owner or found.is_pulled:
                raise WsmanFault("ERROR_WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT")
            found.is_pulled = True
            return found

    def give_back(self, subscription: Subscription, *, answered: bool) -> str:
        """The Pull is over; the context for the next one, which is new when this one was answered."""
        with self._lock:
            subscription.is_pulled = False
            subscription.last_sent = subscription.now()
            if answered and self._by_context.pop(subscription.context, None) is not None:
                subscription.context = f"uuid:{random_guid()}"
                self._by_context[subscription.context] = subscription
            return subscription.context

    def end(self, subscription: Subscription, why: Ending) -> None:
        """End a subscription: whoever waits for its events wakes, its EndTo hears of it where it must."""
        with self._lock:
            if self._by_identifier.pop(subscription.identifier, None) is None:
                return
            self._by_context.pop(subscription.context, None)
            subscription.ending = why
        with self.host.looking():
            subscription.feed.close()
        self.host.wake()
        if self._worker is not None:
            self._worker.ended(subscription)

    def end_all(self, why: Ending) -> None:
        """End every subscription."""
        for subscription in list(self._by_identifier.values()):
            self.end(subscription, why)

    def end_overdue(self) -> None:
        """End what expired, and what nobody pulls any more."""
        for subscription in list(self._by_identifier.values()):
            if subscription.is_over:
                self.end(subscription, Ending.EXPIRED)

    def _living(self, subscription: Subscription | None) -> Subscription | None:
        """The subscription, unless it is over, which ends it."""
        if subscription is not None and subscription.is_over:
            self.end(subscription, Ending.EXPIRED)
            return None
        return subscription

    def close(self) -> None:
        """End everything because the service stops. Safe to call twice."""
        self.is_closed = True
        self.end_all(Ending.SHUTTING_DOWN)
        if self._worker is not None:
            self._worker.close()

    @property
    def worker(self) -> DeliveryWorker:
        """The thread that sends; it starts when it is first needed."""
        with self._lock:
            if self._worker is None:
                from emulator.wsman.eventing.delivery import DeliveryWorker

                self._worker = DeliveryWorker(self)
            return self._worker
