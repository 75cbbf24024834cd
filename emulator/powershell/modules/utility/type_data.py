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
from emulator.powershell.dotnet.regex import like
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.modules.utility.files import files_of, store_of
from emulator.powershell.modules.utility.type_files import read_types
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.type_data import TypeData, TypeEntry

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


def table_of(call: CmdletCall) -> TypeData:
    """The session's table, made when it is first needed."""
    if call.engine.type_data is None:
        call.engine.type_data = TypeData()
    return call.engine.type_data


@cmdlet("Update-TypeData")
def update_type_data(call: CmdletCall, **_given: Any) -> None:
    """Add members and standard members to a type, or what files say."""
    if call.parameter_set == "FileSet":
        paths = [*(call.get("PrependPath") or ()), *(call.get("AppendPath") or ())]
        for file in files_of(call, paths, literal=False):
            if call.should_process(f"FileName: {file}", "Update TypeData"):
                _from_file(call, file)
        return
    if call.parameter_set == "TypeDataSet":
        for one in call.get("TypeData") or ():
            held = unwrap(one)
            if not isinstance(held, TypeEntry):
                raise call.complete(not_emulated("Update-TypeData -TypeData of such an object"))
            entry = table_of(call).entry(held.name)
            entry.members.update(held.members)
            entry.standard.update(held.standard)
        return
    for name in ("TypeConverter", "TypeAdapter"):
        if call.has(name):
            raise call.complete(not_emulated(f"Update-TypeData -{name}"))
    _dynamic(call)


def _from_file(call: CmdletCall, file: str) -> None:
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
    table = table_of(call)
    for entry in entries:
        known = table.entry(entry.name)
        for key, member in entry.members.items():
            known.members.setdefault(key, member)
        for key, value in entry.standard.items():
            known.standard.setdefault(key, value)


def _dynamic(call: CmdletCall) -> None:
    kind = unwrap(call.get("TypeName"))
    name = kind.name if isinstance(kind, PSType) else to_text(kind).strip()
    found = call.engine.types.find(name)
    if found is not None:
        name = found.name
    force = bool(call.get("Force"))
    has_member = call.has("MemberName") or call.has("MemberType") or call.has("Value")
    standard = [one for one in _STANDARD if call.has(one)]
    if not name:
        raise _wrong(call, "The TypeName parameter must not be empty.", "TargetTypeNameIsEmpty")
    if not has_member and not standard:
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
    entry = table_of(call).entry(name)
    if member is not None:
        entry.members[member.name.lower()] = member
    for one in standard:
        value = call.get(one)
        entry.standard[one.lower()] = [to_text(each) for each in value] if isinstance(value, list) else value


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
            call, "The MemberName parameter is required for the specified member.", "MemberNameMissing"
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
    if kind == "NoteProperty":
        return NoteProperty(name, call.get("Value"))
    if not call.has("Value") and not (kind == "ScriptProperty" and second is not None):
        raise _wrong(
            call, f"The Value parameter is required for a member of type {kind}.", "ValueShouldBeSpecified"
        )
    if kind == "AliasProperty":
        return AliasProperty(name, to_text(value))
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
    if kind in ("CodeProperty", "CodeMethod"):
        raise call.complete(not_emulated(f"Update-TypeData -MemberType {kind}"))
    raise _wrong(
        call, f"Members of type {kind} cannot be added by Update-TypeData.", "CannotUpdateMemberType"
    )


@cmdlet("Get-TypeData")
def get_type_data(call: CmdletCall, type_name: list[str] | None = None) -> Iterator[PSObject]:
    """What the session added to types."""
    entries = list(call.engine.type_data.entries.values()) if call.engine.type_data is not None else []
    for pattern in type_name or ["*"]:
        for entry in entries:
            if like(entry.name, pattern) and (entry.members or entry.standard):
                yield PSObject(entry)


@cmdlet("Remove-TypeData")
def remove_type_data(
    call: CmdletCall, type_data: Any = None, type_name: str | None = None, path: list[str] | None = None
) -> None:
    """Take away what was added."""
    if path is not None:
        raise call.complete(not_emulated("Remove-TypeData -Path"))
    held = unwrap(type_data)
    name = held.name if isinstance(held, TypeEntry) else type_name or ""
    table = call.engine.type_data
    if table is None or name.lower() not in table.entries:
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
        del table.entries[name.lower()]
        if not table.entries:
            call.engine.type_data = None
