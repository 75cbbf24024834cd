"""Literals of C# as values of the engine."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from emulator.powershell.csharp.diagnostics import failure
from emulator.powershell.csharp.syntax import Place
from emulator.powershell.dotnet.numbers import (
    INT32_MAXIMUM,
    INT64_MAXIMUM,
    Char,
    Int64,
    Single,
    UInt32,
    UInt64,
)

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{1,4})|(.))", re.DOTALL)
_MOST_DIGITS = 40


def integer(text: str, place: Place) -> Any:
    """The first of Int32, UInt32, Int64 and UInt64 that holds it, as the suffix of the literal allows."""
    digits = text.lower()
    suffix = ""
    while digits and digits[-1] in "ul":
        suffix += digits[-1]
        digits = digits[:-1]
    if len(digits) > _MOST_DIGITS:
        raise failure(place, "CS1021", "Integral constant is too large")
    number = int(digits[2:], 16) if digits.startswith("0x") else int(digits)
    if not suffix and number <= INT32_MAXIMUM:
        return number
    if "l" not in suffix and number < 1 << 32:
        return UInt32(number)
    if "u" not in suffix and number <= INT64_MAXIMUM:
        return Int64(number)
    if number < 1 << 64:
        return UInt64(number)
    raise failure(place, "CS1021", "Integral constant is too large")


def real(text: str, place: Place) -> Any:
    """A real literal."""
    last = text[-1].lower()
    plain = text[:-1] if last in "fdm" else text
    if last == "m":
        try:
            return Decimal(plain)
        except InvalidOperation:
            raise failure(
                place, "CS0594", "Floating-point constant is outside the range of type 'decimal'"
            ) from None
    return Single(float(plain)) if last == "f" else float(plain)


def unescape(text: str, place: Place) -> str:
    """The content of a regular string or character literal."""

    def one(found: re.Match[str]) -> str:
        short, long, loose, simple = found.groups()
        if short or loose:
            return chr(int(short or loose, 16))
        if long:
            number = int(long, 16)
            if number > 0x10FFFF:
                raise failure(place, "CS1009", "Unrecognized escape sequence")
            return chr(number)
        if simple in _ESCAPES:
            return _ESCAPES[simple]
        if simple in "\\'\"":
            return simple
        raise failure(place, "CS1009", "Unrecognized escape sequence")

    return _ESCAPE.sub(one, text) if "\\" in text else text


def character(text: str, place: Place) -> Char:
    """A character literal with its quotes."""
    inside = unescape(text[1:-1], place)
    if not inside:
        raise failure(place, "CS1011", "Empty character literal")
    if len(inside) != 1:
        raise failure(place, "CS1012", "Too many characters in character literal")
    return Char(inside)
