"""What a listener needs of the application behind it."""

from __future__ import annotations

from typing import Protocol

from emulator.record import Record
from emulator.transport.http import HttpRequest, HttpResponse


class ConnectionInfo(Record):
    """What is known of a connection before its first request.

    ``channel_binding`` is the application data of the TLS channel's bindings (RFC 5929), None on a plain
    connection; ``client_certificate`` is the client's, in DER, when it was asked for one and has shown one.
    """

    client_address: str
    client_port: int
    is_tls: bool = False
    channel_binding: bytes | None = None
    client_certificate: bytes | None = None


class Conversation(Protocol):
    """The application's side of one connection. All calls come from the one thread of the connection."""

    def refuse(self, request: HttpRequest) -> HttpResponse | None:
        """Asked when only the header has arrived and the body is still to come.

        An answer ends the connection without the body being read; None has the body read, and ``respond``
        called with it.
        """
        ...

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Answer one whole request. May block for as long as the answer takes."""
        ...


class Application(Protocol):
    """Makes a conversation for each connection. Called from many threads."""

    def connect(self, connection: ConnectionInfo) -> Conversation: ...

    def now(self) -> float:
        """The time that answers carry in their Date header, in seconds since 1970."""
        ...
