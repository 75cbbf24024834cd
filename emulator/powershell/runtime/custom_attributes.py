"""Attributes of a script's own classes, also compiled ones, on parameters and variables: those that derive
from ValidateArgumentsAttribute, ValidateEnumeratedArgumentsAttribute and ArgumentTransformationAttribute act.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.types import BUILTIN, PSType, builtin, type_of
from emulator.powershell.parser import ast
from emulator.powershell.runtime.attribute_checks import find_attribute
from emulator.powershell.runtime.attribute_objects import attribute_objects
from emulator.powershell.runtime.errors import PSError

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine, Frame
    from emulator.powershell.runtime.metadata import Transformer, Validator

_A = "System.Management.Automation."


def custom_attributes(nodes: Iterable[ast.AttributeBaseAst], frame: Frame) -> tuple[Any, ...]:
    """The objects of the attributes whose classes scripts have defined. Raises what their constructors do."""
    own = [
        one
        for one in nodes
        if isinstance(one, ast.AttributeAst) and _is_own(find_attribute(one.type_name, (), frame.engine))
    ]
    return attribute_objects(own, frame) if own else ()


def own_attributes(values: Iterable[Any]) -> tuple[Any, ...]:
    """Those of some attributes whose classes scripts have defined."""
    return tuple(one for one in values if _is_own(type_of(one)))


def _is_own(kind: PSType | None) -> bool:
    return kind is not None and BUILTIN.get(kind.name.lower()) is not kind


def _is(value: Any, name: str) -> bool:
    return type_of(value).is_assignable_to(builtin(f"{_A}{name}"))


def transformers_of(attributes: Iterable[Any]) -> tuple[Transformer, ...]:
    """What the attributes make of a value before it is converted to its type."""
    return tuple(_transformer(one) for one in attributes if _is(one, "ArgumentTransformationAttribute"))


def validators_of(attributes: Iterable[Any]) -> tuple[Validator, ...]:
    """What the attributes say against a value: a text, or None."""
    return tuple(_validator(one) for one in attributes if _is(one, "ValidateArgumentsAttribute"))


def _intrinsics(engine: Engine) -> Any:
    return engine.global_scope.value("executioncontext")


def _call(attribute: Any, name: str, arguments: list[Any], engine: Engine) -> Any:
    """Call what the class overrides; in C# that is protected. Raises PSError."""
    from emulator.powershell.runtime.invoke import call_method, invocation_error

    call_any = getattr(type_of(attribute), "call_any", None)
    if call_any is None:
        return call_method(attribute, name, arguments, engine)
    try:
        return call_any(attribute, name, arguments, engine)
    except NetError as problem:
        raise invocation_error(name, len(arguments), problem.exception) from None


def _transformer(attribute: Any) -> Transformer:
    def transform(engine: Engine, value: Any) -> Any:
        return _call(attribute, "Transform", [_intrinsics(engine), value], engine)

    return transform


def _validator(attribute: Any) -> Validator:
    from emulator.powershell.runtime.conversion import items_of

    each = _is(attribute, "ValidateEnumeratedArgumentsAttribute")

    def check(engine: Engine, value: Any) -> str | None:
        try:
            if each:
                for item in items_of(value):
                    _call(attribute, "ValidateElement", [item], engine)
            else:
                _call(attribute, "Validate", [value, _intrinsics(engine)], engine)
        except PSError as problem:
            return str(problem.record.exception.chain()[-1].message)
        return None

    return check
