"""Msvm_SummaryInformation: the overview that managers ask for, whole or by numbered parts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from emulator.cim.errors import NotFound
from emulator.cim.instance import ValueInstance
from emulator.cim.object_path import ObjectPath
from emulator.cim.partial_instance import PartialInstance
from emulator.host.guest.integration_services import IntegrationServiceKind
from emulator.host.replication.replication_relationship import PROVIDER_ID, mode_of
from emulator.host.resources import numa
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi.virtualization_v2.base import MachineView
from emulator.wmi.virtualization_v2.computer_system import FIRST_CRITICAL, MachineSystem
from emulator.wmi.virtualization_v2.console import thumbnail
from emulator.wmi.virtualization_v2.jobs import ConcreteJob
from emulator.wmi.virtualization_v2.system_settings import SnapshotSettings

if TYPE_CHECKING:
    from emulator.cim.instance import Instance
    from emulator.cim.types import CimValue
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import ViewInstance

_MEBIBYTE = 1 << 20
_MEMORY_UNKNOWN = 0x7FFFFFFF
_SAMPLES = 100
#: RequestedInformation of GetSummaryInformation -> property.
PARTS = {
    0: "Name",
    1: "ElementName",
    2: "CreationTime",
    3: "Notes",
    4: "NumberOfProcessors",
    5: "ThumbnailImage",
    6: "ThumbnailImage",
    7: "ThumbnailImage",
    8: "AllocatedGPU",
    9: "VirtualSwitchNames",
    10: "Version",
    11: "Shielded",
    100: "EnabledState",
    101: "ProcessorLoad",
    102: "ProcessorLoadHistory",
    103: "MemoryUsage",
    104: "Heartbeat",
    105: "UpTime",
    106: "GuestOperatingSystem",
    107: "Snapshots",
    108: "AsynchronousTasks",
    109: "HealthState",
    110: "OperationalStatus",
    111: "StatusDescriptions",
    112: "MemoryAvailable",
    113: "AvailableMemoryBuffer",
    114: "ReplicationMode",
    115: "ReplicationState",
    116: "ReplicationHealth",
    117: "ApplicationHealth",
    118: "ReplicationStateEx",
    119: "ReplicationHealthEx",
    120: "SwapFilesInUse",
    121: "IntegrationServicesVersionState",
    122: "ReplicationProviderId",
    123: "MemorySpansPhysicalNumaNodes",
    132: "OtherEnabledState",
    133: "EnhancedSessionModeState",
    134: "VirtualSystemSubType",
    135: "HostComputerSystemName",
}


#: The same for pictures: the size of each.
THUMBNAILS = {5: (80, 60), 6: (160, 120), 7: (320, 240)}


class SummaryBase(MachineView):
    """What every WMI version shows in a summary."""

    class_name = "Msvm_SummaryInformation"
    constants = {"AllocatedGPU": ""}
    volatile = frozenset(
        {
            "AsynchronousTasks",
            "AvailableMemoryBuffer",
            "GuestOperatingSystem",
            "Heartbeat",
            "MemoryAvailable",
            "MemoryUsage",
            "ProcessorLoad",
            "ProcessorLoadHistory",
            "UpTime",
        }
    )

    def Name(self, vm: VirtualMachine) -> str:
        return vm.id

    def ElementName(self, vm: VirtualMachine) -> str:
        return vm.name

    def CreationTime(self, vm: VirtualMachine) -> datetime:
        return vm.created

    def Notes(self, vm: VirtualMachine) -> str:
        return vm.notes

    def NumberOfProcessors(self, vm: VirtualMachine) -> int:
        return vm.processor.count

    def EnabledState(self, vm: VirtualMachine) -> int:
        return vm.state_number(FIRST_CRITICAL)

    def HealthState(self, vm: VirtualMachine) -> int:
        return int(vm.health)

    def OperationalStatus(self, vm: VirtualMachine) -> list[int]:
        return [int(status) for status in vm.operational_status]

    def StatusDescriptions(self, vm: VirtualMachine) -> list[str]:
        return list(vm.status_descriptions)

    def ProcessorLoad(self, vm: VirtualMachine) -> int:
        return vm.cpu_usage()

    def ProcessorLoadHistory(self, vm: VirtualMachine) -> list[int]:
        """The last 100 samples, newest first; one a second, and the load is steady while a machine runs
        (chosen)."""
        ran = min(_SAMPLES, int(vm.uptime().total_seconds()))
        return [*[vm.cpu_usage()] * ran, *[0] * (_SAMPLES - ran)]

    def MemoryUsage(self, vm: VirtualMachine) -> int:
        """MB that the machine holds."""
        return vm.assigned_memory() // _MEBIBYTE

    def MemoryAvailable(self, vm: VirtualMachine) -> int:
        """Percent of its memory that the guest does not need; a fixed number when it is not known."""
        assigned = vm.assigned_memory()
        if not assigned or not vm.memory.dynamic or not vm.guest.is_ready:
            return _MEMORY_UNKNOWN
        return (assigned - vm.memory_demand()) * 100 // assigned

    def AvailableMemoryBuffer(self, vm: VirtualMachine) -> int:
        return self.MemoryAvailable(vm)

    def Heartbeat(self, vm: VirtualMachine) -> int | None:
        """2 OK, 12 no contact, 13 lost communication; NULL while the machine has no worker process."""
        if not vm.state.holds_memory:
            return None
        return int(vm.integration_service(IntegrationServiceKind.HEARTBEAT).status)

    def UpTime(self, vm: VirtualMachine) -> int:
        """Milliseconds."""
        return vm.uptime() // timedelta(milliseconds=1)

    def GuestOperatingSystem(self, vm: VirtualMachine) -> str:
        return vm.guest.intrinsic_items().get("OSName", "")

    def AsynchronousTasks(self, vm: VirtualMachine) -> list[Instance]:
        """The jobs that run for the machine."""
        running = vm.job if vm.job is not None and vm.job in self.host.jobs else None
        return [] if running is None else [self.namespace.view(ConcreteJob).instance(running)]


class Summary(SummaryBase):
    """The summary of root/virtualization/v2."""

    constants = {
        "ApplicationHealth": 2,
        "OtherEnabledState": None,
        "SwapFilesInUse": False,
    }

    volatile = SummaryBase.volatile | {"ReplicationHealth", "ReplicationHealthEx"}

    def revision(self, item: VirtualMachine) -> Hashable | None:
        return (item.revision, self.host.settings.revision)

    def Shielded(self, vm: VirtualMachine) -> bool:
        return vm.is_shielded

    def MemorySpansPhysicalNumaNodes(self, vm: VirtualMachine) -> bool:
        return len(numa.nodes_of(vm)) > 1

    def ReplicationMode(self, vm: VirtualMachine) -> int:
        return int(mode_of(vm))

    def ReplicationState(self, vm: VirtualMachine) -> int:
        return self.ReplicationStateEx(vm)[0]

    def ReplicationHealth(self, vm: VirtualMachine) -> int:
        return self.ReplicationHealthEx(vm)[0]

    def ReplicationStateEx(self, vm: VirtualMachine) -> list[int]:
        """That of each replication; 0 without one."""
        return [int(each.state) for each in vm.relationships] or [0]

    def ReplicationHealthEx(self, vm: VirtualMachine) -> list[int]:
        return [int(each.health) for each in vm.relationships] or [0]

    def ReplicationProviderId(self, vm: VirtualMachine) -> list[str]:
        return [PROVIDER_ID for _ in vm.relationships]

    def TestReplicaSystem(self, vm: VirtualMachine) -> ObjectPath | None:
        """The test machine of a replica."""
        test = None if vm.test_replica_id is None else self.host.virtual_machines.get(vm.test_replica_id)
        return None if test is None else self.namespace.view(MachineSystem).instance(test).path

    def Snapshots(self, vm: VirtualMachine) -> list[Instance]:
        """The settings of its checkpoints."""
        view = self.namespace.view(SnapshotSettings)
        return [view.instance(each) for each in vm.checkpoints]

    def VirtualSwitchNames(self, vm: VirtualMachine) -> list[str]:
        return list(
            dict.fromkeys(each.switch.name for each in vm.network_adapters if each.switch is not None)
        )

    def Version(self, vm: VirtualMachine) -> str:
        return vm.version

    def VirtualSystemSubType(self, vm: VirtualMachine) -> str:
        return f"Microsoft:Hyper-V:SubType:{vm.generation}"

    def HostComputerSystemName(self, _vm: VirtualMachine) -> str:
        return self.host.name

    def EnhancedSessionModeState(self, vm: VirtualMachine) -> int:
        if not self.host.settings.enhanced_session_mode:
            return 3
        return 2 if vm.guest.is_ready and vm.guest.is_windows else 6

    def IntegrationServicesVersionState(self, vm: VirtualMachine) -> int:
        """1 up to date, 0 unknown."""
        return 1 if vm.guest.is_ready else 0


_PICTURE = frozenset({"ThumbnailImage", "ThumbnailImageHeight", "ThumbnailImageWidth"})


#: What says nothing of a checkpoint (documented with each property).
_NOT_OF_CHECKPOINTS = frozenset(
    {
        "ApplicationHealth",
        "AsynchronousTasks",
        "AvailableMemoryBuffer",
        "GuestOperatingSystem",
        "HealthState",
        "Heartbeat",
        "MemoryAvailable",
        "MemoryUsage",
        "ProcessorLoad",
        "ProcessorLoadHistory",
        "Snapshots",
        "UpTime",
    }
)


class PartialSummary(PartialInstance):
    """A summary with the requested parts only; the others are NULL, as is what a checkpoint does not have."""

    __slots__ = ("_machine", "_parts", "_picture")

    def __init__(
        self, whole: ViewInstance[VirtualMachine], parts: frozenset[str], picture: int | None = None
    ) -> None:
        super().__init__(whole)
        self._machine = whole.item
        self._parts = parts
        self._picture = picture

    def part_key(self) -> Hashable:
        return (self._parts, self._picture)

    @property
    def volatile(self) -> frozenset[str]:
        """Volatile ones among the parts."""
        return self.whole.volatile & self._parts

    def value(self, name: str) -> CimValue:
        """The value of a requested part."""
        declared = self.declaration.property(name).name
        if self._machine.is_checkpoint and declared in _NOT_OF_CHECKPOINTS:
            return None
        if self._picture is not None and declared in _PICTURE:
            width, height = THUMBNAILS[self._picture]
            if declared == "ThumbnailImage":
                return [*thumbnail(self._machine, width, height)]
            return width if declared == "ThumbnailImageWidth" else height
        return self.whole.value(declared) if declared in self._parts else None


def summaries(
    namespace: Namespace,
    view_type: type[SummaryBase],
    machines: Iterable[VirtualMachine | None],
    requested: Iterable[int],
) -> list[Instance]:
    """Summaries of machines with their names and the parts of these numbers.

    Numbers that this release does not know are ignored; of several pictures the largest is given. A machine
    that was not found has a summary with an empty name.
    """
    numbers = list(requested)
    picture = max((number for number in numbers if number in THUMBNAILS), default=None)
    parts = frozenset({"InstanceID", "Name", *(PARTS[number] for number in numbers if number in PARTS)})
    view = namespace.view(view_type)
    nobody = ValueInstance(view.declaration, {"Name": ""}, namespace.name)
    return [nobody if vm is None else PartialSummary(view.instance(vm), parts, picture) for vm in machines]


def summarized(namespace: Namespace, paths: CimValue) -> list[VirtualMachine | None]:
    """The machines and checkpoints whose settings are named, None for one that is not there; all machines
    when nothing is named. Raises InvalidObjectPath, InvalidClass."""
    if paths is None:
        return list(namespace.host.virtual_machines)
    found: list[VirtualMachine | None] = []
    for path in paths if isinstance(paths, list) else [paths]:
        try:
            item = namespace.find(path).item if isinstance(path, ObjectPath) else None
        except NotFound:
            item = None
        found.append(item if isinstance(item, VirtualMachine) else None)
    return found
