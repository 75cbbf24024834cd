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
from emulator.powershell.dotnet.types import BUILTIN, Property, PSType, type_of
from emulator.powershell.modules.utility.files import files_of, resolved, store_of
from emulator.powershell.modules.utility.type_files import read_types
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.code_references import FormatError, code_method, code_property, reference_of
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
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
            _strong(call, unwrap(one))
        return
    _dynamic(call)


def _strong(call: CmdletCall, given: Any) -> None:
    """One TypeData. A text is the name of a type, of which nothing is said."""
    data = given if isinstance(given, TypeEntry) else TypeEntry(to_text(given))
    data.take_shown()
    if data.is_empty:
        call.error(_empty(call, data.name))
        return
    if not call.should_process(f"Type to update: {data.name}", "Update TypeData"):
        return
    known = (
        call.engine.type_data.entries.get(data.name.lower()) if call.engine.type_data is not None else None
    )
    force = bool(call.get("Force")) or data.is_override
    names = [(key, one.name) for key, one in data.members.items()] + [(one, one) for one in data.standard]
    present = [
        name for key, name in names if known is not None and (key in known.members or key in known.standard)
    ]
    if present and not force:
        for name in present:
            call.error(_present(call, data.name, name))
        return
    table = table_of(call)
    table.entry(data.name).add(data, override=True)
    table.settle()


def _wrong_extension(call: CmdletCall, file: str) -> Any:
    return call.record(
        "System.Management.Automation.PSInvalidOperationException",
        f'Cannot read the file "{file}"  because it does not have the file name extension "{_ENDING}".',
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
    has_member = any(call.has(one) for one in ("MemberName", "MemberType", "Value", "SecondValue"))
    standard = [one for one in _STANDARD if call.has(one)]
    others = [one for one in ("TypeAdapter", "TypeConverter") if call.has(one)]
    if not name:
        raise _wrong(
            call,
            "The target type name should not be null, empty, or contain only white spaces.",
            "TargetTypeNameEmpty",
        )
    if not has_member and not standard and not others:
        call.error(_empty(call, name))
        return
    known = call.engine.type_data.entries.get(name.lower()) if call.engine.type_data is not None else None
    member = _member(call) if has_member else None
    if member is not None and known is not None and member.name.lower() in known.members and not force:
        call.error(_present(call, name, member.name))
        return
    present = next((one for one in standard if known is not None and one.lower() in known.standard), None)
    if present is not None and not force:
        call.error(_present(call, name, present))
        return
    if not call.should_process(f"Type to update: {name}", "Update TypeData"):
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
    return call.failure("System.InvalidOperationException", text, error_id, "InvalidOperation")


_KINDS = ("NoteProperty", "AliasProperty", "ScriptProperty", "CodeProperty", "ScriptMethod", "CodeMethod")


def _empty(call: CmdletCall, name: str) -> Any:
    return call.record(
        "System.InvalidOperationException",
        f'No member is specified for the update on type "{name}".',
        "TypeDataEmpty",
        "InvalidOperation",
    )


def _member(call: CmdletCall) -> AddedMember:
    name, kind = to_text(call.get("MemberName", "")), to_text(call.get("MemberType", ""))
    value, second = unwrap(call.get("Value")), unwrap(call.get("SecondValue"))
    if not kind:
        raise _wrong(
            call,
            "The MemberName, Value, and SecondValue parameters cannot be specified without the MemberType "
            "parameter.",
            "MemberTypeIsMissing",
        )
    if kind not in _KINDS:
        raise _wrong(
            call,
            f'Cannot update a member with type "{kind}". Specify a different type for the MemberType '
            "parameter.",
            "CannotUpdateMemberType",
        )
    if not name:
        raise _needed(call, "MemberName", kind, "MemberNameShouldBeSpecified")
    if kind in ("ScriptProperty", "CodeProperty"):
        if value is None and second is None:
            raise _wrong(
                call,
                "The Value and SecondValue parameters should not both be null for a member of type "
                f'"{kind}". '
                "Specify a non-null value for one of the two parameters.",
                "ValueAndSecondValueAreNotBothNull",
            )
    elif not call.has("Value"):
        raise _needed(call, "Value", kind, "ValueShouldBeSpecified")
    elif value in (None, "") and kind != "NoteProperty":
        raise _wrong(
            call,
            f'The Value parameter should not be null or an empty string for a member of type "{kind}". '
            "Specify a non-null value for the Value parameter when updating this member type.",
            "ValueShouldBeSpecified",
        )
    if second is not None and kind not in ("AliasProperty", "ScriptProperty", "CodeProperty"):
        raise _wrong(
            call,
            f'The SecondValue parameter is not necessary for a member of type "{kind}", and should not be '
            "specified. Do not specify the SecondValue parameter when updating this member type.",
            "SecondValueShouldNotBeSpecified",
        )
    if kind == "NoteProperty":
        return NoteProperty(name, call.get("Value"))
    if kind == "AliasProperty":
        return _alias(call, name, to_text(value), second)
    if kind in ("CodeProperty", "CodeMethod"):
        return _code_member(call, kind, name, value, second)
    for one in (value, second):
        if one is not None and not isinstance(one, ScriptBlock):
            raise call.failure(
                "System.InvalidCastException",
                f"Cannot convert the value to a script block for the member {name}.",
                "InvalidCast",
                "InvalidArgument",
            )
    return ScriptProperty(name, value, second) if kind == "ScriptProperty" else ScriptMethod(name, value)


def _needed(call: CmdletCall, parameter: str, kind: str, error_id: str) -> PSError:
    text = (
        f'The {parameter} parameter is required for the type "{kind}". Please specify the {parameter} '
        "parameter."
    )
    return _wrong(call, text, error_id)


def _code_member(call: CmdletCall, kind: str, name: str, value: Any, second: Any) -> AddedMember:
    """A member that static methods work out."""
    references = []
    for one in (value, second):
        found = None if one is None else reference_of(call.engine, one)
        if one is not None and found is None:
            raise no_conversion(call, one, "System.Reflection.MethodInfo")
        references.append(found)
    getter, setter = references
    try:
        if kind == "CodeProperty":
            return code_property(name, getter, setter)
        return code_method(name, getter)
    except FormatError as problem:
        raise call.failure(
            "System.Management.Automation.RuntimeException",
            f'Error in TypeData "{to_text(call.get("TypeName"))}": {problem.text}',
            "TypesDynamicUpdateException",
            "InvalidOperation",
        ) from None


def no_conversion(call: CmdletCall, value: Any, wanted: str) -> PSError:
    """The error of a value that a member cannot hold."""
    name = type_of(unwrap(value)).name
    return call.failure(
        "System.Management.Automation.PSInvalidCastException",
        f'Cannot convert the "{to_text(value)}" value of type "{name}" to type "{wanted}".',
        "ConvertToFinalInvalidCastException",
        "InvalidArgument",
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
    if call.should_process(f"Name of the type that will be removed: {name}", "Remove TypeData"):
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
    if not call.should_process(f"FileName: {full}", "Remove type file"):
        return
    if not table.remove_file(full):
        call.error(
            call.record(
                "System.Management.Automation.RuntimeException",
                f"The file {full} is not imported into the current session.",
                "TypeFileNotExistsInCurrentSession",
                "InvalidOperation",
                full,
            )
        )
