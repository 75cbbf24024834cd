"""Hosts of one process that reach each other by name, as machines of one network do.

A host that is in no neighbourhood reaches nobody. Nothing here holds the lock of a host: what one host wants
of another is an errand (``Host.after_step``), which runs when the first one's lock was given back.
"""

import ipaddress
import threading
from typing import TYPE_CHECKING

from emulator.host.errors import AlreadyExists

if TYPE_CHECKING:
    from emulator.host.host import Host


#: What every computer calls itself.
OWN_NAMES = frozenset({"localhost", ".", "127.0.0.1", "::1", "[::1]"})


class Neighbourhood:
    """Hosts by NetBIOS name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hosts: dict[str, Host] = {}

    def join(self, host: "Host") -> None:
        """Let a host be reached under its names and addresses. Raises AlreadyExists for a name that is
        taken."""
        with self._lock:
            key = host.name.casefold()
            if self._hosts.get(key, host) is not host:
                raise AlreadyExists(f"A host with the name {host.name} is in the neighbourhood.")
            self._hosts[key] = host
        host.neighbourhood = self

    def leave(self, host: "Host") -> None:
        """Nobody reaches the host any more; no error when it was not there."""
        with self._lock:
            if self._hosts.get(host.name.casefold()) is host:
                del self._hosts[host.name.casefold()]
        host.neighbourhood = None

    def rename(self, host: "Host", old: str) -> None:
        """Let a host be reached under its new name; not at all while another one has it."""
        with self._lock:
            if self._hosts.get(old.casefold()) is host:
                del self._hosts[old.casefold()]
            self._hosts.setdefault(host.name.casefold(), host)

    def find(self, name: str) -> "Host | None":
        """The host of a NetBIOS name, a full name or an IPv4 address, in any case."""
        wanted = name.strip().casefold()
        with self._lock:
            hosts = list(self._hosts.values())
        return next((host for host in hosts if answers_to(host, wanted)), None)


def means_itself(host: "Host", name: str) -> bool:
    """Whether a user of the host means the host itself by a name or address."""
    return name.strip().casefold() in OWN_NAMES or answers_to(host, name)


def reached_by(host: "Host", name: str) -> "Host | None":
    """The host that a user of the host means by a name or address: itself, or a neighbour."""
    if means_itself(host, name):
        return host
    return host.neighbourhood.find(name) if host.neighbourhood is not None else None


def answers_to(host: "Host", name: str) -> bool:
    """Whether a name or address is one of the host's. Reads nothing that more than one
    assignment changes."""
    wanted = name.strip().casefold()
    if wanted in (host.name.casefold(), host.operating_system.fully_qualified_name.casefold()):
        return True
    try:
        address = str(ipaddress.ip_address(wanted))
    except ValueError:
        return False
    adapters = host.hardware.facts.network_adapters
    return any(address == str(one) for adapter in adapters for one in adapter.ipv4_addresses)
