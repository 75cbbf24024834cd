"""Who is at the other end of one connection.

Negotiate, NTLM, Kerberos and CredSSP authenticate a connection: after the handshake its requests need no
header any more, and their bodies may be sealed with the keys of the handshake. Basic and client certificates
authenticate a request. Which schemes are offered is read from the live settings at each decision.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Protocol

from emulator.auth import basic, message_encryption
from emulator.auth.accounts import admit
from emulator.auth.errors import (
    AuthenticationError,
    InvalidToken,
    ProtectionNotAvailable,
    SchemeNotOffered,
)
from emulator.auth.message_encryption import CREDSSP_PROTOCOL, SPNEGO_PROTOCOL
from emulator.auth.settings import Account, AuthenticationSettings
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.auth.credssp import CredsspExchange
    from emulator.auth.message_encryption import Protection
    from emulator.auth.spnego import NegotiateExchange

MAXIMUM_FAILURES = 16
"""Refused logons after which a connection is to be closed, so that guessing costs at least a connection."""

_MAXIMUM_TOKEN_TEXT = 64_000  # base64 text of the largest security token
_LABELS = {"negotiate": "Negotiate", "ntlm": "NTLM", "kerberos": "Kerberos", "credssp": "CredSSP"}
_CERTIFICATE = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"

Headers = tuple[tuple[str, str], ...]


class RequestHeaders(Protocol):
    """The headers of a request; names in any case."""

    def get(self, name: str) -> str | None: ...


class Granted(Record):
    """The request comes from ``account``; ``headers`` belong into the answer, whatever that is.

    ``by_negotiation`` tells a connection that was authenticated by a handshake, where messages may be sealed,
    from a request that was authenticated alone.
    """

    account: Account
    headers: Headers = ()
    by_negotiation: bool = False


class Challenge(Record):
    """Answer 401 with ``headers``: the client is to name itself, or to go on with its handshake."""

    headers: Headers


class Refused(Record):
    """Answer 401 with ``headers``: the client has tried and failed. ``reason`` is for the journal.

    ``close`` asks for the connection to be closed after the answer.
    """

    headers: Headers
    reason: str
    close: bool = False


class Authenticator:
    """The authentication state of one connection. Not for use by several threads at once.

    ``channel_binding`` is the application data of the TLS channel's bindings (``tls-server-end-point:`` and
    the hash of the certificate, RFC 5929), None on a plain connection; ``client_certificate`` is the one that
    the client has shown in its TLS handshake, in DER.
    """

    __slots__ = (
        "_basic",
        "_channel_binding",
        "_client_certificate",
        "_exchange",
        "_failures",
        "_granted",
        "_protocol",
        "_session",
        "_settings",
    )

    def __init__(
        self,
        settings: AuthenticationSettings,
        channel_binding: bytes | None = None,
        client_certificate: bytes | None = None,
    ) -> None:
        self._settings = settings
        self._channel_binding = channel_binding
        self._client_certificate = client_certificate
        self._exchange: NegotiateExchange | CredsspExchange | None = None
        self._granted: Granted | None = None
        self._basic: tuple[str, int, Granted] | None = None
        """The Basic credentials verified last, and the revision of the accounts before that."""
        self._protocol = SPNEGO_PROTOCOL
        self._session: Protection | None = None
        self._failures = 0

    @property
    def account(self) -> Account | None:
        """Who the connection belongs to after a handshake."""
        return self._granted.account if self._granted else None

    def authenticate(
        self, headers: RequestHeaders, is_tls: bool, body: bytes = b""
    ) -> Granted | Challenge | Refused:
        """Decide about one request by its headers; a certificate may be mapped by the body's resource URI."""
        authorization = headers.get("authorization")
        if authorization is None:
            return self._granted or Challenge(self._offers(is_tls))
        scheme, _, parameter = authorization.strip().partition(" ")
        scheme = scheme.lower()
        try:
            if scheme == "basic":
                return self._by_basic(parameter.strip(), is_tls)
            if scheme in _LABELS:
                return self._by_handshake(_LABELS[scheme], parameter.strip(), is_tls)
            if scheme == _CERTIFICATE and self._offers_certificate(is_tls):
                return self._by_certificate(body)
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
        protection = self._protection()
        self._protocol = message_encryption.protocol_of(content_type)
        return message_encryption.unwrap(content_type, body, protection)

    def wrap(self, content_type: str, body: bytes) -> tuple[str, bytes]:
        """The protected form of a message and its Content-Type, under the name that the client has used.

        Raises ProtectionNotAvailable.
        """
        return message_encryption.wrap(content_type, body, self._protection(), self._protocol)

    def _protection(self) -> Protection:
        if self._session is None:
            raise ProtectionNotAvailable("the connection has negotiated no message protection")
        return self._session

    def _offers(self, is_tls: bool) -> Headers:
        """One header a scheme. Negotiate stands last: WinRb takes the last one it finds."""
        methods = self._settings.winrm.authentication
        offered: list[tuple[str, str]] = []
        if self._offers_basic(is_tls):
            offered.append(("WWW-Authenticate", 'Basic realm="WSMAN"'))
        if methods.kerberos and self._settings.kerberos is not None:
            offered.append(("WWW-Authenticate", "Kerberos"))
        if methods.credssp:
            offered.append(("WWW-Authenticate", "CredSSP"))
        if methods.negotiate:
            offered.append(("WWW-Authenticate", "Negotiate"))
        return tuple(offered)

    def _offers_basic(self, is_tls: bool) -> bool:
        winrm = self._settings.winrm
        return winrm.authentication.basic and (is_tls or winrm.allow_unencrypted)

    def _offers_certificate(self, is_tls: bool) -> bool:
        return is_tls and self._settings.winrm.authentication.certificate

    def _by_basic(self, parameter: str, is_tls: bool) -> Granted:
        if not self._offers_basic(is_tls):
            raise SchemeNotOffered("Basic is not offered on this listener")
        accounts = self._settings.accounts
        if self._basic is not None and self._basic[:2] == (parameter, accounts.revision):
            granted = self._basic[2]
            admit(accounts, granted.account)  # time alone may lock an account out or let its password expire
            return granted
        revision = accounts.revision
        granted = Granted(basic.verify(parameter, accounts, self._settings.host))
        self._basic = (parameter, revision, granted)
        return granted

    def _by_certificate(self, body: bytes) -> Granted:
        from emulator.auth.client_certificate import log_on

        return Granted(log_on(self._settings, self._client_certificate, body))

    def _by_handshake(self, label: str, parameter: str, is_tls: bool) -> Granted | Challenge | Refused:
        offered = "Negotiate" if label == "NTLM" else label
        if ("WWW-Authenticate", offered) not in self._offers(is_tls):
            raise SchemeNotOffered(f"{offered} is not offered on this listener")
        token = _token(parameter)
        exchange = self._exchange_for(label, token)
        answer = exchange.step(token)
        header = _answer_header(label, answer)
        if exchange.failure is not None:
            # The client reads why from the token, which it takes from the last header.
            refused = self._refuse(exchange.failure, is_tls)
            return Refused((*refused.headers, header), refused.reason, refused.close)
        account = exchange.account
        if account is None:
            return Challenge((header,))
        self._session = exchange.session()
        self._protocol = CREDSSP_PROTOCOL if label == "CredSSP" else SPNEGO_PROTOCOL
        self._granted = Granted(account, by_negotiation=True)
        self._exchange = None
        return Granted(account, (header,) if answer else (), by_negotiation=True)

    def _exchange_for(self, label: str, token: bytes) -> NegotiateExchange | CredsspExchange:
        """The handshake that a token belongs to, a new one for a token that starts anew."""
        # Loaded here and not above: only a client that negotiates pays for the library.
        if label == "CredSSP":
            from emulator.auth.credssp import CredsspExchange

            starts = CredsspExchange.starts(token)
            if starts:
                self._forget()
                self._exchange = CredsspExchange(self._settings)
        else:
            from emulator.auth.spnego import NegotiateExchange

            starts = NegotiateExchange.starts(token)
            if starts:
                self._forget()
                self._exchange = NegotiateExchange(
                    self._settings, self._channel_binding, takes_ntlm=label != "Kerberos"
                )
        exchange = self._exchange
        if exchange is None or (exchange.is_credssp != (label == "CredSSP")):
            raise InvalidToken("a security token came without the one before it")
        return exchange

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
