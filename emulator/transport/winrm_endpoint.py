"""The WinRM endpoint: HTTP requests become WS-Management requests of an authenticated account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from emulator.auth import (
    AuthenticationSettings,
    Authenticator,
    Challenge,
    DecryptionFailed,
    MessageEncryptionError,
    Refused,
)
from emulator.auth.authenticator import Granted
from emulator.auth.message_encryption import is_encrypted
from emulator.log import Log
from emulator.transport.application import ConnectionInfo
from emulator.transport.error_pages import error_page
from emulator.transport.http import HttpRequest, HttpResponse
from emulator.wsman.messages import WsmanReply, WsmanRequest

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.security.accounts import Account

log = Log(__name__)

PATHS = frozenset({"/wsman"})
ANONYMOUS_PATH = "/wsman-anon/identify"
"""Where Windows clients send an Identify without authentication."""

_IDENTIFY = "Identify"
_IDENTIFY_FORMS = tuple(_IDENTIFY.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


class Service(Protocol):
    """The WS-Management service."""

    def handle(self, request: WsmanRequest) -> WsmanReply: ...


class WinrmEndpoint:
    """The application of the WinRM listeners.

    ``settings`` are the authentication settings; they are made from the host when not given. ``paths`` are
    where it answers (URLPrefix of a listener), in lower case.
    """

    def __init__(
        self,
        host: Host,
        service: Service,
        settings: AuthenticationSettings | None = None,
        *,
        paths: frozenset[str] = PATHS,
    ) -> None:
        self.service = service
        self.paths = paths
        self.settings = settings or AuthenticationSettings.for_host(host)

    def connect(self, connection: ConnectionInfo) -> WinrmConversation:
        return WinrmConversation(self.service, self.settings, connection, self.paths)

    def name_host(self, name: str) -> None:
        """The computer was renamed: it introduces itself to clients by its new name."""
        if self.settings.host.computer_name != name:
            identity = self.settings.host.replaced(computer_name=name)
            self.settings = self.settings.replaced(host=identity)

    def now(self) -> float:
        """The time on the host."""
        return self.settings.now().timestamp()


class WinrmConversation:
    """One connection of a WinRM client; its authentication lives and ends with it."""

    __slots__ = ("_authenticator", "_connection", "_paths", "_service", "_settings")

    def __init__(
        self,
        service: Service,
        settings: AuthenticationSettings,
        connection: ConnectionInfo,
        paths: frozenset[str],
    ) -> None:
        self._paths = paths
        self._service = service
        self._settings = settings
        self._connection = connection
        self._authenticator = Authenticator(
            settings, connection.channel_binding, connection.client_certificate
        )

    def refuse(self, request: HttpRequest) -> HttpResponse | None:
        """The answer to a request that goes to the wrong place, without reading its body."""
        if request.method == "POST" and request.target in self._paths:
            return None
        path = request.path.rstrip("/").lower()
        if path not in self._paths and path != ANONYMOUS_PATH:
            return error_page("not found")
        if request.method != "POST":
            return HttpResponse(405, headers=(("Allow", "POST"),))
        return None

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        misdirected = self.refuse(request)
        if misdirected is not None:
            return misdirected
        if self._is_anonymous_identify(request):
            return self._handle(None, request.headers.get("content-type") or "", request.body)
        is_tls = self._connection.is_tls
        if not request.body and request.headers.get("authorization") is None:
            return HttpResponse(401, headers=self._authenticator.restart(is_tls).headers)
        decision = self._authenticator.authenticate(request.headers, is_tls, request.body)
        if isinstance(decision, Challenge):
            return HttpResponse(401, headers=decision.headers)
        if isinstance(decision, Refused):
            log.info("logon from %s refused: %s", self._connection.client_address, decision.reason)
            return HttpResponse(401, headers=decision.headers, close=decision.close)
        return self._serve(request, decision)

    def respond_to(self, account: Account | None, request: HttpRequest) -> HttpResponse:
        """Answer a request whose sender has logged on already, in plain words; None for nobody."""
        misdirected = self.refuse(request)
        if misdirected is not None or account is None:
            return misdirected or self.respond(request)
        return self._serve(request, Granted(account))

    def _serve(self, request: HttpRequest, granted: Granted) -> HttpResponse:
        content_type, body = request.headers.get("content-type") or "", request.body
        if not body:
            # Clients that encrypt send an empty request first, to have a session key before the first
            # message.
            return HttpResponse(200, headers=granted.headers)
        account = cast("Account", granted.account)
        if not is_encrypted(content_type):
            if self._demands_encryption():
                return HttpResponse(500, headers=granted.headers)
            return self._handle(account, content_type, body, granted.headers)
        try:
            content_type, body = self._authenticator.unwrap(content_type, body)
        except MessageEncryptionError as error:
            log.info("message from %s not opened: %s", self._connection.client_address, error)
            return HttpResponse(500, headers=granted.headers, close=isinstance(error, DecryptionFailed))
        return self._handle(account, content_type, body, granted.headers, encrypted=True)

    def _demands_encryption(self) -> bool:
        return not self._connection.is_tls and not self._settings.winrm.allow_unencrypted

    def _is_anonymous_identify(self, request: HttpRequest) -> bool:
        """Whether a request asks for Identify without authentication (``WSMANIDENTIFY`` header).

        The look into the body only keeps other operations from going on without a logon; the service looks
        properly.
        """
        wish = request.headers.get("wsmanidentify")
        if wish is None or wish.strip().lower() != "unauthenticated":
            return False
        if request.headers.get("authorization") is not None:
            return False
        return any(form in request.body for form in _IDENTIFY_FORMS)

    def _handle(
        self,
        account: Account | None,
        content_type: str,
        body: bytes,
        headers: tuple[tuple[str, str], ...] = (),
        *,
        encrypted: bool = False,
    ) -> HttpResponse:
        connection = self._connection
        reply = self._service.handle(
            WsmanRequest(
                body=body,
                content_type=content_type,
                account=account,
                client_address=connection.client_address,
                is_tls=connection.is_tls,
                encrypted=encrypted,
            )
        )
        answer_type, answer = reply.content_type, reply.body
        if encrypted and answer:
            answer_type, answer = self._authenticator.wrap(answer_type, answer)
        return HttpResponse(reply.status, answer, answer_type if answer else None, headers)
