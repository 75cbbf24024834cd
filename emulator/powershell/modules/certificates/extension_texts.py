"""Extensions of certificates as texts, as X509Extension.Format writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host.security.certificate_reading import USER_PRINCIPAL_NAME, utf_8_string
from emulator.powershell.dotnet.library.oids import friendly_name
from emulator.powershell.modules.certificates.distinguished_names import name_text

if TYPE_CHECKING:
    from cryptography import x509

#: Flags of a key usage: name of the library -> (text of Windows, name and number of X509KeyUsageFlags).
KEY_USAGES = {
    "digital_signature": ("Digital Signature", "DigitalSignature", 0x80),
    "content_commitment": ("Non-Repudiation", "NonRepudiation", 0x40),
    "key_encipherment": ("Key Encipherment", "KeyEncipherment", 0x20),
    "data_encipherment": ("Data Encipherment", "DataEncipherment", 0x10),
    "key_agreement": ("Key Agreement", "KeyAgreement", 0x08),
    "key_cert_sign": ("Certificate Signing", "KeyCertSign", 0x04),
    "crl_sign": ("Off-line CRL Signing, CRL Signing", "CrlSign", 0x02),
    "encipher_only": ("Encipher Only", "EncipherOnly", 0x01),
    "decipher_only": ("Decipher Only", "DecipherOnly", 0x8000),
}


def key_usage_number(usage: x509.KeyUsage) -> int:
    """The number of the X509KeyUsageFlags."""
    return sum(number for name, (_, _, number) in KEY_USAGES.items() if _is_set(usage, name))


def _is_set(usage: x509.KeyUsage, name: str) -> bool:
    if name in ("encipher_only", "decipher_only") and not usage.key_agreement:
        return False
    return bool(getattr(usage, name))


def formatted(value: x509.ExtensionType, raw: bytes, multi_line: bool) -> str:
    """The text of an extension; in several lines, each of them ends one."""
    pieces = _pieces(value, multi_line)
    if pieces is None:
        return " ".join(f"{one:02x}" for one in raw)
    return "".join(f"{one}\r\n" for one in pieces) if multi_line else ", ".join(pieces)


def _pieces(value: x509.ExtensionType, multi_line: bool) -> list[str] | None:
    from cryptography import x509

    match value:
        case x509.KeyUsage():
            names = [text for name, (text, _, _) in KEY_USAGES.items() if _is_set(value, name)]
            number = key_usage_number(value)
            digits = f"{number & 0xFF:02x}" + (f", {number >> 8:02x}" if number >> 8 else "")
            return [f"{', '.join(names)} ({digits})"]
        case x509.ExtendedKeyUsage():
            return [_usage(one.dotted_string) for one in value]
        case x509.SubjectAlternativeName() | x509.IssuerAlternativeName():
            return [piece for one in value for piece in _name(one, multi_line)]
        case x509.SubjectKeyIdentifier():
            return [value.digest.hex()]
        case x509.AuthorityKeyIdentifier() if value.key_identifier is not None:
            return [f"KeyID={value.key_identifier.hex()}"]
        case x509.BasicConstraints():
            length = "None" if value.path_length is None else str(value.path_length)
            return [
                f"Subject Type={'CA' if value.ca else 'End Entity'}",
                f"Path Length Constraint={length}",
            ]
    return None


def _usage(identifier: str) -> str:
    return f"{friendly_name(identifier) or 'Unknown Key Usage'} ({identifier})"


def _name(name: x509.GeneralName, multi_line: bool) -> list[str]:
    from cryptography import x509

    match name:
        case x509.DNSName():
            return [f"DNS Name={name.value}"]
        case x509.IPAddress():
            return [f"IP Address={name.value}"]
        case x509.RFC822Name():
            return [f"RFC822 Name={name.value}"]
        case x509.UniformResourceIdentifier():
            return [f"URL={name.value}"]
        case x509.RegisteredID():
            return [f"Registered ID={name.value.dotted_string}"]
        case x509.DirectoryName():
            parts = name_text(name.value)
            return ["Directory Address:", f"     {parts}"] if multi_line else [f"Directory Address:{parts}"]
        case x509.OtherName():
            identifier = name.type_id.dotted_string
            inner = (
                f"Principal Name={utf_8_string(name.value)}"
                if identifier == USER_PRINCIPAL_NAME
                else f"{identifier}={name.value.hex(' ')}"
            )
            return ["Other Name:", f"     {inner}"] if multi_line else [f"Other Name:{inner}"]
    return []
