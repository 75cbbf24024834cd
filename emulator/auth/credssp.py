"""CredSSP of the host (MS-CSSP): TLS inside HTTP headers, Negotiate inside TLS, then the password.

Versions 2 to 6 are spoken; 5 and 6 bind the public key with a nonce (CVE-2018-0886). The versions that have
an error code tell the client why a logon failed. This module loads pyspnego and is imported with the first
CredSSP token only.
"""

from __future__ import annotations

import ssl
import struct
from typing import TYPE_CHECKING, cast

from spnego._context import ContextProxy, UnwrapResult, WrapResult
from spnego._credssp import CredSSPProxy
from spnego._credssp_structures import TSPasswordCreds
from spnego.exceptions import BadBindingsError, SpnegoError

from emulator.auth.accounts import find_account, refuse_password, same_text
from emulator.auth.context_protection import ContextProtection
from emulator.auth.credssp_certificate import tls_context
from emulator.auth.errors import AccessNotGranted, AuthenticationError, IntegrityFailure, InvalidToken
from emulator.auth.message_encryption import CREDSSP_PROTOCOL
from emulator.auth.settings import Account, AuthenticationSettings
from emulator.auth.spnego import MAXIMUM_TOKEN_LENGTH, PARSE_ERRORS, NegotiateExchange

if TYPE_CHECKING:
    from emulator.auth.message_encryption import Protection

MAXIMUM_LEGS = 12
"""Tokens that a handshake may take; TLS 1.2, Negotiate with Kerberos refused, and the password take eight."""

_TLS_HANDSHAKE = 0x16
_CLIENT_HELLO = 0x01


class CredsspExchange:
    """One handshake. The client's first token is a TLS Client Hello."""

    is_credssp = True

    def __init__(self, settings: AuthenticationSettings) -> None:
        self._settings = settings
        # The bindings of HTTPS have no place in the Negotiate inside: it is bound to CredSSP's own TLS.
        self._inner = _InnerNegotiation(NegotiateExchange(settings, None))
        self._acceptor = _CredsspAcceptor(settings, self._inner)
        self._legs = 0
        self._account: Account | None = None

    @staticmethod
    def starts(token: bytes) -> bool:
        """Whether a token begins a handshake."""
        return len(token) > 5 and token[0] == _TLS_HANDSHAKE and token[5] == _CLIENT_HELLO

    def step(self, token: bytes) -> bytes | None:
        """The answer to a token, None when there is none. Raises AuthenticationError, which ends it.

        ``failure`` holds the error when the answer is one that tells the client of it.
        """
        self._legs += 1
        if self._legs > MAXIMUM_LEGS:
            raise InvalidToken("the handshake takes too many tokens")
        if not token or len(token) > MAXIMUM_TOKEN_LENGTH:
            raise InvalidToken("the security token is empty or too long")
        try:
            answer = self._acceptor.step(token)
        except BadBindingsError as error:
            raise IntegrityFailure(
                "the public key of the TLS channel is not the one that was bound"
            ) from error
        except SpnegoError as error:
            raise self.failure or InvalidToken(f"the security token was not accepted: {error}") from error
        except (*PARSE_ERRORS, ssl.SSLError) as error:
            raise InvalidToken(f"malformed security token: {error}") from error
        if self.failure is not None and not answer:
            raise self.failure
        if self._acceptor.complete:
            self._account = self._log_on()
        return answer

    @property
    def failure(self) -> AuthenticationError | None:
        """Why the authentication inside was refused."""
        return self._inner.failure

    @property
    def account(self) -> Account | None:
        """Who the client is, once the handshake is complete."""
        return self._account

    def session(self) -> Protection | None:
        """The protection of a complete handshake."""
        return ContextProtection(self._acceptor, frozenset({CREDSSP_PROTOCOL}))

    def _log_on(self) -> Account:
        """Log on with the password that the client has delegated, as the service of Windows does."""
        account = self._inner.exchange.account
        given = self._acceptor.get_extra_info("client_credential")
        if account is None or not isinstance(given, TSPasswordCreds):
            raise InvalidToken("the client delegated no password")
        settings = self._settings
        delegated = find_account(settings.accounts, settings.host, given.domain_name or "", given.username)
        if delegated is not account:
            raise AccessNotGranted(f"{account.name} delegated the credentials of {given.username!r}")
        if not same_text(account.password, given.password):
            refuse_password(settings.accounts, account)
        return account


class _InnerNegotiation:
    """The Negotiate handshake in the form in which the library asks for it; remembers why it was refused."""

    def __init__(self, exchange: NegotiateExchange) -> None:
        self.exchange = exchange
        self.failure: AuthenticationError | None = None

    def step(self, token: bytes) -> bytes | None:
        try:
            return self.exchange.step(token)
        except AuthenticationError as error:
            self.failure = error
            raise _refused(error) from error

    def wrap(self, data: bytes) -> WrapResult:
        return self._context().wrap(data)

    def unwrap(self, data: bytes) -> UnwrapResult:
        return self._context().unwrap(data)

    def _context(self) -> ContextProxy:
        if self.exchange.account is None:
            self.failure = InvalidToken("the public key came before the authentication was complete")
            raise _refused(self.failure)
        return self.exchange.context


def _refused(error: AuthenticationError) -> SpnegoError:
    """What carries the NTSTATUS of a refusal through the library to the client."""
    # The field is a signed number of 32 bits on the wire.
    (status,) = struct.unpack("<i", struct.pack("<I", error.status))
    return SpnegoError(error_code=status, context_msg=error.reason)


class _CredsspAcceptor(CredSSPProxy):
    def __init__(self, settings: AuthenticationSettings, inner: _InnerNegotiation) -> None:
        super().__init__(
            usage="accept",
            credssp_tls_context=tls_context(settings.host.computer_name),
            credssp_negotiate_context=cast("ContextProxy", inner),
        )

    def unwrap(self, data: bytes) -> UnwrapResult:
        """The plain bytes of TLS records. The library's own never ends when the client closes its TLS."""
        self._in_buff.write(data)
        pieces = []
        try:
            while piece := self._tls_object.read(len(data)):
                pieces.append(piece)
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError as error:
            raise SpnegoError(context_msg=f"TLS of CredSSP: {error}") from error
        return UnwrapResult(data=b"".join(pieces), encrypted=True, qop=0)
