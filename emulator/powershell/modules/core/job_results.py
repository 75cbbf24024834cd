"""Receive-Job: what jobs wrote, of all their children or of some."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.event_sources import EventArguments
from emulator.powershell.dotnet.library.job_types import ChildJob, SeenState, StateInfo
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, unwrap
from emulator.powershell.modules.core.job_selection import AnyJob, chosen, work_of
from emulator.powershell.runtime.jobs import FINISHED, Job
from emulator.powershell.runtime.module import Cmdlet, cmdlet

#: Switches that need -Wait, and what is said without it.
_NEED_WAIT = (
    ("AutoRemoveJob", "The -AutoRemoveJob parameter cannot be used without the -Wait parameter"),
    ("WriteJobInResults", "The -WriteJobInResults parameter cannot be used without the -Wait parameter"),
    ("WriteEvents", "The WriteEvents parameter cannot be used without the Wait parameter."),
    ("Force", "The -Force parameter cannot be used without the -Wait parameter."),
)
#: How often a job that was left is looked at, in seconds.
_LOOK = 0.05
_EVENT_MARK = "PSEventObject"


@cmdlet("Receive-Job")
class ReceiveJob(Cmdlet):
    """Hand on what jobs wrote."""

    accepts = (
        *("Id", "Job", "Name", "InstanceId", "Keep", "Wait", "AutoRemoveJob", "WriteJobInResults"),
        *("Location", "ComputerName", "Session", "NoRecurse", "WriteEvents", "Force"),
    )

    def begin(self) -> None:
        """Switches that belong together."""
        call = self.call
        if call.get("Wait") and call.get("Keep"):
            self._refuse("The Wait and Keep parameters cannot be used together in the same command.")
        for parameter, text in _NEED_WAIT:
            if call.get(parameter) and not call.get("Wait"):
                self._refuse(text)

    def _refuse(self, text: str) -> None:
        kind = "System.Management.Automation.PSInvalidOperationException"
        raise self.call.failure(kind, text, "InvalidOperation", "InvalidOperation")

    def process(self) -> None:
        """Hand on."""
        for job in chosen(self.call):
            self._receive(job)

    def _receive(self, job: AnyJob) -> None:
        call = self.call
        if call.get("WriteJobInResults"):
            call.write(job)
        before = {id(work): work.state for work in (work_of(job), *work_of(job).works)}
        if call.get("Wait"):
            self._wait(work_of(job))
        keep = bool(call.get("Keep"))
        for work in self._works(job):
            self._hand_on(work, keep)
            if not isinstance(job, ChildJob):
                self._tell(ChildJob(work), before[id(work)])
        self._tell(job, before[id(work_of(job))])
        if call.get("AutoRemoveJob") and work_of(job).state in FINISHED:
            call.engine.jobs.pop(work_of(job).number, None)

    def _wait(self, work: Job) -> None:
        """Until it has ended or was left; with -Force until it has ended."""
        work.wait()
        while self.call.get("Force") and work.state not in FINISHED:
            self.call.engine.check_stopped()
            self.call.engine.stopped.wait(_LOOK)
            work.wait()

    def _works(self, job: AnyJob) -> list[Job]:
        """The children whose results are wanted. A job itself has none: all is in its children."""
        call = self.call
        if isinstance(job, ChildJob):
            return [job.job]
        places = [*(call.get("Location") or ()), *(call.get("ComputerName") or ())]
        if places:
            names = ["localhost" if one == "." else one.lower() for one in places]
            return [one for one in job.works if one.location.lower() in names]
        sessions = call.get("Session")
        if sessions:
            wanted = [unwrap(one).identifier for one in sessions]
            return [one for one in job.works if _session_of(one) in wanted]
        return [] if call.get("NoRecurse") else list(job.works)

    def _tell(self, job: AnyJob, before: str) -> None:
        """The event of a job's end, as an object among the output."""
        work = work_of(job)
        if not self.call.get("WriteEvents") or work.state == "Running":
            return
        known = None if before == work.state else StateInfo(SeenState(before, None))
        event = EventArguments(
            "System.Management.Automation.JobStateEventArgs",
            {"JobStateInfo": StateInfo(work), "PreviousJobStateInfo": known},
        )
        made = PSObject(event)
        made.add(NoteProperty(_EVENT_MARK, True))
        self.call.write(made)

    def _hand_on(self, work: Job, keep: bool) -> None:
        call = self.call
        for one in work.received(keep):
            call.write(one)
        streams = work.streams
        for kept, write in (
            (streams.warnings, call.streams.warning),
            (streams.verboses, call.streams.verbose),
            (streams.debugs, call.streams.debug),
            (streams.informations, call.information),
        ):
            for record in list(kept):
                write(record)
            if not keep:
                kept.clear()
        errors = list(streams.errors)
        if not keep:
            streams.errors.clear()
        for record in errors:
            record.command_class = record.command_class or ""
            call.error(record, is_own=False)


def _session_of(work: Job) -> Any:
    """InstanceId of the session that a child runs in: that of its own process when there is no other."""
    session = getattr(work, "session", None)
    return work.runspace_identifier if session is None else session.identifier
