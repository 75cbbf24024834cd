"""Module autoloading: a command that no loaded module has is looked for in the folders of $env:PSModulePath.

about_Modules and about_Preference_Variables ($PSModuleAutoLoadingPreference). What a module that is not
loaded exports is read from its manifest; where that leaves it open, from the text of its script, which is not
run.
"""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell import language
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.parser import ast
from emulator.powershell.parser.parser import parse_cached
from emulator.powershell.runtime.compiler.blocks import declared_aliases
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import COMMAND_NOT_FOUND, PSError, error
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.services import FileStore
from emulator.powershell.runtime.static_binder import bind_command

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.engine import Engine

_ALIAS_COMMANDS = frozenset({"set-alias", "sal", "new-alias", "nal"})


def preference(engine: Engine) -> str:
    """$PSModuleAutoLoadingPreference in small letters: all, modulequalified or none."""
    if engine.language < language.MODULE_AUTOLOADING:
        return "none"
    value = engine.frame.scope.value("psmoduleautoloadingpreference")
    return "all" if value is None else to_text(value).lower()


def autoload(engine: Engine, name: str, extent: Extent | None = None) -> bool:
    """Import the script module that has a command; false when there is none, or the preference forbids it.

    Raises CommandNotFoundException when the module is there and cannot be loaded.
    """
    allowed = preference(engine)
    if allowed == "none":
        return False
    module_name, qualified, command = name.rpartition("\\")
    if qualified:
        found = engine.modules.find(module_name) if ntpath.basename(module_name) == module_name else None
        paths = [] if found is None else [found]
    elif allowed == "modulequalified":
        return False
    else:
        paths = list(files_of_modules(engine))
    key = command.lower()
    for path in paths:
        if path.lower() in engine.modules.being_loaded or not _has(engine, path, key):
            continue
        _load(engine, path, name, extent)
        return True
    return False


def _load(engine: Engine, path: str, command: str, extent: Extent | None) -> None:
    try:
        engine.commands.load(engine.modules.load(path, [], engine.frame))
    except PSError as problem:
        name = ntpath.splitext(ntpath.basename(path))[0]
        failure = error(
            f"The '{command}' command was found in the module '{name}', but the module could not be loaded. "
            f"For more information, run 'Import-Module {name}'.",
            "CouldNotAutoloadMatchingModule",
            "ObjectNotFound",
            command,
            kind=COMMAND_NOT_FOUND,
            commandname=command,
        )
        failure.record.extent = extent
        failure.record.invocation = InvocationInfo(None, extent, command)
        raise failure from problem


def files_of_modules(engine: Engine) -> Iterator[str]:
    """The files of the modules that stand in the folders of PSModulePath, in their order."""
    provider: Any = engine.paths.providers.get("filesystem")
    if provider is None or engine.find_service(FileStore) is None:
        return
    for folder in (engine.environment.read("PSModulePath") or "").split(";"):
        folder = folder.rstrip("\\")
        if not folder or not provider.is_container(folder):
            continue
        for child in sorted(provider.children(folder), key=str.lower):
            path = engine.modules.find_in(folder, child)
            if path is not None:
                yield path


def _has(engine: Engine, path: str, key: str) -> bool:
    try:
        exported = _exported(engine, path)
    except PSError:
        return False  # a manifest that cannot be read offers nothing
    return any(one.lower() == key for one in exported)


def _exported(engine: Engine, path: str, depth: int = 0) -> list[str]:
    """The names of functions and aliases that a module offers."""
    if not path.lower().endswith(".psd1"):
        return _exported_by_script(engine, path)
    manifest = engine.modules.read_manifest(path)
    names: list[str] = []
    own: list[str] | None = None
    for kind in ("functionstoexport", "aliasestoexport"):
        listed = manifest.get(kind)
        patterns = ["*"] if listed is None else [to_text(one) for one in items_of(listed)]
        names.extend(one for one in patterns if not is_wildcard(one))
        open_ones = [one for one in patterns if is_wildcard(one)]
        if open_ones:
            if own is None:
                own = _exported_by_parts(engine, path, manifest, depth)
            names.extend(one for one in own if any(like(one, pattern) for pattern in open_ones))
    return names


def _exported_by_parts(engine: Engine, path: str, manifest: dict[str, Any], depth: int) -> list[str]:
    root = manifest.get("rootmodule") or manifest.get("moduletoprocess")
    nested = manifest.get("nestedmodules")
    names: list[str] = []
    for part in [root, *([] if nested is None else items_of(nested))]:
        found = engine.modules.find_in(ntpath.dirname(path), part) if isinstance(part, str) and part else None
        if found is not None and depth < 10:
            names.extend(_exported(engine, found, depth + 1))
    return names


def _exported_by_script(engine: Engine, path: str) -> list[str]:
    store = engine.find_service(FileStore)
    assert store is not None  # noqa: S101 - the file was found by it
    body = parse_cached(store.read_text(path), path).ast.end_block
    functions: list[str] = []
    aliases: list[str] = []
    chosen: dict[str, list[str]] | None = None
    for statement in body.statements if body is not None else ():
        if isinstance(statement, ast.FunctionDefinitionAst):
            functions.append(statement.name.rpartition(":")[2])
            aliases.extend(declared_aliases(statement))
            continue
        command = statement.pipeline_elements[0] if isinstance(statement, ast.PipelineAst) else None
        if not isinstance(command, ast.CommandAst):
            continue
        name = (command.get_command_name() or "").lower()
        if name in _ALIAS_COMMANDS:
            aliases.extend(_constants(engine, command, "Name") or ())
        elif name == "export-modulemember":
            chosen = chosen or {"Function": [], "Alias": []}
            for kind, patterns in chosen.items():
                patterns.extend(_constants(engine, command, kind) or ())
    if chosen is None:
        return functions + aliases
    return [one for one in functions if any(like(one, pattern) for pattern in chosen["Function"])] + [
        one for one in aliases if any(like(one, pattern) for pattern in chosen["Alias"])
    ]


def _constants(engine: Engine, command: ast.CommandAst, parameter: str) -> list[str] | None:
    """The texts that a parameter is given; every name (``*``) when they are worked out by the script."""
    bound = bind_command(engine, command).bound.get(parameter)
    if bound is None:
        return None
    value = bound.value
    items: tuple[ast.Ast, ...] = (value,)
    if isinstance(value, ast.ArrayLiteralAst):
        items = value.elements
    texts = [one.value for one in items if isinstance(one, ast.StringConstantExpressionAst)]
    return texts if len(texts) == len(items) else ["*"]
