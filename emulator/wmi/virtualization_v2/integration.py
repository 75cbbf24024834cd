"""Integration components of virtual machines and their settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.guest.integration_services import (
    IntegrationService,
    IntegrationServiceKind,
    IntegrationStatus,
)
from emulator.host.guest.key_value_pairs import PairSource
from emulator.wmi import errors
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.base import DeviceSettingView, DeviceView
from emulator.wmi.virtualization_v2.guest_items import item_texts
from emulator.wmi.virtualization_v2.remote_desktop import RdvComponent, RdvComponentSettings

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.method import Arguments, MethodResult

_ENABLED, _DISABLED = 2, 3
Kind = IntegrationServiceKind


class _OfKind:
    """What the views of a kind of integration component and of its settings share."""

    kind: IntegrationServiceKind

    def devices(self, vm: VirtualMachine) -> Iterable[IntegrationService]:
        return [service for service in vm.integration_services if service.kind is self.kind]

    def Caption(self, service: IntegrationService) -> str:
        return service.name

    def EnabledState(self, service: IntegrationService) -> int:
        return _ENABLED if service.enabled else _DISABLED


class ComponentView(_OfKind, DeviceView[IntegrationService]):
    """One kind of integration component. OperationalStatus says what the guest's side answers."""

    constants = {"EnabledDefault": 7}
    volatile = frozenset({"OperationalStatus", "StatusDescriptions"})

    def OperationalStatus(self, service: IntegrationService) -> list[int]:
        return [int(service.status)]

    def StatusDescriptions(self, service: IntegrationService) -> list[str]:
        return [service.status.description]


class HeartbeatComponent(ComponentView):
    """The heartbeat of the guest."""

    class_name = "Msvm_HeartbeatComponent"
    kind = Kind.HEARTBEAT
    constants = {"Description": "Microsoft Heartbeat Service"}


class ShutdownComponent(ComponentView):
    """Shutting down the guest's system."""

    class_name = "Msvm_ShutdownComponent"
    kind = Kind.SHUTDOWN
    constants = {"Description": "Microsoft Shutdown Service"}

    @wmi_method
    def InitiateShutdown(self, service: IntegrationService, arguments: Arguments) -> MethodResult:
        """0 at once, and the machine goes down; 32780 not ready, 32781 locked, 32782 in progress."""
        service.vm.shut_down(force=arguments.truth("Force") or False)
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def InitiateReboot(self, service: IntegrationService, arguments: Arguments) -> MethodResult:
        """Let the guest's system restart (2016 and later)."""
        service.vm.reboot()
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def InitiateHibernate(self, service: IntegrationService, arguments: Arguments) -> MethodResult:
        """Let the guest's system hibernate."""
        service.vm.hibernate()
        return arguments.result(errors.COMPLETED)


class KvpExchangeComponent(ComponentView):
    """Key-value pairs that host and guest exchange, as CIM-XML texts of Msvm_KvpExchangeDataItem."""

    class_name = "Msvm_KvpExchangeComponent"
    kind = Kind.KEY_VALUE_PAIR_EXCHANGE
    constants = {"Description": "Microsoft Key-Value Pair Exchange Service"}
    volatile = frozenset({"GuestExchangeItems", "GuestIntrinsicExchangeItems"})

    def GuestIntrinsicExchangeItems(self, service: IntegrationService) -> list[str]:
        """What the guest publishes by itself.

        Nothing until it has booted or while the service does not answer.
        """
        if service.status is not IntegrationStatus.OK:
            return []
        pairs = service.vm.guest.intrinsic_items()
        return item_texts(self.namespace, pairs, PairSource.GUEST_INTRINSIC)

    def GuestExchangeItems(self, service: IntegrationService) -> list[str]:
        """What the guest's programs publish; nothing while the service does not answer."""
        if service.status is not IntegrationStatus.OK:
            return []
        pairs = service.vm.guest.pairs.items(PairSource.GUEST)
        return item_texts(self.namespace, pairs, PairSource.GUEST)


