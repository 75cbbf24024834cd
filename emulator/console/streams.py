"""The ends of pipes and redirections inside the console: text or bytes in memory, files, and NUL."""

from __future__ import annotations

import threading

from emulator.console.process import codec_of
from emulator.host.storage.filesystem import Filesystem

#: What one command may hand to the next through a pipe or collect for a file. Beyond it the command fails
#: as on a full disk, so that no script can make the emulator grow without bound.
MAXIMUM_COLLECTED_BYTES = 64 * 1024 * 1024


class OutputLimitExceeded(Exception):
    """A command wrote more than MAXIMUM_COLLECTED_BYTES into a pipe or a file."""


class Collector:
    """A writer that keeps everything in memory, up to the limit."""

    def __init__(self, code_page: int) -> None:
        self.code_page = code_page
        self._data = bytearray()

    def write(self, data: str | bytes) -> None:
        raw = data.encode(codec_of(self.code_page), "replace") if isinstance(data, str) else data
        if len(self._data) + len(raw) > MAXIMUM_COLLECTED_BYTES:
            raise OutputLimitExceeded("There is not enough space on the disk.")
        self._data += raw

    def value(self) -> bytes:
        return bytes(self._data)


class FileWriter(Collector):
    """A redirection into a file of the fake machine: written when the command ends."""

    def __init__(self, files: Filesystem, path: str, code_page: int, *, append: bool) -> None:
        super().__init__(code_page)
        self._files = files
        self._path = path
        # Windows creates or empties the file before the command starts, even when it then writes nothing.
        files.write(path, b"", append=append)

    def close(self) -> None:
        data = self.value()
        if data:
            self._files.write(self._path, data, append=True)


class NullWriter:
    """The NUL device."""

    def __init__(self, code_page: int) -> None:
        self.code_page = code_page

    def write(self, data: str | bytes) -> None:
        """Forget it."""


class MemoryReader:
    """Standard input from a file or from the command to the left."""

    comes_from_client = False

    def __init__(self, data: bytes, code_page: int) -> None:
        self.code_page = code_page
        self._data = data
        self._position = 0

    def for_process(self, _cancelled: threading.Event) -> MemoryReader:
        """Everything is there already: nobody waits."""
        return self

    def wake(self) -> None:
        """Nobody waits."""

    def read(self) -> str:
        return self.read_bytes().decode(codec_of(self.code_page), "replace")

    def read_bytes(self, size: int = -1) -> bytes:
        end = len(self._data) if size < 0 else self._position + size
        taken = self._data[self._position : end]
        self._position += len(taken)
        return taken

    def read_line(self) -> str | None:
        if self._position >= len(self._data):
            return None
        end = self._data.find(b"\n", self._position)
        end = len(self._data) if end < 0 else end + 1
        line = self.read_bytes(end - self._position)
        return line.rstrip(b"\r\n").decode(codec_of(self.code_page), "replace")
