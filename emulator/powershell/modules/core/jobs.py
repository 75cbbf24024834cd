"""Start-Job, Get-Job, Wait-Job, Stop-Job, Remove-Job and Debug-Job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell import language
from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.dotnet.library.job_types import ChildJob
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.modules.core.job_selection import (
    SELECTS,
    AnyJob,
    chosen,
    matching,
    name_of,
    number_of,
    work_of,
)
from emulator.powershell.providers.provider import not_there
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.errors import PSError, RecordSource, not_emulated
from emulator.powershell.runtime.job_processes import JobProcesses, ProcessNotStarted, ProcessOrder
from emulator.powershell.runtime.jobs import (
    FINISHED,
    Job,
    ProcessStreams,
    broken_process,
    job_runspace,
    using_values,
)
from emulator.powershell.runtime.module import Cmdlet, cmdlet
from emulator.powershell.runtime.script_block import ScriptBlock


@cmdlet("Start-Job")
class StartJob(Cmdlet):
    """A script block in a process of its own."""

    accepts = (
        *("ScriptBlock", "FilePath", "LiteralPath", "Name", "ArgumentList", "InitializationScript"),
        *("InputObject", "Credential", "Authentication", "PSVersion", "DefinitionName", "DefinitionPath"),
        *("Type", "RunAs32"),
    )

    def begin(self) -> None:
        """No input yet."""
        self.values: list[Any] | None = None
        _check_version(self.call)

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
            self._refuse_definition()
            return
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
        _check_authentication(call)
        _check_width(call)
        job = Job(call.engine, call.get("Name"), script.text, "BackgroundJob", "localhost")
        job.streams = ProcessStreams(RecordSource(job.location, job.runspace_identifier))
        self._start(job, script)
        call.engine.jobs[job.number] = job
        call.write(job)

    def _start(self, job: Job, script: ScriptBlock) -> None:
        """Let it run in a process of its own; in a runspace of this one where no machine is."""
        call = self.call
        using = using_values(script, call.frame)
        processes = call.engine.find_service(JobProcesses)
        try:
            process = None if processes is None else processes.start(call.engine, _order(call))
        except ProcessNotStarted as problem:
            text = f"An error occurred while starting the background process. Error reported: {problem}"
            job.not_started(broken_process(text, "-2147467259"))
            return
        runspace = job_runspace(call.engine) if process is None else process.runspace
        runspace.engine.using_values = using
        arguments = list(call.get("ArgumentList") or ())
        first = call.get("InitializationScript")
        try:
            job.start(runspace, script, arguments, self.values, first, process)
        except PSError:
            runspace.close()
            if process is not None:
                process.end()
            raise

    def _refuse_definition(self) -> None:
        """Scheduled jobs are what has definitions, and there are none."""
        call = self.call
        name, path, kind = call.get("DefinitionName"), call.get("DefinitionPath"), call.get("Type")
        text = f"Cannot find a scheduled job with name {name}."
        error_id, category = "StartJobFromDefinitionNameNotFound", "ObjectNotFound"
        if kind:
            text = f"Cannot find a scheduled job with type {kind} and name {name}."
        if path:
            places = call.engine.paths.expand(str(path), False)
            if places and places[0].provider.name.lower() != "filesystem":
                text = (
                    f"Cannot retrieve the job definition '{name}' because path '{path}' refers to a "
                    f"'{places[0].provider.name}' provider path.  Change the path parameter to a file system "
                    "path."
                )
                error_id = "StartJobFromDefinitionNamePathInvalidNotFileSystemProvider"
                category = "InvalidArgument"
            elif len(places) != 1:
                text = (
                    f"Cannot retrieve the job definition '{name}' because path '{path}' resolves to multiple "
                    "file paths.  Change the path parameter so that it is a single path."
                )
                error_id, category = "StartJobFromDefinitionNamePathInvalidNotSingle", "InvalidArgument"
        call.error(call.record("System.Management.Automation.RuntimeException", text, error_id, category))


def _order(call: CmdletCall) -> ProcessOrder:
    """What the parameters say of the process."""
    credential, version = unwrap(call.get("Credential")), unwrap(call.get("PSVersion"))
    user = None
    if isinstance(credential, Credential) and credential.user_name:
        user = (credential.user_name, credential.password.text)
    first = call.get("InitializationScript")
    return ProcessOrder(
        user=user,
        is_32_bit=bool(call.get("RunAs32")),
        version=str(version) if isinstance(version, Version) else None,
        first="" if first is None else first.text,
    )


def _check_authentication(call: CmdletCall) -> None:
    """A process of the same machine is reached in one way."""
    given = call.get("Authentication")
    if given is not None and str(given) != "Default":
        raise call.failure(
            _INVALID,
            f'The specified authentication mechanism "{given}" is not supported. Only "Default" is supported '
            "for this operation.",
            "InvalidOperation",
            "InvalidOperation",
        )


def _check_width(call: CmdletCall) -> None:
    """-RunAs32: there is no 32-bit PowerShell 7."""
    if call.get("RunAs32") and call.engine.language >= language.SEVEN:
        raise call.failure(
            "System.Management.Automation.PSNotSupportedException",
            "Cannot start a 32-bit 'pwsh' process from the 64-bit 'pwsh' installation. Install the 32-bit "
            "'pwsh' if you need to run PowerShell in a 32-bit process.",
            "RunAs32NotSupported",
            "InvalidOperation",
        )


def _check_version(call: CmdletCall) -> None:
    """-PSVersion: those that the engine stands for; 2.0 is another one, which needs a .NET that is not
    there."""
    given = unwrap(call.get("PSVersion"))
    if not isinstance(given, Version):
        return
    major, minor = given.parts[:2]
    if (major, minor) == (2, 0):
        text = (
            "The Microsoft .NET Framework 2.0, which is required for Windows PowerShell 2.0, is not "
            "installed. Install the .NET Framework 2.0 and retry."
        )
    elif (minor == 0 and major in (3, 4)) or (major == 5 and minor <= 1):
        return
    else:
        text = (
            f"The value {given} is not valid for the PSVersion parameter. The available values are 2.0, 3.0, "
            "4.0, 5.0, 5.1."
        )
    raise call.failure(
        "System.Management.Automation.ParameterBindingException",
        f'Cannot bind parameter \'PSVersion\' to the target. Exception setting "PSVersion": "{text}"',
        "ParameterBindingFailed",
        "WriteError",
    )


@cmdlet("Get-Job", reads=(*SELECTS, "Command"))
def get_job(
    call: CmdletCall,
    include_child_job: bool = False,
    child_job_state: Any = None,
    has_more_data: bool | None = None,
    before: DateTime | None = None,
    after: DateTime | None = None,
    newest: int | None = None,
) -> Iterator[AnyJob]:
    """The jobs of the session, by number."""
    if any(call.has(each) for each in (*SELECTS, "Command")):
        found = chosen(call)
    else:
        found = list(call.engine.jobs.values())
    if include_child_job or child_job_state is not None:
        wanted = None if child_job_state is None else str(child_job_state)
        works = [work for one in found for work in work_of(one).works]
        found += [ChildJob(one) for one in works if wanted in (None, one.state)]
    if has_more_data is not None:
        found = [one for one in found if work_of(one).has_more_data is has_more_data]
    if before is not None or after is not None:
        found = [one for one in found if _ended_between(work_of(one), after, before)]
    found.sort(key=number_of)
    yield from found if newest is None else found[max(0, len(found) - newest) :]


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
_NOT_ENDED = (
    "One or more jobs are in a suspended or disconnected state, and cannot continue without additional user "
    "input.  Specify the -Force parameter to continue to a completed, failed, or stopped state."
)


@cmdlet("Wait-Job")
class WaitJob(Cmdlet):
    """Wait until jobs have finished or were left, with -Force until they have finished."""

    accepts = (*SELECTS, "Any", "Timeout", "Force")

    def begin(self) -> None:
        """No jobs yet."""
        self.jobs: list[AnyJob] = []

    def process(self) -> None:
        """Gather."""
        self.jobs.extend(chosen(self.call))

    def _has_ended(self, job: AnyJob) -> bool:
        work = work_of(job)
        return work.wait(0) and (work.state in FINISHED or not self.call.get("Force"))

    def end(self) -> None:
        """Wait."""
        call = self.call
        timeout = call.get("Timeout")
        left = float(timeout) if timeout is not None and timeout >= 0 else None
        wanted = min(1, len(self.jobs)) if call.get("Any") else len(self.jobs)
        while len(ended := [job for job in self.jobs if self._has_ended(job)]) < wanted:
            if left is not None and left <= 0:
                return
            call.engine.check_stopped()
            # One that was left has nothing that could be waited for.
            if work_of(next(job for job in self.jobs if job not in ended)).wait(_LOOK):
                call.engine.stopped.wait(_LOOK)
            left = None if left is None else left - _LOOK
        if any(work_of(job).state not in FINISHED for job in ended[:wanted]):
            call.warning(_NOT_ENDED)
        for job in ended[:wanted]:
            call.write(job)


def _refuse(call: CmdletCall, verb: str, ending: str) -> None:
    """Only jobs of workflows can be suspended and resumed, and there are none."""
    for one in chosen(call):
        text = (
            f"Cannot {verb.lower()} the job that has an ID of {number_of(one)}. {ending} jobs is not "
            f"supported for some job types. For more information about support for {ending.lower()} jobs, "
            "see the Help topic for the job type."
        )
        kind = "System.Management.Automation.PSNotSupportedException"
        call.error(call.record(kind, text, f"Job{verb}NotSupported", "InvalidOperation", one))


@cmdlet("Suspend-Job", reads=SELECTS)
def suspend_job(call: CmdletCall) -> None:
    """Suspend jobs: those of workflows only, which are not among these."""
    _refuse(call, "Suspend", "Suspending")


@cmdlet("Resume-Job", reads=SELECTS)
def resume_job(call: CmdletCall) -> None:
    """Resume jobs: those of workflows only, which are not among these."""
    _refuse(call, "Resume", "Resuming")


@cmdlet("Stop-Job", reads=SELECTS)
def stop_job(call: CmdletCall, pass_thru: bool = False) -> Iterator[AnyJob]:
    """Stop jobs."""
    for one in chosen(call):
        work = work_of(one)
        target = (
            f'Remote Command: {work.command}, associated with the job that has an ID of "{number_of(one)}".'
        )
        if work.state not in FINISHED and call.should_process(target, "Stop"):
            work.stop()
        if pass_thru:
            yield one


@cmdlet("Remove-Job", reads=(*SELECTS, "Command"))
def remove_job(call: CmdletCall, force: bool = False) -> None:
    """Forget jobs."""
    for one in chosen(call, children=False):
        command = work_of(one).command
        target = f'Remote Command: {command}, associated with a job that has an ID of "{number_of(one)}".'
        if not call.should_process(target, "Remove"):
            continue
        if isinstance(one, ChildJob) or one.number not in call.engine.jobs:
            text = (
                "The command cannot remove the job because it does not exist or because it is a child job. "
                "Child jobs can be removed only by removing the parent job."
            )
            call.error(
                call.record("System.ArgumentException", text, "CannotRemoveJob", "InvalidOperation", one)
            )
            continue
        if one.state not in FINISHED:
            if not force:
                call.error(_unfinished(call, one))
                continue
            one.stop()
        call.engine.jobs.pop(one.number, None)


#: How the message names a job that was named so, and the .NET parameter behind it.
_NAMED_BY = {"Name": " and the name {0.name}", "InstanceId": " and the instance identifier {0.identifier}"}


def _unfinished(call: CmdletCall, job: Job) -> Any:
    key = next((one for one in ("Name", "InstanceId") if call.has(one)), "Job")
    text = (
        f"The command cannot remove the job with the job ID {job.number}{_NAMED_BY.get(key, '').format(job)} "
        "because the job is not finished. To remove the job, first stop the job, or use the Force parameter."
        f"\r\nParameter name: {key}"
    )
    kind = "System.ArgumentException"
    return call.record(kind, text, "JobObjectNotFinishedCannotBeRemoved", "InvalidOperation", job)


@cmdlet("Debug-Job", reads=("Job", "Name", "Id", "InstanceId"))
def debug_job(call: CmdletCall) -> None:
    """Debug a job that runs. Raises 5.1's errors for one that cannot be, and for a host without a debugger;
    where there is one, that it attaches to no job."""
    job = _debugged(call)
    if not call.should_process(name_of(job), "Debug"):
        return
    work = work_of(job)
    if work.state != "Running":
        raise call.failure(
            _INVALID,
            "The provided job and all child jobs were examined but no jobs were found that could be "
            "debugged.  In order to debug a job or child job the job must support debugging and also be in "
            "a running state.",
            "DebugJobNoDebuggableJobsFound",
            "InvalidOperation",
        )
    if call.engine.debugger_host is not None:
        raise call.complete(not_emulated("Debug-Job", "no debugger attaches to a job"))
    raise call.failure(
        _INVALID,
        "The job cannot be debugged because there is no PowerShell host debugger available.  Make sure you "
        "are running this command in a host that supports debugging.",
        "DebugJobNoHostDebugger",
        "InvalidOperation",
    )


_INVALID = "System.Management.Automation.PSInvalidOperationException"


def _debugged(call: CmdletCall) -> AnyJob:
    """The one job that is meant."""
    if call.get("Job") is not None:
        given: AnyJob = unwrap(call.get("Job"))
        return given
    key = next(one for one in ("Id", "Name", "InstanceId") if call.has(one))
    value = call.get(key)
    found = matching(call, key, value)
    if len(found) == 1:
        return found[0]
    label = {"Id": "id", "Name": "name", "InstanceId": "Instance Id"}[key]
    if not found:
        raise call.failure(
            _INVALID,
            f"Cannot find job with {label} {value}.",
            f"DebugJobCannotFindJobWith{key}",
            "InvalidOperation",
        )
    raise call.failure(
        _INVALID,
        f"Multiple jobs were found with the {label} {value}.  Debug-Job can debug only one job at a time.",
        f"DebugJobFoundMultipleJobsWith{key}",
        "InvalidOperation",
    )
