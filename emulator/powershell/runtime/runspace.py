"""A runspace: runs scripts and hands their output on as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from emulator.log import Log
from emulator.powershell import language
from emulator.powershell.dotnet.collections import DefaultParameterDictionary, Hashtable, PSArray
from emulator.powershell.dotnet.cultures import present as culture
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.dotnet.types import array_of, builtin
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.commands import CommandInfo, ExternalScriptInfo, ScriptInfo
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.engine import Engine, Frame
from emulator.powershell.runtime.errors import (
    BreakSignal,
    BudgetSignal,
    ContinueSignal,
    ErrorRecord,
    ExitSignal,
    PipelineStopped,
    ProcessExit,
    PSError,
    StopUpstream,
)
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.language_mode import CONSTRAINED, is_enforced
from emulator.powershell.runtime.registry_service import RegistryStore
from emulator.powershell.runtime.scope import ComputedVariable, Constraint, LazyVariable, Variable
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.script_processor import ScriptProcessor
from emulator.powershell.runtime.session import InitialSession, VersionFacts
from emulator.powershell.runtime.sinks import Collector
from emulator.powershell.runtime.streams import Streams
from emulator.powershell.runtime.transcription import TranscribedOutput, transcribed

if TYPE_CHECKING:
    from emulator.powershell.runtime.command_pipeline import PipelineCommand, Statement
    from emulator.powershell.runtime.streams import Write
    from emulator.powershell.runtime.transcription import Transcription

_logger = Log(__name__)
_LOCKDOWN = "__PSLockdownPolicy"
_MACHINE_ENVIRONMENT = "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"


class Result:
    """How a run ended.

    ``failure`` is the record of an error that ended the script, ``exit_code`` the number of ``exit`` (None
    without), ``ends_process`` true when the whole process shall end with it, ``wrapper`` the type of the
    exception around the failure's (see `PSError`), ``stopped`` true after `Runspace.stop`, ``success`` the
    value of ``$?``. ``streams`` is the sink that was used.
    """

    __slots__ = ("ends_process", "exit_code", "failure", "stopped", "streams", "success", "wrapper")

    def __init__(self, streams: Any) -> None:
        self.streams = streams
        self.failure: ErrorRecord | None = None
        self.wrapper = ""
        self.exit_code: int | None = None
        self.ends_process = False
        self.stopped = False
        self.success = True

    @property
    def output(self) -> list[Any]:
        """The objects written, when the run used a Collector."""
        return self.streams.outputs if isinstance(self.streams, Collector) else []

    @property
    def errors(self) -> list[ErrorRecord]:
        """The errors written, when the run used a Collector; the failure is not among them."""
        return self.streams.errors if isinstance(self.streams, Collector) else []

    def process_exit_code(self, *, command: bool = True) -> int:
        """The exit code of powershell.exe: that of ``exit``; 1 after a failure and, for -Command, when $?
        is false.
        """
        if self.exit_code is not None:
            return self.exit_code
        if self.failure is not None:
            return 1
        return 1 if command and not self.success else 0


class Runspace:
    """Runs scripts one after another with shared variables, functions and modules."""

    def __init__(self, session: InitialSession) -> None:
        self.session = session
        self.engine = Engine(session)
        self.engine.frame = Frame(self.engine, self.engine.global_scope, self.engine.streams)
        _prepare(self.engine)

    @classmethod
    def of(cls, engine: Engine) -> Runspace:
        """The runspace of an engine."""
        made = cls.__new__(cls)
        made.session, made.engine = engine.session, engine
        return made

    def run(
        self,
        script: str | ScriptBlock,
        input: Iterable[Any] | None = None,
        arguments: Iterable[Any] = (),
        parameters: dict[str, Any] | None = None,
        *,
        sink: Any = None,
        file: str | None = None,
        new_scope: bool = False,
        interactive: bool = False,
    ) -> Result:
        """Run a script to its end. Never raises for what a script does.

        ``input`` becomes ``$input``; ``arguments`` and ``parameters`` are bound to the script's param
        block; an `Argument` among the arguments is a piece of a command line (``-Name`` whose value may
        follow).
        Output goes to ``sink`` as it comes (a new Collector by default). ``file`` names the script in error
        texts and makes it a script file (own scope, $PSScriptRoot). Without ``new_scope`` the script runs in
        the global scope.
        """

        def work(frame: Frame, sink: Any) -> None:
            block = script if isinstance(script, ScriptBlock) else self.engine.script_block(script, file)
            self._run(block, frame, input, arguments, parameters, sink, new_scope)

        return self._perform(work, sink, interactive)

    def run_code(self, work: Callable[[Engine], None]) -> Result:
        """Run what is no script, but is bounded and ends as one: the program of an assembly."""
        return self._perform(lambda _frame, _sink: work(self.engine), None)

    def run_statements(
        self,
        statements: Sequence[Statement],
        input: Iterable[Any] | None = None,
        *,
        sink: Any = None,
        is_nested: bool = False,
    ) -> Result:
        """Run statements made of commands; otherwise like `run`. The input feeds the first statement."""

        def work(frame: Frame, sink: Any) -> None:
            from emulator.powershell.runtime.command_pipeline import run_statements

            write, shown = self._transcribed_output(sink.output, statements, is_nested)
            run_statements(frame, statements, input, write)
            if shown is not None:
                shown.finish()

        return self._perform(work, sink, is_nested=is_nested)

    def _transcribed_output(
        self, write: Write, statements: Sequence[Statement], is_nested: bool
    ) -> tuple[Write, TranscribedOutput | None]:
        """A client's pipeline begins: its commands go to the transcripts, and so shall its output."""
        transcription = self.engine.transcription
        if transcription is None or is_nested or _is_helper(statements):
            return write, None
        for statement in statements:
            for one in statement:
                if one.is_script:
                    transcription.command(one.text)
                else:
                    _transcribe_command(transcription, one)
        shown = TranscribedOutput(self.engine, transcription)

        def output(value: Any) -> None:
            shown.add(value)
            write(value)

        return output, shown

    def run_nested(self, statements: Sequence[Statement], *, sink: Any = None) -> Result:
        """Run statements in the thread and in the middle of what runs now (a nested pipeline)."""
        engine = self.engine
        kept = (engine.steps_left, engine.depth, engine.catching, engine.interactive, engine.requested_exit)
        frame, success = engine.frame, engine.success
        try:
            return self.run_statements(statements, sink=sink, is_nested=True)
        finally:
            engine.steps_left, engine.depth, engine.catching, engine.interactive, engine.requested_exit = kept
            engine.frame, engine.success = frame, success

    def _perform(
        self,
        work: Callable[[Frame, Any], None],
        sink: Any,
        interactive: bool = False,
        *,
        is_nested: bool = False,
    ) -> Result:
        """Do something in a new frame of the global scope and in the culture of the session; what it raises
        becomes the result."""
        from emulator.powershell.runtime.recursion import allow_depth

        allow_depth()
        if not is_nested and self.engine.language < language.SEVEN:
            # Windows PowerShell gives each pipeline's thread the cultures of the host again.
            self.engine.culture = self.engine.ui_culture = None
        outer_culture = culture.put(culture.of_engine(self.engine))
        sink = sink if sink is not None else Collector()
        result = Result(sink)
        engine = self.engine
        engine.steps_left = engine.limits.steps
        engine.depth = 0
        engine.catching = 0
        engine.interactive = interactive
        engine.requested_exit = None
        streams = transcribed(
            engine,
            Streams(sink.error, sink.warning, sink.verbose, sink.debug, sink.information, sink.progress),
        )
        engine.streams = streams
        frame = Frame(engine, engine.global_scope, streams)
        engine.frame = frame
        try:
            work(frame, sink)
        except ExitSignal as signal:
            result.exit_code = signal.code
            result.ends_process = isinstance(signal, ProcessExit)
            engine.global_scope.set("LASTEXITCODE", signal.code)
        except PipelineStopped:
            result.stopped = True
        except BudgetSignal as signal:
            engine.success = False
            result.failure = signal.record
        except (BreakSignal, ContinueSignal, StopUpstream):
            pass
        except PSError as problem:
            engine.remember(problem.record)
            engine.success = False
            if engine.transcription is not None:
                engine.transcription.failure(problem.record)
            result.failure = problem.record
            result.wrapper = problem.wrapper
        except RecursionError:
            record = engine.depth_error().record
            engine.remember(record)
            engine.success = False
            result.failure = record
        except Exception as problem:
            _logger.exception("a cmdlet or member failed inside")
            self.session.gap("fault", f"{type(problem).__name__}: {problem}")
            engine.success = False
            result.failure = internal_failure(problem)
        finally:
            engine.stopped.clear()
            culture.put(outer_culture)
            if engine.breakpoints is not None:
                engine.breakpoints.end_step()
        if engine.transcription is not None:
            engine.transcription.pipeline_complete()
        result.success = engine.success
        if result.exit_code is None:
            result.exit_code = engine.requested_exit
        return result

    def _run(
        self,
        block: ScriptBlock,
        frame: Frame,
        source: Iterable[Any] | None,
        arguments: Iterable[Any],
        parameters: dict[str, Any] | None,
        sink: Any,
        new_scope: bool,
    ) -> None:
        pieces = [one if isinstance(one, Argument) else Argument(None, one) for one in arguments]
        pieces += [Argument(name, value) for name, value in (parameters or {}).items()]
        info: CommandInfo = ScriptInfo(block)
        if block.file is not None and new_scope:
            info = ExternalScriptInfo(block.file.rpartition("\\")[2], block.file, block)
        invocation = InvocationInfo(info, None, block.file or "" if new_scope else "")
        processor = ScriptProcessor(
            frame,
            info,
            block,
            pieces,
            sink.output,
            frame.streams,
            invocation,
            source is not None,
            dot=not new_scope,
        )
        processor.is_outermost = new_scope
        if not new_scope:
            frame.scope.set("MyInvocation", invocation)
        frame.invocation = invocation
        # Not run_pipeline: $? stays what the script's last statement made it.
        processor.begin()
        if source is None:
            processor.alone()
        else:
            for value in source:
                processor.process(value)
        processor.end()

    def close(self) -> None:
        """End what the session keeps open: its jobs, transcripts, handles of native code, and the sessions of
        computers that it has not left."""
        if self.engine.jobs:
            from emulator.powershell.runtime.jobs import Job

            for job in list(self.engine.jobs.values()):
                if isinstance(job, Job):
                    job.abandon()
        for one in self.engine.sessions.values():
            if one.state == "Opened":
                one.connection.close()
        self.engine.sessions.clear()
        while self.engine.endings:
            self.engine.endings.pop()()
        if self.engine.transcription is not None:
            self.engine.transcription.stop_all()
            self.engine.transcription = None

    def end_process(self) -> None:
        """Close it, and end what runs beside its scripts in other runspaces: its process is over."""
        self.close()
        self.session.background.end()

    def stop(self) -> None:
        """Stop the running script, from any thread."""
        self.engine.stopped.set()
        self.engine.clock.wake()

    def reset_variables(self) -> None:
        """Give every global variable its first value again and forget the others (ResetRunspaceState);
        functions and modules stay. Nothing may be running."""
        self.engine.errors.clear()
        self.engine.global_scope.variables.clear()
        _set_variables(self.engine)

    def variable(self, name: str) -> Any:
        """The value of a global variable, or None."""
        return self.engine.global_scope.value(name.lower())

    def set_variable(self, name: str, value: Any) -> None:
        """Give a global variable a value."""
        self.engine.global_scope.set(name, value)


