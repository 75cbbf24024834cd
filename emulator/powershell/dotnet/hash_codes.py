"""The hash codes of .NET Framework's values in a 64-bit process: what ``GetHashCode`` gives, and what tables
go by.

The rules are those of the published reference source. A text is hashed as its comparer says:
``String.GetHashCode`` by its characters, two at a time in turn; OrdinalIgnoreCase by its characters in upper
case; the comparers of a culture by its sort key. Real ASP.NET pages print such hash codes
(``__VIEWSTATEGENERATOR`` is the sum of two of InvariantCultureIgnoreCase), which is how the last one is known
to be right.

What objects without a rule of their own have is RuntimeHelpers.GetHashCode, which nobody can foretell on
Windows either: there is none for them here.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.ordinal_texts import large_letters
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.simple import Guid, Version
from emulator.powershell.dotnet.sort_keys import sort_key
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan
from emulator.signed_numbers import signed32

_SEED, _FACTOR, _SECOND = 5381, 33, 1566083941
_WORD = 0xFFFFFFFF
_LONGEST_KEPT = 128
"""Characters of a text whose hash code by culture is kept."""


def _in_turn(units: Iterable[int]) -> int:
    """Two sums over every other unit, up to the first zero, put together."""
    even = odd = _SEED
    first = True
    for unit in units:
        if not unit:
            break
        if first:
            even = (even * _FACTOR ^ unit) & _WORD
        else:
            odd = (odd * _FACTOR ^ unit) & _WORD
        first = not first
    return signed32(even + odd * _SECOND)


def _units(text: str) -> Iterable[int]:
    if text.isascii():
        return text.encode("ascii")
    raw = text.encode("utf-16-le", "surrogatepass")
    return struct.unpack(f"<{len(raw) // 2}H", raw)


def ordinal(text: str) -> int:
    """String.GetHashCode."""
    return _in_turn(_units(text))


def ordinal_ignore_case(text: str) -> int:
    """StringComparer.OrdinalIgnoreCase.GetHashCode."""
    total = _SEED
    for unit in _units(large_letters(text)):
        total = (total * _FACTOR ^ unit) & _WORD
    return signed32(total)


def _by_culture(text: str, ignore_case: bool) -> int | None:
    if not text:
        return 0
    key = sort_key(text, ignore_case=ignore_case)
    return None if key is None else _in_turn(key)


_kept_by_culture = lru_cache(maxsize=8192)(_by_culture)


def culture_ignore_case(text: str) -> int | None:
    """CurrentCultureIgnoreCase and InvariantCultureIgnoreCase; None for a character without known weights."""
    return (_kept_by_culture if len(text) <= _LONGEST_KEPT else _by_culture)(text, True)


def culture(text: str) -> int | None:
    """CurrentCulture and InvariantCulture; None for a character without known weights."""
    return (_kept_by_culture if len(text) <= _LONGEST_KEPT else _by_culture)(text, False)


TEXT_HASHES: dict[str, Callable[[str], int | None]] = {
    "Ordinal": ordinal,
    "OrdinalIgnoreCase": ordinal_ignore_case,
    "CurrentCulture": culture,
    "CurrentCultureIgnoreCase": culture_ignore_case,
    "InvariantCulture": culture,
    "InvariantCultureIgnoreCase": culture_ignore_case,
}
"""How each StringComparer hashes a text."""


def _halves(number: int) -> int:
    return signed32(number ^ number >> 32)


def _single(value: float) -> int:
    return int(struct.unpack("<i", struct.pack("<f", value))[0]) if value else 0


def _double(value: float) -> int:
    return _halves(int(struct.unpack("<q", struct.pack("<d", value))[0])) if value else 0


def _decimal(value: Decimal) -> int:
    if not value:
        return 0
    low, high = struct.unpack("<ii", struct.pack("<d", float(value)))
    return signed32((low & 0xFFFFFFF0) ^ high)


def _guid(value: Guid) -> int:
    first, second, third, rest = struct.unpack("<iHH8s", value.bytes)
    return signed32(first ^ (second << 16 | third) ^ (rest[2] << 24 | rest[7]))


def _version(value: Version) -> int:
    major, minor, build, revision = value.parts
    return signed32((major & 0xF) << 28 | (minor & 0xFF) << 20 | (build & 0xFF) << 12 | revision & 0xFFF)


def _enumeration(value: EnumValue) -> int | None:
    return _NUMBERED[value.ps_type.underlying](value.number)


def _doubled(value: int) -> int:
    return signed32(value & 0xFFFF | value << 16)


def _byte(value: int) -> int:
    return signed32(value ^ value << 8)


_NUMBERED: dict[str, Callable[[int], int]] = {
    "System.SByte": _byte,
    "System.Byte": signed32,
    "System.Int16": _doubled,
    "System.UInt16": signed32,
    "System.Int32": signed32,
    "System.UInt32": signed32,
    "System.Int64": _halves,
    "System.UInt64": _halves,
}

_RULES: dict[type, Callable[[Any], int | None]] = {
    str: ordinal,
    int: int,
    bool: int,
    numbers.SByte: _byte,
    numbers.Byte: signed32,
    numbers.Int16: _doubled,
    numbers.UInt16: signed32,
    numbers.UInt32: signed32,
    numbers.Int64: _halves,
    numbers.UInt64: _halves,
    numbers.Pointer: signed32,
    numbers.Char: lambda one: signed32(ord(one) | ord(one) << 16),
    numbers.Single: _single,
    float: _double,
    Decimal: _decimal,
    DateTime: lambda one: _halves(one.ticks),
    TimeSpan: lambda one: _halves(one.ticks),
    Guid: _guid,
    Version: _version,
    EnumValue: _enumeration,
}


def hash_code(value: Any) -> int | None:
    """``GetHashCode`` of a value, an Int32; None when its type has no rule that is known here."""
    rule = _RULES.get(type(value))
    if rule is not None:
        return rule(value)
    if type(value) is PSObject and value.base is not None:
        return hash_code(value.base)
    return None


def identity_code(value: Any) -> int:
    """What stands for RuntimeHelpers.GetHashCode: any number, the same for what is equal."""
    try:
        return hash(value) & 0x7FFFFFFF
    except TypeError:
        return id(value) & 0x7FFFFFFF


def key_hash(key: Any, comparer: str) -> int | None:
    """The hash code by which a table with a StringComparer keeps a key; None when it is not known."""
    return TEXT_HASHES[comparer](key) if type(key) is str else hash_code(key)
