"""Base64 as System.Convert reads it, with .NET Framework's texts."""

from __future__ import annotations

import base64
from typing import Final

from emulator.powershell.dotnet.exceptions import format_error
from emulator.powershell.late_pattern import late_pattern

_SPACES: Final = str.maketrans("", "", " \t\r\n")
_DIGITS: Final = late_pattern("[A-Za-z0-9+/]*")
#: The space at the end is .NET Framework's.
_BAD_CHARACTER: Final = (
    "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding "
    "characters, or an illegal character among the padding characters. "
)
_BAD_LENGTH: Final = "Invalid length for a Base-64 char array or string."


def decode(text: str) -> bytearray:
    """The bytes of a text. Raises a FormatException: a wrong character counts before a wrong length."""
    digits, padding, end = text.translate(_SPACES).partition("=")
    padding += end
    if padding not in ("", "=", "==") or not _DIGITS.fullmatch(digits):
        raise format_error(_BAD_CHARACTER)
    if (len(digits) + len(padding)) % 4:
        raise format_error(_BAD_LENGTH)
    return bytearray(base64.b64decode(digits + padding))
