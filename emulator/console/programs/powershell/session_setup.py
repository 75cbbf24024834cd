"""What a session configuration makes of a new remote session: its type, its file (.pssc), its startup script.

Modules, functions, variables and scripts come first; then what the caller may see and say is narrowed
(about_Session_Configuration_Files, about_Role_Capabilities, about_Language_Modes).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.console.programs.powershell.command_restrictions import is_table, restricted_commands
from emulator.console.programs.powershell.role_capabilities import (
    NOT_VALID,
    capabilities_of,
    entry_of,
    read_table,
)
from emulator.host import Account, Host
from emulator.host.security.virtual_account import DOMAIN as VIRTUAL_DOMAIN
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES
from emulator.powershell.dotnet.numbers import whole_number
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard
from emulator.powershell.modules.core.session_copying import FUNCTIONS
from emulator.powershell.modules.remoting.configuration_tables import items, pairs
from emulator.powershell.runtime import Runspace
from emulator.powershell.runtime.command_proxies import proxy_text
from emulator.powershell.runtime.commands import CmdletInfo, FunctionInfo
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, error
from emulator.powershell.runtime.language_mode import CONSTRAINED, FULL, NONE, mode_named
from emulator.powershell.runtime.scope import Scope
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.visibility import Visibility

#: What RestrictedRemoteServer shows besides what its file names (about_Session_Configuration_Files).
_SERVER_CMDLETS = (
    *("Get-Command", "Get-FormatData", "Select-Object", "Get-Help"),
    *("Measure-Object", "Exit-PSSession", "Out-Default"),
)
_SERVER_FUNCTIONS = ("Clear-Host",)
_SERVER_ALIASES = ("clear", "cls", "exsn", "gcm", "measure", "select")
_EMPTY = "empty"
_ENGINE_MODULE = "microsoft.powershell.core"
#: Bytes that a user drive may hold when its file says nothing.
_USER_DRIVE_SIZE = 50_000_000
_VISIBLE = (
    *("VisibleCmdlets", "VisibleFunctions", "VisibleAliases", "VisibleExternalCommands"),
    "VisibleProviders",
)
#: The lists that role capabilities add to those of the file.
_MERGED = (
    *_VISIBLE,
    *("ModulesToImport", "ScriptsToProcess", "FunctionDefinitions", "VariableDefinitions"),
    *("AliasDefinitions", "TypesToProcess", "FormatsToProcess", "EnvironmentVariables"),
    "AssembliesToLoad",
)


def set_up(
    runspace: Runspace, host: Host, caller: Account, parameters: Mapping[str, str]
) -> ConfigurationSettings:
    """Apply the initialization parameters of a configuration (by lower-case name) to a new runspace; what
    they come to. Raises PSError: the runspace is closed then."""
    try:
        return _applied(runspace, host, caller, parameters)
    except PSError:
        # Its start-up script may have opened sessions before it failed.
        runspace.close()
        raise


def _applied(
    runspace: Runspace, host: Host, caller: Account, parameters: Mapping[str, str]
) -> ConfigurationSettings:
    settings = ConfigurationSettings()
    path = parameters.get("configfilepath")
    if path:
        settings.add(read_table(runspace, host, path), merged=False)
        for capability in capabilities_of(runspace, host, caller, settings.values.get("roledefinitions")):
            settings.add(capability, merged=True)
    modules = [one for one in parameters.get("modulestoimport", "").split(",") if one.strip()]
    kind = to_text(settings.values.get("sessiontype") or parameters.get("sessiontype") or "Default")
    script = parameters.get("startupscript")
    _Setup(runspace, host, caller, settings, kind.lower(), modules).apply(script)
    return settings


class ConfigurationSettings:
    """The keys of a file in lower case; lists of role capabilities are appended."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def add(self, table: Any, *, merged: bool) -> None:
        for key, value in table.items():
            name = to_text(key).lower()
            if not merged:
                self.values[name] = value
            elif name in {one.lower() for one in _MERGED}:
                self.values[name] = [*items(self.values.get(name)), *items(value)]

    def list(self, key: str) -> list[Any]:
        """The items of a key; a single value is a list of one."""
        return items(self.values.get(key.lower()))

    def has(self, key: str) -> bool:
        return key.lower() in self.values


