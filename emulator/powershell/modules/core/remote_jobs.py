"""Jobs of Invoke-Command -AsJob and Receive-PSSession: a child for each session."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.types import BY_CLASS
from emulator.powershell.runtime.background import Background
from emulator.powershell.runtime.errors import PipelineStopped
from emulator.powershell.runtime.hosting import PipelineStreams
from emulator.powershell.runtime.jobs import FINISHED, Job, Work

if TYPE_CHECKING:
    from emulator.powershell.modules.core.session_objects import Session
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.remote_sessions import RemoteCommand


def with_origin(value: Any, session: Session, *, shows_computer: bool) -> Any:
    """A value with PSComputerName, RunspaceId and PSShowComputerName: whatever the other side said of them
    is replaced, but for the last."""
    if value is None:
        return value
    made = value if isinstance(value, PSObject) else PSObject(value)
    made.add(NoteProperty("PSComputerName", session.computer))
    made.add(NoteProperty("RunspaceId", session.identifier))
    if "psshowcomputername" not in made.members:
        made.add(NoteProperty("PSShowComputerName", shows_computer))
    return made


class _Kept(PipelineStreams):
    """What a child's command wrote, until Receive-Job."""

    __slots__ = ("session", "shows_computer")

    def __init__(self, session: Session, shows_computer: bool) -> None:
        super().__init__()
        self.session = session
        self.shows_computer = shows_computer

    def output(self, value: Any) -> None:
        self.out.append(with_origin(value, self.session, shows_computer=self.shows_computer))


class RemoteWork(Work):
    """The child of a job that runs in one session. It has what `emulator.powershell.runtime.jobs.Job` has."""

    def __init__(
        self,
        job: RemoteJob,
        number: int,
        session: Session,
        command: RemoteCommand,
        *,
        shows_computer: bool,
        ends_session: bool,
    ) -> None:
        self.engine = job.engine
        self.number = number
        self.command = job.command
        self.location = session.computer
        self.session = session
        self.remote = command
        self.child_identifier = Guid(job.engine.random.guid())
        self.state = "Running"
        self.reason: Any = None
        self.begun: Any = job.engine.now()
        self.ended: Any = None
        self.streams = _Kept(session, shows_computer)
        self._ends_session = ends_session
        self._stop = threading.Event()
        session.job = job

    @property
    def has_more_data(self) -> bool:
        """HasMoreData: something was not received yet, or may still come."""
        return self.state in ("Running", "Disconnected") or self.streams.holds_something

    def start(self) -> None:
        """Take what the command writes, in a thread of its own."""
        self.state = "Running"
        self.background = Background(self.engine, self._work, self._ask_to_stop)

    def _ask_to_stop(self) -> None:
        self._stop.set()

    def _work(self) -> None:
        command = self.remote
        with suppress(PipelineStopped):
            command.receive(self.engine, self.streams, self._stop.is_set, has_host=False)
        state = command.state
        if state == "Disconnected":
            self.state = state
            return
        self.ended = self.engine.now()
        if command.failure is not None and state in ("Failed", "Broken"):
            self.reason = command.failure
            self.streams.errors.append(command.failure)
        if self._ends_session:
            self.session.connection.close()
        self.session.job = None
        self.state = "Failed" if state == "Broken" else state

    def received(self, keep: bool) -> list[Any]:
        """The output."""
        return self.taken(keep)


class RemoteJob:
    """A job over sessions. Its state follows from those of its children."""

    kind = "RemoteJob"

    def __init__(
        self,
        engine: Engine,
        name: str | None,
        command: str,
        started: Sequence[tuple[Session, RemoteCommand]],
        *,
        shows_computer: bool = True,
        ends_sessions: bool = False,
    ) -> None:
        load_on_demand("system.management.automation.job")
        BY_CLASS[RemoteJob] = BY_CLASS[Job]
        engine.jobs_made += 1 + len(started)
        self.engine = engine
        self.number = engine.jobs_made - len(started)
        self.name = name or f"Job{self.number}"
        self.command = command
        self.location = ",".join(session.computer for session, _ in started)
        self.identifier = Guid(engine.random.guid())
        self.streams = PipelineStreams()
        self.works = [
            RemoteWork(
                self,
                self.number + place,
                session,
                remote,
                shows_computer=shows_computer,
                ends_session=ends_sessions,
            )
            for place, (session, remote) in enumerate(started)
        ]
        for one in self.works:
            one.start()

    @property
    def state(self) -> str:
        """Running while a child runs; Failed when one failed; Disconnected when no other one goes on."""
        states = [one.state for one in self.works]
        for wanted in ("Running", "Disconnected", "Failed", "Stopped"):
            if wanted in states:
                return wanted
        return "Completed"

    @property
    def reason(self) -> Any:
        """Why it failed."""
        return next((one.reason for one in self.works if one.reason is not None), None)

    @property
    def begun(self) -> Any:
        """PSBeginTime."""
        return self.works[0].begun

    @property
    def ended(self) -> Any:
        """PSEndTime: when the last child ended."""
        return self.works[-1].ended if self.state in FINISHED else None

    @property
    def has_more_data(self) -> bool:
        """HasMoreData."""
        return any(one.has_more_data for one in self.works)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for every child."""
        return all(one.wait(seconds) for one in self.works)

    def stop(self) -> None:
        """Stop-Job."""
        for one in self.works:
            one.stop()

    def left(self, session: Session) -> None:
        """A session of the job was disconnected: what takes its output in has seen it when this returns."""
        for one in self.works:
            if one.session is session:
                one.wait()

    def resume(self, session: Session) -> None:
        """A session of the job is connected again."""
        for one in self.works:
            if one.session is session and one.state == "Disconnected":
                one.wait()
                one.start()
