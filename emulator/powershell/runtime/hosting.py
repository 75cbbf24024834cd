"""Runspaces and pipelines that a script makes itself ([powershell], [runspacefactory])."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import (
    DICTIONARY_TYPES,
    LIST_TYPES,
    ArrayList,
    GenericList,
    PSArray,
)
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError, out_of_range
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.types import builtin
from emulator.powershell.runtime.background import Background
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.command_pipeline import PipelineCommand
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.core_snap_in import (
    ASSEMBLY,
    FORMAT_FILES,
    TYPE_FILES,
    core_snap_in,
    home_of,
)
from emulator.powershell.runtime.errors import ErrorRecord, ProcessExit, PSError
from emulator.powershell.runtime.invoke import invocation_error
from emulator.powershell.runtime.language_mode import FULL, NONE, mode_named
from emulator.powershell.runtime.services import Sessions
from emulator.powershell.runtime.type_finder import construct_generic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.runspace import Result, Runspace
    from emulator.powershell.runtime.runspace_pool import ScriptRunspacePool
    from emulator.powershell.runtime.session import InitialSession


class StateEntries(ArrayList):
    """InitialSessionStateEntryCollection: entries by place, and all those of a name. ``made`` makes an entry
    of a text: the name of a file."""

    __slots__ = ("made",)

    def __init__(
        self, entries: Iterable[StateEntry] = (), made: Callable[[str], StateEntry] | None = None
    ) -> None:
        super().__init__(entries)
        self.made = made

    def named_item(self, name: str) -> PSArray:
        """The entries of a name."""
        return PSArray(one for one in self.checked() if one.name.lower() == name.lower())

    def add(self, item: Any) -> None:
        """Add an entry, or each of a list of them."""
        held = unwrap(item)
        entries = held if type(held) in LIST_TYPES else (held,)
        self.extend(self.made(one) if self.made and isinstance(one, str) else one for one in entries)

    def at(self, place: int) -> StateEntry:
        """The entry at a place. Raises ArgumentOutOfRangeException."""
        entries = list(self.checked())
        if not 0 <= place < len(entries):
            raise out_of_range("Specified argument was out of the range of valid values.", "index")
        return entries[place]

    def remove_at(self, place: int) -> None:
        """Remove the entry at a place. Raises ArgumentOutOfRangeException."""
        self.at(place)
        del self[place]

    def checked(self) -> Iterator[StateEntry]:
        """The entries. Raises InvalidCastException for anything else that a script has put in."""
        for one in self:
            held = unwrap(one)
            if not isinstance(held, StateEntry):
                text = "The collection holds something that is no entry of a session state."
                raise NetError("System.InvalidCastException", text)
            yield held


LIST_TYPES.add(StateEntries)


class SessionState:
    """InitialSessionState: what a new runspace has besides the default; ``is_empty`` after Create().

    That of a session configuration has ``providers`` and ``make``, which opens a runspace of it.
    """

    __slots__ = (
        *("assemblies", "commands", "environment", "execution_policy", "formats", "is_empty"),
        *("language_mode", "make", "modules", "providers", "startup_scripts", "transcript_directory"),
        *("types", "variables"),
    )

    def __init__(self, is_empty: bool = False, make: Callable[[], Runspace] | None = None) -> None:
        self.make = make
        self.environment = StateEntries()
        self.execution_policy: Any = None
        self.providers: StateEntries | None = None
        self.startup_scripts: list[str] = []
        self.transcript_directory: str | None = None
        self.is_empty = is_empty
        self.language_mode = NONE if is_empty else FULL
        self.commands = StateEntries()
        self.variables = StateEntries()
        self.modules: list[str] = []
        self.assemblies = StateEntries()
        self.formats = StateEntries(made=FormatEntry)
        self.types = StateEntries(made=TypeEntry)

    def add_core(self, engine: Engine) -> SessionState:
        """Name the files of the engine's own snap-in, which every state has that was not made empty."""
        snap_in, home = core_snap_in(engine), home_of(engine)
        self.types.extend(TypeEntry(f"{home}\\{one}", snap_in=snap_in) for one in TYPE_FILES)
        self.formats.extend(FormatEntry(f"{home}\\{one}", snap_in=snap_in) for one in FORMAT_FILES)
        self.assemblies.append(
            AssemblyEntry(ASSEMBLY, f"{home}\\System.Management.Automation.dll", snap_in=snap_in)
        )
        return self


