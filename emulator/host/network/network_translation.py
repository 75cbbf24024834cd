"""Network address translation of the host (WinNAT, New-NetNat): its rules and objects, without any traffic.

The NAT of the Default Switch of clients is none of these: Windows makes it with Internet Connection Sharing
and does not show it here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any

from emulator.host.checks import check_number, check_text
from emulator.host.errors import AlreadyExists, InvalidParameter, InvalidState, NotFound, QuotaExceeded
from emulator.host.host_object import operation
from emulator.host.network.ip_configuration import ipv4, network_of

if TYPE_CHECKING:
    from emulator.host.host import Host

MAXIMUM_NATS = 256
MAXIMUM_MAPPINGS = 10_000
TCP, UDP = 6, 17
_PROTOCOLS = (TCP, UDP)
_ANY_ADDRESS = "0.0.0.0"
_SECONDS = (1, 86_400)
_LIMITS = {
    "icmp_query_timeout": _SECONDS,
    "tcp_established_timeout": _SECONDS,
    "tcp_transient_timeout": _SECONDS,
    "udp_idle_timeout": _SECONDS,
    "tcp_filtering": (0, 1),
    "udp_filtering": (0, 1),
}


@dataclass(slots=True, eq=False)
class Nat:
    """A NAT. Timeouts are in seconds (the defaults of New-NetNat); filtering 0 is by endpoint, 1 by address
    and port; prefixes are None where none was given."""

    name: str
    internal_prefix: IPv4Network | None
    external_prefix: IPv4Network | None = None
    icmp_query_timeout: int = 30
    tcp_established_timeout: int = 1800
    tcp_transient_timeout: int = 120
    udp_idle_timeout: int = 120
    tcp_filtering: int = 1
    udp_filtering: int = 1
    udp_inbound_refresh: bool = False
    active: bool = True


@dataclass(slots=True, eq=False)
class ExternalAddress:
    """Outer addresses (a prefix) and ports that a NAT may use."""

    id: int
    nat: Nat
    prefix: IPv4Network
    port_start: int
    port_end: int


@dataclass(slots=True, eq=False)
class StaticMapping:
    """An outer endpoint that leads to an inner one; ``protocol`` is the number of IP's protocol."""

    id: int
    nat: Nat
    protocol: int
    external_address: str
    external_port: int
    internal_address: str
    internal_port: int


