"""Who is at the other end of one connection.

Negotiate and NTLM authenticate a connection: after the handshake its requests need no header any more, and
their bodies may be sealed with the keys of the handshake. Basic authenticates a request. Kerberos, CredSSP
and client certificates are not offered.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from emulator.auth import basic, message_encryption
from emulator.auth.errors import (
    AuthenticationError,
    InvalidToken,
    ProtectionNotAvailable,
    SchemeNotOffered,
)
from emulator.auth.settings import Account, AuthenticationSettings

if TYPE_CHECKING:
    from emulator.auth.ntlm import SealedSession
    from emulator.auth.spnego import NegotiateExchange

MAXIMUM_FAILURES = 16
"""Refused logons after which a connection is to be closed, so that guessing costs at least a connection."""

_MAXIMUM_TOKEN_TEXT = 64_000  # base64 text of the largest security token
_LABELS = {"negotiate": "Negotiate", "ntlm": "NTLM"}

Headers = tuple[tuple[str, str], ...]


class RequestHeaders(Protocol):
    """The headers of a request; names in any case."""

    def get(self, name: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Granted:
    """The request comes from ``account``; ``headers`` belong into the answer, whatever that is.

    ``by_negotiation`` tells a connection that was authenticated by Negotiate, where messages may be sealed,
    from Basic.
    """

    account: Account
    headers: Headers = ()
    by_negotiation: bool = False


@dataclass(frozen=True, slots=True)
class Challenge:
    """Answer 401 with ``headers``: the client is to name itself, or to go on with its handshake."""

    headers: Headers


@dataclass(frozen=True, slots=True)
class Refused:
    """Answer 401 with ``headers``: the client has tried and failed. ``reason`` is for the journal.

    ``close`` asks for the connection to be closed after the answer.
    """

    headers: Headers
    reason: str
    close: bool = False


class Authenticator:
    """The authentication state of one connection. Not for use by several threads at once.

    ``channel_binding`` is the application data of the TLS channel's bindings (``tls-server-end-point:`` and
    the hash of the certificate, RFC 5929), None on a plain connection.
    """

    __slots__ = ("_channel_binding", "_exchange", "_failures", "_granted", "_session", "_settings")

    def __init__(self, settings: AuthenticationSettings, channel_binding: bytes | None = None) -> None:
        self._settings = settings
        self._channel_binding = channel_binding
        self._exchange: NegotiateExchange | None = None
        self._granted: Granted | None = None
        self._session: SealedSession | None = None
        self._failures = 0

    @property
    def account(self) -> Account | None:
        """Who the connection belongs to after a Negotiate handshake."""
        return self._granted.account if self._granted else None

    def authenticate(self, headers: RequestHeaders, is_tls: bool) -> Granted | Challenge | Refused:
        """Decide about one request by its headers."""
        authorization = headers.get("authorization")
        if authorization is None:
            return self._granted or Challenge(self._offers(is_tls))
        scheme, _, parameter = authorization.strip().partition(" ")
        scheme = scheme.lower()
        try:
            if scheme == "basic":
                return self._by_basic(parameter.strip(), is_tls)
            if scheme in _LABELS:
                return self._by_negotiation(_LABELS[scheme], parameter.strip())
            raise SchemeNotOffered(f"the scheme {scheme[:40]!r} is not offered")
        except AuthenticationError as error:
            return self._refuse(error, is_tls)

    def restart(self, is_tls: bool) -> Challenge:
        """Forget who the connection belongs to and ask again.

        For an empty request without a token: a client that encrypts begins a new session that way (the Go
        client before each message), and could open no answer of the session before.
        """
        self._forget()
        return Challenge(self._offers(is_tls))

    def unwrap(self, content_type: str, body: bytes) -> tuple[str, bytes]:
        """The type and the bytes of the message in a protected body. Raises MessageEncryptionError."""
        return message_encryption.unwrap(content_type, body, self._protection())

    def wrap(self, content_type: str, body: bytes) -> tuple[str, bytes]:
        """The protected form of a message and its Content-Type. Raises ProtectionNotAvailable."""
        return message_encryption.wrap(content_type, body, self._protection())

    def _protection(self) -> SealedSession:
        if self._session is None:
            raise ProtectionNotAvailable("the connection has negotiated no message protection")
        return self._session

    def _offers(self, is_tls: bool) -> Headers:
        """One header a scheme. Negotiate stands last: WinRb takes the last one it finds."""
        offered: list[tuple[str, str]] = []
        if self._offers_basic(is_tls):
            offered.append(("WWW-Authenticate", 'Basic realm="WSMAN"'))
        if self._settings.winrm.authentication.negotiate:
            offered.append(("WWW-Authenticate", "Negotiate"))
        return tuple(offered)

    def _offers_basic(self, is_tls: bool) -> bool:
        winrm = self._settings.winrm
        return winrm.authentication.basic and (is_tls or winrm.allow_unencrypted)

    def _by_basic(self, parameter: str, is_tls: bool) -> Granted:
        if not self._offers_basic(is_tls):
            raise SchemeNotOffered("Basic is not offered on this listener")
        # Nothing is remembered: verifying takes two microseconds and notices every change of the account.
        return Granted(basic.verify(parameter, self._settings.accounts, self._settings.host))

    def _by_negotiation(self, label: str, parameter: str) -> Granted | Challenge:
        if not self._settings.winrm.authentication.negotiate:
            raise SchemeNotOffered("Negotiate is not offered on this listener")
        token = _token(parameter)
        # Loaded here and not above: only a client that negotiates pays for the library.
        from emulator.auth.spnego import NegotiateExchange

        if NegotiateExchange.starts(token):
            self._forget()
            self._exchange = NegotiateExchange(self._settings, self._channel_binding)
        elif self._exchange is None:
            raise InvalidToken("a security token came without the one before it")
        exchange = self._exchange
        answer = exchange.step(token)
        header = _answer_header(label, answer)
        account = exchange.account
        if account is None:
            return Challenge((header,))
        self._session = exchange.session()
        self._granted = Granted(account, by_negotiation=True)
        self._exchange = None
        return Granted(account, (header,) if answer else (), by_negotiation=True)

    def _refuse(self, error: AuthenticationError, is_tls: bool) -> Refused:
        self._forget()
        self._failures += 1
        return Refused(self._offers(is_tls), error.reason, close=self._failures >= MAXIMUM_FAILURES)

    def _forget(self) -> None:
        self._exchange = self._granted = self._session = None


def _token(parameter: str) -> bytes:
    if not parameter or len(parameter) > _MAXIMUM_TOKEN_TEXT:
        raise InvalidToken("the security token is missing or too long")
    try:
        return base64.b64decode(parameter, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidToken("the security token is not base64 text") from error


def _answer_header(label: str, token: bytes | None) -> tuple[str, str]:
    return "WWW-Authenticate", f"{label} {base64.b64encode(token).decode('ascii')}" if token else label
