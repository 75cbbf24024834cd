"""Documents: the shape under which objects are shown (a table or a list), and what it shows of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.numbers import NUMBER_TYPES, Char
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.format.cells import (
    cell_text,
    column_text,
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
from emulator.powershell.format.views import Column, Variant
from emulator.powershell.runtime.errors import ErrorRecord, PSError

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
    """The shape of a table or list; ``aside``: of an object among those of another kind, which is no document
    of its own.

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


def natural_alignment(value: Any) -> str:
    """Right for numbers, Booleans, characters and enumerations; left otherwise."""
    found = unwrap(value)
    kind = type(found)
    if kind in NUMBER_TYPES or kind is bool or kind is Char or isinstance(found, EnumValue):
        return "right"
    return "left"


def aside() -> Document:
    """The shape of an object among those of another kind: a list."""
    made = Document("list", ())
    made.aside = True
    return made
