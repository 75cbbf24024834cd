"""Volumes: Get-Volume, Format-Volume, Set-Volume's label, Optimize-Volume, Write-VolumeCache."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host.errors import WriteProtected
from emulator.host.storage.filesystem import Volume
from emulator.host.storage.storage_objects import object_id
from emulator.powershell.modules.storage.objects import (
    DiskLook,
    ImageLook,
    PartitionLook,
    VolumeLook,
    disks,
    volumes,
)
from emulator.powershell.modules.storage.support import (
    as_list,
    chosen,
    concrete,
    host_of,
    not_found,
    pools_of,
    reporting,
)
from emulator.powershell.modules.storage.virtual_disks import layout_numbers
from emulator.powershell.modules.storage.words import PROVISIONING, number
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_POOL_NAMES = ("StoragePool", "StoragePoolFriendlyName", "StoragePoolName", "StoragePoolUniqueId")
_NAMES = ("DriveLetter", "FileSystemLabel", "Path", "ObjectId", "UniqueId", "InputObject")


def _of_partition(call: CmdletCall, look: PartitionLook) -> list[VolumeLook]:
    place = (look.disk.number, look.partition.number)
    return [each for each in volumes(host_of(call)) if _place(each) == place]


def _image_path(look: VolumeLook) -> str:
    """The file behind a volume, in lower case; empty for those of the machine's own disks."""
    file = None if look.disk is None else look.disk.virtual_disk
    return (look.image if file is None else file.path).lower()


def _place(look: VolumeLook) -> tuple[int, int] | None:
    """Numbers of disk and partition; None for a disc."""
    if look.disk is None or look.partition is None:
        return None
    return look.disk.number, look.partition.number


def _found(call: CmdletCall) -> list[VolumeLook]:
    partition = call.get("Partition")
    if isinstance(partition, PartitionLook):
        return _of_partition(call, partition)
    objects = [each for each in as_list(call.get("InputObject")) if isinstance(each, VolumeLook)]
    everything = volumes(host_of(call))
    if objects:
        paths = [each.path for each in objects]
        return [each for each in everything if each.path in paths]
    return chosen(
        call,
        "MSFT_Volume",
        everything,
        (
            ("DriveLetter", "DriveLetter", lambda look: look.letter),
            ("FileSystemLabel", "FileSystemLabel", lambda look: look.label),
            ("Path", "Path", lambda look: look.path),
            ("ObjectId", "ObjectId", lambda look: object_id(look.host, "Volume", look.identifier)),
            ("UniqueId", "UniqueId", lambda look: look.path),
        ),
    )


def _holds(look: VolumeLook, volume: Volume) -> bool:
    """Whether it is the look at a volume of files."""
    return look.letter == volume.letter if look.partition is None else look.partition.content is volume


@cmdlet("Get-Volume", reads=(*_NAMES, "Partition"))
def get_volume(
    call: CmdletCall, file_path: str | None = None, disk_image: ImageLook | None = None
) -> Iterator[VolumeLook]:
    """Volumes by drive letter or label; those of a partition, a disk image or a file."""
    if disk_image is not None:
        yield from (each for each in volumes(host_of(call)) if _image_path(each) == disk_image.path.lower())
    elif file_path is not None:
        host = host_of(call)
        with reporting(call, file_path), host.looking():
            target = host.filesystem.volume_of(str(file_path))
            yield from (each for each in volumes(host) if _holds(each, target))
    else:
        yield from _found(call)


@cmdlet(
    "Format-Volume",
    reads=(
        *_NAMES,
        "Partition",
    ),
)
def format_volume(
    call: CmdletCall,
    file_system: str = "NTFS",
    new_file_system_label: str = "",
    allocation_unit_size: int = 0,
) -> Iterator[VolumeLook]:
    """Make empty file systems."""
    for look in _found(call):
        if not call.should_process(f"{look.letter or look.path}", "Format"):
            continue
        with reporting(call, look):
            partitions, place = look.host.disk_partitions, _place(look)
            if place is None:
                raise WriteProtected(look.letter)
            with look.host.looking():
                disk = partitions.find(place[0])
                cluster = int(allocation_unit_size)
                partitions.format(disk, place[1], file_system, new_file_system_label, cluster)
            yield next(each for each in volumes(look.host) if each.path == look.path)


@cmdlet("New-Volume", reads=_POOL_NAMES)
def new_volume(
    call: CmdletCall,
    disk: list[DiskLook] | None = None,
    disk_number: list[int] | None = None,
    friendly_name: str = "",
    file_system: str = "NTFS",
    drive_letter: str | None = None,
    access_path: str = "",
    size: int | None = None,
    resiliency_setting_name: str | None = None,
    provisioning_type: str | None = None,
    physical_disk_redundancy: int | None = None,
    number_of_columns: int | None = None,
    allocation_unit_size: int = 0,
) -> Iterator[VolumeLook]:
    """Initialize a disk that is raw, and fill it with one formatted partition; or make a virtual disk of a
    pool with one."""
    host = host_of(call)
    if any(call.has(name) for name in _POOL_NAMES):
        wanted = layout_numbers(None, physical_disk_redundancy, number_of_columns)
        for pool_look in pools_of(call, "StoragePool"):
            with reporting(call, pool_look), host.looking():
                pool, pools = concrete(pool_look), host.storage_pools
                place = pools.create_volume(
                    pool,
                    friendly_name,
                    None if size is None else int(size),
                    pools.layout(pool, resiliency_setting_name, wanted=wanted),
                    provisioning=number(PROVISIONING, provisioning_type),
                    file_system=file_system,
                    letter=str(drive_letter or ""),
                    access_path=access_path,
                    cluster_size=int(allocation_unit_size),
                )
                yield next(each for each in volumes(host) if _place(each) == place)
        return
    looks = as_list(disk)
    for wanted_number in as_list(disk_number):
        found = [each for each in disks(host) if each.disk.number == int(wanted_number)]
        if not found:
            call.error(not_found(call, "MSFT_Disk", "Number", wanted_number))
        looks += found
    for look in looks:
        table = host.disk_partitions
        with reporting(call, look):
            if not look.disk.is_initialized:
                table.initialize(look.disk)
            letter = str(drive_letter or "")
            made = table.create(
                table.find(look.disk.number), None if size is None else int(size), letter=letter
            )
            cluster = int(allocation_unit_size)
            table.format(table.find(look.disk.number), made.number, file_system, friendly_name, cluster)
            if access_path:
                table.add_access_path(table.find(look.disk.number), made.number, access_path)
            place = (look.disk.number, made.number)
            yield next(each for each in volumes(host) if _place(each) == place)


@cmdlet(
    "Optimize-Volume",
    reads=_NAMES,
)
def optimize_volume(call: CmdletCall, _drive_letter: object = None) -> None:
    """Nothing is fragmented, so nothing is moved."""
    _found(call)


@cmdlet("Write-VolumeCache", reads=_NAMES)
def write_volume_cache(call: CmdletCall, pass_thru: bool = False) -> Iterator[VolumeLook]:
    """Nothing waits to be written."""
    found = _found(call)
    if pass_thru:
        yield from found
