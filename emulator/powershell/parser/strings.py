"""Rules for strings, here-strings and words of a command line."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import NamedTuple

from emulator.powershell.parser.ast import (
    ExpandableStringExpressionAst,
    ExpressionAst,
    Source,
    StringConstantExpressionAst,
    StringConstantType,
)
from emulator.powershell.parser.extents import Extent
from emulator.powershell.parser.patterns import (
    DOUBLED_SINGLE,
    EXPANDABLE_HERE_STRING_END,
    FALSE_FOOTER,
    HERE_STRING_HEADER,
    HERE_STRING_PART,
    JOINED_QUOTES,
    LITERAL_HERE_STRING_END,
    LITERAL_REST,
    PARENTHESIS,
    STRING_PART,
    WORD_PART,
)
from emulator.powershell.parser.variables import DOUBLE_QUOTES, SINGLE_QUOTES, VariableRules

_LONGEST_SHOWN = 2000
"""How much of a token an error text shows."""
BARE_WORD = StringConstantType.BARE_WORD


class _Text:
    """Collects the pieces of an expandable string."""

    __slots__ = ("literal", "literals", "nested", "raw")

    def __init__(self) -> None:
        self.raw: list[str] = []
        self.literal: list[str] = []
        self.literals: list[str] = []
        self.nested: list[ExpressionAst] = []

    def add(self, text: str) -> None:
        self.raw.append(text)
        self.literal.append(text)

    def add_nested(self, text: str, expression: ExpressionAst) -> None:
        self.raw.append(text)
        self.literals.append("".join(self.literal))
        self.literal.clear()
        self.nested.append(expression)


class _SubExpressionText(NamedTuple):
    """The text of a ``$( )`` inside a string: where it ends, and the text itself when quotes were joined."""

    end: int
    joined: str | None
    offsets: list[int]
    is_closed: bool


class StringRules(VariableRules):
    """Strings and words."""

    def __init__(self, source: Source, language_version: tuple[int, int] = (5, 1), depth: int = 0) -> None:
        super().__init__(source, language_version, depth)
        self._closings: dict[int, int] = {}
        """Where parentheses in strings are closed, so that nested ones are not counted at each level."""

    @abstractmethod
    def sub_expression(self, start: int) -> ExpressionAst:
        """Read ``$( )`` or ``@( )``; the position is behind the opening parenthesis."""

    def literal_string(self, match: re.Match[str]) -> ExpressionAst:
        """A complete string in single quotes."""
        start, end = match.start("literal_string"), match.end()
        value = self.text[start + 1 : end - 1]
        if "'" in value or not value.isascii():
            value = DOUBLED_SINGLE.sub(r"\1", value)
        self.pos = end
        return StringConstantExpressionAst(
            Extent(self.source, start, end), value, "string", StringConstantType.SINGLE_QUOTED
        )

    def open_string(self, match: re.Match[str]) -> ExpressionAst:
        """A string in single quotes that is never closed."""
        start = match.start("open_string")
        self.pos = start + 1
        value = self._rest_of_literal(start)
        return StringConstantExpressionAst(
            self.extent(start, self.pos), value, "string", StringConstantType.SINGLE_QUOTED
        )

    def _rest_of_literal(self, start: int) -> str:
        found = LITERAL_REST.match(self.text, self.pos, self.end)
        value = found.group(1) if found is not None else ""
        self.pos = found.end() if found is not None else self.end
        if found is None or found.lastindex != 2:
            self.incomplete("TerminatorExpectedAtEndOfString", start, start, "'", seen_at=self.end)
        return DOUBLED_SINGLE.sub(r"\1", value)

    def simple_string(self, match: re.Match[str]) -> ExpressionAst:
        """A string in double quotes with nothing to expand or escape."""
        start = match.start("simple_string")
        end = self.pos = match.end()
        return StringConstantExpressionAst(
            Extent(self.source, start, end),
            self.text[start + 1 : end - 1],
            "string",
            StringConstantType.DOUBLE_QUOTED,
        )

    def string(self, match: re.Match[str]) -> ExpressionAst:
        """Any string in double quotes."""
        start = match.start("string")
        self.pos = start + 1
        text = _Text()
        self._double_quoted(text, start)
        return self._string_node(text, start, StringConstantType.DOUBLE_QUOTED)

    def _string_node(self, text: _Text, start: int, kind: StringConstantType) -> ExpressionAst:
        extent = self.extent(start, self.pos)
        value = "".join(text.raw)
        if not text.nested:
            return StringConstantExpressionAst(extent, value, "string", kind)
        text.literals.append("".join(text.literal))
        return ExpandableStringExpressionAst(extent, value, kind, tuple(text.nested), tuple(text.literals))

    def _double_quoted(self, text: _Text, start: int) -> None:
        """Read the inside of a string in double quotes and its closing quote."""
        while True:
            part = STRING_PART.match(self.text, self.pos, self.end)
            if part is None:
                self.incomplete("TerminatorExpectedAtEndOfString", start, start, '"', seen_at=self.end)
                return
            kind = part.lastgroup
            if kind == "end":
                self.pos = part.end()
                return
            if kind == "quotes":
                self.pos = part.end()
                text.add(part.group()[1])
            else:
                self._part(text, part, in_here_string=False)

    def _part(self, text: _Text, part: re.Match[str], *, in_here_string: bool) -> None:
        kind = part.lastgroup
        start, self.pos = part.span()
        if kind in {"text", "character"}:
            text.add(part.group())
        elif kind == "escape":
            text.add(self.escape(part.group()[1]))
        elif kind == "variable":
            text.add_nested(part.group(), self.variable_in_string(part.group()[1:], start))
        elif kind == "sub_expression":
            expression = self._sub_expression_in_string(start, in_here_string)
            text.add_nested(self.text[start : self.pos], expression)
        elif kind == "braced_variable":
            expression = self.braced_variable_at(start, in_string=True)
            text.add_nested(self.text[start : self.pos], expression)

    # Here-strings

    def here_string(self, match: re.Match[str]) -> ExpressionAst:
        """Either kind of here-string."""
        start = match.start("here_string")
        is_literal = self.text[start + 1] in SINGLE_QUOTES
        kind = (
            StringConstantType.SINGLE_QUOTED_HERE_STRING
            if is_literal
            else StringConstantType.DOUBLE_QUOTED_HERE_STRING
        )
        terminator = "'@" if is_literal else '"@'
        header = HERE_STRING_HEADER.match(self.text, start + 2, self.end)
        if header is None:
            return self._bad_header(start, kind, terminator)
        body = header.end() + (2 if self.text.startswith("\r\n", header.end()) else 1)
        end_pattern = LITERAL_HERE_STRING_END if is_literal else EXPANDABLE_HERE_STRING_END
        found = end_pattern.search(self.text, header.end(), self.end)
        content_end = self.end if found is None else found.start()
        if not is_literal and ("$" in self.text[body:content_end] or "`" in self.text[body:content_end]):
            return self._expandable_here_string(start, header.end(), body, kind)
        if found is None:
            self._no_footer(start, header.end(), terminator)
            self.pos = self.end
        else:
            self.pos = found.end()
        return StringConstantExpressionAst(
            self.extent(start, self.pos), self.text[body:content_end], "string", kind
        )

    def _expandable_here_string(
        self, start: int, header_end: int, body: int, kind: StringConstantType
    ) -> ExpressionAst:
        text = _Text()
        end = EXPANDABLE_HERE_STRING_END.match(self.text, header_end, self.end)
        if end is not None:
            self.pos = end.end()
            return self._string_node(text, start, kind)
        self.pos = body
        while True:
            part = HERE_STRING_PART.match(self.text, self.pos, self.end)
            if part is None:
                self._no_footer(start, header_end, '"@')
                break
            if part.lastgroup == "end":
                self.pos = part.end()
                break
            self._part(text, part, in_here_string=True)
        return self._string_node(text, start, kind)

    def _no_footer(self, start: int, header_end: int, terminator: str) -> None:
        for found in FALSE_FOOTER.finditer(self.text, header_end, self.end):
            if (found.lastindex == 1) == (terminator[0] == "'"):
                at = found.end() - 2
                self.incomplete("WhitespaceBeforeHereStringFooter", at, at, seen_at=self.end)
                return
        self.incomplete("TerminatorExpectedAtEndOfString", start, start, terminator, seen_at=self.end)

    def _bad_header(self, start: int, kind: StringConstantType, terminator: str) -> ExpressionAst:
        self.pos = start + 2
        rest = re.compile(r"[^\r\n]*").match(self.text, self.pos, self.end)
        line_end = rest.end() if rest is not None else self.end
        if not self.text[self.pos : line_end].strip():
            self.pos = self.end
            self.incomplete("TerminatorExpectedAtEndOfString", start, start, terminator, seen_at=self.end)
        else:
            at = self.pos + len(self.text[self.pos : line_end]) - len(self.text[self.pos : line_end].lstrip())
            self.error("UnexpectedCharactersAfterHereStringHeader", at, at)
            footer = self.text.find(terminator, self.pos, line_end)
            self.pos = line_end if footer < 0 else footer + 2
        return StringConstantExpressionAst(self.extent(start, self.pos), "", "string", kind)

    # $( ) in a string

    def _sub_expression_in_string(self, start: int, in_here_string: bool) -> ExpressionAst:
        """Read ``$( )`` of a string; the position is behind the parenthesis.

        5.1 first finds the end by counting parentheses, whatever they stand in, then reads the text between.
        In a string that is not a here-string two quotes stand for one there, too.
        """
        inside = self._sub_expression_text(in_here_string)
        if not inside.is_closed:
            self.incomplete("IncompleteDollarSubexpressionReference", start, start, seen_at=self.end)
        if inside.joined is not None:
            node = self._joined_sub_expression(inside.joined, inside.offsets)
        else:
            outer_end, self.end = self.end, inside.end
            errors = len(self.errors)
            outer_comma, self.no_comma = self.no_comma, False
            node = self.sub_expression(start)
            self.no_comma = outer_comma
            self.end = outer_end
            if not inside.is_closed:
                del self.errors[errors:]
        self.pos = inside.end
        return node

    def _sub_expression_text(self, in_here_string: bool) -> _SubExpressionText:
        start = self.pos - 2
        end = self._closing(self.pos - 1)
        if end < 0:
            return _SubExpressionText(self.end, None, [], is_closed=False)
        if in_here_string or JOINED_QUOTES.search(self.text, start, end) is None:
            return _SubExpressionText(end, None, [], is_closed=True)
        skipped = {found.start() for found in JOINED_QUOTES.finditer(self.text, start, end)}
        offsets = [offset for offset in range(start, end) if offset not in skipped]
        joined = "".join(self.text[offset] for offset in offsets)
        return _SubExpressionText(end, joined, [*offsets, end], is_closed=True)

    def _closing(self, parenthesis: int) -> int:
        """The end of what a parenthesis in a string opens, -1 if nothing closes it."""
        known = self._closings.get(parenthesis)
        if known is not None:
            return known
        waiting: list[int] = []
        for found in PARENTHESIS.finditer(self.text, parenthesis, self.end):
            if found.group() == "(":
                waiting.append(found.start())
            else:
                self._closings[waiting.pop()] = found.end()
                if not waiting:
                    break
        self._closings.update(dict.fromkeys(waiting, -1))
        return self._closings[parenthesis]

    def _joined_sub_expression(self, text: str, offsets: list[int]) -> ExpressionAst:
        """Read a text that differs from the source, then put its extents where they belong."""
        inner_source = Source(text, self.source.file)
        inner = type(self)(inner_source, self.language_version, self.depth)
        inner.in_workflow = self.in_workflow
        inner.pos = 2
        node = inner.sub_expression(0)
        for check in inner.checks:
            check()
        moved: set[int] = set()

        def move(extent: Extent) -> None:
            if extent.source is inner_source and id(extent) not in moved:
                moved.add(id(extent))
                extent.start_offset = offsets[extent.start_offset]
                extent.end_offset = offsets[extent.end_offset]
                extent.source = self.source

        for part in node.walk():
            for field in type(part)._fields:
                value = getattr(part, field)
                if isinstance(value, Extent):
                    move(value)
                elif field == "type_name":
                    for extent in value.extents():
                        move(extent)
        for error in inner.errors:
            move(error.extent)
            self.save(error)
        return node

    # Words

    def word_at(self, start: int, *, is_command_name: bool = False) -> ExpressionAst:
        """A word of a command line that may hold quotes, escapes and variables (a generic token)."""
        self.pos = start
        text = _Text()
        while True:
            part = WORD_PART.match(self.text, self.pos, self.end)
            if part is None:
                break
            kind = part.lastgroup
            if kind == "single":
                self.pos = part.end()
                text.add(self._rest_of_literal(part.start()))
            elif kind == "double":
                self.pos = part.end()
                self._double_quoted(text, part.start())
            else:
                self._part(text, part, in_here_string=False)
        if self.pos == start:
            self.pos += 1
            text.add(self.text[start])
        if is_command_name and text.nested:
            value = "".join(text.raw)
            return StringConstantExpressionAst(self.extent(start, self.pos), value, "string", BARE_WORD)
        return self._string_node(text, start, BARE_WORD)

    def _token_end(self, start: int) -> int:
        saved_position, saved_checks, saved_depth = self.pos, len(self.checks), self.depth
        saved_errors, saved_end, saved_closings = self.errors, self.end, self._closings
        self.errors, self._closings = [], {}
        self.end = min(self.end, start + _LONGEST_SHOWN)
        character = self.text[start]
        if character in DOUBLE_QUOTES:
            self.pos = start + 1
            self._double_quoted(_Text(), start)
        elif character == "$" and self.text.startswith("${", start):
            self.braced_variable_at(start)
        elif character in SINGLE_QUOTES:
            self.pos = start + 1
            self._rest_of_literal(start)
        else:
            self.word_at(start)
        end = self.pos
        self.pos, self.errors, self.depth = saved_position, saved_errors, saved_depth
        self.end, self._closings = saved_end, saved_closings
        del self.checks[saved_checks:]
        return end
