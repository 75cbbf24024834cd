"""Rules for classes and enums."""

from __future__ import annotations

from functools import partial

from emulator.powershell.parser import flow
from emulator.powershell.parser.assignment_flow import reads_before_assignment
from emulator.powershell.parser.ast import (
    AttributeAst,
    BaseCtorInvokeMemberExpressionAst,
    CommandExpressionAst,
    ExpressionAst,
    FunctionDefinitionAst,
    FunctionMemberAst,
    MemberAst,
    PropertyMemberAst,
    StatementAst,
    StringConstantExpressionAst,
    StringConstantType,
    TypeConstraintAst,
    TypeDefinitionAst,
    VariableExpressionAst,
)
from emulator.powershell.parser.blocks import BlockRules
from emulator.powershell.parser.checks import is_constant
from emulator.powershell.parser.extents import EMPTY_EXTENT, Extent
from emulator.powershell.parser.names import variable_path
from emulator.powershell.parser.patterns import METHOD_NAME
from emulator.powershell.parser.token_kinds import TokenKind

_MODIFIERS = frozenset({"static", "hidden"})


class _Declaration:
    """What stands before the name of a member."""

    def __init__(self) -> None:
        self.start: int | None = None
        self.end: int | None = None
        self.attributes: list[AttributeAst] = []
        self.type: TypeConstraintAst | None = None
        self.modifiers: set[str] = set()


def _signature(method: FunctionMemberAst) -> tuple[str, ...]:
    """The parameter types as texts."""
    types: list[str] = []
    for parameter in method.parameters:
        declared = [one for one in parameter.attributes if isinstance(one, TypeConstraintAst)]
        types.append(declared[-1].type_name.full_name.lower() if declared else "object")
    return tuple(types)


