"""Text for XML: escaping (`emulator.xml_text`), and the two duration notations of WS-Management."""

from __future__ import annotations

import re

from emulator.xml_text import escape, escape_attribute

__all__ = ["escape", "escape_attribute", "format_elapsed", "format_seconds", "parse_duration"]

_DURATION = (
    r"(-?)P(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})D)?"
    r"(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:(-?[0-9]{1,12}(?:\.[0-9]{0,9})?)S)?)?"
)


def parse_duration(text: str) -> float:
    """Seconds of an xs:duration such as PT60.000S, negative ones included. Raises ValueError.

    A year counts 365 days, a month 30: nobody sends them.
    """
    match = re.fullmatch(_DURATION, text)
    if match is None or not any(match.groups()[1:]):
        raise ValueError(f"not a duration: {text[:64]!r}")
    sign, years, months, days, hours, minutes, seconds = match.groups()
    whole_days = int(years or 0) * 365 + int(months or 0) * 30 + int(days or 0)
    total = whole_days * 86400 + int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds or 0)
    return -total if sign else total


def format_seconds(seconds: float) -> str:
    """PT7200.000S, the notation of time-outs."""
    return f"PT{seconds:.3f}S"


def format_elapsed(seconds: float) -> str:
    """P0DT2H0M5S, the notation of shell run times."""
    whole = int(seconds)
    days, rest = divmod(whole, 86400)
    return f"P{days}DT{rest // 3600}H{rest % 3600 // 60}M{rest % 60}S"
