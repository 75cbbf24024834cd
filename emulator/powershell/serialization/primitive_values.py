"""Primitive values as CLIXML (MS-PSRP 2.2.5.1): one element name and one text form a .NET type."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.library.globalization import Uri
from emulator.powershell.dotnet.number_format import number_text
from emulator.powershell.dotnet.simple import Guid, Version
from emulator.powershell.dotnet.time_values import (
    LOCAL,
    TICKS_PER_DAY,
    TICKS_PER_SECOND,
    UTC,
    DateTime,
    TimeSpan,
)
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.serialization.text import escape

Form = Callable[[Any], str]


def date_text(value: DateTime, offset_minutes: int) -> str:
    """xs:dateTime with up to seven digits of a second: ``Z`` for UTC, the machine's offset for local time."""
    days, rest = divmod(value.ticks, TICKS_PER_DAY)
    seconds, fraction = divmod(rest, TICKS_PER_SECOND)
    date = _date(days)
    hours, seconds = divmod(seconds, 3600)
    text = f"{date}T{hours:02d}:{seconds // 60:02d}:{seconds % 60:02d}"
    if fraction:
        text += f".{fraction:07d}".rstrip("0")
    if value.kind == UTC:
        return text + "Z"
    if value.kind == LOCAL:
        sign = "-" if offset_minutes < 0 else "+"
        return f"{text}{sign}{abs(offset_minutes) // 60:02d}:{abs(offset_minutes) % 60:02d}"
    return text


def _date(days: int) -> str:
    import datetime

    return datetime.date.fromordinal(days + 1).isoformat()


def duration_text(value: TimeSpan) -> str:
    """xs:duration as XmlConvert writes a TimeSpan: ``P1DT2H``, ``PT0S``, ``-PT1.5S``."""
    ticks = abs(value.ticks)
    days, rest = divmod(ticks, TICKS_PER_DAY)
    hours, rest = divmod(rest, 3600 * TICKS_PER_SECOND)
    minutes, rest = divmod(rest, 60 * TICKS_PER_SECOND)
    seconds, fraction = divmod(rest, TICKS_PER_SECOND)
    date = f"{days}D" if days else ""
    time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction or not (date or time):
        part = f".{fraction:07d}".rstrip("0") if fraction else ""
        time += f"{seconds}{part}S"
    return ("-" if value.ticks < 0 else "") + "P" + date + (f"T{time}" if time else "")


def double_text(value: float) -> str:
    """A floating-point number as XmlConvert writes it: .NET's format R, which can be read back exactly."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "INF" if value > 0 else "-INF"
    text: str = number_text(value)
    single = type(value) is numbers.Single
    again = numbers.Single(float(text)) if single else float(text)
    if again == value:
        return text
    return format(float(value), ".9g" if single else ".17g").replace("e", "E")


def decimal_text(value: Decimal) -> str:
    """A decimal without an exponent."""
    return format(value, "f")


FORMS: dict[type, tuple[str, Form]] = {
    str: ("S", escape),
    bool: ("B", lambda value: "true" if value else "false"),
    int: ("I32", str),
    numbers.Int64: ("I64", int.__repr__),
    numbers.UInt64: ("U64", int.__repr__),
    numbers.UInt32: ("U32", int.__repr__),
    numbers.Int16: ("I16", int.__repr__),
    numbers.UInt16: ("U16", int.__repr__),
    numbers.Byte: ("By", int.__repr__),
    numbers.SByte: ("SB", int.__repr__),
    float: ("Db", double_text),
    numbers.Single: ("Sg", double_text),
    Decimal: ("D", decimal_text),
    numbers.Char: ("C", lambda value: str(ord(value))),
    Guid: ("G", str),
    Version: ("Version", str),
    TimeSpan: ("TS", duration_text),
    Uri: ("URI", lambda value: escape(value.original)),
    bytearray: ("BA", lambda value: b64encode(value).decode("ascii")),
    bytes: ("BA", lambda value: b64encode(value).decode("ascii")),
    ScriptBlock: ("SBK", lambda value: escape(value.text)),
}
"""Element name and text of each primitive type but DateTime (needs an offset) and SecureString (a key)."""
