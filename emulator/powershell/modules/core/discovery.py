"""Get-Command, Get-Module, Import-Module, New-Module, Export-ModuleMember and Remove-Module."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.numbers import INT32_MAXIMUM, whole_number
from emulator.powershell.dotnet.psobject import PSObject, ScriptMethod
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.simple import Guid, Version
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.commands import CommandInfo
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.metadata import Parameter
from emulator.powershell.runtime.module import Module, cmdlet
from emulator.powershell.runtime.module_autoloading import files_of_modules
from emulator.powershell.runtime.scope import Scope
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.script_module import ScriptModule, VersionBounds
from emulator.powershell.runtime.services import FileStore
from emulator.powershell.runtime.variable_property import VariableProperty


def _wanted(command: CommandInfo, patterns: list[str] | None) -> bool:
    return patterns is None or any(like(command.name, one) for one in patterns)


@cmdlet("Get-Command")
def get_command(
    call: CmdletCall,
    name: list[str] | None = None,
    verb: list[str] | None = None,
    noun: list[str] | None = None,
    module: list[str] | None = None,
    command_type: Any = None,
    total_count: int | None = None,
    parameter_name: list[str] | None = None,
    parameter_type: list[Any] | None = None,
    fully_qualified_module: list[Any] | None = None,
    argument_list: list[Any] | None = None,
    list_imported: bool = False,
    all: bool = False,
    syntax: bool = False,
    show_command_info: bool = False,
) -> Iterator[Any]:
    """Commands by name, verb, noun, module, type or parameters."""
    count = 0
    if syntax and show_command_info:
        raise call.failure(
            "System.Management.Automation.PSArgumentException",
            "The ShowCommandInfo and Syntax parameters cannot be specified together.",
            "GetCommandCannotSpecifySyntaxAndShowCommandInfoTogether",
            "InvalidArgument",
        )
    if module is not None and fully_qualified_module is not None:
        raise call.failure(
            "System.InvalidOperationException",
            "The Module parameter cannot be used with the FullyQualifiedModule parameter.",
            "ModuleAndFullyQualifiedModuleCannotBeSpecifiedTogether",
            "InvalidOperation",
        )
    if argument_list is not None and (len(name or ()) != 1 or is_wildcard((name or ("",))[0])):
        raise call.failure(
            "System.Management.Automation.PSArgumentException",
            "The command could not be retrieved because the ArgumentList parameter can be specified only "
            "when retrieving a single cmdlet or script.",
            "CommandArgsOnlyForSingleCmdlet",
            "InvalidArgument",
        )

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
        return fully_qualified_module is None or _is_in(call, command, fully_qualified_module)

    def takes(command: CommandInfo) -> bool:
        if parameter_name is None and parameter_type is None:
            return True
        shape = command.metadata(call.engine)
        return shape is not None and any(
            _names_fit(one, parameter_name) and _type_fits(call, one, parameter_type)
            for one in shape.parameters.values()
        )

    exact = [one for one in name or () if not is_wildcard(one)]
    for one in exact:
        if all:
            several = [
                each for each in _named(call, one, everything=not list_imported) if fits(each) and takes(each)
            ]
            for each in several:
                yield _shown(call, each, syntax=syntax, as_information=show_command_info)
            count += len(several)
            if several:
                continue
        found = call.engine.commands.find_or_load(one, call.frame.scope)
        if found is None or not fits(found):
            call.error(_not_found(call, one))
            continue
        if not takes(found):
            continue
        yield _shown(call, found, syntax=syntax, as_information=show_command_info)
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
        if name is None and command_type is None and command.kind == "Alias" and not (module or all):
            continue
        if _wanted(command, patterns or None) and fits(command) and takes(command):
            yield _shown(call, command, syntax=syntax, as_information=show_command_info)
            count += 1


def _named(call: CmdletCall, name: str, *, everything: bool) -> Iterator[CommandInfo]:
    """All commands of a name, the one that runs first."""
    first = call.engine.commands.find_or_load(name, call.frame.scope)
    if first is not None:
        yield first
    for one in call.engine.commands.all(call.frame.scope, everything=everything):
        if one.name.lower() == name.lower() and (
            first is None or (one.kind, one.module_name) != (first.kind, first.module_name)
        ):
            yield one


def _is_in(call: CmdletCall, command: CommandInfo, specifications: list[Any]) -> bool:
    """Whether the command's module is one of those that are named with their versions."""
    module = call.engine.commands.module(command.module_name)
    if module is None:
        return False
    version = Version.parse(module.version)
    for one in specifications:
        minimum, required = _parsed(one.module_version), _parsed(one.required_version)
        if (
            one.name.lower() == module.name.lower()
            and (minimum is None or version >= minimum)
            and (required is None or version == required)
            and (one.maximum_version is None or _below(module.version, one.maximum_version))
        ):
            return True
    return False


