"""A thousand clients that wait for output: others are served as before, and a stop wakes every one at once."""

from __future__ import annotations

import re
import selectors
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from soap import CIMV2, ENUMERATION, TRANSFER, V2, SoapClient, envelope, wql_filter

from emulator import HyperVHost

pytestmark = [pytest.mark.slow, pytest.mark.alone]

CLIENTS = 1000
EVENTING = "http://schemas.xmlsoap.org/ws/2004/08/eventing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman"
STARTED = "SELECT * FROM __InstanceModificationEvent WHERE TargetInstance ISA 'Msvm_ComputerSystem'"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
#: A blocked connection costs a thread, its HTTP parser and two sockets.
MOST_BYTES_A_CLIENT = 160 * 1024
REQUESTS = 300


def resident_bytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024


def yardstick() -> float:
    """Seconds of this thread for work that is always the same: how fast the processor is just now."""
    started = time.thread_time()
    for _ in range(3):
        sum(range(3000))
    return time.thread_time() - started


def medians(client: SoapClient) -> tuple[float, float]:
    """Medians of a Get on a kept-alive connection: processor time of client and host in yardsticks, and wall
    time in seconds.

    Threads that a request wakes for nothing count in the first; what else the machine does, and how fast its
    processor is at the moment, does not.
    """
    processor, wall = [], []
    for _ in range(REQUESTS):
        used, started = time.process_time(), time.perf_counter()
        assert client.get(CIMV2 + "Win32_OperatingSystem").status == 200
        used = time.process_time() - used
        wall.append(time.perf_counter() - started)
        processor.append(used / yardstick())
    return statistics.median(processor), statistics.median(wall)


def receive_request(client: SoapClient) -> Callable[[], bytes]:
    """Makes a Receive for a command that says nothing: it blocks until its OperationTimeout, a minute."""
    created = client.call(
        TRANSFER + "Create",
        SHELL + "/cmd",
        "<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams>"
        "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>",
    )
    selector = {"ShellId": created.text("rsp:ShellId")}
    command = client.call(
        SHELL + "/Command",
        SHELL + "/cmd",
        "<rsp:CommandLine><rsp:Command>more</rsp:Command></rsp:CommandLine>",
        selector,
    ).text("rsp:CommandId")
    stream = f'<rsp:Receive><rsp:DesiredStream CommandId="{command}">stdout stderr</rsp:DesiredStream></rsp:Receive>'
    return lambda: envelope(SHELL + "/Receive", SHELL + "/cmd", stream, selector).encode()


def pull_request(client: SoapClient) -> Callable[[], bytes]:
    """Makes a Pull for a subscription of its own to what never happens: it blocks as long as a Receive."""

    def make() -> bytes:
        answer = client.call(
            f"{EVENTING}/Subscribe",
            V2 + "*",
            f'<e:Subscribe xmlns:e="{EVENTING}"><e:Delivery Mode="{WSMAN}/Pull"/>{wql_filter(STARTED)}</e:Subscribe>',
        )
        context = answer.text("n:EnumerationContext")
        body = f"<n:Pull><n:EnumerationContext>{context}</n:EnumerationContext></n:Pull>"
        return envelope(ENUMERATION + "Pull", V2 + "*", body).encode()

    return make


@contextmanager
def blocked(
    host: HyperVHost, client: SoapClient, request: Callable[[], bytes]
) -> Iterator[list[socket.socket]]:
    """As many connections as CLIENTS, each with a request that the host is working on."""
    head = (
        "POST /wsman HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/soap+xml;charset=UTF-8\r\n"
        f"Authorization: {client.headers['Authorization']}\r\nContent-Length: "
    ).encode()
    with ExitStack() as stack:
        sockets = []
        for _ in range(CLIENTS):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", host.http_port), 20))
            body = request()
            connection.sendall(head + b"%d\r\n\r\n" % len(body) + body)
            sockets.append(connection)
        yield sockets


def wait_until_blocked(client: SoapClient, sockets: list[socket.socket]) -> None:
    """Every request has been read by the host, and none answered."""
    for _ in range(20):
        client.get(CIMV2 + "Win32_OperatingSystem")
        time.sleep(0.1)
    assert not readable(sockets, 0)


def readable(sockets: list[socket.socket], seconds: float) -> int:
    with selectors.DefaultSelector() as selector:
        for each in sockets:
            selector.register(each, selectors.EVENT_READ)
        return len(selector.select(seconds))


@pytest.fixture
def roomy_host(serve) -> HyperVHost:
    return serve(
        yaml="name: roomy\nextends: windows-server-2022-datacenter\n"
        "winrm: {allow_unencrypted: true, authentication: {basic: true}, max_connections: 1100}\n",
        clock="real",
    )


@pytest.mark.parametrize("make_request", [receive_request, pull_request])
def test_a_thousand_blocked_clients_slow_nobody_and_stop_wakes_them_at_once(
    roomy_host, record_property, make_request
):
    with SoapClient(roomy_host) as client:
        request = make_request(client)
        alone, alone_wall = medians(client)
        before = resident_bytes()
        with blocked(roomy_host, client, request) as sockets:
            wait_until_blocked(client, sockets)
            each = (resident_bytes() - before) / CLIENTS
            crowded, crowded_wall = medians(client)
            # The same client beside a thousand sleepers: no more than half as much work again.
            assert crowded <= alone * 1.5, f"{alone:.2f} yardsticks alone, {crowded:.2f} beside"
            assert each < MOST_BYTES_A_CLIENT, f"{each / 1024:.0f} KiB a client"
            started = time.perf_counter()
            roomy_host.stop()
            stopped = time.perf_counter() - started
            ended = 0
            for connection in sockets:
                connection.settimeout(5)
                # An answer that the operation was aborted, or the end of the connection.
                try:
                    answer = connection.recv(65536)
                except ConnectionResetError:
                    answer = b""
                assert b" 200" not in answer[:20]
                ended += 1
            woken = time.perf_counter() - started
    assert ended == CLIENTS
    assert stopped < 3
    assert woken < 5
    figures = {
        "alone_processor_yardsticks": alone,
        "beside_processor_yardsticks": crowded,
        "alone_wall_seconds": alone_wall,
        "beside_wall_seconds": crowded_wall,
        "stop_wall_seconds": stopped,
        "woken_wall_seconds": woken,
    }
    for name, value in figures.items():
        record_property(name, value)
    record_property("bytes_a_client", each)
