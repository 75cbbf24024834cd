"""System.Security.Cryptography.X509Certificates: extensions, distinguished names and public keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host.security.der import read
from emulator.powershell.dotnet.collections import FIXED_LISTS, LIST_TYPES, PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError
from emulator.powershell.dotnet.library.oids import EncodedData, Oid, OidCollection, friendly_name
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.modules.certificates.distinguished_names import name_of_text, name_text
from emulator.powershell.modules.certificates.extension_texts import (
    KEY_USAGES,
    formatted,
    key_usage_number,
)
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from cryptography import x509

_X = "System.Security.Cryptography.X509Certificates."
KEY_USAGE_FLAGS = EnumType(
    f"{_X}X509KeyUsageFlags",
    {"None": 0, **{name: number for _, name, number in KEY_USAGES.values()}},
    flags=True,
)
register(KEY_USAGE_FLAGS)
#: Identifier -> the class of an extension that has one of its own.
_CLASSES = {
    "2.5.29.15": "X509KeyUsageExtension",
    "2.5.29.37": "X509EnhancedKeyUsageExtension",
    "2.5.29.19": "X509BasicConstraintsExtension",
    "2.5.29.14": "X509SubjectKeyIdentifierExtension",
}


class Extension(EncodedData):
    """X509Extension and what derives from it."""

    def __init__(self, value: x509.ExtensionType, identifier: str, raw: bytes, critical: bool) -> None:
        super().__init__(Oid(identifier, friendly_name(identifier) or None), raw)
        self.value = value
        self.critical = critical
        self.ps_type = builtin(_X + _CLASSES.get(identifier, "X509Extension"))

    @classmethod
    def of(cls, found: x509.Extension[Any]) -> Extension:
        """One that was read."""
        return cls(found.value, found.oid.dotted_string, found.value.public_bytes(), found.critical)

    def formatted(self, multi_line: bool) -> str:
        """The text of Windows."""
        return formatted(self.value, self.raw, multi_line)


class Extensions(PSArray):
    """X509ExtensionCollection."""

    __slots__ = ()

    def named_item(self, key: str) -> Extension | None:
        """The extension of an identifier or a name."""
        return next(
            (one for one in self if key == one.oid.value or key.lower() == (one.oid.name or "").lower()), None
        )


LIST_TYPES.add(Extensions)
FIXED_LISTS.add(Extensions)


def extensions_of(certificate: CertificateObject) -> Extensions:
    """The extensions of a certificate, none where only facts are known."""
    if certificate.parsed is None:
        return Extensions()
    return Extensions(Extension.of(one) for one in certificate.parsed.extensions)


def _set_critical(extension: Extension, value: bool) -> None:
    extension.critical = value


register(
    PSType(
        f"{_X}X509Extension",
        base="System.Security.Cryptography.AsnEncodedData",
        instance={"Critical: bool": lambda e: e.critical, "Critical=": _set_critical},
    )
)
register(
    PSType(
        f"{_X}X509KeyUsageExtension",
        base=f"{_X}X509Extension",
        instance={"KeyUsages": lambda e: KEY_USAGE_FLAGS.value(key_usage_number(e.value))},
    )
)
register(
    PSType(
        f"{_X}X509EnhancedKeyUsageExtension",
        base=f"{_X}X509Extension",
        instance={
            "EnhancedKeyUsages": lambda e: OidCollection(
                Oid(one.dotted_string, friendly_name(one.dotted_string)) for one in e.value
            )
        },
    )
)
register(
    PSType(
        f"{_X}X509BasicConstraintsExtension",
        base=f"{_X}X509Extension",
        instance={
            "CertificateAuthority: bool": lambda e: e.value.ca,
            "HasPathLengthConstraint: bool": lambda e: e.value.path_length is not None,
            "PathLengthConstraint: int": lambda e: e.value.path_length or 0,
        },
    )
)
register(
    PSType(
        f"{_X}X509SubjectKeyIdentifierExtension",
        base=f"{_X}X509Extension",
        instance={"SubjectKeyIdentifier: string": lambda e: e.value.digest.hex().upper()},
    )
)
register(
    PSType(
        f"{_X}X509ExtensionCollection",
        interfaces=("System.Collections.ICollection", "System.Collections.IEnumerable"),
        instance={"Count: int": len},
    ),
    Extensions,
)


class DistinguishedName(EncodedData):
    """X500DistinguishedName."""

    def __init__(self, name: x509.Name) -> None:
        super().__init__(None, name.public_bytes())
        self.name = name


def _new_name(_kind: PSType, text: str, flags: Any = None) -> DistinguishedName:
    """The name of a text. Without flags the text is the name in reverse, as with Reversed."""
    if flags is not None and flags.number not in (_FLAGS["None"].number, _FLAGS["Reversed"].number):
        raise not_emulated(f"A distinguished name with the flags {flags}")
    try:
        name = name_of_text(text)
    except ValueError:
        problem = "The string contains an invalid X500 name attribute key, oid, value or delimiter.\r\n"
        raise NetError(CRYPTOGRAPHIC, problem) from None
    if flags is not None and flags.number == _FLAGS["None"].number:
        name = type(name)(list(reversed(name.rdns)))
    return DistinguishedName(name)


_FLAGS = EnumType(
    f"{_X}X500DistinguishedNameFlags",
    {
        "None": 0,
        "Reversed": 1,
        "UseSemicolons": 16,
        "DoNotUsePlusSign": 32,
        "DoNotUseQuotes": 64,
        "UseCommas": 128,
        "UseNewLines": 256,
        "UseUTF8Encoding": 4096,
        "UseT61Encoding": 8192,
        "ForceUTF8Encoding": 16384,
    },
    flags=True,
)
register(_FLAGS)
register(
    PSType(
        f"{_X}X500DistinguishedName",
        base="System.Security.Cryptography.AsnEncodedData",
        instance={
            "Name: string": lambda n: name_text(n.name),
            "Format(bool multiLine)": lambda n, lines: name_text(n.name, separator="\r\n" if lines else ", "),
        },
        construct={
            "new(string distinguishedName)": _new_name,
            f"new(string distinguishedName, {_FLAGS.name} flag)": _new_name,
        },
    ),
    DistinguishedName,
)


class PublicKey:
    """PublicKey of a certificate."""

    def __init__(self, certificate: CertificateObject) -> None:
        self.certificate = certificate

    @property
    def oid(self) -> Oid:
        """The algorithm."""
        identifier = self.certificate.certificate.public_key_algorithm_oid.dotted_string
        return Oid(identifier, friendly_name(identifier) or None)

    @property
    def encoded(self) -> bytes:
        """The key itself, without its algorithm."""
        # As it stands behind the subject (RFC 5280, 4.1): algorithms that the library does not know have one.
        first, *rest = read(self.certificate.certificate.tbs_certificate_bytes).parts()
        has_version = first.tag == 0xA0
        _algorithm, key = rest[5 if has_version else 4].parts()
        return key.content[1:]  # a BIT STRING of whole octets

    @property
    def key(self) -> Any:
        """The RSA key. Raises NetError for other algorithms, as .NET Framework does."""
        found = self.certificate.rsa_key(private=False)
        if found is None:
            raise NetError("System.NotSupportedException", "The certificate key algorithm is not supported.")
        return found


register(
    PSType(
        f"{_X}PublicKey",
        instance={
            "Key": lambda p: p.key,
            "Oid": lambda p: p.oid,
            "EncodedKeyValue": lambda p: EncodedData(p.oid, p.encoded),
            "EncodedParameters": lambda p: EncodedData(p.oid, b"\x05\x00"),
        },
    ),
    PublicKey,
)