def _names_fit(parameter: Parameter, patterns: list[str] | None) -> bool:
    names = (parameter.name, *parameter.aliases)
    return patterns is None or any(like(one, pattern) for one in names for pattern in patterns)


def _type_fits(call: CmdletCall, parameter: Parameter, wanted: list[Any] | None) -> bool:
    """Whether a parameter takes values of one of the types: as they are, or one as a list of one."""
    if wanted is None:
        return True
    kind = parameter.kind(call.engine)
    shown = kind.name if kind is not None else parameter.type_name
    element = kind.element_type if kind is not None else None
    for one in wanted:
        if one.type is None:
            names = (shown, element.name if element is not None else shown.removesuffix("[]"))
            if any(like(each, f"*{one.name}") for each in names):
                return True
        elif kind is None or "System.Object" in (kind.name, element.name if element is not None else ""):
            if one.type.name == "System.Object" and kind is not None:
                return True
        elif _takes(kind, one.type) or (element is not None and _takes(element, one.type)):
            return True
    return False


#: Types of numbers that take every value of one.
_WIDER = {
    "System.Byte": "Int16 UInt16 Int32 UInt32 Int64 UInt64 Single Double Decimal",
    "System.Int16": "Int32 Int64 Single Double Decimal",
    "System.UInt16": "Int32 UInt32 Int64 UInt64 Single Double Decimal",
    "System.Int32": "Int64 Single Double Decimal",
    "System.UInt32": "Int64 UInt64 Single Double Decimal",
    "System.Int64": "Single Double Decimal",
    "System.UInt64": "Single Double Decimal",
    "System.Single": "Double",
}


def _takes(kind: PSType, given: PSType) -> bool:
    wider = _WIDER.get(given.name, "").split()
    return given.is_assignable_to(kind) or kind.name.removeprefix("System.") in wider


def _shown(call: CmdletCall, command: CommandInfo, *, syntax: bool, as_information: bool) -> Any:
    if as_information:
        from emulator.powershell.modules.core.command_information import command_information

        return command_information(call.engine, command)
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


@cmdlet("Get-Module")
def get_module(
    call: CmdletCall,
    name: list[str] | None = None,
    fully_qualified_name: list[Any] | None = None,
    list_available: bool = False,
    all: bool = False,
) -> Iterator[Module]:
    """Loaded modules, with -All also those nested in them, or those that could be loaded."""
    commands = call.engine.commands
    if fully_qualified_name is not None:
        name = [one.name for one in fully_qualified_name if one is not None]
    modules: list[Module] = list(commands.available() if list_available else commands.loaded.values())
    if all and not list_available:
        modules = _with_nested(modules)
    if list_available:
        known = {one.name.lower() for one in modules}
        for wanted in name if name is not None else ("*",):
            if not is_wildcard(wanted):
                if wanted.lower() not in known:
                    modules.extend(_from_disk(call, wanted))
                continue
            for path in files_of_modules(call.engine):
                plain = _plain_name(path)
                if plain.lower() not in known and like(plain, wanted):
                    known.add(plain.lower())
                    modules.append(_described(call, path))
    for one in sorted(modules, key=lambda module: module.name.lower()):
        if one.name == "Microsoft.PowerShell.Core" and name is None:
            continue
        if name is None or any(like(one.name, _plain_name(pattern)) for pattern in name):
            yield one


def _with_nested(modules: list[Module]) -> list[Module]:
    """Modules and, once each, those nested in them."""
    found: dict[int, Module] = {}
    pending = list(modules)
    while pending:
        one = pending.pop(0)
        if id(one) not in found:
            found[id(one)] = one
            pending += one.nested if isinstance(one, ScriptModule) else []
    return list(found.values())


def _plain_name(name: str) -> str:
    if "\\" in name or "/" in name or name.lower().endswith((".psd1", ".psm1")):
        return name.replace("/", "\\").rpartition("\\")[2].rsplit(".", 1)[0]
    return name


def _from_disk(call: CmdletCall, name: str) -> Iterator[Module]:
    """A module of a folder, described and not loaded."""
    modules = call.engine.modules
    path = modules.find(name)
    if path is not None:
        yield _described(call, path)


def _described(call: CmdletCall, path: str) -> ScriptModule:
    """The module of a file, not loaded."""
    found = ScriptModule(name=_plain_name(path), version="0.0", module_type="Script", path=path)
    if path.lower().endswith(".psd1"):
        found.take_manifest(call.engine.modules.read_manifest(path))
    return found


