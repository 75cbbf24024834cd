"""Compress-Archive and Expand-Archive of Microsoft.PowerShell.Archive."""

from __future__ import annotations

import datetime as _datetime
import ntpath
from collections.abc import Iterator

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.regex import is_wildcard
from emulator.powershell.dotnet.zip_archives import ZipEntry, read_zip, write_zip
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import ErrorRecord, PSError
from emulator.powershell.runtime.module import Cmdlet, cmdlet
from emulator.powershell.runtime.services import ByteStore, FileFacts, FolderStore

_EXTENSION = ".zip"
_INVALID = "System.InvalidOperationException"


class _Files:
    """The machine's files as one call reaches them."""

    def __init__(self, call: CmdletCall) -> None:
        self.call = call
        self.bytes = call.service(ByteStore)
        self.folders = call.service(FolderStore)

    def full(self, path: str) -> str:
        """The full path of one that may not exist."""
        return self.call.engine.paths.place(path).path

    def ensure(self, folder: str) -> None:
        """Make a folder, unless it is there."""
        if not self.bytes.is_directory(folder):
            self.folders.make_directory(folder)

    def below(self, folder: str) -> Iterator[FileFacts]:
        """Everything in a folder, parents first."""
        for one in self.folders.entries(folder):
            yield one
            if one.is_directory:
                yield from self.below(one.path)


@cmdlet("Compress-Archive")
class CompressArchive(Cmdlet):
    """Put files and folders into an archive; the paths of the whole pipeline go into one."""

    accepts = ("Path", "LiteralPath", "DestinationPath", "CompressionLevel", "Update", "Force")

    def begin(self) -> None:
        """Check the place of the archive."""
        call = self.call
        self.files = _Files(call)
        self.sources: list[FileFacts] = []
        path = str(call.get("DestinationPath"))
        extension = ntpath.splitext(path)[1]
        if not extension:
            path += _EXTENSION
        elif extension.lower() != _EXTENSION:
            raise _unsupported(call, extension)
        self.target = self.files.full(path)
        self.existing = self.files.bytes.exists(self.target)
        if self.existing and not call.get("Update") and not call.get("Force"):
            raise call.failure(
                _INVALID,
                f"The archive file {self.target} already exists. Use the -Update parameter to "
                "update the existing "
                "archive file or use the -Force parameter to overwrite the existing archive file.",
                "ArchiveFileExists",
                "PermissionDenied",
                self.target,
            )

    def process(self) -> None:
        """Find the items of the paths."""
        call = self.call
        literal = call.has("LiteralPath")
        for one in call.get("LiteralPath") or call.get("Path") or ():
            text = str(one)
            try:
                found = [place.path for place in call.engine.paths.expand(text, literal)]
            except PSError:
                found = []
            facts = [fact for fact in map(self.files.folders.entry, found) if fact is not None]
            if not facts and not (is_wildcard(text) and not literal):
                raise _missing(call, text)
            self.sources += facts

    def end(self) -> None:
        """Write the archive."""
        call = self.call
        entries = {each.name.casefold(): each for each in self._entries()}
        if not entries or not call.should_process(self.target, "Compress-Archive"):
            return
        if self.existing and call.get("Update"):
            old = read_zip(self.files.bytes.read_bytes(self.target))
            entries = {each.name.casefold(): each for each in old} | entries
        level = str(call.get("CompressionLevel", "Optimal")).lower()
        data = write_zip(entries.values(), compressed=level != "nocompression")
        self.files.bytes.write_bytes(self.target, data)

    def _entries(self) -> Iterator[ZipEntry]:
        for source in self.sources:
            if not source.is_directory:
                yield self._file(source, source.name)
                continue
            start = len(source.path.rstrip("\\")) - len(source.name)
            inside = list(self.files.below(source.path))
            if not inside:
                yield ZipEntry(f"{source.name}/", b"", self._local(source))
            for one in inside:
                name = one.path[start:]
                if not one.is_directory:
                    yield self._file(one, name)
                elif not self.files.folders.entries(one.path):
                    yield ZipEntry(name.replace("\\", "/") + "/", b"", self._local(one))

    def _file(self, source: FileFacts, name: str) -> ZipEntry:
        # The module of 5.1 keeps the backslashes of Windows.
        return ZipEntry(name, self.files.bytes.read_bytes(source.path), self._local(source))

    def _local(self, source: FileFacts) -> _datetime.datetime:
        engine = self.call.engine
        local = source.modified + _datetime.timedelta(minutes=engine.utc_offset_minutes())
        return local.replace(tzinfo=None)


