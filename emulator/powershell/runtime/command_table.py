"""Finds commands by name: alias, function, cmdlet, program or script file, in PowerShell's order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from emulator.powershell import language
from emulator.powershell.dotnet.regex import like
from emulator.powershell.runtime import core_snap_in
from emulator.powershell.runtime.commands import (
    AliasInfo,
    ApplicationInfo,
    CmdletInfo,
    Command,
    ExternalScriptInfo,
    FunctionInfo,
)
from emulator.powershell.runtime.errors import COMMAND_NOT_FOUND, PSError, error, not_emulated
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.language_mode import CONSTRAINED, FULL
from emulator.powershell.runtime.script_module import ScriptModule
from emulator.powershell.runtime.services import FileStore, ProgramRunner

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.module import Module
    from emulator.powershell.runtime.scope import Scope
    from emulator.powershell.runtime.visibility import Visibility

MAXIMUM_ALIAS_STEPS = 16


#: Modules whose aliases every session has from its start, but for those that the modules export.
_FIRST = frozenset(
    {"Microsoft.PowerShell.Core", "Microsoft.PowerShell.Management", "Microsoft.PowerShell.Utility"}
)
_EXPORTED = frozenset({"cfs", "fhx", "gcb", "gin", "gtz", "scb", "stz"})


#: What came in from a module: function, cmdlet, alias or variable; the name; false for what was left out
#: because there was one already.
Imported = tuple[str, str, bool]


def _is_of_the_session(alias: str, module: Module) -> bool:
    return module.name in _FIRST and alias.lower() not in _EXPORTED


class CommandTable:
    """The commands of one runspace."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.loaded: dict[str, Module] = {}
        self.current_name = ""
        self._cmdlets: dict[str, CmdletInfo] = {}
        self._missing: set[str] = set()
        self._has_own_views = False
        self._has_session_aliases = False
        self._is_bare = False
        self.modules = engine.session.modules
        """The modules that there are, whatever the release."""
        self.visibility: Visibility | None = None
        """What a constrained session shows its caller; None for every command."""

    # Modules

    def available(self) -> Iterator[Module]:
        """The modules that can be imported in this release."""
        release = self.engine.release
        for one in self.modules:
            if one.releases is None or release in one.releases:
                yield one

    def module(self, name: str) -> Module | None:
        """An available module by name."""
        return next((one for one in self.available() if one.name.lower() == name.lower()), None)

    def load(
        self,
        module: Module,
        scope: Scope | None = None,
        only: Mapping[str, list[str]] | None = None,
        *,
        clobber: bool = True,
    ) -> list[Imported]:
        """Import a module: its aliases, types and views become known, the functions of a script module in a
        scope (the global one unless given); ``only`` are patterns of the names that are wanted, by kind;
        without ``clobber`` commands that are there stay what they are. Gives what came in.
        """
        if isinstance(module, ScriptModule):
            return self._import(module, scope or self.engine.global_scope, only, clobber)
        if module.name.lower() in self.loaded:
            return []
        self.loaded[module.name.lower()] = module
        self._missing.clear()
        scope = self.engine.global_scope
        if module.aliases:
            if scope.aliases is None:
                scope.aliases = {}
            for key, (alias, target) in module.aliases_of(self.engine.release).items():
                if key not in scope.aliases:
                    owner = "" if _is_of_the_session(alias, module) else module.name
                    scope.aliases[key] = AliasInfo(alias, target, owner)
        self.engine.types.add(module.types())
        self.engine.views.add(module.views())
        for name, text in module.functions.items():
            if language.FUNCTIONS.get(name, self.engine.language) <= self.engine.language:
                self._define(name, text, module)
        names = module.cmdlet_names(self.engine.release)
        return [("cmdlet", name, True) for name in names]

    def keep_only(self, there: Collection[str], loaded: Collection[str]) -> None:
        """Have no other modules than those (by lower-case name), and nothing of what every session begins
        with: a session state that was made empty knows only what is imported into it."""
        self.modules = tuple(one for one in self.modules if one.name.lower() in there)
        self.loaded = {key: one for key, one in self.loaded.items() if key in loaded}
        self._cmdlets.clear()
        self._missing.clear()
        self._is_bare = self._has_session_aliases = True
        scope = self.engine.global_scope
        scope.aliases = {
            key: one for key, one in (scope.aliases or {}).items() if one.module_name.lower() in loaded
        }
        scope.functions = {
            key: one for key, one in (scope.functions or {}).items() if one.module_name.lower() in loaded
        }

    def add_own_views(self) -> None:
        """Make the views of PowerShell's own modules known, loaded or not: an object of another computer may
        need one."""
        if self._has_own_views:
            return
        self._has_own_views = True
        for module in self.engine.session.modules:
            if module.name.startswith("Microsoft.PowerShell.") and module.name.lower() not in self.loaded:
                self.engine.views.add(module.views())

    def add_session_aliases(self) -> None:
        """Make the aliases known that every session has from its start, whatever it has loaded. Looking a
        command up does not need them: it finds a module by its aliases too."""
        if self._has_session_aliases:
            return
        self._has_session_aliases = True
        aliases = self.engine.global_scope.aliases = self.engine.global_scope.aliases or {}
        for module in self.available():
            if module.name.lower() in self.loaded:
                continue
            for key, (alias, target) in module.aliases_of(self.engine.release).items():
                if _is_of_the_session(alias, module):
                    aliases.setdefault(key, AliasInfo(alias, target, ""))

    def _import(
        self, module: ScriptModule, scope: Scope, only: Mapping[str, list[str]] | None, clobber: bool
    ) -> list[Imported]:
        self.loaded[module.name.lower()] = module
        imported: list[Imported] = []
        if scope.functions is None:
            scope.functions = {}
        if scope.aliases is None:
            scope.aliases = {}

        def wanted(kind: str, name: str) -> bool:
            return only is None or any(like(name, one) for one in only[kind])

        def is_free(name: str) -> bool:
            return clobber or self.find(name, scope, load=False) is None

        for name, function in module.exported_functions().items():
            if wanted("function", name):
                shown = module.prefixed(name)
                free = is_free(shown)
                imported.append(("function", shown, free))
                if free:
                    scope.functions[shown.lower()] = FunctionInfo(shown, function.script, module.name)
        for name, variable in module.exported_variables().items():
            if wanted("variable", name):
                imported.append(("variable", name, True))
                scope.variables[name.lower()] = variable
        for name, alias in module.exported_aliases().items():
            if wanted("alias", name):
                free = is_free(name)
                imported.append(("alias", name, free))
                if free:
                    scope.aliases[name.lower()] = AliasInfo(alias.name, alias.target, module.name)
        return imported

    def define_alias(self, name: str, target: str) -> None:
        """An alias of the whole session, in the place of one that is there."""
        scope = self.engine.global_scope
        scope.aliases = scope.aliases or {}
        scope.aliases[name.lower()] = AliasInfo(name, target)

    def _define(self, name: str, text: str, module: Module) -> None:
        scope = self.engine.global_scope
        if scope.functions is None:
            scope.functions = {}
        if name.lower() not in scope.functions:
            block = self.engine.script_block(text)
            block.mode = FULL  # what comes with Windows is trusted, whoever asks for it
            # Those of the snap-in are the session's: they belong to no module.
            owner = "" if module.name == core_snap_in.NAME else module.name
            scope.functions[name.lower()] = FunctionInfo(name, block, owner)

    def unload(self, module: Module) -> None:
        """Remove-Module."""
        self.loaded.pop(module.name.lower(), None)
        if isinstance(module, ScriptModule):
            self.engine.modules.forget(module)
        self._cmdlets = {key: one for key, one in self._cmdlets.items() if one.module is not module}

    # Look-up

    def find(self, name: str, scope: Scope | None = None, *, load: bool = True) -> Command | None:
        """The command of a name, aliases not followed; None when there is none."""
        key = name.lower()
        scope = scope or self.engine.global_scope
        if "\\" in name and not name.startswith((".", "\\")) and ":" not in name:
            return scope.find_alias(key) or self._qualified(name)
        alias = scope.find_alias(key)
        if alias is not None:
            return alias
        function = scope.find_function(key)
        if function is not None and not (self.engine.was_constrained and self._is_untrusted(function)):
            return function
        found = self._cmdlet(key, load)
        if found is not None:
            return found
        exported = self._exported_alias(key)
        if exported is not None:
            if load:
                self.load(exported[0])
            return exported[1]
        return self._outside(name)

    def _is_untrusted(self, function: FunctionInfo) -> bool:
        """Whether code in FullLanguage does not see a function that other code made."""
        return self.engine.language_mode is FULL and function.script.mode is CONSTRAINED

    def _exported_alias(self, key: str) -> tuple[Module, AliasInfo] | None:
        """An alias of a module that is not loaded yet: its use loads the module, as a cmdlet's does."""
        for module in self.available():
            found = module.aliases_of(self.engine.release).get(key)
            if found is not None and not (self._is_bare and _is_of_the_session(found[0], module)):
                return module, AliasInfo(*found, module.name)
        return None

    def _qualified(self, name: str) -> Command | None:
        module_name, _, command = name.rpartition("\\")
        module = self.loaded.get(module_name.lower()) or self.module(module_name)
        if module is None:
            return self._outside(name)
        if isinstance(module, ScriptModule):
            functions = {key.lower(): one for key, one in module.exported_functions().items()}
            return functions.get(command.lower())
        if module.has_cmdlet(command, self.engine.release):
            self.load(module)
            return self._info(module, command)
        function = self.engine.global_scope.find_function(command.lower())
        if function is not None and function.module_name.lower() == module_name.lower():
            return function
        return None

    def cmdlet(self, name: str) -> CmdletInfo | None:
        """A cmdlet by its name, perhaps with its module's, whatever else has that name."""
        found = self._qualified(name) if "\\" in name else self._cmdlet(name.lower(), load=True)
        return found if isinstance(found, CmdletInfo) else None

    def _cmdlet(self, key: str, load: bool) -> CmdletInfo | None:
        found = self._cmdlets.get(key)
        if found is not None:
            return found
        if key in self._missing:
            return None
        release = self.engine.release
        for module in self.loaded.values():
            if module.has_cmdlet(key, release):
                found = self._cmdlets[key] = self._info(module, key)
                return found
        has_dash = "-" in key
        for module in self.available():
            if (has_dash or key in module.words) and module.has_cmdlet(key, release):
                if not load:
                    return self._info(module, key)
                self.load(module)
                found = self._cmdlets[key] = self._info(module, key)
                return found
        if len(self._missing) < 4096:
            self._missing.add(key)
        return None

    def _info(self, module: Module, name: str) -> CmdletInfo:
        proper = next((one for one in module.metadata if one.lower() == name.lower()), None)
        if proper is None:
            proper = module.table.name(name) if module.table is not None else name
        return CmdletInfo(proper, module)

    def _outside(self, name: str) -> Command | None:
        store = self.engine.find_service(FileStore)
        if store is not None and name.lower().endswith(".ps1") and ("\\" in name or "/" in name):
            path = store.resolve(name)
            if store.exists(path):
                script = self.engine.script_block(store.read_text(path), path)
                return ExternalScriptInfo(path.rpartition("\\")[2], path, script)
            return None
        runner = self.engine.find_service(ProgramRunner)
        if runner is not None:
            path_found = runner.find(name)
            if path_found is not None:
                return ApplicationInfo(path_found.rpartition("\\")[2], path_found)
        return None

    def resolve(self, name: str, scope: Scope, extent: Extent | None = None) -> Command:
        """The command of a name with aliases followed; one of a script module not loaded yet loads it.

        Raises CommandNotFoundException.
        """
        if self.engine.tracing is not None:
            from emulator.powershell.runtime.trace_lookups import told_command

            return told_command(self, name, scope, extent)
        return self.resolved(name, scope, extent)

    def resolved(self, name: str, scope: Scope, extent: Extent | None = None) -> Command:
        """As `resolve`, without a word to trace sources."""
        found = self.find_or_load(name, scope, extent)
        steps = 0
        while isinstance(found, AliasInfo):
            steps += 1
            if steps > MAXIMUM_ALIAS_STEPS:
                found = None
                break
            found = self.find_or_load(found.target, scope, extent)
        if found is None and "-" not in name and "\\" not in name:
            # A verb may be left out: "service" means "Get-service".
            found = self._shown(self._cmdlet(f"get-{name.lower()}", load=True), scope)
        if found is None:
            if self.engine.language >= language.SEVEN and name.lower() in language.SEVEN_COMMANDS:
                self.engine.gap("cmdlet", name)
                raise not_emulated(f"The cmdlet {name} of PowerShell 7")
            raise not_found(name, extent)
        return found

    def find_or_load(self, name: str, scope: Scope, extent: Extent | None = None) -> Command | None:
        """As `find`, with what module autoloading finds."""
        found = self.find(name, scope)
        if found is None:
            from emulator.powershell.runtime.module_autoloading import autoload

            if autoload(self.engine, name, extent):
                found = self.find(name, scope)
        return found if self.visibility is None else self._shown(found, scope)

    def _shown(self, command: Command | None, scope: Scope) -> Command | None:
        """The command, unless the session hides it from code that belongs to no module."""
        visibility = self.visibility
        if command is None or visibility is None or scope.home is not None:
            return command
        return command if visibility.shows(command) else None

    def all(self, scope: Scope, *, everything: bool) -> Iterator[Command]:
        """All commands that the session shows: of the loaded modules, or of every available one."""
        visibility = self.visibility
        found = self._all(scope, everything)
        yield from found if visibility is None else filter(visibility.shows, found)

    def loaded_commands(self) -> Iterator[Command]:
        """All commands of the session's own scope and loaded modules, also those that it hides."""
        return self._all(self.engine.global_scope, everything=False)

    def _all(self, scope: Scope, everything: bool) -> Iterator[Command]:
        seen: set[str] = set()
        one: Scope | None = scope
        while one is not None:
            yield from (one.aliases or {}).values()
            yield from (one.functions or {}).values()
            one = one.parent
        for module in chain(self.available() if everything else (), self.loaded.values()):
            for name in module.cmdlet_names(self.engine.release):
                if name not in seen:
                    seen.add(name)
                    yield self._info(module, name)


def not_found(name: str, extent: Extent | None = None) -> PSError:
    """CommandNotFoundException, with the text of 5.1."""
    problem = error(
        f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable "
        f"program. "
        "Check the spelling of the name, or if a path was included, verify that the path is correct and try "
        "again.",
        "CommandNotFoundException",
        "ObjectNotFound",
        name,
        kind=COMMAND_NOT_FOUND,
        commandname=name,
    )
    problem.record.extent = extent
    problem.record.invocation = InvocationInfo(None, extent, name)
    return problem
