"""Rules for ``using``, ``data`` and configurations, and the choice of the rule for a statement."""

from __future__ import annotations

import re
from abc import abstractmethod
from functools import partial

from emulator.powershell import language
from emulator.powershell.parser.ast import (
    AttributeAst,
    AttributeBaseAst,
    CommandElementAst,
    ConfigurationDefinitionAst,
    DataStatementAst,
    DynamicKeywordStatementAst,
    ErrorStatementAst,
    ExpressionAst,
    HashtableAst,
    ScriptBlockExpressionAst,
    StatementAst,
    StatementBlockAst,
    StringConstantExpressionAst,
    StringConstantType,
    TypeConstraintAst,
    UsingStatementAst,
)
from emulator.powershell.parser.classes import ClassRules
from emulator.powershell.parser.patterns import (
    ARGUMENT,
    ATTRIBUTED_KEYWORD,
    CONFIGURATION_NAME,
    PARAMETER,
    STATEMENT,
)
from emulator.powershell.parser.restricted_language import DATA_COMMANDS, restricted_language_errors
from emulator.powershell.parser.statements import KEYWORD_RULES, LOOP_RULES
from emulator.powershell.parser.token_kinds import TokenKind

_USING_KINDS = {
    "namespace": TokenKind.NAMESPACE,
    "module": TokenKind.MODULE,
    "assembly": TokenKind.ASSEMBLY,
    "type": TokenKind.TYPE,
    "command": TokenKind.COMMAND,
}
_NAMESPACE = re.compile(r"[\w][^,\[\]*?&\\]*")
_TYPE_KEYWORDS = frozenset({"class", "enum", "configuration"})
_RESERVED = frozenset({"from", "define", "var"})
_CONTINUATIONS = frozenset({"else", "elseif", "catch", "until"})
_STATEMENT_KEYWORDS = frozenset({*KEYWORD_RULES, *LOOP_RULES, "function", "filter", "workflow", "data"})


