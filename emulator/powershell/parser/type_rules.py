"""Rules for type names, type constraints and attributes."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from emulator.powershell.parser.ast import (
    AnyTypeName,
    ArrayTypeName,
    AttributeAst,
    AttributeBaseAst,
    ConstantExpressionAst,
    ErrorExpressionAst,
    ExpressionAst,
    GenericTypeName,
    NamedAttributeArgumentAst,
    TypeConstraintAst,
    TypeName,
    VariableExpressionAst,
)
from emulator.powershell.parser.errors import ParseError
from emulator.powershell.parser.extents import Extent, Source
from emulator.powershell.parser.names import variable_path
from emulator.powershell.parser.patterns import (
    ASSEMBLY_WORD,
    NAMED_ATTRIBUTE_ARGUMENT,
    SIMPLE_ATTRIBUTE,
    SIMPLE_TYPE,
    TYPE_WORD,
)
from emulator.powershell.parser.strings import StringRules


class AttributeRead(NamedTuple):
    """An attribute that was read: where it ends, and what was said and is to be checked of it."""

    node: AttributeAst
    position: int
    errors: list[ParseError]
    checks: list[Callable[[], None]]


class TypeRules(StringRules):
    """Type names and attributes.

    Some rules read an attribute, find that it does not fit, go back and let another rule read it. What was
    read is kept, or scripts within attributes within scripts would be read twice as often at every level.
    """

    def __init__(self, source: Source, language_version: tuple[int, int] = (5, 1), depth: int = 0) -> None:
        super().__init__(source, language_version, depth)
        self.attributes_read: dict[tuple[int, int], AttributeRead] = {}
        """Place of an attribute, and how far its reader was to look -> what it read."""

    def attribute(self) -> AttributeBaseAst | None:
        """Read ``[type]`` or ``[Attribute(...)]`` if the position is at the bracket."""
        start = self.pos
        found = SIMPLE_TYPE.match(self.text, start, self.end)
        if found is not None:
            self.pos = found.end()
            name_end = found.end(1)
            name: AnyTypeName = TypeName(Extent(self.source, start + 1, name_end), found.group(1))
            if found.lastindex == 2:
                name = ArrayTypeName(Extent(self.source, start + 1, self.pos - 1), name, 1)
            return TypeConstraintAst(Extent(self.source, start, self.pos), name)
        known = self.attributes_read.get((start, self.end))
        if known is not None:
            self.pos = known.position
            for error in known.errors:
                self.save(error)
            self.checks += known.checks
            return known.node
        errors, checks = len(self.errors), len(self.checks)
        node = self._read_attribute(start)
        if isinstance(node, AttributeAst):
            self.attributes_read[(start, self.end)] = AttributeRead(
                node, self.pos, self.errors[errors:], self.checks[checks:]
            )
        return node

    def _read_attribute(self, start: int) -> AttributeBaseAst | None:
        found = SIMPLE_ATTRIBUTE.match(self.text, start, self.end)
        if found is not None:
            self.pos = found.end()
            extent = Extent(self.source, start + 1, found.end(1))
            return self._attribute_arguments(start, TypeName(extent, found.group(1)))
        self.pos = start + 1
        self.skip_lines()
        type_name = self.type_name(with_assembly=True)
        if type_name is None:
            self.pos = start + 1
            self.incomplete("MissingTypename", self.pos, self.pos)
            return None
        if self.take("(") is not None:
            return self._attribute_arguments(start, type_name)
        if self.take("]") is None:
            at = max(self.pos - 1, 0)
            self.error("EndSquareBracketExpectedAtEndOfAttribute", at, at)
            return TypeConstraintAst(self.extent(start, type_name.extent.end_offset), type_name)
        return TypeConstraintAst(self.extent(start, self.pos), type_name)

    def attribute_list(self) -> list[AttributeBaseAst]:
        """Read attributes and type constraints with line ends between them; none is an empty list."""
        found: list[AttributeBaseAst] = []
        text, end = self.text, self.end
        self.skip_lines()
        while self.pos < end and text[self.pos] == "[":
            attribute = self.attribute()
            if attribute is None:
                break
            found.append(attribute)
            self.skip_lines()
        return found

    def _attribute_arguments(self, start: int, type_name: AnyTypeName) -> AttributeAst:
        positional: list[ExpressionAst] = []
        named: list[NamedAttributeArgumentAst] = []
        outer_comma, self.no_comma = self.no_comma, True
        end = self._arguments_of_attribute(positional, named)
        self.no_comma = outer_comma
        if self.take_after_lines(")") is None:
            self.incomplete("MissingEndParenthesisInExpression", end, end)
            if self.take_after_lines("]") is not None:
                end = self.pos
        else:
            end = self.pos
            if self.take_after_lines("]") is None:
                self.incomplete("EndSquareBracketExpectedAtEndOfAttribute", end, end)
            else:
                end = self.pos
        node = AttributeAst(self.extent(start, end), type_name, tuple(positional), tuple(named))
        if positional or named:
            self.check_attribute(node)
        return node

    @abstractmethod
    def check_attribute(self, node: AttributeAst, *, allow_blocks: bool = True) -> None:
        """Note a check of the arguments of an attribute."""

    def _arguments_of_attribute(
        self, positional: list[ExpressionAst], named: list[NamedAttributeArgumentAst]
    ) -> int:
        """Read the arguments; returns the end of the last one."""
        end = self.pos
        seen: set[str] = set()
        comma: int | None = None
        while True:
            simple = NAMED_ATTRIBUTE_ARGUMENT.match(self.text, self.pos, self.end)
            if simple is not None and simple.group(1) not in seen:
                end = self._simple_argument(simple, named)
                seen.add(simple.group(1))
                comma = self.take_after_lines(",")
                if comma is None:
                    return end
                continue
            self.skip_lines()
            name = self.identifier()
            argument: ExpressionAst | None
            if name is None:
                argument = self.expression()
                if argument is not None:
                    positional.append(argument)
                    end = argument.extent.end_offset
                elif comma is not None:
                    end = comma + 1
                    self.incomplete("MissingExpressionAfterToken", end, end, ",")
                    positional.append(ErrorExpressionAst(self.extent(end, end)))
            else:
                end = name.extent.end_offset
                omitted = self.take("=") is None
                if omitted:
                    self.pos = end
                    argument = ConstantExpressionAst(name.extent, True, "bool")
                else:
                    argument = self._named_value()
                    end = argument.extent.end_offset
                if name.value in seen:
                    self.error("DuplicateNamedArgument", name.extent.start_offset, end, name.value)
                else:
                    seen.add(name.value)
                    extent = self.extent(name.extent.start_offset, end)
                    named.append(NamedAttributeArgumentAst(extent, name.value, argument, omitted))
            self.skip_lines()
            if self.next_character() != ",":
                return end
            comma = self.pos
            self.pos += 1

    def _simple_argument(self, found: re.Match[str], named: list[NamedAttributeArgumentAst]) -> int:
        """A name that is true because it is there, or one with ``$true`` or ``$false``; returns its end."""
        source = self.source
        start, end = found.span(1)
        value: ExpressionAst
        if found.group(2) is None:
            extent = Extent(source, start, end)
            value = ConstantExpressionAst(extent, True, "bool")
        else:
            value_start, end = found.span(2)
            extent = Extent(source, start, end)
            value = VariableExpressionAst(Extent(source, value_start, end), variable_path(found.group(3)))
        named.append(NamedAttributeArgumentAst(extent, found.group(1), value, found.group(2) is None))
        self.pos = end
        return end

    def _named_value(self) -> ExpressionAst:
        at = self.pos
        self.skip_lines()
        value = self.expression()
        if value is None:
            self.incomplete("MissingExpressionInNamedArgument", at, at)
            value = ErrorExpressionAst(self.extent(at, at))
            self.synchronize(",)]\r\n", consume=True)
        return value

    def synchronize(self, stops: str, *, consume: bool) -> None:
        """Error recovery: go on to the first of the characters that stands outside of nested brackets."""
        depth = 0
        while True:
            self.skip_blanks()
            if self.pos >= self.end:
                return
            start, end = self.token_ahead()
            character = self.text[start]
            if depth == 0 and character in stops:
                if consume:
                    self.pos = end
                return
            if character in "([{" or self.text.startswith(("@(", "@{", "$("), start):
                depth += 1
            elif character in ")]}":
                depth = max(depth - 1, 0)
            self.pos = start + 1 if character in "([{)]}" else end

    # Type names

    def type_name(self, *, with_assembly: bool) -> AnyTypeName | None:
        """Read a type name: plain, generic, array, assembly-qualified."""
        word = TYPE_WORD.match(self.text, self.pos, self.end)
        if word is None:
            return None
        self.pos = word.end()
        name = TypeName(self.extent(word.start(1), word.end()), word.group(1))
        return self._type_suffixes(name, with_assembly=with_assembly)

    def _type_suffixes(self, name: TypeName, *, with_assembly: bool) -> AnyTypeName:
        self.deeper()
        result: AnyTypeName = name
        is_first = True
        while self.take("[") is not None:
            self.skip_lines()
            character = self.next_character()
            if is_first and (character == "[" or character.isalpha() or character == "_"):
                result = self._generic(name)
            else:
                array = self._array(result)
                if array is None:
                    break
                result = array
            is_first = False
        self.depth -= 1
        if with_assembly and self.take(",") is not None:
            result = self._assembly(result)
        return result

    def _array(self, element: AnyTypeName) -> ArrayTypeName | None:
        """Read ``]``, ``,]`` ... of an array type; the position is behind the opening bracket."""
        rank = 1
        while self.take(",") is not None:
            rank += 1
        if self.take("]") is None:
            start, end = self.token_ahead()
            if start >= self.end:
                self.incomplete("MissingTypename", self.pos, self.pos)
                return None
            if rank > 1:
                self.error("EndSquareBracketExpectedAtEndOfAttribute", self.pos, self.pos)
            else:
                self.error("UnexpectedToken", start, end, self.text[start:end])
                self.synchronize("]", consume=True)
                return None
        return ArrayTypeName(self.extent(element.extent.start_offset, self.pos), element, rank)

    def _generic(self, definition: TypeName) -> GenericTypeName:
        arguments: list[AnyTypeName] = []
        while True:
            arguments.append(self._generic_argument())
            self.skip_lines()
            if self.next_character() != ",":
                break
            self.pos += 1
            self.skip_lines()
        if self.take("]") is None:
            at = max(self.pos - 1, 0)
            self.incomplete("EndSquareBracketExpectedAtEndOfAttribute", at, at, seen_at=self.pos)
        extent = self.extent(definition.extent.start_offset, self.pos)
        return GenericTypeName(extent, definition, tuple(arguments))

    def _generic_argument(self) -> AnyTypeName:
        is_bracketed = self.take("[") is not None
        name = self.type_name(with_assembly=is_bracketed)
        if name is None:
            at = self.pos
            self.incomplete("MissingTypename", at, at)
            name = TypeName(self.extent(max(at - 1, 0), at), ":ErrorTypeName:")
        if is_bracketed and self.take("]") is None:
            at = max(self.pos - 1, 0)
            self.incomplete("EndSquareBracketExpectedAtEndOfType", at, at, seen_at=self.pos)
        return name

    def _assembly(self, name: AnyTypeName) -> AnyTypeName:
        comma_end = self.pos
        words = [self._assembly_word()]
        while self.next_character() == ",":
            self.pos += 1
            word = self._assembly_word()
            if self.next_character() == "=":
                self.pos += 1
                word += "=" + self._assembly_word()
            words.append(word)
        text = ", ".join(words)
        if not text.strip():
            self.error("MissingAssemblyNameSpecification", comma_end, comma_end)
            return name
        return _with_assembly(name, text, self.extent(name.extent.start_offset, self.pos))

    def _assembly_word(self) -> str:
        found = ASSEMBLY_WORD.match(self.text, self.pos, self.end)
        if found is None:
            return ""
        self.pos = found.end()
        return found.group(1)


def _with_assembly(name: AnyTypeName, assembly: str, extent: Extent) -> AnyTypeName:
    if isinstance(name, ArrayTypeName):
        return replace(
            name, element_type=_with_assembly(name.element_type, assembly, name.element_type.extent)
        )
    if isinstance(name, GenericTypeName):
        return replace(name, type_name=replace(name.type_name, assembly_name=assembly))
    return replace(name, extent=extent, assembly_name=assembly)
