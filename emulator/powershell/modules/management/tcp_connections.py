"""Where a script's connections lead: to the machine, to hosts of its neighbourhood, to the web sites that are
stated, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host import Host
from emulator.host.neighbourhood import answers_to
from emulator.host.network.name_resolution import resolve
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.modules.cim.management import Management
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

REFUSED = "No connection could be made because the target machine actively refused it"
SILENT = (
    "A connection attempt failed because the connected party did not properly respond after a period of "
    "time, or established connection failed because connected host has failed to respond"
)
UNKNOWN = "No such host is known"
_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
_LISTENING = 2


def own_host(engine: Engine) -> Host:
    """The machine of the session."""
    found = engine.find_service(Host)
    if found is None:
        raise not_emulated("The network of the machine")
    return found


def host_named(own: Host, name: str) -> Host | None:
    """The machine itself or one of its neighbourhood, by a name or an address; None for all others."""
    if name.lower() in _OWN_NAMES or answers_to(own, name):
        return own
    return own.neighbourhood.find(name) if own.neighbourhood is not None else None


def open_ports(engine: Engine, host: Host) -> set[int]:
    """Where programs of a machine wait for connections."""
    management: Any = host.management
    if management is None and host is own_host(engine):
        management = engine.find_service(Management)
    if management is None:
        return set()
    ends = management.namespace("root/StandardCimv2").instances("MSFT_NetTCPConnection")
    return {each.value("LocalPort") for each in ends if each.value("State") == _LISTENING}


def listens(engine: Engine, own: Host, name: str, port: int) -> bool:
    """Whether something waits at a port of a computer or web site of the network."""
    found = host_named(own, name)
    return port in (own.web_pages.ports_of(name) if found is None else open_ports(engine, found))


def connect(engine: Engine, name: str, port: int) -> str:
    """The address that takes a connection at a port. Raises NetError with SocketException: 11001 for a name
    that nobody has, 10061 where nobody listens, 10060 where nobody answers; the last two kinds are gaps."""
    own = own_host(engine)
    found = host_named(own, name)
    address = resolve(own, name) or (name if found is not None else None)
    if found is None and listens(engine, own, name, port):
        return str(address)
    if found is None:
        own.gaps.record("network address", f"{name}:{port}")
    if address is None:
        raise _socket_error(UNKNOWN, 11001)
    if found is None:
        raise _socket_error(f"{SILENT} {address}:{port}", 10060)
    if port not in open_ports(engine, found):
        raise _socket_error(f"{REFUSED} {address}:{port}", 10061)
    return address


def _socket_error(text: str, number: int) -> NetError:
    return NetError("System.Net.Sockets.SocketException", text, nativeerrorcode=number, errorcode=number)
