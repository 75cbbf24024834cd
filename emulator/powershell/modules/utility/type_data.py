"""Update-TypeData, Get-TypeData and Remove-TypeData."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.psobject import (
    AddedMember,
    AliasProperty,
    NoteProperty,
    PSObject,
    ScriptMethod,
    ScriptProperty,
    unwrap,
)
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.types import BUILTIN, Property, PSType
from emulator.powershell.modules.utility.code_members import code_method, code_property
from emulator.powershell.modules.utility.files import files_of, resolved, store_of
from emulator.powershell.modules.utility.type_files import read_types
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.type_data import TypeData, TypeEntry
from emulator.powershell.serialization.type_rules import DEPTHS, SERIALIZED_AS_TEXT, SPECIFIC_PROPERTIES

_STANDARD = (
    "DefaultDisplayProperty",
    "DefaultDisplayPropertySet",
    "DefaultKeyPropertySet",
    "SerializationMethod",
    "SerializationDepth",
    "StringSerializationSource",
    "PropertySerializationSet",
    "InheritPropertySerializationSet",
    "TargetTypeForDeserialization",
)
_METHODS = ("AllPublicProperties", "String", "SpecificProperties")
_ENDING = ".ps1xml"


def table_of(call: CmdletCall) -> TypeData:
    """The session's table, made when it is first needed."""
    if call.engine.type_data is None:
        call.engine.type_data = TypeData()
    return call.engine.type_data


@cmdlet(
    "Update-TypeData",
    reads=(
        *("AppendPath", "PrependPath", "TypeData", "TypeName", "MemberName", "MemberType", "Value"),
        *("SecondValue", "TypeAdapter", "TypeConverter", "Force", *_STANDARD),
    ),
)
def update_type_data(call: CmdletCall) -> None:
    """Add members and standard members to a type, or what files say."""
    if call.parameter_set == "FileSet":
        for paths, first in ((call.get("PrependPath"), True), (call.get("AppendPath"), False)):
            for file in files_of(call, paths, literal=False):
                if not file.lower().endswith(_ENDING):
                    call.error(_wrong_extension(call, file))
                elif call.should_process(f"FileName: {file}", "Update TypeData"):
                    _from_file(call, file, first=first)
        return
    if call.parameter_set == "TypeDataSet":
        for one in call.get("TypeData") or ():
            held = unwrap(one)
            if not isinstance(held, TypeEntry):
                raise call.complete(not_emulated("Update-TypeData -TypeData of such an object"))
            table = table_of(call)
            table.entry(held.name).add(held, override=True)
            table.settle()
        return
    _dynamic(call)


def _wrong_extension(call: CmdletCall, file: str) -> Any:
    return call.record(
        "System.Management.Automation.PSInvalidOperationException",
        f'Cannot read the file "{file}" because its file name extension is not "{_ENDING}".',
        "WrongExtension",
        "InvalidArgument",
    )


def _from_file(call: CmdletCall, file: str, *, first: bool) -> None:
    try:
        entries = read_types(call, store_of(call).read_text(file))
    except ValueError as problem:
        call.error(
            call.record(
                "System.Management.Automation.RuntimeException",
                f"Error in TypeData file {file}: {problem}",
                "TypesXmlUpdateException",
                "InvalidOperation",
            )
        )
        return
    table_of(call).add_file(file, entries, first=first)


def _full_name(call: CmdletCall, name: str) -> str:
    """The name of a type that may be given by its accelerator."""
    if is_wildcard(name):
        return name
    found = call.engine.types.find(name)
    return found.name if found is not None else name


