"""Variables of class methods that are read before they were certainly assigned (VariableNotLocal)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from emulator.powershell.parser import ast
from emulator.powershell.parser.flow import Finding
from emulator.powershell.parser.node import Ast

_ACCESSIBLE = frozenset(
    """
    _ ? ^ $ args consolefilename error event eventargs eventsubscriber executioncontext false foreach home
    host input lastexitcode matches myinvocation nestedpromptlevel null ofs outputencoding pid profile
    psboundparameters pscmdlet pscommandpath psculture psdebugcontext psdefaultparametervalues psemailserver
    pshome psitem psmoduleautoloadingpreference psscriptroot pssessionapplicationname
    pssessionconfigurationname pssessionoption psuiculture psversiontable pwd sender shellid stacktrace switch
    this true confirmpreference debugpreference erroractionpreference errorview formatenumerationlimit
    informationpreference progresspreference verbosepreference warningpreference whatifpreference
    maximumaliascount maximumdrivecount maximumerrorcount maximumfunctioncount maximumhistorycount
    maximumvariablecount
    """.split()  # noqa: SIM905 - a list of fifty quoted words is harder to read
)
"""Variables that PowerShell itself provides."""


def reads_before_assignment(method: ast.FunctionMemberAst) -> Iterator[Finding]:
    """The findings of one method."""
    assigned = {one.name.variable_path.user_path.lower() for one in method.parameters}
    block = method.body.end_block
    if block is not None:
        findings: list[Finding] = []
        _statements(block.statements, assigned, findings)
        yield from findings


def _statements(nodes: Iterable[Ast], assigned: set[str], findings: list[Finding]) -> None:
    for node in nodes:
        _visit(node, assigned, findings)


def _branch(node: Ast | None, assigned: set[str], findings: list[Finding]) -> set[str]:
    copy = set(assigned)
    if node is not None:
        _visit(node, copy, findings)
    return copy


def _leaves(node: ast.StatementBlockAst | None) -> bool:
    last = node.statements[-1] if node is not None and node.statements else None
    return isinstance(
        last,
        ast.ReturnStatementAst
        | ast.ThrowStatementAst
        | ast.ExitStatementAst
        | ast.BreakStatementAst
        | ast.ContinueStatementAst,
    )


def _visit(node: Ast, assigned: set[str], findings: list[Finding]) -> None:
    handler = _HANDLERS.get(type(node))
    if handler is not None:
        handler(node, assigned, findings)
        return
    if isinstance(node, ast.ScriptBlockAst | ast.FunctionDefinitionAst | ast.ScriptBlockExpressionAst):
        return
    _statements(node.children(), assigned, findings)


def _variable(node: ast.VariableExpressionAst, assigned: set[str], findings: list[Finding]) -> None:
    path = node.variable_path
    name = path.user_path.lower()
    if path.is_unqualified and name not in assigned and name not in _ACCESSIBLE:
        findings.append(("VariableNotLocal", node.extent, None))


def _assignment(node: ast.AssignmentStatementAst, assigned: set[str], findings: list[Finding]) -> None:
    _visit(node.right, assigned, findings)
    _assign(node.left, assigned, findings, node.operator is not ast.TokenKind.EQUALS)


def _assign(node: ast.ExpressionAst, assigned: set[str], findings: list[Finding], reads: bool) -> None:
    while isinstance(node, ast.AttributedExpressionAst):
        node = node.child
    if isinstance(node, ast.ArrayLiteralAst):
        for one in node.elements:
            _assign(one, assigned, findings, reads)
    elif isinstance(node, ast.VariableExpressionAst):
        if reads:
            _variable(node, assigned, findings)
        assigned.add(node.variable_path.unqualified_path.lower())
    else:
        _visit(node, assigned, findings)


def _if(node: ast.IfStatementAst, assigned: set[str], findings: list[Finding]) -> None:
    ends: list[set[str]] = []
    for test, body in node.clauses:
        _visit(test, assigned, findings)
        end = _branch(body, assigned, findings)
        if not _leaves(body):
            ends.append(end)
    end = _branch(node.else_clause, assigned, findings)
    if not _leaves(node.else_clause):
        ends.append(end)
    if ends:
        assigned |= set.intersection(*ends)


def _foreach(node: ast.ForEachStatementAst, assigned: set[str], findings: list[Finding]) -> None:
    if node.condition is not None:
        _visit(node.condition, assigned, findings)
    inside = set(assigned) | {node.variable.variable_path.unqualified_path.lower()}
    _visit(node.body, inside, findings)
    assigned.add(node.variable.variable_path.unqualified_path.lower())


def _while(node: ast.LoopStatementAst, assigned: set[str], findings: list[Finding]) -> None:
    if node.condition is not None:
        _visit(node.condition, assigned, findings)
    _branch(node.body, assigned, findings)


def _do(node: ast.LoopStatementAst, assigned: set[str], findings: list[Finding]) -> None:
    _visit(node.body, assigned, findings)
    if node.condition is not None:
        _visit(node.condition, assigned, findings)


def _for(node: ast.ForStatementAst, assigned: set[str], findings: list[Finding]) -> None:
    for part in (node.initializer, node.condition):
        if part is not None:
            _visit(part, assigned, findings)
    inside = _branch(node.body, assigned, findings)
    if node.iterator is not None:
        _visit(node.iterator, inside, findings)


def _switch(node: ast.SwitchStatementAst, assigned: set[str], findings: list[Finding]) -> None:
    if node.condition is not None:
        _visit(node.condition, assigned, findings)
    for test, body in node.clauses:
        if not isinstance(test, ast.ScriptBlockExpressionAst):
            _visit(test, assigned, findings)
        _branch(body, assigned, findings)
    _branch(node.default, assigned, findings)


def _try(node: ast.TryStatementAst, assigned: set[str], findings: list[Finding]) -> None:
    before = set(assigned)
    _branch(node.body, assigned, findings)
    for clause in node.catch_clauses:
        _branch(clause.body, before, findings)
    if node.finally_ is not None:
        _visit(node.finally_, assigned, findings)


def _using(_node: Ast, _assigned: set[str], _findings: list[Finding]) -> None:
    return


def _data(node: ast.DataStatementAst, assigned: set[str], findings: list[Finding]) -> None:
    _branch(node.body, assigned, findings)
    if node.variable is not None:
        assigned.add(node.variable.lower())


def _binary(node: ast.BinaryExpressionAst, assigned: set[str], findings: list[Finding]) -> None:
    _visit(node.left, assigned, findings)
    if node.operator in (ast.TokenKind.AND, ast.TokenKind.OR):
        _branch(node.right, assigned, findings)
    else:
        _visit(node.right, assigned, findings)


def _convert(node: ast.ConvertExpressionAst, assigned: set[str], findings: list[Finding]) -> None:
    if node.type.type_name.name.lower() == "ref" and isinstance(node.child, ast.VariableExpressionAst):
        assigned.add(node.child.variable_path.unqualified_path.lower())
    _visit(node.child, assigned, findings)


def _command(node: ast.CommandAst, assigned: set[str], findings: list[Finding]) -> None:
    _statements(node.children(), assigned, findings)
    for place, one in enumerate(node.command_elements):
        # -OutVariable x and the like assign.
        if isinstance(one, ast.CommandParameterAst) and one.parameter_name.lower() in _VARIABLE_OPTIONS:
            value = one.argument or (
                node.command_elements[place + 1] if place + 1 < len(node.command_elements) else None
            )
            if isinstance(value, ast.StringConstantExpressionAst):
                assigned.add(value.value.lstrip("+").lower())


_VARIABLE_OPTIONS = frozenset(
    {
        *("outvariable", "ov", "errorvariable", "ev", "warningvariable", "wv"),
        *("informationvariable", "iv", "pipelinevariable", "pv"),
    }
)
_HANDLERS: dict[type[Ast], Callable[[Any, set[str], list[Finding]], None]] = {
    ast.VariableExpressionAst: _variable,
    ast.AssignmentStatementAst: _assignment,
    ast.IfStatementAst: _if,
    ast.ForEachStatementAst: _foreach,
    ast.WhileStatementAst: _while,
    ast.DoWhileStatementAst: _do,
    ast.DoUntilStatementAst: _do,
    ast.ForStatementAst: _for,
    ast.SwitchStatementAst: _switch,
    ast.TryStatementAst: _try,
    ast.UsingExpressionAst: _using,
    ast.DataStatementAst: _data,
    ast.BinaryExpressionAst: _binary,
    ast.ConvertExpressionAst: _convert,
    ast.CommandAst: _command,
}
