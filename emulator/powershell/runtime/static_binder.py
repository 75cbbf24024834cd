"""Binding of a command that is not run: [StaticParameterBinder] and what it makes of a syntax tree.

Follows System.Management.Automation's pseudo binder: names first, then positions, what remains; a value is
the piece of syntax that stands there. What does not fit is collected, not raised; missing mandatory
parameters are no error, and neither is a parameter whose value is still to be written (``Get-Item -Path``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.types import PSType, builtin
from emulator.powershell.parser import ast
from emulator.powershell.parser.extents import Extent
from emulator.powershell.runtime.binder import Argument, Binder
from emulator.powershell.runtime.commands import AliasInfo, CmdletInfo, ExternalScriptInfo, FunctionInfo
from emulator.powershell.runtime.errors import BINDING_EXCEPTION, PSError

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.metadata import CommandMetadata, Parameter

_STATIC_TYPES: dict[type[ast.Ast], str] = {
    ast.ScriptBlockExpressionAst: "System.Management.Automation.ScriptBlock",
    ast.HashtableAst: "System.Collections.Hashtable",
    ast.StringConstantExpressionAst: "System.String",
    ast.ExpandableStringExpressionAst: "System.String",
    ast.ArrayLiteralAst: "System.Object[]",
    ast.ArrayExpressionAst: "System.Object[]",
    ast.TypeExpressionAst: "System.Type",
}


def _bound_twice(name: str) -> str:
    return (
        f"Cannot bind parameter because parameter '{name}' is specified more than once. To provide multiple "
        "values to parameters that can accept multiple values, use the array syntax. For example, "
        '"-parameter value1,value2,value3".'
    )


class BoundSyntax:
    """ParameterBindingResult: what a parameter is bound to.

    ``constant`` is the value of a constant, True for a switch that stands alone, otherwise None.
    ``parameter`` is None when the command is not known.
    """

    __slots__ = ("constant", "parameter", "value")

    def __init__(self, parameter: Parameter | None, value: ast.Ast, constant: Any) -> None:
        self.parameter = parameter
        self.value = value
        self.constant = constant


class StaticBinding:
    """StaticBindingResult: ``bound`` by the parameter's name (or position), ``failures`` by the name that was
    written or by the text of the argument.
    """

    __slots__ = ("bound", "failures")

    def __init__(self) -> None:
        self.bound: dict[str, BoundSyntax] = {}
        self.failures: dict[str, BindingFailure] = {}


class BindingFailure:
    """StaticBindingError: a command element and the exception that binding it would give."""

    __slots__ = ("element", "exception")

    def __init__(self, element: ast.Ast, exception: ExceptionObject) -> None:
        self.element = element
        self.exception = exception


class _Fake:
    """The value of a parameter that has none yet."""


_FAKE = _Fake()


class StaticBinder(Binder):
    """The binder of commands, over pieces of syntax instead of values."""

    __slots__ = ("result",)

    def __init__(self, engine: Engine, metadata: CommandMetadata, simple: bool) -> None:
        super().__init__(engine, metadata, simple)
        self.result = StaticBinding()

    def bind_elements(self, elements: tuple[ast.CommandElementAst, ...]) -> StaticBinding:
        """Bind what stands behind a command's name."""
        rest = self._names(elements)
        self._prefer_roomy_sets(len(rest))
        rest = [node for node in rest if not self._bind_position(Argument(None, node, True, node.extent))]
        rest = self._collect(rest)
        if not self.simple:
            for node in rest:
                self._fail(
                    node.extent.text,
                    node,
                    self.failure(
                        f"A positional parameter cannot be found that accepts argument '{node.extent.text}'.",
                        "PositionalParameterNotFound",
                    ),
                )
        return self.result

    def _names(self, elements: tuple[ast.CommandElementAst, ...]) -> list[ast.Ast]:
        positional: list[ast.Ast] = []
        index = 0
        while index < len(elements):
            node = elements[index]
            index += 1
            if not isinstance(node, ast.CommandParameterAst):
                if not (isinstance(node, ast.VariableExpressionAst) and node.splatted):
                    positional.append(node)
                continue
            following = elements[index] if index < len(elements) else None
            plain = following is not None and not isinstance(following, ast.CommandParameterAst)
            found = self.metadata.find(node.parameter_name)
            if isinstance(found, tuple):
                if self.simple and not found:
                    continue
                problem = self._unknown(Argument(node.parameter_name, None, False, node.extent), found)
                self._fail(node.parameter_name, node, problem)
                index += plain and node.argument is None
            elif node.argument is not None:
                self._name(found, node, node.argument)
            elif found.is_switch:
                self._name(found, node, node)
            elif following is None or not (plain or self._is_unknown(following)):
                self._name(found, node, _FAKE)
            else:
                self._name(found, node, following)
                index += 1
        return positional

    def _is_unknown(self, node: ast.CommandElementAst) -> bool:
        # A name that no parameter has is a value; one of several parameters is not.
        return isinstance(node, ast.CommandParameterAst) and self.metadata.find(node.parameter_name) == ()

    def _name(self, parameter: Parameter, node: ast.CommandParameterAst, value: Any) -> None:
        if parameter.name.lower() in self.bound:
            problem = self.failure(_bound_twice(parameter.name), "ParameterAlreadyBound")
            self._fail(node.parameter_name, node, problem)
            return
        self._set(parameter, value, node.extent)
        if not parameter.common:
            self.valid = (self.valid & parameter.mask) or self.valid

    def _collect(self, rest: list[ast.Ast]) -> list[ast.Ast]:
        """Give what is left to the parameter that takes the remaining arguments."""
        if not rest:
            return rest
        for key, parameter in self.metadata.parameters.items():
            taking = any(flags.remaining for flags in parameter.sets.values())
            if taking and key not in self.bound and parameter.mask & self.valid:
                extent = Extent(
                    rest[0].extent.source, rest[0].extent.start_offset, rest[-1].extent.end_offset
                )
                items = tuple(node for node in rest if isinstance(node, ast.ExpressionAst))
                self._set(parameter, ast.ArrayLiteralAst(extent, items), extent)
                return []
        return rest

    def _fail(self, name: str, node: ast.Ast, problem: PSError) -> None:
        self.result.failures[name] = BindingFailure(node, problem.record.exception)

    def fits(self, value: Any, kind: PSType) -> bool:
        """True when the type that the syntax shows can be bound without conversion."""
        actual = builtin(_STATIC_TYPES.get(type(value), "System.Object"))
        wanted = kind.element_type
        return actual.is_assignable_to(kind) or (wanted is not None and actual.is_assignable_to(wanted))

    def _set(self, parameter: Parameter, value: Any, extent: Extent | None) -> None:
        self.bound[parameter.name.lower()] = value
        self.extents[parameter.name.lower()] = extent
        if value is not _FAKE:
            self.result.bound[parameter.name] = BoundSyntax(parameter, value, _constant(parameter, value))


