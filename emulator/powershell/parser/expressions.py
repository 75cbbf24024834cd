"""Rules for operands and operators in expression mode."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

from emulator.powershell import language
from emulator.powershell.parser.ast import (
    ArrayLiteralAst,
    AttributeAst,
    AttributeBaseAst,
    AttributedExpressionAst,
    BinaryExpressionAst,
    CommandParameterAst,
    ConstantExpressionAst,
    ConvertExpressionAst,
    ErrorExpressionAst,
    ExpressionAst,
    TernaryExpressionAst,
    TypeConstraintAst,
    TypeExpressionAst,
    UnaryExpressionAst,
    UsingExpressionAst,
    VariableExpressionAst,
)
from emulator.powershell.parser.checks import core_of
from emulator.powershell.parser.extents import Extent, Source
from emulator.powershell.parser.names import variable_path
from emulator.powershell.parser.number_literals import number_value
from emulator.powershell.parser.patterns import OPERAND, TAIL, TAIL_7
from emulator.powershell.parser.primaries import PrimaryRules
from emulator.powershell.parser.token_kinds import BINARY_PRECEDENCE, DASH_OPERATORS, TokenKind

_SYMBOLS = {
    "+": TokenKind.PLUS,
    "*": TokenKind.MULTIPLY,
    "/": TokenKind.DIVIDE,
    "%": TokenKind.REM,
    "..": TokenKind.DOT_DOT,
    "??": TokenKind.QUESTION_QUESTION,
    "?": TokenKind.QUESTION_MARK,
}
_PREFIX_SYMBOLS = {
    "!": TokenKind.EXCLAIM,
    ",": TokenKind.COMMA,
    "+": TokenKind.PLUS,
    "++": TokenKind.PLUS_PLUS,
}
_PREFIX_WORDS = {name: DASH_OPERATORS[name] for name in ("not", "bnot", "join", "split", "isplit", "csplit")}

_DASH, _SYMBOL = "dash", "symbol"
_BEHIND_EXPRESSIONS = frozenset(")}];|{\r\n")
"""Begin nothing that `TAIL` finds."""
_NO_TAIL = cast("re.Match[str]", TAIL.match(""))


class ExpressionRules(PrimaryRules):
    """Expressions (language specification 7)."""

    tail: re.Match[str]
    """What `TAIL` found behind the operand read last; valid while ``pos`` is where it began."""

    def __init__(self, source: Source, language_version: tuple[int, int] = (5, 1), depth: int = 0) -> None:
        super().__init__(source, language_version, depth)
        pattern = TAIL_7 if self.seven else TAIL
        # It has an empty alternative: it always matches.
        self.match_tail = cast("Callable[[str, int, int], re.Match[str]]", pattern.match)

    def expression(self) -> ExpressionAst | None:
        """Read operands joined by binary operators."""
        left = self.unary()
        if left is None:
            return None
        group = self.tail.lastgroup
        if group == "none":  # the common case
            return left
        if group == "comma" and not self.no_comma:
            left = self._array_literal(left)
        operator = self._binary_operator()
        if operator is None:
            return left
        operands = [left]
        operators: list[tuple[TokenKind, int, int]] = []
        while operator is not None:
            kind, start, end = operator
            if kind is TokenKind.UNKNOWN:
                return self._parameter_in_expression(self._fold(operands, operators, 0), start, end)
            if kind is TokenKind.QUESTION_MARK:
                operands.append(self._ternary(self._fold(operands, operators, 0), start))
            else:
                if operators:
                    self._fold(operands, operators, BINARY_PRECEDENCE[kind])
                operators.append(operator)
                self.pos = end
                self.skip_lines()
                right = self.unary()
                if right is not None and not self.no_comma and self.tail.lastgroup == "comma":
                    right = self._array_literal(right)
                if right is None:
                    self.incomplete("ExpectedValueExpression", end, end, self.text[start:end])
                    right = ErrorExpressionAst(self.extent(end, end))
                    self.tail = self._tail_here()
                operands.append(right)
            operator = self._binary_operator()
        return self._fold(operands, operators, 0)

    def _fold(
        self, operands: list[ExpressionAst], operators: list[tuple[TokenKind, int, int]], precedence: int
    ) -> ExpressionAst:
        """Join the operands of all waiting operators that bind at least as tightly; returns the last operand.

        With precedence 0 nothing is left waiting and the result is taken off the list.
        """
        while operators and BINARY_PRECEDENCE[operators[-1][0]] >= precedence:
            kind, start, end = operators.pop()
            right = operands.pop()
            left = operands[-1]
            source = self.source
            operands[-1] = BinaryExpressionAst(
                Extent(source, left.extent.start_offset, right.extent.end_offset),
                left,
                kind,
                right,
                Extent(source, start, end),
            )
        return operands[-1] if precedence else operands.pop()

    def _tail_here(self) -> re.Match[str]:
        return self.match_tail(self.text, self.pos, self.end)

    def _binary_operator(self) -> tuple[TokenKind, int, int] | None:
        """The operator behind the last operand; UNKNOWN for a word with a dash that is none."""
        tail = self.tail
        group = tail.lastgroup
        if group == _DASH:
            start, end = tail.span(_DASH)
            word = self.text[start + 1 : end].lower()
            kind = DASH_OPERATORS.get(word)
            if kind is None:
                kind = TokenKind.UNKNOWN if word else TokenKind.MINUS
            elif self.is_old and self.lacks(language.OPERATORS.get(word)):
                kind = TokenKind.UNKNOWN
            elif kind not in BINARY_PRECEDENCE:
                return None
            return kind, start, end
        if group == _SYMBOL:
            start, end = tail.span(_SYMBOL)
            return _SYMBOLS.get(tail.group(_SYMBOL), TokenKind.MINUS), start, end
        return None

    def _parameter_in_expression(self, left: ExpressionAst, start: int, end: int) -> ExpressionAst:
        text = self.text[start:end]
        self.error("UnexpectedToken", start, end, text)
        self.pos = end
        extent = self.extent(start, end)
        parameter = CommandParameterAst(extent, text[1:], None, extent)
        return ErrorExpressionAst(self.extent(left.extent.start_offset, end), (left, parameter))

    def _ternary(self, condition: ExpressionAst, question: int) -> ExpressionAst:
        self.deeper()
        self.pos = question + 1
        self.skip_lines()
        if_true = self.expression()
        if if_true is None:
            self.incomplete("MissingExpressionAfterToken", question + 1, question + 1, "?")
            if_true = ErrorExpressionAst(self.extent(question + 1, question + 1))
        colon = self.take_after_lines(":")
        if_false: ExpressionAst | None = None
        if colon is None:
            at = if_true.extent.end_offset
            self.incomplete("MissingExpressionAfterToken", at, at, ":")
        else:
            self.skip_lines()
            if_false = self.expression()
            if if_false is None:
                self.incomplete("MissingExpressionAfterToken", colon + 1, colon + 1, ":")
        if if_false is None:
            if_false = ErrorExpressionAst(self.extent(self.pos, self.pos))
        self.depth -= 1
        self.tail = self._tail_here()
        extent = self.extent(condition.extent.start_offset, if_false.extent.end_offset)
        return TernaryExpressionAst(extent, condition, if_true, if_false)

    def _array_literal(self, first: ExpressionAst) -> ExpressionAst:
        """Read what follows the first element of a list; a comma is the tail of it."""
        elements = [first]
        while self.tail.lastgroup == "comma":
            comma_end = self.pos = self.tail.end()
            self.skip_lines()
            element = self.unary()
            if element is None:
                self.incomplete("MissingExpressionAfterToken", comma_end, comma_end, ",")
                elements.append(ErrorExpressionAst(self.extent(comma_end - 1, comma_end)))
                self.tail = self._tail_here()
                break
            elements.append(element)
        extent = Extent(self.source, first.extent.start_offset, elements[-1].extent.end_offset)
        return ArrayLiteralAst(extent, tuple(elements))

    def unary(self) -> ExpressionAst | None:
        """Read an operand with prefix and postfix operators, casts, members and indexes."""
        found = OPERAND.match(self.text, self.pos, self.end)
        if found is None:
            return None
        group = found.lastgroup
        node: ExpressionAst | None
        if group == "variable":
            start, end = found.span("variable")
            self.pos = end
            path = variable_path(self.text[start + 1 : end])
            if path.unqualified_path and path.qualifier != "using":
                node = VariableExpressionAst(Extent(self.source, start, end), path)
            else:
                node = self.expression_variable(found)
        elif group == "prefix" or group == "bracket":
            outer = self.pos
            self.deeper()
            node = self._prefix(found) if group == "prefix" else self._bracket(found)
            self.depth -= 1
            if node is None:
                self.pos = outer
            return node
        else:
            node = OPERAND_RULES[group](self, found)
            if node is None:
                return None
        if self.pos < self.end and self.text[self.pos] in _BEHIND_EXPRESSIONS:
            self.tail = _NO_TAIL
            return node
        tail = self.tail = self.match_tail(self.text, self.pos, self.end)
        return node if tail.lastgroup == "none" else self._postfix(node)

    def _postfix(self, node: ExpressionAst, *, only_members: bool = False) -> ExpressionAst:
        """Members, indexes and ``++`` behind an operand whose tail was found."""
        while True:
            tail = self.tail
            group = tail.lastgroup
            if group == "member":
                node = self.named_member(node, tail)
            elif group == "none":
                return node
            elif group == "item":
                node = self.index(node, tail.end())
            elif group == "access":
                accessed = self.member_access(node, tail)
                node = node if accessed is None else accessed
            elif group == "conditional":
                node = self.conditional_access(node, tail)
            elif group == "postfix" and not only_members:
                kind = TokenKind.POSTFIX_PLUS_PLUS
                if tail.group("postfix") != "++":
                    kind = TokenKind.POSTFIX_MINUS_MINUS
                self.pos = tail.end()
                node = UnaryExpressionAst(self.extent(node.extent.start_offset, self.pos), kind, node)
                self.check_assignable(node)
                self.tail = self._tail_here()
                return node
            else:
                return node
            self.tail = self._tail_here()

    def _prefix(self, found: re.Match[str]) -> ExpressionAst | None:
        start, end = found.span("prefix")
        symbol = found.group("prefix")
        kind = _PREFIX_SYMBOLS.get(symbol)
        if kind is None:
            word = symbol[1:].lower()
            if not word:
                kind = TokenKind.MINUS
            elif word in _PREFIX_WORDS:
                kind = _PREFIX_WORDS[word]
            elif not word[0].isalpha():
                kind = TokenKind.MINUS_MINUS
            else:
                return None
        elif kind is TokenKind.COMMA and self.no_comma:
            return None
        self.pos = end
        self.skip_lines()
        child = self.unary()
        if child is None:
            self.incomplete("MissingExpressionAfterOperator", end, end, symbol)
            self.tail = self._tail_here()
            return ErrorExpressionAst(self.extent(start, end))
        extent = Extent(self.source, start, child.extent.end_offset)
        if kind is TokenKind.COMMA:
            return ArrayLiteralAst(extent, (child,))
        node = UnaryExpressionAst(extent, kind, child)
        if kind is TokenKind.PLUS_PLUS or kind is TokenKind.MINUS_MINUS:
            self.check_assignable(node)
        return node

    def _bracket(self, found: re.Match[str]) -> ExpressionAst | None:
        """A cast, a type as a value, or attributes before a variable."""
        self.pos = found.start("bracket")
        attributes: list[AttributeBaseAst] = []
        while self.next_character() == "[":
            attribute = self.attribute()
            if attribute is None:
                break
            attributes.append(attribute)
            here = self.pos
            if isinstance(attribute, AttributeAst):
                self.skip_lines()
            else:
                self.skip_blanks()
            if self.next_character() != "[":
                self.pos = here
        if not attributes:
            return None
        every = list(attributes)
        last = attributes.pop()
        node = self._cast(last) if isinstance(last, TypeConstraintAst) else self._attributed(last)
        core = core_of(node)
        for attribute in reversed(attributes):
            extent = self.extent(attribute.extent.start_offset, node.extent.end_offset)
            if isinstance(attribute, TypeConstraintAst):
                node = self.converted(extent, attribute, node)
            else:
                node = attributed = AttributedExpressionAst(extent, attribute, node)
                self.check_attributed(attributed, core)
        if len(every) > 1:
            self.check_casts(every, node)
        return node

    def _attributed(self, attribute: AttributeBaseAst) -> ExpressionAst:
        self.skip_lines()
        child = self.unary()
        start, end = attribute.extent.start_offset, attribute.extent.end_offset
        if child is None:
            self.incomplete("UnexpectedAttribute", start, end, attribute.type_name.full_name)
            self.tail = self._tail_here()
            return ErrorExpressionAst(self.extent(start, end))
        node = AttributedExpressionAst(self.extent(start, child.extent.end_offset), attribute, child)
        self.check_attributed(node, core_of(child))
        return node

    def _cast(self, constraint: TypeConstraintAst) -> ExpressionAst:
        tail = self._tail_here()
        if tail.lastgroup in {"member", "access", "conditional"}:
            self.tail = tail
            return self._postfix(TypeExpressionAst(constraint.extent, constraint.type_name))
        if tail.lastgroup != "comma":
            self.skip_blanks()
            if self.next_character() not in {"\r", "\n"}:
                child = self.unary()
                if child is not None:
                    start = constraint.extent.start_offset
                    extent = Extent(self.source, start, child.extent.end_offset)
                    return self.converted(extent, constraint, child)
        self.pos = constraint.extent.end_offset
        self.tail = self._tail_here()
        return self._postfix(TypeExpressionAst(constraint.extent, constraint.type_name))

    def converted(
        self, extent: Extent, constraint: TypeConstraintAst, child: ExpressionAst
    ) -> ConvertExpressionAst:
        """A cast; ``[ordered]`` is only for hash literals."""
        node = ConvertExpressionAst(extent, constraint, child)
        if constraint.type_name.name.lower() == "ordered":
            self.check_ordered(node)
        return node

    # Operands

    def operand(self, found: re.Match[str]) -> ExpressionAst | None:
        """Make the node of what `OPERAND` found, without members behind it."""
        if found.lastgroup == "variable":
            start, self.pos = found.span("variable")
            return self.using_or_variable(self.variable(self.text[start + 1 : self.pos], start))
        rule = OPERAND_RULES.get(found.lastgroup)
        return None if rule is None else rule(self, found)

    def expression_variable(self, found: re.Match[str]) -> ExpressionAst:
        """``$using:x`` and names that are not complete."""
        start, self.pos = found.span("variable")
        node = self.using_or_variable(self.variable(self.text[start + 1 : self.pos], start))
        if isinstance(node, UsingExpressionAst):
            self.tail = self._tail_here()
            inner = self._postfix(node.sub_expression, only_members=True)
            node = UsingExpressionAst(inner.extent, inner)
            self.check_using(node)
        return node

    def special_variable(self, found: re.Match[str]) -> ExpressionAst:
        """``$$``, ``$?`` and ``$^``."""
        start, self.pos = found.span("special_variable")
        return self.variable(self.text[start + 1 : self.pos], start)

    def braced_variable(self, found: re.Match[str]) -> ExpressionAst:
        """``${name}``."""
        return self.braced_variable_at(found.start("braced_variable"))

    def splat(self, found: re.Match[str]) -> ExpressionAst:
        """``@name``."""
        start, self.pos = found.span("splat")
        node = self.variable(self.text[start + 1 : self.pos], start, splatted=True)
        self.check_splatted(node)
        return self.using_or_variable(node)

    def number(self, found: re.Match[str]) -> ExpressionAst:
        """A numeric literal."""
        start, end = found.span("number")
        self.pos = end
        text = self.text[start:end]
        number = number_value(text)
        if number is None:
            self.error("BadNumericConstant", end, end, text)
            number = 0, "int"
        return ConstantExpressionAst(Extent(self.source, start, end), number[0], number[1])


OPERAND_RULES: dict[str | None, Callable[[Any, re.Match[str]], ExpressionAst | None]] = {
    "simple_string": ExpressionRules.simple_string,
    "literal_string": ExpressionRules.literal_string,
    "number": ExpressionRules.number,
    "paren": ExpressionRules.paren,
    "sub_expression": ExpressionRules.sub_expression_operand,
    "hashtable": ExpressionRules.hashtable,
    "block": ExpressionRules.block,
    "string": ExpressionRules.string,
    "here_string": ExpressionRules.here_string,
    "braced_variable": ExpressionRules.braced_variable,
    "special_variable": ExpressionRules.special_variable,
    "splat": ExpressionRules.splat,
    "open_string": ExpressionRules.open_string,
}
"""The rule of each kind of operand (groups of `OPERAND`)."""
