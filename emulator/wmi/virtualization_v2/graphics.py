"""Graphics processors: partitions of them (2019 and later), and RemoteFX (2012 to 2016)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidParameter
from emulator.host.virtual_machine.expansion.gpu import (
    PARTITION_RESOURCES,
    RESOURCE_NAMES,
    WHOLE,
    GpuPartition,
    HostGpu,
    RemoteFxDisplay,
    required_video_memory,
)
from emulator.wmi import errors
from emulator.wmi.changes import Rule, number, value_of
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.base import (
    ENABLED_ELEMENT,
    PREFIX,
    DeviceSettingView,
    DeviceView,
    HostElementView,
    ServiceView,
)
from emulator.wmi.virtualization_v2.pools import Pool, ResourcePool
from emulator.wmi.virtualization_v2.power_refusals import PowerRefusals
from emulator.wmi.virtualization_v2.refusals import UNSUPPORTED, DeviceRefusals, ElementRefusals

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

PARTITION_SUBTYPE = "Microsoft:Hyper-V:GPU Partition"
PARTITION_TYPE = 32770
DISPLAY_SUBTYPE = "Microsoft:Hyper-V:Synthetic 3D Display Controller"
DISPLAY_TYPE = 24
_DIRECTX_11 = "11.0"


def gpus(host: Host) -> list[HostGpu]:
    """The graphics processors that the profile states and that the host itself has."""
    if not host.hardware.facts.graphics_processors:
        return []
    return [gpu for gpu in host.expansion.gpus if gpu.is_present]


def wanted_resources(instance: ValueInstance) -> dict[str, int]:
    """The resources that an instance states for a partition."""
    found = {key: value_of(instance, name) for name, key in PARTITION_RESOURCES.items()}
    return {key: int(value) for key, value in found.items() if isinstance(value, int)}


# -- partitions ------------------------------------------------------------------------------------


class PartitionableGpu(ElementRefusals, PowerRefusals, View[HostGpu]):
    """A graphics processor that can be divided; how it is divided can be written."""

    class_name = "Msvm_PartitionableGpu"
    index = ("Name",)
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Partitionable GPU",
        "CreationClassName": "Msvm_PartitionableGpu",
        "Description": "Microsoft Partitionable GPU",
    }
    writable = {"PartitionCount": Rule("", "partition_count", number)}

    def objects(self) -> Iterable[HostGpu]:
        return [gpu for gpu in gpus(self.host) if gpu.is_partitionable]

    def shown_of(self, owner: object) -> Iterable[HostGpu] | None:
        return (owner,) if isinstance(owner, HostGpu) and owner.is_partitionable else ()

    def by_key(self, keys: Keys) -> HostGpu | None:
        wanted = keys.text("Name").lower()
        return next((gpu for gpu in self.objects() if gpu.interface_path.lower() == wanted), None)

    def object_id(self, item: HostGpu) -> Hashable:
        return item.id

    def write(self, item: HostGpu, settings: dict[str, Any]) -> None:
        item.set_partition_count(settings["partition_count"])

    def read(self, item: HostGpu, name: str) -> CimValue:
        """Total, Available and the bounds of a partition of each resource; the rest as usual."""
        resource = next((key for end, key in RESOURCE_NAMES.items() if name.endswith(end)), None)
        if resource is None:
            return super().read(item, name)
        if name.startswith("Total"):
            return WHOLE[resource]
        if name.startswith("Available"):
            return item.available(resource)
        return 0 if name.startswith("Min") else item.share(resource)

    def Name(self, gpu: HostGpu) -> str:
        return gpu.interface_path

    def ElementName(self, gpu: HostGpu) -> str:
        return gpu.name

    def PartitionCount(self, gpu: HostGpu) -> int:
        return gpu.partition_count

    def ValidPartitionCounts(self, gpu: HostGpu) -> list[int]:
        return list(gpu.facts.partition_counts)


class PartitionSettings(DeviceSettingView[GpuPartition]):
    """A GPU partition of a machine; HostResource names the GPU, if a certain one is wanted."""

    class_name = "Msvm_GpuPartitionSettingData"
    constants = {
        "Caption": "GPU Partition Settings",
        "Description": "Settings for the GPU partition.",
        "ResourceSubType": PARTITION_SUBTYPE,
        "ResourceType": PARTITION_TYPE,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[GpuPartition]:
        return [] if vm._expansion is None else vm._expansion.of(GpuPartition)

    def read(self, item: GpuPartition, name: str) -> CimValue:
        key = PARTITION_RESOURCES.get(name)
        return super().read(item, name) if key is None else item.resource(key)

    def HostResource(self, partition: GpuPartition) -> list[str]:
        view = self.namespace.view(PartitionableGpu)
        return [
            str(view.instance(gpu).path)
            for gpu in view.objects()
            if gpu.interface_path.lower() == partition.gpu.lower()
        ]

    def NumaAwarePlacement(self, partition: GpuPartition) -> bool:
        return partition.numa_aware_placement

    def VirtualSystemIdentifiers(self, partition: GpuPartition) -> list[str]:
        return [f"{{{partition.id}}}"]


class Partition(DeviceView[GpuPartition]):
    """The partition that a running machine has."""

    class_name = "Msvm_GpuPartition"
    constants = {"Caption": "GPU Partition", "Description": "Microsoft Virtual GPU Partition"}

    def devices(self, vm: VirtualMachine) -> Iterable[GpuPartition]:
        found = [] if vm._expansion is None else vm._expansion.of(GpuPartition)
        return [partition for partition in found if partition.host_gpu is not None]

    def read(self, item: GpuPartition, name: str) -> CimValue:
        resource = RESOURCE_NAMES.get(name.removeprefix("Current")) if name.startswith("Current") else None
        gpu = item.host_gpu
        if resource is None or gpu is None:
            return super().read(item, name)
        return gpu.share(resource)

    def DeviceInstancePath(self, partition: GpuPartition) -> str:
        gpu = partition.host_gpu
        return "" if gpu is None else gpu.interface_path

    def PartitionId(self, partition: GpuPartition) -> int | None:
        return partition.number

    def PartitionVfLuid(self, partition: GpuPartition) -> str:
        gpu = partition.host_gpu
        low = 0x10000 + (0 if gpu is None else gpu.number << 8) + (partition.number or 0)
        return f"0x00000000_0x{low:08X}"


# -- RemoteFX --------------------------------------------------------------------------------------


class _GraphicsView(View[HostGpu]):
    def objects(self) -> Iterable[HostGpu]:
        return gpus(self.host) if RemoteFxDisplay.feature in self.host.release.special_devices else []

    def shown_of(self, owner: object) -> Iterable[HostGpu] | None:
        return [gpu for gpu in self.objects() if gpu is owner]

    def object_id(self, item: HostGpu) -> Hashable:
        return item.id

    def TotalVideoMemory(self, gpu: HostGpu) -> int:
        return gpu.facts.video_memory

    def AvailableVideoMemory(self, gpu: HostGpu) -> int:
        return gpu.available_video_memory


class PhysicalGraphicsProcessor(DeviceRefusals, _GraphicsView):
    """A graphics processor as RemoteFX sees it."""

    class_name = "Msvm_Physical3dGraphicsProcessor"
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Physical 3D Graphics Processor",
        "CreationClassName": "Msvm_Physical3dGraphicsProcessor",
        "DedicatedSystemMemory": 0,
        "Description": "Microsoft Physical 3D Graphics Processor",
        "DriverModelVersion": "2.0",
        "PixelShaderVersion": "5.0",
        "Rating": 1,
        "SharedSystemMemory": 0,
        "SystemCreationClassName": "Msvm_ComputerSystem",
    }

    def DeviceID(self, gpu: HostGpu) -> str:
        return PREFIX + gpu.id

    def SystemName(self, _gpu: HostGpu) -> str:
        return self.host.name

    def ElementName(self, gpu: HostGpu) -> str:
        return gpu.name

    def Name(self, gpu: HostGpu) -> str:
        return gpu.name

    def GPUID(self, gpu: HostGpu) -> str:
        return gpu.id

    def AdapterIndexID(self, gpu: HostGpu) -> int:
        return gpu.number

    def CompatibleForVirtualization(self, gpu: HostGpu) -> bool:
        return gpu.facts.remotefx

    def EnabledForVirtualization(self, gpu: HostGpu) -> bool:
        return gpu.serves_remotefx

    def DedicatedVideoMemory(self, gpu: HostGpu) -> int:
        return gpu.facts.video_memory

    def DirectXVersion(self, gpu: HostGpu) -> str:
        return gpu.facts.directx_version

    def DriverDate(self, gpu: HostGpu) -> datetime:
        return datetime.combine(gpu.facts.driver_date, time(), UTC)

    def DriverInstalled(self, gpu: HostGpu) -> datetime:
        return self.DriverDate(gpu)

    def DriverProvider(self, gpu: HostGpu) -> str:
        return gpu.facts.driver_provider

    def DriverVersion(self, gpu: HostGpu) -> str:
        return gpu.facts.driver_version


class PhysicalGpuInfo(_GraphicsView):
    """How much video memory a graphics processor has left."""

    class_name = "Msvm_PhysicalGPUInfo"
    index = ("InstanceID",)
    constants = {"Caption": "Physical GPU Info", "Description": "Microsoft Physical GPU Info"}

    def by_key(self, keys: Keys) -> HostGpu | None:
        wanted = keys.text("InstanceID").lower()
        return next((gpu for gpu in self.objects() if self.InstanceID(gpu).lower() == wanted), None)

    def InstanceID(self, gpu: HostGpu) -> str:
        return PREFIX + gpu.id

    def ElementName(self, gpu: HostGpu) -> str:
        return gpu.name

    def Name(self, gpu: HostGpu) -> str:
        return gpu.name

    def ID(self, gpu: HostGpu) -> str:
        return gpu.id


class DisplaySettings(DeviceSettingView[RemoteFxDisplay]):
    """A RemoteFX 3D video adapter."""

    class_name = "Msvm_Synthetic3DDisplayControllerSettingData"
    constants = {
        "Caption": "3D Display Controller Default Settings",
        "Description": "Settings for the Microsoft Synthetic 3D Display Controller.",
        "ResourceSubType": DISPLAY_SUBTYPE,
        "ResourceType": DISPLAY_TYPE,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[RemoteFxDisplay]:
        return [] if vm._expansion is None else vm._expansion.of(RemoteFxDisplay)

    def MaximumMonitors(self, display: RemoteFxDisplay) -> int:
        return display.monitors

    def MaximumScreenResolution(self, display: RemoteFxDisplay) -> int:
        return display.resolution

    def VRAMSizeBytes(self, display: RemoteFxDisplay) -> int:
        return display.needed_memory


class Display(DeviceView[RemoteFxDisplay]):
    """A RemoteFX 3D video adapter as a device."""

    class_name = "Msvm_Synthetic3DDisplayController"
    constants = {
        "AcceleratorCapabilities": [2],
        "CapabilityDescriptions": ["Graphics Accelerator"],
        "Caption": "3D Display Controller",
        "Description": "Microsoft Synthetic 3D Display Controller",
        "MaxMemorySupported": 8388608,
        "MaxNumberControlled": 1,
        "NumberOfVideoPages": 2048,
        "ProtocolSupported": 1,
        "VideoMemoryType": 2,
        "VideoProcessor": "Synthetic Video Processor",
    }

    def devices(self, vm: VirtualMachine) -> Iterable[RemoteFxDisplay]:
        return [] if vm._expansion is None else vm._expansion.of(RemoteFxDisplay)

    def AllocatedGPU(self, display: RemoteFxDisplay) -> str:
        gpu = display.host_gpu
        return "" if gpu is None else gpu.name


class VideoPool(ResourcePool):
    """The primordial pool of RemoteFX 3D video adapters."""

    class_name = "Msvm_Synth3dVideoPool"
    constants = {
        "Caption": "3D Display Controller Resource Pool",
        "RequiredMinimumDirectXVersion": _DIRECTX_11,
        "Reserved": 0,
    }

    def _serving(self) -> list[HostGpu]:
        usable = RemoteFxDisplay.feature in self.host.release.special_devices
        return [gpu for gpu in gpus(self.host) if gpu.serves_remotefx] if usable else []

    def revision(self, item: Pool) -> Hashable | None:  # noqa: ARG002  follows the GPUs
        return tuple(gpu.revision for gpu in gpus(self.host))

    def DirectXVersion(self, _pool: Pool) -> str:
        return max((gpu.facts.directx_version for gpu in self._serving()), default="")

    def Is3dVideoSupported(self, _pool: Pool) -> bool:
        return bool(self._serving()) and self.host.hardware.meets("slat")

    def IsGPUCapable(self, _pool: Pool) -> bool:
        return bool(self._serving())

    def IsSLATCapable(self, _pool: Pool) -> bool:
        return self.host.hardware.processor.slat

    @wmi_method
    def CalculateVideoMemoryRequirements(self, _pool: Pool, arguments: Arguments) -> MethodResult:
        """Bytes of video memory for a resolution and a number of monitors."""
        size = required_video_memory(
            arguments.integer("monitorResolution") or 0, arguments.integer("numberOfMonitors") or 0
        )
        return arguments.result(errors.COMPLETED, requiredVideoMemory=size)


class Synthetic3DService(ServiceView):
    """Which graphics processors RemoteFX may use; at once, without jobs."""

    class_name = "Msvm_Synthetic3DService"
    constants = {
        "Caption": "Synthetic3D Service",
        "Description": "Microsoft Synthetic3D Service",
        "ElementName": "Synthetic3D Service",
        "Name": "synth3d",
    }

    @wmi_method
    def EnableGPUForVirtualization(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Let RemoteFX use a GPU."""
        return self._serve(arguments, serves=True)

    @wmi_method
    def DisableGPUForVirtualization(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Let RemoteFX not use a GPU."""
        return self._serve(arguments, serves=False)

    @wmi_method
    def ModifyServiceSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """GPUs are never given away beyond what they have: that setting stays."""
        settings = arguments.embedded("SettingData")
        if settings is None or not settings.declaration.is_a(Synthetic3DServiceSettings.class_name):
            raise InvalidParameter("SettingData does not hold settings of the service.")
        over = value_of(settings, "GPUOvercommitEnabled") is True
        return arguments.result(errors.NOT_SUPPORTED if over else errors.COMPLETED)

    def _serve(self, arguments: Arguments, *, serves: bool) -> MethodResult:
        target = arguments.target("PhysicalGPU")
        if target is None or not isinstance(target.item, HostGpu):
            return arguments.result(UNSUPPORTED)
        target.item.serve_remotefx(serves)
        return arguments.result(errors.COMPLETED)


class Synthetic3DServiceSettings(HostElementView):
    """The settings of that service."""

    class_name = "Msvm_Synthetic3DServiceSettingData"
    constants = {
        "Caption": "Synthetic3D Service Settings",
        "ElementName": "Synthetic3D Service Settings",
        "GPUOvercommitEnabled": False,
    }

    def InstanceID(self, host: Host) -> str:
        return f"{PREFIX}{host.name}"
