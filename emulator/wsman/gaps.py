"""What clients asked for and the emulator does not do: loud, counted, bounded."""

from __future__ import annotations

import threading
from collections import Counter

MAXIMUM_GAPS = 1000


class Gaps:
    """Counts by description. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def record(self, what: str) -> None:
        """Count one; new descriptions beyond MAXIMUM_GAPS are counted together as 'others'."""
        with self._lock:
            known = what in self._counts or len(self._counts) < MAXIMUM_GAPS
            self._counts[what[:200] if known else "others"] += 1

    def counts(self) -> dict[str, int]:
        """Descriptions and how often each was asked for, most frequent first."""
        with self._lock:
            return dict(self._counts.most_common())