class StateEntry:
    """An entry of a session state: a variable, command or provider with its value."""

    __slots__ = ("description", "is_public", "name", "value")

    kind = ""

    def __init__(self, name: str, value: Any, description: str = "", *, is_public: bool = True) -> None:
        self.name = name
        self.value = value
        self.description = description
        self.is_public = is_public


class VariableEntry(StateEntry):
    __slots__ = ()
    kind = "Variable"


class FunctionEntry(StateEntry):
    __slots__ = ()
    kind = "Function"


class AliasEntry(StateEntry):
    __slots__ = ()
    kind = "Alias"


class CmdletEntry(StateEntry):
    __slots__ = ()
    kind = "Cmdlet"


class ScriptEntry(StateEntry):
    __slots__ = ()
    kind = "Script"


class ApplicationEntry(StateEntry):
    __slots__ = ()
    kind = "Application"


class ProviderEntry(StateEntry):
    __slots__ = ()
    kind = "Provider"


class FileEntry(StateEntry):
    """A file of types or formats, or an assembly and perhaps its file; ``snap_in`` is what it came with."""

    __slots__ = ("snap_in",)

    def __init__(self, name: str, file: str | None = None, *, snap_in: Any = None) -> None:
        super().__init__(name, file)
        self.snap_in = snap_in


class TypeEntry(FileEntry):
    __slots__ = ()
    kind = "Type"


class FormatEntry(FileEntry):
    __slots__ = ()
    kind = "Format"


class AssemblyEntry(FileEntry):
    __slots__ = ()
    kind = "Assembly"


#: How a new runspace loads what such entries name.
_LOADING = {
    "Type": "Update-TypeData -AppendPath $args[0] -ErrorAction Stop",
    "Format": "Update-FormatData -AppendPath $args[0] -ErrorAction Stop",
    "Assembly": "Add-Type -AssemblyName $args[0] -ErrorAction Stop",
}


class ScriptRunspace:
    """A Runspace of a script. The runspace behind it is made when it is opened."""

    __slots__ = (
        "__weakref__",
        "_inner",
        "engine",
        "host",
        "identifier",
        "is_own",
        "name",
        "number",
        "state",
        "state_entries",
    )

    def __init__(
        self,
        engine: Engine,
        entries: SessionState | None = None,
        inner: Runspace | None = None,
        host: Any = None,
    ) -> None:
        """``host`` is what a script gave: $Host, or an object of a class derived from PSHost."""
        self.engine = engine
        self.state_entries = entries or SessionState()
        self._inner = inner
        self.host = host
        self.is_own = inner is None
        self.state = "BeforeOpen" if inner is None else "Opened"
        if self.is_own:
            engine.runspaces_made += 1
        self.number = engine.runspaces_made + 1 if self.is_own else 1
        engine.runspaces[id(self)] = self
        self.name = f"Runspace{self.number}"
        self.identifier = Guid(engine.random.guid())

    def open(self) -> None:
        """Open(): from now on it runs pipelines."""
        if self.state != "BeforeOpen":
            raise NetError(
                "System.Management.Automation.Runspaces.InvalidRunspaceStateException",
                f"Cannot perform the operation because the runspace is not in the BeforeOpen state. Current "
                f"state of the runspace is {self.state}.",
            )
        self._inner = new_runspace(self.engine, self.state_entries, self.host)
        self._inner.engine.default_runspace = self
        self.state = "Opened"

    def close(self) -> None:
        """Close()."""
        if self._inner is not None and self.is_own:
            self._inner.stop()
            self._inner.close()
        self.state = "Closed"

    @property
    def inner(self) -> Runspace:
        """The runspace itself. Raises InvalidRunspaceStateException unless it is open."""
        if self.state != "Opened" or self._inner is None:
            raise NetError(
                "System.Management.Automation.Runspaces.InvalidRunspaceStateException",
                "Cannot perform the operation because the runspace is not in the 'Opened' state. Current "
                f"state of runspace is '{self.state}'.",
            )
        return self._inner


