"""What a session configuration makes of a new remote session: its type, its file (.pssc), its startup script.

Modules, functions, variables and scripts come first; then what the caller may see and say is narrowed
(about_Session_Configuration_Files, about_Role_Capabilities, about_Language_Modes).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from emulator.console.programs.powershell.services import decoded
from emulator.host import Account, Host, HostError
from emulator.host.security.security_names import sid_of_name, token_groups
from emulator.host.security.virtual_account import DOMAIN as VIRTUAL_DOMAIN
from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.numbers import whole_number
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.core.session_copying import FUNCTIONS
from emulator.powershell.runtime import Runspace
from emulator.powershell.runtime.command_proxies import proxy_text
from emulator.powershell.runtime.commands import CmdletInfo, FunctionInfo
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, error, not_emulated
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
_NOT_EMULATED = ("GroupManagedServiceAccount",)
#: Bytes that a user drive may hold when its file says nothing.
_USER_DRIVE_SIZE = 50_000_000
_VISIBLE = ("VisibleCmdlets", "VisibleFunctions", "VisibleAliases", "VisibleExternalCommands")
#: The lists that role capabilities add to those of the file.
_MERGED = (
    *_VISIBLE,
    *("ModulesToImport", "ScriptsToProcess", "FunctionDefinitions", "VariableDefinitions"),
    *("AliasDefinitions", "TypesToProcess", "FormatsToProcess"),
)
_ROLE_FOLDER = "RoleCapabilities"
_NOT_VALID = "InvalidPSSessionConfigurationFile"


def set_up(runspace: Runspace, host: Host, caller: Account, parameters: Mapping[str, str]) -> None:
    """Apply the initialization parameters of a configuration (by lower-case name) to a new runspace. Raises
    PSError: the session then is of no use."""
    settings = _Settings()
    path = parameters.get("configfilepath")
    if path:
        settings.add(_table(runspace, host, path), merged=False)
        for capability in _capabilities(runspace, host, caller, settings.values.get("roledefinitions")):
            settings.add(capability, merged=True)
    modules = [one for one in parameters.get("modulestoimport", "").split(",") if one.strip()]
    kind = to_text(settings.values.get("sessiontype") or parameters.get("sessiontype") or "Default")
    script = parameters.get("startupscript")
    _Setup(runspace, host, caller, settings, kind.lower(), modules).apply(script)


class _Settings:
    """The keys of a file in lower case; lists of role capabilities are appended."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def add(self, table: Any, *, merged: bool) -> None:
        for key, value in table.items():
            name = to_text(key).lower()
            if not merged:
                self.values[name] = value
            elif name in {one.lower() for one in _MERGED}:
                self.values[name] = [*_items(self.values.get(name)), *_items(value)]

    def list(self, key: str) -> list[Any]:
        """The items of a key; a single value is a list of one."""
        return _items(self.values.get(key.lower()))

    def has(self, key: str) -> bool:
        return key.lower() in self.values


