"""The two clocks that life-cycle tests run under: one in the test's hand, and the standard one, frozen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from freezegun import freeze_time

from emulator.host import Job
from emulator.profile import Profile
from tests.wmi.conftest import START, Wmi


class Manual:
    """The hosts' own clocks stand still until the test moves them."""

    mode = "manual"

    def __init__(self) -> None:
        self.made: list[Wmi] = []

    def __enter__(self) -> Manual:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def make(self, profile: Profile) -> Wmi:
        """A host whose time this clock is."""
        wmi = Wmi(profile, self.mode)
        self.made.append(wmi)
        return wmi

    def wait(self, seconds: float) -> None:
        for wmi in self.made:
            wmi.advance(seconds)

    def finish(self, job: Job) -> None:
        """Wait from event to event until a job has ended."""
        clock = job.host.clock
        while not job.finished:
            self.wait((clock.next_event() - clock.now()).total_seconds())
            with job.host.looking():
                pass
        job.raise_if_failed()


class Frozen(Manual):
    """The hosts follow the standard clock, which freezegun holds and moves."""

    mode = "real"

    def __enter__(self) -> Frozen:
        self._freezer = freeze_time(START.replace(tzinfo=None))
        self._time: Any = self._freezer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._freezer.stop()

    def wait(self, seconds: float) -> None:
        self._time.tick(timedelta(seconds=seconds))


CLOCKS = (Manual, Frozen)
