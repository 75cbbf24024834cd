"""Microsoft.HyperV.PowerShell.VMSnapshot."""

from __future__ import annotations

from emulator.host import Checkpoint
from emulator.powershell.modules.hyperv.catalog import Readers
from emulator.powershell.modules.hyperv.objects import replication_values, virtual_machine
from emulator.powershell.modules.hyperv.objects.values import guid

#: What a checkpoint shows as its machine does.
_SHARED = (
    "State",
    "ComPort1",
    "ComPort2",
    "DVDDrives",
    "FloppyDrive",
    "HardDrives",
    "VMIntegrationService",
    "DynamicMemoryEnabled",
    "MemoryMaximum",
    "MemoryMinimum",
    "MemoryStartup",
    "ProcessorCount",
    "Generation",
    "Notes",
    "ParentSnapshotId",
    "ParentSnapshotName",
    "Path",
    "SizeOfSystemFiles",
    "Version",
    "GuestControlledCacheTypes",
    "LowMemoryMappedIoSpace",
    "HighMemoryMappedIoSpace",
    "LockOnDisconnect",
    "CreationTime",
    "Id",
    "Name",
    "NetworkAdapters",
    "ComputerName",
    "IsDeleted",
)

READERS: Readers = {
    **{name: virtual_machine.READERS[name] for name in _SHARED},
    "SnapshotType": replication_values.snapshot_type,
    "IsAutomaticCheckpoint": lambda checkpoint: checkpoint.is_automatic,
    "VMId": lambda checkpoint: guid(checkpoint.machine.id),
    "VMName": lambda checkpoint: checkpoint.machine.name,
}

ADDED = {
    "ParentCheckpointId": "ParentSnapshotId",
    "ParentCheckpointName": "ParentSnapshotName",
}


def text(checkpoint: Checkpoint) -> str:
    """ToString."""
    return (
        f"VMSnapshot (Name = '{checkpoint.name}', VMName = '{checkpoint.machine.name}') "
        f"[Id = '{checkpoint.id}', VMId = '{checkpoint.machine.id}']"
    )
