"""Get-Member."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import Hashtable, OrderedDictionary
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.psobject import AliasProperty, PSObject, ScriptMethod, ScriptProperty, unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.types import Method, Property, PSType, type_of
from emulator.powershell.modules.utility.sorting import Gathering
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.members import MISSING, get_property, properties, type_names
from emulator.powershell.runtime.module import cmdlet


@cmdlet("Get-Member")
class GetMember(Gathering):
    """The members of each type in the input."""

    accepts = ("InputObject", "Name", "MemberType", "Force", "Static", "View")

    def end(self) -> None:
        """Write the definitions, by name."""
        call = self.call
        if not [one for one in self.values if one is not None]:
            raise call.failure(
                "System.InvalidOperationException",
                "You must specify an object for the Get-Member cmdlet.",
                "NoObjectInGetMember",
                "CloseError",
            )
        seen: set[str] = set()
        for value in self.values:
            if value is None:
                continue
            name = type_names(value)[0]
            if name in seen:
                continue
            seen.add(name)
            self._write(value, name)

    def _write(self, value: Any, type_name: str) -> None:
        call = self.call
        names = [to_text(one) for one in call.get("Name") or ()]
        wanted = to_text(call.get("MemberType", "All"))
        rows = self._statics(value) if call.get("Static") else self._seen(self._rows(value))
        for name, kind, definition in sorted(rows, key=lambda row: (row[1], row[0].lower())):
            if names and not any(like(name, one) for one in names):
                continue
            if not _kind_fits(kind, wanted):
                continue
            call.write(
                PSObject.custom(
                    [
                        ("TypeName", type_name),
                        ("Name", name),
                        ("MemberType", kind),
                        ("Definition", definition),
                    ],
                    ("Microsoft.PowerShell.Commands.MemberDefinition",),
                )
            )

    def _rows(self, value: Any) -> list[tuple[str, str, str]]:
        rows: list[tuple[str, str, str]] = []
        for one in properties(value, self.call.engine):
            if one.kind == "NoteProperty":
                held = get_property(value, one.name, self.call.engine)
                held = None if held is MISSING else held
                rows.append((one.name, one.kind, f"{_of_value(held)} {one.name}={to_text(held)}"))
            elif one.kind == "AliasProperty":
                rows.append((one.name, one.kind, self._alias(value, one.name)))
            elif one.kind == "ScriptProperty":
                rows.append((one.name, one.kind, self._script(value, one.name)))
            else:
                rows.append(
                    (
                        one.name,
                        one.kind,
                        f"{_short(one.type_name)} {one.name} {{{_accessors(value, one.name)}}}",
                    )
                )
        base = unwrap(value)
        if type(base) in _INDEXED:
            rows.append(("Item", "ParameterizedProperty", _INDEXED[type(base)]))
        declared = type_of(base).all_members()
        methods = {key: one for key, one in declared.items() if isinstance(one, Method)}
        if self.call.get("Force"):
            rows += [
                (one.name, "Property", f"{_short(one.type_name)} {one.name} {{get;set;}}")
                for one in declared.values()
                if isinstance(one, Property) and one.hidden
            ]
        else:
            methods = {key: one for key, one in methods.items() if not _is_hidden(one)}
        rows += [(one.name, "Method", _overloads(one)) for one in methods.values()]
        rows += [
            (name, "Method", definition)
            for name, definition in _OF_EVERY_OBJECT
            if name.lower() not in methods
        ]
        if isinstance(value, PSObject):
            rows += [
                (one.name, "ScriptMethod", f"System.Object {one.name}();")
                for one in value.members.values()
                if isinstance(one, ScriptMethod)
            ]
        return rows

    def _seen(self, rows: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        """The rows that -View asks for: members of the object itself, and those that were added to it."""
        view = self.call.get("View")
        if not isinstance(view, EnumValue):
            return rows
        own, added = bool(view.number & _ADAPTED_OR_BASE), bool(view.number & _EXTENDED)
        return [row for row in rows if (own if row[1] in _OWN_KINDS else added)]

    @staticmethod
    def _alias(value: Any, name: str) -> str:
        held = value.members.get(name.lower()) if isinstance(value, PSObject) else None
        if not isinstance(held, AliasProperty):
            return name
        return f"{name} = {held.target}"

    @staticmethod
    def _script(value: Any, name: str) -> str:
        """A script property with the texts of its blocks, where the session knows them."""
        held = value.members.get(name.lower()) if isinstance(value, PSObject) else None
        if not isinstance(held, ScriptProperty):
            return f"System.Object {name} {{get;}}"
        blocks = (("get", held.getter), ("set", held.setter))
        shown = "".join(f"{word}={block};" for word, block in blocks if block is not None)
        return f"System.Object {name} {{{shown}}}"

    @staticmethod
    def _statics(value: Any) -> list[tuple[str, str, str]]:
        base = unwrap(value)
        kind = base if isinstance(base, PSType) else type_of(base)
        rows: list[tuple[str, str, str]] = []
        for member in kind.own_statics.values():
            if isinstance(member, Property):
                rows.append(
                    (member.name, "Property", f"static {_short(member.type_name)} {member.name} {{get;}}")
                )
            else:
                rows.append((member.name, "Method", _overloads(member)))
        return rows


def _is_hidden(method: Method) -> bool:
    """Whether a class of a script declares the method as hidden."""
    return all(getattr(one, "hidden", False) for one in method.overloads)


def _overloads(method: Method) -> str:
    lead = "static " if method.static else ""
    name = f"{lead}{_returned(method)}{method.name}"
    return ", ".join(
        f"{name}({', '.join(f'{_short(kind)} {text}' for kind, text in zip(o.types, o.names, strict=True))})"
        for o in method.overloads
    )


def _returned(method: Method) -> str:
    """The type that a method of every object gives; of others the tables do not tell it."""
    known = {"equals": "bool ", "gethashcode": "int ", "gettype": "type ", "tostring": "string "}
    return "" if method.static else known.get(method.name.lower(), "")


_EXTENDED, _ADAPTED_OR_BASE = 1, 6
_OWN_KINDS = frozenset({"Property", "ParameterizedProperty", "Method", "Event"})
_OF_EVERY_OBJECT = (
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
_INDEXED = {
    Hashtable: "System.Object Item(System.Object key) {get;set;}",
    OrderedDictionary: (
        "System.Object Item(int index) {get;set;}, System.Object Item(System.Object key) {get;set;}"
    ),
}
"""The indexers of dictionaries."""


def _of_value(value: Any) -> str:
    """The type of a note's value: without its namespaces, but the whole name of PowerShell's own objects."""
    if value is None:
        return "object"
    if isinstance(value, PSObject):
        return type_names(value)[0]
    name = type_of(value).name
    return _short(name) if name in _SHORT else name.rpartition(".")[2]


def _accessors(value: Any, name: str) -> str:
    found = type_of(unwrap(value)).member(name)
    return "get;set;" if isinstance(found, Property) and found.setter is not None else "get;"


def _short(name: str) -> str:
    return _SHORT.get(name, name)


def _kind_fits(kind: str, wanted: str) -> bool:
    parts = [one.strip() for one in wanted.split(",")]
    if "All" in parts or kind in parts:
        return True
    if "Properties" in parts and kind.endswith("Property"):
        return True
    return "Methods" in parts and kind.endswith("Method")