def _dynamic(call: CmdletCall) -> None:
    given = unwrap(call.get("TypeName"))
    text = given.name if isinstance(given, PSType) else to_text(given).strip()
    name = _full_name(call, text) if text else ""
    force = bool(call.get("Force"))
    has_member = call.has("MemberName") or call.has("MemberType") or call.has("Value")
    standard = [one for one in _STANDARD if call.has(one)]
    others = [one for one in ("TypeAdapter", "TypeConverter") if call.has(one)]
    if not name:
        raise _wrong(call, "The TypeName parameter must not be empty.", "TargetTypeNameIsEmpty")
    if not has_member and not standard and not others:
        raise _wrong(
            call,
            f'Type "{name}" does not contain any members. Add members to the type, and then try the command '
            "again.",
            "TypeDataEmpty",
        )
    known = call.engine.type_data.entries.get(name.lower()) if call.engine.type_data is not None else None
    member = _member(call, name) if has_member else None
    if member is not None and known is not None and member.name.lower() in known.members and not force:
        call.error(_present(call, name, member.name))
        return
    present = next((one for one in standard if known is not None and one.lower() in known.standard), None)
    if present is not None and not force:
        call.error(_present(call, name, present))
        return
    if not call.should_process(f"TypeName: {name}", "Update TypeData"):
        return
    table = table_of(call)
    entry = table.entry(name)
    if member is not None:
        entry.members[member.name.lower()] = member
    for one in standard:
        entry.standard[one.lower()] = _standard_value(one, call.get(one))
    entry.adapter = unwrap(call.get("TypeAdapter")) or entry.adapter
    entry.converter = unwrap(call.get("TypeConverter")) or entry.converter
    table.settle()


