"""Operators, conversions and assignments of Visual Basic, compiled to Python closures."""

from __future__ import annotations

from typing import Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.conversions import cast, fits
from emulator.powershell.csharp.expressions import expression, makes, type_code
from emulator.powershell.csharp.frames import Body, Code, Frame
from emulator.powershell.csharp.statements import inferred as always
from emulator.powershell.csharp.types import CSharpType
from emulator.powershell.dotnet.types import PSType, builtin, type_of
from emulator.powershell.visualbasic.conversions import NAMES, convert, name_of, truth
from emulator.powershell.visualbasic.creations import array_code
from emulator.powershell.visualbasic.operations import COMPARISONS, negate, operate
from emulator.powershell.visualbasic.places import place_of
from emulator.powershell.visualbasic.resolution import problem
from emulator.powershell.visualbasic.syntax import (
    ArrayOfItems,
    Assign,
    Choice,
    Converted,
    Negation,
    Operation,
    ReferenceCast,
    Truth,
    TypeOfIs,
)

_NUMBERS = frozenset(
    name for name in NAMES if name not in ("System.Object", "System.String", "System.Char", "System.DateTime")
)
_BOOLEAN = "System.Boolean"


@makes(Operation)
def _operation(node: Operation, body: Body) -> Code:
    operator = node.operator
    left, right = expression(node.left, body), expression(node.right, body)
    first, second = left.run, right.run
    if operator == "andalso":
        return Code(
            lambda frame: truth(first(frame), frame.engine) and truth(second(frame), frame.engine),
            builtin(_BOOLEAN),
        )
    if operator == "orelse":
        return Code(
            lambda frame: truth(first(frame), frame.engine) or truth(second(frame), frame.engine),
            builtin(_BOOLEAN),
        )
    is_late = not (_is_typed(left) and _is_typed(right))
    return Code(
        lambda frame: operate(operator, first(frame), second(frame), frame.engine, is_late=is_late),
        _result_kind(operator, left.kind, right.kind),
    )


def _is_typed(code: Code) -> bool:
    return code.kind is not None and code.kind.name != "System.Object"


def _result_kind(operator: str, left: PSType | None, right: PSType | None) -> PSType | None:
    if operator in COMPARISONS or operator in ("is", "isnot", "like"):
        return builtin(_BOOLEAN)
    if operator == "&":
        return builtin("System.String")
    if left is None or right is None or left is not right:
        return None
    if left.name == "System.String":
        return left if operator == "+" else builtin("System.Double")
    if left.name not in _NUMBERS or left.name == _BOOLEAN:
        return left if operator in ("and", "or", "xor") and left.name == _BOOLEAN else None
    if operator in ("/", "^"):
        return builtin("System.Double") if left.name not in ("System.Decimal", "System.Single") else None
    return (
        left
        if operator != "\\" or left.name not in ("System.Double", "System.Single", "System.Decimal")
        else None
    )


@makes(Negation)
def _negation(node: Negation, body: Body) -> Code:
    operand = expression(node.operand, body)
    work, operator, is_late = operand.run, node.operator, not _is_typed(operand)
    kind = operand.kind if operand.kind is not None and operand.kind.name in _NUMBERS else None
    if operator == "-" and kind is not None and kind.name not in _NEGATIVE:
        kind = None
    return Code(lambda frame: negate(operator, work(frame), frame.engine, is_late=is_late), kind)


_NEGATIVE = frozenset(
    f"System.{one}" for one in ("Int16", "Int32", "Int64", "Single", "Double", "Decimal", "SByte")
)


@makes(Truth)
def _truth(node: Truth, body: Body) -> Code:
    work = expression(node.value, body).run
    return Code(lambda frame: truth(work(frame), frame.engine), builtin(_BOOLEAN))


