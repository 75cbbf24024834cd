"""Rules for statements that begin with a keyword."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

from emulator.powershell.parser.ast import (
    BlockStatementAst,
    BreakStatementAst,
    CatchClauseAst,
    CommandExpressionAst,
    ContinueStatementAst,
    ErrorStatementAst,
    ExitStatementAst,
    ExpressionAst,
    IfStatementAst,
    PipelineAst,
    PipelineBaseAst,
    ReturnStatementAst,
    StatementAst,
    StatementBlockAst,
    StringConstantExpressionAst,
    StringConstantType,
    SwitchStatementAst,
    ThrowStatementAst,
    TrapStatementAst,
    TryStatementAst,
    TypeConstraintAst,
)
from emulator.powershell.parser.extents import Extent
from emulator.powershell.parser.flow import leaving_finally
from emulator.powershell.parser.loops import LoopRules
from emulator.powershell.parser.node import Ast
from emulator.powershell.parser.patterns import PARAMETER
from emulator.powershell.parser.token_kinds import TokenKind

_SWITCH_FLAGS = ("regex", "wildcard", "exact", "casesensitive", "parallel", "file")


class StatementRules(LoopRules):
    """Statements that begin with a keyword (language specification 8)."""

    # if

    def if_statement(self, start: int, end: int) -> StatementAst:
        """``if``."""
        clauses: list[tuple[PipelineBaseAst, StatementBlockAst]] = []
        parts: list[Ast] = []
        keyword, keyword_end = self.text[start:end], end
        else_clause: StatementBlockAst | None = None
        while True:
            open_paren = self.take_after_lines("(")
            if open_paren is None:
                self.incomplete("MissingOpenParenthesisInIfStatement", keyword_end, keyword_end, keyword)
                return self.error_statement(start, keyword_end, *parts)
            self.skip_lines()
            condition = self.pipeline()
            if condition is None:
                at = open_paren + 1
                self.incomplete("IfStatementMissingCondition", at, at, keyword)
                condition = ErrorStatementAst(self.extent(at, at))
            else:
                parts.append(condition)
            close_paren = self.take_after_lines(")")
            if close_paren is None:
                token_start, token_end = self.token_ahead()
                if not isinstance(condition, ErrorStatementAst):
                    self.incomplete("MissingEndParenthesisAfterStatement", token_start, token_end, keyword)
                return self.error_statement(start, max(token_start - 1, start), *parts)
            body = self.statement_block()
            if body is None:
                self.incomplete("MissingStatementBlock", close_paren, close_paren + 1, keyword)
                return self.error_statement(start, close_paren + 1, *parts)
            parts.append(body)
            clauses.append((condition, body))
            end = body.extent.end_offset
            keyword, keyword_start, keyword_end = self.keyword_ahead()
            if keyword == "elseif":
                self.pos = keyword_end
                keyword = self.text[keyword_start:keyword_end]
                continue
            if keyword == "else":
                self.pos = keyword_end
                else_clause = self.statement_block()
                if else_clause is None:
                    self.incomplete("MissingStatementBlockAfterElse", keyword_end, keyword_end)
                    return self.error_statement(start, keyword_end, *parts)
                end = else_clause.extent.end_offset
            return IfStatementAst(self.extent(start, end), tuple(clauses), else_clause)

    # switch

    def switch_statement(self, start: int, end: int, label: str | None = None) -> StatementAst:
        """``switch``."""
        flags: set[str] = set()
        parts: list[Ast] = []
        written: dict[str, tuple[str, Extent, Ast | None]] = {}
        condition, at, is_error = self._switch_flags(flags, written, end)
        incomplete = is_error and condition is None and "file" in flags
        self.skip_lines()
        open_paren = self.take("(")
        if open_paren is not None:
            if "file" in flags:
                is_error = True
                self.error("PipelineValueRequired", open_paren, open_paren + 1)
            self.skip_lines()
            condition = self.pipeline()
            at = open_paren + 1 if condition is None else condition.extent.end_offset
            if condition is None:
                is_error = True
                incomplete = self.incomplete("PipelineValueRequired", at, at)
            if self.take_after_lines(")") is None:
                is_error = True
                incomplete = incomplete or self.incomplete("MissingEndParenthesisInSwitchStatement", at, at)
            else:
                at = self.pos
        elif condition is None and "file" not in flags:
            is_error = True
            incomplete = self.incomplete("PipelineValueRequired", at, at)
        brace = self.take_after_lines("{")
        clauses: list[tuple[ExpressionAst, StatementBlockAst]] = []
        default: StatementBlockAst | None = None
        close: int | None = None
        if brace is None:
            is_error = True
            if not incomplete:
                self.incomplete("MissingCurlyBraceInSwitchStatement", at, at)
        else:
            clauses, default, close, at = self._switch_clauses(brace, parts, incomplete)
        if is_error or close is None or condition is None:
            conditions = () if open_paren is None or condition is None else (condition,)
            return ErrorStatementAst(
                self.extent(start, at), (), conditions, tuple(parts), tuple(written.values())
            )
        extent = self.extent(start, close)
        return SwitchStatementAst(extent, label, condition, frozenset(flags), tuple(clauses), default)

    def _switch_flags(
        self, flags: set[str], parameters: dict[str, tuple[str, Extent, Ast | None]], end: int
    ) -> tuple[PipelineBaseAst | None, int, bool]:
        condition: PipelineBaseAst | None = None
        is_error = False
        while True:
            self.skip_lines()
            found = PARAMETER.match(self.text, self.pos, self.end)
            if found is None:
                return condition, end, is_error
            end = self.pos = found.end()
            written = found.group(1)
            name = next((flag for flag in _SWITCH_FLAGS if flag.startswith(written.lower())), None)
            if name is None:
                is_error = True
                self.error("InvalidSwitchFlag", found.start(), end, written)
                continue
            if name in {"regex", "wildcard", "exact"}:
                flags -= {"regex", "wildcard", "exact"}
            flags.add(name)
            token = self.extent(found.start(), end)
            parameters.setdefault(name, (name, token, None))
            if name == "parallel" and not self.in_workflow:
                self.checks.append(partial(self.error, "ParallelNotSupported", found.start(), end))
            if name == "file":
                self.skip_lines()
                argument = self.single_argument()
                if argument is None:
                    is_error = True
                    self.incomplete("MissingFilenameOption", end, end)
                else:
                    end = argument.extent.end_offset
                    element = CommandExpressionAst(argument.extent, (), argument)
                    condition = PipelineAst(argument.extent, (element,))
                    parameters[name] = (name, token, condition)

    def _switch_clauses(
        self, brace: int, parts: list[Ast], incomplete: bool
    ) -> tuple[list[tuple[ExpressionAst, StatementBlockAst]], StatementBlockAst | None, int | None, int]:
        """Read the clauses and the closing brace.

        Returns them, the end of the brace (None after an error) and where the last clause ends.
        """
        clauses: list[tuple[ExpressionAst, StatementBlockAst]] = []
        default: StatementBlockAst | None = None
        is_ok = True
        at = brace + 1
        self.skip_lines()
        while True:
            condition = self.single_argument()
            if condition is None:
                is_ok = False
                self.incomplete("MissingSwitchConditionExpression", at, at)
                self.take("}")
                return clauses, default, None, at
            parts.append(condition)
            at = condition.extent.end_offset
            body = self.statement_block()
            if body is None:
                is_ok = False
                incomplete = self.incomplete("MissingSwitchStatementClause", at, at)
            else:
                parts.append(body)
                at = body.extent.end_offset
                if not _is_default(condition):
                    clauses.append((condition, body))
                else:
                    if default is not None:
                        is_ok = False
                        self.report("MultipleSwitchDefaultClauses", condition)
                    default = body
            self.skip_semicolons()
            if self.take("}") is not None:
                return clauses, default, self.pos if is_ok else None, at
            if self.pos >= self.end:
                if not incomplete:
                    self.incomplete("MissingEndCurlyBrace", brace, brace + 1, seen_at=self.end)
                return clauses, default, None, at

    # try, trap

    def try_statement(self, start: int, end: int) -> StatementAst:
        """``try``."""
        body = self.statement_block()
        if body is None:
            self.incomplete("MissingTryStatementBlock", end, end)
            return self.error_statement(start, end)
        catches: list[CatchClauseAst] = []
        broken: list[TypeConstraintAst] = []
        error_end: int | None = None
        while error_end is None:
            keyword, keyword_start, keyword_end = self.keyword_ahead()
            if keyword != "catch":
                break
            self.pos = keyword_end
            clause, error_end = self._catch(keyword_start, keyword_end, broken)
            if clause is None:
                break
            catches.append(clause)
        finally_block: StatementBlockAst | None = None
        keyword, _, keyword_end = self.keyword_ahead()
        if keyword == "finally":
            self.pos = keyword_end
            finally_block = self.statement_block()
            if finally_block is None:
                error_end = keyword_end
                self.incomplete("MissingFinallyStatementBlock", keyword_end, keyword_end, "finally")
        if not catches and finally_block is None and error_end is None:
            error_end = body.extent.end_offset
            self.incomplete("MissingCatchOrFinally", error_end, error_end)
        if error_end is not None:
            return self.error_statement(start, error_end, body, *catches, *broken)
        last = catches[-1] if finally_block is None else finally_block
        self._check_catches(catches)
        if finally_block is not None:
            self._check_finally(finally_block)
        extent = self.extent(start, last.extent.end_offset)
        return TryStatementAst(extent, body, tuple(catches), finally_block)

    def _catch(
        self, start: int, end: int, broken: list[TypeConstraintAst]
    ) -> tuple[CatchClauseAst | None, int | None]:
        """Read the types and the block of a catch; returns it and the end of an error.

        The types of a catch without a block are added to ``broken``.
        """
        types: list[TypeConstraintAst] = []
        comma: int | None = None
        error_end: int | None = None
        while True:
            here = self.pos
            self.skip_lines()
            attribute = self.attribute() if self.next_character() == "[" else None
            if attribute is None:
                if comma is not None:
                    error_end = comma + 1
                    self.incomplete("MissingTypeLiteralToken", error_end, error_end)
                break
            if not isinstance(attribute, TypeConstraintAst):
                self.pos = here
                break
            types.append(attribute)
            comma = self.take_after_lines(",")
            if comma is None:
                break
        body = self.statement_block()
        if body is None:
            if error_end is None:
                error_end = types[-1].extent.end_offset if types else end
                self.incomplete("MissingCatchHandlerBlock", error_end, error_end)
            broken.extend(types)
            return None, error_end
        return CatchClauseAst(self.extent(start, body.extent.end_offset), tuple(types), body), error_end

    def _check_catches(self, catches: list[CatchClauseAst]) -> None:
        for clause, following in pairwise(catches):
            if not clause.catch_types:
                at = max(following.extent.start_offset - 1, 0)
                self.checks.append(partial(self.error, "EmptyCatchNotLast", at, at))

    def _check_finally(self, block: StatementBlockAst) -> None:
        def check() -> None:
            self.report_findings(leaving_finally(block))

        self.checks.append(check)

    def trap_statement(self, start: int, end: int) -> StatementAst:
        """``trap``."""
        here = self.pos
        self.skip_lines()
        attribute = self.attribute() if self.next_character() == "[" else None
        if not isinstance(attribute, TypeConstraintAst):
            self.pos = here
            attribute = None
        body = self.statement_block()
        if body is None:
            at = end if attribute is None else attribute.extent.end_offset
            self.incomplete("MissingTrapStatement", at, at)
            return self.error_statement(start, at, attribute)
        return TrapStatementAst(self.extent(start, body.extent.end_offset), attribute, body)

    # Statements that leave

    def return_statement(self, start: int, end: int) -> StatementAst:
        """``return``."""
        pipeline = self._optional_pipeline()
        return ReturnStatementAst(self._extent_with(start, end, pipeline), pipeline)

    def throw_statement(self, start: int, end: int) -> StatementAst:
        """``throw``."""
        pipeline = self._optional_pipeline()
        return ThrowStatementAst(self._extent_with(start, end, pipeline), pipeline)

    def exit_statement(self, start: int, end: int) -> StatementAst:
        """``exit``."""
        pipeline = self._optional_pipeline()
        return ExitStatementAst(self._extent_with(start, end, pipeline), pipeline)

    def _optional_pipeline(self) -> PipelineBaseAst | None:
        self.skip_blanks()
        return self.pipeline()

    def _extent_with(self, start: int, end: int, node: Ast | None) -> Extent:
        return Extent(self.source, start, end if node is None else node.extent.end_offset)

    def break_statement(self, start: int, end: int) -> StatementAst:
        """``break``."""
        label = self.label_or_key()
        return BreakStatementAst(self._extent_with(start, end, label), label)

    def continue_statement(self, start: int, end: int) -> StatementAst:
        """``continue``."""
        label = self.label_or_key()
        return ContinueStatementAst(self._extent_with(start, end, label), label)

    # Workflows

    def parallel_statement(self, start: int, end: int) -> StatementAst:
        """``parallel``."""
        return self._block_statement(TokenKind.PARALLEL, start, end)

    def sequence_statement(self, start: int, end: int) -> StatementAst:
        """``sequence``."""
        return self._block_statement(TokenKind.SEQUENCE, start, end)

    def _block_statement(self, kind: TokenKind, start: int, end: int) -> StatementAst:
        text = self.text[start:end]
        body = self.statement_block()
        if body is None:
            self.incomplete("MissingStatementAfterKeyword", end, end, text)
            return self.error_statement(start, end)
        if not self.in_workflow:
            self.checks.append(partial(self.error, "UnexpectedKeyword", start, end, text))
        return BlockStatementAst(self.extent(start, body.extent.end_offset), kind, body)


def _is_default(condition: ExpressionAst) -> bool:
    return (
        isinstance(condition, StringConstantExpressionAst)
        and condition.string_constant_type is StringConstantType.BARE_WORD
        and condition.value.lower() == "default"
    )


KEYWORD_RULES: dict[str, Callable[[Any, int, int], StatementAst | None]] = {
    "if": StatementRules.if_statement,
    "try": StatementRules.try_statement,
    "trap": StatementRules.trap_statement,
    "return": StatementRules.return_statement,
    "throw": StatementRules.throw_statement,
    "exit": StatementRules.exit_statement,
    "break": StatementRules.break_statement,
    "continue": StatementRules.continue_statement,
    "parallel": StatementRules.parallel_statement,
    "sequence": StatementRules.sequence_statement,
}
"""Statements by keyword; the rule gets the extent of the keyword."""

LOOP_RULES: dict[str, Callable[[Any, int, int, str | None], StatementAst]] = {
    "foreach": StatementRules.foreach_statement,
    "for": StatementRules.for_statement,
    "while": StatementRules.while_statement,
    "do": StatementRules.do_statement,
    "switch": StatementRules.switch_statement,
}
"""Statements that may have a label."""
