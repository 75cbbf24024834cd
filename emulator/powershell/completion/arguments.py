"""Values of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from emulator.powershell.completion import item_paths, names, results
from emulator.powershell.completion.cursor import MARK
from emulator.powershell.completion.inference import Inference
from emulator.powershell.completion.members import members_of, property_names
from emulator.powershell.completion.parameters import shape_of
from emulator.powershell.completion.results import Completion, begins, quoted, value
from emulator.powershell.completion.running import ask, call, texts
from emulator.powershell.dotnet.collections import Hashtable
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, type_of
from emulator.powershell.parser import ast
from emulator.powershell.runtime.conversion import items_of
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.invoke import call_method, construct
from emulator.powershell.runtime.members import MISSING
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.static_binder import BoundSyntax, StaticBinder

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.metadata import Parameter

_PROPERTIES: Final = frozenset(
    {
        *(
            (f"{name}-object", "property")
            for name in ("group", "measure", "select", "sort", "where", "compare")
        ),
        *((f"format-{name}", "property") for name in ("custom", "list", "table", "wide")),
        ("select-object", "excludeproperty"),
        ("select-object", "expandproperty"),
        ("foreach-object", "membername"),
        ("convertto-html", "property"),
    }
)
"""Parameters that name members of the pipeline's objects."""
_COMMANDS: Final = frozenset(
    {("get-command", "name"), ("get-help", "name"), ("invoke-expression", "command")}
)
_TYPES: Final = frozenset({("new-object", "typename")})
_CONTAINERS: Final = frozenset({("set-location", "path"), ("push-location", "path")})
_SCRIPTS: Final[dict[tuple[str, str], str]] = {
    **{(f"{verb}-psdrive", "psprovider"): "(Get-PSProvider).Name" for verb in ("get", "new", "remove")},
    **{(f"{verb}-psdrive", "name"): "(Get-PSDrive).Name" for verb in ("get", "remove")},
    ("get-psprovider", "psprovider"): "(Get-PSProvider).Name",
    **{(f"{verb}-alias", "name"): "(Get-Alias).Name" for verb in ("get", "set")},
    ("get-alias", "definition"): "(Get-Alias).Definition",
    **{(f"{verb}-variable", "name"): "(Get-Variable).Name" for verb in ("get", "set", "clear", "remove")},
    **{(f"{verb}-module", "name"): "(Get-Module).Name" for verb in ("get", "remove")},
    ("import-module", "name"): "(Get-Module -ListAvailable).Name",
    ("get-command", "module"): "(Get-Module -ListAvailable).Name",
    **{(f"{verb}-process", "name"): "(Get-Process).ProcessName" for verb in ("get", "stop", "wait", "debug")},
    **{(f"{verb}-process", "id"): "(Get-Process).Id" for verb in ("get", "stop", "wait", "debug")},
    **{
        (f"{verb}-service", name): f"(Get-Service).{name}"
        for verb in ("get", "start", "stop", "restart", "suspend", "resume", "set")
        for name in ("name", "displayname")
    },
    **{
        (f"{verb}-job", name): f"(Get-Job).{name}"
        for verb in ("get", "receive", "remove", "stop", "wait")
        for name in ("id", "name")
    },
    **{
        (f"{verb}-eventlog", "logname"): "(Get-EventLog -List).Log"
        for verb in ("get", "clear", "limit", "show")
    },
    ("get-winevent", "listlog"): "(Get-WinEvent -ListLog *).LogName",
    ("get-winevent", "logname"): "(Get-WinEvent -ListLog *).LogName",
    **{
        (command, "classname"): "(Get-CimClass -ClassName ($args[0] + '*') -Namespace $args[1]).CimClassName"
        for command in ("get-cimclass", "get-ciminstance", "new-ciminstance", "invoke-cimmethod")
    },
    ("invoke-cimmethod", "methodname"): "(Get-CimClass -ClassName $args[2] -Namespace $args[1])"
    ".CimClassMethods | ForEach-Object { $_.Name }",
    **{
        (command, "namespace"): "function spaces($n) { Get-CimInstance -ClassName __Namespace -Namespace $n |"
        ' ForEach-Object { "$n/$($_.Name)"; spaces "$n/$($_.Name)" } }; spaces root'
        for command in ("get-cimclass", "get-ciminstance", "new-ciminstance", "invoke-cimmethod")
    },
}
"""Parameters whose values a cmdlet lists: ``$args`` are the word, the namespace and the class."""
_PATHS: Final = frozenset({"path", "literalpath", "filepath", "destination", "pspath", "outfile"})


