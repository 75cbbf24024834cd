"""What a certificate says that the machine's rules ask for: names, and what its key may be used for."""

import hashlib
from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidParameter
from emulator.host.security.certificates import Certificate

if TYPE_CHECKING:
    from cryptography.x509 import Certificate as X509Certificate
    from cryptography.x509 import SubjectAlternativeName

USER_PRINCIPAL_NAME = "1.3.6.1.4.1.311.20.2.3"


def certificate_of(encoded: bytes, store: str = "My") -> Certificate:
    """The facts of a certificate (DER), ready for a store. Raises InvalidParameter for what is none."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    try:
        read = x509.load_der_x509_certificate(encoded)
        found: dict[type, Any] = {type(one.value): one.value for one in read.extensions}
        name = common_name(read)
        read.issuer.public_bytes()
    except (ValueError, x509.DuplicateExtension, x509.InvalidVersion, x509.UnsupportedGeneralNameType):
        raise InvalidParameter("The data is invalid.", hresult=0x8007000D) from None
    usages, constraints = found.get(x509.ExtendedKeyUsage), found.get(x509.BasicConstraints)
    return Certificate(
        hashlib.sha1(encoded, usedforsecurity=False).hexdigest().upper(),
        name,
        store,
        names=tuple(dns_names(read)),
        for_servers=usages is None or ExtendedKeyUsageOID.SERVER_AUTH in usages,
        for_signing=constraints is not None and constraints.ca,
        encoded=encoded,
    )


def common_name(certificate: "X509Certificate") -> str:
    """The CN of the subject."""
    from cryptography.x509.oid import NameOID

    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def dns_names(certificate: "X509Certificate") -> list[str]:
    """The DNS names among the alternative names of the subject."""
    from cryptography import x509

    names = _alternative_names(certificate)
    return names.get_values_for_type(x509.DNSName) if names is not None else []


def subjects(certificate: "X509Certificate") -> list[str]:
    """What a mapping may know the subject by: user principal names, DNS names, the common name."""
    from cryptography import x509

    names = _alternative_names(certificate)
    others = names.get_values_for_type(x509.OtherName) if names is not None else []
    principals = [
        utf_8_string(other.value) for other in others if other.type_id.dotted_string == USER_PRINCIPAL_NAME
    ]
    subjects = (*principals, *dns_names(certificate), common_name(certificate))
    return [subject for subject in subjects if subject]


def is_issued_by(certificate: "X509Certificate", issuer: "X509Certificate") -> bool:
    """Whether the key of an issuer has signed a certificate that names it; one of an unknown kind has not."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _alternative_names(certificate: "X509Certificate") -> "SubjectAlternativeName | None":
    from cryptography import x509

    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def utf_8_string(der: bytes) -> str:
    """The text of a DER UTF8String of at most 127 bytes, or of a longer one."""
    if len(der) < 2 or der[0] != 0x0C:
        return ""
    start = 2 if der[1] < 0x80 else 2 + (der[1] & 0x7F)
    return der[start:].decode("utf-8", "replace")
