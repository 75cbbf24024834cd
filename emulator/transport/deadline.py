"""Time for sockets: how long the network may take, whatever time it is on the fake machine."""

from __future__ import annotations

import time

if hasattr(time, "clock_gettime"):

    def monotonic() -> float:
        """Seconds of a clock that only moves forward and that freezing the standard clock does not freeze."""
        return time.clock_gettime(time.CLOCK_MONOTONIC)

else:  # pragma: no cover - Windows
    monotonic = time.monotonic


class Deadline:
    """A point in time until which something must have happened."""

    __slots__ = ("_end",)

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left. Raises TimeoutError when there are none."""
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError("the time for the operation is over")
        return left
