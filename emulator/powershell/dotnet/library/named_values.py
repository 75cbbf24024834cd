"""System.Collections.Specialized: collections of texts, by name or in a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from emulator.powershell.dotnet.collections import (
    DICTIONARY_TYPES,
    LIST_TYPES,
    GenericList,
    Hashtable,
    TypedArray,
)
from emulator.powershell.dotnet.exceptions import out_of_range
from emulator.powershell.dotnet.library.catalog import load_builtin
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.runtime.conversion import to_text

# Modules of cmdlets import this one, perhaps before the types that it builds on are there.
load_builtin()
from emulator.powershell.dotnet.library.dictionaries import TABLE_MEMBERS  # noqa: E402 - after them

_SPECIALIZED = "System.Collections.Specialized."
_OUTSIDE = "Index was out of range. Must be non-negative and less than the size of the collection."


class NamedValues:
    """System.Collections.Specialized.NameValueCollection: several values a name, names without case.

    It lists its names; a place in it and a name both give the values, with commas between.
    """

    __slots__ = ("_values",)

    def __init__(self, items: Iterable[tuple[Any, Any]] = ()) -> None:
        self._values: dict[str, tuple[Any, list[str]]] = {}
        for name, value in items:
            self.add(name, value)

    def add(self, name: Any, value: Any) -> None:
        """Add a value to those of a name."""
        held = self._values.setdefault(to_text(name).lower(), (name, []))[1]
        if value is not None:
            held.append(to_text(value))

    def put(self, name: Any, value: Any) -> None:
        """Replace the values of a name."""
        held = self._values.setdefault(to_text(name).lower(), (name, []))[1]
        held[:] = [] if value is None else [to_text(value)]

    def values_of(self, name: Any) -> list[str] | None:
        """The values of a name, or None."""
        found = self._values.get(to_text(name).lower())
        return found[1] if found is not None else None

    def get(self, name: Any, default: Any = None) -> Any:
        """The values of a name with commas between, or the default."""
        held = self.values_of(name)
        return ",".join(held) if held else default

    def remove(self, name: Any) -> None:
        """Take a name out."""
        self._values.pop(to_text(name).lower(), None)

    def clear(self) -> None:
        """Take all names out."""
        self._values.clear()

    def keys(self) -> list[Any]:
        """The names."""
        return [name for name, _ in self._values.values()]

    def items(self) -> list[tuple[Any, str]]:
        """Names with their values, those of a name with commas between."""
        return [(name, ",".join(held)) for name, held in self._values.values()]

    def named_item(self, name: str) -> Any:
        """``collection['name']``."""
        return self.get(name)

    def set_item(self, name: Any, value: Any) -> None:
        """``collection['name'] = value``."""
        self.put(name, value)

    def __getitem__(self, place: int) -> str:
        return self.items()[place][1]

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.keys())

    def __contains__(self, name: object) -> bool:
        return to_text(name).lower() in self._values


LIST_TYPES.add(NamedValues)


def _texts(items: Iterable[str]) -> TypedArray:
    return TypedArray(items, array_of(builtin("System.String")))


def _at(values: NamedValues, place: int) -> tuple[Any, str]:
    if not 0 <= place < len(values):
        raise out_of_range(_OUTSIDE, "index")
    return values.items()[place]


def _values_of(values: NamedValues, name: str) -> TypedArray | None:
    held = values.values_of(name)
    return _texts(held) if held else None


def _add_all(values: NamedValues, other: NamedValues) -> None:
    for name in other:
        held = other.values_of(name) or ()
        if not held:
            values.add(name, None)
        # A copy, for the other may be this one.
        for one in tuple(held):
            values.add(name, one)


def _copied(_kind: PSType, other: NamedValues) -> NamedValues:
    made = NamedValues()
    _add_all(made, other)
    return made


NAMED_MEMBERS: dict[str, Any] = {
    "AllKeys: string[]": lambda v: _texts(v.keys()),
    "Count: int": len,
    "Keys": lambda v: _texts(v.keys()),
    "Add(string name, string value)": NamedValues.add,
    f"Add({_SPECIALIZED}NameValueCollection c)": _add_all,
    "Clear()": NamedValues.clear,
    "Get(string name)": NamedValues.get,
    "Get(int index)": lambda v, place: _at(v, place)[1],
    "GetKey(int index)": lambda v, place: _at(v, place)[0],
    "GetValues(string name)": _values_of,
    "GetEnumerator()": lambda v: _texts(v.keys()),
    "HasKeys()": lambda v: len(v) > 0,
    "Item(string name)": NamedValues.get,
    "Item(int index)": lambda v, place: _at(v, place)[1],
    "Remove(string name)": NamedValues.remove,
    "Set(string name, string value)": NamedValues.put,
}
"""The members that collections by name have."""
register(
    PSType(
        f"{_SPECIALIZED}NameValueCollection",
        interfaces=("System.Collections.ICollection", "System.Collections.IEnumerable"),
        instance=NAMED_MEMBERS,
        construct={
            "new()": lambda _kind: NamedValues(),
            "new(int capacity)": lambda _kind, _capacity: NamedValues(),
            f"new({_SPECIALIZED}NameValueCollection col)": _copied,
        },
    ),
    NamedValues,
)


class StringDictionary(Hashtable):
    """System.Collections.Specialized.StringDictionary: texts by names without case, kept in lower case."""

    __slots__ = ()

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(to_text(key).lower(), None if value is None else to_text(value))


class EnvironmentBlock(StringDictionary):
    """The StringDictionary of a process, which keeps names as they were written."""

    __slots__ = ()

    def __setitem__(self, key: Any, value: Any) -> None:
        Hashtable.__setitem__(self, key, value)


class ListDictionary(Hashtable):
    """System.Collections.Specialized.ListDictionary and HybridDictionary: in the order of adding."""

    __slots__ = ("ps_type",)

    by_hash_code = False

    def __init__(
        self, items: Iterable[tuple[Any, Any]], ps_type: PSType, *, case_sensitive: bool = True
    ) -> None:
        self.ps_type = ps_type
        super().__init__(items, case_sensitive=case_sensitive)


DICTIONARY_TYPES.update((StringDictionary, EnvironmentBlock, ListDictionary))
register(
    PSType(
        f"{_SPECIALIZED}StringDictionary",
        interfaces=("System.Collections.IEnumerable",),
        instance={
            **{key: one for key, one in TABLE_MEMBERS.items() if not key.startswith(("Contains(", "Clone("))},
            "Add(string key, string value)": StringDictionary.__setitem__,
            "ContainsKey(string key)": lambda table, key: key in table,
            "ContainsValue(string value)": lambda table, value: value in table.values(),
            "Remove(string key)": lambda table, key: table.pop(key) and None,
        },
        construct={"new()": lambda _kind: StringDictionary()},
    ),
    StringDictionary,
)
for _name in ("ListDictionary", "HybridDictionary"):
    register(
        PSType(
            f"{_SPECIALIZED}{_name}",
            interfaces=("System.Collections.IDictionary", "System.Collections.IEnumerable"),
            instance=TABLE_MEMBERS,
            construct={
                "new()": lambda kind: ListDictionary((), kind),
                "new(bool caseInsensitive)": lambda kind, blind: ListDictionary(
                    (), kind, case_sensitive=not blind
                ),
                "new(int initialSize)": lambda kind, _size: ListDictionary((), kind),
            },
        )
    )


class StringCollection(GenericList):
    """System.Collections.Specialized.StringCollection."""

    __slots__ = ()


LIST_TYPES.add(StringCollection)


def _add_range(row: StringCollection, texts: Any) -> None:
    row.extend(to_text(one) for one in texts)


def _add_text(row: StringCollection, text: str) -> int:
    row.append(text)
    return len(row) - 1


def _collection() -> PSType:
    from emulator.powershell.runtime.type_finder import construct_generic

    listed = construct_generic(builtin("System.Collections.Generic.List`1"), (builtin("System.String"),))
    return register(
        PSType(
            f"{_SPECIALIZED}StringCollection",
            interfaces=listed.interfaces,
            instance={
                **{key: one for key, one in listed.instance_table.items() if not key.startswith("Add")},
                "Add(string value)": _add_text,
                "AddRange(string[] value)": _add_range,
            },
            construct={"new()": lambda kind: StringCollection((), kind)},
        ),
        StringCollection,
    )


_collection()
