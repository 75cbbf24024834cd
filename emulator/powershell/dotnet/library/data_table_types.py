"""The members of System.Data.DataTable, DataRow, DataColumn, DataView, DataSet and their collections."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from emulator.powershell.dotnet.collections import LIST_TYPES, PSArray, TypedArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.library.data_tables import (
    Columns,
    DataColumn,
    DataRow,
    DataSet,
    DataTable,
    DataView,
    Rows,
    Tables,
    clear,
    db_null,
    place_of,
    remove,
)
from emulator.powershell.dotnet.library.globalization import DBNull
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, array_of, builtin, kept, register
from emulator.powershell.runtime.conversion import items_of
from emulator.powershell.runtime.errors import not_emulated

_DATA = "System.Data."


def _add_row(rows: Rows, *given: Any) -> DataRow | None:
    held = [unwrap(one) for one in given]
    if len(held) == 1 and isinstance(held[0], DataRow):
        rows.table.add(held[0])
        return None
    flat = list(held[0]) if len(held) == 1 and type(held[0]) in LIST_TYPES else held
    return rows.table.add_values(flat)


def _column(_kind: PSType, name: str = "", kind: PSType | None = None) -> DataColumn:
    return DataColumn(name, kind)


def _named(columns: Columns, name: str) -> DataColumn:
    found = columns.named_item(name)
    if found is None:
        raise argument_error(f"Column '{name}' does not belong to table {columns.table.name}.")
    return found


def _items(row: DataRow, values: Any) -> None:
    if values is None:
        raise null_argument("value")
    for place, value in enumerate(items_of(values)):
        row.set_item(place, value)


def _table_at(tables: Tables, place: int) -> Any:
    if not 0 <= place < len(tables):
        raise NetError("System.IndexOutOfRangeException", f"Cannot find table {place}.")
    return tables[place]


def _set_keys(table: DataTable, keys: Any) -> None:
    """PrimaryKey: no column, one or several. Raises ArgumentException for anything else."""
    held = [] if keys is None else [unwrap(one) for one in items_of(keys)]
    for one in held:
        if not isinstance(one, DataColumn) or one.table is not table:
            raise argument_error("Cannot create a Key from Columns that belong to different tables.")
    table.keys = held


def _view(_kind: PSType, table: DataTable | None) -> DataView:
    if table is None:
        raise null_argument("table")
    return DataView(table)


def _set_default(column: DataColumn, value: Any) -> None:
    column.default = column.taken(value)


def _each(act: Callable[[Any], Any], items: Iterable[Any]) -> None:
    for one in list(items):
        act(unwrap(one))


def _not_here(what: str) -> Any:
    def refuse(*_given: Any) -> Any:
        raise not_emulated(what)

    return refuse


_STATES = {"Detached": 1, "Unchanged": 2, "Added": 4, "Deleted": 8, "Modified": 16}
_ROW_STATE = EnumType(f"{_DATA}DataRowState", _STATES, flags=True)
register(_ROW_STATE)
register(
    PSType(
        f"{_DATA}DataColumn",
        instance={
            **kept("AllowDBNull: bool", "allows_null"),
            **kept("AutoIncrement: bool", "counts"),
            **kept("AutoIncrementSeed: long", "seed"),
            **kept("AutoIncrementStep: long", "step"),
            **kept("Caption: string", "caption"),
            **kept("ColumnName: string", "name"),
            **kept("DataType: type", "kind"),
            "DefaultValue": lambda c: db_null() if c.default is None else c.default,
            "DefaultValue=": _set_default,
            "Ordinal: int": lambda c: place_of(c.table.columns, c) if c.table is not None else -1,
            **kept("ReadOnly: bool", "read_only"),
            "Table: System.Data.DataTable": lambda c: c.table,
            **kept("Unique: bool", "unique"),
        },
        construct={
            "new()": _column,
            "new(string columnName)": _column,
            "new(string columnName, type dataType)": _column,
        },
        to_text=str,
    ),
    DataColumn,
)
register(
    PSType(
        f"{_DATA}DataColumnCollection",
        interfaces=("System.Collections.ICollection", "System.Collections.IEnumerable"),
        instance={
            "Count: int": len,
            f"Add({_DATA}DataColumn column)": lambda c, column: c.put(column) and None,
            "Add()": lambda c: c.put(DataColumn()),
            "Add(string columnName)": lambda c, name: c.put(DataColumn(name)),
            "Add(string columnName, type type)": lambda c, name, kind: c.put(DataColumn(name, kind)),
            f"AddRange({_DATA}DataColumn[] columns)": lambda c, columns: _each(c.put, columns),
            "Contains(string name)": lambda c, name: c.named_item(name) is not None,
            "IndexOf(string columnName)": lambda c, name: next(
                (place for place, one in enumerate(c) if one.name.lower() == name.lower()), -1
            ),
            "Item(int index)": Columns.at,
            "Item(string name)": lambda c, name: c.named_item(name),
            "Remove(string name)": lambda c, name: c.take_out(_named(c, name)),
            f"Remove({_DATA}DataColumn column)": lambda c, column: c.take_out(column),
            "RemoveAt(int index)": lambda c, place: c.take_out(c.at(place)),
        },
    ),
    Columns,
)
register(
    PSType(
        f"{_DATA}DataRow",
        instance={
            "HasErrors: bool": lambda _r: False,
            "ItemArray: System.Object[]": lambda r: PSArray(r.get_item(one) for one in range(len(r.values))),
            "ItemArray=": _items,
            "RowError: string": lambda _r: "",
            "RowState: System.Data.DataRowState": lambda r: _ROW_STATE[r.state],
            "Table: System.Data.DataTable": lambda r: r.table,
            "AcceptChanges()": lambda r: setattr(r, "state", "Unchanged"),
            "BeginEdit()": lambda _r: None,
            "EndEdit()": lambda _r: None,
            "Delete()": lambda r: r.delete(),
            "IsNull(string columnName)": lambda r, name: isinstance(r.get_item(name), DBNull),
            "IsNull(int columnIndex)": lambda r, place: isinstance(r.get_item(place), DBNull),
            "Item(string columnName)": lambda r, name: r.get_item(name),
            "Item(int columnIndex)": lambda r, place: r.get_item(place),
        },
    ),
    DataRow,
)
register(
    PSType(
        f"{_DATA}DataRowCollection",
        interfaces=("System.Collections.ICollection", "System.Collections.IEnumerable"),
        instance={
            "Count: int": len,
            "Add(params object[] values)": lambda rows, values: _add_row(rows, *values),
            "Clear()": lambda rows: clear(rows.table),
            "Contains(object key)": lambda rows, key: rows.table.find([key]) is not None,
            "Find(object key)": lambda rows, key: rows.table.find([key]),
            "Find(object[] keys)": lambda rows, keys: rows.table.find(list(keys)),
            f"IndexOf({_DATA}DataRow row)": lambda rows, row: next(
                (place for place, one in enumerate(rows) if one is row), -1
            ),
            "Item(int index)": Rows.at,
            f"Remove({_DATA}DataRow row)": lambda rows, row: remove(rows.table, row),
            "RemoveAt(int index)": lambda rows, place: remove(rows.table, rows.at(place)),
        },
    ),
    Rows,
)
register(
    PSType(
        f"{_DATA}DataTable",
        interfaces=("System.IDisposable",),
        instance={
            "CaseSensitive: bool": lambda _t: False,
            "Columns: System.Data.DataColumnCollection": lambda t: t.columns,
            "DefaultView: System.Data.DataView": DataView,
            "HasErrors: bool": lambda _t: False,
            **kept("Namespace: string", "namespace"),
            "PrimaryKey": lambda t: TypedArray(t.keys, array_of(builtin(f"{_DATA}DataColumn"))),
            "PrimaryKey=": _set_keys,
            "Rows: System.Data.DataRowCollection": lambda t: t.rows,
            **kept("TableName: string", "name"),
            "AcceptChanges()": lambda t: t.accept(),
            "Clear()": clear,
            "Clone()": lambda t: t.clone(),
            "Compute(string expression, string filter)": _not_here("DataTable.Compute"),
            "Copy()": lambda t: t.copy(),
            "Dispose()": lambda _t: None,
            f"ImportRow({_DATA}DataRow row)": lambda t, row: t.take(row),
            "NewRow()": lambda t: t.new_row(),
            "Load(object reader)": _not_here("DataTable.Load"),
            "Merge(System.Data.DataTable table)": lambda t, other: _each(t.take, other.rows),
            "ReadXml(object reader)": _not_here("DataTable.ReadXml"),
            "Select()": lambda t: t.select(),
            "Select(string filterExpression)": lambda t, text: t.select(text),
            "Select(string filterExpression, string sort)": lambda t, text, order: t.select(text, order),
            "WriteXml(object writer)": _not_here("DataTable.WriteXml"),
        },
        construct={
            "new()": lambda _kind: DataTable(),
            "new(string tableName)": lambda _kind, name: DataTable(name),
        },
        to_text=str,
    ),
    DataTable,
)
register(
    PSType(
        f"{_DATA}DataView",
        instance={
            "Count: int": lambda v: len(v.unroll()),
            "Item(int recordIndex)": DataView.at,
            **kept("RowFilter: string", "filter"),
            **kept("Sort: string", "sort"),
            "Table: System.Data.DataTable": lambda v: v.table,
            "ToTable()": lambda v: v.to_table(),
            "ToTable(bool distinct, params string[] columnNames)": lambda v, distinct, names: v.to_table(
                distinct, names
            ),
        },
        construct={f"new({_DATA}DataTable table)": _view},
    ),
    DataView,
)
register(
    PSType(
        f"{_DATA}DataTableCollection",
        interfaces=("System.Collections.ICollection", "System.Collections.IEnumerable"),
        instance={
            "Count: int": len,
            "Add()": lambda t: t.put(),
            "Add(string name)": lambda t, name: t.put(name),
            f"Add({_DATA}DataTable table)": lambda t, table: t.put(table) and None,
            "Contains(string name)": lambda t, name: t.named_item(name) is not None,
            "Item(int index)": _table_at,
            "Item(string name)": lambda t, name: t.named_item(name),
        },
    ),
    Tables,
)
register(
    PSType(
        f"{_DATA}DataSet",
        interfaces=("System.IDisposable",),
        instance={
            **kept("DataSetName: string", "name"),
            "Tables: System.Data.DataTableCollection": lambda s: s.tables,
            "Clear()": lambda s: _each(clear, s.tables),
            "Dispose()": lambda _s: None,
            "ReadXml(object reader)": _not_here("DataSet.ReadXml"),
            "WriteXml(object writer)": _not_here("DataSet.WriteXml"),
        },
        construct={
            "new()": lambda _kind: DataSet(),
            "new(string dataSetName)": lambda _kind, name: DataSet(name),
        },
    ),
    DataSet,
)
