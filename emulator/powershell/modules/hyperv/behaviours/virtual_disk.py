"""Virtual hard disks: Get-, New-, Set-, Resize-, Mount-, Dismount-, Convert-, Merge-, Optimize- and Test-VHD;
New-VFD."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from emulator.host import (
    AccessDenied,
    DiskKind,
    FilesystemError,
    Host,
    HostError,
    InvalidParameter,
    Job,
    VirtualDisk,
    WrongDiskKind,
)
from emulator.host.storage import disk_sharing
from emulator.host.storage.filesystem import Filesystem
from emulator.host.storage.vhd_set_operations import snapshot_file
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.modules.hyperv.errors import argument_record, coded_text, disk_operation, record_of
from emulator.powershell.modules.hyperv.support import (
    account_of,
    host_of,
    path_of,
    ready,
    reporting,
    should_process,
    wait_for,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_HERE = ("ComputerName",)
_QUICK = 1


def found_disk(call: CmdletCall, path: str) -> VirtualDisk | None:
    """The disk of a path; None, and an error, when there is none."""
    try:
        full = path_of(call, path)
        disks = host_of(call).virtual_disks
        return files_of(call).working_on(full, lambda: disks.find(full), writes=False)
    except AccessDenied as problem:
        call.error(record_of(call, problem))
        return None
    except (FilesystemError, InvalidParameter):
        call.error(argument_record(call, f"'{path}' is not an existing virtual hard disk file.", path))
        return None


def files_of(call: CmdletCall) -> Filesystem:
    """The files of the machine with the rights of whoever calls."""
    return host_of(call).filesystem.seen_by(account_of(call))


@cmdlet("Get-VHD", reads=_HERE)
def get_vhd(
    call: CmdletCall,
    path: list[str] | None = None,
    vm_id: list[Guid] | None = None,
    disk_number: int | None = None,
) -> Iterator[VirtualDisk | PSObject]:
    """Disks by path, by the machines that have them, or by the number they are mounted as."""
    if not ready(call):
        return
    host = host_of(call)
    paths = list(path or ())
    if disk_number is not None:
        with host.looking():
            mounted = [one for one in host.virtual_disks if one.mounted_as == disk_number]
        yield from mounted
        return
    for identifier in vm_id or ():
        with host.looking():
            vm = host.virtual_machines.get(str(identifier))
            if vm is not None:
                paths += [drive.path for drive in vm.hard_disk_drives if drive.path is not None]
        if vm is None:
            call.error(
                argument_record(
                    call, f'Hyper-V was unable to find a virtual machine with id "{identifier}".', identifier
                )
            )
    for one in paths:
        disk = found_disk(call, one)
        if disk is not None:
            yield _as_asked(disk, one)


def _as_asked(disk: VirtualDisk, path: str) -> VirtualDisk | PSObject:
    """A disk whose path has the letters in which it was asked for: Terraform's provider compares them."""
    if path == disk.path or path.lower() != disk.path.lower():
        return disk
    shown = PSObject(disk)
    shown.add(NoteProperty("Path", path))
    return shown


def _whole(number: int | None) -> int | None:
    return None if number is None else int(number)


@cmdlet("New-VHD", reads=(*_HERE, "Dynamic"))
def new_vhd(
    call: CmdletCall,
    path: list[str],
    size_bytes: int | None = None,
    parent_path: str | None = None,
    fixed: bool = False,
    differencing: bool = False,
    block_size_bytes: int | None = None,
    logical_sector_size_bytes: int | None = None,
    physical_sector_size_bytes: int | None = None,
    source_disk: int | None = None,
) -> Iterator[VirtualDisk]:
    """Make disks: dynamic by default, fixed, differencing from a parent, or from a physical disk."""
    if not ready(call):
        return
    host = host_of(call)
    kind = DiskKind.FIXED if fixed else DiskKind.DYNAMIC
    parent = None
    if parent_path is not None or differencing:
        kind = DiskKind.DIFFERENCING
        above = found_disk(call, parent_path or "")
        if above is None:
            return
        parent = above.path
    for one in path:
        full = None
        with reporting(call):
            full = path_of(call, one)
        if full is None:
            continue
        sentence = f'create a new virtual hard disk with the path "{full}".'
        if not should_process(call, sentence, full):
            continue
        with reporting(call), disk_operation("create", full, "virtual hard disk"):
            create = (
                partial(
                    host.virtual_disks.create_from_drive,
                    full,
                    kind,
                    int(source_disk),
                    block_size=_whole(block_size_bytes),
                )
                if source_disk is not None
                else partial(
                    host.virtual_disks.create,
                    full,
                    kind,
                    size=_whole(size_bytes),
                    parent=parent,
                    block_size=_whole(block_size_bytes),
                    logical_sector_size=_whole(logical_sector_size_bytes),
                    physical_sector_size=_whole(physical_sector_size_bytes),
                )
            )
            wait_for(call, files_of(call).working_on(full, create))
            made = host.virtual_disks.get(full)
            if made is not None:
                yield made


