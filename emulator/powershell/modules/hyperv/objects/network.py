"""Virtual switches and network adapters."""

from __future__ import annotations

from typing import Any

from emulator.host import Host, HostNetworkAdapter, NetworkAdapter, VirtualSwitch, VlanMode
from emulator.powershell.dotnet.collections import GenericList
from emulator.powershell.dotnet.numbers import Int64, UInt32
from emulator.powershell.dotnet.types import builtin
from emulator.powershell.modules.hyperv.catalog import Readers
from emulator.powershell.modules.hyperv.default_values import list_type
from emulator.powershell.modules.hyperv.objects.values import (
    DEVICE,
    array,
    constant,
    device_id,
    enum,
    enum_array,
    guid,
    on_off,
    texts,
)

_OK = 2


def _descriptions(switch: VirtualSwitch) -> list[str]:
    return [] if switch.physical_adapter is None else [switch.physical_adapter.description]


def _is_gone(switch: VirtualSwitch) -> bool:
    return switch.host.virtual_switches.get(switch.id) is not switch


SWITCH: Readers = {
    "Name": lambda switch: switch.name,
    "Id": lambda switch: guid(switch.id),
    "Notes": lambda switch: switch.notes,
    "Extensions": lambda _: array("VMSwitchExtension", []),
    "BandwidthReservationMode": constant("VMSwitchBandwidthMode", "Absolute"),
    "SwitchType": enum("VMSwitchType", lambda switch: switch.kind),
    "AllowManagementOS": lambda switch: switch.allow_management_os,
    "NetAdapterInterfaceDescription": lambda switch: "".join(_descriptions(switch)) or None,
    "NetAdapterInterfaceDescriptions": lambda switch: (
        texts(_descriptions(switch)) if switch.physical_adapter is not None else None
    ),
    "ComputerName": lambda switch: switch.host.name,
    "IsDeleted": _is_gone,
}


def switch_text(switch: VirtualSwitch) -> str:
    """ToString of a switch."""
    return f"VMSwitch (Name = '{switch.name}') [Id = '{switch.id}']"


class VlanSetting:
    """VMNetworkAdapterVlanSetting: the VLAN setting of an adapter, live."""

    __slots__ = ("adapter",)

    def __init__(self, adapter: NetworkAdapter) -> None:
        self.adapter = adapter

    @property
    def host(self) -> Host:
        """The machine."""
        return self.adapter.host


def _vlan_ids(identifiers: tuple[int, ...]) -> GenericList:
    return GenericList(identifiers, list_type(builtin("System.Int32")))


VLAN: Readers = {
    "OperationMode": enum("VMNetworkAdapterVlanMode", lambda setting: setting.adapter.vlan.mode),
    "AccessVlanId": lambda setting: setting.adapter.vlan.access_id,
    "NativeVlanId": lambda setting: setting.adapter.vlan.native_id,
    "AllowedVlanIdList": lambda setting: _vlan_ids(setting.adapter.vlan.allowed),
    "AllowedVlanIdListString": lambda setting: vlan_ranges(setting.adapter.vlan.allowed),
    "SecondaryVlanIdList": lambda _: _vlan_ids(()),
    "SecondaryVlanIdListString": lambda _: "",
    "ParentAdapter": lambda setting: setting.adapter,
    "ComputerName": lambda setting: setting.host.name,
}


def vlan_ranges(identifiers: tuple[int, ...]) -> str:
    """``1-3,7``: identifiers with neighbours joined."""
    parts: list[str] = []
    rest = sorted(identifiers)
    while rest:
        first = last = rest.pop(0)
        while rest and rest[0] == last + 1:
            last = rest.pop(0)
        parts.append(str(first) if first == last else f"{first}-{last}")
    return ",".join(parts)


def vlan_list(setting: VlanSetting) -> str:
    """The column VlanList of the table: the access identifier, or native and allowed ones of a trunk."""
    vlan = setting.adapter.vlan
    if vlan.mode is VlanMode.ACCESS:
        return str(vlan.access_id)
    return f"{vlan.native_id},{vlan_ranges(vlan.allowed)}" if vlan.mode is VlanMode.TRUNK else ""


