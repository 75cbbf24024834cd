"""Start-Job, Get-Job, Wait-Job, Receive-Job, Stop-Job and Remove-Job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.library.job_types import ChildJob
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.providers.provider import not_there
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.errors import RemotingErrorRecord, not_emulated
from emulator.powershell.runtime.jobs import FINISHED, Job, job_runspace, using_values
from emulator.powershell.runtime.module import Cmdlet, cmdlet


@cmdlet("Start-Job")
class StartJob(Cmdlet):
    """A script block in a runspace of its own."""

    accepts = (
        *("ScriptBlock", "FilePath", "LiteralPath", "Name", "ArgumentList", "InitializationScript"),
        "InputObject",
    )

    def begin(self) -> None:
        """No input yet."""
        self.values: list[Any] | None = None

    def process(self) -> None:
        """Keep the input."""
        call = self.call
        if call.input_object is not UNBOUND:
            self.values = [*(self.values or []), call.input_object]
        elif call.has("InputObject"):
            self.values = [call.get("InputObject")]

    def end(self) -> None:
        """Start."""
        call = self.call
        if call.parameter_set == "DefinitionName":
            raise call.complete(not_emulated("Start-Job -DefinitionName"))
        script = call.get("ScriptBlock")
        if script is None:
            path = call.get("LiteralPath") or call.get("FilePath")
            found = call.engine.paths.expand(str(path), call.has("LiteralPath"))
            if not found:
                raise call.complete(not_there(str(path)))
            place = found[0]
            script = call.engine.script_block(str(place.provider.content(place.path)))
        if call.engine.constrained and not call.engine.locked_down:
            raise call.failure(
                "System.Management.Automation.PSNotSupportedException",
                "Cannot start job. The language mode for this session is incompatible with the system-wide "
                "language mode.",
                "CannotStartJobInconsistentLanguageMode",
                "PermissionDenied",
                call.engine.language_mode,
            )
        job = Job(call.engine, call.get("Name"), script.text, "BackgroundJob", "localhost")
        runspace = job_runspace(call.engine, using_values(script, call.frame))
        job.start(
            runspace,
            script,
            list(call.get("ArgumentList") or ()),
            self.values,
            call.get("InitializationScript"),
        )
        call.engine.jobs[job.number] = job
        call.write(job)


def chosen(
    call: CmdletCall,
    id: list[int] | None = None,
    name: list[str] | None = None,
    instance_id: list[Guid] | None = None,
    job: list[Job] | None = None,
    state: Any = None,
    command: list[str] | None = None,
) -> list[Job]:
    """The jobs that the parameters name; what is not there is reported."""
    jobs = call.engine.jobs
    if job is not None:
        return list(job)
    if state is not None:
        return [one for one in jobs.values() if one.state.lower() == str(state).lower()]
    if command is not None:
        return [one for one in jobs.values() if any(like(one.command, each) for each in command)]
    found: list[Job] = []
    for number in id or ():
        if number in jobs:
            found.append(jobs[number])
        else:
            call.error(
                _missing(call, f"the job identifier {number}", "JobWithSpecifiedSessionIdNotFound", number)
            )
    for text in name or ():
        matching = [one for one in jobs.values() if like(one.name, text)]
        if not matching and not is_wildcard(text):
            call.error(_missing(call, f"the job name {text}", "JobWithSpecifiedNameNotFound", text))
        found.extend(matching)
    for identifier in instance_id or ():
        matching = [one for one in jobs.values() if one.identifier == identifier]
        if not matching:
            text = f"the instance identifier {identifier}"
            call.error(_missing(call, text, "JobWithSpecifiedInstanceIdNotFound", identifier))
        found.extend(matching)
    return found


def _missing(call: CmdletCall, what: str, error_id: str, target: Any) -> Any:
    return call.record(
        "System.Management.Automation.PSArgumentException",
        f"The command cannot find the job because {what} was not found. Verify the value of the parameter "
        "and then try the command again.",
        error_id,
        "ObjectNotFound",
        target,
    )


@cmdlet("Get-Job")
def get_job(
    call: CmdletCall,
    id: list[int] | None = None,
    name: list[str] | None = None,
    instance_id: list[Guid] | None = None,
    state: Any = None,
    command: list[str] | None = None,
    filter: Any = None,
    include_child_job: bool = False,
    child_job_state: Any = None,
    has_more_data: bool | None = None,
    before: DateTime | None = None,
    after: DateTime | None = None,
    newest: int | None = None,
) -> Iterator[Job | ChildJob]:
    """The jobs of the session, by number."""
    found: list[Job | ChildJob] = []
    if filter is not None:
        # It is for the jobs of workflows and schedules; background jobs never fit (documented).
        return
    if id is None and name is None and instance_id is None and state is None and command is None:
        found.extend(call.engine.jobs.values())
    else:
        found.extend(chosen(call, id, name, instance_id, None, state, command))
    if include_child_job or child_job_state is not None:
        wanted = None if child_job_state is None else str(child_job_state)
        works = [work for one in found for work in _work(one).works]
        found += [ChildJob(one) for one in works if wanted in (None, one.state)]
    if has_more_data is not None:
        found = [one for one in found if _work(one).has_more_data is has_more_data]
    if before is not None or after is not None:
        found = [one for one in found if _ended_between(_work(one), after, before)]
    found.sort(key=lambda one: _work(one).number + isinstance(one, ChildJob))
    yield from found if newest is None else found[max(0, len(found) - newest) :]


def _work(job: Job | ChildJob) -> Job:
    return job.job if isinstance(job, ChildJob) else job


def _ended_between(job: Job, after: DateTime | None, before: DateTime | None) -> bool:
    """Whether the job has ended, and between the two times as far as they are given."""
    ended = job.ended
    return (
        ended is not None
        and (after is None or ended.ticks > after.ticks)
        and (before is None or ended.ticks < before.ticks)
    )


#: How often Wait-Job looks at all its jobs, in seconds.
_LOOK = 0.05


@cmdlet("Wait-Job")
class WaitJob(Cmdlet):
    """Wait until jobs have finished."""

    accepts = ("Id", "Job", "Name", "InstanceId", "State", "Any", "Timeout")

    def begin(self) -> None:
        """No jobs yet."""
        self.jobs: list[Job] = []

    def process(self) -> None:
        """Gather."""
        call = self.call
        self.jobs.extend(
            chosen(
                call,
                call.get("Id"),
                call.get("Name"),
                call.get("InstanceId"),
                call.get("Job"),
                call.get("State"),
            )
        )

    def end(self) -> None:
        """Wait."""
        call = self.call
        timeout = call.get("Timeout")
        left = float(timeout) if timeout is not None and timeout >= 0 else None
        wanted = min(1, len(self.jobs)) if call.get("Any") else len(self.jobs)
        while len(ended := [job for job in self.jobs if job.wait(0)]) < wanted:
            if left is not None and left <= 0:
                return
            next(job for job in self.jobs if job not in ended).wait(_LOOK)
            left = None if left is None else left - _LOOK
        for job in ended[:wanted]:
            call.write(job)


@cmdlet("Receive-Job")
class ReceiveJob(Cmdlet):
    """Hand on what jobs wrote."""

    accepts = (*("Id", "Job", "Name", "InstanceId", "Keep", "Wait", "AutoRemoveJob", "WriteJobInResults"),)

    def process(self) -> None:
        """Hand on."""
        call = self.call
        if call.get("AutoRemoveJob") and not call.get("Wait"):
            raise call.failure(
                "System.InvalidOperationException",
                "The AutoRemoveJob parameter cannot be used without the Wait parameter.",
                "AutoRemoveJobParameterUsedWithoutWaitParameter",
                "InvalidOperation",
            )
        for job in chosen(call, call.get("Id"), call.get("Name"), call.get("InstanceId"), call.get("Job")):
            self._receive(job)

    def _receive(self, job: Job) -> None:
        call = self.call
        keep = bool(call.get("Keep"))
        if call.get("WriteJobInResults"):
            call.write(job)
        if call.get("Wait"):
            job.wait()
        for work in job.works:
            self._hand_on(work, keep)
        if call.get("AutoRemoveJob") and job.state in FINISHED:
            call.engine.jobs.pop(job.number, None)

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
            call.error(record, is_own=not isinstance(record, RemotingErrorRecord))


def _refuse(call: CmdletCall, verb: str, ending: str, jobs: list[Job]) -> None:
    """Only jobs of workflows can be suspended and resumed, and there are none."""
    for one in jobs:
        text = (
            f"Cannot {verb.lower()} the job that has an ID of {one.number}. {ending} jobs is not supported "
            f"for some job types. For more information about support for {ending.lower()} jobs, see the Help "
            "topic for the job type."
        )
        kind = "System.Management.Automation.PSNotSupportedException"
        call.error(call.record(kind, text, f"Job{verb}NotSupported", "InvalidOperation", one))


@cmdlet("Suspend-Job")
def suspend_job(
    call: CmdletCall,
    id: list[int] | None = None,
    name: list[str] | None = None,
    instance_id: list[Guid] | None = None,
    job: list[Job] | None = None,
    state: Any = None,
    filter: Any = None,
) -> None:
    """Suspend jobs: those of workflows only, which are not among these."""
    if filter is None:
        _refuse(call, "Suspend", "Suspending", chosen(call, id, name, instance_id, job, state))


@cmdlet("Resume-Job")
def resume_job(
    call: CmdletCall,
    id: list[int] | None = None,
    name: list[str] | None = None,
    instance_id: list[Guid] | None = None,
    job: list[Job] | None = None,
    state: Any = None,
    filter: Any = None,
) -> None:
    """Resume jobs: those of workflows only, which are not among these."""
    if filter is None:
        _refuse(call, "Resume", "Resuming", chosen(call, id, name, instance_id, job, state))


@cmdlet("Stop-Job")
def stop_job(
    call: CmdletCall,
    id: list[int] | None = None,
    name: list[str] | None = None,
    instance_id: list[Guid] | None = None,
    job: list[Job] | None = None,
    state: Any = None,
    pass_thru: bool = False,
) -> Iterator[Job]:
    """Stop jobs."""
    for one in chosen(call, id, name, instance_id, job, state):
        if call.should_process(one.name, "Stop-Job"):
            one.stop()
            if pass_thru:
                yield one


@cmdlet("Remove-Job")
def remove_job(
    call: CmdletCall,
    id: list[int] | None = None,
    name: list[str] | None = None,
    instance_id: list[Guid] | None = None,
    job: list[Job] | None = None,
    state: Any = None,
    command: list[str] | None = None,
    force: bool = False,
) -> None:
    """Forget jobs."""
    for one in chosen(call, id, name, instance_id, job, state, command):
        if not call.should_process(one.name, "Remove-Job"):
            continue
        if one.state not in FINISHED:
            if not force:
                call.error(
                    call.record(
                        "System.ArgumentException",
                        f"The command cannot remove the job with the job ID {one.number} because the job is "
                        "not finished. To remove the job, first stop the job, or use the Force parameter.",
                        "InvalidOperation",
                        "InvalidOperation",
                        one,
                    )
                )
                continue
            one.stop()
        call.engine.jobs.pop(one.number, None)
