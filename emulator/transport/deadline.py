"""Time for sockets: how long the network may take, whatever time it is on the fake machine."""

from __future__ import annotations

import socket
import struct
import sys
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


if sys.platform == "linux":

    def limit_waits(connected: socket.socket, seconds: float) -> None:
        """Bound how long one receive or send may wait; OSError (TimeoutError or BlockingIOError) after that.

        The system keeps the time of a plain socket: one of Python's own time-outs costs a system call more
        for each receive and send, and lets the other threads run first each time.
        """
        if connected.gettimeout() is not None or type(connected) is not socket.socket:
            connected.settimeout(seconds)
            return
        whole = int(seconds)
        limit = struct.pack("ll", whole, max(int((seconds - whole) * 1_000_000), 1))
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)

else:

    def limit_waits(connected: socket.socket, seconds: float) -> None:
        """Bound how long one receive or send may wait; TimeoutError after that."""
        connected.settimeout(seconds)
