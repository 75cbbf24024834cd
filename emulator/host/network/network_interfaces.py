"""The network interfaces of the host: its physical adapters, the virtual ones on its switches, its teams.

When an external switch is made on a physical adapter and shared with the host, the host's virtual adapter
takes over the addresses (Windows moves the protocols to it); otherwise the physical one keeps or loses them.
"""

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from emulator.host.identifiers import derived_guid, is_guid
from emulator.host.network.host_network_adapter import HostNetworkAdapter
from emulator.host.network.ip_configuration import ANYWHERE, AssignedAddress, InterfaceSettings, Route
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.network.adapter_teams import TeamInterface
    from emulator.profile import NetworkAdapter as PhysicalAdapter

#: Interface indexes below this belong to loopback and tunnels.
_FIRST_INTERFACE_INDEX = 12
LOOPBACK_INDEX = 1
#: The addresses that Windows gives itself without a DHCP server (RFC 3927).
_LINK_LOCAL_LENGTH = 16
_LINK_LOCAL_PREFIX = "169.254"
_NOTHING = InterfaceSettings(False)
_SWITCHED_OFF = InterfaceSettings(False, enabled=False)


class Interface(Record):
    """An interface. ``number`` counts adapters from 1; ``virtual`` is set for those of the host's switches,
    ``team`` for those of teams. A bound one has no protocols: a switch or, if ``is_teamed``, a team has it.

    ``link_speed`` is in bits per second; ``key`` is the GUID of the adapter whose settings it has, and
    ``profile_settings`` what they were at the start.
    """

    number: int
    name: str
    description: str
    guid: str
    mac_address: str
    has_cable: bool
    link_speed: int
    key: str
    settings: InterfaceSettings
    profile_settings: InterfaceSettings
    physical: "PhysicalAdapter | None" = None
    virtual: HostNetworkAdapter | None = None
    is_bound: bool = False
    team: "TeamInterface | None" = None
    is_teamed: bool = False

    @property
    def enabled(self) -> bool:
        """Whether an administrator has left it on."""
        return self.settings.enabled

    @property
    def connected(self) -> bool:
        """Whether it has a link."""
        return self.has_cable and self.enabled

    @property
    def dhcp(self) -> bool:
        """Whether its addresses come from DHCP."""
        return self.settings.dhcp

    @property
    def assigned(self) -> tuple[AssignedAddress, ...]:
        """Its IPv4 addresses with their prefixes; none while it is switched off."""
        return self.settings.addresses if self.enabled else ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Its IPv4 addresses."""
        return tuple(each.address for each in self.assigned)

    @property
    def prefix_length(self) -> int:
        """That of the first address; 24 without one."""
        return self.settings.addresses[0].prefix_length if self.settings.addresses else 24

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes that were set or came with DHCP."""
        return self.settings.routes if self.enabled else ()

    @property
    def gateway(self) -> str | None:
        """The first default gateway."""
        return next(iter(self.settings.gateways), None) if self.enabled else None

    @property
    def dns_servers(self) -> tuple[str, ...]:
        """Its DNS servers in the order in which they are asked."""
        return self.settings.dns_servers

    @property
    def interface_index(self) -> int:
        """InterfaceIndex."""
        return _FIRST_INTERFACE_INDEX + self.number

    @property
    def network(self) -> IPv4Network | None:
        """The directly reached network; None without an address."""
        return self.assigned[0].network if self.assigned else None


def adapter_guid(host: "Host", adapter: "PhysicalAdapter") -> str:
    """InterfaceGuid of a physical adapter or of a team's interface, without braces: that of hardware follows
    from its address."""
    for each in host.team_interfaces:
        if each.adapter is adapter:
            return each.id
    return derived_guid(host.name, "network adapter", adapter.mac_address)


def network_interfaces(host: "Host") -> list[Interface]:
    """Every interface, physical ones first. Call it inside ``host.looking()``."""
    found: list[Interface] = []
    for number, adapter in enumerate(host.hardware.network_adapters, 1):
        found.append(_physical(host, number, adapter))
    if host.role.active:
        for own in host.virtual_switches.host_adapters:
            found.append(_virtual(len(found) + 1, own))
    for team in host.team_interfaces:
        found.append(_of_team(host, len(found) + 1, team))
    return found


