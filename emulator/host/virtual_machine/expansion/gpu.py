"""Graphics processors of the host: partitions for virtual machines, and RemoteFX."""

from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_number
from emulator.host.errors import HostError, InUse, InvalidParameter, NotSupported
from emulator.host.host_object import HostObject, operation
from emulator.host.identifiers import derived_guid
from emulator.host.resources.pool_resources import is_within
from emulator.host.resources.resource_kinds import DISPLAY_3D, GPU_PARTITION
from emulator.host.virtual_machine.expansion.device import NO_RESOURCES, DeviceStartError, ExpansionDevice
from emulator.host.virtual_machine.expansion.pci import HostPciDevice

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.profile import GraphicsProcessor

#: Device interface of adapters that can be divided (seen in the names that clients use).
_INTERFACE = "{064092b3-625e-43bf-9eb5-dc845897dd59}\\GPUPARAV"
#: What a GPU shows as its whole of each resource (seen in output of clients); encoding has no bound.
WHOLE = {"vram": 10**9, "encode": (1 << 64) - 1, "decode": 10**9, "compute": 10**9}
BOUNDS = ("min", "optimal", "max")
#: Part of the names of properties in WMI and of cmdlets -> resource.
RESOURCE_NAMES = {"VRAM": "vram", "Encode": "encode", "Decode": "decode", "Compute": "compute"}
#: Property of a partition, and parameter of its cmdlets -> key of its resources.
PARTITION_RESOURCES = {
    f"{bound.capitalize()}Partition{name}": f"{bound}_{resource}"
    for bound in BOUNDS
    for name, resource in RESOURCE_NAMES.items()
}
_LARGEST = (1 << 64) - 1


class HostGpu(HostObject):
    """A graphics processor. ``partition_count`` is into how many parts it is divided, 0 when it cannot be."""

    def __init__(self, host: "Host", facts: "GraphicsProcessor", pci: HostPciDevice, number: int) -> None:
        super().__init__(host)
        self.facts = facts
        self.pci = pci
        self.number = number
        self.id = derived_guid(host.name, "gpu", pci.instance_path)
        self.partition_count = max(facts.partition_counts, default=0)
        self.serves_remotefx = facts.remotefx
        self._partitions: dict[int, GpuPartition] = {}
        self._displays: dict[RemoteFxDisplay, int] = {}

    @property
    def name(self) -> str:
        return self.facts.name

    @property
    def interface_path(self) -> str:
        """``\\\\?\\PCI#...#{...}\\GPUPARAV``: how its partitions name it."""
        path = self.pci.instance_path.replace("\\", "#")
        return f"\\\\?\\{path}#{_INTERFACE}"

    @property
    def is_present(self) -> bool:
        """Whether the host itself has it."""
        return not self.pci.is_dismounted and not self.pci.is_disabled

    @property
    def is_partitionable(self) -> bool:
        """Whether machines can have partitions of it."""
        usable = GpuPartition.feature in self.host.release.special_devices
        return usable and self.is_present and bool(self.facts.partition_counts)

    @property
    def partitions(self) -> "dict[int, GpuPartition]":
        """The partitions in use by their numbers."""
        return self._partitions

    def share(self, resource: str) -> int:
        """The most of a resource that one partition has."""
        return WHOLE[resource] // self.partition_count if self.partition_count else 0

    def available(self, resource: str) -> int:
        """What is left of a resource."""
        if resource == "encode":
            return WHOLE[resource]
        return WHOLE[resource] - self.share(resource) * len(self._partitions)

    @operation
    def set_partition_count(self, count: int) -> None:
        """Divide it into another number of parts. Raises InvalidParameter, NotSupported, InUse."""
        if not self.is_partitionable:
            raise NotSupported()
        if count not in self.facts.partition_counts:
            allowed = ", ".join(map(str, self.facts.partition_counts))
            raise InvalidParameter(f"The partition count {count} is not valid: allowed are {allowed}.")
        if len(self._partitions) > 0 and count != self.partition_count:
            raise InUse(f"Virtual machines use partitions of '{self.name}'.")
        self.partition_count = count
        self.touch()

    def take(self, partition: "GpuPartition") -> bool:
        """Give a partition the first free number; false when there is none."""
        free = next((each for each in range(self.partition_count) if each not in self._partitions), None)
        if free is None or not self.is_partitionable:
            return False
        self._partitions[free] = partition
        self.touch()
        return True

    def give_back(self, partition: "GpuPartition") -> None:
        """The partition is used no more."""
        for number, each in list(self._partitions.items()):
            if each is partition:
                del self._partitions[number]
                self.touch()

    # -- RemoteFX -------------------------------------------------------------------------------

    @property
    def available_video_memory(self) -> int:
        """Bytes that RemoteFX adapters have not taken."""
        return self.facts.video_memory - sum(self._displays.values())

    @operation
    def serve_remotefx(self, serves: bool) -> None:
        """Let RemoteFX use it, or not. Raises NotSupported, InUse while adapters use it."""
        if RemoteFxDisplay.feature not in self.host.release.special_devices or not self.facts.remotefx:
            raise NotSupported(code=1)
        if not serves and self._displays:
            raise InUse(f"Virtual machines use the graphics processor '{self.name}'.")
        if self.serves_remotefx is not serves:
            self.serves_remotefx = serves
            self.touch()

    def draw(self, display: "RemoteFxDisplay", size: int) -> None:
        """A RemoteFX adapter uses so much of its memory; 0 for none."""
        if size:
            self._displays[display] = size
        else:
            self._displays.pop(display, None)
        self.touch()

    def draws(self, display: "RemoteFxDisplay") -> bool:
        """Whether an adapter uses it."""
        return display in self._displays


