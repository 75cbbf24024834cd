"""WITHIN: what WMI does for classes whose provider raises no events (WmiSdk, "WITHIN Clause").

Every so many seconds the instances are listed and compared with the last list. No poll is scheduled while
nothing on the machine changed, because it would find nothing; only classes with values that time alone moves
are polled all the time, and not even these while the subscriber takes no events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from emulator.log import Log
from emulator.wmi.events.watch import InstanceChange, ViewWatch

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.clock import Timer
    from emulator.wmi.events.query import EventQuery
    from emulator.wmi.events.subscription import EventSubscription

_logger = Log(__name__)

#: Polls without anybody taking an event after which polling waits for the subscriber: a leap of the clock
#: over a year must not cost a year of polls (chosen).
_MAXIMUM_UNREAD_POLLS = 1000

Dispatch = Callable[[Iterable[InstanceChange], "Iterable[EventSubscription]"], None]


class Poller:
    """The polls of one subscription. Called under the host's lock."""

    def __init__(
        self, host: Host, query: EventQuery, subscription: EventSubscription, dispatch: Dispatch
    ) -> None:
        """Takes what is there now as already seen. Raises QuotaViolation."""
        self._host = host
        self._period = query.within
        self._subscription = subscription
        self._dispatch = dispatch
        self._watches = [ViewWatch(view, volatile=True) for view in query.polled]
        self._moves_with_time = any(watch.moves_with_time for watch in self._watches)
        self._began = host.clock.read()
        self._seen = host.revision
        self._unread = 0
        self._timer: Timer | None = None
        subscription.on_taken = self._taken
        self._schedule()

    def machine_changed(self) -> None:
        """A step has ended: the next poll may find something."""
        if self._timer is None and self._host.revision != self._seen:
            self._schedule(always=True)

    def restart(self) -> None:
        """The machine was reset: what is there now counts as already seen."""
        for watch in self._watches:
            watch.restart()
        self._seen = self._host.revision
        self.stop()
        self._schedule()

    def stop(self) -> None:
        """Poll no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _taken(self) -> None:
        self._unread = 0
        if self._timer is None and not self._subscription.is_closed:
            self._schedule()

    def _schedule(self, *, always: bool = False) -> None:
        if always or (self._moves_with_time and self._unread < _MAXIMUM_UNREAD_POLLS):
            period = max(1, round(self._period * 1_000_000))
            passed = (self._host.clock.read() - self._began) % period
            self._timer = self._host.clock.schedule((period - passed) / 1_000_000, self._poll)

    def _poll(self) -> None:
        self._timer = None
        self._unread += 1
        self._seen = self._host.revision
        for watch in self._watches:
            try:
                found = watch.compare()
            except Exception:  # it would break the operation of whoever lets the clock go on
                _logger.exception("polling %s failed", watch.view.class_name)
                continue
            if found:
                self._dispatch(found, (self._subscription,))
        self._schedule()
