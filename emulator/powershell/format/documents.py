"""Documents: objects gathered under one shape (a table or a list), and how they become lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.numbers import NUMBER_TYPES, Char
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.format.cells import (
    cell_text,
    column_text,
    column_value,
    enumeration_limit,
    is_there,
    read_column,
    value_text,
)
from emulator.powershell.format.columns import default_columns
from emulator.powershell.format.controls import FramedText, entry_for, framed_text
from emulator.powershell.format.errors import (
    EXPRESSION_MARK,
    FORMAT_MARK,
    evaluation_error,
    format_error,
)
from emulator.powershell.format.table import assign_widths, header, row, wrapped_rows
from emulator.powershell.format.views import Column, Variant
from emulator.powershell.format.wrapping import wrap
from emulator.powershell.runtime.errors import ErrorRecord, PSError
from emulator.powershell.runtime.host_values import WINDOW_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.powershell.runtime.engine import Engine

MAXIMUM_COLUMNS = 10
MAXIMUM_GENERATED_TABLE = 4


class Settled:
    """What a document shows of an object that was read already: texts by column, the text of its group, and
    its heading, and how columns stand that follow from it."""

    __slots__ = ("alignments", "group", "heading", "shown")

    def __init__(
        self,
        shown: tuple[tuple[Column, str], ...],
        group: str | None,
        heading: FramedText | None,
        alignments: tuple[str, ...],
    ) -> None:
        self.shown = shown
        self.group = group
        self.heading = heading
        self.alignments = alignments


class Document:
    """A table or list under way. ``entries`` are objects, or what came between them: ready lines, lists of
    objects of another kind (``aside``: no document of their own).

    ``shows_errors`` tells of columns that could not be read after the object, ``marks_errors`` in its cell.
    """

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
        variants: tuple[Variant, ...] = (),
    ) -> None:
        self.variants = variants
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
        self.aside = False
        self.shows_errors = False
        self.marks_errors = False
        self.entries: list[tuple[Any, list[str] | None]] = []

    def add(self, value: Any) -> None:
        """Put an object in."""
        self.entries.append((value, None))

    def add_lines(self, lines: list[str]) -> None:
        """Put ready lines between the objects."""
        self.entries.append((None, lines))

    def takes(self, names: list[str]) -> bool:
        """Whether objects with these type names belong here: a view is for its types only."""
        lowered = {name.removeprefix("Deserialized.").lower() for name in names}
        return not self.type_names or any(one.lower() in lowered for one in self.type_names)

    def settled(self, value: Any, engine: Engine, errors: list[ErrorRecord]) -> Settled:
        """Read an object now: what was formatted shows it as it was at that moment. ``errors`` gets those of
        columns that could not be read."""
        limit = enumeration_limit(engine)
        # Each value is read once: a script behind a column may do something.
        found = [(one, self._read(one, value, engine, errors)) for one in self._columns_for(value, engine)]
        group = self.group_by
        return Settled(
            tuple((one, self._cell(one, each, value, limit, errors)) for one, each in found),
            None if group is None else column_text(group, value, engine),
            None
            if group is None or group.heading is None
            else framed_text(group.heading, value, engine, limit),
            tuple(natural_alignment(each) for _, each in found),
        )

    def _read(self, column: Column, value: Any, engine: Engine, errors: list[ErrorRecord]) -> Any:
        try:
            return read_column(column, value, engine)
        except PSError as problem:
            errors.append(evaluation_error(column, value, problem))
            return EXPRESSION_MARK if self.marks_errors else None

    def _cell(self, column: Column, found: Any, value: Any, limit: int, errors: list[ErrorRecord]) -> str:
        try:
            return value_text(column, found, limit)
        except PSError as problem:
            errors.append(format_error(column, value, problem))
            return FORMAT_MARK if self.marks_errors else cell_text(found, limit)

    def _columns_for(self, value: Any, engine: Engine) -> Sequence[Column]:
        columns = self.columns
        if self.variants:
            variant = entry_for(self.variants, value, engine)
            if variant is not None:
                return variant.columns
        if self.kind == "list":
            columns = columns or default_columns(value, engine)
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
        out: list[str] = [""]
        for heading, entries in self._groups(engine, width):
            if heading is not None:
                out.extend(["", *heading, ""])
            shapes = {"table": self._table, "custom": self._custom, "wide": self._wide}
            shape = shapes.get(self.kind, self._list)
            out.extend(shape(engine, width, entries))
            out.append("")
        # Without a document around it a list has no blank lines but those of its objects.
        return out[1:] if self.aside else [*out, ""]

    def _groups(
        self, engine: Engine, width: int
    ) -> list[tuple[list[str] | None, list[tuple[Any, list[str] | None]]]]:
        entries: list[tuple[Any, list[str] | None]] = [
            (None, value.lines(engine, width)) if isinstance(value, Document) else (value, lines)
            for value, lines in self.entries
        ]
        if self.group_by is None:
            return [(None, entries)]
        groups: list[tuple[list[str] | None, list[tuple[Any, list[str] | None]]]] = []
        last: str | None = None
        for value, lines in entries:
            if lines is None:
                settled = isinstance(value, Settled)
                text = value.group if settled else column_text(self.group_by, value, engine)
                if not groups or text != last:
                    groups.append((self._heading(value, text, engine, width), []))
                    last = text
            if groups:
                groups[-1][1].append((value, lines))
        return groups

    def _heading(self, value: Any, text: str, engine: Engine, width: int) -> list[str]:
        """The heading of the group that an object begins."""
        assert self.group_by is not None  # noqa: S101 - callers look first
        control = self.group_by.heading
        if control is None:
            return wrap(f"   {self.group_by.label}: {text}", width)
        limit = enumeration_limit(engine)
        found = value.heading if isinstance(value, Settled) else framed_text(control, value, engine, limit)
        assert found is not None  # noqa: S101 - it was settled with the heading's control
        return [line for one in found.lines for line in one.broken(width)]

    def _table(self, engine: Engine, width: int, entries: list[tuple[Any, list[str] | None]]) -> list[str]:
        limit = enumeration_limit(engine)
        columns = self.columns
        labels = [one.label for one in columns]
        rows = [
            (self._cells(value, engine, limit), lines) if lines is None else ([], lines)
            for value, lines in entries
        ]
        first = next((value for value, lines in entries if lines is None), None)
        natural = self._alignments(first, engine)
        alignments = [one.alignment or natural[index] for index, one in enumerate(columns)]
        widths = [one.width for one in columns]
        # A table whose first column has no width is fitted to its content as well.
        if self.auto_size or (columns and not columns[0].width):
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

    def _cells(self, value: Any, engine: Engine, limit: int) -> list[str]:
        """The texts of a row, one for each column."""
        found = [text for _, text in self._shown(value, engine, limit)][: len(self.columns)]
        return found + [""] * (len(self.columns) - len(found))

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
                if isinstance(text, FramedText):
                    out.extend(line for one in text.lines for line in one.broken(width))
                else:
                    out.extend(wrap(text, width))
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


def aside(value: Any) -> Document:
    """The list of an object among those of another kind."""
    made = Document("list", ())
    made.aside = True
    made.add(value)
    return made
