"""System.Xml.XmlConvert: values as the data types of XML Schema write them, and names."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, format_error, null_argument
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.time_values import LOCAL, UNSPECIFIED, UTC, DateTime, TimeSpan
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.serialization.clixml_reader import BadClixml, read_date, read_duration
from emulator.powershell.serialization.primitive_values import (
    date_text,
    decimal_text,
    double_text,
    duration_text,
)

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_MODES = EnumType(
    "System.Xml.XmlDateTimeSerializationMode", {"Local": 0, "Utc": 1, "Unspecified": 2, "RoundtripKind": 3}
)
register(_MODES)
_MINUTE = 600_000_000
_FIRST = re.compile(r"[^\W\d]|_")
_NAME = re.compile(r"[\w.\-·]")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4}|[0-9A-Fa-f]{8})_")


def xml_text(value: Any, offset_minutes: int = 0) -> str | None:
    """A value as XmlConvert writes it; None for one that XmlConvert does not know."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, DateTime):
        return date_text(value, offset_minutes)
    if isinstance(value, TimeSpan):
        return duration_text(value)
    if isinstance(value, float):
        return double_text(value)
    if isinstance(value, Decimal):
        return decimal_text(value)
    return to_text(value) if isinstance(value, int | str | Guid) else None


def _text(engine: Engine, value: Any) -> str:
    held = unwrap(value)
    found = None if held is None else xml_text(held, _offset(engine, held))
    if found is None:
        raise null_argument("value")
    return found


def _offset(engine: Engine, value: Any) -> int:
    """The machine's offset at a moment, in minutes."""
    if not isinstance(value, DateTime):
        return 0
    try:
        return int(engine.clock.utc_offset(value.to_python()).total_seconds() // 60)
    except OverflowError:
        return 0


def _date_text(engine: Engine, value: DateTime, how: Any) -> str:
    if isinstance(unwrap(how), str):
        from emulator.powershell.dotnet.date_format import format_date

        return format_date(value, unwrap(how))
    mode, offset = str(how), _offset(engine, value)
    if mode == "Unspecified":
        value = DateTime(value.ticks, UNSPECIFIED)
    elif mode == "Utc":
        shift = offset * _MINUTE if value.kind == LOCAL else 0
        value = DateTime(value.ticks - shift, UTC)
    elif mode == "Local":
        shift = offset * _MINUTE if value.kind == UTC else 0
        value = DateTime(value.ticks + shift, LOCAL)
    return date_text(value, offset)


def _date(engine: Engine, text: str, how: Any = None) -> DateTime:
    if text is None:
        raise null_argument("s")
    padded = text if "T" in text else f"{text}T00:00:00"
    try:
        found = read_date(padded)
    except (BadClixml, ValueError):
        raise format_error(f"The string '{text}' is not a valid AllXsd value.") from None
    zone = re.search(r"([+-])(\d\d):(\d\d)$", padded)
    if zone is not None:
        minutes = int(zone[2]) * 60 + int(zone[3])
        found = DateTime(found.ticks - (minutes if zone[1] == "+" else -minutes) * _MINUTE, UTC)
    mode = str(how) if how is not None else "Local"
    if mode == "Unspecified":
        return DateTime(found.ticks, UNSPECIFIED)
    if mode == "Utc":
        shift = _offset(engine, found) * _MINUTE if found.kind == LOCAL else 0
        return DateTime(found.ticks - shift, UTC)
    if (zone is not None or mode == "Local") and found.kind == UTC:
        return DateTime(found.ticks + _offset(engine, found) * _MINUTE, LOCAL)
    return found if mode != "Local" else DateTime(found.ticks, LOCAL)


def _duration(text: str) -> TimeSpan:
    if text is None:
        raise null_argument("s")
    try:
        return read_duration(text)
    except (BadClixml, ValueError):
        raise format_error(f"The string '{text}' is not a valid TimeSpan value.") from None


def _boolean(text: str) -> bool:
    word = text.strip(" \t\r\n")
    if word not in ("1", "true", "0", "false"):
        raise format_error(f"The string '{text}' is not a valid Boolean value.")
    return word in ("1", "true")


def _integer(kind: Callable[[int], Any], low: int, high: int, name: str) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        word = text.strip(" \t\r\n")
        if len(word) > 40 or not re.fullmatch(r"[+-]?\d+", word):
            raise format_error()
        if not low <= int(word) <= high:
            raise NetError("System.OverflowException", f"Value was either too large or too small for {name}.")
        return kind(int(word))

    return read


def _double(text: str) -> float:
    special = {"INF": float("inf"), "-INF": float("-inf"), "NaN": float("nan")}
    word = text.strip(" \t\r\n")
    if word in special:
        return special[word]
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", word):
        raise format_error()
    return float(word)


def _decimal(text: str) -> Decimal:
    word = text.strip(" \t\r\n")
    if len(word) > 64 or not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", word):
        raise format_error()
    try:
        return Decimal(word)
    except InvalidOperation:
        raise format_error() from None


def _guid(text: str) -> Guid:
    found = Guid.parse(text.strip())
    if found is None:
        raise format_error(
            "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."
        )
    return found


def _character(text: str) -> numbers.Char:
    if len(text) != 1:
        raise format_error("String must be exactly one character long.")
    return numbers.Char(text)


def _encoded(colon: bool) -> Callable[[str], str]:
    """EncodeName (with a colon) and EncodeLocalName."""

    def encode(name: str) -> str:
        parts = []
        for place, character in enumerate(name or ""):
            allowed = (_NAME if place else _FIRST).match(character) or (colon and character == ":")
            escaped = character == "_" and _ESCAPED.match(name, place)
            code = ord(character)
            width = 8 if code > 0xFFFF else 4
            parts.append(character if allowed and not escaped else f"_x{code:0{width}X}_")
        return "".join(parts)

    return encode


def _decode(name: str) -> str:
    return _ESCAPED.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), name or "")


