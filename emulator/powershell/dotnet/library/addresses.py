"""System.Net.IPAddress and System.Numerics.BigInteger (a whole number without bounds, no arithmetic yet)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, format_error, null_argument, out_of_range
from emulator.powershell.dotnet.numbers import Int16, Int64
from emulator.powershell.dotnet.psobject import Reference
from emulator.powershell.dotnet.types import PSType, register

if TYPE_CHECKING:
    import ipaddress

MAXIMUM_DIGITS = 4_000


class IPAddress:
    """System.Net.IPAddress."""

    __slots__ = ("address",)

    def __init__(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
        self.address = address

    def __str__(self) -> str:
        return str(self.address)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IPAddress) and other.address == self.address

    def __hash__(self) -> int:
        return hash(self.address)


def _parse(text: str) -> IPAddress:
    import ipaddress

    if text is None:
        raise null_argument("ipString")
    try:
        return IPAddress(ipaddress.ip_address(text.strip("[]")))
    except ValueError:
        raise format_error("An invalid IP address was specified.") from None


def _try_parse(text: str, target: Reference) -> bool:
    try:
        target.write(_parse(text))
    except NetError:
        target.write(None)
        return False
    return True


def _of_bytes(_kind: PSType, data: bytearray) -> IPAddress:
    import ipaddress

    if len(data) not in (4, 16):
        raise NetError("System.ArgumentException", "An invalid IP address was specified.")
    return IPAddress(ipaddress.ip_address(bytes(data)))


def _number(address: IPAddress) -> Any:
    """The address as a number in network order; an IPv6 one has none, which shows as nothing."""
    if address.address.version == 4:
        return Int64(int.from_bytes(address.address.packed, "little"))
    return None


def _swapped(number: int, size: int) -> Any:
    """The number with its bytes the other way round."""
    data = int(number).to_bytes(size, "little", signed=True)
    return _OF_SIZE[size](int.from_bytes(data, "big", signed=True))


_OF_SIZE: dict[int, Any] = {2: Int16, 4: int, 8: Int64}
_FAMILY = EnumType(
    "System.Net.Sockets.AddressFamily", {"Unspecified": 0, "InterNetwork": 2, "InterNetworkV6": 23}
)
register(_FAMILY)
register(
    PSType(
        "System.Net.IPAddress",
        instance={
            "Address: long": _number,
            "AddressFamily: System.Net.Sockets.AddressFamily": lambda a: _FAMILY[
                "InterNetwork" if a.address.version == 4 else "InterNetworkV6"
            ],
            "ScopeId": lambda a: None if a.address.version == 4 else Int64(int(a.address.scope_id or 0)),
            "IsIPv6Multicast: bool": lambda a: a.address.version == 6 and a.address.is_multicast,
            "IsIPv6LinkLocal: bool": lambda a: a.address.version == 6 and a.address.is_link_local,
            "IsIPv6SiteLocal: bool": lambda a: a.address.version == 6 and a.address.is_site_local,
            "IsIPv6Teredo: bool": lambda a: a.address.version == 6 and a.address.teredo is not None,
            "IsIPv4MappedToIPv6: bool": lambda a: (
                a.address.version == 6 and a.address.ipv4_mapped is not None
            ),
            "IPAddressToString: string": str,
            "GetAddressBytes()": lambda a: bytearray(a.address.packed),
            "Equals(object comparand)": lambda a, b: a == b,
            "ToString()": str,
        },
        static={
            "Any": lambda: _parse("0.0.0.0"),
            "Broadcast": lambda: _parse("255.255.255.255"),
            "Loopback": lambda: _parse("127.0.0.1"),
            "IPv6Loopback": lambda: _parse("::1"),
            "IPv6Any": lambda: _parse("::"),
            "None": lambda: _parse("255.255.255.255"),
            "IPv6None": lambda: _parse("::"),
            "HostToNetworkOrder(long host)": lambda n: _swapped(n, 8),
            "HostToNetworkOrder(int host)": lambda n: _swapped(n, 4),
            "HostToNetworkOrder(int16 host)": lambda n: _swapped(n, 2),
            "NetworkToHostOrder(long network)": lambda n: _swapped(n, 8),
            "NetworkToHostOrder(int network)": lambda n: _swapped(n, 4),
            "NetworkToHostOrder(int16 network)": lambda n: _swapped(n, 2),
            "Parse(string ipString)": _parse,
            "TryParse(string ipString, ref address)": _try_parse,
            "IsLoopback(System.Net.IPAddress address)": lambda a: a.address.is_loopback,
        },
        construct={"new(byte[] address)": _of_bytes},
        to_text=str,
    ),
    IPAddress,
)


class EndPoint:
    """System.Net.IPEndPoint."""

    __slots__ = ("address", "port")

    def __init__(self, address: IPAddress, port: int) -> None:
        if address is None:
            raise null_argument("address")
        if not 0 <= port <= _HIGHEST_PORT:
            raise out_of_range("Specified argument was out of the range of valid values.", "port")
        self.address = address
        self.port = port

    def __str__(self) -> str:
        form = "[{}]:{}" if self.address.address.version == 6 else "{}:{}"
        return form.format(self.address, self.port)


_HIGHEST_PORT = 65535
register(
    PSType(
        "System.Net.IPEndPoint",
        base="System.Net.EndPoint",
        instance={
            "Address: ipaddress": lambda e: e.address,
            "Port: int": lambda e: e.port,
            "AddressFamily: System.Net.Sockets.AddressFamily": lambda e: _FAMILY[
                "InterNetwork" if e.address.address.version == 4 else "InterNetworkV6"
            ],
            "ToString()": str,
        },
        static={"MinPort: int": lambda: 0, "MaxPort: int": lambda: _HIGHEST_PORT},
        construct={"new(ipaddress address, int port)": lambda _kind, address, port: EndPoint(address, port)},
        to_text=str,
    ),
    EndPoint,
)


class BigInteger:
    """System.Numerics.BigInteger."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __str__(self) -> str:
        return str(self.number)

    def __eq__(self, other: object) -> bool:
        return self.number == (other.number if isinstance(other, BigInteger) else other)

    def __hash__(self) -> int:
        return hash(self.number)


def _big(text: Any) -> BigInteger:
    if len(str(text)) > MAXIMUM_DIGITS:
        raise NetError("System.OverflowException", "The value is too large.")
    try:
        return BigInteger(int(str(text)))
    except ValueError:
        raise format_error("The value could not be parsed.") from None


register(
    PSType(
        "System.Numerics.BigInteger",
        base="System.ValueType",
        is_value_type=True,
        interfaces=("System.IFormattable", "System.IComparable"),
        instance={
            "IsZero: bool": lambda v: v.number == 0,
            "IsOne: bool": lambda v: v.number == 1,
            "IsEven: bool": lambda v: v.number % 2 == 0,
            "Sign: int": lambda v: (v.number > 0) - (v.number < 0),
            "ToString()": str,
            "CompareTo(System.Numerics.BigInteger other)": lambda a, b: (
                (a.number > b.number) - (a.number < b.number)
            ),
        },
        static={
            "Zero": lambda: BigInteger(0),
            "One": lambda: BigInteger(1),
            "Parse(string value)": _big,
        },
        construct={"new(string value)": lambda _kind, text: _big(text)},
        to_text=str,
    ),
    BigInteger,
)
