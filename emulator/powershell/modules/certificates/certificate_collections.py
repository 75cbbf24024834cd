"""X509CertificateCollection: certificates that a program shows, and what a store hands out."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import ITEM_TYPES, LIST_TYPES, PSArray
from emulator.powershell.dotnet.exceptions import null_argument
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.runtime.conversion import items_of

COLLECTION = "System.Security.Cryptography.X509Certificates.X509CertificateCollection"


class CertificateCollection(PSArray):
    """X509CertificateCollection."""

    __slots__ = ()


LIST_TYPES.add(CertificateCollection)
ITEM_TYPES[CertificateCollection] = "System.Security.Cryptography.X509Certificates.X509Certificate"


def certificate_in(value: Any) -> CertificateObject:
    """A certificate of a script. Raises NetError for what is none."""
    held = unwrap(value)
    if not isinstance(held, CertificateObject):
        raise null_argument("certificate")
    return held


def _add(found: CertificateCollection, certificate: Any) -> int:
    found.append(certificate_in(certificate))
    return len(found) - 1


def _add_all(found: CertificateCollection, certificates: Any) -> None:
    found.extend(map(certificate_in, items_of(certificates)))


def _remove(found: CertificateCollection, certificate: Any) -> None:
    wanted = certificate_in(certificate).facts.thumbprint
    found[:] = [one for one in found if one.facts.thumbprint != wanted]


register(
    PSType(
        COLLECTION,
        interfaces=(
            "System.Collections.IList",
            "System.Collections.ICollection",
            "System.Collections.IEnumerable",
        ),
        instance={
            "Count: int": len,
            "Add(object certificate)": _add,
            "AddRange(object certificates)": _add_all,
            "Remove(object certificate)": _remove,
            "Clear()": CertificateCollection.clear,
        },
        construct={
            "new()": lambda _kind: CertificateCollection(),
            "new(object certificates)": lambda _kind, many: CertificateCollection(
                map(certificate_in, items_of(many))
            ),
        },
    ),
    CertificateCollection,
)
