"""Operators of Visual Basic on values of any type, as its runtime has them.

Operands of which the compiler knows nothing (``is_late``) meet in the next larger type when a result does not
fit; of others that is an OverflowException.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp import operators as csharp_operators
from emulator.powershell.csharp.arithmetic import LONGEST_TEXT, within, wrap
from emulator.powershell.csharp.objects import out_of_memory, thrown
from emulator.powershell.csharp.operators import NOTHING, by_type
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.numbers import (
    RANGES,
    Byte,
    Char,
    Int16,
    Int64,
    Pointer,
    SByte,
    Single,
    UInt16,
    UInt32,
    UInt64,
    fit_decimal,
)
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan
from emulator.powershell.dotnet.types import builtin, type_of
from emulator.powershell.visualbasic.conversions import (
    convert,
    integer,
    invalid,
    name_of,
    number_in,
    overflow,
    text,
    truth,
)
from emulator.powershell.visualbasic.patterns import is_like
from emulator.powershell.visualbasic.syntax import BINARY_METHODS, UNARY_METHODS

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
_SIGNED = {SByte: 8, Int16: 16, int: 32, Int64: 64}
_UNSIGNED = {Byte: 8, UInt16: 16, UInt32: 32, UInt64: 64}
_INTEGERS = {**_SIGNED, **_UNSIGNED}
_OF_WIDTH: dict[int, type] = {width: kind for kind, width in _SIGNED.items()}
_LARGER: dict[type, type] = {
    SByte: Int16,
    Byte: Int16,
    Int16: int,
    UInt16: int,
    int: Int64,
    UInt32: Int64,
    Int64: Decimal,
    UInt64: Decimal,
    Decimal: float,
}
_NUMBERS = frozenset({*_INTEGERS, float, Single, Decimal})
_DATES = (DateTime, TimeSpan)


def operate(operator: str, left: Any, right: Any, engine: Engine, *, is_late: bool = True) -> Any:
    """``left operator right``. Raises InvalidCastException for operands that have none."""
    left, right = unwrap(left), unwrap(right)
    if operator == "is":
        return _same(left, right)
    if operator == "isnot":
        return not _same(left, right)
    if type(left) not in _PLAIN or type(right) not in _PLAIN:
        made = by_type(BINARY_METHODS[operator], [left, right], engine)
        if made is not NOTHING:
            return made
    if operator in COMPARISONS:
        return _compare(operator, left, right, engine)
    if operator == "&":
        return _joined(text(left, engine), text(right, engine))
    if operator == "like":
        return is_like(text(left, engine), text(right, engine), engine)
    if operator in _BITWISE:
        return _bitwise(operator, left, right, engine)
    if operator in ("<<", ">>"):
        return _shift(operator, left, right, engine)
    return _arithmetic(operator, left, right, engine, is_late)


_PLAIN = frozenset({*_NUMBERS, str, bool, Char, type(None)})


def _same(left: Any, right: Any) -> bool:
    return left is right or (isinstance(left, str) and isinstance(right, str) and left == right)


def _joined(left: str, right: str) -> str:
    if len(left) + len(right) > LONGEST_TEXT:
        raise out_of_memory()
    return left + right


def _undefined(operator: str, left: Any, right: Any) -> Exception:
    shown = operator.capitalize() if operator.isalpha() else operator
    one, other = (
        "Nothing" if value is None else f"type '{name_of(type_of(value))}'" for value in (left, right)
    )
    return thrown("System.InvalidCastException", f"Operator '{shown}' is not defined for {one} and {other}.")


def _number(value: Any, operator: str, left: Any, right: Any, engine: Engine) -> Any:
    """An operand of arithmetic as a number."""
    if type(value) in _NUMBERS:
        return value
    if isinstance(value, bool):
        return Int16(-1 if value else 0)
    if value is None:
        return 0
    if isinstance(value, EnumValue):
        return integer(value, _python_of(value), value.ps_type, engine)
    if isinstance(value, str) and not isinstance(value, Char):
        return number_in(value, builtin("System.Double"), engine)
    raise _undefined(operator, left, right)


def _python_of(value: EnumValue) -> type:
    from emulator.powershell.csharp.arithmetic import WIDTHS

    return WIDTHS.get(value.ps_type.underlying, int)


def _arithmetic(operator: str, left: Any, right: Any, engine: Engine, is_late: bool) -> Any:
    if operator == "+":
        texts = [isinstance(one, str) for one in (left, right)]
        if all(one or value is None for one, value in zip(texts, (left, right), strict=True)) and any(texts):
            return _joined(left or "", right or "")
    if operator in "+-" and (isinstance(left, _DATES) or isinstance(right, _DATES)):
        return csharp_operators.binary(operator, left, right, engine, True, 0, False)
    if isinstance(left, Pointer) or isinstance(right, Pointer):
        return csharp_operators.binary(operator, left, right, engine, True, 0, False)
    a, b = (_number(one, operator, left, right, engine) for one in (left, right))
    if operator == "^":
        return _power(float(a), float(b))
    if operator == "\\":
        a, b = (_whole(one, engine) for one in (a, b))
    kind = _meeting(type(a), type(b))
    if operator == "\\" and kind is Decimal:  # ULong with a signed one: they meet in Long
        a, b = (integer(one, Int64, builtin("System.Int64"), engine) for one in (a, b))
        kind = Int64
    if operator == "/" and kind in _INTEGERS:
        kind = float
    return _in_kind(operator, a, b, kind, is_late)


def _whole(value: Any, engine: Engine) -> Any:
    return integer(value, Int64, builtin("System.Int64"), engine) if type(value) not in _INTEGERS else value


def _meeting(first: type, second: type) -> type:
    """The type in which two numbers meet."""
    for kind in (float, Single, Decimal):
        if kind in (first, second):
            return kind
    if first is second:
        return first
    a, b = _INTEGERS[first], _INTEGERS[second]
    if (first in _SIGNED) == (second in _SIGNED):
        return first if a > b else second
    signed, unsigned = (a, b) if first in _SIGNED else (b, a)
    if signed > unsigned:
        return _OF_WIDTH[signed]
    return _OF_WIDTH.get(unsigned * 2, Decimal)


def _in_kind(operator: str, a: Any, b: Any, kind: type, is_late: bool) -> Any:
    if kind is Decimal:
        return _decimal(operator, Decimal(a), Decimal(b), is_late)
    if kind in (float, Single):
        return kind(_real(operator, float(a), float(b)))
    number = _INTEGER[operator](int(a), int(b))
    while kind in _INTEGERS:
        low, high = RANGES[kind]
        if low <= number <= high:
            return kind(number)
        if not is_late:
            raise overflow()
        kind = _LARGER[kind]
    return Decimal(number)


def _divided(left: int, right: int) -> int:
    if right == 0:
        raise thrown("System.DivideByZeroException", "Attempted to divide by zero.")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


_INTEGER: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "\\": _divided,
    "mod": lambda a, b: a - b * _divided(a, b),
}


def _real(operator: str, left: float, right: float) -> float:
    if operator == "/":
        if right == 0:
            if left == 0 or math.isnan(left):
                return math.nan
            return math.copysign(math.inf, left) * math.copysign(1.0, right)
        return left / right
    if operator == "mod":
        return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)
    return {"+": left + right, "-": left - right, "*": left * right}[operator]


def _decimal(operator: str, left: Decimal, right: Decimal, is_late: bool) -> Any:
    try:
        made = {
            "+": Decimal.__add__,
            "-": Decimal.__sub__,
            "*": Decimal.__mul__,
            "/": Decimal.__truediv__,
            "mod": Decimal.__mod__,
        }[operator](left, right)
        return fit_decimal(made)
    except (DivisionByZero, InvalidOperation):
        raise thrown("System.DivideByZeroException", "Attempted to divide by zero.") from None
    except OverflowError:
        if is_late:
            return _real(operator, float(left), float(right))
        raise thrown(
            "System.OverflowException", "Value was either too large or too small for a Decimal."
        ) from None


def _power(left: float, right: float) -> float:
    try:
        return math.pow(left, right)
    except OverflowError:
        return -math.inf if left < 0 and right % 2 == 1 else math.inf
    except ValueError:
        return math.inf if left == 0 else math.nan


# Comparisons


def _compare(operator: str, left: Any, right: Any, engine: Engine) -> bool:
    a, b = _comparable(operator, left, right, engine)
    if operator == "=":
        return bool(a == b)
    if operator == "<>":
        return bool(a != b)
    return bool({"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[operator])


def _comparable(operator: str, left: Any, right: Any, engine: Engine) -> tuple[Any, Any]:
    """Two operands as Python values of one kind."""
    if left is None and right is None:
        return 0, 0
    if isinstance(left, bool) and isinstance(right, bool):
        return -int(left), -int(right)
    texts = isinstance(left, str), isinstance(right, str)
    if (texts[0] or left is None) and (texts[1] or right is None):
        return _units(left), _units(right)
    if isinstance(left, _DATES) or isinstance(right, _DATES):
        return _dates(operator, left, right, engine)
    if any(texts) and (isinstance(left, bool) or isinstance(right, bool)):
        return -int(truth(left, engine)), -int(truth(right, engine))
    if _is_number(left) and _is_number(right):
        a, b = (_number(one, operator, left, right, engine) for one in (left, right))
        if (type(a) is Decimal) != (type(b) is Decimal) and isinstance(a if type(b) is Decimal else b, float):
            return float(a), float(b)
        return a, b
    is_test = operator in ("=", "<>") and (left is None or right is None)
    if is_test and type_of(left if right is None else right).is_value_type:
        return left, right
    raise _undefined(operator, left, right)


def _is_number(value: Any) -> bool:
    return (
        type(value) in _NUMBERS
        or value is None
        or isinstance(value, bool | EnumValue | Pointer)
        or (isinstance(value, str) and not isinstance(value, Char))
    )


def _units(value: Any) -> bytes:
    # Texts are compared by their UTF-16 units.
    return str(value or "").encode("utf-16-be", "surrogatepass")


def _dates(operator: str, left: Any, right: Any, engine: Engine) -> tuple[Any, Any]:
    kind = type_of(left if isinstance(left, _DATES) else right)
    values = []
    for one in (left, right):
        if isinstance(one, _DATES) and type_of(one) is not kind:
            raise _undefined(operator, left, right)
        if not isinstance(one, _DATES) and (
            kind.name != "System.DateTime" or not (one is None or isinstance(one, str))
        ):
            raise _undefined(operator, left, right)
        values.append(convert(one, kind, engine).ticks)
    return values[0], values[1]


# Bits

_BITWISE: dict[str, Callable[[int, int], int]] = {
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
}


def _bitwise(operator: str, left: Any, right: Any, engine: Engine) -> Any:
    work = _BITWISE[operator]
    if isinstance(left, bool | None) and isinstance(right, bool | None) and (left, right) != (None, None):
        return bool(work(bool(left), bool(right)))
    if isinstance(left, bool) and isinstance(right, str):
        return bool(work(left, truth(right, engine)))
    if isinstance(right, bool) and isinstance(left, str):
        return bool(work(truth(left, engine), right))
    if isinstance(left, EnumValue) and isinstance(right, EnumValue) and left.ps_type is right.ps_type:
        return left.ps_type.value(within(work(left.number, right.number), left.ps_type.underlying))
    a, b = (_whole(_number(one, operator, left, right, engine), engine) for one in (left, right))
    kind = _meeting(type(a), type(b))
    if kind is Decimal:
        kind = Int64
    return wrap(work(int(a), int(b)), kind)


def _shift(operator: str, left: Any, right: Any, engine: Engine) -> Any:
    value = _whole(_number(left, operator, left, right, engine), engine)
    kind = type(value)
    amount = integer(right, int, builtin("System.Int32"), engine) & (_INTEGERS[kind] - 1)
    return wrap(int(value) << amount if operator == "<<" else int(value) >> amount, kind)


def negate(operator: str, value: Any, engine: Engine, *, is_late: bool = True) -> Any:
    """``not``, ``-`` and ``+`` before an operand."""
    value = unwrap(value)
    if type(value) not in _PLAIN:
        made = by_type(UNARY_METHODS[operator], [value], engine)
        if made is not NOTHING:
            return made
    if operator == "not":
        if isinstance(value, bool):
            return not value
        if isinstance(value, EnumValue):
            return value.ps_type.value(within(~value.number, value.ps_type.underlying))
        whole = _whole(_number(value, "not", value, value, engine), engine)
        return wrap(~int(whole), type(whole))
    if isinstance(value, TimeSpan):
        return (
            csharp_operators.binary("-", TimeSpan(0), value, engine, True, 0, False)
            if operator == "-"
            else value
        )
    if isinstance(value, Char):
        raise invalid(value, builtin("System.Double"))
    number = _number(value, operator, value, value, engine)
    if operator == "+":
        return number
    kind = type(number)
    if kind in _INTEGERS:
        signed = kind if kind in _SIGNED else _LARGER[kind]
        return _in_kind("-", 0, number, signed, is_late)
    return kind(-number)
