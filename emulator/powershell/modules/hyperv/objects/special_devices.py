"""Fibre channel, assigned devices, graphics processors, persistent memory and storage settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from emulator.host import Host, VirtualMachine
from emulator.host.resources.resource_kinds import PRIMORDIAL
from emulator.host.resources.resource_pools import ResourcePool
from emulator.host.virtual_machine.expansion.fibre_channel import HostPort
from emulator.host.virtual_machine.expansion.gpu import (
    PARTITION_RESOURCES,
    RESOURCE_NAMES,
    WHOLE,
    HostGpu,
)
from emulator.host.virtual_machine.expansion.settings_parts import StorageSettings
from emulator.powershell.dotnet.collections import PSArray, TypedArray
from emulator.powershell.dotnet.numbers import Byte, Int64, UInt16, UInt64
from emulator.powershell.dotnet.types import array_of, builtin
from emulator.powershell.modules.hyperv.catalog import Readers
from emulator.powershell.modules.hyperv.objects.devices import CONTROLLER
from emulator.powershell.modules.hyperv.objects.resource_pool import POOL
from emulator.powershell.modules.hyperv.objects.values import DEVICE, component, enum, guid

HBA: Readers = {
    **DEVICE,
    "SanName": lambda hba: hba.san,
    "WorldWideNodeNameSetA": lambda hba: hba.node_name_a,
    "WorldWidePortNameSetA": lambda hba: hba.port_name_a,
    "WorldWideNodeNameSetB": lambda hba: hba.node_name_b,
    "WorldWidePortNameSetB": lambda hba: hba.port_name_b,
}


class SanOfHost(NamedTuple):
    """VMSan: a virtual SAN. ``adapters`` gives its host bus adapters as CIM instances."""

    host: Host
    made: ResourcePool
    adapters: Callable[[list[HostPort]], list[Any]]

    @property
    def name(self) -> str:
        """Its name."""
        return self.made.name

    @property
    def kind(self) -> str:
        """The kind of its pool."""
        return self.made.subtype

    @property
    def metrics(self) -> frozenset[Any]:
        """The metrics that are collected of it."""
        return self.host.resource_pools.metered(self.made.id)


SAN: Readers = {
    **POOL,
    "Note": lambda san: san.made.notes,
    "HBAs": lambda san: PSArray(san.adapters(san.host.expansion.fibre_channel.ports_of(san.made))),
}


def _instance_path(device: Any) -> str:
    return "" if device.host_device is None else device.host_device.instance_path


ASSIGNED_DEVICE: Readers = {
    **DEVICE,
    "InstanceID": _instance_path,
    "LocationPath": lambda device: device.location_path,
    "ResourcePoolName": lambda device: device.pool or PRIMORDIAL,
    "VirtualFunction": lambda device: UInt16(next(iter(device.virtual_functions), 0)),
}
HOST_ASSIGNABLE_DEVICE: Readers = {
    "InstanceID": lambda device: device.instance_path,
    "LocationPath": lambda device: device.location_path,
    "ComputerName": lambda device: device.host.name,
    "IsDeleted": lambda device: not device.is_dismounted,
}

# -- graphics processors ----------------------------------------------------------------------------


def _resource(key: str) -> Callable[[Any], Any]:
    def read(partition: Any) -> Any:
        wanted = partition.resource(key)
        return None if wanted is None else UInt64(wanted)

    return read


GPU_PARTITION: Readers = {
    **DEVICE,
    **{name: _resource(key) for name, key in PARTITION_RESOURCES.items()},
}


class PartitionableGpu(NamedTuple):
    """VMPartitionableGpu: a graphics processor that can be divided, live."""

    gpu: HostGpu

    @property
    def host(self) -> Host:
        """The machine."""
        return self.gpu.host


class HostPartitionableGpu(PartitionableGpu):
    """VMHostPartitionableGpu: what Windows Server 2022 calls it."""


def _figures(resource: str, name: str) -> Readers:
    return {
        f"Total{name}": lambda _: UInt64(WHOLE[resource]),
        f"Available{name}": lambda shown: UInt64(shown.gpu.available(resource)),
        f"MinPartition{name}": lambda _: UInt64(0),
        f"MaxPartition{name}": lambda shown: UInt64(shown.gpu.share(resource)),
        f"OptimalPartition{name}": lambda shown: UInt64(shown.gpu.share(resource)),
    }


PARTITIONABLE_GPU: Readers = {
    "Name": lambda shown: shown.gpu.interface_path,
    "ValidPartitionCounts": lambda shown: TypedArray(
        map(UInt16, shown.gpu.facts.partition_counts), array_of(builtin("System.UInt16"))
    ),
    "PartitionCount": lambda shown: UInt16(shown.gpu.partition_count),
    **{
        key: read
        for name, resource in RESOURCE_NAMES.items()
        for key, read in _figures(resource, name).items()
    },
    "ComputerName": lambda shown: shown.host.name,
    "IsDeleted": lambda shown: not shown.gpu.is_partitionable,
}


class PhysicalVideoAdapter(NamedTuple):
    """VMRemoteFXPhysicalVideoAdapter: a graphics processor as RemoteFX sees it, live."""

    gpu: HostGpu

    @property
    def host(self) -> Host:
        """The machine."""
        return self.gpu.host

    @property
    def name(self) -> str:
        """Its name."""
        return self.gpu.name


PHYSICAL_VIDEO_ADAPTER: Readers = {
    "Id": lambda shown: f"Microsoft:{shown.gpu.id}",
    "Name": lambda shown: shown.gpu.name,
    "GPUID": lambda shown: shown.gpu.id,
    "TotalVideoMemory": lambda shown: Int64(shown.gpu.facts.video_memory),
    "AvailableVideoMemory": lambda shown: Int64(shown.gpu.available_video_memory),
    "DedicatedVideoMemory": lambda shown: Int64(shown.gpu.facts.video_memory),
    "Enabled": lambda shown: shown.gpu.serves_remotefx,
    "CompatibleForVirtualization": lambda shown: shown.gpu.facts.remotefx,
    "DirectXVersion": lambda shown: shown.gpu.facts.directx_version,
    "PixelShaderVersion": lambda _: "5.0",
    "DriverProvider": lambda shown: shown.gpu.facts.driver_provider,
    "DriverDate": lambda shown: f"{shown.gpu.facts.driver_date:%m/%d/%Y}",
    "DriverInstalledDate": lambda shown: f"{shown.gpu.facts.driver_date:%m/%d/%Y}",
    "DriverVersion": lambda shown: shown.gpu.facts.driver_version,
    "DriverModelVersion": lambda _: "2.0",
    "ComputerName": lambda shown: shown.host.name,
    "IsDeleted": lambda shown: not shown.gpu.is_present,
}
#: Resolutions of RemoteFX adapters by their numbers.
RESOLUTIONS = ("1024x768", "1280x1024", "1600x1200", "1920x1200")
REMOTEFX_ADAPTER: Readers = {
    **DEVICE,
    "MaximumScreenResolution": lambda display: RESOLUTIONS[display.resolution],
    "MaximumMonitors": lambda display: Byte(display.monitors),
    "VRAMSizeBytes": lambda display: UInt64(display.needed_memory),
}

# -- persistent memory and storage ------------------------------------------------------------------

PMEM_CONTROLLER: Readers = CONTROLLER


class StorageSetting(NamedTuple):
    """VMStorageSetting: how a machine talks to its storage, live; the defaults until somebody sets it."""

    vm: VirtualMachine

    @property
    def host(self) -> Host:
        """The machine's host."""
        return self.vm.host

    @property
    def settings(self) -> StorageSettings:
        """The present settings."""
        found = self.vm.expansion.of(StorageSettings)
        return found[0] if found else StorageSettings(self.vm, "")


