"""System.Security.Cryptography.X509Certificates: X509Store and what is looked for in one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.host import Account, Host, HostError
from emulator.powershell.dotnet.collections import ITEM_TYPES, LIST_TYPES
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError, argument_error
from emulator.powershell.dotnet.library.oids import friendly_name
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.certificates.certificate_collections import (
    COLLECTION,
    CertificateCollection,
    certificate_in,
)
from emulator.powershell.modules.certificates.certificate_files import (
    pfx_of,
    pkcs7_of,
    serialized_of,
    wrong,
)
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.modules.certificates.certificate_types import (
    OVERLOADS,
    read_certificates,
    secret_text,
    usage_identifiers,
)
from emulator.powershell.modules.certificates.chains import chain_of, is_trusted
from emulator.powershell.modules.certificates.distinguished_names import simple_name
from emulator.powershell.modules.certificates.provider import held_certificates, owner_of, store_name
from emulator.powershell.runtime.conversion import items_of, to_text
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


class Certificates(CertificateCollection):
    """X509Certificate2Collection."""

    __slots__ = ()


LIST_TYPES.add(Certificates)
ITEM_TYPES[Certificates] = "System.Security.Cryptography.X509Certificates.X509Certificate2"


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


def _of_handle(engine: Engine, _kind: PSType, handle: int) -> Store:
    """X509Store(IntPtr): a store that CertOpenStore has opened. Raises CryptographicException."""
    from emulator.powershell.csharp.native_process import native_process
    from emulator.powershell.modules.certificates.store_handles import StoreHandle

    found = native_process(engine).object_of(int(handle))
    if not isinstance(found, StoreHandle):
        raise wrong("The parameter is incorrect.\r\n", 0x80070057)
    made = opened_store(engine, found.name, found.location)
    made.writable = found.writable
    return made


def _open(store: Store, flags: Any) -> None:
    store.is_open = True
    store.writable = bool(getattr(flags, "number", 0) & 3)


def _close(store: Store) -> None:
    store.is_open = False


def _certificates(store: Store) -> Certificates:
    if not store.is_open:
        return Certificates()
    return Certificates(held_certificates(store.engine, store.location, store.name))


def _require_writable(store: Store) -> Host:
    if not store.is_open:
        raise NetError(CRYPTOGRAPHIC, "The X509 certificate store has not been opened.")
    if not store.writable:
        raise NetError(CRYPTOGRAPHIC, "The X509 certificate store is read-only.")
    host = store.engine.find_service(Host)
    if host is None:
        raise not_emulated("A certificate store without a machine")
    return host


def _add(store: Store, certificate: Any) -> None:
    host, held = _require_writable(store), certificate_in(certificate)
    facts = held.facts.replaced(store=store_name(store.name))
    try:
        host.certificates.put(owner_of(store.engine, store.location), facts, _account(store))
    except HostError as problem:
        raise wrong(f"{problem.text}\r\n", problem.hresult) from None


def _remove(store: Store, certificate: Any) -> None:
    host, held = _require_writable(store), certificate_in(certificate)
    owner = owner_of(store.engine, store.location)
    with host.looking():
        if host.certificates.in_store(owner, store.name, held.facts.thumbprint) is None:
            return  # as .NET does
        try:
            host.certificates.remove(owner, store.name, held.facts.thumbprint, _account(store))
        except HostError as problem:
            raise wrong(f"{problem.text}\r\n", problem.hresult) from None


def _account(store: Store) -> Account | None:
    return store.engine.find_service(Account)


def _all(change: Any) -> Any:
    def run(store: Store, certificates: Any) -> None:
        for one in items_of(certificates):
            change(store, one)

    return run


def _same(text: str, wanted: str) -> bool:
    return text.lower() == wanted.lower()


def _key_identifier(certificate: CertificateObject) -> str:
    from cryptography.x509 import SubjectKeyIdentifier

    found = (one.value for one in certificate.certificate.extensions)
    return next((one.digest.hex() for one in found if isinstance(one, SubjectKeyIdentifier)), "")


def _has_extension(certificate: CertificateObject, wanted: str) -> bool:
    return any(
        wanted in (one.oid.dotted_string, friendly_name(one.oid.dotted_string))
        for one in certificate.certificate.extensions
    )


def _has_usage(certificate: CertificateObject, wanted: str) -> bool:
    usages = usage_identifiers(certificate)
    return not usages or any(wanted in (one, friendly_name(one)) for one in usages)


#: How each X509FindType that takes a text compares it.
_BY_TEXT: dict[str, Callable[[CertificateObject, str], bool]] = {
    "FindByThumbprint": lambda c, text: _same(c.facts.thumbprint, text.replace(" ", "")),
    "FindBySubjectName": lambda c, text: text.lower() in c.names("subject").lower(),
    "FindBySubjectDistinguishedName": lambda c, text: _same(c.names("subject"), text),
    "FindByIssuerName": lambda c, text: text.lower() in simple_name(c.certificate.issuer).lower(),
    "FindByIssuerDistinguishedName": lambda c, text: _same(c.names("issuer"), text),
    "FindBySerialNumber": lambda c, text: int((c.serial_number or b"").hex() or "0", 16) == _number(text),
    "FindBySubjectKeyIdentifier": lambda c, text: _same(_key_identifier(c), text.replace(" ", "")),
    "FindByExtension": _has_extension,
    "FindByApplicationPolicy": _has_usage,
}
#: The same for those that take a moment.
_BY_TIME: dict[str, Callable[[Any, Any, Any], bool]] = {
    "FindByTimeValid": lambda moment, first, last: first <= moment <= last,
    "FindByTimeNotYetValid": lambda moment, first, _last: moment < first,
    "FindByTimeExpired": lambda moment, _first, last: moment > last,
}


def _number(digits: str) -> int:
    try:
        return int(digits.replace(" ", ""), 16)
    except ValueError:
        return -1


def _find(found: Certificates, how: Any, value: Any, valid_only: bool) -> Certificates:
    kind = str(how)
    if kind in _BY_TIME:
        moment = unwrap(value)
        if not isinstance(moment, DateTime):
            raise NetError(CRYPTOGRAPHIC, "The find value must be a DateTime.")
        test = _BY_TIME[kind]
        chosen = [
            one
            for one in found
            if one.parsed is not None
            and test(
                moment.ticks,
                one.moment("not_valid_before_utc").ticks,
                one.moment("not_valid_after_utc").ticks,
            )
        ]
    elif kind in _BY_TEXT:
        wanted = to_text(value)
        if not wanted:
            raise argument_error("The find type is not valid for an empty value.", "findValue")
        needs_content = kind.startswith(("FindByIssuerName", "FindBySubjectKey", "FindByExtension"))
        chosen = [
            one
            for one in found
            if (one.parsed is not None or not needs_content) and _BY_TEXT[kind](one, wanted)
        ]
    else:
        raise not_emulated(f"X509Certificate2Collection.Find({kind})")
    if valid_only:
        chosen = [one for one in chosen if one.parsed is not None and is_trusted(chain_of(one))]
    return Certificates(chosen)


def _import(
    engine: Engine, found: Certificates, source: Any, password: Any = None, flags: Any = None
) -> None:
    found.extend(read_certificates(engine, source, password, flags))


def _export(found: Certificates, kind: Any, password: Any = None) -> bytearray | None:
    if not found:
        return None
    wanted = to_text(kind)
    if wanted == "Pkcs7":
        return bytearray(pkcs7_of(list(found)))
    if wanted in ("Pfx", "Pkcs12"):
        main = next((one for one in found if one.facts.key), found[0])
        return bytearray(pfx_of(main, [one for one in found if one is not main], secret_text(password)))
    if wanted == "Cert":
        return bytearray(found[0].facts.encoded)
    if wanted == "SerializedCert":
        return bytearray(serialized_of(found[0]))
    raise NetError(CRYPTOGRAPHIC, "Invalid content type.")


def _new_collection(_kind: PSType, given: Any = None) -> Certificates:
    return (
        Certificates(certificate_in(one) for one in items_of(given)) if given is not None else Certificates()
    )


for _one in (_LOCATIONS, _NAMES, _FLAGS, _FIND, *_OTHERS):
    register(_one)
register(
    PSType(
        f"{_X}X509Certificate2Collection",
        base=COLLECTION,
        instance={
            f"Find({_X}X509FindType findType, object findValue, bool validOnly)": _find,
            **{f"@Import{one}": _import for one in OVERLOADS},
            f"Export({_X}X509ContentType contentType)": _export,
            f"Export({_X}X509ContentType contentType, string password)": _export,
        },
        construct={
            "new()": _new_collection,
            f"new({_X}X509Certificate2 certificate)": _new_collection,
            "new(object certificates)": _new_collection,
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
            "IsOpen: bool": lambda s: s.is_open,
            "Add(object certificate)": _add,
            "AddRange(object certificates)": _all(_add),
            "Remove(object certificate)": _remove,
            "RemoveRange(object certificates)": _all(_remove),
            "Close()": _close,
            "Dispose()": _close,
        },
        construct={**dict.fromkeys(_NEW, _new), "@new(System.IntPtr storeHandle)": _of_handle},
    ),
    Store,
)
