"""The envelope of encrypted WinRM messages (MS-WSMV 2.2.9.1).

A protected body is a MIME multipart of two parts: one that names the protection and the type and length of
the plain message, one that holds a signature with its length in front and the sealed bytes. CredSSP seals at
most 16 KiB at a time and repeats the two parts for each piece. This module only cuts and builds the envelope;
the sealing itself is the business of the security context.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol

from emulator.auth.errors import (
    AuthenticationError,
    DecryptionFailed,
    MalformedEnvelope,
    ProtectionNotSupported,
)
from emulator.record import Record

SPNEGO_PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
KERBEROS_PROTOCOL = "application/HTTP-Kerberos-session-encrypted"
CREDSSP_PROTOCOL = "application/HTTP-CredSSP-session-encrypted"
GSS_PROTOCOLS = frozenset({SPNEGO_PROTOCOL, KERBEROS_PROTOCOL})
"""What a Kerberos context opens: its clients use either name."""

BOUNDARY = "Encrypted Boundary"
PIECE_SIZE = 16 * 1024
"""Most bytes of a plain message in one piece of a message of several (MS-WSMV 2.2.9.1.3)."""

MAXIMUM_BOUNDARY_LENGTH = 70  # RFC 2046 5.1.1
MAXIMUM_SIGNATURE_LENGTH = 256

_PROTOCOLS = {name.lower(): name for name in (SPNEGO_PROTOCOL, KERBEROS_PROTOCOL, CREDSSP_PROTOCOL)}
_LENGTH = struct.Struct("<I")
_HEADS = {
    protocol: (
        f"--{BOUNDARY}\r\n"
        f"\tContent-Type: {protocol}\r\n"
        "\tOriginalContent: type=%b;Length=%d\r\n"
        f"--{BOUNDARY}\r\n"
        "\tContent-Type: application/octet-stream\r\n"
    ).encode("ascii")
    for protocol in _PROTOCOLS.values()
}
_CONTENT_TYPES = {
    protocol: f'multipart/encrypted;protocol="{protocol}";boundary="{BOUNDARY}"'
    for protocol in _PROTOCOLS.values()
}
_SEVERAL_PIECES = f'multipart/x-multi-encrypted;protocol="{CREDSSP_PROTOCOL}";boundary="{BOUNDARY}"'
CONTENT_TYPE = _CONTENT_TYPES[SPNEGO_PROTOCOL]
"""The Content-Type of an answer that is encrypted with NTLM."""

_TAIL = f"--{BOUNDARY}--\r\n".encode("ascii")
_ORIGINAL_CONTENT = r"(?i)\s*type\s*=\s*(.*?)\s*;\s*Length\s*=\s*(\d{1,10})\s*"


class Protection(Protocol):
    """A security context that seals and opens messages.

    ``protocols`` are the names of the protections that it opens. ``padding`` is how many bytes the last
    message sealed was padded with, ``maximum_padding`` the most that a client's may be: they count in the
    announced length.
    """

    @property
    def protocols(self) -> frozenset[str]: ...
    @property
    def padding(self) -> int: ...
    @property
    def maximum_padding(self) -> int: ...
    def seal(self, data: bytes) -> tuple[bytes, bytes]: ...
    def open(self, signature: bytes, sealed: bytes) -> bytes: ...


class Envelope(NamedTuple):
    """What one protected piece consists of; ``length`` is the announced length of its plain message in
    bytes, ``end`` the offset of the boundary after it."""

    protocol: str
    content_type: str
    length: int
    signature: bytes
    sealed: bytes
    end: int


@lru_cache(maxsize=64)
def is_encrypted(content_type: str) -> bool:
    """Whether a Content-Type announces a protected body, whoever may be able to open it."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind in ("multipart/encrypted", "multipart/x-multi-encrypted")


def protocol_of(content_type: str) -> str:
    """The protection that a Content-Type names, else that of SPNEGO. Raises MalformedEnvelope."""
    return _Framing.of(content_type).protocol or SPNEGO_PROTOCOL


def parse(content_type: str, body: bytes) -> Envelope:
    """Cut a protected body of one piece. Raises MalformedEnvelope."""
    framing = _Framing.of(content_type)
    tail = framing.tail.search(body, max(0, len(body) - MAXIMUM_BOUNDARY_LENGTH - 16))
    if tail is None:
        raise MalformedEnvelope("the protected body does not end with its boundary")
    return _cut(framing, body, 0, tail.start())


def parse_pieces(content_type: str, body: bytes) -> Iterator[Envelope]:
    """Cut a protected body piece by piece. Raises MalformedEnvelope."""
    framing = _Framing.of(content_type)
    if not framing.has_pieces:
        yield parse(content_type, body)
        return
    start, is_last = 0, False
    while not is_last:
        piece = _cut(framing, body, start, None)
        yield piece
        start = piece.end
        is_last = framing.tail.match(body, start) is not None


def unwrap(content_type: str, body: bytes, protection: Protection) -> tuple[str, bytes]:
    """The type and the bytes of the message inside a protected body.

    Raises MalformedEnvelope, ProtectionNotSupported or DecryptionFailed; after the last one the context is
    out of step.
    """
    framing = _Framing.of(content_type)
    if framing.protocol is not None and framing.protocol not in protection.protocols:
        raise ProtectionNotSupported(f"the connection has not negotiated {framing.protocol}")
    if not framing.has_pieces:
        envelope = parse(content_type, body)
        return envelope.content_type, _open(envelope, protection)
    if CREDSSP_PROTOCOL not in protection.protocols:
        raise ProtectionNotSupported("only messages protected with CredSSP have several pieces")
    kind, pieces = "", []
    for envelope in parse_pieces(content_type, body):
        pieces.append(_open(envelope, protection))
        kind = kind or envelope.content_type
    return kind, b"".join(pieces)


