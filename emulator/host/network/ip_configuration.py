"""How Windows itself is configured on its network interfaces: addresses, routes, DNS servers, enabled or not.

An interface has the settings of the profile until somebody changes them; then it has its own. They belong to
the adapter that carried them first: when an external switch takes a physical adapter over, the host's virtual
adapter shows and changes the settings of the physical one, as Windows moves the protocols to it.

IPv6 is changed by `ipv6_configuration`. Nothing here touches a network.
"""

import ipaddress
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_flag, check_number, check_text
from emulator.host.errors import AlreadyExists, InvalidParameter, LimitExceeded, NotFound
from emulator.host.host_object import operation
from emulator.host.network.ipv6_settings import Ipv6Settings
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.network.network_interfaces import Interface

MAXIMUM_ADDRESSES = 256
MAXIMUM_ROUTES = 1_000
MAXIMUM_DNS_SERVERS = 64
DEFAULT_METRIC = 256
DEFAULT_MTU = 1500
ANYWHERE = IPv4Network("0.0.0.0/0")
ON_LINK = "0.0.0.0"


class AssignedAddress(Record):
    """An IPv4 address of an interface."""

    address: str
    prefix_length: int
    skip_as_source: bool = False

    @property
    def network(self) -> IPv4Network:
        """The directly reached network."""
        return IPv4Network(f"{self.address}/{self.prefix_length}", strict=False)


class Route(Record):
    """A route that somebody set; ``next_hop`` is 0.0.0.0 for what is reached directly. One that does not last
    is gone after a restart."""

    destination: IPv4Network
    next_hop: str
    metric: int = DEFAULT_METRIC
    lasts: bool = True


_NO_IPV6 = Ipv6Settings()


class InterfaceSettings(Record):
    """The protocols of one interface: IPv4, and what was set of ``ipv6``. ``metric`` is None for automatic;
    ``category`` 0 is a public network, 1 a private one; ``netbios`` 0 is as DHCP says, 1 on, 2 off;
    ``leased_at`` is when DHCP was asked again (UTC), None for the boot."""

    dhcp: bool
    addresses: tuple[AssignedAddress, ...] = ()
    routes: tuple[Route, ...] = ()
    dns_servers: tuple[str, ...] = ()
    enabled: bool = True
    metric: int | None = None
    mtu: int = DEFAULT_MTU
    forwarding: bool = False
    category: int = 1
    dns_suffix: str = ""
    registers_addresses: bool = True
    netbios: int = 0
    leased_at: datetime | None = None
    ipv6: Ipv6Settings = _NO_IPV6

    @property
    def gateways(self) -> tuple[str, ...]:
        """The next hops of the default routes."""
        return tuple(each.next_hop for each in self.routes if each.destination == ANYWHERE)


_LIMITS = {"metric": (1, 9999), "mtu": (352, 65535), "category": (0, 1), "netbios": (0, 2)}
_FLAGS = frozenset({"enabled", "forwarding", "registers_addresses"})


def ipv4(text: str) -> str:
    """The normal form of an IPv4 address. Raises InvalidParameter, for one of IPv6 too."""
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        raise InvalidParameter(f"'{text!s:.64}' is not an IP address.") from None
    if not isinstance(found, IPv4Address):
        raise InvalidParameter(f"{text!s:.64} is of IPv6, and an IPv4 one is needed here.")
    return str(found)


def network_of(text: str) -> IPv4Network:
    """A prefix such as 10.0.0.0/8. Raises InvalidParameter, for one of IPv6 too."""
    try:
        found = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise InvalidParameter(f"'{text!s:.64}' is not a prefix.") from None
    if not isinstance(found, IPv4Network):
        raise InvalidParameter(f"{text!s:.64} is of IPv6, and an IPv4 one is needed here.")
    return found


