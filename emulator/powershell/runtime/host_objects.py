"""$Host and $ExecutionContext."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell import language
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.simple import Guid, Version
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.host_colors import HostColors, register_host_colors
from emulator.powershell.runtime.host_values import WINDOW_HEIGHT, Size, register_host_values
from emulator.powershell.runtime.language_mode import mode_named

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.scope import Scope


_COLORS = "System.ConsoleColor foregroundColor, System.ConsoleColor backgroundColor"
#: What ReadKey() without options means: NoEcho is not set, key-down events are reported.
_ECHO_KEY_DOWN = 4


_CONSOLE = "ConsoleHost"


class HostObject:
    """$Host (System.Management.Automation.Internal.Host.InternalHost)."""

    __slots__ = ("_colors", "debugger_enabled", "engine", "identifier")

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.identifier = Guid(engine.random.guid())
        self.debugger_enabled = engine.session.host_name == _CONSOLE
        self._colors: HostColors | None = None

    @property
    def colors(self) -> HostColors | None:
        """PrivateData: the colours of a console; other hosts have none."""
        if self._colors is None and self.engine.session.host_name == _CONSOLE:
            self._colors = HostColors()
        return self._colors


class HostPart:
    """$Host.UI, $Host.UI.RawUI and $Host.Runspace."""

    __slots__ = ("engine", "kind")

    def __init__(self, engine: Engine, kind: str) -> None:
        self.engine = engine
        self.kind = kind


class ExecutionContext:
    """$ExecutionContext."""

    __slots__ = ("engine",)

    def __init__(self, engine: Engine) -> None:
        self.engine = engine


class InvokeCommand:
    """$ExecutionContext.InvokeCommand."""

    __slots__ = ("engine",)

    def __init__(self, engine: Engine) -> None:
        self.engine = engine


class SessionState:
    """$ExecutionContext.SessionState, $PSCmdlet.SessionState and SessionState of a module.

    ``scope`` is whose names it looks up: that of the code that runs, unless it is given.
    """

    __slots__ = ("_scope", "engine")

    def __init__(self, engine: Engine, scope: Scope | None = None) -> None:
        self.engine = engine
        self._scope = scope

    @property
    def scope(self) -> Scope:
        """The scope."""
        return self._scope or self.engine.frame.scope

    @property
    def module(self) -> Any:
        """The script module that the scope belongs to, or None."""
        return self.engine.modules.of_scope(self.scope.home)


class PathIntrinsics:
    """SessionState.Path."""

    __slots__ = ("engine",)

    def __init__(self, engine: Engine) -> None:
        self.engine = engine


class VariableStore:
    """SessionState.PSVariable: the variables that a scope sees."""

    __slots__ = ("engine", "scope")

    def __init__(self, engine: Engine, scope: Scope) -> None:
        self.engine = engine
        self.scope = scope


def _write(newline: bool) -> Any:
    def run(part: HostPart, text: str = "") -> None:
        from emulator.powershell.runtime.streams import InformationRecord

        part.engine.ui.write_host(InformationRecord(text, host=True, newline=newline))

    return run


def _colored(newline: bool) -> Any:
    """Colours are lost without a window."""
    return lambda part, _foreground, _background, text: _write(newline)(part, text)


def _read_line(part: HostPart) -> Any:
    if getattr(part.engine.ui, "host_call", None) is not None:
        return _host_call(part, "ReadLine", ())
    answer = part.engine.ui.read_line("")
    if answer is None:
        raise nobody_there()
    return answer


def _credential(part: HostPart, caption: str, message: str, user_name: str, target_name: str) -> Any:
    from emulator.powershell.runtime.user_prompts import read_credential

    if getattr(part.engine.ui, "host_call", None) is not None:
        return _host_call(part, "PromptForCredential1", (caption, message, user_name, target_name))
    if not getattr(part.engine.ui, "interactive", False):
        raise nobody_there()
    return read_credential(part.engine, user_name, message, caption)


def _message(stream: str, kind: str) -> Any:
    def run(part: HostPart, text: str) -> None:
        from emulator.powershell.runtime.streams import MessageRecord

        getattr(part.engine.frame.streams, stream)(MessageRecord(kind, text))

    return run


def _error_line(part: HostPart, text: str) -> None:
    writer = getattr(part.engine.ui, "write_console", None)
    if writer is not None:
        writer("error", text + "\r\n")
    else:
        _write(True)(part, text)


_NO_USER = (
    "A command that prompts the user failed because the host program or the command type does not support "
    "user interaction. Try a host program that supports user interaction, such as the Windows PowerShell "
    "Console or Windows PowerShell ISE, and remove prompt-related commands from command types that do not "
    "support user interaction, such as Windows PowerShell workflows."
)


def nobody_there() -> NetError:
    """The HostException of what a host without a user cannot do."""
    return NetError("System.Management.Automation.Host.HostException", _NO_USER)


def _host_call(part: Any, method: str, arguments: tuple[Any, ...]) -> Any:
    """Let the user interface do something that only some can: those with a method ``host_call``."""
    call = getattr(part.engine.ui, "host_call", None)
    if call is None:
        raise nobody_there()
    return call(method, list(arguments))


def _asked(method: str) -> Any:
    """A member that is the host's method of that name (MS-PSRP 2.2.3.17)."""
    return lambda part, *arguments: _host_call(part, method, arguments)


