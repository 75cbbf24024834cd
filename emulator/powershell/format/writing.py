"""A document under way: lines as the objects come, as OutCommandInner of PowerShell writes them.

An object is read when it comes; only its lines may wait. A table that is fitted to its content waits for the
end of its group; one whose first column has no width waits a moment and is fitted to what came until then;
all others are written at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.format.controls import FramedText
from emulator.powershell.format.documents import Document, Settled, aside
from emulator.powershell.format.table import assign_widths, header, row, wrapped_rows
from emulator.powershell.format.wrapping import wrap
from emulator.powershell.runtime.host_values import WINDOW_HEIGHT

if TYPE_CHECKING:
    from emulator.powershell.format.views import Column
    from emulator.powershell.runtime.engine import Engine

LONGEST_WAIT = 0.3
"""Seconds that a table without widths gathers rows to be fitted to. Only those count that the script sleeps:
how fast this computer is must not be seen."""
_LINES_OF_A_PAGER = 2
"""Lines of a window that a repeated header leaves to the pager and to the blank line before it."""
_Held = tuple[Settled | None, list[str]]
"""A row that waits, or the lines of something between the rows."""


class DocumentWriter:
    """Writes one document for a screen of a width; each method gives the lines that can be shown now."""

    def __init__(self, document: Document, engine: Engine, width: int) -> None:
        self.document = document
        self.engine = engine
        self.width = width
        self._begun = False
        self._group: str | None = None
        self._in_group = False
        self._held: list[_Held] | None = None
        """What waits for the widths of the table; None when nothing has to."""
        self._waits_until: float | None = None
        self._heading: list[str] = []
        """The heading of the group, while it waits with the rows."""
        self._widths: list[int] = []
        self._alignments: list[str] = []
        self._head: list[str] = []
        self._shown_lines = 0
        """Rows since the header, and the lines of the header."""
        self._across: list[str] = []
        """Cells of a wide view whose line is not full yet."""

    def add(self, value: Any) -> list[str]:
        """Take an object, read now, or one that was read already."""
        settled = value if isinstance(value, Settled) else self.document.settled(value, self.engine, [])
        out = self._begin()
        if not self._in_group or (self.document.group_by is not None and settled.group != self._group):
            out += self._end_group()
            out += self._begin_group(settled)
        return out + self._take((settled, []))

    def add_lines(self, lines: list[str]) -> list[str]:
        """Take lines of something that belongs to no document."""
        return self._take((None, lines))

    def finish(self) -> list[str]:
        """End the document, with the blank lines that follow it."""
        out = [*self._begin(), *self._end_group()]
        return out if self.document.aside else [*out, ""]

    def _begin(self) -> list[str]:
        if self._begun:
            return []
        self._begun = True
        # Without a document around it a list has no blank lines but those of its objects.
        return [] if self.document.aside else [""]

    def _begin_group(self, first: Settled) -> list[str]:
        document = self.document
        self._in_group, self._group = True, first.group
        self._held, self._waits_until = None, None
        if document.kind in ("table", "wide") and document.auto_size:
            self._held = []
        elif document.kind == "table" and document.columns and not document.columns[0].width:
            self._held = []
            self._waits_until = self.engine.clock.slept + LONGEST_WAIT
        group = document.group_by
        heading = [] if group is None else ["", *self._heading_of(group, first), ""]
        if self._held is not None:
            self._heading = heading
            return []
        return [*heading, *self._begin_table([], first)] if document.kind == "table" else heading

    def _end_group(self) -> list[str]:
        if not self._in_group:
            return []
        self._in_group = False
        out = self._release()
        if self._across:
            out.append(self._wide_line())
        return [*out, ""]

    def _heading_of(self, group: Column, first: Settled) -> list[str]:
        """The heading of the group that an object begins."""
        if first.heading is not None:
            return [line for one in first.heading.lines for line in one.broken(self.width)]
        return wrap(f"   {group.label}: {first.group or ''}", self.width)

    def _take(self, item: _Held) -> list[str]:
        if self._held is None:
            return self._shown(item)
        self._held.append(item)
        if self._waits_until is not None and self.engine.clock.slept > self._waits_until:
            return self._release()
        return []

    def _release(self) -> list[str]:
        """Write what was held back."""
        held, self._held = self._held, None
        if held is None:
            return []
        settled = [one for one, _ in held if one is not None]
        out, self._heading = self._heading, []
        if self.document.kind == "wide":
            self._fit_across(settled)
        else:
            out += self._begin_table(settled, settled[0])
        for item in held:
            out += self._shown(item)
        return out

    def _shown(self, item: _Held) -> list[str]:
        settled, lines = item
        if settled is None:
            return lines
        if self.document.kind == "table":
            return self._table_row(settled)
        if self.document.kind == "wide":
            return self._wide_cells(settled)
        if self.document.kind == "custom":
            return self._custom_lines(settled)
        return self._list_lines(settled)

    def _begin_table(self, fitted_to: list[Settled], first: Settled) -> list[str]:
        """Settle how wide columns are, by rows when the table is fitted to its content; the header."""
        columns = self.document.columns
        labels = [one.label for one in columns]
        natural = first.alignments if self.document.generated else ["left"] * len(columns)
        self._alignments = [one.alignment or natural[index] for index, one in enumerate(columns)]
        widths = [one.width for one in columns]
        if fitted_to:
            rows = [self._cells(one) for one in fitted_to]
            # Every column, also those that have a width.
            for index, one in enumerate(columns):
                widths[index] = max(len(one.label), 1, *(len(cells[index]) for cells in rows))
        self._widths = assign_widths(widths, self.width)
        self._head = [] if self.document.hide_headers else header(labels, self._widths, self._alignments)
        self._shown_lines = len(self._head)
        return list(self._head)

    def _table_row(self, settled: Settled) -> list[str]:
        out = []
        is_full = self._shown_lines >= WINDOW_HEIGHT - _LINES_OF_A_PAGER
        if self.document.repeats_header and self._head and is_full:
            out = ["", *self._head]
            self._shown_lines = len(self._head)
        self._shown_lines += 1
        cells = self._cells(settled)
        if self.document.wrap_cells:
            return out + wrapped_rows(cells, self._widths, self._alignments)
        return [*out, row(cells, self._widths, self._alignments)]

    def _cells(self, settled: Settled) -> list[str]:
        """The texts of a row, one for each column."""
        count = len(self.document.columns)
        found = [text for _, text in settled.shown][:count]
        return found + [""] * (count - len(found))

    def _fit_across(self, settled: list[Settled]) -> None:
        longest = max((len(text) for one in settled for _, text in one.shown), default=1)
        self.document.across = max((self.width + 1) // (longest + 1), 1)

    def _wide_cells(self, settled: Settled) -> list[str]:
        """The lines that an object fills up."""
        out = []
        for _, text in settled.shown:
            self._across.append(text)
            if len(self._across) >= max(self.document.across, 1):
                out.append(self._wide_line())
        return out

    def _wide_line(self) -> str:
        across = max(self.document.across, 1)
        each = max((self.width - (across - 1)) // across, 1)
        part, self._across = self._across, []
        return row(part, [each] * len(part), ["left"] * len(part))

    def _custom_lines(self, settled: Settled) -> list[str]:
        out: list[str] = []
        for _, text in settled.shown:
            if isinstance(text, FramedText):
                out.extend(line for one in text.lines for line in one.broken(self.width))
            else:
                out.extend(wrap(text, self.width))
        return out

    def _list_lines(self, settled: Settled) -> list[str]:
        out = [""]
        size = max((len(one.label) for one, _ in settled.shown), default=0)
        for one, text in settled.shown:
            lead = f"{one.label.ljust(size)} : "
            for line in wrap(text, max(self.width - len(lead), 1)):
                out.append(lead + line)
                lead = " " * (size + 3)
        return out


def aside_lines_of(value: Any, engine: Engine, width: int) -> list[str]:
    """The lines of an object among those of another kind: a list, with no document around it."""
    writer = DocumentWriter(aside(), engine, width)
    return [*writer.add(value), *writer.finish()]
