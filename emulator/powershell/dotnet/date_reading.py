"""Reads a date in the words and the order of a culture (DateTime.Parse)."""

from __future__ import annotations

import re

from emulator.powershell.dotnet.cultures.culture import INVARIANT
from emulator.powershell.dotnet.cultures.date_info import DateInfo
from emulator.powershell.dotnet.date_format import year_shift
from emulator.powershell.dotnet.time_values import DateTime, parse_date

_LONGEST = 200
"""Characters of the longest text that can be a date."""
_DATE = re.compile(
    # Numbers with a sign or a space between them, or with the words for year, month and day.
    r"(?<![\d:])(\d{1,4})(?:\s?[./-]\s?|\u5e74|\ub144 ?|\s)(\d{1,2})(?:\s?[./-]\s?|\u6708|\uc6d4 ?|\s)"
    r"(\d{1,4})(?:\u65e5|\uc77c|\.)?(?![\d:])"
)
_WRITTEN = re.compile(r"(\d{1,2})\.? (?:\w{1,3} )?(?=[A-Z][a-z]+ )|(?<=[a-z]) \w{1,3} (?=\d{4})")


def order_of(info: DateInfo) -> str:
    """How the short date is ordered: ``dmy``, ``mdy``, ``ymd``; shorter when its pattern lacks a part."""
    found = ""
    for letter in info["ShortDatePattern"].lower():
        if letter in "dmy" and letter not in found:
            found += letter
    return found


def read_date(text: str, today: DateTime, offset_minutes: int, info: DateInfo) -> DateTime | None:
    """The moment that a text names, None when it is no date. The words of the invariant culture are known in
    every one."""
    if len(text) > _LONGEST:
        return None
    years, order = year_shift(info.calendar), order_of(info)
    plain = INVARIANT.dates
    same = all(info[one] == plain[one] for one in ("MonthNames", "DayNames", "AMDesignator", "TimeSeparator"))
    if same and order == "mdy" and not years:
        return parse_date(text, today, offset_minutes)
    written = _as_written(text, info, offset_minutes)
    if written is not None:
        return written
    words = text if same else _in_english(text.strip(), info)
    found = _DATE.search(words)
    if found is not None:
        ordered = _ordered(found[1], found[2], found[3], order, years)
        if ordered is None:
            return None
        rest = _time(words[: found.start()] + " " + words[found.end() :], info)
        return parse_date(f"{ordered} {rest}".strip(), today, offset_minutes)
    return parse_date(_time(_WRITTEN.sub(lambda one: f"{one[1] or ''} ", words), info), today, offset_minutes)


def _as_written(text: str, info: DateInfo, offset_minutes: int) -> DateTime | None:
    """The moment of a text that the culture itself would write, with the words of its patterns."""
    from emulator.powershell.dotnet.library.date_patterns import ALL_WHITE, read

    for letter in _DATED:
        found = read(text, letter, offset_minutes, info, ALL_WHITE)
        if found is not None:
            return found
    return None


#: Standard formats that tell a year.
_DATED = "GgdFfD"


def _ordered(first: str, second: str, third: str, order: str, years: int) -> str | None:
    """Year, month and day of three numbers. One of more than two digits is the year. None for numbers that
    are no date, and where the culture says no order."""
    if len(first) > 2:
        order = "ymd"
    if len(order) != 3:
        return None
    parts = dict(zip(order, (first, second, third), strict=True))
    year = parts["y"]
    if len(year) == 3 or len(parts["m"]) > 2 or len(parts["d"]) > 2:
        return None
    number = int(year)
    if len(year) <= 2:
        number += (2000 if number < 30 else 1900) if not years else 2500
    return f"{number - years:04d}-{parts['m']}-{parts['d']}"


def _in_english(text: str, info: DateInfo) -> str:
    """The text with the English words for those of the culture, and without the names of days."""
    plain = INVARIANT.dates
    english: dict[str, str] = {}
    for key in ("MonthNames", "MonthGenitiveNames", "AbbreviatedMonthNames"):
        for name, meant in zip(info[key], plain["MonthNames"], strict=True):
            # The numbers that stand for months in some languages are none of their words.
            if name and not name[0].isdigit():
                english.setdefault(_small(name, info), meant)
    for key in ("DayNames", "AbbreviatedDayNames"):
        small = [_small(name, info) for name in info[key] if len(name) > 1]
        english |= {name: "" for name in small if name not in english}
    for key, meant in (("AMDesignator", "AM"), ("PMDesignator", "PM")):
        if info[key]:
            english.setdefault(_small(info[key], info), meant)
    names = "|".join(re.escape(one) for one in sorted(english, key=len, reverse=True))
    small_text = _small(text, info)
    found = text if len(small_text) != len(text) else small_text
    # Patterns without case find letters that are not equal in lower case either (long s).
    made, start = [], 0
    for one in re.finditer(rf"(?<!\w)({names})(?!\w),?", found, re.IGNORECASE):
        meant = english.get(_small(one[1], info))
        made += [text[start : one.start()], text[one.start() : one.end()] if meant is None else meant]
        start = one.end()
    return re.sub(r"\s+", " ", "".join([*made, text[start:]])).strip(" ,")


_DOTLESS, _DOTTED = "\u0131", "\u0130"


def _small(text: str, info: DateInfo) -> str:
    """The text in small letters; where a language has an i without a dot, the capital without one is that."""
    if any(_DOTLESS in one for one in info["MonthNames"]):
        text = text.replace(_DOTTED, "i").replace("I", _DOTLESS)
    return text.lower()


def _time(text: str, info: DateInfo) -> str:
    """What is left of a text without its date: the time, with colons, and AM or PM behind it."""
    rest = text.strip(" ,")
    mark = info["TimeSeparator"]
    if mark != ":":
        rest = re.sub(rf"(?<=\d){re.escape(mark)}(?=\d{{2}})", ":", rest)
    return re.sub(r"^(AM|PM) (\d.*)$", r"\2 \1", rest)
