"""Script blocks and function definitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.powershell.parser import ast
from emulator.powershell.parser.ast import TokenKind
from emulator.powershell.runtime.assembly_loading import assembly_path, load_assembly, load_assembly_file
from emulator.powershell.runtime.commands import AliasInfo, FunctionInfo
from emulator.powershell.runtime.compiler import (
    assignments,
    base,
    classes,
    failures,
    members,
    operators,
    pipelines,
    statements,
    strings,
    variables,
)
from emulator.powershell.runtime.compiler.base import STATEMENTS, VALUES, Run, Value, Write, compiles
from emulator.powershell.runtime.compiler.classes import TypeDefinitions
from emulator.powershell.runtime.compiler.context import Surroundings, outside_method, surrounded
from emulator.powershell.runtime.compiler.parameters import FunctionParameter, build, short
from emulator.powershell.runtime.compiler.trace_points import end_of_block
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, error
from emulator.powershell.runtime.scope import AmbiguousName
from emulator.powershell.runtime.script_module import ScriptModule, VersionBounds, module_not_found

if TYPE_CHECKING:
    from emulator.powershell.dotnet.types import PSType
    from emulator.powershell.runtime.engine import Engine, Frame
    from emulator.powershell.runtime.metadata import CommandMetadata

_PARTS = (assignments, base, classes, failures, members, operators, pipelines, statements, strings, variables)
"""The modules whose import fills the tables of node compilers."""


class CompiledBlock:
    """A script block's body in closures, made when it first runs. Shared by all blocks of the same place."""

    __slots__ = (
        "_expression",
        "_made",
        "_parts",
        "_surroundings",
        "_types",
        "ast",
        "attributes",
        "definition",
        "extra_parameters",
        "is_advanced",
        "parameters",
        "text",
    )

    def __init__(
        self,
        node: ast.ScriptBlockAst,
        text: str,
        parameters: tuple[ast.ParameterAst, ...] = (),
        is_filter: bool = False,
    ) -> None:
        self.ast = node
        self.text = text
        self._surroundings = _surroundings_of(node)
        self._types = _types_of(node, self._surroundings)
        if self._types is not None:
            self._surroundings = self._types.surroundings
        self.definition: ast.FunctionDefinitionAst | None = None
        self.attributes: tuple[ast.AttributeBaseAst, ...] = ()
        declared = parameters
        if node.param_block is not None:
            declared = node.param_block.parameters
            self.attributes = node.param_block.attributes
        with surrounded(self._surroundings):
            self.parameters = tuple(FunctionParameter(one) for one in declared)
        self.is_advanced = any(
            short(one.type_name.name) == "cmdletbinding" for one in self.attributes
        ) or any(one.has_parameter_attribute for one in self.parameters)
        self._parts: tuple[Run | None, Run | None, Run | None] = (None, None, None)
        self._made = False
        self._expression: Value | bool | None = False
        self.extra_parameters = is_filter

    def prepare(self, frame: Frame) -> None:
        """What ``using`` and type definitions ask for before parameters are bound."""
        found: dict[str, str] = {}
        for using in self.ast.using_statements:
            module = use(using, frame)
            if module is not None:
                _take_types(module, found, frame)
        if self._types is not None:
            self._types.define(frame)

    @property
    def is_root(self) -> bool:
        """True for a whole script, false for a block inside one."""
        return self.ast.extent.start_offset == 0 and self.ast.extent.end_offset == len(
            self.ast.extent.source.text
        )

    @property
    def type_nodes(self) -> tuple[ast.TypeDefinitionAst, ...]:
        """The definitions of the classes and enums at the top of the script."""
        return self._types.nodes if self._types is not None else ()

    def defined_types(self, frame: Frame) -> list[PSType]:
        """The classes and enums that stand at the top of the script, as this runspace made them."""
        return self._types.made(frame) if self._types is not None else []

    @property
    def needs_preparation(self) -> bool:
        """True when `prepare` does anything."""
        return self._types is not None or bool(self.ast.using_statements)

    def inner(self, node: ast.ScriptBlockAst) -> CompiledBlock:
        """A block that stands in this one, with the namespaces that this one sees."""
        with surrounded(self._surroundings):
            return CompiledBlock(node, block_text(node))

    def watch(self) -> None:
        """Look for breakpoints from the next run on."""
        if not self._surroundings.watched:
            self._surroundings = replace(self._surroundings, watched=True)
            self._made = False
            self._expression = False

    def _make(self) -> None:
        with surrounded(self._surroundings):
            self._compile()

    def _compile(self) -> None:
        node = self.ast
        begin = self._block(node.begin_block)
        if node.clean_block is not None:
            begin = base.run_of(node.clean_block)  # no compiler has it: a loud failure
        process = self._block(node.process_block)
        end = self._block(node.end_block)
        if self.extra_parameters and process is None:
            process, end = end, None
        self._parts = (begin, process, end)
        self._made = True

    def _block(self, node: ast.NamedBlockAst | None) -> Run | None:
        if node is None or not (node.statements or node.traps):
            return None
        if node.traps:
            return failures.trapped(node.statements, node.traps)
        end = None
        if not (node.unnamed and self.is_root):
            end = end_of_block(self.ast if node.unnamed else node)
        return base.sequence(node.statements, end)

    @property
    def dynamic(self) -> Run | None:
        """``dynamicparam``, compiled at each asking: it runs once for each call of the function."""
        if self.ast.dynamic_param_block is None:
            return None
        with surrounded(self._surroundings):
            return self._block(self.ast.dynamic_param_block)

    @property
    def begin(self) -> Run | None:
        """``begin``."""
        if not self._made:
            self._make()
        return self._parts[0]

    @property
    def process(self) -> Run | None:
        """``process`` (the body of a filter)."""
        if not self._made:
            self._make()
        return self._parts[1]

    @property
    def end(self) -> Run | None:
        """``end`` (the body of a plain function or script)."""
        if not self._made:
            self._make()
        return self._parts[2]

    @property
    def expression(self) -> Value | None:
        """The value of a block that is a single expression, None for any other block."""
        if self._expression is False:
            self._expression = self._find_expression()
        return self._expression  # type: ignore[return-value]

    def _find_expression(self) -> Value | None:
        with surrounded(self._surroundings):
            return self._single_expression()

    def _single_expression(self) -> Value | None:
        node = self.ast
        if self.parameters or node.begin_block or node.process_block or node.end_block is None:
            return None
        block = node.end_block
        if len(block.statements) != 1 or block.traps:
            return None
        inner = strings.pure_expression(block.statements[0])
        return _positioned(inner, block.statements[0].extent) if inner is not None else None

    def metadata(self, engine: Engine) -> CommandMetadata | None:
        """The parameters; None when there are none and no attribute asks for common ones."""
        if not self.parameters and not self.is_advanced:
            return None
        return build(self.parameters, self.attributes, engine, self.is_advanced)