#: Commands of a host's own: transcripts have neither them nor what they write.
_HELPERS = frozenset({"prompt", "psconsolehostreadline", "tabexpansion", "tabexpansion2"})


def _is_helper(statements: Sequence[Statement]) -> bool:
    return any(one.text.lower() in _HELPERS for statement in statements for one in statement)


def _transcribe_command(transcription: Transcription, one: PipelineCommand) -> None:
    """A command without a script line, as its log entries."""
    transcription.command(f'CommandInvocation({one.text}): "{one.text}"')
    for argument in one.arguments:
        if argument.name is not None:
            value = to_text(argument.value) if argument.has_value else "True"
            transcription.command(f'ParameterBinding({one.text}): name="{argument.name}"; value="{value}"')


def internal_failure(problem: BaseException) -> ErrorRecord:
    """The record of a fault inside a behaviour, for doors that must answer something."""
    exception = ExceptionObject("System.InvalidOperationException", f"{type(problem).__name__}: {problem}")
    return ErrorRecord(exception, "InternalFault", "NotSpecified")


def _prepare(engine: Engine) -> None:
    for module in engine.session.modules:
        if module.loaded_at_start:
            engine.commands.load(module)
    _set_variables(engine)
    if _is_locked_down(engine):
        engine.locked_down = True
        engine.speak(CONSTRAINED)


