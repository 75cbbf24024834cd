"""System.IO.TextWriter and TextReader, and the ones over texts: StringWriter and StringReader."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from emulator.powershell.dotnet.exceptions import NetError, null_argument
from emulator.powershell.dotnet.library.tasks import attempted
from emulator.powershell.dotnet.library.text import StringBuilder
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.conversion import to_text

LINE_END = "\r\n"
_ENDS = re.compile(r"\r\n|\r|\n")


class TextWriter:
    """Base of writers; ``put`` says where the text goes."""

    def __init__(self) -> None:
        self.line_end = LINE_END
        self.closed = False

    def require_open(self) -> None:
        """Raise ObjectDisposedException when the writer was closed."""
        if self.closed:
            raise NetError("System.ObjectDisposedException", "Cannot write to a closed TextWriter.")

    def write(self, text: str) -> None:
        """Put a text at the end. Raises ObjectDisposedException when the writer was closed."""
        self.require_open()
        self.put(text)

    def put(self, text: str) -> None:
        """Take a text."""
        raise NotImplementedError

    def flush(self) -> None:
        """Bring what was written where it belongs."""

    def close(self) -> None:
        """Take no more."""
        self.closed = True


class StringWriter(TextWriter):
    """A writer whose text goes into a StringBuilder."""

    def __init__(self, builder: StringBuilder | None = None) -> None:
        super().__init__()
        self.builder = builder if builder is not None else StringBuilder()

    def put(self, text: str) -> None:
        self.builder.append(text)


def _made(_kind: PSType, given: Any = None) -> StringWriter:
    held = unwrap(given)
    return StringWriter(held if isinstance(held, StringBuilder) else None)


def _write(writer: TextWriter, value: Any = None) -> None:
    writer.write(to_text(value))


def _write_line(writer: TextWriter, value: Any = None) -> None:
    writer.write(to_text(value) + writer.line_end)


def _write_part(writer: TextWriter, characters: Iterable[Any], index: int, count: int) -> None:
    writer.write("".join(list(characters)[index : index + count]))


def _formatted(form: str, values: Iterable[Any]) -> str:
    from emulator.powershell.runtime.text_operators import composite

    return composite(form, list(values))


def _set_line_end(writer: TextWriter, value: str) -> None:
    writer.line_end = value


#: Members of every writer.
WRITER: dict[str, Any] = {
    "NewLine: string": lambda w: w.line_end,
    "NewLine=": _set_line_end,
    "Write(object value)": _write,
    "Write(char[] buffer)": lambda w, characters: w.write("".join(characters)),
    "Write(char[] buffer, int index, int count)": _write_part,
    "Write(string format, params object[] arg)": lambda w, f, v: w.write(_formatted(f, v)),
    "WriteLine()": _write_line,
    "WriteLine(object value)": _write_line,
    "WriteLine(string format, params object[] arg)": lambda w, f, v: _write_line(w, _formatted(f, v)),
    "WriteAsync(string value)": lambda w, value: attempted(lambda: _write(w, value)),
    "WriteLineAsync()": lambda w: attempted(lambda: _write_line(w)),
    "WriteLineAsync(string value)": lambda w, value: attempted(lambda: _write_line(w, value)),
    "Flush()": lambda w: w.flush(),
    "FlushAsync()": lambda w: attempted(w.flush),
    "Close()": lambda w: w.close(),
    "Dispose()": lambda w: w.close(),
}
register(
    PSType(
        "System.IO.StringWriter",
        base="System.IO.TextWriter",
        interfaces=("System.IDisposable",),
        instance={
            **WRITER,
            "GetStringBuilder()": lambda w: w.builder,
            "ToString()": lambda w: w.builder.text,
        },
        construct={
            "new()": _made,
            "new(System.Text.StringBuilder sb)": _made,
            "new(cultureinfo formatProvider)": _made,
        },
        to_text=lambda w: w.builder.text,
    ),
    StringWriter,
)


class TextReader:
    """A reader over a text, of which ``more`` may bring further pieces."""

    def __init__(self, text: str) -> None:
        self.text: str | None = text
        self.place = 0

    def more(self) -> bool:
        """Put more characters behind those that are there; false when there are none."""
        return False

    def _open_text(self) -> str:
        if self.text is None:
            raise NetError("System.ObjectDisposedException", "Cannot read from a closed TextReader.")
        return self.text

    def peek(self) -> str:
        """The next character, "" at the end. Raises ObjectDisposedException when the reader was closed."""
        if self.place >= len(self._open_text()):
            self.more()
        return self._open_text()[self.place : self.place + 1]

    def take(self, count: int) -> str:
        """Read at most so many characters."""
        while len(self._open_text()) - self.place < count and self.more():
            pass
        found = self._open_text()[self.place : self.place + count]
        self.place += len(found)
        return found

    def rest(self) -> str:
        """Read everything that is left."""
        while self.more():
            pass
        found = self._open_text()[self.place :]
        self.place += len(found)
        return found

    def line(self) -> str | None:
        """The next line without its end, None when there is none."""
        seen = 0
        while True:
            text = self._open_text()
            end = _ENDS.search(text, self.place + seen)
            # A line feed may follow a carriage return in the next piece.
            if end is None or (end[0] == "\r" and end.end() == len(text)):
                seen = max(len(text) - self.place - 1, 0)
                if self.more():
                    continue
                text = self._open_text()
            if end is None and self.place >= len(text):
                return None
            found = text[self.place : end.start() if end is not None else len(text)]
            self.place = end.end() if end is not None else len(text)
            return found

    def close(self) -> None:
        """Give nothing more."""
        self.text = None


class StringReader(TextReader):
    """A reader over a text."""


def _reader(_kind: PSType, text: str | None) -> StringReader:
    if text is None:
        raise null_argument("s")
    return StringReader(text)


def _code(text: str) -> int:
    return ord(text) if text else -1


def _read_part(reader: TextReader, buffer: Any, index: int, count: int) -> int:
    from emulator.powershell.dotnet.numbers import Char

    found = reader.take(count)
    buffer[index : index + len(found)] = [Char(one) for one in found]
    return len(found)


#: Members of every reader.
READER: dict[str, Any] = {
    "Peek()": lambda r: _code(r.peek()),
    "Read()": lambda r: _code(r.take(1)),
    "Read(char[] buffer, int index, int count)": _read_part,
    "ReadBlock(char[] buffer, int index, int count)": _read_part,
    "ReadLine()": lambda r: r.line(),
    "ReadToEnd()": lambda r: r.rest(),
    "ReadLineAsync()": lambda r: attempted(r.line),
    "ReadToEndAsync()": lambda r: attempted(r.rest),
    "Close()": lambda r: r.close(),
    "Dispose()": lambda r: r.close(),
}
register(
    PSType("System.IO.TextReader", is_abstract=True, interfaces=("System.IDisposable",)),
)
register(
    PSType(
        "System.IO.StringReader",
        base="System.IO.TextReader",
        interfaces=("System.IDisposable",),
        instance=READER,
        construct={"new(string s)": _reader},
    ),
    StringReader,
)
