"""Properties, method calls and indexes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell import language
from emulator.powershell.dotnet.collections import (
    DICTIONARY_TYPES,
    FIXED_LISTS,
    ITEM_TYPES,
    LIST_TYPES,
    PSArray,
    TableView,
)
from emulator.powershell.dotnet.library.objects import OBJECT_METHODS
from emulator.powershell.dotnet.multi_arrays import MultiArray
from emulator.powershell.dotnet.numbers import INTEGER_TYPES, Byte, Char
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, Reference
from emulator.powershell.dotnet.types import PSType, type_of
from emulator.powershell.parser import ast
from emulator.powershell.runtime.compiler.base import SOURCES, VALUES, Value, compiles, value_of
from emulator.powershell.runtime.compiler.context import surroundings
from emulator.powershell.runtime.compiler.strings import pure_expression
from emulator.powershell.runtime.compiler.type_names import type_of_name
from emulator.powershell.runtime.conversion import to_integer, to_text
from emulator.powershell.runtime.errors import ConversionError, PSError, cast_error, error
from emulator.powershell.runtime.invoke import call_method, call_static, get_static, run_method
from emulator.powershell.runtime.language_mode import require_method
from emulator.powershell.runtime.members import get_member
from emulator.powershell.runtime.protected_members import base_member, call_protected, get_protected
from emulator.powershell.runtime.scope import NOTHING
from emulator.powershell.runtime.script_object import ScriptObject

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine, Frame


def member_name(node: ast.ExpressionAst) -> str | Value:
    """The name of a member: text, or a closure when it is worked out (a number may be the key of a table)."""
    if isinstance(node, ast.StringConstantExpressionAst):
        return node.value
    return value_of(node)


@compiles(VALUES, ast.MemberExpressionAst)
def member(node: ast.MemberExpressionAst) -> Value:
    """``expression.member`` and ``[type]::member``."""
    owner = value_of(node.expression)
    name = member_name(node.member)
    if node.static:
        return _static_value(owner, name)
    if node.null_conditional:

        def read_unless_null(frame: Frame) -> Any:
            value = owner(frame)
            if value is None:
                return None
            return get_member(value, name if isinstance(name, str) else name(frame), frame.engine)

        return read_unless_null
    class_name = surroundings().class_name
    if class_name:

        def read_in_class(frame: Frame) -> Any:
            value = owner(frame)
            text = name if isinstance(name, str) else name(frame)
            if type(value) is ScriptObject or not isinstance(text, str):
                return get_member(value, text, frame.engine)
            return get_protected(value, text, class_name, frame.engine)

        return read_in_class
    if isinstance(name, str):
        key = name.lower()

        def read(frame: Frame) -> Any:
            value = owner(frame)
            if type(value) is PSObject:
                found = value.members.get(key)
                if type(found) is NoteProperty:
                    return found.value
            return get_member(value, name, frame.engine)

        return read
    dynamic = name

    def read_dynamic(frame: Frame) -> Any:
        value = owner(frame)
        return get_member(value, dynamic(frame), frame.engine)

    return read_dynamic


def static_owner(value: Any, engine: Engine) -> PSType:
    """The type left of ``::``: a type, or the type of a value."""
    if isinstance(value, PSType):
        return value
    if value is None:
        raise error(
            "You cannot call a method on a null-valued expression.", "InvokeMethodOnNull", "InvalidOperation"
        )
    if isinstance(value, str):
        found = engine.types.find(value)
        if found is not None:
            return found
    return type_of(value)


def _static_value(owner: Value, name: str | Value) -> Value:
    read = _static(owner, name)

    def run(frame: Frame) -> Any:
        value = read(frame)
        return None if value is NOTHING else value

    return run


@compiles(SOURCES, ast.MemberExpressionAst)
def member_source(node: ast.MemberExpressionAst) -> Value:
    """The same where a pipeline asks: ``[...AutomationNull]::Value`` is nothing at all."""
    if node.static:
        return _static(value_of(node.expression), member_name(node.member))
    return member(node)


def _static(owner: Value, name: str | Value) -> Value:
    def read(frame: Frame) -> Any:
        kind = static_owner(owner(frame), frame.engine)
        return get_static(kind, name if isinstance(name, str) else to_text(name(frame)), frame.engine)

    return read


@compiles(VALUES, ast.InvokeMemberExpressionAst)
def invoke(node: ast.InvokeMemberExpressionAst) -> Value:
    """``expression.method(arguments)`` and ``[type]::method(arguments)``."""
    owner = value_of(node.expression)
    name = member_name(node.member)
    arguments = tuple(value_of(one) for one in node.arguments or ())
    static, null_conditional = node.static, node.null_conditional
    class_name = surroundings().class_name
    if isinstance(name, str) and not static and name.lower() in OBJECT_METHODS and _is_cast_to_object(node):
        return _object_method(owner, name, arguments)

    def call_on(frame: Frame, target: Any) -> Any:
        engine = frame.engine
        if target is None and null_conditional:
            return None
        values = [one(frame) for one in arguments]
        method = name if isinstance(name, str) else name(frame)
        engine.fuel -= 1
        if engine.fuel < 0:
            engine.refuel()
        if not isinstance(method, str):
            from emulator.powershell.runtime.script_block import ScriptBlock

            if isinstance(method, ScriptBlock):
                if engine.constrained:
                    require_method(target, method, static)
                return method.call_method(target, values)
            method = to_text(method)
        if engine.constrained:
            require_method(target, method, static)
        if static:
            return call_static(static_owner(target, engine), method, values, engine)
        if class_name:
            return call_protected(target, method, values, class_name, engine)
        return call_method(target, method, values, engine)

    base = _base_type(node)
    if base is not None and isinstance(name, str) and not static:
        return _base_method(owner, base, name, arguments, call_on, of_this=_is_cast_of_this(node))
    return lambda frame: call_on(frame, owner(frame))


@compiles(VALUES, ast.IndexExpressionAst)
def index(node: ast.IndexExpressionAst) -> Value:
    """``target[index]``."""
    target, place = value_of(node.target), value_of(node.index)
    null_conditional = node.null_conditional

    def run(frame: Frame) -> Any:
        owner = target(frame)
        if owner is None and null_conditional:
            return None
        key = place(frame)
        if type(key) is int and type(owner) is PSArray:
            size = len(owner)
            if -size <= key < size:
                return owner[key]
            return _out_of_range(frame.engine)
        return get_index(owner, key, frame.engine)

    return run


def _is_cast_to_object(node: ast.InvokeMemberExpressionAst) -> bool:
    outer = node.expression
    inner = pure_expression(outer.pipeline) if isinstance(outer, ast.ParenExpressionAst) else None
    return isinstance(inner, ast.ConvertExpressionAst) and inner.type.type_name.name.lower() in (
        "object",
        "system.object",
    )


def _object_method(owner: Value, name: str, arguments: tuple[Value, ...]) -> Value:
    """``([object]$x).ToString()``: the method of System.Object, not that of the value's class."""

    def run(frame: Frame) -> Any:
        target = owner(frame)
        values = [one(frame) for one in arguments]
        if frame.engine.constrained:
            require_method(target, name, False)
        method, count = OBJECT_METHODS[name.lower()]
        if target is None or len(values) != count:
            return call_method(target, name, values, frame.engine)
        return method(target, *values)

    return run


