"""What administrators set of IPv6 on an interface of the host."""

from ipaddress import IPv6Address, IPv6Network

from emulator.record import Record


class StaticAddress(Record):
    """An IPv6 address."""

    address: str
    prefix_length: int = 64
    skip_as_source: bool = False

    @property
    def network(self) -> IPv6Network:
        """The directly reached network."""
        return IPv6Network(f"{self.address}/{self.prefix_length}", strict=False)


class StaticRoute(Record):
    """A route; ``next_hop`` is ``::`` for what is reached directly. One that does not last is gone after a
    restart."""

    destination: IPv6Network
    next_hop: str
    metric: int = 256
    lasts: bool = True


class Ipv6Settings(Record):
    """Addresses, routes and DNS servers of one interface, besides what Windows gives itself."""

    addresses: tuple[StaticAddress, ...] = ()
    routes: tuple[StaticRoute, ...] = ()
    dns_servers: tuple[str, ...] = ()


def number_of(text: str) -> IPv6Address | None:
    """The address of a text, without the index of an interface; None for what is none."""
    try:
        return IPv6Address(text.strip().partition("%")[0])
    except ValueError:
        return None
