"""Export-Console: the snap-ins of a session as a console file (.psc1)."""

from __future__ import annotations

from emulator.powershell.dotnet.regex import is_wildcard
from emulator.powershell.providers.file_system import FileSystemProvider
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import FileStore, FolderStore

_ENDING = ".psc1"
_READ_ONLY = 1  # FILE_ATTRIBUTE_READONLY
_ARGUMENT = "System.Management.Automation.PSArgumentException"
_OPERATION = "System.Management.Automation.PSInvalidOperationException"
_QUESTION = (
    "Cannot export a console file because no console file has been specified. Do you want to continue with "
    "the export operation?"
)


@cmdlet("Export-Console")
def export_console(
    call: CmdletCall, path: str | None = None, force: bool = False, no_clobber: bool = False
) -> None:
    """Write the file, which $ConsoleFileName names from then on."""
    name = path or _present_name(call) or _asked_name(call)
    if not name:
        text = "Cannot save the specified file. The Save operation was canceled."
        raise call.failure(_ARGUMENT, text, "FileNameNotResolved", "InvalidArgument", name)
    if is_wildcard(name):
        text = (
            "Cannot save the console file because wildcard characters were used. Specify a console file "
            "without wildcard characters."
        )
        raise call.failure(_OPERATION, text, "WildCardNotSupported", "InvalidOperation", name)
    place = call.engine.paths.place(name)
    if not isinstance(place.provider, FileSystemProvider):
        text = (
            "You can only save a file when you are working in a file provider. The current provider "
            f"'{place.provider.name}' is not a file provider."
        )
        raise call.failure(_OPERATION, text, "InvalidOperation", "InvalidOperation", None)
    file = place.path if place.path.lower().endswith(_ENDING) else f"{place.path}{_ENDING}"
    if not call.should_process(name):
        return
    _make_room(call, file, force=force, no_clobber=no_clobber)
    call.service(FileStore).write_text(file, _document(call), False, "utf8")
    call.engine.global_scope.set("ConsoleFileName", file)


def _present_name(call: CmdletCall) -> str:
    value = call.engine.global_scope.value("consolefilename")
    return "" if value is None else to_text(value)


def _asked_name(call: CmdletCall) -> str:
    """What somebody says when there is no file yet."""
    if not call.should_continue(_QUESTION, ""):
        return ""
    return call.engine.ui.read_line("fileName: ") or ""


def _make_room(call: CmdletCall, file: str, *, force: bool, no_clobber: bool) -> None:
    """Mind a file that is there already."""
    entry = call.service(FolderStore).entry(file)
    if entry is None:
        return
    if no_clobber:
        text = f"File {file} already exists and NoClobber was specified."
        kind = "System.UnauthorizedAccessException"
        raise call.failure(kind, text, "NoClobber", "ResourceExists", file)
    if entry.attributes & _READ_ONLY:
        if not force:
            text = (
                f"Cannot export to this file because file {file} is read-only. Change the read-only "
                "attribute of the file to read-write, or export to a different file."
            )
            raise call.failure(_ARGUMENT, text, "ConsoleFileReadOnly", "InvalidArgument", file)
        call.service(FolderStore).remove(file, False, True)


def _document(call: CmdletCall) -> str:
    """The version, and snap-ins besides that of the engine itself, of which there are none."""
    version = call.engine.session.version.ps_version
    return "\r\n".join(
        (
            '<?xml version="1.0" encoding="utf-8"?>',
            '<PSConsoleFile ConsoleSchemaVersion="1.0">',
            f"  <PSVersion>{version}</PSVersion>",
            "  <PSSnapIns />",
            "</PSConsoleFile>",
        )
    )
