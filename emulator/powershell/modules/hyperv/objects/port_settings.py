"""Settings of ports beyond VLAN, rules and isolation; the team of a switch; addresses after a failover."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from emulator.host import (
    ExtendedAcl,
    FeatureSetting,
    NetworkAdapter,
    PortBandwidth,
    PortRdma,
    RoutingDomain,
    SwitchPort,
    TeamMapping,
    VirtualSwitch,
)
from emulator.host.guest.guest_network import GuestNetworkSettings
from emulator.host.network.network_interfaces import adapter_guid
from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.numbers import Int64, UInt32
from emulator.powershell.dotnet.types import array_of, builtin
from emulator.powershell.modules.hyperv.catalog import Readers
from emulator.powershell.modules.hyperv.objects.network import PortSetting
from emulator.powershell.modules.hyperv.objects.values import constant, enum, guid, texts, typed_list


class ExtendedAclSetting(PortSetting):
    """VMNetworkAdapterExtendedAclSetting: a rule by address, port and protocol."""


class RoutingDomainSetting(PortSetting):
    """VMNetworkAdapterRoutingDomainSetting: a routing domain of a multi-tenant port."""


class RdmaSetting(PortSetting):
    """VMNetworkAdapterRdmaSetting."""


class BandwidthSetting(PortSetting):
    """VMNetworkAdapterBandwidthSetting: what a port is promised and may take at most."""


class TeamMappingSetting(PortSetting):
    """VMNetworkAdapterTeamMappingSetting: which member of the switch's team carries a port."""


def _field(name: str) -> Callable[[Any], Any]:
    return lambda shown: getattr(shown.setting.feature, name)


def _numbers(values: Iterable[int]) -> TypedArray:
    return TypedArray(values, array_of(builtin("System.Int32")))


_SETTING: Readers = {
    "ParentAdapter": lambda shown: shown.setting.port,
    "ComputerName": lambda shown: shown.host.name,
    "IsDeleted": lambda shown: not is_there(shown.setting),
}


def is_there(setting: FeatureSetting) -> bool:
    """Whether the port still has a setting; one of which there is one a port has its defaults at least."""
    return not setting.kind.several or (setting.kind, setting.identifier) in setting.port.features


EXTENDED_ACL: Readers = {
    **_SETTING,
    "Direction": enum("VMNetworkAdapterExtendedAclDirection", _field("direction")),
    "Action": enum("VMNetworkAdapterExtendedAclAction", _field("action")),
    "LocalIPAddress": _field("local_address"),
    "RemoteIPAddress": _field("remote_address"),
    "LocalPort": _field("local_port"),
    "RemotePort": _field("remote_port"),
    "Protocol": _field("protocol"),
    "Weight": _field("weight"),
    "Stateful": _field("stateful"),
    "IdleSessionTimeout": _field("idle_session_timeout"),
    "IsolationID": _field("isolation_id"),
}
ROUTING_DOMAIN: Readers = {
    **_SETTING,
    "RoutingDomainID": lambda shown: guid(shown.setting.feature.routing_domain_id.strip("{}")),
    "RoutingDomainName": _field("name"),
    "IsolationID": lambda shown: _numbers(shown.setting.feature.isolation_ids),
    "IsolationName": lambda shown: texts(shown.setting.feature.isolation_names),
}
BANDWIDTH: Readers = {
    **_SETTING,
    "MinimumBandwidthAbsolute": lambda shown: Int64(shown.setting.feature.reservation),
    "MinimumBandwidthWeight": lambda shown: Int64(shown.setting.feature.weight),
    "MaximumBandwidth": lambda shown: Int64(shown.setting.feature.limit),
}
BANDWIDTH_ROW = (
    '[["MinimumBandwidthAbsolute","long"],["MinimumBandwidthWeight","long"],["MaximumBandwidth","long"],'
    '["ParentAdapter","Microsoft.HyperV.PowerShell.VMNetworkAdapterBase"],["IsTemplate","bool"],'
    '["CimSession","Microsoft.Management.Infrastructure.CimSession"],["ComputerName","string"],'
    '["IsDeleted","bool"]]'
)
"""Scripts read the first three; the class was not recorded, the rest is what all settings of ports have."""
RDMA: Readers = {**_SETTING, "RdmaWeight": lambda shown: UInt32(shown.setting.feature.weight)}
TEAM_MAPPING: Readers = {
    **_SETTING,
    "NetAdapterName": _field("adapter_name"),
    "NetAdapterDeviceId": _field("adapter_device_id"),
    "DisableOnFailover": enum("DisableOnFailoverFeature", _field("disable_on_failover")),
}