@cmdlet("Expand-Archive")
def expand_archive(
    call: CmdletCall,
    path: str | None = None,
    literal_path: str | None = None,
    destination_path: str | None = None,
    force: bool = False,
) -> None:
    """Unpack an archive into a folder, by default one of its name in the current location."""
    files = _Files(call)
    given = str(literal_path or path or "")
    try:
        found = [place.path for place in call.engine.paths.expand(given, literal_path is not None)]
    except PSError:
        found = []
    if not found:
        raise _missing(call, given)
    if len(found) > 1:
        raise call.failure(
            _INVALID,
            f"The input to Path parameter is not unique. The path '{given}' resolves to {len(found)} files.",
            "ExpandArchiveInValidDestinationPath",
            "InvalidArgument",
        )
    source = found[0]
    extension = ntpath.splitext(source)[1]
    if extension.lower() != _EXTENSION:
        raise _unsupported(call, extension)
    stem = ntpath.splitext(ntpath.basename(source))[0]
    folder = files.full(destination_path or stem)
    if files.bytes.exists(folder):
        raise call.failure(
            _INVALID,
            f"The destination path '{folder}' is not a valid file system directory.",
            "InvalidDirectoryPath",
            "InvalidArgument",
            folder,
        )
    if not call.should_process(source, "Expand-Archive"):
        return
    try:
        entries = read_zip(files.bytes.read_bytes(source))
    except NetError as problem:
        raise call.failure(
            problem.exception, category="NotSpecified", error_id="InvalidDataException"
        ) from None
    files.ensure(folder)
    for entry in entries:
        target = _target(call, folder, entry.name)
        if entry.is_directory:
            files.ensure(target)
            continue
        if files.bytes.exists(target) and not force:
            call.error(_exists(call, target, source, folder))
            continue
        files.ensure(ntpath.dirname(target))
        files.bytes.write_bytes(target, entry.data)


def _target(call: CmdletCall, folder: str, name: str) -> str:
    target = ntpath.normpath(ntpath.join(folder, name.replace("/", "\\").rstrip("\\")))
    if not (target + "\\").casefold().startswith(folder.rstrip("\\").casefold() + "\\"):
        raise call.failure(
            "System.IO.IOException",
            "Extracting Zip entry would have resulted in a file outside the specified destination directory.",
            "IOException",
            "WriteError",
        )
    return target


def _exists(call: CmdletCall, target: str, source: str, folder: str) -> ErrorRecord:
    return call.record(
        "System.IO.IOException",
        f"Failed to create file '{target}' while expanding the archive file '{source}' contents as the file "
        f"'{target}' already exists. Use the -Force parameter if you want to overwrite the "
        "existing directory "
        f"'{folder}' contents when expanding the archive file.",
        "ExpandArchiveFileExists",
        "PermissionDenied",
        target,
    )


def _missing(call: CmdletCall, path: str) -> PSError:
    text = f"The path '{path}' either does not exist or is not a valid file system path."
    return call.failure(_INVALID, text, "ArchiveCmdletPathNotFound", "InvalidArgument", path)


def _unsupported(call: CmdletCall, extension: str) -> PSError:
    text = (
        f"{extension} is not a supported archive file format. {_EXTENSION} is the only supported archive "
        "file format."
    )
    return call.failure(_INVALID, text, "NotSupportedArchiveFileExtension", "InvalidArgument", extension)
