"""Modules that are scripts: files (.psm1, .psd1, .ps1) and New-Module's script blocks (about_Modules)."""

from __future__ import annotations

import ntpath
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, PSArray
from emulator.powershell.dotnet.numbers import INT32_MAXIMUM, whole_number
from emulator.powershell.dotnet.psobject import PSObject, ScriptMethod, unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.runtime.errors import PSError, error
from emulator.powershell.runtime.module import Module
from emulator.powershell.runtime.scope import Scope
from emulator.powershell.runtime.script_files import require_permission
from emulator.powershell.runtime.services import FileStore
from emulator.powershell.runtime.streams import discard
from emulator.record import Record, field

if TYPE_CHECKING:
    from emulator.powershell.runtime.commands import AliasInfo, FunctionInfo
    from emulator.powershell.runtime.engine import Engine, Frame
    from emulator.powershell.runtime.scope import Variable
    from emulator.powershell.runtime.script_block import ScriptBlock

MAXIMUM_DEPTH = 10
_EXTENSIONS = (".psd1", ".psm1", ".ps1")
_MANIFEST_KEYS = {
    "function": "functionstoexport",
    "alias": "aliasestoexport",
    "variable": "variablestoexport",
}


#: Lists of files in a manifest -> the cmdlet that takes them.
_TYPE_AND_FORMAT_FILES = {"typestoprocess": "Update-TypeData", "formatstoprocess": "Update-FormatData"}


class ScriptModule(Module, eq=False):
    """A module of a script. ``patterns`` are what Export-ModuleMember asked for, by kind, None before."""

    scope: Scope | None = None
    block: ScriptBlock | None = None
    patterns: dict[str, list[str]] | None = None
    manifest: dict[str, Any] = field(default_factory=dict)
    nested: list[Module] = field(default_factory=list)
    on_remove: Any = None
    prefix: str = ""
    output: list[Any] = field(default_factory=list)

    def _exported(self, kind: str, names: Iterable[str], by_default: bool) -> Iterator[str]:
        listed = self.manifest.get(_MANIFEST_KEYS[kind])
        allowed = None if listed is None else [str(one) for one in _list(listed)]
        for name in names:
            chosen = by_default
            if self.patterns is not None:
                chosen = any(like(name, one) for one in self.patterns.get(kind, ()))
            if chosen and (allowed is None or any(like(name, one) for one in allowed)):
                yield name

    def exported_functions(self) -> dict[str, FunctionInfo]:
        """The functions that importers get."""
        own = (self.scope.functions or {}) if self.scope is not None else {}
        found = {one.name: one for one in own.values()}
        for nested in self.nested:
            if isinstance(nested, ScriptModule):
                found.update(nested.exported_functions())
        return {name: found[name] for name in self._exported("function", found, True)}

    def exported_aliases(self) -> dict[str, AliasInfo]:
        """The aliases that importers get."""
        own = (self.scope.aliases or {}) if self.scope is not None else {}
        found = {one.name: one for one in own.values()}
        for nested in self.nested:
            if isinstance(nested, ScriptModule):
                found.update(nested.exported_aliases())
        return {name: found[name] for name in self._exported("alias", found, True)}

    def exported_variables(self) -> dict[str, Variable]:
        """The variables that importers get."""
        own = self.scope.variables if self.scope is not None else {}
        found = {one.name: one for one in own.values()}
        return {name: found[name] for name in self._exported("variable", found, False)}

    def as_custom_object(self) -> PSObject:
        """The exports as an object: functions as methods, variables as properties."""
        from emulator.powershell.runtime.variable_property import VariableProperty

        made = PSObject()
        for name, variable in self.exported_variables().items():
            made.add(VariableProperty(name, variable))
        for name, function in self.exported_functions().items():
            made.add(ScriptMethod(name, function.script))
        return made

    def take_manifest(self, data: dict[str, Any]) -> None:
        """Be what a manifest says."""
        self.manifest = data
        self.module_type = "Script" if data.get("rootmodule") or data.get("moduletoprocess") else "Manifest"
        self.version = str(data.get("moduleversion") or "0.0")
        self.description = str(data.get("description") or "")
        self.guid = str(data.get("guid") or self.guid)

    def files_of(self, key: str) -> list[str]:
        """The full paths of a list of files in the manifest."""
        return _files(self.manifest, key, self.base)

    def prefixed(self, name: str) -> str:
        """The name of a command with the prefix of Import-Module or of the manifest before its noun."""
        verb, dash, noun = name.partition("-")
        return f"{verb}-{self.prefix}{noun}" if self.prefix and dash else f"{self.prefix}{name}"