def _positioned(node: ast.ExpressionAst, extent: Any) -> Value:
    value = base.value_of(node)

    def run(frame: Frame) -> Any:
        try:
            return value(frame)
        except PSError as problem:
            base.handle_error(frame, problem, extent)
            return None

    return run


def _fail(node: ast.Ast) -> Run:
    failing = base.unsupported(node)

    def run(frame: Frame, _write: Write) -> None:
        failing(frame)

    return run


def _surroundings_of(node: ast.ScriptBlockAst) -> Surroundings:
    outer = outside_method()
    names = [
        f"{one.name.value.lower()}."
        for one in node.using_statements
        if one.using_statement_kind is TokenKind.NAMESPACE and one.name is not None
    ]
    return replace(outer, namespaces=(*outer.namespaces, *names)) if names else outer


def _types_of(node: ast.ScriptBlockAst, around: Surroundings) -> TypeDefinitions | None:
    blocks = (node.begin_block, node.process_block, node.end_block)
    statements = [one for block in blocks if block is not None for one in block.statements]
    if not any(type(one) is ast.TypeDefinitionAst for one in statements):
        return None
    with surrounded(around):
        return TypeDefinitions(statements)


def types_of_module(module: ScriptModule, frame: Frame) -> list[PSType]:
    """The classes and enums of a module: its own, and before them those of its nested modules whose names it
    does not have."""
    known: dict[str, PSType] = {}
    for nested in module.nested:
        if isinstance(nested, ScriptModule):
            known.update((one.name.lower(), one) for one in types_of_module(nested, frame))
    own = module.block.compiled.defined_types(frame) if module.block is not None else []
    known.update((one.name.lower(), one) for one in own)
    return list(known.values())


def _take_types(module: ScriptModule, found: dict[str, str], frame: Frame) -> None:
    """Make the types of a module known; ``found`` says which module of the same script gave each name."""
    known: dict[str, PSType | AmbiguousName] = {}
    for kind in types_of_module(module, frame):
        other = found.setdefault(kind.name.lower(), module.name)
        full = f"{module.name}.{kind.name}"
        known[full] = kind
        known[kind.name] = kind if other == module.name else AmbiguousName(f"{other}.{kind.name}", full)
    frame.engine.types.define(frame.scope, known)


