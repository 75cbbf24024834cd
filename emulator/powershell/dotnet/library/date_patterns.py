"""DateTime.ParseExact: reads a text by a custom format."""

from __future__ import annotations

import re

from emulator.powershell.dotnet.cultures.culture import INVARIANT
from emulator.powershell.dotnet.cultures.date_info import INVARIANT_FORMATS, DateInfo
from emulator.powershell.dotnet.date_format import TOKEN, year_shift
from emulator.powershell.dotnet.exceptions import format_error
from emulator.powershell.dotnet.time_values import (
    LOCAL,
    MAXIMUM_TICKS,
    TICKS_PER_SECOND,
    DateTime,
)

_PARTS = {
    "yyyy": r"(?P<y>\d{4})",
    "yy": r"(?P<yy>\d{2})",
    "MM": r"(?P<M>\d{2})",
    "M": r"(?P<M>\d{1,2})",
    "dd": r"(?P<d>\d{2})",
    "d": r"(?P<d>\d{1,2})",
    "HH": r"(?P<h>\d{2})",
    "H": r"(?P<h>\d{1,2})",
    "hh": r"(?P<h>\d{2})",
    "h": r"(?P<h>\d{1,2})",
    "mm": r"(?P<m>\d{2})",
    "m": r"(?P<m>\d{1,2})",
    "ss": r"(?P<s>\d{2})",
    "s": r"(?P<s>\d{1,2})",
    "zzz": r"(?P<zone>[+-]\d{2}:\d{2})",
    "zz": r"(?P<zone>[+-]\d{2})",
    "K": r"(?P<zone>Z|[+-]\d{2}:\d{2}|)",
}


#: Of DateTimeStyles.
_LEADING_WHITE, _TRAILING_WHITE, _INNER_WHITE, ALL_WHITE = 1, 2, 4, 7


def read(text: str, form: str, offset_minutes: int, info: DateInfo, styles: int = 0) -> DateTime | None:
    """The moment, or None when the text does not have the format."""
    if len(form) == 1:
        pattern_of = info.pattern(form)
        if pattern_of is None:
            return None
        info = INVARIANT.dates if form in INVARIANT_FORMATS else info
        form = pattern_of
    # Possessive: a pattern with many spaces must not try every way to share them out.
    space = r"\s*+" if styles & _INNER_WHITE else ""
    pattern = r"\s*+" if styles & _LEADING_WHITE else ""
    for piece in TOKEN.findall(form):
        if space and piece[0] in "'\"" and len(piece) > 1:
            piece = f"'{piece[1:-1].strip()}'"
        elif space and piece.isspace():
            continue
        pattern += _expression(piece, info) + space
    pattern += r"\s*+" if styles & _TRAILING_WHITE else ""
    try:
        found = re.fullmatch(pattern, text, re.IGNORECASE)
    except re.error:
        return None
    if found is None:
        return None
    return _moment(found.groupdict(), offset_minutes, info)


def _expression(piece: str, info: DateInfo) -> str:
    """What a piece of the format stands for in the text."""
    if piece in _PARTS:
        return _PARTS[piece]
    if piece in _NAMES:
        group, keys = _NAMES[piece]
        names = {one for key in keys for one in info[key] if one}
        choice = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))
        return f"(?P<{group}>{choice})" if group else f"(?:{choice})"
    if piece[0] == "t":
        halves = [info["AMDesignator"], info["PMDesignator"]]
        cut = [one[:1] for one in halves] if piece == "t" else halves
        return f"(?:(?P<before>{re.escape(cut[0])})|(?P<half>{re.escape(cut[1])}))"
    if piece[0] in "fF":
        return rf"(?P<f>\d{{{'0,' if piece[0] == 'F' else ''}{len(piece)}}})"
    if piece in "/:":
        return re.escape(str(info["DateSeparator" if piece == "/" else "TimeSeparator"]))
    if piece[0] in "'\"" and len(piece) > 1:
        return re.escape(piece[1:-1])
    if piece[0] == "\\":
        return re.escape(piece[1:])
    return "" if piece == "%" else re.escape(piece)


_MONTHS = ("MonthNames", "MonthGenitiveNames")
_SHORT_MONTHS = ("AbbreviatedMonthNames", "AbbreviatedMonthGenitiveNames")
_NAMES = {
    "MMMM": ("name", _MONTHS),
    "MMM": ("name", _SHORT_MONTHS),
    "dddd": ("", ("DayNames",)),
    "ddd": ("", ("AbbreviatedDayNames",)),
}


_YEAR_OF_NONE = 2001
"""The year of a text that tells none."""


def _month_named(name: str, info: DateInfo) -> int:
    for key in (*_MONTHS, *_SHORT_MONTHS):
        for number, one in enumerate(info[key], 1):
            if one.lower() == name.lower():
                return number
    return 0


def _moment(parts: dict[str, str | None], offset_minutes: int, info: DateInfo) -> DateTime | None:
    month = int(parts.get("M") or 1)
    name = parts.get("name")
    if name:
        month = _month_named(name, info)
    year = _YEAR_OF_NONE
    years = year_shift(info.calendar)
    full, short = parts.get("y"), parts.get("yy")
    if full:
        year = int(full) - years
    elif short:
        year = (2500 if years else 2000 if int(short) < 30 else 1900) + int(short) - years
    hour = int(parts.get("h") or 0)
    if parts.get("half"):
        hour = hour % 12 + 12
    elif parts.get("before"):
        hour %= 12
    try:
        moment = DateTime.of(
            year, month, int(parts.get("d") or 1), hour, int(parts.get("m") or 0), int(parts.get("s") or 0)
        )
    except ValueError:
        return None
    moment = moment.add_ticks(int((parts.get("f") or "").ljust(7, "0")[:7]))
    zone = parts.get("zone")
    if not zone:
        return moment
    shift = 0
    if zone != "Z":
        shift = (int(zone[1:3]) * 60 + int(zone[4:6] or 0)) * (-1 if zone[0] == "-" else 1)
    ticks = moment.ticks + (offset_minutes - shift) * 60 * TICKS_PER_SECOND
    if not 0 <= ticks <= MAXIMUM_TICKS:
        raise format_error("The DateTime represented by the string is out of range.")
    return DateTime(ticks, LOCAL)
