"""certutil.exe: the verbs for certificate stores (-store, -addstore, -delstore)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from emulator.console.context import Context
from emulator.host.errors import HostError
from emulator.host.security.certificate_reading import certificate_of
from emulator.host.security.certificates import MACHINE, STORES, Certificate

if TYPE_CHECKING:
    from cryptography.x509 import Certificate as Parsed

#: What certutil calls the stores.
_TITLES = {
    "My": "Personal",
    "Root": "Trusted Root Certification Authorities",
    "CA": "Intermediate Certification Authorities",
    "AuthRoot": "Third-Party Root Certification Authorities",
    "TrustedPublisher": "Trusted Publishers",
    "TrustedPeople": "Trusted People",
    "Disallowed": "Untrusted Certificates",
    "REQUEST": "Certificate Enrollment Requests",
}
_NOT_FOUND = ("0x80090011 (-2146893807 NTE_NOT_FOUND)", "Object was not found.")
_DENIED = ("0x80070005 (WIN32: 5 ERROR_ACCESS_DENIED)", "Access is denied.")
_NO_CERTIFICATE = ("0x80092009 (-2146885623 CRYPT_E_NO_MATCH)", "Cannot find the requested object.")
#: Builds up to this one show hashes in pairs.
_LAST_BUILD_WITH_PAIRS = 9600


class Failed(Exception):
    """The end of a verb: the code as certutil shows it, and its text."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        self.text = text
        super().__init__(text)


def store_verb(context: Context, verb: str, words: list[str], *, of_user: bool) -> None:
    """``-store [name [id]]``, ``-addstore name file`` or ``-delstore name id``. Raises Failed, HostError."""
    name = words[0] if words else "CA"
    store = next((one for one in STORES if one.lower() == name.lower()), name)
    owner = context.account.sid if of_user else MACHINE
    title = _TITLES.get(store)
    context.line(f'{store} "{title}"' if title else store)
    if verb == "addstore":
        _add(context, owner, store, words[1])
        return
    held = context.host.certificates.of_store(store, owner)
    chosen = [(place, one) for place, one in enumerate(held) if len(words) < 2 or _is(one, place, words[1])]
    if len(words) > 1 and not chosen:
        raise Failed(*_NOT_FOUND)
    for place, one in chosen:
        if verb == "store":
            _show(context, place, one)
        else:
            try:
                context.host.certificates.remove(owner, store, one.thumbprint, context.account)
            except HostError:
                raise Failed(*_DENIED) from None
            context.line(f"Deleting Certificate {place}")


def _is(certificate: Certificate, place: int, wanted: str) -> bool:
    """Whether an identifier means a certificate: its place, thumbprint, serial number or common name."""
    digits = wanted.replace(" ", "").lower()
    parsed = _parsed(certificate)
    serial = f"{parsed.serial_number:x}" if parsed is not None else ""
    return (
        wanted == str(place)
        or digits == certificate.thumbprint.lower()
        or (serial != "" and digits.lstrip("0") == serial)
        or wanted.lower() in certificate.common_name.lower()
    )


def _parsed(certificate: Certificate) -> Parsed | None:
    from cryptography.x509 import load_der_x509_certificate

    return load_der_x509_certificate(certificate.encoded) if certificate.encoded else None


def _moment(moment: datetime, offset: timedelta) -> str:
    local = moment + offset
    hour = local.hour % 12 or 12
    return (
        f"{local.month}/{local.day}/{local.year} {hour}:{local.minute:02} {'PM' if local.hour > 11 else 'AM'}"
    )


def _show(context: Context, place: int, certificate: Certificate) -> None:
    from emulator.powershell.modules.certificates.distinguished_names import name_text

    context.line(f"================ Certificate {place} ================")
    parsed = _parsed(certificate)
    if parsed is not None:
        offset = context.host.operating_system.utc_offset()
        is_root = parsed.issuer == parsed.subject
        number = parsed.serial_number
        digits = number.to_bytes(number.bit_length() // 8 + 1, "big").hex()
        context.line(f"Serial Number: {digits}")
        context.line(f"Issuer: {name_text(parsed.issuer)}")
        context.line(f" NotBefore: {_moment(parsed.not_valid_before_utc, offset)}")
        context.line(f" NotAfter: {_moment(parsed.not_valid_after_utc, offset)}")
        context.line(f"Subject: {name_text(parsed.subject)}")
        if is_root:
            context.line("Signature matches Public Key")
        context.line(
            f"{'Root' if is_root else 'Non-root'} Certificate{': Subject matches Issuer' if is_root else ''}"
        )
    digits = certificate.thumbprint.lower()
    if context.host.release.build <= _LAST_BUILD_WITH_PAIRS:
        digits = " ".join(digits[index : index + 2] for index in range(0, 40, 2))
    context.line(f"Cert Hash(sha1): {digits}")
    if certificate.key:
        if certificate.key_provider:
            context.line(f"  Provider = {certificate.key_provider}")
        if not certificate.exportable:
            context.line("Private key is NOT exportable")
        context.line("Encryption test passed")
    else:
        context.line("No key provider information")
        context.line("Cannot find the certificate and private key for decryption.")
    context.line()


def _add(context: Context, owner: str, store: str, file: str) -> None:
    data = context.files.read(context.path(file))
    if b"-----BEGIN" in data:
        import ssl

        try:
            data = ssl.PEM_cert_to_DER_cert(data.decode("ascii", "replace").strip())
        except ValueError:
            raise Failed(*_NO_CERTIFICATE) from None
    try:
        made = certificate_of(data, store)
    except HostError:
        raise Failed(*_NO_CERTIFICATE) from None
    is_there = context.host.certificates.in_store(owner, store, made.thumbprint) is not None
    try:
        context.host.certificates.put(owner, made, context.account)
    except HostError:
        raise Failed(*_DENIED) from None
    context.line(f'Certificate "{made.common_name}" {"already in" if is_there else "added to"} store.')
