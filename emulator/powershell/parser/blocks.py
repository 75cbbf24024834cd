"""Rules for script blocks, parameters and functions."""

from __future__ import annotations

import re
from functools import partial

from emulator.powershell.parser.ast import (
    AnyTypeName,
    ArrayTypeName,
    AttributeAst,
    AttributeBaseAst,
    ExpressionAst,
    FunctionDefinitionAst,
    NamedBlockAst,
    ParamBlockAst,
    ParameterAst,
    ScriptBlockAst,
    StatementAst,
    StatementBlockAst,
    StringConstantExpressionAst,
    TrapStatementAst,
    TypeConstraintAst,
    TypeDefinitionAst,
    TypeName,
    UsingStatementAst,
    VariableExpressionAst,
)
from emulator.powershell.parser.extents import EMPTY_EXTENT, Extent
from emulator.powershell.parser.names import variable_path
from emulator.powershell.parser.patterns import ARGUMENT, OPERAND, SIMPLE_PARAMETER
from emulator.powershell.parser.statements import StatementRules
from emulator.powershell.parser.token_kinds import TokenKind

_BLOCK_KINDS = {
    "dynamicparam": TokenKind.DYNAMICPARAM,
    "begin": TokenKind.BEGIN,
    "process": TokenKind.PROCESS,
    "end": TokenKind.END,
}
_BLOCK_KINDS_7 = {**_BLOCK_KINDS, "clean": TokenKind.CLEAN}
_PARAMETER_VARIABLES = frozenset({"variable", "special_variable", "braced_variable", "splat"})
_NOT_FUNCTION_NAMES = frozenset(
    {"end", "paren", "block", "hashtable", "redirection", "variable", "special_variable", "braced_variable"}
    | {"splat", "here_string", "string", "simple_string", "literal_string", "open_string", "sub_expression"}
)


