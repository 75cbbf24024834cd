"""Protect-, Unprotect- and Get-CmsMessage: texts for the holders of certificates (RFC 5652)."""

from __future__ import annotations

import base64
import re
from typing import Any, NamedTuple

from emulator.host.security.der import SET, Malformed, Value, identifier, read
from emulator.key_usages import DOCUMENT_ENCRYPTION
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.format.out import text_of
from emulator.powershell.modules.certificates.certificate_files import certificates_of
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.modules.certificates.certificate_types import usage_identifiers
from emulator.powershell.modules.certificates.distinguished_names import name_text_of_der, simple_name
from emulator.powershell.modules.certificates.provider import held_certificates
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.module import Cmdlet, cmdlet
from emulator.powershell.runtime.services import ByteStore

_BEGIN, _END = "-----BEGIN CMS-----", "-----END CMS-----"
_BEGINS, _ENDS = re.compile(_BEGIN, re.IGNORECASE), re.compile(_END, re.IGNORECASE)
_ENVELOPED = "1.2.840.113549.1.7.3"
_LINE = 76


def _wrong(call: CmdletCall, text: str, error_id: str, category: str, target: Any = None) -> PSError:
    return call.failure("System.ArgumentException", text, error_id, category, target)


def _file(call: CmdletCall) -> str | None:
    """The path of -Path or -LiteralPath, None without one."""
    given = call.get("LiteralPath") or call.get("Path")
    if given is None:
        return None
    literal = call.get("LiteralPath") is not None
    found = call.engine.paths.expand(str(given), literal)
    if len(found) != 1 or found[0].provider.name != "FileSystem":
        text = f"The path '{given}' must refer to a single file system path."
        raise _wrong(call, text, "FilePathMustBeFileSystemPath", "ObjectNotFound")
    if not found[0].provider.exists(found[0].path):
        raise found[0].provider.absent(found[0].path, found[0].shown)
    return found[0].path


# Recipients


def _recipients(call: CmdletCall, wanted: Any, *, decrypts: bool) -> list[CertificateObject]:
    """The certificates of -To. Raises the cmdlet's errors."""
    found: list[CertificateObject] = []
    for one in items_of(wanted):
        held = unwrap(one)
        name = held.facts.thumbprint if isinstance(held, CertificateObject) else to_text(held)
        candidates = [held] if isinstance(held, CertificateObject) else _named(call, name)
        chosen = _suitable(call, candidates, name, decrypts=decrypts)
        if not chosen and not (decrypts and is_wildcard(name)):
            text = (
                f"Cannot load encryption certificate. The certificate setting '{name}' does not represent a "
                "valid base-64 encoded certificate, nor does it represent a valid certificate by file, "
                "directory, thumbprint, or subject name."
            )
            raise _wrong(call, text, "NoCertificateFound", "ObjectNotFound", name)
        found += chosen
    return found


def _named(call: CmdletCall, name: str) -> list[CertificateObject]:
    """By Base64, then by a file or folder, then by thumbprint or name in the own stores."""
    if "-----BEGIN CERTIFICATE-----" in name.upper():
        try:
            return certificates_of(call.engine, name.encode("utf-8", "replace"))[:1]
        except NetError:
            return []
    try:
        places = call.engine.paths.expand(name)
    except PSError:
        places = []
    store = call.service(ByteStore)
    there = [one for one in places if one.provider.exists(one.path)]
    if there:
        if there[0].provider.name != "FileSystem":
            text = f"Cannot load certificate. '{name}' must resolve to a file system path."
            raise _wrong(call, text, "CertificatePathMustBeFileSystemPath", "ObjectNotFound")
        return [found for one in there for found in _in_files(call, store, one.path)]
    own = [
        one
        for location in ("CurrentUser", "LocalMachine")
        for one in held_certificates(call.engine, location, "My")
    ]
    own = [one for one in own if one.parsed is not None]
    exact = [one for one in own if one.facts.thumbprint.lower() == name.replace(" ", "").lower()]
    return exact or [
        one
        for one in own
        if like(one.names("subject"), name) or like(simple_name(one.certificate.subject), name)
    ]


def _in_files(call: CmdletCall, store: ByteStore, path: str) -> list[CertificateObject]:
    paths = [path]
    if store.is_directory(path):
        paths = [f"{path}\\{name}" for name in call.engine.paths.place(path).provider.children(path)]
    found = []
    for one in paths:
        if not store.is_directory(one):
            try:
                found += certificates_of(call.engine, store.read_bytes(one))[:1]
            except NetError:
                continue
    return found


