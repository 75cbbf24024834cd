"""Values of CIM as .NET's, and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from emulator.cim import datetime_text
from emulator.cim.instance import Instance
from emulator.cim.object_path import ObjectPath
from emulator.cim.types import CimType
from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.collections import LIST_TYPES, TypedArray
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import LOCAL, UNSPECIFIED, DateTime, TimeSpan
from emulator.powershell.dotnet.types import array_of, builtin
from emulator.powershell.runtime import services

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

Wrap = Callable[[Instance], Any]
_CLASSES: dict[CimType, Callable[[Any], Any]] = {
    CimType.SINT8: numbers.SByte,
    CimType.UINT8: numbers.Byte,
    CimType.SINT16: numbers.Int16,
    CimType.UINT16: numbers.UInt16,
    CimType.UINT32: numbers.UInt32,
    CimType.SINT64: numbers.Int64,
    CimType.UINT64: numbers.UInt64,
    CimType.REAL32: numbers.Single,
    CimType.CHAR16: numbers.Char,
}
_TYPE_NAMES = {
    CimType.BOOLEAN: "System.Boolean",
    CimType.SINT8: "System.SByte",
    CimType.UINT8: "System.Byte",
    CimType.SINT16: "System.Int16",
    CimType.UINT16: "System.UInt16",
    CimType.SINT32: "System.Int32",
    CimType.UINT32: "System.UInt32",
    CimType.SINT64: "System.Int64",
    CimType.UINT64: "System.UInt64",
    CimType.REAL32: "System.Single",
    CimType.REAL64: "System.Double",
    CimType.CHAR16: "System.Char",
    CimType.STRING: "System.String",
}


def to_net(value: Any, kind: CimType, engine: Engine, wrap: Wrap, *, texts_of_dates: bool) -> Any:
    """A value of a property or parameter.

    With `texts_of_dates` dates and intervals stay the texts of DMTF, as System.Management gives them.
    """
    if value is None:
        return None
    if isinstance(value, list):
        items = [to_net(one, kind, engine, wrap, texts_of_dates=texts_of_dates) for one in value]
        name = _TYPE_NAMES.get(kind, "System.String" if texts_of_dates else "System.Object")
        return TypedArray(items, array_of(builtin(name)))
    if isinstance(value, datetime):
        if texts_of_dates:
            return datetime_text.format_datetime(value)
        clock = engine.find_service(services.Clock)  # type: ignore[type-abstract] # a protocol is the key
        offset = clock.utc_offset(value) if clock is not None else timedelta()
        return DateTime.from_python(value, offset)
    if isinstance(value, timedelta):
        return datetime_text.format_interval(value) if texts_of_dates else TimeSpan.from_python(value)
    if isinstance(value, ObjectPath):
        return str(value)
    if isinstance(value, Instance):
        return wrap(value)
    make = _CLASSES.get(kind)
    return make(value) if make is not None else value


def from_net(value: Any, engine: Engine) -> Any:
    """A value of a script for a parameter or property; what it must be is checked where it is used."""
    from emulator.powershell.modules.cim.objects import ManagedObject

    value = unwrap(value)
    if value is None or isinstance(value, bool):
        return value
    if type(value) in LIST_TYPES or isinstance(value, bytearray):
        return [from_net(one, engine) for one in value]
    if isinstance(value, EnumValue):
        return value.number
    if isinstance(value, DateTime):
        moment = value.to_python().replace(tzinfo=UTC)
        if value.kind in (LOCAL, UNSPECIFIED):
            clock = engine.find_service(services.Clock)  # type: ignore[type-abstract] # a protocol is the key
            moment -= clock.utc_offset(moment) if clock is not None else timedelta()
        return moment
    if isinstance(value, TimeSpan):
        return value.to_python()
    if isinstance(value, ManagedObject):
        return value.path if value.path is not None else value.as_instance(engine)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return str(value)
    return value