STORAGE_SETTING: Readers = {
    **component(lambda shown: shown.vm),
    "ThreadCountPerChannel": enum("ThreadCount", lambda shown: shown.settings.threads_per_channel),
    "VirtualProcessorsPerChannel": lambda shown: UInt16(shown.settings.processors_per_channel),
    "DisableInterruptBatching": lambda shown: shown.settings.disable_interrupt_batching,
}

# -- NUMA -------------------------------------------------------------------------------------------


class MachineOnNode(NamedTuple):
    """VMNumaNodeStatus: a running machine on a NUMA node; ``memory`` in bytes."""

    vm: VirtualMachine
    node: int
    memory: int

    @property
    def host(self) -> Host:
        """The machine's host."""
        return self.vm.host


NODE_STATUS: Readers = {
    "VMId": lambda shown: guid(shown.vm.id),
    "VMName": lambda shown: shown.vm.name,
    "ComputerName": lambda shown: shown.host.name,
    "NodeId": lambda shown: shown.node,
    "MemoryUsed": lambda shown: shown.memory >> 20,
}
NODE_STATUS_ROW = (
    '[["NodeId","int"],["VMId","guid"],["VMName","string"],["MemoryUsed","int"],["ComputerName","string"]]'
)
"""The properties of a machine on a node; the class was not recorded."""