def _each(
    call: CmdletCall,
    paths: list[str] | str,
    sentence: str,
    operation: Callable[[Host, VirtualDisk], Job | None],
    passthru: bool,
    action: str | None = None,
) -> Iterator[VirtualDisk]:
    """Do it to each disk; ``action`` is the verb of its errors where one was recorded."""
    if not ready(call):
        return
    for one in [paths] if isinstance(paths, str) else paths:
        disk = found_disk(call, one)
        if disk is None or not should_process(call, f'{sentence} "{disk.path}".', disk.path):
            continue
        with reporting(call), disk_operation(action, disk.path):
            job = files_of(call).working_on(disk.path, partial(operation, host_of(call), disk))
            if job is not None:
                wait_for(call, job)
            if passthru:
                yield disk


@cmdlet("New-VFD", reads=_HERE)
def new_vfd(call: CmdletCall, path: list[str]) -> None:
    """Make virtual floppy disks. Windows writes the file as an object; there are no file objects here."""
    if not ready(call):
        return
    for one in path:
        with reporting(call):
            full = path_of(call, one)
            if should_process(call, f'create a new virtual floppy disk with the path "{full}".', full):
                wait_for(call, host_of(call).virtual_disks.create_floppy(full))


@cmdlet("Resize-VHD", reads=_HERE)
def resize_vhd(
    call: CmdletCall,
    path: list[str],
    size_bytes: int | None = None,
    to_minimum_size: bool = False,
    passthru: bool = False,
) -> Iterator[VirtualDisk]:
    """Change the size that a guest sees."""

    def resize(host: Host, disk: VirtualDisk) -> Job:
        size = _whole(size_bytes)
        if to_minimum_size:
            if disk.minimum_size is None:
                raise WrongDiskKind()
            size = disk.minimum_size
        return host.virtual_disks.resize(disk, size or 0)

    yield from _each(call, path, "resize the virtual hard disk", resize, passthru, "resize")


@cmdlet("Set-VHD", reads=_HERE)
def set_vhd(
    call: CmdletCall,
    path: str,
    parent_path: str | None = None,
    physical_sector_size_bytes: int | None = None,
    reset_disk_identifier: bool = False,
    ignore_id_mismatch: bool = False,
    passthru: bool = False,
) -> Iterator[VirtualDisk]:
    """Give a disk another parent file, sector size or identifier."""

    def change(host: Host, disk: VirtualDisk) -> None:
        if parent_path is not None:
            parent = path_of(call, parent_path)
            host.virtual_disks.set_parent(disk, parent, ignore_mismatch=ignore_id_mismatch)
        else:
            host.virtual_disks.configure(
                disk,
                physical_sector_size=_whole(physical_sector_size_bytes),
                identifier=host.new_guid() if reset_disk_identifier else None,
            )

    yield from _each(call, path, "configure the virtual hard disk", change, passthru)


@cmdlet("Mount-VHD", reads=_HERE)
def mount_vhd(
    call: CmdletCall,
    path: list[str],
    read_only: bool = False,
    snapshot_id: Guid | None = None,
    passthru: bool = False,
) -> Iterator[VirtualDisk]:
    """Attach disks to the host, or snapshots of VHD sets, which can only be read."""

    def mount(host: Host, disk: VirtualDisk) -> Job:
        if snapshot_id is not None:
            return host.virtual_disks.mounted.attach(snapshot_file(disk, str(snapshot_id)), read_only=True)
        return host.virtual_disks.mounted.attach(disk, read_only=read_only)

    yield from _each(call, path, "mount the virtual hard disk", mount, passthru, "mount")


