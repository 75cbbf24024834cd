"""Guid and Version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.exceptions import (
    NetError,
    argument_error,
    format_error,
    null_argument,
)
from emulator.powershell.dotnet.psobject import Reference
from emulator.powershell.dotnet.simple import Guid, Version
from emulator.powershell.dotnet.types import Property, PSType, register
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    pass


GUID_TEXT = "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."


def _guid(text: str) -> Guid:
    if text is None:
        raise null_argument("input")
    parsed = Guid.parse(text)
    if parsed is None:
        raise format_error(GUID_TEXT if text.strip() else "Unrecognized Guid format.")
    return parsed


def _guid_format(value: Guid, form: str) -> str:
    try:
        return value.format(form)
    except ValueError:
        raise format_error(
            'Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".'
        ) from None


def _try_guid(text: str, target: Reference) -> bool:
    parsed = Guid.parse(text) if text else None
    target.write(parsed or Guid(0))
    return parsed is not None


_FORMS = ("D", "N", "B", "P")


def _exact_guid(text: str, form: str) -> Guid:
    parsed, letter = Guid.parse(text.strip()), form.upper()
    if letter not in (*_FORMS, "X"):
        raise format_error('Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".')
    if letter == "X":
        raise not_emulated("[guid]::ParseExact() with the format X")
    if parsed is None or text.strip().lower() != parsed.format(letter).lower():
        raise format_error("Unrecognized Guid format.")
    return parsed


def _try_exact_guid(text: str, form: str, target: Reference) -> bool:
    try:
        target.write(_exact_guid(text, form))
    except NetError:
        target.write(Guid(0))
        return False
    return True


register(
    PSType(
        "System.Guid",
        base="System.ValueType",
        is_value_type=True,
        interfaces=("System.IComparable", "System.IFormattable"),
        extended=(Property("Guid", str, type_name="System.String", kind="ScriptProperty"),),
        instance={
            "ToString()": str,
            "ToString(string format)": _guid_format,
            "ToByteArray()": lambda v: bytearray(v.bytes),
            "CompareTo(guid value)": lambda a, b: (a.number > b.number) - (a.number < b.number),
            "Equals(object o)": lambda a, b: isinstance(b, Guid) and a == b,
        },
        static={
            "Empty": lambda: Guid(0),
            "@NewGuid()": lambda engine: Guid(engine.random.guid()),
            "Parse(string input)": _guid,
            "TryParse(string input, ref result)": _try_guid,
            "ParseExact(string input, string format)": _exact_guid,
            "TryParseExact(string input, string format, ref result)": _try_exact_guid,
        },
        construct={
            "new()": lambda _kind: Guid(0),
            "new(string g)": lambda _kind, text: _guid(text),
            "new(byte[] b)": lambda _kind, data: Guid.from_bytes(data),
        },
        to_text=str,
    ),
    Guid,
)


def _version(text: str) -> Version:
    try:
        return Version.parse(text)
    except ValueError as problem:
        if "too short" in str(problem):
            raise argument_error(str(problem), None) from None
        raise format_error(str(problem)) from None


def _try_version(text: str, target: Reference) -> bool:
    try:
        target.write(Version.parse(text))
    except ValueError:
        target.write(None)
        return False
    return True


register(
    PSType(
        "System.Version",
        interfaces=("System.IComparable", "System.ICloneable"),
        instance={
            "Major: int": lambda v: v.parts[0],
            "Minor: int": lambda v: v.parts[1],
            "Build: int": lambda v: v.parts[2],
            "Revision: int": lambda v: v.parts[3],
            "MajorRevision: int16": lambda v: numbers.Int16(v.parts[3] >> 16),
            "MinorRevision: int16": lambda v: numbers.Int16(_signed(v.parts[3] & 0xFFFF)),
            "ToString()": str,
            "ToString(int fieldCount)": lambda v, n: ".".join(str(p) for p in v.parts[:n]),
            "CompareTo(version value)": lambda a, b: (a.parts > b.parts) - (a.parts < b.parts),
            "Equals(object obj)": lambda a, b: isinstance(b, Version) and a == b,
        },
        static={
            "Parse(string input)": _version,
            "TryParse(string input, ref result)": _try_version,
        },
        construct={
            "new()": lambda _kind: Version(0, 0),
            "new(string version)": lambda _kind, text: _version(text),
            "new(int major, int minor)": lambda _kind, *p: Version(*p),
            "new(int major, int minor, int build)": lambda _kind, *p: Version(*p),
            "new(int major, int minor, int build, int revision)": lambda _kind, *p: Version(*p),
        },
        to_text=str,
    ),
    Version,
)


def _signed(number: int) -> int:
    return number - 0x10000 if number > 0x7FFF else number
