"""Typed errors of the machine. Each door gives them its own face (WMI return value, ErrorRecord, exit code).

``code`` is the Hyper-V return value (Msvm_* methods, 32768 and up); ``hresult`` is the unsigned 32-bit
HRESULT that Windows reports for the same condition. Both may be given per error when a case has its own.
"""

from collections.abc import Sequence
from typing import NamedTuple


class DeviceOperation(NamedTuple):
    """An attempt on a device of a virtual machine: the verb (modify, add), the device's name, and the
    machine's name and identifier."""

    action: str
    device: str
    machine: str
    machine_id: str


class HostError(Exception):
    """An operation that the machine refused; nothing was changed."""

    code: int = 32768
    hresult: int = 0x80004005
    default_text: str = "The operation failed."

    def __init__(
        self,
        text: str | None = None,
        *,
        code: int | None = None,
        hresult: int | None = None,
        summary: str | None = None,
    ) -> None:
        self.text = text if text is not None else self.default_text
        self.summary = summary
        """The sentence that stands before the full text where Windows shows both."""
        self.operation: DeviceOperation | None = None
        """What was attempted, when it was about a device."""
        if code is not None:
            self.code = code
        if hresult is not None:
            self.hresult = hresult
        super().__init__(self.text)


class AccessDenied(HostError):
    """The account has no right to do it."""

    code = 32769
    hresult = 0x80070005
    default_text = "Access is denied."


class NotSupported(HostError):
    """This release, edition or generation does not have it."""

    code = 32770
    hresult = 0x80070032
    default_text = "The request is not supported."


class InvalidParameter(HostError):
    """A value is missing, of the wrong kind, or outside its range."""

    code = 32773
    hresult = 0x80070057
    default_text = "The parameter is incorrect."


class InUse(HostError):
    """Somebody else holds the object."""

    code = 32774
    hresult = 0x80070020
    default_text = "The process cannot access the file because it is being used by another process."


class InvalidState(HostError):
    """The object is not in a state that allows the operation. ``legal`` names the states that do."""

    code = 32775
    hresult = 0x8007139F
    default_text = "The operation cannot be performed while the virtual machine is in its current state."

    def __init__(
        self,
        text: str | None = None,
        *,
        legal: Sequence[str] = (),
        code: int | None = None,
        hresult: int | None = None,
    ) -> None:
        super().__init__(text, code=code, hresult=hresult)
        self.legal = tuple(legal)


class OutOfMemory(HostError):
    """The machine has not enough free memory."""

    code = 32778
    hresult = 0x8007000E
    default_text = "Not enough memory resources are available to complete this operation."


class HypervisorNotRunning(HostError):
    """A virtual machine cannot run: the hypervisor did not start at boot (ERROR_HV_NOT_PRESENT)."""

    code = 32788
    hresult = 0xC0351000
    default_text = "The virtual machine could not be started because the hypervisor is not running."


class Canceled(HostError):
    """Somebody called the operation off (ERROR_CANCELLED)."""

    hresult = 0x800704C7
    default_text = "The operation was canceled by the user."


class NotFound(HostError):
    """The named object does not exist."""

    hresult = 0x80070490
    default_text = "Element not found."


class AlreadyExists(HostError):
    """An object of that name or identifier exists."""

    hresult = 0x800700B7
    default_text = "Cannot create a file when that file already exists."


class DuplicateName(HostError):
    """ERROR_DUP_NAME: another computer of the network has the name."""

    hresult = 0x80070034

    def __init__(self, name: str) -> None:
        super().__init__(f"You were not connected because a duplicate name {name} exists on the network.")


class NoDomainController(HostError):
    """ERROR_NO_SUCH_DOMAIN: no controller of the domain answers."""

    hresult = 0x8007054B

    def __init__(self, domain: str) -> None:
        super().__init__(f"The specified domain {domain} either does not exist or could not be contacted.")


class LimitExceeded(HostError):
    """A limit of the release is reached (running virtual machines, controllers, adapters, processors)."""

    code = 32773
    hresult = 0x80070057


class QuotaExceeded(HostError):
    """A budget of the emulator is used up (number of virtual machines, accounts, files). Bounded on
    purpose."""

    hresult = 0x80070718
    default_text = "Not enough quota is available to process this command."


class RoleNotInstalled(HostError):
    """The Hyper-V role is absent or waits for a reboot."""

    hresult = 0x80070424
    default_text = "Hyper-V is not installed on this computer."


class RequirementNotMet(HostError):
    """The prerequisite check of the Hyper-V role failed; ``reasons`` holds Windows' own sentences."""

    prefix = "A prerequisite check for the Hyper-V feature failed."

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = list(reasons)
        numbered = [f"{number}. {reason}" for number, reason in enumerate(self.reasons, 1)]
        super().__init__("\n".join([self.prefix, *numbered]))


class GuestNotReady(HostError):
    """The guest's shutdown service does not answer (Msvm_ShutdownComponent return value 32780)."""

    code = 32780
    hresult = 0x80070015
    default_text = "The device is not ready."


