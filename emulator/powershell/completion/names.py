"""Names: commands, variables, types and namespaces, operators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from emulator.powershell.completion import item_paths, results
from emulator.powershell.completion.cursor import MARK
from emulator.powershell.completion.inference import Inference
from emulator.powershell.completion.results import Completion, begins
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.library.catalog import ACCELERATORS
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import BUILTIN, Property, PSType, type_of
from emulator.powershell.parser import ast
from emulator.powershell.runtime.commands import CommandInfo
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.syntax_text import short_type, syntax_of

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.scope import Scope

_SCOPES = ("global:", "local:", "private:", "script:")
_PLAIN_VARIABLE = re.compile(r"(?:\w|[?:])+|[$?^]")

OPERATORS: Final[dict[str, str]] = {
    "eq": "Equal - case insensitive",
    "ieq": "Equal - case insensitive",
    "ceq": "Equal - case sensitive",
    "ne": "Not equal - case insensitive",
    "ine": "Not equal - case insensitive",
    "cne": "Not equal - case sensitive",
    "ge": "Greater than or equal to - case insensitive",
    "ige": "Greater than or equal to - case insensitive",
    "cge": "Greater than or equal to - case sensitive",
    "gt": "Greater than - case insensitive",
    "igt": "Greater than - case insensitive",
    "cgt": "Greater than - case sensitive",
    "lt": "Less than - case insensitive",
    "ilt": "Less than - case insensitive",
    "clt": "Less than - case sensitive",
    "le": "Less than or equal to - case insensitive",
    "ile": "Less than or equal to - case insensitive",
    "cle": "Less than or equal to - case sensitive",
    "like": "Wildcard match - case insensitive",
    "ilike": "Wildcard match - case insensitive",
    "clike": "Wildcard match - case sensitive",
    "notlike": "Negated wildcard match - case insensitive",
    "inotlike": "Negated wildcard match - case insensitive",
    "cnotlike": "Negated wildcard match - case sensitive",
    "match": "Regular expression match - case insensitive",
    "imatch": "Regular expression match - case insensitive",
    "cmatch": "Regular expression match - case sensitive",
    "notmatch": "Negated regular expression match - case insensitive",
    "inotmatch": "Negated regular expression match - case insensitive",
    "cnotmatch": "Negated regular expression match - case sensitive",
    "replace": "Replace text - case insensitive",
    "ireplace": "Replace text - case insensitive",
    "creplace": "Replace text - case sensitive",
    "contains": "Contains value - case insensitive",
    "icontains": "Contains value - case insensitive",
    "ccontains": "Contains value - case sensitive",
    "notcontains": "Does not contain value - case insensitive",
    "inotcontains": "Does not contain value - case insensitive",
    "cnotcontains": "Does not contain value - case sensitive",
    "in": "Value in collection - case insensitive",
    "iin": "Value in collection - case insensitive",
    "cin": "Value in collection - case sensitive",
    "notin": "Value not in collection - case insensitive",
    "inotin": "Value not in collection - case insensitive",
    "cnotin": "Value not in collection - case sensitive",
    "split": "Split a string - case insensitive",
    "isplit": "Split a string - case insensitive",
    "csplit": "Split a string - case sensitive",
    "join": "Join strings",
    "is": "Type test",
    "isnot": "Negated type test",
    "as": "Type conversion",
    "f": "Format string",
    "and": "Logical and",
    "or": "Logical or",
    "xor": "Logical exclusive or",
    "not": "Logical not",
    "band": "Bitwise and",
    "bor": "Bitwise or",
    "bxor": "Bitwise exclusive or",
    "bnot": "Bitwise not",
    "shl": "Bitwise shift left",
    "shr": "Bitwise shift right",
}
"""Operators with a dash and their descriptions."""
_SWITCH_FLAGS: Final = ("CaseSensitive", "Exact", "File", "Parallel", "Regex", "Wildcard")
_UNARY: Final = frozenset({"bnot", "not"})


def operators(word: str) -> list[Completion]:
    """The operators that begin with a word, which begins with a dash."""
    return [
        Completion(f"-{name}", f"-{name}", results.PARAMETER, tip)
        for name, tip in sorted(OPERATORS.items())
        if name.startswith(word[1:].lower()) and name not in _UNARY
    ]


def switch_flags(word: str) -> list[Completion]:
    """The parameters of ``switch``."""
    return [
        Completion(f"-{name}", name, results.PARAMETER, f"-{name.lower()}")
        for name in _SWITCH_FLAGS
        if name.lower().startswith(word[1:].lower())
    ]


# Commands


def commands(inference: Inference, word: str, quote: str = "") -> list[Completion]:
    """Commands by name, files when the word is a path or no command fits."""
    engine = inference.engine
    if not word or word.strip("*") == "":
        return []
    if re.match(r"(?:\.{1,2}|~)?[\\/]|[^\\/]+:", word) and not _names_module(engine, word):
        return item_paths.items(engine, word, quote, as_command=True)
    found = list(_commands(inference, word, quote))
    found += _programs(engine, word, quote)
    return found or item_paths.items(engine, word, quote, as_command=True)


def _programs(engine: Engine, word: str, quote: str) -> Iterator[Completion]:
    """Programs of the folders of Path."""
    endings = tuple((engine.environment.read("PATHEXT") or ".COM;.EXE;.BAT;.CMD").lower().split(";"))
    seen: set[str] = set()
    for folder in (engine.environment.read("Path") or "").split(";"):
        try:
            place = engine.paths.place(folder)
            if not folder or not place.provider.is_container(place.path):
                continue
            listed = sorted(place.provider.children(place.path), key=str.lower)
        except PSError:
            continue
        for one in listed:
            if one.lower().endswith(endings) and begins(one, word) and one.lower() not in seen:
                seen.add(one.lower())
                path = f"{place.path.rstrip(chr(92))}\\{one}"
                yield Completion(results.quoted(one, quote), one, results.COMMAND, path)


def _names_module(engine: Engine, word: str) -> bool:
    return "\\" in word and engine.commands.module(word.partition("\\")[0]) is not None


def _commands(inference: Inference, word: str, quote: str) -> Iterator[Completion]:
    engine = inference.engine
    prefix, slash, name = word.rpartition("\\")
    seen: set[str] = set()
    for node in inference.before_cursor():
        if not isinstance(node, ast.FunctionDefinitionAst) or slash or MARK in node.name:
            continue
        if begins(node.name, name) and node.name.lower() not in seen:
            seen.add(node.name.lower())
            yield Completion(results.quoted(node.name, quote), node.name, results.COMMAND, node.name)
    listed = [
        one
        for one in engine.commands.all(engine.frame.scope, everything=True)
        if begins(one.name, name) and (not slash or one.module_name.lower() == prefix.lower())
    ]
    for one in sorted(listed, key=lambda one: one.name.lower()):
        if one.name.lower() in seen:
            continue
        seen.add(one.name.lower())
        text = f"{one.module_name}\\{one.name}" if slash else one.name
        shown = results.quoted(text, quote)
        yield Completion(shown, one.name, results.COMMAND, _syntax(engine, one))


def _syntax(engine: Engine, command: CommandInfo) -> str:
    try:
        return syntax_of(command, engine) or command.name
    except PSError:
        return command.name


def command_names(engine: Engine, word: str, quote: str = "") -> list[Completion]:
    """Commands as a value of a parameter (Get-Command, Get-Help)."""
    listed = {
        one.name.lower(): one
        for one in engine.commands.all(engine.frame.scope, everything=True)
        if begins(one.name, word)
    }
    return [
        Completion(results.quoted(one.name, quote), one.name, results.COMMAND, _syntax(engine, one))
        for _, one in sorted(listed.items())
    ]


# Variables


def variables(inference: Inference, word: str, *, braced: bool = False, sign: str = "$") -> list[Completion]:
    """Variables whose names begin with a word: those of the text, of the session, drives and scopes."""
    engine = inference.engine
    scope, colon, rest = word.rpartition(":")
    if colon and scope.lower() not in ("global", "local", "private", "script", "variable", "using"):
        return _of_drive(engine, scope, rest, braced, sign)
    prefix = f"{scope}:" if colon else ""
    found: dict[str, tuple[str, str]] = {}
    for node in inference.before_cursor():
        for name, kind in _assigned(node):
            found.setdefault(name.lower(), (name, f"[{kind}]${name}" if kind else name))
    local = dict(found)
    for name, value in _session_variables(engine, engine.global_scope if scope.lower() == "global" else None):
        tip = f"[{short_type(type_of(unwrap(value)).name)}]${name}" if value is not None else name
        found.setdefault(name.lower(), (name, tip))
    for name in (
        "args",
        "input",
        "this",
        "_",
        "PSItem",
        "PSBoundParameters",
        "PSCmdlet",
        "PSScriptRoot",
        "PSCommandPath",
    ):
        found.setdefault(name.lower(), (name, name))
    chosen = [(key, *pair) for key, pair in found.items() if begins(pair[0], rest)]
    chosen.sort(key=lambda one: (one[0] not in local, one[0]))
    made = [
        Completion(_variable(prefix + name, braced, sign), prefix + name, results.VARIABLE, tip)
        for _, name, tip in chosen
    ]
    if not colon:
        others = [f"{one.name}:" for one in engine.paths.drives.values() if not one.provider.has_containers]
        for one in sorted({*others, *_SCOPES}, key=str.lower):
            if begins(one, rest) and one.lower() != "variable:":
                text = f"{sign}{{{one}" if braced else sign + one
                made.append(Completion(text, one, results.VARIABLE, one))
    return made


def _variable(name: str, braced: bool, sign: str) -> str:
    if braced or not _PLAIN_VARIABLE.fullmatch(name):
        return sign + "{" + re.sub(r"([`{}])", r"`\1", name) + "}"
    return sign + name


def _assigned(node: ast.Ast) -> Iterator[tuple[str, str]]:
    """Names of variables that a node gives a value, with the type that it says."""
    targets: list[ast.Ast] = []
    if isinstance(node, ast.AssignmentStatementAst):
        targets = list(node.left.elements) if isinstance(node.left, ast.ArrayLiteralAst) else [node.left]
    elif isinstance(node, ast.ForEachStatementAst):
        targets = [node.variable]
    elif isinstance(node, ast.ParameterAst):
        kind = next((one for one in node.attributes if isinstance(one, ast.TypeConstraintAst)), None)
        if MARK not in node.extent.text.partition("=")[0]:
            yield node.name.variable_path.user_path, kind.type_name.name if kind is not None else ""
        return
    elif isinstance(node, ast.DataStatementAst) and node.variable:
        yield node.variable, ""
        return
    elif isinstance(node, ast.CommandParameterAst | ast.CommandAst):
        yield from _of_common_parameters(node)
        return
    for target in targets:
        kind_name, one = "", target
        while isinstance(one, ast.AttributedExpressionAst):
            if isinstance(one, ast.ConvertExpressionAst):
                kind_name = one.attribute.type_name.name
            one = one.child
        path = one.variable_path if isinstance(one, ast.VariableExpressionAst) else None
        if path is not None and path.drive_name is None and MARK not in path.user_path:
            yield path.unqualified_path, kind_name


_STORING = re.compile(
    r"(?:ev|error(?:v\w*)|wv|warningv\w*|iv|informationv\w*|ov|outv\w*|pv|pipelinev\w*)", re.I
)


def _of_common_parameters(node: ast.Ast) -> Iterator[tuple[str, str]]:
    """``-OutVariable name`` and its kin."""
    if not isinstance(node, ast.CommandAst):
        return
    elements = node.command_elements
    for place, one in enumerate(elements):
        if isinstance(one, ast.CommandParameterAst) and _STORING.fullmatch(one.parameter_name):
            value = one.argument or (elements[place + 1] if place + 1 < len(elements) else None)
            if isinstance(value, ast.StringConstantExpressionAst) and MARK not in value.value:
                yield value.value.lstrip("+"), ""


def _session_variables(engine: Engine, only: Scope | None) -> Iterator[tuple[str, object]]:
    scope: Scope | None = only or engine.frame.scope
    seen: set[str] = set()
    while scope is not None:
        for key, one in scope.variables.items():
            if key not in seen:
                seen.add(key)
                yield one.name, one.current
        scope = scope.parent


def _of_drive(engine: Engine, drive: str, word: str, braced: bool, sign: str) -> list[Completion]:
    found = engine.paths.drives.get(drive.lower())
    if found is None or found.provider.has_containers:
        return []
    names = [one for one in found.provider.children("") if begins(one, word)]
    return [
        Completion(_variable(f"{drive}:{one}", braced, sign), one, results.VARIABLE, one)
        for one in sorted(names, key=str.lower)
    ]


# Types


def types(inference: Inference, word: str, *, attribute: bool = False) -> list[Completion]:
    """Types and namespaces whose names begin with a word; of types that the session knows by now."""
    engine = inference.engine
    found: dict[str, Completion] = {}
    for name, definition in inference.definitions.items():
        if begins(name, word):
            tip = "Enum" if definition.is_enum else "Class"
            shown = definition.name
            found.setdefault(name, Completion(shown, shown, results.TYPE, f"{tip} {shown}"))
    if "." not in word:
        for name in (*ACCELERATORS, *engine.types.accelerators):
            kind = engine.types.find(name)
            if kind is not None and begins(name, word):
                found.setdefault(name, Completion(name, name, results.TYPE, _tip(kind)))
    for kind in _known(engine):
        _add_type(kind, word, attribute, found)
    return sorted(found.values(), key=lambda one: (one.kind == results.NAMESPACE, one.shown.lower()))


def _known(engine: Engine) -> list[PSType]:
    return [*engine.types.own(), *list(BUILTIN.values())]


def _add_type(kind: PSType, word: str, attribute: bool, found: dict[str, Completion]) -> None:
    if "[" in kind.name or "#" in kind.name:
        return
    full, short, space = kind.name.partition("`")[0], kind.short_name.partition("`")[0], kind.namespace or ""
    plain = re.split(r"[+.]", full)[-1]
    if begins(full if "." in word else plain, word) and "." not in full[len(word) :].lstrip("."):
        _put(found, full, plain, kind)
    elif "." not in word and begins(plain, word):
        _put(found, full, short, kind)
    if attribute and "." not in word and plain.endswith("Attribute") and begins(plain, word):
        text = plain.removesuffix("Attribute")
        found[text.lower()] = Completion(text, text, results.TYPE, _tip(kind))
    if space and begins(space, word):
        depth = word.count(".") + 1
        part = ".".join(space.split(".")[:depth])
        shown = part.rpartition(".")[2]
        found.setdefault(f"{part.lower()}:", Completion(part, shown, results.NAMESPACE, f"Namespace {part}"))


def _put(found: dict[str, Completion], full: str, short: str, kind: PSType) -> None:
    shown = f"{short}<>" if "`" in kind.name else short
    found.setdefault(full.lower(), Completion(full, shown, results.TYPE, _tip(kind)))


def _tip(kind: PSType) -> str:
    if isinstance(kind, EnumType):
        return f"Enum {kind.name}"
    if kind.is_interface:
        return f"Interface {kind.name}"
    return f"{'Struct' if kind.is_value_type else 'Class'} {kind.name}"


def namespaces(engine: Engine, word: str) -> list[Completion]:
    """Namespaces for ``using namespace``."""
    depth = word.count(".") + 1
    found = {
        ".".join(space.split(".")[:depth])
        for kind in _known(engine)
        if (space := kind.namespace) and "[" not in space and begins(space, word)
    }
    return [
        Completion(one, one.rpartition(".")[2], results.NAMESPACE, f"Namespace {one}")
        for one in sorted(found, key=str.lower)
    ]


def attribute_arguments(engine: Engine, name: str, word: str) -> list[Completion]:
    """The named arguments of an attribute: its properties that can be written."""
    kind = engine.types.find(name) or engine.types.find(f"System.Management.Automation.{name}Attribute")
    if kind is None:
        return []
    made = [
        Completion(one.name, one.name, results.PROPERTY, f"{short_type(one.type_name)} {one.name}")
        for one in kind.all_members().values()
        if isinstance(one, Property) and one.setter is not None and begins(one.name, word)
    ]
    return sorted(made, key=lambda one: one.shown.lower())