def extended_acls(port: SwitchPort) -> list[ExtendedAclSetting]:
    """The extended rules of a port."""
    return [ExtendedAclSetting(each) for each in port.feature_settings(ExtendedAcl)]


def routing_domains(port: SwitchPort) -> list[RoutingDomainSetting]:
    """The routing domains of a port."""
    return [RoutingDomainSetting(each) for each in port.feature_settings(RoutingDomain)]


def bandwidth_setting(port: SwitchPort) -> BandwidthSetting | None:
    """The bandwidth setting of a port, nothing when it has none."""
    return next(map(BandwidthSetting, port.feature_settings(PortBandwidth)), None)


def rdma_setting(port: SwitchPort) -> RdmaSetting:
    """The RDMA setting of a port, the defaults when it has none."""
    return RdmaSetting(FeatureSetting(port, PortRdma, ""))


def team_mappings(port: SwitchPort) -> list[TeamMappingSetting]:
    """The team mapping of a port, none when it has none."""
    return [TeamMappingSetting(each) for each in port.feature_settings(TeamMapping)]


#: Properties of an adapter besides those of `network`.
ADAPTER_SETTINGS: Readers = {
    "BandwidthSetting": bandwidth_setting,
    "ExtendedAclList": lambda port: typed_list("VMNetworkAdapterExtendedAclSetting", extended_acls(port)),
    "RoutingDomainList": lambda port: typed_list(
        "VMNetworkAdapterRoutingDomainSetting", routing_domains(port)
    ),
}


class SwitchTeam(NamedTuple):
    """VMSwitchTeam: the embedded team of a switch, live."""

    switch: VirtualSwitch

    @property
    def host(self) -> Any:
        """The machine."""
        return self.switch.host


SWITCH_TEAM: Readers = {
    "Name": lambda team: team.switch.name,
    "Id": lambda team: guid(team.switch.id),
    "NetAdapterInterfaceDescription": lambda team: texts(
        each.description for each in team.switch.physical_adapters
    ),
    "NetAdapterInterfaceGuid": lambda team: TypedArray(
        [guid(adapter_guid(team.host, each)) for each in team.switch.physical_adapters],
        array_of(builtin("System.Guid")),
    ),
    # Switch independent, the only mode of an embedded team.
    "TeamingMode": enum("VMSwitchTeamingMode", lambda _: 1),
    "LoadBalancingAlgorithm": enum(
        "VMSwitchLoadBalancingAlgorithm", lambda team: int(team.switch.load_balancing)
    ),
}


class FailoverSetting(NamedTuple):
    """VMNetworkAdapterFailoverSetting: the addresses that a guest takes after a failover, live."""

    adapter: NetworkAdapter

    @property
    def host(self) -> Any:
        """The machine."""
        return self.adapter.host

    @property
    def settings(self) -> GuestNetworkSettings:
        """What was set; addresses by DHCP without."""
        return self.adapter.vm.failover_network.get(self.adapter.id, GuestNetworkSettings(True))


def of_version(values: Iterable[str], version: int) -> list[str]:
    """The addresses of IPv4 (4) or IPv6 (6)."""
    return [each for each in values if ipaddress.ip_address(each).version == version]


def _nth(field: str, version: int, place: int = 0) -> Callable[[FailoverSetting], str]:
    def read(shown: FailoverSetting) -> str:
        found = of_version(getattr(shown.settings, field), version)
        return found[place] if place < len(found) else ""

    return read


def _subnet(version: int) -> Callable[[FailoverSetting], str]:
    def read(shown: FailoverSetting) -> str:
        pairs = zip(shown.settings.addresses, shown.settings.subnets, strict=False)
        return next((subnet for each, subnet in pairs if of_version([each], version)), "")

    return read


FAILOVER: Readers = {
    "IPv4Address": _nth("addresses", 4),
    "IPv4SubnetMask": _subnet(4),
    "IPv4DefaultGateway": _nth("gateways", 4),
    "IPv4PreferredDNSServer": _nth("dns_servers", 4),
    "IPv4AlternateDNSServer": _nth("dns_servers", 4, 1),
    "IPv6Address": _nth("addresses", 6),
    "IPv6SubnetPrefixLength": _subnet(6),
    "IPv6DefaultGateway": _nth("gateways", 6),
    "IPv6PreferredDNSServer": _nth("dns_servers", 6),
    "IPv6AlternateDNSServer": _nth("dns_servers", 6, 1),
    "ProtocolIFType": constant("WmiProtocolIFType", "IPv4v6"),
}


class ConnectionTest(NamedTuple):
    """VMNetworkAdapterConnectionTestResult; ``milliseconds`` there and back."""

    host: Any
    milliseconds: int


CONNECTION_TEST: Readers = {"RoundTripTime": lambda test: test.milliseconds}