class _Setup:
    def __init__(
        self,
        runspace: Runspace,
        host: Host,
        caller: Account,
        settings: _Settings,
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

    def apply(self, startup_script: str | None) -> None:
        settings, engine = self._settings, self._engine
        missing = next((one for one in _NOT_EMULATED if settings.values.get(one.lower())), None)
        if missing is not None:
            raise not_emulated(f"{missing} of a session configuration")
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
        for key, value in _pairs(settings.values.get("environmentvariables")):
            engine.environment.write(key, to_text(value))
        for module in (*self._modules, *map(_module_name, settings.list("ModulesToImport"))):
            self._run("Import-Module -Name $args[0] -ErrorAction Stop", module.strip())
        for assembly in settings.list("AssembliesToLoad"):
            self._run("Add-Type -AssemblyName $args[0] -ErrorAction Stop", to_text(assembly))
        if settings.values.get("mountuserdrive"):
            self._mount_user_drive()
        for cmdlet, key in (("Update-TypeData", "TypesToProcess"), ("Update-FormatData", "FormatsToProcess")):
            for path in settings.list(key):
                self._run(f"{cmdlet} -AppendPath $args[0] -ErrorAction Stop", to_text(path))
        self._define_variables()
        self._define_functions()
        for alias in settings.list("AliasDefinitions"):
            entry = _entry(alias)
            self._run("Set-Alias -Scope Global -Name $args[0] -Value $args[1]", entry["name"], entry["value"])
        for path in (*settings.list("ScriptsToProcess"), *((startup_script,) if startup_script else ())):
            self._run(". $args[0]", to_text(path))
        self._define_proxies()
        engine.commands.visibility = self._visibility()
        engine.speak(CONSTRAINED if engine.locked_down and wanted is not NONE else wanted)

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
        for name, text in FUNCTIONS.items():
            self._add_function(name, engine.script_block(text))
            self._proxies.append(name)

    def _define_variables(self) -> None:
        for one in self._settings.list("VariableDefinitions"):
            entry = _entry(one)
            value = entry.get("value")
            if isinstance(value, ScriptBlock):
                found = value.invoke([])
                value = found[0] if len(found) == 1 else found
            self._engine.global_scope.set(to_text(entry["name"]), value)

    def _define_functions(self) -> None:
        for one in self._settings.list("FunctionDefinitions"):
            entry = _entry(one)
            block = entry.get("scriptblock")
            if not isinstance(block, ScriptBlock):
                raise _wrong("FunctionDefinitions", "ScriptBlock")
            self._add_function(to_text(entry["name"]), block)

    def _add_function(self, name: str, block: ScriptBlock) -> None:
        scope = self._engine.global_scope
        if scope.functions is None:
            scope.functions = {}
        # A home of its own: what the function calls need not be public.
        scope.functions[name.lower()] = FunctionInfo(
            name, ScriptBlock(block.compiled, self._engine, self._home)
        )

    def _define_proxies(self) -> None:
        """Cmdlets of which only some parameters, or some values of them, are public."""
        for one in self._settings.list("VisibleCmdlets"):
            held = unwrap(one)
            if type(held) not in DICTIONARY_TYPES:
                continue
            entry = _entry(held)
            name = to_text(entry.get("name") or "")
            command = self._engine.commands.find(name)
            if not isinstance(command, CmdletInfo):
                raise error(
                    f"Could not parse visible command definition for '{name}'.",
                    "DISCCommandModificationSyntax",
                    "InvalidArgument",
                )
            allowed = [_entry(each) for each in _items(entry.get("parameters"))]
            text = proxy_text(self._engine, command, allowed)
            self._add_function(command.name, self._engine.script_block(text))
            self._proxies.append(command.name)

    def _visibility(self) -> Visibility | None:
        settings = self._settings
        narrowed = any(settings.has(one) for one in _VISIBLE)
        if self._kind == "default" and not narrowed:
            return None
        base = self._kind == "restrictedremoteserver"
        open_kinds = self._kind == "default"

        def patterns(key: str, own: tuple[str, ...], more: Iterable[str] = ()) -> tuple[str, ...] | None:
            if open_kinds and not settings.has(key):
                return None
            names = [to_text(one) for one in settings.list(key) if type(unwrap(one)) not in DICTIONARY_TYPES]
            return (*(own if base else ()), *names, *more)

        return Visibility(
            cmdlets=patterns("VisibleCmdlets", _SERVER_CMDLETS),
            functions=patterns("VisibleFunctions", _SERVER_FUNCTIONS, self._proxies),
            aliases=patterns("VisibleAliases", _SERVER_ALIASES),
            programs=patterns("VisibleExternalCommands", ()),
            # Modules that the registration names are there to be used; a file names what is visible.
            modules=frozenset(one.strip().lower() for one in self._modules),
        )


def _table(runspace: Runspace, host: Host, path: str) -> Any:
    """The hash table of a file. Raises PSError."""
    try:
        text = decoded(host.filesystem.read(path))
    except HostError:
        raise _not_valid(path) from None
    result = runspace.run(text)
    if result.failure is not None:
        raise PSError(result.failure)
    found = unwrap(result.output[0]) if len(result.output) == 1 else None
    if type(found) not in DICTIONARY_TYPES:
        raise _not_valid(path)
    return found


def _not_valid(path: str) -> PSError:
    return error(
        f"The session configuration file {path} is not valid. Specify a valid session configuration file "
        "and try the command again.",
        _NOT_VALID,
        "InvalidArgument",
        path,
    )


def _capabilities(runspace: Runspace, host: Host, caller: Account, roles: Any) -> Iterable[Any]:
    """The role capabilities of the caller: each role whose group or user the caller is."""
    with host.looking():
        sids = {caller.sid, *token_groups(caller)}
        wanted = [value for name, value in _pairs(roles) if sid_of_name(host, name) in sids]
    for role in map(unwrap, wanted):
        entry = _entry(role)
        yield {key: value for key, value in entry.items() if key != "rolecapabilities"}
        for name in _items(entry.get("rolecapabilities")):
            yield _table(runspace, host, _capability_file(runspace, host, to_text(name)))
        for path in _items(entry.get("rolecapabilityfiles")):
            yield _table(runspace, host, to_text(path))


def _capability_file(runspace: Runspace, host: Host, name: str) -> str:
    folders = (runspace.engine.environment.read("PSModulePath") or "").split(";")
    files = host.filesystem
    for folder in filter(None, folders):
        if not files.is_directory(folder):
            continue
        for module in files.list(folder):
            path = f"{module.path}\\{_ROLE_FOLDER}\\{name}.psrc"
            if files.exists(path):
                return path
    raise error(
        f"Could not find the role capability, '{name}'. The role capability must be a file named "
        f"'{name}.psrc' within a '{_ROLE_FOLDER}' directory in a module in the current module path.",
        "CouldNotFindRoleCapability",
        "InvalidArgument",
        name,
    )


def _items(value: Any) -> list[Any]:
    held = unwrap(value)
    if held is None:
        return []
    return list(held) if type(held) in LIST_TYPES or isinstance(held, list) else [held]


def _pairs(value: Any) -> list[tuple[str, Any]]:
    held = unwrap(value)
    return [(to_text(key), one) for key, one in held.items()] if type(held) in DICTIONARY_TYPES else []


def _entry(value: Any) -> dict[str, Any]:
    """A table by its keys in lower case."""
    return {key.lower(): unwrap(one) for key, one in _pairs(value)}


def _module_name(value: Any) -> str:
    held = unwrap(value)
    if type(held) in DICTIONARY_TYPES:
        return to_text(_entry(held).get("modulename"))
    return to_text(held)


def _wrong_mode() -> PSError:
    return error(
        "The member 'LanguageMode' must be a valid enumeration type \"System.Management.Automation."
        'PSLanguageMode". Valid enumeration values are "FullLanguage,RestrictedLanguage,NoLanguage,'
        'ConstrainedLanguage".',
        _NOT_VALID,
        "InvalidArgument",
    )


def _wrong(member: str, key: str) -> PSError:
    return error(
        f"The key '{key}' in the member '{member}' must be a script block.",
        _NOT_VALID,
        "InvalidArgument",
    )
