"""Get-Member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.framework_members import added_members, listed_members
from emulator.powershell.dotnet.psobject import (
    AliasProperty,
    CodeMethod,
    CodeProperty,
    PSObject,
    ScriptMethod,
    ScriptProperty,
    unwrap,
)
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.types import Method, Property, PSType, type_of
from emulator.powershell.modules.utility.sorting import Gathering
from emulator.powershell.runtime.code_references import CodeReference, value_type
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.member_definitions import OF_EVERY_OBJECT, overloads, short_name
from emulator.powershell.runtime.members import CONTENT_FIRST, MISSING, get_property, properties, type_names
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.text_operators import current_text

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


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
            asked = unwrap(value) if call.get("Static") else None
            name = asked.name if isinstance(asked, PSType) else type_names(value)[0]
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
            made = PSObject.custom(
                [
                    ("TypeName", type_name),
                    ("Name", name),
                    ("MemberType", kind),
                    ("Definition", definition),
                ],
                ("Microsoft.PowerShell.Commands.MemberDefinition",),
            )
            made.text = definition
            call.write(made)

    def _rows(self, value: Any) -> list[tuple[str, str, str]]:
        base = unwrap(value)
        kind = type_of(base)
        listed = listed_members(kind) if base is not value or not isinstance(base, PSObject) else None
        if listed is None:
            return [*self._properties(value), *self._methods(value)]
        added = added_members(kind)
        names = {one.name.lower() for one in added}
        # What a document holds stands in place of the properties of its class.
        content = type(base) in CONTENT_FIRST
        own = [
            one
            for key, one in listed.items()
            if key not in names and not (content and one.kind == "Property")
        ]
        rows = [(one.name, one.kind, one.definition) for one in (*own, *added)]
        others = (*self._properties(value), *_script_methods(value, self.call.engine))
        return rows + [
            row for row in others if row[0].lower() not in names and (content or row[1] != "Property")
        ]

    def _properties(self, value: Any) -> list[tuple[str, str, str]]:
        rows: list[tuple[str, str, str]] = []
        for one in properties(value, self.call.engine):
            if one.kind == "NoteProperty":
                held = get_property(value, one.name, self.call.engine)
                held = None if held is MISSING else held
                rows.append((one.name, one.kind, f"{_of_value(held)} {one.name}={_shown(held)}"))
            elif one.kind == "AliasProperty":
                rows.append((one.name, one.kind, self._alias(value, one.name)))
            elif one.kind in ("ScriptProperty", "CodeProperty"):
                rows.append((one.name, one.kind, self._script(value, one.name)))
            elif type(unwrap(value)) in CONTENT_FIRST:
                rows.append((one.name, one.kind, self._content(value, one.name)))
            else:
                rows.append(
                    (
                        one.name,
                        one.kind,
                        f"{short_name(one.type_name)} {one.name} {{{_accessors(value, one.name)}}}",
                    )
                )
        return rows

    def _methods(self, value: Any) -> list[tuple[str, str, str]]:
        rows: list[tuple[str, str, str]] = []
        base = unwrap(value)
        declared = type_of(base).all_members()
        methods = {key: one for key, one in declared.items() if isinstance(one, Method)}
        if self.call.get("Force"):
            rows += [
                (one.name, "Property", f"{short_name(one.type_name)} {one.name} {{get;set;}}")
                for one in declared.values()
                if isinstance(one, Property) and one.hidden
            ]
        else:
            methods = {key: one for key, one in methods.items() if not _is_hidden(one)}
        rows += [(one.name, "Method", overloads(one)) for one in methods.values()]
        rows += [
            (name, "Method", definition)
            for name, definition in OF_EVERY_OBJECT
            if name.lower() not in methods
        ]
        return rows + _script_methods(value, self.call.engine)

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
        kind = "" if held.converted is None else f"({held.converted.name})"
        return f"{name} = {kind}{held.target}"

    def _content(self, value: Any, name: str) -> str:
        """What a document holds under a name: text, which may be changed, an element, or several of them."""
        held = get_property(value, name, self.call.engine)
        if isinstance(held, str):
            return f"string {name} {{get;set;}}"
        kind = "System.Object[]" if type(held) in LIST_TYPES else type_of(unwrap(held)).name
        return f"{kind} {name} {{get;}}"

    def _script(self, value: Any, name: str) -> str:
        """A script property with the texts of its blocks, or a code property with the names of its methods,
        where the session knows them."""
        held = value.members.get(name.lower()) if isinstance(value, PSObject) else None
        if held is None and self.call.engine.type_data is not None:
            held = self.call.engine.type_data.member(value, name.lower())
        if not isinstance(held, ScriptProperty):
            return f"System.Object {name} {{get;}}"
        blocks = (("get", held.getter), ("set", held.setter))
        shown = "".join(f"{word}={block};" for word, block in blocks if block is not None)
        if isinstance(held, CodeProperty):
            return f"{short_name(value_type(held))} {name}{{{shown}}}"
        return f"System.Object {name} {{{shown}}}"

    @staticmethod
    def _statics(value: Any) -> list[tuple[str, str, str]]:
        base = unwrap(value)
        kind = base if isinstance(base, PSType) else type_of(base)
        listed = listed_members(kind, static=True)
        if listed is not None:
            return [(one.name, one.kind, one.definition) for one in listed.values()]
        rows: list[tuple[str, str, str]] = []
        if isinstance(kind, EnumType):
            rows += [(one, "Property", f"static {kind.name} {one} {{get;}}") for one in kind.names]
        for member in kind.own_statics.values():
            if isinstance(member, Property):
                rows.append(
                    (member.name, "Property", f"static {short_name(member.type_name)} {member.name} {{get;}}")
                )
            else:
                rows.append((member.name, "Method", overloads(member)))
        return rows


def _script_methods(value: Any, engine: Engine) -> list[tuple[str, str, str]]:
    own = value.members.values() if isinstance(value, PSObject) else ()
    found = [one for one in own if isinstance(one, ScriptMethod)]
    if engine.type_data is not None:
        found += engine.type_data.methods(value)
    return [
        (one.name, one.kind, one.script.definition)
        if isinstance(one, CodeMethod) and isinstance(one.script, CodeReference)
        else (one.name, one.kind, f"System.Object {one.name}();")
        for one in found
    ]


def _shown(value: Any) -> str:
    """The value of a note as its member tells it: in the session's culture, the word null for none."""
    return "null" if value is None else current_text(value)


def _is_hidden(method: Method) -> bool:
    """Whether a class of a script declares the method as hidden."""
    return all(getattr(one, "hidden", False) for one in method.overloads)


_EXTENDED, _ADAPTED_OR_BASE = 1, 6
_OWN_KINDS = frozenset({"Property", "ParameterizedProperty", "Method", "Event"})


def _of_value(value: Any) -> str:
    """The type of a note's value: without its namespaces, but the whole name of PowerShell's own objects."""
    if value is None:
        return "object"
    if isinstance(value, PSObject):
        return type_names(value)[0]
    name = type_of(value).name
    return short_name(name) if short_name(name) != name else name.rpartition(".")[2]


def _accessors(value: Any, name: str) -> str:
    found = type_of(unwrap(value)).member(name)
    return "get;set;" if isinstance(found, Property) and found.setter is not None else "get;"


def _kind_fits(kind: str, wanted: str) -> bool:
    parts = [one.strip() for one in wanted.split(",")]
    if "All" in parts or kind in parts:
        return True
    if "Properties" in parts and kind.endswith("Property") and kind != "ParameterizedProperty":
        return True
    return "Methods" in parts and kind.endswith("Method")