def arguments(inference: Inference, node: ast.CommandAst, word: str, quote: str) -> list[Completion] | None:
    """The values that may stand at the cursor; None when nothing is known, so that paths may stand there."""
    shape = shape_of(inference, node)
    name = node.get_command_name() or ""
    engine = inference.engine
    if shape is None:
        native = engine.native_completers.get(name.lower()) or engine.native_completers.get(
            name.lower().removesuffix(".exe")
        )
        if native is None:
            return None
        found = call(engine, native, [word, node, inference.cursor.offset])
        return _made(found, quote)
    command = inference.resolve(name) if inference.function(name) is None else None
    simple = not shape.is_cmdlet
    bound = StaticBinder(engine, shape, simple).bind_elements(node.command_elements[1:]).bound
    here = next((one for one in bound.values() if _at_cursor(one)), None)
    if here is None or here.parameter is None:
        return None
    proper = command.name if command is not None else name
    return _values(inference, node, proper, here.parameter, word, quote, bound)


def _at_cursor(one: BoundSyntax) -> bool:
    held = one.value
    if isinstance(held, list | tuple):
        return any(MARK in item.extent.text for item in held)
    extent = getattr(held, "extent", None)
    return extent is not None and MARK in extent.text and not isinstance(held, ast.CommandAst)


def _values(
    inference: Inference,
    node: ast.CommandAst,
    command: str,
    parameter: Parameter,
    word: str,
    quote: str,
    bound: dict[str, BoundSyntax],
) -> list[Completion] | None:
    engine = inference.engine
    if parameter.values:
        return listed(list(parameter.values), word, quote)
    kind = parameter.kind(engine)
    while kind is not None and (kind.element_type is not None or kind.definition == "System.Nullable`1"):
        kind = kind.element_type if kind.element_type is not None else kind.arguments[0]
    if isinstance(kind, EnumType):
        return listed(sorted(kind.names, key=str.lower), word, quote)
    if parameter.is_switch:
        return [Completion(one, one, results.VALUE, one) for one in ("$true", "$false") if word in ("", "$")]
    definition = inference.definitions.get(parameter.type_name.lower())
    if definition is not None and definition.is_enum:
        members = [one.name for one in definition.members if isinstance(one, ast.PropertyMemberAst)]
        return listed(sorted(members), word, quote)
    custom = _custom(inference, node, command, parameter, word, quote, bound)
    if custom is not None:
        return custom
    return _native(inference, node, (command.lower(), parameter.name.lower()), word, quote, bound)


def listed(values: list[str], word: str, quote: str) -> list[Completion]:
    """Those of some values that begin with a word, the one that is the word first."""
    found = [one for one in values if one and begins(one, word)]
    found.sort(key=lambda one: one.lower() != word.lower())
    return [value(one, quote=quote) for one in found]


def _custom(
    inference: Inference,
    node: ast.CommandAst,
    command: str,
    parameter: Parameter,
    word: str,
    quote: str,
    bound: dict[str, BoundSyntax],
) -> list[Completion] | None:
    """What a completer of the session gives: one that was registered, or the parameter's own."""
    engine = inference.engine
    block: Any = engine.completers.get(f"{command}:{parameter.name}".lower())
    if block is None:
        block = engine.completers.get(parameter.name.lower()) or parameter.completer
    if not isinstance(block, ScriptBlock | PSType):
        return None
    fakes = Hashtable()
    for name, one in bound.items():
        if not _at_cursor(one):
            fakes[name] = one.constant if one.constant is not None else getattr(one.value, "extent", None)
            if one.constant is None and hasattr(one.value, "extent"):
                fakes[name] = one.value.extent.text
    arguments = [command, parameter.name, word, node, fakes]
    if isinstance(block, ScriptBlock):
        found = call(engine, block, arguments)
    else:
        found = _of_class(engine, block, arguments)
    made = _made(found, quote)
    return made or None


