"""Certificates as files: DER, Base64, PKCS #12, PKCS #7 and serialized ones, read and written."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from typing import TYPE_CHECKING, Any

from emulator.host import HostError
from emulator.host.security.der import INTEGER, OCTET_STRING, Malformed, read
from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.runtime.errors import not_emulated
from emulator.signed_numbers import signed32

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

NOTHING_FOUND = "Cannot find the requested object.\r\n"
WRONG_PASSWORD = "The specified network password is not correct.\r\n"  # noqa: S105 - a message
_LARGEST = 4 * 1024 * 1024
_MOST, _DEEPEST, _MOST_ROUNDS = 256, 24, 500_000
_PEM_BEGINS, _PEM_ENDS = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----"), b"-----END"
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]+")
#: Properties of a serialized certificate (wincrypt.h): the certificate itself, its friendly name.
_ITSELF, _FRIENDLY_NAME = 32, 11


def wrong(message: str = NOTHING_FOUND, result: int = 0x80092009) -> NetError:
    """CryptographicException with a text of the system."""
    return NetError(CRYPTOGRAPHIC, message, hresult=signed32(result))


def content_type(data: bytes) -> str:
    """The name of the X509ContentType of a file. Raises NetError for what is no certificate."""
    plain = _plain(data)
    for name, reads in (("Cert", _of_der), ("Pkcs7", _of_pkcs7), ("SerializedCert", _of_serialized)):
        try:
            if reads(plain):
                return name
        except ValueError:
            continue
    if _is_pfx(plain):
        return "Pkcs12"
    raise wrong()


def certificates_of(
    engine: Engine, data: bytes, password: str = "", *, exportable: bool = False
) -> list[CertificateObject]:
    """All the certificates of a file; of a PFX those with keys first. Raises NetError."""
    if len(data) > _LARGEST:
        raise wrong()
    plain = _plain(data)
    try:
        if _is_pfx(plain):
            found = _of_pfx(engine, plain, password, exportable)
            if not found:
                raise wrong()  # a key alone
            return found
        for reads in (_of_der, _of_pkcs7):
            try:
                encoded_ones = reads(plain)
            except ValueError:
                continue
            if encoded_ones:
                return [CertificateObject.of_bytes(engine, one) for one in encoded_ones[:_MOST]]
        encoded, name = _of_serialized(plain)
        made = CertificateObject.of_bytes(engine, encoded)
    except (ValueError, HostError):
        raise wrong() from None
    made.rename(name)
    return [made]


def _plain(data: bytes) -> bytes:
    """DER of Base64 with or without its lines around."""
    # The end is looked for once: behind the first beginning, or there is none for any.
    found = _PEM_BEGINS.search(data)
    end = data.find(_PEM_ENDS, found.end()) if found else -1
    body = data[found.end() : end] if found and end >= 0 else data
    if body is not data or _BASE64.fullmatch(body.strip()):
        try:
            return base64.b64decode(b"".join(body.split()), validate=True)
        except binascii.Error:
            return data
    return data


def _of_der(data: bytes) -> list[bytes]:
    from cryptography.x509 import load_der_x509_certificate

    load_der_x509_certificate(data)
    return [data]


def _of_pkcs7(data: bytes) -> list[bytes]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates

    try:
        return [one.public_bytes(Encoding.DER) for one in load_der_pkcs7_certificates(data)]
    except UnsupportedAlgorithm:
        raise ValueError("another kind of PKCS #7") from None


def _of_serialized(data: bytes) -> tuple[bytes, str]:
    """Certificate and friendly name of the elements: number, encoding, length, value."""
    place, encoded, name = 0, b"", ""
    while place + 12 <= len(data):
        number, encoding, length = struct.unpack_from("<III", data, place)
        value = data[place + 12 : place + 12 + length]
        if encoding != 1 or len(value) != length:
            break
        if number == _ITSELF:
            encoded = value
        elif number == _FRIENDLY_NAME:
            name = value.decode("utf-16-le", "replace").rstrip("\0")
        place += 12 + length
    if not encoded:
        raise ValueError("no certificate")
    _of_der(encoded)
    return encoded, name


def _is_pfx(data: bytes) -> bool:
    """Whether it begins as PKCS #12 does: a sequence of the version 3 and the identifier of its content."""
    return data[:1] == b"\x30" and b"\x02\x01\x03\x30" in data[:12]


