"""Dates and spans as text: standard and custom format strings of .NET, in any culture."""

from __future__ import annotations

import re
from datetime import datetime

from emulator.powershell.dotnet.cultures.culture import INVARIANT
from emulator.powershell.dotnet.cultures.date_info import INVARIANT_FORMATS, DateInfo
from emulator.powershell.dotnet.cultures.present import current
from emulator.powershell.dotnet.exceptions import format_error
from emulator.powershell.dotnet.number_format import check_form
from emulator.powershell.dotnet.time_values import TICKS_PER_SECOND, UTC, DateTime, TimeSpan

TOKEN = re.compile(
    r"y+|M+|d+|h+|H+|m+|s+|f+|F+|t+|g+|z+|K|'[^']*'|\"[^\"]*\"|\\.|%|.",
    re.DOTALL,
)


def format_date(
    value: DateTime, form: str = "", offset_minutes: int = 0, info: DateInfo | None = None
) -> str:
    """A DateTime in a format (empty = ``G``), as ``info`` says or else as the culture of the thread does.
    ``offset_minutes`` is the machine's zone.

    Raises FormatException.
    """
    form = form or "G"
    if info is None:
        info = current().dates
    if len(form) == 1:
        pattern = info.pattern(form)
        if pattern is None:
            raise format_error()
        info = INVARIANT.dates if form in INVARIANT_FORMATS else info
        form = pattern
    check_form(form)
    python = value.to_python()
    years = year_shift(info.calendar)
    fraction = f"{value.ticks % TICKS_PER_SECOND:07d}"
    tokens: list[str] = TOKEN.findall(form)
    beside_day = any(token[0] == "d" and len(token) <= 2 for token in tokens)
    out: list[str] = []
    for token in tokens:
        letter, size = token[0], len(token)
        if letter == "y":
            year = python.year + years
            out.append(str(year % 100 if size <= 2 else year).rjust(size, "0"))
        elif letter in "Md":
            out.append(_named(letter, size, python, info, beside_day))
        else:
            out.append(_date_part(token, value, python, fraction, offset_minutes, info))
        if letter == "F" and not out[-1] and len(out) > 1 and out[-2] == ".":
            del out[-2]
    return "".join(out)


def year_shift(calendar: str) -> int:
    """How many years a calendar with the months of the Gregorian one is ahead. Raises the error of one that
    is not emulated."""
    if calendar not in _YEARS:
        from emulator.powershell.runtime.errors import not_emulated

        raise not_emulated(f"The calendar System.Globalization.{calendar}Calendar")
    return _YEARS[calendar]


_YEARS = {"Gregorian": 0, "ThaiBuddhist": 543}


def _date_part(
    token: str, value: DateTime, python: datetime, fraction: str, offset_minutes: int, info: DateInfo
) -> str:
    letter, size = token[0], len(token)
    if letter == "h":
        return str((python.hour + 11) % 12 + 1).rjust(min(size, 2), "0")
    if letter in "Hms":
        number = {"H": python.hour, "m": python.minute, "s": python.second}[letter]
        return str(number).rjust(min(size, 2), "0")
    if letter in "fF":
        if size > 7:
            raise format_error()
        digits = fraction[:size]
        return digits if letter == "f" else digits.rstrip("0")
    if letter == "t":
        half = str(info["AMDesignator" if python.hour < 12 else "PMDesignator"])
        return half[:1] if size == 1 else half
    if letter == "g":
        return _era(info)
    if letter in "zK":
        return _zone(letter, size, value.kind, offset_minutes)
    if letter in "/:" and size == 1:
        return str(info["DateSeparator" if letter == "/" else "TimeSeparator"])
    if letter in "'\"" and size > 1:
        return token[1:-1]
    if letter == "\\":
        return token[1:]
    return "" if letter == "%" else token


def _era(info: DateInfo) -> str:
    """That of English and of the invariant culture; the names of others are not known."""
    if info["MonthNames"] != INVARIANT.dates["MonthNames"]:
        from emulator.powershell.runtime.errors import not_emulated

        raise not_emulated("The name of the era in another language than English")
    return "A.D."


def _named(letter: str, size: int, python: datetime, info: DateInfo, beside_day: bool) -> str:
    """A month or a day, as a number or by its name; a month beside the number of a day by its genitive."""
    number = python.month if letter == "M" else python.day
    if size <= 2:
        return str(number).rjust(size, "0")
    short = "Abbreviated" if size == 3 else ""
    if letter == "d":
        return str(info[f"{short}DayNames"][(python.weekday() + 1) % 7])
    return str(info[f"{short}Month{'Genitive' if beside_day else ''}Names"][number - 1])


def _zone(letter: str, size: int, kind: int, offset_minutes: int) -> str:
    if letter == "K":
        if kind == 0:
            return ""
        if kind == UTC:
            return "Z"
    minutes = 0 if kind == UTC else offset_minutes
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    if letter == "K" or size >= 3:
        return f"{sign}{hours:02d}:{rest:02d}"
    return f"{sign}{str(hours).rjust(size, '0')}"


def format_span(value: TimeSpan, form: str = "", point: str = ".") -> str:
    """A TimeSpan in a format: ``c`` (default), ``g``, ``G`` or custom. ``point`` is the decimal separator of
    the culture, which ``g`` and ``G`` use. Raises FormatException."""
    if form in ("", "c", "t", "T"):
        return str(value)
    size = abs(value.ticks)
    seconds, fraction = divmod(size, TICKS_PER_SECOND)
    days, seconds = divmod(seconds, 86_400)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    sign = "-" if value.ticks < 0 else ""
    if form == "g":
        tail = f"{point}{fraction:07d}".rstrip("0") if fraction else ""
        return f"{sign}{f'{days}:' if days else ''}{hours}:{minutes:02d}:{seconds:02d}{tail}"
    if form == "G":
        return f"{sign}{days}:{hours:02d}:{minutes:02d}:{seconds:02d}{point}{fraction:07d}"
    if len(form) == 1:
        raise format_error()
    numbers = {"d": days, "h": hours, "m": minutes, "s": seconds}
    out: list[str] = []
    for token in re.findall(r"d+|h+|m+|s+|f+|F+|'[^']*'|\"[^\"]*\"|\\.|%|.", form, re.DOTALL):
        letter = token[0]
        if letter in numbers:
            out.append(str(numbers[letter]).rjust(len(token), "0"))
        elif letter in "fF":
            digits = f"{fraction:07d}"[: len(token)]
            out.append(digits if letter == "f" else digits.rstrip("0"))
        elif letter in "'\"\\":
            out.append(token[1:] if letter == "\\" else token[1:-1])
        elif letter != "%":
            raise format_error()
    return "".join(out)
