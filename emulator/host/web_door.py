"""Plain HTTP requests of the machine to itself, or to another one of its neighbourhood.

What answers them is a door's matter: who has one puts it into `Host.web`. Nothing reaches a real network.
"""

from typing import TYPE_CHECKING, Protocol

from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.security.accounts import Account


class WebRequest(Record):
    """A request: ``target`` is path and query, ``account`` who has logged on with it, None for nobody,
    ``certificate`` the thumbprint of the client certificate that it came with."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    account: "Account | None" = None
    certificate: str | None = None


class WebAnswer(Record):
    """An answer. ``reason`` is empty for those of WinRM, as on the wire; ``headers`` are all but the date."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class WebDoor(Protocol):
    """What answers a request as the machine's ports would."""

    def visit(self, port: int, *, tls: bool, request: WebRequest) -> WebAnswer | None:
        """The answer of a port of the fake machine, None when nothing listens there with (or without) TLS."""