_PORT: Readers = {
    "CurrentIsolationMode": constant("VMNetworkAdapterIsolationMode", "Vlan"),
    "IeeePriorityTag": constant("OnOffState", "Off"),
    "FixSpeed10G": constant("OnOffState", "Off"),
    "VMQWeight": lambda _: UInt32(100),
    "IPsecOffloadMaxSA": lambda _: Int64(512),
    "VrssVmbusChannelAffinityPolicy": constant("VrssVmbusChannelAffinityPolicyType", "None"),
    "VrssVmbusChannelAffinityPolicyRequested": constant("VrssVmbusChannelAffinityPolicyType", "None"),
    "IsExternalAdapter": lambda _: False,
}


def _is_on(adapter: NetworkAdapter) -> bool:
    return adapter.vm.state.holds_memory


def _switch_value(adapter: Any, read: Any) -> Any:
    return None if adapter.switch is None else read(adapter.switch)


ADAPTER: Readers = {
    **DEVICE,
    **_PORT,
    "Id": device_id,
    "ClusterMonitored": lambda _: True,
    "MacAddress": lambda adapter: adapter.mac_address,
    "DynamicMacAddressEnabled": lambda adapter: adapter.dynamic_mac_address,
    "IsLegacy": lambda adapter: adapter.is_legacy,
    "IsSynthetic": lambda adapter: not adapter.is_legacy,
    "IPAddresses": lambda adapter: texts(adapter.ip_addresses),
    "DeviceNaming": constant("OnOffState", "Off"),
    "IovQueuePairsRequested": lambda _: UInt32(1),
    "Connected": lambda adapter: adapter.connected,
    "SwitchName": lambda adapter: _switch_value(adapter, lambda switch: switch.name),
    "SwitchId": lambda adapter: _switch_value(adapter, lambda switch: guid(switch.id)),
    "AdapterId": lambda adapter: adapter.id,
    "StatusDescription": lambda adapter: texts(["OK"] if _is_on(adapter) else []),
    "Status": lambda adapter: enum_array(
        "VMNetworkAdapterOperationalStatus", [_OK] if _is_on(adapter) else []
    ),
    "IsManagementOs": lambda _: False,
    "VlanSetting": VlanSetting,
    "MacAddressSpoofing": on_off(lambda adapter: adapter.mac_address_spoofing),
    "DhcpGuard": on_off(lambda adapter: adapter.dhcp_guard),
    "RouterGuard": on_off(lambda adapter: adapter.router_guard),
    "AllowTeaming": on_off(lambda adapter: adapter.allow_teaming),
    "IsDeleted": lambda adapter: adapter.vm.deleted or adapter not in adapter.vm.network_adapters,
}

HOST_ADAPTER: Readers = {
    **_PORT,
    "IsManagementOs": lambda _: True,
    "MacAddress": lambda adapter: adapter.mac_address,
    "DeviceId": lambda adapter: f"{{{adapter.id}}}",
    "AdapterId": lambda adapter: f"{{{adapter.id}}}",
    "Name": lambda adapter: adapter.name,
    "SwitchName": lambda adapter: adapter.switch.name,
    "SwitchId": lambda adapter: guid(adapter.switch.id),
    "StatusDescription": lambda _: texts(["OK"]),
    "Status": lambda _: enum_array("VMNetworkAdapterOperationalStatus", [_OK]),
    "Id": lambda adapter: f"Microsoft:{adapter.switch.id}\\{adapter.id}",
    "MacAddressSpoofing": constant("OnOffState", "Off"),
    "DhcpGuard": constant("OnOffState", "Off"),
    "RouterGuard": constant("OnOffState", "Off"),
    "AllowTeaming": constant("OnOffState", "Off"),
    "ComputerName": lambda adapter: adapter.host.name,
    "IsDeleted": lambda adapter: not adapter.is_present,
}


def host_adapter_text(adapter: HostNetworkAdapter) -> str:
    """ToString of a host adapter."""
    return f"VMInternalNetworkAdapter (Name = '{adapter.name}') [Id = '{adapter.id}']"
