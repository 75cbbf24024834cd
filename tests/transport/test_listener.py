import http.client
import socket
import ssl
import threading
import time

import pytest
from freezegun import freeze_time

from emulator.transport import (
    AddressInUse,
    ConnectionLimits,
    HttpResponse,
    Listener,
    ListenError,
    ServerCertificate,
)
from emulator.transport.limits import ConnectionCount

GET = b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n"


def read_answer(client: socket.socket) -> bytes:
    """One answer with its body, by its Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += client.recv(65536) or pytest.fail(f"closed after {data!r}")
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    while len(body) < length:
        body += client.recv(65536)
    return head + b"\r\n\r\n" + body


def read_all(client: socket.socket) -> bytes:
    data = b""
    while piece := client.recv(65536):
        data += piece
    return data


def wait_for_the_end_of_connections(listener: Listener) -> None:
    """The server ends a connection in the connection's own thread; wait for all of them."""
    for thread in threading.enumerate():
        if thread.name == f"winrm-{listener.port}-client":
            thread.join(10)
    assert listener.connection_count == 0


def test_one_connection_serves_many_requests(serve, echo, dial):
    client = dial(serve(echo))
    for _ in range(3):
        client.sendall(GET)
        assert read_answer(client).endswith(b"\r\n\r\nGET /x ")
    assert len(echo.connections) == 1
    assert echo.connections[0].client_address == "127.0.0.1"
    assert not echo.connections[0].is_tls


def test_pipelined_requests_are_answered_in_order(serve, echo, dial):
    client = dial(serve(echo))
    client.sendall(b"".join(GET.replace(b"/x", b"/%d" % number) for number in range(20)))
    client.shutdown(socket.SHUT_WR)
    assert [part.partition(b"HTTP")[0] for part in read_all(client).split(b"GET /")[1:]] == [
        b"%d " % number for number in range(20)
    ]


def test_a_client_that_closes_is_answered_with_a_close(serve, echo, dial):
    client = dial(serve(echo))
    client.sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    answer = read_all(client)
    assert b"Connection: close\r\n" in answer


def test_http_1_0_is_served_and_closed(serve, echo, dial):
    client = dial(serve(echo))
    client.sendall(b"GET /old HTTP/1.0\r\n\r\n")
    assert read_all(client).endswith(b"GET /old ")


def test_a_chunked_body_arrives_whole(serve, echo):
    listener = serve(echo)
    connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=10)
    pieces = (bytes([65 + number % 26]) * 5000 for number in range(100))
    connection.request("POST", "/chunks", pieces, encode_chunked=True)
    body = connection.getresponse().read()
    connection.close()
    assert len(body) == len(b"POST /chunks ") + 500_000


def test_a_large_body_goes_both_ways(serve, echo):
    listener = serve(echo)
    connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=30)
    connection.request("POST", "/", b"z" * 8_000_000)
    assert len(connection.getresponse().read()) == 8_000_000 + len(b"POST / ")
    connection.close()


def test_a_client_that_waits_for_the_word_gets_it_before_it_sends_the_body(serve, echo, dial):
    client = dial(serve(echo))
    head = b"POST /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    for _ in range(2):
        client.sendall(head)
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"body")
        assert read_answer(client).endswith(b"POST /e body")
    # The next header may already have arrived with the request before it.
    client.sendall(GET + head)
    assert b"100 Continue" in read_until(client, b"100 Continue\r\n\r\n")
    client.sendall(b"body")
    assert read_answer(client).endswith(b"POST /e body")


def read_until(client: socket.socket, end: bytes) -> bytes:
    data = b""
    while not data.endswith(end):
        data += client.recv(1)
    return data


