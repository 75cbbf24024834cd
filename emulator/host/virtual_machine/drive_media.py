"""What a drive may hold, and what of it must be there when the machine starts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from emulator.host.checks import check_number
from emulator.host.errors import (
    FileNotFound,
    HostError,
    InUse,
    InvalidParameter,
    NotSupported,
    PathNotFound,
)
from emulator.host.storage import disk_sharing
from emulator.host.storage.virtual_disk import FORMAT_OF_ENDING, PERSISTENT_MEMORY, ending_of
from emulator.host.virtual_machine.controllers import Controller, ControllerType
from emulator.host.virtual_machine.device import IDE_GUID
from emulator.host.virtual_machine.device_operations import operating
from emulator.host.virtual_machine.drives import ControllerDrive, Drive, FloppyDrive, HardDiskDrive

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_LAST_DISK_NUMBER = (1 << 32) - 1
_CONTROLLER_TITLES = {
    ControllerType.IDE: "Microsoft Emulated IDE Controller",
    ControllerType.SCSI: "Synthetic SCSI Controller",
    ControllerType.PMEM: "Virtual PMEM Controller",
}
"""How errors name the controllers; that of persistent memory was not recorded."""


@contextmanager
def _attaching(vm: "VirtualMachine", path: str, device: str) -> Iterator[None]:
    """Name the file that is missing, as Windows does, and the device that it was for."""
    with operating(vm, "add", device):
        try:
            yield
        except (FileNotFound, PathNotFound) as problem:
            cause = f"Attachment '{path}' not found. Error: '{problem.text}' (0x{problem.hresult:08X})."
            raise type(problem)(path, f"'{vm.name}': {cause}", summary=cause) from None


def check_disk(
    vm: "VirtualMachine", path: str, own: HardDiskDrive | None = None, *, shared: bool = False
) -> str:
    """A path that a hard disk drive of this machine may hold: the file must be a virtual disk that no
    other drive of the machine and no running machine holds, unless both share it. Raises FileNotFound,
    PathNotFound, InvalidParameter, InUse."""
    with _attaching(vm, path, "Virtual Hard Disk"):
        return _checked_disk(vm, path, own, shared)


def _checked_disk(vm: "VirtualMachine", path: str, own: HardDiskDrive | None, shared: bool) -> str:
    disk = vm.host.virtual_disks.find(path)
    for drive in disk.drives:
        if shared and drive.support_persistent_reservations and drive.vm is not vm:
            continue
        if drive is not own and (drive.vm is vm or drive.vm.state.holds_memory):
            raise InUse(f"The file {disk.path} is being used by the virtual machine '{drive.vm.name}'.")
    if disk.mounted_as is not None:
        raise InUse(f"The file {disk.path} is attached to the host.")
    return disk.path


def check_image(vm: "VirtualMachine", path: str) -> str:
    """A path that a DVD drive may hold. Raises FileNotFound, PathNotFound, InvalidParameter."""
    with _attaching(vm, path, "Virtual CD/DVD Disk"):
        entry = vm.host.filesystem.entry(path)
        if entry.is_directory or ending_of(entry.path) in FORMAT_OF_ENDING:
            raise InvalidParameter(f"The file {entry.path} is not a CD or DVD image.")
        return entry.path


def check_floppy(host: "Host", path: str) -> str:
    """A path that the diskette drive may hold. Raises FileNotFound, PathNotFound, InvalidParameter."""
    entry = host.filesystem.entry(path)
    if entry.is_directory or ending_of(entry.path) != "vfd":
        raise InvalidParameter(f"The file {entry.path} is not a virtual floppy disk.")
    return entry.path


def check_pool(drive: Drive | FloppyDrive, path: str | None, pool: str | None) -> str:
    """The name of the pool that what is in a drive is to come from: ``pool``, None for the one it comes from.
    It must hold a folder with the file; an empty drive comes from none. Raises InvalidParameter."""
    kind, pools = drive.medium_kind, drive.host.resource_pools
    if kind is None or path is None:
        if pool is not None and kind is not None:
            pools.check_choice(kind, pool)
        return ""
    name = drive.medium_pool_name if pool is None else pools.check_choice(kind, pool)
    pools.require_resource(kind, name, path)
    return name


def check_memory_kind(controller: Controller, path: str | None) -> None:
    """Persistent memory goes to its controller, and nothing else does. Raises InvalidParameter."""
    if path is None:
        return
    is_memory = ending_of(path) == PERSISTENT_MEMORY
    if is_memory is not (controller.type is ControllerType.PMEM):
        raise InvalidParameter(
            f"The file {path} is virtual persistent memory: it needs a persistent memory controller."
            if is_memory
            else f"The file {path} is no virtual persistent memory."
        )


def check_physical(
    vm: "VirtualMachine",
    drive: HardDiskDrive | None,
    controller: Controller,
    path: str | None,
    disk_number: int,
) -> None:
    """Whether a drive may hold a physical disk of the host. Raises InvalidParameter, NotSupported, NotFound,
    InUse."""
    if path is not None:
        raise InvalidParameter("A drive holds a virtual hard disk or a physical disk, not both.")
    if controller.type is ControllerType.PMEM:
        raise NotSupported("A persistent memory controller holds persistent memory only.")
    check_number("disk number", disk_number, 0, _LAST_DISK_NUMBER)
    vm.host.pass_through.check(drive, disk_number, vm)


@contextmanager
def _powering_on(drive: ControllerDrive, path: str) -> Iterator[None]:
    """Name the controller and the file that the machine could not start with, as Windows does: with HRESULTs
    and the machine's name and identifier in the full text (recorded for IDE and SCSI controllers; a hard disk
    on an IDE controller is told twice)."""
    try:
        yield
    except HostError as problem:
        vm, is_ide = drive.vm, drive.controller_type is ControllerType.IDE
        instance = IDE_GUID if is_ide else drive.controller.setting_id.partition("\\")[0]
        kind = _CONTROLLER_TITLES[drive.controller_type]
        controller = f"{kind} (Instance ID {instance}): Failed to Power on with Error"
        error = f"'{problem.text.rstrip()}'"
        if isinstance(problem, FileNotFound):
            attachment = f"Attachment '{path}' not found. Error:"
        elif is_ide:
            attachment = f"Failed to open attachment '{path}'. Error:"
        else:
            attachment = f"Attachment '{path}' failed to open because of error:"
        is_told_twice = is_ide and isinstance(drive, HardDiskDrive) and not isinstance(problem, FileNotFound)
        attachments = [attachment] * (1 + is_told_twice)
        ending = f"{error} (0x{problem.hresult:08X}). (Virtual machine ID {vm.id})"
        problem.summary = "\n".join(f"{line} {error}." for line in (controller, *attachments))
        problem.text = "\n".join(
            (f"'{vm.name}' {controller} {ending}", *(f"'{vm.name}': {line} {ending}" for line in attachments))
        )
        raise


def check_start(drive: ControllerDrive) -> None:
    """Whether what is in a drive lets the machine start. Raises FileNotFound, ChainBroken, NotFound, InUse,
    SharingNotSupported."""
    host = drive.host
    if isinstance(drive, HardDiskDrive) and drive.disk_number is not None:
        host.pass_through.check_start(drive, drive.disk_number)
    if drive.path is None:
        return
    with _powering_on(drive, drive.path):
        if not host.filesystem.exists(drive.path):
            raise FileNotFound(drive.path)
        _check_start_with(drive, drive.path)


def _check_start_with(drive: ControllerDrive, path: str) -> None:
    host = drive.host
    check_pool(drive, path, None)
    disk = drive.virtual_disk if isinstance(drive, HardDiskDrive) else None
    if disk is None:
        return
    disk.check_chain()
    security = host.filesystem.set_security
    if security is not None:
        security.check_machine(drive.vm, path)
    if disk.busy or disk.mounted_as is not None or any(child.in_use() for child in disk.children):
        raise InUse()
    if isinstance(drive, HardDiskDrive) and drive.support_persistent_reservations:
        disk_sharing.check(drive.controller, disk)
    if any(_is_rival(drive, other) for other in disk.drives):
        raise InUse()


def _is_rival(drive: ControllerDrive, other: HardDiskDrive) -> bool:
    """Whether a running machine has the disk of a drive and does not share it."""
    if other.vm is drive.vm or not other.vm.state.holds_memory:
        return False
    return not (isinstance(drive, HardDiskDrive) and disk_sharing.are_partners(drive, other))
