"""The only source of time. Future changes are events on a schedule, settled whenever somebody looks.

There are no timers or threads: whoever takes the host's lock runs what has come due, in order of time, and
``now()`` reads an event's own time while it runs, so that a job ends exactly when it should.

Modes:
    real    the standard clock, read at call time (so freezegun can drive it).
    fast    the standard clock plus every wait that was skipped.
    manual  stands still until ``advance``.
"""

import heapq
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

MODES: Final = ("real", "fast", "manual")
NEVER: Final = 2**63
# One look runs at most this many events; an action that reschedules itself for ever cannot hang a request.
MAXIMUM_EVENTS_PER_LOOK: Final = 50_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS: Final = 1_000_000
# No wait leads beyond the year 9000: a script that sleeps in a loop cannot push the clock out of the
# calendar.
_LATEST: Final = (datetime(9000, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_LONGEST_DELAY: Final = 1e11


class Timer:
    """One scheduled action. ``cancel`` is safe at any time, also after it ran."""

    __slots__ = ("_clock", "action", "due", "pending")

    def __init__(self, clock: "Clock", due: int, action: Callable[[], None]) -> None:
        self._clock = clock
        self.due = due
        self.action = action
        self.pending = True

    def cancel(self) -> None:
        if self.pending:
            self.pending = False
            self._clock._drop_cancelled()


class Clock:
    """Time in whole microseconds since 1970 (UTC) and the heap of events.

    Not locked by itself: the host's lock guards it. ``advance`` is given by the host so that everybody who
    waits hears of it.
    """

    def __init__(self, mode: str = "real", start: datetime | None = None) -> None:
        if mode not in MODES:
            raise ValueError(f"clock mode {mode!r}: allowed are {', '.join(MODES)}")
        self.mode = mode
        self._offset = 0
        self._manual = to_microseconds(start) if start is not None else time.time_ns() // 1000
        self._executing: int | None = None
        self._heap: list[tuple[int, int, Timer]] = []
        self._serial = 0
        self._cancelled = 0
        self.next_due = NEVER
        self.on_advance: Callable[[Callable[[], None]], None] = lambda move: move()
        #: Called after each event that was settled, at the event's own time.
        self.on_event: Callable[[], None] = lambda: None

    def read(self) -> int:
        """Microseconds since 1970 UTC; an event's own time while it runs."""
        if self._executing is not None:
            return self._executing
        if self.mode == "manual":
            return self._manual
        return time.time_ns() // 1000 + self._offset

    def now(self) -> datetime:
        """The present time, UTC, aware."""
        return _EPOCH + timedelta(microseconds=self.read())

    def after(self, seconds: float) -> int:
        """The moment that many seconds from now, in microseconds since 1970."""
        delay = round(min(seconds, _LONGEST_DELAY) * _MICROSECONDS) if seconds > 0 else 0
        return min(self.read() + delay, max(_LATEST, self.read()))

    def schedule(self, delay_seconds: float, action: Callable[[], None]) -> Timer:
        """Run ``action`` (under the host's lock) when the delay has passed. Call it with the lock held."""
        timer = Timer(self, self.after(delay_seconds), action)
        self._serial += 1
        heapq.heappush(self._heap, (timer.due, self._serial, timer))
        self.next_due = self._heap[0][0]
        return timer

    def next_event(self) -> datetime | None:
        """When the next event is due; None when nothing is scheduled."""
        return None if self.next_due == NEVER else _EPOCH + timedelta(microseconds=self.next_due)

    def advance(self, by: timedelta) -> None:
        """Move a manual or fast clock forward and settle what came due. ValueError in real mode or
        backwards."""
        if self.mode == "real":
            raise ValueError("a real clock cannot be advanced")
        if by < timedelta(0):
            raise ValueError("a clock cannot go backwards")
        step = by // timedelta(microseconds=1)
        self.on_advance(lambda: self.jump_to(self.read() + step))

    def jump_to(self, moment: int) -> None:
        """Move forward to a moment (never back), settling on the way. The host's lock is held."""
        missing = min(moment, _LATEST) - self.read()
        if missing > 0:
            if self.mode == "manual":
                self._manual += missing
            else:
                self._offset += missing
        self.settle()

    def settle(self) -> None:
        """Run every event that is due, in order of time. The host's lock is held."""
        if self._executing is not None:
            return
        limit = self.read()
        try:
            for _ in range(MAXIMUM_EVENTS_PER_LOOK):
                if self.next_due > limit:
                    break
                due, _, timer = heapq.heappop(self._heap)
                self._forget_cancelled_head()
                if not timer.pending:
                    continue
                timer.pending = False
                self._executing = due
                timer.action()
                self.on_event()
        finally:
            self._executing = None
            self._forget_cancelled_head()

    def clear(self) -> None:
        """Forget every event (the host is being reset)."""
        for _, _, timer in self._heap:
            timer.pending = False
        self._heap.clear()
        self._cancelled = 0
        self.next_due = NEVER

    def _forget_cancelled_head(self) -> None:
        heap = self._heap
        while heap and not heap[0][2].pending:
            heapq.heappop(heap)
            self._cancelled = max(0, self._cancelled - 1)
        self.next_due = heap[0][0] if heap else NEVER

    def _drop_cancelled(self) -> None:
        self._cancelled += 1
        if self._cancelled > 64 and self._cancelled * 2 > len(self._heap):
            self._heap = [entry for entry in self._heap if entry[2].pending]
            heapq.heapify(self._heap)
            self._cancelled = 0
        self._forget_cancelled_head()


def to_microseconds(moment: datetime) -> int:
    """Microseconds since 1970. Raises ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(moment: int) -> datetime:
    """Microseconds since 1970 as an aware UTC datetime."""
    return _EPOCH + timedelta(microseconds=moment)
