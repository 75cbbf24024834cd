"""One registered task: its runs, its next start on the clock, and how its last run ended."""

import ntpath
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING

from emulator.host.clock import Timer
from emulator.host.errors import HostError, NotSupported
from emulator.host.host_object import HostObject, operation
from emulator.host.windows.program_start import TERMINATED, ProgramRun, program_starter
from emulator.host.windows.scheduled_tasks.calendar import is_active, next_end, next_start
from emulator.host.windows.scheduled_tasks.definition import (
    IGNORE_NEW,
    PARALLEL,
    QUEUE,
    STOP_EXISTING,
    TaskAction,
    TaskDefinition,
    TaskTrigger,
)
from emulator.host.windows.scheduled_tasks.durations import duration_of, local_moment

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account

#: SCHED_S_TASK_RUNNING, _HAS_NOT_RUN, _TERMINATED (winerror.h).
RUNNING_RESULT, NEVER_RUN, ENDED_BY_USER = 0x41301, 0x41303, 0x41306
#: Starts of a task that wait for the one before to end.
_MAXIMUM_QUEUED = 16
_NO_DELAY = timedelta(0)
#: A start that was missed follows when the machine is back, after this (documented: StartWhenAvailable).
_MISSED_DELAY = timedelta(minutes=10)
#: Starts that wait for their delay; a task that is told more often forgets the oldest.
_MAXIMUM_WAITING = 64


class TaskState(IntEnum):
    """TASK_STATE (taskschd.h)."""

    UNKNOWN = 0
    DISABLED = 1
    QUEUED = 2
    READY = 3
    RUNNING = 4


