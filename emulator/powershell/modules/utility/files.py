"""How the cmdlets of this module reach files: paths, patterns, and writing with an encoding of 5.1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard
from emulator.powershell.modules.utility.invoking import values_of_command
from emulator.powershell.providers.file_changes import READ_ONLY, unprotected
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.members import MISSING, get_property
from emulator.powershell.runtime.services import ByteStore, FileStore, FolderStore

_PREFIX = "FileSystem::"
_FILES = "FileSystem"


def store_of(call: CmdletCall) -> FileStore:
    """The texts of files."""
    return call.service(FileStore)


def bytes_of(call: CmdletCall) -> ByteStore:
    """The bytes of files."""
    return call.service(ByteStore)


def plain_path(value: Any) -> str:
    """A path without the provider's name before it."""
    text = to_text(value)
    place = text.find(_PREFIX)
    return text[place + len(_PREFIX) :] if place >= 0 else text


def resolved(call: CmdletCall, path: Any) -> str:
    """The full path of a path without wildcards."""
    return store_of(call).resolve(plain_path(path))


def provider_of(call: CmdletCall, path: Any) -> str:
    """The name of the provider that a path leads to, FileSystem when it names no other drive."""
    head, colon, _rest = plain_path(path).partition(":")
    drive = call.engine.paths.drives.get(head.lower()) if colon else None
    return str(drive.provider.name) if drive is not None else _FILES


def files_of(
    call: CmdletCall,
    paths: Any,
    *,
    literal: bool,
    missing: str = "PathNotFound",
    skip_folders: bool = False,
) -> Iterator[str]:
    """The files that paths lead to. One that leads nowhere is reported as not found, with the error id
    ``missing``."""
    for one in paths or ():
        text = plain_path(one)
        if not literal and is_wildcard(text):
            try:
                items = values_of_command(call, "Get-Item", [("Path", text)])
            except PSError as problem:
                call.error(problem.record)
                continue
            for item in items:
                full = get_property(unwrap(item), "FullName", call.engine)
                if full is not MISSING and bytes_of(call).exists(to_text(full)):
                    yield to_text(full)
            continue
        full_path = resolved(call, text)
        if bytes_of(call).exists(full_path):
            yield full_path
            continue
        if skip_folders and bytes_of(call).is_directory(full_path):
            continue
        call.error(
            call.record(
                "System.Management.Automation.ItemNotFoundException",
                f"Cannot find path '{full_path}' because it does not exist.",
                missing,
                "ObjectNotFound",
                full_path,
            )
        )


def one_path(call: CmdletCall, path: Any, literal_path: Any) -> str:
    """The path of a cmdlet that writes one file. Raises when it has neither or both."""
    if (path is None) == (literal_path is None):
        raise call.failure(
            "System.InvalidOperationException",
            "You must specify either the -Path or -LiteralPath parameters, but not both.",
            "CannotSpecifyPathAndLiteralPath",
            "InvalidData",
        )
    given = path if path is not None else literal_path
    provider = provider_of(call, given)
    if provider != _FILES:
        raise call.failure(
            "System.Management.Automation.PSInvalidOperationException",
            f"Cannot open file because the current provider ({provider}) cannot open files.",
            "ReadWriteFileNotFileSystemProvider",
            "InvalidArgument",
            given,
        )
    if path is not None and is_wildcard(to_text(path)):
        found = call.engine.paths.expand(plain_path(path))
        if len(found) > 1:
            raise call.failure(
                "System.Management.Automation.PSInvalidOperationException",
                "Cannot perform operation because the path resolved to more than one file. This command "
                "cannot operate on multiple files.",
                "ReadWriteMultipleFilesNotSupported",
                "InvalidArgument",
                path,
            )
        if found:
            return resolved(call, found[0].path)
    return resolved(call, given)


def forced(call: CmdletCall, path: str) -> AbstractContextManager[None]:
    """-Force of a cmdlet that writes a file: also one that is read-only."""
    folders = call.engine.find_service(FolderStore) if call.get("Force") else None
    return unprotected(folders, path, READ_ONLY)


def refuse_to_clobber(call: CmdletCall, path: str) -> PSError:
    """The error of -NoClobber."""
    return call.failure(
        "System.IO.IOException",
        f"The file '{path}' already exists.",
        "NoClobber",
        "ResourceExists",
        path,
    )
