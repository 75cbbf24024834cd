"""System.Security.Cryptography: Oid, OidCollection and AsnEncodedData."""

from __future__ import annotations

from typing import Any

from emulator.key_usages import NAMES
from emulator.powershell.dotnet.collections import FIXED_LISTS, LIST_TYPES, PSArray
from emulator.powershell.dotnet.exceptions import null_argument
from emulator.powershell.dotnet.types import PSType, register

_SPACE = "System.Security.Cryptography."
#: Identifier -> the name that Windows gives it.
FRIENDLY_NAMES = {
    "1.2.840.113549.1.1.1": "RSA",
    "1.2.840.113549.1.1.5": "sha1RSA",
    "1.2.840.113549.1.1.11": "sha256RSA",
    "1.2.840.113549.1.1.12": "sha384RSA",
    "1.2.840.113549.1.1.13": "sha512RSA",
    "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.10045.2.1": "ECC",
    "1.2.840.10045.4.1": "sha1ECDSA",
    "1.2.840.10045.4.3.2": "sha256ECDSA",
    "1.2.840.10045.4.3.3": "sha384ECDSA",
    "1.2.840.10045.4.3.4": "sha512ECDSA",
    "1.2.840.113549.1.7.1": "PKCS 7 Data",
    "1.2.840.113549.1.7.2": "PKCS 7 Signed",
    "1.2.840.113549.1.7.3": "PKCS 7 Enveloped",
    "1.2.840.113549.1.9.1": "E",
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.1.42": "aes256",
    "1.2.840.113549.3.7": "3des",
    **NAMES,
    "1.3.6.1.4.1.311.21.7": "Certificate Template Information",
    "2.5.29.14": "Subject Key Identifier",
    "2.5.29.15": "Key Usage",
    "2.5.29.17": "Subject Alternative Name",
    "2.5.29.18": "Issuer Alternative Name",
    "2.5.29.19": "Basic Constraints",
    "2.5.29.30": "Name Constraints",
    "2.5.29.31": "CRL Distribution Points",
    "2.5.29.32": "Certificate Policies",
    "2.5.29.35": "Authority Key Identifier",
    "2.5.29.37": "Enhanced Key Usage",
    "1.3.6.1.5.5.7.1.1": "Authority Information Access",
    "2.5.4.3": "CN",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "S",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
}
_IDENTIFIERS = {name.lower(): identifier for identifier, name in FRIENDLY_NAMES.items()}


def friendly_name(identifier: str) -> str:
    """The name of an identifier, or the empty text."""
    return FRIENDLY_NAMES.get(identifier, "")


class Oid:
    """An object identifier."""

    __slots__ = ("name", "value")

    def __init__(self, value: str | None = None, name: str | None = None) -> None:
        if value is not None and name is None:
            # A name finds its identifier; what is no name is taken as it is.
            found = _IDENTIFIERS.get(value.lower())
            value, name = (found, value) if found is not None else (value, friendly_name(value) or None)
        self.value = value
        self.name = name


class OidCollection(PSArray):
    """Identifiers."""

    __slots__ = ()

    def named_item(self, key: str) -> Oid | None:
        """The identifier of a value or a name."""
        return next((one for one in self if key in (one.value, one.name)), None)


class EncodedData:
    """AsnEncodedData: bytes and what they are."""

    def __init__(self, oid: Oid | None, raw: bytes) -> None:
        self.oid = oid
        self.raw = raw

    def formatted(self, multi_line: bool) -> str:  # noqa: ARG002 - unknown data is one line in any case
        """A text of the data."""
        return self.raw.hex(" ")


def _set(field: str) -> Any:
    return lambda oid, value: setattr(oid, field, value)


def _add(oids: OidCollection, oid: Oid | None) -> int:
    if oid is None:
        raise null_argument("oid")
    oids.append(oid)
    return len(oids) - 1


LIST_TYPES.add(OidCollection)
FIXED_LISTS.add(OidCollection)
register(
    PSType(
        f"{_SPACE}Oid",
        instance={
            "Value: string": lambda o: o.value,
            "Value=": _set("value"),
            "FriendlyName: string": lambda o: o.name,
            "FriendlyName=": _set("name"),
        },
        static={"FromFriendlyName(string friendlyName, object group)": lambda name, _group: Oid(name)},
        construct={
            "new()": lambda _kind: Oid(),
            "new(string oid)": lambda _kind, value: Oid(value),
            "new(string value, string friendlyName)": lambda _kind, value, name: Oid(value, name),
        },
    ),
    Oid,
)
register(
    PSType(
        f"{_SPACE}OidCollection",
        interfaces=("System.Collections.ICollection", "System.Collections.IEnumerable"),
        instance={
            "Count: int": len,
            f"Add({_SPACE}Oid oid)": _add,
        },
        construct={"new()": lambda _kind: OidCollection()},
    ),
    OidCollection,
)
register(
    PSType(
        f"{_SPACE}AsnEncodedData",
        instance={
            "Oid": lambda d: d.oid,
            "RawData: byte[]": lambda d: bytearray(d.raw),
            "Format(bool multiLine)": lambda d, multi_line: d.formatted(multi_line),
        },
        construct={
            "new(byte[] rawData)": lambda _kind, raw: EncodedData(None, bytes(raw)),
            "new(string oid, byte[] rawData)": lambda _kind, oid, raw: EncodedData(Oid(oid), bytes(raw)),
        },
    ),
    EncodedData,
)
