"""ConvertTo-Json and ConvertFrom-Json of Windows PowerShell 5.1."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from json import JSONDecodeError, JSONDecoder, dumps
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
from emulator.powershell.dotnet.date_format import format_date
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.numbers import Char
from emulator.powershell.dotnet.psobject import NULL_STRING, NoteProperty, PSObject, unwrap
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.switch import SwitchParameter
from emulator.powershell.dotnet.time_values import LOCAL, UNIX_EPOCH_TICKS, DateTime
from emulator.powershell.dotnet.types import PSType, type_of
from emulator.powershell.language import SEVEN
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord, PSError
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
    # Most texts are words, which are known as such sooner than by the pattern.
    if (text.isascii() and text.isalnum()) or _PLAIN(text) is not None:
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


class _Plain:
    """A value that is written without what was added to it."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class _Writer:
    step = 4
    """Blanks a level."""
    after_name = ":  "

    def __init__(self, engine: Engine, depth: int, compress: bool) -> None:
        self.engine = engine
        self.depth = depth
        self.compress = compress
        self.nodes = 0
        self.keys: dict[int, dict[str, str]] = {}
        """The beginnings of lines by column and name."""
        self.quote = quote
        offset = engine.utc_offset_minutes() * 60 * 10_000_000
        self.offset = offset

    def value(self, value: Any, level: int, indent: int, *, wrapped: bool = False) -> str:
        """The JSON text of a value; ``indent`` is the column at which it starts.

        ``wrapped`` says that it came through a pipeline: then it is a PSObject, and what its type was given
        is written too.
        """
        self.nodes += 1
        if self.nodes > MAXIMUM_NODES:
            from emulator.powershell.runtime.arithmetic import too_large

            raise too_large("JSON text")
        if type(value) is PSObject:
            wrapped = True
            if value.base is None:
                if level > self.depth:
                    return self.quote(to_text(value))
                return self.members(self.pairs(value, value), level, indent)
        base = unwrap(value)
        if (wrapped or self.has_own_members(base)) and not self.is_object(base):
            extended = self.extended(value, base)
            if extended:
                return self.members([("value", _Plain(base)), *extended], level, indent)
        return self.plain(value, base, level, indent)

    def plain(self, value: Any, base: Any, level: int, indent: int) -> str:
        """The JSON text of a value without what was added to it, unless it is an object."""
        plain = self.scalar(base)
        if plain is not None:
            return plain
        if level > self.depth:
            return self.quote(self.flat(base))
        if type(base) in LIST_TYPES or isinstance(base, HashSet):
            return self.array([self.value(one, level + 1, indent + self.step) for one in base], indent)
        if isinstance(base, bytearray):
            return self.array([str(one) for one in base], indent)
        return self.members(self.pairs(value, base), level, indent)

    def has_own_members(self, value: Any) -> bool:
        """Whether something was added to this very object."""
        return self.engine.type_data is not None and bool(self.engine.type_data.attached(value))

    def is_object(self, value: Any) -> bool:
        """Whether a value is written with its members, not as one value or an array."""
        is_list = type(value) in LIST_TYPES or isinstance(value, HashSet | bytearray)
        return not is_list and self.scalar(value) is None

    def extended(self, value: Any, base: Any) -> list[tuple[str, Any]]:
        """What the object, the session and types.ps1xml add to a value."""
        own = _added(value) if type(value) is PSObject else []
        names = {one.name: None for one in own}
        for one in properties(base, self.engine):
            if one.kind != "Property":
                names.setdefault(one.name)
        return [(name, self.read(value, name)) for name in names]

    def flat(self, value: Any) -> str:
        """What is too deep, as text."""
        return to_text(value)

    def scalar(self, value: Any) -> str | None:
        """The JSON of a simple value, or None."""
        kind = type(value)
        if kind is str:
            return self.quote(value)
        if value is None or value is NULL_STRING:
            return "null"
        if kind is bool:
            return "true" if value else "false"
        if kind is int or kind in numbers.INTEGER_TYPES:
            return str(int(value))
        if kind is float or kind is numbers.Single:
            if not math.isfinite(value):
                return (
                    self.quote(number_format.double_text(value))
                    if math.isnan(value)
                    else number_format.double_text(value)
                )
            return number_format.round_trip_text(value, kind is numbers.Single)
        if kind is Decimal:
            return number_format.decimal_text(value)
        if kind is EnumValue:
            return str(value.number)
        if kind is Char:
            return "null" if value == "\0" else self.quote(str(value))
        if kind is DateTime:
            ticks = value.ticks - (self.offset if value.kind == LOCAL or value.kind == 0 else 0)
            return f'"\\/Date({(ticks - UNIX_EPOCH_TICKS) // 10_000})\\/"'
        if kind is Guid:
            return f'"{value}"'
        if isinstance(value, SwitchParameter):
            return None
        if type(value).__name__ == "DBNull":
            return "null"
        if type(value).__name__ == "Uri":
            return self.quote(to_text(value))
        return None

    def pairs(self, value: Any, base: Any) -> list[tuple[str, Any]]:
        """Names and values of an object's members."""
        if type(value) is PSObject and value.base is None:
            return [
                (one.name, one.value if type(one) is NoteProperty else self.read(value, one.name))
                for one in value.members.values()
                if type(one) is NoteProperty or one.kind.endswith("Property")
            ]
        if type(base) in DICTIONARY_TYPES:
            found = [(_name_of(key, base), item) for key, item in base.items()]
            if type(value) is PSObject:
                found += [(one.name, self.read(value, one.name)) for one in _added(value)]
            if self.engine.type_data is not None:
                own = self.engine.type_data.attached(base).values()
                found += [(one.name, one.value) for one in own if type(one) is NoteProperty]
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

    def member(self, item: Any, level: int, indent: int) -> str:
        """The JSON text of a member; the value itself of a wrapped one is no deeper than its wrapper."""
        if isinstance(item, _Plain):
            return self.plain(item.value, item.value, level, indent)
        return self.value(item, level + 1, indent)

    def array(self, items: list[str], indent: int) -> str:
        """A JSON array laid out at a column."""
        if self.compress:
            return f"[{','.join(items)}]"
        pad = " " * (indent + self.step)
        inside = ",\r\n".join(pad + one for one in items)
        return f"[\r\n{inside}\r\n{' ' * indent}]"

    def members(self, pairs: list[tuple[str, Any]], level: int, indent: int) -> str:
        """A JSON object laid out at a column: values start two blanks after the colon."""
        if self.compress:
            inside = ",".join(f"{self.quote(name)}:{self.member(item, level, 0)}" for name, item in pairs)
            return f"{{{inside}}}"
        pad = indent + self.step
        self.nodes += len(pairs)
        keys = self.keys.get(pad)
        if keys is None:
            keys = self.keys[pad] = {}
        lines, write = [], self.quote
        for name, item in pairs:
            key = keys.get(name) or self._key(name, pad, keys)
            kind = type(item)
            if kind is str:  # words as `quote` writes them, without one more call
                text = f'"{item}"' if item.isalnum() and item.isascii() else write(item)
            elif kind is int:
                text = str(item)
            else:
                text = self.member(item, level, self.column(key, pad))
            lines.append(key + text)
        inside = ",\r\n".join(lines)
        return f"{{\r\n{inside}\r\n{' ' * indent}}}"

    def column(self, key: str, _pad: int) -> int:
        """The column at which the value of a member starts: 5.1 lays it out behind its name."""
        return len(key)

    def _key(self, name: str, pad: int, keys: dict[str, str]) -> str:
        """The beginning of a line, kept for the next object of the same kind."""
        made = f"{' ' * pad}{self.quote(name)}{self.after_name}"
        if len(keys) < _MOST_KEYS:
            keys[name] = made
        return made


