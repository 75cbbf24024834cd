"""Names of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.completion import results
from emulator.powershell.completion.cursor import MARK, without_mark
from emulator.powershell.completion.inference import Inference
from emulator.powershell.completion.results import Completion, begins
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.parser import ast
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.metadata import ALL_SETS, CommandMetadata, Parameter, SetFlags
from emulator.powershell.runtime.syntax_text import short_type

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def parameters(inference: Inference, node: ast.CommandAst, word: str) -> list[Completion]:
    """The parameters of a command that were not given yet, the common ones last."""
    shape = shape_of(inference, node)
    if shape is None:
        return []
    given: set[str] = set()
    sets = shape.all_mask
    for one in node.command_elements[1:]:
        if isinstance(one, ast.CommandParameterAst) and MARK not in one.extent.text:
            found = shape.find(one.parameter_name)
            if not isinstance(found, tuple):
                given.add(found.name.lower())
                sets &= found.mask or shape.all_mask
    engine = inference.engine
    own: list[Completion] = []
    common: list[Completion] = []
    for each in shape.parameters.values():
        if each.name.lower() in given or not (each.mask & (sets or shape.all_mask)):
            continue
        if begins(each.name, word):
            (common if each.common else own).append(_completion(engine, each, each.name))
            continue
        for alias in each.aliases:
            if word and begins(alias, word):
                (common if each.common else own).append(_completion(engine, each, alias))
                break
    return own + common


def _completion(engine: Engine, parameter: Parameter, name: str) -> Completion:
    kind = parameter.kind(engine)
    shown = short_type(kind.name if kind is not None else parameter.type_name)
    if parameter.is_switch:
        shown = "switch"
    return Completion(f"-{name}", name, results.PARAMETER, f"[{shown}] {name}")


def shape_of(inference: Inference, node: ast.CommandAst) -> CommandMetadata | None:
    """The parameters of a command: of a function of the text, or of the session; those that a command adds
    at run time are worked out too."""
    engine = inference.engine
    name = node.get_command_name()
    if name is None:
        first = node.command_elements[0]
        if isinstance(first, ast.ScriptBlockExpressionAst):
            return engine.script_block(without_mark_block(first)).metadata(engine)
        return None
    function = inference.function(name)
    if function is not None:
        return _of_text(engine, function)
    command = inference.resolve(name)
    if command is None:
        return None
    shape: CommandMetadata | None = command.metadata(engine)
    script = getattr(command, "script", None)
    if shape is not None and script is not None and script.compiled.ast.dynamic_param_block is not None:
        return _with_dynamic(engine, shape, command, node)
    return shape


def _of_text(engine: Engine, function: ast.FunctionDefinitionAst) -> CommandMetadata | None:
    """The parameters of a function of the text; of unknown types when a class of the text is one."""
    body = function.body
    inside = without_mark(body.extent.text).strip()[1:].removesuffix("}")
    given = function.parameters
    if given is not None:
        inside = f"param({', '.join(one.extent.text for one in given)}) {inside}"
    try:
        return engine.script_block(inside).metadata(engine)
    except (PSError, NetError):
        declared = given or (body.param_block.parameters if body.param_block is not None else ())
        made = [_parameter(one, place) for place, one in enumerate(declared)]
        return CommandMetadata(made, is_cmdlet=False)


def _parameter(node: ast.ParameterAst, place: int) -> Parameter:
    kinds = [one.type_name.name for one in node.attributes if isinstance(one, ast.TypeConstraintAst)]
    name = node.name.variable_path.user_path
    kind = kinds[0] if kinds else "System.Object"
    return Parameter(name, kind, sets={ALL_SETS: SetFlags(position=place)})


def _with_dynamic(
    engine: Engine, shape: CommandMetadata, command: object, node: ast.CommandAst
) -> CommandMetadata:
    from emulator.powershell.completion.running import call
    from emulator.powershell.runtime.dynamic_parameters import extended, parameters_of
    from emulator.powershell.runtime.static_binder import bind_command

    script = command.script  # type: ignore[attr-defined] # the caller looked
    block = script.compiled.ast.dynamic_param_block
    given = bind_command(engine, node).bound
    text = block.extent.text
    body = text[text.index("{") + 1 : text.rindex("}")]
    lines = []
    values: list[Any] = []
    for name, one in given.items():
        if one.constant is not None and name.isidentifier():
            lines.append(f"${name} = $args[{len(values)}]")
            values.append(one.constant)
    made = call(engine, engine.script_block("; ".join([*lines, body])), values)
    dynamic = parameters_of(made, engine)
    return extended(shape, dynamic) if dynamic else shape


def without_mark_block(node: ast.ScriptBlockExpressionAst) -> str:
    """The text of a block without its braces."""
    return without_mark(node.extent.text).strip("{}")
