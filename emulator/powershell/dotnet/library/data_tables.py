"""System.Data: tables, rows, columns, views and sets of tables, as scripts keep rows in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.powershell.dotnet.collections import FIXED_LISTS, LIST_TYPES, PSArray, TypedArray
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.library.data_filters import condition, in_order
from emulator.powershell.dotnet.library.globalization import DBNull
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, array_of, builtin
from emulator.powershell.runtime.conversion import convert, to_text
from emulator.powershell.runtime.errors import ConversionError, PSError

_DATA = "System.Data."
_MOST_CELLS = 4_000_000


class DataColumn:
    """DataColumn: its name, the type of its values, and what a row has at first."""

    def __init__(self, name: str = "", kind: PSType | None = None) -> None:
        self.name = name
        self.kind = kind or builtin("System.String")
        self.default: Any = None
        self.allows_null = True
        self.unique = False
        self.read_only = False
        self.counts = False
        self.seed, self.step = 0, 1
        self.caption = name
        self.table: DataTable | None = None

    def __str__(self) -> str:
        return self.name

    def taken(self, value: Any) -> Any:
        """A value as the column keeps it; None stands for DBNull. Raises NetError."""
        held = unwrap(value)
        if held is None or isinstance(held, DBNull):
            return None
        try:
            return convert(value, self.kind)
        except (ConversionError, NetError, PSError):
            kind = self.kind.short_name
            text = f"Couldn't store <{to_text(value)}> in {self.name} Column.  Expected type is {kind}."
            raise NetError("System.ArgumentException", text) from None


class Columns(PSArray):
    """DataColumnCollection: by place and by name."""

    __slots__ = ("table",)

    table: DataTable

    def named_item(self, name: str) -> DataColumn | None:
        """The column of a name, or None."""
        return next((one for one in self if one.name.lower() == name.lower()), None)

    def at(self, place: int) -> DataColumn:
        """The column at a place. Raises IndexOutOfRangeException."""
        if not 0 <= place < len(self):
            raise NetError("System.IndexOutOfRangeException", f"Cannot find column {place}.")
        found: DataColumn = self[place]
        return found

    def put(self, column: DataColumn | None) -> DataColumn:
        """Add a column. Raises NetError with DuplicateNameException."""
        if column is None:
            raise null_argument("column")
        if not column.name:
            column.name = f"Column{len(self) + 1}"
        if self.named_item(column.name) is not None:
            text = f"A column named '{column.name}' already belongs to this DataTable."
            raise NetError("System.Data.DuplicateNameException", text)
        self.table.require_room(len(self.table.rows), len(self) + 1)
        column.table = self.table
        list.append(self, column)
        for row in self.table.rows:
            row.values.append(column.default)
        return column

    def take_out(self, column: DataColumn | None) -> None:
        """Remove a column. Raises for one of another table."""
        if column is None:
            raise null_argument("column")
        if column.table is not self.table:
            raise argument_error("Cannot remove a column that doesn't belong to this table.")
        place = place_of(self, column)
        list.pop(self, place)
        column.table = None
        self.table.forget_order()
        for row in self.table.rows:
            del row.values[place]


class Rows(PSArray):
    """DataRowCollection."""

    __slots__ = ("table",)

    table: DataTable

    def at(self, place: int) -> DataRow:
        """The row at a place. Raises IndexOutOfRangeException."""
        if not 0 <= place < len(self):
            raise NetError("System.IndexOutOfRangeException", f"There is no row at position {place}.")
        found: DataRow = self[place]
        return found


LIST_TYPES.update((Columns, Rows))
FIXED_LISTS.update((Columns, Rows))


class DataRow:
    """DataRow: its values are properties."""

    __slots__ = ("state", "table", "values")

    def __init__(self, table: DataTable, values: list[Any]) -> None:
        self.table = table
        self.values = values
        self.state = "Detached"

    def value(self, name: str) -> Any:
        """The value of a column; None for DBNull. Raises for an unknown one."""
        column = self.table.columns.named_item(name)
        if column is None:
            raise NetError("System.Data.EvaluateException", f"Cannot find column [{name}].")
        return self.values[place_of(self.table.columns, column)]

    def _column(self, key: Any) -> int:
        held = unwrap(key)
        if isinstance(held, DataColumn):
            return place_of(self.table.columns, held)
        if isinstance(held, int) and not isinstance(held, bool):
            self.table.columns.at(held)
            return held
        column = self.table.columns.named_item(to_text(held))
        if column is None:
            text = f"Column '{to_text(held)}' does not belong to table {self.table.name}."
            raise argument_error(text)
        return place_of(self.table.columns, column)

    def get_item(self, key: Any) -> Any:
        """``row[column]``."""
        found = self.values[self._column(key)]
        return db_null() if found is None else found

    def set_item(self, key: Any, value: Any) -> None:
        """``row[column] = value``."""
        place = self._column(key)
        column = self.table.columns[place]
        self.values[place] = column.taken(value)
        if self.state != "Detached":
            self.table.forget_order(column)
        if self.state == "Unchanged":
            self.state = "Modified"

    @property
    def default_display(self) -> tuple[str, ...]:
        """Its columns are what is shown."""
        return tuple(self.dynamic_properties())

    def dynamic_property(self, name: str, missing: Any = None) -> Any:
        """A column as a property."""
        column = self.table.columns.named_item(name)
        return missing if column is None else self.get_item(column)

    def dynamic_properties(self) -> list[str]:
        """The names of the columns."""
        return [one.name for one in self.table.columns]

    def set_dynamic_property(self, name: str, value: Any) -> bool:
        """Write a column as a property."""
        if self.table.columns.named_item(name) is None:
            return False
        self.set_item(name, value)
        return True

    def delete(self) -> None:
        """Take it out of its table."""
        if self in self.table.rows:
            remove(self.table, self)


class DataTable:
    """DataTable. Where it is written to a pipeline, its rows are."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.namespace = ""
        self.keys: list[DataColumn] = []
        self.columns = Columns()
        self.columns.table = self
        self.rows = Rows()
        self.rows.table = self
        self._counted: dict[str, int] = {}
        self._indexes: dict[tuple[DataColumn, ...], dict[tuple[Any, ...], DataRow]] = {}
        """Rows by the values of some columns, as long as nothing but a new row has changed them."""

    def __str__(self) -> str:
        return self.name

    def unroll(self) -> list[Any]:
        """The rows."""
        return list(self.rows)

    def require_room(self, rows: int, columns: int) -> None:
        """Raises NetError when a table of that size is more than the emulator keeps."""
        if max(rows, 1) * max(columns, 1) > _MOST_CELLS:
            text = "Exception of type 'System.OutOfMemoryException' was thrown."
            raise NetError("System.OutOfMemoryException", text)

    def new_row(self) -> DataRow:
        """A row of the table's shape that is not in it."""
        values = [one.default for one in self.columns]
        for place, one in enumerate(self.columns):
            if one.counts:
                number = self._counted.get(one.name, one.seed)
                self._counted[one.name] = number + one.step
                values[place] = one.taken(number)
        return DataRow(self, values)

    def add(self, row: DataRow) -> None:
        """Put a row in. Raises NetError for one of another table, and for values that a column forbids."""
        if row.table is not self:
            raise argument_error("This row already belongs to another table.")
        if row.state != "Detached":
            raise argument_error("This row already belongs to this table.")
        self.require_room(len(self.rows) + 1, len(self.columns))
        for value, column in zip(row.values, self.columns, strict=True):
            if value is None and (not column.allows_null or column in self.keys):
                text = f"Column '{column.name}' does not allow nulls."
                raise NetError("System.Data.NoNullAllowedException", text)
            if column.unique and (_comparable(value),) in self._index((column,)):
                raise _not_unique(column.name, value)
        if self.keys and self._key_of(row, self.keys) in self._index(tuple(self.keys)):
            key = self.keys[0].name
            raise _not_unique(key, row.value(key))
        row.state = "Added"
        list.append(self.rows, row)
        for columns, index in self._indexes.items():
            index.setdefault(self._key_of(row, columns), row)

    def add_values(self, values: Sequence[Any]) -> DataRow:
        """A new row with values in the order of the columns."""
        if len(values) > len(self.columns):
            text = "Input array is longer than the number of columns in this table."
            raise NetError("System.ArgumentException", text)
        row = self.new_row()
        for place, value in enumerate(values):
            if unwrap(value) is not None:
                row.set_item(place, value)
        self.add(row)
        return row

    def find(self, values: Sequence[Any]) -> DataRow | None:
        """The row of a primary key. Raises MissingPrimaryKeyException."""
        if not self.keys:
            raise NetError("System.Data.MissingPrimaryKeyException", "Table doesn't have a primary key.")
        if len(values) != len(self.keys):
            count, given = len(self.keys), len(values)
            text = f"Expecting {count} value(s) for the key being indexed, but received {given} value(s)."
            raise argument_error(text)
        wanted = tuple(
            _comparable(column.taken(value)) for column, value in zip(self.keys, values, strict=True)
        )
        return self._index(tuple(self.keys)).get(wanted)

    def _key_of(self, row: DataRow, columns: Sequence[DataColumn]) -> tuple[Any, ...]:
        return tuple(_comparable(row.values[place_of(self.columns, one)]) for one in columns)

    def _index(self, columns: tuple[DataColumn, ...]) -> dict[tuple[Any, ...], DataRow]:
        """The first row of each combination of values."""
        found = self._indexes.get(columns)
        if found is None:
            found = self._indexes[columns] = {}
            for row in self.rows:
                found.setdefault(self._key_of(row, columns), row)
        return found

    def forget_order(self, column: DataColumn | None = None) -> None:
        """Something else than a new row has changed what a column holds; None: what any of them does."""
        if column is None:
            self._indexes.clear()
        for columns in [one for one in self._indexes if column in one]:
            del self._indexes[columns]

    def select(self, text: str = "", order: str = "") -> TypedArray:
        """The rows for which an expression holds, in an order."""
        holds = condition(text or "")
        found = in_order([row for row in self.rows if holds(row)], order or "")
        return TypedArray(found, array_of(builtin("System.Data.DataRow")))

    def clone(self) -> DataTable:
        """A table of the same columns, without rows."""
        made = DataTable(self.name)
        for one in self.columns:
            copy = DataColumn(one.name, one.kind)
            copy.__dict__.update(one.__dict__)
            made.columns.put(copy)
        made.keys = [one for one in made.columns if any(one.name == key.name for key in self.keys)]
        return made

    def copy(self) -> DataTable:
        """A table of the same columns and rows."""
        made = self.clone()
        for row in self.rows:
            made.take(row)
        return made

    def take(self, row: DataRow) -> None:
        """ImportRow: a copy of a row of another table, by the names of columns."""
        made = DataRow(self, [None] * len(self.columns))
        for place, column in enumerate(self.columns):
            made.values[place] = column.taken(row.dynamic_property(column.name))
        self.add(made)
        made.state = row.state

    def accept(self) -> None:
        """AcceptChanges."""
        for row in self.rows:
            row.state = "Unchanged"


