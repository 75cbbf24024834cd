"""Import-Certificate, Import-PfxCertificate and Get-PfxData."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.credentials import SecureString
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.certificates.certificate_files import (
    WRONG_PASSWORD,
    certificates_of,
    content_type,
)
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.modules.pki.support import file_bytes, put, refused, store_of
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_WIN32 = "System.ComponentModel.Win32Exception"
_CANNOT_OPEN = (
    "The PFX file you are trying to import requires either a different password or membership in an Active "
    "Directory principal to which it is protected."
)
_NO_CERTIFICATE = "Cannot find the requested object. 0x80092009 (-2146885623 CRYPT_E_NO_MATCH)"


class PfxData:
    """PfxData: what is in a PFX file."""

    def __init__(self, found: list[CertificateObject]) -> None:
        self.own = [one for one in found if one.facts.key] or found[:1]
        self.others = [one for one in found if one not in self.own]


register(
    PSType(
        "Microsoft.CertificateServices.Commands.PfxData",
        instance={
            "EndEntityCertificates": lambda p: PSArray(p.own),
            "OtherCertificates": lambda p: PSArray(p.others),
        },
    ),
    PfxData,
)


@cmdlet("Import-Certificate")
def import_certificate(
    call: CmdletCall, file_path: str, cert_store_location: str | None = None
) -> Iterator[Any]:
    """The certificates of a file, without keys, into a store."""
    owner, store = store_of(call, cert_store_location)
    data = file_bytes(call, file_path)
    try:
        if content_type(data) == "Pkcs12":
            raise refused(call, _WIN32, _NO_CERTIFICATE)
        found = certificates_of(call.engine, data)
    except NetError:
        raise refused(call, _WIN32, _NO_CERTIFICATE) from None
    for one in found:
        if call.should_process(
            f"Item: {file_path} Destination: {cert_store_location or store}", "Import certificate"
        ):
            yield put(call, owner, store, one)


def _pfx(call: CmdletCall, name: str, password: SecureString | None, *, exportable: bool) -> PfxData:
    data = file_bytes(call, name)
    try:
        if content_type(data) != "Pkcs12":
            raise refused(call, _WIN32, _NO_CERTIFICATE)
        found = certificates_of(
            call.engine, data, password.text if password is not None else "", exportable=exportable
        )
    except NetError as problem:
        is_locked = problem.exception.message == WRONG_PASSWORD
        raise refused(call, _WIN32, _CANNOT_OPEN if is_locked else _NO_CERTIFICATE) from None
    return PfxData(found)


@cmdlet("Import-PfxCertificate")
def import_pfx_certificate(
    call: CmdletCall,
    file_path: str,
    cert_store_location: str | None = None,
    exportable: bool = False,
    password: SecureString | None = None,
) -> Iterator[Any]:
    """Certificates with their keys into a store; those of authorities go to the authorities of its owner."""
    owner, store = store_of(call, cert_store_location)
    found = _pfx(call, file_path, password, exportable=exportable)
    if not call.should_process(
        f"Item: {file_path} Destination: {cert_store_location or store}", "Import PFX certificate"
    ):
        return
    for one in found.own:
        yield put(call, owner, store, one)
    for one in found.others:
        is_root = one.certificate.issuer == one.certificate.subject
        put(call, owner, "Root" if is_root else "CA", one)


@cmdlet("Get-PfxData")
def get_pfx_data(call: CmdletCall, file_path: str, password: SecureString | None = None) -> Iterator[PfxData]:
    """What is in a PFX file."""
    yield _pfx(call, file_path, password, exportable=True)
