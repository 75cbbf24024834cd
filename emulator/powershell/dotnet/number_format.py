"""Numbers as text: standard and custom numeric format strings of .NET, in any culture."""

from __future__ import annotations

import math
import re
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from itertools import pairwise
from typing import Any

from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.cultures.number_info import (
    CURRENCY_NEGATIVE,
    CURRENCY_POSITIVE,
    NUMBER_NEGATIVE,
    PERCENT_NEGATIVE,
    PERCENT_POSITIVE,
    NumberInfo,
)
from emulator.powershell.dotnet.cultures.present import current
from emulator.powershell.dotnet.exceptions import format_error
from emulator.powershell.late_pattern import late_pattern


def double_text(value: float, digits: int = 15, single: bool = False) -> str:
    """A Double as ``ToString()`` of .NET Framework writes it: up to 15 significant digits (7 for a
    Single).
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    if single:
        digits = min(digits, 7)
    return general_text(f"{value:.{digits - 1}E}", digits)


def general_text(scientific: str, digits: int) -> str:
    """The general form of a number given in Python's ``E`` form: plain for exponents from -5 up to the
    digits.
    """
    mantissa, _, exponent_text = scientific.partition("E")
    exponent = int(exponent_text)
    sign = "-" if mantissa.startswith("-") else ""
    figures = mantissa.lstrip("-").replace(".", "").rstrip("0") or "0"
    if -5 <= exponent < digits:
        if exponent < 0:
            return f"{sign}0.{'0' * (-exponent - 1)}{figures}"
        if len(figures) <= exponent + 1:
            return sign + figures.ljust(exponent + 1, "0")
        return f"{sign}{figures[: exponent + 1]}.{figures[exponent + 1 :]}"
    tail = f".{figures[1:]}" if len(figures) > 1 else ""
    return f"{sign}{figures[0]}{tail}E{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def round_trip_text(value: float, single: bool = False) -> str:
    """The ``R`` form: 15 digits when they give the same number back, 17 otherwise (9 for a Single)."""
    short = double_text(value, single=single)
    if math.isnan(value) or math.isinf(value):
        return short
    if single:
        return short if numbers.Single(float(short)) == value else double_text(value, 9)
    return short if float(short) == value else general_text(f"{value:.16E}", 17)


def decimal_text(value: Decimal) -> str:
    """A Decimal without exponent, keeping its trailing zeros."""
    return f"{value:f}"


def number_text(value: Any, info: NumberInfo | None = None) -> str:
    """A number as ``ToString()`` writes it: in the invariant culture, or as ``info`` says."""
    kind = type(value)
    if kind is float:
        text = double_text(value)
    elif kind is numbers.Single:
        text = double_text(value, single=True)
    elif kind is Decimal:
        text = decimal_text(value)
    else:
        text = str(int(value))
    return text if info is None else _localized(text, info)


def _localized(text: str, info: NumberInfo) -> str:
    """A number that is written without groups, with the signs of a culture."""
    symbol = _SYMBOLS.get(text)
    if symbol is not None:
        return str(info[symbol])
    return (
        text if info.is_plain else "".join(str(info[_SIGNS[one]]) if one in _SIGNS else one for one in text)
    )


_SYMBOLS = {"NaN": "NaNSymbol", "Infinity": "PositiveInfinitySymbol", "-Infinity": "NegativeInfinitySymbol"}
_SIGNS = {".": "NumberDecimalSeparator", "-": "NegativeSign", "+": "PositiveSign"}


def check_form(form: str) -> None:
    """Each character of a format may stand for a sign or a name that a script has chosen: it must not have
    very many. Raises the typed error."""
    if len(form) > _LONGEST_FORM:
        from emulator.powershell.runtime.errors import not_emulated

        raise not_emulated(f"A format of more than {_LONGEST_FORM} characters")


_LONGEST_FORM = 100_000


def format_number(value: Any, form: str, info: NumberInfo | None = None) -> str:
    """A number in a standard (``N2``, ``X8``) or custom (``0.00``) format, as ``info`` says or else as the
    culture of the thread does. Raises a FormatException.
    """
    if info is None:
        info = current().numbers
    if not form:
        return number_text(value, info)
    check_form(form)
    standard = re.fullmatch(r"([A-Za-z])(\d{0,2})", form)
    if isinstance(value, float) and not math.isfinite(value):
        return number_text(value, info)
    if standard is None:
        return _custom(value, form, info)
    letter, places = standard[1].upper(), int(standard[2]) if standard[2] else None
    function = _STANDARD.get(letter)
    if function is None:
        raise format_error("Format specifier was invalid.")
    return str(function(value, places, standard[1], info))


def _exact(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, float):
        return Decimal(f"{value:.14E}")
    return Decimal(int(value))


def _fixed_digits(value: Any, places: int) -> tuple[bool, str]:
    rounded = _rounded(_exact(value), places)
    return rounded < 0, f"{rounded.copy_abs():.{places}f}"


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _wide(places))


def _wide(places: int) -> Context:
    """Room for the largest Double with so many decimals; the usual context cannot round it."""
    return Context(prec=_WIDEST_WHOLE + places, Emin=MIN_EMIN, Emax=MAX_EMAX)


_WIDEST_WHOLE = 400


def _fixed(value: Any, places: int | None, _: str, info: NumberInfo) -> str:
    negative, text = _fixed_digits(value, info["NumberDecimalDigits"] if places is None else places)
    return _localized("-" + text if negative else text, info)


def group_digits(digits: str, sizes: list[int], separator: str) -> str:
    """The digits of a whole number in groups from the right. The last size counts for all that are left, and
    a zero there means that they stay together."""
    breaks = _group_breaks(len(digits), sizes)
    cuts = [0, *(len(digits) - one for one in reversed(breaks)), len(digits)]
    return separator.join(digits[start:end] for start, end in pairwise(cuts))


def _group_breaks(digits: int, sizes: list[int]) -> list[int]:
    """After how many digits from the right a separator stands."""
    breaks: list[int] = []
    before = 0
    while sizes:
        size = sizes[min(len(breaks), len(sizes) - 1)]
        if not 0 < size < digits - before:
            break
        before += size
        breaks.append(before)
    return breaks


def _of_kind(kind: str, text: str, info: NumberInfo) -> str:
    whole, point, rest = text.partition(".")
    shown = group_digits(whole, info[f"{kind}GroupSizes"], info[f"{kind}GroupSeparator"])
    return shown + (info[f"{kind}DecimalSeparator"] if point else "") + rest


def _around(pattern: str, digits: str, symbol: str, info: NumberInfo) -> str:
    """The digits with what a pattern has around them."""
    parts = {"n": digits, "-": info["NegativeSign"], "$": symbol, "%": symbol}
    return "".join(parts.get(one, one) for one in pattern)


def _grouped(value: Any, places: int | None, _: str, info: NumberInfo) -> str:
    negative, text = _fixed_digits(value, info["NumberDecimalDigits"] if places is None else places)
    shown = _of_kind("Number", text, info)
    return _around(NUMBER_NEGATIVE[info["NumberNegativePattern"]], shown, "", info) if negative else shown


def _currency(value: Any, places: int | None, _: str, info: NumberInfo) -> str:
    negative, text = _fixed_digits(value, info["CurrencyDecimalDigits"] if places is None else places)
    pattern = (
        CURRENCY_NEGATIVE[info["CurrencyNegativePattern"]]
        if negative
        else CURRENCY_POSITIVE[info["CurrencyPositivePattern"]]
    )
    return _around(pattern, _of_kind("Currency", text, info), info["CurrencySymbol"], info)


def _percent(value: Any, places: int | None, _: str, info: NumberInfo) -> str:
    digits = info["PercentDecimalDigits"] if places is None else places
    negative, text = _fixed_digits(_exact(value).scaleb(2, _wide(0)), digits)
    pattern = (
        PERCENT_NEGATIVE[info["PercentNegativePattern"]]
        if negative
        else PERCENT_POSITIVE[info["PercentPositivePattern"]]
    )
    return _around(pattern, _of_kind("Percent", text, info), info["PercentSymbol"], info)


def _integer_only(value: Any) -> int:
    if not isinstance(value, int):
        raise format_error("Format specifier was invalid.")
    return int(value)


def _decimal(value: Any, places: int | None, _: str, info: NumberInfo) -> str:
    number = _integer_only(value)
    return _localized(("-" if number < 0 else "") + str(abs(number)).rjust(places or 0, "0"), info)


def _hexadecimal(value: Any, places: int | None, letter: str, _info: NumberInfo) -> str:
    number = _integer_only(value)
    if number < 0:
        low, high = numbers.RANGES[type(value)]
        number += high - low + 1
    return f"{number:{letter}}".rjust(places or 0, "0")


def _exponential(value: Any, places: int | None, letter: str, info: NumberInfo) -> str:
    text = f"{_exact(value):.{6 if places is None else places}E}"
    mantissa, _, exponent = text.partition("E")
    return _localized(f"{mantissa}{letter}{exponent[0]}{exponent[1:].rjust(3, '0')}", info)


def _general(value: Any, places: int | None, letter: str, info: NumberInfo) -> str:
    if not places:
        return number_text(value, info)
    if isinstance(value, int) and len(str(abs(value))) <= places:
        return number_text(value, info)
    text = general_text(f"{_exact(value):.{places - 1}E}", places)
    return _localized(text if letter == "G" else text.replace("E", "e"), info)


def _round_trip(value: Any, _places: int | None, _: str, info: NumberInfo) -> str:
    if not isinstance(value, float):
        raise format_error("Format specifier was invalid.")
    return _localized(round_trip_text(value, isinstance(value, numbers.Single)), info)


_STANDARD = {
    "C": _currency,
    "D": _decimal,
    "E": _exponential,
    "F": _fixed,
    "G": _general,
    "N": _grouped,
    "P": _percent,
    "R": _round_trip,
    "X": _hexadecimal,
}

_CUSTOM_TOKEN = late_pattern(r"'[^']*'|\"[^\"]*\"|\\.|[Ee][+-]?0+|[#0.,%\u2030]|.", re.DOTALL)


def _sections(form: str) -> list[str]:
    sections, current = [], ""
    for piece in _CUSTOM_TOKEN.findall(form):
        if piece == ";":
            sections.append(current)
            current = ""
        else:
            current += piece
    return [*sections, current]


def _custom(value: Any, form: str, info: NumberInfo) -> str:
    exact = _exact(value)
    sections = _sections(form)
    negative = exact < 0
    if exact == 0 and len(sections) > 2 and sections[2]:
        section = sections[2]
    elif negative and len(sections) > 1 and sections[1]:
        section, negative = sections[1], False
    else:
        section = sections[0]
    return (info["NegativeSign"] if negative else "") + _apply(exact.copy_abs(), section, info)


def _apply(value: Decimal, section: str, info: NumberInfo) -> str:
    pieces = _CUSTOM_TOKEN.findall(section)
    digit_places = [i for i, piece in enumerate(pieces) if piece in ("0", "#")]
    if not digit_places:
        return "".join(_literal(piece, info) for piece in pieces)
    point = next((i for i, piece in enumerate(pieces) if piece == "."), len(pieces))
    whole = [i for i in digit_places if i < point]
    fraction = [i for i in digit_places if i > point]
    commas = [i for i, piece in enumerate(pieces) if piece == "," and i < point]
    grouping = bool(whole) and any(whole[0] < i < whole[-1] for i in commas)
    scale = sum(1 for i in commas if not whole or i > whole[-1])
    powers = 2 * pieces.count("%") + 3 * pieces.count("\u2030") - 3 * scale
    value = value.scaleb(powers, _wide(0))
    rounded = _rounded(value, len(fraction))
    whole_text, _, fraction_text = f"{rounded:.{len(fraction)}f}".partition(".")
    minimum = len(whole) - next((n for n, i in enumerate(whole) if pieces[i] == "0"), len(whole))
    whole_text = whole_text.lstrip("0").rjust(minimum, "0")
    kept = max((n + 1 for n, i in enumerate(fraction) if pieces[i] == "0"), default=0)
    fraction_text = fraction_text[:kept] + fraction_text[kept:].rstrip("0")
    return _place(pieces, whole, fraction, point, whole_text, fraction_text, grouping, info)


def _place(
    pieces: list[str],
    whole: list[int],
    fraction: list[int],
    point: int,
    whole_text: str,
    fraction_text: str,
    grouping: bool,
    info: NumberInfo,
) -> str:
    out: list[str] = []
    first = whole[0] if whole else point
    remaining = len(whole_text)
    breaks = frozenset(_group_breaks(len(whole_text), info["NumberGroupSizes"]) if grouping else ())
    places = {piece: place for place, piece in enumerate((*whole, *fraction))}
    for index, piece in enumerate(pieces):
        if index == first and not whole:
            out.append(whole_text)
        if piece in ("0", "#") and index < point:
            left = len(whole) - places[index]
            take = remaining - left + 1 if index == first else (1 if left <= remaining else 0)
            for _ in range(max(take, 0)):
                out.append(whole_text[len(whole_text) - remaining])
                remaining -= 1
                if remaining in breaks:
                    out.append(info["NumberGroupSeparator"])
        elif piece in ("0", "#"):
            place = places[index] - len(whole)
            out.append(fraction_text[place] if place < len(fraction_text) else "")
        elif piece == ".":
            out.append(info["NumberDecimalSeparator"] if fraction_text else "")
        elif piece == ",":
            continue
        else:
            out.append(_literal(piece, info))
    return "".join(out)


def _literal(piece: str, info: NumberInfo) -> str:
    if piece == "%":
        return str(info["PercentSymbol"])
    if piece == "\u2030":
        return str(info["PerMilleSymbol"])
    if len(piece) > 1 and piece[0] in "'\"":
        return piece[1:-1]
    return piece[1:] if len(piece) == 2 and piece[0] == "\\" else piece
