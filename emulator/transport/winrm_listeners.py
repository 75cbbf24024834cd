"""Real ports for the listeners that the machine's configuration states.

A listener of `winrm/config/listener` says on which port the fake machine listens; which port of the real
machine that is, is the business of whoever started the host:

* the ports of the profile's usual listeners (5985 and 5986) are mapped to the ports that were asked for;
* any other port is opened under its own number, or under any free number when the usual ones are on any
  free port too, as in tests. The number stays the same as long as the host lives.

All real ports are on the one address that the host binds: the addresses of a listener are those of the fake
machine. Listeners of one port share it. A listener without an address to listen on (disabled, or kept away
by the filters) has no port, and one that cannot be opened says so in the System log, as Windows does.

No port is open while the WinRM service is stopped, nor while the machine is away. Its numbers are kept for it
then: nobody else can take one, and whoever connects is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.security.certificates import Certificate
from emulator.host.web_door import WebAnswer, WebRequest
from emulator.host.windows.event_log import EventLevel
from emulator.log import Log
from emulator.transport.application import ConnectionInfo
from emulator.transport.errors import ListenError
from emulator.transport.http import SERVER, Headers, HttpRequest
from emulator.transport.limits import ConnectionCount, ConnectionLimits
from emulator.transport.listener import Listener, PortReservation
from emulator.transport.winrm_endpoint import WinrmEndpoint

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.winrm.winrm_listeners import Listener as StatedListener
    from emulator.host.winrm.winrm_listeners import Transport
    from emulator.transport.tls import ServerCertificate
    from emulator.transport.winrm_endpoint import Service

log = Log(__name__)

_SOURCE = "Microsoft-Windows-WinRM"
_LISTENING, _NOT_LISTENING = 10148, 10149
_NOT_BOUND = {"HTTP": 10128, "HTTPS": 10129}
_ITSELF = "127.0.0.1"
_LONGEST_BODY_SECONDS = 600.0
_LONGEST_HEADER_SECONDS = ConnectionLimits().header_seconds


class WinrmListeners:
    """Opens, changes and closes ports as the configuration of the host changes.

    ``http_port`` and ``https_port`` are the real ports of the profile's two ports: 0 takes any free one, None
    opens no port of that transport at all.
    """

    def __init__(
        self,
        host: Host,
        service: Service,
        bind: str,
        http_port: int | None,
        https_port: int | None,
    ) -> None:
        self._host = host
        self._bind = bind
        winrm = host.profile.winrm
        self._wanted: dict[tuple[Transport, int], int] = {}
        self._transports: set[Transport] = set()
        if http_port is not None:
            self._wanted["HTTP", winrm.http_port] = http_port
            self._transports.add("HTTP")
        if https_port is not None:
            self._wanted["HTTPS", winrm.https_port] = https_port
            self._transports.add("HTTPS")
        self._any_port = 0 in (http_port, https_port)
        self._service = service
        self._endpoint = WinrmEndpoint(host, service)
        self._count = ConnectionCount(winrm.max_connections)
        self._certificates: dict[str, ServerCertificate] = {}
        self._open: dict[tuple[Transport, int], Listener] = {}
        self._kept: dict[tuple[Transport, int], PortReservation] = {}
        self._shapes: dict[tuple[Transport, int], tuple[frozenset[str], str]] = {}
        self._limits = ConnectionLimits()
        self._running = False
        host.certificates.add_source(self._machine_certificate)

    def start(self) -> None:
        """Open every port, or none. Raises AddressInUse, ListenError."""
        with self._host.looking():
            if self._running:
                return
            self._running = True
            self._host.winrm.change_observers.append(self._follow)
            self._apply_limits()
            wanted = self._wanted_shapes()
            try:
                for key, shape in wanted.items():
                    self._open_port(key, shape)
            except BaseException:
                self._host.winrm.change_observers.remove(self._follow)
                self._running = False
                self._retire_all()
                raise

    def stop(self) -> None:
        """Close every port and connection. Safe to call twice."""
        with self._host.looking():
            if self._running:
                self._host.winrm.change_observers.remove(self._follow)
            self._running = False
            listeners = list(self._open.values())
            self._open.clear()
            self._shapes.clear()
            self._give_up_ports()
        # Without the lock: a connection may need it to come to its end.
        for listener in listeners:
            listener.stop()

    def real_port(self, transport: Transport, port: int | None = None) -> int | None:
        """The real port of a port of the machine, by default of the profile's; None when it is not open.

        A port that is closed because the machine is away keeps its number.
        """
        winrm = self._host.profile.winrm
        usual = winrm.http_port if transport == "HTTP" else winrm.https_port
        key = transport, usual if port is None else port
        listener = self._open.get(key)
        if listener is not None:
            return listener.port
        if key in self._kept:
            return self._kept[key].port
        # Before the start the port that was asked for.
        return None if self._running or key not in self._wanted_shapes() else self._wanted.get(key, 0)

    @property
    def connection_count(self) -> int:
        """Connections that are open now."""
        return len(self._count)

    def certificate(self, thumbprint: str) -> ServerCertificate | None:
        """The certificate of a thumbprint with its key, when this process holds it."""
        held = self._host.certificates.find(thumbprint, "My")
        if held is None:
            return None
        found = self._certificates.get(thumbprint)
        if found is None and held.encoded and held.key:
            from emulator.transport.tls import ServerCertificate

            found = self._certificates[thumbprint] = ServerCertificate(
                held.common_name,
                minimum_version=self._host.profile.winrm.minimum_tls_version,
                trusted_issuers=self._client_issuers,
                encoded=held.encoded,
                encoded_key=held.key,
            )
        return found

    def add_certificate(self, certificate: ServerCertificate, names: Iterable[str] = ()) -> str:
        """Put a certificate with its key into the machine's own store; its thumbprint is returned."""
        thumbprint = certificate.thumbprint
        self._certificates[thumbprint] = certificate
        self._host.certificates.add(
            Certificate(
                thumbprint,
                certificate.names[0],
                names=tuple(names),
                encoded=certificate.encoded,
                key=certificate.encoded_key,
            )
        )
        return thumbprint

    def _machine_certificate(self) -> tuple[()]:
        """The certificate that the machine has from the start; made when somebody first asks for one."""
        certificate = self._default_certificate()
        self.add_certificate(certificate, certificate.names)
        trusted = self._endpoint.settings.trusted_issuers
        for thumbprint, name in trusted.names() if trusted is not None else ():
            self._host.certificates.add(
                Certificate(thumbprint, name, "Root", for_servers=False, for_signing=True)
            )
        return ()

    def _default_certificate(self) -> ServerCertificate:
        """The one that the profile names, else one that is made on first use."""
        from emulator.transport.tls import ServerCertificate

        winrm = self._host.profile.winrm
        return ServerCertificate(
            self._host.name,
            certificate_file=winrm.https_certificate or None,
            key_file=winrm.https_key or None,
            key_password=winrm.https_key_password,
            minimum_version=winrm.minimum_tls_version,
            trusted_issuers=self._client_issuers,
        )

    def _client_issuers(self) -> bytes | None:
        """Whose certificates clients are asked for, None while WinRM takes no client certificates."""
        trusted = self._endpoint.settings.trusted_issuers
        return trusted.pem if trusted is not None and self._host.winrm.authentication.certificate else None

    def _follow(self) -> None:
        """The configuration has changed. Called under the lock; opening and closing wait for nobody."""
        self._apply_limits()
        wanted = self._wanted_shapes()
        for key in [key for key, shape in self._shapes.items() if wanted.get(key) != shape]:
            self._close_port(key)
        for key, shape in wanted.items():
            if key in self._open:
                continue
            try:
                self._open_port(key, shape)
            except ListenError as error:
                log.warning("%s", error)
                transport, port = key
                text = (
                    f"The WinRM service is not listening for {transport} requests because there was a "
                    f"failure binding to the URL ({transport.lower()}://+:{port}/wsman/) in HTTP.SYS."
                )
                self._write(_NOT_BOUND[transport], EventLevel.WARNING, text)

    def _wanted_shapes(self) -> dict[tuple[Transport, int], tuple[frozenset[str], str]]:
        """For each port the paths on which it answers and the thumbprint of its certificate."""
        if not self._host.winrm.is_served:
            return {}
        listeners = self._host.winrm.listeners
        wanted: dict[tuple[Transport, int], tuple[frozenset[str], str]] = {}
        for stated in listeners:
            if stated.transport not in self._transports or not self._listens(stated):
                continue
            key = stated.transport, stated.port
            paths, thumbprint = wanted.get(key, (frozenset[str](), ""))
            path = "/" + stated.url_prefix.lower()
            wanted[key] = paths | {path}, thumbprint or self._thumbprint(stated)
        return wanted

    def visit(self, port: int, *, tls: bool, request: WebRequest) -> WebAnswer | None:
        """Answer a request from within the fake network, which knows the ports that the machine states."""
        host = self._host
        paths = frozenset(
            "/" + stated.url_prefix.lower()
            for stated in host.winrm.listeners
            if stated.port == port and (stated.transport == "HTTPS") is tls and self._listens(stated)
        )
        if not paths or not host.winrm.is_served:
            return None
        endpoint = WinrmEndpoint(host, self._service, self._endpoint.settings, paths=paths)
        conversation = endpoint.connect(ConnectionInfo(_ITSELF, 0, is_tls=tls))
        sent = HttpRequest(request.method, request.target, Headers.of(*request.headers), request.body)
        given = conversation.respond_to(request.account, sent)
        kind = (("Content-Type", given.content_type),) if given.content_type is not None else ()
        length = ("Content-Length", str(len(given.body)))
        headers = (*kind, ("Server", SERVER), *given.headers, length)
        return WebAnswer(given.status, given.reason, headers, b"" if request.method == "HEAD" else given.body)

    def _listens(self, stated: StatedListener) -> bool:
        return stated.enabled and bool(self._host.winrm.listeners.listening_on(stated))

    def _thumbprint(self, stated: StatedListener) -> str:
        # The usual case needs no look into the store, which would make a certificate at start.
        chosen = stated.certificate_thumbprint or self._host.winrm.certificate_thumbprint
        return chosen if stated.transport == "HTTPS" else ""

    def _open_port(self, key: tuple[Transport, int], shape: tuple[frozenset[str], str]) -> None:
        transport, port = key
        paths, thumbprint = shape
        endpoint = self._endpoint
        endpoint.name_host(self._host.name)
        if paths != endpoint.paths:
            endpoint = WinrmEndpoint(self._host, self._service, endpoint.settings, paths=paths)
        listener = Listener(
            self._bind,
            self._wanted.get(key, 0 if self._any_port else port),
            endpoint,
            tls=self._tls(thumbprint) if transport == "HTTPS" else None,
            limits=self._limits,
            count=self._count,
        )
        listener.start()
        if (kept := self._kept.pop(key, None)) is not None:
            kept.close()
        self._wanted[key] = listener.port
        self._open[key] = listener
        self._shapes[key] = shape
        if len(self._open) == 1:
            self._write(
                _LISTENING,
                EventLevel.INFORMATION,
                "The WinRM service is listening for WS-Management requests.",
            )

    def _tls(self, thumbprint: str) -> ServerCertificate:
        if not thumbprint:
            certificate = self._default_certificate()
            if self._host.profile.winrm.https_certificate:
                certificate.context()  # a wrong file is told at the start
            return certificate
        found = self.certificate(thumbprint)
        if found is None:
            raise ListenError(f"cannot listen with HTTPS: there is no key for the certificate {thumbprint}")
        return found

    def _close_port(self, key: tuple[Transport, int]) -> None:
        listener = self._open.pop(key)
        listener.retire()
        del self._shapes[key]
        if not self._host.winrm.is_served:
            self._kept[key] = PortReservation(self._bind, listener.port)
        if not self._open:
            self._write(
                _NOT_LISTENING,
                EventLevel.INFORMATION,
                "The WinRM service is not listening for WS-Management requests.",
            )

    def _give_up_ports(self) -> None:
        for kept in self._kept.values():
            kept.close()
        self._kept.clear()

    def _retire_all(self) -> None:
        for listener in self._open.values():
            listener.retire()
        self._open.clear()
        self._shapes.clear()

    def _apply_limits(self) -> None:
        winrm = self._host.winrm
        self._count.limit = winrm.max_connections
        longest = winrm.max_packet_retrieval_time_seconds
        self._limits = ConnectionLimits().replaced(
            header_seconds=min(_LONGEST_HEADER_SECONDS, float(longest)),
            body_seconds=min(_LONGEST_BODY_SECONDS, float(longest)),
        )
        for listener in self._open.values():
            listener.limits = self._limits

    def _write(self, event_id: int, level: EventLevel, text: str) -> None:
        self._host.event_log.write("System", _SOURCE, event_id, level, text)
