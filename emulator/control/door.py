"""The control API's own listener: the same one that WinRM has, with the Flask application behind it.

Flask is imported with the first request, so that nobody who only speaks WinRM waits for it.
"""

from __future__ import annotations

import io
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

from emulator.transport import (
    ConnectionInfo,
    ConnectionLimits,
    HttpRequest,
    HttpResponse,
    Listener,
)

if TYPE_CHECKING:
    from emulator.control.machine import ServedMachine

_MAXIMUM_CONNECTIONS = 64
_MAXIMUM_BODY_BYTES = 1 << 20
WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class ControlDoor:
    """Serves the control API of one machine. `port` is the real one after `start`."""

    def __init__(self, machine: ServedMachine, bind: str, port: int) -> None:
        self.bind = bind
        self._machine = machine
        self._application: WsgiApplication | None = None
        self._lock = threading.Lock()
        self._listener = Listener(
            bind,
            port,
            self,
            max_connections=_MAXIMUM_CONNECTIONS,
            # `curl -X POST .../api/reset` sends no length.
            limits=ConnectionLimits(body=_MAXIMUM_BODY_BYTES, needs_length=False),
        )

    @property
    def port(self) -> int:
        return self._listener.port

    def start(self) -> None:
        """Bind and listen. Raises `AddressInUse`."""
        self._listener.start()

    def stop(self) -> None:
        """Close the listener and its connections."""
        self._listener.stop()

    def connect(self, connection: ConnectionInfo) -> ControlConversation:
        """The application's side of a new connection (`emulator.transport.Application`)."""
        return ControlConversation(self._wsgi(), connection)

    def now(self) -> float:
        """Real time: people read it, not the fake machine's clients."""
        return time.time()

    def _wsgi(self) -> WsgiApplication:
        with self._lock:
            if self._application is None:
                from emulator.control.api import create_application

                self._application = create_application(self._machine)
            return self._application


class ControlConversation:
    """One connection: each request becomes a call of the WSGI application (PEP 3333)."""

    def __init__(self, application: WsgiApplication, connection: ConnectionInfo) -> None:
        self._application = application
        self._connection = connection

    def refuse(self, _request: HttpRequest) -> HttpResponse | None:
        """Every request is for Flask to answer."""
        return None

    def respond(self, request: HttpRequest) -> HttpResponse:
        started: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            started["status"], started["headers"] = status, headers

        pieces = self._application(self._environ(request), start_response)
        try:
            body = b"".join(pieces)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        code, _, reason = started["status"].partition(" ")
        headers = [(name, value) for name, value in started["headers"] if name.lower() != "content-length"]
        kind = next((value for name, value in headers if name.lower() == "content-type"), None)
        others = tuple(pair for pair in headers if pair[0].lower() != "content-type")
        return HttpResponse(int(code), body, kind, others, reason=reason)

    def _environ(self, request: HttpRequest) -> dict[str, Any]:
        host = request.headers.get("host") or "localhost"
        name, _, port = host.rpartition(":") if ":" in host.rpartition("]")[2] else (host, "", "80")
        environ = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
            "QUERY_STRING": urlsplit(request.target).query,
            "CONTENT_TYPE": request.headers.get("content-type") or "",
            "CONTENT_LENGTH": str(len(request.body)),
            "SERVER_NAME": name,
            "SERVER_PORT": port,
            "SERVER_PROTOCOL": f"HTTP/{request.version}",
            "REMOTE_ADDR": self._connection.client_address,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for header in ("Host", "Origin", "Accept", "User-Agent"):
            value = request.headers.get(header)
            if value is not None:
                environ["HTTP_" + header.upper().replace("-", "_")] = value
        return environ
