"""System.Management.Automation.Job and its states."""

from __future__ import annotations

from typing import Any, NamedTuple

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.event_sources import WATCHED, EventArguments, Watch
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.jobs import Job

_A = "System.Management.Automation."
_STATE = EnumType(
    f"{_A}JobState",
    {
        name: number
        for number, name in enumerate(
            (
                *("NotStarted", "Running", "Completed", "Failed", "Stopped", "Blocked", "Suspended"),
                *("Disconnected", "Suspending", "Stopping", "AtBreakpoint"),
            )
        )
    },
)
register(_STATE)


class ChildJob:
    """The child of a job: it does the work."""

    __slots__ = ("job",)

    def __init__(self, job: Job) -> None:
        self.job = job


class StateInfo:
    """JobStateInfo."""

    __slots__ = ("job",)

    def __init__(self, job: Job | SeenState) -> None:
        self.job = job


def _reason(info: StateInfo) -> Any:
    return None if info.job.reason is None else info.job.reason.exception


register(
    PSType(
        f"{_A}JobStateInfo",
        instance={
            "State": lambda i: _STATE[i.job.state],
            "Reason": _reason,
            "ToString()": lambda i: i.job.state,
        },
        to_text=lambda i: i.job.state,
    ),
    StateInfo,
)
_STREAMS: dict[str, Any] = {
    "Output": lambda j: PSArray(j.streams.out),
    "Error": lambda j: j.streams.errors,
    "Warning": lambda j: j.streams.warnings,
    "Verbose": lambda j: j.streams.verboses,
    "Debug": lambda j: j.streams.debugs,
    "Progress": lambda j: j.streams.progresses,
    "Information": lambda j: j.streams.informations,
}
register(PSType(f"{_A}Job", is_abstract=True))
register(
    PSType(
        f"{_A}PSRemotingJob",
        base=f"{_A}Job",
        instance={
            "State": lambda j: _STATE[j.state],
            "HasMoreData: bool": lambda j: j.has_more_data,
            "StatusMessage: string": lambda _j: "",
            "Location: string": lambda j: j.location,
            "Command: string": lambda j: j.command,
            "JobStateInfo": StateInfo,
            "Finished": lambda _j: None,
            "InstanceId": lambda j: j.identifier,
            "Id: int": lambda j: j.number,
            "Name: string": lambda j: j.name,
            "ChildJobs": lambda j: PSArray(ChildJob(one) for one in j.works),
            "PSBeginTime": lambda j: j.begun,
            "PSEndTime": lambda j: j.ended,
            "PSJobTypeName: string": lambda j: j.kind,
            **_STREAMS,
            "StopJob()": lambda j: j.stop(),
            "Dispose()": lambda j: j.stop(),
        },
    ),
    Job,
)


class SeenState(NamedTuple):
    """The state of a job at some moment."""

    state: str
    reason: Any


def _watch(job: Job) -> Watch:
    """Job.StateChanged."""

    def told(before: SeenState, now: SeenState) -> EventArguments:
        return EventArguments(
            f"{_A}JobStateEventArgs",
            {"JobStateInfo": StateInfo(now), "PreviousJobStateInfo": StateInfo(before)},
        )

    return Watch(job, "StateChanged", lambda: SeenState(job.state, job.reason), told)


WATCHED[Job] = _watch


def _of_job(function: Any) -> Any:
    return lambda child: function(child.job)


register(
    PSType(
        f"{_A}PSRemotingChildJob",
        base=f"{_A}Job",
        instance={
            "State": lambda c: _STATE[c.job.state],
            "HasMoreData: bool": lambda c: c.job.has_more_data,
            "StatusMessage: string": lambda _c: "",
            "ChildJobs": lambda _c: PSArray(),
            "PSJobTypeName: string": lambda _c: "",
            "Location: string": lambda c: c.job.location,
            "Command: string": lambda c: c.job.command,
            "JobStateInfo": lambda c: StateInfo(c.job),
            "InstanceId": lambda c: c.job.child_identifier,
            "Id: int": lambda c: c.job.number + 1,
            "Name: string": lambda c: f"Job{c.job.number + 1}",
            "PSBeginTime": lambda c: c.job.begun,
            "PSEndTime": lambda c: c.job.ended,
            **{name: _of_job(function) for name, function in _STREAMS.items()},
        },
    ),
    ChildJob,
)
