"""Types files (.ps1xml, about_Types.ps1xml): members for types by name."""

from __future__ import annotations

from typing import Any

from lxml import etree

from emulator.powershell.dotnet.psobject import (
    AddedMember,
    AliasProperty,
    NoteProperty,
    PropertySet,
    ScriptMethod,
    ScriptProperty,
)
from emulator.powershell.dotnet.unicode_text import utf8_bytes
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.code_references import (
    GETTER_FORMAT,
    METHOD_FORMAT,
    SETTER_FORMAT,
    CodeReference,
    FormatError,
    code_method,
    code_property,
    reference_named,
)
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
    if element.tag in ("CodeProperty", "CodeMethod"):
        return _code_member(call, element, name)
    raise ValueError(f"members of the kind {element.tag} are not emulated")


def _code_member(call: CmdletCall, element: Element, name: str) -> AddedMember:
    """A member that static methods of a type work out."""
    try:
        if element.tag == "CodeMethod":
            reference = _reference(call, element, "CodeReference", METHOD_FORMAT)
            if reference is None:
                raise FormatError("NodeNotFound", _not_there("CodeReference", "CodeMethod"))
            return code_method(name, reference)
        getter = _reference(call, element, "GetCodeReference", GETTER_FORMAT)
        setter = _reference(call, element, "SetCodeReference", SETTER_FORMAT)
        if getter is None and setter is None:
            raise FormatError("NodeNotFound", "The CodeProperty should have a getter or setter.")
        return code_property(name, getter, setter)
    except FormatError as problem:
        raise ValueError(problem.text) from None


def _reference(call: CmdletCall, element: Element, tag: str, wanted: str) -> CodeReference | None:
    """The method that a node names by TypeName and MethodName; None without the node. Raises FormatError."""
    node = element.find(tag)
    if node is None:
        return None
    for part in ("TypeName", "MethodName"):
        if not _text(node, part):
            raise FormatError("NodeNotFound", _not_there(part, tag))
    found = reference_named(call.engine, _text(node, "TypeName"), _text(node, "MethodName"))
    if found is None:
        raise FormatError("FormatFromTypeTable", wanted)
    return found


def _not_there(part: str, parent: str) -> str:
    return (
        f'Node "{part}" was not found. It should occur only once under "{parent}". The parent node, '
        f'"{parent}", will be ignored.'
    )
