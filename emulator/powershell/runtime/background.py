"""Work beside the running script: asynchronous pipelines and jobs, each in a thread and runspace."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator.powershell.runtime.errors import error

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

STACK_SIZE = 64 * 1024 * 1024
_starting = threading.Lock()


class Background:
    """One piece of work. ``stop`` asks it to end; `wait` says whether it has."""

    def __init__(self, engine: Engine, work: Callable[[], None], stop: Callable[[], None]) -> None:
        running = [one for one in engine.background if one.is_alive]
        if len(running) >= engine.limits.background:
            raise error(
                f"No more than {engine.limits.background} pipelines can run beside a script.",
                "BackgroundLimit",
                "LimitsExceeded",
            )
        engine.background[:] = [*running, self]
        self._engine = engine
        self.stop = stop
        # The stack size counts for all threads that start while it is set.
        with _starting:
            old = threading.stack_size(STACK_SIZE)
            try:
                self._thread = threading.Thread(target=work, daemon=True, name="powershell-background")
                self._thread.start()
            finally:
                threading.stack_size(old)

    @property
    def is_alive(self) -> bool:
        """True until it has ended."""
        return self._thread.is_alive()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it ends, at most so many seconds; the waiting script can be stopped."""
        step = 0.05
        while self._thread.is_alive():
            if seconds is not None and seconds <= 0:
                return False
            self._thread.join(step if seconds is None else min(step, seconds))
            seconds = None if seconds is None else seconds - step
            self._engine.check_stopped()
        return True
