"""The only place from which the emulator opens a connection: one HTTP POST to an event sink.

The address was checked by whoever made the subscription. Nothing is resolved for `localhost`, no redirect is
followed, no credentials are sent; connecting, sending and the answer each have a time limit, the answer a
size limit, and `abort` ends what is under way.
"""

from __future__ import annotations

import contextlib
import io
import socket
import time
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from emulator.wsman.eventing.request import Address

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
_LARGEST_ANSWER = 64 * 1024
_CHUNK = 16 * 1024


class Unreachable(Exception):
    """The sink could not be connected to, or did not answer in time or at all."""


@dataclass(frozen=True, slots=True)
class SinkAnswer:
    """What the sink answered; a body that is larger than the limit is cut off."""

    status: int
    content_type: str
    body: bytes


class EventSink:
    """Sends messages, one at a time."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._is_aborted = False

    def post(
        self, address: Address, data: bytes, content_type: str, *, seconds: float = ANSWER_SECONDS
    ) -> SinkAnswer:
        """POST to an address. Raises Unreachable."""
        host = "127.0.0.1" if address.host.lower() == "localhost" else address.host
        shown = f"[{address.host}]" if ":" in address.host else address.host
        head = (
            f"POST {address.path} HTTP/1.1\r\nConnection: close\r\nContent-Type: {content_type}\r\n"
            f"User-Agent: Microsoft WinRM Client\r\nContent-Length: {len(data)}\r\n"
            f"Host: {shown}:{address.port}\r\n\r\n"
        )
        try:
            connection = socket.create_connection((host, address.port), min(CONNECT_SECONDS, seconds))
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"{address.url}: {error}") from error
        self._socket = connection
        try:
            if self._is_aborted:
                raise Unreachable("the service is stopping")
            deadline = time.monotonic() + seconds
            connection.settimeout(seconds)
            connection.sendall(head.encode("ascii") + data)
            return _parsed(_received(connection, deadline))
        except (OSError, HTTPException, ValueError) as error:
            raise Unreachable(f"{address.url}: {error}") from error
        finally:
            self._socket = None
            connection.close()

    def abort(self) -> None:
        """Give up what is being sent, and refuse further messages. Called from another thread."""
        self._is_aborted = True
        current = self._socket
        if current is not None:
            with contextlib.suppress(OSError):
                current.shutdown(socket.SHUT_RDWR)

    def resume(self) -> None:
        """Accept messages again."""
        self._is_aborted = False


def _received(connection: socket.socket, deadline: float) -> bytes:
    """The bytes of one answer: up to its announced end, the end of the connection or the size limit."""
    data = bytearray()
    end = _LARGEST_ANSWER
    while len(data) < end:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        connection.settimeout(left)
        piece = connection.recv(_CHUNK)
        if not piece:
            break
        data += piece
        if end == _LARGEST_ANSWER:
            end = _announced_end(data)
    return bytes(data)


def _announced_end(data: bytearray) -> int:
    """How long the answer is by its Content-Length; the size limit while that is not known."""
    head_end = data.find(b"\r\n\r\n")
    if head_end < 0:
        return _LARGEST_ANSWER
    for line in bytes(data[:head_end]).split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        value = value.strip()
        if name.strip().lower() == b"content-length" and value.isdigit() and len(value) <= 10:
            return min(_LARGEST_ANSWER, head_end + 4 + int(value))
    return _LARGEST_ANSWER


class _Buffered:
    """Bytes in the place of a socket, which is all that HTTPResponse asks of one."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: object, **__: object) -> io.BytesIO:
        return io.BytesIO(self._data)


def _parsed(data: bytes) -> SinkAnswer:
    response = HTTPResponse(cast("socket.socket", _Buffered(data)))
    response.begin()
    try:
        body = response.read(_LARGEST_ANSWER)
    except HTTPException:
        body = b""
    return SinkAnswer(response.status, response.getheader("Content-Type", ""), body)
