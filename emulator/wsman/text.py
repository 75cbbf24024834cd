"""Text for XML: escaping, and the two duration notations of WS-Management."""

from __future__ import annotations

import re

# What XML 1.0 cannot hold at all: control characters, lone surrogates, the two non-characters.
# A text, which `re` compiles with the first such character: not every start is to pay for it.
_FORBIDDEN = "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_DURATION = (
    r"(-?)P(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})D)?"
    r"(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:(-?[0-9]{1,12}(?:\.[0-9]{0,9})?)S)?)?"
)


def escape(text: str) -> str:
    """Text for an element. Characters that XML cannot hold become U+FFFD, as a lossy transport would."""
    if _SPECIAL.search(text) is None:
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return re.sub(_FORBIDDEN, "\ufffd", text)


def escape_attribute(text: str) -> str:
    """Text for an attribute in double quotes."""
    return escape(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


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
