"""The process's streams as a script meets them: when the process is stopped, so is the script."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from emulator.console.context import Context, Reader, Writer
from emulator.console.process import ProgramCancelled
from emulator.powershell.runtime.errors import PipelineStopped


@contextmanager
def stopping() -> Iterator[None]:
    """Turn the end of the process into the signal that no script can catch."""
    try:
        yield
    except ProgramCancelled:
        raise PipelineStopped from None


class StoppingWriter:
    """Standard output or standard error."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    @property
    def code_page(self) -> int:
        return self._writer.code_page

    @code_page.setter
    def code_page(self, number: int) -> None:
        self._writer.code_page = number

    def write(self, data: str | bytes) -> None:
        with stopping():
            self._writer.write(data)


class StoppingReader:
    """Standard input."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @property
    def code_page(self) -> int:
        return self._reader.code_page

    @code_page.setter
    def code_page(self, number: int) -> None:
        self._reader.code_page = number

    @property
    def comes_from_client(self) -> bool:
        """Whether its end may never come."""
        return self._reader.comes_from_client

    def for_process(self, cancelled: threading.Event) -> Reader:
        """The same input for a program that the script starts: its end does not stop the script."""
        return self._reader.for_process(cancelled)

    def wake(self) -> None:
        """Let whoever waits look whether his process was ended."""
        self._reader.wake()

    def read(self) -> str:
        with stopping():
            return self._reader.read()

    def read_line(self) -> str | None:
        with stopping():
            return self._reader.read_line()

    def read_bytes(self, size: int = -1) -> bytes:
        with stopping():
            return self._reader.read_bytes(size)


def for_script(context: Context) -> Context:
    """`context` with streams that stop the script."""
    return context.child(
        stdin=StoppingReader(context.stdin),
        stdout=StoppingWriter(context.stdout),
        stderr=StoppingWriter(context.stderr),
    )