def test_a_refused_request_is_answered_without_its_body(serve, echo, dial):
    echo.refusal = HttpResponse(405, headers=(("Allow", "POST"),))
    client = dial(serve(echo))
    client.sendall(b"PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n")
    client.shutdown(socket.SHUT_WR)
    answer = read_all(client)
    assert answer.startswith(b"HTTP/1.1 405 \r\n")
    assert b"100 Continue" not in answer


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\x16\x03\x01\x00\xff", b"400 Bad Request"),
        (b"nonsense\r\n\r\n", b"400 Bad Request"),
        (b"GET / HTTP/1.1\r\nHost: h\r\nA: " + b"b" * 70_000 + b"\r\n\r\n", b"400 Bad Request"),
        (b"GET / HTTP/1.1\r\nHost: h\r\n" + b"A: b\r\n" * 101 + b"\r\n", b"400 Bad Request"),
        (b"GET /" + b"a" * 17_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n", b"414 Request-URI Too Long"),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 33554433\r\n\r\n", b"413 Request Entity Too Large"),
        (b"POST / HTTP/1.1\r\nHost: h\r\n\r\n", b"411 Length Required"),
    ],
)
def test_a_request_that_cannot_be_read_gets_an_error_page_and_a_close(serve, echo, dial, data, status):
    client = dial(serve(echo))
    client.sendall(data)
    client.shutdown(socket.SHUT_WR)
    answer = read_all(client)
    assert answer.startswith(b"HTTP/1.1 " + status + b"\r\n")
    assert b"Connection: close" in answer


def test_a_body_over_the_limit_of_the_listener_is_refused_while_it_is_sent(serve, echo, dial):
    client = dial(serve(echo, limits=ConnectionLimits(body=1000)))
    client.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3E8\r\n" + b"x" * 1000)
    client.sendall(b"\r\n3E8\r\n" + b"x" * 1000)
    client.shutdown(socket.SHUT_WR)
    assert read_all(client).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("secure", [False, True])
def test_a_client_that_sends_far_too_much_still_reads_why_it_was_refused(serve, echo, secure):
    certificate = ServerCertificate("HV01") if secure else None
    listener = serve(echo, certificate)
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    options = {"context": ssl._create_unverified_context()} if secure else {}  # noqa: S323
    connection = kind("127.0.0.1", listener.port, timeout=20, **options)
    connection.request("POST", "/", b"x" * (33 * 1024 * 1024))
    assert connection.getresponse().status == 413
    connection.close()


def test_a_defect_in_the_application_is_an_empty_500_and_the_host_lives_on(serve, echo, dial):
    def fail(_):
        raise RuntimeError("defect")

    listener = serve(echo)
    echo.answer = fail
    client = dial(listener)
    client.sendall(GET)
    assert read_all(client).startswith(b"HTTP/1.1 500 \r\n")
    echo.answer = echo.echo
    client = dial(listener)
    client.sendall(GET)
    assert read_answer(client).startswith(b"HTTP/1.1 200 \r\n")


def test_slow_and_silent_clients_do_not_hold_up_another(serve, echo, dial):
    listener = serve(echo)
    silent = [dial(listener) for _ in range(10)]
    slow = [dial(listener) for _ in range(10)]
    for client in slow:
        client.sendall(b"POST / HTTP/1.1\r\nHo")
    client = dial(listener)
    client.sendall(GET)
    assert read_answer(client).startswith(b"HTTP/1.1 200 ")
    assert len(silent) + len(slow) + 1 == listener.connection_count


