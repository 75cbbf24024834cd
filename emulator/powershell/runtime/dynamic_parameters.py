"""Dynamic parameters: what a ``dynamicparam`` block adds to a function's parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.attributes import AttributeObject, ObjectParameter, RuntimeParameter
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import type_of
from emulator.powershell.runtime.binder import Argument, Binder
from emulator.powershell.runtime.conversion import to_bool, to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.metadata import ALL_SETS, CommandMetadata, Parameter, SetFlags, Validator
from emulator.powershell.runtime.validation import (
    validate_count,
    validate_length,
    validate_not_null,
    validate_not_null_or_empty,
    validate_pattern,
    validate_range,
    validate_script,
    validate_set,
)

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def bound_so_far(engine: Engine, metadata: CommandMetadata, arguments: list[Argument]) -> Binder:
    """What the declared parameters take of the command line, without complaint about the rest."""
    binder = Binder(engine, metadata, simple=True)
    known: list[Argument] = []
    index = 0
    while index < len(arguments):
        one = arguments[index]
        index += 1
        if one.name is None or not isinstance(metadata.find(one.name), tuple):
            known.append(one)
        elif not one.has_value and index < len(arguments) and arguments[index].name is None:
            index += 1
    try:
        positional = binder._named(known)
        binder._positional(positional)
    except PSError:
        pass
    return binder


def parameters_of(values: list[Any], engine: Engine) -> list[RuntimeParameter]:
    """The parameters that a dynamicparam block wrote: by themselves, in a table, or as properties of objects
    whose classes, of a script or of C#, declare them."""
    found: list[RuntimeParameter] = []
    for value in values:
        held = unwrap(value)
        if type(held) in DICTIONARY_TYPES:
            found.extend(one for each in held.values() if isinstance(one := unwrap(each), RuntimeParameter))
        elif isinstance(held, RuntimeParameter):
            found.append(held)
        elif held is not None and (declared := getattr(type_of(held), "parameters", None)) is not None:
            found.extend(ObjectParameter(held, *one) for one in declared(engine))
    return found


def extended(metadata: CommandMetadata, dynamic: list[RuntimeParameter]) -> CommandMetadata:
    """The metadata with dynamic parameters."""
    declared = [one for one in metadata.parameters.values() if not one.common]
    return CommandMetadata(
        [*declared, *(parameter_of(one) for one in dynamic)],
        default_set=metadata.default_set,
        is_cmdlet=True,
        supports_should_process=metadata.supports_should_process,
        confirm_impact=metadata.confirm_impact,
        output_types=metadata.output_types,
        set_names=[one for one in metadata.set_names if one != ALL_SETS],
        version=metadata.version,
    )


def parameter_of(dynamic: RuntimeParameter, *, of_cmdlet: bool = False) -> Parameter:
    """The parameter that a name, a type and attributes describe: of a script, or of a compiled cmdlet."""
    from emulator.powershell.runtime.custom_attributes import own_attributes, transformers_of, validators_of

    attributes = [one for each in dynamic.attributes if isinstance(one := unwrap(each), AttributeObject)]
    sets: dict[str, SetFlags] = {}
    for one in attributes:
        if one.ps_type.short_name == "ParameterAttribute":
            sets[to_text(one.values.get("parametersetname", ALL_SETS))] = _flags(one.values)
    aliases = [
        to_text(name)
        for one in attributes
        if one.ps_type.short_name == "AliasAttribute"
        for name in one.arguments[0]
    ]
    names = {one.ps_type.short_name for one in attributes}
    custom = own_attributes(map(unwrap, dynamic.attributes))
    return Parameter(
        dynamic.name,
        dynamic.kind.name,
        aliases=aliases,
        sets=sets or {ALL_SETS: SetFlags()},
        kind=dynamic.kind,
        validators=[*_validators(attributes), *validators_of(custom)],
        custom=custom,
        transformers=transformers_of(custom),
        allow_null="AllowNullAttribute" in names,
        allow_empty_text="AllowEmptyStringAttribute" in names,
        allow_empty_collection="AllowEmptyCollectionAttribute" in names,
        transforms=not of_cmdlet,
        values=[
            to_text(value)
            for one in attributes
            if one.ps_type.short_name == "ValidateSetAttribute"
            for value in one.arguments[0]
        ],
        completer=next(
            (
                one.arguments[0]
                for one in attributes
                if one.ps_type.short_name == "ArgumentCompleterAttribute"
            ),
            None,
        ),
    )


def _flags(values: dict[str, Any]) -> SetFlags:
    position = values.get("position")
    return SetFlags(
        mandatory=to_bool(values.get("mandatory", False)),
        position=int(position) if position is not None and int(position) >= 0 else None,
        by_value=to_bool(values.get("valuefrompipeline", False)),
        by_name=to_bool(values.get("valuefrompipelinebypropertyname", False)),
        remaining=to_bool(values.get("valuefromremainingarguments", False)),
    )


def _validators(attributes: list[AttributeObject]) -> Iterator[Validator]:
    for one in attributes:
        made = validator_of(one)
        if made is not None:
            yield made


def validator_of(attribute: AttributeObject) -> Validator | None:
    """The check of a validation attribute, None for other attributes."""
    name, given = attribute.ps_type.short_name, attribute.arguments
    if name == "ValidateSetAttribute":
        ignore_case = to_bool(attribute.values.get("ignorecase", True))
        return validate_set([to_text(one) for one in given[0]], ignore_case)
    if name == "ValidateRangeAttribute":
        return validate_range(given[0], given[1])
    if name == "ValidateLengthAttribute":
        return validate_length(int(given[0]), int(given[1]))
    if name == "ValidateCountAttribute":
        return validate_count(int(given[0]), int(given[1]))
    if name == "ValidatePatternAttribute":
        return validate_pattern(to_text(given[0]))
    if name == "ValidateScriptAttribute":
        return validate_script(given[0])
    plain = {
        "ValidateNotNullAttribute": validate_not_null,
        "ValidateNotNullOrEmptyAttribute": validate_not_null_or_empty,
    }
    return plain.get(name)