@makes(Converted)
def _converted(node: Converted, body: Body) -> Code:
    code = type_code(node.type_name, body)
    value = node.value
    fixed = code.fixed
    element = fixed.element_type if fixed is not None else None
    if isinstance(value, ArrayOfItems) and value.element is None and element is not None:
        return array_code(value, always(element), body)
    inner = expression(value, body)
    work = inner.run
    if fixed is None:
        return Code(lambda frame: convert(work(frame), code.find(frame), frame.engine))
    if isinstance(value, syntax.Literal) and value.value is not None:
        _check_literal(value, fixed, body)
    made = Code(lambda frame: convert(work(frame), fixed, frame.engine), fixed)
    made.is_cast = True
    return made


def _check_literal(node: syntax.Literal, kind: PSType, body: Body) -> None:
    """Constants that can never be of a type."""
    actual = type_of(node.value)
    of_source = isinstance(kind, CSharpType) and not kind.conversions and kind.name != "System.Object"
    if of_source and not actual.is_assignable_to(kind):
        text = f"Value of type '{name_of(actual)}' cannot be converted to '{kind.name.replace('+', '.')}'."
        problem(body, node, "BC30311", text)


@makes(ReferenceCast)
def _reference_cast(node: ReferenceCast, body: Body) -> Code:
    code = type_code(node.type_name, body)
    work = expression(node.value, body).run
    is_trial = node.is_trial

    def run(frame: Frame) -> Any:
        value, kind = work(frame), code.find(frame)
        if is_trial:
            return value if fits(value, kind) else None
        if value is None and kind.is_value_type:
            return convert(None, kind, frame.engine)
        return cast(value, kind, frame.engine, is_unboxing=True)

    return Code(run, code.fixed)


@makes(TypeOfIs)
def _type_of_is(node: TypeOfIs, body: Body) -> Code:
    code = type_code(node.type_name, body)
    work = expression(node.value, body).run
    return Code(lambda frame: fits(work(frame), code.find(frame)), builtin(_BOOLEAN))


@makes(Choice)
def _choice(node: Choice, body: Body) -> Code:
    first, second = expression(node.first, body), expression(node.second, body)
    yes, no = first.run, second.run
    kind = first.kind if first.kind is second.kind else None
    if node.condition is None:

        def present(frame: Frame) -> Any:
            value = yes(frame)
            return value if value is not None else no(frame)

        return Code(present, kind)
    condition = expression(node.condition, body).run
    wanted = kind
    if kind is None and first.kind is not None and second.kind is None:
        wanted = first.kind if _is_nothing(node.second) else None
    elif kind is None and second.kind is not None and first.kind is None:
        wanted = second.kind if _is_nothing(node.first) else None
    return Code(
        lambda frame: convert(
            yes(frame) if truth(condition(frame), frame.engine) else no(frame), wanted, frame.engine
        ),
        wanted,
    )


def _is_nothing(node: syntax.Expression) -> bool:
    return isinstance(node, syntax.Literal) and node.value is None


@makes(Assign)
def _assign(node: Assign, body: Body) -> Code:
    place = place_of(node.target, body)
    prepare, read, write, kind = place.prepare, place.read, place.write, place.kind
    value = node.value
    if (
        kind is not None
        and kind.element_type is not None
        and isinstance(value, ArrayOfItems)
        and value.element is None
    ):
        element = kind.element_type
        code = array_code(value, always(element), body)
    else:
        code = expression(value, body)
    work = code.run
    operator = node.operator
    if not operator:

        def assign(frame: Frame) -> Any:
            handle = prepare(frame)
            write(frame, handle, convert(work(frame), kind, frame.engine))

        return Code(assign, kind)
    is_late = kind is None or kind.name == "System.Object" or not _is_typed(code)

    def compound(frame: Frame) -> Any:
        handle = prepare(frame)
        made = operate(operator, read(frame, handle), work(frame), frame.engine, is_late=is_late)
        write(frame, handle, convert(made, kind, frame.engine))

    return Code(compound, kind)
