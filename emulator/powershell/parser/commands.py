"""Rules for pipelines and commands."""

from __future__ import annotations

import re

from emulator.powershell import language
from emulator.powershell.parser.arguments import ArgumentRules
from emulator.powershell.parser.ast import (
    AssignmentStatementAst,
    CommandAst,
    CommandBaseAst,
    CommandElementAst,
    CommandExpressionAst,
    CommandParameterAst,
    ErrorStatementAst,
    ExpressionAst,
    PipelineAst,
    PipelineBaseAst,
    PipelineChainAst,
    RedirectionAst,
    StatementAst,
    StringConstantExpressionAst,
    StringConstantType,
)
from emulator.powershell.parser.extents import Extent
from emulator.powershell.parser.patterns import ARGUMENT, END_OF_ELEMENT, STATEMENT, VERBATIM
from emulator.powershell.parser.token_kinds import ASSIGNMENT_OPERATORS, TokenKind

_BARE_WORD = StringConstantType.BARE_WORD


class CommandRules(ArgumentRules):
    """Pipelines and commands (language specification 8.2)."""

    def pipeline(self) -> PipelineBaseAst | None:
        """Read a pipeline, an assignment or (PowerShell 7) a chain of pipelines; None if there is nothing."""
        first = self._single_pipeline()
        if not self.seven or first is None:
            return first
        chain: PipelineBaseAst = first
        while True:
            self.skip_blanks()
            symbol = self.text[self.pos : min(self.pos + 2, self.end)]
            if symbol not in {"&&", "||"}:
                return chain
            start = self.pos
            self.pos += 2
            self.skip_lines()
            following = self._single_pipeline()
            if not isinstance(following, PipelineAst):
                self.incomplete("EmptyPipeElement", start + 2, start + 2)
                return chain
            extent = self.extent(chain.extent.start_offset, following.extent.end_offset)
            kind = TokenKind.AND_AND if symbol == "&&" else TokenKind.OR_OR
            chain = PipelineChainAst(extent, chain, kind, following)

    def _single_pipeline(self) -> PipelineBaseAst | None:
        elements: list[CommandBaseAst] = []
        pipe_end: int | None = None
        background = False
        while True:
            word = self.lead
            if self.lead_place != (self.pos, self.end):
                word = STATEMENT.match(self.text, self.pos, self.end)
            expression = None
            if word is None or word.lastgroup not in {"word", "command"}:
                expression = self.expression()
            element: CommandBaseAst | None
            if expression is None:
                element = self.command()
            else:
                if (
                    not elements
                    and not self.seven
                    and self.pos < self.end
                    and self.text[self.pos] in ")}\r\n;"
                ):
                    extent = expression.extent
                    return PipelineAst(extent, (CommandExpressionAst(extent, (), expression),), False)
                found = END_OF_ELEMENT.match(self.text, self.pos, self.end)
                if elements:
                    self.report("ExpressionsMustBeFirstInPipeline", expression)
                elif found is not None and found.lastgroup == "end" and not self.seven:  # the common case
                    extent = expression.extent
                    return PipelineAst(extent, (CommandExpressionAst(extent, (), expression),), False)
                if found is not None and found.lastgroup == "assign":
                    assignment = self._assignment(expression, found)
                    if assignment is not None:
                        return assignment
                element = self._expression_element(expression, found)
            if element is not None:
                elements.append(element)
            elif elements or self._at_pipe():
                if pipe_end is None:
                    start, end = self.token_ahead()
                    self.incomplete("EmptyPipeElement", start, end)
                else:
                    self.incomplete("EmptyPipeElement", pipe_end, pipe_end)
            if not self.seven and self.pos < self.end and self.text[self.pos] in ")}\r\n;":
                break
            found = END_OF_ELEMENT.match(self.text, self.pos, self.end)
            group = None if found is None else found.lastgroup
            if group == "end":
                if not (self.seven and elements and self._pipe_on_a_later_line()):
                    break
                found = END_OF_ELEMENT.match(self.text, self.pos, self.end)
                group = None if found is None else found.lastgroup
            if group == "pipe" and found is not None:
                pipe_end = self.pos = found.end()
                self.skip_lines()
                if self.pos >= self.end:
                    self.incomplete("EmptyPipeElement", pipe_end, pipe_end)
                    break
            elif group == "chain" and found is not None:
                if self.seven:
                    break
                self.pos = found.end()
                self.error("InvalidEndOfLine", found.start("chain"), self.pos, found.group("chain"))
                self.skip_lines()
                if self.pos >= self.end:
                    break
            else:
                background = self._unexpected_end()
                break
        if not elements:
            return None
        extent = elements[0].extent
        if len(elements) > 1:
            extent = Extent(self.source, extent.start_offset, elements[-1].extent.end_offset)
        return PipelineAst(extent, tuple(elements), background)

    def _pipe_on_a_later_line(self) -> bool:
        """Whether a later line begins with a pipe (PowerShell 7); then the position is there."""
        here = self.pos
        self.skip_blanks()
        if self.next_character() in {"\r", "\n"}:
            self.skip_lines()
            if self._at_pipe():
                return True
        self.pos = here
        return False

    def _at_pipe(self) -> bool:
        self.skip_blanks()
        return self.next_character() == "|" and not self.text.startswith("||", self.pos)

    def _unexpected_end(self) -> bool:
        """Something that cannot follow; returns whether it is the ``&`` of PowerShell 6 and later."""
        start, end = self.token_ahead()
        if start >= self.end:
            return False
        text = self.text[start:end]
        if self.seven and text == "&":
            self.pos = end
            return True
        self.error("UnexpectedToken", start, end, text)
        return False

    def _assignment(self, target: ExpressionAst, found: re.Match[str]) -> PipelineBaseAst | None:
        start, end = found.span("assign")
        operator = ASSIGNMENT_OPERATORS.get(found.group("assign"), TokenKind.MINUS_EQUALS)
        if operator is TokenKind.QUESTION_QUESTION_EQUALS and not self.seven:
            return None
        self.pos = end
        self.skip_lines()
        self.deeper()
        value: StatementAst | None = self.statement()
        self.depth -= 1
        if value is None:
            self.incomplete("ExpectedValueExpression", end, end, self.text[start:end])
            value = ErrorStatementAst(self.extent(end, end))
        self.check_assignment(target, operator)
        extent = Extent(self.source, target.extent.start_offset, value.extent.end_offset)
        return AssignmentStatementAst(extent, target, operator, value, Extent(self.source, start, end))

    def _expression_element(
        self, expression: ExpressionAst, found: re.Match[str] | None
    ) -> CommandExpressionAst:
        """An expression with the redirections behind it."""
        redirections: list[RedirectionAst] = []
        while found is not None and found.lastgroup == "redirection":
            self.redirection(found, redirections)
            found = END_OF_ELEMENT.match(self.text, self.pos, self.end)
        extent = expression.extent
        if redirections:
            extent = self.extent(extent.start_offset, redirections[-1].extent.end_offset)
        return CommandExpressionAst(extent, tuple(redirections), expression)

    # Commands

    def command(self) -> CommandAst | None:
        """Read a command with its name, arguments and redirections; None if there is nothing."""
        text, limit = self.text, self.end
        self.skip_blanks()
        start = end = self.pos
        operator = TokenKind.UNKNOWN
        if start < limit and text[start] in "&.":
            operator = self._invocation_operator()
        elements: list[CommandElementAst] = []
        redirections: list[RedirectionAst] = []
        is_name, can_be_list, saw_dashes = True, False, False
        if operator is not TokenKind.UNKNOWN:
            end = self.pos
        while True:
            found = ARGUMENT.match(text, self.pos, limit)
            if found is None:
                break
            group = found.lastgroup
            if group == "word":
                # The common case: a name or an argument that is plain text, without a list behind it.
                start_of_word, end = found.span("word")
                self.pos = end
                node: CommandElementAst = StringConstantExpressionAst(
                    Extent(self.source, start_of_word, end), text[start_of_word:end], "string", _BARE_WORD
                )
                if is_name and self.in_workflow and self._is_inline_script(node, operator):
                    elements.append(node)
                    end = self._inline_script(start_of_word, end, elements)
                    is_name = False
                    continue
            elif group == "end":
                if found.group("end") != "&" or self.seven or text.startswith("&&", found.start("end")):
                    break
                end = self.pos = found.end()
                self.error("AmpersandNotAllowed", end - 1, end)
                is_name = can_be_list = False
                continue
            elif group == "parameter" and not is_name and not saw_dashes:
                node = self._parameter(found)
                elements.append(node)
                end = node.extent.end_offset
                can_be_list = False
                continue
            elif group == "redirection" and not is_name:
                if self._at_open_comment(found):
                    continue
                end = self.redirection(found, redirections)
                continue
            elif group == "comma":
                if can_be_list and isinstance(elements[-1], ExpressionAst):
                    elements[-1] = self._list(elements[-1])
                    end = elements[-1].extent.end_offset
                    can_be_list = False
                    continue
                self.pos = found.end()
                self.error("MissingArgument", self.pos - 1, self.pos)
                end = self.pos
                self.skip_lines()
                is_name = False
                continue
            elif group == "dashes":
                dash_start, end = found.span("dashes")
                self.pos = end
                extent = self.extent(dash_start, end)
                if saw_dashes:
                    elements.append(self.word_node(dash_start, end))
                else:
                    elements.append(CommandParameterAst(extent, "-", None, extent))
                saw_dashes = True
                is_name = can_be_list = False
                continue
            elif group in {"parameter", "redirection"}:
                if group == "redirection" and self._at_open_comment(found):
                    continue
                self.pos = found.end()
                node = self.word_node(found.start(group), self.pos)
            else:
                read = self._name(found, operator) if is_name else self._one(found)
                if read is None:
                    break
                node = read
                if (
                    not is_name
                    and isinstance(node, StringConstantExpressionAst)
                    and node.value == "--%"
                    and node.string_constant_type is _BARE_WORD
                    and not self.lacks(language.STOP_PARSING)
                ):
                    elements.append(node)
                    end = self._verbatim(node.extent.end_offset, elements)
                    break
            elements.append(node)
            end = node.extent.end_offset
            can_be_list = not is_name
            is_name = False
        if not elements:
            if operator is not TokenKind.UNKNOWN:
                self.error("MissingExpression", start, start + 1, text[start])
            return None
        extent = Extent(self.source, start, end)
        return CommandAst(extent, tuple(redirections), tuple(elements), operator)

    def _invocation_operator(self) -> TokenKind:
        character = self.next_character()
        if character == "&" and not self.text.startswith("&&", self.pos):
            self.pos += 1
            return TokenKind.AMPERSAND
        if character == ".":
            following = self.text[self.pos + 1 : min(self.pos + 2, self.end)]
            if not following or following in "$\"'" or following.isspace() or following in "&(),;{|}":
                self.pos += 1
                return TokenKind.DOT
        return TokenKind.UNKNOWN

    def _at_open_comment(self, found: re.Match[str]) -> bool:
        """Whether ``<`` is the start of a comment that is never closed (then it is skipped)."""
        if self.text.startswith("<#", found.start("redirection")):
            self.pos = found.start("redirection")
            self.skip_blanks()
            return True
        return False

    def _name(self, found: re.Match[str], operator: TokenKind) -> ExpressionAst | None:
        """The name of the command; variables in a word expand only behind ``&`` or ``.``."""
        if found.lastgroup == "generic":
            is_plain = operator is TokenKind.UNKNOWN
            return self.word_at(found.start("generic"), is_command_name=is_plain)
        return self._one(found)

    def _parameter(self, found: re.Match[str]) -> CommandParameterAst:
        start, end = found.span("parameter")
        self.pos = end
        name = found.group("parameter_name")
        extent = Extent(self.source, start, end)
        argument: ExpressionAst | None = None
        if found.group("colon") and not self.at_comma():
            following = ARGUMENT.match(self.text, self.pos, self.end)
            argument = None if following is None else self.argument(following)
            if argument is None:
                self.error("ParameterRequiresArgument", end, end, self.text[start:end])
            else:
                whole = self.extent(start, argument.extent.end_offset)
                return CommandParameterAst(whole, name, argument, extent)
        return CommandParameterAst(extent, name, argument, extent)

    def _is_inline_script(self, name: CommandElementAst, operator: TokenKind) -> bool:
        return operator is TokenKind.UNKNOWN and str(name).lower() == "inlinescript"

    def _inline_script(self, start: int, end: int, elements: list[CommandElementAst]) -> int:
        brace = self.take_after_lines("{")
        if brace is None:
            self.incomplete("MissingStatementAfterKeyword", end, end, self.text[start:end])
            return end
        block = self.script_block_expression(brace)
        elements.append(block)
        return block.extent.end_offset

    def _verbatim(self, end: int, elements: list[CommandElementAst]) -> int:
        self.pos = end
        found = VERBATIM.match(self.text, end, self.end)
        if found is None:
            return end
        self.pos = found.end()
        elements.append(self.word_node(found.start(1), found.end(1)))
        return max(found.end(1), end)
