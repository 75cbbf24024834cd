"""What Get-Command -ShowCommandInfo says of a command: names and shapes in plain objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import ArrayList, PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.psobject import LazyNote, PSObject
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.runtime.members import get_property

if TYPE_CHECKING:
    from emulator.powershell.runtime.commands import CommandInfo
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.metadata import CommandMetadata, Parameter, SetFlags

_NO_POSITION = -2147483648


def command_information(engine: Engine, command: CommandInfo) -> PSObject:
    """The object of one command; of many commands hardly anybody reads every parameter."""
    made = PSObject.custom(
        [
            ("Name", command.name),
            ("ModuleName", command.module_name),
            ("Module", PSObject.custom([("Name", command.module_name)])),
            ("CommandType", get_property(command, "CommandType", engine)),
        ]
    )
    made.add(LazyNote("Definition", lambda: get_property(command, "Definition", engine)))
    made.add(LazyNote("ParameterSets", lambda: _sets(engine, command)))
    return made


def _sets(engine: Engine, command: CommandInfo) -> PSArray:
    shape = command.metadata(engine)
    return PSArray(() if shape is None else (_set(engine, shape, name) for name in shape.set_names))


def _set(engine: Engine, shape: CommandMetadata, name: str) -> PSObject:
    members = ((one, one.flags(name)) for one in shape.parameters.values())
    return PSObject.custom(
        [
            ("Name", name),
            ("IsDefault", name == shape.default_set),
            ("Parameters", PSArray(_parameter(engine, one, flags) for one, flags in members if flags)),
        ]
    )


def _parameter(engine: Engine, parameter: Parameter, flags: SetFlags) -> PSObject:
    return PSObject.custom(
        [
            ("Name", parameter.name),
            ("IsMandatory", flags.mandatory),
            ("ValueFromPipeline", flags.by_value),
            ("Position", flags.position if flags.position is not None else _NO_POSITION),
            ("ParameterType", _type(parameter.kind(engine), parameter.type_name)),
            ("HasParameterSet", bool(parameter.values)),
            ("ValidParamSetValues", strings(list(parameter.values))),
        ]
    )


def _type(kind: PSType | None, name: str) -> PSObject:
    is_array = name.endswith("[]") if kind is None else kind.element_type is not None
    element = kind.element_type if kind is not None else None
    values: list[Any] = (
        [kind.value(one) for one in sorted(set(kind.names.values()))] if isinstance(kind, EnumType) else []
    )
    return PSObject.custom(
        [
            ("FullName", name if kind is None else kind.name),
            ("IsEnum", isinstance(kind, EnumType)),
            ("IsArray", is_array),
            ("EnumValues", ArrayList(values)),
            ("HasFlagAttribute", False),
            ("ElementType", _type(element, name.removesuffix("[]")) if is_array else None),
            ("ImplementsDictionary", False),
        ]
    )