def _shown(method: str, fallback: Any = None) -> Any:
    """The same for a property or a method without result, where a plain console has something of its own."""

    def run(part: Any, *arguments: Any) -> Any:
        if getattr(part.engine.ui, "host_call", None) is not None:
            return _host_call(part, method, arguments)
        return fallback(part, *arguments) if callable(fallback) else fallback

    return run


def expand_string(command: InvokeCommand, text: str) -> str:
    """ExpandString: the text as if it stood in double quotation marks."""
    from emulator.powershell.runtime.conversion import to_text

    engine = command.engine
    escaped = text.replace('"', '`"')
    block = engine.script_block(f'"{escaped}"')
    out: list[Any] = []
    block.inline(engine.frame, out.append)
    return to_text(out[0]) if out else ""


def _invoke_script(command: InvokeCommand, text: str) -> PSArray:
    out: list[Any] = []
    command.engine.script_block(text).inline(command.engine.frame, out.append)
    return PSArray(out)


def _invoke_with(command: InvokeCommand, text: str, arguments: Any) -> PSArray:
    return PSArray(command.engine.script_block(text).invoke(list(arguments)))


def _invoke_block(command: InvokeCommand, local: bool, block: Any, _input: Any, arguments: Any) -> PSArray:
    if local or arguments:
        return PSArray(block.invoke(list(arguments)))
    out: list[Any] = []
    block.inline(command.engine.frame, out.append)
    return PSArray(out)


def _command_names(command: InvokeCommand, name: str, pattern: bool, _full: bool) -> PSArray:
    from emulator.powershell.dotnet.regex import wildcard

    found = command.engine.commands.all(command.engine.frame.scope, everything=False)
    if not pattern:
        return PSArray(one.name for one in found if one.name.lower() == name.lower())
    wanted = wildcard(name)
    return PSArray(one.name for one in found if wanted.fullmatch(one.name))


def _remove_variable(store: VariableStore, name: str) -> None:
    scope: Any = store.scope
    while scope is not None:
        if scope.variables.pop(name.lower(), None) is not None:
            return
        scope = scope.parent


def _get_variable(store: VariableStore, name: str) -> Any:
    return store.scope.find(name.lower())


def _get_value(store: VariableStore, name: str, default: Any = None) -> Any:
    return store.scope.value(name.lower(), default)


def _set_value(store: VariableStore, name: str, value: Any) -> None:
    store.scope.assign(name, value, store.engine)


