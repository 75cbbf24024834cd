"""System.Net.NetworkInformation: the machine's interfaces, its name in the network, ports and connections.

IPv4 addresses are listed, with the loopback interface last.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.network.network_interfaces import Interface, network_interfaces
from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.library.addresses import EndPoint, IPAddress
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.modules.cim.management import Management
from emulator.powershell.modules.management.tcp_connections import own_host
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_PLACE = "System.Net.NetworkInformation."
_TYPES = EnumType(f"{_PLACE}NetworkInterfaceType", {"Unknown": 1, "Ethernet": 6, "Loopback": 24})
_STATUS = EnumType(f"{_PLACE}OperationalStatus", {"Up": 1, "Down": 2, "NotPresent": 6})
_STATES = EnumType(
    f"{_PLACE}TcpState",
    {
        name: number
        for number, name in enumerate(
            (
                *("Unknown", "Closed", "Listen", "SynSent", "SynReceived", "Established", "FinWait1"),
                *("FinWait2", "CloseWait", "Closing", "LastAck", "TimeWait", "DeleteTcb"),
            )
        )
    },
)
_LISTEN, _LOOPBACK_SPEED = 2, 1_073_741_824
for _one in (_TYPES, _STATUS, _STATES):
    register(_one)


class NetworkInterface:
    """One interface; the loopback one has no ``Interface`` of the host."""

    def __init__(self, interface: Interface | None, suffix: str = "") -> None:
        self.interface = interface
        self.suffix = suffix

    def texts(self) -> tuple[str, str, str]:
        """Its identifier, name and description."""
        if self.interface is None:
            name = "Loopback Pseudo-Interface 1"
            return "{2CAA64ED-BAA3-4473-B637-DEC65A14C8AA}", name, "Software Loopback Interface 1"
        return f"{{{self.interface.guid}}}", self.interface.name, self.interface.description

    @property
    def is_up(self) -> bool:
        """Whether it has a link."""
        return self.interface is None or self.interface.connected

    def addresses(self) -> list[UnicastAddress]:
        """Its addresses with their prefixes."""
        if self.interface is None:
            return [UnicastAddress("127.0.0.1", 8)]
        return [UnicastAddress(one.address, one.prefix_length) for one in self.interface.assigned]

    @property
    def gateways(self) -> tuple[str, ...]:
        """The addresses of its gateways."""
        used = self._used
        return used.settings.gateways if used is not None else ()

    @property
    def dns_servers(self) -> tuple[str, ...]:
        """The addresses of its DNS servers."""
        used = self._used
        return used.dns_servers if used is not None else ()

    @property
    def _used(self) -> Interface | None:
        return self.interface if self.interface is not None and self.interface.enabled else None


class UnicastAddress:
    """UnicastIPAddressInformation."""

    def __init__(self, address: str, prefix_length: int) -> None:
        self.address = _address(address)
        self.prefix_length = prefix_length

    @property
    def mask(self) -> IPAddress:
        """IPv4Mask."""
        return IPAddress(ipaddress.ip_network(f"0.0.0.0/{self.prefix_length}").netmask)


class Properties:
    """IPInterfaceProperties."""

    def __init__(self, owner: NetworkInterface) -> None:
        self.owner = owner


class Gateway:
    """GatewayIPAddressInformation."""

    def __init__(self, address: str) -> None:
        self.address = _address(address)


class PhysicalAddress:
    """The bytes of a MAC address."""

    def __init__(self, digits: str) -> None:
        self.digits = digits.replace("-", "").replace(":", "").upper()

    def __str__(self) -> str:
        return self.digits


class Connection:
    """TcpConnectionInformation."""

    def __init__(self, local: EndPoint, remote: EndPoint, state: int) -> None:
        self.local = local
        self.remote = remote
        self.state = state


class GlobalProperties:
    """IPGlobalProperties."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def ends(self, class_name: str) -> list[Any]:
        """The instances of a class of ends of connections."""
        management = self.engine.find_service(Management)
        if management is None:
            raise not_emulated("The network of the machine")
        return list(management.namespace("root/StandardCimv2").instances(class_name))

    def connections(self) -> TypedArray:
        """GetActiveTcpConnections: all that do not listen."""
        found = [
            Connection(_end(one, "Local"), _end(one, "Remote"), one.value("State"))
            for one in self.ends("MSFT_NetTCPConnection")
            if one.value("State") != _LISTEN
        ]
        return _row(found, f"{_PLACE}TcpConnectionInformation")

    def listeners(self, class_name: str) -> TypedArray:
        """GetActiveTcpListeners and GetActiveUdpListeners."""
        found = [
            _end(one, "Local")
            for one in self.ends(class_name)
            if class_name == "MSFT_NetUDPEndpoint" or one.value("State") == _LISTEN
        ]
        return _row(found, "System.Net.IPEndPoint")


