"""Chains of certificates: from one up to an authority that the machine trusts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from emulator.host import Account, Host
from emulator.host.security.certificates import MACHINE
from emulator.powershell.modules.certificates.certificate_object import CertificateObject

if TYPE_CHECKING:
    import datetime

    from emulator.powershell.runtime.engine import Engine

_LONGEST = 16
#: X509ChainStatusFlags that a chain here can have, with their numbers and texts.
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


class Element(NamedTuple):
    """A certificate of a chain and the names of what is wrong with it."""

    certificate: CertificateObject
    problems: tuple[str, ...]


def owner_of(engine: Engine, location: str) -> str:
    """Who owns the stores of a location."""
    account = engine.find_service(Account)
    return MACHINE if location.lower() == "localmachine" or account is None else account.sid


def stored(engine: Engine, *stores: str) -> list[CertificateObject]:
    """What the machine and the user hold in stores."""
    host = engine.find_service(Host)
    if host is None:
        return []
    return [
        CertificateObject(engine, one, owner)
        for owner in dict.fromkeys((MACHINE, owner_of(engine, "CurrentUser")))
        for store in stores
        for one in host.certificates.of_store(store, owner)
    ]


def chain_of(
    certificate: CertificateObject,
    *,
    extra: list[CertificateObject] | None = None,
    moment: datetime.datetime | None = None,
    checks_revocation: bool = True,
) -> list[Element]:
    """The chain from a certificate upward. The last one's problems say whether its end is trusted."""
    engine = certificate.engine
    roots = {one.facts.thumbprint for one in stored(engine, "Root", "AuthRoot")}
    known = [*(extra or []), *stored(engine, "CA", "Root", "AuthRoot", "My")]
    moment = moment or engine.clock.now()
    chain: list[Element] = []
    current: CertificateObject | None = certificate
    while current is not None and len(chain) < _LONGEST:
        parsed = current.certificate
        problems = []
        if not parsed.not_valid_before_utc <= moment <= parsed.not_valid_after_utc:
            problems.append("NotTimeValid")
        issuer: CertificateObject | None = None
        if parsed.issuer == parsed.subject:
            if not _signed_by(current, current):
                problems.append("NotSignatureValid")
            elif current.facts.thumbprint not in roots:
                problems.append("UntrustedRoot")
        else:
            issuer = _issuer(current, known)
            if issuer is None:
                problems.append("PartialChain")
            if checks_revocation:
                # There is no network of authorities: nobody can be asked.
                problems += ["RevocationStatusUnknown", "OfflineRevocation"]
        chain.append(Element(current, tuple(problems)))
        current = issuer
    return chain


def _issuer(certificate: CertificateObject, known: list[CertificateObject]) -> CertificateObject | None:
    wanted = certificate.certificate.issuer
    for one in known:
        if one.parsed is not None and one.parsed.subject == wanted and _signed_by(certificate, one):
            return one
    return None


def _signed_by(certificate: CertificateObject, issuer: CertificateObject) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        certificate.certificate.verify_directly_issued_by(issuer.certificate)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def is_trusted(chain: list[Element]) -> bool:
    """Whether nothing is wrong with a chain."""
    return not any(one.problems for one in chain)