def _suitable(
    call: CmdletCall, candidates: list[CertificateObject], name: str, *, decrypts: bool
) -> list[CertificateObject]:
    chosen: dict[str, CertificateObject] = {}
    for one in candidates:
        if not _encrypts(one):
            if is_wildcard(name):
                continue
            text = (
                f"Certificate '{one.facts.thumbprint}' cannot be used for encryption. Encryption "
                "certificates must contain the Data Encipherment or Key Encipherment key usage, and include "
                f"the Document Encryption Enhanced Key Usage ({DOCUMENT_ENCRYPTION})."
            )
            raise _wrong(call, text, "CertificateCannotBeUsedForEncryption", "InvalidData", one)
        if decrypts and not one.facts.key:
            continue
        chosen.setdefault(one.facts.thumbprint, one)
    if len(chosen) > 1 and not decrypts:
        text = (
            f"Cannot load certificate. The identifier '{name}' matches multiple certificates. To encrypt to "
            "multiple recipients, provide multiple specific values to the 'To' parameter, rather than a "
            "wildcard that matches multiple certificates."
        )
        raise _wrong(call, text, "IdentifierMustReferenceSingleCertificate", "LimitsExceeded", name)
    return list(chosen.values())


def _encrypts(certificate: CertificateObject) -> bool:
    from cryptography.x509 import KeyUsage

    usages = [one.value for one in certificate.certificate.extensions if isinstance(one.value, KeyUsage)]
    return DOCUMENT_ENCRYPTION in usage_identifiers(certificate) and any(
        one.data_encipherment or one.key_encipherment for one in usages
    )


# Messages


class Recipient(NamedTuple):
    """X509IssuerSerial: issuer as an encoded name and as a text, and serial number."""

    issuer: bytes
    name: str
    serial: int


class Envelope(NamedTuple):
    """What a message says of itself."""

    data: bytes
    recipients: tuple[Recipient, ...]


register(
    PSType(
        "System.Security.Cryptography.Xml.X509IssuerSerial",
        is_value_type=True,
        instance={
            "IssuerName: string": lambda r: r.name,
            "SerialNumber: string": lambda r: (
                r.serial.to_bytes(r.serial.bit_length() // 8 + 1, "big", signed=True).hex().upper()
            ),
        },
    ),
    Recipient,
)
register(
    PSType(
        "System.Security.Cryptography.Pkcs.EnvelopedCms",
        instance={
            "Version: int": lambda _e: 0,
            "Encode()": lambda e: bytearray(e.data),
        },
    ),
    Envelope,
)


def _envelope(call: CmdletCall, data: bytes) -> Envelope:
    """What a message says of itself. Raises the cmdlet's error for another kind of data."""
    try:
        kind, outer = read(data).parts()[:2]
        if kind.whole != identifier(_ENVELOPED):
            raise Malformed("another kind of message")
        recipients = next(one for one in outer.parts()[0].parts() if one.tag == SET)
        return Envelope(data, tuple(_recipient(one) for one in recipients.parts()))
    except (Malformed, ValueError, IndexError, StopIteration):  # also where a part is missing
        raise call.failure(CRYPTOGRAPHIC, "ASN1 bad tag value met.\r\n", CRYPTOGRAPHIC) from None


def _recipient(info: Value) -> Recipient:
    issuer, serial = info.parts()[1].parts()[:2]
    number = int.from_bytes(serial.content, "big", signed=True)
    return Recipient(issuer.whole, name_text_of_der(issuer.whole), number)


def _armored(data: bytes) -> str:
    text = base64.b64encode(data).decode()
    lines = [text[place : place + _LINE] for place in range(0, len(text), _LINE)]
    return "\r\n".join((_BEGIN, *lines, _END))


def _message_in(text: str) -> tuple[bytes, int, int] | None:
    """The message in a text and where it stands."""
    # The end is looked for once: behind the first beginning, or there is none for any.
    begin = _BEGINS.search(text)
    end = _ENDS.search(text, begin.end()) if begin is not None else None
    if begin is None or end is None:
        return None
    try:
        encoded = "".join(text[begin.end() : end.start()].split())
        return base64.b64decode(encoded, validate=True), begin.start(), end.end()
    except ValueError:  # also for characters that are no Base64
        return None


class _Gathering(Cmdlet):
    """Lines that come down the pipeline, or a file."""

    def begin(self) -> None:
        """Look at the paths before anything comes."""
        self.lines: list[Any] = []
        self.path = _file(self.call)

    def process(self) -> None:
        """Take what comes."""
        if self.call.has("Content"):
            self.lines.append(self.call.get("Content"))

    def text(self) -> str:
        """All of it."""
        if self.path is not None:
            from emulator.powershell.modules.utility.csv import text_of_file

            return text_of_file(self.call, self.path)
        return "\r\n".join("" if one is None else to_text(one) for one in self.lines)


@cmdlet("Protect-CmsMessage")
class ProtectCmsMessage(_Gathering):
    """Content that only the holders of certificates can read."""

    accepts = ("To", "Content", "Path", "LiteralPath", "OutFile")

    def end(self) -> None:
        """Encrypt."""
        from cryptography.hazmat.primitives.ciphers.algorithms import AES256
        from cryptography.hazmat.primitives.serialization import Encoding
        from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options

        call = self.call
        if self.path is not None:
            data = call.service(ByteStore).read_bytes(self.path)
        else:
            text = text_of(self.lines, call.engine, call.engine.ui.width).rstrip("\r\n")
            data = text.replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "replace")
        recipients = _recipients(call, call.get("To"), decrypts=False)
        if not data:
            call.write("")
            return
        builder = PKCS7EnvelopeBuilder().set_data(data).set_content_encryption_algorithm(AES256)
        for one in recipients:
            try:
                builder = builder.add_recipient(one.certificate)
            except TypeError:
                text = "Unknown cryptographic algorithm.\r\n"
                raise call.failure(CRYPTOGRAPHIC, text, CRYPTOGRAPHIC) from None
        message = _armored(builder.encrypt(Encoding.DER, [PKCS7Options.Binary]))
        target = call.get("OutFile")
        if target is None:
            call.write(message)
        else:
            call.service(ByteStore).write_bytes(call.engine.paths.place(str(target)).path, message.encode())