def use(node: ast.UsingStatementAst, frame: Frame) -> ScriptModule | None:
    """``using module`` and ``using assembly``; namespaces were seen to when the script was compiled."""
    if node.using_statement_kind is TokenKind.NAMESPACE:
        return None
    if node.using_statement_kind is not TokenKind.MODULE:
        _use_assembly(node, frame)
        return None
    if node.name is not None:
        return _use_module(node, node.name.value, VersionBounds(), frame)
    assert node.module_specification is not None  # noqa: S101 - a module has a name or a specification
    table = base.value_of(node.module_specification)(frame)
    bounds = VersionBounds(
        *(
            to_text(table[key]) if table.get(key) is not None else None
            for key in ("ModuleVersion", "RequiredVersion", "MaximumVersion")
        )
    )
    return _use_module(node, to_text(table["ModuleName"]), bounds, frame)


def _use_assembly(node: ast.UsingStatementAst, frame: Frame) -> None:
    """An assembly by its file, beside the script or from the current location, or by its name."""
    engine = frame.engine
    name = node.name.value if node.name is not None else ""
    path = assembly_path(name, node.extent.file, engine)
    found = load_assembly(engine, name) if path is None else load_assembly_file(engine, path)
    if found is None:
        raise error(f"Cannot load assembly '{name}'.", "ErrorLoadingAssembly", "InvalidOperation", name)


def _use_module(
    node: ast.UsingStatementAst, name: str, bounds: VersionBounds, frame: Frame
) -> ScriptModule | None:
    commands, modules = frame.engine.commands, frame.engine.modules
    builtin = commands.module(name)
    if builtin is not None:
        commands.load(builtin)
        return None
    file = node.extent.file
    if file is not None and name.startswith("."):
        name = f"{file.rpartition(chr(92))[0]}\\{name}"
    path = modules.find(name, bounds)
    if path is None:
        raise module_not_found(name)
    loaded = next((one for one in commands.loaded.values() if one.path.lower() == path.lower()), None)
    module = loaded if isinstance(loaded, ScriptModule) else modules.load(path, [], frame)
    commands.load(module)
    return module


def block_text(node: ast.ScriptBlockAst) -> str:
    """The text of a block without its braces, as ``ToString()`` gives it."""
    text = node.extent.text
    return text[1:-1] if text.startswith("{") and text.endswith("}") else text


@compiles(VALUES, ast.ScriptBlockExpressionAst)
def script_block_expression(node: ast.ScriptBlockExpressionAst) -> Value:
    """``{ ... }``."""
    from emulator.powershell.runtime.script_block import ScriptBlock

    compiled = CompiledBlock(node.script_block, block_text(node.script_block))

    def make(frame: Frame) -> Any:
        return ScriptBlock(compiled, frame.engine, frame.scope.home)

    return make


def declared_aliases(node: ast.FunctionDefinitionAst) -> Iterator[str]:
    """The names of ``[Alias("...")]`` before a function's ``param``."""
    block = node.body.param_block
    for one in block.attributes if block is not None else ():
        if isinstance(one, ast.AttributeAst) and short(one.type_name.name) == "alias":
            yield from (
                item.value
                for item in one.positional_arguments
                if isinstance(item, ast.StringConstantExpressionAst)
            )


@compiles(STATEMENTS, ast.FunctionDefinitionAst)
def function(node: ast.FunctionDefinitionAst) -> Run:
    """``function name { }`` and ``filter name { }``."""
    from emulator.powershell.runtime.script_block import ScriptBlock

    if node.is_workflow:
        return _fail(node)
    compiled = CompiledBlock(node.body, block_text(node.body), node.parameters or (), node.is_filter)
    compiled.definition = node
    qualifier, colon, rest = node.name.partition(":")
    name = rest if colon and qualifier.lower() in ("global", "script", "local", "private") else node.name
    where = qualifier.lower() if colon else ""
    is_filter = node.is_filter
    aliases = tuple(declared_aliases(node))

    def run(frame: Frame, _write: Write) -> None:
        scope = frame.scope
        if where == "global":
            scope = scope.global_scope()
        elif where == "script":
            scope = scope.script
        if scope.functions is None:
            scope.functions = {}
        module = frame.engine.modules.of_scope(frame.scope.home)
        owner = module.name if module is not None else ""
        scope.functions[name.lower()] = FunctionInfo(
            name, ScriptBlock(compiled, frame.engine, frame.scope.home, is_filter), owner
        )
        if aliases:
            scope.aliases = scope.aliases or {}
            scope.aliases.update((one.lower(), AliasInfo(one, name, owner)) for one in aliases)
        frame.engine.success = True

    return run
