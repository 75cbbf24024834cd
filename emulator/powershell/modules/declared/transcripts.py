"""Start-Transcript and Stop-Transcript."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.providers.paths import Place
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import ByteStore, FolderStore
from emulator.powershell.runtime.transcription import Transcription, make_folder, usual_path

_INVALID = "System.Management.Automation.PSInvalidOperationException"
_CANNOT_START = "CannotStartTranscription"
_READ_ONLY = 1
_CONSOLE = "ConsoleHost"


@cmdlet("Start-Transcript")
def start_transcript(
    call: CmdletCall,
    path: str | None = None,
    literal_path: str | None = None,
    output_directory: str | None = None,
    append: bool = False,
    force: bool = False,
    no_clobber: bool = False,
    include_invocation_header: bool = False,
) -> None:
    """Write the session to a file from now on."""
    _require_host(call)
    transcription = call.engine.transcription
    if call.engine.language < (5, 0) and transcription is not None:
        raise call.failure(
            _INVALID,
            "Transcription has already been started. Use the stop-transcript command to stop transcription.",
            "InvalidOperation",
            "InvalidOperation",
        )
    chosen = path if path is not None else literal_path
    if chosen is None:
        chosen = call.engine.global_scope.value("transcript")
    literal = literal_path is not None
    if chosen is None:
        chosen, literal = usual_path(call.engine, output_directory), output_directory is not None
    shown = to_text(chosen)
    try:
        file = _resolved(call, shown, literal)
        if not call.should_process(file):
            return
        _make_way(call, file, append=append, force=force, no_clobber=no_clobber)
        if transcription is None:
            transcription = call.engine.transcription = Transcription(call.engine)
        if not transcription.has_room:
            raise _cannot_start(call)
        transcription.start(file, with_headers=include_invocation_header)
    except PSError as problem:
        # Windows stops the transcript that was under way, whatever went wrong.
        if transcription is not None:
            transcription.stop()
        if problem.record.command_class is None:
            raise _cannot_start(call) from None
        raise
    call.write(_outcome(f"Transcript started, output file is {shown}", shown))


@cmdlet("Stop-Transcript")
def stop_transcript(call: CmdletCall) -> None:
    """End the transcript that was started last."""
    _require_host(call)
    transcription = call.engine.transcription
    path = transcription.stop() if transcription is not None else None
    if path is None:
        raise call.failure(
            _INVALID,
            "An error occurred stopping transcription: The host is not currently transcribing.",
            "InvalidOperation",
            "InvalidOperation",
        )
    if transcription is not None and not transcription.is_active:
        call.engine.transcription = None
    call.write(_outcome(f"Transcript stopped, output file is {path}", path))


def _require_host(call: CmdletCall) -> None:
    """Before 5.0 only the console wrote transcripts."""
    if call.engine.language < (5, 0) and call.engine.session.host_name != _CONSOLE:
        raise call.failure(
            "System.Management.Automation.PSNotSupportedException",
            "This host does not support transcription.",
            "NotSupported",
            "NotImplemented",
        )


def _outcome(text: str, path: str) -> PSObject:
    made = PSObject(text)
    made.add(NoteProperty("Path", path))
    return made


def _resolved(call: CmdletCall, path: str, literal: bool) -> str:
    """The full path of one file, which need not be there."""
    paths = call.engine.paths
    found: list[Place] = []
    if not literal:
        try:
            found = paths.expand(path)
        except (PSError, NetError):
            found = []
    if len(found) > 1:
        raise call.failure(
            _INVALID,
            "Cannot perform operation because the path resolved to more than one file. This command cannot "
            "operate on multiple files.",
            "MultipleFilesNotSupported",
            "InvalidArgument",
        )
    place = found[0] if found else paths.place(path)
    if place.provider.name != "FileSystem":
        provider = f"{place.provider.module}\\{place.provider.name}"
        raise call.failure(
            _INVALID,
            f"The current provider ({provider}) cannot open a file.",
            "ReadWriteFileNotFileSystemProvider",
            "InvalidArgument",
        )
    return place.path


def _make_way(call: CmdletCall, file: str, *, append: bool, force: bool, no_clobber: bool) -> None:
    files = call.service(ByteStore)
    folders = call.service(FolderStore)
    if files.exists(file):
        _check_present(call, folders, file, append=append, force=force, no_clobber=no_clobber)
        if not append:
            files.delete(file)
        return
    make_folder(call.engine, file)


def _check_present(
    call: CmdletCall, folders: FolderStore, file: str, *, append: bool, force: bool, no_clobber: bool
) -> None:
    if no_clobber and not append:
        raise call.failure(
            "System.UnauthorizedAccessException",
            f"File {file} already exists and NoClobber was specified.",
            "NoClobber",
            "ResourceExists",
            file,
        )
    facts = folders.entry(file)
    if facts is None or not facts.attributes & _READ_ONLY:
        return
    if not force:
        raise call.failure(
            "System.Management.Automation.PSArgumentException",
            f'File {file} is read-only. Cannot write to this file. "Start-Transcript -Force" will clear the '
            f"read-only attribute.\r\nParameter name: {file}",
            "FileReadOnly",
            "InvalidArgument",
            file,
        )
    folders.set_attributes(file, facts.attributes & ~_READ_ONLY)


def _cannot_start(call: CmdletCall) -> Any:
    return call.failure(_INVALID, "Transcription cannot be started.", _CANNOT_START, "InvalidOperation")