_NOTHING = "Cannot unprotect message. The input contained no encrypted content."


@cmdlet("Get-CmsMessage")
class GetCmsMessage(_Gathering):
    """What an encrypted message says of itself."""

    accepts = ("Content", "Path", "LiteralPath")

    def end(self) -> None:
        """Read it."""
        text = self.text()
        found = _message_in(text)
        if found is None:
            raise _wrong(self.call, _NOTHING, "InputContainedNoEncryptedContent", "ObjectNotFound")
        envelope = _envelope(self.call, found[0])
        made = PSObject(envelope)
        made.add(NoteProperty("Recipients", PSArray(envelope.recipients)))
        made.add(NoteProperty("Content", text))
        self.call.write(made)


@cmdlet("Unprotect-CmsMessage")
class UnprotectCmsMessage(_Gathering):
    """The content of an encrypted message, by a certificate with its key."""

    accepts = ("To", "Content", "Path", "LiteralPath", "IncludeContext")

    def end(self) -> None:
        """Decrypt."""
        call = self.call
        text = self.text()
        found = _message_in(text)
        includes = bool(call.get("IncludeContext"))
        if found is None:
            if includes:
                call.write(text)
                return
            problem = (
                f"{_NOTHING} Specify the 'IncludeContext' parameter if you wish to output the original "
                "content when no encrypted content is detected."
            )
            raise _wrong(
                call, problem, "InputContainedNoEncryptedContentIncludeContext", "ObjectNotFound", text
            )
        data, start, end = found
        plain = self._opened(data).decode("utf-8", "replace")
        call.write(text[:start] + plain + text[end:] if includes else plain)

    def _opened(self, data: bytes) -> bytes:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization.pkcs7 import pkcs7_decrypt_der

        call = self.call
        wanted = {(one.issuer, one.serial) for one in _envelope(call, data).recipients}
        given = call.get("To")
        candidates = _recipients(call, given, decrypts=True) if given is not None else []
        for location in ("CurrentUser", "LocalMachine"):
            candidates += held_certificates(call.engine, location, "My")
        for one in candidates:
            if one.parsed is None or not one.facts.key:
                continue
            if (one.parsed.issuer.public_bytes(), one.parsed.serial_number) not in wanted:
                continue
            try:
                key = one.private_key()
            except NetError:
                continue  # a key of the machine that is not for this user
            if not isinstance(key, RSAPrivateKey):
                continue
            try:
                return pkcs7_decrypt_der(data, one.parsed, key, [])
            except UnsupportedAlgorithm:
                raise not_emulated("A CMS message under another cipher than AES") from None
            except ValueError:
                raise call.failure(CRYPTOGRAPHIC, "The data is invalid.\r\n", CRYPTOGRAPHIC) from None
        text = "The enveloped-data message does not contain the specified recipient.\r\n"
        raise call.failure(CRYPTOGRAPHIC, text, CRYPTOGRAPHIC)