class DataView:
    """DataView: the rows of a table that a filter leaves, in an order."""

    def __init__(self, table: DataTable) -> None:
        self.table = table
        self.filter = ""
        self.sort = ""

    def unroll(self) -> list[Any]:
        """The rows."""
        return list(self.table.select(self.filter, self.sort))

    def at(self, place: int) -> DataRow:
        """The row at a place. Raises IndexOutOfRangeException."""
        rows = self.unroll()
        if not 0 <= place < len(rows):
            text = f"Index {place} is either negative or above rows count."
            raise NetError("System.IndexOutOfRangeException", text)
        found: DataRow = rows[place]
        return found

    def to_table(self, distinct: bool = False, names: Sequence[str] = ()) -> DataTable:
        """A table of its rows, of some columns, without rows that are equal."""
        made = self.table.clone()
        for column in list(made.columns):
            if names and column.name.lower() not in [to_text(one).lower() for one in names]:
                made.columns.take_out(column)
        seen: set[tuple[Any, ...]] = set()
        for row in self.unroll():
            values = tuple(_comparable(row.value(one.name)) for one in made.columns)
            if not distinct or values not in seen:
                seen.add(values)
                made.take(row)
        return made


class Tables(PSArray):
    """DataTableCollection: by place and by name."""

    __slots__ = ()

    def named_item(self, name: str) -> DataTable | None:
        """The table of a name, or None."""
        return next((one for one in self if one.name.lower() == name.lower()), None)

    def put(self, given: Any = "") -> DataTable:
        """Add a table, or a new one of a name."""
        held = unwrap(given)
        table = held if isinstance(held, DataTable) else DataTable(to_text(held))
        if not table.name:
            table.name = f"Table{len(self) + 1}"
        if self.named_item(table.name) is not None:
            text = f"A DataTable named '{table.name}' already belongs to this DataSet."
            raise NetError("System.Data.DuplicateNameException", text)
        list.append(self, table)
        return table


