"""Hosts that scripts make (classes derived from PSHost) behind the runspaces that they create with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import builtin, type_of
from emulator.powershell.runtime.host_objects import HostObject, nobody_there

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.sinks import Sink
    from emulator.powershell.runtime.streams import InformationRecord, MessageRecord, ProgressRecord

#: Characters of a line when the host has no window to ask (Out-String, FormatAndOutput of PowerShell).
_WIDTH = 120
#: The source of records whose command names none; Windows counts its commands.
_FIRST_SOURCE = 1
_HOST_TYPE = "System.Management.Automation.Host.PSHost"
#: Members of PSHost; the other methods belong to its UI, and these properties and methods to RawUI.
_OF_HOST = frozenset(
    {
        *("SetShouldExit", "EnterNestedPrompt", "ExitNestedPrompt"),
        *("NotifyBeginApplication", "NotifyEndApplication"),
    }
)
_RAW_METHODS = frozenset(
    {"ReadKey", "FlushInputBuffer", "SetBufferContents", "GetBufferContents", "ScrollBufferContents"}
)
_RAW_PROPERTIES = frozenset(
    {
        *(
            "ForegroundColor",
            "BackgroundColor",
            "CursorPosition",
            "WindowPosition",
            "CursorSize",
            "BufferSize",
        ),
        *("WindowSize", "WindowTitle", "MaxWindowSize", "MaxPhysicalWindowSize", "KeyAvailable"),
    }
)


class OwnHost:
    """The user interface of a runspace whose host is an object of a script.

    ``engine`` is the runspace of the script, whose user interface is also that of the process: [Console] is
    the same for all its runspaces.
    """

    def __init__(self, host: Any, engine: Engine) -> None:
        self.host = host
        self._engine = engine
        self._console = engine.ui

    @property
    def width(self) -> int:
        """Characters of a line."""
        raw = self._raw()
        if raw is None:
            return _WIDTH + 1
        from emulator.powershell.runtime.members import get_member

        size = get_member(raw, "BufferSize", self._engine)
        return int(get_member(size, "Width", self._engine))

    def _interface(self) -> Any:
        from emulator.powershell.runtime.members import get_member

        return get_member(self.host, "UI", self._engine)

    def _raw(self) -> Any:
        from emulator.powershell.runtime.members import get_member

        interface = self._interface()
        return None if interface is None else get_member(interface, "RawUI", self._engine)

    def write_host(self, record: InformationRecord) -> None:
        """Write-Host: with colours when the script chose some."""
        text = str(record.data)
        suffix = ("3" if record.newline else "2") if record.foreground or record.background else None
        if suffix is None:
            self.host_call("WriteLine2" if record.newline else "Write1", [text])
            return
        colors = [record.foreground or "Gray", record.background or "Black"]
        self.host_call("WriteLine3" if record.newline else "Write2", [*colors, text])

    def write_progress(self, record: ProgressRecord) -> None:
        """Write-Progress."""
        from emulator.powershell.dotnet.numbers import Int64

        self.host_call("WriteProgress", [Int64(record.source_id or _FIRST_SOURCE), record])

    def read_line(self, prompt: str) -> Any:
        """Read-Host."""
        if prompt:
            self.host_call("Write1", [prompt])
        return self.host_call("ReadLine", [])

    def write_console(self, name: str, text: str) -> None:
        """[Console]::Out and [Console]::Error of the process."""
        self._console.write_console(name, text)

    def read_console(self, whole: bool) -> str | None:
        """[Console]::In of the process."""
        found: str | None = self._console.read_console(whole)
        return found

    def host_call(self, method: str, arguments: list[Any]) -> Any:
        """A method of the host, by its name in MS-PSRP 2.2.3.17. Raises NetError (HostException) when the
        host has no user interface, and what the host's own code throws."""
        from emulator.powershell.runtime.invoke import call_method
        from emulator.powershell.runtime.members import get_member, set_member

        engine, name = self._engine, method.rstrip("123")
        if name in _OF_HOST:
            return call_method(self.host, name, arguments, engine)
        kind, member = name[:3], name[3:]
        if name in _RAW_METHODS or (kind in ("Get", "Set") and member in _RAW_PROPERTIES):
            raw = self._raw()
            if raw is None:
                raise nobody_there()
            if name in _RAW_METHODS:
                return call_method(raw, name, arguments, engine)
            if kind == "Get":
                return get_member(raw, member, engine)
            set_member(raw, member, arguments[0], engine)
            return None
        interface = self._interface()
        if interface is None:
            raise nobody_there()
        return call_method(interface, name, arguments, engine)


def interface_of(host: Any, engine: Engine) -> Any:
    """The user interface of a new runspace that is to have this host; that of the script for its own $Host.

    Raises NetError for what is no host.
    """
    held = unwrap(host)
    if held is None:
        from emulator.powershell.dotnet.exceptions import null_argument

        raise null_argument("host")
    if isinstance(held, HostObject):
        return held.engine.ui
    if not type_of(held).is_assignable_to(builtin(_HOST_TYPE)):
        raise NetError("System.ArgumentException", "The object is no host.")
    return OwnHost(held, engine)


class HostSink:
    """What a pipeline keeps of its streams, shown to the host too: messages and progress
    (MshCommandRuntime.WriteWarning and the like)."""

    def __init__(self, kept: Sink, interface: OwnHost) -> None:
        self._kept = kept
        self._interface = interface
        self.output = kept.output
        self.error = kept.error
        self.information = kept.information

    def warning(self, record: MessageRecord) -> None:
        """Write-Warning."""
        self._kept.warning(record)
        self._interface.host_call("WriteWarningLine", [record.message])

    def verbose(self, record: MessageRecord) -> None:
        """Write-Verbose."""
        self._kept.verbose(record)
        self._interface.host_call("WriteVerboseLine", [record.message])

    def debug(self, record: MessageRecord) -> None:
        """Write-Debug."""
        self._kept.debug(record)
        self._interface.host_call("WriteDebugLine", [record.message])

    def progress(self, record: ProgressRecord) -> None:
        """Write-Progress."""
        self._kept.progress(record)
        self._interface.write_progress(record)


def shown_by(interface: Any, kept: Sink) -> Sink:
    """The sink of a pipeline in a runspace with this user interface."""
    return HostSink(kept, interface) if isinstance(interface, OwnHost) else kept
