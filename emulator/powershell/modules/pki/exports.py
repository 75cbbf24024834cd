"""Export-Certificate and Export-PfxCertificate."""

from __future__ import annotations

import struct
from typing import Any

from emulator.powershell.dotnet.credentials import SecureString
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.certificates.certificate_files import pfx_of, pkcs7_of, serialized_of
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.modules.certificates.chains import chain_of
from emulator.powershell.modules.pki.imports import PfxData
from emulator.powershell.modules.pki.support import certificate_given, refused
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import Cmdlet, cmdlet
from emulator.powershell.runtime.services import ByteStore, FolderStore

#: CERT_STORE_SAVE_AS_STORE: version and signature of a file of a store, and the element that ends it.
_STORE_HEAD, _STORE_END = struct.pack("<I4s", 0, b"CERT"), bytes(12)
_READ_ONLY = 1


def _write(call: CmdletCall, name: str, data: bytes, *, force: bool, no_clobber: bool) -> Any:
    """Write a file; the FileInfo of it."""
    place = call.engine.paths.place(name)
    files, folders = call.service(ByteStore), call.service(FolderStore)
    if files.exists(place.path):
        if no_clobber:
            text = "The file exists. 0x80070050 (WIN32: 80 ERROR_FILE_EXISTS)"
            raise refused(call, "System.IO.IOException", text)
        facts = folders.entry(place.path)
        if force and facts is not None and facts.attributes & _READ_ONLY:
            folders.set_attributes(place.path, facts.attributes & ~_READ_ONLY)
    files.write_bytes(place.path, data)
    return call.engine.paths.item(place)


@cmdlet("Export-Certificate")
class ExportCertificate(Cmdlet):
    """Certificates without keys as a file: one, or all that come as a store or a PKCS #7 message."""

    accepts = ("Cert", "FilePath", "Type", "Force", "NoClobber")

    def begin(self) -> None:
        """Nothing has come yet."""
        self.found: list[CertificateObject] = []

    def process(self) -> None:
        """Take what comes."""
        given = self.call.get("Cert")
        if given is not None:
            self.found.append(certificate_given(self.call, given))

    def end(self) -> None:
        """Write the file."""
        call, found = self.call, self.found
        if not found:
            return
        kind = str(call.get("Type") or ("CERT" if len(found) == 1 else "SST")).upper()
        if kind == "CERT" and len(found) > 1:
            text = "Only one certificate can be exported as a file of type CERT."
            raise refused(call, "System.ArgumentException", text)
        name = str(call.get("FilePath"))
        if not call.should_process(
            f"Item: {found[0].facts.thumbprint} Destination: {name}", "Export certificate"
        ):
            return
        if kind == "CERT":
            data = found[0].facts.encoded
        elif kind == "P7B":
            data = pkcs7_of(found)
        else:
            data = _STORE_HEAD + b"".join(map(serialized_of, found)) + _STORE_END
        call.write(
            _write(call, name, data, force=bool(call.get("Force")), no_clobber=bool(call.get("NoClobber")))
        )


@cmdlet("Export-PfxCertificate")
def export_pfx_certificate(
    call: CmdletCall,
    file_path: str,
    cert: Any = None,
    pfx_data: Any = None,
    password: SecureString | None = None,
    chain_option: str = "BuildChain",
    crypto_algorithm_option: str = "TripleDES_SHA1",
    force: bool = False,
    no_clobber: bool = False,
) -> None:
    """A certificate with its key, and those above it, as a PFX file under a password."""
    if password is None:
        text = "Either the Password or ProtectTo parameter is required."
        raise refused(call, "System.ArgumentException", text)
    held = unwrap(pfx_data)
    others: list[CertificateObject] = []
    if isinstance(held, PfxData):
        main, others = held.own[0], [*held.own[1:], *held.others]
    else:
        main = certificate_given(call, cert)
    if chain_option.lower() == "buildchain" and main.parsed is not None:
        known = {one.facts.thumbprint for one in others}
        chain = [one.certificate for one in chain_of(main, extra=others, checks_revocation=False)[1:]]
        others += [one for one in chain if one.facts.thumbprint not in known]
    elif chain_option.lower() == "endentitycertonly":
        others = []
    if not call.should_process(
        f"Item: {main.facts.thumbprint} Destination: {file_path}", "Export PFX certificate"
    ):
        return
    try:
        strong = crypto_algorithm_option.lower() == "aes256_sha256"
        data = pfx_of(main, others, password.text, strong=strong)
    except NetError:
        text = "Cannot export non-exportable private key."
        raise refused(call, "System.ComponentModel.Win32Exception", text) from None
    call.write(_write(call, file_path, data, force=force, no_clobber=no_clobber))
