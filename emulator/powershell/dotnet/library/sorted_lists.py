"""What is kept in order (SortedList, SortedDictionary, SortedSet), and LinkedList, a chain of nodes."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

from emulator.powershell.dotnet.collections import (
    DICTIONARY_TYPES,
    LIST_TYPES,
    DictionaryEntry,
    HashSet,
    Hashtable,
    KeyValuePair,
    PSArray,
)
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument, out_of_range
from emulator.powershell.dotnet.library.comparers import Order, order_of
from emulator.powershell.dotnet.library.dictionaries import GENERIC_MEMBERS, SET_MEMBERS, TABLE_MEMBERS
from emulator.powershell.dotnet.library.lists import LIST_INTERFACES, clear, same
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime.conversion import convert, items_of, to_bool

_OUTSIDE = "Index was out of range. Must be non-negative and less than the size of the collection."
_SORTED = "System.Collections.Generic.Sorted"


class SortedTable(Hashtable):
    """A dictionary that lists its keys in an order: SortedList, SortedDictionary. Keys of which neither comes
    first are one key; ``order`` is None for the order of the values themselves, where only equal ones are."""

    __slots__ = ("order", "ps_type")

    by_hash_code = False

    def __init__(self, pairs: Any = (), ps_type: PSType | None = None, order: Order | None = None) -> None:
        self.ps_type = ps_type or builtin("System.Collections.SortedList")
        self.order = order
        super().__init__(pairs, case_sensitive=True)

    def _place(self, key: Any) -> Any:
        if self.order is not None:
            for place, (other, _) in self._items.items():
                if self.order(other, key) == 0:
                    return place
        return super()._place(key)

    def _pairs(self) -> list[tuple[Any, Any]]:
        key = cmp_to_key(self.order or order_of(None, None))
        return sorted(self._items.values(), key=lambda pair: key(pair[0]))

    def entries(self) -> list[DictionaryEntry]:
        """The pairs as GetEnumerator gives them."""
        kind = KeyValuePair if self.ps_type.arguments else DictionaryEntry
        return [kind(key, value) for key, value in self._pairs()]

    def copy(self) -> Hashtable:
        """A new dictionary with the same pairs and order."""
        return SortedTable(self.items(), self.ps_type, self.order)


DICTIONARY_TYPES.add(SortedTable)


def _at(values: list[Any], place: int) -> Any:
    if not 0 <= place < len(values):
        raise out_of_range(_OUTSIDE, "index")
    return values[place]


def _remove_at(table: SortedTable, place: int) -> None:
    table.pop(_at(table.keys(), place))


def _place(values: list[Any], wanted: Any) -> int:
    return next((place for place, one in enumerate(values) if same(one, wanted)), -1)


_LIST: dict[str, Any] = {
    **TABLE_MEMBERS,
    "Keys": lambda t: PSArray(t.keys()),  # lists, which have an index
    "Values": lambda t: PSArray(t.values()),
    "Capacity: int": lambda t: max(len(t), 16),
    "GetKey(int index)": lambda t, place: _at(t.keys(), place),
    "GetByIndex(int index)": lambda t, place: _at(t.values(), place),
    "GetKeyList()": lambda t: PSArray(t.keys()),
    "GetValueList()": lambda t: PSArray(t.values()),
    "IndexOfKey(object key)": lambda t, key: _place(t.keys(), key),
    "IndexOfValue(object value)": lambda t, value: _place(t.values(), value),
    "RemoveAt(int index)": _remove_at,
}
_TABLE = (
    "System.Collections.IDictionary",
    "System.Collections.ICollection",
    "System.Collections.IEnumerable",
)


def _maker(comparer: str) -> dict[str, Any]:
    """The constructors of a sorted dictionary whose comparers are of a type."""
    dictionary = "System.Collections.IDictionary"

    def made(engine: Any, kind: PSType, pairs: Any = (), given: Any = None) -> SortedTable:
        return SortedTable(pairs, kind, None if given is None else order_of(engine, given))

    return {
        "new()": lambda kind: SortedTable((), kind),
        f"new({dictionary} dictionary)": lambda kind, d: SortedTable(d.items(), kind),
        f"@new({comparer} comparer)": lambda engine, kind, c: made(engine, kind, (), c),
        f"@new({dictionary} dictionary, {comparer} comparer)": (
            lambda engine, kind, d, c: made(engine, kind, d.items(), c)
        ),
    }


_CAPACITY = {"new(int capacity)": lambda kind, _size: SortedTable((), kind)}
_GENERIC_COMPARER = "System.Collections.Generic.IComparer`1"
register(
    PSType(
        "System.Collections.SortedList",
        interfaces=_TABLE,
        instance=_LIST,
        construct={**_maker("System.Collections.IComparer"), **_CAPACITY},
    ),
)
register(
    PSType(
        f"{_SORTED}List`2",
        interfaces=_TABLE,
        instance={**_LIST, **GENERIC_MEMBERS},
        construct={**_maker(_GENERIC_COMPARER), **_CAPACITY},
    )
)
register(
    PSType(
        f"{_SORTED}Dictionary`2",
        interfaces=_TABLE,
        instance={
            **{key: one for key, one in TABLE_MEMBERS.items() if key != "Remove(object key)"},
            **GENERIC_MEMBERS,
        },
        construct=_maker(_GENERIC_COMPARER),
    )
)


def _set(engine: Any, kind: PSType, items: Any = (), comparer: Any = None) -> HashSet:
    order = None if comparer is None else order_of(engine, comparer)
    return HashSet(items_of(items), kind, keys=SortedTable((), kind, order))


def _end(place: int) -> Any:
    def read(values: HashSet) -> Any:
        return list(values)[place] if len(values) else None

    return read


def _between(values: HashSet, lower: Any, upper: Any) -> HashSet:
    keys: Any = values.like(())._keys  # a SortedTable, as `_set` made it
    order = keys.order or order_of(None, None)
    if order(lower, upper) > 0:
        raise argument_error("Must be less than or equal to upperValue.", "lowerValue")
    return HashSet(
        (one for one in values if order(lower, one) <= 0 <= order(upper, one)), values.ps_type, keys=keys
    )


def _remove_where(values: HashSet, block: Any) -> int:
    chosen = [one for one in values if to_bool(block.call([one]))]
    for one in chosen:
        values.remove(one)
    return len(chosen)


register(
    PSType(
        f"{_SORTED}Set`1",
        interfaces=LIST_INTERFACES[1:],
        instance={
            **SET_MEMBERS,
            "Max": _end(-1),
            "Min": _end(0),
            "GetViewBetween(object lowerValue, object upperValue)": _between,
            "RemoveWhere(System.Predicate`1 match)": _remove_where,
            "Reverse()": lambda s: PSArray(reversed(list(s))),
        },
        construct={
            "@new()": _set,
            "@new(System.Collections.IEnumerable collection)": _set,
            f"@new({_GENERIC_COMPARER} comparer)": lambda engine, kind, c: _set(engine, kind, (), c),
            f"@new(System.Collections.IEnumerable collection, {_GENERIC_COMPARER} comparer)": _set,
        },
    ),
)


class LinkedList(list[Any]):
    """System.Collections.Generic.LinkedList: the nodes, first one first."""

    __slots__ = ("ps_type",)

    def __init__(self, ps_type: PSType) -> None:
        super().__init__()
        self.ps_type = ps_type


LIST_TYPES.add(LinkedList)


class LinkedListNode:
    """System.Collections.Generic.LinkedListNode: a value and its place when it was asked for."""

    __slots__ = ("owner", "place")

    def __init__(self, owner: LinkedList, place: int) -> None:
        self.owner = owner
        self.place = place


def _node(owner: LinkedList, place: int) -> LinkedListNode | None:
    return LinkedListNode(owner, place) if 0 <= place < len(owner) else None


def _value(node: LinkedListNode) -> Any:
    if not 0 <= node.place < len(node.owner):
        raise NetError(
            "System.InvalidOperationException", "The LinkedList node does not belong to a LinkedList."
        )
    return node.owner[node.place]


def _insert(owner: LinkedList, place: int, value: Any) -> LinkedListNode:
    kind = owner.ps_type.arguments[0] if owner.ps_type.arguments else None
    owner.insert(place, value if kind is None else convert(value, kind))
    return LinkedListNode(owner, place)


def _near(after: int) -> Any:
    def add(owner: LinkedList, node: LinkedListNode, value: Any) -> LinkedListNode:
        if node is None:
            raise null_argument("node")
        _value(node)
        return _insert(owner, node.place + after, value)

    return add


def _take(owner: LinkedList, place: int) -> None:
    if not owner:
        raise NetError("System.InvalidOperationException", "The LinkedList is empty.")
    owner.pop(place)


def _remove(owner: LinkedList, value: Any) -> bool:
    place = value.place if isinstance(value, LinkedListNode) else _place(owner, value)
    if 0 <= place < len(owner):
        owner.pop(place)
        return True
    return False


def _of(kind: PSType, values: Any) -> LinkedList:
    made = LinkedList(kind)
    for one in items_of(values):
        _insert(made, len(made), one)
    return made


register(
    PSType(
        "System.Collections.Generic.LinkedListNode`1",
        instance={
            "Value": _value,
            "List": lambda n: n.owner,
            "Next": lambda n: _node(n.owner, n.place + 1),
            "Previous": lambda n: _node(n.owner, n.place - 1),
        },
    ),
    LinkedListNode,
)
register(
    PSType(
        "System.Collections.Generic.LinkedList`1",
        interfaces=LIST_INTERFACES[1:],
        instance={
            "Count: int": len,
            "First": lambda v: _node(v, 0),
            "Last": lambda v: _node(v, len(v) - 1),
            "Add(object item)": lambda v, item: (_insert(v, len(v), item), None)[1],
            "AddFirst(object value)": lambda v, item: _insert(v, 0, item),
            "AddLast(object value)": lambda v, item: _insert(v, len(v), item),
            "AddAfter(object node, object value)": _near(1),
            "AddBefore(object node, object value)": _near(0),
            "Contains(object value)": lambda v, item: _place(v, item) >= 0,
            "Find(object value)": lambda v, item: _node(v, _place(v, item)),
            "Remove(object value)": _remove,
            "RemoveFirst()": lambda v: _take(v, 0),
            "RemoveLast()": lambda v: _take(v, -1),
            "Clear()": clear,
            "ToArray()": PSArray,
        },
        construct={
            "new()": LinkedList,
            "new(System.Collections.IEnumerable collection)": _of,
        },
    )
)