class DefinitionRules(ClassRules):
    """The rest of the statements."""

    def statement(self) -> StatementAst | None:
        """Read one statement; None if there is nothing that could begin one."""
        self.lead = found = STATEMENT.match(self.text, self.pos, self.end)
        self.lead_place = (self.pos, self.end)
        if found is None:
            return self.pipeline()
        group = found.lastgroup
        if group == "word":
            start, end = found.span("word")
            word = self.text[start:end].lower()
            if word in _KEYWORDS:
                rule = KEYWORD_RULES.get(word)
                if rule is not None:
                    self.pos = end
                    return rule(self, start, end)
                loop = LOOP_RULES.get(word)
                if loop is not None:
                    self.pos = end
                    return loop(self, start, end, None)
                return self._other_keyword(word, start, end)
            if self.in_configuration:
                return self._other_keyword(word, start, end)
        elif group == "command":
            if self.in_configuration and found.group("command").lower() == "import-dscresource":
                return self._import_resource()
        elif group == "label":
            return self._labeled(found.start("label"), found.end("label"))
        elif group == "bracket":
            return self._attributed_statement()
        elif group == "end":
            return None
        return self.pipeline()

    def _other_keyword(self, word: str, start: int, end: int) -> StatementAst | None:
        if self.lacks(language.KEYWORDS.get(word)):
            return self.pipeline()
        if word in _CONTINUATIONS:
            if not self.errors:
                return self.pipeline()
            self.pos = end  # 5.1 drops them behind an error
            self.skip_lines()
            return self.statement()
        if word in _OTHER_KEYWORDS:
            self.pos = end
        if word in {"function", "filter", "workflow"}:
            return self.function_statement(start, end)
        if word == "class":
            return self.class_statement(start, end, ())
        if word == "enum":
            return self.enum_statement(start, end, ())
        if word == "using":
            statement = self._using_statement(start, end)
            self.report("UsingMustBeAtStartOfScript", statement)
            return statement
        if word == "data":
            return self._data_statement(start, end)
        if word == "configuration":
            return self._configuration(start, end, ())
        if word in _RESERVED:
            self.error("ReservedKeywordNotAllowed", start, end, word)
            return self.error_statement(start, end)
        return self._resource(start, end) or self.pipeline()

    def _labeled(self, start: int, end: int) -> StatementAst | None:
        """``:label`` before a loop; otherwise a command of that name."""
        self.pos = end
        self.skip_lines()
        found = STATEMENT.match(self.text, self.pos, self.end)
        if found is not None and found.lastgroup == "word":
            rule = LOOP_RULES.get(found.group("word").lower())
            if rule is not None:
                self.pos = found.end("word")
                return rule(self, start, self.pos, self.text[start + 1 : end])
        self.pos = start
        return self.pipeline()

    def _attributed_statement(self) -> StatementAst | None:
        """A statement that begins with a bracket: a definition with attributes, or an expression."""
        found = ATTRIBUTED_KEYWORD.match(self.text, self.pos, self.end)
        word = "" if found is None else found.group(1).lower()
        if word not in _TYPE_KEYWORDS and word not in _STATEMENT_KEYWORDS:
            return self.pipeline()
        restore, errors = self.pos, len(self.errors)
        attributes = self.attribute_list()
        keyword, start, end = self.keyword_ahead()
        types = [item for item in attributes if isinstance(item, TypeConstraintAst)]
        if not attributes or keyword != word or (word in _STATEMENT_KEYWORDS and types):
            self.pos = restore
            del self.errors[errors:]
            return self.pipeline()
        self.pos = end
        if word in _STATEMENT_KEYWORDS:
            self.report("UnexpectedAttribute", attributes[0], attributes[0].type_name.full_name)
            self.pos = start
            return self.statement()
        if types:
            self.report("TypeNotAllowedBeforeStatement", types[0], types[0].type_name.full_name)
        kept = tuple(item for item in attributes if isinstance(item, AttributeAst))
        if word == "class":
            return self._with_types(self.class_statement(start, end, kept), types)
        if word == "enum":
            return self._with_types(self.enum_statement(start, end, kept), types)
        return self._configuration(start, end, kept)

    def _with_types(self, node: StatementAst, types: list[TypeConstraintAst]) -> StatementAst:
        return ErrorStatementAst(node.extent, (*types, node)) if types else node

    # using

    def using_statements(self) -> tuple[UsingStatementAst, ...]:
        """Read the ``using`` statements at the start of a script."""
        found: list[UsingStatementAst] = []
        while True:
            keyword, start, end = self.keyword_ahead()
            if keyword != "using" or self.lacks(language.KEYWORDS["using"]):
                return tuple(found)
            self.pos = end
            statement = self._using_statement(start, end)
            if isinstance(statement, UsingStatementAst):
                found.append(statement)
            self.skip_semicolons()

    def _using_statement(self, start: int, end: int) -> StatementAst:
        self.skip_blanks()
        found = STATEMENT.match(self.text, self.pos, self.end)
        word = found.group("word") if found is not None and found.lastgroup == "word" else None
        kind = None if word is None else _USING_KINDS.get(word.lower())
        if kind is None or found is None:
            self.incomplete("MissingUsingStatementDirective", end, end)
            return self.error_statement(start, end)
        directive_end = self.pos = found.end("word")
        if self.at_any("\r\n,;"):
            self.incomplete("MissingUsingItemName", directive_end, directive_end)
            if self.next_character() == ",":
                self.synchronize("\r\n;", consume=False)
            return self.error_statement(start, directive_end)
        token_start, token_end = self.token_ahead()
        item = self._using_item()
        if not isinstance(item, StringConstantExpressionAst) and not (
            kind is TokenKind.MODULE and isinstance(item, HashtableAst)
        ):
            item_end = token_end if item is None else item.extent.end_offset
            text = self.text[token_start:item_end]
            self.error("InvalidValueForUsingItemName", start, item_end, text)
            self.pos = max(self.pos, item_end)
            return self.error_statement(start, item_end)
        alias = None
        if isinstance(item, StringConstantExpressionAst) and kind is not TokenKind.ASSEMBLY:
            equals = self.take("=")
            if equals is not None:
                alias = self._using_item()
                if alias is None:
                    self.incomplete("MissingNamespaceAlias", equals + 1, equals + 1)
                    return self.error_statement(start, equals + 1)
            elif kind in {TokenKind.TYPE, TokenKind.COMMAND}:
                at = item.extent.end_offset
                self.incomplete("MissingEqualsInUsingAlias", at, at)
                return self.error_statement(start, at, item)
        last = item if alias is None else alias
        node_extent = self.extent(start, last.extent.end_offset)
        self._require_terminator()
        specification = next((part for part in (item, alias) if isinstance(part, HashtableAst)), None)
        node = UsingStatementAst(
            node_extent,
            kind,
            item if isinstance(item, StringConstantExpressionAst) else None,
            alias if isinstance(alias, StringConstantExpressionAst) else None,
            specification,
        )
        if kind is TokenKind.MODULE and alias is None:
            self.check_module(item)
        if (
            kind is TokenKind.NAMESPACE
            and node.name is not None
            and not _NAMESPACE.fullmatch(node.name.value)
        ):
            self.checks.append(partial(self.report, "InvalidNamespaceValue", node.name))
        if alias is not None or kind in {TokenKind.TYPE, TokenKind.COMMAND}:
            self.checks.append(partial(self.report, "UsingStatementNotSupported", node))
        return node

    @abstractmethod
    def check_module(self, item: ExpressionAst) -> None:
        """Note a check of the module that ``using module`` names."""

    def _using_item(self) -> ExpressionAst | None:
        found = ARGUMENT.match(self.text, self.pos, self.end)
        return None if found is None else self.argument(found)

    def _require_terminator(self) -> None:
        if not self.at_any("\r\n;"):
            start, end = self.token_ahead()
            self.incomplete("MissingStatementTerminator", start, end)

    # data

    def _data_statement(self, start: int, end: int) -> StatementAst:
        self.skip_lines()
        name = self.identifier()
        at = end if name is None else name.extent.end_offset
        commands: list[ExpressionAst] = []
        self.skip_lines()
        parameter = PARAMETER.match(self.text, self.pos, self.end)
        if parameter is not None:
            self.pos = parameter.end()
            written = parameter.group(1)
            if not "supportedcommand".startswith(written.lower()):
                self.error("InvalidParameterForDataSectionStatement", parameter.start(), self.pos, written)
                return self.error_statement(start, self.pos)
            after = self.pos
            while True:
                self.skip_lines()
                command = self.single_argument() if self.next_character() != "{" else None
                if command is None:
                    self.incomplete("MissingValueForSupportedCommandInDataSectionStatement", after, after)
                    return self.error_statement(start, after, *commands)
                commands.append(command)
                at = command.extent.end_offset
                if self.take(",") is None:
                    break
                after = self.pos
        body = self.statement_block()
        if body is None:
            self.incomplete("MissingStatementBlockForDataSection", at, at)
            return self.error_statement(start, at, *commands)
        extent = self.extent(start, body.extent.end_offset)
        variable = None if name is None else name.value
        self._check_data(body, commands)
        return DataStatementAst(extent, variable, tuple(commands), body)

    def _check_data(self, body: StatementBlockAst, commands: list[ExpressionAst]) -> None:
        names = [item.value for item in commands if isinstance(item, StringConstantExpressionAst)]
        allowed = (*DATA_COMMANDS, *names) if len(names) == len(commands) else None

        def check() -> None:
            self.errors.extend(restricted_language_errors(body, allowed))

        self.checks.append(check)

    # Desired state configurations

    def _configuration(
        self, start: int, end: int, attributes: tuple[AttributeBaseAst, ...]
    ) -> StatementAst | None:
        self.skip_lines()
        if self.next_character() in {"{", ""}:
            self.incomplete("MissingConfigurationName", end, end)
            if self.next_character():
                self.script_block_expression(self.take("{") or self.pos)
            return self.error_statement(start, end)
        name = self.single_argument()
        if name is None:
            token_start, token_end = self.token_ahead()
            self.incomplete("MissingConfigurationName", token_start, token_end)
            return self.error_statement(start, end)
        is_error = False
        if isinstance(name, StringConstantExpressionAst) and not CONFIGURATION_NAME.fullmatch(name.value):
            is_error = True
            self.report("InvalidConfigurationName", name, name.value)
        brace = self.take_after_lines("{")
        if brace is None:
            _, token_end = self.token_ahead()
            self.incomplete("MissingCurlyInConfigurationStatement", token_end, token_end)
            return self.error_statement(start, end)
        outer, self.in_configuration = self.in_configuration, True
        body = self.script_block_expression(brace)
        self.in_configuration = outer
        if is_error:
            return self.error_statement(start, end)
        is_meta = any(
            attribute.type_name.name.lower().endswith("dsclocalconfigurationmanager")
            for attribute in attributes
        )
        extent = self.extent(start, body.extent.end_offset)
        return ConfigurationDefinitionAst(extent, name, body, is_meta)

    def _import_resource(self) -> StatementAst | None:
        """``Import-DscResource``, which is a keyword in a configuration."""
        command = self.command()
        if command is None:
            return None
        return DynamicKeywordStatementAst(command.extent, command.command_elements, None, None)

    def _resource(self, start: int, end: int) -> StatementAst | None:
        """Read ``Resource name { }``, ``Node name { }`` of a configuration; None if it is a command.

        5.1 knows the resources by their schemas. Without these, a word that is followed by at most one name
        and a block is taken for a resource.
        """
        keyword = self.word_node(start, end)
        errors, checks = len(self.errors), len(self.checks)
        self.pos = end
        self.skip_lines()
        instance: ExpressionAst | None = None
        if self.next_character() != "{":
            self.pos = end
            if not self.at_any("\r\n;|)}"):
                instance = self.single_argument()
        brace = self.take_after_lines("{")
        if brace is None:
            self.pos = start
            del self.errors[errors:]
            del self.checks[checks:]
            return None
        body: ScriptBlockExpressionAst | HashtableAst
        if keyword.value.lower() == "node":
            body = self.script_block_expression(brace)
        else:
            body = self.hash_body(brace, is_instance=True)
        if instance is None:
            instance = StringConstantExpressionAst(
                self.extent(brace, brace), "", "string", StringConstantType.BARE_WORD
            )
        elements: tuple[CommandElementAst, ...] = (keyword, instance, body)
        extent = self.extent(start, body.extent.end_offset)
        return DynamicKeywordStatementAst(extent, elements, instance, body)


_OTHER_KEYWORDS = frozenset(
    {"function", "filter", "workflow", "class", "enum", "using", "data", "configuration"}
    | _RESERVED
    | _CONTINUATIONS
)
_KEYWORDS = frozenset({*KEYWORD_RULES, *LOOP_RULES, *_OTHER_KEYWORDS})
"""All words that begin a statement of their own."""
