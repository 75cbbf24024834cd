"""Copy-Item -ToSession and -FromSession: files between this machine and the one of a session."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.core.session_copying import NoFullLanguage, SessionFiles
from emulator.powershell.modules.core.session_objects import Session
from emulator.powershell.modules.management.support import choice_of, places
from emulator.powershell.providers.file_system import FileSystemProvider
from emulator.powershell.providers.paths import Place
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.services import ByteStore, FolderStore

_ARGUMENT = "System.ArgumentException"
_OPERATION = "System.InvalidOperationException"
_FILE, _FOLDER = "Copy File", "Copy Directory"


def copy_with_session(call: CmdletCall, destination: str) -> None:
    """Copy the items of -Path or -LiteralPath there, or from there to here."""
    there, back = call.get("ToSession"), call.get("FromSession")
    for name, given in (("ToSession", there), ("FromSession", back)):
        if given is None and call.has(name):
            raise call.failure(
                "System.Management.Automation.ParameterBindingValidationException",
                f"Cannot validate argument on parameter '{name}'. The argument is null or empty. Provide an "
                "argument that is not null or empty, and then try the command again.",
                "ParameterArgumentValidationError",
                "InvalidData",
            )
    if there is not None and back is not None:
        text = (
            "'-FromSession' and '-ToSession' are mutually exclusive and cannot be specified at the same time."
        )
        call.error(call.record(_ARGUMENT, text, "InvalidInput", "InvalidArgument"))
        return
    session: Session = unwrap(there if there is not None else back)
    if session.availability != "Available":
        text = f"Cannot perform operation because the session Availability is set to {session.availability}."
        call.error(call.record(_OPERATION, text, "SessionIsNotAvailable", "InvalidOperation"))
        return
    files = SessionFiles(call.engine, session, call.stopping)
    try:
        if there is not None:
            _ToSession(call, files).copy(destination)
        else:
            _FromSession(call, files).copy(destination)
    except NoFullLanguage:
        text = "Cannot perform operation because the session LanguageMode is set to NoLanguage."
        call.error(call.record(_OPERATION, text, "SessionIsNotInFullLanguageMode", "InvalidOperation"))


class _Copies:
    """What both directions share. ``here`` are the files of this machine."""

    def __init__(self, call: CmdletCall, there: SessionFiles) -> None:
        self.call = call
        self.there = there
        self.here = call.service(ByteStore)
        self.folders = call.service(FolderStore)
        self.recurse = bool(call.get("Recurse"))

    def refuse(self, text: str, error_id: str, target: Any) -> None:
        """Report something about a path."""
        self.call.error(self.call.record(_ARGUMENT, text, error_id, "InvalidArgument", target))

    def described(self, path: str, *, is_literal: bool) -> tuple[str, list[dict[str, Any]]] | None:
        """What a path of the session means; None when it was reported that it cannot be used."""
        is_absolute, full, items = self.there.describe(path, is_literal=is_literal)
        if is_absolute:
            return full, items
        text = f"The path '{path}' is not valid. Only absolute paths are supported on remote copy operations."
        self.refuse(text, "RemotePathIsNotAbsolute", path)
        return None

    def allows(self, source: str, target: str, action: str) -> bool:
        """-WhatIf and -Confirm of one item."""
        return self.call.should_process(f"Item: {source} Destination: {target}", action)


class _ToSession(_Copies):
    def copy(self, destination: str) -> None:
        call = self.call
        found = self.described(destination, is_literal=True)
        if found is None:
            return
        _full, items = found
        is_folder = bool(items) and bool(items[0]["isfolder"])
        for place in list(places(call, call.get("Path"), call.get("LiteralPath"), *choice_of(call))):
            if not isinstance(place.provider, FileSystemProvider):
                text = "Source and destination path did not resolve to the same provider."
                self.refuse(text, "CopyItemSourceAndDestinationNotSameProvider", place.path)
                continue
            target = _join(destination, _name(place.path)) if is_folder else destination
            try:
                self._item(place, target, exists=is_folder or bool(items))
            except PSError as problem:
                call.error(problem.record)
            except NetError as problem:
                call.error(call.record(problem.exception, error_id="CopyError", category="WriteError"))

    def _item(self, place: Place, target: str, *, exists: bool) -> None:
        if not self.here.is_directory(place.path):
            self._file(place.path, target)
            return
        if exists and not target.endswith(_name(place.path)):
            text = f"Destination path {target} is a file that already exists on the target destination."
            self.refuse(text, "RemoteDestinationIsFile", target)
            return
        self._folder(place.path, target)

    def _folder(self, source: str, target: str) -> None:
        if not self.allows(source, target, _FOLDER):
            return
        self.there.make_directory(target)
        if not self.recurse:
            return
        for entry in self.folders.entries(source):
            inner = _join(target, entry.name)
            if entry.is_directory:
                self._folder(entry.path, inner)
            else:
                self._file(entry.path, inner)

    def _file(self, source: str, target: str) -> None:
        if not self.allows(source, target, _FILE):
            return
        self.there.write(target, self.here.read_bytes(source))
        entry = self.folders.entry(source)
        if entry is not None:
            self.there.set_attributes(target, entry.attributes)


class _FromSession(_Copies):
    def copy(self, destination: str) -> None:
        call = self.call
        place = call.engine.paths.place(destination)
        literal = call.get("LiteralPath")
        for path in literal or call.get("Path") or ():
            found = self.described(path, is_literal=literal is not None)
            if found is None:
                continue
            _full, items = found
            if not items:
                text = f"Cannot find path '{path}' because it does not exist."
                self.refuse(text, "RemotePathNotFound", path)
            for one in items:
                is_folder = self.here.is_directory(place.path)
                target = _join(place.path, one["name"]) if is_folder else place.path
                try:
                    self._item(one, target)
                except PSError as problem:
                    call.error(problem.record)
                except NetError as problem:
                    call.error(call.record(problem.exception, error_id="CopyError", category="WriteError"))

    def _item(self, item: dict[str, Any], target: str) -> None:
        source = str(item["fullname"])
        if not item["isfolder"]:
            if self.allows(source, target, _FILE):
                self.here.write_bytes(target, self.there.read(source, int(item["length"])))
                self.folders.set_attributes(target, int(item["attributes"]))
            return
        if not self.allows(source, target, _FOLDER):
            return
        if not self.here.is_directory(target):
            self.folders.make_directory(target)
        if self.recurse:
            for one in self.there.children(source):
                self._item(one, _join(target, one["name"]))


def _name(path: str) -> str:
    return path.rstrip("\\").rpartition("\\")[2]


def _join(folder: str, name: str) -> str:
    return f"{folder.rstrip(chr(92))}\\{name}"
