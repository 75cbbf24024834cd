"""Constant expressions of enumerations, which may name the values before them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.csharp import syntax
from emulator.powershell.csharp.conversions import cast
from emulator.powershell.csharp.diagnostics import failure
from emulator.powershell.csharp.objects import ThrownError
from emulator.powershell.csharp.operators import binary, unary
from emulator.powershell.csharp.resolution import dotted
from emulator.powershell.dotnet.enums import EnumType, EnumValue

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def constant_number(node: syntax.Expression, known: dict[str, int], names: Any, engine: Engine) -> Any:
    """The value of a constant expression. Raises CompileError."""
    try:
        return _value(node, known, names, engine)
    except ThrownError:
        raise failure(
            node.place, "CS0220", "The operation overflows at compile time in checked mode"
        ) from None


def _value(node: syntax.Expression, known: dict[str, int], names: Any, engine: Engine) -> Any:
    if isinstance(node, syntax.Literal):
        return node.value
    if isinstance(node, syntax.Name) and node.name in known:
        return known[node.name]
    if isinstance(node, syntax.Unary):
        return unary(node.operator, _plain(_value(node.operand, known, names, engine)), engine, True)
    if isinstance(node, syntax.Binary):
        left, right = _value(node.left, known, names, engine), _value(node.right, known, names, engine)
        return binary(node.operator, _plain(left), _plain(right), engine, True, 3, False)
    if isinstance(node, syntax.Checked):
        return _value(node.value, known, names, engine)
    if isinstance(node, syntax.Cast):
        kind = names.find(node.type_name)
        value = _value(node.value, known, names, engine)
        return value if kind is None or isinstance(kind, EnumType) else cast(value, kind, engine, False)
    if isinstance(node, syntax.MemberAccess):
        target = dotted(node.target)
        kind = names.find(target) if target is not None else None
        if isinstance(kind, EnumType) and node.name in kind.names:
            return kind.value(kind.names[node.name])
        if kind is None and node.name in known:
            return known[node.name]
        if kind is not None:
            from emulator.powershell.csharp.invocation import read_static

            return read_static(kind, node.name, engine)
    raise failure(node.place, "CS0133", "The expression being assigned must be constant")


def _plain(value: Any) -> Any:
    return value.number if isinstance(value, EnumValue) else value
