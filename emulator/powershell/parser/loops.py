"""Rules for blocks of statements and for loops."""

from __future__ import annotations

from functools import partial

from emulator.powershell.parser.ast import (
    DoUntilStatementAst,
    DoWhileStatementAst,
    ErrorStatementAst,
    ExpressionAst,
    ForEachStatementAst,
    ForStatementAst,
    PipelineBaseAst,
    StatementAst,
    StatementBlockAst,
    TrapStatementAst,
    VariableExpressionAst,
    WhileStatementAst,
)
from emulator.powershell.parser.commands import CommandRules
from emulator.powershell.parser.extents import Extent
from emulator.powershell.parser.node import Ast
from emulator.powershell.parser.patterns import OPERAND, PARAMETER


class LoopRules(CommandRules):
    """Statement blocks and loops (language specification 8.1, 8.4)."""

    def error_statement(self, start: int, end: int, *parts: Ast | None) -> ErrorStatementAst:
        """What stands in the tree for a statement that could not be read as a whole."""
        return ErrorStatementAst(self.extent(start, end), tuple(part for part in parts if part is not None))

    def statement_block(self) -> StatementBlockAst | None:
        """Read ``{ statements }`` after line ends; None without a brace."""
        start = self.take_after_lines("{")
        if start is None:
            return None
        self.deeper()
        statements, traps, extent = self.statement_list()
        self.depth -= 1
        if self.take("}") is None:
            _, token_end = self.token_ahead()
            self.incomplete("MissingEndCurlyBrace", start, start + 1, seen_at=token_end)
            end = start + 1 if extent is None else extent.end_offset
        else:
            end = self.pos
        return StatementBlockAst(Extent(self.source, start, end), statements, traps)

    def statement_list(
        self,
    ) -> tuple[tuple[StatementAst, ...], tuple[TrapStatementAst, ...], Extent | None]:
        """Read statements up to a closing brace or parenthesis or the end."""
        statements: list[StatementAst] = []
        traps: list[TrapStatementAst] = []
        first: StatementAst | None = None
        last: StatementAst | None = None
        text, end = self.text, self.end
        self.skip_semicolons()
        while self.pos < end and text[self.pos] not in ")}":
            statement = self.statement()
            if statement is None:
                break
            if isinstance(statement, TrapStatementAst):
                traps.append(statement)
            else:
                statements.append(statement)
            first = first or statement
            last = statement
            self.skip_semicolons()
        if first is None or last is None:
            return (), (), None
        extent = first.extent
        if last is not first:
            extent = Extent(self.source, extent.start_offset, last.extent.end_offset)
        return tuple(statements), tuple(traps), extent

    # Loops; ``start`` is that of the label when there is one.

    def while_statement(self, start: int, end: int, label: str | None = None) -> StatementAst:
        """``while``."""
        open_paren = self.take_after_lines("(")
        if open_paren is None:
            self.incomplete("MissingOpenParenthesisAfterKeyword", end, end, "while")
            return self.error_statement(start, end)
        self.skip_lines()
        condition = self.pipeline()
        if condition is None:
            at = open_paren + 1
            self.incomplete("MissingExpressionAfterKeyword", at, at, "while")
        close_paren = self.take_after_lines(")")
        if close_paren is None:
            at = open_paren + 1 if condition is None else condition.extent.end_offset
            if condition is not None:
                self.incomplete("MissingEndParenthesisAfterStatement", at, at, "while")
            return self.error_statement(start, at, condition)
        body = self.statement_block()
        if body is None:
            at = close_paren + 1
            self.incomplete("MissingLoopStatement", at, at, "while")
            return self.error_statement(start, at, condition)
        if condition is None:
            condition = ErrorStatementAst(self.extent(open_paren + 1, open_paren + 1))
        return WhileStatementAst(self.extent(start, body.extent.end_offset), label, condition, body)

    def do_statement(self, start: int, end: int, label: str | None = None) -> StatementAst:
        """``do``."""
        body = self.statement_block()
        if body is None:
            self.incomplete("MissingLoopStatement", end, end, "do")
            return self.error_statement(start, end)
        end = body.extent.end_offset
        keyword, _, keyword_end = self.keyword_ahead()
        if keyword not in {"while", "until"}:
            self.incomplete("MissingWhileOrUntilInDoWhile", end, end)
            return self.error_statement(start, end, body)
        self.pos = keyword_end
        open_paren = self.take_after_lines("(")
        if open_paren is None:
            self.incomplete("MissingOpenParenthesisAfterKeyword", keyword_end, keyword_end, keyword)
            return self.error_statement(start, keyword_end, body)
        self.skip_lines()
        condition = self.pipeline()
        if condition is None:
            at = open_paren + 1
            self.incomplete("MissingExpressionAfterKeyword", at, at, keyword)
            self.take_after_lines(")")
            return self.error_statement(start, at, body)
        if self.take_after_lines(")") is None:
            at = condition.extent.end_offset
            self.incomplete("MissingEndParenthesisAfterStatement", at, at, keyword)
            return self.error_statement(start, at, body, condition)
        kind = DoUntilStatementAst if keyword == "until" else DoWhileStatementAst
        return kind(self.extent(start, self.pos), label, condition, body)

    def for_statement(self, start: int, end: int, label: str | None = None) -> StatementAst:
        """``for``."""
        open_paren = self.take_after_lines("(")
        if open_paren is None:
            self.incomplete("MissingOpenParenthesisAfterKeyword", end, end, "for")
            return self.error_statement(start, end)
        at = open_paren + 1
        parts: list[PipelineBaseAst | None] = []
        for _ in range(3):
            self.skip_lines()
            part = self.pipeline()
            parts.append(part)
            if part is not None:
                at = part.extent.end_offset
            if len(parts) < 3 and self.take(";") is not None:
                at = self.pos
        initializer, condition, iterator = parts
        if self.take_after_lines(")") is None:
            self.incomplete("MissingEndParenthesisAfterStatement", at, at, "for")
            return self.error_statement(start, at, *parts)
        at = self.pos
        body = self.statement_block()
        if body is None:
            self.incomplete("MissingLoopStatement", at, at, "for")
            return self.error_statement(start, at, *parts)
        extent = self.extent(start, body.extent.end_offset)
        return ForStatementAst(extent, label, condition, body, initializer, iterator)

    def foreach_statement(self, start: int, end: int, label: str | None = None) -> StatementAst:
        """``foreach``."""
        is_parallel, throttle, error_end = self._foreach_flags()
        open_paren = self.take_after_lines("(")
        if open_paren is None:
            self.incomplete("MissingOpenParenthesisAfterKeyword", end, end, "foreach")
            return self.error_statement(start, end)
        variable = self._foreach_variable()
        if variable is None:
            at = open_paren + 1
            self.incomplete("MissingVariableNameAfterForeach", at, at)
            return self.error_statement(start, at)
        at = variable.extent.end_offset
        keyword, _, keyword_end = self.keyword_ahead()
        if keyword != "in":
            self.incomplete("MissingInInForeach", at, at)
            return self.error_statement(start, at, variable)
        self.pos = keyword_end
        self.skip_lines()
        condition = self.pipeline()
        if condition is None:
            self.incomplete("MissingForeachExpression", keyword_end, keyword_end)
            return self.error_statement(start, keyword_end, variable)
        at = condition.extent.end_offset
        close_paren = self.take_after_lines(")")
        if close_paren is None:
            self.incomplete("MissingEndParenthesisAfterForeach", at, at)
            return self.error_statement(start, at, variable, condition)
        body = self.statement_block()
        if body is None:
            at = close_paren + 1
            self.incomplete("MissingForeachStatement", at, at)
            return self.error_statement(start, at, variable, condition)
        if error_end is not None:
            return self.error_statement(start, error_end, variable, condition, body)
        extent = self.extent(start, body.extent.end_offset)
        node = ForEachStatementAst(extent, label, condition, body, variable, is_parallel, throttle)
        if is_parallel and not self.in_workflow:
            self.checks.append(partial(self.report, "ParallelNotSupported", node))
        if throttle is not None and not is_parallel:
            self.checks.append(partial(self.report, "ThrottleLimitRequresParallelFlag", node))
        return node

    def _foreach_flags(self) -> tuple[bool, ExpressionAst | None, int | None]:
        is_parallel, throttle, error_end = False, None, None
        while True:
            self.skip_lines()
            found = PARAMETER.match(self.text, self.pos, self.end)
            if found is None:
                return is_parallel, throttle, error_end
            self.pos = found.end()
            name = found.group(1)
            if "parallel".startswith(name.lower()):
                is_parallel = True
            elif "throttlelimit".startswith(name.lower()):
                self.skip_lines()
                throttle = self.single_argument()
                if throttle is None:
                    self.incomplete("MissingThrottleLimit", found.end(), found.end())
            else:
                error_end = found.end()
                self.error("InvalidForeachFlag", found.start(), error_end, name)

    def _foreach_variable(self) -> VariableExpressionAst | None:
        self.skip_lines()
        found = OPERAND.match(self.text, self.pos, self.end)
        if found is None or found.lastgroup not in {
            "variable",
            "special_variable",
            "braced_variable",
            "splat",
        }:
            return None
        node = self.operand(found)
        return node if isinstance(node, VariableExpressionAst) else None