def _rounds(data: bytes, depth: int = 0) -> int:
    """The highest number of rounds that a key derivation in a PFX asks for: an INTEGER behind a salt."""
    highest, before, place = 0, 0, 0
    try:
        while place < len(data) and depth < _DEEPEST:
            one = read(data, place)
            place += len(one.whole)
            if one.tag == INTEGER and before == OCTET_STRING:
                highest = max(highest, int.from_bytes(one.content, "big"))
            elif one.tag == OCTET_STRING or one.tag & 0x20:
                highest = max(highest, _rounds(one.content, depth + 1))
            before = one.tag
    except Malformed:
        return highest  # the content of an OCTET STRING may be anything
    return highest


def _of_pfx(engine: Engine, data: bytes, password: str, exportable: bool) -> list[CertificateObject]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

    if _rounds(data) > _MOST_ROUNDS:
        raise not_emulated(f"A PFX file with more than {_MOST_ROUNDS} rounds")
    store = None
    # Without a password there is the empty one, or none at all.
    for secret in [password.encode("utf-8", "replace")] if password else [b"", None]:
        try:
            store = load_pkcs12(data, secret)
            break
        except ValueError:
            continue
        except (TypeError, UnsupportedAlgorithm):
            raise wrong() from None
    if store is None:
        raise wrong(WRONG_PASSWORD, 0x80070056)
    key = b""
    if store.key is not None:
        key = store.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    first = [store.cert] if store.cert is not None else []
    found = []
    for index, one in enumerate((*first, *store.additional_certs[:_MOST])):
        made = CertificateObject.of_bytes(
            engine,
            one.certificate.public_bytes(Encoding.DER),
            key if first and index == 0 else b"",
            exportable=exportable,
        )
        if one.friendly_name:
            made.rename(one.friendly_name.decode("utf-8", "replace"))
        found.append(made)
    return found


def pfx_of(
    main: CertificateObject, others: list[CertificateObject], password: str, *, strong: bool = False
) -> bytes:
    """A PFX file as Windows writes it, with Triple DES and SHA-1, ``strong`` with AES-256 and SHA-256."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import NoEncryption, PrivateFormat
    from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, serialize_key_and_certificates

    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2000)
    if strong:
        builder = builder.key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC).hmac_hash(hashes.SHA256())
    else:
        builder = builder.key_cert_algorithm(PBES.PBESv1SHA1And3KeyTripleDESCBC).hmac_hash(hashes.SHA1())  # noqa: S303 - as Windows
    secret: Any = builder.build(password.encode("utf-8", "replace")) if password else NoEncryption()
    name = main.facts.friendly_name.encode("utf-8", "replace") or None
    extra = [one.certificate for one in others]
    return serialize_key_and_certificates(name, main.exported_key(), main.certificate, extra or None, secret)


def pkcs7_of(certificates: list[CertificateObject]) -> bytes:
    """A file of certificates (P7B)."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.hazmat.primitives.serialization.pkcs7 import serialize_certificates

    return serialize_certificates([one.certificate for one in certificates], Encoding.DER)


def serialized_of(certificate: CertificateObject) -> bytes:
    """The elements of one certificate, its friendly name first."""
    elements = []
    name = certificate.facts.friendly_name
    if name:
        elements.append((_FRIENDLY_NAME, f"{name}\0".encode("utf-16-le", "surrogatepass")))
    elements.append((_ITSELF, certificate.facts.encoded))
    return b"".join(struct.pack("<III", number, 1, len(value)) + value for number, value in elements)