class ClassRules(BlockRules):
    """Classes and enums (about_Classes)."""

    def class_statement(self, start: int, end: int, attributes: tuple[AttributeAst, ...]) -> StatementAst:
        """``class``; the attributes were read before the keyword."""
        self.skip_lines()
        name = self.identifier()
        if name is None:
            self.incomplete("MissingNameAfterKeyword", end, end, self.text[start:end])
            return self.error_statement(start, end)
        bases = self._base_types()
        brace = self.take_after_lines("{")
        if brace is None:
            at = bases[-1].extent.end_offset if bases else name.extent.end_offset
            self.incomplete("MissingTypeBody", at, at, "class")
            return self.error_statement(start, at, *bases)
        self.deeper()
        outer = self.in_configuration, self.in_workflow, self.no_comma
        self.in_configuration = self.in_workflow = self.no_comma = False
        members: list[MemberAst] = []
        last_end = brace + 1
        errors = len(self.errors)
        while True:
            member = self._class_member(name.value)
            if member is None:
                break
            members.append(member)
            last_end = member.extent.end_offset
        self.in_configuration, self.in_workflow, self.no_comma = outer
        self.depth -= 1
        if self.take_after_lines("}") is None:
            self.incomplete("MissingEndCurlyBrace", brace + 1, brace + 1, seen_at=self.pos)
        else:
            last_end = self.pos
        first = attributes[0].extent.start_offset if attributes else start
        for attribute in attributes:
            self.check_attribute(attribute, allow_blocks=False)
        node = TypeDefinitionAst(
            self.extent(first, last_end), name.value, attributes, bases, tuple(members), TokenKind.CLASS
        )
        if len(self.errors) == errors:
            self._check_members(name.value, members)
        return node

    def _base_types(self) -> tuple[TypeConstraintAst, ...]:
        bases: list[TypeConstraintAst] = []
        separator = self.take_after_lines(":")
        while separator is not None:
            self.skip_lines()
            name = self.type_name(with_assembly=False)
            if name is None:
                self.incomplete("TypeNameExpected", separator + 1, separator + 1)
                break
            bases.append(TypeConstraintAst(name.extent, name))
            separator = self.take_after_lines(",")
        return tuple(bases)

    def _class_member(self, class_name: str) -> MemberAst | None:
        declaration = self._declaration()
        start = self.pos if declaration.start is None else declaration.start
        if self.next_character() == "$":
            return self._property(start, declaration)
        found = METHOD_NAME.match(self.text, self.pos, self.end)
        if found is not None:
            self.pos = found.end()
            return self._method(start, found.start(1), declaration, class_name)
        if declaration.end is not None:
            self.incomplete("IncompleteMemberDefinition", declaration.end, declaration.end)
        return None

    def _declaration(self) -> _Declaration:
        found = _Declaration()
        while True:
            self.skip_semicolons()
            at = self.pos
            if self.next_character() == "[":
                attribute = self.attribute()
                if attribute is None:
                    return found
                if isinstance(attribute, AttributeAst):
                    found.attributes.append(attribute)
                    self.check_attribute(attribute, allow_blocks=False)
                elif found.type is None and isinstance(attribute, TypeConstraintAst):
                    found.type = attribute
                else:
                    self.report("TooManyTypes", attribute)
            else:
                word, start, end = self.keyword_ahead()
                if word not in _MODIFIERS or start != at:
                    return found
                if word in found.modifiers:
                    self.error("DuplicateQualifier", start, end, self.text[start:end])
                found.modifiers.add(word)
                self.pos = end
            found.end = self.pos
            if found.start is None:
                found.start = at

    def _property(self, start: int, declaration: _Declaration) -> MemberAst | None:
        variable = self.parameter_variable()
        if variable is None:
            at = self.pos
            self.incomplete("IncompleteMemberDefinition", at, at)
            return None
        value: ExpressionAst | None = None
        end = variable.extent.end_offset
        if self.take("=") is not None:
            self.skip_lines()
            value = self.expression()
            end = self.pos if value is None else value.extent.end_offset
        end = self._member_end(end, is_missing=False)
        return PropertyMemberAst(
            self.extent(start, end),
            variable.variable_path.user_path,
            declaration.type,
            tuple(declaration.attributes),
            "static" in declaration.modifiers,
            "hidden" in declaration.modifiers,
            value,
        )

    def _member_end(self, end: int, *, is_missing: bool) -> int:
        """Read what ends a property or an enum literal; a semicolon belongs to its extent."""
        if self.at_any("\r\n;}") and self.next_character() == ";":
            end = self.pos + 1
        if (not is_missing and not self.at_any("\r\n;}")) or (self.pos >= self.end and not is_missing):
            self.incomplete("MissingPropertyTerminator", end, end)
        self.skip_semicolons()
        return end

    def _method(
        self, start: int, name_start: int, declaration: _Declaration, class_name: str
    ) -> MemberAst | None:
        name_end = self.pos
        name = self.text[name_start:name_end]
        is_static = "static" in declaration.modifiers
        is_constructor = name.lower() == class_name.lower()
        if self.next_character_after_lines() != "(":
            self.incomplete("MissingMethodParameterList", name_end, name_end)
        parameters, close, at = self.method_parameters()
        is_error = close is None and at != name_end
        first: StatementAst | None = None
        if is_constructor and not is_static:
            first, error_end = self._base_call()
            if error_end is not None:
                is_error, at = True, error_end
        brace = self.take_after_lines("{")
        if brace is None and not is_error:
            at = name_end if close is None else close
            self.incomplete("MissingFunctionBody", at, at)
        if brace is None or is_error:
            self.synchronize("}", consume=False)
            return None
        body = self.body(brace, first=first)
        definition = FunctionDefinitionAst(
            self.extent(name_start, body.extent.end_offset), False, False, name, parameters, body
        )
        return FunctionMemberAst(
            self.extent(start, body.extent.end_offset),
            definition,
            declaration.type,
            tuple(declaration.attributes),
            is_static,
            "hidden" in declaration.modifiers,
            is_constructor,
        )

    def next_character_after_lines(self) -> str:
        """The next character behind blanks and line ends."""
        self.skip_lines()
        return self.next_character()

    def _base_call(self) -> tuple[StatementAst, int | None]:
        """Read ``: base(...)`` or make the call that is implied; returns it and the end of an error."""
        keyword = whole = EMPTY_EXTENT
        arguments: tuple[ExpressionAst, ...] = ()
        error_end: int | None = None
        colon = self.take_after_lines(":")
        if colon is not None:
            word, start, end = self.keyword_ahead()
            if word != "base":
                error_end = colon + 1
                self.incomplete("MissingBaseCtorCall", error_end, error_end)
            else:
                self.pos = end
                keyword = self.extent(start, end)
                open_paren = self.take_after_lines("(")
                if open_paren is None:
                    error_end = end
                    self.incomplete("MissingMethodParameterList", end, end)
                else:
                    arguments, last = self.arguments(open_paren)
                    whole = Extent(self.source, start, last)
        target = VariableExpressionAst(keyword, variable_path("this"))
        member = StringConstantExpressionAst(keyword, ".ctor", "string", StringConstantType.BARE_WORD)
        call = BaseCtorInvokeMemberExpressionAst(whole, target, member, False, False, arguments or None)
        return CommandExpressionAst(whole, (), call), error_end

    def _check_members(self, class_name: str, members: list[MemberAst]) -> None:
        seen: set[object] = set()
        for member in members:
            if isinstance(member, PropertyMemberAst | FunctionMemberAst):
                folded: object = member.name.lower()
                if isinstance(member, FunctionMemberAst):
                    folded = (folded, member.is_static and member.is_constructor, *_signature(member))
                if folded in seen:
                    self.checks.append(partial(self.report, "MemberAlreadyDefined", member, member.name))
                seen.add(folded)

        def check() -> None:
            self.report_findings(flow.in_members(class_name, tuple(members)))
            for member in members:
                if isinstance(member, FunctionMemberAst):
                    self.report_findings(reads_before_assignment(member))

        self.checks.append(check)

    # Enums

    def enum_statement(self, start: int, end: int, attributes: tuple[AttributeAst, ...]) -> StatementAst:
        """``enum``; the attributes were read before the keyword."""
        self.skip_lines()
        name = self.identifier()
        if name is None:
            self.incomplete("MissingNameAfterKeyword", end, end, self.text[start:end])
            return self.error_statement(start, end)
        brace = self.take_after_lines("{")
        if brace is None:
            at = name.extent.end_offset
            self.incomplete("MissingTypeBody", at, at, "enum")
            return self.error_statement(start, at)
        members: list[MemberAst] = []
        last = brace + 1
        seen: set[str] = set()
        while True:
            member = self._enum_member()
            if member is None:
                break
            self._check_enum_member(member, seen)
            members.append(member)
            last = member.extent.end_offset
        if self.take_after_lines("}") is None:
            self.incomplete("MissingEndCurlyBrace", brace + 1, brace + 1, seen_at=self.pos)
        else:
            last = self.pos
        first = attributes[0].extent.start_offset if attributes else start
        return TypeDefinitionAst(
            self.extent(first, last), name.value, attributes, (), tuple(members), TokenKind.ENUM
        )

    def _check_enum_member(self, member: PropertyMemberAst, seen: set[str]) -> None:
        folded = member.name.lower()
        if folded in seen:
            self.checks.append(partial(self.report, "MemberAlreadyDefined", member, member.name))
        seen.add(folded)
        value = member.initial_value
        if value is not None and not is_constant(value, False):
            self.checks.append(partial(self.report, "EnumeratorValueMustBeConstant", value))

    def _enum_member(self) -> PropertyMemberAst | None:
        self.skip_lines()
        name = self.identifier()
        if name is None:
            return None
        end = name.extent.end_offset
        value: ExpressionAst | None = None
        is_missing = False
        if self.take("=") is not None:
            at = self.pos
            value = self.expression()
            is_missing = value is None
            if value is None:
                self.error("ExpectedValueExpression", at, at, "=")
                end = at
            else:
                end = value.extent.end_offset
        end = self._member_end(end, is_missing=is_missing)
        extent = self.extent(name.extent.start_offset, end)
        return PropertyMemberAst(extent, name.value, None, (), True, False, value)