class VersionBounds(Record):
    """What a module specification asks of the version: at least, exactly, at most."""

    minimum: str | None = None
    required: str | None = None
    maximum: str | None = None

    def allow(self, version: str) -> bool:
        """True for a version (digits and dots) within the bounds; ``*`` in the maximum is any number."""
        numbers = _numbers(version)
        if self.minimum is not None and numbers < _numbers(self.minimum):
            return False
        if self.required is not None and numbers != _numbers(self.required):
            return False
        if self.maximum is None:
            return True
        limit = _numbers(self.maximum)
        return numbers[: len(limit)] <= limit


def _numbers(version: str) -> list[int]:
    parts = [whole_number(part) for part in version.split(".")]
    return [INT32_MAXIMUM if part is None else part for part in parts]


def _list(value: Any) -> list[Any]:
    from emulator.powershell.runtime.conversion import items_of

    return [] if value is None else list(items_of(value))


class ScriptModules:
    """The script modules of one runspace."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.loading: list[ScriptModule] = []
        self.being_loaded: set[str] = set()
        """The files that are loaded just now, in lower case."""
        self._by_scope: dict[Scope, ScriptModule] = {}

    def scopes(self) -> Iterator[Scope]:
        """The top scopes of all modules."""
        yield from list(self._by_scope)

    def of_scope(self, home: Scope | None) -> ScriptModule | None:
        """The module whose top scope it is."""
        return self._by_scope.get(home) if home is not None else None

    # Making

    def make(
        self, name: str, block: ScriptBlock, arguments: list[Any], frame: Frame, path: str = ""
    ) -> ScriptModule:
        """A module from a script block that is run in a scope of its own. Raises what the block raises."""
        module = ScriptModule(name=name, version="0.0", module_type="Script", path=path)
        module.base = ntpath.dirname(path)
        scope = Scope.of_module(self.engine.global_scope)
        scope.outer = frame.scope
        module.scope = scope
        module.block = block.in_scope(scope)
        self._by_scope[scope] = module
        self._run(module, module.block, arguments, frame)
        return module

    def _run(self, module: ScriptModule, block: ScriptBlock, arguments: list[Any], frame: Frame) -> None:
        from emulator.powershell.runtime.binder import Argument
        from emulator.powershell.runtime.commands import CommandInfo, ExternalScriptInfo, ScriptInfo
        from emulator.powershell.runtime.engine import Frame as FrameType
        from emulator.powershell.runtime.invocation import InvocationInfo
        from emulator.powershell.runtime.processors import run_pipeline
        from emulator.powershell.runtime.script_processor import ScriptProcessor

        assert module.scope is not None  # noqa: S101 - set by make
        if len(self.loading) >= MAXIMUM_DEPTH:
            raise error(
                f"Cannot load the module '{module.name}' because the module nesting limit has been exceeded. "
                f"Modules can only be nested to {MAXIMUM_DEPTH} levels. Evaluate and change the order in "
                "which you are loading modules to prevent exceeding the nesting limit, and then try running "
                "your script again.",
                "Modules_ModuleTooDeeplyNested",
                "InvalidOperation",
                kind="System.InvalidOperationException",
            )
        path = module.path
        info: CommandInfo = ScriptInfo(block)
        if path:
            info = ExternalScriptInfo(ntpath.basename(path), path, block)
        invocation = InvocationInfo(info, None, path)
        if path:
            module.scope.set("MyInvocation", invocation)
        inner = FrameType(self.engine, module.scope, frame.streams, block, frame.invocation)
        processor = ScriptProcessor(
            inner,
            info,
            block,
            [Argument(None, one) for one in arguments],
            module.output.append,
            frame.streams,
            invocation,
            False,
            True,
        )
        self.loading.append(module)
        try:
            run_pipeline(self.engine, [processor], None)
        finally:
            self.loading.pop()

    # Files

    def find(self, name: str, bounds: VersionBounds | None = None) -> str | None:
        """The file of a module by path, or by name in the folders of $env:PSModulePath: in the first folder
        that has a version within the bounds, its highest one.
        """
        store = self.engine.find_service(FileStore)
        if store is None:
            return None
        if "\\" in name or "/" in name or name.lower().endswith(_EXTENSIONS):
            place = self.engine.paths.place(name)
            return self._file(store, place.path, bounds)
        for folder in (self.engine.environment.read("PSModulePath") or "").split(";"):
            if folder:
                found = self._file(store, f"{folder.rstrip(chr(92))}\\{name}", bounds)
                if found is not None:
                    return found
        return None

    def find_in(self, folder: str, name: str) -> str | None:
        """The file of a module, or of a part of one, in a folder."""
        store = self.engine.find_service(FileStore)
        return None if store is None else self._file(store, ntpath.normpath(f"{folder}\\{name}"))

    def _file(self, store: FileStore, path: str, bounds: VersionBounds | None = None) -> str | None:
        if path.lower().endswith(_EXTENSIONS):
            return path if store.exists(path) else None
        name = ntpath.basename(path)
        for extension in _EXTENSIONS[:2]:
            for candidate in (f"{path}\\{name}{extension}", f"{path}{extension}"):
                if store.exists(candidate):
                    return candidate
        return self._versioned(store, path, name, bounds or VersionBounds())

    def _versioned(self, store: FileStore, path: str, name: str, bounds: VersionBounds) -> str | None:
        provider: Any = self.engine.paths.providers["filesystem"]
        if not provider.is_container(path):
            return None
        versions = sorted(
            (one for one in provider.children(path) if one.replace(".", "").isdigit() and bounds.allow(one)),
            key=lambda one: [int(part) for part in one.split(".")],
            reverse=True,
        )
        for one in versions:
            for extension in _EXTENSIONS[:2]:
                candidate = f"{path}\\{one}\\{name}{extension}"
                if store.exists(candidate):
                    return candidate
        return None

    def load(self, path: str, arguments: list[Any], frame: Frame) -> ScriptModule:
        """A module from its file. Raises what its script raises."""
        key = path.lower()
        outermost = key not in self.being_loaded
        self.being_loaded.add(key)
        try:
            return self._load(path, arguments, frame)
        finally:
            if outermost:
                self.being_loaded.discard(key)

    def _load(self, path: str, arguments: list[Any], frame: Frame) -> ScriptModule:
        store = self.engine.find_service(FileStore)
        assert store is not None  # noqa: S101 - the file was found by it
        name = ntpath.splitext(ntpath.basename(path))[0]
        if not path.lower().endswith(".psd1"):
            require_permission(self.engine, path)
            return self.make(
                name, self.engine.script_block(store.read_text(path), path), arguments, frame, path
            )
        return self._from_manifest(path, name, arguments, frame)

    def _from_manifest(self, path: str, name: str, arguments: list[Any], frame: Frame) -> ScriptModule:
        data = self.read_manifest(path)
        base = ntpath.dirname(path)
        root = data.get("rootmodule") or data.get("moduletoprocess")
        for one in _list(data.get("requiredmodules")):
            self.require(_module_name(one), frame)
        for key, cmdlet in _TYPE_AND_FORMAT_FILES.items():
            files = _files(data, key, base)
            if files:
                self._call(f"Microsoft.PowerShell.Utility\\{cmdlet}", frame, "AppendPath", PSArray(files))
        for script in _files(data, "scriptstoprocess", base):
            self._call(script, frame)
        nested = [self._part(str(_module_name(one)), base, frame) for one in _list(data.get("nestedmodules"))]
        if root:
            found = self.file_of_part(str(root), base)
            module = self.load(found, arguments, frame) if found else self._empty(name, frame)
        else:
            module = self._empty(name, frame)
        module.name, module.path, module.base = name, path, base
        module.take_manifest(data)
        module.nested.extend(one for one in nested if one is not None)
        self._take_types(module, frame)
        return module

    def _take_types(self, module: ScriptModule, frame: Frame) -> None:
        """The types of nested modules are known in the module, too."""
        from emulator.powershell.runtime.compiler.blocks import types_of_module

        kinds = types_of_module(module, frame) if module.nested else []
        if kinds and module.scope is not None:
            self.engine.types.define(module.scope, {one.name: one for one in kinds})

    def _call(self, name: str, frame: Frame, parameter: str | None = None, value: Any = None) -> None:
        """Run a cmdlet, or a script file in the importer's own scope. Raises what it raises."""
        from emulator.powershell.runtime.binder import Argument
        from emulator.powershell.runtime.compiler.commands import stage
        from emulator.powershell.runtime.invocation import InvocationInfo
        from emulator.powershell.runtime.processors import run_pipeline

        command = self.engine.commands.resolve(name, frame.scope)
        arguments = [] if parameter is None else [Argument(parameter, value)]
        invocation = InvocationInfo(command, None, name)
        processor = stage(frame, command, arguments, discard, frame.streams, invocation, False, True)
        run_pipeline(self.engine, [processor], None)

    def _empty(self, name: str, frame: Frame) -> ScriptModule:
        return self.make(name, self.engine.script_block(""), [], frame)

    def _part(self, name: str, base: str, frame: Frame) -> Module | None:
        found = self.file_of_part(name, base)
        if found is not None:
            return self.load(found, [], frame)
        builtin = self.engine.commands.module(name)
        if builtin is not None:
            self.engine.commands.load(builtin)
        return builtin

    def file_of_part(self, name: str, base: str) -> str | None:
        """The file of a module that a manifest in a folder names, None when it is not there."""
        return self.find_in(base, name)

    def require(self, name: str, frame: Frame) -> None:
        """Load a module that another one needs; one that is not there is left to fail where it is used."""
        builtin = self.engine.commands.module(name)
        if builtin is not None:
            self.engine.commands.load(builtin)
            return
        path = self.find(name)
        if path is not None:
            self.engine.commands.load(self.load(path, [], frame))

    def read_manifest(self, path: str) -> dict[str, Any]:
        """The table of a .psd1 file by lower-case key. Raises its parse errors."""
        from emulator.powershell.parser.restricted_language import restricted_language_errors
        from emulator.powershell.runtime.errors import error

        store = self.engine.find_service(FileStore)
        assert store is not None  # noqa: S101 - the file was found by it
        block = self.engine.script_block(store.read_text(path), path)
        problems = list(
            restricted_language_errors(block.compiled.ast, (), _MANIFEST_VARIABLES, environment=True)
        )
        if problems:
            raise error(problems[0].message, problems[0].error_id, "ParserError")
        table = unwrap(block.evaluate_with_arguments([]))
        if type(table) not in DICTIONARY_TYPES:
            return {}
        return {str(key).lower(): value for key, value in table.items()}

    # Importing

    def forget(self, module: ScriptModule) -> None:
        """Remove-Module: what importers got goes away."""
        if module.on_remove is not None:
            module.on_remove.values_with(self.engine, module, [module])
        scopes = [self.engine.global_scope, *self._by_scope]
        for scope in scopes:
            if scope is not module.scope:
                _take_away(scope, module)
        if module.scope is not None:
            self._by_scope.pop(module.scope, None)
        self._forget_files(module)

    def _forget_files(self, module: ScriptModule) -> None:
        for file in module.files_of("typestoprocess"):
            if self.engine.type_data is not None:
                self.engine.type_data.remove_file(file)
        for file in module.files_of("formatstoprocess"):
            self.engine.views.remove_file(file)
        for one in module.nested:
            if isinstance(one, ScriptModule):
                self._forget_files(one)


