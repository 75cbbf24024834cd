"""Network adapters of virtual machines and their connections to switches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.network.network_adapter import NetworkAdapter
from emulator.wmi.changes import Rule, flag, number, text
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import (
    DeviceSettingView,
    DeviceView,
)
from emulator.wmi.virtualization_v2.paths import settings_path
from emulator.wmi.virtualization_v2.switches import switch_path

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

_ENABLED = 2


class _PortSettings(DeviceSettingView[NetworkAdapter]):
    is_legacy = False
    constants = {
        "Caption": "Virtual Ethernet Port Default Settings",
        "Description": "Describes the default settings for the virtual Ethernet port resources.",
        "ResourceType": 10,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[NetworkAdapter]:
        return [adapter for adapter in vm.network_adapters if adapter.is_legacy is self.is_legacy]

    def Address(self, adapter: NetworkAdapter) -> str:
        return adapter.mac_address

    def StaticMacAddress(self, adapter: NetworkAdapter) -> bool:
        return not adapter.dynamic_mac_address

    def AllowPacketDirect(self, adapter: NetworkAdapter) -> bool:
        return adapter.allow_packet_direct

    def ClusterMonitored(self, adapter: NetworkAdapter) -> bool:
        return adapter.cluster_monitored

    def DeviceNamingEnabled(self, adapter: NetworkAdapter) -> bool:
        return adapter.device_naming

    def InterruptModeration(self, adapter: NetworkAdapter) -> bool:
        return adapter.interrupt_moderation

    def NumaAwarePlacement(self, adapter: NetworkAdapter) -> bool:
        return adapter.numa_aware_placement

    def VirtualSystemIdentifiers(self, adapter: NetworkAdapter) -> list[str]:
        return [f"{{{adapter.id}}}"]


class SyntheticPortSettings(_PortSettings):
    """A synthetic network adapter."""

    class_name = "Msvm_SyntheticEthernetPortSettingData"
    constants = {"ResourceSubType": "Microsoft:Hyper-V:Synthetic Ethernet Port"}

    def MediaType(self, adapter: NetworkAdapter) -> int:
        return adapter.media_type


class EmulatedPortSettings(_PortSettings):
    """A legacy network adapter (generation 1)."""

    class_name = "Msvm_EmulatedEthernetPortSettingData"
    is_legacy = True
    constants = {"ResourceSubType": "Microsoft:Hyper-V:Emulated Ethernet Port"}


#: What ModifyResourceSettings can write on an adapter.
PORT_WRITABLE = {
    "AllowPacketDirect": Rule("", "allow_packet_direct", flag),
    "ClusterMonitored": Rule("", "cluster_monitored", flag),
    "DeviceNamingEnabled": Rule("", "device_naming", flag),
    "ElementName": Rule("", "name", text),
    "MediaType": Rule("", "media_type", number),
    "InterruptModeration": Rule("", "interrupt_moderation", flag),
    "NumaAwarePlacement": Rule("", "numa_aware_placement", flag),
}


class ConnectionSettings(DeviceSettingView[NetworkAdapter]):
    """The connection of an adapter to a switch.

    HostResource holds the switch's path, and nothing while not connected.
    """

    class_name = "Msvm_EthernetPortAllocationSettingData"
    constants = {
        "Caption": "Ethernet Switch Port Settings",
        "Description": "Ethernet Switch Port Settings",
        "ResourceType": 33,
        "ResourceSubType": "Microsoft:Hyper-V:Ethernet Connection",
        "CompartmentGuid": "{00000000-0000-0000-0000-000000000000}",
    }

    def devices(self, vm: VirtualMachine) -> Iterable[NetworkAdapter]:
        return vm.network_adapters

    def tail(self, device: NetworkAdapter) -> str:
        return device.connection_setting_id

    def TestReplicaSwitchName(self, adapter: NetworkAdapter) -> str:
        return adapter.test_replica_switch

    def TestReplicaPoolID(self, adapter: NetworkAdapter) -> str:
        return adapter.test_replica_pool

    def PoolID(self, adapter: NetworkAdapter) -> str:
        return adapter.connection_pool

    def EnabledState(self, adapter: NetworkAdapter) -> int:
        """Enabled also while the pool is to choose the switch."""
        return _ENABLED if adapter.connected or adapter.is_automatic else 3

    def HostResource(self, adapter: NetworkAdapter) -> list[str]:
        """Empty also when the pool chose the switch."""
        if adapter.switch is None or adapter.is_automatic:
            return []
        return [switch_path(self.namespace, adapter.switch)]

    def LastKnownSwitchName(self, adapter: NetworkAdapter) -> str:
        return "" if adapter.switch is None else adapter.switch.name

    def Parent(self, adapter: NetworkAdapter) -> str:
        kind = EmulatedPortSettings if adapter.is_legacy else SyntheticPortSettings
        return settings_path(self.namespace, kind.class_name, adapter.vm, adapter.setting_id)


class SyntheticPort(DeviceView[NetworkAdapter]):
    """A synthetic network adapter as a device."""

    class_name = "Msvm_SyntheticEthernetPort"
    is_legacy = False
    constants = {
        "Caption": "Virtual Ethernet Port",
        "Description": "Microsoft Virtual Ethernet Port",
        "FullDuplex": True,
        "MaxDataSize": 1514,
        "PortType": 53,
        "LinkTechnology": 2,
        "Speed": 10_000_000_000,
        "UsageRestriction": 0,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[NetworkAdapter]:
        return [adapter for adapter in vm.network_adapters if adapter.is_legacy is self.is_legacy]

    def PermanentAddress(self, adapter: NetworkAdapter) -> str:
        return adapter.mac_address

    def NetworkAddresses(self, adapter: NetworkAdapter) -> list[str]:
        return [adapter.mac_address]


class EmulatedPort(SyntheticPort):
    """A legacy network adapter as a device."""

    class_name = "Msvm_EmulatedEthernetPort"
    is_legacy = True
    constants = {"Description": "Microsoft Emulated Ethernet Port", "Speed": 100_000_000}


class ConnectionDiagnosis(View[None]):
    """What DiagnoseNetworkConnection is asked for: an argument, never an instance of its own."""

    class_name = "Msvm_NetworkConnectionDiagnosticSettingData"