def _name_of(key: Any, owner: Any) -> str:
    """The name of a dictionary's key, which has to be a text."""
    name = unwrap(key)
    if type(name) is str:
        return name
    text = (
        f"The type '{type_of(owner).name}' is not supported for serialization or deserialization of a "
        "dictionary. Keys must be strings."
    )
    exception = ExceptionObject("System.InvalidOperationException", text)
    raise PSError(ErrorRecord(exception, "NonStringKeyInDictionary", "InvalidOperation", owner))


def quote_seven(text: str) -> str:
    """A JSON string with the escapes of PowerShell 7: quotes, backslashes and control characters."""
    return dumps(text, ensure_ascii=False)


class _SevenWriter(_Writer):
    """As PowerShell 7 writes: two blanks a level, one after a colon, dates of ISO 8601."""

    step = 2
    after_name = ": "

    def __init__(self, engine: Engine, depth: int, compress: bool) -> None:
        super().__init__(engine, depth, compress)
        self.quote = quote_seven

    def column(self, _key: str, pad: int) -> int:
        """The column at which the value of a member starts: that of the member."""
        return pad

    def extended(self, value: Any, base: Any) -> list[tuple[str, Any]]:
        """Texts and dates are never wrapped."""
        return [] if isinstance(base, str | DateTime) else super().extended(value, base)

    def scalar(self, value: Any) -> str | None:
        """The JSON of a simple value, or None."""
        if type(value) is DateTime:
            return f'"{format_date(value, _ISO, self.engine.utc_offset_minutes())}"'
        return super().scalar(value)

    def array(self, items: list[str], indent: int) -> str:
        """A JSON array laid out at a column."""
        return super().array(items, indent) if items else "[]"

    def members(self, pairs: list[tuple[str, Any]], level: int, indent: int) -> str:
        """A JSON object laid out at a column."""
        return super().members(pairs, level, indent) if pairs else "{}"


