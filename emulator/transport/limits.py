"""How much and how long a client may ask of one connection."""

from __future__ import annotations

import threading

from emulator.record import Record

MEBIBYTE = 1024 * 1024


class ConnectionLimits(Record):
    """Bounds of one connection; sizes in bytes, times in seconds.

    ``idle_seconds`` is how long a kept connection may be silent between requests (about 120 s on Windows) and
    how long an answer may take to be read; ``header_seconds`` and ``body_seconds`` bound the arrival of one
    whole header and one whole body (MaxPacketRetrievalTimeSeconds of WinRM is 120 s). ``needs_length``
    refuses a POST that says nothing of its body, as http.sys does; else it has none.
    """

    request_line: int = 16 * 1024
    header_bytes: int = 64 * 1024
    header_count: int = 100
    body: int = 32 * MEBIBYTE
    idle_seconds: float = 120.0
    handshake_seconds: float = 30.0
    header_seconds: float = 60.0
    body_seconds: float = 120.0
    needs_length: bool = True


class ConnectionCount:
    """Connections that are open at the same time, of one listener or of several; at most ``limit``.

    A lower limit ends no connection that is open.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._open = 0

    def __len__(self) -> int:
        return self._open

    def enter(self) -> bool:
        """Count one more; false when there are as many as may be."""
        with self._lock:
            if self._open >= self.limit:
                return False
            self._open += 1
            return True

    def leave(self) -> None:
        """Count one less."""
        with self._lock:
            self._open -= 1
