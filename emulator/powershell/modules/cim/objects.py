"""CIM instances as a script holds them: what their properties were when they were read.

An object has one .NET class, CimInstance; which properties it has, and the further type names under which
views and added members are found, follow from its CIM class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from emulator.cim.instance import Instance, ValueInstance
from emulator.cim.object_path import ObjectPath
from emulator.cim.types import CimType
from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.collections import FIXED_LISTS, LIST_TYPES, PSArray, TypedArray
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.switch import SwitchParameter
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan
from emulator.powershell.dotnet.types import BUILTIN, Property, PSType, array_of, builtin, register
from emulator.powershell.modules.cim.added_members import DEFAULT_DISPLAY, added_members, enumerations_of
from emulator.powershell.modules.cim.client_instances import class_of_values

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration, PropertyDeclaration
    from emulator.cim.types import CimValue
    from emulator.powershell.runtime.engine import Engine

NAMESPACE = "Microsoft.Management.Infrastructure"
INSTANCE = f"{NAMESPACE}.CimInstance"


def _character(value: int | str) -> numbers.Char:
    """WMI has the number of the UTF-16 unit."""
    return numbers.Char(chr(value) if isinstance(value, int) else value)


#: CIM type -> (type of .NET, how a number of it is made)
_TYPES: dict[CimType, tuple[str, Callable[[Any], Any]]] = {
    CimType.BOOLEAN: ("System.Boolean", bool),
    CimType.CHAR16: ("System.Char", _character),
    CimType.DATETIME: ("System.DateTime", lambda value: value),
    CimType.REAL32: ("System.Single", numbers.Single),
    CimType.REAL64: ("System.Double", float),
    CimType.SINT8: ("System.SByte", numbers.SByte),
    CimType.SINT16: ("System.Int16", numbers.Int16),
    CimType.SINT32: ("System.Int32", int),
    CimType.SINT64: ("System.Int64", numbers.Int64),
    CimType.STRING: ("System.String", str),
    CimType.UINT8: ("System.Byte", numbers.Byte),
    CimType.UINT16: ("System.UInt16", numbers.UInt16),
    CimType.UINT32: ("System.UInt32", numbers.UInt32),
    CimType.UINT64: ("System.UInt64", numbers.UInt64),
}


class CimObject:
    """One instance. ``values`` are those of WMI by property; ``changed`` names what a script has set."""

    __slots__ = (
        "changed",
        "declaration",
        "namespace",
        "parts",
        "path",
        "ps_type",
        "server",
        "utc_offset",
        "values",
    )

    def __init__(self, instance: Instance, names: Iterable[str] | None, engine: Engine | None) -> None:
        self.declaration = instance.declaration
        self.namespace = instance.namespace
        self.server = instance.server
        self.path = instance.path
        self.ps_type = type_for(instance.declaration, instance.namespace)
        self.changed: set[str] = set()
        #: Embedded instances that were looked at: a script may change them in their place.
        self.parts: dict[str, Any] = {}
        self.utc_offset = engine.utc_offset_minutes() if engine is not None else 0
        wanted = None if names is None else {name.lower() for name in names}
        self.values: dict[str, CimValue] = {
            each.name: instance.value(each.name)
            for each in self.declaration.properties
            if wanted is None or each.name.lower() in wanted or each.is_key
        }

    @property
    def default_display(self) -> list[str]:
        """The properties that are shown without being asked for: not those of every CimInstance."""
        chosen = DEFAULT_DISPLAY.get(self.declaration.name)
        return (
            list(chosen)
            if chosen
            else [*(each.name for each in self.declaration.properties), "PSComputerName"]
        )

    def read(self, declared: PropertyDeclaration) -> Any:
        """The value of a property as a script sees it."""
        found = self.parts.get(declared.name)
        if found is None:
            found = _shown(declared, self.values.get(declared.name), self)
            if declared.embedded_as is not None and found is not None:
                self.parts[declared.name] = found
        return found

    def write(self, declared: PropertyDeclaration, value: Any) -> None:
        """Set a property of the object; Set-CimInstance hands it on."""
        self.values[declared.name] = from_script(value)
        self.parts.pop(declared.name, None)
        self.changed.add(declared.name)

    def __str__(self) -> str:
        keys = [
            f"{declared.name} = {_key_text(self.values.get(declared.name))}"
            for declared in self.declaration.properties
            if declared.is_key
        ]
        return f"{self.declaration.name} ({', '.join(keys)})" if keys else self.declaration.name


def _key_text(value: CimValue) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _shown(declared: PropertyDeclaration, value: CimValue, owner: CimObject) -> Any:
    if value is None:
        return None
    name, make = _TYPES.get(declared.type, (INSTANCE, lambda each: each))
    if isinstance(value, list):
        items = [_one(make, each, owner) for each in value]
        return TypedArray(items, array_of(builtin(name)))
    return _one(make, value, owner)


def _one(make: Callable[[Any], Any], value: Any, owner: CimObject) -> Any:
    if value is None:
        return None
    if isinstance(value, datetime):
        return DateTime.from_python(value, timedelta(minutes=owner.utc_offset))
    if isinstance(value, timedelta):
        return TimeSpan.from_python(value)
    if isinstance(value, Instance):
        return CimObject(value, None, None)
    return _referred(value, owner) if isinstance(value, ObjectPath) else make(value)


def _referred(path: ObjectPath, owner: CimObject) -> CimObject | str:
    """What a reference means: an instance with its keys and nothing else. One of a class stays a path."""
    keys = {name: value for name, value in path.keys if name}
    if not keys:
        return str(path)
    place, server = path.namespace or owner.namespace, path.server or owner.server
    instance = ValueInstance(
        class_of_values(path.class_name, keys, keys), keys, namespace=place, server=server
    )
    return CimObject(instance, None, None)


def number_of_type(kind: CimType, value: Any) -> Any:
    """A plain value as the type of .NET that a CIM type stands for."""
    return (
        _TYPES.get(kind, (INSTANCE, lambda each: each))[1](value)
        if not isinstance(value, datetime)
        else value
    )


def from_script(value: Any) -> Any:
    """A value of a script as WMI takes it: plain numbers, lists, instances and paths."""
    if type(value) is PSObject and value.base is not None:
        value = value.base
    if isinstance(value, bool) or value is None or isinstance(value, Instance | ObjectPath):
        return value
    if isinstance(value, CimObject):
        return given_instance(value)
    if isinstance(value, EnumValue):
        return value.number
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, DateTime):
        return value.to_python().replace(tzinfo=UTC)
    if isinstance(value, TimeSpan):
        return value.to_python()
    if type(value) in LIST_TYPES or isinstance(value, list | tuple | bytearray):
        return [from_script(each) for each in value]
    return value.is_present if isinstance(value, SwitchParameter) else str(value)


def given_instance(value: CimObject) -> ValueInstance:
    """An object as an instance that is handed to WMI."""
    parts = {name: from_script(each) for name, each in value.parts.items()}
    known = {name: each for name, each in {**value.values, **parts}.items() if each is not None}
    return ValueInstance(value.declaration, known, namespace=value.namespace, server=value.server)


class CimInstanceType(PSType):
    """CimInstance as the objects of one CIM class have it. Its first ancestors are names only: under them
    views and members are found, the most special first."""

    __slots__ = ("_chain",)

    def __init__(self, declaration: ClassDeclaration, namespace: str) -> None:
        super().__init__(INSTANCE)
        properties = [_property(each) for each in declaration.properties]
        known = {each.name.lower() for each in properties}
        properties += [each for each in _SYSTEM if each.name.lower() not in known]
        labels = enumerations_of(declaration)
        extended = [*_enumerated(declaration, labels), *added_members(declaration.derivation)]
        shown = "root/StandardCimv2" if namespace == "root/standardcimv2" else namespace
        first, *others = [f"{INSTANCE}#{shown}/{name}" for name in declaration.derivation]
        short = [f"{INSTANCE}#{name}" for name in declaration.derivation]
        self._chain = (
            PSType(first, properties=tuple(properties), extended=tuple(extended), to_text=str),
            *(PSType(name) for name in (*others, *short)),
            BUILTIN[INSTANCE.lower()],
            BUILTIN["system.object"],
        )

    def lineage(self) -> Iterator[PSType]:
        """The names of the CIM classes, then those of .NET."""
        return iter(self._chain)


def _property(declared: PropertyDeclaration) -> Property:
    name = _TYPES.get(declared.type, (INSTANCE, str))[0]
    return Property(
        declared.name,
        lambda value: value.read(declared),
        lambda value, new: value.write(declared, new),
        type_name=f"{name}[]" if declared.is_array else name,
    )


def _enumerated(declaration: ClassDeclaration, labels: dict[str, EnumType]) -> list[Property]:
    """Numbers that the type files of Windows show by their names."""

    def reader(name: str, kind: EnumType) -> Callable[[CimObject], Any]:
        def read(value: CimObject) -> Any:
            number = value.values.get(name)
            return kind.value(int(number)) if isinstance(number, int) else None

        return read

    return [
        Property(
            declaration.property(name).name,
            reader(declaration.property(name).name, kind),
            type_name=kind.name,
        )
        for name, kind in labels.items()
    ]


def _system(value: CimObject) -> PSObject:
    names = (
        ("Namespace", value.namespace),
        ("ServerName", value.server),
        ("ClassName", value.declaration.name),
    )
    return PSObject.custom((*names, ("Path", None)), (f"{NAMESPACE}.CimSystemProperties",))


class NamedItems(PSArray):
    """CimReadOnlyKeyedCollection: indexed by number and by name, without regard to case."""

    __slots__ = ()

    def named_item(self, name: str) -> PSObject | None:
        """The one of a name, or None."""
        return next((one for one in self if str(one.note("Name")).lower() == name.lower()), None)


LIST_TYPES.add(NamedItems)
FIXED_LISTS.add(NamedItems)


def _properties(value: CimObject) -> NamedItems:
    return NamedItems(
        PSObject.custom(
            (
                ("Name", each.name),
                ("Value", value.read(each)),
                ("CimType", _type_name(each)),
                ("IsValueModified", each.name in value.changed),
            ),
            (f"{NAMESPACE}.CimProperty",),
        )
        for each in value.declaration.properties
        if each.name in value.values
    )


def _cim_class(value: CimObject) -> PSObject:
    made = PSObject.custom(
        (
            ("CimClassName", value.declaration.name),
            ("CimSuperClassName", value.declaration.superclass),
            ("CimClassMethods", PSArray(each.name for each in value.declaration.methods)),
        ),
        (f"{NAMESPACE}.CimClass",),
    )
    made.text = f"{value.namespace}:{value.declaration.name}"
    return made


def _type_name(declared: PropertyDeclaration) -> str:
    other = "Reference" if declared.type is CimType.REFERENCE else "Instance"
    name = _TYPES.get(declared.type, (other,))[0].rpartition(".")[2]
    return f"{name}Array" if declared.is_array else name


#: Members of every CimInstance beside those of its CIM class.
_SYSTEM = (
    Property("PSComputerName", lambda _: None, type_name="System.String", kind="ScriptProperty"),
    Property("CimClass", _cim_class),
    Property("CimInstanceProperties", _properties),
    Property("CimSystemProperties", _system),
)


def _client_side(_kind: PSType, name: str, namespace: str | None = None) -> CimObject:
    """``[CimInstance]::new``: an instance in the script alone, which has no properties yet."""
    return CimObject(ValueInstance(class_of_values(name, {}, ()), {}, namespace=namespace or ""), None, None)


_BASE = register(
    PSType(
        INSTANCE,
        instance={"Dispose()": lambda _instance: None},
        construct={
            "new(string className)": _client_side,
            "new(string className, string namespaceName)": _client_side,
        },
    )
)


@lru_cache(maxsize=2048)
def type_for(declaration: ClassDeclaration, namespace: str) -> CimInstanceType:
    """The type of the instances of a class; declarations are cached, so there are not many."""
    return CimInstanceType(declaration, namespace)


def module_types(classes: Iterable[str]) -> tuple[PSType, ...]:
    """The types by name, also those of the instances of CIM classes."""
    return (_BASE, *(_named(name) for name in classes))


def _named(class_name: str) -> PSType:
    name = f"{INSTANCE}#{class_name}"
    return BUILTIN.get(name.lower()) or register(PSType(name, base=INSTANCE))
