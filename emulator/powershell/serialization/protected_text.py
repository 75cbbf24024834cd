"""Texts under the machine's data protection, in hexadecimal digits: SecureStrings in files and as texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet.exceptions import NetError, format_error
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import DataProtection

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_DIGITS = frozenset("0123456789abcdefABCDEF")


def data_protection(engine: Engine) -> DataProtection:
    """The machine's own. Raises a not-emulated error for a session without a machine."""
    found = engine.find_service(DataProtection)
    if found is None:
        raise not_emulated("The data protection of a session without a machine")
    return found


def protected_text(engine: Engine, text: str) -> str:
    """What ConvertFrom-SecureString gives without a key."""
    data = text.encode("utf-16-le", "surrogatepass")
    return data_protection(engine).protect(data, b"", for_machine=False).hex()


def unprotected_text(engine: Engine, digits: str) -> str:
    """The text of such digits. Raises NetError: argument, format or cryptographic exception."""
    blob = bytes_of_digits(digits)
    return text_of_data(data_protection(engine).unprotect(blob, b""))


def bytes_of_digits(digits: str) -> bytes:
    """Hexadecimal digits as bytes. Raises NetError."""
    if len(digits) % 2:
        raise NetError(
            "System.Management.Automation.PSArgumentException",
            f'The parameter value "{digits}" is not a valid encrypted string.',
        )
    if not _DIGITS.issuperset(digits):
        raise format_error()
    return bytes.fromhex(digits)


def text_of_data(data: bytes) -> str:
    """The text of decrypted bytes. Raises NetError for an odd number of them."""
    if len(data) % 2:
        raise NetError(
            "System.Management.Automation.PSArgumentException",
            "Could not decrypt data. The data was not encrypted with this key.",
        )
    return data.decode("utf-16-le", "surrogatepass")
