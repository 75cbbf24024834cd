"""System.Net.Dns over the emulated network; no real name server is ever asked."""

from __future__ import annotations

import ipaddress

from emulator.host import Host
from emulator.host.network.name_resolution import HostEntry, entry_of_address, entry_of_name
from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.library.addresses import IPAddress
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.runtime.engine import Engine
from emulator.powershell.runtime.errors import not_emulated


def _host(engine: Engine) -> Host:
    found = engine.find_service(Host)
    if found is None:
        raise not_emulated("The network of the machine")
    return found


def _entry(engine: Engine, name: str) -> HostEntry:
    """The computer of a name, or of an address that is written as text. Raises NetError (SocketException)."""
    try:
        found = entry_of_address(_host(engine), str(ipaddress.ip_address(name)))
    except ValueError:
        found = entry_of_name(_host(engine), name)
    if found is None:
        raise NetError("System.Net.Sockets.SocketException", "No such host is known")
    return found


def _addresses(found: HostEntry) -> TypedArray:
    values = [IPAddress(ipaddress.ip_address(each)) for each in found.addresses]
    return TypedArray(values, array_of(builtin("System.Net.IPAddress")))


def _addresses_of(engine: Engine, name: str) -> TypedArray:
    """Those of a name; an address as text is its own, whoever has it."""
    try:
        return _addresses(HostEntry(name, (str(ipaddress.ip_address(name)),)))
    except ValueError:
        return _addresses(_entry(engine, name))


register(
    PSType(
        "System.Net.IPHostEntry",
        instance={
            "HostName: string": lambda e: e.name,
            "Aliases: string[]": lambda _e: TypedArray([], array_of(builtin("System.String"))),
            "AddressList: System.Net.IPAddress[]": _addresses,
        },
    ),
    HostEntry,
)
register(
    PSType(
        "System.Net.Dns",
        static={
            "@GetHostName()": lambda engine: _host(engine).name,
            "@GetHostEntry(string hostNameOrAddress)": _entry,
            "@GetHostEntry(System.Net.IPAddress address)": lambda engine, address: _entry(
                engine, str(address)
            ),
            "@GetHostByName(string hostName)": _entry,
            "@GetHostAddresses(string hostNameOrAddress)": _addresses_of,
        },
    )
)
