"""Guest services: copying files into guests, and the configuration of their network adapters."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.host.errors import HostError, InvalidParameter
from emulator.host.guest.guest_communication import (
    EnabledStatePolicy,
    GuestCommunicationService,
    add_service,
    remove_service,
)
from emulator.host.guest.guest_network import GuestNetworkSettings, configure, present_settings
from emulator.host.guest.integration_services import IntegrationService
from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.changes import text_of, texts, value_of
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.arguments import MACHINE
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, DeviceSettingView, ServiceView
from emulator.wmi.virtualization_v2.jobs import started
from emulator.wmi.virtualization_v2.refusals import ServiceRefusals

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

#: ProtocolIFType: IPv4 and IPv6.
_BOTH = 4098
#: IPAddressOrigins.
_OTHER, _STATIC = 1, 2


class GuestFileService(ServiceRefusals, View["VirtualMachine"]):
    """Copying files of the host into one guest (2012 R2 and later)."""

    class_name = "Msvm_GuestFileService"
    index = ("SystemName",)
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Guest File Service",
        "CreationClassName": "Msvm_GuestFileService",
        "Description": "Service for copying files to the guest.",
        "ElementName": "Guest File Service",
        "Name": "Guest File Service",
        "Started": True,
        "StartMode": "Automatic",
        "SystemCreationClassName": "Msvm_ComputerSystem",
    }

    def objects(self) -> Iterable[VirtualMachine]:
        return self.host.virtual_machines

    def by_key(self, keys: Keys) -> VirtualMachine | None:
        return self.host.virtual_machines.get(keys.text("SystemName"))

    def object_id(self, item: VirtualMachine) -> Hashable:
        return item.id

    def SystemName(self, vm: VirtualMachine) -> str:
        return vm.id

    @wmi_method
    def CopyFilesToGuest(self, vm: VirtualMachine, arguments: Arguments) -> MethodResult:
        """Copy one file; 4096 with a Msvm_CopyFileToGuestJob. Windows takes only one file a call."""
        settings = arguments.embedded_list("CopyFileToGuestSettings")
        if len(settings) != 1 or not settings[0].declaration.is_a("Msvm_CopyFileToGuestSettingData"):
            raise InvalidParameter("CopyFileToGuestSettings must hold one Msvm_CopyFileToGuestSettingData.")
        wanted = settings[0]
        job = vm.guest.files.copy_in(
            text_of(wanted, "SourcePath"),
            text_of(wanted, "DestinationPath"),
            overwrite=value_of(wanted, "OverwriteExisting") is True,
            create_path=value_of(wanted, "CreateFullPath") is True,
        )
        return started(arguments, job)


class GuestNetworkConfiguration(DeviceSettingView[NetworkAdapter]):
    """What the guest says of one network adapter."""

    class_name = "Msvm_GuestNetworkAdapterConfiguration"
    volatile = frozenset({"DHCPEnabled", "IPAddresses", "IPAddressOrigins", "Subnets"})

    def devices(self, vm: VirtualMachine) -> Iterable[NetworkAdapter]:
        return [each for each in vm.network_adapters if not each.is_legacy]

    def by_key(self, keys: Keys) -> NetworkAdapter | None:
        prefix, _, rest = keys.text("InstanceID").partition("\\")
        machine, _, adapter = rest.partition("\\")
        vm = self.host.virtual_machines.get(machine) if prefix.lower() == "microsoft:guestnetwork" else None
        if vm is None:
            return None
        return next((each for each in self.devices(vm) if each.id == adapter.upper()), None)

    def InstanceID(self, adapter: NetworkAdapter) -> str:
        return f"Microsoft:GuestNetwork\\{adapter.vm.id}\\{adapter.id}"

    def ProtocolIFType(self, _adapter: NetworkAdapter) -> int:
        return _BOTH

    def DHCPEnabled(self, adapter: NetworkAdapter) -> bool:
        return self.present_of(adapter).dhcp

    def IPAddresses(self, adapter: NetworkAdapter) -> list[str]:
        return list(self.present_of(adapter).addresses)

    def Subnets(self, adapter: NetworkAdapter) -> list[str]:
        return list(self.present_of(adapter).subnets)

    def DefaultGateways(self, adapter: NetworkAdapter) -> list[str]:
        return list(self.present_of(adapter).gateways)

    def DNSServers(self, adapter: NetworkAdapter) -> list[str]:
        return list(self.present_of(adapter).dns_servers)

    def IPAddressOrigins(self, adapter: NetworkAdapter) -> list[int]:
        present = self.present_of(adapter)
        return [
            _OTHER if present.dhcp or each.lower().startswith("fe80") else _STATIC
            for each in present.addresses
        ]

    def present_of(self, adapter: NetworkAdapter) -> GuestNetworkSettings:
        """What the guest reports now."""
        return present_settings(adapter.vm.guest, adapter)


class CommunicationSettings(DeviceSettingView[GuestCommunicationService]):
    """Whether a guest may offer one Hyper-V socket service (2016 and later)."""

    class_name = "Msvm_GuestCommunicationServiceSettingData"
    constants = {"Caption": "Guest Communication Service"}

    def devices(self, vm: VirtualMachine) -> Iterable[GuestCommunicationService]:
        return vm.guest.communication_services

    def Name(self, service: GuestCommunicationService) -> str:
        return service.id

    def EnabledStatePolicy(self, service: GuestCommunicationService) -> int:
        return int(service.policy)


class GuestNetworkMethods(ServiceView):
    """The methods of the management service for guests' addresses and components."""

    @wmi_method
    def SetGuestNetworkAdapterConfiguration(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Let a running guest take addresses; 4096 with a job."""
        vm = arguments.named("ComputerSystem", VirtualMachine, MACHINE)
        view = self.namespace.view(GuestNetworkConfiguration)
        changes: dict[NetworkAdapter, GuestNetworkSettings] = {}
        for given in arguments.embedded_list("NetworkConfiguration"):
            adapter = next(
                (
                    each
                    for each in view.devices(vm)
                    if view.InstanceID(each).casefold() == text_of(given, "InstanceID").casefold()
                ),
                None,
            )
            if adapter is None:
                raise InvalidParameter("NetworkConfiguration does not name an adapter of the machine.")
            changes[adapter] = network_settings_of(given)
        if not changes:
            raise InvalidParameter("NetworkConfiguration is missing.")
        return started(arguments, configure(vm.guest, changes))

    @wmi_method
    def AddGuestServiceSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Let a guest offer Hyper-V socket services, all or none (2016 and later)."""
        vm = arguments.named("AffectedConfiguration", VirtualMachine, MACHINE)
        settings = arguments.required_list("GuestServiceSettings")
        view = self.namespace.view(CommunicationSettings)
        added: list[GuestCommunicationService] = []
        try:
            for each in settings:
                if not each.declaration.is_a(view.class_name):
                    raise InvalidParameter(f"A {each.declaration.name} cannot be added to a guest.")
                policy = value_of(each, "EnabledStatePolicy")
                policy = int(policy) if isinstance(policy, int) else EnabledStatePolicy.DEFERRED
                added.append(add_service(vm, text_of(each, "Name"), policy))
        except HostError:
            for done in added:
                remove_service(done)
            raise
        paths = [view.instance(each).path for each in added]
        return arguments.result(errors.COMPLETED, ResultingGuestServiceSettings=paths)

    @wmi_method
    def RemoveGuestServiceSettings(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Take Hyper-V socket services away; an integration component stays and can only be disabled."""
        items = [target.item for target in arguments.targets("GuestServiceSettings")]
        services = [item for item in items if isinstance(item, GuestCommunicationService)]
        if not items or len(services) != len(items):
            raise InvalidParameter("GuestServiceSettings names something that cannot be removed.")
        for service in services:
            remove_service(service)
        return arguments.result(errors.COMPLETED)


def network_settings_of(given: ValueInstance) -> GuestNetworkSettings:
    """The addresses that an embedded instance of an adapter's network settings names."""

    def listed(name: str) -> tuple[str, ...]:
        value = value_of(given, name)
        return () if value is None else tuple(texts(value))

    dhcp = value_of(given, "DHCPEnabled") is True
    static = () if dhcp else listed("IPAddresses")
    kept = [number for number, each in enumerate(static) if not each.lower().startswith("fe80")]
    subnets = () if dhcp else listed("Subnets")
    return GuestNetworkSettings(
        dhcp,
        tuple(static[number] for number in kept),
        tuple(subnets[number] for number in kept) if len(subnets) == len(static) else subnets,
        listed("DefaultGateways"),
        listed("DNSServers"),
    )


def machine_of_component(_namespace: Namespace, service: IntegrationService) -> Iterable[VirtualMachine]:
    """The machine whose files the component reaches."""
    return (service.vm,)


def services_of_component(
    _namespace: Namespace, service: IntegrationService
) -> Iterable[GuestCommunicationService]:
    """The Hyper-V socket services of the component's machine."""
    return service.vm.guest.communication_services