def module_not_found(name: str) -> PSError:
    """The error of ``using module`` for a module that is not there."""
    return error(
        f"The specified module '{name}' was not loaded because no valid module file was found in any module "
        "directory.",
        "ModuleNotFoundDuringParse",
        "ParserError",
        kind="System.Management.Automation.ParseException",
    )


def _take_away(scope: Scope, module: ScriptModule) -> None:
    for name, function in module.exported_functions().items():
        key = module.prefixed(name).lower()
        held = (scope.functions or {}).get(key)
        # Another module may hold the same function as its own, or have it from where this one has it.
        if held is not None and held.script is function.script and held.module_name == module.name:
            del (scope.functions or {})[key]
    aliases = scope.aliases or {}
    for name in module.exported_aliases():
        alias = aliases.get(name.lower())
        if alias is not None and alias.module_name == module.name:
            del aliases[name.lower()]
    for name, variable in module.exported_variables().items():
        if scope.variables.get(name.lower()) is variable:
            del scope.variables[name.lower()]


def _files(manifest: dict[str, Any], key: str, base: str) -> list[str]:
    return [ntpath.normpath(ntpath.join(base, str(one))) for one in _list(manifest.get(key))]


_MANIFEST_VARIABLES = ("PSScriptRoot", "PSEdition", "PSCulture", "PSUICulture", "true", "false", "null")


def _module_name(value: Any) -> Any:
    held = unwrap(value)
    return held["ModuleName"] if type(held) in DICTIONARY_TYPES else held