def _base_type(node: ast.InvokeMemberExpressionAst) -> Value | None:
    """The type in ``([type]$object).Method()``: what runs is the method of that type."""
    outer = node.expression
    inner = pure_expression(outer.pipeline) if isinstance(outer, ast.ParenExpressionAst) else None
    if not isinstance(inner, ast.ConvertExpressionAst):
        return None
    return type_of_name(inner.type.type_name, inner.type.extent)


def _is_cast_of_this(node: ast.InvokeMemberExpressionAst) -> bool:
    """Whether the cast is one of the object itself, in a method."""
    outer = node.expression
    inner = pure_expression(outer.pipeline) if isinstance(outer, ast.ParenExpressionAst) else None
    child = inner.child if isinstance(inner, ast.ConvertExpressionAst) else None
    is_this = isinstance(child, ast.VariableExpressionAst) and child.variable_path.user_path.lower() == "this"
    return is_this and surroundings().in_method


def _base_method(
    owner: Value,
    base: Value,
    name: str,
    arguments: tuple[Value, ...],
    otherwise: Callable[[Frame, Any], Any],
    *,
    of_this: bool,
) -> Value:
    """A method of the type that an object is cast to, not that of its own class of a script or of C#."""

    def run(frame: Frame) -> Any:
        engine = frame.engine
        kind, target = base(frame), owner(frame)
        found = base_member(kind, name, target, of_this=of_this)
        if found is None:
            return otherwise(frame, target)
        if engine.constrained:
            require_method(target, name, False)
        return run_method(found, target, [one(frame) for one in arguments], engine)

    return run


def _out_of_range(engine: Engine) -> Any:
    if engine.strict_version is not None and engine.strict_version >= 3:
        raise error(
            "Index was outside the bounds of the array.",
            "System.IndexOutOfRangeException",
            "OperationStopped",
            kind="System.IndexOutOfRangeException",
        )
    return None