class ScheduledTask(HostObject):
    """A task in a folder; ``folder`` ends with a backslash."""

    def __init__(
        self, host: "Host", folder: str, name: str, definition: TaskDefinition, account: "Account"
    ) -> None:
        super().__init__(host)
        self.folder = folder
        self.name = name
        self.definition = definition
        self.account = account
        self.registered_at = host.clock.now()
        self.last_run: datetime | None = None
        self.missed_runs = 0
        self.is_deleted = False
        self._last_result = NEVER_RUN
        self._runs: list[ProgramRun] = []
        self._queued = 0
        self._timer: Timer | None = None
        self._limit: Timer | None = None
        self._end: Timer | None = None
        self._waiting: list[Timer] = []
        self.next_run: datetime | None = None
        """The next start by the calendar, UTC."""

    @property
    def path(self) -> str:
        """The full path, ``\\Folder\\Name``."""
        return self.folder + self.name

    @property
    def state(self) -> TaskState:
        if self._running():
            return TaskState.RUNNING
        return TaskState.READY if self.definition.settings.enabled else TaskState.DISABLED

    @property
    def last_result(self) -> int:
        """The exit code of the last run as an unsigned number, or one of the scheduler's own."""
        return RUNNING_RESULT if self._running() else self._last_result

    @property
    def process_ids(self) -> list[int]:
        """The processes of the runs that have not ended."""
        return [run.process.id for run in self._running() if run.process is not None]

    def _running(self) -> list[ProgramRun]:
        """The runs that have not ended; of the others only the exit code of the last stays."""
        for run in [one for one in self._runs if one.exit_code is not None]:
            self._runs.remove(run)
            if self._last_result != ENDED_BY_USER or run.exit_code != TERMINATED:
                self._last_result = (run.exit_code or 0) & 0xFFFFFFFF
        return self._runs

    # Changes

    @operation
    def set_enabled(self, enabled: bool) -> None:
        """Let the triggers start it, or not."""
        settings = self.definition.settings.replaced(enabled=enabled)
        self.definition = self.definition.replaced(settings=settings)
        self.plan()
        self.touch()

    @operation
    def redefine(self, definition: TaskDefinition, account: "Account") -> None:
        """Put another definition in the place of this one; runs go on."""
        self.definition, self.account = definition, account
        self._stop_waiting()
        self.plan()
        self.touch()

    def forget(self) -> None:
        """The task is deleted: nothing starts it any more, its programs go on. Called with the lock held."""
        self.is_deleted = True
        self._cancel()
        self._stop_waiting()

    # Running

    @operation
    def start(self, arguments: str = "") -> None:
        """Run it now, as the policy for several instances says. Raises NotSupported where it may not be
        started on demand or is disabled."""
        settings = self.definition.settings
        if not settings.enabled:
            raise NotSupported("The task is disabled.", hresult=0x80041326)
        if not settings.allow_demand_start:
            raise NotSupported("The task may not be started on demand.", hresult=0x80070005)
        self._begin(arguments)

    @operation
    def stop(self) -> None:
        """End its programs."""
        ended = [run for run in self._running() if run.process is not None]
        if ended:
            self._last_result = ENDED_BY_USER
        self._queued = 0
        for run in ended:
            process = run.process
            if process is not None and self.host.processes.get(process.id) is process:
                self.host.processes.end(process.id)
        self.touch()

    def _begin(self, arguments: str = "") -> None:
        policy = self.definition.settings.multiple_instances
        if self._running() and policy != PARALLEL:
            if policy == IGNORE_NEW:
                return
            self._queued = min(self._queued + 1, _MAXIMUM_QUEUED) if policy == QUEUE else self._queued
            if policy == STOP_EXISTING:
                self.stop()
            else:
                return
        self.last_run = self.host.clock.now()
        self._last_result = RUNNING_RESULT
        self._launch(self.definition.actions, arguments)
        self._limit_time()
        self.touch()

    def _launch(self, actions: tuple[TaskAction, ...], arguments: str) -> None:
        """Start the first of the actions; the others follow, each when the one before has ended."""
        first, rest = actions[0], actions[1:]
        command_line, directory = f"{first.command_line} {arguments}".strip(), first.working_directory
        run = ProgramRun()
        run.ended = lambda _run: self._ended(rest, arguments)
        # The task's user has no profile of his own here: the variables are those of the machine.
        expanded = self.host.environment_variables.expanded
        try:
            program_starter(self.host).start(
                self.account, expanded(command_line), expanded(directory).strip('"') or None, run=run
            )
        except HostError as problem:
            missing = problem.hresult == 0x80070490
            self._last_result = 0x80070002 if missing else problem.hresult & 0xFFFFFFFF
            return
        self._runs.append(run)

    def _ended(self, rest: tuple[TaskAction, ...], arguments: str) -> None:
        """A program has ended; its thread calls this before the exit code is known. The actions behind it
        follow, then a start that waited."""
        host = self.host
        with host.looking():
            if rest and self._last_result != ENDED_BY_USER:
                self._launch(rest, arguments)
            elif self._queued and not self.is_deleted:
                self._queued -= 1
                host.clock.schedule(0, lambda: host.after_step(self._again))

    @operation
    def _again(self) -> None:
        self._begin()

    def _limit_time(self) -> None:
        limit = duration_of(self.definition.settings.execution_limit)
        if limit and self._runs:
            runs = list(self._runs)
            self._limit = self.host.clock.schedule(limit.total_seconds(), lambda: self._over(runs))

    def _over(self, runs: list[ProgramRun]) -> None:
        for run in runs:
            process = run.process
            if (
                run.exit_code is None
                and process is not None
                and self.host.processes.get(process.id) is process
            ):
                self._last_result = ENDED_BY_USER
                self.host.processes.end(process.id)

    # The calendar

    def plan(self) -> None:
        """Wait for the next start by the calendar. Called with the lock held. Raises InvalidParameter."""
        self._cancel()
        self.next_run = None
        settings, host = self.definition.settings, self.host
        if self.is_deleted or not settings.enabled:
            return
        offset = host.operating_system.utc_offset()
        now = host.clock.now()
        local = (now + offset).replace(tzinfo=None)
        stops = (
            next_end(trigger, local, offset)
            for trigger in self.definition.triggers
            if trigger.repetition.stops_at_end
        )
        over = min((one for one in stops if one is not None), default=None)
        if over is not None:
            self._end = host.clock.schedule((over - local).total_seconds(), self._pattern_over)
        starts = (next_start(trigger, local, offset) for trigger in self.definition.triggers)
        found = min((one for one in starts if one is not None), default=None)
        if found is not None:
            self.next_run = now + (found - local)
            self._timer = host.clock.schedule((found - local).total_seconds(), self._due)
        elif settings.delete_expired_after:
            self._plan_deletion(local, offset)

    def _pattern_over(self) -> None:
        """The repetitions of an occurrence are over, and what runs is to stop with them."""
        self._end = None
        self._over(list(self._runs))
        self.plan()

    def _plan_deletion(self, local: datetime, offset: timedelta) -> None:
        ends = [local_moment(trigger.end, offset) for trigger in self.definition.triggers]
        known = [end for end in ends if end is not None]
        if not known:
            return
        moment = max(known) + (duration_of(self.definition.settings.delete_expired_after) or _NO_DELAY)
        delay = max(moment - local, _NO_DELAY).total_seconds()
        self._timer = self.host.clock.schedule(delay, lambda: self.host.scheduled_tasks.delete(self.path))

    def _due(self) -> None:
        self._timer = None
        host = self.host
        if host.power.answers:
            # Starting a program takes a thread and the host's lock: not in the middle of a look at the clock.
            host.after_step(self._again)
        else:
            self.missed_runs += 1
        self.plan()
        self.touch()

    def _stop_waiting(self) -> None:
        for timer in self._waiting:
            timer.cancel()
        self._waiting = []

    def _cancel(self) -> None:
        for timer in (self._timer, self._end):
            if timer is not None:
                timer.cancel()
        self._timer = self._end = None

    def happened(self, kind: str, queries: Collection[str] = ()) -> None:
        """Something that triggers of a kind wait for has happened: Boot, Registration, Idle, or an Event that
        one of the queries selects. The lock is held."""
        if not self.definition.settings.enabled:
            return
        offset = self.host.operating_system.utc_offset()
        local = (self.host.clock.now() + offset).replace(tzinfo=None)
        for trigger in self.definition.triggers:
            if trigger.kind != kind or not is_active(trigger, local, offset):
                continue
            if kind == "Event" and trigger.subscription not in queries:
                continue
            self._repeat(trigger, (duration_of(trigger.delay) or _NO_DELAY), _NO_DELAY)
        if kind == "Boot" and self.missed_runs and self.definition.settings.start_when_available:
            self.missed_runs = 0
            self._later(_MISSED_DELAY, lambda: self.host.after_step(self._if_there))

    def _repeat(self, trigger: TaskTrigger, delay: timedelta, passed: timedelta) -> None:
        """Start it after a delay, and again as the repetition of the trigger says; ``passed`` is the time
        since what it waited for."""
        every = duration_of(trigger.repetition.interval)
        lasting = duration_of(trigger.repetition.duration)

        def due() -> None:
            self.host.after_step(self._if_there)
            if every and (lasting is None or passed + every < lasting):
                self._repeat(trigger, every, passed + every)

        self._later(delay, due)
        if passed == _NO_DELAY and lasting is not None and trigger.repetition.stops_at_end:
            self._later(delay + lasting, lambda: self._over(list(self._runs)))

    def _later(self, delay: timedelta, act: Callable[[], None]) -> None:
        """Do something later, unless the task is changed before."""
        self._waiting = [one for one in self._waiting if one.pending][-_MAXIMUM_WAITING:]
        self._waiting.append(self.host.clock.schedule(delay.total_seconds(), act))

    @operation
    def _if_there(self) -> None:
        if not self.is_deleted and self.definition.settings.enabled:
            self._begin()


def split_path(path: str) -> tuple[str, str]:
    """Folder (with a backslash at its end) and name of a task's path; one without a folder is in the root."""
    folder, name = ntpath.split(path.replace("/", "\\"))
    folder = folder.strip("\\")
    return (f"\\{folder}\\" if folder else "\\"), name
