"""Attributes of a script's own classes on parameters and variables: those that derive from
ValidateArgumentsAttribute, ValidateEnumeratedArgumentsAttribute and ArgumentTransformationAttribute act.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.types import builtin, type_of
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
    from emulator.powershell.runtime.script_class import ScriptClass

    own = [
        one
        for one in nodes
        if isinstance(one, ast.AttributeAst)
        and isinstance(find_attribute(one.type_name, (), frame.engine), ScriptClass)
    ]
    return attribute_objects(own, frame) if own else ()


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


def _transformer(attribute: Any) -> Transformer:
    from emulator.powershell.runtime.invoke import call_method

    return lambda engine, value: call_method(attribute, "Transform", [_intrinsics(engine), value], engine)


def _validator(attribute: Any) -> Validator:
    from emulator.powershell.runtime.conversion import items_of
    from emulator.powershell.runtime.invoke import call_method

    each = _is(attribute, "ValidateEnumeratedArgumentsAttribute")

    def check(engine: Engine, value: Any) -> str | None:
        try:
            if each:
                for item in items_of(value):
                    call_method(attribute, "ValidateElement", [item], engine)
            else:
                call_method(attribute, "Validate", [value, _intrinsics(engine)], engine)
        except PSError as problem:
            return str(problem.record.exception.chain()[-1].message)
        return None

    return check
