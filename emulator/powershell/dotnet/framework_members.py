"""The public members of common types of .NET Framework 4.x and of 5.1, as Get-Member lists them.

``framework_members.json`` tells for each type its base, its interfaces and its members with all overloads, in
the order of their declaration, as PowerShell writes them (``string Substring(int startIndex, int length)``),
and what PowerShell's own type tables add (``added``: kind, name, definition). A type's list has its own
members, then those of its bases that it does not replace, then the methods of its interfaces under the
interface's name. Sources: the published reference source of .NET Framework, PowerShell's open source, and
printed outputs of Get-Member.

What is listed need not be emulated: `is_listed` tells a member that is missing here from one that .NET lacks.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from emulator.powershell.dotnet.types import PSType
from emulator.record import Record

_TABLE = Path(__file__).with_name("framework_members.json")
_ASSEMBLY = "mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089"


class ListedMember(Record):
    """One member: its kind as Get-Member names it, its name, and its definitions, one an overload."""

    kind: str
    name: str
    definitions: tuple[str, ...]

    @property
    def definition(self) -> str:
        """All overloads in one text."""
        return ", ".join(self.definitions)


@cache
def _table() -> dict[str, Any]:
    import json

    read: dict[str, Any] = json.loads(_TABLE.read_text(encoding="ascii"))
    return read


def _kind_and_name(text: str) -> tuple[str, str]:
    if text.startswith("event "):
        return "Event", text.partition("(")[0].rpartition(" ")[2]
    if text.endswith(")"):
        return "Method", _before_parenthesis(text)
    if ") {" in text:
        return "ParameterizedProperty", _before_parenthesis(text)
    return "Property", text.partition(" {")[0].rpartition(" ")[2]


def _before_parenthesis(text: str) -> str:
    return text.partition("(")[0].rpartition(" ")[2].rpartition(".")[2].partition("[")[0]


def _chain(name: str) -> list[dict[str, Any]]:
    found = []
    types = _table()["types"]
    while name:
        found.append(types[name])
        name = types[name].get("base", "")
    return found


def _interfaces(chain: list[dict[str, Any]]) -> list[str]:
    """The interfaces of a type, those of its bases first, each before those that it includes."""
    known = _table()["interfaces"]
    found: list[str] = []

    def add(name: str) -> None:
        if name not in found:
            found.append(name)
            for base in known.get(name, {}).get("bases", ()):
                add(base)

    for kind in reversed(chain):
        for name in kind.get("interfaces", ()):
            add(name)
    return found


def _of_interface(name: str) -> list[str]:
    """The methods of an interface with its name in front of theirs: ``int IComparable.CompareTo(...)``."""
    known = _table()["interfaces"]
    found = known.get(name)
    argument = ""
    if found is None:
        plain, _, rest = name.partition("[")
        found, argument = known[f"{plain}[T]"], rest[:-1]
    methods = [re.sub(r"\bT\b", argument, one) if argument else one for one in found["methods"]]
    return [re.sub(r" (\w+)\(", rf" {name}.\1(", one, count=1) for one in methods]


def _signature(text: str) -> str:
    """What a method has in common with those that it replaces: its name and the types of its parameters."""
    name = _before_parenthesis(text)
    inside = text.partition("(")[2].rstrip(")")
    return f"{name}({','.join(one.strip().rpartition(' ')[0] for one in inside.split(', '))})"


def _grouped(texts: list[str]) -> dict[str, ListedMember]:
    found: dict[str, tuple[str, str, list[str]]] = {}
    for text in texts:
        kind, name = _kind_and_name(text)
        held = found.setdefault(name.lower(), (kind, name, []))
        held[2].append(text.removeprefix("event "))
    return {
        key: ListedMember(kind=kind, name=name, definitions=tuple(lines))
        for key, (kind, name, lines) in found.items()
    }


def _without_replaced(lines: list[str]) -> list[str]:
    seen: set[str] = set()
    kept = []
    for text in lines:
        kind, name = _kind_and_name(text)
        mark = _signature(text.partition(" {")[0]) if "(" in text and kind != "Event" else name
        if mark not in seen:
            seen.add(mark)
            kept.append(text)
    return kept


def _of_array(element: PSType) -> list[str]:
    item = _SHORT.get(element.name, element.name)
    return [
        f"{item} Get(int )",
        f"void Set(int , {item} )",
        f"{element.name}&, {_ASSEMBLY} Address(int )",
        "System.Object IList.Item(int index) {get;set;}",
    ]


_SHORT = {"System.String": "string", "System.Int32": "int", "System.Byte": "byte", "System.Char": "char"}


@cache
def _instance(name: str) -> dict[str, ListedMember]:
    chain = _chain(name)
    lines = _without_replaced([text for kind in chain for text in kind.get("instance", ())])
    return _grouped(lines + [text for one in _interfaces(chain) for text in _of_interface(one)])


@cache
def _static(name: str) -> dict[str, ListedMember]:
    chain = _chain(name)
    own = list(chain[0].get("static", ()))
    inherited = [t for kind in chain[1:] for t in kind.get("static", ()) if _before_parenthesis(t) != "new"]
    lines = _without_replaced(own + inherited)
    return _grouped([f"static {one}" if _is_method(one) else one for one in lines])


def _is_method(text: str) -> bool:
    return text.endswith(")") and _before_parenthesis(text) != "new"


def listed_members(kind: PSType, *, static: bool = False) -> dict[str, ListedMember] | None:
    """The members of a type by lower-case name; None when its members are not in the table."""
    types = _table()["types"]
    if kind.element_type is not None:
        if static:
            return _static("System.Array")
        return {**_instance("System.Array"), **_grouped(_of_array(kind.element_type))}
    if kind.name not in types:
        return None
    return _static(kind.name) if static else _instance(kind.name)


@cache
def _places(name: str) -> dict[str, int]:
    listed = _instance(name)
    return {key: place for place, (key, one) in enumerate(listed.items()) if one.kind == "Property"}


def property_places(kind: PSType) -> dict[str, int]:
    """The place of each property, by lower-case name, among those of its type; empty when they are not
    known."""
    return _places(kind.name) if kind.name in _table()["types"] else {}


def added_members(kind: PSType) -> list[ListedMember]:
    """What PowerShell's own type tables add to a type of the table."""
    types = _table()["types"]
    name = "System.Array" if kind.element_type is not None else kind.name
    if name not in types:
        return []
    rows = [row for one in _chain(name) for row in one.get("added", ())]
    return [ListedMember(kind=row[0], name=row[1], definitions=(row[2],)) for row in rows]


def is_listed(kind: PSType, name: str, *, static: bool = False) -> bool:
    """Whether .NET or PowerShell has a member of the name."""
    found = listed_members(kind, static=static)
    key = name.lower()
    if found is None:
        return False
    return key in found or (not static and any(one.name.lower() == key for one in added_members(kind)))
