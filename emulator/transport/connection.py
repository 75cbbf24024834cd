"""One accepted connection: its thread reads requests, has them answered and writes the answers."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from emulator.log import Log
from emulator.transport.application import Application, ConnectionInfo, Conversation
from emulator.transport.deadline import Deadline, limit_waits
from emulator.transport.error_pages import error_page
from emulator.transport.http import HttpRequest, HttpResponse, RequestParser, ResponseWriter
from emulator.transport.limits import ConnectionLimits

if TYPE_CHECKING:
    from emulator.transport.tls import ServerCertificate

log = Log(__name__)

_BUFFER_SIZE = 32 * 1024
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_SHORT_VISIT = 4
"""Answers after which a client is taken to be one that stays, for which a quicker way to send is loaded."""
_LINGER_SECONDS = 1.0
_LINGER_BYTES = 64 * 1024 * 1024


class Connection:
    """Serves one client until either side ends the connection or falls silent for too long."""

    def __init__(
        self,
        accepted: socket.socket,
        address: tuple[str, int],
        application: Application,
        writer: ResponseWriter,
        limits: ConnectionLimits,
        tls: ServerCertificate | None,
    ) -> None:
        self._socket = accepted
        self._address = address
        self._application = application
        self._writer = writer
        self._limits = limits
        self._tls = tls
        self._draining = False

    def run(self) -> None:
        """Serve; returns when the connection is closed. The body of the connection's thread."""
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._serve(self._application.connect(self._secure()))
        except OSError as error:
            # A client that vanishes, falls silent or speaks no TLS is everyday life; ssl.SSLError is an
            # OSError too.
            log.debug("connection from %s ended: %s", self._address[0], error)
        finally:
            self._close()

    def drain(self) -> None:
        """Take no more requests; an answer that is under way may still go out. Called from another thread."""
        self._draining = True
        self._shut(socket.SHUT_RD)

    def abort(self) -> None:
        """End at once. Called from another thread."""
        self._draining = True
        self._shut(socket.SHUT_RDWR)

    def _shut(self, how: int) -> None:
        # Not the method of an SSLSocket: that one would make the connection's own thread go on in plain text.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._socket, how)

    def _secure(self) -> ConnectionInfo:
        """Do the TLS handshake when the listener has a certificate. Tells what is known then."""
        host, port = self._address
        if self._tls is None:
            limit_waits(self._socket, self._limits.idle_seconds)
            return ConnectionInfo(host, port)
        self._socket.settimeout(self._limits.handshake_seconds)
        secured = self._tls.context().wrap_socket(
            self._socket, server_side=True, do_handshake_on_connect=False, suppress_ragged_eofs=True
        )
        self._socket = secured
        secured.do_handshake()
        secured.settimeout(self._limits.idle_seconds)
        shown = secured.getpeercert(binary_form=True)
        return ConnectionInfo(host, port, True, self._tls.channel_binding, shown)

    def _serve(self, conversation: Conversation) -> None:
        parser = RequestParser(self._limits)
        buffer = memoryview(bytearray(_BUFFER_SIZE))
        ready = parser.ready
        write = self._writer.write
        send: Callable[[bytes], None] = self._socket.sendall
        answered = 0
        while not self._draining:
            if not ready and not self._read(parser, buffer, conversation):
                return
            request = ready.popleft()
            response = self._answer(conversation, request)
            send(write(response, request))
            if response.close or not request.keep_alive:
                return
            answered += 1
            if answered == _SHORT_VISIT and self._tls is None:
                send = self._short_send()

    def _short_send(self) -> Callable[[bytes], None]:
        from emulator.transport.short_send import send

        return partial(send, self._socket)

    def _answer(self, conversation: Conversation, request: HttpRequest) -> HttpResponse:
        try:
            return conversation.respond(request)
        except Exception:
            # Whatever goes wrong in one answer, the client gets one and the host lives on.
            log.exception("the answer to %s %s failed", request.method, request.target)
            return HttpResponse(500, close=True)

    def _read(self, parser: RequestParser, buffer: memoryview, conversation: Conversation) -> bool:
        """Read until a whole request is there. False when none will come; all that was to be said is sent."""
        receive = self._socket.recv_into
        deadline: Deadline | None = None
        head: HttpRequest | None = None
        while True:
            if parser.error is not None:
                self._end_with(error_page(parser.error.fault), None)
                return False
            if parser.head is not None and head is None:
                head = parser.head
                if not self._welcome(head, conversation):
                    return False
                deadline = Deadline(self._limits.body_seconds)
            if deadline is not None:
                limit_waits(self._socket, deadline.remaining())
            size = receive(buffer)
            # What arrives after the shutdown of a socket's reading side can still be read.
            if not size or self._draining:
                return False
            parser.feed(buffer[:size])
            if parser.ready:
                break
            if deadline is None:
                deadline = Deadline(self._limits.header_seconds)
        if deadline is not None:
            limit_waits(self._socket, self._limits.idle_seconds)
        return True

    def _welcome(self, head: HttpRequest, conversation: Conversation) -> bool:
        """Whether the body of a request is to be read. Tells a client that waits for the word to send it."""
        refusal = conversation.refuse(head)
        if refusal is not None:
            refusal.close = True
            self._end_with(refusal, head)
            return False
        if head.expects_continue:
            self._socket.sendall(_CONTINUE)
        return True

    def _end_with(self, response: HttpResponse, request: HttpRequest | None) -> None:
        """Send a last answer while the client may still be sending.

        Closing with unread bytes would reset the connection and could take the answer away from the client,
        so what comes is read and thrown away for a moment.
        """
        self._socket.sendall(self._writer.write(response, request))
        if self._tls is None:
            self._shut(socket.SHUT_WR)
        deadline, size = Deadline(_LINGER_SECONDS), 0
        with contextlib.suppress(TimeoutError, BlockingIOError):
            while size < _LINGER_BYTES and not self._draining:
                limit_waits(self._socket, deadline.remaining())
                received = len(self._socket.recv(_BUFFER_SIZE))
                if not received:
                    return
                size += received

    def _close(self) -> None:
        if self._tls is not None:
            self._say_goodbye()
        with contextlib.suppress(OSError):
            self._socket.close()

    def _say_goodbye(self) -> None:
        """Send the close_notify of TLS without waiting for the client's."""
        import ssl

        if isinstance(self._socket, ssl.SSLSocket):
            with contextlib.suppress(OSError, ValueError):
                self._socket.settimeout(0)
                self._socket.unwrap()
