"""New-SelfSignedCertificate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.host import Account, HostError
from emulator.host.security.certificates import has_right
from emulator.powershell.dotnet.library.oids import EncodedData
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.modules.certificates.certificate_object import (
    KEY_STORAGE,
    CertificateObject,
    utc_moment,
)
from emulator.powershell.modules.pki.certificate_requests import (
    PURPOSES,
    BadRequest,
    Request,
    new_key,
    subject_of,
)
from emulator.powershell.modules.pki.support import certificate_given, put, refused, store_of
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

#: A new certificate is valid from ten minutes ago until ten minutes after a year (as Windows makes them).
_MARGIN, _YEAR = timedelta(minutes=10), 1
_CLONED_NEVER = {"2.5.29.14", "2.5.29.35"}


@cmdlet("New-SelfSignedCertificate")
def new_self_signed_certificate(
    call: CmdletCall,
    cert_store_location: str | None = None,
    dns_name: list[str] | None = None,
    clone_cert: Any = None,
    subject: str | None = None,
    type: str = "SSLServerAuthentication",
    key_usage: list[str] | None = None,
    text_extension: list[str] | None = None,
    extension: list[Any] | None = None,
    suppress_oid: list[str] | None = None,
    key_algorithm: str = "RSA",
    key_length: int = 2048,
    key_export_policy: list[str] | None = None,
    provider: str = KEY_STORAGE,
    hash_algorithm: str = "SHA256",
    not_before: DateTime | None = None,
    not_after: DateTime | None = None,
    serial_number: str | None = None,
    friendly_name: str = "",
    signer: Any = None,
) -> None:
    """A certificate with a new key, signed by itself or by another one, in a store."""
    owner, store = store_of(call, cert_store_location)
    if not has_right(owner, call.engine.find_service(Account)):
        text = "CertEnroll::CX509Enrollment::_CreateRequest: Access denied. 0x80090010 (-2146893808 NTE_PERM)"
        raise refused(call, "System.Exception", text)
    cloned = certificate_given(call, clone_cert) if clone_cert is not None else None
    names = [str(one) for one in dns_name or ()]
    if cloned is None and not names and not subject:
        text = "The parameter is incorrect. 0x80070057 (WIN32: 87 ERROR_INVALID_PARAMETER)"
        raise refused(call, "System.ArgumentException", text)
    if not call.should_process(cert_store_location or "Cert:\\LocalMachine\\My"):
        return
    from cryptography.exceptions import UnsupportedAlgorithm

    first, last = _validity(call, not_before, not_after)
    try:
        request = _request(cloned, names, subject, type, key_usage)
        for text in text_extension or ():
            request.add_text(str(text))
        for one in extension or ():
            _add_extension(request, unwrap(one))
        for identifier in suppress_oid or ():
            request.extensions.pop(str(identifier), None)
        key = new_key(key_algorithm, key_length)
        made = request.signed(
            key,
            first=first,
            last=last,
            serial=_serial(serial_number),
            algorithm=hash_algorithm,
            issuer=_issuer(call, signer) if signer is not None else None,
        )
    except (BadRequest, ValueError) as problem:
        raise refused(call, "System.ArgumentException", str(problem)) from None
    except UnsupportedAlgorithm:
        raise not_emulated(f"A certificate that is signed with {hash_algorithm}") from None
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    encoded_key = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    try:
        certificate = CertificateObject.of_bytes(call.engine, made.public_bytes(Encoding.DER), encoded_key)
    except HostError as problem:  # an extension whose bytes are none of its kind
        raise refused(call, "System.ArgumentException", problem.text) from None
    exportable = {one.lower() for one in key_export_policy or ("exportableencrypted",)} != {"nonexportable"}
    certificate.become(
        certificate.facts.replaced(exportable=exportable, key_provider=provider, friendly_name=friendly_name)
    )
    call.write(put(call, owner, store, certificate))


def _validity(
    call: CmdletCall, not_before: DateTime | None, not_after: DateTime | None
) -> tuple[datetime, datetime]:
    now = call.engine.clock.now().astimezone(UTC).replace(microsecond=0)
    first = now - _MARGIN if not_before is None else _moment(call, not_before)
    if not_after is not None:
        return first, _moment(call, not_after)
    leap = now.month == 2 and now.day == 29
    return first, now.replace(year=now.year + _YEAR, day=28 if leap else now.day) + _MARGIN


def _moment(call: CmdletCall, value: DateTime) -> datetime:
    """A time of a script as a certificate holds it: in UTC, in whole seconds."""
    return utc_moment(call.engine, value).replace(microsecond=0)


def _request(
    cloned: CertificateObject | None,
    names: list[str],
    subject: str | None,
    kind: str,
    usage: list[str] | None,
) -> Request:
    if cloned is not None:
        request = Request(subject_of(subject) if subject else cloned.certificate.subject)
        for one in cloned.certificate.extensions:
            if one.oid.dotted_string not in _CLONED_NEVER:
                request.add(one.value, critical=one.critical)
    else:
        request = Request(subject_of(subject or f"CN={names[0]}"))
        purpose = next(value for name, value in PURPOSES.items() if name.lower() == kind.lower())
        request.add_key_usage(purpose[1])
        request.add_usages(purpose[0])
    if usage is not None:
        request.extensions.pop("2.5.29.15", None)
        request.add_key_usage(tuple(map(str, usage)))
    request.add_names(names)
    return request


def _add_extension(request: Request, extension: Any) -> None:
    from cryptography.x509 import ObjectIdentifier, UnrecognizedExtension

    if not isinstance(extension, EncodedData) or extension.oid is None or extension.oid.value is None:
        raise BadRequest("An extension is none.")
    made = UnrecognizedExtension(ObjectIdentifier(extension.oid.value), extension.raw)
    request.add(made, critical=bool(getattr(extension, "critical", False)))


def _serial(digits: str | None) -> int | None:
    return None if digits is None else int("".join(digits.split()), 16)


def _issuer(call: CmdletCall, signer: Any) -> tuple[Any, Any]:
    found = certificate_given(call, signer)
    key = found.private_key()
    if key is None:
        raise BadRequest("Cannot find the certificate and private key for signing.")
    return found.certificate, key
