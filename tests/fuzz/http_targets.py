"""The reader of HTTP, and what answers behind it."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Final

from fuzz.authentication_targets import settings
from fuzz.mutation import damaged_bytes

from emulator.transport.application import ConnectionInfo
from emulator.transport.http import HttpResponse, RequestParser, ResponseWriter
from emulator.transport.limits import ConnectionLimits
from emulator.transport.winrm_endpoint import WinrmEndpoint
from emulator.wsman.messages import SOAP_CONTENT_TYPE, WsmanReply, WsmanRequest


def connection(random: Random) -> tuple[bytes, tuple[int, ...]]:
    """Bytes of a connection, and where they are cut on the way."""
    rows = []
    for _ in range(random.randrange(1, 4)):
        body = random.choice((b"", b"abc", b"<a/>" * 50))
        headers = [
            random.choice((b"Host: localhost", b"Host:", b"X: y", b"hOST: a\r\n b")),
            random.choice(
                (
                    b"Content-Length: %d" % len(body),
                    b"Content-Length: 99999999999999999999999",
                    b"Content-Length: -1",
                    b"Content-Length: 3\r\nContent-Length: 4",
                    b"Transfer-Encoding: chunked",
                    b"Transfer-Encoding: gzip",
                    b"Transfer-Encoding: chunked\r\nContent-Length: 5",
                )
            ),
            random.choice(
                (b"Connection: keep-alive", b"Connection: close", b"Upgrade: h2c\r\nConnection: Upgrade")
            ),
            random.choice((b"Expect: 100-continue", b"Authorization: Basic QTpC", b"A: " + b"b" * 3000)),
        ]
        if b"chunked" in headers[1]:
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\nTrailer: x\r\n\r\n"
        start = random.choice(
            (
                b"POST /wsman HTTP/1.1",
                b"POST http://h/wsman?x HTTP/1.1",
                b"GET / HTTP/1.0",
                b"CONNECT h:1 HTTP/1.1",
                b"PRI * HTTP/2.0",
                b"POST /wsman HTTP/9.9",
                b"OPTIONS * HTTP/1.1",
            )
        )
        rows.append(b"\r\n".join([start, *random.sample(headers, len(headers)), b"", b""]) + body)
    data = b"".join(rows)
    if random.randrange(2):
        data = damaged_bytes(random, data)
    cuts = sorted({random.randrange(len(data) + 1) for _ in range(random.randrange(5))})
    return data, tuple(cuts)


class _Silent:
    """A service without any sense of its own."""

    def handle(self, request: WsmanRequest) -> WsmanReply:
        return WsmanReply(200, request.body, SOAP_CONTENT_TYPE)


_LIMITS: Final = ConnectionLimits(request_line=2048, header_bytes=8192, header_count=20, body=65536)


def _parsed(pieces: list[bytes]) -> tuple[list[tuple[str, str, bytes]], str]:
    parser = RequestParser(_LIMITS)
    for piece in pieces:
        parser.feed(piece)
        if parser.error is not None:
            break
    found = [(request.method, request.target, request.body) for request in parser.ready]
    return found, parser.error.fault if parser.error else ""


def check_connection(given: tuple[bytes, tuple[int, ...]]) -> None:
    """However the bytes are cut, the same requests come out, and each has an answer that can be written."""
    data, cuts = given
    places = [0, *cuts, len(data)]
    whole = _parsed([data])
    assert _parsed([data[a:b] for a, b in pairwise(places)])[0] == whole[0]
    endpoint = WinrmEndpoint(None, _Silent(), settings())  # type: ignore[arg-type]
    conversation = endpoint.connect(ConnectionInfo("127.0.0.1", 1))
    writer = ResponseWriter(lambda: 0.0)
    parser = RequestParser(_LIMITS)
    parser.feed(data)
    for request in parser.ready:
        answer = conversation.refuse(request) or conversation.respond(request)
        assert isinstance(answer, HttpResponse)
        assert writer.write(answer, request).startswith(b"HTTP/1.1 ")
