"""The help files of commands and providers: XML documents in MAML beside their modules, or that a comment
names with .EXTERNALHELP (CommandHelpProvider and ProviderHelpProvider of 5.1)."""

from __future__ import annotations

import ntpath
import re
from datetime import datetime
from typing import TypeAlias
from weakref import WeakKeyDictionary

from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.modules.core import maml
from emulator.powershell.modules.core.help_files import find_file, find_files, read_text
from emulator.powershell.runtime.commands import CmdletInfo, CommandInfo
from emulator.powershell.runtime.core_snap_in import home_of
from emulator.powershell.runtime.engine import Engine
from emulator.powershell.runtime.errors import NotEmulatedError, PSError, not_emulated
from emulator.powershell.runtime.module import Module
from emulator.powershell.runtime.script_module import ScriptModule
from emulator.powershell.runtime.services import FileStore, FolderStore
from emulator.record import Record
from emulator.xml_document import Element, MalformedXml, parse, pieces

CORE_FILE = "System.Management.Automation.dll-Help.xml"
"""Help of the engine's cmdlets and of all providers of Windows PowerShell itself."""
_FILES = {
    "Microsoft.PowerShell.Core": CORE_FILE,
    "Microsoft.PowerShell.Diagnostics": "Microsoft.PowerShell.Commands.Diagnostics.dll-Help.xml",
    "Microsoft.PowerShell.Host": "Microsoft.PowerShell.ConsoleHost.dll-Help.xml",
    "Microsoft.PowerShell.Management": "Microsoft.PowerShell.Commands.Management.dll-Help.xml",
    "Microsoft.PowerShell.Security": "Microsoft.PowerShell.Security.dll-Help.xml",
    "Microsoft.PowerShell.Utility": "Microsoft.PowerShell.Commands.Utility.dll-Help.xml",
    "Microsoft.WSMan.Management": "Microsoft.Wsman.Management.dll-Help.xml",
}
"""The files of the engine's own modules, which stand beside powershell.exe."""
_LARGEST = 16 << 20
_MOST_KEPT = 24 << 20
MOST_OF_AN_ITEM = 2 << 20
"""Help of one command is hardly longer than 200 KB."""
_DEEPEST = 64
_COMMAND, _PROVIDER = "command", "providerhelp"
_NAME = re.compile(rb"<(?:[\w.-]+:)?name\b[^>]*>([^<]*)<", re.IGNORECASE)
"""The first name in an item, which is its own."""
_Items: TypeAlias = dict[tuple[str, str], bytes]


class Unreadable(Record):
    """A help file that is none, and what the exception says of it."""

    topic: str
    file: str
    reason: str


