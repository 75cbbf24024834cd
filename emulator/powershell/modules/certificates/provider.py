"""The Certificate provider: stores of the machine and of the user, and what is in them.

The machine's stores hold what the host knows (`emulator/host/security/certificates.py`); those of the user
are empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from emulator.host import Host
from emulator.host.security.certificates import Certificate, Store
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.format.views import Column, View, table
from emulator.powershell.providers.provider import Provider, not_there

if TYPE_CHECKING:
    from cryptography.x509 import Certificate as Parsed
    from cryptography.x509 import Name

    from emulator.powershell.runtime.engine import Engine

_LOCATIONS = ("CurrentUser", "LocalMachine")
_STORES = (
    "TrustedPublisher ClientAuthIssuer Remote*Desktop Root TrustedDevices CA REQUEST AuthRoot TrustedPeople "
    "My SmartCardRoot Trust Disallowed"
)
_NAMES = tuple(one.replace("*", " ") for one in _STORES.split())
_HELD: dict[str, Store] = {"my": "My", "root": "Root", "ca": "CA"}
_X = "System.Security.Cryptography.X509Certificates."
_USAGES = {
    "1.3.6.1.5.5.7.3.1": "Server Authentication",
    "1.3.6.1.5.5.7.3.2": "Client Authentication",
    "1.3.6.1.5.5.7.3.3": "Code Signing",
}


class CertificateObject:
    """X509Certificate2. What only the certificate itself tells is null where the host holds facts alone."""

    def __init__(self, engine: Engine, facts: Certificate) -> None:
        self.engine = engine
        self.facts = facts

    @cached_property
    def parsed(self) -> Parsed | None:
        """The certificate as it was read, or None."""
        if not self.facts.encoded:
            return None
        from cryptography.x509 import load_der_x509_certificate

        return load_der_x509_certificate(self.facts.encoded)

    def names(self, which: str) -> str:
        """The subject or issuer as .NET writes it."""
        if self.parsed is None:
            return f"CN={self.facts.common_name}"
        return _name_text(getattr(self.parsed, which))

    def moment(self, which: str) -> DateTime | None:
        """NotBefore or NotAfter in local time."""
        if self.parsed is None:
            return None
        moment = getattr(self.parsed, which)
        return DateTime.from_python(moment, self.engine.clock.utc_offset(moment))

    def usages(self) -> PSArray:
        """Names of the extended key usages."""
        from cryptography.x509 import ExtendedKeyUsage, ExtensionNotFound

        if self.parsed is None:
            return PSArray()
        try:
            found = self.parsed.extensions.get_extension_for_class(ExtendedKeyUsage).value
        except ExtensionNotFound:
            return PSArray()
        return PSArray(
            PSObject.custom(
                [
                    ("FriendlyName", _USAGES.get(one.dotted_string, "")),
                    ("ObjectId", one.dotted_string),
                ]
            )
            for one in found
        )


def _name_text(name: Name) -> str:
    return ", ".join(reversed([one.rfc4514_string() for one in name.rdns]))


def _simple_name(certificate: CertificateObject, _kind: Any, for_issuer: bool) -> str:
    name = certificate.names("issuer" if for_issuer else "subject")
    return next((one[3:] for one in name.split(", ") if one.startswith("CN=")), name)


def _private_key(_certificate: CertificateObject) -> Any:
    raise NetError("System.NotSupportedException", "Private keys of certificates are not emulated.")


def _of_certificate(read: Callable[[Parsed], Any]) -> Callable[[CertificateObject], Any]:
    return lambda certificate: None if certificate.parsed is None else read(certificate.parsed)


register(PSType(f"{_X}X509Certificate"))
register(
    PSType(
        f"{_X}X509Certificate2",
        base=f"{_X}X509Certificate",
        interfaces=("System.IDisposable",),
        instance={
            "EnhancedKeyUsageList": lambda c: c.usages(),
            "DnsNameList": lambda c: PSArray(c.facts.names),
            "FriendlyName: string": lambda _c: "",
            "HasPrivateKey: bool": lambda c: c.facts.store == "My",
            "Issuer: string": lambda c: c.names("issuer"),
            "NotAfter: datetime": lambda c: c.moment("not_valid_after_utc"),
            "NotBefore: datetime": lambda c: c.moment("not_valid_before_utc"),
            "PrivateKey": _private_key,
            "RawData": lambda c: bytearray(c.facts.encoded) or None,
            "SerialNumber: string": _of_certificate(lambda p: f"{p.serial_number:032X}"),
            "Subject: string": lambda c: c.names("subject"),
            "Thumbprint: string": lambda c: c.facts.thumbprint,
            "Version: int": _of_certificate(lambda p: p.version.value + 1),
            "GetCertHashString()": lambda c: c.facts.thumbprint,
            "GetRawCertData()": lambda c: bytearray(c.facts.encoded),
            "GetNameInfo(object nameType, bool forIssuer)": _simple_name,
            "Dispose()": lambda _c: None,
        },
        to_text=lambda c: (
            f"[Subject]\r\n  {c.names('subject')}\r\n\r\n[Thumbprint]\r\n  {c.facts.thumbprint}\r\n"
        ),
    ),
    CertificateObject,
)


class Container:
    """A location or a store."""

    __slots__ = ("name", "ps_type", "stores")

    def __init__(self, name: str, ps_type: PSType, stores: tuple[str, ...] = ()) -> None:
        self.name = name
        self.ps_type = ps_type
        self.stores = stores


_LOCATION = register(
    PSType(
        "Microsoft.PowerShell.Commands.X509StoreLocation",
        instance={
            "Location: string": lambda c: c.name,
            "LocationName: string": lambda c: c.name,
            "StoreNames": lambda c: PSArray(c.stores),
        },
    )
)
_STORE = register(PSType(f"{_X}X509Store", instance={"Name: string": lambda c: c.name}))


def _parent(item: Any) -> str:
    return f"Microsoft.PowerShell.Security\\Certificate::LocalMachine\\{unwrap(item).facts.store}"


VIEWS: tuple[View, ...] = (
    table(
        f"{_X}X509Certificate2",
        columns=(
            Column("Thumbprint", "Thumbprint", 41),
            Column("Subject", lambda c: unwrap(c).names("subject")),
        ),
        group_by=Column("PSParentPath", _parent),
    ),
)


class CertificateProvider(Provider):
    """``Cert:\\LocalMachine\\My\\<thumbprint>``."""

    name = "Certificate"
    module = "Microsoft.PowerShell.Security"
    capabilities = "ShouldProcess"
    has_containers = True
    container_kind, leaf_kind = "Store", "Certificate"

    def __init__(self, engine: Engine, host: Host) -> None:
        super().__init__(engine)
        self._host = host
        engine.views.add(VIEWS)

    def drives(self) -> Iterator[tuple[str, str, str]]:
        yield "Cert", "", "X509 Certificate Provider"

    def exists(self, path: str) -> bool:
        return path == "" or self._find(path) is not None

    def is_container(self, path: str) -> bool:
        return path == "" or isinstance(self._find(path), Container)

    def item(self, path: str) -> Any:
        if path == "":
            return [self._find(one) for one in _LOCATIONS]
        found = self._find(path)
        if found is None:
            raise not_there(path)
        return found

    def children(self, path: str) -> Iterator[str]:
        steps = path.split("\\") if path else []
        if not steps:
            yield from _LOCATIONS
        elif len(steps) == 1:
            yield from _NAMES
        else:
            yield from (one.thumbprint for one in self._held(*steps[:2]))

    def properties(self, path: str) -> list[tuple[str, Any]] | None:  # noqa: ARG002 - the item has them
        return None

    def remove(self, path: str, recurse: bool, force: bool) -> None:  # noqa: ARG002 - refused in any case
        raise self.gap("Remove-Item")

    def _held(self, location: str, store: str) -> list[Certificate]:
        wanted = _HELD.get(store.lower())
        if location.lower() != "localmachine" or wanted is None:
            return []
        return self._host.certificates.of_store(wanted)

    def _find(self, path: str) -> Any:
        steps = path.split("\\")
        location = next((one for one in _LOCATIONS if one.lower() == steps[0].lower()), None)
        if location is None or len(steps) > 3:
            return None
        if len(steps) == 1:
            return Container(location, _LOCATION, _NAMES)
        store = next((one for one in _NAMES if one.lower() == steps[1].lower()), None)
        if store is None:
            return None
        if len(steps) == 2:
            return Container(store, _STORE)
        for one in self._held(location, store):
            if one.thumbprint.lower() == steps[2].lower():
                return CertificateObject(self.engine, one)
        return None