def _is_locked_down(engine: Engine) -> bool:
    """Whether a variable of the machine, not of the process, asks for ConstrainedLanguage."""
    if engine.environment.read(_LOCKDOWN) is None:
        return False
    registry = engine.find_service(RegistryStore)
    values = registry.values(_MACHINE_ENVIRONMENT) if registry is not None else None
    return any(
        name.lower() == _LOCKDOWN.lower() and is_enforced(str(data)) for name, _kind, data in values or ()
    )


def _follow_thread(engine: Engine) -> None:
    """The names of the cultures in PowerShell 7: those of the thread. In Windows PowerShell they stay what
    they were when the session began."""

    def culture_name() -> str:
        from emulator.powershell.dotnet.library.cultures import current_culture

        return current_culture(engine).name

    def ui_culture_name() -> str:
        from emulator.powershell.dotnet.library.cultures import current_ui_culture

        return current_ui_culture(engine).name

    for name, read in (("PSCulture", culture_name), ("PSUICulture", ui_culture_name)):
        engine.global_scope.variables[name.lower()] = ComputedVariable(name, read)


def _set_variables(engine: Engine) -> None:
    session, scope = engine.session, engine.global_scope
    facts, machine = session.version, engine.machine
    versions = _version_table(facts, engine.language)
    from emulator.powershell.runtime.host_objects import ExecutionContext, HostObject

    fixed = {
        "PSVersionTable": versions,
        "HOME": machine.home,
        "PID": machine.process_id,
        "Host": HostObject(engine),
        "ExecutionContext": ExecutionContext(engine),
        "ShellId": "Microsoft.PowerShell",
        "PSCulture": session.culture,
        "PSUICulture": session.ui_culture,
        "PSHOME": facts.home or machine.powershell_home,
        "PSEdition": facts.edition or "Desktop",
        **dict.fromkeys(("IsCoreCLR", "IsWindows"), True),
        **dict.fromkeys(("IsLinux", "IsMacOS"), False),
    }
    for name, value in fixed.items():
        if engine.language < language.VARIABLES.get(name, engine.language):
            continue
        scope.variables[name.lower()] = Variable(name, value, "Constant, AllScope")
    if engine.language >= language.SEVEN:
        _follow_thread(engine)
    plain = {
        "ErrorActionPreference": "Continue",
        "WarningPreference": "Continue",
        "VerbosePreference": "SilentlyContinue",
        "DebugPreference": "SilentlyContinue",
        "InformationPreference": "SilentlyContinue",
        "ProgressPreference": "Continue",
        "ConfirmPreference": "High",
        "WhatIfPreference": False,
        "ErrorView": "ConciseView" if engine.language >= language.SEVEN else "NormalView",
        "FormatEnumerationLimit": 4,
        "MaximumErrorCount": 256,
        **dict.fromkeys((f"Maximum{kind}Count" for kind in ("Alias", "Drive", "Function", "Variable")), 4096),
        "MaximumHistoryCount": 4096,
        "PSDefaultParameterValues": DefaultParameterDictionary(),
        "OutputEncoding": None,
        "NestedPromptLevel": 0,
        "args": PSArray(),
        "PSSessionApplicationName": "wsman",
        "PSSessionConfigurationName": "http://schemas.microsoft.com/powershell/Microsoft.PowerShell",
        "profile": f"{machine.home}\\Documents\\WindowsPowerShell\\Microsoft.PowerShell_profile.ps1",
    }
    preference = builtin("System.Management.Automation.ActionPreference")
    for name, value in plain.items():
        if engine.language < language.VARIABLES.get(name, engine.language):
            continue
        if name.endswith("Preference") and isinstance(value, str) and name != "ConfirmPreference":
            value = preference[value]  # type: ignore[index]
        scope.variables[name.lower()] = Variable(name, value)
    scope.variables["pssessionoption"] = LazyVariable("PSSessionOption", _session_option)
    if (defaults := scope.variables.get("psdefaultparametervalues")) is not None:
        defaults.kind = Constraint(builtin("System.Management.Automation.DefaultParameterDictionary"))
    for name, value in session.variables.items():
        scope.variables[name.lower()] = Variable(name, value)
    scope.variables["error"] = Variable("Error", engine.errors, "Constant")


