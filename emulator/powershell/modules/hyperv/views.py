"""Default views of the module's objects: tables as wide as needed with everything at the left (recorded)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.powershell.format.views import Column, View, listing, table
from emulator.powershell.modules.hyperv.catalog import NAMESPACE, VHD_NAMESPACE
from emulator.powershell.modules.hyperv.objects.metering import MeteringReport
from emulator.powershell.modules.hyperv.objects.network import VlanSetting, vlan_list
from emulator.powershell.runtime.members import MISSING, get_property

FIRST_BUILD_WITH_VERSION = 14393


def _property(value: Any, name: str) -> Any:
    found = get_property(value, name)
    return None if found is MISSING else found


def _megabytes(name: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        size = _property(value, name)
        return size // (1 << 20) if isinstance(size, int) else None

    return read


def _columns(*names: str | Column) -> tuple[Column, ...]:
    return tuple(name if isinstance(name, Column) else Column(name, name, alignment="left") for name in names)


def _computed(label: str, value: Callable[[Any], Any]) -> Column:
    return Column(label, value, alignment="left")


def _vlan_machine(value: Any) -> Any:
    return (
        getattr(getattr(value.adapter, "vm", None), "name", None) if isinstance(value, VlanSetting) else None
    )


def _vlan_adapter(value: Any) -> Any:
    return value.adapter.name if isinstance(value, VlanSetting) else None


def _vlan_list(value: Any) -> Any:
    return vlan_list(value) if isinstance(value, VlanSetting) else None


def _server_authentication(value: Any) -> str:
    """``Kerb`` (documented), and the other one in the same manner."""
    names = {"Kerberos": "Kerb", "Certificate": "Cert", "CertificateAndKerberos": "CertAndKerb"}
    shown = str(_property(value, "AuthType"))
    return names.get(shown, shown)


def _traffic(direction: int) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        found = value.traffic if isinstance(value, MeteringReport) else []
        return sum(one.total for one in found if one.direction == direction)

    return read


_SNAPSHOT = ("VMName", "Name", "SnapshotType", "CreationTime", "ParentSnapshotName")
_DRIVE = ("VMName", "ControllerType", "ControllerNumber", "ControllerLocation")
_TABLES: dict[str, tuple[str | Column, ...]] = {
    "VMSnapshot": _SNAPSHOT,
    "VMSwitch": ("Name", "SwitchType", "NetAdapterInterfaceDescription"),
    "HardDiskDrive": (*_DRIVE, "DiskNumber", "Path"),
    "DvdDrive": (*_DRIVE, "DvdMediaType", "Path"),
    "VMMemory": (
        "VMName",
        "DynamicMemoryEnabled",
        _computed("Minimum(M)", _megabytes("Minimum")),
        _computed("Startup(M)", _megabytes("Startup")),
        _computed("Maximum(M)", _megabytes("Maximum")),
    ),
    "VMProcessor": (
        "VMName",
        "Count",
        "CompatibilityForMigrationEnabled",
        "CompatibilityForOlderOperatingSystemsEnabled",
    ),
    "VMIntegrationComponent": (
        "VMName",
        "Name",
        "Enabled",
        "PrimaryStatusDescription",
        "SecondaryStatusDescription",
    ),
    "VMNetworkAdapterVlanSetting": (
        _computed("VMName", _vlan_machine),
        _computed("VMNetworkAdapterName", _vlan_adapter),
        Column("Mode", "OperationMode", alignment="left"),
        _computed("VlanList", _vlan_list),
    ),
    "VMIdeController": ("VMName", "ControllerNumber", "Drives"),
    "VMScsiController": ("VMName", "ControllerNumber", "Drives"),
    "VMResourcePool": ("Name", "ResourcePoolType", "ParentName", "ResourceMeteringEnabled"),
    "VMHostSupportedVersion": ("Name", "Version", "IsDefault"),
    "VMMeteringReportForVirtualMachine": (
        "VMName",
        Column("AvgCPU(MHz)", "AverageProcessorUsage", alignment="left"),
        Column("AvgRAM(M)", "AverageMemoryUsage", alignment="left"),
        Column("MaxRAM(M)", "MaximumMemoryUsage", alignment="left"),
        Column("MinRAM(M)", "MinimumMemoryUsage", alignment="left"),
        Column("TotalDisk(M)", "TotalDiskAllocation", alignment="left"),
        _computed("NetworkInbound(M)", _traffic(1)),
        _computed("NetworkOutbound(M)", _traffic(2)),
    ),
    "VMConnectAce": ("VMName", "UserName", "Access"),
    "VMComPort": ("VMName", "Name", "Path"),
}
_REPLICATION = (
    "VMName",
    "State",
    "Health",
    "Mode",
    "FrequencySec",
    "PrimaryServer",
    "ReplicaServer",
    "ReplicaPort",
    "AuthType",
    "Relationship",
)
_TABLES |= {
    "VMReplication": _REPLICATION,
    "VMReplicationHealth": (
        "VMName",
        "State",
        "Health",
        "LReplTime",
        _computed("PReplSize(M)", _megabytes("PReplSize")),
        "AvgLatency",
        _computed("AvgReplSize(M)", _megabytes("AvgReplSize")),
        "Relationship",
    ),
    "VMReplicationServer": (
        "RepEnabled",
        _computed("AuthType", _server_authentication),
        "KerbAuthPort",
        "CertAuthPort",
        "AllowAnyServer",
    ),
    "VMReplicationAuthorizationEntry": (
        "AllowedPrimaryServer",
        _computed("StorageLocation", lambda value: _property(value, "ReplicaStorageLocation")),
        "TrustGroup",
    ),
}
_ADAPTER = ("Name", "IsManagementOs", "VMName", "SwitchName", "MacAddress", "Status", "IPAddresses")
_DISK = [
    "ComputerName",
    "Path",
    "VhdFormat",
    "VhdType",
    "FileSize",
    "Size",
    "MinimumSize",
    "LogicalSectorSize",
    "PhysicalSectorSize",
    "BlockSize",
    "ParentPath",
    "DiskIdentifier",
    "FragmentationPercentage",
    "Alignment",
    "Attached",
    "DiskNumber",
]
_NEW_DISK = ("IsPMEMCompatible", "AddressAbstractionType")


def module_views(build: int) -> list[View]:
    """The views of a release by its Windows build."""
    machine: tuple[str | Column, ...] = (
        "Name",
        "State",
        Column("CPUUsage(%)", "CPUUsage", alignment="left"),
        _computed("MemoryAssigned(M)", _megabytes("MemoryAssigned")),
        "Uptime",
        "Status",
    )
    if build >= FIRST_BUILD_WITH_VERSION:
        machine += ("Version",)
    views = [table(f"{NAMESPACE}.VirtualMachine", columns=_columns(*machine), auto_size=True)]
    views += [
        table(f"{NAMESPACE}.{name}", columns=_columns(*columns), auto_size=True)
        for name, columns in _TABLES.items()
    ]
    views.append(
        table(
            f"{NAMESPACE}.VMNetworkAdapter",
            f"{NAMESPACE}.VMInternalNetworkAdapter",
            columns=_columns(*_ADAPTER),
            auto_size=True,
        )
    )
    newer = _NEW_DISK if build >= 17763 else ()
    views.append(listing(f"{VHD_NAMESPACE}.VirtualHardDisk", entries=(*_DISK, *newer, "Number")))
    return views