def _enable_debugger(host: HostObject, value: bool) -> None:
    host.debugger_enabled = value


def register_types() -> None:
    """Make the types known."""
    register_host_colors()
    space = "System.Management.Automation"
    register(
        PSType(
            f"{space}.Internal.Host.InternalHost",
            base=f"{space}.Host.PSHost",
            instance={
                "Name: string": lambda h: h.engine.session.host_name,
                "Version": lambda h: Version.parse(
                    h.engine.session.host_version or h.engine.session.version.ps_version
                ),
                "InstanceId": lambda h: h.identifier,
                "UI": lambda h: HostPart(h.engine, "InternalHostUserInterface"),
                "CurrentCulture": lambda h: host_culture(h.engine),
                "CurrentUICulture": lambda h: host_ui_culture(h.engine),
                "PrivateData": lambda h: h.colors,
                "DebuggerEnabled: bool": lambda h: h.debugger_enabled,
                "DebuggerEnabled=": _enable_debugger,
                "IsRunspacePushed: bool": lambda _h: False,
                "Runspace": lambda h: _runspace(h.engine),
                "SetShouldExit(int exitCode)": _set_should_exit,
                "EnterNestedPrompt()": _asked("EnterNestedPrompt"),
                "ExitNestedPrompt()": _asked("ExitNestedPrompt"),
                "NotifyBeginApplication()": _shown("NotifyBeginApplication"),
                "NotifyEndApplication()": _shown("NotifyEndApplication"),
                "PopRunspace()": _asked("PopRunspace"),
            },
        ),
        HostObject,
    )
    register(
        PSType(
            f"{space}.Internal.Host.InternalHostUserInterface",
            base=f"{space}.Host.PSHostUserInterface",
            instance={
                "RawUI": lambda p: HostPart(p.engine, "RawUI"),
                "SupportsVirtualTerminal: bool": lambda _p: False,  # as with output that no console shows
                "WriteLine()": _shown("WriteLine1", _write(True)),
                "WriteLine(string value)": _shown("WriteLine2", _write(True)),
                f"WriteLine({_COLORS}, string value)": _shown("WriteLine3", _colored(True)),
                "Write(string value)": _shown("Write1", _write(False)),
                f"Write({_COLORS}, string value)": _shown("Write2", _colored(False)),
                "WriteErrorLine(string value)": _shown("WriteErrorLine", _error_line),
                "WriteWarningLine(string value)": _shown("WriteWarningLine", _message("warning", "Warning")),
                "WriteVerboseLine(string value)": _shown("WriteVerboseLine", _message("verbose", "Verbose")),
                "WriteDebugLine(string value)": _shown("WriteDebugLine", _message("debug", "Debug")),
                f"WriteProgress(long sourceId, {space}.ProgressRecord record)": _shown("WriteProgress"),
                "ReadLine()": _read_line,
                "ReadLineAsSecureString()": _asked("ReadLineAsSecureString"),
                "Prompt(string caption, string message, object descriptions)": _asked("Prompt"),
                "PromptForCredential(string caption, string message, string userName, string targetName)": (
                    _credential
                ),
                "PromptForCredential(string caption, string message, string userName, string targetName, "
                "int allowedCredentialTypes, int options)": _asked("PromptForCredential2"),
                "PromptForChoice(string caption, string message, object choices, int defaultChoice)": (
                    _asked("PromptForChoice")
                ),
            },
        ),
        HostPart,
    )
    HostPart.ps_type = property(_part_type)  # type: ignore[attr-defined]
    from emulator.powershell.dotnet.types import BY_CLASS

    del BY_CLASS[HostPart]
    register(
        PSType(
            f"{space}.Internal.Host.InternalHostRawUserInterface",
            base=f"{space}.Host.PSHostRawUserInterface",
            instance={
                "BufferSize": _shown("GetBufferSize", lambda p: Size(p.engine.ui.width, 3000)),
                "BufferSize=": _shown("SetBufferSize"),
                "WindowSize": _shown("GetWindowSize", lambda p: Size(p.engine.ui.width, WINDOW_HEIGHT)),
                "WindowSize=": _shown("SetWindowSize"),
                "WindowTitle: string": _shown("GetWindowTitle", "Windows PowerShell"),
                "WindowTitle=": _shown("SetWindowTitle"),
                "ForegroundColor: System.ConsoleColor": _asked("GetForegroundColor"),
                "ForegroundColor=": _asked("SetForegroundColor"),
                "BackgroundColor: System.ConsoleColor": _asked("GetBackgroundColor"),
                "BackgroundColor=": _asked("SetBackgroundColor"),
                "CursorPosition": _asked("GetCursorPosition"),
                "CursorPosition=": _asked("SetCursorPosition"),
                "WindowPosition": _asked("GetWindowPosition"),
                "WindowPosition=": _asked("SetWindowPosition"),
                "CursorSize: int": _asked("GetCursorSize"),
                "CursorSize=": _asked("SetCursorSize"),
                "MaxWindowSize": _asked("GetMaxWindowSize"),
                "MaxPhysicalWindowSize": _asked("GetMaxPhysicalWindowSize"),
                "KeyAvailable: bool": _asked("GetKeyAvailable"),
                "ReadKey()": lambda p: _host_call(p, "ReadKey", (_ECHO_KEY_DOWN,)),
                f"ReadKey({space}.Host.ReadKeyOptions options)": (
                    lambda p, options: _host_call(p, "ReadKey", (options.number,))
                ),
                "FlushInputBuffer()": _asked("FlushInputBuffer"),
                f"SetBufferContents({space}.Host.Rectangle rectangle, {space}.Host.BufferCell fill)": (
                    _asked("SetBufferContents1")
                ),
                f"SetBufferContents({space}.Host.Coordinates origin, object contents)": (
                    _asked("SetBufferContents2")
                ),
                f"GetBufferContents({space}.Host.Rectangle rectangle)": _asked("GetBufferContents"),
                f"ScrollBufferContents({space}.Host.Rectangle source, {space}.Host.Coordinates destination, "
                f"{space}.Host.Rectangle clip, {space}.Host.BufferCell fill)": _asked("ScrollBufferContents"),
            },
        )
    )
    register_host_values()
    register(
        PSType(
            f"{space}.EngineIntrinsics",
            instance={
                "Host": lambda c: c.engine.global_scope.value("host"),
                "InvokeCommand": lambda c: InvokeCommand(c.engine),
                "SessionState": lambda c: SessionState(c.engine),
            },
        ),
        ExecutionContext,
    )
    register(
        PSType(
            f"{space}.CommandInvocationIntrinsics",
            instance={
                "ExpandString(string source)": expand_string,
                "InvokeScript(string script)": _invoke_script,
                "InvokeScript(string script, params object[] args)": _invoke_with,
                "InvokeScript(bool useLocalScope, scriptblock scriptBlock, object input, "
                "params object[] args)": _invoke_block,
                "InvokeScript(object sessionState, scriptblock scriptBlock, params object[] args)": (
                    lambda _c, _state, block, args: PSArray(block.invoke(list(args)))
                ),
                "GetCmdlet(string commandName)": lambda c, n: c.engine.commands.find(n),
                "GetCommandName(string name, bool nameIsPattern, bool returnFullName)": _command_names,
                "NewScriptBlock(string scriptText)": lambda c, t: c.engine.script_block(t),
                "GetCommand(string commandName, object type)": lambda c, n, _t: c.engine.commands.find(n),
                "GetCommand(string commandName, object type, object arguments)": lambda c, n, _type, _args: (
                    c.engine.commands.find(n)
                ),
            },
        ),
        InvokeCommand,
    )
    register(
        PSType(
            f"{space}.SessionState",
            instance={
                "PSVariable": lambda s: VariableStore(s.engine, s.scope),
                "InvokeCommand": lambda s: InvokeCommand(s.engine),
                "Path": lambda s: PathIntrinsics(s.engine),
                "Module": lambda s: s.module,
                f"LanguageMode: {space}.PSLanguageMode": _language_mode,
                "LanguageMode=": lambda s, mode: s.engine.speak(mode_named(str(mode))),
            },
        ),
        SessionState,
    )
    register(
        PSType(
            f"{space}.PathIntrinsics",
            instance={
                "CurrentLocation": lambda p: _location(p.engine),
                "CurrentFileSystemLocation": lambda p: _location(p.engine),
                "GetUnresolvedProviderPathFromPSPath(string path)": lambda p, path: (
                    p.engine.paths.place(path).path
                ),
                "GetResolvedPSPathFromPSPath(string path)": _resolved,
                "SetLocation(string path)": _go_to,
                "Combine(string parent, string child)": _combine,
                "ParseChildName(string path)": lambda _p, path: path.replace("/", "\\").rpartition("\\")[2],
                "IsValid(string path)": lambda _p, path: not any(one in path for one in '<>"|'),
            },
        ),
        PathIntrinsics,
    )
    register(
        PSType(
            f"{space}.PSVariableIntrinsics",
            instance={
                "Get(string name)": _get_variable,
                "GetValue(string name)": _get_value,
                "GetValue(string name, object defaultValue)": _get_value,
                "Set(string name, object value)": _set_value,
                "Remove(string name)": _remove_variable,
            },
        ),
        VariableStore,
    )


