"""Idle times of what a client holds open: shells, enumerations.

They run on the host's clock, except in fast mode: there the clock leaps over every wait inside the host,
which takes a client no time at all, so the time that really passed counts.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.host.clock import Clock


def seconds(clock: Clock) -> float:
    """A reading in seconds; only differences between two readings of the same clock mean anything."""
    if clock.mode == "fast":
        return time.monotonic()
    return clock.read() / 1e6
