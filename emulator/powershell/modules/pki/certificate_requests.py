"""What New-SelfSignedCertificate is asked for, as a certificate: names, extensions, key and signature."""

from __future__ import annotations

import base64
import ipaddress
import re
from typing import TYPE_CHECKING, Any

from emulator.host.security.certificate_reading import USER_PRINCIPAL_NAME
from emulator.key_usages import (
    CLIENT_AUTHENTICATION,
    CODE_SIGNING,
    DOCUMENT_ENCRYPTION,
    SERVER_AUTHENTICATION,
)
from emulator.powershell.modules.certificates.distinguished_names import name_of_text
from emulator.powershell.modules.certificates.extension_texts import KEY_USAGES

if TYPE_CHECKING:
    import datetime

    from cryptography import x509

#: Type -> its extended key usages and key usages (documented).
PURPOSES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "SSLServerAuthentication": (
        (CLIENT_AUTHENTICATION, SERVER_AUTHENTICATION),
        ("DigitalSignature", "KeyEncipherment"),
    ),
    "CodeSigningCert": ((CODE_SIGNING,), ("DigitalSignature",)),
    "DocumentEncryptionCert": ((DOCUMENT_ENCRYPTION,), ("KeyEncipherment", "DataEncipherment")),
    "DocumentEncryptionCertLegacyCsp": ((DOCUMENT_ENCRYPTION,), ("KeyEncipherment", "DataEncipherment")),
    "Custom": ((), ("DigitalSignature", "KeyEncipherment")),
}
#: KeyAlgorithm -> its curve, None for RSA.
ALGORITHMS = {
    "rsa": None,
    **{
        f"{prefix}{name}": curve
        for prefix in ("", "ecdsa_")
        for name, curve in (("nistp256", "SECP256R1"), ("nistp384", "SECP384R1"), ("nistp521", "SECP521R1"))
    },
    "ecdsa_p256": "SECP256R1",
    "ecdsa_p384": "SECP384R1",
    "ecdsa_p521": "SECP521R1",
}
_TEXT_EXTENSION = re.compile(r"\s*([\d.]+)\s*=\s*((?:\{\w+\}\s*)*)(.*)", re.DOTALL)
_USAGE, _NAMES, _CONSTRAINTS = "2.5.29.37", "2.5.29.17", "2.5.29.19"


class BadRequest(Exception):
    """A value that no certificate can be made of; ``str()`` says which."""


