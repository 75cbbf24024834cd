"""Signatures of scripts: the block at the end of a file, and what it says of the file.

The hash is that of the text in UTF-16 (little-endian, without a byte order mark) up to the line break before
the block, as open tools that sign scripts compute it.
"""

import base64
import binascii
import codecs
import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

from emulator.host.errors import InvalidParameter
from emulator.host.security.certificate_chains import STATUSES, chain_of
from emulator.host.security.certificate_reading import certificate_of
from emulator.host.security.certificates import Certificate
from emulator.host.security.der import Malformed
from emulator.host.security.signed_data import signed_hash
from emulator.key_usages import CODE_SIGNING

if TYPE_CHECKING:
    from emulator.host.host import Host

_BEGIN, _END = "SIG # Begin signature block", "SIG # End signature block"
#: How the lines of a block begin and end in files of each kind.
COMMENTS = {
    ".ps1": ("# ", ""),
    ".psm1": ("# ", ""),
    ".psd1": ("# ", ""),
    ".ps1xml": ("<!-- ", " -->"),
    ".psc1": ("<!-- ", " -->"),
    ".cdxml": ("<!-- ", " -->"),
    ".mof": ("/* ", " */"),
}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_FORGIVEN = frozenset({"RevocationStatusUnknown", "OfflineRevocation"})
_LINE = 64


class SignatureState(NamedTuple):
    """What is to be said of a file: a name of SignatureStatus, a problem's text, and who signed it."""

    status: str
    problem: str = ""
    signer: Certificate | None = None


def ending_of(path: str) -> str:
    """The ending of a file's name in small letters, with its dot."""
    name = path.replace("/", "\\").rpartition("\\")[2]
    return "." + name.rpartition(".")[2].lower() if "." in name else ""


def _text(data: bytes) -> tuple[str, str, bytes]:
    """Text, codec and byte order mark of a file; without a mark UTF-8, or the ANSI code page."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace"), codec, mark
    try:
        return data.decode("utf-8"), "utf-8", b""
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "cp1252", b""


def _split(text: str, ending: str) -> tuple[str, bytes | None]:
    """What is signed, and the signature; None without a block, empty for one that cannot be read."""
    before, after = COMMENTS[ending]
    begin = text.rfind(f"{before}{_BEGIN}{after}")
    if begin < 0 or (begin > 0 and text[begin - 1] != "\n"):
        return text, None
    content = text[:begin].removesuffix("\n").removesuffix("\r")
    last = f"{before}{_END}{after}"
    end = text.find(last, begin)
    if end >= 0 and text[end + len(last) :].strip():
        content = text  # what stands behind the block was not there when it was made
    lines = text[begin : end if end >= 0 else len(text)].split("\n")[1:]
    pattern = re.compile(re.escape(before) + r"([A-Za-z0-9+/=]*)" + re.escape(after) + r"\r?")
    found = [pattern.fullmatch(line) for line in lines if line.strip()]
    if end < 0 or not all(found):
        return content, b""
    try:
        return content, base64.b64decode("".join(one[1] for one in found if one), validate=True)
    except binascii.Error:
        return content, b""


def digest_of(content: str, algorithm: str) -> bytes:
    """The hash of what is signed."""
    data = content.encode("utf-16-le", "surrogatepass")
    return hashlib.new(algorithm, data, usedforsecurity=False).digest()


def unsigned_text(data: bytes, path: str) -> str:
    """What a signature of the file covers: its text without a block."""
    return _split(_text(data)[0], ending_of(path))[0]


def with_signature(data: bytes, path: str, signature: bytes) -> bytes:
    """The file with a signature, in place of one that it had."""
    text, codec, mark = _text(data)
    ending = ending_of(path)
    before, after = COMMENTS[ending]
    body = base64.b64encode(signature).decode()
    pieces = (body[place : place + _LINE] for place in range(0, len(body), _LINE))
    lines = (_BEGIN, *pieces, _END)
    block = "".join(f"{before}{line}{after}\r\n" for line in lines)
    return mark + f"{_split(text, ending)[0]}\r\n{block}".encode(codec)


def state_of(host: "Host", user: str, data: bytes, path: str) -> SignatureState:
    """What the signature of a file of script is worth for a user (a SID) of the machine."""
    content, signature = _split(_text(data)[0], ending_of(path))
    if signature is None:
        return SignatureState("NotSigned")
    try:
        found = signed_hash(signature)
        signer = certificate_of(found.signer)
        extra = tuple((certificate_of(one), None) for one in found.others)
    except (Malformed, ValueError, InvalidParameter):
        return SignatureState("UnknownError", "The data is invalid")
    if digest_of(content, found.algorithm) != found.digest or not found.is_genuine:
        return SignatureState("HashMismatch", signer=signer)
    if _is_in(host, user, "Disallowed", signer):
        return SignatureState("NotTrusted", signer=signer)
    if not is_for_code(signer):
        text = "The certificate is not valid for the requested usage"
        return SignatureState("UnknownError", text, signer)
    chain = chain_of(host, user, signer, extra=extra)
    problems = [name for link in chain for name in link.problems if name not in _FORGIVEN]
    if problems:
        return SignatureState("UnknownError", STATUSES[problems[-1]][1].rstrip(".\r\n"), signer)
    return SignatureState("Valid", signer=signer)


def _is_in(host: "Host", user: str, store: str, certificate: Certificate) -> bool:
    held = host.certificates.of_store(store, user)
    return any(one.thumbprint == certificate.thumbprint for one in held)


def is_trusted_publisher(host: "Host", user: str, signer: Certificate) -> bool:
    """Whether scripts of a signer run without a question."""
    return _is_in(host, user, "TrustedPublisher", signer)


def is_for_code(certificate: Certificate) -> bool:
    """Whether a certificate says that it is for signing code."""
    from cryptography.x509 import ExtendedKeyUsage, load_der_x509_certificate

    extensions = load_der_x509_certificate(certificate.encoded).extensions
    usages = [one.value for one in extensions if isinstance(one.value, ExtendedKeyUsage)]
    return any(one.dotted_string == CODE_SIGNING for usage in usages for one in usage)
