"""What a CIM class declares: properties, keys, methods, parameters. Plain immutable values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from emulator.cim.errors import InvalidMethod, InvalidProperty
from emulator.cim.types import CimType

ValueMap = Mapping[str, str]
"""Enumerated values: number (or range such as `13..32767`) as text -> label; the label may be empty."""

NO_VALUES: ValueMap = MappingProxyType({})


def _no_values() -> ValueMap:
    return NO_VALUES


@dataclass(frozen=True, slots=True, eq=False)
class PropertyDeclaration:
    """A property as one class sees it.

    `class_origin` is the topmost class that declares it. `embedded_as` is None, `'instance'` (a string that
    holds the text of an instance of `embedded_class`) or `'object'` (an embedded object). `max_length` is in
    characters. `is_interval` marks a datetime that holds an interval. `writable` is the Write qualifier.
    `declared_by` is the nearest class that declares it or changes what an ancestor declares, empty for the
    origin.
    """

    name: str
    type: CimType
    class_origin: str
    is_array: bool = False
    is_key: bool = False
    reference_class: str | None = None
    embedded_class: str | None = None
    embedded_as: str | None = None
    units: str | None = None
    values: ValueMap = field(default_factory=_no_values)
    max_length: int | None = None
    writable: bool = False
    is_interval: bool = False
    declared_by: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ParameterDeclaration:
    """A method parameter. A parameter may be both in and out."""

    name: str
    type: CimType
    is_array: bool = False
    is_in: bool = True
    is_out: bool = False
    optional: bool = False
    reference_class: str | None = None
    embedded_class: str | None = None
    embedded_as: str | None = None
    values: ValueMap = field(default_factory=_no_values)
    is_interval: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class MethodDeclaration:
    """A method; `parameters` in the order of the signature, `return_values` the documented codes.

    `declared_by` is the nearest class that declares it, empty for the origin.
    """

    name: str
    class_origin: str
    return_type: CimType
    parameters: tuple[ParameterDeclaration, ...] = ()
    is_static: bool = False
    return_values: ValueMap = field(default_factory=_no_values)
    declared_by: str = ""

    def parameter(self, name: str) -> ParameterDeclaration | None:
        """The parameter of that name without regard to case, None when there is none."""
        wanted = name.lower()
        return next((each for each in self.parameters if each.name.lower() == wanted), None)


@dataclass(frozen=True, slots=True, eq=False)
class ClassDeclaration:
    """A class with everything that it inherits.

    `derivation` names the ancestors, the class itself first. `properties` and `keys` are in alphabetical
    order without regard to case, the order in which Windows lists them. Declarations are cached: compare them
    by identity.
    """

    name: str
    superclass: str | None
    derivation: tuple[str, ...]
    properties: tuple[PropertyDeclaration, ...]
    methods: tuple[MethodDeclaration, ...]
    keys: tuple[str, ...]
    is_association: bool = False
    is_abstract: bool = False
    is_singleton: bool = False
    is_indication: bool = False
    _properties: dict[str, PropertyDeclaration] = field(init=False, repr=False)
    _methods: dict[str, MethodDeclaration] = field(init=False, repr=False)
    _ancestors: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        set_field = object.__setattr__
        set_field(self, "_properties", {each.name.lower(): each for each in self.properties})
        set_field(self, "_methods", {each.name.lower(): each for each in self.methods})
        set_field(self, "_ancestors", frozenset(name.lower() for name in self.derivation))

    def property(self, name: str) -> PropertyDeclaration:
        """The property of that name without regard to case. Raises InvalidProperty."""
        found = self._properties.get(name) or self._properties.get(name.lower())
        if found is None:
            raise InvalidProperty(f"{self.name} has no property {name[:256]}")
        return found

    def find_property(self, name: str) -> PropertyDeclaration | None:
        """The property of that name without regard to case, None when there is none."""
        return self._properties.get(name.lower())

    def method(self, name: str) -> MethodDeclaration:
        """The method of that name without regard to case. Raises InvalidMethod."""
        found = self._methods.get(name.lower())
        if found is None:
            raise InvalidMethod(f"{self.name} has no method {name[:256]}")
        return found

    def is_a(self, class_name: str) -> bool:
        """Whether the class is that class or derives from it."""
        return class_name.lower() in self._ancestors
