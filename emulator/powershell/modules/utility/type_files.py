"""Types files (.ps1xml, about_Types.ps1xml): members for types by name."""

from __future__ import annotations

from typing import Any

from lxml import etree

from emulator.powershell.dotnet.library.language_types import MemberInfo
from emulator.powershell.dotnet.psobject import (
    AddedMember,
    AliasProperty,
    NoteProperty,
    PropertySet,
    ScriptMethod,
    ScriptProperty,
)
from emulator.powershell.dotnet.unicode_text import utf8_bytes
from emulator.powershell.modules.utility.code_members import code_method, code_property
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.type_data import TypeEntry
from emulator.powershell.serialization.clixml_reader import BadClixml, parse

Element = etree._Element


def read_types(call: CmdletCall, text: str) -> list[TypeEntry]:
    """The types of a file. Raises ValueError for what is no types file."""
    root = document_of(text)
    if root.tag != "Types":
        raise ValueError("the file does not begin with <Types>")
    return [_type(call, one) for one in root if one.tag == "Type"]


def document_of(text: str) -> Element:
    """The root of an XML text; its declaration may name an encoding that the text no longer has. Raises
    ValueError."""
    bare = text.lstrip("\ufeff \r\n")
    if bare.startswith("<?xml"):
        bare = bare.partition("?>")[2]
    try:
        root = parse(utf8_bytes(bare))
    except BadClixml as problem:
        raise ValueError(str(problem)) from None
    etree.strip_tags(root, etree.Comment)  # what stands around a comment is one text
    return root


def _text(element: Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None or found.text is None else found.text.strip()


def _type(call: CmdletCall, element: Element) -> TypeEntry:
    entry = TypeEntry(_text(element, "Name"))
    for one in element.findall("Members/*"):
        if one.tag == "MemberSet" and _text(one, "Name") == "PSStandardMembers":
            _standard(entry, one)
            continue
        member = _member(call, one)
        entry.members[member.name.lower()] = member
    return entry


def _standard(entry: TypeEntry, element: Element) -> None:
    for one in element.findall("Members/*"):
        name = _text(one, "Name")
        if one.tag == "PropertySet":
            value: Any = [(each.text or "").strip() for each in one.findall("ReferencedProperties/Name")]
        else:
            value = _text(one, "Value") or _text(one, "ReferencedMemberName")
        entry.standard[name.lower()] = value


def _block(call: CmdletCall, text: str) -> ScriptBlock | None:
    return call.engine.script_block(text) if text else None


def _member(call: CmdletCall, element: Element) -> AddedMember:
    name = _text(element, "Name")
    if element.tag == "NoteProperty":
        return NoteProperty(name, _text(element, "Value"))
    if element.tag == "AliasProperty":
        return AliasProperty(name, _text(element, "ReferencedMemberName"))
    if element.tag == "ScriptProperty":
        return ScriptProperty(
            name,
            _block(call, _text(element, "GetScriptBlock")),
            _block(call, _text(element, "SetScriptBlock")),
        )
    if element.tag == "ScriptMethod":
        script = _block(call, _text(element, "Script"))
        if script is None:
            raise ValueError(f"the script method {name} has no script")
        return ScriptMethod(name, script)
    if element.tag == "PropertySet":
        return PropertySet(
            name, [(one.text or "").strip() for one in element.findall("ReferencedProperties/Name")]
        )
    if element.tag == "CodeProperty":
        return code_property(
            call, name, _method(call, element, "GetCodeReference"), _method(call, element, "SetCodeReference")
        )
    if element.tag == "CodeMethod":
        return code_method(call, name, _method(call, element, "CodeReference"))
    raise ValueError(f"members of the kind {element.tag} are not emulated")


def _method(call: CmdletCall, element: Element, path: str) -> MemberInfo | None:
    """The method that a reference names; None without one. Raises ValueError when it is not there."""
    type_name, method = _text(element, f"{path}/TypeName"), _text(element, f"{path}/MethodName")
    if not type_name and not method:
        return None
    kind = call.engine.types.find(type_name)
    found = kind.static_member(method) if kind is not None else None
    if kind is None or found is None:
        raise ValueError(f"the method {method} of the type {type_name} is not there")
    return MemberInfo(kind, found, True)
