"""System.Management.Automation.PowerShell, Runspaces and InitialSessionState."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.library.session_configuration_types import LANGUAGE_MODE
from emulator.powershell.dotnet.types import PSType, bind_class, builtin, register
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.hosting import (
    AliasEntry,
    ApplicationEntry,
    AssemblyEntry,
    AsyncResult,
    CmdletEntry,
    FileEntry,
    FormatEntry,
    FunctionEntry,
    PipelineStreams,
    ProviderEntry,
    ScriptEntry,
    ScriptPipeline,
    ScriptRunspace,
    SessionState,
    StateEntries,
    StateEntry,
    TypeEntry,
    VariableEntry,
)
from emulator.powershell.runtime.language_mode import mode_named
from emulator.powershell.runtime.runspace_pool import ScriptRunspacePool

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_A = "System.Management.Automation."
_R = _A + "Runspaces."
_HOST = f"{_A}Host.PSHost host"


def _enum(name: str, *names: str) -> EnumType:
    made = EnumType(name, {one: place for place, one in enumerate(names)})
    register(made)
    return made


_STATE = _enum(
    f"{_A}PSInvocationState",
    "NotStarted",
    "Running",
    "Stopping",
    "Stopped",
    "Completed",
    "Failed",
    "Disconnected",
)
_RUNSPACE_STATE = _enum(
    f"{_R}RunspaceState",
    *[
        "BeforeOpen",
        "Opening",
        "Opened",
        "Closed",
        "Closing",
        "Broken",
        "Disconnecting",
        "Disconnected",
        "Connecting",
    ],
)
_AVAILABILITY = _enum(f"{_R}RunspaceAvailability", "None", "Available", "AvailableForNestedCommand", "Busy")
_MODE = _enum(f"{_A}RunspaceMode", "CurrentRunspace", "NewRunspace")
_enum(f"{_R}PSThreadOptions", "Default", "UseNewThread", "ReuseThread", "UseCurrentThread")


class Info:
    """A state with its reason (PSInvocationStateInfo, RunspaceStateInfo)."""

    __slots__ = ("ps_type", "reason", "state")

    def __init__(self, state: Any, reason: Any, ps_type: PSType) -> None:
        self.state = state
        self.reason = reason
        self.ps_type = ps_type


_INFO: dict[str, Any] = {"State": lambda i: i.state, "Reason": lambda i: i.reason}
_INVOCATION_INFO = PSType(f"{_A}PSInvocationStateInfo", instance=_INFO)
_RUNSPACE_INFO = PSType(f"{_A}RunspaceStateInfo", instance=_INFO)
register(_INVOCATION_INFO)
register(_RUNSPACE_INFO)


def _create_mode(engine: Engine, mode: Any) -> ScriptPipeline:
    return ScriptPipeline(engine, nested=mode is _MODE["CurrentRunspace"])


def _create_with(engine: Engine, state: SessionState) -> ScriptPipeline:
    runspace = ScriptRunspace(engine, state)
    runspace.open()
    return ScriptPipeline(engine, runspace)


def _add_parameter(pipeline: ScriptPipeline, name: str, *value: Any) -> ScriptPipeline:
    return pipeline.add_argument(Argument(name, *value) if value else Argument(name, True))


class CommandList:
    """PowerShell.Commands (PSCommand)."""

    __slots__ = ("pipeline",)

    def __init__(self, pipeline: ScriptPipeline) -> None:
        self.pipeline = pipeline


def _commands(commands: CommandList) -> PSArray:
    return PSArray(one for statement in commands.pipeline.statements for one in statement)


def _set_runspace(pipeline: ScriptPipeline, runspace: ScriptRunspace) -> None:
    pipeline.runspace = runspace


def _set_pool(pipeline: ScriptPipeline, pool: ScriptRunspacePool) -> None:
    pipeline.pool = pool


register(
    PSType(
        f"{_A}PowerShell",
        instance={
            "AddScript(string script)": lambda p, text: p.add(text, is_script=True),
            "AddScript(string script, bool useLocalScope)": lambda p, text, local: p.add(
                text, is_script=True, local=local
            ),
            "AddCommand(string cmdlet)": lambda p, name: p.add(name, is_script=False),
            "AddCommand(string cmdlet, bool useLocalScope)": lambda p, n, _l: p.add(n, is_script=False),
            "AddParameter(string parameterName)": _add_parameter,
            "AddParameter(string parameterName, object value)": _add_parameter,
            "AddParameters(object parameters)": lambda p, values: p.add_parameters(values),
            "AddArgument(object value)": lambda p, value: p.add_argument(Argument(None, value)),
            "AddStatement()": lambda p: p.add_statement(),
            "Invoke()": lambda p: p.invoke(),
            "Invoke(object input)": lambda p, values: p.invoke(values),
            "Invoke(object input, object output)": lambda p, values, output: p.invoke_into(values, output),
            "BeginInvoke()": lambda p: p.begin(),
            "BeginInvoke(object input)": lambda p, values: p.begin(values),
            "BeginInvoke(object input, object output)": lambda p, values, output: p.begin(values, output),
            f"EndInvoke({_A}PowerShellAsyncResult asyncResult)": lambda p, result: p.end(result),
            "Stop()": lambda p: p.stop(),
            "Dispose()": lambda p: p.dispose(),
            "Commands": CommandList,
            "Streams": lambda p: p.streams,
            "HadErrors: bool": lambda p: p.had_errors,
            "InstanceId": lambda p: p.identifier,
            "InvocationStateInfo": lambda p: Info(_STATE[p.state], p.reason, _INVOCATION_INFO),
            f"Runspace: {_R}Runspace": lambda p: p.own_runspace(),
            "Runspace=": _set_runspace,
            f"RunspacePool: {_R}RunspacePool": lambda p: p.pool,
            "RunspacePool=": _set_pool,
            "IsNested: bool": lambda p: p.nested,
        },
        static={
            "@Create()": ScriptPipeline,
            f"@Create({_A}RunspaceMode runspace)": _create_mode,
            f"@Create({_R}InitialSessionState initialSessionState)": _create_with,
            f"@Create({_R}Runspace runspace)": ScriptPipeline,
        },
    ),
    ScriptPipeline,
)
register(
    PSType(
        f"{_A}PSCommand",
        instance={
            "Commands": _commands,
            "Clear()": lambda c: c.pipeline.clear(),
            "AddScript(string script)": lambda c, t: (c.pipeline.add(t, is_script=True), c)[1],
            "AddCommand(string command)": lambda c, t: (c.pipeline.add(t, is_script=False), c)[1],
            "AddParameter(string name, object value)": lambda c, n, v: (_add_parameter(c.pipeline, n, v), c)[
                1
            ],
        },
    ),
    CommandList,
)
_STREAM: dict[str, Any] = {
    name: attrgetter(f"{name.lower()}s") for name in ("Error", "Warning", "Verbose", "Debug", "Information")
}
register(
    PSType(
        f"{_A}PSDataStreams",
        instance={**_STREAM, "Progress": lambda s: s.progresses, "ClearStreams()": lambda s: s.clear()},
    ),
    PipelineStreams,
)


class WaitHandle:
    """AsyncWaitHandle of an asynchronous pipeline."""

    __slots__ = ("result",)

    def __init__(self, result: AsyncResult) -> None:
        self.result = result

    @property
    def is_set(self) -> bool:
        """Whether the pipeline has ended."""
        return not self.result.background.is_alive

    def wait(self, seconds: float) -> bool:
        """Wait so long for the end; true when it came."""
        return bool(self.result.background.wait(seconds))


bind_class(
    PSType(
        "System.Threading.ManualResetEvent",
        base="System.Threading.EventWaitHandle",
        instance={
            "WaitOne()": lambda w: w.result.background.wait(),
            "WaitOne(int millisecondsTimeout)": lambda w, ms: w.result.background.wait(
                None if ms < 0 else ms / 1000
            ),
        },
    ),
    WaitHandle,
)
register(
    PSType(
        f"{_A}PowerShellAsyncResult",
        interfaces=("System.IAsyncResult",),
        instance={
            "IsCompleted: bool": lambda r: not r.background.is_alive,
            "AsyncWaitHandle": WaitHandle,
            "CompletedSynchronously: bool": lambda _r: False,
            "AsyncState": lambda _r: None,
        },
    ),
    AsyncResult,
)

# Runspaces


class SessionProxy:
    """SessionStateProxy of a runspace."""

    __slots__ = ("runspace",)

    def __init__(self, runspace: ScriptRunspace) -> None:
        self.runspace = runspace


register(
    PSType(
        f"{_R}SessionStateProxy",
        instance={
            "SetVariable(string name, object value)": lambda p, n, v: p.runspace.inner.set_variable(n, v),
            "GetVariable(string name)": lambda p, n: p.runspace.inner.variable(n),
            "LanguageMode: System.Management.Automation.PSLanguageMode": (
                lambda p: LANGUAGE_MODE[p.runspace.inner.engine.language_mode]
            ),
            "LanguageMode=": lambda p, mode: p.runspace.inner.engine.speak(mode_named(str(mode))),
        },
    ),
    SessionProxy,
)


def _availability(runspace: ScriptRunspace) -> Any:
    """Who asks for the runspace of the script that runs keeps it busy."""
    if runspace.state != "Opened":
        return _AVAILABILITY["None"]
    return _AVAILABILITY["Available" if runspace.is_own else "Busy"]


def default_runspace(engine: Engine) -> ScriptRunspace:
    """The runspace in which the script runs, as an object of the script."""
    from emulator.powershell.runtime.runspace import Runspace

    found: ScriptRunspace | None = engine.default_runspace
    if found is None:
        found = engine.default_runspace = ScriptRunspace(engine, None, Runspace.of(engine))
    return found


def _set_name(runspace: ScriptRunspace, name: str) -> None:
    runspace.name = name


register(
    PSType(
        f"{_R}Runspace",
        is_abstract=True,
        instance={
            "Id: int": lambda r: r.number,
            "Name: string": lambda r: r.name,
            "Name=": _set_name,
            "InstanceId": lambda r: r.identifier,
            "RunspaceStateInfo": lambda r: Info(_RUNSPACE_STATE[r.state], None, _RUNSPACE_INFO),
            "RunspaceAvailability": _availability,
            "SessionStateProxy": SessionProxy,
            "InitialSessionState": lambda r: r.state_entries,
            "ConnectionInfo": lambda _r: None,
            "Debugger": lambda _r: None,
            "Open()": lambda r: r.open(),
            "Close()": lambda r: r.close(),
            "Dispose()": lambda r: r.close(),
            "ResetRunspaceState()": lambda r: r.inner.reset_variables(),
            "CreatePipeline()": lambda r: ScriptPipeline(r.engine, r),
        },
        static={"@DefaultRunspace": default_runspace},
    )
)
register(PSType(f"{_R}LocalRunspace", base=f"{_R}Runspace"), ScriptRunspace)


def _pool_state(pool: ScriptRunspacePool) -> Any:
    return Info(_POOL_STATE[pool.state], None, _POOL_INFO)


_POOL_STATE = _enum(
    f"{_R}RunspacePoolState",
    *("BeforeOpen", "Opening", "Opened", "Closed", "Closing", "Broken", "Disconnecting", "Disconnected"),
)
_POOL_INFO = PSType(f"{_A}RunspacePoolStateInfo", instance=_INFO)
register(_POOL_INFO)
register(
    PSType(
        f"{_R}RunspacePool",
        is_abstract=True,
        instance={
            "InstanceId": lambda p: p.identifier,
            "InitialSessionState": lambda p: p.entries,
            "RunspacePoolStateInfo": _pool_state,
            "Open()": lambda p: p.open(),
            "Close()": lambda p: p.close(),
            "Dispose()": lambda p: p.close(),
            "GetAvailableRunspaces()": lambda p: p.available,
            "GetMaxRunspaces()": lambda p: p.maximum,
            "GetMinRunspaces()": lambda p: p.minimum,
            "SetMaxRunspaces(int maxRunspaces)": lambda p, n: p.set_maximum(n),
            "SetMinRunspaces(int minRunspaces)": lambda p, n: p.set_minimum(n),
            # Pipelines have a thread each in any case.
            "ThreadOptions": lambda _p: None,
            "ApartmentState": lambda _p: None,
            "ThreadOptions=": lambda _p, _value: None,
            "ApartmentState=": lambda _p, _value: None,
        },
    ),
    ScriptRunspacePool,
)
register(
    PSType(
        f"{_R}RunspaceFactory",
        is_abstract=True,
        static={
            "@CreateRunspace()": ScriptRunspace,
            f"@CreateRunspace({_R}InitialSessionState initialSessionState)": ScriptRunspace,
            "@CreateRunspacePool()": ScriptRunspacePool,
            "@CreateRunspacePool(int minRunspaces, int maxRunspaces)": ScriptRunspacePool,
            f"@CreateRunspacePool(int minRunspaces, int maxRunspaces, {_HOST})": (
                lambda engine, low, high, host: ScriptRunspacePool(engine, low, high, host=host)
            ),
            f"@CreateRunspacePool({_R}InitialSessionState initialSessionState)": (
                lambda engine, state: ScriptRunspacePool(engine, 1, 1, state)
            ),
            f"@CreateRunspacePool(int minRunspaces, int maxRunspaces, {_R}InitialSessionState "
            f"initialSessionState, {_HOST})": ScriptRunspacePool,
            f"@CreateRunspace({_HOST})": lambda engine, host: ScriptRunspace(engine, host=host),
            f"@CreateRunspace({_HOST}, {_R}InitialSessionState initialSessionState)": lambda e, h, s: (
                ScriptRunspace(e, s, host=h)
            ),
        },
    )
)


def _import(state: SessionState, names: Any) -> None:
    from emulator.powershell.dotnet.exceptions import null_argument
    from emulator.powershell.runtime.conversion import items_of, to_text

    if not [one for one in names if one]:
        raise null_argument("name")
    state.modules.extend(to_text(one) for one in items_of(names))


def _set_language(state: SessionState, mode: Any) -> None:
    state.language_mode = str(mode)


register(
    PSType(
        f"{_R}InitialSessionState",
        instance={
            "Assemblies": lambda s: s.assemblies,
            "Commands": lambda s: s.commands,
            "Formats": lambda s: s.formats,
            "Types": lambda s: s.types,
            "Variables": lambda s: s.variables,
            "LanguageMode: System.Management.Automation.PSLanguageMode": (
                lambda s: LANGUAGE_MODE[s.language_mode]
            ),
            "LanguageMode=": _set_language,
            "EnvironmentVariables": lambda s: s.environment,
            "ExecutionPolicy": lambda s: s.execution_policy,
            "Providers": lambda s: s.providers,
            "StartupScripts": lambda s: PSArray(s.startup_scripts),
            "TranscriptDirectory: string": lambda s: s.transcript_directory,
            "ImportPSModule(params string[] name)": _import,
        },
        static={
            "@CreateDefault()": lambda engine: SessionState().add_core(engine),
            "@CreateDefault2()": lambda engine: SessionState().add_core(engine),
            "Create()": lambda: SessionState(is_empty=True),
        },
    ),
    SessionState,
)


def _remove_entries(entries: StateEntries, name: str, _kind: Any) -> None:
    entries[:] = [one for one in entries.checked() if one.name.lower() != name.lower()]


register(
    PSType(
        f"{_R}InitialSessionStateEntryCollection`1",
        interfaces=("System.Collections.IEnumerable",),
        instance={
            "Count: int": len,
            "Item(int index)": lambda c, place: c.at(place),
            "Item(string name)": lambda c, name: c.named_item(name),
            "Add(object item)": lambda c, item: c.add(item),
            "Clear()": lambda c: c.clear(),
            "Reset()": lambda c: c.clear(),
            "Remove(string name, object type)": _remove_entries,
            "RemoveItem(int index)": lambda c, place: c.remove_at(place),
        },
    ),
    StateEntries,
)


def _visibility(entry: StateEntry) -> Any:
    from emulator.powershell.dotnet.library.member_types import VISIBILITY

    return VISIBILITY["Public" if entry.is_public else "Private"]


def _command_type(entry: StateEntry) -> Any:
    kinds: Any = builtin(f"{_A}CommandTypes")
    return kinds["ExternalScript" if entry.kind == "Script" else entry.kind]


#: Class of an entry -> what its value is called, and how a script makes one.
_ENTRIES: dict[type[StateEntry], tuple[str, tuple[str, ...]]] = {
    VariableEntry: ("Value", ("string name, object value, string description",)),
    FunctionEntry: ("Definition: string", ("string name, string definition",)),
    AliasEntry: (
        "Definition: string",
        ("string name, string definition", "string name, string definition, string description"),
    ),
    CmdletEntry: ("", ()),
    ScriptEntry: ("Path: string", ()),
    ApplicationEntry: ("Path: string", ()),
    ProviderEntry: ("", ()),
    TypeEntry: ("", ("string fileName",)),
    FormatEntry: ("", ("string fileName",)),
    AssemblyEntry: ("FileName: string", ("string name", "string name, string fileName")),
}
for _class, (_value, _signatures) in _ENTRIES.items():
    _members: dict[str, Any] = {"Name: string": attrgetter("name"), "Visibility": _visibility}
    if issubclass(_class, FileEntry):
        del _members["Visibility"]
        _members["PSSnapIn"] = attrgetter("snap_in")
        _members["Module"] = lambda _e: None
    elif _class not in (VariableEntry, ProviderEntry):
        _members["CommandType"] = _command_type
    if _class in (TypeEntry, FormatEntry):
        _members["FileName: string"] = attrgetter("name")
    if _value:
        _members[_value] = attrgetter("value")
    if _class in (VariableEntry, AliasEntry):
        _members["Description: string"] = attrgetter("description")
    register(
        PSType(
            f"{_R}SessionState{_class.kind}Entry",
            instance=_members,
            construct={
                f"new({one})": (lambda _k, *values, entry=_class: entry(*values)) for one in _signatures
            },
        ),
        _class,
    )