@cmdlet("Dismount-VHD", reads=_HERE)
def dismount_vhd(
    call: CmdletCall,
    path: list[str] | None = None,
    disk_number: int | None = None,
    snapshot_id: Guid | None = None,
    passthru: bool = False,
) -> Iterator[VirtualDisk]:
    """Detach disks, or snapshots of VHD sets, from the host."""

    def dismount(host: Host, disk: VirtualDisk) -> None:
        host.virtual_disks.dismount(disk if snapshot_id is None else snapshot_file(disk, str(snapshot_id)))

    if path is None:
        with host_of(call).looking():
            path = [one.path for one in host_of(call).virtual_disks if one.mounted_as == disk_number]
    yield from _each(call, path, "dismount the virtual hard disk", dismount, passthru)


@cmdlet("Optimize-VHD", reads=_HERE)
def optimize_vhd(
    call: CmdletCall, path: list[str], mode: EnumValue | None = None, passthru: bool = False
) -> Iterator[VirtualDisk]:
    """Give unused blocks back."""
    number = _QUICK if mode is None else mode.number

    def optimize(host: Host, disk: VirtualDisk) -> Job:
        return host.virtual_disks.compact(disk, number)

    yield from _each(call, path, "optimize the virtual hard disk", optimize, passthru, "compact")


@cmdlet("Test-VHD", reads=_HERE)
def test_vhd(
    call: CmdletCall,
    path: list[str],
    support_persistent_reservations: bool = False,  # noqa: PT028  no test, but the cmdlet Test-VHD
) -> Iterator[bool]:
    """True for a disk whose chain is whole, or for a path where disks can be shared; what is wrong with
    another one is a warning."""
    if not ready(call):
        return
    if support_persistent_reservations:
        for one in path:
            with reporting(call), host_of(call).looking():
                yield disk_sharing.shares(host_of(call), path_of(call, one))
        return
    for one in path:
        disk = found_disk(call, one)
        if disk is None:
            continue
        problem: HostError | None = None
        with host_of(call).looking():
            try:
                disk.check_chain()
            except HostError as found:
                problem = found
        if problem is not None:
            call.warning(coded_text(problem))
        yield problem is None


@cmdlet("Convert-VHD", reads=_HERE)
def convert_vhd(
    call: CmdletCall,
    path: str,
    destination_path: str,
    vhd_type: EnumValue | None = None,
    parent_path: str | None = None,
    block_size_bytes: int | None = None,
    delete_source: bool = False,
    passthru: bool = False,
) -> Iterator[VirtualDisk]:
    """Copy a disk into a new file of another kind, format or block size."""
    if not ready(call):
        return
    host = host_of(call)
    disk = found_disk(call, path)
    if disk is None or not should_process(call, f'convert the virtual hard disk "{disk.path}".', disk.path):
        return
    with reporting(call), disk_operation("convert", disk.path):
        full = path_of(call, destination_path)
        convert = partial(
            host.virtual_disks.convert,
            disk,
            full,
            None if vhd_type is None else vhd_type.number,
            block_size=_whole(block_size_bytes),
            parent=None if parent_path is None else path_of(call, parent_path),
        )
        wait_for(call, files_of(call).working_on(full, convert))
        if delete_source:
            files_of(call).remove(disk.path)
        made = host.virtual_disks.get(full)
        if passthru and made is not None:
            yield made


@cmdlet("Merge-VHD", reads=_HERE)
def merge_vhd(
    call: CmdletCall, path: str, destination_path: str | None = None, passthru: bool = False
) -> Iterator[VirtualDisk]:
    """Merge a differencing disk into its parents, up to the destination (its parent by default)."""
    if not ready(call):
        return
    host = host_of(call)
    disk = found_disk(call, path)
    if disk is None:
        return
    if not should_process(call, f'merge the virtual hard disk "{disk.path}".', disk.path):
        return
    with reporting(call), disk_operation("merge", disk.path):
        goal = disk.parent_path if destination_path is None else path_of(call, destination_path)
        if goal is None or goal.lower() not in (one.path.lower() for one in disk.chain[1:]):
            raise InvalidParameter("The destination is not a parent of the virtual hard disk.")
        merge = partial(host.virtual_disks.merge, disk, goal)
        wait_for(call, files_of(call).working_on(goal, merge))
        merged = host.virtual_disks.get(goal)
        if passthru and merged is not None:
            yield merged
