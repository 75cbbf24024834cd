"""A session of a configuration as an InitialSessionState (Get-PSSessionCapability -Full)."""

from __future__ import annotations

from collections.abc import Callable

from emulator.console.programs.powershell.role_capabilities import entry_of
from emulator.console.programs.powershell.session_setup import ConfigurationSettings
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.library.session_configuration_types import EXECUTION_POLICY
from emulator.powershell.modules.remoting.configuration_tables import pairs
from emulator.powershell.runtime import Runspace, hosting
from emulator.powershell.runtime.conversion import to_text

_COMMANDS: dict[str, type[hosting.StateEntry]] = {
    "Cmdlet": hosting.CmdletEntry,
    "Function": hosting.FunctionEntry,
    "Filter": hosting.FunctionEntry,
    "Alias": hosting.AliasEntry,
}


def described_session(
    runspace: Runspace, settings: ConfigurationSettings, make: Callable[[], Runspace]
) -> hosting.SessionState:
    """The state: every command and provider with whether it is public, and what the files say. ``make`` opens
    a runspace of it."""
    load_on_demand("system.management.automation.runspaces.initialsessionstate")
    engine = runspace.engine
    visibility = engine.commands.visibility
    state = hosting.SessionState(make=make)
    if "microsoft.powershell.core" in engine.commands.loaded:
        state.add_core(engine)
    for key, entries, make_entry in (
        ("AssembliesToLoad", state.assemblies, hosting.AssemblyEntry),
        ("TypesToProcess", state.types, hosting.TypeEntry),
        ("FormatsToProcess", state.formats, hosting.FormatEntry),
    ):
        entries.extend(make_entry(to_text(one)) for one in settings.list(key))
    state.language_mode = engine.language_mode
    commands = {(one.kind, one.name.lower()): one for one in engine.commands.loaded_commands()}
    if visibility is not None:
        # Modules that public commands would load.
        public = engine.commands.all(engine.global_scope, everything=True)
        commands |= {(one.kind, one.name.lower()): one for one in public}
    for command in commands.values():
        is_public = visibility is None or visibility.shows(command)
        kind = _COMMANDS[command.kind]
        state.commands.append(kind(command.name, command.definition(engine), is_public=is_public))
    for program in visibility.programs or () if visibility is not None else ("*",):
        is_script = program.lower().endswith(".ps1")
        made = hosting.ScriptEntry if is_script else hosting.ApplicationEntry
        state.commands.append(made(program, program))
    state.providers = hosting.StateEntries(
        hosting.ProviderEntry(
            one.name, one.full_name, is_public=visibility is None or visibility.shows_provider(one.name)
        )
        for one in engine.paths.providers.values()
    )
    for table in settings.list("EnvironmentVariables"):
        state.environment.extend(hosting.VariableEntry(name, to_text(one)) for name, one in pairs(table))
    for entry in map(entry_of, settings.list("VariableDefinitions")):
        name = to_text(entry["name"])
        found = engine.global_scope.find(name)
        state.variables.append(hosting.VariableEntry(name, None if found is None else found.value))
    state.startup_scripts = [to_text(one) for one in settings.list("ScriptsToProcess")]
    state.modules = [one.name for one in engine.commands.loaded.values()]
    policy, directory = settings.values.get("executionpolicy"), settings.values.get("transcriptdirectory")
    state.execution_policy = EXECUTION_POLICY[to_text(policy) if policy is not None else "Default"]
    state.transcript_directory = to_text(directory) if directory is not None else None
    return state
