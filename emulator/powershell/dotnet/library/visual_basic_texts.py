"""Functions of Visual Basic on texts."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.library.visual_basic_values import number_or_none, plain_text
from emulator.powershell.dotnet.numbers import Char
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import type_of
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.text_operators import format_value

LONGEST = 8_000_000


def _check_length(count: int) -> None:
    if count > LONGEST:
        raise NetError(
            "System.OutOfMemoryException", "Insufficient memory to continue the execution of the program."
        )


def at_least_zero(name: str, number: int) -> int:
    """A number that may not be negative. Raises ArgumentException."""
    if number < 0:
        raise argument_error(f"Argument '{name}' must be greater or equal to zero.")
    return int(number)


def _above_zero(name: str, number: int) -> int:
    if number <= 0:
        raise argument_error(f"Argument '{name}' must be greater than zero.")
    return int(number)


def left(text: str | None, length: int) -> str:
    """``Left``. Raises ArgumentException."""
    return plain_text(text)[: at_least_zero("Length", length)]


def right(text: str | None, length: int) -> str:
    """``Right``. Raises ArgumentException."""
    count = at_least_zero("Length", length)
    return plain_text(text)[-count:] if count else ""


def middle(text: str | None, start: int, length: int | None = None) -> str | None:
    """``Mid``. Raises ArgumentException."""
    begin = _above_zero("Start", start) - 1
    if text is None:
        return None
    if length is None:
        return text[begin:]
    return text[begin : begin + at_least_zero("Length", length)]


def length_of(value: Any) -> int:
    """``Len``: characters of a text, bytes of other values."""
    held = unwrap(value)
    if held is None:
        return 0
    if isinstance(held, Char):
        return 2
    if isinstance(held, str):
        return len(held)
    sizes = {
        "Boolean": 2,
        "Byte": 1,
        "SByte": 1,
        "Int16": 2,
        "UInt16": 2,
        "Int32": 4,
        "UInt32": 4,
        "Int64": 8,
    }
    sizes |= {"UInt64": 8, "Single": 4, "Double": 8, "Decimal": 16, "DateTime": 8}
    found = sizes.get(type_of(held).name.removeprefix("System."))
    if found is None:
        raise not_emulated(f"Microsoft.VisualBasic.Strings.Len of {type_of(held).name}")
    return found


def place_in(start: int, text: str | None, wanted: str | None, compare: Any = 0) -> int:
    """``InStr``: a place from one on, 0 when it is not there."""
    begin = _above_zero("Start", start) - 1
    whole, part = plain_text(text), plain_text(wanted)
    if _is_text(compare):
        whole, part = whole.lower(), part.lower()
    if not whole or begin > len(whole):
        return 0
    return whole.find(part, begin) + 1 if part else begin + 1


def last_place_in(text: str | None, wanted: str | None, start: int = -1, compare: Any = 0) -> int:
    """``InStrRev``."""
    whole, part = plain_text(text), plain_text(wanted)
    if start == 0 or start < -1:
        raise argument_error("Argument 'Start' must be greater than 0 or equal to -1.")
    if _is_text(compare):
        whole, part = whole.lower(), part.lower()
    end = len(whole) if start == -1 else int(start)
    if not whole or end > len(whole):
        return 0
    return whole.rfind(part, 0, end) + 1 if part else end


def _is_text(compare: Any) -> bool:
    return int(compare.number if isinstance(compare, EnumValue) else compare) == 1


def replaced(
    text: str | None, find: str | None, new: str | None, start: int = 1, count: int = -1, compare: Any = 0
) -> str | None:
    """``Replace``: what comes before the start is left out."""
    begin = _above_zero("Start", start) - 1
    if count < -1:
        raise argument_error("Argument 'Count' must be greater than or equal to -1.")
    whole, part = plain_text(text), plain_text(find)
    if not whole or begin >= len(whole):
        return None
    rest = whole[begin:]
    if not part or count == 0:
        return rest
    flags = re.IGNORECASE if _is_text(compare) else 0
    replacement = plain_text(new)
    most = len(rest) // len(part) if flags else rest.count(part)
    _check_length(len(rest) + min(most, count if count > 0 else most) * len(replacement))
    return re.sub(re.escape(part), lambda _match: replacement, rest, count=max(count, 0), flags=flags)


def split(text: str | None, delimiter: str | None = " ", limit: int = -1, compare: Any = 0) -> PSArray:
    """``Split``."""
    whole, separator = plain_text(text), plain_text(delimiter)
    if not whole or not separator:
        return strings([whole])
    if limit == 0:
        return strings([])
    flags = re.IGNORECASE if _is_text(compare) else 0
    if limit == 1:
        return strings([whole])
    return strings(re.split(re.escape(separator), whole, maxsplit=max(int(limit) - 1, 0), flags=flags))


def joined(values: Any, delimiter: str | None = " ") -> str:
    """``Join``."""
    texts, between = [to_text(one) for one in values], plain_text(delimiter)
    _check_length(sum(len(one) + len(between) for one in texts))
    return between.join(texts)


def filtered(values: Any, match: str | None, include: bool = True, compare: Any = 0) -> PSArray:
    """``Filter``: the texts that hold another one, or do not."""
    wanted, ignores = plain_text(match), _is_text(compare)
    found = []
    for one in values:
        text = to_text(one)
        is_in = wanted.lower() in text.lower() if ignores else wanted in text
        if is_in is bool(include):
            found.append(text)
    return strings(found)


def compared(left: str | None, right: str | None, compare: Any = 0) -> int:
    """``StrComp``: -1, 0 or 1."""
    a, b = plain_text(left), plain_text(right)
    if _is_text(compare):
        a, b = a.lower(), b.lower()
    first, second = (one.encode("utf-16-be", "surrogatepass") for one in (a, b))
    return (first > second) - (first < second)


def code_of(value: Any) -> int:
    """``Asc``: the code in the code page of an English Windows."""
    text = plain_text(value)
    if not text:
        raise argument_error("Length of argument 'String' must be greater than zero.")
    code = ord(text[0])
    if code < 128:
        return code
    encoded = text[0].encode("cp1252", "replace")
    return encoded[0]


def unit_of(value: Any) -> int:
    """``AscW``."""
    text = plain_text(value)
    if not text:
        raise argument_error("Length of argument 'String' must be greater than zero.")
    return ord(text[0])


def character(code: int) -> Char:
    """``Chr``. Raises ArgumentException."""
    if not -32768 <= code <= 65535:
        raise argument_error("Argument 'CharCode' must be within the range of -32768 to 65535.")
    if not 0 <= code <= 255:
        raise argument_error("Procedure call or argument is not valid.")
    return Char(bytes([code]).decode("cp1252", "replace") if code > 127 else chr(code))


def wide_character(code: int) -> Char:
    """``ChrW``. Raises ArgumentException."""
    if not -32768 <= code <= 65535:
        raise argument_error("Argument 'CharCode' must be within the range of -32768 to 65535.")
    return Char(chr(code & 0xFFFF))


def repeated(number: int, character: Any) -> Any:
    """``StrDup`` and ``Space``."""
    count = at_least_zero("Number", number)
    text = plain_text(character)
    if not text:
        raise argument_error("Length of argument 'Character' must be greater than zero.")
    _check_length(count)
    return text[0] * count


def converted(text: str | None, conversion: Any, _locale: int = 0) -> str:
    """``StrConv`` as far as it needs no language of Asia."""
    whole = plain_text(text)
    number = int(conversion.number if isinstance(conversion, EnumValue) else conversion)
    if number == 0:
        return whole
    if number == 1:
        return whole.upper()
    if number == 2:
        return whole.lower()
    if number == 3:
        return re.sub(r"[^\W_]+(?:'[^\W_]+)*", lambda one: one[0][0].upper() + one[0][1:].lower(), whole)
    raise not_emulated(f"Microsoft.VisualBasic.Strings.StrConv({number})")


_NAMED_NUMBERS: dict[str, str] = {
    "currency": "C",
    "fixed": "0.00",
    "standard": "N2",
    "percent": "0.00%",
    "scientific": "0.00E+00",
}
_NAMED_DATES = {
    "general date": "G",
    "long date": "D",
    "medium date": "D",
    "short date": "d",
    "long time": "T",
    "medium time": "T",
    "short time": "t",
    "g": "G",
    "d": "d",
}
_NAMED_TRUTHS = {"yes/no": ("Yes", "No"), "true/false": ("True", "False"), "on/off": ("On", "Off")}


def formatted(value: Any, style: str | None = "") -> str:
    """``Format``, with the names of formats that the language has."""
    held, form = unwrap(value), plain_text(style)
    if held is None:
        return ""
    named = form.lower()
    if isinstance(held, str) and not isinstance(held, Char):
        number = number_or_none(held)
        if number is None or not form:
            return held
        held = number
    if isinstance(held, bool):
        if named not in _NAMED_TRUTHS:
            return str(held)
        held = -1 if held else 0
    if isinstance(held, DateTime):
        return format_value(held, _NAMED_DATES.get(named, form or "G"))
    if isinstance(held, int | float | Decimal):
        if named in _NAMED_TRUTHS:
            return _NAMED_TRUTHS[named][0 if held != 0 else 1]
        if not form or named == "general number":
            return to_text(held)
        return format_value(held, _NAMED_NUMBERS.get(named, form))
    return format_value(held, form)