def new_session(engine: Engine) -> InitialSession:
    """The session of one more runspace of the same process."""
    factory = engine.find_service(Sessions)
    return copy(engine.session) if factory is None else factory.another(engine.session)


def new_runspace(engine: Engine, entries: SessionState, host: Any = None) -> Runspace:
    """Make a runspace and give it the entries of a session state, and a host that a script made."""
    from emulator.powershell.runtime.runspace import Runspace as RunspaceType

    if entries.make is not None:
        return entries.make()
    content = (*entries.variables.checked(), *entries.commands.checked())
    files = (*entries.assemblies.checked(), *entries.types.checked(), *entries.formats.checked())
    session = new_session(engine)
    if host is not None:
        _give_host(session, host, engine)
    made = RunspaceType(session)
    made.engine.runspaces = engine.runspaces
    for module in entries.modules:
        found = made.engine.commands.module(module)
        if found is not None:
            made.engine.commands.load(found)
    for one in files:
        if isinstance(one, FileEntry) and one.snap_in is None:
            _run(made, _LOADING[one.kind], one.name)
    if entries.is_empty:
        names = {one.lower() for one in entries.modules}
        made.engine.commands.keep_only(names, names)
        made.engine.paths.keep_only(names)
    for entry in content:
        if entry.kind == "Variable":
            made.set_variable(entry.name, entry.value)
        elif entry.kind == "Function":
            made.run(f"function global:{entry.name} {{ {to_text(entry.value)} }}")
        elif entry.kind == "Alias":
            made.engine.commands.define_alias(entry.name, to_text(entry.value))
    if not made.engine.locked_down or entries.language_mode == NONE:
        made.engine.speak(mode_named(entries.language_mode))
    return made


def _run(made: Runspace, script: str, argument: str) -> None:
    result = made.run(script, arguments=(argument,))
    if result.failure is not None:
        raise PSError(result.failure)


def _give_host(session: InitialSession, host: Any, engine: Engine) -> None:
    from emulator.powershell.runtime.members import get_member
    from emulator.powershell.runtime.own_host import OwnHost, interface_of

    session.ui = interface_of(host, engine)
    if isinstance(session.ui, OwnHost):
        session.host_name = to_text(get_member(host, "Name", engine))
        session.host_version = to_text(get_member(host, "Version", engine))


class PipelineStreams:
    """PowerShell.Streams; it is the sink of the pipeline too."""

    __slots__ = ("debugs", "errors", "informations", "out", "progresses", "verboses", "warnings")

    def __init__(self) -> None:
        self.errors = ArrayList()
        self.warnings = ArrayList()
        self.verboses = ArrayList()
        self.debugs = ArrayList()
        self.informations = ArrayList()
        self.progresses = ArrayList()
        self.out: list[Any] = []

    @property
    def holds_something(self) -> bool:
        """Whether there is output, an error or a message; progress does not count."""
        return any((self.out, self.errors, self.warnings, self.verboses, self.debugs, self.informations))

    def clear(self) -> None:
        """ClearStreams()."""
        for one in (
            self.errors,
            self.warnings,
            self.verboses,
            self.debugs,
            self.informations,
            self.progresses,
        ):
            one.clear()

    def output(self, value: Any) -> None:
        """An object of the output stream."""
        self.out.append(value)

    def error(self, record: ErrorRecord) -> None:
        """An error."""
        self.errors.append(record)

    def warning(self, record: Any) -> None:
        """A warning."""
        self.warnings.append(record)

    def verbose(self, record: Any) -> None:
        """A verbose message."""
        self.verboses.append(record)

    def debug(self, record: Any) -> None:
        """A debug message."""
        self.debugs.append(record)

    def information(self, record: Any) -> None:
        """An information record."""
        self.informations.append(record)

    def progress(self, record: Any) -> None:
        """A progress record."""
        self.progresses.append(record)


