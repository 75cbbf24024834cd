"""The qualifiers of classes, properties, methods and parameters, as WMI shows them.

A declaration keeps the meaning (a key, a value map, an embedded class); here it gets the names, types and
flavors of CIM (DSP0004 5.6.3) and of WMI (WmiSdk, "Standard Qualifiers" and "Standard WMI Qualifiers").
Qualifiers come in alphabetical order without regard to case, the order in which Windows lists them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from emulator.cim.declaration import (
    ClassDeclaration,
    MethodDeclaration,
    ParameterDeclaration,
    PropertyDeclaration,
    ValueMap,
)
from emulator.cim.types import CimType

QualifierValue: TypeAlias = bool | int | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A qualifier; a tuple is an array of strings. The flavors are those of DSP0004 5.6.2."""

    name: str
    value: QualifierValue
    to_subclass: bool = True
    overridable: bool = True
    translatable: bool = False

    @property
    def type(self) -> CimType:
        """The CIM type of the value, or of the elements of an array."""
        if isinstance(self.value, bool):
            return CimType.BOOLEAN
        return CimType.SINT32 if isinstance(self.value, int) else CimType.STRING


def class_qualifiers(declaration: ClassDeclaration, provider: str | None = None) -> tuple[Qualifier, ...]:
    """Of a class; `provider` is the name of the WMI provider that serves it, None when it is not known."""
    found = []
    if declaration.is_abstract:
        found.append(Qualifier("Abstract", value=True, to_subclass=False))
    if declaration.is_association:
        found.append(Qualifier("Association", value=True, overridable=False))
    if declaration.is_indication:
        found.append(Qualifier("Indication", value=True, overridable=False))
    if declaration.is_singleton:
        found.append(Qualifier("Singleton", value=True))
    if provider is not None:
        found.append(Qualifier("dynamic", value=True, to_subclass=False))
        found.append(Qualifier("provider", provider, to_subclass=False))
    return _sorted(found)


def property_qualifiers(
    declared: PropertyDeclaration, declaration: ClassDeclaration
) -> tuple[Qualifier, ...]:
    """Of a property as one class sees it.

    What an ancestor says and this class does not is left out when its flavor keeps it from subclasses.
    """
    found = [*_type_qualifiers(declared), *_value_qualifiers(declared.values)]
    if declared.is_key:
        found.append(Qualifier("key", value=True, overridable=False))
    if declared.max_length is not None:
        found.append(Qualifier("MaxLen", declared.max_length))
    if declared.units is not None:
        found.append(Qualifier("Units", declared.units, translatable=True))
    if declared.declared_by == declaration.name != declared.class_origin:
        found.append(Qualifier("Override", declared.name, to_subclass=False))
    if not declaration.name.startswith("__"):
        found.append(Qualifier("read", value=True))
    if declared.writable:
        found.append(Qualifier("write", value=True))
    return _sorted(found)


def method_qualifiers(
    method: MethodDeclaration, declaration: ClassDeclaration, provider: str | None = None
) -> tuple[Qualifier, ...]:
    """Of a method as one class sees it; a class that a provider serves implements what it declares."""
    found = [*_value_qualifiers(method.return_values)]
    if method.is_static:
        found.append(Qualifier("Static", value=True, overridable=False))
    if is_local(method, declaration):
        if provider is not None:
            found.append(Qualifier("Implemented", value=True, to_subclass=False))
        if method.class_origin != declaration.name:
            found.append(Qualifier("Override", method.name, to_subclass=False))
    return _sorted(found)


def parameter_qualifiers(parameter: ParameterDeclaration, place: int) -> tuple[Qualifier, ...]:
    """Of a parameter; `place` counts from 0 and is the ID by which WMI orders the signature."""
    found = [*_type_qualifiers(parameter), *_value_qualifiers(parameter.values)]
    found.append(Qualifier("ID", place, overridable=False))
    if parameter.is_in:
        found.append(Qualifier("In", value=True, overridable=False))
    if parameter.is_out:
        found.append(Qualifier("Out", value=True, overridable=False))
    if parameter.optional:
        found.append(Qualifier("Optional", value=True))
    return _sorted(found)


def is_local(member: PropertyDeclaration | MethodDeclaration, declaration: ClassDeclaration) -> bool:
    """Whether the class itself declares the member, or changes what it inherits."""
    return (member.declared_by or member.class_origin) == declaration.name


def has_qualifier(qualifiers: Iterable[Qualifier], name: str) -> bool:
    """Whether there is a qualifier of that name (without regard to case) that is not FALSE."""
    wanted = name.lower()
    return any(each.name.lower() == wanted and each.value is not False for each in qualifiers)


def _type_qualifiers(declared: PropertyDeclaration | ParameterDeclaration) -> Iterable[Qualifier]:
    """What a type cannot say by its name alone (WmiSdk, "CIMType Qualifier")."""
    if declared.type is CimType.REFERENCE:
        target = f"ref:{declared.reference_class}" if declared.reference_class else "ref"
        yield Qualifier("CIMTYPE", target)
    elif declared.embedded_as is not None:
        if declared.embedded_class is None:
            yield Qualifier("EmbeddedObject", value=True, overridable=False)
        else:
            yield Qualifier("EmbeddedInstance", declared.embedded_class)
        if declared.embedded_as == "object":
            yield Qualifier(
                "CIMTYPE", f"object:{declared.embedded_class}" if declared.embedded_class else "object"
            )
    elif declared.type is CimType.DATETIME and declared.is_interval:
        yield Qualifier("SUBTYPE", "interval")


def _value_qualifiers(values: ValueMap) -> Iterable[Qualifier]:
    if values:
        yield Qualifier("ValueMap", tuple(values))
        if any(values.values()):
            yield Qualifier("Values", tuple(values.values()), translatable=True)


def _sorted(found: list[Qualifier]) -> tuple[Qualifier, ...]:
    return tuple(sorted(found, key=lambda each: each.name.lower()))
