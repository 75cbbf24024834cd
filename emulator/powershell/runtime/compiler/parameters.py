"""Parameters of functions: types, attributes, defaults."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.switch import SwitchParameter
from emulator.powershell.dotnet.types import Method, PSType, builtin, parse_table
from emulator.powershell.parser import ast
from emulator.powershell.runtime.attribute_checks import find_attribute
from emulator.powershell.runtime.compiler.base import Value, value_of
from emulator.powershell.runtime.compiler.type_names import type_of_name
from emulator.powershell.runtime.conversion import convert, to_bool, to_text
from emulator.powershell.runtime.custom_attributes import custom_attributes, transformers_of, validators_of
from emulator.powershell.runtime.errors import ConversionError, error
from emulator.powershell.runtime.invoke import count_error
from emulator.powershell.runtime.metadata import ALL_SETS, CommandMetadata, Parameter, SetFlags, Validator
from emulator.powershell.runtime.scope import Constraint
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
    from emulator.powershell.runtime.engine import Engine, Frame

MAXIMUM_POSITION = 1 << 20


def short(name: str) -> str:
    """An attribute's name without namespace and without the ending Attribute."""
    plain = name.rpartition(".")[2].lower()
    return plain.removesuffix("attribute") if plain != "attribute" else plain


class FunctionParameter:
    """One parameter of a function as it is compiled."""

    __slots__ = ("_find", "attributes", "default", "key", "name", "node", "type_name", "typed")

    def __init__(self, node: ast.ParameterAst) -> None:
        self.node = node
        self.name = node.name.variable_path.unqualified_path
        self.key = self.name.lower()
        self.default: Value | None = value_of(node.default_value) if node.default_value is not None else None
        types = [one for one in node.attributes if isinstance(one, ast.TypeConstraintAst)]
        self.type_name = types[-1].type_name.name if types else "System.Object"
        self.typed = bool(types)
        self._find = type_of_name(types[-1].type_name) if types else None
        self.attributes = tuple(one for one in node.attributes if isinstance(one, ast.AttributeAst))

    def kind(self, engine: Engine) -> PSType:
        """The declared type. Raises TypeNotFound."""
        found: PSType = builtin("System.Object") if self._find is None else self._find(engine.frame)
        return found

    def empty(self, engine: Engine) -> Any:
        """The value of a parameter that was not given and has no default."""
        if not self.typed:
            return None
        kind = self.kind(engine)
        if kind.name == "System.String":
            return ""
        if kind.name == "System.Management.Automation.SwitchParameter":
            return SwitchParameter(False)
        if kind.is_value_type:
            try:
                return convert(None, kind, engine)
            except ConversionError:
                return None
        return None

    def constraint(self, engine: Engine) -> Constraint:
        """What later assignments to the variable must fit."""
        return Constraint(self.kind(engine))

    @property
    def has_parameter_attribute(self) -> bool:
        """True when [Parameter()] makes the function an advanced one."""
        return any(short(one.type_name.name) == "parameter" for one in self.attributes)


def constant(node: ast.ExpressionAst, frame: Frame) -> Any:
    """An attribute's argument."""
    return value_of(node)(frame)


def build(
    parameters: tuple[FunctionParameter, ...],
    attributes: tuple[ast.AttributeBaseAst, ...],
    engine: Engine,
    advanced: bool,
) -> CommandMetadata:
    """The metadata of a function."""
    frame = engine.frame
    options = _binding(attributes, frame)
    positional = to_bool(options.get("positionalbinding", True))
    explicit = any(_explicit_position(one) for one in parameters)
    made = []
    next_position = 0
    for one in parameters:
        sets = _sets(one, frame)
        is_switch = short(one.type_name) in ("switch", "switchparameter")
        if positional and not explicit and not is_switch:
            for flags in sets.values():
                flags.position = next_position
            next_position += 1
        made.append(_parameter(one, sets, engine, frame))
    _check(made)
    default = options.get("defaultparametersetname")
    impact = options.get("confirmimpact")
    return CommandMetadata(
        made,
        default_set=to_text(default) if default is not None else None,
        is_cmdlet=advanced,
        supports_should_process=to_bool(options.get("supportsshouldprocess", False)),
        confirm_impact=to_text(impact) if impact is not None else "Medium",
        version=engine.language,
    )


def _check(parameters: list[Parameter]) -> None:
    """Refuse parameters that no command can have together."""
    names = {one.name.lower(): one for one in parameters}
    for one in parameters:
        for alias in one.aliases:
            other = names.get(alias.lower())
            if other is not None and other is not one:
                raise error(
                    f"The parameter '{other.name}' cannot be specified because it conflicts with the "
                    f"parameter alias of the same name for parameter '{one.name}'.",
                    "ParameterNameConflictsWithAlias",
                    "MetadataError",
                    kind=_METADATA,
                )
    if len({name for one in parameters for name in one.sets}) > _MOST_SETS:
        raise error(
            "Cannot get or run the command. The maximum number of parameter sets for this command has been "
            "exceeded.",
            "ParsingTooManyParameterSets",
            "MetadataError",
            kind=_METADATA,
        )