def find_interface(host: "Host", *, index: int | None = None, alias: str | None = None) -> Interface | None:
    """The interface of an InterfaceIndex, or of a connection name in any case."""
    for each in network_interfaces(host):
        if index is not None and each.interface_index != index:
            continue
        if alias is None or each.name.casefold() == alias.casefold():
            return each
    return None


def _profile_settings(adapter: "PhysicalAdapter") -> InterfaceSettings:
    return InterfaceSettings(
        adapter.dhcp,
        tuple(AssignedAddress(str(each), adapter.prefix_length) for each in adapter.ipv4_addresses),
        () if adapter.gateway is None else (Route(ANYWHERE, str(adapter.gateway)),),
        tuple(str(each) for each in adapter.dns_servers),
    )


def _given_settings(host: "Host", adapter: "PhysicalAdapter") -> InterfaceSettings:
    team = next((each for each in host.team_interfaces if each.adapter is adapter), None)
    return _profile_settings(adapter) if team is None else _leased(team)


def _carries(host: "Host", adapter: "PhysicalAdapter") -> bool:
    return adapter.connected and host.ip_configuration.is_switched_on(adapter_guid(host, adapter))


def _physical(host: "Host", number: int, adapter: "PhysicalAdapter") -> Interface:
    teamed = bool(host.team_interfaces) and host.adapter_teams.member_of(adapter) is not None
    bound = teamed or host.virtual_switches.of_adapter(adapter) is not None
    guid = adapter_guid(host, adapter)
    given = _profile_settings(adapter)
    settings = _bound_settings(host, guid) if bound else host.ip_configuration.get(guid) or given
    return Interface(
        number,
        adapter.name,
        adapter.description,
        guid,
        adapter.mac_address,
        adapter.connected,
        adapter.link_speed,
        guid,
        settings,
        given,
        physical=adapter,
        is_bound=bound,
        is_teamed=teamed,
    )


def _bound_settings(host: "Host", guid: str) -> InterfaceSettings:
    return _NOTHING if host.ip_configuration.is_switched_on(guid) else _SWITCHED_OFF


def _of_team(host: "Host", number: int, team: "TeamInterface") -> Interface:
    adapter = team.adapter
    bound = host.virtual_switches.of_adapter(adapter) is not None
    leased = _leased(team)
    settings = _bound_settings(host, team.id) if bound else host.ip_configuration.get(team.id) or leased
    return Interface(
        number,
        adapter.name,
        adapter.description,
        team.id,
        adapter.mac_address,
        adapter.connected,
        adapter.link_speed,
        team.id,
        settings,
        leased,
        is_bound=bound,
        team=team,
    )


def _leased(interface: "TeamInterface") -> InterfaceSettings:
    """A team's interface asks for addresses by DHCP; those of the members are lost (documented). With their
    hardware address it gets what DHCP gave the first one."""
    first = interface.team.members[0].adapter
    if first.dhcp and interface.vlan is None:
        return _profile_settings(first)
    octets = interface.adapter.mac_address.split("-")
    own = f"{_LINK_LOCAL_PREFIX}.{int(octets[4], 16) or 1}.{int(octets[5], 16)}"
    return InterfaceSettings(True, (AssignedAddress(own, _LINK_LOCAL_LENGTH),))


def _virtual(number: int, adapter: HostNetworkAdapter) -> Interface:
    switch, host = adapter.switch, adapter.host
    below = switch.physical_adapter
    mac = adapter.mac_address
    guid = adapter.id if is_guid(adapter.id) else derived_guid(host.name, "internal port", adapter.id)
    key = guid
    if below is not None and adapter is switch.host_adapters[0]:
        given, key = _given_settings(host, below), adapter_guid(host, below)
    elif switch.translated_network is not None:
        network = switch.translated_network
        given = InterfaceSettings(False, (AssignedAddress(str(network[1]), network.prefixlen),))
    else:
        own = f"{_LINK_LOCAL_PREFIX}.{int(mac[8:10], 16) or 1}.{int(mac[10:12], 16)}"
        given = InterfaceSettings(True, (AssignedAddress(own, _LINK_LOCAL_LENGTH),))
    return Interface(
        number,
        adapter.connection_name,
        adapter.description,
        guid,
        "-".join(mac[place : place + 2] for place in range(0, 12, 2)),
        below is None or any(_carries(host, each) for each in switch.physical_adapters),
        switch.link_speed,
        key,
        host.ip_configuration.get(key) or given,
        given,
        virtual=adapter,
    )
