"""[CommandCompletion]::CompleteInput: what may stand at the cursor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.powershell.completion import arguments, item_paths, keys, members, names, parameters, results
from emulator.powershell.completion.cursor import MARK, MAXIMUM_TEXT, Cursor, open_at_end, without_mark
from emulator.powershell.completion.inference import Inference, Shape
from emulator.powershell.completion.results import Completion, Completions
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, type_of
from emulator.powershell.parser import ast
from emulator.powershell.parser.node import Ast
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.members import MISSING

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_OPERATOR = re.compile(r"(?<![\w-])-\w*$")
_SWITCH = re.compile(r"\bswitch(?:\s+-\w+)*\s+(-\w*)$", re.IGNORECASE)
_HISTORY = re.compile(r"#([\w-]*)")
_USING = re.compile(r"(?:^|[;\n])[^\S\n]*using\s+(\w*)$", re.IGNORECASE)
_TYPE_NAME = re.compile(r"(?<![\w.+])[\w.+]*$")  # looks at the beginning of each word only
_PLAIN_VARIABLE = re.compile(r"\$((?:\w+:)?\w+)")


def complete(engine: Engine, text: str, offset: int) -> Completions:
    """The completions of a text at an offset."""
    if len(text) > MAXIMUM_TEXT:
        return Completions(index=offset, length=0)
    behind = 0
    if offset and text[offset - 1] in "'\"" and open_at_end(text[: offset - 1]).quote == text[offset - 1]:
        # Behind the end of a string the string is completed, its quote included.
        offset, behind = offset - 1, 1
    cursor = Cursor(text, offset, engine.language)
    found, start = _Analysis(engine, cursor).run()
    if not found:
        return Completions()
    return Completions(list(found), start, cursor.offset + behind - start)


class _Analysis:
    """One question."""

    def __init__(self, engine: Engine, cursor: Cursor) -> None:
        self.engine = engine
        self.cursor = cursor
        self.inference = Inference(engine, cursor)

    def run(self) -> tuple[list[Completion], int]:
        """The completions and where what they replace begins."""
        cursor = self.cursor
        if cursor.comment is not None:
            return self._history(cursor.comment)
        if not cursor.before.strip():
            return [], 0
        flags = _SWITCH.search(cursor.before)
        if flags is not None:
            return names.switch_flags(flags[1]), flags.start(1)
        kinds = _USING.search(cursor.before)
        if kinds is not None:
            return self._using_kinds(kinds[1]), kinds.start(1)
        node = cursor.node
        if node is None:
            return [], 0
        operator = self._operator(node)
        return operator if operator is not None else self._of_node(node)

    def _of_node(self, node: Ast) -> tuple[list[Completion], int]:
        parent = self.cursor.parent(node)
        if isinstance(node, ast.VariableExpressionAst):
            return self._variable(node)
        if isinstance(node, ast.TypeExpressionAst | ast.TypeConstraintAst):
            return self._type()
        if isinstance(node, ast.AttributeAst):
            return self._type(attribute=True)
        if isinstance(node, ast.ConstantExpressionAst) and isinstance(parent, ast.NamedAttributeArgumentAst):
            return self._attribute_argument(node)
        if isinstance(node, ast.NamedAttributeArgumentAst):
            return self._attribute_argument(node)
        if isinstance(node, ast.CommandParameterAst):
            return self._parameter(node)
        if isinstance(node, ast.StringConstantExpressionAst | ast.ExpandableStringExpressionAst):
            return self._text(node, parent)
        if isinstance(node, ast.FunctionDefinitionAst | ast.ErrorStatementAst | ast.TypeDefinitionAst):
            return [], 0
        return [], 0

    # Comments, operators and keywords

    def _history(self, comment: str) -> tuple[list[Completion], int]:
        found = _HISTORY.fullmatch(comment)
        if found is None:
            return [], 0
        start = self.cursor.offset - len(comment)
        entries = self.engine.history.entries
        lines = [
            one.command_line
            for one in reversed(entries)
            if (found[1].isdigit() and str(one.number) == found[1])
            or (not found[1].isdigit() and found[1].lower() in one.command_line.lower())
        ]
        return [Completion(one, one, results.HISTORY, one) for one in dict.fromkeys(lines)], start

    def _using_kinds(self, word: str) -> list[Completion]:
        kinds = {
            "assembly": "Specifies the path to a .NET assembly to load.",
            "module": "Specifies a PowerShell module to load classes from.",
            "namespace": "Specifies a .NET namespace to resolve types from or a namespace alias.",
        }
        return [
            Completion(name, name, results.KEYWORD, tip)
            for name, tip in kinds.items()
            if name.startswith(word.lower()) and name != word.lower()
        ]

    def _operator(self, node: Ast) -> tuple[list[Completion], int] | None:
        """The operators behind an expression."""
        found = _OPERATOR.search(self.cursor.before)
        if found is None or self.cursor.open.quote or not isinstance(node, ast.StringConstantExpressionAst):
            return None
        if self.cursor.above(ast.CommandAst) is not None and node.string_constant_type.name == "BARE_WORD":
            return None
        return names.operators(found[0]), found.start()

    # Variables, types, attributes

    def _variable(self, node: ast.VariableExpressionAst) -> tuple[list[Completion], int]:
        start = node.extent.start_offset
        written = self.cursor.before[start:]
        sign, braced = written[:1], written[1:2] == "{"
        word = written[2 if braced else 1 :]
        if self.cursor.above(ast.UsingExpressionAst) is not None and word.lower().startswith("using:"):
            word = word[6:]
            made = names.variables(self.inference, word)
            return [
                Completion(f"$using:{one.shown}", one.shown, one.kind, one.tip)
                for one in made
                if not one.shown.endswith(":")
            ], start
        found = names.variables(self.inference, word, braced=braced, sign=sign)
        return found, start

    def _type(self, *, attribute: bool = False) -> tuple[list[Completion], int]:
        found = _TYPE_NAME.search(self.cursor.before)
        assert found is not None  # noqa: S101 - the pattern takes an empty text too
        word = found[0]
        is_attribute = attribute or self.cursor.above(ast.ParameterAst) is not None
        return names.types(self.inference, word, attribute=is_attribute), found.start()

    def _attribute_argument(self, node: Ast) -> tuple[list[Completion], int]:
        owner = self.cursor.above(ast.AttributeAst)
        if not isinstance(owner, ast.AttributeAst):
            return [], 0
        start = node.extent.start_offset
        word = self.cursor.before[start:]
        there = {one.argument_name.lower() for one in owner.named_arguments if MARK not in one.argument_name}
        found = names.attribute_arguments(self.engine, owner.type_name.name, word)
        return [one for one in found if one.shown.lower() not in there], start

    # Parts of commands

    def _parameter(self, node: ast.CommandParameterAst) -> tuple[list[Completion], int]:
        command = self.cursor.above(ast.CommandAst)
        if not isinstance(command, ast.CommandAst):
            return [], 0
        start = node.extent.start_offset
        word = without_mark(node.parameter_name)
        if node is command.command_elements[0]:
            return [], 0
        found = parameters.parameters(self.inference, command, word)
        if not found and parameters.shape_of(self.inference, command) is None:
            native = arguments.arguments(self.inference, command, f"-{word}", "")
            return native or [], start
        return found, start

    def _text(self, node: Ast, parent: Ast | None) -> tuple[list[Completion], int]:
        start = node.extent.start_offset
        written = self.cursor.before[start:] if start < self.cursor.offset else ""
        quote = written[:1] if written[:1] in ("'", '"') else ""
        word = written[1:] if quote else written
        if isinstance(node, ast.ExpandableStringExpressionAst):
            word = _PLAIN_VARIABLE.sub(self._value, word)
        if isinstance(parent, ast.MemberExpressionAst) and node is parent.member:
            return self._member(parent, start)
        table = self.cursor.above(ast.HashtableAst)
        if isinstance(table, ast.HashtableAst) and any(key is node for key, _ in table.key_value_pairs):
            return keys.keys(self.inference, self.cursor, table, word), start
        if isinstance(parent, ast.FileRedirectionAst):
            return item_paths.items(self.engine, word, quote), start
        if isinstance(parent, ast.UsingStatementAst):
            return self._using(parent, word, quote), start
        if isinstance(parent, ast.BinaryExpressionAst):
            found = arguments.assigned_values(self.inference, parent.left, word, quote)
            return found or self._paths(word, quote), start
        command = self.cursor.above(ast.CommandAst)
        nearest = self.cursor.above((ast.CommandAst, ast.CommandExpressionAst))
        if isinstance(command, ast.CommandAst) and nearest is command:
            return self._element(command, node, word, quote), start
        return self._paths(word, quote), start

    def _value(self, found: re.Match[str]) -> str:
        """What a variable in a path stands for."""
        scope, _, name = found[1].rpartition(":")
        if scope.lower() == "env":
            return self.engine.environment.read(name) or found[0]
        held = self.engine.frame.scope.find(name.lower())
        return found[0] if held is None or held.current is None else to_text(held.current)

    def _paths(self, word: str, quote: str) -> list[Completion]:
        return item_paths.items(self.engine, word, quote) if quote and word else []

    def _element(self, command: ast.CommandAst, node: Ast, word: str, quote: str) -> list[Completion]:
        if node is command.command_elements[0]:
            assigned = self._assignment(command, word, quote)
            if assigned:
                return assigned
            if not word and not quote:
                return []
            return names.commands(self.inference, word, quote)
        found = arguments.arguments(self.inference, command, word, quote)
        if found is not None:
            return found
        return item_paths.items(self.engine, word, quote)

    def _assignment(self, command: ast.CommandAst, word: str, quote: str) -> list[Completion]:
        """Values for what is assigned to at the cursor."""
        place = self.cursor.chain.index(command)
        for one in reversed(self.cursor.chain[:place]):
            if isinstance(one, ast.AssignmentStatementAst):
                return arguments.assigned_values(self.inference, one.left, word, quote)
            if not isinstance(one, ast.PipelineAst):
                break
        return []

    def _using(self, node: ast.UsingStatementAst, word: str, quote: str) -> list[Completion]:
        kind = node.using_statement_kind.name
        if kind == "NAMESPACE":
            return names.namespaces(self.engine, word)
        if kind == "MODULE":
            found = [
                one
                for one in self.engine.commands.available()
                if one.name.lower().startswith(word.rstrip("*").lower())
            ]
            made = [results.value(one.name, quote=quote) for one in sorted(found, key=lambda m: m.name)]
            return made or item_paths.items(self.engine, word, quote)
        return item_paths.items(self.engine, word, quote)

    # Members

    def _member(self, node: ast.MemberExpressionAst, start: int) -> tuple[list[Completion], int]:
        word = self.cursor.before[start:].strip()
        target = node.expression
        if isinstance(target, ast.VariableExpressionAst) and target.splatted:
            return [], 0
        shapes = self.inference.of(target)
        if node.static:
            shapes = [self._static(one) for one in shapes]
        elif isinstance(target, ast.TypeExpressionAst):
            shapes = members.type_members()
        return members.members_of(self.inference, shapes, word), start

    @staticmethod
    def _static(shape: Shape) -> Shape:
        if shape.static or shape.definition is not None:
            return Shape(shape.kind, definition=shape.definition, static=True)
        kind = shape.kind
        if kind is None and shape.value is not MISSING and shape.value is not None:
            held = unwrap(shape.value)
            kind = held if isinstance(held, PSType) else type_of(held)
        return Shape(kind, static=True)