class TimeSyncComponent(ComponentView):
    """Time synchronization of the guest."""

    class_name = "Msvm_TimeSyncComponent"
    kind = Kind.TIME_SYNCHRONIZATION
    constants = {"Description": "Microsoft Time Synchronization Service"}


class VssComponent(ComponentView):
    """Backup of the guest's volumes."""

    class_name = "Msvm_VssComponent"
    kind = Kind.VSS
    constants = {"Description": "Microsoft VSS Service"}


class GuestServiceComponent(ComponentView):
    """Copying files into the guest (2012 R2 and later)."""

    class_name = "Msvm_GuestServiceInterfaceComponent"
    kind = Kind.GUEST_SERVICE_INTERFACE
    constants = {"Description": "Microsoft Guest Service Interface"}


class ComponentSettingView(_OfKind, DeviceSettingView[IntegrationService]):
    """Whether one kind of integration component is switched on."""

    constants = {"ResourceType": 1}


class HeartbeatSettings(ComponentSettingView):
    """Settings of the heartbeat."""

    class_name = "Msvm_HeartbeatComponentSettingData"
    kind = Kind.HEARTBEAT
    constants = {"OtherResourceType": "Microsoft:Hyper-V:Heartbeat Component"}


class ShutdownSettings(ComponentSettingView):
    """Settings of the shutdown service."""

    class_name = "Msvm_ShutdownComponentSettingData"
    kind = Kind.SHUTDOWN
    constants = {"OtherResourceType": "Microsoft:Hyper-V:Shutdown Component"}


class KvpExchangeSettings(ComponentSettingView):
    """Settings of the key-value pair exchange."""

    class_name = "Msvm_KvpExchangeComponentSettingData"
    kind = Kind.KEY_VALUE_PAIR_EXCHANGE
    constants = {
        "DisableHostKVPItems": False,
        "OtherResourceType": "Microsoft:Hyper-V:Key-Value Pair Exchange Component",
    }

    def HostExchangeItems(self, service: IntegrationService) -> list[str]:
        """Pairs of the host for the guest."""
        pairs = service.vm.guest.pairs.items(PairSource.HOST)
        return item_texts(self.namespace, pairs, PairSource.HOST)

    def HostOnlyItems(self, service: IntegrationService) -> list[str]:
        """Pairs that stay on the host."""
        pairs = service.vm.guest.pairs.items(PairSource.HOST_ONLY)
        return item_texts(self.namespace, pairs, PairSource.HOST_ONLY)


class TimeSyncSettings(ComponentSettingView):
    """Settings of the time synchronization."""

    class_name = "Msvm_TimeSyncComponentSettingData"
    kind = Kind.TIME_SYNCHRONIZATION
    constants = {"OtherResourceType": "Microsoft:Hyper-V:Time Synchronization Component"}


class VssSettings(ComponentSettingView):
    """Settings of the backup service."""

    class_name = "Msvm_VssComponentSettingData"
    kind = Kind.VSS
    constants = {"OtherResourceType": "Microsoft:Hyper-V:VSS Component"}


class GuestServiceSettings(ComponentSettingView):
    """Settings of the guest service interface."""

    class_name = "Msvm_GuestServiceInterfaceComponentSettingData"
    kind = Kind.GUEST_SERVICE_INTERFACE
    constants = {"OtherResourceType": "Microsoft:Hyper-V:Guest Service Interface Component"}


COMPONENTS: tuple[type[DeviceView[Any]], ...] = (
    GuestServiceComponent,
    HeartbeatComponent,
    KvpExchangeComponent,
    RdvComponent,
    ShutdownComponent,
    TimeSyncComponent,
    VssComponent,
)
COMPONENT_SETTINGS: tuple[type[DeviceSettingView[Any]], ...] = (
    GuestServiceSettings,
    HeartbeatSettings,
    KvpExchangeSettings,
    RdvComponentSettings,
    ShutdownSettings,
    TimeSyncSettings,
    VssSettings,
)
