"""Variables: reading and assigning, with scopes and drives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell import language
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.psobject import Reference
from emulator.powershell.parser import ast
from emulator.powershell.runtime import script_tracing
from emulator.powershell.runtime.compiler.base import SOURCES, VALUES, Value, compiles
from emulator.powershell.runtime.compiler.context import surroundings
from emulator.powershell.runtime.errors import error
from emulator.powershell.runtime.scope import NOTHING, Scope, Variable

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Frame

Assign = Callable[["Frame", Any], None]

_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None}


def _scope(frame: Frame, qualifier: str | None) -> Scope:
    if qualifier == "global":
        return frame.scope.global_scope()
    if qualifier == "script":
        return frame.scope.script
    return frame.scope


def _unset(frame: Frame, name: str) -> Any:
    if frame.engine.strict_version is not None:
        raise error(
            f"The variable '${name}' cannot be retrieved because it has not been set.",
            "VariableIsUndefined",
            "InvalidOperation",
            name,
        )
    return NOTHING


def _told(node: ast.VariableExpressionAst, read: Value) -> Value:
    """A variable that looks for breakpoints before it is read, where the piece of code does."""
    if not surroundings().watched:
        return read
    key, extent = node.variable_path.unqualified_path.lower(), node.extent

    def watched(frame: Frame) -> Any:
        breakpoints = frame.engine.breakpoints
        if breakpoints is not None:
            breakpoints.variable(frame, key, extent, read=True)
        return read(frame)

    return watched


@compiles(SOURCES, ast.VariableExpressionAst)
def source(node: ast.VariableExpressionAst) -> Value:
    """A variable whose value may be NOTHING."""
    return _told(node, _source(node))


def _source(node: ast.VariableExpressionAst) -> Value:
    path = node.variable_path
    name = path.unqualified_path
    key = name.lower()
    if path.is_drive_qualified:
        return _drive(path.drive_name or "", name)
    if path.is_unscoped_variable:
        if key in _CONSTANTS:
            constant = _CONSTANTS[key]
            return lambda _frame: constant
        if key == "?":
            return lambda frame: frame.engine.success
        if key == "pwd":
            return _pwd
        return _current_item(name) if key == "psitem" else _reader(key, name)
    qualifier = path.scope

    def scoped(frame: Frame) -> Any:
        scope = _scope(frame, qualifier)
        if qualifier in ("local", "private", "script"):
            found = scope.variables.get(key)
            if found is None and qualifier == "script":
                found = scope.find(key)
        else:
            found = scope.variables.get(key)
        return found.value if found is not None else _unset(frame, name)

    return scoped


def _reader(key: str, name: str) -> Value:
    def read(frame: Frame) -> Any:
        scope = frame.scope
        found = scope.variables.get(key)
        if found is not None:
            return found.value
        found = scope.find(key)
        if found is not None:
            return found.value
        return _unset(frame, name)

    return read


def _pwd(frame: Frame) -> Any:
    from emulator.powershell.providers.paths import PathInfo

    return PathInfo(frame.engine.paths.location)


@compiles(VALUES, ast.VariableExpressionAst)
def value(node: ast.VariableExpressionAst) -> Value:
    """A variable as a value: NOTHING reads as $null."""
    return _told(node, _value(node))


def _value(node: ast.VariableExpressionAst) -> Value:
    path = node.variable_path
    key = path.unqualified_path.lower()
    raw = _source(node)
    if path.is_unscoped_variable and key in _CONSTANTS:
        return raw
    if path.is_unscoped_variable and key not in ("?", "pwd"):
        name = path.unqualified_path
        if key == "psitem":
            return _without_nothing(raw)

        def read(frame: Frame) -> Any:
            scope = frame.scope
            found = scope.variables.get(key)
            if found is None:
                found = scope.find(key)
                if found is None:
                    _unset(frame, name)
                    return None
            current = found.value
            return None if current is NOTHING else current

        return read

    return _without_nothing(raw)


def _without_nothing(raw: Value) -> Value:
    def read(frame: Frame) -> Any:
        current = raw(frame)
        return None if current is NOTHING else current

    return read


def _current_item(name: str) -> Value:
    """``$PSItem``: another name of ``$_``, once the language has it."""
    new, old = _reader("_", name), _reader("psitem", name)
    return lambda frame: (new if _has_item_name(frame) else old)(frame)


def _has_item_name(frame: Frame) -> bool:
    return frame.engine.language >= language.CURRENT_ITEM_NAME


def _drive(drive: str, name: str) -> Value:
    word = drive.lower()
    key = name.lower()
    if word == "env":
        return lambda frame: frame.engine.environment.read(name)
    if word == "function":

        def function(frame: Frame) -> Any:
            found = frame.scope.find_function(key)
            return found.script if found is not None else None

        return function
    if word == "alias":

        def alias(frame: Frame) -> Any:
            found = frame.scope.find_alias(key)
            return found.target if found is not None else None

        return alias

    def item(frame: Frame) -> Any:
        place = frame.engine.paths.reached(f"{drive}:{name}")
        if not place.provider.exists(place.path):
            return None
        content = place.provider.content(place.path)
        if isinstance(content, str):
            content = content.replace("\r\n", "\n").removesuffix("\n").split("\n")
        return content[0] if len(content) == 1 else PSArray(content)

    return item


def assigner(node: ast.VariableExpressionAst) -> Assign:
    """A closure that assigns to the variable."""
    assign = _assigner(node)
    if not surroundings().watched:
        return assign
    key, extent = node.variable_path.unqualified_path.lower(), node.extent

    def watched(frame: Frame, new: Any) -> None:
        breakpoints = frame.engine.breakpoints
        if breakpoints is not None:
            breakpoints.variable(frame, key, extent, read=False)
        assign(frame, new)

    return watched


def _assigner(node: ast.VariableExpressionAst) -> Assign:
    path = node.variable_path
    name = path.unqualified_path
    key = name.lower()
    if path.is_drive_qualified:
        return _drive_assigner(path.drive_name or "", name)
    if path.is_unscoped_variable and key in ("true", "false", "null", "?"):
        return _constant_assigner(name, key)
    if path.is_unscoped_variable and key == "psitem":
        now, before = _local_assigner("_", "_"), _local_assigner(key, name)
        return lambda frame, new: (now if _has_item_name(frame) else before)(frame, new)
    if path.is_unscoped_variable or path.is_local:
        return _local_assigner(key, name)
    qualifier = path.scope

    def scoped(frame: Frame, new: Any) -> None:
        if script_tracing.used and frame.engine.debug_level >= script_tracing.CALLS:
            script_tracing.trace_set(frame, name, new)
        variable = _scope(frame, qualifier).assign(name, new, frame.engine)
        if qualifier == "private":
            variable.options = "Private"

    return scoped


def _local_assigner(key: str, name: str) -> Assign:
    def local(frame: Frame, new: Any) -> None:
        if script_tracing.used and frame.engine.debug_level >= script_tracing.CALLS:
            script_tracing.trace_set(frame, name, new)
        scope = frame.scope
        found = scope.variables.get(key)
        if found is None:
            scope.assign(name, new, frame.engine)
        elif found.kind is None and found.options == "None":
            found.value = new
        else:
            found.assign(new, frame.engine)

    return local


def _constant_assigner(name: str, key: str) -> Assign:
    def refuse(_frame: Frame, _new: Any) -> None:
        if key == "null":
            return
        raise error(
            f"Cannot overwrite variable {name} because it is read-only or constant.",
            "VariableNotWritable",
            "WriteError",
            name,
            kind="System.Management.Automation.SessionStateUnauthorizedAccessException",
        )

    return refuse


def _drive_assigner(drive: str, name: str) -> Assign:
    word = drive.lower()

    def assign(frame: Frame, new: Any) -> None:
        from emulator.powershell.runtime.commands import AliasInfo, FunctionInfo
        from emulator.powershell.runtime.conversion import to_text
        from emulator.powershell.runtime.script_block import ScriptBlock

        new = None if new is NOTHING else new
        engine, scope = frame.engine, frame.scope
        if word == "env":
            engine.environment.write(name, None if new is None else to_text(new))
        elif word == "function":
            script = new if isinstance(new, ScriptBlock) else engine.script_block(to_text(new))
            if scope.functions is None:
                scope.functions = {}
            scope.functions[name.lower()] = FunctionInfo(name, script)
        elif word == "alias":
            if scope.aliases is None:
                scope.aliases = {}
            scope.aliases[name.lower()] = AliasInfo(name, to_text(new))
        else:
            from emulator.powershell.providers.file_system import FileSystemProvider
            from emulator.powershell.runtime.conversion import items_of

            place = engine.paths.reached(f"{drive}:{name}")
            values = [] if new is None else items_of(new)
            if isinstance(place.provider, FileSystemProvider):
                text = "".join(f"{to_text(one)}\r\n" for one in values)
                place.provider.write_text(place.path, text, False, "default")
            else:
                place.provider.set_content(place.path, values)

    return assign


def reference(node: ast.VariableExpressionAst) -> Value:
    """``[ref]$x``."""
    assign = assigner(node)
    read = value(node)
    key = node.variable_path.unqualified_path.lower()
    name = node.variable_path.unqualified_path

    if key == "null":
        return lambda _frame: Reference(lambda: None, lambda _new: None)

    def make(frame: Frame) -> Any:
        cell: Variable | None = frame.scope.find(key)
        if cell is None and node.variable_path.is_unscoped_variable:
            raise error(
                "[ref] cannot be applied to a variable that does not exist.",
                "NonExistingVariableReference",
                "InvalidOperation",
                name,
            )
        if cell is not None and node.variable_path.is_unscoped_variable:
            held = cell
            return Reference(lambda: held.current, lambda new: held.assign(new, frame.engine))
        return Reference(lambda: read(frame), lambda new: assign(frame, new))

    return make
