"""Rules for operands in brackets and for members and indexes."""

from __future__ import annotations

import re

from emulator.powershell.parser.ast import (
    ArrayExpressionAst,
    ErrorExpressionAst,
    ErrorStatementAst,
    ExpressionAst,
    HashtableAst,
    IndexExpressionAst,
    InvokeMemberExpressionAst,
    MemberExpressionAst,
    ParenExpressionAst,
    PipelineBaseAst,
    ScriptBlockExpressionAst,
    StatementAst,
    StatementBlockAst,
    StringConstantExpressionAst,
    StringConstantType,
    SubExpressionAst,
)
from emulator.powershell.parser.checks import CheckRules
from emulator.powershell.parser.extents import EMPTY_EXTENT, Extent
from emulator.powershell.parser.patterns import HASH_KEY, OPERAND

_BARE_WORD = StringConstantType.BARE_WORD


class PrimaryRules(CheckRules):
    """Parentheses, blocks, hash literals, members and indexes."""

    def paren(self, found: re.Match[str]) -> ExpressionAst:
        """``( pipeline )``."""
        start = found.start("paren")
        self.pos = start + 1
        self.deeper()
        outer_comma, self.no_comma = self.no_comma, False
        self.skip_lines()
        pipeline: PipelineBaseAst | None = self.pipeline()
        if pipeline is None:
            self.incomplete("ExpectedExpression", start + 1, start + 1)
            pipeline = ErrorStatementAst(self.extent(start + 1, start + 1))
        self.no_comma = outer_comma
        self.depth -= 1
        if self.take_after_lines(")") is None:
            end = pipeline.extent.end_offset
            self.incomplete("MissingEndParenthesisInExpression", end, end)
        else:
            end = self.pos
        return ParenExpressionAst(Extent(self.source, start, end), pipeline)

    def sub_expression_operand(self, found: re.Match[str]) -> ExpressionAst:
        """``$( )`` and ``@( )``."""
        start, self.pos = found.span("sub_expression")
        return self.sub_expression(start)

    def sub_expression(self, start: int) -> ExpressionAst:
        """Read ``$( )`` or ``@( )``; the position is behind the opening parenthesis."""
        self.deeper()
        outer_comma, self.no_comma = self.no_comma, False
        statements, traps, extent = self.statement_list()
        self.no_comma = outer_comma
        self.depth -= 1
        if self.take_after_lines(")") is None:
            token_start, token_end = self.token_ahead()
            self.incomplete("MissingEndParenthesisInSubexpression", token_start, token_end)
            end = start + 2 if extent is None else extent.end_offset
        else:
            end = self.pos
        block = StatementBlockAst(EMPTY_EXTENT if extent is None else extent, statements, traps)
        whole = Extent(self.source, start, end)
        if self.text[start] == "$":
            return SubExpressionAst(whole, block)
        return ArrayExpressionAst(whole, block)

    def block(self, found: re.Match[str]) -> ExpressionAst:
        """``{ }`` as a value."""
        start = found.start("block")
        self.pos = start + 1
        outer, self.in_configuration = self.in_configuration, False
        node = self.script_block_expression(start)
        self.in_configuration = outer
        return node

    def script_block_expression(self, open_brace: int) -> ScriptBlockExpressionAst:
        """Read the inside and the end of a script block; the position is behind its brace."""
        self.deeper()
        outer_comma, self.no_comma = self.no_comma, False
        block = self.script_block(open_brace)
        self.no_comma = outer_comma
        self.depth -= 1
        return ScriptBlockExpressionAst(block.extent, block)

    # Hash literals

    def hashtable(self, found: re.Match[str]) -> ExpressionAst:
        """``@{ }``."""
        start, self.pos = found.span("hashtable")
        return self.hash_body(start)

    def hash_body(self, start: int, *, is_instance: bool = False) -> HashtableAst:
        """Read keys and values up to the closing brace; ``is_instance`` for a DSC resource."""
        self.deeper()
        open_end = self.pos
        pairs: list[tuple[ExpressionAst, StatementAst]] = []
        self.skip_lines()
        while True:
            pair = self._hash_pair(is_instance)
            if pair is None:
                break
            pairs.append(pair)
            self.skip_blanks()
            if self.next_character() not in {"\r", "\n", ";"}:
                break
            self.skip_semicolons()
        end = self.take("}")
        if end is None:
            at = pairs[-1][1].extent.end_offset if pairs else open_end
            token_start, token_end = self.token_ahead()
            error_id = "IncompletePropertyAssignmentBlock" if is_instance else "IncompleteHashLiteral"
            self.incomplete(error_id, at, token_start, seen_at=token_end)
            stop = max(token_start - 1, open_end)
        else:
            stop = end + 1
        self.depth -= 1
        node = HashtableAst(Extent(self.source, start, stop), tuple(pairs))
        if len(pairs) > 1:
            self.check_keys(node)
        return node

    def _hash_pair(self, is_instance: bool) -> tuple[ExpressionAst, StatementAst] | None:
        found = HASH_KEY.match(self.text, self.pos, self.end)
        if found is not None:
            key: ExpressionAst | None = StringConstantExpressionAst(
                Extent(self.source, found.start(1), found.end(1)), found.group(1), "string", _BARE_WORD
            )
            equals_end = self.pos = found.end()
        else:
            key = self.label_or_key()
            if key is None:
                return None
            if self.take("=") is None:
                at = key.extent.end_offset
                missing = (
                    "MissingEqualsInPropertyAssignmentBlock" if is_instance else "MissingEqualsInHashLiteral"
                )
                self.error(missing, at, at)
                self.synchronize("};\r\n", consume=False)
                return key, ErrorStatementAst(self.extent(at, at))
            equals_end = self.pos
        if key is None:
            return None
        self.skip_lines()
        value: StatementAst | None = self.statement()
        if value is None:
            error_id = "MissingStatementInHashLiteral"
            if is_instance:
                error_id = "MissingEqualsInPropertyAssignmentBlock"
            self.incomplete(error_id, equals_end, equals_end)
            value = ErrorStatementAst(self.extent(equals_end, equals_end))
        return key, value

    def label_or_key(self) -> ExpressionAst | None:
        """Read a simple name or an operand: the label of ``break``, the key of a hash literal."""
        name = self.identifier()
        if name is not None:
            return name
        self.skip_blanks()
        if self.next_character() in {"\r", "\n", ";"}:
            return None
        outer_comma, self.no_comma = self.no_comma, True
        key = self.unary()
        self.no_comma = outer_comma
        return key

    # Members

    def named_member(self, target: ExpressionAst, tail: re.Match[str]) -> ExpressionAst:
        """``.name`` or ``::name`` right behind the operand, maybe with arguments."""
        start, end = tail.span("member")
        is_static = self.text[start] == ":"
        name_start = start + (2 if is_static else 1)
        source = self.source
        member = StringConstantExpressionAst(
            Extent(source, name_start, end), self.text[name_start:end], "string", _BARE_WORD
        )
        self.pos = end
        if end < self.end and self.text[end] in "({":
            return self._invocation(target, member, is_static)
        return MemberExpressionAst(Extent(source, target.extent.start_offset, end), target, member, is_static)

    def member_access(
        self, target: ExpressionAst, tail: re.Match[str], *, in_command: bool = False
    ) -> ExpressionAst | None:
        """Any other member access; None when it was only a comment."""
        start, end = tail.span("access")
        self.pos = end
        if self.text.startswith("<#", start):
            self._after_comment(start)
            return None
        if not in_command:
            self.skip_lines()
        is_static = self.text[start] == ":"
        member = self._member_name()
        if member is None:
            self.incomplete("MissingPropertyName", end, end)
            self.skip_blanks()
            extent = self.extent(target.extent.start_offset, end)
            return MemberExpressionAst(extent, target, ErrorExpressionAst(extent), is_static)
        if self.next_character() in {"(", "{"}:
            return self._invocation(target, member, is_static)
        extent = self.extent(target.extent.start_offset, member.extent.end_offset)
        return MemberExpressionAst(extent, target, member, is_static)

    def _after_comment(self, start: int) -> None:
        close = self.text.find("#>", start + 2, self.end)
        if close < 0:
            self.pos = start
            self.skip_blanks()
        else:
            self.pos = close + 2

    def _member_name(self) -> ExpressionAst | None:
        name = self.identifier()
        if name is not None:
            return name
        found = OPERAND.match(self.text, self.pos, self.end)
        if found is None:
            return None
        if found.lastgroup in {"prefix", "bracket"}:
            return self.unary()
        return self.operand(found)

    def _invocation(self, target: ExpressionAst, member: ExpressionAst, is_static: bool) -> ExpressionAst:
        """Arguments in parentheses, or a single script block."""
        start = self.pos
        self.pos += 1
        if self.text[start] == "{":
            arguments: tuple[ExpressionAst, ...] = (self.script_block_expression(start),)
            end = self.pos
        else:
            arguments, end = self.arguments(start)
        return InvokeMemberExpressionAst(
            Extent(self.source, target.extent.start_offset, end),
            target,
            member,
            is_static,
            False,
            arguments or None,
        )

    def arguments(self, open_paren: int) -> tuple[tuple[ExpressionAst, ...], int]:
        """Read the arguments of a method and the closing parenthesis; returns them and the end."""
        self.deeper()
        found: list[ExpressionAst] = []
        outer_comma, self.no_comma = self.no_comma, True
        comma: int | None = None
        reported = False
        while True:
            self.skip_lines()
            argument = self.expression()
            if argument is None:
                if comma is not None:
                    self.incomplete("MissingExpressionAfterToken", comma + 1, comma + 1, ",")
                    reported = True
                break
            found.append(argument)
            comma = self.take_after_lines(",")
            if comma is None:
                break
        self.no_comma = outer_comma
        self.depth -= 1
        if self.take_after_lines(")") is not None:
            return tuple(found), self.pos
        end = found[-1].extent.end_offset if found else open_paren + 1
        if not reported:
            self.incomplete("MissingEndParenthesisInMethodCall", end, end)
        return tuple(found), end if comma is None else comma + 1

    def index(self, target: ExpressionAst, inside: int, *, null_conditional: bool = False) -> ExpressionAst:
        """``[index]`` right behind the operand; ``inside`` is the offset behind the bracket."""
        self.pos = inside
        self.deeper()
        outer_comma = self.no_comma
        if self.seven:
            self.no_comma = False
        self.skip_lines()
        index = self.expression()
        self.no_comma = outer_comma
        self.depth -= 1
        is_missing = index is None
        if index is None:
            self.incomplete("MissingArrayIndexExpression", inside, inside)
            index = ErrorExpressionAst(self.extent(inside - 1, inside))
        if self.take_after_lines("]") is not None:
            end = self.pos
        else:
            end = index.extent.end_offset
            if not is_missing:
                self.incomplete("MissingEndSquareBracket", end, end)
        extent = Extent(self.source, target.extent.start_offset, end)
        return IndexExpressionAst(extent, target, index, null_conditional)

    def conditional_access(self, target: ExpressionAst, tail: re.Match[str]) -> ExpressionAst:
        """``?.`` and ``?[`` of PowerShell 7."""
        end = tail.end("conditional")
        if self.text[end - 1] == "?":
            return self.index(target, end + 1, null_conditional=True)
        self.pos = end
        self.skip_lines()
        member = self._member_name()
        if member is None:
            self.incomplete("MissingPropertyName", end, end)
            member = ErrorExpressionAst(self.extent(end, end))
        if self.next_character() in {"(", "{"}:
            node = self._invocation(target, member, is_static=False)
            if isinstance(node, InvokeMemberExpressionAst):
                node.null_conditional = True
            return node
        extent = self.extent(target.extent.start_offset, member.extent.end_offset)
        return MemberExpressionAst(extent, target, member, False, True)
