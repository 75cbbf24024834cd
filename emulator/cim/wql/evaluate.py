"""Evaluation of WQL conditions on instances.

An expression is compiled once into nested functions of an instance. Rules (WmiSdk, "WHERE Clause"): texts
compare without regard to case; a constant is converted to the type of the property; a comparison with NULL is
false, so that only IS NULL and = NULL find it; AND, OR and NOT are two-valued.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from emulator.cim import datetime_text
from emulator.cim.class_object import ClassObject
from emulator.cim.errors import InvalidObjectPath, InvalidProperty, InvalidQuery
from emulator.cim.instance import Instance
from emulator.cim.object_path import ObjectPath
from emulator.cim.wql.like import matcher
from emulator.cim.wql.tree import And, Comparison, Constant, Expression, IsA, IsNull, Not, Or, Property

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.cim.types import CimValue

Test = Callable[[Instance], bool]
Getter = Callable[[Instance], "CimValue"]

_ORDERS: dict[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}
_PATH_PROPERTIES = ("__PATH", "__RELPATH")


def evaluate(where: Expression | None, instance: Instance) -> bool:
    """Whether the instance meets the condition;

    None is met by all. Raises InvalidQuery for an unknown property.
    """
    if where is None:
        return True
    try:
        return _compiled(where)(instance)
    except InvalidProperty as error:
        raise InvalidQuery(f"{error}") from error


def evaluate_class(where: Expression | None, declaration: ClassDeclaration) -> bool:
    """Whether a class meets the condition of a schema query (`__this ISA`, `__CLASS =` ...).

    Raises InvalidQuery.
    """
    return evaluate(where, _QueriedClass(declaration))


class _QueriedClass(ClassObject):
    """A class as a schema query sees it: only its system properties can be asked for."""

    __slots__ = ()

    def value(self, name: str) -> CimValue:
        raise InvalidProperty(f"a schema query cannot ask for {name[:64]}")


class _Identity:
    """An expression as a cache key by identity: hashing a whole tree costs more than the test itself."""

    __slots__ = ("expression",)

    def __init__(self, expression: Expression) -> None:
        self.expression = expression

    def __hash__(self) -> int:
        return id(self.expression)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.expression is self.expression


@lru_cache(maxsize=512)
def _compiled_by_identity(key: _Identity) -> Test:
    return _test(key.expression)


def _compiled(where: Expression) -> Test:
    return _compiled_by_identity(_Identity(where))


def _test(where: Expression) -> Test:
    if isinstance(where, And):
        return _all([_test(term) for term in where.terms])
    if isinstance(where, Or):
        tests = [_test(term) for term in where.terms]
        return lambda instance: any(test(instance) for test in tests)
    if isinstance(where, Not):
        inner = _test(where.term)
        return lambda instance: not inner(instance)
    if isinstance(where, IsNull):
        get = _getter(where.operand)
        return lambda instance: get(instance) is None
    if isinstance(where, IsA):
        return _is_a(where)
    if isinstance(where, Comparison):
        return _comparison(where)
    raise InvalidQuery(f"no evaluation of {type(where).__name__}")


def _all(tests: list[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda instance: first(instance) and second(instance)
    return lambda instance: all(test(instance) for test in tests)


def _getter(operand: Property) -> Getter:
    if len(operand.parts) == 1:
        name = operand.parts[0]
        if operand.is_system:
            return lambda instance: instance.system_value(name)
        return lambda instance: instance.value(name)
    *outer, last = (_getter(Property((part,))) for part in operand.parts)

    def get(instance: Instance) -> CimValue:
        for step in outer:
            inner = step(instance)
            if not isinstance(inner, Instance):
                return None
            instance = inner
        return last(instance)

    return get


def _is_a(where: IsA) -> Test:
    name = where.class_name.lower()
    if where.operand.parts[-1].upper() == "__THIS":
        return lambda instance: instance.declaration.is_a(name)
    get = _getter(where.operand)

    def test(instance: Instance) -> bool:
        inner = get(instance)
        return isinstance(inner, Instance) and inner.declaration.is_a(name)

    return test


def _comparison(where: Comparison) -> Test:
    if not isinstance(where.left, Property):
        raise InvalidQuery("a comparison needs a property on its left")
    get = _getter(where.left)
    if isinstance(where.right, Property):
        return _two_properties(get, where.operator, _getter(where.right))
    constant = where.right.value
    if where.operator == "LIKE":
        matches = matcher(str(constant))

        def like(instance: Instance) -> bool:
            value = get(instance)
            return isinstance(value, str) and matches(value)

        return like
    if isinstance(constant, str):
        last = where.left.parts[-1].upper()
        if last in _PATH_PROPERTIES and len(where.left.parts) == 1 and where.operator in ("=", "<>"):
            return _same_path(constant, where.operator == "=")
        if where.operator == "=":
            return _equal_text(get, constant)
    holds = _ORDERS[where.operator]
    compare = _constant_comparer(where.right)

    def test(instance: Instance) -> bool:
        order = compare(get(instance))
        return order is not None and holds(order)

    return test


def _equal_text(get: Getter, constant: str) -> Test:
    """`property = 'text'`, the most frequent condition."""
    lowered = constant.lower()
    compare = _constant_comparer(Constant(constant))

    def test(instance: Instance) -> bool:
        value = get(instance)
        return value.lower() == lowered if isinstance(value, str) else compare(value) == 0

    return test


def _same_path(constant: str, wanted: bool) -> Test:
    """`__PATH = '...'`: paths compare by their parts, so that case and the order of keys do not matter."""
    try:
        path = ObjectPath.parse(constant)
    except InvalidObjectPath:
        return lambda _instance: not wanted
    return lambda instance: instance.path.same_object(path) is wanted


def _two_properties(left: Getter, operator: str, right: Getter) -> Test:
    holds = _ORDERS[operator]

    def test(instance: Instance) -> bool:
        order = _order(left(instance), right(instance))
        return order is not None and holds(order)

    return test


def _constant_comparer(constant: Constant) -> Callable[[CimValue], int | None]:
    """Orders a property's value against the constant, which is converted once to each type it may meet."""
    value = constant.value
    as_text = _text_of(value)
    as_number = number_of(value)
    as_truth = truth_of(value)
    as_time = time_of(value)
    as_path: ObjectPath | None = None
    if isinstance(value, str):
        try:
            as_path = ObjectPath.parse(value)
        except InvalidObjectPath:
            as_path = None

    def compare(found: CimValue) -> int | None:
        if found is None:
            return None
        if isinstance(found, str):
            return _sign(found.lower(), as_text)
        if isinstance(found, bool):
            return None if as_truth is None else _sign(found, as_truth)
        if isinstance(found, int | float):
            return None if as_number is None else _sign(found, as_number)
        if isinstance(found, datetime | timedelta):
            return _order(found, as_time)
        if isinstance(found, ObjectPath):
            if as_path is not None and found.same_object(as_path):
                return 0
            return _sign(str(found).lower(), as_text) or 1
        return None

    return compare


