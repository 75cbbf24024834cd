"""The types of the module, bound to the machine's own objects: what a script holds is the live object."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from emulator.host import (
    Checkpoint,
    ComPort,
    DvdDrive,
    FloppyDrive,
    HardDiskDrive,
    Host,
    HostNetworkAdapter,
    IdeController,
    IntegrationService,
    KeyStorageDrive,
    MemorySettings,
    NetworkAdapter,
    ProcessorSettings,
    ScsiController,
    VirtualDisk,
    VirtualMachine,
    VirtualSwitch,
)
from emulator.host.replication.replication_relationship import ReplicationRelationship
from emulator.host.replication.replication_settings import ReplicationSettings
from emulator.host.resources.virtual_machine_groups import VirtualMachineGroup
from emulator.host.virtual_machine.controllers import PersistentMemoryController
from emulator.host.virtual_machine.display import SyntheticDisplay
from emulator.host.virtual_machine.expansion.fibre_channel import FibreChannelAdapter
from emulator.host.virtual_machine.expansion.gpu import GpuPartition, RemoteFxDisplay
from emulator.host.virtual_machine.expansion.pci import AssignedDevice, HostPciDevice
from emulator.host.virtual_machine.security_settings import SecuritySettings
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.types import PSType, bind_class
from emulator.powershell.modules.hyperv.catalog import (
    Readers,
    class_type,
    enumerations,
    other_classes,
    shape_of,
)
from emulator.powershell.modules.hyperv.errors import exception_types
from emulator.powershell.modules.hyperv.objects import (
    checkpoint,
    compatibility,
    connect_access,
    devices,
    firmware,
    host,
    machine_group,
    metering,
    migration,
    network,
    port_settings,
    replication,
    resource_pool,
    security,
    special_devices,
    switch_features,
    vhd_set,
    virtual_machine,
)
from emulator.powershell.modules.hyperv.objects.values import device_text

_DEVICES = (
    ("VMProcessor", devices.PROCESSOR, ProcessorSettings, None),
    ("VMMemory", devices.MEMORY, MemorySettings, None),
    ("HardDiskDrive", devices.HARD_DISK_DRIVE, HardDiskDrive, devices.drive_name),
    ("DvdDrive", devices.DVD_DRIVE, DvdDrive, devices.drive_name),
    ("KeyStorageDrive", devices.KEY_STORAGE_DRIVE, KeyStorageDrive, devices.drive_name),
    ("VMFloppyDiskDrive", devices.FLOPPY_DRIVE, FloppyDrive, None),
    ("VMComPort", devices.COM_PORT, ComPort, None),
    ("VMVideo", devices.VIDEO, SyntheticDisplay, None),
    ("VMIdeController", devices.CONTROLLER, IdeController, None),
    ("VMScsiController", devices.CONTROLLER, ScsiController, None),
    ("VMIntegrationComponent", devices.INTEGRATION_SERVICE, IntegrationService, None),
    ("VMNetworkAdapter", {**network.ADAPTER, **port_settings.ADAPTER_SETTINGS}, NetworkAdapter, None),
    ("VMFibreChannelHba", special_devices.HBA, FibreChannelAdapter, None),
    ("VMAssignedDevice", special_devices.ASSIGNED_DEVICE, AssignedDevice, None),
    ("VMGpuPartitionAdapter", special_devices.GPU_PARTITION, GpuPartition, None),
    ("VMRemoteFx3DVideoAdapter", special_devices.REMOTEFX_ADAPTER, RemoteFxDisplay, None),
    ("VMPmemController", special_devices.PMEM_CONTROLLER, PersistentMemoryController, None),
)
_OF_HOST: tuple[tuple[str, Readers, type, str | None], ...] = (
    ("VMSan", special_devices.SAN, special_devices.SanOfHost, None),
    ("VMHostAssignableDevice", special_devices.HOST_ASSIGNABLE_DEVICE, HostPciDevice, None),
    ("VMPartitionableGpu", special_devices.PARTITIONABLE_GPU, special_devices.PartitionableGpu, None),
    (
        "VMHostPartitionableGpu",
        special_devices.PARTITIONABLE_GPU,
        special_devices.HostPartitionableGpu,
        "VMPartitionableGpu",
    ),
    (
        "VMRemoteFXPhysicalVideoAdapter",
        special_devices.PHYSICAL_VIDEO_ADAPTER,
        special_devices.PhysicalVideoAdapter,
        None,
    ),
    ("VMSwitchExtensionPortFeature", switch_features.FEATURE, switch_features.ExtensionPortFeature, None),
    ("VMSwitchExtensionSwitchFeature", switch_features.FEATURE, switch_features.ExtensionSwitchFeature, None),
    ("VMSwitchExtensionPortData", switch_features.PORT_DATA, switch_features.ExtensionPortData, None),
    ("VMSwitchExtensionSwitchData", switch_features.SWITCH_DATA, switch_features.ExtensionSwitchData, None),
    ("VMSystemSwitchExtension", switch_features.SYSTEM_EXTENSION, switch_features.SystemExtension, None),
    ("VMStorageSetting", special_devices.STORAGE_SETTING, special_devices.StorageSetting, None),
)
_PORT_SETTINGS: tuple[tuple[str, Readers, type, str | None], ...] = (
    (
        "VMNetworkAdapterBandwidthSetting",
        port_settings.BANDWIDTH,
        port_settings.BandwidthSetting,
        port_settings.BANDWIDTH_ROW,
    ),
    (
        "VMNetworkAdapterExtendedAclSetting",
        port_settings.EXTENDED_ACL,
        port_settings.ExtendedAclSetting,
        None,
    ),
    (
        "VMNetworkAdapterRoutingDomainSetting",
        port_settings.ROUTING_DOMAIN,
        port_settings.RoutingDomainSetting,
        None,
    ),
    ("VMNetworkAdapterRdmaSetting", port_settings.RDMA, port_settings.RdmaSetting, None),
    (
        "VMNetworkAdapterTeamMappingSetting",
        port_settings.TEAM_MAPPING,
        port_settings.TeamMappingSetting,
        None,
    ),
    ("VMNetworkAdapterFailoverSetting", port_settings.FAILOVER, port_settings.FailoverSetting, None),
    (
        "VMNetworkAdapterConnectionTestResult",
        port_settings.CONNECTION_TEST,
        port_settings.ConnectionTest,
        None,
    ),
    ("VMSwitchTeam", port_settings.SWITCH_TEAM, port_settings.SwitchTeam, None),
)
_REPLICATION: tuple[tuple[str, Readers, Mapping[str, str], type], ...] = (
    ("VMReplication", replication.REPLICATION, replication.REPLICATION_ADDED, ReplicationRelationship),
    ("VMReplicationHealth", replication.HEALTH, replication.HEALTH_ADDED, replication.HealthOfReplication),
    ("VMReplicationServer", replication.SERVER, replication.SERVER_ADDED, ReplicationSettings),
    ("VMReplicationAuthorizationEntry", replication.ENTRY, {}, replication.EntryOfHost),
)


@cache
def module_types() -> tuple[PSType, ...]:
    """Every type of the module; made and bound once for the process."""
    made: list[PSType] = []

    def bind(kind: PSType, python: type) -> None:
        bind_class(kind, python)
        made.append(kind)

    for name, readers, python, shown in _DEVICES:
        bind(class_type(name, readers, to_text=device_text(name, shown)), python)
    bind(
        class_type(
            "VirtualMachine",
            virtual_machine.READERS,
            added=virtual_machine.ADDED,
            to_text=virtual_machine.text,
        ),
        VirtualMachine,
    )
    bind(
        class_type("VMSnapshot", checkpoint.READERS, added=checkpoint.ADDED, to_text=checkpoint.text),
        Checkpoint,
    )
    bind(class_type("VMSwitch", network.SWITCH, to_text=network.switch_text), VirtualSwitch)
    bind(class_type("VMHost", host.HOST, to_text=host.host_text), Host)
    bind(class_type("VMCompatibilityReport", compatibility.REPORT), compatibility.CompatibilityReport)
    bind(
        class_type("VMCompatibilityError", compatibility.ERROR, row=compatibility.ERROR_ROW),
        compatibility.CompatibilityError,
    )
    bind(class_type("VMMigrationNetwork", migration.NETWORK), migration.NetworkOfHost)
    for name, readers, added, replicated in _REPLICATION:
        bind(class_type(name, readers, added=added), replicated)
    bind(class_type("VirtualHardDisk", host.DISK, added=host.DISK_ADDED), VirtualDisk)
    bind(class_type("VHDSetInfo", vhd_set.SET), vhd_set.SetInfo)
    bind(class_type("VHDSnapshotInfo", vhd_set.SNAPSHOT), vhd_set.SnapshotInfo)
    bind(class_type("VMNetworkAdapterVlanSetting", network.VLAN), network.VlanSetting)
    bind(class_type("VMNetworkAdapterAclSetting", network.ACL), network.AclSetting)
    bind(class_type("VMNetworkAdapterIsolationSetting", network.ISOLATION), network.IsolationSetting)
    for name, readers, kind, shape in _OF_HOST:
        bind(class_type(name, readers, row=shape and shape_of(shape)), kind)
    bind(
        class_type("VMNumaNodeStatus", special_devices.NODE_STATUS, row=special_devices.NODE_STATUS_ROW),
        special_devices.MachineOnNode,
    )
    for name, readers, setting, row in _PORT_SETTINGS:
        bind(class_type(name, readers, row=row), setting)
    bind(class_type("VMSwitchExtension", network.EXTENSION), network.RunningExtension)
    bind(
        class_type(
            "VMInternalNetworkAdapter",
            {**network.HOST_ADAPTER, **port_settings.ADAPTER_SETTINGS},
            to_text=network.host_adapter_text,
        ),
        HostNetworkAdapter,
    )
    bind(class_type("VMGroup", machine_group.GROUP), VirtualMachineGroup)
    bind(class_type("VMSecurity", security.SECURITY), SecuritySettings)
    bind(class_type("VMConnectAce", connect_access.ACE), connect_access.ConnectAce)
    load_on_demand("system.security.principal.securityidentifier")
    bind(
        class_type("VMMeteringReportForVirtualMachine", metering.REPORT, added=metering.ADDED),
        metering.MeteringReport,
    )
    bind(class_type("VMPortAclMeteringReport", metering.TRAFFIC, row=metering.TRAFFIC_ROW), metering.Traffic)
    bind(class_type("VHDMetrics", metering.DISK, row=metering.DISK_ROW), metering.DiskFigures)
    bind(class_type("VMResourcePool", resource_pool.POOL), resource_pool.PoolOfHost)
    bind(class_type("VMStorageResourcePool", resource_pool.STORAGE_POOL), resource_pool.StoragePoolOfHost)
    bind(
        class_type("VMMeteringReportForResourcePool", resource_pool.REPORT, added=metering.ADDED),
        resource_pool.PoolReport,
    )
    bind(class_type("VMHostNumaNode", resource_pool.NUMA_NODE), resource_pool.NodeOfHost)
    bind(class_type("VMHostSupportedVersion", host.SUPPORTED_VERSION), host.SupportedVersion)
    bind(class_type("VMFirmware", firmware.FIRMWARE), firmware.Firmware)
    bind(class_type("VMBios", firmware.BIOS), firmware.Bios)
    bind(
        class_type("VMBootSource", firmware.BOOT_SOURCE, row=firmware.BOOT_SOURCE_ROW),
        firmware.BootSource,
    )
    made.append(firmware.BOOT_SOURCE_TYPE)
    made += other_classes(kind.name for kind in made)
    return (*made, *enumerations().values(), *exception_types().values())
