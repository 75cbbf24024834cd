"""TCP and UDP ends of the machine: what its services listen on. Connections of clients are not shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.network.network_interfaces import network_interfaces
from emulator.wmi.standardcimv2.base import ShownView

if TYPE_CHECKING:
    from datetime import datetime

    from emulator.host import Host

_LISTEN = 2
_SYSTEM_PROCESS = 4
_ANY = "0.0.0.0"


class End(NamedTuple):
    """A port on which a program listens."""

    address: str
    port: int
    process: int


def _process(host: Host, name: str) -> int:
    """The number of a program's process; that of System when it does not run."""
    return next(
        (each.id for each in host.processes if each.name.casefold() == name.casefold()), _SYSTEM_PROCESS
    )


def tcp_ends(host: Host) -> list[End]:
    """The listeners of WinRM, of RPC and of file sharing, and with the role those of virtual machine
    management."""
    found = {
        End("::" if each.address == "*" else each.address, each.port, _SYSTEM_PROCESS)
        for each in host.winrm.listeners
    }
    found |= {End(_ANY, 135, _process(host, "svchost.exe")), End("::", 445, _SYSTEM_PROCESS)}
    found |= {
        End(address, 139, _SYSTEM_PROCESS)
        for interface in network_interfaces(host)
        for address in interface.addresses
    }
    if host.role.active:
        found.add(End(_ANY, 2179, _process(host, "vmms.exe")))
        if host.migration.enabled:
            found.add(End(_ANY, 6600, _process(host, "vmms.exe")))
    return sorted(found)


def udp_ends(host: Host) -> list[End]:
    """Time, key exchange and name resolution."""
    service = _process(host, "svchost.exe")
    found = {End(_ANY, port, service) for port in (123, 500, 4500, 5353, 5355)}
    for interface in network_interfaces(host):
        for address in interface.addresses:
            found |= {End(address, port, _SYSTEM_PROCESS) for port in (137, 138)}
    return sorted(found)


class _EndView(ShownView[End]):
    def LocalAddress(self, end: End) -> str:
        return end.address

    def LocalPort(self, end: End) -> int:
        return end.port

    def OwningProcess(self, end: End) -> int:
        return end.process

    def CreationTime(self, _end: End) -> datetime:
        return self.host.operating_system.boot_time


class NetTCPConnection(_EndView):
    """A port on which the machine listens."""

    class_name = "MSFT_NetTCPConnection"
    constants: dict[str, Any] = {"AppliedSetting": 0, "OffloadState": 0, "RemotePort": 0, "State": _LISTEN}

    def objects(self) -> Iterable[End]:
        return tcp_ends(self.host)

    def InstanceID(self, end: End) -> str:
        return f"{end.address}++{end.port}++{self.RemoteAddress(end)}++0"

    def RemoteAddress(self, end: End) -> str:
        return "::" if ":" in end.address else _ANY


class NetUDPEndpoint(_EndView):
    """A UDP port on which the machine listens."""

    class_name = "MSFT_NetUDPEndpoint"

    def objects(self) -> Iterable[End]:
        return udp_ends(self.host)

    def InstanceID(self, end: End) -> str:
        return f"{end.address}++{end.port}"


VIEWS = (NetTCPConnection, NetUDPEndpoint)
