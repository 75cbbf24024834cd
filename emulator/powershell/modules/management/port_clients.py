"""System.Net.Sockets.TcpClient and System.Net.NetworkInformation.Ping over the emulated network. A connection
is made or refused at once."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError
from emulator.powershell.dotnet.library.addresses import IPAddress
from emulator.powershell.dotnet.library.tasks import Attempt, attempted
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.modules.cim.management import Management
from emulator.powershell.modules.management.network_streams import NetworkStream
from emulator.powershell.modules.management.tcp_connections import UNKNOWN, connect
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_PING = "System.Net.NetworkInformation."
_STATES = {"Success": 0, "TimedOut": 11010, "DestinationHostUnreachable": 11003, "Unknown": -1}


class TcpClient:
    """System.Net.Sockets.TcpClient."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.connected = False
        self.times: dict[str, int] = {}
        self._end = ("", 0)
        self._stream: NetworkStream | None = None

    def connect(self, host: Any, port: int) -> None:
        """Connect. Raises NetError with SocketException."""
        connect(self.engine, str(host), int(port))
        self._end = (str(host), int(port))
        self.connected = True

    def stream(self) -> NetworkStream:
        """GetStream. Raises NetError for a client that is not connected."""
        if not self.connected:
            text = "The operation is not allowed on non-connected sockets."
            raise NetError("System.InvalidOperationException", text)
        if self._stream is None:
            self._stream = NetworkStream(self.engine, *self._end)
            self._stream.timeout = max(self.times.get("ReceiveTimeout", 0), 0)
        return self._stream

    @property
    def available(self) -> int:
        """Bytes that wait."""
        return self._stream.available if self._stream is not None else 0

    def close(self) -> None:
        """Be done."""
        self.connected = False
        if self._stream is not None:
            self._stream.close()


def _connected(engine: Engine, _kind: PSType, host: str, port: int) -> TcpClient:
    client = TcpClient(engine)
    client.connect(host, port)
    return client


def _begin(client: TcpClient, host: Any, port: int, _callback: Any, state: Any) -> Attempt:
    return attempted(lambda: client.connect(host, port), state)


def _end(_client: TcpClient, attempt: Any) -> None:
    if attempt.problem is not None:
        raise attempt.problem


def _kept(name: str) -> dict[str, Any]:
    return {
        f"{name}: int": lambda c: c.times.get(name, 0),
        f"{name}=": lambda c, value: c.times.__setitem__(name, int(value)),
    }


register(
    PSType(
        "System.Net.Sockets.TcpClient",
        interfaces=("System.IDisposable",),
        instance={
            "Connected: bool": lambda c: c.connected,
            "Client": lambda c: c,
            "Available: int": lambda c: c.available,
            **_kept("ReceiveTimeout"),
            **_kept("SendTimeout"),
            "Connect(string hostname, int port)": lambda c, host, port: c.connect(host, port),
            "Connect(ipaddress address, int port)": lambda c, host, port: c.connect(host, port),
            "ConnectAsync(string host, int port)": lambda c, host, port: attempted(
                lambda: c.connect(host, port)
            ),
            "ConnectAsync(ipaddress address, int port)": lambda c, host, port: attempted(
                lambda: c.connect(host, port)
            ),
            "BeginConnect(string host, int port, object requestCallback, object state)": _begin,
            "BeginConnect(ipaddress address, int port, object requestCallback, object state)": _begin,
            "EndConnect(object asyncResult)": _end,
            "GetStream()": lambda c: c.stream(),
            "Close()": lambda c: c.close(),
            "Dispose()": lambda c: c.close(),
        },
        construct={
            "@new()": lambda engine, _kind: TcpClient(engine),
            "@new(string hostname, int port)": _connected,
        },
    ),
    TcpClient,
)


class Ping:
    """System.Net.NetworkInformation.Ping."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def send(self, name: str, *_options: Any) -> PingReply:
        """Ask a computer. Raises NetError with PingException for a name that nobody has."""
        management = self.engine.find_service(Management)
        if management is None:
            raise not_emulated("The network of the machine")
        escaped = name.replace("\\", "\\\\").replace("'", "\\'")
        # The text is quoted for WQL.
        query = f"SELECT * FROM Win32_PingStatus WHERE Address = '{escaped}'"  # noqa: S608
        (found,) = management.namespace("root/cimv2").query(query).instances
        address = found.value("ProtocolAddress")
        if not address:
            problem = NetError(f"{_PING}PingException")
            problem.exception = ExceptionObject(
                f"{_PING}PingException",
                "An exception occurred during a Ping request.",
                ExceptionObject("System.Net.Sockets.SocketException", UNKNOWN),
            )
            raise problem
        return PingReply(str(address), found.value("StatusCode") == 0)


class PingReply:
    """System.Net.NetworkInformation.PingReply."""

    def __init__(self, address: str, answered: bool) -> None:
        self.address = address
        self.answered = answered


def _status(reply: PingReply) -> Any:
    return builtin(f"{_PING}IPStatus").parse("Success" if reply.answered else "TimedOut")  # type: ignore[attr-defined]


def _address(reply: PingReply) -> IPAddress | None:
    return IPAddress(ipaddress.ip_address(reply.address)) if reply.answered else None


register(EnumType(f"{_PING}IPStatus", _STATES))
register(PSType(f"{_PING}PingException", base="System.InvalidOperationException"))
register(
    PSType(
        f"{_PING}PingReply",
        instance={
            "Address: System.Net.IPAddress": _address,
            "Buffer: byte[]": lambda r: bytearray(32 if r.answered else 0),
            "RoundtripTime: long": lambda _r: Int64(0),
            "Status": _status,
        },
    ),
    PingReply,
)
_ASKED = (
    "string hostNameOrAddress",
    "string hostNameOrAddress, int timeout",
    "string hostNameOrAddress, int timeout, byte[] buffer",
)


def _send(ping: Ping, name: str, *options: Any) -> PingReply:
    return ping.send(name, *options)


def _send_later(ping: Ping, name: str, *options: Any) -> Attempt:
    return attempted(lambda: ping.send(name, *options))


register(
    PSType(
        f"{_PING}Ping",
        interfaces=("System.IDisposable",),
        instance={
            **{f"Send({one})": _send for one in _ASKED},
            "Send(ipaddress address)": lambda p, address: p.send(str(address)),
            "Send(ipaddress address, int timeout)": lambda p, address, _timeout: p.send(str(address)),
            **{f"SendPingAsync({one})": _send_later for one in _ASKED},
            "Dispose()": lambda _p: None,
        },
        construct={"@new()": lambda engine, _kind: Ping(engine)},
    ),
    Ping,
)
