"""Names and addresses that the emulated network knows: this machine's, guests' by their host names, and those
of the hosts beside it, and those of web sites."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.network.network_interfaces import network_interfaces

if TYPE_CHECKING:
    from emulator.host.host import Host


class HostEntry(NamedTuple):
    """A computer of the network: its name and its IPv4 addresses as text."""

    name: str
    addresses: tuple[str, ...]


def resolve(host: Host, name: str) -> str | None:
    """The IPv4 address of a name, an address itself, or None for any other name."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        pass
    if name.casefold() == "localhost":
        return "127.0.0.1"
    entry = entry_of_name(host, name)
    return entry.addresses[0] if entry is not None and entry.addresses else None


def entry_of_name(host: Host, name: str) -> HostEntry | None:
    """The computer of a name; nothing and localhost are this machine."""
    wanted = name.casefold()
    system = host.operating_system
    if wanted in ("", "localhost", host.name.casefold(), system.fully_qualified_name.casefold()):
        return _this_machine(host)
    guest = next((each for each in _guests(host) if each.name.casefold() == wanted), None)
    if guest is not None:
        return guest
    return _neighbour(host, name) or _web_site(host, wanted)


def entry_of_address(host: Host, address: str) -> HostEntry | None:
    """The computer that has an address (an IPv4 or IPv6 one as text), or None."""
    own = _this_machine(host)
    if ipaddress.ip_address(address).is_loopback or address in own.addresses:
        return own
    guest = next((each for each in _guests(host) if address in each.addresses), None)
    if guest is not None:
        return guest
    found = host.web_pages.name_at(address)
    return _neighbour(host, address) or (_web_site(host, found) if found is not None else None)


def _neighbour(host: Host, name: str) -> HostEntry | None:
    """Another host of the neighbourhood, with the addresses that its hardware states."""
    found = host.neighbourhood.find(name) if host.neighbourhood is not None else None
    if found is None or found is host:
        return None
    adapters = found.hardware.facts.network_adapters
    addresses = tuple(str(one) for adapter in adapters for one in adapter.ipv4_addresses)
    return HostEntry(found.operating_system.fully_qualified_name, addresses)


def _web_site(host: Host, name: str) -> HostEntry | None:
    address = host.web_pages.address_of(name)
    return HostEntry(name, (address,)) if address is not None else None


def _this_machine(host: Host) -> HostEntry:
    own = tuple(address for each in network_interfaces(host) for address in each.addresses)
    return HostEntry(host.operating_system.fully_qualified_name, own or ("127.0.0.1",))


def _guests(host: Host) -> Iterator[HostEntry]:
    for vm in host.virtual_machines:
        guest = vm.guest.system
        if guest is not None and vm.guest.is_ready:
            found = (text for each in vm.network_adapters for text in each.ip_addresses if ":" not in text)
            yield HostEntry(guest.host_name, tuple(found))
