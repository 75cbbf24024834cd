"""Unary and binary operators and casts."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell import language
from emulator.powershell.dotnet.collections import Hashtable
from emulator.powershell.dotnet.numbers import INT32_MAXIMUM, INT32_MINIMUM
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.parser import ast
from emulator.powershell.parser.ast import TokenKind
from emulator.powershell.runtime import arithmetic, comparison, text_operators
from emulator.powershell.runtime.compiler.base import VALUES, Value, compiles, value_of
from emulator.powershell.runtime.compiler.context import surroundings
from emulator.powershell.runtime.compiler.seven import coalesce
from emulator.powershell.runtime.compiler.strings import ordered
from emulator.powershell.runtime.compiler.type_names import named, type_not_found, type_of_name
from emulator.powershell.runtime.conversion import convert, to_bool, to_text
from emulator.powershell.runtime.errors import ConversionError, PSError, cast_error, error

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Frame

_ARITHMETIC: dict[TokenKind, Callable[[Any, Any], Any]] = {
    TokenKind.PLUS: arithmetic.add,
    TokenKind.MINUS: arithmetic.subtract,
    TokenKind.MULTIPLY: arithmetic.multiply,
    TokenKind.DIVIDE: arithmetic.divide,
    TokenKind.REM: arithmetic.remainder,
    TokenKind.DOT_DOT: arithmetic.span,
    TokenKind.JOIN: text_operators.join,
    TokenKind.BAND: lambda left, right: arithmetic.bitwise(left, right, operator.and_),
    TokenKind.BOR: lambda left, right: arithmetic.bitwise(left, right, operator.or_),
    TokenKind.BXOR: lambda left, right: arithmetic.bitwise(left, right, operator.xor),
    TokenKind.SHL: lambda left, right: arithmetic.shift(left, right, True),
    TokenKind.SHR: lambda left, right: arithmetic.shift(left, right, False),
    TokenKind.XOR: lambda left, right: to_bool(left) != to_bool(right),
}

_COMPARISONS: dict[str, Callable[[Any, Any, bool], bool]] = {
    "EQ": comparison.equal,
    "NE": comparison.not_equal,
    "GE": comparison.greater_equal,
    "GT": comparison.greater,
    "LT": comparison.less,
    "LE": comparison.less_equal,
    "LIKE": text_operators.like,
    "NOTLIKE": text_operators.not_like,
}
_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq,
    "NE": operator.ne,
    "GE": operator.ge,
    "GT": operator.gt,
    "LT": operator.lt,
    "LE": operator.le,
}


@compiles(VALUES, ast.BinaryExpressionAst)
def binary(node: ast.BinaryExpressionAst) -> Value:
    """``left operator right``."""
    kind = node.operator
    left, right = value_of(node.left), value_of(node.right)
    if kind is TokenKind.AND:
        return lambda frame: to_bool(left(frame)) and to_bool(right(frame))
    if kind is TokenKind.OR:
        return lambda frame: to_bool(left(frame)) or to_bool(right(frame))
    if kind is TokenKind.QUESTION_QUESTION:
        return coalesce(left, right)
    if kind is TokenKind.PLUS:
        return _add(left, right)
    function = _ARITHMETIC.get(kind)
    if function is not None:
        chosen = function
        return lambda frame: chosen(left(frame), right(frame))
    if kind is TokenKind.FORMAT:
        return lambda frame: text_operators.format_values(
            left(frame), right(frame), frame.engine.utc_offset_minutes()
        )
    if kind in (TokenKind.IS, TokenKind.IS_NOT, TokenKind.AS):
        return _type_test(kind, left, right)
    ignore_case = not kind.is_case_sensitive
    name = kind.name[1:]
    if name in _ORDERED:
        return _compare(name, left, right, ignore_case)
    return _textual(name, left, right, ignore_case, node)


def _add(left: Value, right: Value) -> Value:
    add = arithmetic.add

    def run(frame: Frame) -> Any:
        first, second = left(frame), right(frame)
        if type(first) is int and type(second) is int:
            total = first + second
            if INT32_MINIMUM <= total <= INT32_MAXIMUM:
                return total
        return add(first, second)

    return run


def _compare(name: str, left: Value, right: Value, ignore_case: bool) -> Value:
    quick = _ORDERED[name]
    test = _COMPARISONS[name]
    filtered = comparison.filtered

    def run(frame: Frame) -> Any:
        first, second = left(frame), right(frame)
        if type(first) is int and type(second) is int:
            return quick(first, second)
        return filtered(first, second, test, ignore_case)

    return run


def _textual(name: str, left: Value, right: Value, ignore_case: bool, node: ast.BinaryExpressionAst) -> Value:
    if name in ("LIKE", "NOTLIKE"):
        test = _COMPARISONS[name]
        return lambda frame: comparison.filtered(left(frame), right(frame), test, ignore_case)
    if name == "MATCH":
        return lambda frame: _match(frame, left(frame), right(frame), ignore_case)
    if name == "NOTMATCH":
        return lambda frame: _not_match(frame, left(frame), right(frame), ignore_case)
    if name == "REPLACE":
        return lambda frame: text_operators.replace(left(frame), right(frame), ignore_case)
    if name == "SPLIT":
        return lambda frame: text_operators.split(left(frame), right(frame), ignore_case, frame.engine)
    contains = comparison.contains
    table: dict[str, Value] = {
        "CONTAINS": lambda frame: contains(left(frame), right(frame), ignore_case),
        "NOTCONTAINS": lambda frame: not contains(left(frame), right(frame), ignore_case),
        "IN": lambda frame: _in(left(frame), right(frame), ignore_case),
        "NOTIN": lambda frame: not _in(left(frame), right(frame), ignore_case),
    }
    if name in table:
        return table[name]
    from emulator.powershell.runtime.compiler.base import unsupported

    return unsupported(node)


def _in(item: Any, collection: Any, ignore_case: bool) -> bool:
    return comparison.contains(collection, item, ignore_case)


def _match(frame: Frame, left: Any, right: Any, ignore_case: bool) -> Any:
    def remember(table: Hashtable) -> None:
        frame.scope.set("Matches", table)

    return text_operators.match(left, right, ignore_case, remember)


def _not_match(frame: Frame, left: Any, right: Any, ignore_case: bool) -> Any:
    from emulator.powershell.dotnet.collections import LIST_TYPES, PSArray

    if type(left) in LIST_TYPES:
        pattern = text_operators.pattern_of(right, ignore_case)
        return PSArray([item for item in left if pattern.search(to_text(item)) is None])
    return not _match(frame, left, right, ignore_case)


def as_type(value: Any, frame: Frame, namespaces: tuple[str, ...] = ()) -> PSType:
    """The right side of -is and -as: a type, or the name of one."""
    if isinstance(value, PSType):
        return value
    found = named(frame, to_text(value), namespaces) if isinstance(value, str) else None
    if found is None:
        raise error(
            f'Cannot convert the "{to_text(value)}" value of type "{_name(value)}" to type "System.Type".',
            "ConvertToFinalInvalidCastException" if not isinstance(value, str) else "RuntimeException",
            "InvalidArgument",
        )
    return found


def _name(value: Any) -> str:
    from emulator.powershell.runtime.members import type_name

    return type_name(value) if value is not None else "System.Object"


def _type_test(kind: TokenKind, left: Value, right: Value) -> Value:
    namespaces = surroundings().namespaces

    def test(frame: Frame) -> Any:
        value, target = left(frame), as_type(right(frame), frame, namespaces)
        return comparison.is_type(value, target) == (kind is TokenKind.IS)

    def convert_or_null(frame: Frame) -> Any:
        value, target = left(frame), as_type(right(frame), frame, namespaces)
        if namespaces and target.name == "System.Type" and isinstance(value, str):
            return named(frame, value, namespaces)
        try:
            return convert(value, target, frame.engine)
        except (ConversionError, PSError):
            return None

    return convert_or_null if kind is TokenKind.AS else test


@compiles(VALUES, ast.UnaryExpressionAst)
def unary(node: ast.UnaryExpressionAst) -> Value:
    """Prefix operators, and ``++``/``--``."""
    kind = node.token_kind
    if kind in (
        TokenKind.PLUS_PLUS,
        TokenKind.MINUS_MINUS,
        TokenKind.POSTFIX_PLUS_PLUS,
        TokenKind.POSTFIX_MINUS_MINUS,
    ):
        from emulator.powershell.runtime.compiler.assignments import increment

        return increment(node)
    child = value_of(node.child)
    if kind in (TokenKind.NOT, TokenKind.EXCLAIM):
        return lambda frame: not to_bool(child(frame))
    if kind is TokenKind.MINUS:
        return lambda frame: arithmetic.negate(child(frame))
    if kind is TokenKind.PLUS:
        return lambda frame: arithmetic.plus(child(frame))
    if kind is TokenKind.BNOT:
        return lambda frame: arithmetic.bitwise_not(child(frame))
    if kind is TokenKind.JOIN:
        return lambda frame: text_operators.join(child(frame), "")
    if kind in (TokenKind.ISPLIT, TokenKind.CSPLIT):
        return lambda frame: text_operators.split_blanks(child(frame))
    if kind is TokenKind.COMMA:
        from emulator.powershell.dotnet.collections import PSArray

        return lambda frame: PSArray([child(frame)])
    from emulator.powershell.runtime.compiler.base import unsupported

    return unsupported(node)


@compiles(VALUES, ast.ConvertExpressionAst)
def cast(node: ast.ConvertExpressionAst) -> Value:
    """``[type] child``."""
    name = node.attribute.type_name.full_name.lower()
    child_node = node.child
    if isinstance(child_node, ast.HashtableAst):
        if name == "ordered":
            return _since(language.ORDERED, ordered(child_node), _unknown_type(node))
        if name in ("pscustomobject", "system.management.automation.pscustomobject"):
            return _since(language.CUSTOM_OBJECT_CAST, custom_object(child_node), value_of(child_node))
    if name == "ref" and isinstance(child_node, ast.VariableExpressionAst):
        from emulator.powershell.runtime.compiler.variables import reference

        return reference(child_node)
    if name == "ref":
        from emulator.powershell.runtime.compiler.members import member_reference

        return member_reference(child_node)
    find = type_of_name(node.attribute.type_name, node.attribute.extent)
    child = value_of(child_node)
    if name == "pscustomobject":
        from emulator.powershell.runtime.conversion import to_custom_object

        return lambda frame: to_custom_object(child(frame))

    def run(frame: Frame) -> Any:
        value = child(frame)
        kind = find(frame)
        try:
            return convert(value, kind, frame.engine)
        except ConversionError as problem:
            raise cast_error(problem) from None

    return run


def _since(version: language.Version, new: Value, old: Value) -> Value:
    """What a version of the language and later ones do, and what those before do."""
    return lambda frame: new(frame) if frame.engine.language >= version else old(frame)


def _unknown_type(node: ast.ConvertExpressionAst) -> Value:
    def fail(frame: Frame) -> Any:
        problem = type_not_found(node.attribute.type_name.name, frame.engine.language)
        problem.record.extent = node.attribute.extent
        raise problem

    return fail


def custom_object(node: ast.HashtableAst) -> Value:
    """``[pscustomobject]@{ }``: an object with the properties in the order written."""
    from emulator.powershell.dotnet.collections import OrderedDictionary
    from emulator.powershell.runtime.compiler.strings import fill, table_pairs
    from emulator.powershell.runtime.conversion import to_custom_object

    pairs = table_pairs(node)
    return lambda frame: to_custom_object(fill(OrderedDictionary(), pairs, frame))


@compiles(VALUES, ast.AttributedExpressionAst)
def attributed(node: ast.AttributedExpressionAst) -> Value:
    """``[attribute()] child`` outside an assignment: the attribute makes no difference to the value."""
    return value_of(node.child)


@compiles(VALUES, ast.TypeExpressionAst)
def type_expression(node: ast.TypeExpressionAst) -> Value:
    """``[type]``."""
    return type_of_name(node.type_name, node.extent)


@compiles(VALUES, ast.UsingExpressionAst)
def using(node: ast.UsingExpressionAst) -> Value:
    """``$using:x`` where no remote call has replaced it."""
    inner = node.sub_expression
    key = node.extent.text.lower()

    def run(frame: Frame) -> Any:
        if key in frame.engine.using_values:
            return frame.engine.using_values[key]
        raise error(
            "A Using variable cannot be retrieved. A Using variable can be used only with Invoke-Command, "
            "Start-Job, or InlineScript in the script workflow. When it is used with Invoke-Command, the "
            "Using variable is valid only if the script block is invoked on a remote computer.",
            "UsingWithoutInvokeCommand",
            "InvalidOperation",
            inner.extent.text,
        )

    return run
