"""The envelope of encrypted WinRM messages (MS-WSMV 2.2.9.1).

A protected body is a MIME multipart of exactly two parts: one that names the protection and the type and
length of the plain message, one that holds a signature with its length in front and the sealed bytes. This
module only cuts and builds the envelope; the sealing itself is the business of the security context.
"""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from typing import NamedTuple, Protocol

from emulator.auth.errors import (
    AuthenticationError,
    DecryptionFailed,
    MalformedEnvelope,
    ProtectionNotSupported,
)

SPNEGO_PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
BOUNDARY = "Encrypted Boundary"
CONTENT_TYPE = f'multipart/encrypted;protocol="{SPNEGO_PROTOCOL}";boundary="{BOUNDARY}"'
"""The Content-Type of an encrypted answer."""

MAXIMUM_BOUNDARY_LENGTH = 70  # RFC 2046 5.1.1
MAXIMUM_SIGNATURE_LENGTH = 256

_NOT_SUPPORTED = {
    "application/http-kerberos-session-encrypted": "Kerberos",
    "application/http-credssp-session-encrypted": "CredSSP",
}
_LENGTH = struct.Struct("<I")
_HEAD = (
    f"--{BOUNDARY}\r\n"
    f"\tContent-Type: {SPNEGO_PROTOCOL}\r\n"
    "\tOriginalContent: type=%b;Length=%d\r\n"
    f"--{BOUNDARY}\r\n"
    "\tContent-Type: application/octet-stream\r\n"
).encode("ascii")
_TAIL = f"--{BOUNDARY}--\r\n".encode("ascii")
_ORIGINAL_CONTENT = re.compile(r"\s*type\s*=\s*(.*?)\s*;\s*Length\s*=\s*(\d{1,10})\s*", re.IGNORECASE)


class Protection(Protocol):
    """A security context that seals and opens messages."""

    def seal(self, data: bytes) -> tuple[bytes, bytes]: ...
    def open(self, signature: bytes, sealed: bytes) -> bytes: ...


class Envelope(NamedTuple):
    """The pieces of a protected body; ``length`` is the announced length of the plain message in bytes."""

    content_type: str
    length: int
    signature: bytes
    sealed: bytes


@lru_cache(maxsize=64)
def is_encrypted(content_type: str) -> bool:
    """Whether a Content-Type announces a protected body, whoever may be able to open it."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind in ("multipart/encrypted", "multipart/x-multi-encrypted")


def parse(content_type: str, body: bytes) -> Envelope:
    """Cut a protected body. Raises MalformedEnvelope, and ProtectionNotSupported for Kerberos and CredSSP."""
    boundary = _boundary_of(content_type)
    head = _head_pattern(boundary).match(body)
    if head is None:
        raise MalformedEnvelope("the protected body does not begin with its two part headers")
    protocol, original = head.group(1).decode("latin-1").strip(), head.group(2).decode("latin-1")
    _require_spnego(protocol)
    described = _ORIGINAL_CONTENT.fullmatch(original)
    if described is None:
        raise MalformedEnvelope("OriginalContent does not give a type and a length")
    tail = _tail_pattern(boundary).search(body, max(head.end(), len(body) - MAXIMUM_BOUNDARY_LENGTH - 16))
    if tail is None:
        raise MalformedEnvelope("the protected body does not end with its boundary")
    start, end = head.end() + _LENGTH.size, tail.start()
    if start > end:
        raise MalformedEnvelope("the protected body holds no signature length")
    (signature_length,) = _LENGTH.unpack_from(body, head.end())
    if signature_length > MAXIMUM_SIGNATURE_LENGTH or start + signature_length > end:
        raise MalformedEnvelope("the signature is longer than the protected body allows")
    return Envelope(
        content_type=described.group(1),
        length=int(described.group(2)),
        signature=body[start : start + signature_length],
        sealed=body[start + signature_length : end],
    )


def unwrap(content_type: str, body: bytes, protection: Protection) -> tuple[str, bytes]:
    """The type and the bytes of the message inside a protected body.

    Raises MalformedEnvelope, ProtectionNotSupported or DecryptionFailed; after the last one the context is
    out of step.
    """
    envelope = parse(content_type, body)
    try:
        message = protection.open(envelope.signature, envelope.sealed)
    except AuthenticationError as error:
        raise DecryptionFailed(error.reason) from error
    if len(message) != envelope.length:
        raise DecryptionFailed(f"the message has {len(message)} bytes and announced {envelope.length}")
    return envelope.content_type, message


def wrap(content_type: str, body: bytes, protection: Protection) -> tuple[str, bytes]:
    """The protected form of a message, byte for byte as Windows writes it."""
    signature, sealed = protection.seal(body)
    head = _HEAD % (content_type.encode("latin-1"), len(body))
    return CONTENT_TYPE, b"".join((head, _LENGTH.pack(len(signature)), signature, sealed, _TAIL))


def _require_spnego(protocol: str) -> None:
    name = protocol.lower()
    if name == SPNEGO_PROTOCOL.lower():
        return
    if name in _NOT_SUPPORTED:
        raise ProtectionNotSupported(f"messages protected with {_NOT_SUPPORTED[name]} are not supported")
    raise MalformedEnvelope("the protected body names an unknown protection")


@lru_cache(maxsize=64)
def _boundary_of(content_type: str) -> str:
    """The boundary a Content-Type names, else the usual one. Checks the protection on the way."""
    protocol = _parameter(content_type, "protocol")
    if protocol is not None:
        _require_spnego(protocol)
    if content_type.partition(";")[0].strip().lower() != "multipart/encrypted":
        # Only CredSSP splits a message into several parts (MS-WSMV 2.2.9.1.3).
        raise ProtectionNotSupported("messages of several protected parts are not supported")
    boundary = (_parameter(content_type, "boundary") or BOUNDARY).strip()
    if not 0 < len(boundary) <= MAXIMUM_BOUNDARY_LENGTH or not boundary.isascii():
        raise MalformedEnvelope("the boundary is empty, too long or not ASCII")
    return boundary


def _parameter(content_type: str, name: str) -> str | None:
    found = re.search(rf';\s*{name}\s*=\s*(?:"([^"]*)"|([^;"]*))', content_type, re.IGNORECASE)
    if found is None:
        return None
    quoted, bare = found.groups()
    return str(quoted if quoted is not None else bare)


@lru_cache(maxsize=16)
def _head_pattern(boundary: str) -> re.Pattern[bytes]:
    """Blanks may follow the dashes: PSWSMan sends one, and Exchange does too."""
    line = rb"--[ \t]*" + re.escape(boundary.encode("latin-1")) + rb"[ \t]*\r?\n"
    return re.compile(
        rb"(?:\r?\n)?" + line + rb"[ \t]*Content-Type:([^\r\n]{1,200})\r?\n"
        rb"[ \t]*OriginalContent:([^\r\n]{1,500})\r?\n"
        rb"(?:\r?\n)?" + line + rb"[ \t]*Content-Type:[ \t]*application/octet-stream[ \t]*\r?\n",
        re.IGNORECASE,
    )


@lru_cache(maxsize=16)
def _tail_pattern(boundary: str) -> re.Pattern[bytes]:
    return re.compile(rb"--[ \t]*" + re.escape(boundary.encode("latin-1")) + rb"--[ \t]*(?:\r?\n)?\Z")
