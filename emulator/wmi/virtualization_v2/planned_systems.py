"""Msvm_PlannedComputerSystem and its settings: what will be a virtual machine."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidParameter
from emulator.host.job import Job, JobKind
from emulator.host.virtual_machine.machine_definition import MachineDefinition
from emulator.host.virtual_machine.planned_machine import PlannedMachine
from emulator.wmi import errors
from emulator.wmi.association import End, Link, itself, the_host
from emulator.wmi.changes import Rule, text
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2 import reaches
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, DeviceSettingView, machine_of
from emulator.wmi.virtualization_v2.common_links import component_links
from emulator.wmi.virtualization_v2.computer_system import NEVER, HostSystem
from emulator.wmi.virtualization_v2.jobs import ConcreteJob
from emulator.wmi.virtualization_v2.power_refusals import PowerRefusals
from emulator.wmi.virtualization_v2.system_settings import WRITABLE, RealizedSettings

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

PLANNED = "Microsoft:Hyper-V:System:Planned"
PLANNED_SNAPSHOT = "Microsoft:Hyper-V:Snapshot:Planned"
_OFF = 3

#: What ModifySystemSettings can write on a planned machine: its folder too.
PLANNED_WRITABLE = {**WRITABLE, "ConfigurationDataRoot": Rule("", "path", text)}


class PlannedSystem(PowerRefusals, View[PlannedMachine]):
    """A planned virtual machine; it is always off."""

    class_name = "Msvm_PlannedComputerSystem"
    index = ("Name",)
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Planned Virtual Machine",
        "CreationClassName": "Msvm_PlannedComputerSystem",
        "Description": "Microsoft Planned Virtual Machine",
        "EnabledDefault": _OFF,
        "EnabledState": _OFF,
        "OnTimeInMilliseconds": 0,
        "ResetCapability": 1,
        "StatusDescriptions": ["Operating normally"],
    }

    def objects(self) -> Iterable[PlannedMachine]:
        return self.host.planned_machines

    def shown_of(self, owner: object) -> Iterable[PlannedMachine] | None:
        return (owner,) if isinstance(owner, PlannedMachine) else ()

    def by_key(self, keys: Keys) -> PlannedMachine | None:
        return self.host.planned_machines.get(keys.text("Name"))

    def object_id(self, item: PlannedMachine) -> Hashable:
        return item.id

    def Name(self, machine: PlannedMachine) -> str:
        return machine.id

    def ElementName(self, machine: PlannedMachine) -> str:
        return machine.name

    def InstallDate(self, _machine: PlannedMachine) -> datetime:
        return NEVER

    def TimeOfLastStateChange(self, machine: PlannedMachine) -> datetime:
        return machine.last_state_change

    def TimeOfLastConfigurationChange(self, machine: PlannedMachine) -> datetime:
        return machine.created

    @wmi_method
    def RequestStateChange(self, _machine: PlannedMachine, arguments: Arguments) -> MethodResult:
        """A planned machine has no other state."""
        return arguments.result(errors.INVALID_STATE)


class PlannedSettings(RealizedSettings):
    """The settings that are in force when it is realized."""

    constants = {"VirtualSystemType": PLANNED}

    def objects(self) -> Iterable[VirtualMachine]:
        return self.host.planned_machines

    def shown_of(self, owner: object) -> Iterable[VirtualMachine] | None:
        return (owner,) if isinstance(owner, PlannedMachine) else ()

    def by_key(self, keys: Keys) -> VirtualMachine | None:
        vm, tail = machine_of(self.host, keys.text("InstanceID"))
        return vm if isinstance(vm, PlannedMachine) and not tail else None


class PlannedSnapshotSettings(RealizedSettings):
    """The settings of a checkpoint that comes with a planned machine."""

    constants = {"VirtualSystemType": PLANNED_SNAPSHOT}

    def objects(self) -> Iterable[VirtualMachine]:
        return [each for planned in self.host.planned_machines for each in planned.checkpoints_to_come]

    def shown_of(self, owner: object) -> Iterable[VirtualMachine] | None:
        return owner.checkpoints_to_come if isinstance(owner, PlannedMachine) else ()

    def owner_of(self, item: VirtualMachine) -> object:
        return item.planned if isinstance(item, MachineDefinition) else item

    def by_key(self, keys: Keys) -> VirtualMachine | None:
        wanted = keys.text("InstanceID").lower()
        return next((each for each in self.objects() if self.InstanceID(each).lower() == wanted), None)

    def VirtualSystemIdentifier(self, vm: VirtualMachine) -> str:
        planned = vm.planned if isinstance(vm, MachineDefinition) else None
        return vm.id if planned is None else planned.id


def find_planned(arguments: Arguments, name: str) -> PlannedMachine | None:
    """The planned machine that a reference names, by itself or by its settings; None for anything else.
    Raises NotFound."""
    target = arguments.target(name)
    return target.item if target is not None and isinstance(target.item, PlannedMachine) else None


def planned_argument(arguments: Arguments, name: str) -> PlannedMachine:
    """The planned machine that a reference names. Raises InvalidParameter, NotFound."""
    found = find_planned(arguments, name)
    if found is None:
        raise InvalidParameter(f"{name} does not name a planned virtual machine.")
    return found


def _all(namespace: Namespace, _item: Any) -> Iterable[PlannedMachine]:
    return namespace.host.planned_machines


def _affected(_namespace: Namespace, job: Job) -> list[Any]:
    return [each for each in job.affected if isinstance(each, PlannedMachine) and not each.deleted]


def _planned(_namespace: Namespace, device: Any) -> Iterable[VirtualMachine]:
    return (device.vm,) if isinstance(device.vm, PlannedMachine) else ()


def _snapshots(_namespace: Namespace, machine: PlannedMachine) -> Iterable[VirtualMachine]:
    return machine.checkpoints_to_come


def _machine_of(_namespace: Namespace, snapshot: MachineDefinition) -> Iterable[PlannedMachine]:
    return () if snapshot.planned is None else (snapshot.planned,)


VIEWS = (PlannedSystem, PlannedSettings, PlannedSnapshotSettings)


def links(setting_views: Iterable[type[DeviceSettingView[Any]]]) -> tuple[Link, ...]:
    """The associations of planned machines; ``setting_views`` show the settings of devices."""
    return (
        Link(
            "Msvm_SettingsDefineState",
            End("ManagedElement", PlannedSystem, itself),
            End("SettingData", PlannedSettings, itself),
        ),
        Link(
            "Msvm_ElementSettingData",
            End("ManagedElement", PlannedSettings, itself),
            End("SettingData", PlannedSettings, itself),
            values={"IsCurrent": 2, "IsDefault": 1, "IsNext": 0},
        ),
        *component_links(PlannedSettings, _planned, setting_views),
        Link(
            "Msvm_SnapshotOfVirtualSystem",
            End("Antecedent", PlannedSystem, _snapshots),
            End("Dependent", PlannedSnapshotSettings, _machine_of),
        ),
        Link(
            "Msvm_HostedDependency",
            End("Antecedent", HostSystem, _all),
            End("Dependent", PlannedSystem, the_host),
        ),
        Link(
            "Msvm_AffectedJobElement",
            End("AffectedElement", PlannedSystem, reaches.jobs(JobKind.CONCRETE)),
            End("AffectingElement", ConcreteJob, _affected),
            values={"ElementEffects": [5]},
        ),
    )