def _of_class(engine: Engine, kind: PSType, arguments: list[Any]) -> list[Any]:
    """What an IArgumentCompleter gives; nothing when it fails."""
    try:
        completer = construct(kind, [], engine)
        return items_of(call_method(completer, "CompleteArgument", arguments, engine))
    except (NetError, PSError):
        return []


def _made(found: list[Any], quote: str) -> list[Completion]:
    made: list[Completion] = []
    for one in found:
        held = unwrap(one)
        if isinstance(held, Completion):
            made.append(held)
        elif held is not None:
            text = texts([held])[0]
            made.append(
                Completion(text, text, results.VALUE, text) if not quote else value(text, quote=quote)
            )
    return made


def _native(
    inference: Inference,
    node: ast.CommandAst,
    key: tuple[str, str],
    word: str,
    quote: str,
    bound: dict[str, BoundSyntax],
) -> list[Completion] | None:
    engine = inference.engine
    if key in _PROPERTIES:
        found = _incoming(inference, node, bound)
        if key[1] == "membername":
            return [value(one.shown, tip=one.tip) for one in members_of(inference, found, word)]
        return property_names(inference, found, word)
    if key in _COMMANDS:
        return names.command_names(engine, word, quote)
    if key in _TYPES:
        return [
            Completion(quoted(one.text, quote), one.shown, one.kind, one.tip)
            for one in names.types(inference, word)
        ]
    if key in _CONTAINERS:
        return item_paths.items(engine, word, quote, containers_only=True)
    if key[1] in _PATHS:
        return item_paths.items(engine, word, quote)
    script = _SCRIPTS.get(key)
    if script is None:
        return None
    space = _constant(bound, "Namespace") or "root/cimv2"
    found_values = texts(ask(engine, script, word, space, _constant(bound, "ClassName") or ""))
    return [value(one, quote=quote) for one in sorted(found_values, key=str.lower) if begins(one, word)]


def _constant(bound: dict[str, BoundSyntax], name: str) -> str | None:
    one = bound.get(name)
    return str(one.constant) if one is not None and one.constant is not None else None


def _incoming(inference: Inference, node: ast.CommandAst, bound: dict[str, BoundSyntax]) -> list[Any]:
    """What comes to a command: by the pipeline or as -InputObject."""
    given = bound.get("InputObject")
    if given is not None and hasattr(given.value, "extent"):
        return [item for one in inference.of(given.value) for item in inference.items(one)]
    for one in inference.cursor.chain:
        if isinstance(one, ast.PipelineAst) and node in one.pipeline_elements:
            return inference.passed_on(one, one.pipeline_elements.index(node))
    return []


def assigned_values(inference: Inference, target: ast.Ast, word: str, quote: str) -> list[Completion]:
    """Values for what is assigned to, or compared with, something of an enumeration or with a ValidateSet."""
    node = target
    while isinstance(node, ast.AttributedExpressionAst):
        attribute = node.attribute
        if isinstance(attribute, ast.AttributeAst) and attribute.type_name.name.lower() == "validateset":
            return listed(
                [
                    one.value
                    for one in attribute.positional_arguments
                    if isinstance(one, ast.StringConstantExpressionAst)
                ],
                word,
                quote or "'",
            )
        if isinstance(attribute, ast.TypeConstraintAst):
            shapes = inference.named(attribute.type_name.name)
            break
        node = node.child
    else:
        shapes = inference.of(node)
    for one in shapes:
        if one.definition is not None and one.definition.is_enum:
            members = [
                each.name for each in one.definition.members if isinstance(each, ast.PropertyMemberAst)
            ]
            return listed(sorted(members), word, quote or "'")
        kind = one.kind if one.kind is not None else None
        if kind is None and one.value is not MISSING and one.value is not None:
            kind = type_of(unwrap(one.value))
        if isinstance(kind, EnumType) and not one.static:
            return listed(sorted(kind.names, key=str.lower), word, quote or "'")
    return []
