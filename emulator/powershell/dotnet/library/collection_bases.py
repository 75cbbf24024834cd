"""Base classes that scripts derive their collections and comparers from.

Their protected members (InnerList, List, InnerHashtable) are out of the reach of scripts; what they implement
of IList and IDictionary is not, for PowerShell finds the methods of interfaces too.
"""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES, ArrayList, Hashtable
from emulator.powershell.dotnet.library.dictionaries import TABLE_MEMBERS
from emulator.powershell.dotnet.library.lists import LIST_INTERFACES
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime.comparison import compare

_COLLECTIONS = "System.Collections."
_GENERIC = "System.Collections.Generic."


class CollectionBase(ArrayList):
    """System.Collections.CollectionBase."""

    __slots__ = ()


class ReadOnlyCollectionBase(ArrayList):
    """System.Collections.ReadOnlyCollectionBase."""

    __slots__ = ()


class DictionaryBase(Hashtable):
    """System.Collections.DictionaryBase."""

    __slots__ = ()


LIST_TYPES.update((CollectionBase, ReadOnlyCollectionBase))
DICTIONARY_TYPES.add(DictionaryBase)

_ARRAY_LIST = builtin(f"{_COLLECTIONS}ArrayList").instance_table or {}
_OF_LISTS = (
    *("Add(", "Clear(", "Contains(", "CopyTo(object array, int", "GetEnumerator(", "IndexOf(object item)"),
    *("Insert(", "Item(", "Remove(", "RemoveAt(", "Capacity", "Count", "IsFixedSize", "IsReadOnly"),
    *("IsSynchronized", "SyncRoot"),
)
_OF_READERS = ("Count", "CopyTo(object array, int", "GetEnumerator(", "IsSynchronized", "SyncRoot")


def _some(wanted: tuple[str, ...]) -> dict[str, Any]:
    return {key: one for key, one in _ARRAY_LIST.items() if key.startswith(wanted)}


register(
    PSType(
        f"{_COLLECTIONS}CollectionBase",
        interfaces=LIST_INTERFACES,
        instance=_some(_OF_LISTS),
        construct={
            "new()": lambda _kind: CollectionBase(),
            "new(int capacity)": lambda _k, _n: CollectionBase(),
        },
        is_abstract=True,
    ),
    CollectionBase,
)
register(
    PSType(
        f"{_COLLECTIONS}ReadOnlyCollectionBase",
        interfaces=LIST_INTERFACES[1:],
        instance=_some(_OF_READERS),
        construct={"new()": lambda _kind: ReadOnlyCollectionBase()},
        is_abstract=True,
    ),
    ReadOnlyCollectionBase,
)
register(
    PSType(
        f"{_COLLECTIONS}DictionaryBase",
        interfaces=(f"{_COLLECTIONS}IDictionary", f"{_COLLECTIONS}ICollection", f"{_COLLECTIONS}IEnumerable"),
        instance={
            key: one for key, one in TABLE_MEMBERS.items() if not key.startswith(("Clone", "ContainsK"))
        },
        construct={"new()": lambda _kind: DictionaryBase(case_sensitive=True)},
        is_abstract=True,
    ),
    DictionaryBase,
)


_COMPARE = {"Compare(object x, object y)": lambda _c, left, right: compare(left, right, ignore_case=False)}


class DefaultComparer:
    """The comparer of values by their own order (Comparer.Default)."""

    __slots__ = ()


register(
    PSType(
        f"{_COLLECTIONS}Comparer",
        interfaces=(f"{_COLLECTIONS}IComparer",),
        instance=_COMPARE,
        static={"Default": DefaultComparer, "DefaultInvariant": DefaultComparer},
    ),
    DefaultComparer,
)
for _name in ("Comparer`1", "EqualityComparer`1"):
    register(
        PSType(
            f"{_GENERIC}{_name}",
            interfaces=(f"{_COLLECTIONS}I{_name[:-2]}", f"{_GENERIC}I{_name}"),
            is_abstract=True,
            construct={},
        )
    )
