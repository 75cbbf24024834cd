"""Expressions, compiled to Python closures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.arithmetic import NUMBERS, NoOperatorError
from emulator.powershell.csharp.conversions import cast, default_of, fits, implicit
from emulator.powershell.csharp.frames import NOT_CONSTANT, Body, Code, Frame, TypeCode
from emulator.powershell.csharp.native_calls import missing
from emulator.powershell.csharp.objects import AnonymousObject, ByReference, thrown
from emulator.powershell.csharp.operators import binary, step, unary
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.switch import SwitchParameter
from emulator.powershell.dotnet.types import PSType, builtin, type_of

Maker = Callable[[Any, Body], Code]
_MAKERS: dict[type, Maker] = {}
_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">="})


def makes(kind: type) -> Callable[[Maker], Maker]:
    """Register what compiles a kind of node."""

    def register(make: Maker) -> Maker:
        _MAKERS[kind] = make
        return make

    return register


def expression(node: syntax.Expression, body: Body) -> Code:
    """Compile an expression."""
    return _MAKERS[type(node)](node, body)


def converted_code(node: syntax.Expression, kind: PSType | None, body: Body) -> Code:
    """An expression where a value of a type is wanted: braces alone make an array."""
    if isinstance(node, syntax.Initializer):
        from emulator.powershell.csharp.creations import array_of_initializer

        return array_of_initializer(node, kind, body)
    return expression(node, body)


def type_code(name: syntax.TypeName, body: Body) -> TypeCode:
    """The type of a name in a body; type parameters of methods are found when it runs."""
    return body.owner.type_names.code(name, body.open_names)


# Constants


@makes(syntax.Literal)
def _literal(node: syntax.Literal, _body: Body) -> Code:
    value = node.value
    return Code(lambda _frame: value, type_of(value) if value is not None else None, value)


@makes(syntax.TypeOf)
def _type_of(node: syntax.TypeOf, body: Body) -> Code:
    code = type_code(node.type_name, body)
    if node.operator == "typeof":
        return Code(code.find, builtin("System.Type"))
    if node.operator == "default":
        return Code(lambda frame: default_of(code.find(frame), frame.engine), code.fixed)
    from emulator.powershell.csharp.native_types import managed_size

    return Code(lambda frame: managed_size(code.find(frame), frame.engine), builtin("System.Int32"))


@makes(syntax.TypeExpression)
def _type_expression(node: syntax.TypeExpression, body: Body) -> Code:
    code = type_code(node.type_name, body)
    return Code(code.find, None)


# Operators


@makes(syntax.Binary)
def _binary(node: syntax.Binary, body: Body) -> Code:
    operator = node.operator
    left, right = expression(node.left, body), expression(node.right, body)
    first, second = left.run, right.run
    if operator == "&&":
        return Code(lambda frame: _truth(first(frame)) and _truth(second(frame)), builtin("System.Boolean"))
    if operator == "||":
        return Code(lambda frame: _truth(first(frame)) or _truth(second(frame)), builtin("System.Boolean"))
    if operator == "??":

        def otherwise(frame: Frame) -> Any:
            value = first(frame)
            return value if value is not None else second(frame)

        return Code(otherwise, left.kind)
    constants = (1 if left.is_constant else 0) | (2 if right.is_constant else 0)
    is_text = _is_text(left) or _is_text(right)
    is_checked = body.is_checked
    kind = (
        builtin("System.Boolean")
        if operator in _COMPARISONS
        else _result_kind(operator, left, right, is_text)
    )

    def run(frame: Frame) -> Any:
        a, b = first(frame), second(frame)
        try:
            return binary(operator, a, b, frame.engine, is_checked, constants, is_text)
        except NoOperatorError:
            raise missing(frame.engine, f"operator {operator} of {_name(a)} and {_name(b)}") from None

    if operator in ("==", "!=") and (_is_plain_object(left) or _is_plain_object(right)):
        return Code(_identity(first, second, operator == "=="), kind)
    if (
        left.is_constant
        and right.is_constant
        and type(left.constant) in NUMBERS
        and type(right.constant) in NUMBERS
    ):
        return _folded(run, kind, constants)
    return Code(run, kind)


def _folded(run: Any, kind: PSType | None, constants: int) -> Code:
    # Only numbers meet here, and they need nothing of a frame but for errors.
    def lazily(frame: Frame) -> Any:
        return run(frame)

    return Code(lazily, kind, _FOLDED if constants == 3 else NOT_CONSTANT)


class _Folded:
    """Stands for a constant whose value is only known when it runs: its sign matters to unsigned operands."""


_FOLDED: Any = _Folded()


def _identity(first: Any, second: Any, is_equal: bool) -> Any:
    # ``(object)a == b`` compares references; boxed values are never the same.
    def run(frame: Frame) -> bool:
        a, b = first(frame), second(frame)
        same = a is b or (isinstance(a, str) and isinstance(b, str) and a == b)
        return same is is_equal

    return run


def _is_plain_object(code: Code) -> bool:
    return (
        code.kind is not None and code.kind.name == "System.Object" and not code.is_constant and code.is_cast
    )


def _is_text(code: Code) -> bool:
    return code.kind is not None and code.kind.name == "System.String"


def _result_kind(operator: str, left: Code, right: Code, is_text: bool) -> PSType | None:
    if operator == "+" and is_text:
        return builtin("System.String")
    if left.kind is not None and left.kind is right.kind:
        name = left.kind.name
        if name in ("System.Byte", "System.SByte", "System.Int16", "System.UInt16", "System.Char"):
            return builtin("System.Int32")
        return None if operator == "-" and isinstance(left.kind, EnumType) else left.kind
    return None


def _name(value: Any) -> str:
    return "null" if value is None else type_of(value).name


def _truth(value: Any) -> bool:
    if value is True or value is False:
        return value
    from emulator.powershell.csharp.operators import NOTHING, by_type
    from emulator.powershell.dotnet.psobject import unwrap

    inner = unwrap(value)
    if isinstance(inner, bool | SwitchParameter):
        return bool(inner)
    if value is not None:
        engine = getattr(type_of(value), "engine", None)
        if engine is not None:
            made = by_type("op_True", [value], engine)
            if made is not NOTHING:
                return bool(made)
            converted = implicit(value, builtin("System.Boolean"), engine)
            if isinstance(converted, bool):
                return converted
    raise thrown("System.InvalidCastException", "Specified cast is not valid.")


truth = _truth


@makes(syntax.Unary)
def _unary(node: syntax.Unary, body: Body) -> Code:
    operator = node.operator
    if operator in ("++", "--"):
        return _increment(node, body)
    operand = expression(node.operand, body)
    run, is_checked = operand.run, body.is_checked

    def work(frame: Frame) -> Any:
        value = run(frame)
        try:
            return unary(operator, value, frame.engine, is_checked)
        except NoOperatorError:
            raise missing(frame.engine, f"operator {operator} of {_name(value)}") from None

    constant = NOT_CONSTANT
    if operand.is_constant and type(operand.constant) is int and operator == "-":
        constant = -operand.constant
    kind = operand.kind
    if kind is not None and kind.name in ("System.UInt32", "System.Byte", "System.Char", "System.Int16"):
        kind = None
    return Code(work, kind, constant)


def _increment(node: syntax.Unary, body: Body) -> Code:
    from emulator.powershell.csharp.places import place_of

    place = place_of(node.operand, body)
    amount = 1 if node.operator == "++" else -1
    is_postfix, is_checked = node.is_postfix, body.is_checked
    prepare, read, write = place.prepare, place.read, place.write

    def run(frame: Frame) -> Any:
        handle = prepare(frame)
        old = read(frame, handle)
        new = step(old, amount, frame.engine, is_checked)
        write(frame, handle, new)
        return old if is_postfix else new

    return Code(run, place.kind)


@makes(syntax.Assignment)
def _assignment(node: syntax.Assignment, body: Body) -> Code:
    from emulator.powershell.csharp.places import place_of

    place = place_of(node.target, body)
    value = converted_code(node.value, place.kind, body)
    prepare, read, write, work = place.prepare, place.read, place.write, value.run
    kind = place.kind
    if not node.operator:

        def assign(frame: Frame) -> Any:
            handle = prepare(frame)
            new = work(frame)
            if kind is not None:
                new = implicit(new, kind, frame.engine)
            write(frame, handle, new)
            return new

        return Code(assign, kind)
    operator, is_checked = node.operator, body.is_checked
    constants = 2 if value.is_constant else 0
    is_text = (kind is not None and kind.name == "System.String") or _is_text(value)

    def compound(frame: Frame) -> Any:
        handle = prepare(frame)
        old = read(frame, handle)
        right = work(frame)
        try:
            made = binary(operator, old, right, frame.engine, is_checked, constants, is_text)
        except NoOperatorError:
            raise missing(frame.engine, f"operator {operator}= of {_name(old)} and {_name(right)}") from None
        # The result is cast back to the type of the target.
        wanted = kind or (type_of(old) if type(old) in NUMBERS else None)
        if wanted is not None and made is not None:
            made = cast(made, wanted, frame.engine, is_unboxing=False, is_checked=is_checked)
        write(frame, handle, made)
        return made

    return Code(compound, kind)


@makes(syntax.Conditional)
def _conditional(node: syntax.Conditional, body: Body) -> Code:
    condition = expression(node.condition, body).run
    first, second = expression(node.first, body), expression(node.second, body)
    yes, no = first.run, second.run
    kind = first.kind if first.kind is second.kind or second.kind is None else None
    if first.kind is None and second.kind is not None and first.is_constant:
        kind = second.kind
    if first.kind is not None and second.kind is not None and first.kind is not second.kind:
        kind = _wider(first.kind, second.kind)
    if kind is None or kind is first.kind is second.kind:
        return Code(lambda frame: yes(frame) if _truth(condition(frame)) else no(frame), kind)
    if kind.is_value_type and (first.kind is None or second.kind is None):
        return Code(lambda frame: yes(frame) if _truth(condition(frame)) else no(frame), None)
    wanted = kind
    return Code(
        lambda frame: implicit(yes(frame) if _truth(condition(frame)) else no(frame), wanted, frame.engine),
        kind,
    )


_ORDER = ("System.Int32", "System.UInt32", "System.Int64", "System.UInt64", "System.Single", "System.Double")


def _wider(first: PSType, second: PSType) -> PSType | None:
    if first.name in _ORDER and second.name in _ORDER:
        return first if _ORDER.index(first.name) > _ORDER.index(second.name) else second
    return None


@makes(syntax.Cast)
def _cast(node: syntax.Cast, body: Body) -> Code:
    code = type_code(node.type_name, body)
    value = expression(node.value, body)
    work, is_checked = value.run, body.is_checked
    is_unboxing = value.kind is not None and value.kind.name in ("System.Object", "System.ValueType")
    fixed = code.fixed
    if fixed is None:
        return Code(lambda frame: cast(work(frame), code.find(frame), frame.engine, False, is_checked), None)
    made = Code(lambda frame: cast(work(frame), fixed, frame.engine, is_unboxing, is_checked), fixed)
    made.is_cast = True
    return made


@makes(syntax.TypeTest)
def _test(node: syntax.TypeTest, body: Body) -> Code:
    code = type_code(node.type_name, body)
    work = expression(node.value, body).run
    if not node.is_conversion:
        return Code(lambda frame: fits(work(frame), code.find(frame)), builtin("System.Boolean"))

    def convert(frame: Frame) -> Any:
        value, kind = work(frame), code.find(frame)
        return cast(value, kind, frame.engine, is_unboxing=True) if fits(value, kind) else None

    return Code(convert, code.fixed)


@makes(syntax.Checked)
def _checked(node: syntax.Checked, body: Body) -> Code:
    outer, body.is_checked = body.is_checked, node.is_checked
    try:
        return expression(node.value, body)
    finally:
        body.is_checked = outer


@makes(syntax.AnonymousObject)
def _anonymous(node: syntax.AnonymousObject, body: Body) -> Code:
    parts = [(name, expression(value, body).run) for name, value in node.members]
    return Code(lambda frame: AnonymousObject({name: work(frame) for name, work in parts}))


# Arguments


class Arguments:
    """The arguments of a call: how they are evaluated, and the names they are given by."""

    __slots__ = ("codes", "names", "works")

    def __init__(self, works: list[Any], names: list[str | None], codes: list[Code | None]) -> None:
        self.works = works
        self.names = names
        self.codes = codes

    def evaluate(self, frame: Frame) -> list[Any]:
        """The values, from left to right."""
        return [work(frame) for work in self.works]


def call_arguments(nodes: list[syntax.Argument], body: Body) -> Arguments:
    """Compile the arguments of a call."""
    works: list[Any] = []
    codes: list[Code | None] = []
    for node in nodes:
        if node.mode:
            works.append(_by_reference(node, body))
            codes.append(None)
        else:
            code = expression(node.value, body)
            works.append(code.run)
            codes.append(code)
    return Arguments(works, [node.name for node in nodes], codes)


def _by_reference(node: syntax.Argument, body: Body) -> Any:
    from emulator.powershell.csharp.places import place_of

    place = place_of(node.value, body)
    prepare, read, write, kind = place.prepare, place.read, place.write, place.kind

    def work(frame: Frame) -> ByReference:
        handle = prepare(frame)

        def put(value: Any) -> None:
            write(frame, handle, implicit(value, kind, frame.engine))

        return ByReference(lambda: read(frame, handle), put, kind)

    return work


def load() -> None:
    """Register what the other modules compile."""
    from emulator.powershell.csharp import creations, names_in_bodies  # noqa: F401 - they register themselves
