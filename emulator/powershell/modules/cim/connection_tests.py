"""Test-NetConnection and Get-NetIPConfiguration, which Windows has as scripts over the same classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import CimError
from emulator.cim.object_path import ObjectPath
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.regex import like
from emulator.powershell.format.views import Column, Variant, View, listing
from emulator.powershell.modules.cim.management import Management, management_of, reporting
from emulator.powershell.modules.cim.objects import CimObject
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

if TYPE_CHECKING:
    from emulator.wmi.namespace import Namespace

_STANDARD, _OLDER = "root/StandardCimv2", "root/cimv2"
_RESULT, _CONFIGURATION = "TestNetConnectionResult", "NetIPConfiguration"
_PORTS = {"HTTP": 80, "RDP": 3389, "SMB": 445, "WINRM": 5985}
_BEACON = "internetbeacon.msedge.net"
_REPLY = "System.Net.NetworkInformation.PingReply"
_QUIET = "quiet"
_IPV4, _IPV6 = 2, 23


@cmdlet("Test-NetConnection")
def net_connection(
    call: CmdletCall,
    computer_name: str = _BEACON,
    common_tcp_port: str | None = None,
    port: int | None = None,
    information_level: str | None = None,
    trace_route: bool = False,
) -> Iterator[Any]:
    """Ping a computer, or see whether it takes TCP connections at a port."""
    if trace_route:
        raise call.complete(not_emulated("Test-NetConnection -TraceRoute"))
    management = call.service(Management)
    wanted = _PORTS.get((common_tcp_port or "").upper(), port)
    computer_name = computer_name or _BEACON
    with reporting(call, computer_name):
        standard = management.namespace(_STANDARD)
        ping = _ping(management.namespace(_OLDER), computer_name)
        address = ping.value("ProtocolAddress")
        if not address:
            call.warning(f"Name resolution of {computer_name} failed")
        connected = wanted is not None and bool(address) and _listens(call, computer_name, int(wanted))
        # Where a connection was taken nobody pings (recorded).
        answered = bool(address) and not connected and ping.value("StatusCode") == 0
        if wanted is not None and address and not connected:
            call.warning(f"TCP connect to ({address} : {wanted}) failed")
        if address and not connected and not answered:
            call.warning(f"Ping to {address} failed with status: TimedOut")
        if (information_level or "").lower() == _QUIET:
            yield answered if wanted is None else connected
            return
        source, hop = _way(standard, str(address)) if address else (None, None)
        reply = {"Address": address, "RoundtripTime": 0, "Status": "Success" if answered else "TimedOut"}
        alias = None if source is None else source.value("InterfaceAlias")
        yield PSObject.custom(
            (
                ("ComputerName", computer_name),
                ("RemoteAddress", address),
                ("RemotePort", 0 if wanted is None else int(wanted)),
                ("InterfaceAlias", alias),
                ("InterfaceIndex", None if source is None else source.value("InterfaceIndex")),
                ("SourceAddress", None if source is None else source.value("IPAddress")),
                ("NextHop", None if hop is None else hop.value("NextHop")),
                ("PingSucceeded", answered),
                ("PingReplyDetails", None if connected else PSObject.custom(reply.items(), (_REPLY,))),
                ("TcpTestSucceeded", connected),
            ),
            (_RESULT,),
        )


def _ping(namespace: Namespace, name: str) -> Any:
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    # The text is quoted for WQL.
    query = f"SELECT * FROM Win32_PingStatus WHERE Address = '{escaped}'"  # noqa: S608
    (found,) = namespace.query(query).instances
    return found


def _listens(call: CmdletCall, name: str, port: int) -> bool:
    """Whether a program waits at the port of the machine, of a host beside it, or of a web site."""
    from emulator.powershell.modules.management.tcp_connections import listens, own_host

    return listens(call.engine, own_host(call.engine), name, port)


def _way(namespace: Namespace, address: str) -> tuple[Any, Any]:
    """The source address and the route to an address."""
    try:
        found = namespace.invoke(
            namespace.schema.find("MSFT_NetRoute"), "Find", {"RemoteIPAddress": address}
        ).out.get("CmdletOutput")
    except CimError:
        return None, None
    paths = found if isinstance(found, list) else []
    instances = [namespace.find(each) for each in paths if isinstance(each, ObjectPath)]
    source = next((each for each in instances if each.declaration.name == "MSFT_NetIPAddress"), None)
    return source, next((each for each in instances if each.declaration.name == "MSFT_NetRoute"), None)


@cmdlet("Get-NetIPConfiguration")
def get_net_ip_configuration(
    call: CmdletCall,
    interface_alias: str | None = None,
    interface_index: int | None = None,
    all: bool = False,
    detailed: bool = False,
) -> Iterator[PSObject]:
    """What there is to know of the connected interfaces; of all with -All or by name."""
    del detailed
    with reporting(call, interface_alias):
        namespace = management_of(call).namespace(_STANDARD)
        with namespace.reading():
            parts = {
                name: list(namespace.instances(f"MSFT_{name}"))
                for name in ("NetIPAddress", "NetIPInterface", "NetRoute", "DNSClientServerAddress")
            }
            profiles = list(namespace.instances("MSFT_NetConnectionProfile"))
            made = []
            for adapter in namespace.instances("MSFT_NetAdapter"):
                index, name = adapter.value("InterfaceIndex"), str(adapter.value("Name"))
                named = interface_alias is not None or interface_index is not None
                if interface_alias is not None and not like(name, interface_alias):
                    continue
                if interface_index is not None and index != interface_index:
                    continue
                has_ip = any(each.value("InterfaceIndex") == index for each in parts["NetIPInterface"])
                if has_ip and (named or all or adapter.value("MediaConnectState") == 1):
                    made.append(_configuration(call, namespace, adapter, parts, profiles))
        yield from made


def _configuration(
    call: CmdletCall, namespace: Namespace, adapter: Any, parts: dict[str, list[Any]], profiles: list[Any]
) -> PSObject:
    index = adapter.value("InterfaceIndex")

    def of(name: str, family: int) -> PSArray:
        return PSArray(
            CimObject(each, None, call.engine)
            for each in parts[name]
            if each.value("InterfaceIndex") == index and each.value("AddressFamily") == family
        )

    def gateways(family: int, everywhere: str) -> PSArray:
        return PSArray(
            each for each in of("NetRoute", family) if each.values["DestinationPrefix"] == everywhere
        )

    profile = next((each for each in profiles if each.value("InterfaceIndex") == index), None)
    return PSObject.custom(
        (
            ("ComputerName", namespace.server),
            ("InterfaceAlias", adapter.value("Name")),
            ("InterfaceIndex", index),
            ("InterfaceDescription", adapter.value("InterfaceDescription")),
            ("NetAdapter", CimObject(adapter, None, call.engine)),
            ("NetIPv6Interface", next(iter(of("NetIPInterface", _IPV6)), None)),
            ("NetIPv4Interface", next(iter(of("NetIPInterface", _IPV4)), None)),
            ("NetProfile", None if profile is None else CimObject(profile, None, call.engine)),
            ("IPv6Address", of("NetIPAddress", _IPV6)),
            ("IPv4Address", of("NetIPAddress", _IPV4)),
            ("IPv6DefaultGateway", gateways(_IPV6, "::/0") or None),
            ("IPv4DefaultGateway", gateways(_IPV4, "0.0.0.0/0") or None),
            (
                "DNSServer",
                PSArray([*of("DNSClientServerAddress", _IPV6), *of("DNSClientServerAddress", _IPV4)]),
            ),
        ),
        (_CONFIGURATION,),
    )


def _texts(name: str, inner: str) -> Any:
    def shown(value: PSObject) -> Any:
        found = value.note(name)
        items = found if isinstance(found, PSArray) else []
        texts: list[str] = []
        for each in items:
            values = each.values.get(inner)
            texts += [str(one) for one in values] if isinstance(values, list) else [str(values)]
        return "\n".join(texts)

    return shown


def _network(value: PSObject) -> str:
    profile = value.note("NetProfile")
    return "" if profile is None else str(profile.values.get("Name") or "")


def _round_trip(value: PSObject) -> str:
    reply = value.note("PingReplyDetails")
    return "" if reply is None else f"{reply.note('RoundtripTime')} ms"


_PINGED = ("PingSucceeded", Column("PingReplyDetails (RTT)", _round_trip))
_OF_PING = ("ComputerName", "RemoteAddress", "InterfaceAlias", "SourceAddress", *_PINGED)
_TO_PORT = ("ComputerName", "RemoteAddress", "RemotePort", "InterfaceAlias", "SourceAddress")


def _variant(entries: tuple[Column | str, ...], condition: Callable[[Any], bool]) -> Variant:
    columns = tuple(each if isinstance(each, Column) else Column(each, each) for each in entries)
    return Variant((_RESULT,), columns, condition)


RESULT_VIEWS: tuple[View, ...] = (
    View(
        (_RESULT,),
        (),
        "list",
        variants=(
            _variant((*_TO_PORT, "TcpTestSucceeded"), lambda value: value.note("TcpTestSucceeded") is True),
            _variant(_OF_PING, lambda value: value.note("RemotePort") == 0),
            _variant((*_TO_PORT, *_PINGED, "TcpTestSucceeded"), lambda _: True),
        ),
    ),
    listing(
        _CONFIGURATION,
        entries=(
            "InterfaceAlias",
            "InterfaceIndex",
            "InterfaceDescription",
            Column("NetProfile.Name", _network),
            Column("IPv4Address", _texts("IPv4Address", "IPAddress")),
            Column("IPv6Address", _texts("IPv6Address", "IPAddress")),
            Column("IPv4DefaultGateway", _texts("IPv4DefaultGateway", "NextHop")),
            Column("DNSServer", _texts("DNSServer", "ServerAddresses")),
        ),
    ),
)
