"""ConvertTo-Json and ConvertFrom-Json of Windows PowerShell 5.1."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet import number_format, numbers
from emulator.powershell.dotnet.collections import (
    DICTIONARY_TYPES,
    LIST_TYPES,
    DictionaryEntry,
    HashSet,
    KeyValuePair,
    PSArray,
)
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.numbers import Char
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, ScriptMethod, unwrap
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.switch import SwitchParameter
from emulator.powershell.dotnet.time_values import LOCAL, UNIX_EPOCH_TICKS, DateTime
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.members import MISSING, get_property, properties

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

MAXIMUM_DEPTH = 100
MAXIMUM_NODES = 2_000_000

_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "'": "\\u0027",
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
}


_PLAIN = re.compile(r"[ !#-%(-;=?-\[\]-~]*").fullmatch
"""ASCII without anything that is escaped."""


def quote(text: str) -> str:
    """A JSON string with the escapes of the JavaScriptSerializer of .NET Framework."""
    if _PLAIN(text) is not None:
        return f'"{text}"'
    out = []
    for character in text:
        escaped = _ESCAPES.get(character)
        if escaped is not None:
            out.append(escaped)
        elif character < " " or character in "\u0085\u2028\u2029":
            out.append(f"\\u{ord(character):04x}")
        else:
            out.append(character)
    return f'"{"".join(out)}"'


_MOST_KEYS = 1000


class _Writer:
    def __init__(self, engine: Engine, depth: int, compress: bool) -> None:
        self.engine = engine
        self.depth = depth
        self.compress = compress
        self.nodes = 0
        self.keys: dict[tuple[str, int], str] = {}
        offset = engine.utc_offset_minutes() * 60 * 10_000_000
        self.offset = offset

    def value(self, value: Any, level: int, indent: int) -> str:
        """The JSON text of a value; ``indent`` is the column at which it starts."""
        self.nodes += 1
        if self.nodes > MAXIMUM_NODES:
            from emulator.powershell.runtime.arithmetic import too_large

            raise too_large("JSON text")
        plain = self.scalar(value)
        if plain is not None:
            return plain
        base = unwrap(value)
        if level > self.depth:
            return quote(self.flat(base))
        if type(base) in LIST_TYPES or isinstance(base, HashSet):
            return self.array([self.value(one, level + 1, indent + 4) for one in base], indent)
        if isinstance(base, bytearray):
            return self.array([str(one) for one in base], indent)
        pairs = self.pairs(value, base)
        return self.members(pairs, level, indent)

    def flat(self, value: Any) -> str:
        """What is too deep, as text."""
        return to_text(value)

    def scalar(self, value: Any) -> str | None:
        """The JSON of a simple value, or None."""
        kind = type(value)
        if kind is str:
            return quote(value)
        if value is None:
            return "null"
        if kind is bool:
            return "true" if value else "false"
        if kind is int or kind in numbers.INTEGER_TYPES:
            return str(int(value))
        if kind is float or kind is numbers.Single:
            if not math.isfinite(value):
                return (
                    quote(number_format.double_text(value))
                    if math.isnan(value)
                    else number_format.double_text(value)
                )
            return number_format.round_trip_text(value, kind is numbers.Single)
        if kind is Decimal:
            return number_format.decimal_text(value)
        if kind is EnumValue:
            return str(value.number)
        if kind is Char:
            return quote(str(value))
        if kind is DateTime:
            ticks = value.ticks - (self.offset if value.kind == LOCAL or value.kind == 0 else 0)
            return f'"\\/Date({(ticks - UNIX_EPOCH_TICKS) // 10_000})\\/"'
        if kind is Guid:
            return f'"{value}"'
        if isinstance(value, PSObject) and value.base is not None and not value.members:
            return self.scalar(value.base)
        if isinstance(value, SwitchParameter):
            return None
        if type(value).__name__ == "DBNull":
            return "null"
        if type(value).__name__ == "Uri":
            return quote(to_text(value))
        return None

    def pairs(self, value: Any, base: Any) -> list[tuple[str, Any]]:
        """Names and values of an object's members."""
        if type(value) is PSObject and value.base is None:
            return [
                (one.name, one.value if type(one) is NoteProperty else self.read(value, one.name))
                for one in value.members.values()
                if type(one) is not ScriptMethod
            ]
        if type(base) in DICTIONARY_TYPES:
            found = [(to_text(key), item) for key, item in base.items()]
            if type(value) is PSObject:
                found += [(one.name, self.read(value, one.name)) for one in _added(value)]
            return found
        if isinstance(base, DictionaryEntry):
            return (
                [("Key", base.key), ("Value", base.value)]
                if isinstance(base, KeyValuePair)
                else [
                    ("Name", base.key),
                    ("Key", base.key),
                    ("Value", base.value),
                ]
            )
        if type(value) is PSObject and value.base is not None and self.scalar(base) is not None:
            own = [("value", base)]
            own += [(one.name, self.read(value, one.name)) for one in _added(value)]
            if isinstance(base, DateTime):
                own.append(("DateTime", self.read(base, "DateTime")))
            return own
        if isinstance(base, PSType):
            return [
                (one.name, self.read(base, one.name))
                for one in properties(base)
                if one.name in ("Name", "FullName")
            ]
        return [
            (one.name, self.read(value, one.name))
            for one in properties(value, self.engine)
            if one.kind != "ScriptProperty" or type(base) is PSObject
        ]

    def read(self, value: Any, name: str) -> Any:
        """A property; what fails to be read is null."""
        try:
            found = get_property(value, name, self.engine)
        except PSError:
            return None
        return None if found is MISSING else found

    def array(self, items: list[str], indent: int) -> str:
        """A JSON array laid out at a column."""
        if self.compress:
            return f"[{','.join(items)}]"
        pad = " " * (indent + 4)
        inside = ",\r\n".join(pad + one for one in items)
        return f"[\r\n{inside}\r\n{' ' * indent}]"

    def members(self, pairs: list[tuple[str, Any]], level: int, indent: int) -> str:
        """A JSON object laid out at a column: values start two blanks after the colon."""
        if self.compress:
            inside = ",".join(f"{quote(name)}:{self.value(item, level + 1, 0)}" for name, item in pairs)
            return f"{{{inside}}}"
        pad = indent + 4
        self.nodes += len(pairs)
        lines = []
        for name, item in pairs:
            key = self.keys.get((name, pad)) or self._key(name, pad)
            text = quote(item) if type(item) is str else self.value(item, level + 1, len(key))
            lines.append(key + text)
        inside = ",\r\n".join(lines)
        return f"{{\r\n{inside}\r\n{' ' * indent}}}"

    def _key(self, name: str, pad: int) -> str:
        """The beginning of a line, kept for the next object of the same kind."""
        made = f"{' ' * pad}{quote(name)}:  "
        if len(self.keys) < _MOST_KEYS:
            self.keys[name, pad] = made
        return made


