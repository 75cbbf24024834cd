"""One Negotiate handshake: NTLM or Kerberos, raw or wrapped in SPNEGO (RFC 4178, MS-SPNG).

This module loads pyspnego and is therefore imported with the first token only.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from spnego._context import ContextProxy, GSSMech
from spnego._negotiate import NegotiateProxy
from spnego._spnego import NegTokenInit, unpack_token
from spnego.exceptions import SpnegoError

from emulator.auth.errors import AuthenticationError, InvalidToken, SchemeNotOffered
from emulator.auth.message_encryption import Protection
from emulator.auth.ntlm import SEAL, NtlmAcceptor, SealedSession
from emulator.auth.settings import Account, AuthenticationSettings

if TYPE_CHECKING:
    from emulator.auth.kerberos import KerberosAcceptor

MAXIMUM_TOKEN_LENGTH = 48_000
"""Bytes of one security token: the MaxTokenSize of Windows."""
MAXIMUM_LEGS = 5
"""Tokens a handshake may take; the longest legal one (another mechanism preferred, then NTLM) takes three."""

_NTLM_SIGNATURE = b"NTLMSSP\x00"
_NTLM_NEGOTIATE = b"NTLMSSP\x00\x01\x00\x00\x00"
_KERBEROS_NAMES = frozenset({GSSMech.kerberos.value, GSSMech._ms_kerberos.value})
_KERBEROS_OID = bytes.fromhex("06092a864886f712010202")  # 1.2.840.113554.1.2.2 as the first token has it
_OID_ENDS_BEFORE = 20

# What the parsers of the library raise on bytes that are no token.
PARSE_ERRORS = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    NotImplementedError,
    StopIteration,
    RecursionError,
    struct.error,
)


class ChosenNegotiation(NegotiateProxy):
    """SPNEGO of a host for the one mechanism that was chosen, whatever the library finds on the machine."""

    def __init__(self, mechanism: GSSMech, acceptor: ContextProxy) -> None:
        acceptor._is_wrapped = True
        self._mechanism = mechanism
        super().__init__(usage="accept", _negotiate_contexts={mechanism: acceptor})

    def _preferred_mech_list(self) -> list[GSSMech]:
        return [self._mechanism]


class NegotiateExchange:
    """One handshake. It takes the client's tokens in order; a token that starts anew needs a new exchange.

    ``takes_ntlm`` is false for the HTTP scheme Kerberos, which means Kerberos and nothing else.
    """

    is_credssp = False
    failure: AuthenticationError | None = None
    """Always None: no token of Negotiate tells the client of a refusal."""

    def __init__(
        self,
        settings: AuthenticationSettings,
        channel_binding: bytes | None,
        *,
        takes_ntlm: bool = True,
    ) -> None:
        self._settings = settings
        self._channel_binding = channel_binding
        self._takes_ntlm = takes_ntlm
        self._acceptor: NtlmAcceptor | KerberosAcceptor | None = None
        self._negotiation: ChosenNegotiation | None = None
        self._legs = 0

    @staticmethod
    def starts(token: bytes) -> bool:
        """Whether a token begins a handshake: an NTLM negotiate message or the first token of SPNEGO."""
        if token.startswith(_NTLM_SIGNATURE):
            return token.startswith(_NTLM_NEGOTIATE)
        # 0x60 is the InitialContextToken of RFC 2743 3.1, 0xA0 a bare NegTokenInit; 0xA1 is a NegTokenResp.
        return token[:1] in (b"\x60", b"\xa0")

    def step(self, token: bytes) -> bytes | None:
        """The answer to a token, None when there is none. Raises AuthenticationError, which ends it."""
        self._legs += 1
        if self._legs > MAXIMUM_LEGS:
            raise InvalidToken("the handshake takes too many tokens")
        if len(token) > MAXIMUM_TOKEN_LENGTH:
            raise InvalidToken("the security token is too long")
        try:
            return self._step(token)
        except AuthenticationError:
            raise
        except SpnegoError as error:
            raise InvalidToken(f"the security token was not accepted: {error}") from error
        except PARSE_ERRORS as error:
            raise InvalidToken(f"malformed security token: {error}") from error

    def _step(self, token: bytes) -> bytes | None:
        if self._acceptor is None:
            token = self._begin(token)
        return self.context.step(token)

    @property
    def context(self) -> ContextProxy:
        """The security context of the library, once the first token has come."""
        context = self._negotiation or self._acceptor
        if context is None:
            raise InvalidToken("the handshake has not begun")
        return context

    def _begin(self, token: bytes) -> bytes:
        """Choose the mechanism by the client's first token; the token to feed to it."""
        if token.startswith(_NTLM_SIGNATURE):
            self._acceptor = self._ntlm()
            return token
        offer = unpack_token(token)
        if isinstance(offer, NegTokenInit):
            return self._begin_negotiation(offer, token)
        if not isinstance(offer, bytes) or _KERBEROS_OID not in token[:_OID_ENDS_BEFORE]:
            raise SchemeNotOffered("the client begins with neither NTLM, Kerberos nor SPNEGO")
        self._acceptor = self._kerberos()
        return token

    def _begin_negotiation(self, offer: NegTokenInit, token: bytes) -> bytes:
        """The SPNEGO layer for what the client offers: the first of its mechanisms that the host has."""
        preferred: list[str] = []
        for mechanism in offer.mech_types:
            if mechanism == GSSMech.ntlm.value and self._takes_ntlm:
                chosen, self._acceptor = GSSMech.ntlm, self._ntlm()
                break
            if mechanism in _KERBEROS_NAMES and self._settings.kerberos is not None:
                chosen, self._acceptor = GSSMech.kerberos, self._kerberos()
                break
            preferred.append(mechanism)
        else:
            raise SchemeNotOffered("the client offers neither NTLM nor usable Kerberos in SPNEGO")
        self._negotiation = ChosenNegotiation(chosen, self._acceptor)
        if not preferred or not offer.mech_token:
            return token
        # The first token belongs to the mechanism the client likes best, which is another one: RFC 4178
        # 4.2.1 ignores it.
        return bytes(NegTokenInit(mech_types=offer.mech_types).pack())

    def _ntlm(self) -> NtlmAcceptor:
        if not self._takes_ntlm:
            raise SchemeNotOffered("the scheme Kerberos takes no NTLM")
        return NtlmAcceptor(self._settings, self._channel_binding)

    def _kerberos(self) -> KerberosAcceptor:
        if self._settings.kerberos is None:
            raise SchemeNotOffered("the host has no keytab for Kerberos")
        from emulator.auth.kerberos import KerberosAcceptor

        return KerberosAcceptor(self._settings, self._channel_binding)

    @property
    def complete(self) -> bool:
        return self._acceptor is not None and bool(self.context.complete)

    @property
    def account(self) -> Account | None:
        """Who the client is, once the handshake is complete."""
        return self._acceptor.account if self._acceptor is not None and self.complete else None

    def session(self) -> Protection | None:
        """The protection of a complete handshake, None when the client negotiated no confidentiality."""
        acceptor = self._acceptor
        if acceptor is None or not self.complete:
            return None
        if not isinstance(acceptor, NtlmAcceptor):
            return acceptor.protection()
        return SealedSession(acceptor) if acceptor.flags & SEAL else None
