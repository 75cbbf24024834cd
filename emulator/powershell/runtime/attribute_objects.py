"""The attributes of a script's classes and their members as objects (GetCustomAttributes)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.attributes import AttributeObject
from emulator.powershell.parser import ast
from emulator.powershell.runtime.attribute_checks import find_attribute
from emulator.powershell.runtime.conversion import convert
from emulator.powershell.runtime.errors import ConversionError, PSError, error

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Frame


def attribute_objects(nodes: Iterable[ast.AttributeAst], frame: Frame) -> tuple[Any, ...]:
    """Make the objects; attributes of unknown types are left out.

    Raises what is wrong with the arguments, as 5.1 does when the class is defined.
    """
    made = (_object(node, frame) for node in nodes)
    return tuple(one for one in made if one is not None)


def _object(node: ast.AttributeAst, frame: Frame) -> Any:
    from emulator.powershell.runtime.compiler.parameters import constant
    from emulator.powershell.runtime.invoke import construct
    from emulator.powershell.runtime.members import set_member

    engine = frame.engine
    kind = find_attribute(node.type_name, (), engine)
    if kind is None:
        return None
    try:
        made = construct(kind, [constant(one, frame) for one in node.positional_arguments], engine)
    except PSError as problem:
        record = problem.record
        raise error(record.message, record.fully_qualified_error_id, "InvalidOperation") from None
    for one in node.named_arguments:
        member = kind.member(one.argument_name)
        value = constant(one.argument, frame)
        declared = engine.types.find(getattr(member, "type_name", None) or "System.Object")
        try:
            fitting = value if declared is None else convert(value, declared)
        except ConversionError as problem:
            raise error(problem.message, "CannotConvertValue", "InvalidArgument") from None
        set_member(made, one.argument_name, fitting, engine)
    if isinstance(made, AttributeObject):
        made.named = tuple(one.argument_name for one in node.named_arguments)
    return made