def get_index(owner: Any, key: Any, engine: Engine) -> Any:
    """``owner[key]`` of any value."""
    if type(owner) is PSObject and owner.base is not None:
        owner = owner.base
    kind = type(owner)
    if owner is None:
        raise error("Cannot index into a null array.", "NullArray", "InvalidOperation")
    if kind in DICTIONARY_TYPES:
        if type(key) in LIST_TYPES and key not in owner:
            return PSArray([get_index(owner, one, engine) for one in key])
        if kind.ordered and type(key) is int:
            try:
                return owner.at(key if key >= 0 else len(owner) + key)
            except IndexError:
                return None
        if key is None:
            raise error(
                "Index operation failed; the array index evaluated to null.",
                "NullArrayIndex",
                "InvalidOperation",
            )
        return owner[key]
    if kind is MultiArray:
        return owner.get_item(key)
    if (kind in LIST_TYPES and kind is not TableView) or kind is bytearray or kind is str:
        return _item(owner, key, engine)
    handler = getattr(owner, "get_item", None)
    if handler is not None:
        return handler(key)
    item = type_of(owner).member("Item")
    if item is not None:
        return call_method(owner, "Item", list(key) if type(key) in LIST_TYPES else [key], engine)
    # A single value is its own first and last item.
    if engine.language >= language.SINGLE_IS_LIST:
        if type(key) in INTEGER_TYPES and key in (0, -1):
            return owner
        if engine.strict_version is None or engine.strict_version < 2:
            return None
    raise error(
        f"Unable to index into an object of type {_shown(owner)}.", "CannotIndex", "InvalidOperation", key
    )


def _shown(owner: Any) -> str:
    from emulator.powershell.runtime.members import type_name

    return type_name(owner)


def _item(owner: Any, key: Any, engine: Engine) -> Any:
    if type(key) in LIST_TYPES:
        found = [_item(owner, one, engine) for one in key]
        return PSArray([one for one in found if one is not None])
    if key is None:
        raise error(
            "Index operation failed; the array index evaluated to null.", "NullArrayIndex", "InvalidOperation"
        )
    named = getattr(owner, "named_item", None)
    if named is not None and isinstance(key, str):
        return named(key)
    if type(owner).__name__ == "PropertyViews" and isinstance(key, str):
        return next((one for one in owner if one.name.lower() == key.lower()), None)
    try:
        place = to_integer(key, int, "System.Int32")
    except ConversionError as problem:
        raise cast_error(problem) from None
    size = len(owner)
    if not -size <= place < size:
        if type(owner).__name__ in ("ArrayList", "GenericList"):
            if engine.strict_version is None:
                return None
            raise _list_range()
        return _out_of_range(engine)
    found = owner[place]
    if type(owner) is bytearray:
        return Byte(found)
    return Char(found) if type(owner) is str else found


def _list_range() -> PSError:
    return error(
        "Index was out of range. Must be non-negative and less than the size of the collection.\r\n"
        "Parameter name: index",
        "System.ArgumentOutOfRangeException",
        "OperationStopped",
        kind="System.ArgumentOutOfRangeException",
    )


def set_index(owner: Any, key: Any, new: Any, engine: Engine) -> None:
    """``owner[key] = new``."""
    if type(owner) is PSObject and owner.base is not None:
        owner = owner.base
    kind = type(owner)
    if owner is None:
        raise error("Cannot index into a null array.", "NullArray", "InvalidOperation")
    if kind in DICTIONARY_TYPES:
        if key is None:
            raise error(
                "Index operation failed; the array index evaluated to null.",
                "NullArrayIndex",
                "InvalidOperation",
            )
        if kind.ordered and type(key) is int:
            try:
                owner.set_at(key, new)
            except IndexError:
                raise _list_range() from None
            return
        owner[key] = new
        return
    if kind is MultiArray:
        owner.set_item(key, new)
        return
    if isinstance(key, str) and (named := getattr(owner, "set_item", None)) is not None:
        named(key, new)
        return
    if kind in FIXED_LISTS:
        raise error(
            f"Unable to index into an object of type {_shown(owner)}.", "CannotIndex", "InvalidOperation", key
        )
    if kind in LIST_TYPES or kind is bytearray:
        try:
            place = to_integer(key, int, "System.Int32")
            size = len(owner)
            if not -size <= place < size:
                raise error(
                    "Index was outside the bounds of the array.",
                    "System.IndexOutOfRangeException",
                    "OperationStopped",
                    kind="System.IndexOutOfRangeException",
                )
            owner[place] = _element(owner, new, engine)
        except ConversionError as problem:
            raise cast_error(problem) from None
        return
    handler = getattr(owner, "set_item", None)
    if handler is not None:
        handler(key, new)
        return
    raise error(
        f"Unable to index into an object of type {_shown(owner)}.", "CannotIndex", "InvalidOperation", key
    )


def _element(owner: Any, new: Any, engine: Engine) -> Any:
    from emulator.powershell.runtime.conversion import convert

    if type(owner) is bytearray:
        return int(to_integer(new, Byte, "System.Byte"))
    named = ITEM_TYPES.get(type(owner))
    item = engine.types.find(named) if named is not None else None
    if item is not None:
        return convert(new, item, engine)
    declared = getattr(owner, "ps_type", None)
    if isinstance(declared, PSType):
        element = declared.element_type or (declared.arguments[0] if declared.arguments else None)
        if element is not None:
            return convert(new, element, engine)
    return new


def member_reference(node: ast.ExpressionAst) -> Value:
    """``[ref]$object.Property`` and other expressions: a reference to a copy of the value."""
    read = value_of(node)

    def make(frame: Frame) -> Any:
        held = [read(frame)]

        def write(new: Any) -> None:
            held[0] = new

        return Reference(lambda: held[0], write)

    return make
