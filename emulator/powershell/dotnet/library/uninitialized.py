"""Objects without a constructor having run (FormatterServices.GetUninitializedObject), for mocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.types import Property, PSType, register

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


class UninitializedObject:
    """An object of a type whose members all have the value that .NET gives to fields: 0, false or $null."""

    __slots__ = ("ps_type", "values")

    def __init__(self, kind: PSType) -> None:
        self.ps_type = kind
        self.values: dict[str, Any] = {}


def uninitialized(engine: Engine, kind: PSType) -> Any:
    """An object of a type. Raises NetError for types of which no object can be made."""
    from emulator.powershell.csharp.types import CSharpType

    if kind.name == "System.String" or kind.element_type is not None:
        raise NetError("System.ArgumentException", "Uninitialized Strings cannot be created.")
    if kind.is_abstract or kind.is_interface:
        raise NetError("System.MemberAccessException", "Cannot create an abstract class.")
    if isinstance(kind, CSharpType):
        return kind.default_value(engine)
    return UninitializedObject(_blank(engine, kind))


def _blank(engine: Engine, kind: PSType) -> PSType:
    """The type with properties that are fields: nothing stands behind them."""
    members = kind.all_members().values()
    properties = [_field(engine, member) for member in members if isinstance(member, Property)]
    return PSType(kind.name, base=kind.base, interfaces=kind.interfaces, properties=tuple(properties))


def _field(engine: Engine, member: Property) -> Property:
    from emulator.powershell.runtime.script_class import default_value

    key = member.name.lower()
    initial = default_value(engine.types.find(member.type_name))

    def get(this: UninitializedObject) -> Any:
        return this.values.get(key, initial)

    def put(this: UninitializedObject, value: Any) -> None:
        this.values[key] = value

    setter = put if member.setter is not None else None
    return Property(member.name, get, setter, type_name=member.type_name)


register(
    PSType(
        "System.Runtime.Serialization.FormatterServices",
        is_abstract=True,
        static={"@GetUninitializedObject(type type)": uninitialized},
    )
)
