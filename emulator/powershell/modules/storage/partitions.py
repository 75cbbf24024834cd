"""Partitions and their drive letters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host.errors import InvalidParameter
from emulator.host.storage.disk_layout import volume_identifier
from emulator.host.storage.storage_objects import supported_sizes
from emulator.powershell.dotnet.numbers import UInt64
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.modules.storage.objects import DiskLook, PartitionLook, VolumeLook, partitions
from emulator.powershell.modules.storage.support import as_list, chosen, disks_of, host_of, reporting
from emulator.powershell.modules.storage.types import device_path
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import error, not_emulated
from emulator.powershell.runtime.module import cmdlet

_NAMES = ("UniqueId", "DiskNumber", "PartitionNumber", "DriveLetter", "DiskId", "Offset", "InputObject")


def _found(call: CmdletCall) -> list[PartitionLook]:
    host = host_of(call)
    objects = [each for each in as_list(call.get("InputObject")) if isinstance(each, PartitionLook)]
    everything = partitions(host)
    if objects:
        places = [(each.disk.number, each.partition.number) for each in objects]
        return [each for each in everything if (each.disk.number, each.partition.number) in places]
    return chosen(
        call,
        "MSFT_Partition",
        everything,
        (
            ("UniqueId", "UniqueId", lambda look: volume_identifier(host, look.partition)),
            ("DiskNumber", "DiskNumber", lambda look: look.disk.number),
            ("PartitionNumber", "PartitionNumber", lambda look: look.partition.number),
            ("DriveLetter", "DriveLetter", lambda look: look.letter),
            ("DiskId", "DiskId", device_path),
            ("Offset", "Offset", lambda look: look.partition.offset),
        ),
    )


@cmdlet("Get-Partition", reads=_NAMES)
def get_partition(
    call: CmdletCall, disk: DiskLook | None = None, volume: VolumeLook | None = None
) -> Iterator[PartitionLook]:
    """Partitions by disk, number or drive letter."""
    if disk is not None:
        yield from (each for each in partitions(host_of(call)) if each.disk.number == disk.disk.number)
    elif volume is not None:
        if volume.disk is None or volume.partition is None:
            return
        place = (volume.disk.number, volume.partition.number)
        yield from (
            each for each in partitions(host_of(call)) if (each.disk.number, each.partition.number) == place
        )
    else:
        yield from _found(call)


@cmdlet("New-Partition", reads=("DiskNumber", "DiskId", "DiskPath", "InputObject"))
def new_partition(
    call: CmdletCall,
    size: int | None = None,
    use_maximum_size: bool = False,
    offset: int | None = None,
    drive_letter: str | None = None,
    assign_drive_letter: bool = False,
) -> Iterator[PartitionLook]:
    """Make a partition of a size or of all that is free."""
    for look in disks_of(call, "DiskNumber"):
        with reporting(call, look):
            if (size is None) is not use_maximum_size:
                raise InvalidParameter("Either Size or UseMaximumSize must be given.")
            made = look.host.disk_partitions.create(
                look.disk,
                None if size is None else int(size),
                offset=None if offset is None else int(offset),
                letter=str(drive_letter or ""),
                assign_letter=assign_drive_letter,
            )
            yield _at(look.host, look.disk.number, made.number)


@cmdlet("Remove-Partition", reads=_NAMES)
def remove_partition(call: CmdletCall, pass_thru: bool = False) -> Iterator[PartitionLook]:
    """Remove partitions with what is on them."""
    for look in _found(call):
        if not call.should_process(f"Partition {look.partition.number} of disk {look.disk.number}"):
            continue
        with reporting(call, look):
            look.host.disk_partitions.delete(look.disk, look.partition.number)
            if pass_thru:
                yield look


@cmdlet("Resize-Partition", reads=_NAMES)
def resize_partition(
    call: CmdletCall, size: int | None = None, pass_thru: bool = False
) -> Iterator[PartitionLook]:
    """Change the size of partitions with their file systems."""
    if size is None:  # the default set is one by unique ids, of which nothing is mandatory here
        raise error(
            "Cannot process command because of one or more missing mandatory parameters: Size.",
            "MissingMandatoryParameter",
            "InvalidArgument",
            kind="System.Management.Automation.ParameterBindingException",
        )
    for look in _found(call):
        if not call.should_process(f"Partition {look.partition.number} of disk {look.disk.number}"):
            continue
        with reporting(call, look):
            look.host.disk_partitions.resize(look.disk, look.partition.number, int(size))
            if pass_thru:
                yield _at(look.host, look.disk.number, look.partition.number)


@cmdlet("Get-PartitionSupportedSize", reads=_NAMES)
def get_partition_supported_size(call: CmdletCall, _disk_number: object = None) -> Iterator[Any]:
    """The least and the most that partitions can have."""
    for look in _found(call):
        with look.host.looking():
            least, most = supported_sizes(look.host, look.disk, look.partition)
        sizes = PSObject()
        for name, size in (("SizeMin", least), ("SizeMax", most)):
            sizes.members[name.lower()] = NoteProperty(name, UInt64(size))
        yield sizes


@cmdlet("Set-Partition", reads=_NAMES)
def set_partition(call: CmdletCall, new_drive_letter: str | None = None) -> None:
    """Give partitions another drive letter."""
    for look in _found(call):
        if new_drive_letter is None or not call.should_process(f"Partition {look.partition.number}"):
            continue
        with reporting(call, look):
            look.host.disk_partitions.set_letter(look.disk, look.partition.number, str(new_drive_letter))


@cmdlet("Add-PartitionAccessPath", reads=_NAMES)
def add_partition_access_path(
    call: CmdletCall,
    access_path: str | None = None,
    assign_drive_letter: bool = False,
    pass_thru: bool = False,
) -> Iterator[PartitionLook]:
    """Give partitions a drive letter, or mount them in a folder."""
    for look in _found(call):
        if not call.should_process(f"Partition {look.partition.number}"):
            continue
        with reporting(call, look):
            path = access_path or ""
            if bool(path) is assign_drive_letter:
                raise InvalidParameter("Either AccessPath or AssignDriveLetter must be given.")
            look.host.disk_partitions.add_access_path(look.disk, look.partition.number, path)
            if pass_thru:
                yield _at(look.host, look.disk.number, look.partition.number)


@cmdlet("Remove-PartitionAccessPath", reads=_NAMES)
def remove_partition_access_path(
    call: CmdletCall, access_path: str = "", pass_thru: bool = False
) -> Iterator[PartitionLook]:
    """Take the drive letter or a folder of partitions away."""
    if call.has("AsJob"):
        raise call.complete(not_emulated("Remove-PartitionAccessPath -AsJob"))
    for look in _found(call):
        if not call.should_process(f"Partition {look.partition.number}"):
            continue
        with reporting(call, look):
            look.host.disk_partitions.remove_access_path(look.disk, look.partition.number, access_path)
            if pass_thru:
                yield _at(look.host, look.disk.number, look.partition.number)


def _at(host: Any, disk: int, number: int) -> PartitionLook:
    """A partition as it is now."""
    return next(
        each for each in partitions(host) if (each.disk.number, each.partition.number) == (disk, number)
    )
