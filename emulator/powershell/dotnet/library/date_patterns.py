"""DateTime.ParseExact: reads a text by a custom format."""

from __future__ import annotations

import re

from emulator.powershell.dotnet.date_format import _STANDARD, _TOKEN
from emulator.powershell.dotnet.exceptions import format_error
from emulator.powershell.dotnet.time_values import (
    LOCAL,
    MAXIMUM_TICKS,
    MONTHS,
    TICKS_PER_SECOND,
    DateTime,
)

_PARTS = {
    "yyyy": r"(?P<y>\d{4})",
    "yy": r"(?P<yy>\d{2})",
    "MMMM": r"(?P<name>[A-Za-z]+)",
    "MMM": r"(?P<name>[A-Za-z]{3})",
    "MM": r"(?P<M>\d{2})",
    "M": r"(?P<M>\d{1,2})",
    "dddd": r"[A-Za-z]+",
    "ddd": r"[A-Za-z]{3}",
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
    "tt": r"(?P<half>[AaPp][Mm])",
    "zzz": r"(?P<zone>[+-]\d{2}:\d{2})",
    "zz": r"(?P<zone>[+-]\d{2})",
    "K": r"(?P<zone>Z|[+-]\d{2}:\d{2}|)",
}


def read(text: str, form: str, offset_minutes: int) -> DateTime | None:
    """The moment, or None when the text does not have the format."""
    if len(form) == 1:
        form = _STANDARD.get(form, form)
    pattern = ""
    for piece in _TOKEN.findall(form):
        if piece in _PARTS:
            pattern += _PARTS[piece]
        elif piece[0] in "fF":
            pattern += rf"(?P<f>\d{{{'0,' if piece[0] == 'F' else ''}{len(piece)}}})"
        elif piece[0] in "'\"" and len(piece) > 1:
            pattern += re.escape(piece[1:-1])
        elif piece[0] == "\\":
            pattern += re.escape(piece[1:])
        elif piece != "%":
            pattern += re.escape(piece)
    try:
        found = re.fullmatch(pattern, text, re.IGNORECASE)
    except re.error:
        return None
    if found is None:
        return None
    return _moment(found.groupdict(), offset_minutes)


def _moment(parts: dict[str, str | None], offset_minutes: int) -> DateTime | None:
    month = int(parts.get("M") or 1)
    name = parts.get("name")
    if name:
        month = next((i for i, m in enumerate(MONTHS, 1) if name.lower() in (m.lower(), m[:3].lower())), 0)
    year = int(parts.get("y") or 0) or 2000 + int(parts.get("yy") or 1)
    hour = int(parts.get("h") or 0)
    if parts.get("half"):
        hour = hour % 12 + (12 if str(parts["half"]).lower() == "pm" else 0)
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
