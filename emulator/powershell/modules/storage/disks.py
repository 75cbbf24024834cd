"""Disks: Get-, Set-, Initialize- and Clear-Disk."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host.storage.partition_table import PartitionStyle
from emulator.powershell.modules.storage.objects import DiskLook, PartitionLook, SpaceLook, disks
from emulator.powershell.modules.storage.support import disks_of, disks_of_space, host_of, reporting
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

_NAMES = ("Number", "UniqueId", "FriendlyName", "SerialNumber", "Path", "InputObject")


@cmdlet("Get-Disk", reads=_NAMES)
def get_disk(
    call: CmdletCall, partition: PartitionLook | None = None, virtual_disk: SpaceLook | None = None
) -> Iterator[DiskLook]:
    """Disks by number, name, serial number, identifier or path; that of a partition or of a virtual disk."""
    if virtual_disk is not None:
        yield from disks_of_space(call, virtual_disk)
        return
    if partition is not None:
        yield from (look for look in disks(host_of(call)) if look.disk.number == partition.disk.number)
        return
    yield from disks_of(call)


@cmdlet("Initialize-Disk", reads=_NAMES)
def initialize_disk(
    call: CmdletCall,
    partition_style: str = "GPT",
    pass_thru: bool = False,
    virtual_disk: SpaceLook | None = None,
) -> Iterator[DiskLook]:
    """Write a partition table."""
    found = disks_of(call) if virtual_disk is None else disks_of_space(call, virtual_disk)
    for look in found:
        if not call.should_process(f"Disk {look.disk.number}"):
            continue
        with reporting(call, look):
            look.host.disk_partitions.initialize(look.disk, PartitionStyle[partition_style.upper()])
            if pass_thru:
                yield _again(look)


@cmdlet("Clear-Disk", reads=_NAMES)
def clear_disk(call: CmdletCall, remove_data: bool = False, pass_thru: bool = False) -> Iterator[DiskLook]:
    """Take the partition table away."""
    for look in disks_of(call):
        if not call.should_process(f"This will erase all data on disk {look.disk.number}"):
            continue
        with reporting(call, look):
            look.host.disk_partitions.clear(look.disk, remove_data=remove_data)
            if pass_thru:
                yield _again(look)


@cmdlet("Set-Disk", reads=_NAMES)
def set_disk(
    call: CmdletCall,
    is_offline: bool | None = None,
    is_read_only: bool | None = None,
    partition_style: str | None = None,
    signature: int | None = None,
    guid: str | None = None,
) -> None:
    """Take disks offline or online, protect them, or change the style of their partition table."""
    if signature is not None or guid is not None:
        raise call.complete(not_emulated("Set-Disk -Signature and -Guid"))
    for look in disks_of(call):
        partitions = look.host.disk_partitions
        with reporting(call, look):
            if is_offline is not None:
                partitions.set_offline(look.disk, bool(is_offline))
            if is_read_only is not None:
                partitions.set_read_only(look.disk, bool(is_read_only))
            if partition_style is not None:
                partitions.convert(look.disk, PartitionStyle[partition_style.upper()])


def _again(look: DiskLook) -> DiskLook:
    """The disk as it is now."""
    return DiskLook(look.host, look.host.disk_partitions.find(look.disk.number))
