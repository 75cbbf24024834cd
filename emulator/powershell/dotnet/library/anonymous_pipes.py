"""System.IO.Pipes: anonymous pipes between the runspaces of one process.

Source: the reference of AnonymousPipeServerStream and AnonymousPipeClientStream. A handle means the
pipe in the process that made it; no program of the machine inherits one.
"""

from __future__ import annotations

import itertools
import threading
from collections import deque
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.library.interfaces import Handle
from emulator.powershell.dotnet.numbers import Pointer
from emulator.powershell.dotnet.streams import Stream
from emulator.powershell.dotnet.types import PSType, builtin, register

if TYPE_CHECKING:
    from emulator.powershell.dotnet.enums import EnumValue
    from emulator.powershell.runtime.engine import Engine

_SPACE = "System.IO.Pipes."
_IN, _OUT, _BOTH = 1, 2, 3
#: Bytes that wait before a writer does.
_ROOM = 4096
#: Seconds after which who waits looks whether the script was stopped.
_LOOK_UP = 0.05
_BROKEN = "Pipe is broken."
#: Pipes of a process whose other end nobody has taken.
_MOST = 1000
_DIGITS_OF_A_HANDLE = 18
_NUMBERS = itertools.count(0x400, 4)


class _Pipe:
    """Bytes on their way, and how many ends can still write and read them."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.waiting: deque[bytes] = deque()
        self.size = 0
        self.writers = 0
        self.readers = 0


def _handle() -> Handle:
    """A new SafePipeHandle."""
    return Handle(builtin(_HANDLE), Pointer(next(_NUMBERS)))


class PipeStream(Stream):
    """An end of an anonymous pipe."""

    closed_text = "Cannot access a closed pipe."

    def __init__(self, engine: Engine, pipe: _Pipe, direction: int, handle: Handle) -> None:
        super().__init__()
        self._engine = engine
        self.pipe = pipe
        self.handle = handle
        self.readable, self.writable = direction == _IN, direction == _OUT
        with pipe.changed:
            pipe.readers += self.readable
            pipe.writers += self.writable

    def pull(self, count: int) -> bytes:
        self.require_open()
        pipe = self.pipe
        with pipe.changed:
            while not pipe.waiting and pipe.writers:
                pipe.changed.wait(_LOOK_UP)
                self._engine.check_stopped()
            if not pipe.waiting:
                return b""
            piece = pipe.waiting.popleft()
            if len(piece) > count:
                pipe.waiting.appendleft(piece[count:])
                piece = piece[:count]
            pipe.size -= len(piece)
            pipe.changed.notify_all()
            return piece

    def push(self, data: bytes) -> None:
        self.require_open()
        pipe = self.pipe
        for start in range(0, len(data), _ROOM):
            piece = data[start : start + _ROOM]
            with pipe.changed:
                while pipe.readers and pipe.size >= _ROOM:
                    pipe.changed.wait(_LOOK_UP)
                    self._engine.check_stopped()
                if not pipe.readers:
                    raise NetError("System.IO.IOException", _BROKEN)
                pipe.waiting.append(piece)
                pipe.size += len(piece)
                pipe.changed.notify_all()

    def close(self) -> None:
        if self.closed:
            return
        super().close()
        with self.pipe.changed:
            self.pipe.readers -= self.readable
            self.pipe.writers -= self.writable
            self.pipe.changed.notify_all()


class PipeServer(PipeStream):
    """AnonymousPipeServerStream: it holds the other end until a client takes it or it is given up."""

    def __init__(self, engine: Engine, direction: int = _OUT) -> None:
        pipe = _Pipe()
        super().__init__(engine, pipe, direction, _handle())
        self.client_handle = _handle()
        self.holds_client = True
        with pipe.changed:
            pipe.readers += self.writable
            pipe.writers += self.readable
        ends = engine.session.pipe_ends
        if len(ends) >= _MOST:
            raise NetError("System.IO.IOException", "Insufficient system resources exist to complete it.")
        ends[int(self.client_handle.value)] = self

    def give_up_client(self) -> None:
        """DisposeLocalCopyOfClientHandle, and what a client does that takes it."""
        if not self.holds_client:
            return
        self.holds_client = False
        self._engine.session.pipe_ends.pop(int(self.client_handle.value), None)
        with self.pipe.changed:
            self.pipe.readers -= self.writable
            self.pipe.writers -= self.readable
            self.pipe.changed.notify_all()

    def close(self) -> None:
        self.give_up_client()
        super().close()


def _server(
    engine: Engine,
    _kind: PSType,
    direction: EnumValue | None = None,
    inheritability: Any = None,
    size: int = 0,
) -> PipeServer:
    del inheritability, size
    number = _OUT if direction is None else direction.number
    if number == _BOTH:
        raise NetError("System.NotSupportedException", "Anonymous pipes can only be in one direction.")
    return PipeServer(engine, number)


def _client(engine: Engine, direction: EnumValue | None, server: PipeServer | None) -> PipeStream:
    number = _IN if direction is None else direction.number
    if number == _BOTH:
        raise NetError("System.NotSupportedException", "Anonymous pipes can only be in one direction.")
    if server is None:
        raise argument_error("Invalid handle.", "pipeHandleAsString")
    made = PipeStream(engine, server.pipe, number, server.client_handle)
    server.give_up_client()
    return made


def _client_of_text(engine: Engine, _kind: PSType, *given: Any) -> PipeStream:
    text = str(given[-1])
    if not text.isdecimal() or len(text) > _DIGITS_OF_A_HANDLE:
        raise argument_error("Invalid handle.", "pipeHandleAsString")
    return _client(engine, given[0] if len(given) > 1 else None, engine.session.pipe_ends.get(int(text)))


def _client_of_handle(engine: Engine, _kind: PSType, direction: EnumValue, handle: Handle) -> PipeStream:
    return _client(engine, direction, engine.session.pipe_ends.get(int(handle.value)))


register(EnumType(f"{_SPACE}PipeDirection", {"In": _IN, "Out": _OUT, "InOut": _BOTH}))
register(EnumType(f"{_SPACE}PipeTransmissionMode", {"Byte": 0, "Message": 1}))
register(EnumType("System.IO.HandleInheritability", {"None": 0, "Inheritable": 1}))
register(
    PSType(
        f"{_SPACE}PipeStream",
        base="System.IO.Stream",
        is_abstract=True,
        instance={
            "IsConnected: bool": lambda one: not one.closed,
            "IsAsync: bool": lambda _one: False,
            "IsMessageComplete: bool": lambda _one: True,
            "InBufferSize: int": lambda one: _ROOM if one.readable else 0,
            "OutBufferSize: int": lambda one: _ROOM if one.writable else 0,
            "SafePipeHandle": lambda one: one.handle,
            "WaitForPipeDrain()": lambda _one: None,
        },
    ),
    PipeStream,
)
_DIRECTION = f"{_SPACE}PipeDirection direction"
_HANDLE = "Microsoft.Win32.SafeHandles.SafePipeHandle"
_INHERITS = "System.IO.HandleInheritability inheritability"
register(
    PSType(
        f"{_SPACE}AnonymousPipeServerStream",
        base=f"{_SPACE}PipeStream",
        instance={
            "ClientSafePipeHandle": lambda one: one.client_handle,
            "GetClientHandleAsString()": lambda one: str(int(one.client_handle.value)),
            "DisposeLocalCopyOfClientHandle()": PipeServer.give_up_client,
        },
        construct={
            "@new()": _server,
            f"@new({_DIRECTION})": _server,
            f"@new({_DIRECTION}, {_INHERITS})": _server,
            f"@new({_DIRECTION}, {_INHERITS}, int bufferSize)": _server,
        },
    ),
    PipeServer,
)
register(
    PSType(
        f"{_SPACE}AnonymousPipeClientStream",
        base=f"{_SPACE}PipeStream",
        construct={
            "@new(string pipeHandleAsString)": _client_of_text,
            f"@new({_DIRECTION}, string pipeHandleAsString)": _client_of_text,
            f"@new({_DIRECTION}, {_HANDLE} safePipeHandle)": _client_of_handle,
        },
    )
)
