"""Help in XML documents (MAML), which comments name with .EXTERNALHELP."""

from __future__ import annotations

from typing import Any

from lxml import etree

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.dotnet.xml_nodes import XmlDocument
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.services import FileStore

_KIND = "MamlCommandHelpInfo"
_LARGEST = 4 * 1024 * 1024


def help_in_document(
    call: CmdletCall, document: str, script: str | None, command: str, kind: str
) -> PSObject | None:
    """The help of a command in a document; None when the file or the command in it is missing.

    The file stands beside the script, or in a folder of the user's language there (about_Comment_Based_Help).
    """
    store = call.engine.find_service(FileStore)
    if store is None:
        return None
    culture = call.engine.session.culture
    folder, _, name = document.replace("/", "\\").rpartition("\\")
    if ":" not in folder and not folder.startswith("\\"):
        home = script.rpartition("\\")[0] if script else store.resolve(".")
        folder = f"{home}\\{folder}" if folder else home
    for one in (
        f"{folder}\\{culture}\\{name}",
        f"{folder}\\{culture.partition('-')[0]}\\{name}",
        f"{folder}\\{name}",
    ):
        if store.exists(one):
            return _read(store.read_text(one), command, kind)
    return None


def _read(text: str, command: str, kind: str) -> PSObject | None:
    parsed = XmlDocument()
    try:
        parsed.load(text[:_LARGEST])
    except NetError:
        return None
    for element in parsed.raw.iter("{*}command") if parsed.raw is not None else ():
        name = element.findtext("{*}details/{*}name") or ""
        if name.strip().lower() == command.lower():
            return _help(element, name.strip(), kind)
    return None


def _help(element: etree._Element, name: str, kind: str) -> PSObject:
    made = PSObject(None, (f"{_KIND}#{name}", _KIND))
    made.add(NoteProperty("Name", name))
    made.add(NoteProperty("Category", kind))
    paragraphs = element.findall("{*}details/{*}description/{*}para")
    made.add(NoteProperty("Synopsis", " ".join((one.text or "").strip() for one in paragraphs)))
    for child in element.iterchildren("*"):
        made.add(NoteProperty(etree.QName(child).localname, _value(child)))
    return made


def _value(element: etree._Element) -> Any:
    """An element as the help system shows it: text, paragraphs, or an object of its children."""
    children = list(element.iterchildren("*"))
    if not children:
        return (element.text or "").strip()
    names = [etree.QName(one).localname for one in children]
    if set(names) == {"para"}:
        return PSArray(PSObject.custom([("Text", (one.text or "").strip())]) for one in children)
    pairs: dict[str, Any] = {}
    for name, child in zip(names, children, strict=True):
        value = _value(child)
        if name not in pairs:
            pairs[name] = value
        elif isinstance(pairs[name], PSArray):
            pairs[name].append(value)
        else:
            pairs[name] = PSArray([pairs[name], value])
    for key, text in element.attrib.items():
        pairs.setdefault(str(key), str(text))
    return PSObject.custom(list(pairs.items()))
