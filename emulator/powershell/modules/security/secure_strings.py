"""ConvertTo-SecureString and ConvertFrom-SecureString.

With a key the text is AES under it, in the form that every Windows PowerShell writes: a header, and Base64 of
``2|vector|ciphertext`` in UTF-16. Without one it stands under the data protection of the machine.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from emulator.powershell.dotnet.credentials import SecureString
from emulator.powershell.dotnet.exceptions import CRYPTOGRAPHIC, NetError
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.serialization.protected_text import (
    bytes_of_digits,
    protected_text,
    text_of_data,
    unprotected_text,
)

if TYPE_CHECKING:
    from emulator.powershell.runtime.errors import PSError

_HEADER = "76492d1116743f0423413b16050a5345"
_ARGUMENT = "System.Management.Automation.PSArgumentException"


@cmdlet("ConvertTo-SecureString")
def convert_to_secure_string(
    call: CmdletCall,
    string: str = "",
    as_plain_text: bool = False,
    force: bool = False,
    key: bytearray | None = None,
    secure_key: SecureString | None = None,
) -> None:
    """A text as a SecureString: plain text, which must be forced, or what ConvertFrom-SecureString gave."""
    if as_plain_text:
        if not force:
            raise call.failure(
                "System.ArgumentException",
                "The system cannot protect plain text input. To suppress this warning and convert the plain "
                "text to a SecureString, reissue the command specifying the Force parameter. For more "
                "information type: get-help ConvertTo-SecureString.",
                "ImportSecureString_ForceRequired",
                "InvalidArgument",
            )
        made = SecureString(string)
    else:
        try:
            chosen = _key(key, secure_key)
            text = unprotected_text(call.engine, string) if chosen is None else _decrypted(string, chosen)
        except NetError as problem:
            _refuse(call, problem)
            return
        made = SecureString(text)
    call.write(made)


def _refuse(call: CmdletCall, problem: NetError) -> None:
    """What cannot be read: an error, or the end of the cmdlet where Windows lets the exception through."""
    name = problem.exception.ps_type.name
    if name == "System.FormatException":
        raise call.failure(problem.exception, error_id=name)
    suffix = "_CryptographicError" if name == CRYPTOGRAPHIC else ""
    error_id = f"ImportSecureString_InvalidArgument{suffix}"
    call.error(call.record(problem.exception, error_id=error_id, category="InvalidArgument"))


@cmdlet("ConvertFrom-SecureString")
def convert_from_secure_string(
    call: CmdletCall,
    secure_string: SecureString,
    key: bytearray | None = None,
    secure_key: SecureString | None = None,
) -> None:
    """A SecureString as a text that can be kept in a file."""
    if not secure_string.text:
        raise _wrong_argument(call, "SecureString")
    try:
        chosen = _key(key, secure_key)
        if chosen is None:
            made = protected_text(call.engine, secure_string.text)
        else:
            made = _encrypted(call, secure_string.text, chosen)
    except NetError as problem:
        is_argument = problem.exception.ps_type.name == _ARGUMENT
        how = ("Argument", "InvalidArgument") if is_argument else (CRYPTOGRAPHIC, "NotSpecified")
        raise call.failure(problem.exception, error_id=how[0], category=how[1]) from None
    call.write(made)


def _wrong_argument(call: CmdletCall, name: str) -> PSError:
    return call.failure(
        _ARGUMENT,
        f'Cannot process argument because the value of argument "{name}" is not valid. Change the value of '
        f'the "{name}" argument and run the operation again.',
        "Argument",
        "InvalidArgument",
    )


def _key(key: bytearray | None, secure_key: SecureString | None) -> bytes | None:
    """The bytes of the key, None when the data protection is meant. Raises NetError for a wrong length."""
    if secure_key is not None:
        chosen = secure_key.text.encode("utf-16-le", "surrogatepass")
    elif key is not None:
        chosen = bytes(key)
    else:
        return None
    if len(chosen) not in (16, 24, 32):
        text = (
            "The specified key is not valid. Valid key length settings are either 128 bits, 192 bits, or 256 "
            "bits."
        )
        raise NetError(_ARGUMENT, text)
    return chosen


def _encrypted(call: CmdletCall, text: str, key: bytes) -> str:
    from emulator.block_cipher import encrypted

    vector = call.engine.random.generator.randbytes(16)
    data = encrypted(key, vector, text.encode("utf-16-le", "surrogatepass"))
    package = f"2|{base64.b64encode(vector).decode()}|{data.hex()}"
    return _HEADER + base64.b64encode(package.encode("utf-16-le")).decode()


def _decrypted(text: str, key: bytes) -> str:
    """The text of a package, or of digits without one as versions before 2.0 wrote them: their vector is
    unknown, and the first characters are lost."""
    from emulator.block_cipher import decrypted

    digits, vector = _parts(text)
    data = bytes_of_digits(digits)
    if len(vector) != 16:
        text = "Specified initialization vector (IV) does not match the block size for this algorithm."
        raise NetError(CRYPTOGRAPHIC, text)
    if len(data) % 16:
        raise NetError(CRYPTOGRAPHIC, "Length of the data to decrypt is invalid.")
    try:
        return text_of_data(decrypted(key, vector, data)) if data else ""
    except ValueError:
        raise NetError(CRYPTOGRAPHIC, "Padding is invalid and cannot be removed.") from None


def _parts(text: str) -> tuple[str, bytes]:
    """Ciphertext in digits, and the vector."""
    if text[: len(_HEADER)].lower() == _HEADER:
        try:
            package = base64.b64decode(text[len(_HEADER) :], validate=True).decode("utf-16-le", "replace")
            elements = package.split("|")
            if len(elements) == 3:
                return elements[2], base64.b64decode(elements[1], validate=True)
        except (binascii.Error, ValueError):
            pass
    return text, bytes(16)
