"""Puts off Python's garbage collection while something long-lived is made.

Trees of scripts and modules that load have no garbage in them: looking through them again and again while
they grow takes up to a fifth of the time of making them.
"""

from __future__ import annotations

import gc
from threading import Lock
from types import TracebackType


class _NoCollection:
    """Puts off collection for the length of a ``with``, in any number of threads at a time.

    Nor is what was made looked through once more when that is over: it goes to the objects that live long at
    once.
    """

    def __init__(self) -> None:
        self._users = 0
        self._was_enabled = False
        self._lock = Lock()

    def __enter__(self) -> None:
        with self._lock:
            if self._users == 0:
                self._was_enabled = gc.isenabled()
                gc.disable()
            self._users += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0 and self._was_enabled:
                if gc.get_freeze_count() == 0:  # what somebody else set aside must stay there
                    gc.freeze()
                    gc.unfreeze()
                gc.enable()


no_collection = _NoCollection()