def _added(value: PSObject) -> list[Any]:
    return [one for one in value.members.values() if one.kind.endswith("Property")]


def to_json(value: Any, engine: Engine, depth: int = 2, compress: bool = False) -> str:
    """The text ConvertTo-Json gives for a value. A piped array of several objects is the array of them."""
    return _Writer(engine, depth, compress).value(value, 0, 0)


def from_json(text: str) -> Any:
    """The value of a JSON text: custom objects, arrays, Int32 (or Int64, Decimal, Double), strings and truth
    values.

    Raises ValueError with a reason for text that is no JSON.
    """
    decoder = JSONDecoder(
        object_pairs_hook=_object,
        parse_int=_integer,
        parse_float=_fraction,
        parse_constant=_constant,
        strict=False,
    )
    try:
        value, end = decoder.raw_decode(text.strip())
    except RecursionError:
        raise ValueError("RecursionLimit exceeded.") from None
    except JSONDecodeError as problem:
        plain = _stricter(text)
        if plain is not None:
            return from_json(plain)
        raise ValueError(f"{problem.msg} ({problem.pos})") from None
    if text.strip()[end:].strip():
        raise ValueError(f"Invalid JSON primitive: {text.strip()[end:].split()[0]}.")
    return _lists(value)


_LOOSE = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*")|'(?P<quoted>(?:[^'\\]|\\.)*)'|(?<=[{,])(?P<lead>\s*)(?P<name>[A-Za-z_$][\w$]*)(?=\s*:)""",
    re.DOTALL,
)


def _stricter(text: str) -> str | None:
    """A text with names without quotes, or with single ones, which 5.1 takes, as JSON; None when it has none
    of them."""

    def better(found: re.Match[str]) -> str:
        if found["string"] is not None:
            return found[0]
        if found["name"] is not None:
            return f'{found["lead"]}"{found["name"]}"'
        inside = found["quoted"].replace("\\'", "'")
        return '"' + re.sub(r'(?<!\\)"', '\\\\"', inside) + '"'

    changed = _LOOSE.sub(better, text)
    return changed if changed != text else None


def _object(pairs: list[tuple[str, Any]]) -> Any:
    made = PSObject()
    for name, value in pairs:
        if name.lower() in made.members and made.members[name.lower()].name != name:
            raise ValueError(
                "Cannot convert the JSON string because a dictionary that was converted from the string "
                "contains the "
                f"duplicated keys '{made.members[name.lower()].name}' and '{name}'."
            )
        made.members[name.lower()] = NoteProperty(name, _lists(value))
    return made


def _lists(value: Any) -> Any:
    return PSArray([_lists(one) for one in value]) if type(value) is list else value


_DECIMAL_MAXIMUM = 2**96 - 1


def _integer(text: str) -> Any:
    number = int(text)
    if numbers.INT32_MINIMUM <= number <= numbers.INT32_MAXIMUM:
        return number
    if numbers.INT64_MINIMUM <= number <= numbers.INT64_MAXIMUM:
        return numbers.Int64(number)
    return Decimal(number) if abs(number) <= _DECIMAL_MAXIMUM else float(number)


def _fraction(text: str) -> Any:
    if "e" in text.lower():
        return float(text)
    number = Decimal(text)
    return number if len(number.as_tuple().digits) <= 28 else float(text)


def _constant(text: str) -> Any:
    raise ValueError(f"Invalid JSON primitive: {text}.")