def _end(instance: Any, side: str) -> EndPoint:
    return EndPoint(_address(instance.value(f"{side}Address")), instance.value(f"{side}Port"))


def _address(text: str) -> IPAddress:
    return IPAddress(ipaddress.ip_address(text.partition("%")[0]))


def _row(items: Iterable[Any], kind: str) -> TypedArray:
    return TypedArray(items, array_of(builtin(kind)))


def _interfaces(engine: Engine) -> TypedArray:
    host = own_host(engine)
    with host.looking():
        found = [
            NetworkInterface(each, each.settings.dns_suffix)
            for each in network_interfaces(host)
            if not each.is_bound
        ]
    return _row([*found, NetworkInterface(None)], f"{_PLACE}NetworkInterface")


def _domain(engine: Engine) -> str:
    return own_host(engine).operating_system.fully_qualified_name.partition(".")[2]


register(
    PSType(
        f"{_PLACE}PhysicalAddress",
        instance={"GetAddressBytes()": lambda a: bytearray.fromhex(a.digits), "ToString()": str},
        to_text=str,
    ),
    PhysicalAddress,
)
register(
    PSType(
        f"{_PLACE}UnicastIPAddressInformation",
        instance={
            "Address: ipaddress": lambda a: a.address,
            "IPv4Mask: ipaddress": lambda a: a.mask,
            "PrefixLength: int": lambda a: a.prefix_length,
        },
    ),
    UnicastAddress,
)
register(
    PSType(f"{_PLACE}GatewayIPAddressInformation", instance={"Address: ipaddress": lambda g: g.address}),
    Gateway,
)
register(
    PSType(
        f"{_PLACE}IPInterfaceProperties",
        instance={
            "DnsAddresses": lambda p: _row(map(_address, p.owner.dns_servers), "System.Net.IPAddress"),
            "DnsSuffix: string": lambda p: p.owner.suffix,
            "GatewayAddresses": lambda p: _row(
                map(Gateway, p.owner.gateways), f"{_PLACE}GatewayIPAddressInformation"
            ),
            "UnicastAddresses": lambda p: _row(p.owner.addresses(), f"{_PLACE}UnicastIPAddressInformation"),
        },
    ),
    Properties,
)
register(
    PSType(
        f"{_PLACE}NetworkInterface",
        instance={
            "Id: string": lambda n: n.texts()[0],
            "Name: string": lambda n: n.texts()[1],
            "Description: string": lambda n: n.texts()[2],
            "NetworkInterfaceType": lambda n: _TYPES["Loopback" if n.interface is None else "Ethernet"],
            "OperationalStatus": lambda n: _STATUS["Up" if n.is_up else "Down"],
            "Speed: long": lambda n: Int64(n.interface.link_speed if n.interface else _LOOPBACK_SPEED),
            "IsReceiveOnly: bool": lambda _n: False,
            "SupportsMulticast: bool": lambda _n: True,
            "GetIPProperties()": Properties,
            "GetPhysicalAddress()": lambda n: PhysicalAddress(n.interface.mac_address if n.interface else ""),
        },
        static={
            "@GetAllNetworkInterfaces()": _interfaces,
            "@GetIsNetworkAvailable()": lambda engine: any(
                one.is_up and one.interface is not None for one in _interfaces(engine)
            ),
            "LoopbackInterfaceIndex: int": lambda: 1,
        },
    ),
    NetworkInterface,
)
register(
    PSType(
        f"{_PLACE}TcpConnectionInformation",
        instance={
            "LocalEndPoint: System.Net.IPEndPoint": lambda c: c.local,
            "RemoteEndPoint: System.Net.IPEndPoint": lambda c: c.remote,
            "State": lambda c: _state(c.state),
        },
    ),
    Connection,
)


def _state(number: int) -> Any:
    """MSFT_NetTCPConnection counts the states as .NET does, from Closed (1) on; Bound (100) is Unknown."""
    return _STATES.value(number if number in _STATES.names.values() else 0)


register(
    PSType(
        f"{_PLACE}IPGlobalProperties",
        instance={
            "@DomainName: string": lambda engine, _p: _domain(engine),
            "@HostName: string": lambda engine, _p: engine.machine.computer_name,
            "GetActiveTcpConnections()": lambda p: p.connections(),
            "GetActiveTcpListeners()": lambda p: p.listeners("MSFT_NetTCPConnection"),
            "GetActiveUdpListeners()": lambda p: p.listeners("MSFT_NetUDPEndpoint"),
        },
        static={"@GetIPGlobalProperties()": GlobalProperties},
    ),
    GlobalProperties,
)
