"""What an expression gives, as far as it can be told without running it.

An answer is a list of `Shape`: a type, a value of the session, or a class that the text defines. Constants,
casts, variables (assignments before the cursor, parameters, ``foreach``, the session), members, calls whose
result the tables name, output types of commands and what pipelines pass on are understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.completion.cursor import MARK, Cursor, at_cursor
from emulator.powershell.completion.running import ask
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import NoteProperty, PSObject, unwrap
from emulator.powershell.dotnet.types import Property, PSType, type_of
from emulator.powershell.parser import ast
from emulator.powershell.parser.node import Ast
from emulator.powershell.parser.token_kinds import TokenKind
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.members import MISSING, get_property
from emulator.powershell.runtime.static_binder import bind_command
from emulator.record import MutableRecord

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_DEEPEST = 24
_CURRENT = frozenset({"_", "psitem"})
_PASSED_ON = frozenset(
    {"where-object", "sort-object", "tee-object", "get-unique", "get-random", "select-object", "write-output"}
)
_BOOLEAN = frozenset(
    kind
    for kind in TokenKind
    if kind.name[:3] in ("IEQ", "INE", "CEQ", "CNE", "IGT", "IGE", "ILT", "ILE", "IS_")
    or kind.name in ("AND", "OR", "XOR", "IS", "IS_NOT")
)
_METHODS_OF_TEXT = {
    "System.String": "insert padleft padright remove replace substring "
    "tolower toupper trim trimend trimstart",
    "System.String[]": "split",
    "System.Int32": "compareto indexof lastindexof",
    "System.Boolean": "contains endswith startswith",
}
_RESULTS = {name: kind for kind, names in _METHODS_OF_TEXT.items() for name in names.split()}
_OF_EVERY_OBJECT = {
    "tostring": "System.String",
    "gettype": "System.Type",
    "gethashcode": "System.Int32",
    "equals": "System.Boolean",
}


class Shape(MutableRecord, eq=False):
    """One thing that an expression may give. ``static`` when it is the type itself (``[int]::``)."""

    kind: PSType | None = None
    value: Any = MISSING
    definition: ast.TypeDefinitionAst | None = None
    static: bool = False
    names: tuple[str, ...] = ()
    """Properties of a custom object whose names the text tells."""


class Inference:
    """Answers for one text."""

    def __init__(self, engine: Engine, cursor: Cursor) -> None:
        self.engine = engine
        self.cursor = cursor
        self._depth = 0
        self._parents = cursor.tree.parents() if cursor.tree is not None else {}
        self.definitions: dict[str, ast.TypeDefinitionAst] = {}
        if cursor.tree is not None:
            for one in cursor.tree.walk():
                if isinstance(one, ast.TypeDefinitionAst):
                    self.definitions[one.name.lower()] = one

    def of(self, node: Ast | None) -> list[Shape]:
        """What a node gives."""
        if node is None or self._depth > _DEEPEST:
            return []
        self._depth += 1
        try:
            return self._of(node)
        finally:
            self._depth -= 1

    def named(self, name: str, static: bool = False) -> list[Shape]:
        """The type of a name."""
        definition = self.definitions.get(name.lower())
        if definition is not None:
            return [Shape(definition=definition, static=static)]
        try:
            kind = self.engine.types.find(name)
        except PSError:
            return []
        return [] if kind is None else [Shape(kind, static=static)]

    def _of(self, node: Ast) -> list[Shape]:
        if isinstance(node, ast.StringConstantExpressionAst | ast.ExpandableStringExpressionAst):
            return self.named("System.String")
        if isinstance(node, ast.ConstantExpressionAst):
            return self.named(node.static_type_name)
        if isinstance(node, ast.ConvertExpressionAst):
            name = node.attribute.type_name.name
            if name.lower() in ("pscustomobject", "ordered") and isinstance(node.child, ast.HashtableAst):
                keys = tuple(key_names(node.child))
                kind = "System.Collections.Specialized.OrderedDictionary"
                found = self.named(kind if name.lower() == "ordered" else "System.Object")
                return [Shape(one.kind, names=keys) for one in found]
            return self.named(name)
        if isinstance(node, ast.AttributedExpressionAst):
            return self.of(node.child)
        if isinstance(node, ast.TypeExpressionAst):
            return self.named(node.type_name.name, static=True)
        if isinstance(node, ast.HashtableAst):
            return [
                Shape(one.kind, names=tuple(key_names(node)))
                for one in self.named("System.Collections.Hashtable")
            ]
        if isinstance(node, ast.ScriptBlockExpressionAst):
            return self.named("System.Management.Automation.ScriptBlock")
        if isinstance(node, ast.ArrayLiteralAst | ast.ArrayExpressionAst):
            return self.named("System.Object[]")
        if isinstance(node, ast.VariableExpressionAst):
            return self._variable(node)
        if isinstance(node, ast.InvokeMemberExpressionAst):
            return self._call(node)
        if isinstance(node, ast.MemberExpressionAst):
            return self._member(node)
        if isinstance(node, ast.IndexExpressionAst):
            return self._item(node)
        if isinstance(node, ast.BinaryExpressionAst):
            return self._operation(node)
        if isinstance(node, ast.UnaryExpressionAst):
            if node.token_kind in (TokenKind.NOT, TokenKind.EXCLAIM):
                return self.named("System.Boolean")
            return self.of(node.child) or self.named("System.Int32")
        return self._statement(node)

    def _statement(self, node: Ast) -> list[Shape]:
        if isinstance(node, ast.ParenExpressionAst):
            return self.of(node.pipeline)
        if isinstance(node, ast.SubExpressionAst):
            last = node.sub_expression.statements[-1:]
            return self.of(last[0]) if last else []
        if isinstance(node, ast.CommandExpressionAst):
            return self.of(node.expression)
        if isinstance(node, ast.PipelineAst):
            return self.passed_on(node, len(node.pipeline_elements))
        if isinstance(node, ast.AssignmentStatementAst):
            return self.of(node.right)
        if isinstance(node, ast.CommandAst):
            return self._command(node, [])
        return []

    # Pipelines and commands

    def passed_on(self, pipeline: ast.PipelineAst, count: int) -> list[Shape]:
        """What the first elements of a pipeline give, one item at a time."""
        found: list[Shape] = []
        for one in pipeline.pipeline_elements[:count]:
            found = self._command(one, found) if isinstance(one, ast.CommandAst) else self.of(one)
            found = [item for each in found for item in self.items(each)]
        return found

    def items(self, shape: Shape) -> Iterator[Shape]:
        """What a list or an array type holds; anything else is its own item."""
        if shape.value is not MISSING and type(unwrap(shape.value)) in LIST_TYPES:
            seen: set[str] = set()
            for item in list(unwrap(shape.value))[:100]:
                if item is not None and type_of(unwrap(item)).name not in seen:
                    seen.add(type_of(unwrap(item)).name)
                    yield Shape(value=item)
        elif shape.kind is not None and not shape.static and shape.kind.element_type is not None:
            yield Shape(shape.kind.element_type)
        else:
            yield shape

    def _command(self, node: ast.CommandAst, incoming: list[Shape]) -> list[Shape]:
        name = node.get_command_name()
        if name is None or MARK in name:
            return []
        function = self.function(name)
        if function is not None:
            return [one for kind in declared_outputs(function.body) for one in self.named(kind)]
        command = self.resolve(name)
        if command is None:
            return []
        key = command.name.lower()
        bound = bind_command(self.engine, node).bound
        if key in _PASSED_ON:
            return self._selected(bound, incoming) if key == "select-object" else incoming
        if key == "foreach-object":
            return self._for_each(bound, incoming)
        if key == "new-object" and "TypeName" in bound:
            return self.named(str(bound["TypeName"].constant or ""))
        if key in ("get-ciminstance", "get-wmiobject", "new-ciminstance"):
            return self._class_of(bound)
        shape = command.metadata(self.engine)
        kinds = shape.output_types if shape is not None else ()
        script = getattr(command, "script", None)
        if script is not None:
            kinds = declared_outputs(script.compiled.ast)
        return [one for kind in kinds for one in self.named(kind)]

    def resolve(self, name: str) -> Any:
        """The command of a name, aliases followed; None when there is none."""
        found = self.engine.commands.find(name, self.engine.frame.scope)
        for _ in range(16):
            target = getattr(found, "target", None)
            if target is None:
                break
            found = self.engine.commands.find(target, self.engine.frame.scope)
        return found

    def function(self, name: str) -> ast.FunctionDefinitionAst | None:
        """The function of a name that the text defines."""
        if self.cursor.tree is None:
            return None
        for one in self.cursor.tree.walk():
            if isinstance(one, ast.FunctionDefinitionAst) and one.name.lower() == name.lower():
                return one
        return None

    def _selected(self, bound: dict[str, Any], incoming: list[Shape]) -> list[Shape]:
        if "Property" not in bound:
            return incoming
        value = bound["Property"].value
        items = value.elements if isinstance(value, ast.ArrayLiteralAst) else (value,)
        names = tuple(one.value for one in items if isinstance(one, ast.StringConstantExpressionAst))
        return [Shape(self.engine.types.find("System.Object"), names=names)]

    def _for_each(self, bound: dict[str, Any], incoming: list[Shape]) -> list[Shape]:
        if "MemberName" in bound:
            return [
                found
                for one in incoming
                for found in self._property(one, str(bound["MemberName"].constant or ""))
            ]
        block = bound["Process"].value if "Process" in bound else None
        if isinstance(block, ast.ScriptBlockExpressionAst):
            body = block.script_block.process_block or block.script_block.end_block
            if body is not None and body.statements:
                return self.of(body.statements[-1])
        return []

    def _class_of(self, bound: dict[str, Any]) -> list[Shape]:
        given = bound.get("ClassName") or bound.get("Class")
        if given is None or not given.constant:
            return []
        space = bound.get("Namespace")
        arguments = (str(given.constant), str(space.constant) if space and space.constant else "root/cimv2")
        found = ask(
            self.engine,
            "(Get-CimClass -ClassName $args[0] -Namespace $args[1]).CimClassProperties"
            " | ForEach-Object { $_.Name }",
            *arguments,
        )
        names = tuple(str(one) for one in found)
        kind = self.engine.types.find("Microsoft.Management.Infrastructure.CimInstance")
        return [Shape(kind or self.engine.types.find("System.Object"), names=names)] if names else []

    # Members

    def _member(self, node: ast.MemberExpressionAst) -> list[Shape]:
        if not isinstance(node.member, ast.StringConstantExpressionAst):
            return []
        return [found for one in self.of(node.expression) for found in self._property(one, node.member.value)]

    def _property(self, shape: Shape, name: str) -> list[Shape]:
        if shape.definition is not None:
            for one in shape.definition.members:
                if isinstance(one, ast.PropertyMemberAst) and one.name.lower() == name.lower():
                    return self.named(one.property_type.type_name.name) if one.property_type else []
            return []
        if shape.value is not MISSING:
            found = self._held(shape.value, name)
            if found is not MISSING:
                return [Shape(value=found)] if found is not None else []
        kind = shape.kind if shape.kind is not None else type_of(unwrap(shape.value))
        member = kind.static_member(name) if shape.static else kind.member(name)
        if shape.static and isinstance(member, Property):
            return self._static_value(member)
        if isinstance(member, Property) and member.type_name != "System.Object":
            return self.named(member.type_name)
        return []

    def _static_value(self, member: Property) -> list[Shape]:
        try:
            value = member.getter(self.engine) if member.contextual else member.getter()
        except (PSError, NetError):
            return []
        return [] if value is None else [Shape(type_of(unwrap(value)))]

    def _held(self, value: Any, name: str) -> Any:
        """A property of a value that can be read without running a script."""
        if isinstance(value, PSObject):
            member = value.members.get(name.lower())
            if member is not None:
                return member.value if isinstance(member, NoteProperty) else MISSING
        try:
            return get_property(unwrap(value), name, self.engine)
        except PSError:
            return MISSING

    def _call(self, node: ast.InvokeMemberExpressionAst) -> list[Shape]:
        if not isinstance(node.member, ast.StringConstantExpressionAst):
            return []
        name = node.member.value.lower()
        shapes = self.of(node.expression)
        if node.static and name == "new":
            return [Shape(one.kind, definition=one.definition) for one in shapes]
        found: list[Shape] = []
        for one in shapes:
            if one.definition is not None:
                for member in one.definition.members:
                    if isinstance(member, ast.FunctionMemberAst) and member.name.lower() == name:
                        found += self.named(member.return_type.type_name.name) if member.return_type else []
                continue
            kind = one.kind if one.kind is not None else type_of(unwrap(one.value))
            known = _OF_EVERY_OBJECT.get(name)
            if known is None and kind.name == "System.String":
                known = _RESULTS.get(name)
            if known is None and kind.name == "System.DateTime" and (name.startswith("add") or node.static):
                known = kind.name
            if known is None and node.static and name in ("parse", "create"):
                known = kind.name
            found += self.named(known) if known else []
        return found

    def _item(self, node: ast.IndexExpressionAst) -> list[Shape]:
        target = node.target
        place = node.index
        if isinstance(target, ast.SubExpressionAst | ast.ArrayExpressionAst | ast.ParenExpressionAst):
            elements = _literal(target)
            number = _number(place)
            if elements is not None and number is not None and -len(elements) <= number < len(elements):
                return self.of(elements[number])
        return [item for one in self.of(target) for item in self.items(one)]

    def _operation(self, node: ast.BinaryExpressionAst) -> list[Shape]:
        if node.operator is TokenKind.AS:
            return [Shape(one.kind, definition=one.definition) for one in self.of(node.right)]
        if node.operator in _BOOLEAN:
            return self.named("System.Boolean")
        name = node.operator.name
        if name.endswith("SPLIT"):
            return self.named("System.String[]")
        if name in ("JOIN", "FORMAT") or name.endswith("REPLACE"):
            return self.named("System.String")
        if node.operator is TokenKind.DOT_DOT:
            return self.named("System.Int32[]")
        return self.of(node.left) or self.of(node.right)

    # Variables

    def _variable(self, node: ast.VariableExpressionAst) -> list[Shape]:
        name = node.variable_path.unqualified_path.lower()
        if node.variable_path.drive_name is not None:
            return self.named("System.String")
        if name in _CURRENT:
            found = self.current_item(node)
            if found:
                return found
        if name == "this":
            owner = self.cursor.above(ast.TypeDefinitionAst)
            if isinstance(owner, ast.TypeDefinitionAst):
                return [Shape(definition=owner)]
        assigned = self._assigned(name)
        if assigned:
            return assigned
        held = self.engine.frame.scope.find(name)
        value = held.current if held is not None else None
        if value is None:
            return self.named("System.Object[]") if name == "args" else []
        return [Shape(value=value)]

    def _assigned(self, name: str) -> list[Shape]:
        found: list[Shape] = []
        for one in self.before_cursor():
            if isinstance(one, ast.AssignmentStatementAst):
                target, kind = one.left, None
                while isinstance(target, ast.AttributedExpressionAst):
                    if isinstance(target, ast.ConvertExpressionAst):
                        kind = target.attribute.type_name.name
                    target = target.child
                if _is_variable(target, name) and not at_cursor(one):
                    found = self.named(kind) if kind is not None else self.of(one.right)
            elif isinstance(one, ast.ForEachStatementAst) and _is_variable(one.variable, name):
                given = self.of(one.condition)
                found = [item for each in given for item in self.items(each)]
            elif isinstance(one, ast.ParameterAst) and _is_variable(one.name, name):
                kinds = [each for each in one.attributes if isinstance(each, ast.TypeConstraintAst)]
                found = self.named(kinds[0].type_name.name) if kinds else []
            elif isinstance(one, ast.DataStatementAst) and (one.variable or "").lower() == name:
                last = one.body.statements[-1:]
                found = self.of(last[0]) if last else []
        return found

    def before_cursor(self) -> Iterator[Ast]:
        """The nodes that begin before the cursor, in the order of the text."""
        if self.cursor.tree is not None:
            for one in self.cursor.tree.walk():
                if one.extent.start_offset < self.cursor.offset:
                    yield one

    def current_item(self, at: Ast) -> list[Shape]:
        """What ``$_`` is at a node."""
        chain = [at]
        while (above := self._parents.get(chain[0])) is not None:
            chain.insert(0, above)
        for place in range(len(chain) - 1, 0, -1):
            node = chain[place]
            if isinstance(node, ast.CatchClauseAst | ast.TrapStatementAst):
                return self.named("System.Management.Automation.ErrorRecord")
            if isinstance(node, ast.SwitchStatementAst) and not _holds_cursor(node.condition):
                return [item for each in self.of(node.condition) for item in self.items(each)]
            outer = chain[place - 1]
            if isinstance(node, ast.CommandAst) and isinstance(outer, ast.PipelineAst):
                index = outer.pipeline_elements.index(node)
                inside = any(isinstance(one, ast.ScriptBlockExpressionAst) for one in chain[place:])
                if index and inside:
                    return self.passed_on(outer, index)
        return []


def _holds_cursor(node: Ast | None) -> bool:
    return node is not None and at_cursor(node)


def _is_variable(node: Ast, name: str) -> bool:
    return isinstance(node, ast.VariableExpressionAst) and node.variable_path.unqualified_path.lower() == name


def _literal(node: Ast) -> tuple[Ast, ...] | None:
    for one in node.walk():
        if isinstance(one, ast.ArrayLiteralAst):
            return one.elements
    return None


def _number(node: Ast) -> int | None:
    if isinstance(node, ast.ConstantExpressionAst) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.UnaryExpressionAst) and node.token_kind is TokenKind.MINUS:
        inner = _number(node.child)
        return None if inner is None else -inner
    return None


def key_names(table: ast.HashtableAst) -> Iterator[str]:
    """The keys of a hash table that are written as text, but for the one at the cursor."""
    for key, _value in table.key_value_pairs:
        if isinstance(key, ast.StringConstantExpressionAst) and MARK not in key.value:
            yield key.value


def declared_outputs(body: Ast) -> list[str]:
    """The types that [OutputType()] of a function names."""
    found: list[str] = []
    block = getattr(body, "param_block", None)
    for one in block.attributes if block is not None else ():
        if isinstance(one, ast.AttributeAst) and one.type_name.name.lower() in (
            "outputtype",
            "outputtypeattribute",
        ):
            for argument in one.positional_arguments:
                if isinstance(argument, ast.TypeExpressionAst):
                    found.append(argument.type_name.name)
                elif isinstance(argument, ast.StringConstantExpressionAst):
                    found.append(argument.value)
    return found


def is_dictionary(shape: Shape) -> bool:
    """Whether a value of the session is a dictionary."""
    return shape.value is not MISSING and type(unwrap(shape.value)) in DICTIONARY_TYPES
