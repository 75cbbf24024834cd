"""Volumes: Get-Volume, Format-Volume, Set-Volume's label, Optimize-Volume, Write-VolumeCache."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host.errors import WriteProtected
from emulator.host.filesystem import Volume
from emulator.powershell.modules.storage.objects import (
    DiskLook,
    ImageLook,
    PartitionLook,
    VolumeLook,
    disks,
    volumes,
)
from emulator.powershell.modules.storage.support import as_list, chosen, host_of, not_found, reporting
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_NAMES = ("DriveLetter", "FileSystemLabel", "Path", "UniqueId", "ObjectId", "InputObject")


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
            ("UniqueId", "UniqueId", lambda look: look.path),
        ),
    )


def _holds(look: VolumeLook, volume: Volume) -> bool:
    """Whether it is the look at a volume of files."""
    return look.letter == volume.letter if look.partition is None else look.partition.content is volume


@cmdlet("Get-Volume", ignores=(*_NAMES, "Partition"))
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
    ignores=(
        *_NAMES,
        "Partition",
        "Full",
        "Force",
        "AllocationUnitSize",
        "Compress",
        "ShortFileNameSupport",
        "SetIntegrityStreams",
        "UseLargeFRS",
        "DisableHeatGathering",
    ),
)
def format_volume(
    call: CmdletCall, file_system: str = "NTFS", new_file_system_label: str = ""
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
                partitions.format(partitions.find(place[0]), place[1], file_system, new_file_system_label)
            yield next(each for each in volumes(look.host) if each.path == look.path)


@cmdlet("New-Volume", ignores=("AllocationUnitSize", "UseMaximumSize"))
def new_volume(
    call: CmdletCall,
    disk: list[DiskLook] | None = None,
    disk_number: list[int] | None = None,
    friendly_name: str = "",
    file_system: str = "NTFS",
    drive_letter: str | None = None,
    size: int | None = None,
) -> Iterator[VolumeLook]:
    """Initialize a disk that is raw, and fill it with one formatted partition."""
    host = host_of(call)
    looks = as_list(disk)
    for number in as_list(disk_number):
        found = [each for each in disks(host) if each.disk.number == int(number)]
        if not found:
            call.error(not_found(call, "MSFT_Disk", "Number", number))
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
            table.format(table.find(look.disk.number), made.number, file_system, friendly_name)
            place = (look.disk.number, made.number)
            yield next(each for each in volumes(host) if _place(each) == place)


@cmdlet(
    "Optimize-Volume",
    ignores=(*_NAMES, "ReTrim", "Analyze", "Defrag", "SlabConsolidate", "TierOptimize", "NormalPriority"),
)
def optimize_volume(call: CmdletCall, _drive_letter: object = None) -> None:
    """Nothing is fragmented, so nothing is moved."""
    _found(call)


@cmdlet("Write-VolumeCache", ignores=_NAMES)
def write_volume_cache(call: CmdletCall, pass_thru: bool = False) -> Iterator[VolumeLook]:
    """Nothing waits to be written."""
    found = _found(call)
    if pass_thru:
        yield from found
