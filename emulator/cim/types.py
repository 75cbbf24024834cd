"""CIM types and the canonical text of their values.

`CimValue` is how a value looks in Python: boolean `bool`, integers `int`, reals `float`, char16 a
one-character `str`, string `str`, datetime an aware `datetime` or (interval) a `timedelta`, reference an
`ObjectPath`, embedded object an `Instance`; an array is a `list`; NULL is None. (DSP0004 5.2, "CIM data
types".)
"""

from __future__ import annotations

import enum
import re
import struct
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from emulator.cim import datetime_text
from emulator.cim.errors import InvalidObjectPath, TypeMismatch
from emulator.cim.object_path import ObjectPath

if TYPE_CHECKING:
    from emulator.cim.instance import Instance

CimScalar: TypeAlias = "bool | int | float | str | datetime | timedelta | ObjectPath | Instance | None"
CimValue: TypeAlias = "CimScalar | list[CimScalar]"


class CimType(enum.Enum):
    """The CIM data types, their values the names in MOF; `OBJECT` is an embedded object."""

    BOOLEAN = "boolean"
    SINT8 = "sint8"
    UINT8 = "uint8"
    SINT16 = "sint16"
    UINT16 = "uint16"
    SINT32 = "sint32"
    UINT32 = "uint32"
    SINT64 = "sint64"
    UINT64 = "uint64"
    REAL32 = "real32"
    REAL64 = "real64"
    CHAR16 = "char16"
    STRING = "string"
    DATETIME = "datetime"
    REFERENCE = "reference"
    OBJECT = "object"

    @property
    def is_integer(self) -> bool:
        """Whether values are whole numbers."""
        return self in INTEGER_RANGES

    @property
    def is_real(self) -> bool:
        """Whether values are floating-point numbers."""
        return self in (CimType.REAL32, CimType.REAL64)


INTEGER_RANGES: Final[dict[CimType, tuple[int, int]]] = {
    CimType.SINT8: (-(1 << 7), (1 << 7) - 1),
    CimType.UINT8: (0, (1 << 8) - 1),
    CimType.SINT16: (-(1 << 15), (1 << 15) - 1),
    CimType.UINT16: (0, (1 << 16) - 1),
    CimType.SINT32: (-(1 << 31), (1 << 31) - 1),
    CimType.UINT32: (0, (1 << 32) - 1),
    CimType.SINT64: (-(1 << 63), (1 << 63) - 1),
    CimType.UINT64: (0, (1 << 64) - 1),
}
"""Smallest and largest value of each integer type."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")
_HEXADECIMAL = re.compile(r"([+-]?)0[xX]([0-9a-fA-F]{1,16})")
_REAL = re.compile(r"[+-]?(?:[0-9]{1,320}(?:\.[0-9]{0,320})?|\.[0-9]{1,320})(?:[eE][+-]?[0-9]{1,4})?")
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


def parse_value(cim_type: CimType, text: str) -> CimScalar:
    """The value of one text of that type (not an array). Raises TypeMismatch with the reason.

    Text of a string is taken as it is; blanks around any other value are ignored, as XML Schema has it. An
    embedded object is not readable from text alone: see `emulator.cim.cim_xml`.
    """
    if cim_type is CimType.STRING:
        return text
    stripped = text.strip()
    if cim_type.is_integer:
        return check_range(cim_type, _integer(cim_type, stripped))
    if cim_type is CimType.BOOLEAN:
        if (truth := _BOOLEANS.get(stripped.lower())) is None:
            raise _mismatch(cim_type, text)
        return truth
    if cim_type is CimType.DATETIME:
        try:
            return datetime_text.parse(stripped)
        except ValueError:
            raise _mismatch(cim_type, text) from None
    if cim_type.is_real:
        if _REAL.fullmatch(stripped) is None:
            raise _mismatch(cim_type, text)
        return _real(cim_type, float(stripped))
    if cim_type is CimType.CHAR16:
        return _character(text)
    if cim_type is CimType.REFERENCE:
        try:
            return ObjectPath.parse(stripped)
        except InvalidObjectPath as error:
            raise TypeMismatch(f"not a reference: {error}") from error
    raise TypeMismatch(f"no text form for a value of type {cim_type.value}")


def check_range(cim_type: CimType, value: int) -> int:
    """The value, when it fits the integer type. Raises TypeMismatch."""
    lowest, highest = INTEGER_RANGES[cim_type]
    if not lowest <= value <= highest:
        raise TypeMismatch(f"{value} is outside {lowest}..{highest} of {cim_type.value}")
    return value


def check_value(cim_type: CimType, value: CimScalar) -> CimScalar:
    """The value as that type wants it, converting where WMI does (int to real, text to number).

    Raises TypeMismatch.
    """
    if value is None:
        return None
    if isinstance(value, str) and cim_type is not CimType.STRING:
        return parse_value(cim_type, value)
    if cim_type is CimType.BOOLEAN and isinstance(value, bool):
        return value
    if isinstance(value, int) and cim_type.is_integer:
        return check_range(cim_type, int(value))
    if isinstance(value, int | float) and not isinstance(value, bool) and cim_type.is_real:
        return _real(cim_type, float(value))
    fits = (
        (cim_type is CimType.STRING and isinstance(value, str))
        or (cim_type is CimType.DATETIME and isinstance(value, datetime | timedelta))
        or (cim_type is CimType.REFERENCE and isinstance(value, ObjectPath))
        or (cim_type is CimType.OBJECT and not isinstance(value, _PLAIN))
    )
    if not fits:
        raise TypeMismatch(f"{type(value).__name__} is not a value of type {cim_type.value}")
    return value


def format_value(value: CimScalar) -> str:
    """The canonical text of one value that is not NULL:

    TRUE and FALSE, DMTF datetimes, full paths, shortest reals.
    """
    if isinstance(value, str):
        return value
    if value is True:
        return "TRUE"
    if value is False:
        return "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime | timedelta):
        return datetime_text.format(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, ObjectPath):
        return str(value)
    raise TypeMismatch(f"no text form for {type(value).__name__}")


_PLAIN = (bool, int, float, str, datetime, timedelta, ObjectPath, list)


def _mismatch(cim_type: CimType, text: str) -> TypeMismatch:
    return TypeMismatch(f"not a value of type {cim_type.value}: {text[:64]!r}")


def _integer(cim_type: CimType, text: str) -> int:
    if _INTEGER.fullmatch(text):
        return int(text)
    if match := _HEXADECIMAL.fullmatch(text):
        value = int(match.group(2), 16)
        return -value if match.group(1) == "-" else value
    raise _mismatch(cim_type, text)


def _real(cim_type: CimType, value: float) -> float:
    """The value, rounded to single precision for real32. Infinite values do not exist in CIM text."""
    try:
        if cim_type is CimType.REAL32:
            value = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        raise TypeMismatch(f"{value!r} is outside the range of real32") from None
    if value in (float("inf"), float("-inf")):
        raise TypeMismatch(f"the number is outside the range of {cim_type.value}")
    return value


def _character(text: str) -> str:
    """One UTF-16 unit: the character itself, or its number in digits."""
    if len(text) == 1 and ord(text) <= 0xFFFF:
        return text
    if _INTEGER.fullmatch(text) and 0 <= int(text) <= 0xFFFF:
        return chr(int(text))
    raise _mismatch(CimType.CHAR16, text)