@pytest.mark.parametrize(
    ("limit", "data"),
    [
        ("idle_seconds", b""),
        ("idle_seconds", GET),
        ("header_seconds", b"POST / HTTP/1.1\r\n"),
        ("body_seconds", b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc"),
    ],
)
def test_a_client_that_falls_silent_loses_its_connection(serve, echo, dial, limit, data):
    listener = serve(echo, limits=ConnectionLimits(**{limit: 0.05}))
    client = dial(listener)
    client.sendall(data)
    answer = read_all(client)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 200 ")
    wait_for_the_end_of_connections(listener)


def test_a_client_that_drips_its_header_runs_out_of_time(serve, echo, dial):
    listener = serve(echo, limits=ConnectionLimits(header_seconds=0.1))
    client = dial(listener)
    client.settimeout(0.01)
    started = time.monotonic()
    while time.monotonic() - started < 10:
        try:
            client.sendall(b"G")
            if client.recv(10) == b"":
                break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    assert time.monotonic() - started < 5


def test_freezing_and_moving_the_standard_clock_does_not_end_a_request(serve, echo, dial):
    client = dial(serve(echo))
    with freeze_time("2020-01-01") as frozen:
        client.sendall(GET[:10])
        frozen.tick(100_000)
        client.sendall(GET[10:])
        assert read_answer(client).startswith(b"HTTP/1.1 200 ")


def test_fifty_clients_are_served_side_by_side(serve, echo):
    barrier = threading.Barrier(50, timeout=10)

    def meet(request):
        barrier.wait()
        return HttpResponse(200, request.target.encode())

    echo.answer = meet
    listener = serve(echo)
    answers: set[bytes] = set()

    def ask(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=20)
        for _ in range(3):
            connection.request("GET", f"/{number}")
            answers.add(connection.getresponse().read())
        connection.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {f"/{number}".encode() for number in range(50)}


def test_one_connection_too_many_is_answered_503(serve, echo, dial):
    listener = serve(echo, max_connections=2)
    kept = [dial(listener) for _ in range(2)]
    for client in kept:
        client.sendall(GET)
        read_answer(client)
    assert read_all(dial(listener)).startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    for client in kept:
        client.close()
    wait_for_the_end_of_connections(listener)
    client = dial(listener)
    client.sendall(GET)
    assert read_answer(client).startswith(b"HTTP/1.1 200 ")


def test_a_port_that_is_taken_is_a_typed_error_of_one_line(serve, echo):
    taken = serve(echo)
    with pytest.raises(AddressInUse) as raised:
        Listener("127.0.0.1", taken.port, echo).start()
    assert str(raised.value) == f"cannot listen on 127.0.0.1:{taken.port}: the address is already in use"


@pytest.mark.parametrize(
    ("bind", "port"), [("192.0.2.1", 0), ("no-such-name.invalid", 0), ("127.0.0.1", 70_000)]
)
def test_an_address_that_cannot_be_used_is_a_typed_error_of_one_line(echo, bind, port):
    listener = Listener(bind, port, echo)
    with pytest.raises(ListenError) as raised:
        listener.start()
    assert str(raised.value).startswith(f"cannot listen on {bind}:{port}: ")
    assert "\n" not in str(raised.value)
    listener.stop()


def test_a_listener_for_both_families_shows_the_plain_address_of_an_ipv4_client(echo):
    listener = Listener("::", 0, echo)
    try:
        listener.start()
    except ListenError:
        pytest.skip("this machine has no IPv6")
    with socket.create_connection(("127.0.0.1", listener.port), timeout=10) as client:
        client.sendall(GET)
        read_answer(client)
    listener.stop()
    assert echo.connections[0].client_address == "127.0.0.1"


def test_stopping_ends_idle_connections_at_once(serve, echo, dial):
    listener = serve(echo)
    clients = [dial(listener) for _ in range(20)]
    for client in clients:
        client.sendall(GET)
        read_answer(client)
    listener.stop()
    assert [client.recv(1) for client in clients] == [b""] * 20
    wait_for_the_end_of_connections(listener)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", listener.port), timeout=1)


def test_stopping_lets_an_answer_under_way_go_out(serve, echo, dial):
    started, go_on = threading.Event(), threading.Event()

    def slow(_):
        started.set()
        go_on.wait(10)
        return HttpResponse(200, b"done")

    echo.answer = slow
    listener = serve(echo)
    client = dial(listener)
    client.sendall(GET)
    started.wait(10)
    threading.Timer(0.001, go_on.set).start()
    listener.stop()
    assert read_all(client).endswith(b"done")


def test_stopping_does_not_wait_for_an_application_that_does_not_return(serve, echo, dial):
    started, go_on = threading.Event(), threading.Event()

    def stuck(_):
        started.set()
        go_on.wait(10)
        return HttpResponse(200)

    echo.answer = stuck
    listener = serve(echo)
    client = dial(listener)
    client.sendall(GET)
    started.wait(10)
    before = time.monotonic()
    listener.stop()
    assert time.monotonic() - before < 1
    assert client.recv(100) == b""
    go_on.set()
    wait_for_the_end_of_connections(listener)


def test_a_listener_can_be_stopped_twice_and_started_again(serve, echo, dial):
    listener = serve(echo)
    listener.stop()
    listener.stop()
    listener.start()
    client = dial(listener)
    client.sendall(GET)
    assert read_answer(client).startswith(b"HTTP/1.1 200 ")


def test_stopping_a_listener_that_never_started_does_nothing(echo):
    listener = Listener("127.0.0.1", 0, echo)
    listener.stop()
    assert listener.port == 0


def drip(client: socket.socket, data: bytes) -> float:
    """Send data a byte at a time until the server ends the connection; the seconds that it took."""
    client.settimeout(0.01)
    started = time.monotonic()
    for byte in data:
        try:
            client.sendall(bytes([byte]))
            if client.recv(4096) == b"":
                break
        except TimeoutError:
            continue
        except ConnectionError:
            break
        if time.monotonic() - started > 10:
            break
    return time.monotonic() - started


@pytest.mark.parametrize(
    "data",
    [
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + b"x" * 50_000,
        b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 10_000,
    ],
)
def test_a_client_that_drips_its_body_runs_out_of_time(serve, echo, dial, data):
    listener = serve(echo, limits=ConnectionLimits(body_seconds=0.2))
    client = dial(listener)
    head, _, body = data.partition(b"\r\n\r\n")
    client.sendall(head + b"\r\n\r\n")
    assert drip(client, body) < 5
    wait_for_the_end_of_connections(listener)


def test_a_client_that_drips_its_tls_handshake_runs_out_of_time(serve, echo, dial):
    certificate = ServerCertificate("hv01")
    listener = serve(echo, certificate, limits=ConnectionLimits(handshake_seconds=0.2))
    hello = b"\x16\x03\x01\x10\x00\x01\x00\x0f\xfc\x03\x03" + bytes(4096)
    assert drip(dial(listener), hello) < 5
    wait_for_the_end_of_connections(listener)


def test_a_client_that_does_not_read_its_answer_loses_its_connection(serve, echo, dial):
    echo.answer = lambda _: HttpResponse(200, bytes(32 * 1024 * 1024))
    listener = serve(echo, limits=ConnectionLimits(idle_seconds=0.1))
    client = dial(listener)
    client.sendall(GET)
    other = dial(listener)
    other.sendall(GET)
    assert other.recv(12) == b"HTTP/1.1 200"
    other.close()
    wait_for_the_end_of_connections(listener)


def test_a_retired_listener_closes_its_port_and_lets_answers_go_out(serve, echo, dial):
    started, go_on = threading.Event(), threading.Event()

    def slow(_):
        started.set()
        go_on.wait(10)
        return HttpResponse(200, b"done")

    listener = serve(echo)
    idle = dial(listener)
    idle.sendall(GET)
    read_answer(idle)
    echo.answer = slow
    client = dial(listener)
    client.sendall(GET)
    started.wait(10)
    before = time.monotonic()
    listener.retire()
    assert time.monotonic() - before < 1
    assert idle.recv(1) == b""
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", listener.port), timeout=1)
    go_on.set()
    assert read_all(client).endswith(b"done")
    wait_for_the_end_of_connections(listener)
    listener.retire()


def test_listeners_with_one_count_share_its_limit_which_may_change(serve, echo, dial):
    count = ConnectionCount(2)
    first, second = serve(echo, count=count), serve(echo, count=count)
    held = [dial(first), dial(second)]
    for client in held:
        client.sendall(GET)
        assert read_answer(client).startswith(b"HTTP/1.1 200 ")
    assert read_all(dial(first)).startswith(b"HTTP/1.1 503 ")
    count.limit = 3
    third = dial(first)
    third.sendall(GET)
    assert read_answer(third).startswith(b"HTTP/1.1 200 ")
    count.limit = 1
    assert read_all(dial(second)).startswith(b"HTTP/1.1 503 ")
    held[0].sendall(GET)
    assert read_answer(held[0]).startswith(b"HTTP/1.1 200 ")
    for client in (*held, third):
        client.close()
    wait_for_the_end_of_connections(first)
    wait_for_the_end_of_connections(second)
    assert len(count) == 0
