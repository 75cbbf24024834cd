"""System.Security.Cryptography.X509Certificates: X509Certificate2 itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host import HostError
from emulator.host.security.certificate_reading import USER_PRINCIPAL_NAME, utf_8_string
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.credentials import SecureString
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError
from emulator.powershell.dotnet.library.oids import Oid, friendly_name
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.certificates.certificate_files import (
    certificates_of,
    content_type,
    pfx_of,
    serialized_of,
    wrong,
)
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.modules.certificates.chains import chain_of, is_trusted
from emulator.powershell.modules.certificates.distinguished_names import simple_name
from emulator.powershell.modules.certificates.extension_types import (
    DistinguishedName,
    PublicKey,
    extensions_of,
)
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import FileFailure
from emulator.powershell.runtime.services import ByteStore, FileStore

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_X = "System.Security.Cryptography.X509Certificates."
_CONTENT_TYPE = EnumType(
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
)
register(_CONTENT_TYPE)


class UsageName:
    """EnhancedKeyUsageRepresentation."""

    def __init__(self, identifier: str) -> None:
        self.identifier = identifier


class DnsName:
    """DnsNameRepresentation."""

    def __init__(self, punycode: str) -> None:
        self.punycode = punycode

    @property
    def unicode(self) -> str:
        """The name with the letters that stand for its codes."""
        try:
            return self.punycode.encode("ascii").decode("idna")
        except UnicodeError:
            return self.punycode


_S = "Microsoft.PowerShell.Commands."
register(
    PSType(
        f"{_S}EnhancedKeyUsageRepresentation",
        instance={
            "FriendlyName: string": lambda u: friendly_name(u.identifier),
            "ObjectId: string": lambda u: u.identifier,
        },
        to_text=lambda u: (
            f"{friendly_name(u.identifier)} ({u.identifier})" if friendly_name(u.identifier) else u.identifier
        ),
    ),
    UsageName,
)
register(
    PSType(
        f"{_S}DnsNameRepresentation",
        instance={"Punycode: string": lambda d: d.punycode, "Unicode: string": lambda d: d.unicode},
        to_text=lambda d: d.unicode,
    ),
    DnsName,
)


def usage_identifiers(certificate: CertificateObject) -> list[str]:
    """The identifiers of the extended key usages."""
    from cryptography.x509 import ExtendedKeyUsage, ExtensionNotFound

    if certificate.parsed is None:
        return []
    try:
        found = certificate.parsed.extensions.get_extension_for_class(ExtendedKeyUsage).value
    except ExtensionNotFound:
        return []
    return [one.dotted_string for one in found]


def dns_names(certificate: CertificateObject) -> PSArray:
    """The DNS names that a certificate is good for, else its common name."""
    facts = certificate.facts
    names = facts.names or ((facts.common_name,) if facts.common_name else ())
    return PSArray(DnsName(one) for one in names)


def _name_info(certificate: CertificateObject, kind: Any, for_issuer: bool) -> str:
    from cryptography import x509

    which = "issuer" if for_issuer else "subject"
    parsed = certificate.parsed
    if parsed is None:
        return certificate.facts.common_name
    wanted = to_text(kind)
    plain = simple_name(getattr(parsed, which))
    names: list[x509.GeneralName] = []
    kinds = (x509.IssuerAlternativeName if for_issuer else x509.SubjectAlternativeName,)
    for one in parsed.extensions:
        if isinstance(one.value, kinds):
            names = list(one.value)
    alternatives: dict[str, type[x509.GeneralName]] = {
        "DnsName": x509.DNSName,
        "DnsFromAlternativeName": x509.DNSName,
        "EmailName": x509.RFC822Name,
        "UrlName": x509.UniformResourceIdentifier,
    }
    if wanted in alternatives:
        found = next((str(one.value) for one in names if isinstance(one, alternatives[wanted])), "")
        return found or (plain if wanted == "DnsName" else "")
    if wanted == "UpnName":
        others = (one for one in names if isinstance(one, x509.OtherName))
        values = (one.value for one in others if one.type_id.dotted_string == USER_PRINCIPAL_NAME)
        return next((utf_8_string(one) for one in values), "")
    return plain


def _private_key(certificate: CertificateObject) -> Any:
    """The key of one of the older providers; of the others .NET Framework gives none here."""
    if not certificate.has_key or "Key Storage" in certificate.facts.key_provider:
        return None
    return certificate.rsa_key()


def _bytes_of(engine: Engine, source: Any) -> bytes:
    """Bytes that are given, or those of a file by its name. Raises NetError."""
    held = unwrap(source)
    if isinstance(held, bytearray):
        return bytes(held)
    files, store = engine.find_service(ByteStore), engine.find_service(FileStore)
    if files is None or store is None:
        raise wrong("The system cannot find the file specified.\r\n", 0x80070002)
    try:
        return files.read_bytes(store.resolve(to_text(held)))
    except FileFailure:
        raise wrong("The system cannot find the file specified.\r\n", 0x80070002) from None


def secret_text(password: Any) -> str:
    """A password as a text, of a text or a SecureString."""
    held = unwrap(password)
    return held.text if isinstance(held, SecureString) else to_text(held) if held is not None else ""


def read_certificates(
    engine: Engine, source: Any, password: Any = None, flags: Any = None
) -> list[CertificateObject]:
    """The certificates of a file by its name, or of bytes. Raises NetError."""
    exportable = bool(int(getattr(unwrap(flags), "number", 0) or 0) & 4)
    return certificates_of(engine, _bytes_of(engine, source), secret_text(password), exportable=exportable)


def _new(
    engine: Engine, _kind: PSType, source: Any = None, password: Any = None, flags: Any = None
) -> CertificateObject:
    held = unwrap(source)
    if held is None:
        return CertificateObject(engine)
    if isinstance(held, CertificateObject):
        return CertificateObject(engine, held.facts, held.owner)
    return read_certificates(engine, source, password, flags)[0]


def _import(
    engine: Engine, certificate: CertificateObject, source: Any, password: Any = None, flags: Any = None
) -> None:
    certificate.become(read_certificates(engine, source, password, flags)[0].facts)


def exported(certificate: CertificateObject, kind: Any, password: Any = None) -> bytearray:
    """X509Certificate2.Export. Raises NetError for a kind that one certificate has no form of."""
    wanted = to_text(kind)
    if wanted == "Cert":
        return bytearray(certificate.facts.encoded)
    if wanted in ("Pfx", "Pkcs12"):
        return bytearray(pfx_of(certificate, [], secret_text(password)))
    if wanted == "SerializedCert":
        return bytearray(serialized_of(certificate))
    raise NetError(CRYPTOGRAPHIC, "Invalid content type.")


def _to_text(certificate: CertificateObject) -> str:
    if certificate.is_empty:
        return f"{_X}X509Certificate2"
    engine = certificate.engine
    pairs = [("Subject", certificate.names("subject")), ("Issuer", certificate.names("issuer"))]
    if certificate.parsed is not None:
        pairs.append(("Serial Number", _serial_text(certificate) or ""))
        for title, which in (("Not Before", "not_valid_before_utc"), ("Not After", "not_valid_after_utc")):
            pairs.append((title, _moment_text(engine, certificate, which)))
    pairs.append(("Thumbprint", certificate.facts.thumbprint))
    return "\r\n".join(f"[{title}]\r\n  {text}\r\n" for title, text in pairs)


def _moment_text(engine: Engine, certificate: CertificateObject, which: str) -> str:
    from emulator.powershell.runtime.invoke import call_method

    return str(call_method(certificate.moment(which), "ToString", [], engine))


def _serial_text(certificate: CertificateObject) -> str | None:
    number = certificate.serial_number
    return None if number is None else number.hex().upper()


def _algorithm(certificate: CertificateObject) -> Oid | None:
    if certificate.parsed is None:
        return None
    identifier = certificate.parsed.signature_algorithm_oid.dotted_string
    return Oid(identifier, friendly_name(identifier) or None)


def _names(which: str) -> Any:
    return lambda c: None if c.parsed is None else DistinguishedName(getattr(c.parsed, which))


_SOURCES = ("byte[] rawData", "string fileName")
_REST = ("", ", string password", ", System.Security.SecureString password")
_WITH_FLAGS = tuple(f"{rest}, {_X}X509KeyStorageFlags keyStorageFlags" for rest in _REST[1:])
OVERLOADS = tuple(f"({source}{rest})" for source in _SOURCES for rest in (*_REST, *_WITH_FLAGS))


def _content_type(engine: Engine, source: Any) -> Any:
    return _CONTENT_TYPE[content_type(_bytes_of(engine, source))]


register(
    PSType(
        f"{_X}X509Certificate",
        interfaces=("System.IDisposable",),
        instance={
            "Issuer: string": lambda c: c.names("issuer"),
            "Subject: string": lambda c: c.names("subject"),
            "Equals(object obj)": lambda c, other: (
                isinstance(held := unwrap(other), CertificateObject)
                and held.facts.thumbprint == c.facts.thumbprint
            ),
            f"Export({_X}X509ContentType contentType)": exported,
            f"Export({_X}X509ContentType contentType, string password)": exported,
            f"Export({_X}X509ContentType contentType, System.Security.SecureString password)": exported,
            "GetCertHash()": lambda c: bytearray.fromhex(c.facts.thumbprint),
            "GetCertHashString()": lambda c: c.facts.thumbprint,
            "@GetEffectiveDateString()": lambda e, c: _moment_text(e, c, "not_valid_before_utc"),
            "@GetExpirationDateString()": lambda e, c: _moment_text(e, c, "not_valid_after_utc"),
            "GetFormat()": lambda _c: "X509",
            "GetIssuerName()": lambda c: c.names("issuer"),
            "GetName()": lambda c: c.names("subject"),
            "GetKeyAlgorithm()": lambda c: PublicKey(c).oid.value,
            "GetPublicKey()": lambda c: bytearray(PublicKey(c).encoded),
            "GetPublicKeyString()": lambda c: PublicKey(c).encoded.hex().upper(),
            "GetRawCertData()": lambda c: bytearray(c.facts.encoded),
            "GetRawCertDataString()": lambda c: c.facts.encoded.hex().upper(),
            "GetSerialNumber()": lambda c: bytearray(reversed(c.serial_number or b"")),
            "GetSerialNumberString()": _serial_text,
            "ToString()": _to_text,
            "ToString(bool fVerbose)": lambda c, _verbose: _to_text(c),
            "Reset()": lambda c: c.become(None),
            "Dispose()": lambda _c: None,
            **{f"@Import{one}": _import for one in OVERLOADS},
        },
        static={"@CreateFromCertFile(string filename)": lambda e, name: read_certificates(e, name)[0]},
    )
)
CERTIFICATE = register(
    PSType(
        f"{_X}X509Certificate2",
        base=f"{_X}X509Certificate",
        instance={
            "EnhancedKeyUsageList": lambda c: PSArray(UsageName(one) for one in usage_identifiers(c)),
            "DnsNameList": dns_names,
            "SendAsTrustedIssuer: bool": lambda _c: False,
            "Archived: bool": lambda _c: False,
            "Extensions": extensions_of,
            "FriendlyName: string": lambda c: c.facts.friendly_name,
            "FriendlyName=": lambda c, name: _rename(c, to_text(name)),
            "IssuerName": _names("issuer"),
            "NotAfter: datetime": lambda c: c.moment("not_valid_after_utc"),
            "NotBefore: datetime": lambda c: c.moment("not_valid_before_utc"),
            "HasPrivateKey: bool": lambda c: c.has_key,
            "PrivateKey": _private_key,
            "PublicKey": PublicKey,
            "RawData: byte[]": lambda c: bytearray(c.facts.encoded) or None,
            "SerialNumber: string": _serial_text,
            "SubjectName": _names("subject"),
            "SignatureAlgorithm": _algorithm,
            "Thumbprint: string": lambda c: c.facts.thumbprint,
            "Version: int": lambda c: None if c.parsed is None else c.parsed.version.value + 1,
            f"GetNameInfo({_X}X509NameType nameType, bool forIssuer)": _name_info,
            "Verify()": lambda c: is_trusted(chain_of(c)),
        },
        static={
            "@GetCertContentType(byte[] rawData)": _content_type,
            "@GetCertContentType(string fileName)": _content_type,
        },
        construct={
            "@new()": _new,
            **{f"@new{one}": _new for one in OVERLOADS},
            f"@new({_X}X509Certificate certificate)": _new,
        },
        to_text=_to_text,
    ),
    CertificateObject,
)


def _rename(certificate: CertificateObject, name: str) -> None:
    try:
        certificate.rename(name)
    except HostError:
        raise wrong("Access is denied.\r\n", 0x80070005) from None


def _rsa(private: bool) -> Any:
    def read(certificate: Any) -> Any:
        held = unwrap(certificate)
        if private and not held.has_key:
            return None
        kind = (
            "RSACryptoServiceProvider"
            if held.facts.key_provider and "Key Storage" not in held.facts.key_provider and private
            else "RSACng"
        )
        return held.rsa_key(kind, private=private)

    return read


register(
    PSType(
        f"{_X}RSACertificateExtensions",
        is_abstract=True,
        static={
            f"GetRSAPrivateKey({_X}X509Certificate2 certificate)": _rsa(True),
            f"GetRSAPublicKey({_X}X509Certificate2 certificate)": _rsa(False),
        },
    )
)
