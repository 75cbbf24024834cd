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
)
from emulator.powershell.format.table import assign_widths, header, row, wrapped_rows
from emulator.powershell.format.views import Column
from emulator.powershell.format.wrapping import wrap
from emulator.powershell.runtime.host_values import WINDOW_HEIGHT

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

MAXIMUM_COLUMNS = 10
MAXIMUM_GENERATED_TABLE = 4


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
                text = column_text(self.group_by, value, engine)
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
            ([column_text(one, value, engine, limit) for one in columns], lines)
            if lines is None
            else ([], lines)
            for value, lines in entries
        ]
        first = next((value for value, lines in entries if lines is None), None)
        alignments = [
            one.alignment or (default_alignment(one, first, engine) if self.generated else "left")
            for one in columns
        ]
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

    def _wide(self, engine: Engine, width: int, entries: list[tuple[Any, list[str] | None]]) -> list[str]:
        """One property of each object, in ``across`` columns, or as many as fit with ``auto_size``."""
        texts = [column_text(self.columns[0], value, engine) for value, ready in entries if ready is None]
        longest = max((len(one) for one in texts), default=1)
        across = max((width + 1) // (longest + 1), 1) if self.auto_size else max(self.across, 1)
        each = max((width - (across - 1)) // across, 1)
        rows = [texts[start : start + across] for start in range(0, len(texts), across)]
        return [row(part, [each] * len(part), ["left"] * len(part)) for part in rows]

    def _custom(self, engine: Engine, width: int, entries: list[tuple[Any, list[str] | None]]) -> list[str]:
        out: list[str] = []
        for value, ready in entries:
            if ready is not None:
                out.extend(ready)
                continue
            text = column_text(self.columns[0], value, engine).replace("\r\n", "\n")
            for line in text.split("\n"):
                out.extend(wrap(line, width))
        return out

    def _list(self, engine: Engine, width: int, entries: list[tuple[Any, list[str] | None]]) -> list[str]:
        limit = enumeration_limit(engine)
        out: list[str] = []
        for value, ready in entries:
            if ready is not None:
                out.extend(ready)
                continue
            columns = self.columns or generated_columns(value, engine)
            if self.chosen:
                columns = tuple(one for one in columns if is_there(one, value, engine))
            out.append("")
            size = max((len(one.label) for one in columns), default=0)
            for one in columns:
                text = column_text(one, value, engine, limit)
                lead = f"{one.label.ljust(size)} : "
                for line in wrap(text, max(width - len(lead), 1)):
                    out.append(lead + line)
                    lead = " " * (size + 3)
        return out


def _cell_width(text: str) -> int:
    return max((len(line) for line in text.split("\n")), default=0)


def default_alignment(column: Column, value: Any, engine: Engine) -> str:
    """Right for numbers, Booleans, characters and enumerations, by the first object; left otherwise."""
    if value is None:
        return "left"
    found = unwrap(column_value(column, value, engine))
    kind = type(found)
    if kind in NUMBER_TYPES or kind is bool or kind is Char or isinstance(found, EnumValue):
        return "right"
    return "left"


def generated_columns(value: Any, engine: Engine) -> tuple[Column, ...]:
    """A column for every property of an object."""
    from emulator.powershell.runtime.members import properties

    return tuple(Column(one.name, one.name) for one in properties(value, engine))
