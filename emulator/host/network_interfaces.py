"""The network interfaces of the host: its physical adapters and the virtual ones on its switches.

When an external switch is made on a physical adapter and shared with the host, the host's virtual adapter
takes over the addresses (Windows moves the protocols to it); otherwise the physical one keeps or loses them.
"""

from ipaddress import IPv4Network
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.host_network_adapter import HostNetworkAdapter
from emulator.host.identifiers import derived_guid

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.profile import NetworkAdapter as PhysicalAdapter

#: Interface indexes below this belong to loopback and tunnels.
_FIRST_INTERFACE_INDEX = 12
LOOPBACK_INDEX = 1
#: The addresses that Windows gives itself without a DHCP server (RFC 3927).
_LINK_LOCAL_LENGTH = 16
_LINK_LOCAL_PREFIX = "169.254"


class Interface(NamedTuple):
    """An interface. ``number`` counts adapters from 1; ``virtual`` is set for those of the host's switches.

    ``addresses`` are IPv4; ``link_speed`` is in bits per second.
    """

    number: int
    name: str
    description: str
    guid: str
    mac_address: str
    connected: bool
    link_speed: int
    dhcp: bool
    addresses: tuple[str, ...]
    prefix_length: int
    gateway: str | None
    dns_servers: tuple[str, ...]
    physical: "PhysicalAdapter | None" = None
    virtual: HostNetworkAdapter | None = None
    is_bound: bool = False

    @property
    def interface_index(self) -> int:
        """InterfaceIndex."""
        return _FIRST_INTERFACE_INDEX + self.number

    @property
    def network(self) -> IPv4Network | None:
        """The directly reached network; None without an address."""
        if not self.addresses:
            return None
        return IPv4Network(f"{self.addresses[0]}/{self.prefix_length}", strict=False)


def adapter_guid(host: "Host", adapter: "PhysicalAdapter") -> str:
    """InterfaceGuid of a physical adapter, without braces: it follows from the hardware address."""
    return derived_guid(host.name, "network adapter", adapter.mac_address)


def network_interfaces(host: "Host") -> list[Interface]:
    """Every interface, physical ones first. Call it inside ``host.looking()``."""
    found: list[Interface] = []
    for number, adapter in enumerate(host.hardware.network_adapters, 1):
        found.append(_physical(host, number, adapter))
    if not host.role.active:
        return found
    first = len(found) + 1
    return found + [
        _virtual(first + place, each) for place, each in enumerate(host.virtual_switches.host_adapters)
    ]


def _physical(host: "Host", number: int, adapter: "PhysicalAdapter") -> Interface:
    switch = host.virtual_switches.of_adapter(adapter)
    bound = switch is not None
    return Interface(
        number,
        adapter.name,
        adapter.description,
        adapter_guid(host, adapter),
        adapter.mac_address,
        adapter.connected,
        adapter.link_speed,
        adapter.dhcp,
        () if bound else adapter.ipv4_addresses,
        adapter.prefix_length,
        None if bound else adapter.gateway,
        () if bound else adapter.dns_servers,
        physical=adapter,
        is_bound=bound,
    )


def _virtual(number: int, adapter: HostNetworkAdapter) -> Interface:
    switch = adapter.switch
    below = switch.physical_adapter
    takes_over = below is not None and adapter is switch.host_adapters[0]
    mac = adapter.mac_address
    facts = below if takes_over else None
    own = f"{_LINK_LOCAL_PREFIX}.{int(mac[8:10], 16) or 1}.{int(mac[10:12], 16)}"
    return Interface(
        number,
        adapter.connection_name,
        adapter.description,
        adapter.id,
        "-".join(mac[place : place + 2] for place in range(0, 12, 2)),
        below is None or any(each.connected for each in switch.physical_adapters),
        switch.link_speed,
        True if facts is None else facts.dhcp,
        (own,) if facts is None else facts.ipv4_addresses,
        _LINK_LOCAL_LENGTH if facts is None else facts.prefix_length,
        None if facts is None else facts.gateway,
        () if facts is None else facts.dns_servers,
        virtual=adapter,
    )
