"""A listening port: accepts connections and gives each its own thread."""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import socket
import threading
from typing import TYPE_CHECKING, Any

from emulator.log import Log
from emulator.transport.application import Application
from emulator.transport.connection import Connection
from emulator.transport.deadline import Deadline
from emulator.transport.error_pages import error_page
from emulator.transport.errors import AddressInUse, ListenError
from emulator.transport.http import ResponseWriter
from emulator.transport.limits import ConnectionCount, ConnectionLimits

if TYPE_CHECKING:
    from emulator.transport.tls import ServerCertificate

log = Log(__name__)

_BACKLOG = 512
_GRACE_SECONDS = 0.012
_PAUSE_WITHOUT_DESCRIPTORS = 0.05


class Listener:
    """Serves an application on one address and port.

    ``bind`` is an address (``127.0.0.1``, ``::1``, ``0.0.0.0``, ``::`` for both families); a ``port`` of 0
    takes any free one, which ``port`` tells after ``start``. With ``tls`` the port speaks HTTPS. More than
    ``max_connections`` at a time are answered 503; listeners that share one limit are given the same
    ``count`` instead. ``limits`` bound each connection and may be replaced for those to come.
    """

    def __init__(
        self,
        bind: str,
        port: int,
        application: Application,
        tls: ServerCertificate | None = None,
        *,
        max_connections: int = 300,
        limits: ConnectionLimits | None = None,
        count: ConnectionCount | None = None,
    ) -> None:
        self.bind = bind
        self._wanted_port = port
        self._port = port
        self._application = application
        self._tls = tls
        self._count = ConnectionCount(max_connections) if count is None else count
        self.limits = limits or ConnectionLimits()
        self._writer = ResponseWriter(application.now)
        self._lock = threading.Lock()
        self._connections: dict[Connection, threading.Thread] = {}
        self._listening: socket.socket | None = None
        self._waker: socket.socket | None = None
        self._acceptor: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port that clients connect to; 0 before ``start`` when any free one was asked for."""
        return self._port

    @property
    def connection_count(self) -> int:
        """Connections that are open now."""
        return len(self._connections)

    def start(self) -> None:
        """Listen. Raises AddressInUse, or ListenError when there is another reason not to."""
        if self._listening is not None:
            return
        listening = _listen(self.bind, self._wanted_port)
        self._port = listening.getsockname()[1]
        self._listening = listening
        wakeup, self._waker = socket.socketpair()
        self._acceptor = threading.Thread(
            target=self._accept, args=(listening, wakeup), name=f"winrm-{self._port}", daemon=True
        )
        self._acceptor.start()

    def stop(self) -> None:
        """Close the port and every connection.

        Idle connections end at once; an answer that is under way has a moment to go out.

        Threads that wait inside the application are to be woken by the caller before. Safe to call twice.
        """
        listening, waker, acceptor = self._listening, self._waker, self._acceptor
        self._listening = self._waker = self._acceptor = None
        if listening is None or waker is None or acceptor is None:
            return
        open_connections = self._close_port(listening, waker, acceptor)
        _join(open_connections.values())
        with self._lock:
            open_connections = dict(self._connections)
        for connection in open_connections:
            connection.abort()

    def retire(self) -> None:
        """Close the port and wait for nothing: an open connection ends when it has answered its request."""
        listening, waker, acceptor = self._listening, self._waker, self._acceptor
        self._listening = self._waker = self._acceptor = None
        if listening is not None and waker is not None and acceptor is not None:
            self._close_port(listening, waker, acceptor)

    def _close_port(
        self, listening: socket.socket, waker: socket.socket, acceptor: threading.Thread
    ) -> dict[Connection, threading.Thread]:
        """Take no more connections and requests; the connections that were open."""
        waker.close()
        acceptor.join()
        listening.close()
        with self._lock:
            open_connections = dict(self._connections)
        for connection in open_connections:
            connection.drain()
        return open_connections

    def _accept(self, listening: socket.socket, wakeup: socket.socket) -> None:
        """The body of the accepting thread: ends when the other end of ``wakeup`` is closed."""
        with wakeup, selectors.DefaultSelector() as selector:
            selector.register(listening, selectors.EVENT_READ)
            selector.register(wakeup, selectors.EVENT_READ)
            pause: float | None = None
            while True:
                events = selector.select(pause)
                if any(key.fileobj is wakeup for key, _ in events):
                    return
                pause = None
                try:
                    accepted, address = listening.accept()
                except (BlockingIOError, ConnectionError):
                    continue
                except OSError as error:
                    log.warning("no connection can be accepted: %s", error)
                    selector.modify(listening, selectors.EVENT_READ)
                    if _stopped_within(wakeup, _PAUSE_WITHOUT_DESCRIPTORS):
                        return
                    continue
                self._admit(accepted, address)

    def _admit(self, accepted: socket.socket, address: Any) -> None:
        if not self._count.enter():
            self._turn_away(accepted)
            return
        connection = Connection(
            accepted,
            (_plain_address(address[0]), address[1]),
            self._application,
            self._writer,
            self.limits,
            self._tls,
        )
        thread = threading.Thread(
            target=self._run, args=(connection,), name=f"winrm-{self._port}-client", daemon=True
        )
        with self._lock:
            self._connections[connection] = thread
        try:
            thread.start()
        except RuntimeError:
            log.warning("no thread for another connection")
            self._forget(connection)
            accepted.close()

    def _run(self, connection: Connection) -> None:
        try:
            connection.run()
        finally:
            self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        with self._lock:
            self._connections.pop(connection, None)
        self._count.leave()

    def _turn_away(self, accepted: socket.socket) -> None:
        """Answer 503 without waiting for anything; a TLS client just sees the connection close."""
        with accepted, contextlib.suppress(OSError):
            accepted.setblocking(False)
            if self._tls is None:
                accepted.send(self._writer.write(error_page("unavailable")))
                accepted.shutdown(socket.SHUT_WR)
                accepted.recv(65536)


class PortReservation:
    """A port that is closed and stays ours: who connects is refused, and no other program gets it."""

    def __init__(self, bind: str, port: int) -> None:
        self.port = port
        self._socket: socket.socket | None = _new_socket(bind)
        try:
            self._socket.bind((bind, port))
        except OSError as error:
            log.warning("the port %d cannot be kept: %s", port, error)
            self.close()

    def close(self) -> None:
        """Give the port up. Safe to call twice."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _new_socket(bind: str) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if bind == "::":
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    return made


