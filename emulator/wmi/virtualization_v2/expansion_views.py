"""The views of special devices and the associations between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.wmi.association import End, Link, every, itself, the_host
from emulator.wmi.virtualization_v2 import (
    assignable_devices,
    computer_system,
    flexible_io,
    graphics,
    settings_parts,
    storage_logical_units,
)
from emulator.wmi.virtualization_v2.fibre_channel import adapters, endpoints, ports
from emulator.wmi.virtualization_v2.pool_allocation import DEVICE

if TYPE_CHECKING:
    from emulator.host.virtual_machine.expansion.gpu import GpuPartition, HostGpu
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.virtualization_v2.base import DeviceSettingView, DeviceView

_HOST = computer_system.HostSystem

#: Settings and devices of machines, and which of both show the same object.
SETTING_VIEWS: tuple[type[DeviceSettingView[Any]], ...] = (
    assignable_devices.PortSettings,
    adapters.AdapterSettings,
    adapters.ConnectionSettings,
    flexible_io.FlexibleDeviceSettings,
    graphics.DisplaySettings,
    graphics.PartitionSettings,
    settings_parts.StorageSettingView,
    storage_logical_units.LogicalUnitSettings,
)
DEVICE_VIEWS: tuple[type[DeviceView[Any]], ...] = (
    assignable_devices.Port,
    adapters.Adapter,
    flexible_io.FlexibleDevice,
    graphics.Display,
    graphics.Partition,
)
#: Views of devices and settings that are allocated from pools.
DEVICES_OF_POOLS: tuple[tuple[Any, Any], ...] = (
    (assignable_devices.Port, DEVICE),
    (adapters.Adapter, DEVICE),
    (flexible_io.FlexibleDevice, DEVICE),
    (graphics.Partition, DEVICE),
)
SETTINGS_OF_POOLS: tuple[tuple[Any, Any], ...] = (
    (assignable_devices.PortSettings, DEVICE),
    (adapters.AdapterSettings, DEVICE),
    (flexible_io.FlexibleDeviceSettings, DEVICE),
    (graphics.PartitionSettings, DEVICE),
    (storage_logical_units.LogicalUnitSettings, DEVICE),
)
STATE_OF: tuple[tuple[Any, Any], ...] = (
    (assignable_devices.Port, assignable_devices.PortSettings),
    (adapters.Adapter, adapters.AdapterSettings),
    (flexible_io.FlexibleDevice, flexible_io.FlexibleDeviceSettings),
    (graphics.Display, graphics.DisplaySettings),
    (graphics.Partition, graphics.PartitionSettings),
)
#: Views of pools and services that a host has beside the common ones.
POOL_VIEWS = (graphics.VideoPool,)
SERVICES = (assignable_devices.AssignableDeviceService, graphics.Synthetic3DService)

VIEWS = (
    assignable_devices.HostDevice,
    graphics.PartitionableGpu,
    graphics.PhysicalGpuInfo,
    graphics.PhysicalGraphicsProcessor,
    graphics.Synthetic3DServiceSettings,
    *POOL_VIEWS,
    *SERVICES,
    endpoints.EndpointView,
    *ports.VIEWS,
    settings_parts.DiskMergeSettings,
)


def _gpu(namespace: Namespace, partition: GpuPartition) -> list[HostGpu]:
    gpu = partition.host_gpu
    return [each for each in namespace.view(graphics.PartitionableGpu).objects() if each is gpu]


LINKS: tuple[Link, ...] = (
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", _HOST, every(assignable_devices.HostDevice)),
        End("PartComponent", assignable_devices.HostDevice, the_host),
    ),
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", _HOST, every(graphics.PhysicalGraphicsProcessor)),
        End("PartComponent", graphics.PhysicalGraphicsProcessor, the_host),
    ),
    Link(
        "Msvm_HostedDependency",
        End("Antecedent", _HOST, every(graphics.PartitionableGpu)),
        End("Dependent", graphics.PartitionableGpu, the_host),
    ),
    Link(
        "Msvm_HostedDependency",
        End("Antecedent", graphics.PartitionableGpu, lambda _, gpu: list(gpu.partitions.values())),
        End("Dependent", graphics.Partition, _gpu),
    ),
    Link(
        "Msvm_ElementSettingData",
        End("ManagedElement", graphics.Synthetic3DService, the_host),
        End("SettingData", graphics.Synthetic3DServiceSettings, the_host),
        values={"IsCurrent": 2, "IsDefault": 0, "IsNext": 0},
    ),
    Link(
        "Msvm_ElementSettingData",
        End("ManagedElement", computer_system.MachineSystem, itself),
        End("SettingData", settings_parts.DiskMergeSettings, itself),
        values={"IsCurrent": 2, "IsDefault": 0, "IsNext": 0},
    ),
)
