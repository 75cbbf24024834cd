"""The NTLM acceptor of the host (MS-NLMP 3.2.5).

It builds on the acceptor of pyspnego and replaces what that one fixes: accounts come from the host instead of
a file named by an environment variable, the challenge carries the names of the host instead of those of the
machine that the emulator runs on (no DNS query), and channel bindings follow the hardening level of WinRM.
This module loads pyspnego (110 ms, 20 MiB), so it is itself imported with the first token only. It uses
private names of pyspnego; the tests of this room guard them.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from functools import lru_cache

from spnego._credential import NTLMHash
from spnego._ntlm import NTLMProxy
from spnego._ntlm_raw.crypto import compute_response_v1, hmac_md5, ntowfv2, rc4k
from spnego._ntlm_raw.md4 import md4
from spnego._ntlm_raw.messages import (
    Authenticate,
    AvFlags,
    AvId,
    Challenge,
    FileTime,
    Negotiate,
    NegotiateFlags,
    TargetInfo,
    Version,
)
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

from emulator.auth.accounts import admit, find_account, refuse_password
from emulator.auth.channel_binding import expected_binding, refuse_without_binding
from emulator.auth.errors import (
    ChannelBindingMismatch,
    IntegrityFailure,
    InvalidToken,
    UnknownAccount,
)
from emulator.auth.message_encryption import SPNEGO_PROTOCOL
from emulator.auth.settings import Account, AuthenticationSettings

# Plain numbers: arithmetic on the flag type of the library costs a microsecond an operation.
UNICODE = int(NegotiateFlags.unicode)
OEM = int(NegotiateFlags.oem)
SIGN = int(NegotiateFlags.sign)
SEAL = int(NegotiateFlags.seal)
KEY_EXCHANGE = int(NegotiateFlags.key_exch)
EXTENDED_SESSION_SECURITY = int(NegotiateFlags.extended_session_security)
VERSION = int(NegotiateFlags.version)

_ALWAYS_ANSWERED = int(
    NegotiateFlags.request_target
    | NegotiateFlags.ntlm
    | NegotiateFlags.always_sign
    | NegotiateFlags.target_info
)
_NEGOTIABLE = (
    UNICODE
    | SIGN
    | SEAL
    | EXTENDED_SESSION_SECURITY
    | VERSION
    | KEY_EXCHANGE
    | int(NegotiateFlags.key_128 | NegotiateFlags.key_56)
)

_NTLM_V1_RESPONSE_LENGTH = 24
_CLIENT_CHALLENGE_HEADER_LENGTH = 28  # fields of NTLMv2_CLIENT_CHALLENGE before its AvPairs, MS-NLMP 2.2.2.7
_NO_CHANNEL_BINDINGS = bytes(16)


class NtlmAcceptor(NTLMProxy):
    """One NTLM handshake on the side of the host.

    ``channel_binding`` is the application data ``tls-server-end-point:<hash of the certificate>`` of the TLS
    channel (RFC 5929), or None on a plain connection. ``account`` is set when the handshake is complete.
    """

    def __init__(self, settings: AuthenticationSettings, channel_binding: bytes | None) -> None:
        # The constructor of the library insists on its account file for an acceptor; a credential that nobody
        # uses avoids that.
        super().__init__(NTLMHash("acceptor"), usage="initiate")
        self.usage = "accept"
        self.account: Account | None = None
        self._settings = settings
        self._channel_binding = channel_binding

    @property
    def flags(self) -> int:
        """The negotiated flags (MS-NLMP 2.2.2.5)."""
        return int(self._context_attr)

    @property
    def _requires_mech_list_mic(self) -> bool:
        # The SPNEGO layer demands a mechListMIC by itself when RFC 4178 5 asks for one; clients that send
        # none stay welcome.
        return False

    def _step_accept_negotiate(self, token: bytes) -> bytes:
        negotiate = Negotiate.unpack(token)
        asked = negotiate.flags
        if not asked & (UNICODE | OEM):
            raise InvalidToken("the NTLM negotiate message offers no character set")
        host = self._settings.host
        kind = NegotiateFlags.target_type_domain if host.domain_name else NegotiateFlags.target_type_server
        flags = (asked & _NEGOTIABLE) | _ALWAYS_ANSWERED | int(kind) | (0 if asked & UNICODE else OEM)
        challenge = Challenge(
            flags,
            os.urandom(8),
            target_name=host.domain_name or host.computer_name,
            target_info=self._target_info(),
            version=Version(*host.version) if asked & VERSION else None,
        )
        self._temp_negotiate = negotiate
        self._temp_challenge = challenge
        return challenge.pack()

    def _target_info(self) -> TargetInfo:
        host = self._settings.host
        info = TargetInfo()
        info[AvId.nb_domain_name] = host.domain_name or host.computer_name
        info[AvId.nb_computer_name] = host.computer_name
        info[AvId.dns_domain_name] = host.dns_domain_name or host.computer_name
        info[AvId.dns_computer_name] = host.dns_computer_name
        if host.dns_domain_name:
            info[AvId.dns_tree_name] = host.dns_domain_name
        info[AvId.timestamp] = FileTime.from_datetime(self._settings.now())
        return info

    def _step_accept_authenticate(self, token: bytes, channel_bindings: GssChannelBindings | None) -> None:
        del channel_bindings  # the rule and the bindings come from the settings of the listener
        challenge = self._temp_challenge
        negotiate = self._temp_negotiate
        if challenge is None or negotiate is None:
            raise InvalidToken("an NTLM authenticate message came before the negotiate message")
        message = Authenticate.unpack(token)
        if not message.user_name:
            raise UnknownAccount("anonymous NTLM logon")
        account = find_account(
            self._settings.accounts, self._settings.host, message.domain_name or "", message.user_name
        )
        if account is None:
            raise UnknownAccount(f"no account {message.domain_name or ''}\\{message.user_name}")

        key, pairs = self._check_response(message, challenge.server_challenge, account)
        self._session_key = _exported_session_key(message, key)
        if pairs.get(AvId.flags, 0) & AvFlags.mic:
            self._check_integrity(negotiate, challenge, message)
        self._check_channel_bindings(pairs)
        self.account = admit(self._settings.accounts, account)
        self._context_attr = message.flags
        self._complete = True

    def _check_response(
        self, message: Authenticate, server_challenge: bytes, account: Account
    ) -> tuple[bytes, TargetInfo]:
        """The key exchange key and the pairs the client signed. Raises WrongPassword, InvalidToken."""
        response = message.nt_challenge_response or b""
        nt_hash = nt_one_way(account.password)
        if len(response) > _NTLM_V1_RESPONSE_LENGTH:
            # MS-NLMP 3.3.2. The proof is computed over the bytes of the wire, so that no field a client chose
            # can be lost.
            proof, client_data = response[:16], response[16:]
            response_key = ntowfv2(message.user_name or "", nt_hash, message.domain_name)
            expected = hmac_md5(response_key, server_challenge + client_data)
            pairs = TargetInfo.unpack(client_data[_CLIENT_CHALLENGE_HEADER_LENGTH:])
            key = hmac_md5(response_key, expected)
        elif len(response) == _NTLM_V1_RESPONSE_LENGTH:
            # MS-NLMP 3.3.1; a host takes it at its default level of LAN Manager authentication.
            proof, pairs = response, TargetInfo()
            client_challenge = (message.lm_challenge_response or bytes(8))[:8]
            expected, _, key = compute_response_v1(
                message.flags, nt_hash, bytes(16), server_challenge, client_challenge
            )
        else:
            raise InvalidToken("the NTLM authenticate message holds no NT response")
        if not hmac.compare_digest(proof, expected):
            refuse_password(self._settings.accounts, account)
        return key, pairs

    def _check_integrity(self, negotiate: Negotiate, challenge: Challenge, message: Authenticate) -> None:
        code = message.mic
        if code is None:
            raise IntegrityFailure("the NTLM authenticate message announces an integrity code and holds none")
        message.mic = bytes(16)
        expected = hmac_md5(self.session_key, negotiate.pack() + challenge.pack() + message.pack())
        if not hmac.compare_digest(code, expected):
            raise IntegrityFailure("the integrity code of the NTLM handshake does not fit")

    def _check_channel_bindings(self, pairs: TargetInfo) -> None:
        winrm = self._settings.winrm
        expected = expected_binding(winrm, self._channel_binding)
        if expected is None:
            return
        given = pairs.get(AvId.channel_bindings, _NO_CHANNEL_BINDINGS)
        if given == _NO_CHANNEL_BINDINGS:
            refuse_without_binding(winrm)
        elif not hmac.compare_digest(given, _bindings_hash(expected)):
            raise ChannelBindingMismatch("the channel bindings belong to another TLS channel")


class SealedSession:
    """Seals and opens messages with the keys of a finished handshake (MS-NLMP 3.4.4.2 and 3.4.3).

    The usual case (extended session security with key exchange) goes straight to the RC4 streams of the
    library and to the one-call HMAC of the standard library, which is three times as fast as the general way;
    every other case takes the latter.
    """

    __slots__ = ("_context", "_direct", "_received", "_sent")

    protocols = frozenset({SPNEGO_PROTOCOL})
    padding = maximum_padding = 0

    def __init__(self, context: NtlmAcceptor) -> None:
        self._context = context
        usual = SIGN | EXTENDED_SESSION_SECURITY | KEY_EXCHANGE
        self._direct = context.flags & usual == usual
        # A mechListMIC has used up the first number of each direction; from here on the numbers are counted
        # here.
        self._sent = context._seq_num_out if self._direct else 0
        self._received = context._seq_num_in if self._direct else 0

    def seal(self, data: bytes) -> tuple[bytes, bytes]:
        """The signature and the sealed data."""
        context = self._context
        stream, key = context._handle_out, context._sign_key_out
        if not self._direct or stream is None or key is None:
            result = context.wrap_winrm(data)
            return result.header, result.data
        number = struct.pack("<I", self._sent)
        self._sent = (self._sent + 1) & 0xFFFFFFFF
        sealed = stream.update(data)
        checksum = stream.update(hmac.digest(key, number + data, "md5")[:8])
        return b"\x01\x00\x00\x00" + checksum + number, sealed

    def open(self, signature: bytes, sealed: bytes) -> bytes:
        """The plain data. Raises IntegrityFailure; the session is of no use any more after that."""
        context = self._context
        stream, key = context._handle_in, context._sign_key_in
        if not self._direct or stream is None or key is None:
            try:
                return context.unwrap_winrm(signature, sealed)
            except SpnegoError as error:
                raise IntegrityFailure(f"a sealed message cannot be opened: {error}") from error
        number = struct.pack("<I", self._received)
        self._received = (self._received + 1) & 0xFFFFFFFF
        data = stream.update(sealed)
        checksum = stream.update(hmac.digest(key, number + data, "md5")[:8])
        if not hmac.compare_digest(signature, b"\x01\x00\x00\x00" + checksum + number):
            raise IntegrityFailure("the signature of a sealed message does not fit")
        return data


@lru_cache(maxsize=256)
def nt_one_way(password: str) -> bytes:
    """NTOWFv1 of a password (MS-NLMP 3.3.1), remembered because MD4 in Python is slow."""
    return md4(password.encode("utf-16-le", "surrogatepass"))


@lru_cache(maxsize=16)
def _bindings_hash(application_data: bytes) -> bytes:
    packed = GssChannelBindings(application_data=application_data).pack()
    return hashlib.md5(packed, usedforsecurity=False).digest()  # MS-NLMP 2.2.2.1 MsvAvChannelBindings


def _exported_session_key(message: Authenticate, key_exchange_key: bytes) -> bytes:
    if not (message.flags & KEY_EXCHANGE and message.flags & (SIGN | SEAL)):
        return key_exchange_key
    encrypted = message.encrypted_random_session_key or b""
    if len(encrypted) != 16:
        raise InvalidToken("the NTLM authenticate message holds no session key")
    return rc4k(key_exchange_key, encrypted)
