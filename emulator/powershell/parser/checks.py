"""Checks of meaning that 5.1 makes at parse time, after the text was read as a whole.

A rule that makes a node worth checking notes the check; `Parser` runs them at the end, so that these errors
come behind those of the syntax.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable
from functools import partial

from emulator.powershell.parser.ast import (
    ArrayLiteralAst,
    AttributeAst,
    AttributeBaseAst,
    AttributedExpressionAst,
    BinaryExpressionAst,
    CommandExpressionAst,
    ConstantExpressionAst,
    ConvertExpressionAst,
    ErrorExpressionAst,
    ExpressionAst,
    HashtableAst,
    IndexExpressionAst,
    InvokeMemberExpressionAst,
    MemberExpressionAst,
    ParameterAst,
    ParenExpressionAst,
    PipelineAst,
    PipelineBaseAst,
    ScriptBlockExpressionAst,
    StringConstantExpressionAst,
    SubExpressionAst,
    TypeExpressionAst,
    UnaryExpressionAst,
    UsingExpressionAst,
    VariableExpressionAst,
)
from emulator.powershell.parser.extents import Source
from emulator.powershell.parser.flow import Finding
from emulator.powershell.parser.node import Ast
from emulator.powershell.parser.token_kinds import OPERATOR_TEXT, TokenKind
from emulator.powershell.parser.type_rules import TypeRules

AUTOMATIC_TYPES = {
    **dict.fromkeys(("_", "this", "input"), "System.Object"),
    **dict.fromkeys(("psscriptroot", "pscommandpath"), "System.String"),
    "args": "System.Object[]",
    "pscmdlet": "System.Management.Automation.PSScriptCmdlet",
    "psboundparameters": "System.Management.Automation.PSBoundParametersDictionary",
    "myinvocation": "System.Management.Automation.InvocationInfo",
}
"""The types of the variables that every scope has of its own, by lower-case name."""


class CheckRules(TypeRules):
    """Notes and makes checks."""

    def __init__(self, source: Source, language_version: tuple[int, int] = (5, 1), depth: int = 0) -> None:
        super().__init__(source, language_version, depth)
        self.assigned: set[int] = set()
        """Identities of the nodes that are targets of assignments."""

    @abstractmethod
    def operand(self, found: re.Match[str]) -> ExpressionAst | None:
        """Make the node of what `OPERAND` found, without members behind it."""

    def report(self, error_id: str, node: Ast, argument: str | None = None) -> None:
        """Note an error on the whole of a node."""
        self.error(error_id, node.extent.start_offset, node.extent.end_offset, argument)

    def report_findings(self, findings: Iterable[Finding]) -> None:
        """Note errors found by `emulator.powershell.parser.flow`."""
        for error_id, extent, argument in findings:
            self.error(error_id, extent.start_offset, extent.end_offset, argument)

    # Targets of assignments

    def check_assignable(self, node: UnaryExpressionAst) -> None:
        """The operand of ``++`` and ``--``."""
        child = node.child
        if isinstance(child, VariableExpressionAst | MemberExpressionAst | IndexExpressionAst):
            return
        self.checks.append(
            partial(
                self._target,
                child,
                False,
                "OperatorRequiresVariableOrProperty",
                OPERATOR_TEXT[node.token_kind],
            )
        )

    def check_assignment(self, target: ExpressionAst, operator: TokenKind) -> None:
        """The left side of an assignment."""
        if isinstance(target, VariableExpressionAst | MemberExpressionAst | IndexExpressionAst):
            return
        is_simple = operator is TokenKind.EQUALS
        self.assigned.add(id(target))
        self.checks.append(partial(self._target, target, is_simple, "InvalidLeftHandSide", None))

    def _target(self, node: ExpressionAst, is_simple: bool, error_id: str, argument: str | None) -> None:
        if isinstance(node, ErrorExpressionAst):
            return
        if isinstance(node, ArrayLiteralAst) and is_simple:
            for element in node.elements:
                self._target(element, True, error_id, argument)
        elif isinstance(node, ParenExpressionAst):
            inner = pure_expression(node.pipeline)
            if inner is None:
                self.report(error_id, node.pipeline, argument)
            else:
                self._target(inner, is_simple, error_id, argument)
        elif isinstance(node, AttributedExpressionAst):
            child: ExpressionAst = node
            casts: list[AttributeBaseAst] = []
            while isinstance(child, AttributedExpressionAst):
                if isinstance(child, ConvertExpressionAst):
                    casts.append(child.attribute)
                child = child.child
            for cast in casts:
                if cast.type_name.name.lower() in {"void", "system.void"}:
                    self.report("VoidTypeConstraintNotAllowed", cast)
                elif len(casts) > 1 and _is_reference(cast):
                    self.report("ReferenceNeedsToBeByItselfInTypeConstraint", cast)
            if casts and isinstance(child, VariableExpressionAst):
                self._automatic(node, child, casts[-1])
            self._target(child, is_simple, error_id, argument)
        elif not isinstance(node, VariableExpressionAst | MemberExpressionAst | IndexExpressionAst):
            self.report(error_id, node, argument)

    def _automatic(self, node: Ast, variable: VariableExpressionAst, cast: AttributeBaseAst) -> None:
        """An automatic variable of a scope takes only the type that it has."""
        path = variable.variable_path
        if path.drive_name is not None or path.scope in ("global", "script"):
            return
        expected = AUTOMATIC_TYPES.get(path.unqualified_path.lower())
        written = cast.type_name.full_name.lower()
        if expected is not None and written not in (
            expected.lower(),
            expected.lower().removeprefix("system."),
        ):
            self.report(
                "AssignmentStatementToAutomaticNotSupported",
                node,
                f"'{path.unqualified_path}' with type '{expected}'",
            )

    # Expressions

    def check_casts(self, attributes: list[AttributeBaseAst], node: ExpressionAst) -> None:
        """``[ref]`` in a row of casts."""
        references = [item for item in attributes if _is_reference(item)]
        if len(references) > 1:
            error_id = "ReferenceNeedsToBeByItselfInTypeSequence"
            self.checks.append(partial(self.report, error_id, references[1]))
        elif references and references[0] is not attributes[0]:
            self.checks.append(partial(self._inner_reference, references[0], node))

    def _inner_reference(self, reference: AttributeBaseAst, node: ExpressionAst) -> None:
        if id(node) not in self.assigned:
            self.report("ReferenceNeedsToBeLastTypeInTypeConversion", reference)

    def check_attributed(self, node: AttributedExpressionAst, core: ExpressionAst) -> None:
        """Attributes stand only before variables; ``core`` is what stands behind all of them."""
        if not isinstance(core, VariableExpressionAst):
            attribute = node.attribute
            self.checks.append(
                partial(self.report, "UnexpectedAttribute", attribute, attribute.type_name.full_name)
            )

    def check_ordered(self, node: ConvertExpressionAst) -> None:
        """``[ordered]`` stands only before a hash literal."""
        if not isinstance(node.child, HashtableAst):
            name = node.attribute.type_name.full_name
            self.checks.append(partial(self.report, "OrderedAttributeOnlyOnHashLiteralNode", node, name))

    def check_splatted(self, node: VariableExpressionAst, *, in_list: bool = False) -> None:
        """A splatted variable that is not an argument of its own."""
        error_id = "SplattingNotPermittedInArgumentList" if in_list else "SplattingNotPermitted"
        self.checks.append(partial(self.report, error_id, node, node.variable_path.user_path))

    def check_using(self, node: UsingExpressionAst) -> None:
        """``$using:x`` may be followed by plain properties and constant indexes only."""
        part = node.sub_expression
        while not isinstance(part, VariableExpressionAst):
            if isinstance(part, InvokeMemberExpressionAst):
                break
            if isinstance(part, MemberExpressionAst) and isinstance(part.member, StringConstantExpressionAst):
                part = part.expression
            elif isinstance(part, IndexExpressionAst) and isinstance(part.index, ConstantExpressionAst):
                part = part.target
            else:
                break
        if not isinstance(part, VariableExpressionAst):
            wrong = part.index if isinstance(part, IndexExpressionAst) else part
            if isinstance(wrong, VariableExpressionAst | UnaryExpressionAst):
                return
            self.checks.append(partial(self.report, "InvalidUsingExpression", wrong))

    def check_attribute(self, node: AttributeAst, *, allow_blocks: bool = True) -> None:
        """Arguments of attributes are constants, or script blocks outside of classes."""
        values = (*node.positional_arguments, *(one.argument for one in node.named_arguments))
        for value in values:
            if not isinstance(value, ConstantExpressionAst) and not is_constant(value, allow_blocks):
                self.checks.append(
                    partial(
                        self.report,
                        "ParameterAttributeArgumentNeedsToBeConstant",
                        value,
                        " or a script block" if allow_blocks else "",
                    )
                )

    def check_keys(self, node: HashtableAst) -> None:
        """Constant keys of a hash literal differ."""
        seen: set[str] = set()
        for key, _ in node.key_value_pairs:
            if isinstance(key, ConstantExpressionAst):
                text = str(key.value)
                folded = text.lower()
                if folded in seen:
                    self.checks.append(partial(self.report, "DuplicateKeyInHashLiteral", key, text))
                seen.add(folded)

    def check_parameters(self, parameters: Iterable[ParameterAst]) -> None:
        """Names of parameters differ."""
        seen: set[str] = set()
        for parameter in parameters:
            name = parameter.name.variable_path.user_path
            folded = name.lower()
            if folded in seen:
                self.checks.append(partial(self.report, "DuplicateFormalParameter", parameter.name, name))
            seen.add(folded)
            for attribute in parameter.attributes:
                if attribute.type_name.name.lower() in {"void", "system.void"}:
                    self.checks.append(partial(self.report, "VoidTypeConstraintNotAllowed", attribute))


def _is_reference(attribute: AttributeBaseAst) -> bool:
    return attribute.type_name.name.lower() in {
        "ref",
        "psreference",
        "system.management.automation.psreference",
    }


def core_of(node: ExpressionAst) -> ExpressionAst:
    """What stands behind all attributes and casts of an expression."""
    while isinstance(node, AttributedExpressionAst):
        node = node.child
    return node


def pure_expression(pipeline: PipelineBaseAst) -> ExpressionAst | None:
    """The expression that is the whole pipeline, without redirections; else None."""
    if isinstance(pipeline, PipelineAst) and len(pipeline.pipeline_elements) == 1:
        element = pipeline.pipeline_elements[0]
        if isinstance(element, CommandExpressionAst) and not element.redirections:
            return element.expression
    return None


_FOLDED = frozenset(
    {TokenKind.EXCLAIM, TokenKind.MULTIPLY, TokenKind.DIVIDE, TokenKind.REM, TokenKind.PLUS, TokenKind.MINUS}
    | {TokenKind.NOT, TokenKind.BNOT, TokenKind.AND, TokenKind.OR, TokenKind.XOR, TokenKind.BAND}
    | {TokenKind.BOR, TokenKind.BXOR, TokenKind.SHL, TokenKind.SHR}
)
_CONSTANT_VARIABLES = frozenset({"true", "false", "null"})


def is_constant(node: Ast, allow_blocks: bool) -> bool:
    """Whether 5.1 takes an argument of an attribute for a constant.

    Whether a cast is to a simple type and a static member a literal is not looked up.
    """
    if isinstance(node, ConstantExpressionAst | TypeExpressionAst | ErrorExpressionAst):
        return True
    if isinstance(node, ScriptBlockExpressionAst):
        return allow_blocks
    if isinstance(node, VariableExpressionAst):
        return node.variable_path.user_path.lower() in _CONSTANT_VARIABLES
    if isinstance(node, ArrayLiteralAst):
        return all(is_constant(one, allow_blocks) for one in node.elements)
    if isinstance(node, BinaryExpressionAst):
        return (
            node.operator in _FOLDED
            and is_constant(node.left, allow_blocks)
            and is_constant(node.right, allow_blocks)
        )
    if isinstance(node, UnaryExpressionAst):
        return node.token_kind in _FOLDED and is_constant(node.child, allow_blocks)
    if isinstance(node, ConvertExpressionAst):
        return is_constant(node.child, allow_blocks)
    if isinstance(node, ParenExpressionAst):
        inner = pure_expression(node.pipeline)
        return inner is not None and is_constant(inner, allow_blocks)
    if isinstance(node, SubExpressionAst):
        statements = node.sub_expression.statements
        first = statements[0] if len(statements) == 1 else None
        inner = pure_expression(first) if isinstance(first, PipelineAst) else None
        return inner is not None and is_constant(inner, allow_blocks)
    return (
        isinstance(node, MemberExpressionAst)
        and not isinstance(node, InvokeMemberExpressionAst)
        and node.static
        and isinstance(node.expression, TypeExpressionAst)
    )