def _listen(bind: str, port: int) -> socket.socket:
    listening = _new_socket(bind)
    try:
        listening.bind((bind, port))
        listening.listen(_BACKLOG)
        listening.setblocking(False)
    except OverflowError:
        listening.close()
        raise ListenError(
            f"cannot listen on {_shown(bind, port)}: a port is a number from 0 to 65535"
        ) from None
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise AddressInUse(
                f"cannot listen on {_shown(bind, port)}: the address is already in use"
            ) from error
        reason = error.strerror or str(error)
        raise ListenError(f"cannot listen on {_shown(bind, port)}: {reason}") from error
    return listening


def _shown(bind: str, port: int) -> str:
    return f"[{bind}]:{port}" if ":" in bind else f"{bind}:{port}"


def _plain_address(address: str) -> str:
    """An IPv4 client of a listener for both families shows its IPv4 address."""
    return address.removeprefix("::ffff:")


def _stopped_within(wakeup: socket.socket, seconds: float) -> bool:
    wakeup.settimeout(seconds)
    try:
        return wakeup.recv(1) == b""
    except TimeoutError:
        return False


def _join(threads: Any) -> None:
    deadline = Deadline(_GRACE_SECONDS)
    with contextlib.suppress(TimeoutError):
        for thread in threads:
            if thread.is_alive():
                thread.join(deadline.remaining())