def _order(left: CimValue, right: CimValue) -> int | None:
    """-1, 0 or 1, or None when one is NULL or the two do not compare."""
    if left is None or right is None:
        return None
    if isinstance(left, ObjectPath) and isinstance(right, ObjectPath):
        return 0 if left.same_object(right) else _sign(str(left).lower(), str(right).lower()) or 1
    if isinstance(left, str | ObjectPath) and isinstance(right, str | ObjectPath):
        return _sign(str(left).lower(), str(right).lower())
    if isinstance(left, datetime) and isinstance(right, datetime):
        return _sign(left, right)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return _sign(left, right)
    first, second = number_of(left), number_of(right)
    return None if first is None or second is None else _sign(first, second)


def _sign(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _text_of(value: object) -> str:
    """A constant as a text property sees it, in lower case."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).lower()


def number_of(value: object) -> int | float | None:
    """A value as a numeric property sees it."""
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str) or len(value) > 64:
        return None
    text = value.strip().lower()
    try:
        return int(text, 16) if text[:2] == "0x" else int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number - number == 0 else None


def time_of(value: object) -> datetime | timedelta | None:
    """A constant as a datetime property sees it; a number is read by its digits (`20240131`)."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    try:
        return datetime_text.parse_loose(str(value))
    except (ValueError, OverflowError):
        return None


def truth_of(value: object) -> bool | None:
    """A constant as a boolean property sees it."""
    if isinstance(value, str):
        return {"true": True, "false": False, "1": True, "0": False}.get(value.strip().lower())
    return bool(value) if isinstance(value, int | float) else None
