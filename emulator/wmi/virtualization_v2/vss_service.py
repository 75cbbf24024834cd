"""Msvm_VssService: what the host asks the backup service of one guest (2016 and later)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.host.errors import InvalidState, NotSupported
from emulator.host.guest.integration_services import IntegrationService, IntegrationServiceKind, answers_vss
from emulator.host.storage.vhd_set import VhdSet
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.association import End, Link
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT
from emulator.wmi.virtualization_v2.integration import VssComponent
from emulator.wmi.virtualization_v2.refusals import ServiceRefusals

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace


class VssService(ServiceRefusals, View[VirtualMachine]):
    """One for each machine; found by its GUID."""

    class_name = "Msvm_VssService"
    index = ("SystemName",)
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "VSS Service",
        "CreationClassName": "Msvm_VssService",
        "Description": "Service for backups of the guest.",
        "ElementName": "VSS Service",
        "Name": "VSS Service",
        "Started": True,
        "StartMode": "Automatic",
        "SystemCreationClassName": "Msvm_ComputerSystem",
    }

    def objects(self) -> Iterable[VirtualMachine]:
        return self.host.virtual_machines

    def shown_of(self, owner: object) -> Iterable[VirtualMachine] | None:
        return (owner,) if isinstance(owner, VirtualMachine) and not owner.is_checkpoint else ()

    def by_key(self, keys: Keys) -> VirtualMachine | None:
        return self.host.virtual_machines.get(keys.text("SystemName"))

    def object_id(self, item: VirtualMachine) -> Hashable:
        return item.id

    def SystemName(self, vm: VirtualMachine) -> str:
        return vm.id

    @wmi_method
    def QueryGuestClusterInformation(self, vm: VirtualMachine, arguments: Arguments) -> MethodResult:
        """The cluster that the guest belongs to; nothing for a guest without shared disks."""
        if not answers_vss(vm):
            raise InvalidState("The guest does not answer.")
        shared = [
            drive
            for drive in vm.hard_disk_drives
            if drive.support_persistent_reservations or isinstance(drive.virtual_disk, VhdSet)
        ]
        if shared:
            self.namespace.service.record_gap(
                self.namespace.name, self.class_name, "QueryGuestClusterInformation with shared disks"
            )
            raise NotSupported("Clusters of guests are not emulated.")
        return arguments.result(errors.COMPLETED)


VIEWS = (VssService,)


def _machine(_namespace: Namespace, service: IntegrationService) -> Iterable[VirtualMachine]:
    return (service.vm,)


def _component(_namespace: Namespace, vm: VirtualMachine) -> Iterable[IntegrationService]:
    return [each for each in vm.integration_services if each.kind is IntegrationServiceKind.VSS]


LINKS = (
    Link(
        "Msvm_ServiceOfVssComponent",
        End("Antecedent", VssComponent, _machine),
        End("Dependent", VssService, _component),
    ),
)
