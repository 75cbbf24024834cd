"""Msvm_GuestCommunicationService: the Hyper-V socket services that guests may offer (2016 and later)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING

from emulator.host.guest.guest_communication import EnabledStatePolicy, GuestCommunicationService
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi.association import End, Link, itself
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT
from emulator.wmi.virtualization_v2.guest_services import CommunicationSettings
from emulator.wmi.virtualization_v2.integration import GuestServiceComponent
from emulator.wmi.virtualization_v2.refusals import ServiceRefusals

if TYPE_CHECKING:
    from emulator.host.guest.integration_services import IntegrationService
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

_ENABLED, _DISABLED = 2, 3


class CommunicationService(ServiceRefusals, View[GuestCommunicationService]):
    """One service of one machine. It is disabled only when its settings say so."""

    class_name = "Msvm_GuestCommunicationService"
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Guest Communication Service",
        "CreationClassName": "Msvm_GuestCommunicationService",
        "Description": "Microsoft Guest Communication Service",
        "ElementName": "Guest Communication Service",
        "StartMode": "Automatic",
        "Started": True,
        "SystemCreationClassName": "Msvm_ComputerSystem",
    }

    def objects(self) -> Iterator[GuestCommunicationService]:
        for vm in self.host.virtual_machines:
            yield from vm.guest.communication_services

    def shown_of(self, owner: object) -> Iterable[GuestCommunicationService] | None:
        if not isinstance(owner, VirtualMachine) or owner.is_checkpoint:
            return ()
        return owner.guest.communication_services

    def owner_of(self, item: GuestCommunicationService) -> object:
        return item.vm

    def candidates(self, keys: Keys) -> Iterable[GuestCommunicationService] | None:
        if "SystemName" not in keys:
            return None
        vm = self.host.virtual_machines.get(keys.text("SystemName"))
        return () if vm is None else vm.guest.communication_services

    def object_id(self, item: GuestCommunicationService) -> Hashable:
        return (item.vm.id, item.id)

    def Name(self, service: GuestCommunicationService) -> str:
        return service.id

    def SystemName(self, service: GuestCommunicationService) -> str:
        return service.vm.id

    def EnabledState(self, service: GuestCommunicationService) -> int:
        return _DISABLED if service.policy is EnabledStatePolicy.DISABLED else _ENABLED


def _services(_namespace: Namespace, component: IntegrationService) -> Iterable[GuestCommunicationService]:
    return component.vm.guest.communication_services


def _component(namespace: Namespace, service: GuestCommunicationService) -> Iterable[IntegrationService]:
    return namespace.view(GuestServiceComponent).devices(service.vm)


def _of_machine(_namespace: Namespace, service: GuestCommunicationService) -> list[GuestCommunicationService]:
    return [] if service.vm.is_checkpoint else [service]


VIEWS = (CommunicationService,)
LINKS = (
    Link(
        "Msvm_RegisteredGuestService",
        End("Antecedent", GuestServiceComponent, _services),
        End("Dependent", CommunicationService, _component),
    ),
    Link(
        "Msvm_SettingsDefineState",
        End("ManagedElement", CommunicationService, itself),
        End("SettingData", CommunicationSettings, _of_machine),
    ),
)