def _session_option() -> Any:
    from emulator.powershell.dotnet.library.session_options import SessionOption

    return SessionOption()


_VERSION_ORDER = (
    (
        (2, 0),
        "CLRVersion BuildVersion PSVersion WSManStackVersion PSCompatibleVersions SerializationVersion "
        "PSRemotingProtocolVersion",
    ),
    (
        (4, 0),
        "PSVersion WSManStackVersion SerializationVersion CLRVersion BuildVersion PSCompatibleVersions "
        "PSRemotingProtocolVersion",
    ),
    (
        (5, 1),
        "PSVersion PSEdition PSCompatibleVersions BuildVersion CLRVersion WSManStackVersion "
        "PSRemotingProtocolVersion SerializationVersion",
    ),
    (
        (7, 99),
        "PSVersion PSEdition GitCommitId OS Platform PSCompatibleVersions PSRemotingProtocolVersion "
        "SerializationVersion WSManStackVersion",
    ),
)
"""How the versions up to each list $PSVersionTable, a hash table of .NET until 5.0 (published outputs)."""


def _version_table(facts: VersionFacts, version: tuple[int, int]) -> Hashtable:
    values = {
        "PSVersion": Version.parse(facts.ps_version),
        "PSEdition": facts.edition,
        "PSCompatibleVersions": array_of_versions(facts.compatible_versions, facts.ps_version),
        "BuildVersion": Version.parse(facts.build),
        "CLRVersion": Version.parse(facts.clr_version),
        "WSManStackVersion": Version.parse(facts.wsman_stack_version),
        "PSRemotingProtocolVersion": Version.parse(facts.remoting_protocol_version),
        "SerializationVersion": Version.parse(facts.serialization_version),
        "GitCommitId": facts.ps_version,
        "OS": facts.operating_system,
        "Platform": "Win32NT",
    }
    names = next((names for last, names in _VERSION_ORDER if version <= last), _VERSION_ORDER[-1][1])
    return Hashtable.as_given([(name, values[name]) for name in names.split() if values[name] is not None])


def array_of_versions(compatible: tuple[str, ...], present: str) -> PSArray:
    """PSCompatibleVersions."""
    from emulator.powershell.dotnet.collections import TypedArray

    return TypedArray(
        [Version.parse(one) for one in dict.fromkeys((*compatible, present))],
        array_of(builtin("System.Version")),
    )
