"""The control API's own listener: waitress serves the Flask application in one background thread.

Flask and waitress are imported in that thread, after the WinRM listeners answer, so that nobody who only
speaks WinRM waits for them.
"""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

from emulator.transport.errors import AddressInUse

if TYPE_CHECKING:
    from emulator.control.machine import ServedMachine

_THREADS = 4
_MAX_REQUEST_BODY_BYTES = 1 << 20


class ControlDoor:
    """Serves the control API of one machine. `port` is the real one after `start`."""

    def __init__(self, machine: ServedMachine, bind: str, port: int) -> None:
        self.bind = bind
        self.port = port
        self._machine = machine
        self._socket: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._server: Any = None
        self._stopping = False
        self._lock = threading.Lock()

    def start(self) -> None:
        """Bind and listen. Raises `AddressInUse`."""
        family = socket.AF_INET6 if ":" in self.bind else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((self.bind, self.port))
            listening.listen(64)
        except OSError as error:
            listening.close()
            raise AddressInUse(f"cannot listen on {self.bind}:{self.port}: {error.strerror or error}") from error
        self._socket = listening
        self.port = listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="control", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the listener and end its thread."""
        with self._lock:
            self._stopping = True
            server = self._server
        if server is not None:
            server.close()
            server.trigger.pull_trigger()
        elif self._socket is not None:
            self._socket.close()
        if self._thread is not None:
            self._thread.join(timeout=2.0)

    def _serve(self) -> None:
        from waitress import create_server
        from waitress.server import BaseWSGIServer

        from emulator.control.api import create_application

        application = create_application(self._machine)
        with self._lock:
            if self._stopping:
                return
            server: BaseWSGIServer = create_server(
                application,
                sockets=[self._socket],
                threads=_THREADS,
                ident=None,
                max_request_body_size=_MAX_REQUEST_BODY_BYTES,
                clear_untrusted_proxy_headers=True,
            )
            self._server = server
        server.run()