class GpuPartition(ExpansionDevice):
    """A partition of a graphics processor. ``gpu`` is the interface path of the wanted one, empty for any.

    ``resources`` says the wanted least, best and most of each resource; what is not in it is the GPU's.
    """

    __slots__ = ("gpu", "numa_aware_placement", "resources")
    pool_kind = GPU_PARTITION
    feature = "gpu_partition"
    label = "GPU Partition"
    default_name = "GPU Partition Settings"
    limit = 8
    can_be_saved = False
    fixes_memory = True

    def __init__(self, vm: Any, identifier: str, name: str | None = None) -> None:
        super().__init__(vm, identifier, name)
        self.gpu = ""
        self.numa_aware_placement = False
        self.resources: tuple[tuple[str, int], ...] = ()

    @property
    def can_migrate(self) -> bool:  # type: ignore[override]  # depends on the machine here
        """From the configuration version on that Windows Server 2025 brought."""
        versions = self.host.release.configuration_versions
        first = self.host.release.feature_minimum_configuration_versions.get("gpu_partitioning")
        if first not in versions or self.vm.version not in versions:
            return False
        return versions.index(self.vm.version) >= versions.index(first)

    def resource(self, name: str) -> int | None:
        """A wanted value such as ``min_vram``; None when it is not stated."""
        return dict(self.resources).get(name)

    @property
    def host_gpu(self) -> HostGpu | None:
        """The GPU whose partition it has; None while the machine does not run."""
        return next((gpu for gpu in self.host.expansion.gpus if self in gpu.partitions.values()), None)

    @property
    def number(self) -> int | None:
        """The number of its partition; None while the machine does not run."""
        gpu = self.host_gpu
        found = {} if gpu is None else gpu.partitions
        return next((number for number, each in found.items() if each is self), None)

    def check(self, name: str, value: Any) -> Any:
        if name == "gpu":
            return self._check_gpu(str(value))
        if name == "resources":
            return self._check_resources(dict(value))
        if name == "numa_aware_placement" and isinstance(value, bool):
            return value
        raise InvalidParameter(f"The setting '{name}' of a GPU partition is not valid.")

    def _check_gpu(self, path: str) -> str:
        if path and all(gpu.interface_path.lower() != path.lower() for gpu in self._usable()):
            raise InvalidParameter(f"There is no GPU '{path!s:.256}' that can be partitioned.")
        return path

    def _check_resources(self, changes: dict[str, int]) -> tuple[tuple[str, int], ...]:
        wanted = {**dict(self.resources), **changes}
        for resource in WHOLE:
            values = [wanted.get(f"{bound}_{resource}") for bound in BOUNDS]
            stated = [check_number(resource, each, 0, _LARGEST) for each in values if each is not None]
            if stated != sorted(stated):
                raise InvalidParameter(f"The minimum, optimal and maximum {resource} are not in order.")
        unknown = wanted.keys() - {f"{bound}_{resource}" for bound in BOUNDS for resource in WHOLE}
        if unknown:
            raise InvalidParameter(f"There is no resource '{sorted(unknown)[0]}' of a GPU.")
        return tuple(sorted(wanted.items()))

    def check_add(self) -> None:
        if not self._usable():
            raise HostError("There is no graphics processor that can be partitioned on this computer.")
        memory = self.vm.memory
        self.check_memory(memory.dynamic, memory.startup, memory.minimum)

    def check_start(self) -> None:
        if self.host_gpu is None and self._fitting() is None:
            raise DeviceStartError(self, NO_RESOURCES)

    def power_on(self) -> None:
        gpu = self._fitting()
        if gpu is None or not gpu.take(self):
            raise DeviceStartError(self, NO_RESOURCES)

    def power_off(self) -> None:
        gpu = self.host_gpu
        if gpu is not None:
            gpu.give_back(self)

    def problem(self) -> str | None:
        if super().problem() is not None or not self._usable():
            return "The physical computer has no graphics processor that can be partitioned."
        return None

    def _usable(self) -> list[HostGpu]:
        return [gpu for gpu in self.host.expansion.gpus if gpu.is_partitionable]

    def _fitting(self) -> HostGpu | None:
        """A GPU with a free partition that has at least what is wanted."""
        pools = self.host.resource_pools
        pool = pools.find(GPU_PARTITION, self.pool_name) if self.pool_name else None
        for gpu in self._usable():
            if self.gpu and gpu.interface_path.lower() != self.gpu.lower():
                continue
            if pool is not None and not is_within(GPU_PARTITION, gpu.interface_path, pool.resources):
                continue
            enough = all((self.resource(f"min_{each}") or 0) <= gpu.share(each) for each in WHOLE)
            if enough and len(gpu.partitions) < gpu.partition_count:
                return gpu
        return None


