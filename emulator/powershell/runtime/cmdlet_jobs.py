"""-AsJob of cmdlets whose module has jobs of its own: the same call again, in the background."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.collections import Hashtable
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import ErrorRecord
from emulator.powershell.runtime.hosting import PipelineStreams
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.jobs import Job, job_runspace
from emulator.powershell.runtime.module import CmdletBehaviour

AS_JOB = "asjob"
_AGAIN = "param($Command, $Parameters) & $Command @Parameters"


class CallerStreams(PipelineStreams):
    """Streams whose errors name the command that started the job, and where it was written."""

    __slots__ = ("invocation",)

    def __init__(self, invocation: InvocationInfo) -> None:
        super().__init__()
        self.invocation = invocation

    def error(self, record: ErrorRecord) -> None:
        """An error."""
        record.invocation = self.invocation
        super().error(record)


class CmdletJob(Job):
    """A job of a cmdlet. It runs in the same process, so that what it gives are the live objects."""

    def __init__(self, call: CmdletCall) -> None:
        engine = call.engine
        super().__init__(engine, None, call.name, call.info.module.job_kind, engine.machine.computer_name)
        self.streams = CallerStreams(call.invocation)

    def received(self, keep: bool) -> list[Any]:
        """The output as it is."""
        values = list(self.streams.out)
        if not keep:
            del self.streams.out[: len(values)]
        return values


def _start(call: CmdletCall) -> Iterator[CmdletJob]:
    metadata = call.info.metadata(call.engine)
    assert metadata is not None  # noqa: S101 - the call was bound by it
    given = [
        (metadata.parameters[key].name, value) for key, value in call.parameters.items() if key != AS_JOB
    ]
    job = CmdletJob(call)
    script = call.engine.script_block(_AGAIN)
    job.start(job_runspace(call.engine), script, [call.name, Hashtable(given)], None)
    call.engine.jobs[job.number] = job
    yield job


#: What a cmdlet does instead when it was called with -AsJob.
IN_THE_BACKGROUND = CmdletBehaviour(
    name="", target=_start, is_class=False, arguments={}, takes_others=False, is_generator=True
)