def _standard_value(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [to_text(one) for one in value]
    if name == "SerializationMethod":
        text = to_text(value)
        return next((one for one in _METHODS if one.lower() == text.lower()), text)
    return value


def _present(call: CmdletCall, type_name: str, member: str) -> Any:
    return call.record(
        "System.Management.Automation.RuntimeException",
        f'Error in TypeData "{type_name}": The member {member} is already present.',
        "TypesDynamicUpdateException",
        "InvalidOperation",
        type_name,
    )


def _wrong(call: CmdletCall, text: str, error_id: str) -> PSError:
    return call.failure("System.InvalidOperationException", text, error_id, "InvalidArgument")


def _member(call: CmdletCall, type_name: str) -> AddedMember:
    name, kind = to_text(call.get("MemberName", "")), to_text(call.get("MemberType", ""))
    value, second = unwrap(call.get("Value")), unwrap(call.get("SecondValue"))
    if not name:
        raise _wrong(
            call,
            "The MemberName parameter is required for the specified member.",
            "MemberNameShouldBeSpecified",
        )
    if not kind:
        raise _wrong(
            call, f"The MemberType parameter is required for the type {type_name}.", "MemberTypeIsMissing"
        )
    if second is not None and kind not in ("AliasProperty", "ScriptProperty", "CodeProperty"):
        raise _wrong(
            call,
            f"The SecondValue parameter should not be specified for a member of type {kind}.",
            "SecondValueShouldNotBeSpecified",
        )
    needed = (
        value is not None if kind in ("AliasProperty", "ScriptMethod", "CodeMethod") else call.has("Value")
    )
    if not needed and not (kind == "ScriptProperty" and second is not None):
        raise _wrong(
            call, f"The Value parameter is required for a member of type {kind}.", "ValueShouldBeSpecified"
        )
    if kind == "NoteProperty":
        return NoteProperty(name, call.get("Value"))
    if kind == "AliasProperty":
        return _alias(call, name, to_text(value), second)
    if kind == "CodeProperty":
        return code_property(call, name, value, second)
    if kind == "CodeMethod":
        return code_method(call, name, value)
    for one in (value, second):
        if one is not None and not isinstance(one, ScriptBlock):
            raise call.failure(
                "System.InvalidCastException",
                f"Cannot convert the value to a script block for the member {name}.",
                "InvalidCast",
                "InvalidArgument",
            )
    if kind == "ScriptProperty":
        return ScriptProperty(name, value, second)
    if kind == "ScriptMethod":
        return ScriptMethod(name, value)
    raise _wrong(
        call, f"Members of type {kind} cannot be added by Update-TypeData.", "CannotUpdateMemberType"
    )


def _alias(call: CmdletCall, name: str, target: str, second: Any) -> AddedMember:
    """An alias; with a type (-SecondValue) what it reads is converted."""
    if second is None:
        return AliasProperty(name, target)
    kind = second if isinstance(second, PSType) else call.engine.types.find(to_text(second))
    if kind is None:
        raise _wrong(call, f"Unable to find type [{to_text(second)}].", "TypeNotFound")
    return AliasProperty(name, target, kind)


@cmdlet("Get-TypeData")
def get_type_data(call: CmdletCall, type_name: list[str] | None = None) -> Iterator[PSObject]:
    """What the engine and the session add to types."""
    entries = _entries_at_start()
    if call.engine.type_data is not None:
        for key, one in call.engine.type_data.entries.items():
            made = TypeEntry(entries[key].name if key in entries else one.name)
            if key in entries:
                made.add(entries[key], override=True)
            made.add(one, override=True)
            entries[key] = made
    if call.input_object is not None and isinstance(call.input_object, str):
        type_name = [call.input_object]
    for pattern in type_name or ["*"]:
        wanted = _full_name(call, pattern)
        for key in sorted(entries):
            if like(entries[key].name, wanted):
                yield PSObject(entries[key])


def _entries_at_start() -> dict[str, TypeEntry]:
    """What types.ps1xml adds to the types that are known here."""
    entries: dict[str, TypeEntry] = {}
    for kind in BUILTIN.values():
        added = {
            key: AliasProperty(one.name, one.name)
            if one.kind == "AliasProperty"
            else ScriptProperty(one.name, None)
            for key, one in kind.own_members.items()
            if isinstance(one, Property) and one.kind in ("ScriptProperty", "AliasProperty")
        }
        if added:
            entries[kind.name.lower()] = TypeEntry(kind.name, dict(added))
    serialization: list[tuple[str, str, Any]] = [
        *((name, "serializationmethod", "String") for name in SERIALIZED_AS_TEXT),
        *((name, "propertyserializationset", list(names)) for name, names in SPECIFIC_PROPERTIES.items()),
        *((name, "serializationdepth", depth) for name, depth in DEPTHS.items()),
    ]
    for name, key, value in serialization:
        entries.setdefault(name.lower(), TypeEntry(name)).standard[key] = value
    return entries


@cmdlet("Remove-TypeData")
def remove_type_data(
    call: CmdletCall, type_data: Any = None, type_name: str | None = None, path: list[str] | None = None
) -> None:
    """Take away what was added."""
    table = table_of(call)
    if path is not None:
        for one in path:
            _remove_file(call, table, one)
        return
    held = unwrap(type_data)
    name = held.name if isinstance(held, TypeEntry) else _full_name(call, type_name or "")
    if name.lower() not in table.entries:
        call.error(
            call.record(
                "System.Management.Automation.RuntimeException",
                f'Error in TypeData "{name}": The type was not found. It might already have been removed.',
                "TypesDynamicRemoveException",
                "InvalidOperation",
                name,
            )
        )
        return
    if call.should_process(f"TypeName: {name}", "Remove TypeData"):
        table.remove(name)


def _remove_file(call: CmdletCall, table: TypeData, path: str) -> None:
    full = resolved(call, path)
    if not store_of(call).exists(full):
        call.error(
            call.record(
                "System.Management.Automation.ItemNotFoundException",
                f"Cannot find path '{full}' because it does not exist.",
                "TypePathException",
                "ObjectNotFound",
                path,
            )
        )
        return
    if not call.should_process(f"FileName: {full}", "Remove TypeData"):
        return
    if not table.remove_file(full):
        call.error(
            call.record(
                "System.Management.Automation.RuntimeException",
                f'The type file "{full}" is not loaded in the current session.',
                "TypeFileNotExistsInCurrentSession",
                "InvalidOperation",
                full,
            )
        )
