"""Virtual switches and network adapters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from emulator.host import (
    AclType,
    FeatureSetting,
    Host,
    HostNetworkAdapter,
    NetworkAdapter,
    PortAcl,
    PortIsolation,
    PortOffload,
    PortSecurity,
    SwitchExtension,
    SwitchPort,
    VirtualSwitch,
    Vlan,
    VlanMode,
    extension_version,
    installed_extensions,
)
from emulator.host.network import virtual_functions
from emulator.host.resources.resource_kinds import PRIMORDIAL
from emulator.powershell.dotnet.collections import GenericList
from emulator.powershell.dotnet.numbers import Int64, UInt32, UInt64
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
    typed_list,
)

_OK = 2


def _descriptions(switch: VirtualSwitch) -> list[str]:
    return [each.description for each in switch.physical_adapters]


def _first(items: list[str]) -> str | None:
    return items[0] if items else None


class RunningExtension(NamedTuple):
    """VMSwitchExtension: an extension of a switch, live."""

    switch: VirtualSwitch
    facts: SwitchExtension

    @property
    def name(self) -> str:
        """Name of the extension."""
        return self.facts.name

    @property
    def host(self) -> Host:
        """The machine."""
        return self.switch.host


def switch_extensions(switch: VirtualSwitch) -> list[RunningExtension]:
    """The extensions of a switch in their order."""
    facts = {each.id: each for each in installed_extensions(switch.host.release)}
    return [RunningExtension(switch, facts[each]) for each in switch.extensions]


def _is_running(extension: RunningExtension) -> bool:
    return extension.switch.extensions[extension.facts.id]


EXTENSION: Readers = {
    "Id": lambda extension: extension.facts.id,
    "Name": lambda extension: extension.facts.name,
    "Vendor": lambda extension: extension.facts.vendor,
    "Version": lambda extension: extension_version(extension.host.release),
    "ExtensionType": enum("VMSwitchExtensionType", lambda extension: extension.facts.type),
    "SwitchId": lambda extension: extension.switch.id,
    "SwitchName": lambda extension: extension.switch.name,
    "Enabled": _is_running,
    "Running": _is_running,
    "ComputerName": lambda extension: extension.host.name,
    "IsDeleted": lambda extension: not extension.switch.is_present,
}


class PortSetting(NamedTuple):
    """VMNetworkAdapterAclSetting and VMNetworkAdapterIsolationSetting: a feature of a port, live."""

    setting: FeatureSetting

    @property
    def host(self) -> Host:
        """The machine."""
        return self.setting.port.host


class AclSetting(PortSetting):
    """A rule of a port."""


class IsolationSetting(PortSetting):
    """The isolation of a port."""


def _field(name: str) -> Callable[[Any], Any]:
    return lambda shown: getattr(shown.setting.feature, name)


def _acl_address(side: str) -> Callable[[Any], str]:
    def read(shown: Any) -> str:
        acl = shown.setting.feature
        address, length = getattr(acl, f"{side}_address"), getattr(acl, f"{side}_prefix_length")
        if not address:
            return "Any"
        full = acl.type is AclType.MAC or length in (32 if acl.type is AclType.IPV4 else 128, 0)
        return address if full else f"{address}/{length}"

    return read


_SETTING: Readers = {
    "ParentAdapter": lambda shown: shown.setting.port,
    "ComputerName": lambda shown: shown.host.name,
}
ACL: Readers = {
    **_SETTING,
    "Action": enum("VMNetworkAdapterAclAction", _field("action")),
    "Direction": enum("VMNetworkAdapterAclDirection", _field("direction")),
    "LocalAddress": _acl_address("local"),
    "LocalAddressType": enum("VMNetworkAdapterAclType", _field("type")),
    "RemoteAddress": _acl_address("remote"),
    "RemoteAddressType": enum("VMNetworkAdapterAclType", _field("type")),
}
ISOLATION: Readers = {
    **_SETTING,
    "IsolationMode": enum("VMNetworkAdapterIsolationMode", _field("mode")),
    "AllowUntaggedTraffic": _field("allow_untagged_traffic"),
    "DefaultIsolationID": _field("default_isolation_id"),
    "MultiTenantStack": on_off(_field("multi_tenant_stack")),
}


def _is_gone(switch: VirtualSwitch) -> bool:
    return switch.host.virtual_switches.get(switch.id) is not switch


def _offload(setting: str, kind: Callable[[Any], Any] = lambda value: value) -> Callable[[Any], Any]:
    return lambda switch: kind(getattr(switch.offload, setting))


SWITCH: Readers = {
    "Name": lambda switch: switch.name,
    "Id": lambda switch: guid(switch.id),
    "Notes": lambda switch: switch.notes,
    "Extensions": lambda switch: array("VMSwitchExtension", switch_extensions(switch)),
    "BandwidthReservationMode": enum("VMSwitchBandwidthMode", lambda switch: switch.effective_bandwidth_mode),
    "EmbeddedTeamingEnabled": lambda switch: switch.teaming_enabled,
    "PacketDirectEnabled": lambda switch: switch.packet_direct_enabled,
    "IovEnabled": lambda switch: switch.iov_preferred,
    "IovSupport": virtual_functions.is_supported_by,
    "IovSupportReasons": lambda switch: texts(
        () if virtual_functions.is_supported_by(switch) else (virtual_functions.NO_SUPPORT,)
    ),
    "IovQueuePairCount": lambda switch: UInt32(virtual_functions.capacity(switch)),
    "IovQueuePairsInUse": lambda switch: UInt32(len(virtual_functions.users(switch))),
    "IovVirtualFunctionCount": lambda switch: UInt32(virtual_functions.capacity(switch)),
    "IovVirtualFunctionsInUse": lambda switch: UInt32(len(virtual_functions.users(switch))),
    "DefaultFlowMinimumBandwidthAbsolute": lambda switch: UInt64(switch.default_flow_reservation),
    "DefaultFlowMinimumBandwidthWeight": lambda switch: UInt64(switch.default_flow_weight),
    "DefaultQueueVrssEnabledRequested": _offload("default_queue_vrss_enabled"),
    "DefaultQueueVmmqEnabledRequested": _offload("default_queue_vmmq_enabled"),
    "DefaultQueueVrssMaxQueuePairsRequested": _offload("default_queue_vmmq_queue_pairs", UInt32),
    "DefaultQueueVrssMinQueuePairsRequested": _offload("default_queue_vrss_minimum_queue_pairs", UInt32),
    "DefaultQueueVrssQueueSchedulingModeRequested": enum(
        "VrssQueueSchedulingModeType", _offload("default_queue_vrss_scheduling_mode")
    ),
    "DefaultQueueVrssExcludePrimaryProcessorRequested": _offload(
        "default_queue_vrss_exclude_primary_processor"
    ),
    "SoftwareRscEnabled": _offload("software_rsc_enabled"),
    "SwitchType": enum("VMSwitchType", lambda switch: switch.kind),
    "AllowManagementOS": lambda switch: switch.allow_management_os,
    "NetAdapterInterfaceDescription": lambda switch: _first(_descriptions(switch)),
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

    def __init__(self, adapter: SwitchPort) -> None:
        self.adapter = adapter

    @property
    def vlan(self) -> Vlan:
        """The present value."""
        return self.adapter.feature(Vlan)

    @property
    def host(self) -> Host:
        """The machine."""
        return self.adapter.host


def _vlan_ids(identifiers: tuple[int, ...]) -> GenericList:
    return GenericList(identifiers, list_type(builtin("System.Int32")))


VLAN: Readers = {
    "OperationMode": enum("VMNetworkAdapterVlanMode", lambda setting: setting.vlan.mode),
    "AccessVlanId": lambda setting: setting.vlan.access_id,
    "NativeVlanId": lambda setting: setting.vlan.native_id,
    "AllowedVlanIdList": lambda setting: _vlan_ids(setting.vlan.allowed),
    "AllowedVlanIdListString": lambda setting: vlan_ranges(setting.vlan.allowed),
    "PrivateVlanMode": enum("VMNetworkAdapterPrivateVlanMode", lambda setting: setting.vlan.private_mode),
    "PrimaryVlanId": lambda setting: setting.vlan.primary_id,
    "SecondaryVlanId": lambda setting: setting.vlan.secondary_id,
    "SecondaryVlanIdList": lambda setting: _vlan_ids(setting.vlan.secondary_ids),
    "SecondaryVlanIdListString": lambda setting: vlan_ranges(setting.vlan.secondary_ids),
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
    vlan = setting.vlan
    if vlan.mode is VlanMode.ACCESS:
        return str(vlan.access_id)
    return f"{vlan.native_id},{vlan_ranges(vlan.allowed)}" if vlan.mode is VlanMode.TRUNK else ""


def acl_settings(port: SwitchPort) -> list[AclSetting]:
    """The rules of a port."""
    return [AclSetting(each) for each in port.feature_settings(PortAcl)]


_PORT: Readers = {
    "CurrentIsolationMode": constant("VMNetworkAdapterIsolationMode", "Vlan"),
    "IeeePriorityTag": on_off(lambda port: port.feature(PortSecurity).ieee_priority_tag),
    "FixSpeed10G": on_off(lambda port: port.feature(PortSecurity).fix_speed_10g),
    "PortMirroringMode": enum(
        "VMNetworkAdapterPortMirroringMode", lambda port: port.feature(PortSecurity).monitor_mode
    ),
    "VirtualSubnetId": lambda port: UInt32(port.feature(PortSecurity).virtual_subnet_id),
    "DynamicIPAddressLimit": lambda port: UInt32(port.feature(PortSecurity).dynamic_ip_address_limit),
    "StormLimit": lambda port: UInt32(port.feature(PortSecurity).storm_limit),
    "VMQWeight": lambda port: UInt32(port.feature(PortOffload).vmq_weight),
    "VmmqEnabledRequested": lambda port: port.feature(PortOffload).vmmq_enabled,
    "VrssEnabledRequested": lambda port: port.feature(PortOffload).vrss_enabled,
    "VrssMaxQueuePairsRequested": lambda port: UInt32(port.feature(PortOffload).vmmq_queue_pairs),
    "VrssMinQueuePairsRequested": lambda port: UInt32(port.feature(PortOffload).vrss_minimum_queue_pairs),
    "VrssExcludePrimaryProcessorRequested": lambda port: (
        port.feature(PortOffload).vrss_exclude_primary_processor
    ),
    "VrssIndependentHostSpreadingRequested": lambda port: (
        port.feature(PortOffload).vrss_independent_host_spreading
    ),
    "VrssQueueSchedulingModeRequested": enum(
        "VrssQueueSchedulingModeType", lambda port: port.feature(PortOffload).vrss_queue_scheduling_mode
    ),
    "VrssVmbusChannelAffinityPolicyRequested": enum(
        "VrssVmbusChannelAffinityPolicyType",
        lambda port: port.feature(PortOffload).vrss_channel_affinity_policy,
    ),
    "IPsecOffloadMaxSA": lambda port: Int64(port.feature(PortOffload).ipsec_limit),
    "MacAddressSpoofing": on_off(lambda port: port.feature(PortSecurity).mac_address_spoofing),
    "DhcpGuard": on_off(lambda port: port.feature(PortSecurity).dhcp_guard),
    "RouterGuard": on_off(lambda port: port.feature(PortSecurity).router_guard),
    "AllowTeaming": on_off(lambda port: port.feature(PortSecurity).allow_teaming),
    "VlanSetting": VlanSetting,
    "AclList": lambda port: typed_list("VMNetworkAdapterAclSetting", acl_settings(port)),
    "IsolationSetting": lambda port: IsolationSetting(FeatureSetting(port, PortIsolation, "")),
    "VrssVmbusChannelAffinityPolicy": constant("VrssVmbusChannelAffinityPolicyType", "None"),
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
    "ClusterMonitored": lambda adapter: adapter.cluster_monitored,
    "MacAddress": lambda adapter: adapter.mac_address,
    "DynamicMacAddressEnabled": lambda adapter: adapter.dynamic_mac_address,
    "IsLegacy": lambda adapter: adapter.is_legacy,
    "IsSynthetic": lambda adapter: not adapter.is_legacy,
    "IPAddresses": lambda adapter: texts(adapter.ip_addresses),
    "DeviceNaming": on_off(lambda adapter: adapter.device_naming),
    "AllowPacketDirect": lambda adapter: adapter.allow_packet_direct,
    "InterruptModeration": lambda adapter: adapter.interrupt_moderation,
    "NumaAwarePlacement": lambda adapter: adapter.numa_aware_placement,
    "IovWeight": lambda adapter: UInt32(adapter.feature(PortOffload).iov_weight),
    "IovQueuePairsRequested": lambda adapter: UInt32(adapter.feature(PortOffload).iov_queue_pairs),
    "IovInterruptModeration": enum(
        "IovInterruptModerationValue",
        lambda adapter: adapter.feature(PortOffload).iov_interrupt_moderation,
    ),
    "PacketDirectNumProcs": lambda adapter: UInt32(adapter.feature(PortOffload).packet_direct_processors),
    "PacketDirectModerationCount": lambda adapter: UInt32(
        adapter.feature(PortOffload).packet_direct_moderation_count
    ),
    "PacketDirectModerationInterval": lambda adapter: UInt32(
        adapter.feature(PortOffload).packet_direct_moderation_interval
    ),
    "Connected": lambda adapter: adapter.connected,
    "SwitchName": lambda adapter: _switch_value(adapter, lambda switch: switch.name),
    "SwitchId": lambda adapter: _switch_value(adapter, lambda switch: guid(switch.id)),
    "AdapterId": lambda adapter: adapter.id,
    "PoolName": lambda adapter: adapter.connection_pool or PRIMORDIAL,
    "TestReplicaPoolName": lambda adapter: adapter.test_replica_pool,
    "TestReplicaSwitchName": lambda adapter: adapter.test_replica_switch,
    "StatusDescription": lambda adapter: texts(["OK"] if _is_on(adapter) else []),
    "Status": lambda adapter: enum_array(
        "VMNetworkAdapterOperationalStatus", [_OK] if _is_on(adapter) else []
    ),
    "IsManagementOs": lambda _: False,
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
    "ComputerName": lambda adapter: adapter.host.name,
    "IsDeleted": lambda adapter: not adapter.is_present,
}


def host_adapter_text(adapter: HostNetworkAdapter) -> str:
    """ToString of a host adapter."""
    return f"VMInternalNetworkAdapter (Name = '{adapter.name}') [Id = '{adapter.id}']"