LIST_TYPES.add(Tables)
FIXED_LISTS.add(Tables)


class DataSet:
    """DataSet: several tables."""

    def __init__(self, name: str = "NewDataSet") -> None:
        self.name = name
        self.tables = Tables()


def db_null() -> Any:
    """[DBNull]::Value."""
    return builtin("System.DBNull").static_table["Value"]()


def place_of(columns: Columns, column: DataColumn) -> int:
    """Where a column stands."""
    place = next((place for place, one in enumerate(columns) if one is column), None)
    if place is None:
        raise argument_error(f"Column '{column.name}' does not belong to table {columns.table.name}.")
    return place


def _comparable(value: Any) -> Any:
    """A value as keys compare it: a table does not mind case (CaseSensitive), and bytes count one by one."""
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, bytearray):
        return bytes(value)
    try:
        hash(value)
    except TypeError:
        return id(value)
    return value


def _not_unique(name: str, value: Any) -> NetError:
    text = f"Column '{name}' is constrained to be unique.  Value '{to_text(value)}' is already present."
    return NetError("System.Data.ConstraintException", text)


def remove(table: DataTable, row: DataRow) -> None:
    """Take a row out of its table. Raises NetError for a row of another one."""
    places = [place for place, one in enumerate(table.rows) if one is row]
    if not places:
        text = "The given DataRow is not in the current DataRowCollection."
        raise NetError("System.IndexOutOfRangeException", text)
    list.pop(table.rows, places[0])
    table.forget_order()
    row.state = "Detached"


def clear(table: DataTable) -> None:
    """Take all rows out."""
    list.clear(table.rows)
    table.forget_order()
