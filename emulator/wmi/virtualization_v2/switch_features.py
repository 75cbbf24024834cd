"""Features of switch ports as settings: one row a class says which property shows which field.

Identities: a setting of a machine's port is ``Microsoft:<machine>\\<adapter>\\C\\<feature>``, one of the
host's own port ``Microsoft:<switch>\\<port>\\<feature>``, followed by a GUID where there may be several; the
defaults that clients copy are ``Microsoft:Definition\\<feature>\\Default``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host import (
    ExtendedAcl,
    FeatureSetting,
    HostNetworkAdapter,
    InvalidParameter,
    NetworkAdapter,
    PortAcl,
    PortBandwidth,
    PortFeature,
    PortIsolation,
    PortOffload,
    PortProfile,
    PortRdma,
    PortSecurity,
    RoutingDomain,
    SwitchPort,
    TeamMapping,
    VirtualMachine,
    VirtualSwitch,
    Vlan,
)
from emulator.host.network.port_features import MigrationQos, VirtualFilteringPlatform
from emulator.host.network.switch_ports import port_of
from emulator.wmi.changes import Rule, read_changes, wanted_settings
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import PREFIX, machine_of, settings_id, settings_owners

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

DEFINITION = f"{PREFIX}Definition\\"

_CLASSES: dict[str, tuple[type[PortFeature], dict[str, str]]] = {
    "Msvm_EthernetSwitchPortAclSettingData": (
        PortAcl,
        {
            "Name": "name",
            "Direction": "direction",
            "Action": "action",
            "Applicability": "applicability",
            "AclType": "type",
            "LocalAddress": "local_address",
            "LocalAddressPrefixLength": "local_prefix_length",
            "RemoteAddress": "remote_address",
            "RemoteAddressPrefixLength": "remote_prefix_length",
        },
    ),
    "Msvm_EthernetSwitchPortBandwidthSettingData": (
        PortBandwidth,
        {
            "Limit": "limit",
            "BurstLimit": "burst_limit",
            "BurstSize": "burst_size",
            "Reservation": "reservation",
            "Weight": "weight",
        },
    ),
    "Msvm_EthernetSwitchPortExtendedAclSettingData": (
        ExtendedAcl,
        {
            "Name": "name",
            "Direction": "direction",
            "Action": "action",
            "LocalIPAddress": "local_address",
            "RemoteIPAddress": "remote_address",
            "LocalPort": "local_port",
            "RemotePort": "remote_port",
            "Protocol": "protocol",
            "Weight": "weight",
            "Stateful": "stateful",
            "IdleSessionTimeout": "idle_session_timeout",
            "IsolationID": "isolation_id",
        },
    ),
    "Msvm_EthernetSwitchPortIsolationSettingData": (
        PortIsolation,
        {
            "IsolationMode": "mode",
            "AllowUntaggedTraffic": "allow_untagged_traffic",
            "DefaultIsolationId": "default_isolation_id",
            "EnableMultiTenantStack": "multi_tenant_stack",
        },
    ),
    "Msvm_EthernetSwitchPortMigrationQosSettingData": (
        MigrationQos,
        {
            "InboundMaximumMbps": "inbound_maximum",
            "OutboundMaximumMbps": "outbound_maximum",
            "OutboundReservedValue": "outbound_reserved",
            "QueueId": "queue_id",
            "Switch_DefaultReservation": "default_reservation",
            "Switch_EnableHardwareLimits": "hardware_limits",
            "Switch_EnableHardwareReservations": "hardware_reservations",
            "Switch_EnableSoftwareReservations": "software_reservations",
            "Switch_LinkSpeedPercentage": "link_speed_percentage",
            "Switch_ReservationMode": "reservation_mode",
        },
    ),
    "Msvm_EthernetSwitchPortOffloadSettingData": (
        PortOffload,
        {
            "VMQOffloadWeight": "vmq_weight",
            "IOVOffloadWeight": "iov_weight",
            "IOVQueuePairsRequested": "iov_queue_pairs",
            "IOVInterruptModeration": "iov_interrupt_moderation",
            "IPSecOffloadLimit": "ipsec_limit",
            "PacketDirectNumProcs": "packet_direct_processors",
            "PacketDirectModerationCount": "packet_direct_moderation_count",
            "PacketDirectModerationInterval": "packet_direct_moderation_interval",
            "RscEnabled": "rsc_enabled",
            "VmmqEnabled": "vmmq_enabled",
            "VmmqQueuePairs": "vmmq_queue_pairs",
            "VrssEnabled": "vrss_enabled",
            "VrssExcludePrimaryProcessor": "vrss_exclude_primary_processor",
            "VrssIndependentHostSpreading": "vrss_independent_host_spreading",
            "VrssMinQueuePairs": "vrss_minimum_queue_pairs",
            "VrssQueueSchedulingMode": "vrss_queue_scheduling_mode",
            "VrssVmbusChannelAffinityPolicy": "vrss_channel_affinity_policy",
        },
    ),
    "Msvm_EthernetSwitchPortProfileSettingData": (
        PortProfile,
        {
            "ProfileId": "profile_id",
            "ProfileName": "profile_name",
            "VendorId": "vendor_id",
            "VendorName": "vendor_name",
            "ProfileData": "profile_data",
            "NetCfgInstanceId": "interface_id",
            "CdnLabelId": "label_id",
            "CdnLabelString": "label",
            "PciSegmentNumber": "pci_segment",
            "PciBusNumber": "pci_bus",
            "PciDeviceNumber": "pci_device",
            "PciFunctionNumber": "pci_function",
        },
    ),
    "Msvm_EthernetSwitchPortRdmaSettingData": (PortRdma, {"RdmaOffloadWeight": "weight"}),
    "Msvm_EthernetSwitchPortRoutingDomainSettingData": (
        RoutingDomain,
        {
            "RoutingDomainGuid": "routing_domain_id",
            "RoutingDomainName": "name",
            "IsolationIdList": "isolation_ids",
            "IsolationIdNameList": "isolation_names",
        },
    ),
    "Msvm_EthernetSwitchPortSecuritySettingData": (
        PortSecurity,
        {
            "AllowMacSpoofing": "mac_address_spoofing",
            "EnableDhcpGuard": "dhcp_guard",
            "EnableRouterGuard": "router_guard",
            "MonitorMode": "monitor_mode",
            "MonitorSession": "monitor_session",
            "AllowIeeePriorityTag": "ieee_priority_tag",
            "VirtualSubnetId": "virtual_subnet_id",
            "AllowTeaming": "allow_teaming",
            "TeamNumber": "team_number",
            "TeamName": "team_name",
            "DynamicIPAddressLimit": "dynamic_ip_address_limit",
            "StormLimit": "storm_limit",
            "EnableFixSpeed10G": "fix_speed_10g",
            "Reserved": "reserved",
        },
    ),
    "Msvm_EthernetSwitchPortTeamMappingSettingData": (
        TeamMapping,
        {
            "NetAdapterName": "adapter_name",
            "NetAdapterDeviceId": "adapter_device_id",
            "DisableOnFailover": "disable_on_failover",
        },
    ),
    "Msvm_EthernetSwitchPortVfpSettingData": (VirtualFilteringPlatform, {}),
    "Msvm_EthernetSwitchPortVlanSettingData": (
        Vlan,
        {
            "OperationMode": "mode",
            "AccessVlanId": "access_id",
            "NativeVlanId": "native_id",
            "TrunkVlanIdArray": "allowed",
            "PvlanMode": "private_mode",
            "PrimaryVlanId": "primary_id",
            "SecondaryVlanId": "secondary_id",
            "SecondaryVlanIdArray": "secondary_ids",
            "PruneVlanIdArray": "pruned",
        },
    ),
}


class FeatureTemplate(NamedTuple):
    """The defaults of a feature."""

    kind: type[PortFeature]

    @property
    def feature(self) -> PortFeature:
        return self.kind()


def _shown(value: Any) -> CimValue:
    if isinstance(value, tuple):
        return list(value)
    shown: CimValue = int(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return shown


def _reader(field: str) -> Callable[[Any], CimValue]:
    return lambda item: _shown(getattr(item.feature, field))


def _given(value: CimValue) -> Any:
    """A value of a property as a field takes it; the host checks it."""
    return tuple(value) if isinstance(value, list) else value


class _FeatureClass(View[Any]):
    """What settings and templates of one class have in common."""

    kind: type[PortFeature]
    fields: Mapping[str, str]
    index = ("InstanceID",)

    def __init__(self, namespace: Namespace) -> None:
        super().__init__(namespace)
        for name, field in self.fields.items():
            if self.declaration.find_property(name) is not None:
                self._readers[name] = _reader(field)

    def ElementName(self, _item: Any) -> str:
        return self.kind.title

    def Caption(self, _item: Any) -> str:
        return self.kind.title

    def Description(self, _item: Any) -> str:
        return self.kind.title


def owner_and_tail(port: SwitchPort) -> str:
    """The InstanceID of the settings of a port's connection."""
    if isinstance(port, NetworkAdapter):
        return settings_id(port.vm, port.connection_setting_id)
    if not isinstance(port, HostNetworkAdapter):
        raise TypeError(port)
    return f"{PREFIX}{port.switch.id}\\{port_of(port).id}"


