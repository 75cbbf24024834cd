"""Rules for arguments of commands and for redirections (command mode)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from emulator.powershell import language
from emulator.powershell.parser.ast import (
    ArrayLiteralAst,
    ErrorExpressionAst,
    ExpressionAst,
    FileRedirectionAst,
    MergingRedirectionAst,
    RedirectionAst,
    RedirectionStream,
    StringConstantExpressionAst,
    StringConstantType,
    UsingExpressionAst,
    VariableExpressionAst,
)
from emulator.powershell.parser.expressions import OPERAND_RULES, ExpressionRules
from emulator.powershell.parser.extents import Extent
from emulator.powershell.parser.names import variable_path
from emulator.powershell.parser.number_literals import number_value
from emulator.powershell.parser.patterns import ARGUMENT, COMMAND_TAIL

_BARE_WORD = StringConstantType.BARE_WORD
_WORDS = frozenset({"word", "bracket_word", "dash_word", "digit_word", "dot", "close_bracket"})
_NEVER_ARGUMENTS = frozenset({"end", "redirection", "dashes", "comma"})
_STREAM_NAMES = {
    RedirectionStream.ALL: "* stream",
    RedirectionStream.OUTPUT: "output stream",
    RedirectionStream.ERROR: "error stream",
    RedirectionStream.WARNING: "warning stream",
    RedirectionStream.VERBOSE: "verbose stream",
    RedirectionStream.DEBUG: "debug stream",
    RedirectionStream.INFORMATION: "information stream",
}
_STREAMS = {
    "*": RedirectionStream.ALL,
    **{str(number): RedirectionStream(number) for number in range(1, 7)},
}


class ArgumentRules(ExpressionRules):
    """Arguments and redirections."""

    def word_node(self, start: int, end: int) -> StringConstantExpressionAst:
        """Plain text of a command line."""
        return StringConstantExpressionAst(
            self.extent(start, end), self.text[start:end], "string", _BARE_WORD
        )

    def at_comma(self) -> bool:
        """Whether a comma follows, after blanks (which are skipped)."""
        self.skip_blanks()
        return self.next_character() == ","

    def single_argument(self) -> ExpressionAst | None:
        """Read one argument that is no list: a file name, a condition of ``switch``."""
        found = ARGUMENT.match(self.text, self.pos, self.end)
        return None if found is None else self._one(found)

    def argument(self, found: re.Match[str]) -> ExpressionAst | None:
        """Read an argument, which may be a list with commas."""
        first = self._one(found)
        if first is None:
            return None
        here = self.pos
        if self.at_comma():
            return self._list(first)
        self.pos = here
        return first

    def _list(self, first: ExpressionAst) -> ExpressionAst:
        """Read the rest of a list; a comma follows."""
        elements = [first]
        while True:
            here = self.pos
            if not self.at_comma():
                self.pos = here
                break
            comma_end = self.pos = self.pos + 1
            self.skip_lines()
            following = ARGUMENT.match(self.text, self.pos, self.end)
            element = None if following is None else self._one(following)
            if element is None:
                self.incomplete("MissingExpression", comma_end, comma_end, ",")
                return ErrorExpressionAst(self.extent(first.extent.start_offset, comma_end), tuple(elements))
            elements.append(element)
        for element in elements:
            if isinstance(element, VariableExpressionAst) and element.splatted:
                self.check_splatted(element, in_list=True)
        extent = self.extent(first.extent.start_offset, elements[-1].extent.end_offset)
        return ArrayLiteralAst(extent, tuple(elements))

    def _one(self, found: re.Match[str]) -> ExpressionAst | None:
        """Read one value of a command line; None for what can never be one."""
        group = found.lastgroup
        if group in _WORDS:
            start, self.pos = found.span(group)
            return self.word_node(start, self.pos)
        if group in _NEVER_ARGUMENTS:
            return None
        node: ExpressionAst | None
        if group == "variable":
            start, end = found.span("variable")
            self.pos = end
            path = variable_path(self.text[start + 1 : end])
            if not path.unqualified_path or path.qualifier == "using":
                return self._using_argument(self.variable(self.text[start + 1 : end], start))
            node = VariableExpressionAst(Extent(self.source, start, end), path)
        elif group == "splat":
            start, self.pos = found.span("splat")
            variable = self.variable(self.text[start + 1 : self.pos], start, splatted=True)
            return self._using_argument(variable)
        else:
            node = ARGUMENT_RULES[group](self, found)
            if node is None or group in {"parameter", "generic", "unknown"}:
                return node
        if self.pos < self.end and self.text[self.pos] in ".:[<":
            return self._members(node)
        return node

    def _using_argument(self, variable: VariableExpressionAst) -> ExpressionAst:
        """``$using:x.y`` or ``@x`` as an argument."""
        node = self.using_or_variable(variable)
        inner = node.sub_expression if isinstance(node, UsingExpressionAst) else node
        whole = self._members(inner)
        if variable.splatted and whole is not inner:
            self.check_splatted(variable)
        if inner is node:
            return whole
        using = UsingExpressionAst(whole.extent, whole)
        self.check_using(using)
        return using

    def _members(self, node: ExpressionAst) -> ExpressionAst:
        """Members and indexes behind the operand of an argument."""
        while True:
            tail = COMMAND_TAIL.match(self.text, self.pos, self.end)
            if tail is None:
                return node
            if tail.lastgroup == "member":
                node = self.named_member(node, tail)
            elif tail.lastgroup == "item":
                node = self.index(node, tail.end())
            else:
                node = self.member_access(node, tail, in_command=True) or node

    def braced_argument(self, found: re.Match[str]) -> ExpressionAst | None:
        """``${name}`` as an argument, or a word that begins so."""
        start = found.start("braced_variable")
        errors, checks = len(self.errors), len(self.checks)
        node = self.braced_variable_at(start)
        if self.pos < self.end and self.text[self.pos] not in ".[" and not self.at_break():
            del self.errors[errors:]
            del self.checks[checks:]
            return self.word_at(start)
        return node

    def at_break(self) -> bool:
        """Whether a word ends at the position."""
        character = self.next_character()
        return not character or character.isspace() or character in "\0&(),;{|}"

    def generic_argument(self, found: re.Match[str]) -> ExpressionAst | None:
        """A word with quotes, escapes or variables in it."""
        return self.word_at(found.start("generic"))

    def parameter_argument(self, found: re.Match[str]) -> ExpressionAst | None:
        """A parameter where a value must stand is plain text."""
        start, self.pos = found.span("parameter")
        return self.word_node(start, self.pos)

    def number_argument(self, found: re.Match[str]) -> ExpressionAst | None:
        """A number; one that is out of range is plain text here."""
        start, end = found.span("number")
        if number_value(self.text[start:end]) is None:
            self.pos = end
            return self.word_node(start, end)
        return self.number(found)

    def unknown_argument(self, found: re.Match[str]) -> ExpressionAst | None:
        """An ``@`` that begins nothing."""
        start, self.pos = found.span("unknown")
        self.error("UnrecognizedToken", start, start)
        return self.word_node(start, self.pos)

    # Redirections

    def redirection(self, found: re.Match[str], redirections: list[RedirectionAst]) -> int:
        """Read a redirection and add it to those of the command; returns its end."""
        start, end = found.span("redirection")
        symbol = found.group("redirection")
        self.pos = end
        if self.lacks(language.REDIRECTED_STREAMS.get(symbol[0])):
            self.error("RedirectionNotSupported", start, end, symbol)
        if ">&" in symbol:
            return self._merging(start, end, symbol, redirections)
        location = self.single_argument()
        if location is None:
            self.error("MissingFileSpecification", end, end)
            location = ErrorExpressionAst(self.extent(start, end))
        if symbol == "<":
            self.error("RedirectionNotSupported", start, end, symbol)
            return max(location.extent.end_offset, end)
        stream = _STREAMS.get(symbol[0], RedirectionStream.OUTPUT)
        extent = self.extent(start, max(location.extent.end_offset, end))
        node = FileRedirectionAst(extent, stream, location, symbol.endswith(">>"))
        self._add_redirection(node, redirections)
        return extent.end_offset

    def _merging(self, start: int, end: int, symbol: str, redirections: list[RedirectionAst]) -> int:
        source, target = _STREAMS[symbol[0]], _STREAMS[symbol[-1]]
        if symbol == "*>&2":  # only *>&1 is one token
            self.pos = end - 2
            self.error("MissingFileSpecification", self.pos, self.pos)
            return self.pos
        if target is not RedirectionStream.OUTPUT or source is target:
            self.error("RedirectionNotSupported", start, end, symbol)
        extent = self.extent(start, end)
        self._add_redirection(MergingRedirectionAst(extent, source, RedirectionStream.OUTPUT), redirections)
        return end

    def _add_redirection(self, node: RedirectionAst, redirections: list[RedirectionAst]) -> None:
        if any(earlier.from_stream is node.from_stream for earlier in redirections):
            self.report("StreamAlreadyRedirected", node, _STREAM_NAMES[node.from_stream])
        else:
            redirections.append(node)


ARGUMENT_RULES: dict[str | None, Callable[[Any, re.Match[str]], ExpressionAst | None]] = {
    **OPERAND_RULES,
    "braced_variable": ArgumentRules.braced_argument,
    "generic": ArgumentRules.generic_argument,
    "number": ArgumentRules.number_argument,
    "parameter": ArgumentRules.parameter_argument,
    "unknown": ArgumentRules.unknown_argument,
}
"""The rule of each kind of argument (groups of `ARGUMENT`)."""
