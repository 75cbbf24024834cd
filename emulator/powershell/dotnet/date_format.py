"""Dates and spans as text: standard and custom format strings of .NET in the en-US culture."""

from __future__ import annotations

import re
from datetime import datetime

from emulator.powershell.dotnet.exceptions import format_error
from emulator.powershell.dotnet.time_values import DAYS, MONTHS, TICKS_PER_SECOND, UTC, DateTime, TimeSpan

_STANDARD = {
    "d": "M/d/yyyy",
    "D": "dddd, MMMM d, yyyy",
    "f": "dddd, MMMM d, yyyy h:mm tt",
    "F": "dddd, MMMM d, yyyy h:mm:ss tt",
    "g": "M/d/yyyy h:mm tt",
    "G": "M/d/yyyy h:mm:ss tt",
    "m": "MMMM d",
    "M": "MMMM d",
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "t": "h:mm tt",
    "T": "h:mm:ss tt",
    "u": "yyyy-MM-dd HH:mm:ss'Z'",
    "U": "dddd, MMMM d, yyyy h:mm:ss tt",
    "y": "MMMM yyyy",
    "Y": "MMMM yyyy",
}

_TOKEN = re.compile(
    r"y+|M+|d+|h+|H+|m+|s+|f+|F+|t+|z+|K|'[^']*'|\"[^\"]*\"|\\.|%|.",
    re.DOTALL,
)


def format_date(value: DateTime, form: str = "", offset_minutes: int = 0) -> str:
    """A DateTime in a format (empty = ``G``). ``offset_minutes`` is the machine's zone.

    Raises FormatException.
    """
    form = form or "G"
    if len(form) == 1:
        if form not in _STANDARD:
            raise format_error()
        form = _STANDARD[form]
    python = value.to_python()
    fraction = f"{value.ticks % TICKS_PER_SECOND:07d}"
    out: list[str] = []
    for token in _TOKEN.findall(form):
        out.append(_date_part(token, value, python, fraction, offset_minutes))
        if token[0] == "F" and not out[-1] and len(out) > 1 and out[-2] == ".":
            del out[-2]
    return "".join(out)


def _date_part(token: str, value: DateTime, python: datetime, fraction: str, offset_minutes: int) -> str:
    letter, size = token[0], len(token)
    if letter == "y":
        return str(python.year % 100).rjust(size, "0") if size <= 2 else str(python.year).rjust(size, "0")
    if letter == "M":
        name = MONTHS[python.month - 1]
        return _named(python.month, name, size)
    if letter == "d":
        name = DAYS[(python.weekday() + 1) % 7]
        return _named(python.day, name, size)
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
        return ("AM" if python.hour < 12 else "PM")[: min(size, 2)]
    if letter in "zK":
        return _zone(letter, size, value.kind, offset_minutes)
    if letter in "'\"" and size > 1:
        return token[1:-1]
    if letter == "\\":
        return token[1:]
    return "" if letter == "%" else token


def _named(number: int, name: str, size: int) -> str:
    if size <= 2:
        return str(number).rjust(size, "0")
    return name[:3] if size == 3 else name


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


def format_span(value: TimeSpan, form: str = "") -> str:
    """A TimeSpan in a format: ``c`` (default), ``g``, ``G`` or custom. Raises FormatException."""
    if form in ("", "c", "t", "T"):
        return str(value)
    size = abs(value.ticks)
    seconds, fraction = divmod(size, TICKS_PER_SECOND)
    days, seconds = divmod(seconds, 86_400)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    sign = "-" if value.ticks < 0 else ""
    if form == "g":
        tail = f".{fraction:07d}".rstrip("0") if fraction else ""
        return f"{sign}{f'{days}:' if days else ''}{hours}:{minutes:02d}:{seconds:02d}{tail}"
    if form == "G":
        return f"{sign}{days}:{hours:02d}:{minutes:02d}:{seconds:02d}.{fraction:07d}"
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
