"""Authenticode signatures: PKCS #7 SignedData (RFC 2315) over the hash of a file, made and checked.

The content is SpcIndirectDataContent: what kind of file it is and its hash (Microsoft, "Windows Authenticode
Portable Executable Signature Format"). Scripts are named by the GUID of their provider.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.host.identifiers import octets_little_endian
from emulator.host.security.der import (
    NULL,
    Malformed,
    Value,
    identifier,
    integer,
    octets,
    read,
    sequence,
    set_of,
    tagged,
    value,
)

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_INDIRECT_DATA = "1.3.6.1.4.1.311.2.1.4"
_SIP_INFO = "1.3.6.1.4.1.311.2.1.30"
_OPUS_INFO = "1.3.6.1.4.1.311.2.1.12"
_CONTENT_TYPE, _DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_RSA = "1.2.840.113549.1.1.1"
#: The subject interface package of Windows PowerShell.
_SCRIPT = octets_little_endian("603BCC1F-4B59-4E08-B724-D2C6297EF351")
HASHES = {
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_MOST_CERTIFICATES = 64


class SignedHash(NamedTuple):
    """What a signature says: the hash of the file, the signer, the other certificates (DER), and whether it
    was made with the signer's key."""

    algorithm: str
    digest: bytes
    signer: bytes
    others: tuple[bytes, ...]
    is_genuine: bool


def _algorithm(dotted: str) -> bytes:
    return sequence(identifier(dotted), value(NULL))


def _attribute(dotted: str, *values: bytes) -> bytes:
    return sequence(identifier(dotted), set_of(*values))


def signed(digest: bytes, algorithm: str, signer: Certificate, key: Any, others: list[bytes]) -> bytes:
    """A signature of the hash of a script, with an RSA key."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.serialization import Encoding

    hashing = _algorithm(HASHES[algorithm])
    info = sequence(integer(0x10000), octets(_SCRIPT), *(integer(0) for _ in range(5)))
    inner = sequence(sequence(identifier(_SIP_INFO), info), sequence(hashing, octets(digest)))
    content = read(inner).content
    attributes = [
        _attribute(_OPUS_INFO, sequence()),
        _attribute(_CONTENT_TYPE, identifier(_INDIRECT_DATA)),
        _attribute(_DIGEST, octets(hashlib.new(algorithm, content, usedforsecurity=False).digest())),
    ]
    ordered = set_of(*attributes)
    signature = key.sign(ordered, PKCS1v15(), getattr(hashes, algorithm.upper())())
    encoded = signer.public_bytes(Encoding.DER)
    signer_info = sequence(
        integer(1),
        sequence(signer.issuer.public_bytes(), integer(signer.serial_number)),
        hashing,
        tagged(0, read(ordered).content),
        _algorithm(_RSA),
        octets(signature),
    )
    body = sequence(
        integer(1),
        set_of(hashing),
        sequence(identifier(_INDIRECT_DATA), tagged(0, inner)),
        tagged(0, encoded, *others),
        set_of(signer_info),
    )
    return sequence(identifier(_SIGNED_DATA), tagged(0, body))


def signed_hash(data: bytes) -> SignedHash:
    """What a signature says. Raises Malformed for what is none."""
    kind, outer = _parts(read(data), 2)
    if kind.whole != identifier(_SIGNED_DATA):
        raise Malformed("another kind of PKCS #7")
    version, _algorithms, content, *rest = _parts(_parts(outer, 1)[0], 5)
    if version.whole != integer(1):
        raise Malformed("another version")
    content_kind, wrapped = _parts(content, 2)
    if content_kind.whole != identifier(_INDIRECT_DATA):
        raise Malformed("the content is no hash of a file")
    inner = _parts(wrapped, 1)[0]
    _type, digest_info = _parts(inner, 2)
    hashing, digest = _parts(digest_info, 2)
    algorithm = _hash_name(hashing)
    certificates = next((one for one in rest if one.tag == 0xA0), None)
    encoded = [one.whole for one in certificates.parts()[:_MOST_CERTIFICATES]] if certificates else []
    info = _parts(rest[-1], 1)[0]
    signer = _signer(info, encoded)
    genuine = _is_genuine(info, inner.content, signer)
    others = tuple(one for one in encoded if one != signer)
    return SignedHash(algorithm, digest.content, signer, others, genuine)


def _parts(outer: Value, least: int) -> list[Value]:
    found = outer.parts()
    if len(found) < least:
        raise Malformed("parts are missing")
    return found


def _hash_name(algorithm: Value) -> str:
    wanted = _parts(algorithm, 1)[0].whole
    for name, dotted in HASHES.items():
        if wanted == identifier(dotted):
            return name
    raise Malformed("an unknown hash")


def _signer(info: Value, encoded: list[bytes]) -> bytes:
    from cryptography.x509 import load_der_x509_certificate

    wanted = _parts(info, 5)[1].whole
    for one in encoded:
        try:
            read_one = load_der_x509_certificate(one)
        except ValueError:
            continue
        if sequence(read_one.issuer.public_bytes(), integer(read_one.serial_number)) == wanted:
            return one
    raise Malformed("the signer's certificate is not there")


def _is_genuine(info: Value, content: bytes, signer: bytes) -> bool:
    """Whether the signed attributes hold the content's hash, and the signer's key has signed them."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import load_der_x509_certificate

    _version, _who, hashing, attributes, _scheme, signature = _parts(info, 6)[:6]
    if attributes.tag != 0xA0:
        raise Malformed("signed attributes are missing")
    name = _hash_name(hashing)
    digest = hashlib.new(name, content, usedforsecurity=False).digest()
    if _attribute(_DIGEST, octets(digest)) not in [one.whole for one in attributes.parts()]:
        return False
    try:
        key = load_der_x509_certificate(signer).public_key()
    except UnsupportedAlgorithm:
        raise Malformed("another kind of key") from None
    if not isinstance(key, RSAPublicKey):
        raise Malformed("another kind of key")
    covered = value(0x31, attributes.content)
    try:
        key.verify(signature.content, covered, PKCS1v15(), getattr(hashes, name.upper())())
    except InvalidSignature:
        return False
    return True
