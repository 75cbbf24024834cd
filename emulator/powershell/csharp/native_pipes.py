"""Anonymous pipes, and the streams that scripts make of their handles."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Protocol

from emulator.powershell.csharp.native_process import KernelObject, NativeProcess
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.streams import Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.powershell.dotnet.library.interfaces import Handle
    from emulator.powershell.runtime.engine import Engine

#: Bytes that may wait in a pipe that no program reads.
MOST_WAITING = 16 << 20


class Source(Protocol):
    """A program that writes into a pipe."""

    pending: int

    def take(self, limit: int) -> bytes:
        """At most so many bytes, at once."""
        ...

    def wait(self, interrupted: Callable[[], bool]) -> None:
        """Wait until there are bytes, or none will come, or somebody interrupts."""
        ...

    def has_ended(self) -> bool:
        """Whether the program is gone."""
        ...

    def close(self) -> None:
        """Nobody reads any more."""
        ...


class Target(Protocol):
    """A program that reads from a pipe."""

    def feed(self, data: bytes, end: bool = False) -> None:
        """Give it bytes; ``end``: the last ones."""
        ...


class Pipe:
    """Bytes on their way from those who write to those who read."""

    def __init__(self) -> None:
        self.reading = ReadEnd(self)
        self.writing = WriteEnd(self)
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._sources: list[Source] = []
        self._target: Target | None = None

    def add_source(self, source: Source) -> None:
        """A program was started that writes here."""
        self._sources.append(source)

    def set_target(self, target: Target) -> None:
        """A program was started that reads here: it gets what waits."""
        self._target = target
        while self._waiting:
            target.feed(self._waiting.popleft())
        self._size = 0
        if self.writing.handles <= 0:
            target.feed(b"", True)

    def put(self, data: bytes) -> bool:
        """Write; False when there is no room, which nobody would ever make."""
        if self._target is not None:
            self._target.feed(data)
            return True
        if self._size + len(data) > MOST_WAITING:
            return False
        self._waiting.append(data)
        self._size += len(data)
        return True

    def get(self, engine: Engine, count: int) -> bytes:
        """At most so many bytes; waits for the first one, and gives none when nobody can write any more."""
        while True:
            if self._waiting:
                piece = self._waiting.popleft()
                if len(piece) > count:
                    self._waiting.appendleft(piece[count:])
                    piece = piece[:count]
                self._size -= len(piece)
                return piece
            found = next((one for one in self._sources if one.pending), None)
            if found is not None:
                return found.take(count)
            running = next((one for one in self._sources if not one.has_ended()), None)
            if running is not None:
                running.wait(engine.stopped.is_set)
            elif self.writing.handles > 0 and not self._sources:
                # Only the script itself could write, and it waits here.
                engine.clock.sleep(3600, engine.stopped.is_set)
            elif any(one.pending for one in self._sources):
                continue
            else:
                return b""
            engine.check_stopped()

    @property
    def pending(self) -> int:
        """Bytes that can be read at once."""
        return self._size + sum(one.pending for one in self._sources)

    def end_of_writing(self) -> None:
        """The script closed its end."""
        if self._target is not None:
            self._target.feed(b"", True)

    def end_of_reading(self) -> None:
        """Nobody reads any more."""
        for one in self._sources:
            one.close()


class ReadEnd(KernelObject):
    """The end of a pipe that is read."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self.pipe = pipe

    def close(self) -> None:
        self.pipe.end_of_reading()


class WriteEnd(KernelObject):
    """The end of a pipe that is written."""

    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self.pipe = pipe

    def close(self) -> None:
        self.pipe.end_of_writing()


class HandleStream(Stream):
    """System.IO.FileStream of a SafeFileHandle, which here is an end of a pipe."""

    closed_text = "Cannot access a closed file."

    def __init__(self, engine: Engine, process: NativeProcess, handle: Handle, *, writes: bool) -> None:
        super().__init__()
        self._engine = engine
        self._process = process
        self._handle = handle
        self.readable, self.writable = not writes, writes
        self.path = "[Unknown]"

    def pull(self, count: int) -> bytes:
        self.require_open()
        end = self._end()
        if not isinstance(end, ReadEnd):
            raise NetError("System.NotSupportedException", "Stream does not support reading.")
        return end.pipe.get(self._engine, count)

    def push(self, data: bytes) -> None:
        self.require_open()
        end = self._end()
        if not isinstance(end, WriteEnd):
            raise NetError("System.NotSupportedException", "Stream does not support writing.")
        if not end.pipe.put(data):
            raise NetError("System.IO.IOException", "Insufficient system resources exist to complete it.")

    def close(self) -> None:
        if not self.closed:
            super().close()
            from emulator.powershell.dotnet.library.interfaces import close_handle

            close_handle(self._engine, self._handle)

    def _end(self) -> KernelObject | None:
        return self._process.object_of(int(self._handle.value))
