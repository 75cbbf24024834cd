"""SortedList and LinkedList: a dictionary by its keys in order, and a chain of nodes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cmp_to_key
from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES, Hashtable, PSArray
from emulator.powershell.dotnet.exceptions import NetError, null_argument, out_of_range
from emulator.powershell.dotnet.library.dictionaries import GENERIC_MEMBERS, TABLE_MEMBERS
from emulator.powershell.dotnet.library.lists import LIST_INTERFACES, clear, same
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime.comparison import compare
from emulator.powershell.runtime.conversion import convert, items_of

_BY_VALUE = cmp_to_key(lambda left, right: compare(left, right))  # noqa: PLW0108 - with two arguments only
_OUTSIDE = "Index was out of range. Must be non-negative and less than the size of the collection."


class SortedList(Hashtable):
    """System.Collections.SortedList, also of the types that were given for keys and values."""

    __slots__ = ("ps_type",)

    def __init__(self, pairs: Any = (), ps_type: PSType | None = None) -> None:
        super().__init__(pairs, case_sensitive=True)
        self.ps_type = ps_type or builtin("System.Collections.SortedList")

    def keys(self) -> list[Any]:
        """The keys in order."""
        return sorted(super().keys(), key=_BY_VALUE)

    def values(self) -> list[Any]:
        """The values in the order of their keys."""
        return [self[key] for key in self.keys()]

    def items(self) -> list[tuple[Any, Any]]:
        """Keys with values, in order."""
        return [(key, self[key]) for key in self.keys()]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.keys())


DICTIONARY_TYPES.add(SortedList)


def _at(values: list[Any], place: int) -> Any:
    if not 0 <= place < len(values):
        raise out_of_range(_OUTSIDE, "index")
    return values[place]


def _remove_at(table: SortedList, place: int) -> None:
    table.pop(_at(table.keys(), place))


def _place(values: list[Any], wanted: Any) -> int:
    return next((place for place, one in enumerate(values) if same(one, wanted)), -1)


_LIST: dict[str, Any] = {
    **TABLE_MEMBERS,
    "Capacity: int": lambda t: max(len(t), 16),
    "GetKey(int index)": lambda t, place: _at(t.keys(), place),
    "GetByIndex(int index)": lambda t, place: _at(t.values(), place),
    "IndexOfKey(object key)": lambda t, key: _place(t.keys(), key),
    "IndexOfValue(object value)": lambda t, value: _place(t.values(), value),
    "RemoveAt(int index)": _remove_at,
}
_TABLE = (
    "System.Collections.IDictionary",
    "System.Collections.ICollection",
    "System.Collections.IEnumerable",
)
register(
    PSType(
        "System.Collections.SortedList",
        interfaces=_TABLE,
        instance=_LIST,
        construct={
            "new()": lambda _kind: SortedList(),
            "new(int initialCapacity)": lambda _kind, _size: SortedList(),
            "new(System.Collections.IDictionary d)": lambda _kind, d: SortedList(d.items()),
        },
    ),
    SortedList,
)
register(
    PSType(
        "System.Collections.Generic.SortedList`2",
        interfaces=_TABLE,
        instance=_LIST,
        construct={
            "new()": lambda kind: SortedList((), kind),
            "new(int capacity)": lambda kind, _size: SortedList((), kind),
            "new(System.Collections.IDictionary dictionary)": lambda kind, d: SortedList(d.items(), kind),
        },
    )
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

register(
    PSType(
        "System.Collections.Generic.SortedDictionary`2",
        interfaces=_TABLE,
        instance=GENERIC_MEMBERS,
        construct={
            "new()": lambda kind: SortedList((), kind),
            "new(System.Collections.IDictionary d)": lambda kind, d: SortedList(d.items(), kind),
        },
    )
)