def _verified(name: str) -> str:
    if not name:
        raise null_argument("name")
    for place, character in enumerate(name):
        if not ((_NAME if place else _FIRST).match(character) or character == ":"):
            shown = f"'{character}' character, hexadecimal value 0x{ord(character):02X}"
            text = (
                f"The {shown}, cannot be included in a name."
                if place
                else f"Name cannot begin with the {shown}."
            )
            raise NetError("System.Xml.XmlException", text)
    return name


def _is_character(character: str) -> bool:
    code = ord(character[:1] or "\0")
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD


_INTEGERS: tuple[tuple[str, Callable[[int], Any], int, int, str], ...] = (
    ("ToByte", numbers.Byte, 0, 0xFF, "an unsigned byte"),
    ("ToSByte", numbers.SByte, -0x80, 0x7F, "a signed byte"),
    ("ToInt16", numbers.Int16, -0x8000, 0x7FFF, "an Int16"),
    ("ToUInt16", numbers.UInt16, 0, 0xFFFF, "a UInt16"),
    ("ToInt32", int, -0x8000_0000, 0x7FFF_FFFF, "an Int32"),
    ("ToUInt32", numbers.UInt32, 0, 0xFFFF_FFFF, "a UInt32"),
    ("ToInt64", numbers.Int64, -0x8000_0000_0000_0000, 0x7FFF_FFFF_FFFF_FFFF, "an Int64"),
    ("ToUInt64", numbers.UInt64, 0, 0xFFFF_FFFF_FFFF_FFFF, "a UInt64"),
)
register(
    PSType(
        "System.Xml.XmlConvert",
        static={
            "@ToString(object value)": _text,
            "@ToString(datetime value, string format)": _date_text,
            "@ToString(datetime value, System.Xml.XmlDateTimeSerializationMode dateTimeOption)": _date_text,
            "ToBoolean(string s)": _boolean,
            "ToChar(string s)": _character,
            **{
                f"{name}(string s)": _integer(kind, low, high, text)
                for name, kind, low, high, text in _INTEGERS
            },
            "ToDouble(string s)": _double,
            "ToSingle(string s)": lambda text: numbers.Single(_double(text)),
            "ToDecimal(string s)": _decimal,
            "ToGuid(string s)": _guid,
            "ToTimeSpan(string s)": _duration,
            "@ToDateTime(string s)": _date,
            "@ToDateTime(string s, System.Xml.XmlDateTimeSerializationMode dateTimeOption)": _date,
            "EncodeName(string name)": _encoded(True),
            "EncodeLocalName(string name)": _encoded(False),
            "DecodeName(string name)": _decode,
            "VerifyName(string name)": _verified,
            "IsXmlChar(char ch)": _is_character,
        },
    )
)