@cmdlet("Test-ModuleManifest")
def test_module_manifest(call: CmdletCall, path: str) -> Iterator[Module]:
    """Describe the module of a manifest whose files are all there."""
    store = call.engine.find_service(FileStore)
    if store is None:
        raise call.complete(not_emulated("Test-ModuleManifest"))
    file = store.resolve(path)
    if not file.lower().endswith(".psd1"):
        raise call.failure(
            "System.InvalidOperationException",
            f"The specified path '{path}' is not valid. Specify a path with the file name extension '.psd1'.",
            "Modules_InvalidModuleManifestPath",
            "InvalidArgument",
            path,
        )
    if not store.exists(file):
        raise call.failure(
            "System.IO.FileNotFoundException",
            f"The specified module '{path}' was not loaded because no valid module file was found in any "
            "module directory.",
            "Modules_ModuleNotFound",
            "ResourceUnavailable",
            path,
        )
    found = _described(call, file)
    found.base = ntpath.dirname(file)
    if found.manifest.get("moduleversion") is None:
        raise _invalid_manifest(
            call,
            file,
            f"The module manifest '{file}' could not be processed because it is not a valid Windows "
            "PowerShell module manifest file. It must have the key ModuleVersion.",
        )
    for key in ("rootmodule", "moduletoprocess", "scriptstoprocess", "typestoprocess", "formatstoprocess"):
        for one in found.files_of(key):
            if ntpath.splitext(one)[1] and not store.exists(one):
                raise _invalid_manifest(
                    call,
                    file,
                    f"The module manifest '{file}' names the file '{one}' under {key}, which does not exist.",
                )
    yield found


def _invalid_manifest(call: CmdletCall, file: str, text: str) -> Any:
    return call.failure(
        "System.IO.InvalidDataException", text, "Modules_InvalidManifest", "ResourceUnavailable", file
    )


@cmdlet("Import-Module", reads=("Global",))
def import_module(
    call: CmdletCall,
    name: list[str] | None = None,
    fully_qualified_name: list[Any] | None = None,
    module_info: list[Module] | None = None,
    minimum_version: Version | None = None,
    required_version: Version | None = None,
    maximum_version: str | None = None,
    argument_list: list[Any] | None = None,
    function: list[str] | None = None,
    alias: list[str] | None = None,
    variable: list[str] | None = None,
    cmdlet: list[str] | None = None,
    no_clobber: bool = False,
    prefix: str | None = None,
    force: bool = False,
    pass_thru: bool = False,
    as_custom_object: bool = False,
    scope: str | None = None,
    **others: Any,
) -> Iterator[Any]:
    """Load modules: those of the machine by name, script modules by name or path."""
    commands = call.engine.commands
    found: list[Module] = list(module_info or ())
    limits = (minimum_version, required_version, maximum_version)
    wanted: list[tuple[str, Any]] = [(one, limits) for one in name or ()]
    wanted.extend(
        (one.name, (_parsed(one.module_version), _parsed(one.required_version), one.maximum_version))
        for one in fully_qualified_name or ()
    )
    for one, bounds in wanted:
        if is_wildcard(one):
            found.extend(each for each in commands.available() if like(each.name, one))
            continue
        module = _find(call, one, bounds, force, argument_list or [])
        if module is None:
            call.error(_no_module(call, one, bounds))
            continue
        found.append(module)
    target = _target(call, scope, bool(others.get("global")))
    only = None
    if not (function is None and alias is None and variable is None and cmdlet is None):
        # What one of these parameters does not name, whatever its kind, stays away.
        only = {"function": function or [], "alias": alias or [], "variable": variable or []}
    for module in found:
        if isinstance(module, ScriptModule):
            module.prefix = prefix or str(module.manifest.get("defaultcommandprefix") or "")
        commands.load(module, target, only, clobber=not no_clobber)
        if as_custom_object and isinstance(module, ScriptModule):
            yield custom_object(module)
        elif pass_thru:
            yield module


def _parsed(text: str | None) -> Version | None:
    return None if text is None else Version.parse(text)


def _target(call: CmdletCall, scope: str | None, is_global: bool) -> Scope | None:
    if is_global or (scope or "").lower() == "global":
        return None
    if (scope or "").lower() == "local":
        return call.frame.scope
    return call.frame.scope.home


