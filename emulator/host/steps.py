"""One step of the machine at a time: its lock, what is due, who waits for a change, and what is to be done
when a step has ended.

A step is an operation, or one event of the clock. The lock is held for a step and never while somebody
sleeps.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import Enum
from typing import TYPE_CHECKING

from emulator.host.clock import NEVER, Clock
from emulator.host.waiting import Waiter, Waiters
from emulator.log import Log

if TYPE_CHECKING:
    from emulator.host.host import Host

_logger = Log(__name__)


class Wait(Enum):
    """Why a sleep ended."""

    SATISFIED = 1
    TIMED_OUT = 2
    INTERRUPTED = 3


class _Look(AbstractContextManager[None]):
    """The lock as a context manager that settles on the way in and notifies on the way out."""

    __slots__ = ("_acquire", "_clock", "_host", "_release", "_steps")

    def __init__(self, steps: "Steps") -> None:
        self._steps = steps
        self._host = steps.host
        self._clock = steps.clock
        self._acquire = steps.lock.acquire
        self._release = steps.lock.release

    def __enter__(self) -> None:
        self._acquire()
        steps = self._steps
        steps.depth += 1
        # Only the outermost look settles: an operation must not see time pass in its middle.
        if steps.depth == 1 and self._clock.next_due != NEVER:
            try:
                if self._clock.read() >= self._clock.next_due:
                    steps.notify = True
                    self._clock.settle()
            except BaseException:
                self.__exit__()
                raise

    def __exit__(self, *_: object) -> None:
        steps = self._steps
        try:
            if steps.depth == 1:
                if self._host.revision != steps.notified or steps.notify:
                    if steps.observers:
                        steps.end()
                    steps.tell_waiters()
                if self._clock.next_due < steps.waiters.planned:
                    steps.waiters.hurry()
        finally:
            steps.depth -= 1
            errands: list[Callable[[], None]] = []
            if steps.errands and steps.depth == 0:
                errands, steps.errands = steps.errands, errands
            self._release()
        for errand in errands:
            steps.run(errand)


class Steps:
    """The steps of one host."""

    def __init__(self, host: "Host", clock: Clock) -> None:
        self.host = host
        self.clock = clock
        self.lock = threading.RLock()
        #: Called under the lock when a step in which something changed has ended. What they read is the state
        #: between two steps, never the middle of one.
        self.observers: list[Callable[[], None]] = []
        self.waiters = Waiters()
        self.errands: list[Callable[[], None]] = []
        #: How many looks are inside each other, the revision that waiters know, and whether they must look
        #: again though it is the same.
        self.depth = 0
        self.notified = 0
        self.notify = False
        self.look: AbstractContextManager[None] = _Look(self)
        clock.on_advance = self._advance
        clock.on_event = self.end

    def wake(self) -> None:
        """Let every waiter look again."""
        with self.look:
            self.notify = True

    def skip_to(self, moment: int) -> None:
        """With the fast clock, jump to a moment; see ``Host.skip_to``."""
        with self.look:
            if self.clock.mode == "fast":
                self.clock.jump_to(moment)
                self.notify = True

    def wait(
        self,
        predicate: Callable[[], object],
        timeout: float | None,
        interrupted: Callable[[], bool] | None,
        skip_time: bool,
    ) -> Wait:
        """Sleep until one of the reasons to wake up is there; see ``Host.wait_for``."""
        clock = self.clock
        with self.look:
            if self.depth > 1:
                raise RuntimeError("a wait inside looking() would hold the lock while asleep")
            started_at = self.host.reset_count
            deadline = NEVER if timeout is None else clock.after(timeout)
        skips = skip_time and clock.mode == "fast"
        waiter = Waiter(predicate, interrupted, deadline, keeps_time=clock.mode != "manual", skips=skips)
        try:
            while True:
                with self.look:
                    if self.host.closed or self.host.reset_count != started_at:
                        return Wait.INTERRUPTED
                    if predicate():
                        return Wait.SATISFIED
                    if interrupted is not None and interrupted():
                        return Wait.INTERRUPTED
                    now = clock.read()
                    if now >= deadline:
                        return Wait.TIMED_OUT
                    target = min(deadline, clock.next_due)
                    if skips and target != NEVER:
                        clock.jump_to(target)
                        self.notify = True
                        continue
                    self.waiters.prepare(waiter, clock.next_due)
                    real_seconds = self._real_seconds(waiter.wakes_at - now, waiter)
                waiter.signal.wait(real_seconds)
        finally:
            with self.lock:
                self.waiters.leave(waiter)

    def _real_seconds(self, microseconds: int, waiter: Waiter) -> float | None:
        if self.clock.mode == "manual" or waiter.wakes_at == NEVER:
            return None
        return min(max(microseconds, 0) / 1_000_000, threading.TIMEOUT_MAX)

    def after_step(self, errand: Callable[[], None]) -> None:
        """Have something done when the present step has ended and its thread has given the lock back.

        So one host asks another one: an errand holds no lock, and takes that of one host at a time.
        """
        with self.look:
            self.errands.append(errand)

    def run(self, errand: Callable[[], None]) -> None:
        """Do an errand, without the lock."""
        try:
            errand()
        except Exception:  # the step that wanted it has ended well
            _logger.exception("an errand of the machine failed")

    def end(self) -> None:
        """Tell whoever watches that a step has ended."""
        for observer in list(self.observers):
            try:
                observer()
            except Exception:  # whoever watches must not break the operation of somebody else
                _logger.exception("an observer of the machine failed")

    def tell_waiters(self) -> None:
        """Wake those whose predicate has become true."""
        self.notified = self.host.revision
        self.notify = False
        if len(self.waiters):
            self.waiters.wake_satisfied(self.clock.read())

    def _advance(self, move: Callable[[], None]) -> None:
        with self.look:
            self.notify = True
            move()
