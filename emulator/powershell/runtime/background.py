"""Work beside the running script: asynchronous pipelines and jobs, each in a thread and runspace."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator.powershell.runtime.errors import PSError, error

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

STACK_SIZE = 64 * 1024 * 1024
_starting = threading.Lock()


class Background:
    """One piece of work. ``stop`` asks it to end; `wait` says whether it has."""

    def __init__(
        self, engine: Engine, work: Callable[[], None], stop: Callable[[], None], *, is_counted: bool = True
    ) -> None:
        """``is_counted``: it is one of the pipelines of which a process has only so many."""
        self._engine = engine
        self.stop = stop
        self.is_counted = is_counted
        self._thread = threading.Thread(target=work, daemon=True, name="powershell-background")
        engine.session.background.start(self, engine.limits.background)

    def begin(self) -> None:
        """Start the thread. Raises RuntimeError when there can be no more threads."""
        # The stack size counts for all threads that start while it is set.
        with _starting:
            old = threading.stack_size(STACK_SIZE)
            try:
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


class BackgroundWork:
    """What runs beside the scripts of one process, in all its runspaces."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[Background] = []
        self._is_over = False

    def start(self, one: Background, most: int) -> None:
        """Let one more run. Raises PSError when ``most`` are counted already, or the process is over."""
        with self._lock:
            self._running = [each for each in self._running if each.is_alive]
            if self._is_over or (one.is_counted and sum(each.is_counted for each in self._running) >= most):
                raise _refused(f"No more than {most} pipelines can run beside the scripts of a process.")
            try:
                one.begin()
            except RuntimeError:
                raise _refused("There can be no more threads.") from None
            self._running.append(one)

    def end(self) -> None:
        """The process is over: everything is asked to stop, and nothing starts any more."""
        with self._lock:
            self._is_over = True
            left, self._running = self._running, []
        for one in left:
            if one.is_alive:
                one.stop()


def _refused(text: str) -> PSError:
    return error(text, "BackgroundLimit", "LimitsExceeded")
