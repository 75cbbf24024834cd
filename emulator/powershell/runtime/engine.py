"""The state of one runspace while scripts run in it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakValueDictionary

from emulator.powershell import language
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, ArrayList, PSArray
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.runtime import services as service_types
from emulator.powershell.runtime.errors import BudgetSignal, ErrorRecord, PipelineStopped, PSError
from emulator.powershell.runtime.history import History
from emulator.powershell.runtime.language_mode import CONSTRAINED, FULL
from emulator.powershell.runtime.limits import STEPS_BETWEEN_CHECKS
from emulator.powershell.runtime.scope import Scope
from emulator.powershell.runtime.script_module import ScriptModules
from emulator.powershell.runtime.streams import Streams, Write
from emulator.powershell.runtime.type_finder import TypeFinder

if TYPE_CHECKING:
    from emulator.powershell.providers.paths import Paths
    from emulator.powershell.runtime.breakpoints import Breakpoints
    from emulator.powershell.runtime.command_table import CommandTable
    from emulator.powershell.runtime.debugger import DebuggerHost
    from emulator.powershell.runtime.hosting import ScriptRunspace
    from emulator.powershell.runtime.script_block import ScriptBlock
    from emulator.powershell.runtime.service_key import ServiceKey
    from emulator.powershell.runtime.session import InitialSession
    from emulator.powershell.runtime.streams import InformationRecord
    from emulator.powershell.runtime.tracing import Tracing
    from emulator.powershell.runtime.transcription import Transcription
    from emulator.powershell.runtime.type_data import TypeData

T = TypeVar("T")


class Frame:
    """One running script block: its scope and where its streams go."""

    __slots__ = ("block", "engine", "invocation", "scope", "streams")

    def __init__(
        self, engine: Engine, scope: Scope, streams: Streams, block: Any = None, invocation: Any = None
    ) -> None:
        self.engine = engine
        self.scope = scope
        self.streams = streams
        self.block = block
        self.invocation = invocation


class Engine:
    """One runspace's state. Only one thread runs it at a time; `stop` may be called from any."""

    def _add_types_of_modules(self, name: str) -> bool:
        """Make the types of modules known to which a lower-case name belongs, loaded or not."""
        wanted = [
            one
            for one in self.session.modules
            if one.name not in self._with_types and one.early_types and name.startswith(one.early_types)
        ]
        for one in wanted:
            self._with_types.add(one.name)
            self.types.add(one.types())
        for one in self.session.modules:
            path = one.types_of_behaviours.get(name)
            if path is not None:
                import_module(path)
                return True
        return bool(wanted)

    def __init__(self, session: InitialSession) -> None:
        from emulator.powershell.runtime.command_table import CommandTable

        self.session = session
        self.limits = session.limits
        self.release = session.release
        self.language: language.Version = language.parse_version(session.version.ps_version)
        """The version whose language scripts are written in."""
        self.types = TypeFinder()
        self.types.of_process = session.compiled_types
        self.types.scope = lambda: self.frame.scope
        self.types.of_modules = self._add_types_of_modules
        self._with_types: set[str] = set()
        self.global_scope = Scope()
        self.commands: CommandTable = CommandTable(self)
        self.modules = ScriptModules(self)
        self.errors = ArrayList()
        self.success = True
        self.catching = 0
        self.depth = 0
        self.fuel = STEPS_BETWEEN_CHECKS
        self.steps_left = session.limits.steps
        self.stopped = threading.Event()
        self.interruptions: deque[Callable[[], None]] = deque()
        """What shall run in the script's thread at its next step: nested pipelines. Filled from any."""
        self.streams = Streams()
        self.debug_level = 0
        """How much Set-PSDebug shows of what runs."""
        self.stepping = False
        """Whether Set-PSDebug asks before every line."""
        self.endings: list[Callable[[], None]] = []
        """What happens when the runspace is closed."""
        self.runspaces_made = 0
        self.runspaces: WeakValueDictionary[int, ScriptRunspace] = WeakValueDictionary()
        """Those that scripts of the process hold."""
        self.jobs: dict[int, Any] = {}
        """The jobs by number: those of this process, and those over sessions."""
        self.jobs_made = 0
        self.sessions: dict[int, Any] = {}
        """The PSSessions by number."""
        self.sessions_made = 0
        self.history = History()
        self.completers: dict[str, Any] = {}
        """Blocks of Register-ArgumentCompleter by ``command:parameter`` or ``parameter``, lower case."""
        self.native_completers: dict[str, Any] = {}
        """The same of programs, by name."""
        self.using_values: dict[str, Any] = {}
        """What the expressions after ``$using:`` were where this job or remote command was started."""
        self.default_runspace: Any = None
        self.language_mode = FULL
        """What of the language the running code may use (about_Language_Modes); `speak` changes it."""
        self.constrained = False
        """Whether the running code is in ConstrainedLanguage."""
        self.was_constrained = False
        """Whether some code of the runspace ever was."""
        self.locked_down = False
        """Whether a policy of the machine holds every session to ConstrainedLanguage."""
        self._paths: Paths | None = None
        self.breakpoints: Breakpoints | None = None
        """Those that Set-PSBreakpoint set; None while none was."""
        self.debugger_host: DebuggerHost | None = None
        """Who shows where a script stops; None where nobody debugs."""
        self.tracing: Tracing | None = None
        """The trace sources while one of them is on; None while nobody listens."""
        self.trace_sources: Tracing | None = None
        """The trace sources, once a script has asked for them."""
        self.minds_conversions = False
        """Whether somebody looks at each conversion of a value: ConstrainedLanguage, a trace source."""
        self.transcription: Transcription | None = None
        """What Start-Transcript began; None while nothing is written."""
        self.interactive = False
        self.requested_exit: int | None = None
        self.frame: Frame = Frame(self, self.global_scope, Streams())
        self._views: Any = None
        self.type_data: TypeData | None = None
        """What Update-TypeData added; None while it added nothing."""
        self.culture: Any = None
        """The culture of the thread; None while it is the session's and nobody has asked for it."""
        self.ui_culture: Any = None
        """The same of the texts."""
        self.session_culture: Any = None
        """The culture that the session began with, once somebody has asked for it."""
        self.covered: dict[str, Any] = {}
        """The compiled blocks of files whose commands are counted, by lower-case path."""
        self.unexplained: Exception | None = None
        """What went wrong inside a cmdlet and is no error of PowerShell, on its way up."""
        self.events: Any = None
        """The event manager of the utility module, once a script has used it."""
        clock = session.services.get(service_types.Clock)
        self.clock: service_types.Clock = clock if clock is not None else service_types.FixedClock()
        self.environment = self.find_service(service_types.Environment) or service_types.Environment()
        self.machine: service_types.Machine = (
            self.find_service(service_types.Machine) or service_types.Machine()
        )
        self.random = self.find_service(service_types.Randomness) or service_types.Randomness()

    # Services

    def find_service(self, kind: ServiceKey[T]) -> T | None:
        """A service of the session by its type, or None."""
        found = self.session.services.get(kind)
        return found if found is not None else None

    @property
    def ui(self) -> Any:
        """The user interface."""
        return self.session.ui

    def now(self) -> DateTime:
        """Local time of the machine."""
        moment = self.clock.now()
        return DateTime.from_python(moment, self.clock.utc_offset(moment))

    def utc_now(self) -> DateTime:
        """UTC."""
        return DateTime.from_python(self.clock.now())

    def utc_offset_minutes(self) -> int:
        """How many minutes local time is ahead of UTC."""
        return int(self.clock.utc_offset(self.clock.now()).total_seconds() // 60)

    @property
    def strict_version(self) -> int | None:
        """The strict mode of the running scope: 1 to 3, None without."""
        scope: Scope | None = self.frame.scope
        while scope is not None:
            if scope.strict is not None:
                return scope.strict or None
            scope = scope.parent
        return None

    @property
    def paths(self) -> Paths:
        """Drives and locations, made when a script first asks."""
        if self._paths is None:
            import emulator.powershell.providers.types  # noqa: F401 - registers the types of what is shown
            from emulator.powershell.providers.paths import Paths as PathsType

            self._paths = PathsType(self)
        return self._paths

    def show(self, record: InformationRecord) -> None:
        """Write text to the screen, and to the transcripts."""
        if self.transcription is not None:
            self.transcription.host_text(record)
        self.ui.write_host(record)

    def speak(self, mode: str) -> None:
        """What runs from now on may use so much of the language: one of the names of `language_mode`."""
        self.language_mode = mode
        self.constrained = mode is CONSTRAINED
        if self.constrained:
            self.was_constrained = True
        self.watch_conversions()

    def watch_conversions(self) -> None:
        """Call after the language mode changed, or trace sources were turned on or off."""
        self.minds_conversions = self.constrained or self.tracing is not None

    # Budgets

    def refuel(self) -> None:
        """Called when the step counter ran out: looks at the stop flag and at the total."""
        self.fuel = STEPS_BETWEEN_CHECKS
        self.steps_left -= STEPS_BETWEEN_CHECKS
        if self.stopped.is_set():
            raise PipelineStopped
        while self.interruptions:
            self.interruptions.popleft()()
        if self.steps_left < 0:
            raise BudgetSignal(
                ErrorRecord(
                    ExceptionObject(
                        "System.InvalidOperationException",
                        "The script was stopped because it ran for too many steps.",
                    ),
                    "StepLimit",
                    "LimitsExceeded",
                )
            )

    def check_stopped(self) -> None:
        """Leave when the script was stopped."""
        if self.stopped.is_set():
            raise PipelineStopped

    def enter(self) -> None:
        """One call deeper. Raises CallDepthOverflow."""
        self.depth += 1
        self.fuel -= 1
        if self.fuel < 0:
            self.refuel()
        if self.depth > self.limits.call_depth:
            raise self.depth_error()

    def depth_error(self) -> PSError:
        """The error of too deep a recursion."""
        exception = ExceptionObject(
            "System.Management.Automation.ScriptCallDepthException",
            "The script failed due to call depth overflow.",
        )
        record = ErrorRecord(exception, "CallDepthOverflow", "InvalidOperation", 0)
        record.reason = "ParentContainsErrorRecordException"
        return PSError(record)

    # Errors and gaps

    def remember(self, record: ErrorRecord) -> None:
        """Put a record at the head of $Error."""
        errors = self.errors
        if errors and errors[0] is record:
            return
        errors.insert(0, record)
        if len(errors) > self.limits.errors:
            del errors[self.limits.errors :]

    def gap(self, kind: str, name: str) -> None:
        """Count something that was asked for and is not emulated."""
        self.session.gap(kind, name)

    # Scripts

    def script_block(self, text: str, file: str | None = None) -> ScriptBlock:
        """Parse and compile a text (cached by text). Raises the parse error."""
        from emulator.powershell.runtime.script_block import parse_script

        return parse_script(text, file, self)

    def collect(self, run: Callable[[Write], None]) -> Any:
        """Run something that writes and give what it wrote: nothing, one value, or an array."""
        from emulator.powershell.runtime.scope import NOTHING

        out: list[Any] = []
        run(out.append)
        if not out:
            return NOTHING
        return out[0] if len(out) == 1 else PSArray(out)

    def default_parameter_values(self) -> Callable[[], Iterator[tuple[str, Any]]] | None:
        """Pairs of $PSDefaultParameterValues; None while the variable is empty."""
        found = self.global_scope.variables.get("psdefaultparametervalues")
        table: Any = found.current if found is not None else None
        if type(table) not in DICTIONARY_TYPES or not len(table):
            return None
        command = self.commands.current_name

        def pairs() -> Iterator[tuple[str, Any]]:
            from emulator.powershell.dotnet.regex import like
            from emulator.powershell.runtime.conversion import to_text

            for key, value in table.items():
                pattern, colon, parameter = to_text(key).rpartition(":")
                if colon and like(command, pattern):
                    yield parameter, value

        return pairs

    @property
    def views(self) -> Any:
        """The format views of the session."""
        if self._views is None:
            from emulator.powershell.format.views import ViewTable

            self._views = ViewTable()
        return self._views
