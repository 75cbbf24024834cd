"""Documents: objects gathered under one shape (a table or a list), and how they become lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.numbers import NUMBER_TYPES, Char
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.format.cells import (
    column_text,
    column_value,
    enumeration_limit,
    is_there,
    value_text,
)
from emulator.powershell.format.remote_columns import without_hidden
from emulator.powershell.format.table import assign_widths, header, row, wrapped_rows
from emulator.powershell.format.views import Column
from emulator.powershell.format.wrapping import wrap
from emulator.powershell.runtime.host_values import WINDOW_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.powershell.runtime.engine import Engine

MAXIMUM_COLUMNS = 10
MAXIMUM_GENERATED_TABLE = 4


class Settled:
    """What a document shows of an object that was read already: texts by column, the text of its group, and
    how columns stand that follow from it."""

    __slots__ = ("alignments", "group", "shown")

    def __init__(
        self, shown: tuple[tuple[Column, str], ...], group: str | None, alignments: tuple[str, ...]
    ) -> None:
        self.shown = shown
        self.group = group
        self.alignments = alignments


class Document:
    """A table or list under way. ``entries`` are objects, or ready lines that came between them."""

    def __init__(
        self,
        kind: str,
        columns: tuple[Column, ...],
        *,
        auto_size: bool = False,
        generated: bool = False,
        wrap_cells: bool = False,
        hide_headers: bool = False,
        group_by: Column | None = None,
        type_names: tuple[str, ...] = (),
        across: int = 2,
        chosen: bool = False,
    ) -> None:
        self.chosen = chosen
        self.across = across
        self.kind = kind
        self.columns = columns
        self.auto_size = auto_size
        self.generated = generated
        self.wrap_cells = wrap_cells
        self.hide_headers = hide_headers
        self.group_by = group_by
        self.type_names = type_names
        self.repeats_header = False
        self.entries: list[tuple[Any, list[str] | None]] = []

    def add(self, value: Any) -> None:
        """Put an object in."""
        self.entries.append((value, None))

    def add_lines(self, lines: list[str]) -> None:
        """Put ready lines between the objects."""
        self.entries.append((None, lines))

    def settle(self, engine: Engine) -> Document:
        """Read the objects now: what was formatted shows them as they were at that moment."""
        limit = enumeration_limit(engine)
        self.entries = [
            (value, lines) if lines is not None else (self._settled(value, engine, limit), None)
            for value, lines in self.entries
        ]
        return self

    def _settled(self, value: Any, engine: Engine, limit: int) -> Settled:
        # Each value is read once: a script behind a column may do something.
        found = [(one, column_value(one, value, engine)) for one in self._columns_for(value, engine)]
        return Settled(
            tuple((one, value_text(one, each, limit)) for one, each in found),
            None if self.group_by is None else column_text(self.group_by, value, engine),
            tuple(natural_alignment(each) for _, each in found),
        )

    def _columns_for(self, value: Any, engine: Engine) -> Sequence[Column]:
        columns = self.columns
        if self.kind == "list":
            columns = columns or generated_columns(value, engine)
            if self.chosen:
                columns = tuple(one for one in columns if is_there(one, value, engine))
        return columns

    def _shown(self, value: Any, engine: Engine, limit: int) -> Sequence[tuple[Column, str]]:
        """The columns of an object with their texts."""
        if isinstance(value, Settled):
            return value.shown
        return [(one, column_text(one, value, engine, limit)) for one in self._columns_for(value, engine)]

    def lines(self, engine: Engine, width: int) -> list[str]:
        """The lines of the document, with the blank ones before and after."""
        out: list[str] = []
        for label, entries in self._groups(engine):
            out.append("")
            if label is not None:
                framed = self.group_by is not None and self.group_by.framed
                out.extend(["", f" {label}", "", ""] if framed else [label, ""])
            shapes = {"table": self._table, "custom": self._custom, "wide": self._wide}
            shape = shapes.get(self.kind, self._list)
            out.extend(shape(engine, width, entries))
            out.append("")
        out.append("")
        return out

    def _groups(self, engine: Engine) -> list[tuple[str | None, list[tuple[Any, list[str] | None]]]]:
        if self.group_by is None:
            return [(None, self.entries)]
        groups: list[tuple[str | None, list[tuple[Any, list[str] | None]]]] = []
        last: str | None = None
        for value, lines in self.entries:
            if lines is None:
                settled = isinstance(value, Settled)
                text = value.group if settled else column_text(self.group_by, value, engine)
                if not groups or text != last:
                    groups.append((f"   {self.group_by.label}: {text}", []))
                    last = text
            if groups:
                groups[-1][1].append((value, lines))
        return groups

    def _table(self, engine: Engine, width: int, entries: list[tuple[Any, list[str] | None]]) -> list[str]:
        limit = enumeration_limit(engine)
        columns = self.columns
        labels = [one.label for one in columns]
        rows = [
            ([text for _, text in self._shown(value, engine, limit)], lines) if lines is None else ([], lines)
            for value, lines in entries
        ]
        first = next((value for value, lines in entries if lines is None), None)
        natural = self._alignments(first, engine)
        alignments = [one.alignment or natural[index] for index, one in enumerate(columns)]
        widths = [one.width for one in columns]
        if self.auto_size:
            for index, one in enumerate(columns):
                if not one.width:
                    longest = max((_cell_width(cells[index]) for cells, _ in rows if cells), default=0)
                    widths[index] = max(longest, len(one.label), 1)
        widths = assign_widths(widths, width)
        out = [] if self.hide_headers else header(labels, widths, alignments)
        head = list(out)
        room = max(WINDOW_HEIGHT - len(head), 1) if self.repeats_header and head else 0
        for place, (cells, ready) in enumerate(rows):
            if room and place and place % room == 0:
                out.extend(head)
            if ready is not None:
                out.extend(ready)
            elif self.wrap_cells:
                out.extend(wrapped_rows(cells, widths, alignments))
            else:
                out.append(row(cells, widths, alignments))
        return out

    def _alignments(self, first: Any, engine: Engine) -> Sequence[str]:
        if not self.generated:
            return ["left"] * len(self.columns)
        if isinstance(first, Settled):
            return first.alignments
        if first is None:
            return ["left"] * len(self.columns)
        return [natural_alignment(column_value(one, first, engine)) for one in self.columns]

    def _wide(self, engine: Engine, width: int, entries: list[tuple[Any, list[str] | None]]) -> list[str]:
        """One property of each object, in ``across`` columns, or as many as fit with ``auto_size``."""
        limit = enumeration_limit(engine)
        texts = [
            text for value, ready in entries if ready is None for _, text in self._shown(value, engine, limit)
        ]
        longest = max((len(one) for one in texts), default=1)
        across = max((width + 1) // (longest + 1), 1) if self.auto_size else max(self.across, 1)
        each = max((width - (across - 1)) // across, 1)
        rows = [texts[start : start + across] for start in range(0, len(texts), across)]
        return [row(part, [each] * len(part), ["left"] * len(part)) for part in rows]

    def _custom(self, engine: Engine, width: int, entries: list[tuple[Any, list[str] | None]]) -> list[str]:
        limit = enumeration_limit(engine)
        out: list[str] = []
        for value, ready in entries:
            if ready is not None:
                out.extend(ready)
                continue
            for _, text in self._shown(value, engine, limit):
                for line in text.replace("\r\n", "\n").split("\n"):
                    out.extend(wrap(line, width))
        return out

    def _list(self, engine: Engine, width: int, entries: list[tuple[Any, list[str] | None]]) -> list[str]:
        limit = enumeration_limit(engine)
        out: list[str] = []
        for value, ready in entries:
            if ready is not None:
                out.extend(ready)
                continue
            out.append("")
            shown = self._shown(value, engine, limit)
            size = max((len(one.label) for one, _ in shown), default=0)
            for one, text in shown:
                lead = f"{one.label.ljust(size)} : "
                for line in wrap(text, max(width - len(lead), 1)):
                    out.append(lead + line)
                    lead = " " * (size + 3)
        return out


def _cell_width(text: str) -> int:
    return max((len(line) for line in text.split("\n")), default=0)


def natural_alignment(value: Any) -> str:
    """Right for numbers, Booleans, characters and enumerations; left otherwise."""
    found = unwrap(value)
    kind = type(found)
    if kind in NUMBER_TYPES or kind is bool or kind is Char or isinstance(found, EnumValue):
        return "right"
    return "left"


def generated_columns(value: Any, engine: Engine) -> tuple[Column, ...]:
    """A column for every property of an object."""
    from emulator.powershell.runtime.members import properties

    return without_hidden(value, (Column(one.name, one.name) for one in properties(value, engine)))
