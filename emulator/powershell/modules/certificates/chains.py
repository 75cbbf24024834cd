"""Chains of certificates as .NET has them, over those of the host."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from emulator.host import Host
from emulator.powershell.modules.certificates.certificate_files import wrong
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.modules.certificates.provider import owner_of
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    import datetime


class Element(NamedTuple):
    """A certificate of a chain and the names of what is wrong with it."""

    certificate: CertificateObject
    problems: tuple[str, ...]


def chain_of(
    certificate: CertificateObject,
    *,
    extra: list[CertificateObject] | None = None,
    moment: datetime.datetime | None = None,
    checks_revocation: bool = True,
) -> list[Element]:
    """The chain from a certificate upward. The last one's problems say whether its end is trusted."""
    from emulator.host.security.certificate_chains import chain_of as chain_of_host

    engine = certificate.engine
    host = engine.find_service(Host)
    if host is None:
        raise not_emulated("A chain of certificates without a machine")
    if certificate.parsed is None:
        raise wrong()
    links = chain_of_host(
        host,
        owner_of(engine, "CurrentUser"),
        certificate.facts,
        certificate.owner,
        extra=tuple((one.facts, one.owner) for one in extra or ()),
        moment=moment,
        checks_revocation=checks_revocation,
    )
    return [Element(CertificateObject(engine, one, owner), problems) for one, owner, problems in links]


def is_trusted(chain: list[Element]) -> bool:
    """Whether nothing is wrong with a chain."""
    return not any(one.problems for one in chain)
