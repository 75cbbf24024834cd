"""Get-Command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.modules.core.module_specifications import is_meant
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.commands import CommandInfo
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.metadata import Parameter
from emulator.powershell.runtime.module import cmdlet


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
    return module is not None and any(is_meant(module, one) for one in specifications)


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
