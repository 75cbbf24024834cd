"""Chains of certificates: from one up to an authority that the machine or a user trusts."""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.security.certificate_reading import is_issued_by
from emulator.host.security.certificates import MACHINE, Certificate

if TYPE_CHECKING:
    from cryptography.x509 import Certificate as Parsed

    from emulator.host.host import Host

_LONGEST = 16
#: What can be wrong, as X509ChainStatusFlags has it: number and text.
STATUSES = {
    "NotTimeValid": (
        1,
        "A required certificate is not within its validity period when verifying against the current system "
        "clock or the timestamp in the signed file.\r\n",
    ),
    "NotSignatureValid": (8, "The signature of the certificate cannot be verified.\r\n"),
    "NotValidForUsage": (16, "The certificate is not valid for the requested usage.\r\n"),
    "UntrustedRoot": (
        32,
        "A certificate chain processed, but terminated in a root certificate which is not trusted by the "
        "trust provider.\r\n",
    ),
    "RevocationStatusUnknown": (
        64,
        "The revocation function was unable to check revocation for the certificate.\r\n",
    ),
    "PartialChain": (0x10000, "A certificate chain could not be built to a trusted root authority.\r\n"),
    "OfflineRevocation": (
        0x1000000,
        "The revocation function was unable to check revocation because the revocation server was "
        "offline.\r\n",
    ),
}


class Link(NamedTuple):
    """A certificate of a chain, whose store it is from (None: from no store), and what is wrong with it."""

    certificate: Certificate
    owner: str | None
    problems: tuple[str, ...]


def chain_of(
    host: "Host",
    user: str,
    certificate: Certificate,
    owner: str | None = None,
    *,
    extra: tuple[tuple[Certificate, str | None], ...] = (),
    moment: datetime | None = None,
    checks_revocation: bool = True,
) -> list[Link]:
    """The chain from a certificate upward, as a user (a SID) sees it; ``extra``: certificates that may be
    part of it. The last one's problems say whether its end is trusted. All of them must be encoded."""
    with host.looking():
        roots = {one.thumbprint for one, _ in _stored(host, user, "Root", "AuthRoot")}
        known = [*extra, *_stored(host, user, "CA", "Root", "AuthRoot", "My")]
        moment = moment or host.clock.now()
    parse = cache(_parsed)
    chain: list[Link] = []
    current: tuple[Certificate, str | None] | None = (certificate, owner)
    while current is not None and len(chain) < _LONGEST:
        parsed = parse(current[0].encoded)
        problems = []
        if not parsed.not_valid_before_utc <= moment <= parsed.not_valid_after_utc:
            problems.append("NotTimeValid")
        issuer = None
        if parsed.issuer == parsed.subject:
            if not is_issued_by(parsed, parsed):
                problems.append("NotSignatureValid")
            elif current[0].thumbprint not in roots:
                problems.append("UntrustedRoot")
        else:
            encoded = (one for one in known if one[0].encoded)
            issuer = next((one for one in encoded if _issues(parse(one[0].encoded), parsed)), None)
            if issuer is None:
                problems.append("PartialChain")
            if checks_revocation:
                # There is no network of authorities: nobody can be asked.
                problems += ["RevocationStatusUnknown", "OfflineRevocation"]
        chain.append(Link(*current, tuple(problems)))
        current = issuer
    return chain


def _stored(host: "Host", user: str, *stores: str) -> list[tuple[Certificate, str | None]]:
    return [
        (one, owner)
        for owner in dict.fromkeys((MACHINE, user))
        for store in stores
        for one in host.certificates.of_store(store, owner)
    ]


def _parsed(encoded: bytes) -> "Parsed":
    from cryptography.x509 import load_der_x509_certificate

    return load_der_x509_certificate(encoded)


def _issues(issuer: "Parsed", certificate: "Parsed") -> bool:
    return issuer.subject == certificate.issuer and is_issued_by(certificate, issuer)