class GuestLocked(HostError):
    """A user is logged on to a locked guest; only a forced shutdown is accepted (return value 32781)."""

    code = 32781
    default_text = "The virtual machine is locked and cannot be shut down without the Force option."


class ShutdownInProgress(HostError):
    """The guest is being shut down already (return value 32782, ERROR_SHUTDOWN_IN_PROGRESS)."""

    code = 32782
    hresult = 0x8007045B
    default_text = "A system shutdown is in progress."


class ShutdownScheduled(HostError):
    """A shutdown of the machine waits already (ERROR_SHUTDOWN_IS_SCHEDULED)."""

    hresult = 0x800704A6
    default_text = "A system shutdown has already been scheduled."


class NoShutdown(HostError):
    """There is no shutdown to take back (ERROR_NO_SHUTDOWN_IN_PROGRESS)."""

    hresult = 0x8007045C
    default_text = "Unable to abort the system shutdown because no shutdown was in progress."


class ServiceError(HostError):
    """A refusal of the service controller; ``win32_code`` is its Win32 error number."""

    def __init__(self, text: str, win32_code: int) -> None:
        self.win32_code = win32_code
        super().__init__(text, hresult=0x80070000 | win32_code)


class FilesystemError(HostError):
    """Base of the errors of the file system; ``path`` as the caller gave it."""

    def __init__(self, path: str, text: str | None = None, *, summary: str | None = None) -> None:
        self.path = path
        super().__init__(text, summary=summary)


class FileNotFound(FilesystemError):
    """No such file."""

    code = 32779
    hresult = 0x80070002
    default_text = "The system cannot find the file specified."


class PathNotFound(FilesystemError):
    """A folder on the way, or the drive, does not exist."""

    code = 32779
    hresult = 0x80070003
    default_text = "The system cannot find the path specified."


class PathExists(FilesystemError):
    """A file or folder of that name exists."""

    hresult = 0x80070050
    default_text = "The file exists."


class NotADirectory(FilesystemError):
    """A folder was needed and a file was found."""

    hresult = 0x8007010B
    default_text = "The directory name is invalid."


class IsADirectory(FilesystemError):
    """A file was needed and a folder was found (Windows says: access denied)."""

    code = 32769
    hresult = 0x80070005
    default_text = "Access is denied."


class DirectoryNotEmpty(FilesystemError):
    """A folder with content is removed only recursively."""

    hresult = 0x80070091
    default_text = "The directory is not empty."


class InvalidPath(FilesystemError):
    """Reserved names, forbidden characters, a path outside a drive."""

    code = 32773
    hresult = 0x8007007B
    default_text = "The filename, directory name, or volume label syntax is incorrect."


class PathTooLong(FilesystemError):
    """Longer than 32,767 characters, a component longer than 255, or too deep."""

    code = 32773
    hresult = 0x800700CE
    default_text = "The filename or extension is too long."


class FileInUse(FilesystemError, InUse):
    """A running virtual machine holds the file (sharing violation)."""

    code = 32774
    hresult = 0x80070020
    default_text = "The process cannot access the file because it is being used by another process."


class SharingNotSupported(HostError):
    """A virtual hard disk on storage that only one computer has cannot be shared."""

    hresult = 0xC05CFF00
    default_text = (
        "The storage where the virtual hard disk is located does not support virtual hard disk sharing."
    )


class FileReadOnly(FilesystemError):
    """The file has the read-only attribute or belongs to the system."""

    code = 32769
    hresult = 0x80070005
    default_text = "Access is denied."


class WriteProtected(FilesystemError):
    """Nothing can be written to the medium (ERROR_WRITE_PROTECT)."""

    code = 32769
    hresult = 0x80070013
    default_text = "The media is write protected."


class DiskFull(FilesystemError):
    """The volume, or the emulator's budget for its content, is full."""

    hresult = 0x80070070
    default_text = "There is not enough space on the disk."


class NotVirtualDisk(InvalidParameter):
    """The file is no virtual hard disk of a format that its name says, or a damaged one."""

    hresult = 0xC03A0014


class WrongDiskKind(InvalidParameter):
    """The operation is not for virtual disks of this kind (ERROR_VHD_INVALID_TYPE)."""

    hresult = 0xC03A001B
    default_text = "The requested operation cannot be performed on a virtual disk of this type."


class ParentNotFound(FileNotFound):
    """The parent of a differencing disk is gone (ERROR_VHD_PARENT_VHD_NOT_FOUND)."""

    hresult = 0xC03A000D
    default_text = (
        "The chain of virtual hard disks is inaccessible. The system was not able to locate the parent"
        " virtual hard disk for the differencing disk."
    )


class ChainBroken(HostError):
    """A differencing disk and its parent do not fit: the parent was changed, replaced or resized."""

    hresult = 0xC03A000E


class ChainCycle(ChainBroken):
    """A disk is among its own parents (ValidateVirtualHardDisk: 32787)."""

    code = 32787
    hresult = 0xC03A0018
    default_text = (
        "The chain of virtual hard disks is corrupted."
        " A differencing disk is indicated in its own parent chain."
    )
