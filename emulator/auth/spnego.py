"""One Negotiate handshake: raw NTLM or NTLM wrapped in SPNEGO (RFC 4178, MS-SPNG).

This module loads pyspnego and is therefore imported with the first token only.
"""

from __future__ import annotations

import struct

from spnego._context import GSSMech
from spnego._negotiate import NegotiateProxy
from spnego._spnego import NegTokenInit, unpack_token
from spnego.exceptions import SpnegoError

from emulator.auth.errors import AuthenticationError, InvalidToken, SchemeNotOffered
from emulator.auth.ntlm import SEAL, NtlmAcceptor, SealedSession
from emulator.auth.settings import Account, AuthenticationSettings

MAXIMUM_TOKEN_LENGTH = 48_000
"""Bytes of one security token: the MaxTokenSize of Windows."""
MAXIMUM_LEGS = 5
"""Tokens a handshake may take; the longest legal one (another mechanism preferred, then NTLM) takes three."""

_NTLM_SIGNATURE = b"NTLMSSP\x00"
_NTLM_NEGOTIATE = b"NTLMSSP\x00\x01\x00\x00\x00"

# What the parsers of the library raise on bytes that are no token.
_PARSE_ERRORS = (
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


class NtlmOnlyNegotiation(NegotiateProxy):
    """SPNEGO of a host that has NTLM and nothing else, whatever the library finds on the machine."""

    def __init__(self, acceptor: NtlmAcceptor) -> None:
        acceptor._is_wrapped = True
        super().__init__(usage="accept", _negotiate_contexts={GSSMech.ntlm: acceptor})

    def _preferred_mech_list(self) -> list[GSSMech]:
        return [GSSMech.ntlm]


class NegotiateExchange:
    """One handshake. It takes the client's tokens in order; a token that starts anew needs a new exchange."""

    def __init__(self, settings: AuthenticationSettings, channel_binding: bytes | None) -> None:
        self._acceptor = NtlmAcceptor(settings, channel_binding)
        self._negotiation: NtlmOnlyNegotiation | None = None
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
        except _PARSE_ERRORS as error:
            raise InvalidToken(f"malformed security token: {error}") from error

    def _step(self, token: bytes) -> bytes | None:
        if self._negotiation is None:
            if token.startswith(_NTLM_SIGNATURE):
                return self._acceptor.step(token)
            self._negotiation, token = self._begin_negotiation(token)
        return self._negotiation.step(token)

    def _begin_negotiation(self, token: bytes) -> tuple[NtlmOnlyNegotiation, bytes]:
        """The SPNEGO layer for what the client offers, and the token to feed to it."""
        offer = unpack_token(token)
        if not isinstance(offer, NegTokenInit):
            raise SchemeNotOffered("the client offers neither NTLM nor SPNEGO in its first token")
        ntlm = GSSMech.ntlm.value
        if ntlm not in offer.mech_types:
            raise SchemeNotOffered("the client does not offer NTLM inside SPNEGO")
        negotiation = NtlmOnlyNegotiation(self._acceptor)
        if offer.mech_types[0] == ntlm or not offer.mech_token:
            return negotiation, token
        # The first token belongs to the mechanism the client likes best, which is not NTLM: RFC 4178 4.2.1
        # ignores it.
        return negotiation, NegTokenInit(mech_types=offer.mech_types).pack()

    @property
    def complete(self) -> bool:
        if self._negotiation is not None:
            return bool(self._negotiation.complete)
        return bool(self._acceptor.complete)

    @property
    def account(self) -> Account | None:
        """Who the client is, once the handshake is complete."""
        return self._acceptor.account if self.complete else None

    def session(self) -> SealedSession | None:
        """The protection of a complete handshake, None when the client negotiated no confidentiality."""
        if not self.complete or not self._acceptor.flags & SEAL:
            return None
        return SealedSession(self._acceptor)
