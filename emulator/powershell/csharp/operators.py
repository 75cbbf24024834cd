"""Operators on values of any type: numbers, texts, enumerations, delegates, and those that types define."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp import arithmetic
from emulator.powershell.csharp.arithmetic import LONGEST_TEXT, NUMBERS, NoOperatorError, number_of
from emulator.powershell.csharp.delegates import combine, remove
from emulator.powershell.csharp.objects import null_reference, thrown
from emulator.powershell.csharp.texts import text_of
from emulator.powershell.dotnet.delegates import Delegate
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.switch import SwitchParameter
from emulator.powershell.dotnet.types import PSType, type_of
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

NAMES = {
    "+": "op_Addition",
    "-": "op_Subtraction",
    "*": "op_Multiply",
    "/": "op_Division",
    "%": "op_Modulus",
    "&": "op_BitwiseAnd",
    "|": "op_BitwiseOr",
    "^": "op_ExclusiveOr",
    "<<": "op_LeftShift",
    ">>": "op_RightShift",
    "==": "op_Equality",
    "!=": "op_Inequality",
    "<": "op_LessThan",
    ">": "op_GreaterThan",
    "<=": "op_LessThanOrEqual",
    ">=": "op_GreaterThanOrEqual",
}
_VALUES = frozenset(
    {"System.DateTime", "System.TimeSpan", "System.Guid", "System.Version", "System.DateTimeOffset"}
)
NOTHING: Any = object()


def binary(
    operator: str, left: Any, right: Any, engine: Engine, is_checked: bool, constants: int, is_text: bool
) -> Any:
    """``left operator right``. ``is_text``: one operand has the static type string."""
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return _numbers(operator, left, right, is_checked, constants)
    if operator == "==":
        return equal(left, right, engine)
    if operator == "!=":
        made = by_type("op_Inequality", [left, right], engine)
        return made if made is not NOTHING else not equal(left, right, engine)
    if operator == "+" and (is_text or type(left) is str or type(right) is str):
        made = text_of(left, engine) + text_of(right, engine)
        if len(made) > LONGEST_TEXT:
            raise thrown(
                "System.OutOfMemoryException", "Insufficient memory to continue the execution of the program."
            )
        return made
    if type(left) is bool and type(right) is bool:
        return _booleans(operator, left, right)
    left, right = unwrap(left), unwrap(right)
    made = by_type(NAMES[operator], [left, right], engine)
    if made is not NOTHING:
        return made
    if isinstance(left, EnumValue) or isinstance(right, EnumValue):
        if left is None or right is None:
            return False if operator in "<=>=" else None
        return arithmetic.enumeration(operator, left, right)
    if isinstance(left, Delegate) or isinstance(right, Delegate):
        return combine(left, right, engine) if operator == "+" else remove(left, right, engine)
    if left is None or right is None:
        return _lifted(operator, left, right)
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return _numbers(operator, left, right, is_checked, constants)
    return _by_engine(operator, left, right, engine)


def _numbers(operator: str, left: Any, right: Any, is_checked: bool, constants: int) -> Any:
    if operator in _ARITHMETIC:
        return arithmetic.arithmetic(operator, left, right, is_checked, constants)
    if operator == "==":
        return number_of(left) == number_of(right)
    if operator == "!=":
        return number_of(left) != number_of(right)
    if operator in ("<<", ">>"):
        return arithmetic.shift(operator, left, right)
    return arithmetic.compare(operator, left, right)


_ARITHMETIC = frozenset("+-*/%&|^")


def _booleans(operator: str, left: bool, right: bool) -> bool:
    if operator == "&":
        return left and right
    if operator == "|":
        return left or right
    if operator == "^":
        return left != right
    raise NoOperatorError


def _lifted(operator: str, left: Any, right: Any) -> Any:
    # A nullable operand without a value: comparisons are false, everything else is null.
    if left is None and right is None and operator not in ("<", ">", "<=", ">="):
        return None
    other = right if left is None else left
    if type(other) in NUMBERS or isinstance(other, EnumValue | bool) or type_of(other).name in _VALUES:
        return False if operator in ("<", ">", "<=", ">=") else None
    if other is None:
        return False
    raise null_reference()


def _by_engine(operator: str, left: Any, right: Any, engine: Engine) -> Any:
    """Dates, spans of time and versions have their operators in the engine."""
    from emulator.powershell.runtime import arithmetic as engine_arithmetic
    from emulator.powershell.runtime.comparison import compare

    if type_of(left).name in _VALUES or type_of(right).name in _VALUES:
        if operator == "+":
            return engine_arithmetic.add(left, right)
        if operator == "-":
            return engine_arithmetic.subtract(left, right)
        if operator in ("<", ">", "<=", ">="):
            order = compare(left, right)
            return {"<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0}[operator]
    what = f"operator {operator} of {type_of(left).name} and {type_of(right).name}"
    engine.gap("C# operator", what)
    raise not_emulated(f"C#: {what}")


def by_type(name: str, operands: list[Any], engine: Engine) -> Any:
    """What an operator that a C# type declares makes, or NOTHING."""
    for one in operands:
        if one is None or type(one) in NUMBERS:
            continue
        find = getattr(type_of(one), "methods_named", None)
        if find is None:
            continue
        methods = [method for method in find(name) if method.is_static]
        if methods:
            from emulator.powershell.csharp.overloads import NoOverloadError, choose

            try:
                method, values, _ = choose(methods, operands, [None] * len(operands), engine)
            except NoOverloadError:
                continue
            return method.invoke(engine, None, values)
    return NOTHING


