"""System.Net.Sockets.NetworkStream: the bytes of a connection to something that speaks HTTP without TLS, a
web site that is stated or the WinRM service. What else listens at ports is "not emulated".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.host.web_door import WebAnswer, WebRequest
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.streams import Stream, require_room
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.management.tcp_connections import SILENT, host_named, own_host
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_REQUEST_LINE = re.compile(rb"([A-Z]{1,32}) (\S{1,16384}) HTTP/1\.([01])\r\n")
_LARGEST_HEAD = 16_384
#: Bytes of answers that wait before nothing more is taken from the other direction.
_WINDOW = 1 << 20
#: Seconds after which HTTP.sys ends a connection on which nothing is asked (its documented time-out).
_PATIENCE = 120
_BAD_REQUEST = (
    b'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN""http://www.w3.org/TR/html4/strict.dtd">\r\n'
    b"<HTML><HEAD><TITLE>Bad Request</TITLE>\r\n"
    b'<META HTTP-EQUIV="Content-Type" Content="text/html; charset=us-ascii"></HEAD>\r\n'
    b"<BODY><h2>Bad Request - Invalid %s</h2>\r\n<hr><p>HTTP Error 400. The request %s.</p>\r\n"
    b"</BODY></HTML>\r\n"
)


class NetworkStream(Stream):
    """One connection. What is written is taken for a request as soon as it is whole."""

    readable = True
    writable = True

    def __init__(self, engine: Engine, name: str, port: int) -> None:
        super().__init__()
        self._engine = engine
        self._name = name
        self._port = port
        self._asked = bytearray()
        self._answered = bytearray()
        self._is_ended = False
        self.timeout = 0
        """ReadTimeout in milliseconds; 0 waits as long as the other side does."""
        self._require_http()

    @property
    def available(self) -> int:
        """Bytes that wait."""
        return len(self._answered)

    def push(self, data: bytes) -> None:
        """Hand bytes to the other side. Raises IOException when that one has ended the connection."""
        self.require_open()
        if self._is_ended:
            text = (
                "Unable to write data to the transport connection: An established connection was aborted by "
                "the software in your host machine."
            )
            raise NetError("System.IO.IOException", text)
        require_room(len(self._asked) + len(data))
        self._asked += data
        self._take_requests()

    def pull(self, count: int) -> bytes:
        """What has come; without anything, the other side waits for a request and then ends the connection.
        Raises IOException after ReadTimeout."""
        self.require_open()
        self._take_requests()
        if not self._answered and not self._is_ended:
            self._wait()
        taken = bytes(self._answered[:count])
        del self._answered[:count]
        return taken

    def _wait(self) -> None:
        engine = self._engine
        impatient = 0 < self.timeout < _PATIENCE * 1000
        engine.clock.sleep(self.timeout / 1000 if impatient else _PATIENCE, engine.stopped.is_set)
        engine.check_stopped()
        if impatient:
            text = f"Unable to read data from the transport connection: {SILENT}."
            raise NetError("System.IO.IOException", text)
        self._is_ended = True

    def _take_requests(self) -> None:
        """Answer what was written; when enough answers wait to be read, the rest has to wait too."""
        while self._asked and not self._is_ended and len(self._answered) < _WINDOW:
            if not self._take_request():
                break

    def _take_request(self) -> bool:
        """Answer the request at the beginning of what was written; false when it is not whole yet,
        or it was the last one."""
        # Only the beginning is looked at: a large body comes in many pieces.
        end = self._asked.find(b"\r\n\r\n", 0, _LARGEST_HEAD)
        line = _REQUEST_LINE.match(self._asked)
        first = self._asked.find(b"\r\n", 0, _LARGEST_HEAD)
        if line is None and (first >= 0 or len(self._asked) > _LARGEST_HEAD):
            self._refuse(b"Verb", b"verb is invalid")
            return False
        if line is None or end < 0:
            if len(self._asked) > _LARGEST_HEAD:
                self._refuse(b"Header", b"headers are too long")
            return False
        headers = tuple(
            (name.strip(), value.strip())
            for name, _, value in (
                one.partition(":")
                for one in self._asked[:end].decode("latin-1").split("\r\n")[1:]
                if ":" in one
            )
        )
        known = {name.lower(): value for name, value in headers}
        length = known.get("content-length", "0")
        if not length.isdecimal() or len(length) > 9 or "transfer-encoding" in known:
            self._refuse(b"Header", b"has an invalid header name")
            return False
        # The match looks into the bytes, which go with the request.
        method, target = line[1].decode("latin-1"), line[2].decode("latin-1")
        is_old = line[3] == b"0"
        start = end + 4
        if len(self._asked) < start + int(length):
            return False
        body = bytes(self._asked[start : start + int(length)])
        del self._asked[: start + int(length)]
        answer = self._answer(WebRequest(method, target, headers, body))
        connection = known.get("connection", "").lower()
        self._is_ended = connection == "close" or (is_old and connection != "keep-alive")
        self._tell(answer, has_body=method != "HEAD")
        return not self._is_ended

    def _refuse(self, what: bytes, why: bytes) -> None:
        """What HTTP.sys says of bytes that are no request."""
        kind = ("Content-Type", "text/html; charset=us-ascii")
        server = ("Server", "Microsoft-HTTPAPI/2.0")
        self._asked.clear()
        self._is_ended = True
        self._tell(WebAnswer(400, "Bad Request", (kind, server), _BAD_REQUEST % (what, why)), has_body=True)

    def _tell(self, answer: WebAnswer, *, has_body: bool) -> None:
        names = {name.lower() for name, _ in answer.headers}
        headers = list(answer.headers)
        headers.append(("Date", f"{own_host(self._engine).clock.now():%a, %d %b %Y %H:%M:%S} GMT"))
        if self._is_ended and "connection" not in names:
            headers.append(("Connection", "close"))
        if "content-length" not in names:
            headers.append(("Content-Length", str(len(answer.body))))
        lines = [
            f"HTTP/1.1 {answer.status} {answer.reason}",
            *(f"{name}: {value}" for name, value in headers),
        ]
        self._answered += ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        if has_body:
            self._answered += answer.body

    def _require_http(self) -> None:
        """Raises NotEmulated where something else than HTTP is spoken."""
        own = own_host(self._engine)
        found = host_named(own, self._name)
        with own.looking():
            if found is None:
                speaks = own.web_pages.speaks_http(self._name, self._port)
            else:
                speaks = found.web is not None and found.winrm.listens("HTTP", self._port)
        if not speaks:
            raise not_emulated("The bytes of a TCP connection to a port that speaks no HTTP")

    def _answer(self, request: WebRequest) -> WebAnswer:
        own = own_host(self._engine)
        found = host_named(own, self._name)
        answer: WebAnswer | None = None
        if found is None:
            with own.looking():
                pages = own.web_pages
                name = pages.name_at(self._name) or self._name
                answer = pages.answer("http", name, self._port, request)
        elif found.web is not None:
            answer = found.web.visit(self._port, tls=False, request=request)
        if answer is None:
            self._is_ended = True
            text = (
                "Unable to write data to the transport connection: An existing connection was forcibly "
                "closed by the remote host."
            )
            raise NetError("System.IO.IOException", text)
        return answer


register(
    PSType(
        "System.Net.Sockets.NetworkStream",
        base="System.IO.Stream",
        instance={
            "DataAvailable: bool": lambda s: s.available > 0,
            "CanTimeout: bool": lambda _s: True,
            "ReadTimeout: int": lambda s: s.timeout or -1,
            "ReadTimeout=": lambda s, value: setattr(s, "timeout", max(int(value), 0)),
            "WriteTimeout: int": lambda _s: -1,
            "WriteTimeout=": lambda _s, _value: None,
        },
    ),
    NetworkStream,
)
