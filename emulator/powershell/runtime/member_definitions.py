"""Definitions of members as PowerShell writes them: ``string Substring(int startIndex, int length)``."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.framework_members import listed_members
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.types import Method, Overload, PSType, type_of

OF_EVERY_OBJECT = (
    ("Equals", "bool Equals(System.Object obj)"),
    ("GetHashCode", "int GetHashCode()"),
    ("GetType", "type GetType()"),
    ("ToString", "string ToString()"),
)
_SHORT = {
    "System.String": "string",
    "System.Int32": "int",
    "System.Int64": "long",
    "System.Boolean": "bool",
    "System.Double": "double",
    "System.DateTime": "datetime",
    "object": "System.Object",
}


def short_name(name: str) -> str:
    """The name by which PowerShell writes a type."""
    return _SHORT.get(name, name)


def _each_overload(method: Method) -> list[str]:
    lead = "static " if method.static else ""
    shown = []
    for one in method.overloads:
        given = ", ".join(f"{short_name(k)} {text}" for k, text in zip(one.types, one.names, strict=True))
        shown.append(f"{lead}{_returned(method, one)}{method.name}({given})")
    return shown


def overloads(method: Method) -> str:
    """The overloads of a method that is emulated, in one text."""
    return ", ".join(_each_overload(method))


def _returned(method: Method, overload: Overload) -> str:
    """The type that a method of a script's class or of every object gives; of others the tables do not tell
    it."""
    declared = getattr(overload, "returned", None)
    if declared is not None:
        return f"{short_name(declared)} "
    known = {"equals": "bool ", "gethashcode": "int ", "gettype": "type ", "tostring": "string "}
    return "" if method.static else known.get(method.name.lower(), "")


def overload_definitions(owner: Any, name: str) -> list[str]:
    """OverloadDefinitions of a method: of a type (``[uri]::new``) or of a value (``'a'.Trim``)."""
    static = isinstance(owner, PSType)
    if type(owner) is PSObject:
        if owner.base is None or name.lower() in owner.members:
            return [f"System.Object {name}();"]
        owner = owner.base
    kind = owner if static else type_of(owner)
    listed = listed_members(kind, static=static)
    if listed is not None and name.lower() in listed:
        return list(listed[name.lower()].definitions)
    if static and name.lower() == "new":
        return [f"{kind.name} {one.lstrip('@')}" for one in kind.construct or ()]
    found = kind.static_member(name) if static else kind.member(name)
    return _each_overload(found) if isinstance(found, Method) else []
