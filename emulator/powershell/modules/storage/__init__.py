"""The Storage module for Windows PowerShell: disks, partitions, volumes, disk images and storage pools of the
machine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.powershell.modules.windows_modules import of_windows
from emulator.powershell.runtime.module import CmdletTable, Module

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.format.views import View

__all__ = ["STORAGE"]

_PACKAGE = "emulator.powershell.modules.storage"
CLASS = "Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/"
#: Classes of objects that cmdlets take and that no cmdlet here gives.
TAKEN = (
    "FileServer",
    "FileShare",
    "InitiatorId",
    "InitiatorPort",
    "MaskingSet",
    "OffloadDataTransferSetting",
    "SourceVirtualDisk",
    "StorageEnclosure",
    "StorageFaultDomain",
    "StorageFileServer",
    "StorageJob",
    "StorageNode",
    "StorageProvider",
    "StorageTier",
    "TargetPort",
    "TargetPortal",
    "TargetVirtualDisk",
    "iSCSIConnection",
    "iSCSISession",
)
_GIVEN = (
    "Disk",
    "DiskImage",
    "Partition",
    "PhysicalDisk",
    "ResiliencySetting",
    "StoragePool",
    "StorageSubSystem",
    "VirtualDisk",
    "Volume",
)
#: Enumerations of the module are words here.
_WORDS = (
    "Access",
    "FaultDomainType",
    "FileSystemType",
    "HealthStatus",
    "JobState",
    "MbrType",
    "MediaType",
    "PartitionStyle",
    "PhysicalDiskHealthStatus",
    "PhysicalDiskUsage",
    "ProvisioningType",
    "RepairPolicy",
    "RetireMissingPhysicalDisks",
    "StorageFaultDomainType",
    "StorageType",
    "Usage",
)

_BEHAVIOURS = (
    "disks",
    "partitions",
    "volumes",
    "images",
    "initiator_ports",
    "physical_disks",
    "pools",
    "virtual_disks",
)


def _types() -> Iterable[PSType]:
    from emulator.powershell.modules.storage.types import module_types

    return module_types()


def _views() -> Iterable[View]:
    from emulator.powershell.modules.storage.views import VIEWS

    return VIEWS


STORAGE = Module(
    name="Storage",
    version="2.0.0.0",
    table=CmdletTable(
        _PACKAGE,
        types={
            **{f"MSFT_{name}": f"{CLASS}MSFT_{name}" for name in (*_GIVEN, *TAKEN)},
            "MSFT_StorageSubsystem": f"{CLASS}MSFT_StorageSubSystem",
            **dict.fromkeys(_WORDS, "System.String"),
        },
    ),
    behaviours=tuple(f"{_PACKAGE}.{name}" for name in _BEHAVIOURS),
    aliases={
        "Initialize-Volume": "Format-Volume",
    },
    class_name="{verb}-{noun}",
    types=_types,
    views=_views,
)
of_windows(STORAGE)
