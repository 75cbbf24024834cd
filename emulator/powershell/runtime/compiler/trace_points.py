"""Where statements and blocks are shown when Set-PSDebug traces them."""

from __future__ import annotations

from emulator.powershell.parser import ast
from emulator.powershell.parser.extents import Extent

_WHOLE = (
    ast.AssignmentStatementAst,
    ast.PipelineAst,
    ast.ThrowStatementAst,
    ast.ExitStatementAst,
    ast.BreakStatementAst,
    ast.ContinueStatementAst,
    ast.DataStatementAst,
)


def point_of(node: ast.Ast) -> Extent | None:
    """Where a statement is shown; nothing of statements that only hold others, whose parts are."""
    if isinstance(node, ast.ReturnStatementAst):
        return node.extent if node.pipeline is None else node.pipeline.extent
    return node.extent if isinstance(node, _WHOLE) else None


def end_of_block(node: ast.ScriptBlockAst | ast.NamedBlockAst) -> Extent | None:
    """The brace at the end of a block."""
    extent = node.extent
    end = extent.end_offset
    return Extent(extent.source, end - 1, end) if extent.text.endswith("}") else None
