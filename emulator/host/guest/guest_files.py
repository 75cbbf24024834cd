"""The guest's own file system, as far as the guest service interface reaches it: files copied in by the host.

It is flat: paths of files with their content or size, and the folders that a fresh system has.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from emulator.host.errors import (
    AlreadyExists,
    DiskFull,
    GuestNotReady,
    InvalidParameter,
    NotSupported,
    PathNotFound,
    QuotaExceeded,
)
from emulator.host.guest.integration_services import IntegrationServiceKind, IntegrationStatus
from emulator.host.host_object import Part, operation
from emulator.host.job import Job, JobType

if TYPE_CHECKING:
    from emulator.host.guest.guest import Guest
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

MAXIMUM_PATH = 1024
MAXIMUM_FILES = 4096
#: Bytes that all files of a guest may have together (a disk of the usual size).
CAPACITY = 100 << 30
#: Content is kept of files up to this size; of larger ones only the size.
MAXIMUM_KEPT = 64 << 10
_BYTES_PER_SECOND = 50_000_000  # chosen
_WINDOWS_FOLDERS = ("C:\\", "C:\\Windows", "C:\\Windows\\Temp", "C:\\Users", "C:\\Users\\Public", "C:\\Temp")
_OTHER_FOLDERS = ("/", "/tmp", "/root", "/home", "/etc", "/var", "/var/tmp", "/opt")  # noqa: S108  the guest's


@dataclass(frozen=True, slots=True)
class GuestFile:
    """A file in the guest. ``content`` is None for a large one; ``modified`` is UTC."""

    path: str
    size: int
    content: bytes | None
    modified: datetime


class GuestFiles(Part):
    """Files by path; without regard to case in Windows guests."""

    __slots__ = ("_files", "_folders", "guest")

    def __init__(self, guest: "Guest") -> None:
        super().__init__(guest.vm)
        self.guest = guest
        self._files: dict[str, GuestFile] = {}
        self._folders: set[str] = set()

    @property
    def vm(self) -> "VirtualMachine":
        return cast("VirtualMachine", self.owner)

    def __iter__(self) -> Iterator[GuestFile]:
        return iter(list(self._files.values()))

    def get(self, path: str) -> GuestFile | None:
        """The file of a path, None when there is none."""
        return self._files.get(self._key(path))

    @operation
    def copy_in(
        self, source: str, destination: str, *, overwrite: bool = False, create_path: bool = False
    ) -> Job:
        """Copy a file of the host into the guest; a job of the file's length.

        A destination that ends with a separator is a folder. Raises GuestNotReady (the guest service
        interface does not answer), FileNotFound, PathNotFound (host), InvalidParameter. What the guest
        refuses ends the job: AlreadyExists without ``overwrite``, PathNotFound without ``create_path``,
        DiskFull, QuotaExceeded.
        """
        self.vm.require_alive()
        self._require_service()
        filesystem = self.vm.host.filesystem
        entry = filesystem.entry(source)
        if entry.is_directory:
            raise InvalidParameter(f"The source {entry.path} is a folder.")
        target = self._target(destination, entry.name)
        kept = entry.size <= MAXIMUM_KEPT and filesystem.backing(entry.path) is None
        content = filesystem.read(entry.path) if kept else None
        file = GuestFile(target, entry.size, content, self.vm.host.clock.now())

        def finish() -> None:
            self._require_service()
            self._put(file, overwrite, create_path)

        return self.vm.host.jobs.run(
            JobType.COPY_FILE_TO_GUEST,
            self.vm,
            finish,
            affected=[self.vm],
            seconds=0.05 + entry.size / _BYTES_PER_SECOND,
            cancellable=True,
        )

    def kept(self) -> tuple[dict[str, GuestFile], frozenset[str]]:
        """Every file by its key, and the folders that were made."""
        return dict(self._files), frozenset(self._folders)

    def take_over(self, files: Mapping[str, GuestFile], folders: frozenset[str]) -> None:
        """Have exactly these; nobody is told."""
        self._files, self._folders = dict(files), set(folders)

    def _require_service(self) -> None:
        services = [
            each
            for each in self.vm.integration_services
            if each.kind is IntegrationServiceKind.GUEST_SERVICE_INTERFACE
        ]
        if not services:
            raise NotSupported("This release of Hyper-V has no guest service interface.")
        if services[0].status is not IntegrationStatus.OK:
            raise GuestNotReady("The Guest Service Interface of the virtual machine does not answer.")

    def _put(self, file: GuestFile, overwrite: bool, create_path: bool) -> None:
        key = self._key(file.path)
        present = self._files.get(key)
        if present is not None and not overwrite:
            raise AlreadyExists(f"The file '{file.path}' exists in the guest.")
        folder = self._key(self._folder_of(file.path))
        if folder not in self._known_folders() and not create_path:
            raise PathNotFound(file.path)
        if present is None and len(self._files) >= MAXIMUM_FILES:
            raise QuotaExceeded(f"A guest has at most {MAXIMUM_FILES} files.")
        held = sum(each.size for each in self._files.values()) - (present.size if present else 0)
        if held + file.size > CAPACITY:
            raise DiskFull(file.path)
        self._folders.add(folder)
        self._files[key] = file
        self.touch()

    def _target(self, destination: str, name: str) -> str:
        windows = self.guest.is_windows
        path = destination.replace("/", "\\") if windows else destination
        drive = len(path) > 2 and path[0].isalpha() and path[1:3] == ":\\"
        if not 1 <= len(path) <= MAXIMUM_PATH or "\0" in path or not (drive if windows else path[0] == "/"):
            raise InvalidParameter(f"The destination '{destination!s:.128}' is not a full path in the guest.")
        parts = path.split("\\" if windows else "/")
        if any(part in (".", "..") for part in parts):
            raise InvalidParameter(f"The destination '{destination!s:.128}' is not a full path in the guest.")
        return path + name if not parts[-1] else path

    def _folder_of(self, path: str) -> str:
        separator = "\\" if self.guest.is_windows else "/"
        folder = path.rpartition(separator)[0]
        return folder + separator if folder in ("", "C:") else folder

    def _known_folders(self) -> set[str]:
        fresh = _WINDOWS_FOLDERS if self.guest.is_windows else _OTHER_FOLDERS
        return {*(self._key(each) for each in fresh), *self._folders}

    def _key(self, path: str) -> str:
        return path.casefold() if self.guest.is_windows else path
