"""Dictionaries and sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from emulator.powershell.dotnet.collections import (
    DefaultParameterDictionary,
    DictionaryEntry,
    Enumerator,
    GenericDictionary,
    HashSet,
    Hashtable,
    KeyValuePair,
    OrderedDictionary,
    TableView,
)
from emulator.powershell.dotnet.compared_collections import ComparedDictionary, ComparedHashtable
from emulator.powershell.dotnet.exceptions import argument_error, null_argument, out_of_range
from emulator.powershell.dotnet.library.comparers import StringComparer, equality_of
from emulator.powershell.dotnet.library.lists import LIST_INTERFACES, clear, copy_to
from emulator.powershell.dotnet.psobject import Reference
from emulator.powershell.dotnet.synchronized_tables import SynchronizedHashtable
from emulator.powershell.dotnet.types import PSType, register, type_of
from emulator.powershell.runtime.comparison import equal
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.type_finder import construct_generic

_EQUALITY = "System.Collections.Generic.IEqualityComparer`1"
_TABLE = (
    "System.Collections.IDictionary",
    "System.Collections.ICollection",
    "System.Collections.IEnumerable",
)


def _table(
    items: Iterable[tuple[Any, Any]], capacity: int, comparer: Any = None, engine: Any = None
) -> Hashtable:
    if capacity < 0:
        raise out_of_range("Non-negative number required.", "capacity")
    if comparer is not None and not isinstance(comparer, StringComparer):
        return ComparedHashtable(items, equality_of(engine, comparer), capacity)
    name = comparer.name if comparer is not None else "Ordinal"
    return Hashtable(items, capacity=capacity, comparer=name, case_sensitive=not name.endswith("IgnoreCase"))


def _copied(engine: Any, _kind: PSType, given: Hashtable, comparer: Any) -> Hashtable:
    return _table(given.items(), len(given), comparer, engine)


def _generic(
    engine: Any, kind: PSType, items: Iterable[tuple[Any, Any]] = (), comparer: Any = None
) -> GenericDictionary:
    if comparer is None or isinstance(comparer, StringComparer):
        return GenericDictionary(items, kind, case_sensitive=comparer is None or not comparer.ignore_case)
    return ComparedDictionary(items, kind, equality_of(engine, comparer))


def _set(engine: Any, kind: PSType, items: Iterable[Any] = (), comparer: Any = None) -> HashSet:
    keys = None
    if comparer is not None and not isinstance(comparer, StringComparer):
        keys = ComparedDictionary((), kind, equality_of(engine, comparer))
    sensitive = not isinstance(comparer, StringComparer) or not comparer.ignore_case
    return HashSet(items, kind, case_sensitive=sensitive, keys=keys)


def _defaults(_kind: PSType, given: Hashtable) -> DefaultParameterDictionary:
    return DefaultParameterDictionary(given.items())


def _put_new(table: Hashtable, key: Any, value: Any) -> None:
    if key is None:
        raise null_argument("key")
    if key in table:
        if type_of(table).arguments:
            raise argument_error("An item with the same key has already been added.")
        raise argument_error(
            f"Item has already been added. Key in dictionary: '{to_text(key)}'  Key being added: "
            f"'{to_text(key)}'"
        )
    table[key] = value


def _has_key(table: Hashtable, key: Any) -> bool:
    if key is None:
        raise null_argument("key")
    return key in table


def _set_key(table: Hashtable, key: Any, value: Any) -> None:
    table[key] = value


def _take(table: Hashtable, key: Any) -> None:
    table.pop(key)


def _insert_at(table: OrderedDictionary, place: int, key: Any, value: Any) -> None:
    if not 0 <= place <= len(table):
        raise out_of_range(_OUT_OF_RANGE, "index")
    if key is None:
        raise null_argument("key")
    if key in table:
        raise argument_error(
            f"Item has already been added. Key in dictionary: '{to_text(key)}'  Key being added: "
            f"'{to_text(key)}'"
        )
    table.insert(place, key, value)


def _remove_at(table: OrderedDictionary, place: int) -> None:
    if not 0 <= place < len(table):
        raise out_of_range(_OUT_OF_RANGE, "index")
    table.pop(table.keys()[place])


_OUT_OF_RANGE = "Specified argument was out of the range of valid values."


def _try_get(table: GenericDictionary, key: Any, target: Reference) -> bool:
    if key is None:
        raise null_argument("key")
    found = key in table
    target.write(table[key] if found else _nothing_of(table.ps_type))
    return found


def _nothing_of(kind: PSType) -> Any:
    """The value that stands for none in a dictionary: 0 of a number, else null."""
    from emulator.powershell.runtime.script_class import default_value

    return default_value(kind.arguments[1] if len(kind.arguments) > 1 else None)


def _sync_root(table: Hashtable) -> Any:
    """The object that .NET Framework makes for who wants to lock a table."""
    if table.sync_root is None:
        table.sync_root = object()
    return table.sync_root


def view_type(table: Hashtable, part: str) -> PSType:
    """The type of the keys (``Key``) or values (``Value``) of a dictionary."""
    owner = type_of(table)
    owner = next((one for one in owner.lineage() if one.arguments or one.name == _ORDERED), owner)
    if owner.arguments:
        return construct_generic(_open_view(owner.definition or owner.name, part), owner.arguments)
    if owner.name == _ORDERED:
        return _open_view(_ORDERED, "OrderedDictionaryKeyValue")
    return _open_view("System.Collections.Hashtable", part)


@cache
def _open_view(owner: str, part: str) -> PSType:
    made = PSType(
        f"{owner}+{part}Collection",
        interfaces=("System.Collections.ICollection", "System.Collections.IEnumerable"),
        instance=_VIEW_MEMBERS,
    )
    register(made)
    return made


def _synchronized(table: Hashtable | None) -> SynchronizedHashtable:
    if table is None:
        raise null_argument("table")
    # Around one that is synchronized already it would do nothing more.
    return SynchronizedHashtable(table.table if isinstance(table, SynchronizedHashtable) else table)


_ORDERED = "System.Collections.Specialized.OrderedDictionary"
_VIEW_MEMBERS: dict[str, Callable[..., Any]] = {
    "Count: int": len,
    "IsSynchronized: bool": lambda _v: False,
    "SyncRoot": lambda v: _sync_root(v.table),
    "CopyTo(array array, int index)": copy_to,
    "GetEnumerator()": lambda v: Enumerator(list(v)),
}
TABLE_MEMBERS: dict[str, Callable[..., Any]] = {
    "Count: int": len,
    "IsFixedSize: bool": lambda _t: False,
    "IsReadOnly: bool": lambda _t: False,
    "IsSynchronized: bool": lambda _t: False,
    "Keys: System.Collections.ICollection": lambda t: TableView(t, t.keys, view_type(t, "Key")),
    "SyncRoot": _sync_root,
    "Values: System.Collections.ICollection": lambda t: TableView(t, t.values, view_type(t, "Value")),
    "Add(object key, object value)": _put_new,
    "Clear()": clear,
    "Clone()": lambda t: t.copy(),
    "Contains(object key)": _has_key,
    "ContainsKey(object key)": _has_key,
    "ContainsValue(object value)": lambda t, v: any(equal(one, v) for one in t.values()),
    "CopyTo(object array, int index)": lambda t, a, i: copy_to(t.entries(), a, i),
    "GetEnumerator()": lambda t: Enumerator(list(t.entries())),
    "Item(object key)": lambda t, k: t[k],
    "Remove(object key)": _take,
    "set_Item(object key, object value)": _set_key,
    "get_Item(object key)": lambda t, k: t[k],
}
register(
    PSType("System.Collections.ListDictionaryInternal", interfaces=_TABLE, instance=TABLE_MEMBERS),
)
register(
    PSType(
        "System.Collections.Hashtable",
        interfaces=(*_TABLE, "System.ICloneable"),
        instance=TABLE_MEMBERS,
        static={"Synchronized(hashtable table)": _synchronized},
        construct={
            "new()": lambda _kind: Hashtable(case_sensitive=True),
            "new(int capacity)": lambda _kind, n: _table((), n),
            "new(System.Collections.IDictionary d)": lambda _kind, d: _table(d.items(), len(d)),
            "@new(System.Collections.IEqualityComparer comparer)": (
                lambda engine, _kind, c: _table((), 0, c, engine)
            ),
            "@new(System.Collections.IDictionary d, System.Collections.IEqualityComparer comparer)": _copied,
            "@new(int capacity, System.Collections.IEqualityComparer comparer)": (
                lambda engine, _kind, n, c: _table((), n, c, engine)
            ),
        },
    ),
    Hashtable,
)
register(
    PSType(
        "System.Collections.Hashtable+SyncHashtable",
        base="System.Collections.Hashtable",
        instance={"IsSynchronized: bool": lambda _t: True},
    ),
    SynchronizedHashtable,
)
register(
    PSType(
        "System.Management.Automation.DefaultParameterDictionary",
        base="System.Collections.Hashtable",
        construct={
            "new()": lambda _kind: DefaultParameterDictionary(),
            "new(System.Collections.IDictionary dictionary)": _defaults,
        },
    ),
    DefaultParameterDictionary,
)
register(
    PSType(
        "System.Collections.Specialized.OrderedDictionary",
        interfaces=_TABLE,
        instance={
            **TABLE_MEMBERS,
            "Insert(int index, object key, object value)": _insert_at,
            "RemoveAt(int index)": _remove_at,
        },
        construct={"new()": lambda _kind: OrderedDictionary(case_sensitive=True)},
    ),
    OrderedDictionary,
)


def _take_generic(table: Hashtable, key: Any) -> bool:
    return table.pop(key)


GENERIC_MEMBERS: dict[str, Callable[..., Any]] = {
    "Comparer": lambda _t: None,
    "Remove(object key)": _take_generic,
    "TryGetValue(object key, ref value)": _try_get,
}
for _name in (
    "System.Collections.Generic.Dictionary`2",
    "System.Collections.Generic.IDictionary`2",
    "System.Collections.Concurrent.ConcurrentDictionary`2",
):
    _definition = PSType(
        _name,
        interfaces=_TABLE,
        instance={
            **{key: one for key, one in TABLE_MEMBERS.items() if key != "Remove(object key)"},
            **GENERIC_MEMBERS,
        },
        construct={
            "new()": lambda kind: GenericDictionary((), kind),
            "new(int capacity)": lambda kind, _n: GenericDictionary((), kind),
            "new(System.Collections.IDictionary d)": lambda kind, d: GenericDictionary(d.items(), kind),
            f"@new({_EQUALITY} comparer)": lambda engine, kind, c: _generic(engine, kind, (), c),
            f"@new(int capacity, {_EQUALITY} comparer)": (
                lambda engine, kind, _n, c: _generic(engine, kind, (), c)
            ),
            f"@new(System.Collections.IDictionary d, {_EQUALITY} comparer)": (
                lambda engine, kind, d, c: _generic(engine, kind, d.items(), c)
            ),
        },
    )
    register(_definition)

register(
    PSType(
        "System.Collections.DictionaryEntry",
        base="System.ValueType",
        is_value_type=True,
        instance={
            "Name: string": lambda e: e.key,
            "Key": lambda e: e.key,
            "Value": lambda e: e.value,
        },
        construct={"new(object key, object value)": lambda _kind, key, value: DictionaryEntry(key, value)},
    ),
    DictionaryEntry,
)
register(
    PSType(
        "System.Collections.Generic.KeyValuePair`2",
        base="System.ValueType",
        is_value_type=True,
        instance={"Key": lambda e: e.key, "Value": lambda e: e.value},
        to_text=lambda e: f"[{to_text(e.key)}, {to_text(e.value)}]",
    ),
    KeyValuePair,
)


def _union(target: HashSet, other: Any) -> None:
    for one in items_of(other):
        target.add(one)


def _except(target: HashSet, other: Any) -> None:
    for one in items_of(other):
        target.remove(one)


def _intersect(target: HashSet, other: Any) -> None:
    wanted = target.like(items_of(other))
    for one in list(target):
        if one not in wanted:
            target.remove(one)


def _is_subset(target: HashSet, other: Any) -> bool:
    wanted = target.like(items_of(other))
    return all(one in wanted for one in target)


def _is_same_set(target: HashSet, other: Any) -> bool:
    wanted = target.like(items_of(other))
    return len(wanted) == len(target) and all(one in wanted for one in target)


SET_MEMBERS: dict[str, Callable[..., Any]] = {
    "Count: int": len,
    "Add(object item)": lambda s, item: s.add(item),
    "Clear()": clear,
    "Contains(object item)": lambda s, item: item in s,
    "Remove(object item)": lambda s, item: s.remove(item),
    "UnionWith(object other)": _union,
    "ExceptWith(object other)": _except,
    "IntersectWith(object other)": _intersect,
    "IsSubsetOf(object other)": _is_subset,
    "IsSupersetOf(object other)": lambda s, o: all(x in s for x in items_of(o)),
    "SetEquals(object other)": _is_same_set,
    "GetEnumerator()": lambda s: Enumerator(list(s)),
}
register(
    PSType(
        "System.Collections.Generic.HashSet`1",
        interfaces=LIST_INTERFACES[1:],
        instance=SET_MEMBERS,
        construct={
            "new()": lambda kind: HashSet((), kind),
            "new(System.Collections.IEnumerable collection)": lambda kind, values: HashSet(
                items_of(values), kind
            ),
            f"@new({_EQUALITY} comparer)": lambda engine, kind, c: _set(engine, kind, (), c),
            f"@new(System.Collections.IEnumerable collection, {_EQUALITY} comparer)": (
                lambda engine, kind, values, c: _set(engine, kind, items_of(values), c)
            ),
        },
    )
)