_ISO = "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"


def _writer(engine: Engine, depth: int, compress: bool) -> _Writer:
    kind = _SevenWriter if engine.language >= SEVEN else _Writer
    return kind(engine, depth, compress)


def _added(value: PSObject) -> list[Any]:
    return [one for one in value.members.values() if one.kind.endswith("Property")]


def to_json(value: Any, engine: Engine, depth: int = 2, compress: bool = False) -> str:
    """The text that `ConvertTo-Json -InputObject` gives for a value."""
    return _writer(engine, depth, compress).value(value, 0, 0)


def input_to_json(values: list[Any], engine: Engine, depth: int, compress: bool, *, piped: bool) -> str:
    """The text that ConvertTo-Json gives for its input: several objects become an array.

    What came through a pipeline is wrapped, so that for example a date has its text beside its value.
    """
    writer = _writer(engine, depth, compress)
    if len(values) == 1:
        return writer.value(values[0], 0, 0, wrapped=piped)
    return writer.array([writer.value(one, 1, writer.step, wrapped=piped) for one in values], 0)


def from_json(text: str, *, wide: bool = False) -> Any:
    """The value of a JSON text: custom objects, arrays, Int32 (or Int64, Decimal, Double), strings and truth
    values. ``wide`` makes every whole number an Int64 at least, as PowerShell 7 does.

    Raises ValueError with a reason for text that is no JSON.
    """
    decoder = JSONDecoder(
        object_pairs_hook=_object,
        parse_int=_wide_integer if wide else _integer,
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
            return from_json(plain, wide=wide)
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
        if name == "__type" and isinstance(value, str):
            continue  # the JavaScriptSerializer takes it for the name of a .NET type, and away
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
_LONGEST_INTEGER = 100


def _integer(text: str) -> Any:
    if len(text) > _LONGEST_INTEGER:
        return float(text)
    number = int(text)
    if numbers.INT32_MINIMUM <= number <= numbers.INT32_MAXIMUM:
        return number
    if numbers.INT64_MINIMUM <= number <= numbers.INT64_MAXIMUM:
        return numbers.Int64(number)
    return Decimal(number) if abs(number) <= _DECIMAL_MAXIMUM else float(number)


def _wide_integer(text: str) -> Any:
    number = _integer(text)
    return numbers.Int64(number) if type(number) is int else number


def _fraction(text: str) -> Any:
    if "e" in text.lower():
        return float(text)
    number = Decimal(text)
    return number if len(number.as_tuple().digits) <= 28 else float(text)


def _constant(text: str) -> Any:
    raise ValueError(f"Invalid JSON primitive: {text}.")
