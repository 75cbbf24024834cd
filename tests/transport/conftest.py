"""Applications that need no host, and listeners on free ports of the loopback address."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from emulator.auth import AuthenticationSettings, HostIdentity
from emulator.transport import HttpRequest, HttpResponse, Listener, WinrmEndpoint
from emulator.wsman.messages import WsmanReply, WsmanRequest

PASSWORD = "P@ssw0rd!"
SOAP = "application/soap+xml;charset=UTF-8"


@dataclass
class FakeAccount:
    name: str = "Administrator"
    password: str = PASSWORD
    disabled: bool = False
    may_use_winrm: bool = True
    is_local: bool = True


class EchoService:
    """Answers each request with its own body and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[WsmanRequest] = []
        self.status = 200
        self.body: bytes | None = None

    def handle(self, request: WsmanRequest) -> WsmanReply:
        self.requests.append(request)
        body = request.body if self.body is None else self.body
        return WsmanReply(self.status, body, request.content_type or SOAP)


class EchoApplication:
    """Answers each request with its method, target and body; `answer` can be replaced."""

    def __init__(self) -> None:
        self.answer: Callable[[HttpRequest], HttpResponse] = self.echo
        self.refusal: HttpResponse | None = None
        self.connections = []

    def echo(self, request: HttpRequest) -> HttpResponse:
        text = f"{request.method} {request.target} ".encode() + request.body
        return HttpResponse(200, text, "text/plain")

    def connect(self, connection):
        self.connections.append(connection)
        return self

    def now(self) -> float:
        return time.time()

    def refuse(self, _: HttpRequest) -> HttpResponse | None:
        return self.refusal

    def respond(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)


@pytest.fixture
def account() -> FakeAccount:
    return FakeAccount()


@pytest.fixture
def winrm() -> SimpleNamespace:
    return SimpleNamespace(
        allow_unencrypted=False,
        authentication=SimpleNamespace(
            basic=True, negotiate=True, kerberos=True, certificate=False, credssp=False
        ),
        channel_binding="Relaxed",
    )


@pytest.fixture
def settings(account, winrm) -> AuthenticationSettings:
    names = {"administrator", "hv01\\administrator", ".\\administrator"}
    rules = SimpleNamespace(
        refusal=lambda _: None, note_wrong_password=lambda _: None, note_logon=lambda _: None
    )
    accounts = SimpleNamespace(
        revision=0, find=lambda name: account if name.lower() in names else None, rules=rules
    )
    return AuthenticationSettings(accounts, winrm, HostIdentity("HV01"))


@pytest.fixture
def service() -> EchoService:
    return EchoService()


@pytest.fixture
def endpoint(settings, service) -> WinrmEndpoint:
    return WinrmEndpoint(None, service, settings)


@pytest.fixture
def echo() -> EchoApplication:
    return EchoApplication()


@pytest.fixture
def serve() -> Iterator[Callable[..., Listener]]:
    """Start a listener on a free port; all are stopped at the end."""
    listeners: list[Listener] = []

    def start(application, tls=None, **options) -> Listener:
        listener = Listener("127.0.0.1", 0, application, tls, **options)
        listener.start()
        listeners.append(listener)
        return listener

    yield start
    for listener in listeners:
        listener.stop()


@pytest.fixture
def dial() -> Iterator[Callable[[Listener], socket.socket]]:
    """Connect to a listener; a silent server fails the test instead of hanging it."""
    sockets: list[socket.socket] = []

    def connect(listener: Listener) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", listener.port), timeout=10)
        sockets.append(client)
        return client

    yield connect
    for client in sockets:
        client.close()
