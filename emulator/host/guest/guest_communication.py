"""Hyper-V sockets: which services a guest may offer to the host
(Msvm_GuestCommunicationServiceSettingData)."""

from enum import IntEnum
from typing import TYPE_CHECKING

from emulator.host.checks import check_choice
from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, NotSupported, QuotaExceeded
from emulator.host.guest.integration_services import IntegrationServiceKind
from emulator.host.host_object import operation
from emulator.host.identifiers import is_guid, normalize_guid
from emulator.host.virtual_machine.device import Device

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

MAXIMUM_SERVICES = 256
_FIRST_BUILD = 14393


class EnabledStatePolicy(IntEnum):
    """EnabledStatePolicy of the settings; deferred means what the host's registry says."""

    ENABLED = 2
    DISABLED = 3
    DEFERRED = 8


class GuestCommunicationService(Device):
    """One service of a machine by its GUID."""

    __slots__ = ("id", "policy")

    def __init__(self, vm: "VirtualMachine", identifier: str, policy: EnabledStatePolicy) -> None:
        super().__init__(vm)
        self.id = identifier
        self.policy = policy

    @property
    def name(self) -> str:
        return self.id

    @property
    def setting_id(self) -> str:
        return f"{IntegrationServiceKind.GUEST_SERVICE_INTERFACE.value.guid}\\{self.id}"

    @operation
    def configure(self, *, policy: int) -> None:
        """Change the policy. Raises InvalidParameter, NotFound."""
        self.vm.require_alive()
        self.policy = check_choice("EnabledStatePolicy", policy, EnabledStatePolicy)
        self.touch()


def add_service(
    vm: "VirtualMachine", identifier: str, policy: int = EnabledStatePolicy.DEFERRED
) -> GuestCommunicationService:
    """Let a guest offer a service. Raises NotSupported (before 2016), InvalidParameter, AlreadyExists,
    QuotaExceeded."""
    with vm.host.looking():
        vm.require_alive()
        if vm.host.release.build < _FIRST_BUILD:
            raise NotSupported()
        if not is_guid(identifier):
            raise InvalidParameter(f"The name '{identifier!s:.64}' of the service is not a GUID.")
        guid = normalize_guid(identifier)
        services = vm.guest.communication_services
        if any(each.id == guid for each in services):
            raise AlreadyExists(f"The service {guid} exists.")
        if len(services) >= MAXIMUM_SERVICES:
            raise QuotaExceeded(f"A virtual machine has at most {MAXIMUM_SERVICES} such services.")
        service = GuestCommunicationService(
            vm, guid, check_choice("EnabledStatePolicy", policy, EnabledStatePolicy)
        )
        services.append(service)
        vm.touch()
        return service


def remove_service(service: GuestCommunicationService) -> None:
    """Take a service away. Raises NotFound."""
    vm = service.vm
    with vm.host.looking():
        vm.require_alive()
        if service not in vm.guest.communication_services:
            raise NotFound(f"The service {service.id} was not found.")
        vm.guest.communication_services.remove(service)
        vm.touch()