class NetworkTranslation:
    """The NATs by name, their outer addresses and static mappings by number."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._nats: dict[str, Nat] = {}
        self._addresses: dict[int, ExternalAddress] = {}
        self._mappings: dict[int, StaticMapping] = {}
        self._last = 0

    def __iter__(self) -> Iterator[Nat]:
        return iter(list(self._nats.values()))

    @property
    def external_addresses(self) -> list[ExternalAddress]:
        """Those of all NATs, in order of creation."""
        return list(self._addresses.values())

    @property
    def static_mappings(self) -> list[StaticMapping]:
        """Those of all NATs, in order of creation."""
        return list(self._mappings.values())

    def get(self, name: str) -> Nat | None:
        """The NAT of a name in any case."""
        return self._nats.get(name.casefold())

    @operation
    def create(
        self, name: str, internal_prefix: str | None, external_prefix: str | None = None, **settings: Any
    ) -> Nat:
        """Make a NAT between an inner and an outer network, either of which may be left out.

        Raises AlreadyExists (the name), InvalidParameter (no prefix, one that is wrong, or that overlaps with
        that of another NAT), NotSupported (IPv6), QuotaExceeded.
        """
        check_text("Name", name, 255, shortest=1)
        if self.get(name) is not None:
            raise AlreadyExists()
        inner = network_of(internal_prefix) if internal_prefix else None
        outer = network_of(external_prefix) if external_prefix else None
        if inner is None and outer is None:
            raise InvalidParameter("A NAT needs an internal or an external prefix.")
        for other in self:
            if (
                inner is not None
                and other.internal_prefix is not None
                and inner.overlaps(other.internal_prefix)
            ):
                raise InvalidParameter(f"The prefix overlaps with that of the NAT '{other.name}'.")
        if len(self._nats) >= MAXIMUM_NATS:
            raise QuotaExceeded("No more NATs can be created.")
        nat = Nat(name, inner, outer)
        self._apply(nat, settings)
        self._nats[name.casefold()] = nat
        self.host.next_revision()
        return nat

    @operation
    def configure(self, nat: Nat, **settings: Any) -> None:
        """Change timeouts and filtering by their names, all or none. Raises NotFound, InvalidParameter."""
        self._require(nat)
        self._apply(nat, settings)
        self.host.next_revision()

    @operation
    def remove(self, nat: Nat) -> None:
        """Remove a NAT with its addresses and mappings. Raises NotFound."""
        self._require(nat)
        del self._nats[nat.name.casefold()]
        self._addresses = {key: each for key, each in self._addresses.items() if each.nat is not nat}
        self._mappings = {key: each for key, each in self._mappings.items() if each.nat is not nat}
        self.host.next_revision()

    @operation
    def add_external_address(
        self, nat: Nat, prefix: str, port_start: int = 0, port_end: int = 0
    ) -> ExternalAddress:
        """Let a NAT use outer addresses. Raises NotFound, InvalidParameter, InvalidState (a NAT that has an
        external prefix takes no single addresses), AlreadyExists."""
        self._require(nat)
        if nat.external_prefix is not None:
            raise InvalidState("The NAT has an external prefix.")
        network = network_of(prefix)
        low, high = (check_number("port", each, 0, 65535) for each in (port_start, port_end))
        if low > high:
            raise InvalidParameter("The range of ports is not valid.")
        if any(each.prefix.overlaps(network) for each in self._addresses.values()):
            raise AlreadyExists()
        self._require_room(self._addresses)
        self._last += 1
        made = ExternalAddress(self._last, nat, network, low, high)
        self._addresses[made.id] = made
        self.host.next_revision()
        return made

    @operation
    def remove_external_address(self, address: ExternalAddress) -> None:
        """Raises NotFound."""
        if self._addresses.pop(address.id, None) is None:
            raise NotFound()
        self.host.next_revision()

    @operation
    def add_static_mapping(
        self,
        nat: Nat,
        protocol: int,
        external_address: str,
        external_port: int,
        internal_address: str,
        internal_port: int | None = None,
    ) -> StaticMapping:
        """Lead an outer endpoint (0.0.0.0: any address of the host) to an inner one.

        Raises NotFound, InvalidParameter (protocol, port, an inner address outside of the NAT), AlreadyExists
        (the outer endpoint is taken), QuotaExceeded.
        """
        self._require(nat)
        if protocol not in _PROTOCOLS:
            raise InvalidParameter("Only TCP (6) and UDP (17) can be mapped.")
        outer = ipv4(external_address.partition("/")[0])
        inner = ipv4(internal_address)
        port = check_number("ExternalPort", external_port, 1, 65535)
        target = port if internal_port is None else check_number("InternalPort", internal_port, 1, 65535)
        if nat.internal_prefix is not None and IPv4Address(inner) not in nat.internal_prefix:
            raise InvalidParameter(f"{inner} is not in the network of the NAT.")
        for each in self._mappings.values():
            same = outer == each.external_address or _ANY_ADDRESS in (outer, each.external_address)
            if same and (each.protocol, each.external_port) == (protocol, port):
                raise AlreadyExists()
        self._require_room(self._mappings)
        self._last += 1
        made = StaticMapping(self._last, nat, protocol, outer, port, inner, target)
        self._mappings[made.id] = made
        self.host.next_revision()
        return made

    @operation
    def remove_static_mapping(self, mapping: StaticMapping) -> None:
        """Raises NotFound."""
        if self._mappings.pop(mapping.id, None) is None:
            raise NotFound()
        self.host.next_revision()

    # -- pieces -------------------------------------------------------------------------------

    def _require(self, nat: Nat) -> None:
        if self._nats.get(nat.name.casefold()) is not nat:
            raise NotFound()

    @staticmethod
    def _require_room(objects: dict[int, Any]) -> None:
        if len(objects) >= MAXIMUM_MAPPINGS:
            raise QuotaExceeded("The NATs of this computer cannot have more.")

    @staticmethod
    def _apply(nat: Nat, settings: dict[str, Any]) -> None:
        checked: dict[str, int | bool] = {}
        for name, value in settings.items():
            if name == "udp_inbound_refresh":
                checked[name] = bool(check_number(name, int(value), 0, 1))
            elif name in _LIMITS:
                checked[name] = check_number(name, value, *_LIMITS[name])
            else:
                raise InvalidParameter(f"There is no setting '{name}' of a NAT.")
        for name, value in checked.items():
            setattr(nat, name, value)
