"""Views of the engine's own types."""

from __future__ import annotations

from typing import Any

from emulator.powershell.format.views import Column, View, listing, table


def _command_name(command: Any) -> str:
    return f"{command.name} -> {command.target}" if hasattr(command, "target") else str(command.name)


def _overloads(method: Any) -> str:
    from emulator.powershell.runtime.member_definitions import overload_definitions

    return "\n".join(overload_definitions(method.owner, method.name))


_COMMANDS = ("Alias", "Application", "Cmdlet", "ExternalScript", "Filter", "Function", "Script", "Command")
BUILTIN_VIEWS: tuple[View, ...] = (
    table(
        "System.Management.Automation.PSMethod",
        columns=(Column("OverloadDefinitions", _overloads),),
        wrap=True,
    ),
    table(
        "System.Collections.Hashtable",
        "System.Collections.Specialized.OrderedDictionary",
        "System.Collections.DictionaryEntry",
        "System.Collections.IDictionary",
        columns=(Column("Name", "Key", 30, "left"), Column("Value", "Value")),
    ),
    table(
        *(f"System.Management.Automation.{kind}Info" for kind in _COMMANDS),
        columns=(
            Column("CommandType", "CommandType", 15),
            Column("Name", _command_name, 50),
            Column("Version", "Version", 10),
            Column("Source", "Source"),
        ),
    ),
    table(
        "System.Management.Automation.Job",
        columns=(
            Column("Id", "Id", 6, "left"),
            Column("Name", "Name", 15),
            Column("PSJobTypeName", "PSJobTypeName", 15),
            Column("State", "State", 13),
            Column("HasMoreData", "HasMoreData", 15),
            Column("Location", "Location", 20),
            Column("Command", "Command", 24),
        ),
    ),
    table(
        "System.Management.Automation.Runspaces.PSSession",
        columns=(
            Column("Id", "Id", 3, "right"),
            Column("Name", "Name", 15),
            Column("ComputerName", "ComputerName", 15),
            Column("ComputerType", "ComputerType", 15),
            Column("State", "State", 13),
            Column("ConfigurationName", "ConfigurationName", 20),
            Column("Availability", "Availability", 0, "right"),
        ),
    ),
    table(
        "System.Management.Automation.PSModuleInfo",
        columns=(
            Column("ModuleType", "ModuleType", 10),
            Column("Version", "Version", 10),
            Column("Name", "Name", 35),
            Column("ExportedCommands", "ExportedCommands"),
        ),
    ),
    table(
        "System.Management.Automation.PSVariable",
        columns=(Column("Name", "Name", 30), Column("Value", "Value")),
    ),
    table(
        "Microsoft.PowerShell.Commands.GroupInfo",
        columns=(
            Column("Count", "Count", 5, "right"),
            Column("Name", "Name", 25),
            Column("Group", "Group"),
        ),
    ),
    table(
        "Microsoft.PowerShell.Commands.GroupInfoNoElement",
        columns=(Column("Count", "Count", 5, "right"), Column("Name", "Name", 25)),
    ),
    table(
        "Microsoft.PowerShell.Commands.MemberDefinition",
        columns=(
            Column("Name", "Name"),
            Column("MemberType", "MemberType"),
            Column("Definition", "Definition"),
        ),
        group_by=Column("TypeName", "TypeName"),
        auto_size=True,
    ),
    table(
        "System.Globalization.CultureInfo",
        columns=(
            Column("LCID", "LCID", 16),
            Column("Name", "Name", 16),
            Column("DisplayName", "DisplayName"),
        ),
    ),
    table(
        "System.Reflection.Assembly",
        columns=(
            Column("GAC", "GlobalAssemblyCache", 6),
            Column("Version", "ImageRuntimeVersion", 14),
            Column("Location", "Location"),
        ),
    ),
    table("System.Guid", columns=(Column("Guid", str),)),
    table(
        "System.Version",
        columns=(
            Column("Major", "Major", 6, "left"),
            Column("Minor", "Minor", 6, "left"),
            Column("Build", "Build", 6, "left"),
            Column("Revision", "Revision", 8, "left"),
        ),
    ),
    listing(
        "System.TimeSpan",
        entries=[
            "Days",
            "Hours",
            "Minutes",
            "Seconds",
            "Milliseconds",
            "Ticks",
            "TotalDays",
            "TotalHours",
            "TotalMinutes",
            "TotalSeconds",
            "TotalMilliseconds",
        ],
    ),
)
