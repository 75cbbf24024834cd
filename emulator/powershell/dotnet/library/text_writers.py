"""System.IO.StringWriter and StringReader."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from emulator.powershell.dotnet.exceptions import NetError, null_argument
from emulator.powershell.dotnet.library.text import StringBuilder
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.conversion import to_text

LINE_END = "\r\n"


class StringWriter:
    """A writer whose text goes into a StringBuilder."""

    __slots__ = ("builder", "closed", "line_end")

    def __init__(self, builder: StringBuilder | None = None) -> None:
        self.builder = builder if builder is not None else StringBuilder()
        self.line_end = LINE_END
        self.closed = False

    def write(self, text: str) -> None:
        """Put a text at the end. Raises ObjectDisposedException when the writer was closed."""
        if self.closed:
            raise NetError("System.ObjectDisposedException", "Cannot write to a closed TextWriter.")
        self.builder.append(text)

    def close(self) -> None:
        """Take no more."""
        self.closed = True


def _made(_kind: PSType, given: Any = None) -> StringWriter:
    held = unwrap(given)
    return StringWriter(held if isinstance(held, StringBuilder) else None)


def _write(writer: StringWriter, value: Any = None) -> None:
    writer.write(to_text(value))


def _write_line(writer: StringWriter, value: Any = None) -> None:
    writer.write(to_text(value) + writer.line_end)


def _formatted(form: str, values: Iterable[Any]) -> str:
    from emulator.powershell.runtime.text_operators import composite

    return composite(form, list(values))


def _set_line_end(writer: StringWriter, value: str) -> None:
    writer.line_end = value


register(
    PSType(
        "System.IO.StringWriter",
        base="System.IO.TextWriter",
        interfaces=("System.IDisposable",),
        instance={
            "NewLine: string": lambda w: w.line_end,
            "NewLine=": _set_line_end,
            "Write(object value)": _write,
            "Write(string format, params object[] arg)": lambda w, f, v: w.write(_formatted(f, v)),
            "WriteLine()": _write_line,
            "WriteLine(object value)": _write_line,
            "WriteLine(string format, params object[] arg)": lambda w, f, v: _write_line(w, _formatted(f, v)),
            "GetStringBuilder()": lambda w: w.builder,
            "Flush()": lambda _w: None,
            "Close()": lambda w: w.close(),
            "Dispose()": lambda w: w.close(),
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


class StringReader:
    """A reader over a text."""

    __slots__ = ("place", "text")

    def __init__(self, text: str) -> None:
        self.text: str | None = text
        self.place = 0

    def rest(self) -> str:
        """What was not read yet. Raises ObjectDisposedException when the reader was closed."""
        if self.text is None:
            raise NetError("System.ObjectDisposedException", "Cannot read from a closed TextReader.")
        return self.text[self.place :]

    def take(self, count: int) -> str:
        """Read so many characters."""
        found = self.rest()[:count]
        self.place += len(found)
        return found

    def line(self) -> str | None:
        """The next line without its end, None when there is none."""
        rest = self.rest()
        if not rest:
            return None
        end = next((place for place, one in enumerate(rest) if one in "\r\n"), len(rest))
        self.place += end + (2 if rest[end : end + 2] == "\r\n" else 1 if end < len(rest) else 0)
        return rest[:end]


def _reader(_kind: PSType, text: str | None) -> StringReader:
    if text is None:
        raise null_argument("s")
    return StringReader(text)


def _close(reader: StringReader) -> None:
    reader.text = None


def _code(text: str) -> int:
    return ord(text) if text else -1


register(
    PSType("System.IO.TextReader", is_abstract=True, interfaces=("System.IDisposable",)),
)
register(
    PSType(
        "System.IO.StringReader",
        base="System.IO.TextReader",
        interfaces=("System.IDisposable",),
        instance={
            "Peek()": lambda r: _code(r.rest()[:1]),
            "Read()": lambda r: _code(r.take(1)),
            "ReadLine()": lambda r: r.line(),
            "ReadToEnd()": lambda r: r.take(len(r.text or "")) if r.rest() else "",
            "Close()": _close,
            "Dispose()": _close,
        },
        construct={"new(string s)": _reader},
    ),
    StringReader,
)