class FeatureView(_FeatureClass):
    """The settings of one kind that ports have."""

    def objects(self) -> Iterator[FeatureSetting]:
        for port in _ports(self.host):
            yield from port.feature_settings(self.kind)

    def shown_of(self, owner: object) -> Iterable[FeatureSetting] | None:
        ports: Iterable[SwitchPort] = ()
        if isinstance(owner, VirtualMachine):
            ports = owner.network_adapters
        elif isinstance(owner, VirtualSwitch):
            ports = owner.host_adapters
        return [setting for port in ports for setting in port.feature_settings(self.kind)]

    def owner_of(self, item: FeatureSetting) -> object:
        return item.port.owner

    def by_key(self, keys: Keys) -> FeatureSetting | None:
        wanted = keys.text("InstanceID").lower()
        vm, tail = machine_of(self.host, wanted)
        ports: Iterable[SwitchPort]
        if vm is not None:
            parts = tail.lower().split("\\")
            ports = [each for each in vm.network_adapters if each.id.lower() == parts[0]]
        else:
            ports = self.host.virtual_switches.host_adapters
        settings = (setting for port in ports for setting in port.feature_settings(self.kind))
        return next((each for each in settings if self.InstanceID(each).lower() == wanted), None)

    def object_id(self, item: FeatureSetting) -> Hashable:
        return (item.port.owner.id, item.port.id, item.identifier)  # type: ignore[attr-defined]  # owners have a GUID

    def revision(self, item: FeatureSetting) -> Hashable | None:
        return item.port.revision

    def InstanceID(self, setting: FeatureSetting) -> str:
        tail = f"\\{setting.identifier}" if setting.identifier else ""
        return f"{owner_and_tail(setting.port)}\\{self.kind.feature_id}{tail}"

    def change(self, setting: FeatureSetting, instance: ValueInstance) -> None:
        """Give a setting the values of an embedded instance. Raises what the host refuses with."""
        changes = read_changes(self, setting, instance, self.rules()).get("")
        if changes:
            setting.port.change_feature(setting, setting.feature.replaced(**changes))

    @classmethod
    def rules(cls) -> dict[str, Rule]:
        """Which properties can be written."""
        return {name: Rule("", field, _given) for name, field in cls.fields.items()}