class IpConfiguration:
    """The settings that were changed, by the GUID of the adapter that they belong to."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._settings: dict[str, InterfaceSettings] = {}
        #: GUIDs of adapters that are switched off while a switch or a team has them.
        self._switched_off: set[str] = set()
        #: Suffixes that the DNS client tries for all connections.
        self.suffixes: tuple[str, ...] = ()

    def get(self, key: str) -> InterfaceSettings | None:
        """What was set for an adapter; None while it has what the profile says."""
        return self._settings.get(key)

    def is_switched_on(self, guid: str) -> bool:
        """Whether an adapter that a switch or a team has is left on."""
        return guid not in self._switched_off

    def boot(self) -> None:
        """Windows has started: routes that were not to last are gone. Called with the lock held."""
        for key, kept in self._settings.items():
            routes = tuple(each for each in kept.routes if each.lasts)
            over_ipv6 = kept.ipv6.replaced(routes=tuple(each for each in kept.ipv6.routes if each.lasts))
            self._settings[key] = kept.replaced(routes=routes, ipv6=over_ipv6)
        self.host.next_revision()

    # -- operations; each takes an interface as `network_interfaces` shows it ----------------------

    @operation
    def configure(self, interface: "Interface", **changes: Any) -> None:
        """Change ``enabled``, ``metric`` (None: automatic), ``mtu``, ``forwarding``, ``category``,
        ``dns_suffix``, ``registers_addresses``, ``netbios``; all or none.

        An adapter that a switch or a team has can be switched on and off. Raises InvalidParameter, NotFound.
        """
        for name, value in changes.items():
            if name in _FLAGS:
                check_flag(name, value)
            elif name == "dns_suffix":
                check_text(name, value, 255)
            elif name not in _LIMITS:
                raise InvalidParameter(f"There is no interface setting '{name}'.")
            elif not (name == "metric" and value is None):
                check_number(name, value, *_LIMITS[name])
        if interface.is_bound and set(changes) == {"enabled"}:
            self._switch(interface.guid, changes["enabled"])
        else:
            self.keep(interface, self.settings_of(interface).replaced(**changes))

    @operation
    def add_address(
        self,
        interface: "Interface",
        address: str,
        prefix_length: int,
        gateway: str | None = None,
        skip_as_source: bool = False,
    ) -> AssignedAddress:
        """Give an interface a static address, and a default route; DHCP ends.

        Raises InvalidParameter, AlreadyExists (some interface has the address, or the route is there),
        NotFound, LimitExceeded.
        """
        present = self.settings_of(interface)
        made = self._checked(address, prefix_length, skip_as_source)
        self._require_free(made.address)
        kept = () if present.dhcp else present.addresses
        if len(kept) >= MAXIMUM_ADDRESSES:
            raise LimitExceeded("The interface cannot have more addresses.")
        routes = () if present.dhcp else present.routes
        if gateway is not None:
            route = Route(ANYWHERE, ipv4(gateway))
            if route.next_hop in [each.next_hop for each in routes if each.destination == ANYWHERE]:
                raise AlreadyExists(f"The interface has the gateway {gateway} already.")
            routes = (*routes, route)
        self.keep(interface, present.replaced(dhcp=False, addresses=(*kept, made), routes=routes))
        return made

    @operation
    def change_address(
        self, interface: "Interface", address: str, *, prefix_length: int | None, skip_as_source: bool | None
    ) -> None:
        """Change prefix length or use of an address. Raises NotFound, InvalidParameter."""
        present = self.settings_of(interface)
        found = self._address(present, address)
        changed = self._checked(
            found.address,
            found.prefix_length if prefix_length is None else prefix_length,
            found.skip_as_source if skip_as_source is None else skip_as_source,
        )
        addresses = tuple(changed if each is found else each for each in present.addresses)
        self.keep(interface, present.replaced(addresses=addresses))

    @operation
    def remove_address(self, interface: "Interface", address: str) -> None:
        """Take an address away; the routes stay. Raises NotFound."""
        present = self.settings_of(interface)
        found = self._address(present, address)
        addresses = tuple(each for each in present.addresses if each is not found)
        self.keep(interface, present.replaced(dhcp=False, addresses=addresses))

    @operation
    def set_static(self, interface: "Interface", addresses: list[tuple[str, int]]) -> None:
        """Give an interface these static addresses (address, prefix length) and no other; its gateways and
        DNS servers stay. Raises InvalidParameter, AlreadyExists."""
        present = self.settings_of(interface)
        made = tuple(self._checked(address, length, False) for address, length in addresses)
        if not 1 <= len(made) <= MAXIMUM_ADDRESSES or len({each.address for each in made}) < len(made):
            raise InvalidParameter("Each address must be given once.")
        own = {each.address for each in present.addresses}
        for each in made:
            if each.address not in own:
                self._require_free(each.address)
        routes = () if present.dhcp else present.routes
        self.keep(interface, present.replaced(dhcp=False, addresses=made, routes=routes))

    @operation
    def enable_dhcp(self, interface: "Interface") -> None:
        """Take addresses and gateways from DHCP again; DNS servers that were set stay."""
        leased = self.host_lease(interface)
        present = self.settings_of(interface)
        self.keep(
            interface,
            present.replaced(
                dhcp=True, addresses=leased.addresses, routes=leased.routes, leased_at=self.host.clock.now()
            ),
        )

    @operation
    def release(self, interface: "Interface") -> None:
        """Give the addresses of DHCP back; it is asked again by `enable_dhcp`. Raises InvalidParameter."""
        present = self.settings_of(interface)
        if not present.dhcp:
            raise InvalidParameter("The addresses of the interface do not come from DHCP.")
        self.keep(interface, present.replaced(addresses=(), routes=(), dns_servers=()))

    @operation
    def set_suffixes(self, suffixes: list[str]) -> None:
        """Set the suffixes that the DNS client tries, in this order. Raises InvalidParameter."""
        for each in suffixes:
            if not check_text("suffix", each, 255, shortest=1).replace(".", "").replace("-", "").isalnum():
                raise InvalidParameter(f"'{each!s:.64}' is not a DNS suffix.")
        self.suffixes = tuple(suffixes)
        self.host.next_revision()

    @operation
    def disable_dhcp(self, interface: "Interface") -> None:
        """Keep no address of DHCP; static ones stay."""
        present = self.settings_of(interface)
        if present.dhcp:
            self.keep(interface, present.replaced(dhcp=False, addresses=(), routes=(), dns_servers=()))

    @operation
    def set_gateways(self, interface: "Interface", gateways: list[tuple[str, int]]) -> None:
        """Set the default routes (next hop, metric) and no other. Raises InvalidParameter."""
        present = self.settings_of(interface)
        made = tuple(
            Route(ANYWHERE, ipv4(address), check_number("metric", metric, 1, 9999))
            for address, metric in gateways
        )
        if len({each.next_hop for each in made}) < len(made):
            raise InvalidParameter("Each gateway must be given once.")
        others = tuple(each for each in present.routes if each.destination != ANYWHERE)
        self.keep(interface, present.replaced(routes=(*others, *made)))

    @operation
    def add_route(
        self,
        interface: "Interface",
        destination: str,
        next_hop: str,
        metric: int = DEFAULT_METRIC,
        *,
        lasts: bool = True,
    ) -> Route:
        """Add a route. Raises InvalidParameter, AlreadyExists, LimitExceeded."""
        present = self.settings_of(interface)
        made = Route(network_of(destination), ipv4(next_hop), check_number("metric", metric, 0, 9999), lasts)
        if any(
            (each.destination, each.next_hop) == (made.destination, made.next_hop) for each in present.routes
        ):
            raise AlreadyExists(f"There is a route to {made.destination} through {made.next_hop} already.")
        if len(present.routes) >= MAXIMUM_ROUTES:
            raise LimitExceeded("The interface cannot have more routes.")
        self.keep(interface, present.replaced(routes=(*present.routes, made)))
        return made

    @operation
    def change_route(self, interface: "Interface", route: Route, metric: int) -> None:
        """Give a route another metric. Raises NotFound, InvalidParameter."""
        present = self.settings_of(interface)
        if route not in present.routes:
            raise NotFound("The route was not found.")
        changed = route.replaced(metric=check_number("metric", metric, 0, 9999))
        self.keep(
            interface,
            present.replaced(routes=tuple(changed if each == route else each for each in present.routes)),
        )

    @operation
    def remove_route(self, interface: "Interface", route: Route) -> None:
        """Take a route away. Raises NotFound."""
        present = self.settings_of(interface)
        if route not in present.routes:
            raise NotFound("The route was not found.")
        self.keep(interface, present.replaced(routes=tuple(each for each in present.routes if each != route)))

    @operation
    def set_dns_servers(self, interface: "Interface", servers: list[str]) -> None:
        """Set the DNS servers in the order in which they are asked; none gives those of DHCP back, or no
        server. Raises InvalidParameter."""
        present = self.settings_of(interface)
        made = tuple(ipv4(each) for each in servers)
        if len(made) > MAXIMUM_DNS_SERVERS or len(set(made)) < len(made):
            raise InvalidParameter("Each DNS server must be given once.")
        if not made and present.dhcp:
            made = self.host_lease(interface).dns_servers
        self.keep(interface, present.replaced(dns_servers=made))

    def _switch(self, guid: str, enabled: bool) -> None:
        if enabled:
            self._switched_off.discard(guid)
        else:
            self._switched_off.add(guid)
        if self.host.team_interfaces:
            self.host.adapter_teams.refresh()
        self.host.next_revision()

    # -- pieces -------------------------------------------------------------------------------

    def host_lease(self, interface: "Interface") -> InterfaceSettings:
        """What a DHCP server gives to an interface: the profile's addresses if it says that they come from
        one, else the address that Windows gives itself."""
        given = interface.profile_settings
        if given.dhcp:
            return given
        octets = interface.mac_address.split("-")
        own = f"169.254.{int(octets[4], 16) or 1}.{int(octets[5], 16)}"
        return InterfaceSettings(True, (AssignedAddress(own, 16),))

    def settings_of(self, interface: "Interface") -> InterfaceSettings:
        """What an interface has now. Raises NotFound, InvalidParameter (a switch or a team has it)."""
        from emulator.host.network.network_interfaces import network_interfaces

        now = next((each for each in network_interfaces(self.host) if each.guid == interface.guid), None)
        if now is None:
            raise NotFound("The network interface was not found.")
        if now.is_bound:
            raise InvalidParameter("The interface has no IP: a virtual switch or a team has its adapter.")
        return now.settings

    def keep(self, interface: "Interface", settings: InterfaceSettings) -> None:
        """Let an interface have settings that were checked."""
        from emulator.host.network.network_interfaces import network_interfaces

        # Adapters of switches that are gone do not come back.
        present = {each for known in network_interfaces(self.host) for each in (known.key, known.guid)}
        self._settings = {key: each for key, each in self._settings.items() if key in present}
        self._settings[interface.key] = settings
        self.host.next_revision()

    def _checked(self, address: str, prefix_length: int, skip_as_source: bool) -> AssignedAddress:
        made = AssignedAddress(
            ipv4(address),
            check_number("prefix length", prefix_length, 1, 32),
            check_flag("skip", skip_as_source),
        )
        number = IPv4Address(made.address)
        if number.is_multicast or number.is_unspecified or number.is_loopback:
            raise InvalidParameter(f"{made.address} cannot be the address of an interface.")
        return made

    def _require_free(self, address: str) -> None:
        from emulator.host.network.network_interfaces import network_interfaces

        if any(address in each.addresses for each in network_interfaces(self.host)):
            raise AlreadyExists(f"The address {address} exists already.")

    @staticmethod
    def _address(settings: InterfaceSettings, address: str) -> AssignedAddress:
        found = next((each for each in settings.addresses if each.address == address), None)
        if found is None:
            raise NotFound(f"The address '{address!s:.64}' was not found.")
        return found
