"""The help of a command that nobody wrote help for: ExtendedCmdletHelpInfo, which Windows PowerShell makes
from the declaration of a cmdlet or function without help files (DefaultCommandHelpObjectBuilder)."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.psobject import LazyNote, NoteProperty, PSObject
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.modules.core.help_addresses import help_address
from emulator.powershell.modules.core.help_views import EXTENDED
from emulator.powershell.modules.core.maml import NAMESPACES
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.commands import CmdletInfo, CommandInfo
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.members import get_property
from emulator.powershell.runtime.metadata import ALL_SETS, CommandMetadata, Parameter, SetFlags
from emulator.powershell.runtime.syntax_text import set_parameters, short_type, syntax_of

_NONE = "None"
_PARTIAL = (
    "Get-Help cannot find the Help files for this cmdlet on this computer. It is displaying only partial "
    "help.\r\n    -- To download and install Help files for the module that includes this cmdlet, use "
    "Update-Help."
)
_ONLINE = (
    '\r\n    -- To view the Help topic for this cmdlet online, type: "Get-Help {name} -Online" or \r\n'
    "       go to {address}."
)


def extended_help(command: CommandInfo, call: CmdletCall, aliases: dict[str, list[str]]) -> PSObject:
    """The help object; `aliases` are those of `aliases_by_target`."""
    metadata = command.metadata(call.engine)
    common = metadata is not None and metadata.is_cmdlet
    address = help_address(command)
    verb, _, noun = command.name.partition("-") if isinstance(command, CmdletInfo) else ("", "", "")
    details = [("name", command.name), ("noun", noun), ("verb", verb)]
    names = aliases.get(command.name.lower(), ()) or (_NONE,)
    made = PSObject(None, (EXTENDED, "CmdletHelpInfo", "HelpInfo"))
    made.add(NoteProperty("CommonParameters", common))
    made.add(NoteProperty("WorkflowCommonParameters", False))
    made.add(NoteProperty("details", _part("details", *details)))
    # Of many topics only name and synopsis are shown.
    made.add(LazyNote("Syntax", lambda: _syntax(command, metadata, call)))
    made.add(LazyNote("parameters", lambda: _parameters(metadata, call)))
    made.add(LazyNote("inputTypes", lambda: _inputs(metadata, call)))
    if address:
        links = PSArray([_part("navigationLinks", ("uri", address))])
        made.add(NoteProperty("relatedLinks", _part("relatedLinks", ("navigationLink", links))))
    made.add(LazyNote("returnValues", lambda: _outputs(command, call)))
    made.add(NoteProperty("aliases", "".join(f"{one}\r\n" for one in names)))
    made.add(NoteProperty("remarks", _remarks(command, address)))
    for key in ("alertSet", "description", "examples"):
        made.add(NoteProperty(key, None))
    pairs = [
        ("Synopsis", str(syntax_of(command, call.engine))),
        ("ModuleName", command.module_name),
        ("nonTerminatingErrors", ""),
        *NAMESPACES,
        ("Name", command.name),
        ("Category", command.kind),
        *((key, "") for key in ("Component", "Role", "Functionality")),
    ]
    for key, value in pairs:
        made.add(NoteProperty(key, value))
    return made


def _part(name: str, *pairs: tuple[str, Any]) -> PSObject:
    return PSObject.custom(pairs, (f"{EXTENDED}#{name}",))


def _remarks(command: CommandInfo, address: str) -> str:
    """Help can be downloaded for the modules of Windows, whose manifests name HelpInfoUri."""
    if not isinstance(command, CmdletInfo):
        return _NONE
    return _PARTIAL + (_ONLINE.format(name=command.name, address=address) if address else "")


def _syntax(command: CommandInfo, metadata: CommandMetadata | None, call: CmdletCall) -> PSObject:
    items = PSArray()
    if metadata is not None:
        for name in metadata.set_names:
            rows = PSArray(
                _parameter_row(one, flags, call, in_set=name)
                for one, flags in set_parameters(metadata, name)
                if not one.common or one.name in ("WhatIf", "Confirm")
            )
            pairs = [("name", command.name), ("CommonParameters", metadata.is_cmdlet)]
            pairs += [("WorkflowCommonParameters", False), ("parameter", rows)]
            items.append(_part("syntaxItem", *pairs))
    return _part("syntax", ("syntaxItem", items))


def _parameters(metadata: CommandMetadata | None, call: CmdletCall) -> PSObject:
    """By name, capitals first, as .NET compares them by code."""
    listed = metadata.parameters.values() if metadata is not None else ()
    own = [one for one in listed if not one.common or one.name in ("WhatIf", "Confirm")]
    own.sort(key=lambda one: one.name)
    rows = PSArray(_parameter_row(one, next(iter(one.sets.values())), call) for one in own)
    return _part("parameters", ("parameter", rows))


def _parameter_row(one: Parameter, flags: SetFlags, call: CmdletCall, in_set: str | None = None) -> PSObject:
    """A parameter; in the syntax with the values that it may have."""
    kind = one.kind(call.engine)
    shown = short_type(kind.name if kind is not None else one.type_name)
    pairs: list[tuple[str, Any]] = [
        ("name", one.name),
        ("required", str(flags.mandatory).lower()),
        ("pipelineInput", pipeline_text(flags)),
        ("isDynamic", str(one.dynamic).lower()),
        ("parameterSetName", "(All)" if ALL_SETS in one.sets else ", ".join(one.sets)),
    ]
    if not one.is_switch:
        value = PSObject(shown)
        value.add(NoteProperty("variableLength", shown.endswith("[]")))
        value.add(NoteProperty("required", "true"))
        pairs.append(("parameterValue", value))
    pairs += [
        ("type", _part("type", ("name", shown))),
        ("position", "Named" if flags.position is None else str(flags.position)),
        ("aliases", ", ".join(one.aliases) or _NONE),
    ]
    group = (one.values or choices(kind)) if in_set is not None else ()
    if group:
        pairs.append(
            ("parameterValueGroup", _part("parameterValueGroup", ("parameterValue", PSArray(group))))
        )
    return _part("parameter", *pairs)


def choices(kind: PSType | None) -> tuple[str, ...]:
    """The names of an enumeration, or of what an array holds."""
    if kind is not None and not isinstance(kind, EnumType) and kind.element_type is not None:
        kind = kind.element_type
    return tuple(kind.names) if isinstance(kind, EnumType) else ()


def pipeline_text(flags: SetFlags) -> str:
    """How a parameter takes input, as help writes it."""
    ways = [
        *(["ByValue"] if flags.by_value else []),
        *(["ByPropertyName"] if flags.by_name else []),
        *(["FromRemainingArguments"] if flags.remaining else []),
    ]
    return f"true ({', '.join(ways)})" if ways else "false"


def _inputs(metadata: CommandMetadata | None, call: CmdletCall) -> PSObject:
    """The types of the parameters that take input, one a line."""
    names: dict[str, None] = {}
    for one in metadata.parameters.values() if metadata is not None else ():
        if any(flags.by_value or flags.by_name for flags in one.sets.values()):
            kind = one.kind(call.engine)
            names[kind.name if kind is not None else one.type_name] = None
    text = "".join(f"{one}\r\n" for one in names or (_NONE,))
    return _part("inputTypes", ("inputType", _part("inputType", ("type", _part("type", ("name", text))))))


def output_names(command: CommandInfo, call: CmdletCall) -> list[str]:
    """The types that a command says come out of it."""
    return [to_text(one) for one in items_of(get_property(command, "OutputType", call.engine))]


def _outputs(command: CommandInfo, call: CmdletCall) -> PSObject:
    """What comes out, one type a line; an object when nothing is said."""
    text = "".join(f"{one}\r\n" for one in output_names(command, call)) or "System.Object"
    return _part(
        "returnValues", ("returnValue", _part("returnValue", ("type", _part("type", ("name", text)))))
    )
