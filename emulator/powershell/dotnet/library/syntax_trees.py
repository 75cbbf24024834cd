"""System.Management.Automation.Language: [Parser], syntax trees, positions, parse errors.

The node classes of `emulator.powershell.parser.ast` are shown as they are: a field ``param_block`` is the
property ParamBlock, a sequence an array, a pair a Tuple.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import Hashtable, PSArray, TypedArray
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import NetError, null_argument
from emulator.powershell.dotnet.library.module_specification import version_of
from emulator.powershell.dotnet.library.syntax_tokens import (
    STREAM,
    TOKEN_KIND,
    ScriptToken,
    camel,
    enumeration,
)
from emulator.powershell.dotnet.psobject import Reference
from emulator.powershell.dotnet.tuples import TupleValue
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.parser import ast
from emulator.powershell.parser.errors import ParseError
from emulator.powershell.parser.extents import EMPTY_EXTENT, Extent, Source
from emulator.powershell.parser.names import ArrayTypeName, GenericTypeName, TypeName, VariablePath
from emulator.powershell.parser.node import Ast
from emulator.powershell.parser.parser import ParseResult, parse
from emulator.powershell.parser.quoting import escaped
from emulator.powershell.parser.token_kinds import TokenKind
from emulator.powershell.parser.tokens import Token
from emulator.powershell.parser.values import ScriptRequirements

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.script_block import ScriptBlock

_SPACE = "System.Management.Automation.Language."
_ROOTS: OrderedDict[int, tuple[Source, Ast, dict[Ast, Ast]]] = OrderedDict()
_MAXIMUM_ROOTS = 64
_BROKEN: OrderedDict[int, Source] = OrderedDict()
"""The sources of the last texts with errors: no script is made of their trees."""


# Enumerations of the parser

_ENUMS: dict[type, EnumType] = {
    TokenKind: TOKEN_KIND,
    ast.StringConstantType: enumeration(ast.StringConstantType),
    ast.RedirectionStream: STREAM,
}
_SWITCH_FLAGS = EnumType(
    _SPACE + "SwitchFlags",
    {"None": 0, "File": 1, "Regex": 2, "Wildcard": 4, "Exact": 8, "CaseSensitive": 16, "Parallel": 32},
    flags=True,
)
register(_SWITCH_FLAGS)
_FOREACH_FLAGS = EnumType(_SPACE + "ForEachFlags", {"None": 0, "Parallel": 1}, flags=True)
register(_FOREACH_FLAGS)


def shown(value: Any) -> Any:
    """A field of a node as a script sees it."""
    if isinstance(value, Enum):
        kind = _ENUMS[type(value)]
        return kind.value(value.value) if isinstance(value.value, int) else kind[value.value]
    if isinstance(value, tuple):
        if value and isinstance(value[0], tuple):
            return PSArray(TupleValue(*(shown(item) for item in one)) for one in value)
        return PSArray(shown(one) for one in value)
    return value


# Positions


class Position:
    """IScriptPosition: a place in a source."""

    __slots__ = ("offset", "source")

    def __init__(self, source: Source, offset: int) -> None:
        self.source = source
        self.offset = offset


register(
    PSType(
        f"{_SPACE}InternalScriptPosition",
        interfaces=(f"{_SPACE}IScriptPosition",),
        instance={
            "File: string": lambda p: p.source.file,
            "LineNumber: int": lambda p: p.source.line_of(p.offset),
            "ColumnNumber: int": lambda p: p.source.column_of(p.offset),
            "Line: string": lambda p: p.source.line_text(p.source.line_of(p.offset)),
            "Offset: int": lambda p: p.offset,
            "GetFullScript()": lambda p: p.source.text,
        },
    ),
    Position,
)
register(
    PSType(
        f"{_SPACE}InternalScriptExtent",
        interfaces=(f"{_SPACE}IScriptExtent",),
        instance={
            "File: string": lambda e: e.file,
            "StartScriptPosition": lambda e: Position(e.source, e.start_offset),
            "EndScriptPosition": lambda e: Position(e.source, e.end_offset),
            "StartLineNumber: int": lambda e: e.start_line,
            "StartColumnNumber: int": lambda e: e.start_column,
            "EndLineNumber: int": lambda e: e.end_line,
            "EndColumnNumber: int": lambda e: e.end_column,
            "Text: string": lambda e: e.text,
            "StartOffset: int": lambda e: e.start_offset,
            "EndOffset: int": lambda e: e.end_offset,
            "ToString()": lambda e: e.text,
        },
        to_text=lambda e: e.text,
    ),
    Extent,
)
for _interface in ("IScriptPosition", "IScriptExtent", "ITypeName"):
    register(PSType(_SPACE + _interface, base=None, is_interface=True))


_POSITION = f"{_SPACE}InternalScriptPosition"


def _new_position(_kind: PSType, _file: str, _line: int, column: int, text: str) -> Position:
    return Position(Source(text, _file or None), max(column - 1, 0))


def _new_extent(_kind: PSType, start: Position, end: Position) -> Extent:
    return Extent(start.source, start.offset, start.offset + max(end.offset - start.offset, 0))


register(
    PSType(
        f"{_SPACE}ScriptPosition",
        base=f"{_SPACE}InternalScriptPosition",
        construct={"new(string file, int line, int column, string text)": _new_position},
    )
)
register(
    PSType(
        f"{_SPACE}ScriptExtent",
        base=f"{_SPACE}InternalScriptExtent",
        construct={f"new({_POSITION} startPosition, {_POSITION} endPosition)": _new_extent},
    )
)


# Nodes


def remember_root(tree: Ast) -> None:
    """Let the nodes of a tree find their parents; the trees of the last scripts are remembered."""
    source = tree.extent.source
    _ROOTS.pop(id(source), None)
    _ROOTS[id(source)] = (source, tree, {})
    while len(_ROOTS) > _MAXIMUM_ROOTS:
        _ROOTS.popitem(last=False)


def parent_of(node: Ast) -> Ast | None:
    """The node above, or None at the top."""
    source = node.extent.source
    found = _ROOTS.get(id(source))
    if found is None or found[0] is not source:
        return None
    _, tree, parents = found
    if not parents:
        parents.update(tree.parents())
    return parents.get(node)


def _find_all(engine: Engine, node: Ast, predicate: ScriptBlock, nested: bool) -> PSArray:
    from emulator.powershell.runtime.conversion import to_bool

    found = PSArray()
    waiting: list[Ast] = [node]
    while waiting:
        one = waiting.pop()
        engine.fuel -= 1
        if engine.fuel < 0:
            engine.refuel()
        if to_bool(predicate.evaluate_with_arguments([one])):
            found.append(one)
        if not nested and one is not node and isinstance(one, _NESTED):
            continue
        waiting.extend(reversed(list(one.children())))
    return found


_NESTED = (ast.ScriptBlockExpressionAst, ast.FunctionDefinitionAst)


def _find(engine: Engine, node: Ast, predicate: ScriptBlock, nested: bool) -> Any:
    found = _find_all(engine, node, predicate, nested)
    return found[0] if found else None


def _safe_value(engine: Engine, node: Ast) -> Any:
    if isinstance(node, ast.ScriptBlockAst):
        raise NetError("System.InvalidOperationException", _UNSAFE)
    for one in node.walk():
        if isinstance(one, ast.CommandAst | ast.InvokeMemberExpressionAst | ast.AssignmentStatementAst):
            raise NetError("System.InvalidOperationException", _UNSAFE)
        if isinstance(one, ast.VariableExpressionAst) and one.variable_path.user_path.lower() not in (
            "true",
            "false",
            "null",
        ):
            raise NetError("System.InvalidOperationException", _UNSAFE)
    return engine.script_block(node.extent.text).evaluate_with_arguments([])


_UNSAFE = "Cannot generate a PowerShell object for a ScriptBlock evaluating dynamic expressions."


def _own_fields(kind: type[Ast]) -> list[str]:
    inherited = set(kind.__bases__[0]._fields) if kind is not Ast else set()  # type: ignore[attr-defined]
    return [name for name in kind._fields if name not in inherited]


def _getter(field: str) -> Callable[[Any], Any]:
    return lambda node: shown(getattr(node, field))


def _switch_flags(node: ast.SwitchStatementAst) -> EnumValue:
    number = 0
    for name in node.flags:
        number |= _SWITCH_FLAGS.number_of(name) or 0
    return _SWITCH_FLAGS.value(number)


def _static_type(node: ast.ConstantExpressionAst) -> Any:
    return builtin(_STATIC[node.static_type_name])


_STATIC = {
    "int": "System.Int32",
    "long": "System.Int64",
    "decimal": "System.Decimal",
    "double": "System.Double",
    "string": "System.String",
    "bool": "System.Boolean",
}


def _constant(node: ast.ConstantExpressionAst) -> Any:
    from emulator.powershell.runtime.compiler.strings import constant_of

    return constant_of(node)


def _parameter_type(engine: Engine, node: ast.ParameterAst) -> Any:
    for one in node.attributes:
        if isinstance(one, ast.TypeConstraintAst):
            return engine.types.find(one.type_name.name) or builtin("System.Object")
    return builtin("System.Object")


def _convert_type(engine: Engine, node: ast.ConvertExpressionAst) -> Any:
    return engine.types.find(node.type.type_name.name) or builtin("System.Object")


def _script_block(engine: Engine, node: ast.ScriptBlockAst) -> Any:
    from emulator.powershell.runtime.compiler.blocks import CompiledBlock, block_text
    from emulator.powershell.runtime.script_block import ScriptBlock as Block

    source = node.extent.source
    if _BROKEN.get(id(source)) is source:
        raise NetError(
            "System.Management.Automation.PSInvalidOperationException",
            "Operation is not valid due to the current state of the object.",
        )
    return Block(CompiledBlock(node, block_text(node)), engine)


def _error_flags(node: ast.ErrorStatementAst) -> Any:
    """Dictionary[string, Tuple[Token, Ast]] of a broken switch; null for any other statement."""
    if not node.flags:
        return None
    found = Hashtable.as_given()
    for name, extent, value in node.flags:
        found[name] = TupleValue(ScriptToken(Token(TokenKind.PARAMETER, extent)), value)
    return found


_CONSTANT = frozenset({"true", "false", "null"})
_SPECIAL: dict[str, dict[str, Any]] = {
    "ForEachStatementAst": {"Flags": lambda n: _FOREACH_FLAGS.value(int(n.is_parallel))},
    "SwitchStatementAst": {"Flags": _switch_flags},
    "ErrorStatementAst": {"Flags": _error_flags},
    "ConstantExpressionAst": {"Value": _constant, "StaticType": _static_type},
    "StringConstantExpressionAst": {"Value: string": lambda n: n.value},
    "ParameterAst": {"@StaticType": _parameter_type},
    "ConvertExpressionAst": {"@StaticType": _convert_type, "Type": lambda n: n.type},
    "ScriptBlockAst": {"@GetScriptBlock()": _script_block},
    "CommandAst": {"GetCommandName()": lambda n: n.get_command_name()},
    "TypeDefinitionAst": {
        "IsClass: bool": lambda n: n.is_class,
        "IsEnum: bool": lambda n: n.is_enum,
        "IsInterface: bool": lambda _n: False,
    },
    "FunctionMemberAst": {
        "Name: string": lambda n: n.name,
        "Parameters": lambda n: shown(n.parameters),
        "Body": lambda n: n.body,
        "IsPublic: bool": lambda n: not n.is_hidden,
        "IsPrivate: bool": lambda _n: False,
    },
    "ExpressionAst": {"StaticType": lambda _n: builtin("System.Object")},
    "VariableExpressionAst": {
        "IsConstantVariable()": lambda n: n.variable_path.user_path.lower() in _CONSTANT
    },
    "HashtableAst": {"StaticType": lambda _n: builtin("System.Collections.Hashtable")},
    "ExpandableStringExpressionAst": {"StaticType": lambda _n: builtin("System.String")},
    "ScriptBlockExpressionAst": {
        "StaticType": lambda _n: builtin("System.Management.Automation.ScriptBlock")
    },
    "TypeExpressionAst": {"StaticType": lambda _n: builtin("System.Type")},
    "ArrayLiteralAst": {"StaticType": lambda _n: builtin("System.Object[]")},
    "ArrayExpressionAst": {"StaticType": lambda _n: builtin("System.Object[]")},
}
_RENAMED = {"is_parallel": "", "body_": "Body", "static_type_name": ""}


def _register_nodes() -> None:
    array_of(builtin("System.Object"))
    kinds = [Ast]
    for one in kinds:
        kinds.extend(one.__subclasses__())
    for kind in kinds:
        table: dict[str, Any] = {}
        for field in _own_fields(kind):
            name = _RENAMED.get(field, camel(field))
            if name:
                table[name] = _getter(field)
        for name, member in _SPECIAL.get(kind.__name__, {}).items():
            table.pop(name.lstrip("@").partition(":")[0], None)
            table[name] = member
        if kind is Ast:
            table.update(
                {
                    "Parent": parent_of,
                    "@Find(scriptblock predicate, bool searchNestedScriptBlocks)": _find,
                    "@FindAll(scriptblock predicate, bool searchNestedScriptBlocks)": _find_all,
                    "@SafeGetValue()": _safe_value,
                    "ToString()": str,
                }
            )
        base = "System.Object" if kind is Ast else _SPACE + kind.__bases__[0].__name__
        register(
            PSType(
                _SPACE + kind.__name__,
                base=base,
                instance=table,
                is_abstract=not kind._fields[1:] and kind is not Ast,
                to_text=str if kind is Ast else None,
            ),
            kind,
        )


_register_nodes()
register(
    PSType(
        "System.Tuple",
        instance={
            **{
                f"Item{place}": (lambda t, i=place - 1: t.items[i] if i < len(t.items) else None)
                for place in (1, 2, 3)
            },
            "Length: int": lambda t: len(t.items),
        },
        static={"Create(params object[] items)": lambda items: TupleValue(*items)},
    ),
    TupleValue,
)

# Names

register(
    PSType(
        "System.Management.Automation.VariablePath",
        instance={
            "UserPath: string": lambda p: p.user_path,
            "IsGlobal: bool": lambda p: p.is_global,
            "IsLocal: bool": lambda p: p.is_local,
            "IsPrivate: bool": lambda p: p.is_private,
            "IsScript: bool": lambda p: p.is_script,
            "IsUnqualified: bool": lambda p: p.is_unqualified,
            "IsUnscopedVariable: bool": lambda p: p.is_unscoped_variable,
            "IsVariable: bool": lambda p: p.is_variable,
            "IsDriveQualified: bool": lambda p: p.is_drive_qualified,
            "DriveName: string": lambda p: p.drive_name,
            "ToString()": str,
        },
        construct={"new(string path)": lambda _k, path: VariablePath(path)},
        to_text=str,
    ),
    VariablePath,
)
_TYPE_NAME: dict[str, Any] = {
    "FullName: string": lambda t: t.full_name,
    "Name: string": lambda t: t.name,
    "AssemblyName: string": lambda t: t.assembly_name,
    "IsArray: bool": lambda t: t.is_array,
    "IsGeneric: bool": lambda t: t.is_generic,
    "Extent": lambda t: t.extent,
    "@GetReflectionType()": lambda engine, t: engine.types.find(t.name),
    "ToString()": str,
}
for _class, _name, _extra in (
    (TypeName, "TypeName", {"new(string name)": lambda _k, n: TypeName(EMPTY_EXTENT, n)}),
    (GenericTypeName, "GenericTypeName", None),
    (ArrayTypeName, "ArrayTypeName", None),
):
    register(
        PSType(
            _SPACE + _name,
            interfaces=(f"{_SPACE}ITypeName",),
            instance={
                **_TYPE_NAME,
                **(
                    {"ElementType": lambda t: t.element_type, "Rank: int": lambda t: t.rank}
                    if _class is ArrayTypeName
                    else {}
                ),
                **(
                    {
                        "TypeName": lambda t: t.type_name,
                        "GenericArguments": lambda t: shown(t.generic_arguments),
                    }
                    if _class is GenericTypeName
                    else {}
                ),
            },
            construct=_extra,
            to_text=str,
        ),
        _class,
    )
register(
    PSType(
        f"{_SPACE}ScriptRequirements",
        instance={
            camel(name).replace("Ps", "PS"): _getter(name)
            for name in (
                "required_application_id",
                "required_ps_editions",
                "required_modules",
                "required_assemblies",
                "is_elevation_required",
            )
        }
        | {
            "RequiredPSVersion": lambda r: version_of(r.required_ps_version),
            "RequiresPSSnapIns": lambda r: shown(r.required_ps_snapins),
        },
    ),
    ScriptRequirements,
)


# Errors and tokens


def _error_text(error: ParseError) -> str:
    """Position, line and marks as in an error report, then the message."""
    from emulator.powershell.runtime.invocation import position_message

    return f"{position_message(error.extent)}\n{error.message}"


register(
    PSType(
        f"{_SPACE}ParseError",
        instance={
            "Extent": lambda e: e.extent,
            "ErrorId: string": lambda e: e.error_id,
            "Message: string": lambda e: e.message,
            "IncompleteInput: bool": lambda e: e.incomplete_input,
            "ToString()": _error_text,
        },
        construct={
            f"new({_SPACE}IScriptExtent extent, string errorId, string message)": lambda _k, x, i, m: (
                ParseError(x, i, m)
            )
        },
        to_text=_error_text,
    ),
    ParseError,
)


def _array(items: Any, element: str) -> TypedArray:
    return TypedArray(items, array_of(builtin(_SPACE + element)))


def _parsed(engine: Engine, result: ParseResult, tokens: Reference, errors: Reference) -> Ast:
    from emulator.powershell.runtime.type_checks import type_errors

    remember_root(result.ast)
    tokens.write(_array((ScriptToken(one) for one in result.tokens), "Token"))
    found = tuple(result.errors or type_errors(result.ast, engine))
    if found:
        source = result.ast.extent.source
        _BROKEN[id(source)] = source
        while len(_BROKEN) > _MAXIMUM_ROOTS:
            _BROKEN.popitem(last=False)
    errors.write(_array(found, "ParseError"))
    return result.ast


def _parse_input(engine: Engine, text: str, tokens: Reference, errors: Reference) -> Ast:
    return _parsed(engine, parse(text), tokens, errors)


def _parse_named(engine: Engine, text: str, file: str, tokens: Reference, errors: Reference) -> Ast:
    return _parsed(engine, parse(text, file or None), tokens, errors)


def _parse_file(engine: Engine, path: str, tokens: Reference, errors: Reference) -> Ast:
    from emulator.powershell.runtime.services import FileStore

    store = engine.find_service(FileStore)
    if not path:
        raise null_argument("fileName")
    full = store.resolve(path) if store is not None else path
    if store is None or not store.exists(full):
        raise NetError("System.IO.FileNotFoundException", f"Could not find file '{full}'.")
    return _parsed(engine, parse(store.read_text(full), full), tokens, errors)


register(
    PSType(
        f"{_SPACE}Parser",
        is_abstract=True,
        static={
            "@ParseInput(string input, ref tokens, ref errors)": _parse_input,
            "@ParseInput(string input, string fileName, ref tokens, ref errors)": _parse_named,
            "@ParseFile(string fileName, ref tokens, ref errors)": _parse_file,
        },
    )
)
register(
    PSType(
        f"{_SPACE}CodeGeneration",
        is_abstract=True,
        static={
            "EscapeSingleQuotedStringContent(string value)": escaped,
            "EscapeBlockCommentContent(string value)": lambda t: t.replace("<#", "<`#").replace("#>", "#`>"),
            "EscapeFormatStringContent(string value)": lambda t: t.replace("{", "{{").replace("}", "}}"),
            "EscapeVariableName(string value)": lambda t: (
                t.replace("`", "``").replace("{", "`{").replace("}", "`}")
            ),
        },
    )
)