def _find(call: CmdletCall, name: str, bounds: Any, force: bool, arguments: list[Any]) -> Module | None:
    commands, modules = call.engine.commands, call.engine.modules
    minimum, required, maximum = bounds

    def fits(version: str) -> bool:
        return not (
            (minimum is not None and Version.parse(version) < minimum)
            or (required is not None and Version.parse(version) != required)
            or (maximum is not None and not _below(version, maximum))
        )

    builtin = commands.module(name)
    if builtin is not None:
        return builtin if fits(builtin.version) else None
    if name.lower().endswith(".dll"):
        return _of_assembly(call, name)
    loaded = commands.loaded.get(_plain_name(name).lower())
    limits = VersionBounds(*(None if one is None else str(one) for one in (minimum, required, maximum)))
    path = modules.find(name, limits)
    if isinstance(loaded, ScriptModule) and (path is None or loaded.path.lower() == path.lower()):
        if not force:
            return loaded if fits(loaded.version) else None
        commands.unload(loaded)
    if path is None or (limits != VersionBounds() and not fits(_described(call, path).version)):
        return None
    return modules.load(path, arguments, call.frame)


def _of_assembly(call: CmdletCall, path: str) -> Module | None:
    """A module of Windows by the file of its assembly, which lies in the folder of that name."""
    store = call.engine.find_service(FileStore)
    file = "" if store is None else store.resolve(path)
    folder = ntpath.dirname(file)
    is_of_windows = ntpath.basename(ntpath.dirname(folder)).lower() == "modules"
    if store is None or not is_of_windows or not store.exists(file):
        return None
    return call.engine.commands.module(ntpath.basename(folder))


def _below(version: str, maximum: str) -> bool:
    parts = [whole_number(part) for part in maximum.split(".")]
    limit = [INT32_MAXIMUM if part is None else part for part in parts]
    return [int(part) for part in version.split(".")][: len(limit)] <= limit


def _no_module(call: CmdletCall, name: str, bounds: Any) -> Any:
    minimum, required, maximum = bounds
    wanted = ""
    if required is not None:
        wanted = f" with version '{required}'"
    elif minimum is not None and maximum is not None:
        wanted = f" with MinimumVersion '{minimum}' and MaximumVersion '{maximum}'"
    elif minimum is not None:
        wanted = f" with version '{minimum}'"
    elif maximum is not None:
        wanted = f" with MaximumVersion '{maximum}'"
    text = (
        f"The specified module '{name}'{wanted} was not loaded because no valid module file was found in any "
        "module directory."
    )
    identifier = "Modules_ModuleWithVersionNotFound" if wanted else "Modules_ModuleNotFound"
    return call.record("System.IO.FileNotFoundException", text, identifier, "ResourceUnavailable", name)


@cmdlet("Remove-Module")
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
                    "and those modules exist in the runspace.",
                    "Modules_NoModulesRemoved",
                    "ResourceUnavailable",
                )
            )
        targets.extend(found)
    for module in targets:
        if call.should_process(module.name, "Remove-Module"):
            commands.unload(module)


# Script modules


@cmdlet("New-Module")
def new_module(
    call: CmdletCall,
    script_block: ScriptBlock,
    name: str | None = None,
    argument_list: list[Any] | None = None,
    function: list[str] | None = None,
    cmdlet: list[str] | None = None,
    return_result: bool = False,
    as_custom_object: bool = False,
) -> Iterator[Any]:
    """A module in memory."""
    shown = name or f"__DynamicModule_{Guid(call.engine.random.guid())}"
    module = call.engine.modules.make(shown, script_block, argument_list or [], call.frame)
    if function is not None or cmdlet is not None:
        module.patterns = {"function": function or [], "alias": [], "variable": []}
    if as_custom_object:
        yield custom_object(module)
        return
    call.engine.commands.load(module, call.frame.scope.home)
    if return_result:
        yield from module.output
    else:
        yield module


def custom_object(module: ScriptModule) -> PSObject:
    """The exports of a module as an object: functions as methods, variables as properties."""
    made = PSObject()
    for name, variable in module.exported_variables().items():
        made.add(VariableProperty(name, variable))
    for name, function in module.exported_functions().items():
        made.add(ScriptMethod(name, function.script))
    return made


@cmdlet("Export-ModuleMember")
def export_module_member(
    call: CmdletCall,
    function: list[str] | None = None,
    cmdlet: list[str] | None = None,
    variable: list[str] | None = None,
    alias: list[str] | None = None,
) -> None:
    """Say what a module shows to importers."""
    modules = call.engine.modules
    module = modules.loading[-1] if modules.loading else modules.of_scope(call.frame.scope.home)
    if module is None:
        raise call.failure(
            "System.InvalidOperationException",
            "The Export-ModuleMember cmdlet can only be called from inside a module.",
            "Modules_CanOnlyExecuteExportModuleMemberInsideAModule",
            "PermissionDenied",
        )
    if module.patterns is None:
        module.patterns = {"function": [], "alias": [], "variable": [], "cmdlet": []}
    for kind, names in (("function", function), ("alias", alias), ("variable", variable), ("cmdlet", cmdlet)):
        module.patterns.setdefault(kind, []).extend(str(one) for one in names or ())
