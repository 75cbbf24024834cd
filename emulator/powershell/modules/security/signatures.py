"""Get-AuthenticodeSignature and Set-AuthenticodeSignature for scripts, and Get-PfxCertificate."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import Host
from emulator.host.security.script_signatures import (
    COMMENTS,
    SignatureState,
    digest_of,
    ending_of,
    is_for_code,
    state_of,
    unsigned_text,
    with_signature,
)
from emulator.host.windows.execution_policy import hash_mismatch, not_signed
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.certificates.certificate_files import WRONG_PASSWORD, certificates_of
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.modules.certificates.chains import chain_of
from emulator.powershell.modules.certificates.provider import owner_of
from emulator.powershell.modules.management.support import places
from emulator.powershell.providers.file_changes import READ_ONLY, unprotected
from emulator.powershell.providers.paths import Place
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import ByteStore, FolderStore
from emulator.powershell.runtime.user_prompts import no_user, read_line

_A = "System.Management.Automation."
_STATUS = EnumType(
    f"{_A}SignatureStatus",
    {
        name: number
        for number, name in enumerate(
            (
                *("Valid", "UnknownError", "NotSigned", "HashMismatch", "NotTrusted"),
                *("NotSupportedFileFormat", "Incompatible"),
            )
        )
    },
)
_KIND = EnumType(f"{_A}SignatureType", {"None": 0, "Authenticode": 1, "Catalog": 2})
#: Files whose signatures are inside of programs, or in catalogs of Windows.
_PROGRAMS = frozenset({".exe", ".dll", ".sys", ".msi", ".cab", ".cat", ".ocx", ".cpl", ".efi", ".mui"})
_SMALLEST = 4


class Signature:
    """System.Management.Automation.Signature."""

    def __init__(self, call: CmdletCall, path: str, state: SignatureState) -> None:
        self.engine = call.engine
        self.path = path
        self.state = state

    @property
    def signer(self) -> CertificateObject | None:
        """Who signed."""
        return None if self.state.signer is None else CertificateObject(self.engine, self.state.signer)

    @property
    def message(self) -> str:
        """What the status means."""
        match self.state.status:
            case "Valid":
                return "Signature verified."
            case "NotSigned":
                return not_signed(self.path)
            case "HashMismatch":
                return hash_mismatch(self.path)
            case "NotTrusted":
                return f"File {self.path} is signed but the signer is not trusted on this system."
            case "NotSupportedFileFormat":
                ending = ending_of(self.path)
                kind = f"{ending} files" if ending else "files that do not have a file name extension"
                return (
                    f"Cannot sign the file because the system does not support signing operations on {kind}."
                )
        return self.state.problem


for _one in (_STATUS, _KIND):
    register(_one)
register(
    PSType(
        f"{_A}Signature",
        instance={
            "SignerCertificate": lambda s: s.signer,
            "TimeStamperCertificate": lambda _s: None,
            "Status": lambda s: _STATUS[s.state.status],
            "StatusMessage: string": lambda s: s.message,
            "Path: string": lambda s: s.path,
            "SignatureType": lambda s: _KIND["None" if s.state.signer is None else "Authenticode"],
            "IsOSBinary: bool": lambda _s: False,
        },
    ),
    Signature,
)


def _files(call: CmdletCall, paths: list[str] | None, literal: list[str] | None) -> Iterator[Place]:
    """The files that are meant; folders and what is not there are errors."""
    store = call.service(ByteStore)
    for place in places(call, paths, literal):
        if place.provider.name != "FileSystem":
            raise not_emulated(f"{call.name} of {place.provider.name}")
        if store.is_directory(place.path):
            if literal is not None or not any(one in str(paths) for one in "*?["):
                text = (
                    "The Get-AuthenticodeSignature cmdlet does not support directories. Supply a path to a "
                    "file and retry."
                )
                kind = f"{_A}PSNotSupportedException"
                error_id = "SignatureCommandsBaseCannotRetrieveFromContainer"
                call.error(call.record(kind, text, error_id, "InvalidArgument", place.path))
            continue
        yield place


def _state(call: CmdletCall, data: bytes, path: str) -> SignatureState:
    ending = ending_of(path)
    if ending in _PROGRAMS or data[:2] == b"MZ":
        raise not_emulated(f"The signature of a {ending or 'program'} file")
    if ending not in COMMENTS:
        text = (
            "The form specified for the subject is not one supported or known by the specified trust provider"
        )
        return SignatureState("UnknownError", text)
    return state_of(call.service(Host), owner_of(call.engine, "CurrentUser"), data, path)


@cmdlet("Get-AuthenticodeSignature")
def get_authenticode_signature(
    call: CmdletCall,
    file_path: list[str] | None = None,
    literal_path: list[str] | None = None,
    source_path_or_extension: list[str] | None = None,
    content: bytearray | None = None,
) -> Iterator[Signature]:
    """What the signatures of files are worth."""
    if content is not None:
        for one in source_path_or_extension or ():
            path = one if "." in one else f".{one}"
            yield Signature(call, one, _state(call, bytes(content), path))
        return
    store = call.service(ByteStore)
    for place in _files(call, file_path, literal_path):
        yield Signature(call, place.path, _state(call, store.read_bytes(place.path), place.path))


@cmdlet("Set-AuthenticodeSignature")
def set_authenticode_signature(
    call: CmdletCall,
    certificate: CertificateObject,
    file_path: list[str] | None = None,
    literal_path: list[str] | None = None,
    include_chain: str = "notroot",
    hash_algorithm: str = "SHA1",
    force: bool = False,
) -> Iterator[Signature]:
    """Sign scripts with the key of a certificate."""
    held = unwrap(certificate)
    if not (held.has_key and held.parsed is not None and is_for_code(held.facts)):
        raise call.failure(
            f"{_A}PSArgumentException",
            "Cannot sign code. The specified certificate is not suitable for code signing.",
            "Argument",
            "InvalidArgument",
        )
    store, folders = call.service(ByteStore), call.service(FolderStore)
    for place in _files(call, file_path, literal_path):
        if not call.should_process(place.path):
            continue
        data = store.read_bytes(place.path)
        if len(data) < _SMALLEST:
            text = (
                f"Cannot digitally sign file because file {place.path} is smaller than 4 bytes in size. "
                "Files must be at least 4 bytes in order to be digitally signed."
            )
            error_id = "SignatureCommandsBaseFileSmallerThan4Bytes"
            call.error(call.record(f"{_A}PSArgumentException", text, error_id, "InvalidArgument"))
            continue
        ending = ending_of(place.path)
        if ending in _PROGRAMS:
            raise not_emulated(f"Signing a {ending} file")
        if ending not in COMMENTS:
            yield Signature(call, place.path, SignatureState("NotSupportedFileFormat"))
            continue
        made = _signed(call, data, place.path, held, include_chain.lower(), hash_algorithm.lower())
        with unprotected(folders if force else None, place.path, READ_ONLY):
            store.write_bytes(place.path, made)
        yield Signature(call, place.path, _state(call, made, place.path))


def _signed(
    call: CmdletCall, data: bytes, path: str, certificate: CertificateObject, chain: str, algorithm: str
) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from emulator.host.security.signed_data import HASHES, signed

    if algorithm not in HASHES:
        raise call.failure(CRYPTOGRAPHIC, "Unknown cryptographic algorithm.", CRYPTOGRAPHIC)
    key = certificate.private_key()
    if not isinstance(key, RSAPrivateKey):
        raise not_emulated("A signature with another key than RSA")
    links = chain_of(certificate, checks_revocation=False)[1:] if chain != "signer" else []
    others = [one.certificate for one in links]
    if chain == "notroot":
        others = [one for one in others if one.certificate.issuer != one.certificate.subject]
    digest = digest_of(unsigned_text(data, path), algorithm)
    encoded = [one.facts.encoded for one in others]
    return with_signature(data, path, signed(digest, algorithm, certificate.certificate, key, encoded))


@cmdlet("Get-PfxCertificate")
def get_pfx_certificate(
    call: CmdletCall, file_path: list[str] | None = None, literal_path: list[str] | None = None
) -> Iterator[CertificateObject]:
    """The certificates of files; for the password of a PFX the user is asked."""
    store = call.service(ByteStore)
    for place in places(call, file_path, literal_path):
        data = store.read_bytes(place.path)
        try:
            try:
                yield certificates_of(call.engine, data)[0]
                continue
            except NetError as problem:
                if problem.exception.message != WRONG_PASSWORD:
                    raise
            secret = read_line(call.engine, "Enter password", secure=True)
            if secret is None:
                raise no_user()
            yield certificates_of(call.engine, data, secret.text)[0]
        except NetError as problem:
            error_id = "GetPfxCertificateUnknownCryptoError"
            call.error(call.record(problem.exception, error_id=error_id, category="NotSpecified"))
