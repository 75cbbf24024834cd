"""System.Security.Cryptography.X509Certificates: X509Store and what is looked for in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host import Host
from emulator.powershell.dotnet.collections import LIST_TYPES, PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.certificates.provider import CertificateObject, held_certificates
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_X = "System.Security.Cryptography.X509Certificates."
_LOCATIONS = EnumType(f"{_X}StoreLocation", {"CurrentUser": 1, "LocalMachine": 2})
_NAMES = EnumType(
    f"{_X}StoreName",
    {
        name: number
        for number, name in enumerate(
            (
                *("AddressBook", "AuthRoot", "CertificateAuthority", "Disallowed", "My", "Root"),
                *("TrustedPeople", "TrustedPublisher"),
            ),
            1,
        )
    },
)
_FLAGS = EnumType(
    f"{_X}OpenFlags",
    {"ReadOnly": 0, "ReadWrite": 1, "MaxAllowed": 2, "OpenExistingOnly": 4, "IncludeArchived": 8},
    flags=True,
)
_FIND = EnumType(
    f"{_X}X509FindType",
    {
        name: number
        for number, name in enumerate(
            (
                *("FindByThumbprint", "FindBySubjectName", "FindBySubjectDistinguishedName"),
                *("FindByIssuerName", "FindByIssuerDistinguishedName", "FindBySerialNumber"),
                *("FindByTimeValid", "FindByTimeNotYetValid", "FindByTimeExpired", "FindByTemplateName"),
                *("FindByApplicationPolicy", "FindByCertificatePolicy", "FindByExtension"),
                *("FindByKeyUsage", "FindBySubjectKeyIdentifier"),
            )
        )
    },
)
_OTHERS = (
    EnumType(
        f"{_X}X509KeyStorageFlags",
        {
            "DefaultKeySet": 0,
            "UserKeySet": 1,
            "MachineKeySet": 2,
            "Exportable": 4,
            "UserProtected": 8,
            "PersistKeySet": 16,
        },
        flags=True,
    ),
    EnumType(
        f"{_X}X509ContentType",
        {
            "Unknown": 0,
            "Cert": 1,
            "SerializedCert": 2,
            "Pfx": 3,
            "Pkcs12": 3,
            "SerializedStore": 4,
            "Pkcs7": 5,
            "Authenticode": 6,
        },
    ),
    EnumType(
        f"{_X}X509NameType",
        {
            "SimpleName": 0,
            "EmailName": 1,
            "UpnName": 2,
            "DnsName": 3,
            "DnsFromAlternativeName": 4,
            "UrlName": 5,
        },
    ),
)
#: Names of stores where .NET says another one than Windows.
_WINDOWS_NAMES = {"CertificateAuthority": "CA"}


class Certificates(PSArray):
    """X509Certificate2Collection."""

    __slots__ = ()


LIST_TYPES.add(Certificates)


class Store:
    """X509Store: a store that is opened before it is read."""

    __slots__ = ("engine", "is_open", "location", "name", "writable")

    def __init__(self, engine: Engine, name: str, location: str) -> None:
        self.engine = engine
        self.name = _WINDOWS_NAMES.get(name, name)
        self.location = location
        self.is_open = False
        self.writable = False


def _new(engine: Engine, _kind: PSType, name: Any = "My", location: Any = "CurrentUser") -> Store:
    if to_text(name) in _LOCATIONS.names:  # X509Store(StoreLocation)
        name, location = "My", name
    return Store(engine, to_text(name), to_text(location))


def opened_store(engine: Engine, name: str, location: str) -> Store:
    """A store as the Certificate provider hands it out."""
    made = Store(engine, name, location)
    made.is_open = True
    return made


def _open(store: Store, flags: Any) -> None:
    store.is_open = True
    store.writable = bool(getattr(flags, "number", 0) & 3)


def _close(store: Store) -> None:
    store.is_open = False


def _certificates(store: Store) -> Certificates:
    host = store.engine.find_service(Host)
    if host is None or not store.is_open:
        return Certificates()
    found = held_certificates(host, store.location, store.name)
    return Certificates(CertificateObject(store.engine, one) for one in found)


def _change(store: Store, _certificate: Any) -> None:
    if not store.is_open or not store.writable:
        raise NetError(
            "System.Security.Cryptography.CryptographicException",
            "The X509 certificate store has not been opened."
            if not store.is_open
            else "The X509 certificate store is read-only.",
        )
    raise not_emulated("Changing a certificate store by X509Store")


def _find(found: Certificates, how: Any, value: Any, valid_only: bool) -> Certificates:
    wanted, kind = to_text(value), str(how)
    tests: dict[str, Any] = {
        "FindByThumbprint": lambda c: c.facts.thumbprint.lower() == wanted.replace(" ", "").lower(),
        "FindBySubjectName": lambda c: wanted.lower() in c.names("subject").lower(),
        "FindBySubjectDistinguishedName": lambda c: c.names("subject").lower() == wanted.lower(),
        "FindByIssuerName": lambda c: wanted.lower() in c.names("issuer").lower(),
        "FindByIssuerDistinguishedName": lambda c: c.names("issuer").lower() == wanted.lower(),
    }
    if kind not in tests:
        raise not_emulated(f"X509Certificate2Collection.Find({kind})")
    if not wanted:
        raise argument_error("The find type is not valid for an empty value.", "findValue")
    if valid_only:
        raise not_emulated("Checking the chain of certificates")
    return Certificates(one for one in found if tests[kind](one))


for _one in (_LOCATIONS, _NAMES, _FLAGS, _FIND, *_OTHERS):
    register(_one)
register(
    PSType(
        f"{_X}X509Certificate2Collection",
        interfaces=(
            "System.Collections.IList",
            "System.Collections.ICollection",
            "System.Collections.IEnumerable",
        ),
        instance={
            "Count: int": len,
            "Find(System.Security.Cryptography.X509Certificates.X509FindType findType, object findValue, "
            "bool validOnly)": _find,
        },
    ),
    Certificates,
)
_NEW = ("@new()", "@new(string storeName)", f"@new(string storeName, {_X}StoreLocation storeLocation)")
register(
    PSType(
        f"{_X}X509Store",
        interfaces=("System.IDisposable",),
        instance={
            "Name: string": lambda s: s.name,
            "Location": lambda s: _LOCATIONS[s.location],
            "Certificates": _certificates,
            f"Open({_X}OpenFlags flags)": _open,
            "Add(object certificate)": _change,
            "Remove(object certificate)": _change,
            "Close()": _close,
            "Dispose()": _close,
        },
        construct=dict.fromkeys(_NEW, _new),
    ),
    Store,
)