def new_key(algorithm: str, length: int) -> Any:
    """A new private key. Raises BadRequest for an algorithm that is not there."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if algorithm.lower() not in ALGORITHMS:
        raise BadRequest(f"The key algorithm {algorithm[:64]} is not known.")
    curve = ALGORITHMS[algorithm.lower()]
    if curve is not None:
        return ec.generate_private_key(getattr(ec, curve)())
    if length not in range(1024, 4097):
        raise BadRequest(f"A key length of {length} is not possible.")
    return rsa.generate_private_key(public_exponent=65537, key_size=length)


def subject_of(text: str) -> x509.Name:
    """The name of a subject; a text without an equals sign is a common name. Raises BadRequest."""
    try:
        return name_of_text(text if "=" in text else f"CN={text}")
    except ValueError:
        raise BadRequest(f"The subject {text[:128]} is not valid.") from None


class Request:
    """A certificate to be made: extensions by their identifiers, with whether they are critical."""

    def __init__(self, subject: x509.Name) -> None:
        self.subject = subject
        self.extensions: dict[str, tuple[x509.ExtensionType, bool]] = {}

    def add(self, value: x509.ExtensionType, *, critical: bool = False) -> None:
        """Add an extension, in place of one of its kind."""
        self.extensions[value.oid.dotted_string] = (value, critical)

    def add_usages(self, identifiers: tuple[str, ...]) -> None:
        """What the certificate is for."""
        from cryptography.x509 import ExtendedKeyUsage, ObjectIdentifier

        if identifiers:
            self.add(ExtendedKeyUsage([ObjectIdentifier(one) for one in identifiers]))

    def add_key_usage(self, names: tuple[str, ...]) -> None:
        """What its key may do, by the names of X509KeyUsageFlags in any case."""
        from cryptography.x509 import KeyUsage

        wanted = {one.lower() for one in names}
        chosen = {key: name.lower() in wanted for key, (_, name, _) in KEY_USAGES.items()}
        chosen["key_cert_sign"] |= "certsign" in wanted
        if wanted & {"encipheronly", "decipheronly"}:
            chosen["key_agreement"] = True
        if any(chosen.values()):
            self.add(KeyUsage(**chosen), critical=True)

    def add_names(self, names: list[str]) -> None:
        """The DNS names that it is good for. Raises BadRequest."""
        from cryptography.x509 import SubjectAlternativeName

        if names:
            self.add(SubjectAlternativeName([_dns_name(one) for one in names]))

    def add_text(self, text: str) -> None:
        """``identifier={critical}{text}value`` (documented syntax of -TextExtension). Raises BadRequest."""
        from cryptography.x509 import ObjectIdentifier, UnrecognizedExtension

        found = _TEXT_EXTENSION.fullmatch(text)
        if found is None:
            raise BadRequest(f"The extension {text[:128]} is not valid.")
        identifier, marks, value = found.groups()
        kinds = set(re.findall(r"\w+", marks.lower()))
        try:
            if "text" in kinds:
                made = _of_text(identifier, value)
            else:
                digits = "".join(value.split())
                raw = bytes.fromhex(digits) if "hex" in kinds else base64.b64decode(digits, validate=True)
                made = UnrecognizedExtension(ObjectIdentifier(identifier), raw)
        except ValueError:
            raise BadRequest(f"The extension {text[:128]} is not valid.") from None
        self.add(made, critical="critical" in kinds)

    def signed(
        self,
        key: Any,
        *,
        first: datetime.datetime,
        last: datetime.datetime,
        serial: int | None,
        algorithm: str,
        issuer: tuple[x509.Certificate, Any] | None = None,
    ) -> x509.Certificate:
        """The certificate, signed by the issuer's key, else by its own. Raises BadRequest."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes

        hash_class = getattr(hashes, algorithm.upper(), None) if algorithm.upper() in _HASHES else None
        if hash_class is None:
            raise BadRequest(f"The hash algorithm {algorithm[:64]} is not known.")
        if last < first:
            raise BadRequest("The certificate would end before it begins.")
        public = key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.subject)
            .issuer_name(self.subject if issuer is None else issuer[0].subject)
            .public_key(public)
            .serial_number(serial or x509.random_serial_number() >> 33)
            .not_valid_before(first)
            .not_valid_after(last)
        )
        for value, critical in self.extensions.values():
            builder = builder.add_extension(value, critical)
        if issuer is not None:
            builder = builder.add_extension(_authority(issuer[0]), critical=False)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        return builder.sign(key if issuer is None else issuer[1], hash_class())


_HASHES = ("SHA1", "SHA256", "SHA384", "SHA512")


def _authority(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    from cryptography import x509

    for one in issuer.extensions:
        if isinstance(one.value, x509.SubjectKeyIdentifier):
            return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(one.value)
    public: Any = issuer.public_key()
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(public)


def _dns_name(name: str) -> x509.DNSName:
    from cryptography.x509 import DNSName

    try:
        return DNSName(name if name.isascii() else name.encode("idna").decode())
    except (ValueError, UnicodeError):
        raise BadRequest(f"The DNS name {name[:128]} is not valid.") from None


def _of_text(identifier: str, value: str) -> x509.ExtensionType:
    """The extensions that have a form as text. Raises ValueError."""
    from cryptography import x509

    parts = [part.strip() for part in re.split(r"[&,]", value) if part.strip()]
    pairs = [
        (key.strip().lower(), given.strip()) for key, _, given in (part.partition("=") for part in parts)
    ]
    if identifier == _USAGE:
        return x509.ExtendedKeyUsage([x509.ObjectIdentifier(part) for part in parts])
    if identifier == _CONSTRAINTS:
        given = dict(pairs)
        is_authority = given.get("ca", "0").lower() in ("1", "true")
        length = given.get("pathlength")
        return x509.BasicConstraints(is_authority, int(length) if length and is_authority else None)
    if identifier == _NAMES:
        return x509.SubjectAlternativeName([_general_name(key, given) for key, given in pairs])
    raise ValueError(identifier)


def _general_name(kind: str, value: str) -> x509.GeneralName:
    from cryptography import x509

    if kind == "dns":
        return _dns_name(value)
    if kind == "ipaddress":
        return x509.IPAddress(ipaddress.ip_address(value))
    if kind == "email":
        return x509.RFC822Name(value)
    if kind == "url":
        return x509.UniformResourceIdentifier(value)
    if kind == "upn":
        text = value.encode()
        if len(text) > 127:
            raise ValueError("the principal name is too long")
        return x509.OtherName(x509.ObjectIdentifier(USER_PRINCIPAL_NAME), bytes([12, len(text)]) + text)
    if kind == "directoryname":
        return x509.DirectoryName(name_of_text(value.replace(";", ",")))
    raise ValueError(kind)