class BlockRules(StatementRules):
    """Script blocks and functions (language specification 8.10)."""

    is_filter = False
    """The next script block is the body of a filter: its statements make the process block."""

    def script_block(self, open_brace: int | None, first: StatementAst | None = None) -> ScriptBlockAst:
        """Read a script, or the inside of a script block up to and with its closing brace."""
        is_filter, self.is_filter = self.is_filter, False
        self.skip_lines()
        usings = self.using_statements() if open_brace is None else ()
        param_block = self._param_block()
        self.skip_semicolons()
        keyword, start, _ = self.keyword_ahead()
        kinds = _BLOCK_KINDS_7 if self.seven else _BLOCK_KINDS
        if keyword in kinds and start == self.pos:
            return self._named_blocks(open_brace, usings, param_block)
        statements: list[StatementAst] = [] if first is None else [first]
        traps: list[TrapStatementAst] = []
        extent = None if param_block is None else param_block.extent
        while True:
            more, more_traps, list_extent = self.statement_list()
            statements.extend(more)
            traps.extend(more_traps)
            if list_extent is not None:
                start = list_extent.start_offset if extent is None else extent.start_offset
                extent = Extent(self.source, start, list_extent.end_offset)
            done, extent, whole = self._end_of_body(open_brace, extent)
            if done:
                break
        extent = extent or EMPTY_EXTENT
        self._check_types(statements)
        kind = TokenKind.PROCESS if is_filter else TokenKind.END
        block = NamedBlockAst(extent, kind, tuple(statements), tuple(traps), True)
        process_block, end_block = (block, None) if is_filter else (None, block)
        return ScriptBlockAst(whole, usings, (), param_block, None, process_block, end_block, None)

    def _check_types(self, statements: list[StatementAst]) -> None:
        """Names of the classes and enums of a script differ."""
        seen: set[str] = set()
        for statement in statements:
            if isinstance(statement, TypeDefinitionAst):
                folded = statement.name.lower()
                if folded in seen:
                    self.checks.append(
                        partial(self.report, "MemberAlreadyDefined", statement, statement.name)
                    )
                seen.add(folded)

    def using_statements(self) -> tuple[UsingStatementAst, ...]:
        """Read the ``using`` statements at the start of a script."""
        raise NotImplementedError

    def _end_of_body(
        self, open_brace: int | None, extent: Extent | None
    ) -> tuple[bool, Extent | None, Extent]:
        """Read the closing brace or see that the text ends; returns whether it does, and the extents."""
        if open_brace is None:
            whole = self.extent(0, len(self.text))
            self.skip_semicolons()
            if self.pos >= self.end:
                return True, extent, whole
            start, end = self.token_ahead()
            self.error("UnexpectedToken", start, end, self.text[start:end])
            self.pos = end
            return False, extent, whole
        close = self.take("}")
        if close is None:
            _, token_end = self.token_ahead()
            self.incomplete("MissingEndCurlyBrace", open_brace, open_brace + 1, seen_at=token_end)
            end = open_brace + 1 if extent is None else extent.end_offset
            return True, extent, self.extent(open_brace, end)
        if extent is None and close > open_brace + 1:
            extent = self.extent(open_brace + 1, close - 1)
        return True, extent, Extent(self.source, open_brace, close + 1)

    def _named_blocks(
        self,
        open_brace: int | None,
        usings: tuple[UsingStatementAst, ...],
        param_block: ParamBlockAst | None,
    ) -> ScriptBlockAst:
        blocks: dict[TokenKind, NamedBlockAst] = {}
        first: int | None = open_brace
        if first is None and param_block is not None:
            first = param_block.extent.start_offset
        last = self.pos
        kinds = _BLOCK_KINDS_7 if self.seven else _BLOCK_KINDS
        while True:
            keyword, start, end = self.keyword_ahead()
            kind = kinds.get(keyword)
            if kind is None:
                break
            self.pos = last = end
            first = start if first is None else first
            body = self.statement_block()
            if body is None:
                self.incomplete("MissingNamedStatementBlock", end, end, keyword)
                body = StatementBlockAst(self.extent(start, end), (), ())
            last = body.extent.end_offset
            extent = self.extent(start, last)
            if kind in blocks:
                self.error("DuplicateScriptCommandClause", start, last, keyword)
            else:
                blocks[kind] = NamedBlockAst(extent, kind, body.statements, body.traps, False)
            self.skip_semicolons()
        list_extent = self.extent(first or 0, last)
        done, _, whole = self._end_of_body(open_brace, list_extent)
        if not done:
            self._rest_of_script()
        return ScriptBlockAst(
            whole,
            usings,
            (),
            param_block,
            blocks.get(TokenKind.BEGIN),
            blocks.get(TokenKind.PROCESS),
            blocks.get(TokenKind.END),
            blocks.get(TokenKind.DYNAMICPARAM),
            blocks.get(TokenKind.CLEAN),
        )

    def _rest_of_script(self) -> None:
        """Statements behind named blocks belong to nothing; 5.1 reports the first token and stops there."""
        self.pos = self.end

    # Parameters

    def _param_block(self) -> ParamBlockAst | None:
        """Read attributes and ``param( )``; without them the position stays."""
        restore, errors, checks = self.pos, len(self.errors), len(self.checks)
        attributes: list[AttributeBaseAst] = []
        if self.next_character() == "[":
            attributes = self.attribute_list()
        keyword, start, end = self.keyword_ahead()
        if keyword == "param":
            self.pos = end
            open_paren = self.take_after_lines("(")
            if open_paren is not None:
                return self._param_list(start, open_paren, attributes)
        self.pos = restore
        del self.errors[errors:]
        del self.checks[checks:]
        return None

    def _param_list(self, start: int, open_paren: int, attributes: list[AttributeBaseAst]) -> ParamBlockAst:
        parameters = self._parameter_list()
        end = self._close_parameters(open_paren, parameters)
        if end is None:
            token_start, _ = self.token_ahead()
            end = max(token_start - 1, open_paren)
        kept: list[AttributeBaseAst] = []
        for attribute in attributes:
            if isinstance(attribute, AttributeAst):
                kept.append(attribute)
            else:
                self.report("TypeNotAllowedBeforeParam", attribute, attribute.type_name.full_name)
        return ParamBlockAst(self.extent(start, end), tuple(kept), parameters)

    def _close_parameters(self, open_paren: int, parameters: tuple[ParameterAst, ...]) -> int | None:
        """Read the closing parenthesis of a parameter list; returns its end."""
        if self.take_after_lines(")") is not None:
            return self.pos
        at = parameters[-1].extent.end_offset if parameters else open_paren + 1
        self.incomplete("MissingEndParenthesisInFunctionParameterList", at, at)
        return None

    def _parameter_list(self) -> tuple[ParameterAst, ...]:
        parameters: list[ParameterAst] = []
        self.deeper()
        outer_comma, self.no_comma = self.no_comma, True
        comma: int | None = None
        while True:
            parameter = self._parameter_definition()
            if parameter is None:
                if comma is not None:
                    self.incomplete("MissingExpressionAfterToken", comma + 1, comma + 1, ",")
                break
            parameters.append(parameter)
            comma = self.take_after_lines(",")
            if comma is None:
                break
        self.no_comma = outer_comma
        self.depth -= 1
        if parameters:
            self.check_parameters(parameters)
        return tuple(parameters)

    def _parameter_definition(self) -> ParameterAst | None:
        simple = SIMPLE_PARAMETER.match(self.text, self.pos, self.end)
        if simple is not None:
            return self._simple_parameter(simple)
        self.skip_lines()
        attributes = tuple(self.attribute_list()) if self.next_character() == "[" else ()
        variable = self.parameter_variable()
        if variable is None:
            if not attributes:
                return None
            at = attributes[-1].extent.end_offset
            self.incomplete("InvalidFunctionParameter", at, at)
            self.synchronize(")", consume=False)
            extent = self.extent(attributes[0].extent.start_offset, at)
            name = VariableExpressionAst(extent, variable_path("__error__"))
            return ParameterAst(extent, name, attributes, None)
        start = attributes[0].extent.start_offset if attributes else variable.extent.start_offset
        end = variable.extent.end_offset
        default: ExpressionAst | None = None
        if self.take_after_lines("=") is not None:
            at = self.pos
            self.skip_lines()
            default = self.expression()
            if default is None:
                self.incomplete("MissingExpressionAfterToken", at, at, "=")
            else:
                end = default.extent.end_offset
        return ParameterAst(Extent(self.source, start, end), variable, attributes, default)

    def _simple_parameter(self, found: re.Match[str]) -> ParameterAst:
        source = self.source
        start, end = found.span(4)
        self.pos = end
        variable = VariableExpressionAst(Extent(source, start, end), variable_path(found.group(5)))
        bracket = found.start(1)
        if bracket < 0:
            return ParameterAst(variable.extent, variable, (), None)
        name_start, name_end = found.span(2)
        name: AnyTypeName = TypeName(Extent(source, name_start, name_end), found.group(2))
        if found.group(3) is not None:
            name_end += 2
            name = ArrayTypeName(Extent(source, name_start, name_end), name, 1)
        constraint = TypeConstraintAst(Extent(source, bracket, name_end + 1), name)
        return ParameterAst(Extent(source, bracket, end), variable, (constraint,), None)

    def parameter_variable(self) -> VariableExpressionAst | None:
        """Read the variable of a parameter or property."""
        found = OPERAND.match(self.text, self.pos, self.end)
        if found is None or found.lastgroup not in _PARAMETER_VARIABLES:
            return None
        if found.lastgroup == "splat":
            start, self.pos = found.span("splat")
            splatted = self.variable(self.text[start + 1 : self.pos], start, splatted=True)
            self.check_splatted(splatted)
            return splatted
        node = self.operand(found)
        if isinstance(node, VariableExpressionAst):
            return node
        name = str(node)[1:] if node is not None else ""
        return VariableExpressionAst(self.extent(self.pos - len(name) - 1, self.pos), variable_path(name))

    # Functions

    def function_statement(self, start: int, end: int) -> StatementAst:
        """``function``, ``filter`` and ``workflow``."""
        keyword = self.text[start:end]
        self.skip_lines()
        found = ARGUMENT.match(self.text, self.pos, self.end)
        if found is None or found.lastgroup in _NOT_FUNCTION_NAMES:
            self.incomplete("MissingNameAfterKeyword", end, end, keyword)
            return self.error_statement(start, end)
        name_node = self._function_name(found)
        at = name_node.extent.end_offset
        parameters: tuple[ParameterAst, ...] | None = None
        is_error = False
        open_paren = self.take_after_lines("(")
        if open_paren is not None:
            parameters = self._parameter_list()
            close = self._close_parameters(open_paren, parameters)
            if close is None:
                is_error = True
                at = parameters[-1].extent.end_offset if parameters else open_paren + 1
            else:
                at = close
        brace = self.take_after_lines("{")
        if brace is None and not is_error:
            is_error = True
            self.incomplete("MissingFunctionBody", at, at)
        if brace is None or is_error:
            if brace is not None:
                self.pos = brace
            return self.error_statement(start, at, *(parameters or ()))
        kind = keyword.lower()
        outer = self.in_workflow, self.in_configuration
        self.in_workflow, self.in_configuration = kind == "workflow", False
        body = self.body(brace, is_filter=kind == "filter")
        self.in_workflow, self.in_configuration = outer
        if parameters and body.param_block is not None:
            self.checks.append(partial(self.report, "OnlyOneParameterListAllowed", body.param_block))
        extent = self.extent(start, body.extent.end_offset)
        name = name_node.value if isinstance(name_node, StringConstantExpressionAst) else str(name_node)
        return FunctionDefinitionAst(
            extent, kind == "filter", kind == "workflow", name, parameters or None, body
        )

    def body(
        self, brace: int, *, is_filter: bool = False, first: StatementAst | None = None
    ) -> ScriptBlockAst:
        """Read the body of a function or method; the position is behind its brace."""
        self.deeper()
        outer_comma, self.no_comma = self.no_comma, False
        self.is_filter = is_filter
        block = self.script_block(brace, first)
        self.no_comma = outer_comma
        self.depth -= 1
        return block

    def method_parameters(self) -> tuple[tuple[ParameterAst, ...], int | None, int]:
        """Read the parameters of a method; returns them, the closing end (None: error) and the last end."""
        open_paren = self.take_after_lines("(")
        if open_paren is None:
            return (), None, self.pos
        parameters = self._parameter_list()
        close = self._close_parameters(open_paren, parameters)
        last = parameters[-1].extent.end_offset if parameters else open_paren + 1
        return parameters, close, last if close is None else close

    def _function_name(self, found: re.Match[str]) -> ExpressionAst:
        group = found.lastgroup or "generic"
        if group == "generic":
            return self.word_at(found.start(group), is_command_name=True)
        start, self.pos = found.span(group)
        return self.word_node(start, self.pos)