class FeatureTemplateView(_FeatureClass):
    """The defaults of one kind."""

    def objects(self) -> Iterable[FeatureTemplate]:
        return (FeatureTemplate(self.kind),)

    def shown_of(self, owner: object) -> Iterable[FeatureTemplate] | None:
        del owner
        return ()

    def object_id(self, item: FeatureTemplate) -> Hashable:
        return item.kind.feature_id

    def revision(self, item: FeatureTemplate) -> Hashable | None:  # noqa: ARG002  defaults do not change
        return 0

    def InstanceID(self, template: FeatureTemplate) -> str:
        return f"{DEFINITION}{template.kind.feature_id}\\Default"


def _ports(host: Host) -> Iterator[SwitchPort]:
    for vm in settings_owners(host):
        yield from vm.network_adapters
    yield from host.virtual_switches.host_adapters


def _made(base: type[_FeatureClass], class_name: str) -> Any:
    kind, fields = _CLASSES[class_name]
    facts = {"class_name": class_name, "kind": kind, "fields": fields, "__doc__": f"{kind.title}."}
    return type(f"{kind.__name__}{base.__name__}", (base,), facts)


FEATURE_VIEWS: tuple[type[FeatureView], ...] = tuple(_made(FeatureView, name) for name in _CLASSES)
TEMPLATE_VIEWS: tuple[type[FeatureTemplateView], ...] = tuple(
    _made(FeatureTemplateView, name) for name in _CLASSES
)
VIEW_OF_KIND = {view.kind: view for view in FEATURE_VIEWS}


def feature_of(instance: ValueInstance) -> PortFeature:
    """The feature that an embedded instance describes; what it does not state has the default.

    Raises InvalidParameter for an instance of another class.
    """
    row = _CLASSES.get(instance.declaration.name)
    if row is None:
        raise InvalidParameter(f"{instance.declaration.name} is no feature of a port.")
    kind, _ = row
    return kind(**wanted_settings(instance, VIEW_OF_KIND[kind].rules()).get("", {}))
