"""Help files out of a cabinet into the folders of a module (InstallHelpContent of 5.1): all are checked
before the first is written."""

from __future__ import annotations

import ntpath
from collections.abc import Iterable

from emulator.cabinet_file import CabinetFile, MalformedCabinet, UnknownCompression, read_cabinet
from emulator.powershell.modules.core.help_documents import MOST_OF_AN_ITEM
from emulator.powershell.modules.updatable_help.problems import HelpProblem
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import ByteStore, FolderStore
from emulator.xml_document import MalformedXml, parse, pieces

_SPACES = frozenset(
    {
        "http://schemas.microsoft.com/maml/dev/command/2004/10",
        "http://schemas.microsoft.com/maml/dev/dscResource/2004/10",
    }
)
_TEXT_SPACE = "http://schemas.microsoft.com/maml/2004/10"
_PLACEHOLDER = "placeholder.txt"
_PROGRAM = b"MZ"
_READ_ONLY = 1


def unpacked(call: CmdletCall, data: bytes, culture: str) -> list[CabinetFile]:
    """The help files of a cabinet; none of one that holds a place for help to come.

    Raises HelpProblem for what is no help.
    """
    try:
        # Folders in a cabinet are passed over, as the files of only one folder are copied.
        files = [one for one in read_cabinet(data) if "\\" not in one.name]
    except MalformedCabinet:
        raise HelpProblem("UnableToExtract", "Error extracting Help content.") from None
    except UnknownCompression as method:
        raise call.complete(
            not_emulated(f"A cabinet of the language {culture} that {method} compresses")
        ) from None
    if len(files) == 1 and files[0].name.lower() == _PLACEHOLDER and not files[0].data:
        return []
    if any(_ending(one) not in (".xml", ".txt") for one in files):
        raise _invalid_files()
    for one in files:
        if _ending(one) == ".xml":
            _check_document(one)
        elif one.data.startswith(_PROGRAM):
            raise _invalid_files()
    return files


def installed(call: CmdletCall, files: Iterable[CabinetFile], folders: list[str], culture: str) -> list[str]:
    """Write the files below each folder, in that of the language; their paths."""
    folder_store, store = call.service(FolderStore), call.service(ByteStore)
    found = []
    for one in files:
        for folder in folders:
            home = ntpath.join(folder, culture)
            path = ntpath.join(home, one.name)
            if not store.is_directory(home):
                folder_store.make_directory(home)
            entry = folder_store.entry(path)
            is_protected = entry is not None and entry.attributes & _READ_ONLY
            if entry is not None and is_protected and call.get("Force"):
                folder_store.set_attributes(path, entry.attributes & ~_READ_ONLY)
                store.write_bytes(path, one.data)
                folder_store.set_attributes(path, entry.attributes)
            else:
                store.write_bytes(path, one.data)
            found.append(path)
    return found


def _ending(file: CabinetFile) -> str:
    return ntpath.splitext(file.name)[1].lower()


def _check_document(file: CabinetFile) -> None:
    """Help is a document of helpItems or of one provider. Its schema is not gone through."""
    data = file.data
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    try:
        kind, items = pieces(data)
        tags = [next(iter(parse(text))).tag for _, text in items if len(text) <= MOST_OF_AN_ITEM]
    except MalformedXml as problem:
        raise HelpProblem("UnknownErrorId", str(problem)) from None
    if kind.lower() == "providerhelp":
        return
    if kind.lower() != "helpitems" or len(tags) < len(items):
        raise _invalid_content()
    for tag in tags:
        space, _, name = tag.rpartition("}")
        if name.lower() == "providerhelp" or (name.lower(), space[1:]) == ("para", _TEXT_SPACE):
            continue
        if name.lower() == "para" or space[1:] not in _SPACES:
            raise _invalid_content()


def _invalid_files() -> HelpProblem:
    text = "Help content contains files that are not valid. Only .txt and .xml files are supported."
    return HelpProblem("HelpContentContainsInvalidFiles", text, "InvalidData")


def _invalid_content() -> HelpProblem:
    text = (
        "The Help content at the specified location is not valid. Specify a location that contains valid "
        "Help Content."
    )
    return HelpProblem("HelpContentXmlValidationFailure", text, "InvalidData")
