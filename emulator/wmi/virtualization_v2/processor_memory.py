"""Processors and memory of virtual machines: settings and devices."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.virtual_machine.device import MEMORY_DEVICE_GUID, PROCESSOR_GUID
from emulator.host.virtual_machine.memory_settings import MemorySettings
from emulator.host.virtual_machine.processor_settings import ProcessorSettings
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi.changes import Rule, flag, megabytes, number, text
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX, DeviceSettingView, DeviceView
from emulator.wmi.virtualization_v2.refusals import DeviceRefusals

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys

_MEBIBYTE = 1 << 20
_BLOCK = _MEBIBYTE
#: Values that the templates of the resource pools have too.
PROCESSOR_CONSTANTS: dict[str, Any] = {
    "AllocationUnits": "percent / 1000",
    "Caption": "Processor",
    "Description": "Settings for Microsoft Virtual Processor.",
    "ResourceType": 3,
    "ResourceSubType": "Microsoft:Hyper-V:Processor",
    "MaxProcessorsPerNumaNode": 64,
    "MaxNumaNodesPerSocket": 64,
    "LimitCPUID": False,
    "LimitProcessorFeatures": False,
    "EnableHostResourceProtection": False,
    "ExposeVirtualizationExtensions": False,
    "HideHypervisorPresent": False,
    "HwThreadsPerCore": 0,
    "CpuGroupId": "00000000-0000-0000-0000-000000000000",
}
MEMORY_CONSTANTS: dict[str, Any] = {
    "AllocationUnits": "byte * 2^20",
    "Caption": "Memory Default Settings",
    "Description": "Describes the default settings for the memory resources.",
    "ResourceType": 4,
    "ResourceSubType": "Microsoft:Hyper-V:Memory",
    "VirtualQuantityUnits": "byte * 2^20",
    "DynamicMemoryEnabled": False,
    "IsVirtualized": True,
    "SgxEnabled": False,
    "SgxSize": 0,
    "SwapFilesInUse": False,
    "TargetMemoryBuffer": 20,
}


class ProcessorSettingView(DeviceSettingView[ProcessorSettings]):
    """Processor settings of a machine. Limit and Reservation are in thousandths of a percent."""

    class_name = "Msvm_ProcessorSettingData"
    constants = PROCESSOR_CONSTANTS

    def devices(self, vm: VirtualMachine) -> Iterable[ProcessorSettings]:
        return (vm.processor,)

    def PoolID(self, processor: ProcessorSettings) -> str:
        return processor.pool

    def VirtualQuantity(self, processor: ProcessorSettings) -> int:
        return processor.count

    def Limit(self, processor: ProcessorSettings) -> int:
        return processor.limit

    def Reservation(self, processor: ProcessorSettings) -> int:
        return processor.reservation

    def Weight(self, processor: ProcessorSettings) -> int:
        return processor.relative_weight

    def LimitProcessorFeatures(self, processor: ProcessorSettings) -> bool:
        return processor.limit_features_for_migration

    def LimitCPUID(self, processor: ProcessorSettings) -> bool:
        return processor.limit_features_for_old_systems

    def MaxProcessorsPerNumaNode(self, processor: ProcessorSettings) -> int:
        return processor.maximum_count_per_numa_node

    def MaxNumaNodesPerSocket(self, processor: ProcessorSettings) -> int:
        return processor.maximum_count_per_numa_socket

    def ExposeVirtualizationExtensions(self, processor: ProcessorSettings) -> bool:
        return processor.expose_virtualization_extensions

    def EnableHostResourceProtection(self, processor: ProcessorSettings) -> bool:
        return processor.enable_host_resource_protection

    def HwThreadsPerCore(self, processor: ProcessorSettings) -> int:
        return processor.hw_thread_count_per_core

    def EnablePerfmonPmu(self, processor: ProcessorSettings) -> bool:
        return "pmu" in processor.perfmon

    def EnablePerfmonLbr(self, processor: ProcessorSettings) -> bool:
        return "lbr" in processor.perfmon

    def EnablePerfmonPebs(self, processor: ProcessorSettings) -> bool:
        return "pebs" in processor.perfmon

    def EnablePerfmonIpt(self, processor: ProcessorSettings) -> bool:
        return "ipt" in processor.perfmon

    def EnableLegacyApicMode(self, processor: ProcessorSettings) -> bool:
        return processor.legacy_apic_mode

    def AllowACountMCount(self, processor: ProcessorSettings) -> bool:
        return processor.allow_acount_mcount


PROCESSOR_WRITABLE = {
    "PoolID": Rule("", "pool", text),
    "VirtualQuantity": Rule("", "count", number),
    "Limit": Rule("", "limit", number),
    "Reservation": Rule("", "reservation", number),
    "Weight": Rule("", "relative_weight", number),
    "LimitProcessorFeatures": Rule("", "limit_features_for_migration", flag),
    "LimitCPUID": Rule("", "limit_features_for_old_systems", flag),
    "MaxProcessorsPerNumaNode": Rule("", "maximum_count_per_numa_node", number),
    "MaxNumaNodesPerSocket": Rule("", "maximum_count_per_numa_socket", number),
    "ExposeVirtualizationExtensions": Rule("", "expose_virtualization_extensions", flag),
    "EnableHostResourceProtection": Rule("", "enable_host_resource_protection", flag),
    "HwThreadsPerCore": Rule("", "hw_thread_count_per_core", number),
    "EnablePerfmonPmu": Rule("", "perfmon_pmu", flag),
    "EnablePerfmonLbr": Rule("", "perfmon_lbr", flag),
    "EnablePerfmonPebs": Rule("", "perfmon_pebs", flag),
    "EnablePerfmonIpt": Rule("", "perfmon_ipt", flag),
    "EnableLegacyApicMode": Rule("", "legacy_apic_mode", flag),
    "AllowACountMCount": Rule("", "allow_acount_mcount", flag),
}


class MemorySettingView(DeviceSettingView[MemorySettings]):
    """Memory settings of a machine in MB.

    VirtualQuantity at the start, Reservation at least, Limit at most.
    """

    class_name = "Msvm_MemorySettingData"
    constants = MEMORY_CONSTANTS

    def devices(self, vm: VirtualMachine) -> Iterable[MemorySettings]:
        return (vm.memory,)

    def HugePagesEnabled(self, memory: MemorySettings) -> bool:
        return memory.huge_pages

    def PoolID(self, memory: MemorySettings) -> str:
        return memory.pool

    def VirtualQuantity(self, memory: MemorySettings) -> int:
        return memory.startup // _MEBIBYTE

    def Reservation(self, memory: MemorySettings) -> int:
        return memory.minimum // _MEBIBYTE

    def Limit(self, memory: MemorySettings) -> int:
        return memory.maximum // _MEBIBYTE

    def Weight(self, memory: MemorySettings) -> int:
        return memory.weight

    def DynamicMemoryEnabled(self, memory: MemorySettings) -> bool:
        return memory.dynamic

    def TargetMemoryBuffer(self, memory: MemorySettings) -> int:
        return memory.buffer

    def MaxMemoryBlocksPerNumaNode(self, memory: MemorySettings) -> int:
        return memory.maximum_per_numa_node // _MEBIBYTE


MEMORY_WRITABLE = {
    "HugePagesEnabled": Rule("", "huge_pages", flag),
    "PoolID": Rule("", "pool", text),
    "VirtualQuantity": Rule("", "startup", megabytes),
    "Reservation": Rule("", "minimum", megabytes),
    "Limit": Rule("", "maximum", megabytes),
    "Weight": Rule("", "weight", number),
    "DynamicMemoryEnabled": Rule("", "dynamic", flag),
    "TargetMemoryBuffer": Rule("", "buffer", number),
    "MaxMemoryBlocksPerNumaNode": Rule("", "maximum_per_numa_node", megabytes),
}


class VirtualProcessor(NamedTuple):
    """One of the processors of a machine."""

    vm: VirtualMachine
    number: int


def virtual_processors(vm: VirtualMachine) -> Iterator[VirtualProcessor]:
    """The processors of a machine that has a worker process; others have none."""
    if vm.state.holds_memory:
        for number_ in range(vm.processor.count):
            yield VirtualProcessor(vm, number_)


class ProcessorDevice(DeviceRefusals, View[VirtualProcessor]):
    """The processors of running machines."""

    class_name = "Msvm_Processor"
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Processor",
        "CreationClassName": "Msvm_Processor",
        "Description": "Microsoft Virtual Processor",
        "ElementName": "Processor",
        "Name": "Processor",
        "Role": "Central Processor",
        "SystemCreationClassName": "Msvm_ComputerSystem",
        "AddressWidth": 64,
        "DataWidth": 64,
    }
    volatile = frozenset({"LoadPercentage"})

    def objects(self) -> Iterator[VirtualProcessor]:
        for vm in self.host.virtual_machines:
            yield from virtual_processors(vm)

    def shown_of(self, owner: object) -> Iterable[VirtualProcessor] | None:
        return (
            virtual_processors(owner) if isinstance(owner, VirtualMachine) and not owner.is_checkpoint else ()
        )

    def owner_of(self, item: VirtualProcessor) -> object:
        return item.vm

    def candidates(self, keys: Keys) -> Iterable[VirtualProcessor] | None:
        if "SystemName" not in keys:
            return None
        vm = self.host.virtual_machines.get(keys.text("SystemName"))
        return () if vm is None else virtual_processors(vm)

    def object_id(self, item: VirtualProcessor) -> Hashable:
        return (item.vm.id, item.number)

    def revision(self, item: VirtualProcessor) -> Hashable | None:
        return item.vm.revision

    def DeviceID(self, processor: VirtualProcessor) -> str:
        return f"{PREFIX}{PROCESSOR_GUID}\\{processor.number}"

    def SystemName(self, processor: VirtualProcessor) -> str:
        return processor.vm.id

    def LoadPercentage(self, processor: VirtualProcessor) -> int:
        return processor.vm.cpu_usage()

    def MaxClockSpeed(self, _processor: VirtualProcessor) -> int:
        return self.host.hardware.processor.clock_megahertz

    def CurrentClockSpeed(self, _processor: VirtualProcessor) -> int:
        return self.host.hardware.processor.clock_megahertz


class MemoryDevice(DeviceView[MemorySettings]):
    """The memory of running machines, in blocks of 1 MB."""

    class_name = "Msvm_Memory"
    constants = {
        "Access": 3,
        "BlockSize": _BLOCK,
        "Caption": "Memory",
        "DataOrganization": 2,
        "DataRedundancy": 1,
        "DeltaReservation": 0,
        "Description": "Microsoft Virtual Memory",
        "ExtentStatus": [2],
        "IsBasedOnUnderlyingRedundancy": False,
        "NameFormat": 0,
        "NameNamespace": 0,
        "NoSinglePointOfFailure": False,
        "PackageRedundancy": 0,
        "Primordial": False,
        "Purpose": "System Memory",
        "SequentialAccess": False,
        "StartingAddress": 0,
        "Volatile": True,
    }
    volatile = frozenset({"NumberOfBlocks", "ConsumableBlocks"})

    def devices(self, vm: VirtualMachine) -> Iterable[MemorySettings]:
        return (vm.memory,) if vm.state.holds_memory else ()

    def device_id(self, device: MemorySettings) -> str:  # noqa: ARG002  the same in every machine
        return f"{MEMORY_DEVICE_GUID}\\0"

    def NumberOfBlocks(self, memory: MemorySettings) -> int:
        return memory.vm.assigned_memory() // _BLOCK

    def ConsumableBlocks(self, memory: MemorySettings) -> int:
        return memory.vm.assigned_memory() // _BLOCK
