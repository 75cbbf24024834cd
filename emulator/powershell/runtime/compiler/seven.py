"""What only PowerShell 7 has: ``?:``, ``??``, ``&&`` and ``||`` (about_Operators,
about_Pipeline_Chain_Operators). The parser makes these nodes only for sessions of that version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.parser import ast
from emulator.powershell.parser.ast import TokenKind
from emulator.powershell.runtime.compiler.base import (
    STATEMENTS,
    VALUES,
    Run,
    Value,
    Write,
    compiles,
    run_of,
    unsupported,
    value_of,
)
from emulator.powershell.runtime.conversion import to_bool

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Frame


@compiles(VALUES, ast.TernaryExpressionAst)
def ternary(node: ast.TernaryExpressionAst) -> Value:
    """``condition ? if_true : if_false``: only one of the two is looked at."""
    condition, if_true, if_false = (value_of(one) for one in (node.condition, node.if_true, node.if_false))
    return lambda frame: if_true(frame) if to_bool(condition(frame)) else if_false(frame)


def coalesce(left: Value, right: Value) -> Value:
    """``left ?? right``: the right side is looked at only when the left one is null."""

    def run(frame: Frame) -> Any:
        value = left(frame)
        return right(frame) if value is None else value

    return run


@compiles(STATEMENTS, ast.PipelineChainAst)
def chain(node: ast.PipelineChainAst) -> Run:
    """``left && right`` runs the right side when the left one succeeded, ``left || right`` when it failed."""
    if node.background:
        failing = unsupported(node)
        return lambda frame, _write: failing(frame)
    left, right = run_of(node.lhs_pipeline_chain), run_of(node.rhs_pipeline)
    wanted = node.operator is TokenKind.AND_AND

    def run(frame: Frame, write: Write) -> None:
        left(frame, write)
        if frame.engine.success is wanted:
            right(frame, write)

    return run
