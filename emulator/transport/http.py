"""HTTP/1.1 without sockets: bytes to requests, responses to bytes.

httptools does the parsing. This module bounds what it may collect, keeps pipelined requests in order and
writes answers the way HTTP.sys writes them: an empty reason phrase for answers of the WinRM service,
``Server`` and ``Date`` before ``Content-Length``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from time import gmtime, strftime, time

import httptools

from emulator.transport.limits import ConnectionLimits


class HttpError(Exception):
    """A request that cannot be read. ``fault`` is a row of the table of error pages."""

    def __init__(self, fault: str, detail: str = "") -> None:
        super().__init__(detail or fault)
        self.fault = fault


@lru_cache(maxsize=256)
def _raw_name(name: str) -> bytes:
    return name.lower().encode("latin-1")


SERVER = "Microsoft-HTTPAPI/2.0"
"""What answers call themselves."""


class Headers:
    """Request headers: several values a name, names in any case, decoded only when asked for."""

    __slots__ = ("_index", "_raw")

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        self._raw = raw
        self._index: dict[bytes, bytes] | None = None

    @classmethod
    def of(cls, *pairs: tuple[str, str]) -> Headers:
        return cls([(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs])

    def get(self, name: str) -> str | None:
        """The first value of a name, None when there is none."""
        index = self._index
        if index is None:
            index = self._index = {raw_name.lower(): value for raw_name, value in reversed(self._raw)}
        value = index.get(_raw_name(name))
        return None if value is None else value.decode("latin-1")

    def get_all(self, name: str) -> list[str]:
        """Every value of a name, in order."""
        wanted = _raw_name(name)
        return [value.decode("latin-1") for raw_name, value in self._raw if raw_name.lower() == wanted]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((name.decode("latin-1"), value.decode("latin-1")) for name, value in self._raw)

    def __len__(self) -> int:
        return len(self._raw)


class HttpRequest:
    """One request. ``target`` is the request target as sent, ``path`` the part of it before the query."""

    __slots__ = ("body", "headers", "keep_alive", "method", "target", "version")

    def __init__(
        self,
        method: str,
        target: str,
        headers: Headers,
        body: bytes = b"",
        *,
        version: str = "1.1",
        keep_alive: bool = True,
    ) -> None:
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.version = version
        self.keep_alive = keep_alive

    def with_body(self, body: bytes) -> HttpRequest:
        """A request with the same head."""
        return HttpRequest(
            self.method, self.target, self.headers, body, version=self.version, keep_alive=self.keep_alive
        )

    @property
    def path(self) -> str:
        """The path of the target, also of an absolute one (``http://host:5985/wsman``, RFC 9112 3.2.2)."""
        target = self.target
        if not target.startswith("/"):
            _, scheme_end, rest = target.partition("://")
            target = "/" + rest.partition("/")[2] if scheme_end else target
        return target.partition("?")[0]

    @property
    def expects_continue(self) -> bool:
        expectation = self.headers.get("expect")
        return expectation is not None and expectation.strip().lower() == "100-continue"


class HttpResponse:
    """One answer. ``close`` ends the connection after it; answers of WinRM have an empty ``reason``."""

    __slots__ = ("body", "close", "content_type", "headers", "reason", "status")

    def __init__(
        self,
        status: int,
        body: bytes = b"",
        content_type: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
        *,
        reason: str = "",
        close: bool = False,
    ) -> None:
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers = headers
        self.reason = reason
        self.close = close


class RequestParser:
    """Collects the requests of one connection from its bytes.

    After ``feed``: ``ready`` holds the whole requests in order, and ``head`` is the request whose header has
    arrived while its body has not. ``error`` is set when what follows the whole requests cannot be read;
    nothing more may be fed then.
    """

    __slots__ = (
        "_between",
        "_body",
        "_body_size",
        "_fed",
        "_header_size",
        "_headers",
        "_last",
        "_limits",
        "_parser",
        "_reading_header",
        "_target",
        "error",
        "head",
        "ready",
    )

    def __init__(self, limits: ConnectionLimits) -> None:
        self._limits = limits
        self._parser = httptools.HttpRequestParser(self)
        self._headers: list[tuple[bytes, bytes]] = []
        self._header_size = 0
        self._target = b""
        self._body: bytes | bytearray = b""
        self._body_size = 0
        self._fed = 0
        self.head: HttpRequest | None = None
        self.error: HttpError | None = None
        self._reading_header = False
        self._between = True
        """Whether nothing of the next request has arrived."""
        self._last: tuple[bytes, int, HttpRequest] | None = None
        """Of the last request that arrived in one piece: its head as sent, its size, and what was read."""
        self.ready: deque[HttpRequest] = deque()

    def feed(self, data: bytes | memoryview) -> None:
        """Take what has arrived."""
        if not self._between:
            self._parse(data)
            return
        data = bytes(data)
        last = self._last
        if last is not None and len(data) == last[1] and data.startswith(last[0]):
            # Clients on a kept-alive connection repeat their headers: the same bytes are not parsed again.
            self.ready.append(last[2].with_body(data[len(last[0]) :]))
            return
        before = len(self.ready)
        self._parse(data)
        if len(self.ready) == before + 1:
            self._remember(data, self.ready[-1])

    def _remember(self, data: bytes, request: HttpRequest) -> None:
        """Keep the head of a request that was all that arrived, its body as it is and not in chunks."""
        head = data[: data.find(b"\r\n\r\n") + 4]
        if self._between and request.keep_alive and len(head) > 4 and data[len(head) :] == request.body:
            self._last = (head, len(data), request.with_body(b""))

    def _parse(self, data: bytes | memoryview) -> None:
        while True:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = self._head_without_upgrade() + bytes(data[upgrade.args[0] :])
                continue
            except httptools.HttpParserCallbackError as error:
                if not isinstance(error.__context__, HttpError):
                    raise
                self.error = error.__context__
            except httptools.HttpParserError as error:
                self.error = HttpError("bad request", str(error))
            break
        if self.error is None and (self._reading_header or self.head is not None):
            self._bound_unseen(len(data))

    def _bound_unseen(self, size: int) -> None:
        """Bound what the parser keeps to itself: a header, trailer or chunk line without end.

        A body in chunks of one byte takes six bytes for each, so eight for each byte of a body is fair.
        """
        self._fed += size
        if self._fed > 8 * self._body_size + 2 * self._limits.header_bytes + self._limits.request_line:
            self.error = HttpError("header too long")

    def _head_without_upgrade(self) -> bytes:
        """The header of a request that offers another protocol (h2c, websocket), without the offer.

        HTTP.sys does not take such an offer up; the parser would take the body for the other protocol.
        """
        head, self.head = self.head, None
        self._parser = httptools.HttpRequestParser(self)
        if head is None:  # cannot happen: the parser stops after the header
            return b""
        lines = [b"%s %s HTTP/%s" % (head.method.encode(), self._target, head.version.encode())]
        lines += [b"%s: %s" % header for header in self._headers if header[0].lower() != b"upgrade"]
        return b"\r\n".join(lines) + b"\r\n\r\n"

    # What the parser calls.

    def on_message_begin(self) -> None:
        self._headers = []
        self._header_size = 0
        self._target = b""
        self._body = b""
        self._body_size = 0
        self._fed = 0
        self._reading_header = True
        self._between = False

    def on_url(self, part: bytes) -> None:
        self._target += part
        if len(self._target) > self._limits.request_line:
            raise HttpError("target too long")

    def on_header(self, name: bytes, value: bytes) -> None:
        headers = self._headers
        if self._reading_header:
            headers.append((name, value))
        # What comes after the body is a trailer: it counts and is dropped, for a header it must not become.
        self._header_size += len(name) + len(value)
        if len(headers) > self._limits.header_count or self._header_size > self._limits.header_bytes:
            raise HttpError("header too long")

    def on_headers_complete(self) -> None:
        parser = self._parser
        self._reading_header = False
        request = HttpRequest(
            parser.get_method().decode("latin-1"),
            self._target.decode("latin-1"),
            Headers(self._headers),
            version=parser.get_http_version(),
            keep_alive=parser.should_keep_alive(),
        )
        self._check_head(request)
        self.head = request

    def _check_head(self, request: HttpRequest) -> None:
        headers = request.headers
        if request.method == "CONNECT":
            raise HttpError("bad request")
        length = headers.get("content-length")
        if length is not None:
            # The parser has checked that it is a number; one of absurd length is not worth converting.
            if len(length) > 20 or int(length) > self._limits.body:
                raise HttpError("body too long")
        elif (
            self._limits.needs_length
            and request.method in ("POST", "PUT")
            and headers.get("transfer-encoding") is None
        ):
            raise HttpError("length required")
        if headers.get("host") is None and request.version == "1.1":
            raise HttpError("no host name")

    def on_body(self, part: bytes) -> None:
        self._body_size += len(part)
        if self._body_size > self._limits.body:
            raise HttpError("body too long")
        body = self._body
        if not body:
            self._body = part
        elif isinstance(body, bytearray):
            body += part
        else:
            # Not a list of parts: a body in chunks of a few bytes would take many times its size.
            self._body = bytearray(body) + part

    def on_message_complete(self) -> None:
        request = self.head
        if request is None or self._parser.should_upgrade():
            return
        request.body = bytes(self._body)
        self._body = b""
        self.head = None
        self._between = True
        self.ready.append(request)


class ResponseWriter:
    """Turns responses into bytes. One for a listener, used by all its threads."""

    def __init__(self, now: Callable[[], float] = time) -> None:
        self._now = now
        self._date = (-1, b"")
        self._starts: dict[tuple[int, str, str | None], bytes] = {}

    def write(self, response: HttpResponse, request: HttpRequest | None = None) -> bytes:
        """The bytes of an answer to a request; ``request`` is None when it could not be read."""
        body = response.body
        parts = [self._start(response)]
        if response.headers:
            parts.extend(f"{name}: {value}\r\n".encode("latin-1") for name, value in response.headers)
        parts.append(self._date_line())
        if response.close or request is None or not request.keep_alive:
            parts.append(b"Connection: close\r\n")
        elif request.version == "1.0":
            parts.append(b"Connection: Keep-Alive\r\n")
        parts.append(b"Content-Length: %d\r\n\r\n" % len(body))
        if request is None or request.method != "HEAD":
            parts.append(body)
        return b"".join(parts)

    def _start(self, response: HttpResponse) -> bytes:
        key = (response.status, response.reason, response.content_type)
        start = self._starts.get(key)
        if start is None:
            lines = [f"HTTP/1.1 {response.status} {response.reason}"]
            if response.content_type is not None:
                lines.append(f"Content-Type: {response.content_type}")
            lines.append(f"Server: {SERVER}\r\n")
            start = "\r\n".join(lines).encode("latin-1")
            if len(self._starts) < 256:
                self._starts[key] = start
        return start

    def _date_line(self) -> bytes:
        second = int(self._now())
        known, line = self._date
        if second != known:
            # The names are English as long as nobody calls setlocale; email.utils would cost 5 ms at start.
            line = strftime("Date: %a, %d %b %Y %H:%M:%S GMT\r\n", gmtime(second)).encode("ascii")
            self._date = (second, line)
        return line
