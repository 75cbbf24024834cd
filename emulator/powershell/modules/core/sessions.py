"""PSSessions and Invoke-Command with computers: the machine itself can be reached, others cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.command_pipeline import PipelineCommand
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord, PSError, not_emulated
from emulator.powershell.runtime.hosting import PipelineStreams
from emulator.powershell.runtime.jobs import Job, job_runspace, marked, through_the_wire, using_values
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import ConfiguredSessions

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.runspace import Runspace
    from emulator.powershell.runtime.script_block import ScriptBlock

_OWN_NAMES = frozenset({"localhost", ".", "127.0.0.1", "::1"})
MAXIMUM_SESSIONS = 64
DEFAULT_CONFIGURATION = "Microsoft.PowerShell"


class Session:
    """A PSSession to the machine itself."""

    def __init__(
        self, engine: Engine, computer: str, name: str | None, configuration: str | None = None
    ) -> None:
        self.runspace = _opened(engine, computer, configuration, {})
        self.configuration = configuration or DEFAULT_CONFIGURATION
        engine.sessions_made += 1
        self.number = engine.sessions_made
        self.name = name or f"WinRM{self.number}"
        self.computer = computer
        self.identifier = Guid(engine.random.guid())
        self.state = "Opened"


def _opened(engine: Engine, computer: str, configuration: str | None, using: dict[str, Any]) -> Runspace:
    """The runspace of a session. Raises PSError when the caller may not open the configuration."""
    service = engine.find_service(ConfiguredSessions)  # type: ignore[type-abstract]
    if configuration is None or service is None:
        return job_runspace(engine, using)
    made = service.open(engine, configuration, computer)
    made.engine.using_values = using
    return made


def _state(kind: str, name: str) -> Any:
    load_on_demand("system.management.automation.powershell")
    return builtin(f"System.Management.Automation.Runspaces.{kind}")[name]  # type: ignore[index] # an enumeration


register(
    PSType(
        "System.Management.Automation.Runspaces.PSSession",
        instance={
            "State": lambda s: _state("RunspaceState", s.state),
            "IdleTimeout: int": lambda _s: 7200000,
            "ComputerType: string": lambda _s: "RemoteMachine",
            "ComputerName: string": lambda s: s.computer,
            "ConfigurationName: string": lambda s: s.configuration,
            "InstanceId": lambda s: s.identifier,
            "Id: int": lambda s: s.number,
            "Name: string": lambda s: s.name,
            "Availability": lambda s: _state(
                "RunspaceAvailability", "Available" if s.state == "Opened" else "None"
            ),
            "ToString()": lambda s: f"[PSSession]{s.name}",
        },
        to_text=lambda s: f"[PSSession]{s.name}",
    ),
    Session,
)


def is_own(engine: Engine, computer: str) -> bool:
    """True for the names of the machine itself."""
    own = engine.machine.computer_name.lower()
    return computer.lower() in _OWN_NAMES or computer.partition(".")[0].lower() == own


def unreachable(computer: str) -> ErrorRecord:
    """What New-PSSession and Invoke-Command say of a computer that does not answer."""
    exception = ExceptionObject(
        "System.Management.Automation.Remoting.PSRemotingTransportException",
        f"Connecting to remote server {computer} failed with the following error message : The WinRM client "
        "cannot process the request because the server name cannot be resolved. For more information, see "
        "the about_Remote_Troubleshooting Help topic.",
    )
    return ErrorRecord(exception, "ComputerNotFound,PSSessionStateBroken", "OpenError", computer)


@cmdlet("New-PSSession")
def new_session(
    call: CmdletCall,
    computer_name: list[str] | None = None,
    name: list[str] | None = None,
    configuration_name: str | None = None,
) -> Iterator[Session]:
    """Sessions to the machine itself."""
    configuration = configuration_name or _preferred(call)
    if call.parameter_set != "ComputerName":
        raise call.complete(not_emulated(f"New-PSSession ({call.parameter_set})"))
    for place, computer in enumerate(computer_name or ["localhost"]):
        if not is_own(call.engine, computer):
            call.error(unreachable(computer))
            continue
        sessions = call.engine.sessions
        if len(sessions) >= MAXIMUM_SESSIONS:
            raise call.complete(not_emulated(f"More than {MAXIMUM_SESSIONS} sessions"))
        chosen = (name or [])[place : place + 1]
        try:
            made = Session(call.engine, computer, chosen[0] if chosen else None, configuration)
        except PSError as problem:
            call.error(_marked(problem.record, "PSSessionOpenFailed"))
            continue
        sessions[made.number] = made
        yield made


def _preferred(call: CmdletCall) -> str | None:
    """What $PSSessionConfigurationName says."""
    value = call.frame.scope.value("pssessionconfigurationname")
    text = "" if value is None else to_text(value)
    return text.rpartition("/")[2] or None


def _marked(record: ErrorRecord, mark: str) -> ErrorRecord:
    """The error of a session that was not opened, for the cmdlet that wanted it."""
    record.error_id = f"{record.error_id},{mark}"
    record.command_class = record.command_class or ""
    return record


@cmdlet("Get-PSSession")
def get_session(
    call: CmdletCall,
    name: list[str] | None = None,
    id: list[int] | None = None,
    instance_id: list[Guid] | None = None,
    computer_name: list[str] | None = None,
) -> Iterator[Session]:
    """The sessions of this session."""
    for one in call.engine.sessions.values():
        if name is not None and not any(like(one.name, each) for each in name):
            continue
        if id is not None and one.number not in id:
            continue
        if instance_id is not None and one.identifier not in instance_id:
            continue
        if computer_name is None or any(like(one.computer, each) for each in computer_name):
            yield one


@cmdlet("Remove-PSSession")
def remove_session(
    call: CmdletCall,
    session: list[Session] | None = None,
    id: list[int] | None = None,
    name: list[str] | None = None,
    instance_id: list[Guid] | None = None,
    computer_name: list[str] | None = None,
) -> None:
    """Close sessions."""
    for one in session or list(get_session(call, name, id, instance_id, computer_name)):
        if call.should_process(one.name, "Remove-PSSession"):
            one.runspace.stop()
            one.runspace.close()
            one.state = "Closed"
            call.engine.sessions.pop(one.number, None)


def invoke_remotely(
    call: CmdletCall, script: ScriptBlock, arguments: list[Any], values: list[Any] | None, *, as_job: bool
) -> None:
    """Invoke-Command with -ComputerName or -Session."""
    engine = call.engine
    using = using_values(script, call.frame)
    configuration = call.get("ConfigurationName") or _preferred(call)
    arguments = [through_the_wire(one) for one in arguments]
    for name, session in _targets(call):
        try:
            runspace = session.runspace if session else _opened(engine, name, configuration, using)
        except PSError as problem:
            call.error(_marked(problem.record, "PSSessionStateBroken"))
            continue
        runspace.engine.using_values = using
        identifier = session.identifier if session is not None else Guid(engine.random.guid())
        if as_job:
            job = Job(engine, call.get("JobName"), script.text, "RemoteJob", name)
            job.start(runspace, script, arguments, values)
            engine.jobs[job.number] = job
            call.write(job)
            continue
        streams = PipelineStreams()
        command = PipelineCommand(
            script.text, is_script=True, arguments=tuple(Argument(None, one) for one in arguments)
        )
        result = runspace.run_statements([[command]], values, sink=streams)
        if session is None:
            runspace.close()
        for one in streams.out:
            call.write(marked(through_the_wire(one), identifier, name))
        for record in (*streams.errors, *([result.failure] if result.failure is not None else ())):
            record.command_class = record.command_class or ""
            call.error(record)
        for record in streams.warnings:
            call.streams.warning(record)


def _targets(call: CmdletCall) -> Iterator[tuple[str, Session | None]]:
    for session in call.get("Session") or ():
        yield session.computer, session
    if call.get("Session"):
        return
    for computer in call.get("ComputerName") or ():
        if is_own(call.engine, computer):
            yield computer, None
        else:
            call.error(unreachable(computer))
