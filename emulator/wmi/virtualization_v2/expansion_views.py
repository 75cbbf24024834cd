"""The views of special devices and the associations between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.wmi.association import End, Link, every, itself, the_host
from emulator.wmi.virtualization_v2 import (
    assignable_devices,
    computer_system,
    fibre_channel,
    flexible_io,
    graphics,
    pool_service,
    settings_parts,
    storage_logical_units,
)
from emulator.wmi.virtualization_v2.pools import STORAGE_LOGICAL_UNITS

if TYPE_CHECKING:
    from emulator.host.expansion.fibre_channel import FibreChannelAdapter, HostPort
    from emulator.host.expansion.gpu import GpuPartition, HostGpu
    from emulator.host.resource_pools import ResourcePool
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.virtualization_v2.base import DeviceSettingView, DeviceView

_HOST = computer_system.HostSystem

#: Settings and devices of machines, and which of both show the same object.
SETTING_VIEWS: tuple[type[DeviceSettingView[Any]], ...] = (
    assignable_devices.PortSettings,
    fibre_channel.AdapterSettings,
    fibre_channel.ConnectionSettings,
    flexible_io.FlexibleDeviceSettings,
    graphics.DisplaySettings,
    graphics.PartitionSettings,
    settings_parts.StorageSettingView,
    storage_logical_units.LogicalUnitSettings,
)
DEVICE_VIEWS: tuple[type[DeviceView[Any]], ...] = (
    assignable_devices.Port,
    fibre_channel.Adapter,
    flexible_io.FlexibleDevice,
    graphics.Display,
    graphics.Partition,
)
_FIBRE_CHANNEL_PORTS = "698F2285-28DC-4438-A147-82D7432C5254"
_PCI_EXPRESS_PORTS = "A1F0D3C2-5B7E-4E0B-9C57-6E1D2F3A4B01"
_FLEXIBLE_DEVICES = "A1F0D3C2-5B7E-4E0B-9C57-6E1D2F3A4B04"
_GPU_PARTITIONS = "A1F0D3C2-5B7E-4E0B-9C57-6E1D2F3A4B02"
#: Views of devices and settings with the pool that each is allocated from.
DEVICES_OF_POOLS: tuple[tuple[Any, Any], ...] = (
    (assignable_devices.Port, lambda _: _PCI_EXPRESS_PORTS),
    (fibre_channel.Adapter, lambda _: _FIBRE_CHANNEL_PORTS),
    (flexible_io.FlexibleDevice, lambda _: _FLEXIBLE_DEVICES),
    (graphics.Partition, lambda _: _GPU_PARTITIONS),
)
SETTINGS_OF_POOLS: tuple[tuple[Any, Any], ...] = (
    (assignable_devices.PortSettings, lambda _: _PCI_EXPRESS_PORTS),
    (fibre_channel.AdapterSettings, lambda _: _FIBRE_CHANNEL_PORTS),
    (flexible_io.FlexibleDeviceSettings, lambda _: _FLEXIBLE_DEVICES),
    (graphics.PartitionSettings, lambda _: _GPU_PARTITIONS),
    (storage_logical_units.LogicalUnitSettings, lambda _: STORAGE_LOGICAL_UNITS),
)
STATE_OF: tuple[tuple[Any, Any], ...] = (
    (assignable_devices.Port, assignable_devices.PortSettings),
    (fibre_channel.Adapter, fibre_channel.AdapterSettings),
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
    fibre_channel.EndpointView,
    fibre_channel.ExternalPort,
    fibre_channel.SanAllocation,
    fibre_channel.Switch,
    fibre_channel.SwitchPortView,
    fibre_channel.SwitchSettings,
    settings_parts.DiskMergeSettings,
)


def _connection(_namespace: Namespace, port: fibre_channel.SwitchPort) -> Iterable[FibreChannelAdapter]:
    return () if port.adapter is None else (port.adapter,)


def _switch_port_of_connection(
    _namespace: Namespace, adapter: FibreChannelAdapter
) -> Iterable[fibre_channel.SwitchPort]:
    return () if adapter.vm.is_checkpoint else fibre_channel.port_of_adapter(adapter)


def _switch_port(
    _namespace: Namespace, endpoint: fibre_channel.Endpoint
) -> Iterable[fibre_channel.SwitchPort]:
    if not endpoint.at_switch or endpoint.port is None:
        return ()
    return (fibre_channel.SwitchPort(endpoint.port, endpoint.adapter),)


def _external(_namespace: Namespace, endpoint: fibre_channel.Endpoint) -> Iterable[HostPort]:
    if endpoint.at_switch or endpoint.adapter is not None or endpoint.port is None:
        return ()
    return (endpoint.port,)


def _adapter(_namespace: Namespace, endpoint: fibre_channel.Endpoint) -> Iterable[FibreChannelAdapter]:
    return () if endpoint.at_switch or endpoint.adapter is None else (endpoint.adapter,)


def _from_switch(_namespace: Namespace, endpoint: fibre_channel.Endpoint) -> list[fibre_channel.Endpoint]:
    return fibre_channel.other_end(endpoint) if endpoint.at_switch else []


def _to_switch(_namespace: Namespace, endpoint: fibre_channel.Endpoint) -> list[fibre_channel.Endpoint]:
    return [] if endpoint.at_switch else fibre_channel.other_end(endpoint)


def _san(namespace: Namespace, pool: ResourcePool) -> Iterable[ResourcePool]:
    return (pool,) if pool in namespace.view(fibre_channel.SanAllocation).objects() else ()


def _connected_to(namespace: Namespace, pool: ResourcePool) -> list[FibreChannelAdapter]:
    if not list(_san(namespace, pool)):
        return []
    return [
        adapter
        for vm in namespace.host.virtual_machines
        for adapter in vm.fibre_channel_adapters
        if adapter.san.casefold() == pool.name.casefold()
    ]


def _san_of(namespace: Namespace, adapter: FibreChannelAdapter) -> Iterable[ResourcePool]:
    if adapter.vm.is_checkpoint:
        return ()
    san = namespace.host.expansion.fibre_channel.san(adapter.san)
    return () if san is None else (san,)


def _gpu(namespace: Namespace, partition: GpuPartition) -> list[HostGpu]:
    gpu = partition.host_gpu
    return [each for each in namespace.view(graphics.PartitionableGpu).objects() if each is gpu]


LINKS: tuple[Link, ...] = (
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", _HOST, lambda namespace, _: fibre_channel.host_ports(namespace.host)),
        End("PartComponent", fibre_channel.ExternalPort, the_host),
    ),
    Link(
        "Msvm_SystemDevice",
        End("GroupComponent", fibre_channel.Switch, lambda _, port: fibre_channel.switch_ports(port)),
        End("PartComponent", fibre_channel.SwitchPortView, lambda _, item: (item.port,)),
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", fibre_channel.Switch, itself),
        End("SettingData", fibre_channel.SwitchSettings, itself),
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", fibre_channel.SwitchPortView, _connection),
        End("SettingData", fibre_channel.ConnectionSettings, _switch_port_of_connection),
    ),
    Link(
        "Msvm_FcDeviceSAPImplementation",
        End(
            "Antecedent",
            fibre_channel.SwitchPortView,
            lambda _, item: (fibre_channel.switch_port_endpoint(item),),
        ),
        End("Dependent", fibre_channel.EndpointView, _switch_port),
    ),
    Link(
        "Msvm_FcDeviceSAPImplementation",
        End("Antecedent", fibre_channel.ExternalPort, lambda _, port: (fibre_channel.port_endpoint(port),)),
        End("Dependent", fibre_channel.EndpointView, _external),
    ),
    Link(
        "Msvm_FcDeviceSAPImplementation",
        End(
            "Antecedent",
            fibre_channel.Adapter,
            lambda _, adapter: (fibre_channel.adapter_endpoint(adapter),),
        ),
        End("Dependent", fibre_channel.EndpointView, _adapter),
    ),
    Link(
        "Msvm_FcActiveConnection",
        End("Antecedent", fibre_channel.EndpointView, _from_switch),
        End("Dependent", fibre_channel.EndpointView, _to_switch),
        values={"IsUnidirectional": False, "TrafficType": 2},
    ),
    # Devices on the PCI Express bus and graphics processors.
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
    # Virtual SANs.
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", pool_service.ChildPool, _san),
        End("SettingData", fibre_channel.SanAllocation, itself),
    ),
    Link(
        "Msvm_ResourceAllocationFromPool",
        End("Antecedent", pool_service.ChildPool, _connected_to),
        End("Dependent", fibre_channel.ConnectionSettings, _san_of),
    ),
)
