"""Host calls of a remote command, carried out by the host of the script that started it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.runtime.host_objects import nobody_there
from emulator.powershell.runtime.host_values import WINDOW_HEIGHT, Size, color
from emulator.powershell.runtime.scalars import to_text
from emulator.powershell.runtime.streams import InformationRecord, MessageRecord
from emulator.powershell.serialization.record_reader import number

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_BUFFER_HEIGHT = 3000


def perform(engine: Engine, method: str, arguments: list[Any]) -> Any:
    """What a method of the host gives. Raises NetError for what this host has not."""
    forward = getattr(engine.ui, "host_call", None)
    if forward is not None:
        return forward(method, arguments)
    known = _METHODS.get(method)
    if known is None:
        raise nobody_there()
    return known(engine, *arguments)


def _write(newline: bool) -> Callable[..., None]:
    def run(engine: Engine, text: Any = "") -> None:
        engine.show(InformationRecord(to_text(text), host=True, newline=newline))

    return run


def _colored(newline: bool) -> Callable[..., None]:
    def run(engine: Engine, foreground: Any, background: Any, text: Any) -> None:
        record = InformationRecord(to_text(text), host=True, newline=newline)
        record.foreground = to_text(color(number(foreground)))
        record.background = to_text(color(number(background)))
        engine.show(record)

    return run


def _message(stream: str, kind: str) -> Callable[..., None]:
    def run(engine: Engine, text: Any) -> None:
        getattr(engine.frame.streams, stream)(MessageRecord(kind, to_text(text)))

    return run


def _error_line(engine: Engine, text: Any) -> None:
    writer = getattr(engine.ui, "write_console", None)
    if writer is None:
        _write(True)(engine, text)
    else:
        writer("error", to_text(text) + "\r\n")


def _read_line(engine: Engine) -> str:
    answer = engine.ui.read_line("")
    if answer is None:
        raise nobody_there()
    return to_text(answer)


def _leave(engine: Engine, *_arguments: Any) -> None:
    """Exit-PSSession, or `exit`, in a session that was entered; in every other one it means nothing here."""
    leave = getattr(engine.ui, "pop_session", None)
    if leave is not None:
        leave()


def _nothing(_engine: Engine, *_arguments: Any) -> None:
    """The host has no such thing, and nobody waits for an answer."""


_METHODS: dict[str, Callable[..., Any]] = {
    "GetName": lambda engine: engine.session.host_name,
    "Write1": _write(False),
    "Write2": _colored(False),
    "WriteLine1": _write(True),
    "WriteLine2": _write(True),
    "WriteLine3": _colored(True),
    "WriteErrorLine": _error_line,
    "WriteDebugLine": _message("debug", "Debug"),
    "WriteVerboseLine": _message("verbose", "Verbose"),
    "WriteWarningLine": _message("warning", "Warning"),
    "ReadLine": _read_line,
    "GetBufferSize": lambda engine: Size(engine.ui.width, _BUFFER_HEIGHT),
    "GetWindowSize": lambda engine: Size(engine.ui.width, WINDOW_HEIGHT),
    "GetWindowTitle": lambda _engine: "Windows PowerShell",
    **dict.fromkeys(("SetShouldExit", "PopRunspace"), _leave),
    **dict.fromkeys(("WriteProgress", "SetWindowTitle", "SetBufferSize"), _nothing),
    **dict.fromkeys(("NotifyBeginApplication", "NotifyEndApplication"), _nothing),
}
