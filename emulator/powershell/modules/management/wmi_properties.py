"""Properties of a ManagementObject or a ManagementClass as objects of System.Management: PropertyData, and
QualifierData beside it. They follow their owner: what is set goes there."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.cim.declaration import ClassDeclaration, PropertyDeclaration
from emulator.cim.qualifiers import Qualifier, is_local, property_qualifiers
from emulator.cim.types import CimType
from emulator.powershell.dotnet.collections import LIST_TYPES, PSArray, TypedArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.types import PSType, Table, array_of, bind_class, builtin
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.modules.management.wmi_objects import ManagementObject

_TYPE_NAMES = {
    CimType.BOOLEAN: "Boolean",
    CimType.SINT8: "SInt8",
    CimType.UINT8: "UInt8",
    CimType.SINT16: "SInt16",
    CimType.UINT16: "UInt16",
    CimType.SINT32: "SInt32",
    CimType.UINT32: "UInt32",
    CimType.SINT64: "SInt64",
    CimType.UINT64: "UInt64",
    CimType.REAL32: "Real32",
    CimType.REAL64: "Real64",
    CimType.CHAR16: "Char16",
    CimType.STRING: "String",
    CimType.DATETIME: "DateTime",
    CimType.REFERENCE: "Reference",
    CimType.OBJECT: "Object",
}
_CIM_TYPE = EnumType(
    "System.Management.CimType",
    {
        "None": 0,
        "SInt16": 2,
        "SInt32": 3,
        "Real32": 4,
        "Real64": 5,
        "String": 8,
        "Boolean": 11,
        "Object": 13,
        "SInt8": 16,
        "UInt8": 17,
        "UInt16": 18,
        "UInt32": 19,
        "SInt64": 20,
        "UInt64": 21,
        "DateTime": 101,
        "Reference": 102,
        "Char16": 103,
    },
)


class PropertyData(NamedTuple):
    """System.Management.PropertyData: a property of a class, and the object that has a value for it."""

    declaration: PropertyDeclaration
    of_class: ClassDeclaration
    owner: ManagementObject | None = None

    @property
    def name(self) -> str:
        """The property's name."""
        return self.declaration.name


class NamedData(PSArray):
    """PropertyDataCollection and QualifierDataCollection: by name without regard to case."""

    __slots__ = ()

    def named_item(self, name: str) -> Any:
        """The one of a name, or None: an index that fails is nothing in PowerShell."""
        return next((one for one in self if one.name.lower() == name.lower()), None)

    def item(self, name: str) -> Any:
        """The one of a name. Raises ManagementException."""
        found = self.named_item(name)
        if found is None:
            raise NetError("System.Management.ManagementException", "Not found ")
        return found


class Properties(NamedData):
    """PropertyDataCollection."""

    __slots__ = ()


class Qualifiers(NamedData):
    """QualifierDataCollection."""

    __slots__ = ()


LIST_TYPES.update((Properties, Qualifiers))


def properties_of_object(owner: ManagementObject) -> Properties:
    """The properties of an object that were read."""
    own = owner.declaration
    return Properties(PropertyData(one, own, owner) for one in own.properties if one.name in owner.values)


def properties_of_class(declaration: ClassDeclaration) -> Properties:
    """The properties of a class, without values."""
    return Properties(PropertyData(one, declaration) for one in declaration.properties)


def _value(data: PropertyData) -> Any:
    return None if data.owner is None else data.owner.read(data.name)


def _set_value(data: PropertyData, value: Any) -> None:
    if data.owner is None:
        raise not_emulated("Setting the value of a property of a class")
    data.owner.set_dynamic_property(data.name, value)


def _qualifier_value(qualifier: Qualifier) -> Any:
    value = qualifier.value
    return TypedArray(value, array_of(builtin("System.String"))) if isinstance(value, tuple) else value


_COLLECTION: Table = {"Count: int": len, "Item(string name)": NamedData.item}


@cache
def property_types() -> tuple[PSType, ...]:
    """Every type; made once for the process."""
    data = PSType(
        "System.Management.PropertyData",
        instance={
            "Name: string": lambda one: one.name,
            "Value": _value,
            "Value=": _set_value,
            "Type": lambda one: _CIM_TYPE.parse(_TYPE_NAMES[one.declaration.type]),
            "IsLocal: bool": lambda one: one.owner is not None or is_local(one.declaration, one.of_class),
            "IsArray: bool": lambda one: one.declaration.is_array,
            "Origin: string": lambda one: one.declaration.class_origin,
            "Qualifiers": lambda one: Qualifiers(property_qualifiers(one.declaration, one.of_class)),
        },
    )
    qualifier = PSType(
        "System.Management.QualifierData",
        instance={
            "Name: string": lambda one: one.name,
            "Value": _qualifier_value,
            "IsAmended: bool": lambda _one: False,
            "IsLocal: bool": lambda _one: True,
            "PropagatesToInstance: bool": lambda _one: False,
            "PropagatesToSubclass: bool": lambda one: one.to_subclass,
            "IsOverridable: bool": lambda one: one.overridable,
        },
    )
    interfaces = ("System.Collections.ICollection", "System.Collections.IEnumerable")
    properties = PSType(
        "System.Management.PropertyDataCollection", interfaces=interfaces, instance=_COLLECTION
    )
    qualifiers = PSType(
        "System.Management.QualifierDataCollection", interfaces=interfaces, instance=_COLLECTION
    )
    bind_class(data, PropertyData)
    bind_class(qualifier, Qualifier)
    bind_class(properties, Properties)
    bind_class(qualifiers, Qualifiers)
    return (data, qualifier, properties, qualifiers, _CIM_TYPE)
