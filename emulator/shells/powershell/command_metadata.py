"""GET_COMMAND_METADATA (MS-PSRP 2.2.2.14, 2.2.3.20 to 2.2.3.24): what Import-PSSession asks for.

Windows answers as if the client had run Get-Command, once to count and once with Select-Object; so the answer
is output of a pipeline: the count first, then a property bag a command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.regex import like
from emulator.powershell.runtime import Runspace
from emulator.powershell.runtime.commands import AliasInfo, CommandInfo
from emulator.powershell.runtime.metadata import Parameter
from emulator.powershell.serialization.clixml_writer import ClixmlWriter
from emulator.powershell.serialization.text import escape
from emulator.shells.powershell.messages import MessageType

if TYPE_CHECKING:
    from emulator.shells.powershell.pipeline import Pipeline
    from emulator.shells.powershell.requests import MetadataRequest

_SPACE = "System.Management.Automation."
_MSCORLIB = "mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089"
_AUTOMATION = (
    "System.Management.Automation, Version=3.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
)
_CUSTOM = (_SPACE + "PSCustomObject", "System.Object")
_COUNT_NAMES = ("Selected.Microsoft.PowerShell.Commands.GenericMeasureInfo", *_CUSTOM)
_COMMAND_TYPES = (_SPACE + "CommandTypes", "System.Enum", "System.ValueType", "System.Object")
_OUTPUT_TYPES = (
    f"System.Collections.ObjectModel.ReadOnlyCollection`1[[{_SPACE}PSTypeName, {_AUTOMATION}]]",
    "System.Object",
)
_PARAMETERS = (
    f"System.Collections.Generic.Dictionary`2[[System.String, {_MSCORLIB}],"
    f"[{_SPACE}ParameterMetadata, {_AUTOMATION}]]",
    "System.Object",
)
_PARAMETER = (_SPACE + "ParameterMetadata", "System.Object")
_ALIASES = (f"System.Collections.ObjectModel.Collection`1[[System.String, {_MSCORLIB}]]", "System.Object")
#: CommandTypes (MS-PSRP 2.2.3.19).
_NUMBERS = {"Alias": 1, "Function": 2, "Filter": 4, "Cmdlet": 8, "ExternalScript": 16, "Application": 32}


def send_metadata(pipeline: Pipeline, runspace: Runspace, request: MetadataRequest) -> None:
    """Answer the request as output of the pipeline. Raises PipelineStopped."""
    commands = _found(runspace, request)
    writer = ClixmlWriter()
    writer.open(_COUNT_NAMES)
    writer.raw(f'<MS><I32 N="Count">{len(commands)}</I32></MS>')
    writer.close()
    pipeline.send(MessageType.PIPELINE_OUTPUT, writer.text())
    for command in commands:
        writer = ClixmlWriter()
        _write_command(writer, runspace, command)
        pipeline.send(MessageType.PIPELINE_OUTPUT, writer.text())


def _found(runspace: Runspace, request: MetadataRequest) -> list[CommandInfo]:
    engine = runspace.engine
    wanted = request.command_types
    found: dict[tuple[str, str], CommandInfo] = {}
    for command in engine.commands.all(engine.global_scope, everything=True):
        if not _NUMBERS.get(command.kind, 0) & wanted:
            continue
        if request.namespaces and not any(like(command.module_name, one) for one in request.namespaces):
            continue
        if any(like(command.name, one.rpartition("\\")[2]) for one in request.names):
            found.setdefault((command.kind, command.name.lower()), command)
    return sorted(found.values(), key=lambda one: one.name.lower())


def _write_command(writer: ClixmlWriter, runspace: Runspace, command: CommandInfo) -> None:
    engine = runspace.engine
    shape = command.metadata(engine)
    names = (f"Selected.{_SPACE}{command.kind}Info", *_CUSTOM)
    writer.open(names)
    writer.raw("<MS>")
    writer.member("Name", command.name)
    writer.member("Namespace", command.module_name)
    writer.member("HelpUri", "")
    writer.open(_COMMAND_TYPES, ' N="CommandType"', command.kind)
    writer.write(_NUMBERS[command.kind])
    writer.close()
    resolved = engine.commands.find(command.target) if isinstance(command, AliasInfo) else None
    writer.member("ResolvedCommandName", resolved.name if resolved is not None else None)
    writer.open(_OUTPUT_TYPES, ' N="OutputType"')
    _texts(writer, shape.output_types if shape is not None else ())
    writer.close()
    writer.open(_PARAMETERS, ' N="Parameters"')
    _write_parameters(writer, runspace, list(shape.parameters.values()) if shape is not None else [])
    writer.close()
    writer.raw("</MS>")
    writer.close()


def _texts(writer: ClixmlWriter, items: tuple[str, ...]) -> None:
    inner = "".join(f"<S>{escape(one)}</S>" for one in items)
    writer.raw(f"<LST>{inner}</LST>" if inner else "<LST />")


def _write_parameters(writer: ClixmlWriter, runspace: Runspace, parameters: list[Parameter]) -> None:
    if not parameters:
        writer.raw("<DCT />")
        return
    writer.raw("<DCT>")
    for one in parameters:
        writer.raw(f'<En><S N="Key">{escape(one.name)}</S>')
        writer.open(_PARAMETER, ' N="Value"', _PARAMETER[0])
        writer.raw("<Props>")
        writer.member("Name", one.name)
        writer.member("ParameterType", _type_name(runspace, one))
        writer.open(_ALIASES, ' N="Aliases"')
        _texts(writer, one.aliases)
        writer.close()
        writer.member("IsDynamic", False)
        writer.member("SwitchParameter", one.is_switch)
        writer.raw("</Props>")
        writer.close()
        writer.raw("</En>")
    writer.raw("</DCT>")


def _type_name(runspace: Runspace, parameter: Parameter) -> Any:
    kind = parameter.kind(runspace.engine)
    return kind.name if kind is not None else parameter.type_name