class _Setup:
    def __init__(
        self,
        runspace: Runspace,
        host: Host,
        caller: Account,
        settings: ConfigurationSettings,
        kind: str,
        modules: list[str],
    ) -> None:
        self._caller = caller
        self._runspace = runspace
        self._engine = runspace.engine
        self._host = host
        self._settings = settings
        self._kind = kind
        self._modules = modules
        self._home = Scope.of_module(self._engine.global_scope)
        self._proxies: list[str] = []
        self._imported: frozenset[str] = frozenset()

    def apply(self, startup_script: str | None) -> None:
        settings, engine = self._settings, self._engine
        mode = to_text(settings.values.get("languagemode") or (FULL if self._kind == "default" else NONE))
        try:
            wanted = mode_named(mode)
        except KeyError:
            raise _wrong_mode() from None
        engine.speak(FULL)  # what the configuration itself runs is trusted
        directory = settings.values.get("transcriptdirectory")
        if directory:
            self._run("$null = Start-Transcript -OutputDirectory $args[0]", to_text(directory))
        policy = settings.values.get("executionpolicy")
        if policy is not None:
            engine.environment.write("PSExecutionPolicyPreference", to_text(policy))
        for table in settings.list("EnvironmentVariables"):
            for key, value in pairs(table):
                engine.environment.write(key, to_text(value))
        imported = self._import_modules()
        self._imported = imported - {_ENGINE_MODULE}
        for assembly in settings.list("AssembliesToLoad"):
            self._run("Add-Type -AssemblyName $args[0] -ErrorAction Stop", to_text(assembly))
        for cmdlet, key in (("Update-TypeData", "TypesToProcess"), ("Update-FormatData", "FormatsToProcess")):
            for path in settings.list(key):
                self._run(f"{cmdlet} -AppendPath $args[0] -ErrorAction Stop", to_text(path))
        has_drive = bool(settings.values.get("mountuserdrive"))
        if has_drive:
            self._mount_user_drive()
        if self._kind == _EMPTY:
            self._empty(imported)
        self._define_variables()
        if has_drive:
            self._define_copies()
        self._define_functions()
        for alias in settings.list("AliasDefinitions"):
            entry = _definition("AliasDefinitions", alias, "Value")
            engine.commands.define_alias(to_text(entry["name"]), to_text(entry["value"]))
        for path in (*settings.list("ScriptsToProcess"), *((startup_script,) if startup_script else ())):
            self._run(". $args[0]", to_text(path))
        self._define_proxies()
        engine.commands.visibility = self._visibility()
        engine.speak(CONSTRAINED if engine.locked_down and wanted is not NONE else wanted)

    def _import_modules(self) -> frozenset[str]:
        """Import those that are named, and those of visible commands of the form ``module\\command``. Gives
        what came in, by lower-case names; that of the engine, which is there already, when it is named."""
        settings = self._settings
        before = set(self._engine.commands.loaded)
        named = (*self._modules, *map(_module_name, settings.list("ModulesToImport")))
        names = [one.strip() for one in named if one.strip()]
        for one in (*settings.list("VisibleCmdlets"), *settings.list("VisibleFunctions")):
            module, mark, _ = ("", "", "") if is_table(one) else to_text(one).rpartition("\\")
            if mark and module.lower() not in {name.lower() for name in (*names, _ENGINE_MODULE)}:
                names.append(module)
        for name in names:
            if name.lower() != _ENGINE_MODULE:
                self._run("Import-Module -Name $args[0] -ErrorAction Stop", name)
        return frozenset((*(self._engine.commands.loaded.keys() - before), *(name.lower() for name in names)))

    def _empty(self, imported: frozenset[str]) -> None:
        """Take away what nothing in the configuration asks for: a session of the type Empty begins without
        commands, aliases and providers (InitialSessionState.Create of the open source). Functions load other
        modules by what they call, unless there are lists of visible commands."""
        commands = self._engine.commands
        loaded = set(imported)
        for name in (*self._names("VisibleCmdlets"), *self._names("VisibleFunctions")):
            found = None if is_wildcard(name) else commands.find_or_load(name, self._engine.global_scope)
            if isinstance(found, CmdletInfo | FunctionInfo) and found.module_name.lower() != _ENGINE_MODULE:
                loaded.add(found.module_name.lower())
        self._imported = frozenset(loaded)
        others = () if self._is_narrowed else (one.name.lower() for one in commands.available())
        commands.keep_only({*loaded, *(one for one in others if one != _ENGINE_MODULE)}, loaded)
        self._engine.paths.keep_only(loaded)

    def _run(self, script: str, *arguments: Any) -> None:
        result = self._runspace.run(script, arguments=arguments)
        problem = result.failure or next(iter(result.errors), None)
        if problem is not None:
            raise PSError(problem)

    def _mount_user_drive(self) -> None:
        """The drive User:, a folder of whom the session belongs to among the files of whom it runs as."""
        engine = self._engine
        base = engine.environment.read("LOCALAPPDATA")
        if base is None or engine.machine.user_domain == VIRTUAL_DOMAIN:
            base = engine.machine.system_directory
        folder = self._caller.qualified_name.replace("\\", "_")
        root = f"{base}\\Microsoft\\Windows\\PowerShell\\DriveRoots\\{folder}"
        self._run("$null = New-Item -ItemType Directory -Force -Path $args[0] -ErrorAction Stop", root)
        drive = engine.paths.add_drive("User", "FileSystem", root)
        size = whole_number(to_text(self._settings.values.get("userdrivemaximumsize") or 0))
        drive.maximum_size = size if size else _USER_DRIVE_SIZE

    def _define_copies(self) -> None:
        """What Copy-Item of a client calls in a session with a user drive. Raises ProviderNotFound in one
        without files."""
        engine = self._engine
        engine.paths.provider("FileSystem")
        for name, text in FUNCTIONS.items():
            self._add_function(name, engine.script_block(text))
            self._proxies.append(name)

    def _define_variables(self) -> None:
        for one in self._settings.list("VariableDefinitions"):
            entry = _definition("VariableDefinitions", one)
            value = entry.get("value")
            if isinstance(value, ScriptBlock):
                found = value.invoke([])
                value = found[0] if len(found) == 1 else found
            self._engine.global_scope.set(to_text(entry["name"]), value)

    def _define_functions(self) -> None:
        for one in self._settings.list("FunctionDefinitions"):
            entry = _definition("FunctionDefinitions", one)
            block = entry.get("scriptblock")
            if not isinstance(block, ScriptBlock):
                raise _wrong("FunctionDefinitions", "ScriptBlock")
            self._add_function(to_text(entry["name"]), block)

    def _add_function(self, name: str, block: ScriptBlock) -> None:
        scope = self._engine.global_scope
        if scope.functions is None:
            scope.functions = {}
        # A home of its own, unless it is of a module: what the function calls need not be public.
        home = block.home or self._home
        scope.functions[name.lower()] = FunctionInfo(name, ScriptBlock(block.compiled, self._engine, home))

    def _define_proxies(self) -> None:
        """Commands of which only some parameters, or some values of them, are public."""
        engine, settings = self._engine, self._settings
        tables = [*settings.list("VisibleCmdlets"), *settings.list("VisibleFunctions")]
        for name, restrictions in restricted_commands(tables).items():
            command = engine.commands.find_or_load(name, engine.global_scope)
            if not isinstance(command, CmdletInfo | FunctionInfo):
                continue  # its module may be missing, which Windows forgives
            target = f"{command.module_name}\\{command.name}" if command.module_name else command.name
            if isinstance(command, FunctionInfo):
                target = f"{command.name}_{str(engine.random.guid()).replace('-', '')}"
                self._add_function(target, command.script)
            text = proxy_text(engine, command, restrictions, target)
            self._add_function(command.name, engine.script_block(text))
            self._proxies.append(command.name)

    def _visibility(self) -> Visibility | None:
        if self._kind == "default" and not self._is_narrowed:
            return None
        base = self._kind == "restrictedremoteserver"
        # Both lists name cmdlets and functions; what the file itself defines is public unless they say which.
        commands = (*self._names("VisibleCmdlets"), *self._names("VisibleFunctions"))
        functions = self._proxies + self._defined("FunctionDefinitions", "VisibleFunctions")
        aliases = self._defined("AliasDefinitions", "VisibleAliases")
        return Visibility(
            cmdlets=(*(_SERVER_CMDLETS if base else ()), *commands),
            functions=(*(_SERVER_FUNCTIONS if base else ()), *commands, *functions),
            aliases=(*(_SERVER_ALIASES if base else ()), *self._names("VisibleAliases"), *aliases),
            programs=self._names("VisibleExternalCommands"),
            modules=self._public_modules,
            # Those of the default session are public whatever is named, and an empty one has what it imports.
            providers=self._names("VisibleProviders") if base else None,
            own=frozenset(self._engine.global_scope.functions or ()),
        )

    @property
    def _is_narrowed(self) -> bool:
        """Whether a list says what is visible."""
        return any(self._settings.list(one) for one in _VISIBLE)

    @property
    def _public_modules(self) -> frozenset[str]:
        """Modules that the registration names are there to be used; a file names what is visible. Without
        lists all is public that comes with its modules."""
        named = frozenset(one.strip().lower() for one in self._modules)
        return named if self._is_narrowed else named | self._imported

    def _names(self, key: str) -> tuple[str, ...]:
        return tuple(to_text(one) for one in self._settings.list(key) if not is_table(one))

    def _defined(self, key: str, visible: str) -> list[str]:
        if self._settings.list(visible):
            return []
        return [to_text(entry_of(one)["name"]) for one in self._settings.list(key)]


def _definition(member: str, table: Any, *needed: str) -> dict[str, Any]:
    """An item of a list of definitions. Raises PSError when it lacks its name or what else is needed."""
    entry = entry_of(table)
    for key in ("Name", *needed):
        if key.lower() not in entry:
            raise error(
                f"The member '{member}' must contain the required key '{key}'.", NOT_VALID, "InvalidArgument"
            )
    return entry


def _module_name(value: Any) -> str:
    held = unwrap(value)
    if type(held) in DICTIONARY_TYPES:
        return to_text(entry_of(held).get("modulename"))
    return to_text(held)


def _wrong_mode() -> PSError:
    return error(
        "The member 'LanguageMode' must be a valid enumeration type \"System.Management.Automation."
        'PSLanguageMode". Valid enumeration values are "FullLanguage,RestrictedLanguage,NoLanguage,'
        'ConstrainedLanguage".',
        NOT_VALID,
        "InvalidArgument",
    )


def _wrong(member: str, key: str) -> PSError:
    return error(
        f"The key '{key}' in the member '{member}' must be a script block.",
        NOT_VALID,
        "InvalidArgument",
    )