def wrap(
    content_type: str, body: bytes, protection: Protection, protocol: str = SPNEGO_PROTOCOL
) -> tuple[str, bytes]:
    """The protected form of a message, byte for byte as Windows writes it."""
    kind = content_type.encode("latin-1")
    if protocol == CREDSSP_PROTOCOL and len(body) > PIECE_SIZE:
        starts = range(0, len(body), PIECE_SIZE)
        pieces = [_seal(kind, body[start : start + PIECE_SIZE], protection, protocol) for start in starts]
        return _SEVERAL_PIECES, b"".join((*pieces, _TAIL))
    signature, sealed = protection.seal(body)
    head = _HEADS[protocol] % (kind, len(body) + protection.padding)
    return _CONTENT_TYPES[protocol], b"".join((head, _LENGTH.pack(len(signature)), signature, sealed, _TAIL))


def _seal(kind: bytes, piece: bytes, protection: Protection, protocol: str) -> bytes:
    signature, sealed = protection.seal(piece)
    head = _HEADS[protocol] % (kind, len(piece) + protection.padding)
    return b"".join((head, _LENGTH.pack(len(signature)), signature, sealed))


def _open(envelope: Envelope, protection: Protection) -> bytes:
    if envelope.protocol not in protection.protocols:
        raise ProtectionNotSupported(f"the connection has not negotiated {envelope.protocol}")
    try:
        message = protection.open(envelope.signature, envelope.sealed)
    except AuthenticationError as error:
        raise DecryptionFailed(error.reason) from error
    if not 0 <= envelope.length - len(message) <= protection.maximum_padding:
        raise DecryptionFailed(f"the message has {len(message)} bytes and announced {envelope.length}")
    return message


def _cut(framing: _Framing, body: bytes, begin: int, end: int | None) -> Envelope:
    """The piece that begins at an offset; without an ``end`` it goes to the next boundary."""
    head = framing.head.match(body, begin)
    if head is None:
        raise MalformedEnvelope("the protected body does not begin with its two part headers")
    protocol, original = head.group(1).decode("latin-1").strip(), head.group(2).decode("latin-1")
    described = re.fullmatch(_ORIGINAL_CONTENT, original)
    if described is None:
        raise MalformedEnvelope("OriginalContent does not give a type and a length")
    length = int(described.group(2))
    start = head.end() + _LENGTH.size
    if end is None:
        # Sealed bytes may look like a boundary by chance; there are at least as many as plain ones.
        following = framing.boundary.search(body, min(start + length, len(body)))
        if following is None:
            raise MalformedEnvelope("a piece of the protected body does not end with its boundary")
        end = following.start()
    if start > end:
        raise MalformedEnvelope("the protected body holds no signature length")
    (signature_length,) = _LENGTH.unpack_from(body, head.end())
    if signature_length > MAXIMUM_SIGNATURE_LENGTH or start + signature_length > end:
        raise MalformedEnvelope("the signature is longer than the protected body allows")
    return Envelope(
        protocol=_known_protocol(protocol),
        content_type=described.group(1),
        length=length,
        signature=body[start : start + signature_length],
        sealed=body[start + signature_length : end],
        end=end,
    )


def _known_protocol(text: str) -> str:
    """The protection of a name in any case. Raises MalformedEnvelope."""
    protocol = _PROTOCOLS.get(text.lower())
    if protocol is None:
        raise MalformedEnvelope("the protected body names an unknown protection")
    return protocol


class _Framing(Record):
    """What a Content-Type says about the body; ``protocol`` is None when it names none."""

    protocol: str | None
    has_pieces: bool
    head: re.Pattern[bytes]
    boundary: re.Pattern[bytes]
    tail: re.Pattern[bytes]

    @staticmethod
    @lru_cache(maxsize=64)
    def of(content_type: str) -> _Framing:
        """Raises MalformedEnvelope."""
        stated = _parameter(content_type, "protocol")
        boundary = (_parameter(content_type, "boundary") or BOUNDARY).strip()
        if not 0 < len(boundary) <= MAXIMUM_BOUNDARY_LENGTH or not boundary.isascii():
            raise MalformedEnvelope("the boundary is empty, too long or not ASCII")
        # Blanks may follow the dashes: PSWSMan sends one, and Exchange does too.
        mark = rb"--[ \t]*" + re.escape(boundary.encode("ascii"))
        line = mark + rb"[ \t]*\r?\n"
        head = (
            rb"(?:\r?\n)?" + line + rb"[ \t]*Content-Type:([^\r\n]{1,200})\r?\n"
            rb"[ \t]*OriginalContent:([^\r\n]{1,500})\r?\n"
            rb"(?:\r?\n)?" + line + rb"[ \t]*Content-Type:[ \t]*application/octet-stream[ \t]*\r?\n"
        )
        return _Framing(
            protocol=None if stated is None else _known_protocol(stated.strip()),
            has_pieces=content_type.partition(";")[0].strip().lower() == "multipart/x-multi-encrypted",
            head=re.compile(head, re.IGNORECASE),
            boundary=re.compile(mark + rb"(?:--)?[ \t]*(?:\r?\n|\Z)"),
            tail=re.compile(mark + rb"--[ \t]*(?:\r?\n)?\Z"),
        )


def _parameter(content_type: str, name: str) -> str | None:
    found = re.search(rf';\s*{name}\s*=\s*(?:"([^"]*)"|([^;"]*))', content_type, re.IGNORECASE)
    if found is None:
        return None
    quoted, bare = found.groups()
    return str(quoted if quoted is not None else bare)