#: Megabytes of video memory for a resolution (0: 1024 x 768, 1: 1280 x 1024, 2: 1600 x 1200, 3: 1920 x 1200)
#: and one, two ... monitors (Microsoft's deployment guide of RemoteFX).
VIDEO_MEMORY = {0: (48, 52, 58, 70), 1: (80, 85, 95, 115), 2: (120, 126, 142), 3: (142, 150)}


def required_video_memory(resolution: int, monitors: int) -> int:
    """Bytes that a RemoteFX adapter needs. Raises InvalidParameter."""
    sizes = VIDEO_MEMORY.get(resolution, ())
    if not 1 <= monitors <= len(sizes):
        raise InvalidParameter("The number of monitors is not valid for the resolution.")
    return sizes[monitors - 1] << 20


class RemoteFxDisplay(ExpansionDevice):
    """A RemoteFX 3D video adapter (2012 to 2016). ``resolution`` is a number of ``VIDEO_MEMORY``."""

    __slots__ = ("monitors", "resolution", "video_memory")
    pool_kind = DISPLAY_3D
    feature = "remotefx"
    label = "Synthetic 3D Display Controller"
    default_name = "3D Display Controller"

    def __init__(self, vm: Any, identifier: str, name: str | None = None) -> None:
        super().__init__(vm, identifier, name)
        self.monitors = 1
        self.resolution = 1
        #: Bytes of dedicated memory (2016); 0 for what resolution and monitors need.
        self.video_memory = 0

    @property
    def needed_memory(self) -> int:
        """Bytes of video memory that it takes while the machine runs."""
        return max(self.video_memory, required_video_memory(self.resolution, self.monitors))

    @property
    def host_gpu(self) -> HostGpu | None:
        """The GPU that serves it; None while the machine does not run."""
        return next((gpu for gpu in self.host.expansion.gpus if gpu.draws(self)), None)

    def check(self, name: str, value: Any) -> Any:
        if name == "monitors":
            return check_number(name, value, 1, 4)
        if name == "resolution":
            return check_number(name, value, 0, 3)
        if name == "video_memory":
            return check_number(name, value, 0, 1 << 40)
        raise InvalidParameter(f"There is no 3D video adapter setting '{name}'.")

    def check_settings(self, wanted: dict[str, Any]) -> None:
        required_video_memory(wanted["resolution"], wanted["monitors"])

    def check_add(self) -> None:
        if not any(gpu.serves_remotefx and gpu.is_present for gpu in self.host.expansion.gpus):
            raise HostError(
                "There is no graphics processor on this computer that RemoteFX 3D video adapters can use."
            )
        self.check_settings({"resolution": self.resolution, "monitors": self.monitors})

    def check_start(self) -> None:
        if self.host_gpu is None and self._fitting() is None:
            raise DeviceStartError(self, NO_RESOURCES)

    def power_on(self) -> None:
        gpu = self._fitting()
        if gpu is None:
            raise DeviceStartError(self, NO_RESOURCES)
        gpu.draw(self, self.needed_memory)

    def power_off(self) -> None:
        gpu = self.host_gpu
        if gpu is not None:
            gpu.draw(self, 0)

    def problem(self) -> str | None:
        served = any(gpu.serves_remotefx for gpu in self.host.expansion.gpus)
        if super().problem() is not None or not served:
            return "The physical computer has no graphics processor for RemoteFX 3D video adapters."
        return None

    def _fitting(self) -> HostGpu | None:
        usable = [
            gpu
            for gpu in self.host.expansion.gpus
            if gpu.serves_remotefx and gpu.is_present and gpu.available_video_memory >= self.needed_memory
        ]
        return max(usable, key=lambda gpu: gpu.available_video_memory, default=None)