def _constant(parameter: Parameter | None, value: ast.Ast) -> Any:
    from emulator.powershell.runtime.compiler.strings import constant_of

    if isinstance(value, ast.ConstantExpressionAst):
        return constant_of(value)
    alone = isinstance(value, ast.CommandParameterAst) and (parameter is None or parameter.is_switch)
    return True if alone else None


def bind_command(engine: Engine, node: ast.CommandAst, resolve: bool = True) -> StaticBinding:
    """What a command's arguments would be bound to.

    Without ``resolve``, or when nothing is known of the command, the look of the text decides: a word behind
    ``-Name`` is its value, what else stands there has a number.
    """
    name = node.get_command_name()
    found = engine.commands.find(name) if resolve and name else None
    steps = 0
    while isinstance(found, AliasInfo) and steps < 16:
        found = engine.commands.find(found.target)
        steps += 1
    if isinstance(found, CmdletInfo | FunctionInfo | ExternalScriptInfo):
        shape = found.metadata(engine)
        if shape is not None:
            simple = not isinstance(found, CmdletInfo) and not found.script.compiled.is_advanced
            return StaticBinder(engine, shape, simple).bind_elements(node.command_elements[1:])
    return _by_look(node.command_elements[1:])


def _by_look(elements: tuple[ast.CommandElementAst, ...]) -> StaticBinding:
    result = StaticBinding()
    waiting: ast.CommandParameterAst | None = None
    position = 0

    def keep(name: str, value: ast.Ast, parameter: ast.CommandParameterAst | None) -> None:
        if parameter is not None and name.lower() in {one.lower() for one in result.bound}:
            problem = ExceptionObject(BINDING_EXCEPTION, _bound_twice(name), errorid="ParameterAlreadyBound")
            result.failures[name] = BindingFailure(parameter, problem)
        else:
            result.bound[name] = BoundSyntax(None, value, _constant(None, value))

    for node in elements:
        if isinstance(node, ast.CommandParameterAst):
            if waiting is not None:
                keep(waiting.parameter_name, waiting, waiting)
            waiting = node if node.argument is None else None
            if node.argument is not None:
                keep(node.parameter_name, node.argument, node)
        elif waiting is not None:
            keep(waiting.parameter_name, node, waiting)
            waiting = None
        else:
            keep(str(position), node, None)
            position += 1
    if waiting is not None:
        keep(waiting.parameter_name, waiting, waiting)
    return result
