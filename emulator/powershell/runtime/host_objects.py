"""$Host and $ExecutionContext."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.simple import Guid, Version
from emulator.powershell.dotnet.types import PSType, register

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


class HostObject:
    """$Host (System.Management.Automation.Internal.Host.InternalHost)."""

    __slots__ = ("engine", "identifier")

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.identifier = Guid(engine.random.guid())


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
    """$ExecutionContext.SessionState and $PSCmdlet.SessionState."""

    __slots__ = ("engine",)

    def __init__(self, engine: Engine) -> None:
        self.engine = engine


class VariableStore:
    """SessionState.PSVariable."""

    __slots__ = ("engine",)

    def __init__(self, engine: Engine) -> None:
        self.engine = engine


def _write(newline: bool) -> Any:
    def run(part: HostPart, text: str = "") -> None:
        from emulator.powershell.runtime.streams import InformationRecord

        part.engine.ui.write_host(InformationRecord(text, host=True, newline=newline))

    return run


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


class Size:
    """System.Management.Automation.Host.Size."""

    __slots__ = ("height", "width")

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height


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


def _get_variable(store: VariableStore, name: str) -> Any:
    return store.engine.frame.scope.find(name.lower())


def _get_value(store: VariableStore, name: str, default: Any = None) -> Any:
    return store.engine.frame.scope.value(name.lower(), default)


def _set_value(store: VariableStore, name: str, value: Any) -> None:
    store.engine.frame.scope.assign(name, value, store.engine)


def register_types() -> None:
    """Make the types known."""
    space = "System.Management.Automation"
    register(
        PSType(
            f"{space}.Internal.Host.InternalHost",
            instance={
                "Name: string": lambda h: h.engine.session.host_name,
                "Version": lambda h: Version.parse(
                    h.engine.session.host_version or h.engine.session.version.ps_version
                ),
                "InstanceId": lambda h: h.identifier,
                "UI": lambda h: HostPart(h.engine, "InternalHostUserInterface"),
                "CurrentCulture": lambda h: _culture(h.engine),
                "CurrentUICulture": lambda h: _culture(h.engine),
                "PrivateData": lambda _h: None,
                "IsRunspacePushed: bool": lambda _h: False,
                "Runspace": lambda h: HostPart(h.engine, "LocalRunspace"),
                "SetShouldExit(int exitCode)": _set_should_exit,
            },
        ),
        HostObject,
    )
    register(
        PSType(
            f"{space}.Internal.Host.InternalHostUserInterface",
            instance={
                "RawUI": lambda p: HostPart(p.engine, "RawUI"),
                "WriteLine()": _write(True),
                "WriteLine(string value)": _write(True),
                "Write(string value)": _write(False),
                "WriteErrorLine(string value)": _error_line,
                "WriteWarningLine(string value)": _message("warning", "Warning"),
                "WriteVerboseLine(string value)": _message("verbose", "Verbose"),
                "WriteDebugLine(string value)": _message("debug", "Debug"),
                # LocalRunspace
                "InstanceId": lambda _p: Guid(0),
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
            instance={
                "BufferSize": lambda p: Size(p.engine.ui.width, 3000),
                "BufferSize=": lambda _p, _v: None,
                "WindowSize": lambda p: Size(p.engine.ui.width, 50),
                "WindowSize=": lambda _p, _v: None,
                "WindowTitle: string": lambda _p: "Windows PowerShell",
                "WindowTitle=": lambda _p, _v: None,
            },
        )
    )
    register(
        PSType(
            f"{space}.Runspaces.LocalRunspace",
            instance={
                "InstanceId": lambda p: p.engine.global_scope.value("host").identifier,
                "Debugger": lambda _p: None,
                "Id: int": lambda _p: 1,
                "Name: string": lambda _p: "Runspace1",
            },
        )
    )
    register(
        PSType(
            f"{space}.Host.Size",
            instance={
                "Width: int": lambda s: s.width,
                "Height: int": lambda s: s.height,
            },
            construct={"new(int width, int height)": lambda _k, w, h: Size(w, h)},
            to_text=lambda s: f"{s.width},{s.height}",
        ),
        Size,
    )
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
                "NewScriptBlock(string scriptText)": lambda c, t: c.engine.script_block(t),
                "GetCommand(string commandName, object type)": lambda c, n, _t: c.engine.commands.find(n),
            },
        ),
        InvokeCommand,
    )
    register(
        PSType(
            f"{space}.SessionState",
            instance={
                "PSVariable": lambda s: VariableStore(s.engine),
                "InvokeCommand": lambda s: InvokeCommand(s.engine),
                "LanguageMode": lambda _s: "FullLanguage",
            },
        ),
        SessionState,
    )
    register(
        PSType(
            f"{space}.PSVariableIntrinsics",
            instance={
                "Get(string name)": _get_variable,
                "GetValue(string name)": _get_value,
                "GetValue(string name, object defaultValue)": _get_value,
                "Set(string name, object value)": _set_value,
            },
        ),
        VariableStore,
    )


def _part_type(part: HostPart) -> PSType:
    from emulator.powershell.dotnet.types import builtin

    names = {
        "RawUI": "System.Management.Automation.Internal.Host.InternalHostRawUserInterface",
        "LocalRunspace": "System.Management.Automation.Runspaces.LocalRunspace",
    }
    return builtin(
        names.get(part.kind, "System.Management.Automation.Internal.Host.InternalHostUserInterface")
    )


def _culture(engine: Engine) -> Any:
    from emulator.powershell.dotnet.library.globalization import Culture

    return Culture(engine.session.culture)


def _set_should_exit(host: HostObject, code: int) -> None:
    host.engine.requested_exit = code