def _language_mode(state: SessionState) -> Any:
    from emulator.powershell.dotnet.library.session_configuration_types import LANGUAGE_MODE

    return LANGUAGE_MODE[state.engine.language_mode]


def _location(engine: Engine) -> Any:
    from emulator.powershell.providers.paths import PathInfo

    return PathInfo(engine.paths.location)


def _resolved(paths: PathIntrinsics, path: str) -> PSArray:
    from emulator.powershell.providers.paths import PathInfo

    return PSArray(PathInfo(one) for one in paths.engine.paths.expand(path))


def _go_to(paths: PathIntrinsics, path: str) -> Any:
    found = paths.engine.paths.expand(path)
    return paths.engine.paths.go(found[0] if found else paths.engine.paths.place(path))


def _combine(_paths: PathIntrinsics, parent: str, child: str) -> str:
    return f"{parent.rstrip(chr(92))}\\{child.lstrip(chr(92))}"


def _runspace(engine: Engine) -> Any:
    from emulator.powershell.dotnet.library.hosting import default_runspace

    return default_runspace(engine)


def _part_type(part: HostPart) -> PSType:
    from emulator.powershell.dotnet.types import builtin

    names = {
        "RawUI": "System.Management.Automation.Internal.Host.InternalHostRawUserInterface",
    }
    return builtin(
        names.get(part.kind, "System.Management.Automation.Internal.Host.InternalHostUserInterface")
    )


def host_culture(engine: Engine) -> Any:
    """$Host.CurrentCulture. Windows PowerShell's console asks Windows, and does not see what a script set on
    its thread; the host of a remote session, and PowerShell 7, ask the thread."""
    from emulator.powershell.dotnet.library.cultures import current_culture, session_culture

    return current_culture(engine) if _asks_thread(engine) else session_culture(engine)


def host_ui_culture(engine: Engine) -> Any:
    """$Host.CurrentUICulture, in the same way."""
    from emulator.powershell.dotnet.library.cultures import current_ui_culture, session_ui_culture

    return current_ui_culture(engine) if _asks_thread(engine) else session_ui_culture(engine)


def _asks_thread(engine: Engine) -> bool:
    return engine.language >= language.SEVEN or engine.session.is_remote


def _set_should_exit(host: HostObject, code: int) -> None:
    host.engine.requested_exit = code
    told = getattr(host.engine.ui, "host_call", None)
    if told is not None:
        told("SetShouldExit", [code])
