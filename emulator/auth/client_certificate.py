"""Client certificates: which authorities the host trusts, and whom one stands for (MS-WSMV 3.1.4.1.35).

``cryptography`` is loaded with the first certificate, not before.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.auth.accounts import admit
from emulator.auth.errors import CertificateNotMapped
from emulator.auth.settings import Account, AuthenticationSettings
from emulator.host.security.certificate_reading import common_name, is_issued_by, subjects
from emulator.profile import ProfileError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

SCHEME = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
"""The authorization scheme of a client that has proved itself with its certificate (DSP0226 12.4.4)."""

_RESOURCE_URI = re.compile(
    rb"<(?:[A-Za-z_][\w.-]{0,30}:)?ResourceURI(?:\s[^<>]{0,500})?>\s*([^<>\s]{1,2000})\s*</"
)
_LOOKED_AT = 16 * 1024  # bytes of a message in which its header is sought


class TrustedIssuers:
    """Certificates of the authorities whose client certificates the host takes, from PEM files.

    A self-signed client certificate may stand among them: it is its own authority then.
    """

    def __init__(self, paths: tuple[str, ...]) -> None:
        self._paths = paths

    @cached_property
    def pem(self) -> bytes:
        """All of them. Raises ProfileError for a file that cannot be read or holds no certificate."""
        return b"\n".join(_read(path) for path in self._paths)

    @cached_property
    def certificates(self) -> tuple[Certificate, ...]:
        from cryptography.x509 import load_pem_x509_certificates

        return tuple(load_pem_x509_certificates(self.pem)) if self._paths else ()

    def names(self) -> Iterator[tuple[str, str]]:
        """Thumbprint and common name of each."""
        for certificate in self.certificates:
            yield _thumbprint(certificate), common_name(certificate)

    def issuer_of(self, certificate: Certificate) -> str | None:
        """The thumbprint of the authority that has signed a certificate, None when none of them has."""
        found = (issuer for issuer in self.certificates if is_issued_by(certificate, issuer))
        return next(map(_thumbprint, found), None)


def log_on(settings: AuthenticationSettings, der: bytes | None, body: bytes) -> Account:
    """The account that the certificate of a TLS connection stands for. Raises AuthenticationError.

    A mapping may be for some resource URIs only, so the ``body`` of the request is looked into.
    """
    if der is None or settings.trusted_issuers is None or settings.certificate_mappings is None:
        raise CertificateNotMapped("the client has shown no certificate")
    from cryptography.x509 import load_der_x509_certificate

    certificate = load_der_x509_certificate(der)
    issuer = settings.trusted_issuers.issuer_of(certificate)
    if issuer is None:
        raise CertificateNotMapped("the authority of the client certificate is not a trusted one")
    uri = resource_uri(body)
    for subject in subjects(certificate):
        account = settings.certificate_mappings.account_of(issuer, subject, uri)
        if account is not None:
            return admit(settings.accounts, account)
    raise CertificateNotMapped(f"no mapping for the client certificate of {common_name(certificate)!r}")


def resource_uri(body: bytes) -> str:
    """The resource URI that a message names in its header, empty when it names none."""
    found = _RESOURCE_URI.search(body[:_LOOKED_AT].replace(b"\0", b""))
    return found.group(1).decode("ascii", "replace") if found else ""


def _thumbprint(certificate: Certificate) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return hashlib.sha1(certificate.public_bytes(Encoding.DER), usedforsecurity=False).hexdigest().upper()


def _read(path: str) -> bytes:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise ProfileError([f"winrm.trusted_client_issuers: cannot read {path}: {error.strerror}"]) from None
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise ProfileError([f"winrm.trusted_client_issuers: {path} holds no certificate in PEM"])
    return content
