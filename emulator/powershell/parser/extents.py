"""Where in a script a piece of syntax stands.

An extent is a half-open range of offsets into one source. Lines and columns are counted from 1, as
Windows PowerShell shows them; they are worked out when asked for, because nearly no extent is ever printed.
Offsets count characters of the Python text (a character outside the basic plane counts once).
"""

from __future__ import annotations

import re
from bisect import bisect_right

_LINE_END = re.compile(r"\r\n|\n|\r")


class Source:
    """The text of one script and the file it came from (None for text that was typed or sent)."""

    __slots__ = ("_line_starts", "counts", "file", "text")

    def __init__(self, text: str, file: str | None = None) -> None:
        self.text = text
        self.file = file
        self.counts: dict[int, int] | None = None
        """How often the command at an offset ran, when that is counted (code coverage)."""
        self._line_starts: list[int] | None = None

    @property
    def line_starts(self) -> list[int]:
        """Offsets at which the lines begin; CR, LF and CR LF end a line."""
        starts = self._line_starts
        if starts is None:
            starts = [0]
            starts.extend(found.end() for found in _LINE_END.finditer(self.text))
            self._line_starts = starts
        return starts

    def line_of(self, offset: int) -> int:
        """The number of the line, from 1, that holds the offset."""
        return bisect_right(self.line_starts, offset)

    def column_of(self, offset: int) -> int:
        """The column, from 1, of the offset in its line."""
        return offset - self.line_starts[self.line_of(offset) - 1] + 1

    def line_text(self, line: int) -> str:
        """The text of a line, without its line end."""
        starts = self.line_starts
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")


class Extent:
    """A range of a source: ``start_offset`` inclusive, ``end_offset`` exclusive."""

    __slots__ = ("end_offset", "source", "start_offset")

    def __init__(self, source: Source, start_offset: int, end_offset: int) -> None:
        self.source = source
        self.start_offset = start_offset
        self.end_offset = end_offset

    @property
    def text(self) -> str:
        """The characters of the range."""
        return self.source.text[self.start_offset : self.end_offset]

    @property
    def file(self) -> str | None:
        """The file of the source, or None."""
        return self.source.file

    @property
    def start_line(self) -> int:
        """Line of the first character, from 1."""
        return self.source.line_of(self.start_offset)

    @property
    def start_column(self) -> int:
        """Column of the first character, from 1."""
        return self.source.column_of(self.start_offset)

    @property
    def end_line(self) -> int:
        """Line of the position after the last character, from 1."""
        return self.source.line_of(self.end_offset)

    @property
    def end_column(self) -> int:
        """Column of the position after the last character, from 1."""
        return self.source.column_of(self.end_offset)

    @property
    def start_line_text(self) -> str:
        """The whole line on which the range starts (the ``+`` line of an error report)."""
        return self.source.line_text(self.start_line)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Extent):
            return NotImplemented
        return (
            self.start_offset == other.start_offset
            and self.end_offset == other.end_offset
            and self.source is other.source
        )

    def __hash__(self) -> int:
        return hash((self.start_offset, self.end_offset))

    def __repr__(self) -> str:
        start, end = f"{self.start_line}:{self.start_column}", f"{self.end_line}:{self.end_column}"
        return f"Extent({start}-{end} {self.text!r})"


EMPTY_EXTENT = Extent(Source(""), 0, 0)