def equal(left: Any, right: Any, engine: Engine) -> bool:
    """``left == right``."""
    if left is None or right is None:
        if left is right:
            return True
        made = by_type("op_Equality", [left, right], engine)
        return bool(made) if made is not NOTHING else False
    left, right = unwrap(left), unwrap(right)
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return bool(number_of(left) == number_of(right))
    if type(left) is str or type(right) is str:
        return type(left) is type(right) and left == right
    if type(left) is bool or type(right) is bool:
        return left is right
    if isinstance(left, EnumValue) or isinstance(right, EnumValue):
        a = left.number if isinstance(left, EnumValue) else left
        b = right.number if isinstance(right, EnumValue) else right
        return bool(a == b)
    made = by_type("op_Equality", [left, right], engine)
    if made is not NOTHING:
        return bool(made)
    if isinstance(left, PSType) and isinstance(right, PSType):
        return left is right or left.name == right.name
    if type_of(left).name in _VALUES:
        return type(left) is type(right) and bool(left == right)
    # Values of other types of .NET with an operator of their own compare by content, references by identity.
    if type_of(left).name.startswith("System.Security.Principal."):
        return type(left) is type(right) and bool(left == right)
    return left is right


def unary(operator: str, value: Any, engine: Engine, is_checked: bool) -> Any:
    """``+``, ``-``, ``!`` and ``~``."""
    if operator == "!" and isinstance(value, bool | SwitchParameter):
        return not value
    if type(value) in NUMBERS or isinstance(value, EnumValue):
        if operator == "-":
            return arithmetic.negated(value, is_checked)
        if operator == "~":
            return arithmetic.complement(value)
        return ord(value) if type(value).__name__ == "Char" else value
    if value is None:
        return None
    made = by_type(_UNARY[operator], [value], engine)
    if made is not NOTHING:
        return made
    what = f"operator {operator} of {type_of(value).name}"
    engine.gap("C# operator", what)
    raise not_emulated(f"C#: {what}")


_UNARY = {"-": "op_UnaryNegation", "+": "op_UnaryPlus", "!": "op_LogicalNot", "~": "op_OnesComplement"}


def step(value: Any, amount: int, engine: Engine, is_checked: bool) -> Any:
    """The value after ``++`` or ``--``."""
    kind = type(value)
    if kind is int and not is_checked:
        return arithmetic.wrap(value + amount, int)
    if isinstance(value, EnumValue):
        return value.ps_type.value(arithmetic.within(value.number + amount, value.ps_type.underlying))
    if kind is Decimal:
        return value + amount
    if kind in NUMBERS:
        if isinstance(value, float):
            return kind(value + amount)
        return arithmetic.fit(int(number_of(value)) + amount, kind, is_checked)
    if value is None:
        return None
    made = by_type("op_Increment" if amount > 0 else "op_Decrement", [value], engine)
    if made is not NOTHING:
        return made
    raise not_emulated(f"C#: operator ++ of {type_of(value).name}")
