"""New-CimInstance -ClientOnly: an instance in the script alone, of a class that no namespace has to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from emulator.cim.declaration import ClassDeclaration, PropertyDeclaration
from emulator.cim.types import CimType
from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.numbers import Int64, UInt32, UInt64
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan

_TYPES: dict[type, CimType] = {
    bool: CimType.BOOLEAN,
    int: CimType.SINT32,
    Int64: CimType.SINT64,
    UInt32: CimType.UINT32,
    UInt64: CimType.UINT64,
    float: CimType.REAL64,
    DateTime: CimType.DATETIME,
    TimeSpan: CimType.DATETIME,
}


def class_of_values(name: str, values: Mapping[str, Any], keys: Iterable[str]) -> ClassDeclaration:
    """A class with the properties that were given, typed by their values; those of ``keys`` are its keys."""
    wanted = {one.lower() for one in keys}
    properties = tuple(
        _property(name, each, value, each.lower() in wanted)
        for each, value in sorted(values.items(), key=lambda pair: pair[0].lower())
    )
    return ClassDeclaration(
        name, None, (name,), properties, (), tuple(one.name for one in properties if one.is_key)
    )


def _property(owner: str, name: str, value: Any, is_key: bool) -> PropertyDeclaration:
    plain = unwrap(value)
    is_array = type(plain) in LIST_TYPES
    sample = next(iter(plain), None) if is_array else plain
    kind = _TYPES.get(type(unwrap(sample)), CimType.STRING)
    return PropertyDeclaration(name, kind, owner, is_array=is_array, is_key=is_key)
