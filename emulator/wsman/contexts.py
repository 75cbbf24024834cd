"""Open enumerations: what is left of each, under an id that changes with every Pull.

The items are rendered when the enumeration starts, so that all of them show the same moment. Number and size
are bounded; an enumeration that nobody pulls ends after EnumerationTimeoutms.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.host.identifiers import random_guid
from emulator.shells import stopwatch
from emulator.wsman.faults import WsmanFault

if TYPE_CHECKING:
    from emulator.host import Host

MAXIMUM_PER_USER = 500
MAXIMUM_TOTAL_BYTES = 128 * 1024 * 1024


@dataclass(slots=True)
class Enumeration:
    """The rest of an enumeration."""

    owner: str
    items: Sequence[bytes]
    position: int
    size: int
    touched: float
    #: When it ends whoever pulls; seconds of the stopwatch.
    expires: float = math.inf


class EnumerationContexts:
    """Every open enumeration of the service. Thread-safe."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._lock = threading.Lock()
        self._open: dict[str, Enumeration] = {}
        self._size = 0

    def open(self, owner: str, items: Sequence[bytes], position: int, lifetime: float | None = None) -> str:
        """Keep the items from `position` on, `lifetime` seconds at most; the id for the first Pull.

        Raises QUOTA_LIMIT.
        """
        size = sum(map(len, items[position:]))
        with self._lock:
            self._end_idle()
            own = sum(each.owner == owner for each in self._open.values())
            if own >= MAXIMUM_PER_USER or self._size + size > MAXIMUM_TOTAL_BYTES:
                raise WsmanFault("ERROR_WSMAN_QUOTA_LIMIT")
            now = stopwatch.seconds(self._host.clock)
            expires = math.inf if lifetime is None else now + lifetime
            return self._put(Enumeration(owner, items, position, size, now, expires))

    def take(self, identifier: str, owner: str) -> Enumeration:
        """Remove and return the user's enumeration with this id. Raises INVALID_ENUMERATION_CONTEXT."""
        with self._lock:
            self._end_idle()
            found = self._open.get(identifier)
            if found is None or found.owner != owner:
                raise WsmanFault("ERROR_WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT")
            self._remove(identifier)
            if found.expires <= stopwatch.seconds(self._host.clock):
                raise WsmanFault("ERROR_WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT")
            return found

    def restore(self, identifier: str, enumeration: Enumeration) -> None:
        """Keep an enumeration as it was, after a Pull that could not be answered."""
        with self._lock:
            self._open[identifier] = enumeration
            self._size += enumeration.size

    def put_back(self, enumeration: Enumeration) -> str:
        """Keep what is left under a new id, which is returned."""
        with self._lock:
            enumeration.touched = stopwatch.seconds(self._host.clock)
            return self._put(enumeration)

    def clear(self) -> None:
        """Forget every enumeration."""
        with self._lock:
            self._open.clear()
            self._size = 0

    def __len__(self) -> int:
        return len(self._open)

    def _put(self, enumeration: Enumeration) -> str:
        identifier = f"uuid:{random_guid()}"
        self._open[identifier] = enumeration
        self._size += enumeration.size
        return identifier

    def _remove(self, identifier: str) -> None:
        self._size -= self._open.pop(identifier).size

    def _end_idle(self) -> None:
        timeout = self._host.winrm.enumeration_timeout_milliseconds / 1000
        limit = stopwatch.seconds(self._host.clock) - timeout
        # Dictionaries keep the order of insertion, and every Pull inserts anew: the oldest are in front.
        for identifier in list(self._open):
            if self._open[identifier].touched > limit:
                break
            self._remove(identifier)
