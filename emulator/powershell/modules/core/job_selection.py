"""Which jobs a cmdlet means: by number, name, identifier, state, command or filter, children as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from emulator.powershell.dotnet.library.job_types import ChildJob
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.jobs import Job

AnyJob = Job | ChildJob
#: The parameters that `chosen` asks for; -Command is one of Get-Job and Remove-Job only.
SELECTS = ("Id", "Name", "InstanceId", "Job", "State", "Filter")

#: What names jobs: how a job is found by a value, and what is said when none is.
_NAMED: tuple[tuple[str, Callable[[AnyJob, Any], bool], str], ...] = (
    (
        "Id",
        lambda job, value: number_of(job) == value,
        "The command cannot find a job with the job ID {0}. Verify the value of the Id parameter and then "
        "try the command again.",
    ),
    (
        "Name",
        lambda job, value: like(name_of(job), value),
        "The command cannot find the job because the job name {0} was not found. Verify the value of the "
        "Name parameter, and then try the command again.",
    ),
    (
        "InstanceId",
        lambda job, value: identifier_of(job) == value,
        "The command cannot find a job with the instance identifier {0}. Verify the value of the InstanceId "
        "parameter, and then try the command again.",
    ),
)
_ERROR_IDS = {"Id": "SessionId"}


def work_of(job: AnyJob) -> Job:
    """The job that does the work of a child, or a job itself."""
    return job.job if isinstance(job, ChildJob) else job


def number_of(job: AnyJob) -> int:
    """Id."""
    return job.job.number + 1 if isinstance(job, ChildJob) else job.number


def name_of(job: AnyJob) -> str:
    """Name."""
    return f"Job{number_of(job)}" if isinstance(job, ChildJob) else job.name


def identifier_of(job: AnyJob) -> Any:
    """InstanceId."""
    return job.job.child_identifier if isinstance(job, ChildJob) else job.identifier


def with_children(call: CmdletCall) -> Iterator[AnyJob]:
    """The jobs of the session, each with its children behind it."""
    for job in call.engine.jobs.values():
        yield job
        yield from map(ChildJob, job.works)


def chosen(call: CmdletCall, *, children: bool = True) -> list[AnyJob]:
    """The jobs that the parameters name; what is not there is reported. A filter is for the jobs of workflows
    and schedules: no other job fits one (documented)."""
    jobs = call.engine.jobs.values()
    if call.get("Filter") is not None:
        return []
    if call.get("Job") is not None:
        given = call.get("Job")
        return [unwrap(one) for one in (given if isinstance(given, list) else [given])]
    if call.get("State") is not None:
        state = str(call.get("State")).lower()
        return [one for one in jobs if one.state.lower() == state]
    if call.get("Command") is not None:
        return [one for one in jobs if any(like(one.command, each) for each in call.get("Command"))]
    found: list[AnyJob] = []
    for key, fits, text in _NAMED:
        for value in call.get(key) or ():
            listed = with_children(call) if children else iter(jobs)
            fitting = [one for one in listed if fits(one, value)]
            if not fitting and not (key == "Name" and is_wildcard(value)):
                call.error(_missing(call, key, text.format(value), value))
            found.extend(fitting)
    return found


def matching(call: CmdletCall, key: str, value: Any) -> list[AnyJob]:
    """The jobs, with their children, that a value of Id, Name or InstanceId names."""
    fits = next(fits for name, fits, _ in _NAMED if name == key)
    return [one for one in with_children(call) if fits(one, value)]


def _missing(call: CmdletCall, key: str, text: str, target: Any) -> Any:
    return call.record(
        "System.Management.Automation.PSArgumentException",
        text,
        f"JobWithSpecified{_ERROR_IDS.get(key, key)}NotFound",
        "ObjectNotFound",
        target,
    )