_METADATA = "System.Management.Automation.MetadataException"
_MOST_SETS = 32


def _binding(attributes: tuple[ast.AttributeBaseAst, ...], frame: Frame) -> dict[str, Any]:
    for one in attributes:
        if isinstance(one, ast.AttributeAst) and short(one.type_name.name) == "cmdletbinding":
            return _named(one, frame)
    return {}


def _named(node: ast.AttributeAst, frame: Frame) -> dict[str, Any]:
    return {
        one.argument_name.lower(): True if one.expression_omitted else constant(one.argument, frame)
        for one in node.named_arguments
    }


def _explicit_position(one: FunctionParameter) -> bool:
    return any(
        short(attribute.type_name.name) == "parameter"
        and any(
            argument.argument_name.lower() in ("position", "parametersetname")
            for argument in attribute.named_arguments
        )
        for attribute in one.attributes
    )


def _sets(one: FunctionParameter, frame: Frame) -> dict[str, SetFlags]:
    sets: dict[str, SetFlags] = {}
    for attribute in one.attributes:
        if short(attribute.type_name.name) != "parameter":
            continue
        named = _named(attribute, frame)
        position = named.get("position")
        sets[to_text(named.get("parametersetname", ALL_SETS))] = SetFlags(
            mandatory=to_bool(named.get("mandatory", False)),
            position=int(position) if isinstance(position, int) and position >= 0 else None,
            by_value=to_bool(named.get("valuefrompipeline", False)),
            by_name=to_bool(named.get("valuefrompipelinebypropertyname", False)),
            remaining=to_bool(named.get("valuefromremainingarguments", False)),
        )
    return sets or {ALL_SETS: SetFlags()}


def _parameter(one: FunctionParameter, sets: dict[str, SetFlags], engine: Engine, frame: Frame) -> Parameter:
    names = {short(attribute.type_name.name) for attribute in one.attributes}
    validators = [
        made for attribute in one.attributes if (made := attribute_validator(attribute)(frame)) is not None
    ]
    custom = custom_attributes(one.attributes, frame)
    validators.extend(validators_of(custom))
    aliases: list[str] = []
    for attribute in one.attributes:
        if short(attribute.type_name.name) == "alias":
            aliases.extend(to_text(constant(item, frame)) for item in attribute.positional_arguments)
    return Parameter(
        one.name,
        one.kind(engine).name if one.typed else "System.Object",
        aliases=aliases,
        sets=sets,
        kind=one.kind(engine) if one.typed else None,
        validators=validators,
        custom=custom,
        transformers=transformers_of(custom),
        allow_null="allownull" in names,
        allow_empty_text="allowemptystring" in names,
        allow_empty_collection="allowemptycollection" in names,
        transforms=True,
        values=[
            to_text(constant(item, frame))
            for attribute in one.attributes
            if short(attribute.type_name.name) == "validateset"
            for item in attribute.positional_arguments
        ],
        completer=next(
            (
                constant(attribute.positional_arguments[0], frame)
                for attribute in one.attributes
                if short(attribute.type_name.name) == "argumentcompleter" and attribute.positional_arguments
            ),
            None,
        ),
    )


def _check_count(node: ast.AttributeAst, frame: Frame) -> None:
    """Raises the error of a constructor when none takes so many arguments."""
    kind = find_attribute(node.type_name, (), frame.engine)
    if kind is None or not kind.construct or hasattr(kind, "make_instance"):
        return
    count = len(node.positional_arguments)
    if not any(least <= count <= most for least, most in _counts(kind)):
        problem = count_error(kind.short_name, count)
        problem.record.extent = node.extent
        raise problem


@cache
def _counts(kind: PSType) -> tuple[tuple[int, int], ...]:
    """How many arguments the constructors of an attribute of .NET take."""
    made = parse_table(kind.construct or {}, static=True).get("new")
    overloads = made.overloads if isinstance(made, Method) else []
    return tuple(
        (len(one.types) - 1, sys.maxsize) if one.variadic else (len(one.types), len(one.types))
        for one in overloads
    )


Maker = Callable[["Frame"], Validator | None]


def attribute_validator(node: ast.AttributeAst) -> Maker:
    """A closure that makes the validator of an attribute, or None for attributes that validate nothing."""
    name = short(node.type_name.name)

    def make(frame: Frame) -> Validator | None:
        _check_count(node, frame)
        arguments = [constant(one, frame) for one in node.positional_arguments]
        named = _named(node, frame)
        if name == "validateset":
            return validate_set([to_text(one) for one in arguments], to_bool(named.get("ignorecase", True)))
        if name == "validaterange":
            return validate_range(arguments[0], arguments[1])
        if name == "validatenotnull":
            return validate_not_null
        if name == "validatenotnullorempty":
            return validate_not_null_or_empty
        if name == "validatepattern":
            return validate_pattern(to_text(arguments[0]))
        if name == "validatescript":
            return validate_script(arguments[0])
        if name == "validatelength":
            return validate_length(int(arguments[0]), int(arguments[1]))
        if name == "validatecount":
            return validate_count(int(arguments[0]), int(arguments[1]))
        return None

    return make
