"""Sleeping until the machine changes.

Each waiter leaves its predicate here; whoever changes the machine evaluates the predicates once, when it
lets go of the lock, and wakes only those that are satisfied. So 1,000 waiters cost 1,000 short calls a
change, not 1,000 threads fighting for the lock. In real time one of the waiters, the timekeeper, wakes for
the next due event.
"""

import threading
from collections.abc import Callable

from emulator.host.clock import NEVER


class Waiter:
    """One sleeping thread. ``deadline`` in microseconds since 1970, NEVER when there is none.

    ``keeps_time``: it may be the timekeeper (time passes by itself). ``skips``: it would jump to the next
    event, and sleeps because there is none.
    """

    __slots__ = ("deadline", "interrupted", "keeps_time", "predicate", "signal", "skips", "wakes_at")

    def __init__(
        self,
        predicate: Callable[[], object],
        interrupted: Callable[[], bool] | None,
        deadline: int,
        *,
        keeps_time: bool,
        skips: bool,
    ) -> None:
        self.predicate = predicate
        self.interrupted = interrupted
        self.deadline = deadline
        self.keeps_time = keeps_time
        self.skips = skips
        self.wakes_at = deadline
        self.signal = threading.Event()

    def is_satisfied(self, now: int) -> bool:
        """True when the thread has a reason to wake up and look for itself."""
        if now >= self.deadline:
            return True
        try:
            return bool(self.predicate()) or (self.interrupted is not None and self.interrupted())
        except Exception:  # noqa: BLE001 - the thread that waits looks again and gets the exception itself
            return True


class Waiters:
    """All sleeping threads of a host; every method is called with the host's lock held."""

    def __init__(self) -> None:
        self._waiters: dict[Waiter, None] = {}
        self._timekeeper: Waiter | None = None
        self._skippers: dict[Waiter, None] = {}
        # An event that is due before this moment makes somebody wake up earlier than planned; 0: nobody
        # would.
        self.planned = 0

    def __len__(self) -> int:
        return len(self._waiters)

    def prepare(self, waiter: Waiter, next_due: int) -> None:
        """The thread goes to sleep, for the first time or again. Its predicate was just found false."""
        self._waiters[waiter] = None
        waiter.signal.clear()
        waiter.wakes_at = waiter.deadline
        if waiter.keeps_time and self._timekeeper is None:
            self._timekeeper = waiter
        if waiter.skips:
            self._skippers[waiter] = None
        if self._timekeeper is waiter:
            waiter.wakes_at = min(waiter.deadline, next_due)
        if self._skippers:
            self.planned = NEVER
        elif self._timekeeper is waiter:
            self.planned = waiter.wakes_at

    def leave(self, waiter: Waiter) -> None:
        """The thread waits no more. When it kept the time, another one is woken to take over."""
        self._waiters.pop(waiter, None)
        self._skippers.pop(waiter, None)
        if self._timekeeper is waiter:
            self.planned = 0
            self._timekeeper = next((other for other in self._waiters if other.keeps_time), None)
            if self._timekeeper is not None:
                self._timekeeper.signal.set()

    def wake_satisfied(self, now: int) -> None:
        for waiter in self._waiters:
            if not waiter.signal.is_set() and waiter.is_satisfied(now):
                waiter.signal.set()

    def wake_all(self) -> None:
        for waiter in self._waiters:
            waiter.signal.set()

    def hurry(self) -> None:
        """An event was scheduled that is due before the timekeeper would wake up, or that others can jump
        to."""
        self.planned = 0
        if self._timekeeper is not None:
            self._timekeeper.signal.set()
        for waiter in self._skippers:
            waiter.signal.set()