class AsyncResult:
    """The IAsyncResult of BeginInvoke."""

    __slots__ = ("background", "pipeline")

    def __init__(self, pipeline: ScriptPipeline, background: Background) -> None:
        self.pipeline = pipeline
        self.background = background


class ScriptPipeline:
    """A PowerShell object of a script."""

    def __init__(
        self, engine: Engine, runspace: ScriptRunspace | None = None, *, nested: bool = False
    ) -> None:
        self.engine = engine
        self.runspace = runspace
        self.pool: ScriptRunspacePool | None = None
        self._taken: ScriptRunspace | None = None
        self._stops_waiting = False
        """Whether it shall stop before it has a runspace of the pool."""
        self.nested = nested
        self.streams = PipelineStreams()
        self.statements: list[list[PipelineCommand]] = [[]]
        self.state = "NotStarted"
        self.reason: Any = None
        self.had_errors = False
        self.running: AsyncResult | None = None
        self.results: list[Any] = []
        self._is_given_away = False
        self.identifier = Guid(engine.random.guid())

    # Building

    def add(self, text: str, *, is_script: bool, local: bool | None = None) -> ScriptPipeline:
        """AddCommand and AddScript."""
        self.statements[-1].append(PipelineCommand(text, is_script, local))
        return self

    def add_statement(self) -> ScriptPipeline:
        """AddStatement()."""
        if self.statements[-1]:
            self.statements.append([])
        return self

    def add_argument(self, *arguments: Argument) -> ScriptPipeline:
        """AddArgument and AddParameter."""
        if not self.statements[-1]:
            raise NetError(
                "System.InvalidOperationException",
                "A command is required to add a parameter. A command must be added to the PowerShell "
                "instance before adding a parameter.",
            )
        last = self.statements[-1][-1]
        self.statements[-1][-1] = replace(last, arguments=(*last.arguments, *arguments))
        return self

    def add_parameters(self, values: Any) -> ScriptPipeline:
        """AddParameters of a dictionary or list."""
        held = unwrap(values)
        if type(held) in DICTIONARY_TYPES:
            return self.add_argument(*(Argument(to_text(key), value) for key, value in held.items()))
        return self.add_argument(
            *(Argument(None, one) for one in (held if type(held) in LIST_TYPES else [held]))
        )

    def clear(self) -> None:
        """Commands.Clear()."""
        self.statements = [[]]

    # Running

    def own_runspace(self) -> ScriptRunspace | None:
        """The runspace, made when somebody first asks; None for one that runs in a pool or is nested."""
        if self.runspace is None and self.pool is None and not self.nested:
            self.runspace = ScriptRunspace(self.engine)
            self.runspace.open()
        return self.runspace

    def _target(self) -> Runspace:
        found = self.own_runspace()
        assert found is not None  # noqa: S101 - asked for only outside of pools and nested pipelines
        return found.inner

    def run(self, values: list[Any] | None = None, into: list[Any] | None = None) -> Any:
        """Run to the end; the Result. ``into`` gets the output while it comes."""
        statements = self._commands()
        self.state = "Running"
        self.streams.out = [] if into is None else into
        from emulator.powershell.runtime.own_host import shown_by

        sink: Any = self.streams
        if self.nested:
            from emulator.powershell.runtime.runspace import Runspace as RunspaceType

            runspace = RunspaceType.of(self.engine)
            result = runspace.run_nested(statements, sink=sink)
        elif self.pool is not None:
            result = self._run_pooled(self.pool, statements, values)
        else:
            target = self._target()
            shown = shown_by(target.engine.ui, sink)
            result = target.run_statements(statements, values, sink=shown)
        self._ended(result)
        return result

    def _run_pooled(
        self, pool: ScriptRunspacePool, statements: list[list[PipelineCommand]], values: list[Any] | None
    ) -> Result:
        from emulator.powershell.runtime.own_host import shown_by
        from emulator.powershell.runtime.runspace import Result as PipelineResult

        taken = pool.take(lambda: self._stops_waiting)
        if taken is None:
            result = PipelineResult(self.streams)
            result.stopped = True
            return result
        # A stop of who had it before, which came when he was done.
        taken.inner.engine.stopped.clear()
        try:
            self._taken = taken
            if self._stops_waiting:
                taken.inner.stop()
            shown = shown_by(taken.inner.engine.ui, self.streams)
            return taken.inner.run_statements(statements, values, sink=shown)
        finally:
            self._taken = None
            pool.release(taken)

    def _commands(self) -> list[list[PipelineCommand]]:
        statements = [one for one in self.statements if one]
        if not statements:
            raise NetError("System.InvalidOperationException", "No commands are specified.")
        return statements

    def _ended(self, result: Result) -> None:
        self._stops_waiting = False
        self.had_errors = result.failure is not None or bool(self.streams.errors)
        if result.stopped:
            self.state = "Stopped"
        elif result.failure is not None:
            self.state, self.reason = "Failed", result.failure.exception
        else:
            self.state = "Completed"

    def invoke(self, values: Any = None) -> GenericList:
        """Invoke(). Raises what ended the pipeline."""
        return self._finished(
            self.run(None if values is None else _items(values)), "Invoke", 0 if values is None else 1
        )

    def invoke_into(self, values: Any, output: Any, _settings: Any = None) -> None:
        """Invoke(input, output). Raises what ended the pipeline."""
        given = None if values is None else _items(values)
        self._finished(self.run(given, _collection(output)), "Invoke", 2)

    def _finished(self, result: Any, method: str, count: int) -> GenericList:
        if result.ends_process:
            raise ProcessExit(result.exit_code)
        if result.failure is not None:
            exception = result.failure.exception
            if result.wrapper:
                exception = ExceptionObject(result.wrapper, exception.message, exception)
            raise invocation_error(method, count, exception, record=result.failure)
        kind = construct_generic(
            builtin("System.Collections.ObjectModel.Collection`1"),
            (builtin("System.Management.Automation.PSObject"),),
        )
        return GenericList(self.streams.out, kind)

    def begin(self, values: Any = None, output: Any = None) -> AsyncResult:
        """BeginInvoke(). What is wrong with the commands comes here, not in the thread that runs them."""
        self._commands()
        into = None if output is None else _collection(output)
        self._is_given_away = into is not None
        stop = self._stop_pooled if self.pool is not None else self._target().stop
        results: list[Any] = []

        def work() -> None:
            results.append(self.run(None if values is None else _items(values), into))

        state, self.state, self._stops_waiting = self.state, "Running", False
        try:
            background = Background(self.engine, work, stop)
        except PSError:
            self.state = state
            raise
        self.running = AsyncResult(self, background)
        self.results = results
        return self.running

    def _stop_pooled(self) -> None:
        self._stops_waiting = True
        taken = self._taken
        if taken is not None:
            taken.inner.stop()

    def end(self, result: AsyncResult) -> GenericList | None:
        """EndInvoke(); nothing when BeginInvoke was given where the output goes."""
        result.background.wait()
        if not self.results:
            raise NetError("System.InvalidOperationException", "The pipeline did not run.")
        found = self._finished(self.results[0], "EndInvoke", 1)
        return None if self._is_given_away else found

    def stop(self) -> None:
        """Stop()."""
        if self.running is not None and self.running.background.is_alive:
            self.running.background.stop()
            self.running.background.wait()
        self.state = "Stopped" if self.state == "Running" else self.state

    def dispose(self) -> None:
        """Dispose()."""
        if self.running is not None and self.running.background.is_alive:
            self.running.background.stop()


def _collection(output: Any) -> list[Any]:
    """The list that a script gave for the output. Raises NetError for what takes no items."""
    held = unwrap(output)
    if held is None:
        from emulator.powershell.dotnet.exceptions import null_argument

        raise null_argument("output")
    if type(held) not in LIST_TYPES or isinstance(held, PSArray):
        raise NetError("System.NotSupportedException", "Collection was of a fixed size.")
    found: list[Any] = held
    return found


def _items(values: Any) -> list[Any]:
    held = unwrap(values)
    return list(held) if type(held) in LIST_TYPES else [held]