class HelpDocuments:
    """The help files that a request needs, each read once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._read: dict[str, _Items] = {}
        self._files: dict[str, list[str]] = {}
        #: Files that could not be read.
        self.problems: list[Unreadable] = []

    def of_cmdlet(self, command: CmdletInfo) -> PSObject | None:
        """What a file says of a cmdlet."""
        for path in self._files_of(command.module):
            found = self._command(path, command.name)
            if found is not None:
                return self._help(found, command, command.module_name)
        return None

    def has_files(self, command: CmdletInfo) -> bool:
        """Whether there is any help of the cmdlet's module."""
        return bool(self._files_of(command.module))

    def named(self, command: CommandInfo, name: str, script: str | None) -> PSObject | None:
        """What the file says that a comment names (.EXTERNALHELP): it stands beside the script, or in a
        folder of the user's language there."""
        folder, _, file = name.replace("/", "\\").rpartition("\\")
        if ":" not in folder and not folder.startswith("\\"):
            store = self._engine.find_service(FileStore)
            here = store.resolve(".") if store is not None else ""
            folder = ntpath.join(ntpath.dirname(script) if script else here, folder)
        path = find_file(self._engine, folder.rstrip("\\"), file)
        found = self._command(path, command.name) if path is not None else None
        return None if found is None or path is None else self._help(found, command, path)

    def beside_module(self, command: CommandInfo) -> PSObject | None:
        """What a file says that has the name of the module of a function, or of one that is nested in it."""
        module = self._engine.commands.loaded.get(command.module_name.lower())
        if not isinstance(module, ScriptModule) or not module.folder:
            return None
        names = [f"{module.name}-Help.xml"]
        names += [f"{ntpath.basename(one.path)}-Help.xml" for one in module.nested if one.path]
        folders = dict.fromkeys((module.folder, *(one.folder for one in module.nested if one.folder)))
        for name in names:
            for folder in folders:
                path = find_file(self._engine, folder, name)
                found = self._command(path, command.name) if path is not None else None
                if found is not None and path is not None:
                    return self._help(found, command, path)
        return None

    def of_provider(self, name: str) -> PSObject | None:
        """What the file of the providers says of one; None when the file or the provider is missing there."""
        path = find_file(self._engine, home_of(self._engine), CORE_FILE)
        found = self._element(path, name, _PROVIDER) if path is not None else None
        return (
            maml.provider_help(found, identifier="Microsoft.PowerShell.Core") if found is not None else None
        )

    def _files_of(self, module: Module) -> list[str]:
        """The files that may tell of a module's cmdlets. The assemblies of modules of Windows are not known
        here, so that all in their folders count."""
        found = self._files.get(module.name)
        if found is None:
            name = _FILES.get(module.name)
            if name is not None:
                path = find_file(self._engine, home_of(self._engine), name)
                found = [path] if path is not None else []
            else:
                found = list(find_files(self._engine, module.folder, "*-Help.xml")) if module.folder else []
            self._files[module.name] = found
        return found

    def _help(self, element: Element, command: CommandInfo, identifier: str) -> PSObject:
        made = maml.command_help(
            element, identifier=identifier, name=maml.name_of(element), category=command.kind
        )
        if isinstance(command, CmdletInfo):
            made.add(NoteProperty("PSSnapIn", None))
        made.add(NoteProperty("ModuleName", command.module_name))
        return made

    def _command(self, path: str, name: str) -> Element | None:
        return self._element(path, name, _COMMAND)

    def _element(self, path: str, name: str, kind: str) -> Element | None:
        text = self._items(path, name).get((kind, name.lower()))
        if text is None:
            return None
        if len(text) > MOST_OF_AN_ITEM:
            raise not_emulated(f"Help of one command with more than {MOST_OF_AN_ITEM >> 20} MB")
        try:
            root = parse(text)
        except MalformedXml as problem:
            self.problems.append(Unreadable(name, path, str(problem)))
            return None
        return None if _is_too_deep(root) else next(iter(root), None)

    def _items(self, path: str, topic: str) -> _Items:
        """What a file has, as texts by kind and lower-case name."""
        key = path.lower()
        if key not in self._read:
            self._read[key] = {}
            try:
                self._read[key] = _remembered(self._engine, path)
            except MalformedXml as problem:
                self.problems.append(Unreadable(topic, path, str(problem)))
            except NotEmulatedError:
                raise
            except PSError as problem:
                self.problems.append(Unreadable(topic, path, problem.record.message))
        return self._read[key]


def _is_too_deep(root: Element) -> bool:
    """Help goes down some ten levels; what walks it shall not be led on without bound."""
    level = [root]
    for _ in range(_DEEPEST):
        level = [child for one in level for child in one]
    return bool(level)


class _Kept(Record):
    """What was read of a file, with its size and time by which a change is noticed."""

    stamp: tuple[int, datetime]
    items: _Items


_KEPT: WeakKeyDictionary[Engine, dict[str, _Kept]] = WeakKeyDictionary()
"""The files that a runspace has read, by lower-case path: scripts ask for one command after another."""


def _remembered(engine: Engine, path: str) -> _Items:
    store = engine.find_service(FolderStore)
    entry = store.entry(path) if store is not None else None
    if entry is None:
        return _read(engine, path)
    if entry.size > _LARGEST:
        raise not_emulated(f"A help file of more than {_LARGEST >> 20} MB")
    kept = _KEPT.setdefault(engine, {})
    stamp = entry.size, entry.modified
    found = kept.get(path.lower())
    if found is None or found.stamp != stamp:
        if sum(one.stamp[0] for one in kept.values()) + entry.size > _MOST_KEPT:
            kept.clear()
        found = kept[path.lower()] = _Kept(stamp=stamp, items=_read(engine, path))
    return found.items


def _read(engine: Engine, path: str) -> _Items:
    root, items = pieces(read_text(engine, path).encode("utf-8", "replace"))
    found: _Items = {}
    for kind, text in items if root.lower() == "helpitems" else ():
        name = _NAME.search(text)
        if name is not None:
            found.setdefault((kind.lower(), name[1].decode("utf-8", "replace").strip().lower()), text)
    return found
