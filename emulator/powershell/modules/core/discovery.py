"""Get-Command, Get-Module, Import-Module and Remove-Module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.commands import CommandInfo
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.module import Module, cmdlet


def _wanted(command: CommandInfo, patterns: list[str] | None) -> bool:
    return patterns is None or any(like(command.name, one) for one in patterns)


@cmdlet("Get-Command", ignores=("All", "ShowCommandInfo"))
def get_command(
    call: CmdletCall,
    name: list[str] | None = None,
    verb: list[str] | None = None,
    noun: list[str] | None = None,
    module: list[str] | None = None,
    command_type: Any = None,
    total_count: int | None = None,
    parameter_name: list[str] | None = None,
    list_imported: bool = False,
    syntax: bool = False,
) -> Iterator[Any]:
    """Commands by name, verb, noun, module or type."""
    count = 0

    def fits(command: CommandInfo) -> bool:
        first, _, rest = command.name.partition("-")
        if verb is not None and not (rest and any(like(first, one) for one in verb)):
            return False
        if noun is not None and not (rest and any(like(rest, one) for one in noun)):
            return False
        if module is not None and not any(like(command.module_name, one) for one in module):
            return False
        if command_type is not None and command.kind.lower() not in to_text(command_type).lower().split(", "):
            if to_text(command_type) != "All":
                return False
        elif command_type is None and (verb or noun) and command.kind not in ("Cmdlet", "Function", "Filter"):
            return False
        if parameter_name is not None:
            shape = command.metadata(call.engine)
            if shape is None or not any(
                like(one.name, wanted) for one in shape.parameters.values() for wanted in parameter_name
            ):
                return False
        return True

    exact = [one for one in name or () if not is_wildcard(one)]
    for one in exact:
        found = call.engine.commands.find(one, call.frame.scope)
        if found is None or not fits(found):
            call.error(_not_found(call, one))
            continue
        yield _shown(call, found, syntax)
        count += 1
    patterns = [one for one in name or () if is_wildcard(one)]
    if name is not None and not patterns:
        return
    everything = not list_imported
    commands = sorted(
        call.engine.commands.all(call.frame.scope, everything=everything), key=lambda one: one.name.lower()
    )
    for command in commands:
        if total_count is not None and count >= total_count:
            return
        if name is None and command_type is None and command.kind == "Alias" and not module:
            continue
        if _wanted(command, patterns or None) and fits(command):
            yield _shown(call, command, syntax)
            count += 1


def _shown(call: CmdletCall, command: CommandInfo, syntax: bool) -> Any:
    if not syntax:
        return command
    from emulator.powershell.runtime.syntax_text import syntax_of

    return syntax_of(command, call.engine)


def _not_found(call: CmdletCall, name: str) -> Any:
    return call.record(
        "System.Management.Automation.CommandNotFoundException",
        f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable "
        f"program. "
        "Check the spelling of the name, or if a path was included, verify that the path is correct and try "
        "again.",
        "CommandNotFoundException",
        "ObjectNotFound",
        name,
        commandname=name,
    )


@cmdlet("Get-Module", ignores=("All", "Refresh"))
def get_module(
    call: CmdletCall, name: list[str] | None = None, list_available: bool = False
) -> Iterator[Module]:
    """Loaded modules, or those that could be loaded."""
    commands = call.engine.commands
    modules = commands.available() if list_available else commands.loaded.values()
    for one in sorted(modules, key=lambda module: module.name.lower()):
        if one.name == "Microsoft.PowerShell.Core" and name is None:
            continue
        if name is None or any(like(one.name, pattern) for pattern in name):
            yield one


@cmdlet("Import-Module", ignores=("Force", "Global", "DisableNameChecking", "Scope", "NoClobber"))
def import_module(
    call: CmdletCall,
    name: list[str] | None = None,
    module_info: list[Module] | None = None,
    minimum_version: Version | None = None,
    required_version: Version | None = None,
    maximum_version: str | None = None,
    pass_thru: bool = False,
) -> Iterator[Module]:
    """Load modules by name."""
    commands = call.engine.commands
    found: list[Module] = list(module_info or ())
    for one in name or ():
        module = commands.module(one)
        if (
            module is not None
            and minimum_version is not None
            and Version.parse(module.version) < minimum_version
        ):
            module = None
        if (
            module is not None
            and required_version is not None
            and Version.parse(module.version) != required_version
        ):
            module = None
        if module is not None and maximum_version is not None and not _below(module.version, maximum_version):
            module = None
        if module is None and is_wildcard(one):
            found.extend(each for each in commands.available() if like(each.name, one))
            continue
        if module is None:
            call.error(_no_module(call, one, minimum_version or required_version))
            continue
        found.append(module)
    for module in found:
        commands.load(module)
        if pass_thru:
            yield module


def _below(version: str, maximum: str) -> bool:
    limit = [int(part) if part.isdigit() else 0x7FFFFFFF for part in maximum.split(".")]
    return [int(part) for part in version.split(".")][: len(limit)] <= limit


def _no_module(call: CmdletCall, name: str, version: Version | None) -> Any:
    if version is not None and call.engine.commands.module(name) is not None:
        text = (
            f"The specified module '{name}' with version '{version}' was not loaded because no valid module "
            f"file was "
            "found in any module directory."
        )
    else:
        text = (
            f"The specified module '{name}' was not loaded because no valid module file was found in any "
            f"module "
            "directory."
        )
    return call.record(
        "System.IO.FileNotFoundException", text, "Modules_ModuleNotFound", "ResourceUnavailable", name
    )


@cmdlet("Remove-Module", ignores=("Force",))
def remove_module(
    call: CmdletCall, name: list[str] | None = None, module_info: list[Module] | None = None
) -> None:
    """Unload modules."""
    commands = call.engine.commands
    targets = list(module_info or ())
    for one in name or ():
        found = [each for each in commands.loaded.values() if like(each.name, one)]
        if not found and not is_wildcard(one):
            call.error(
                call.record(
                    "System.InvalidOperationException",
                    "No modules were removed. Verify that the specification of modules to remove is correct "
                    "and those "
                    "modules exist in the runspace.",
                    "Modules_NoModulesRemoved",
                    "ResourceUnavailable",
                )
            )
        targets.extend(found)
    for module in targets:
        commands.unload(module)
