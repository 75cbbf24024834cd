"""What a client says, as CLIXML: INIT_RUNSPACEPOOL, CREATE_PIPELINE, host responses (MS-PSRP 2.2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.powershell.dotnet.collections import Hashtable, PSArray
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.runtime.command_pipeline import OUTPUT, PipelineCommand
from emulator.powershell.runtime.errors import ErrorRecord
from emulator.powershell.runtime.host_values import WINDOW_HEIGHT
from emulator.powershell.serialization.clixml_writer import ClixmlWriter
from emulator.powershell.serialization.records import write_error

_LIST = ("System.Collections.Generic.List`1[[System.Management.Automation.PSObject]]", "System.Object")
_TABLE = ("System.Collections.Hashtable", "System.Object")
_DICTIONARY = (
    "System.Management.Automation.PSPrimitiveDictionary",
    "System.Collections.Hashtable",
    "System.Object",
)
_HEIGHT = 3000
_MERGES = (("MergeError", 2), ("MergeWarning", 3), ("MergeVerbose", 4), ("MergeDebug", 5))
_SPACE = "System.Management.Automation."


def _enumeration(writer: ClixmlWriter, member: str, kind: str, name: str, number: int) -> None:
    names = (kind, "System.Enum", "System.ValueType", "System.Object")
    writer.open(names, f' N="{member}"', name)
    writer.write(number)
    writer.close()


def _default_data(width: int) -> tuple[tuple[str, Any], ...]:
    """What a client's console looks like, in the order of its keys (MS-PSRP 2.2.3.14.1)."""
    color, place, size = "System.ConsoleColor", f"{_SPACE}Host.Coordinates", f"{_SPACE}Host.Size"
    window = {"width": width, "height": WINDOW_HEIGHT}
    return (
        (color, 7),
        (color, 0),
        (place, {"x": 0, "y": 0}),
        (place, {"x": 0, "y": 0}),
        ("System.Int32", 25),
        (size, {"width": width, "height": _HEIGHT}),
        *((size, window),) * 3,
        ("System.String", "Windows PowerShell"),
    )


def _host_info(writer: ClixmlWriter, width: int | None) -> None:
    """HostInfo: a host with a user interface as wide as this; None for the host of the pool."""
    writer.open((), ' N="HostInfo"')
    writer.raw("<MS>")
    if width is not None:
        writer.open((), ' N="_hostDefaultData"')
        writer.raw("<MS>")
        writer.open(_TABLE, ' N="data"')
        writer.raw("<DCT>")
        for key, (kind, value) in enumerate(_default_data(width)):
            writer.raw(f'<En><I32 N="Key">{key}</I32>')
            writer.open((), ' N="Value"')
            writer.raw(f'<MS><S N="T">{kind}</S>')
            if isinstance(value, dict):
                writer.open((), ' N="V"')
                inner = "".join(f'<I32 N="{name}">{number}</I32>' for name, number in value.items())
                writer.raw(f"<MS>{inner}</MS>")
                writer.close()
            else:
                writer.member("V", value)
            writer.raw("</MS>")
            writer.close()
            writer.raw("</En>")
        writer.raw("</DCT>")
        writer.close()
        writer.raw("</MS>")
        writer.close()
    is_own = width is not None
    for name, value in (
        ("_isHostNull", not is_own),
        ("_isHostUINull", not is_own),
        ("_isHostRawUINull", not is_own),
        ("_useRunspaceHost", not is_own),
    ):
        writer.member(name, value)
    writer.raw("</MS>")
    writer.close()


def initialization(width: int, arguments: Hashtable) -> str:
    """INIT_RUNSPACEPOOL of a pool with one runspace; ``arguments`` are the ApplicationArguments."""
    writer = ClixmlWriter()
    writer.open(())
    writer.raw("<MS>")
    writer.member("MinRunspaces", 1)
    writer.member("MaxRunspaces", 1)
    _enumeration(writer, "PSThreadOptions", f"{_SPACE}Runspaces.PSThreadOptions", "Default", 0)
    _enumeration(writer, "ApartmentState", "System.Threading.ApartmentState", "Unknown", 2)
    _host_info(writer, width)
    writer.open(_DICTIONARY, ' N="ApplicationArguments"')
    writer.dictionary_items(list(arguments.items()))
    writer.close()
    writer.raw("</MS>")
    writer.close()
    return writer.text()


def create_pipeline(
    writer: ClixmlWriter, statements: Sequence[Sequence[PipelineCommand]], has_input: bool
) -> str:
    """CREATE_PIPELINE."""
    writer.open(())
    writer.raw("<MS>")
    writer.member("NoInput", not has_input)
    _enumeration(writer, "ApartmentState", "System.Threading.ApartmentState", "Unknown", 2)
    _enumeration(writer, "RemoteStreamOptions", f"{_SPACE}RemoteStreamOptions", "0", 0)
    writer.member("AddToHistory", False)
    _host_info(writer, None)
    writer.open((), ' N="PowerShell"')
    writer.raw("<MS>")
    writer.member("IsNested", False)
    if len(statements) > 1:
        writer.open(_LIST, ' N="ExtraCmds"')
        writer.raw("<LST>")
        for one in statements:
            writer.open(())
            writer.raw("<MS>")
            _commands(writer, one)
            writer.raw("</MS>")
            writer.close()
        writer.raw("</LST>")
        writer.close()
    _commands(writer, statements[0])
    writer.member("History", None)
    writer.member("RedirectShellErrorOutputPipe", False)
    writer.raw("</MS>")
    writer.close()
    writer.member("IsNested", False)
    writer.raw("</MS>")
    writer.close()
    return writer.text()


def _commands(writer: ClixmlWriter, statement: Sequence[PipelineCommand]) -> None:
    writer.open(_LIST, ' N="Cmds"')
    writer.raw("<LST>")
    for command in statement:
        writer.open(())
        writer.raw("<MS>")
        writer.member("Cmd", command.text)
        writer.member("IsScript", command.is_script)
        writer.member("UseLocalScope", command.use_local_scope)
        for member, stream in _MERGES:
            if command.merges.get(stream) == OUTPUT:
                _enumeration(writer, member, f"{_SPACE}Runspaces.PipelineResultTypes", "Output", 1)
        writer.open(_LIST, ' N="Args"')
        writer.raw("<LST>")
        for argument in command.arguments:
            writer.open(())
            writer.raw("<MS>")
            writer.member("N", argument.name)
            writer.member("V", argument.value if argument.has_value else True)
            writer.raw("</MS>")
            writer.close()
        writer.raw("</LST>")
        writer.close()
        writer.raw("</MS>")
        writer.close()
    writer.raw("</LST>")
    writer.close()


def metadata_request(names: list[str], kinds: int, modules: list[str], arguments: list[Any]) -> str:
    """GET_COMMAND_METADATA."""
    writer = ClixmlWriter()
    writer.open(())
    writer.raw("<MS>")
    writer.member("Name", PSArray(names))
    _enumeration(writer, "CommandType", f"{_SPACE}CommandTypes", str(kinds), kinds)
    writer.member("Namespace", PSArray(modules) if modules else None)
    writer.member("ArgumentList", PSArray(arguments) if arguments else None)
    writer.raw("</MS>")
    writer.close()
    return writer.text()


def host_response(
    writer: ClixmlWriter, call_id: int, method: int, result: Any, failure: ErrorRecord | None
) -> str:
    """PIPELINE_HOST_RESPONSE: what the host gave back, or its error."""
    writer.open(())
    writer.raw("<MS>")
    writer.member("ci", Int64(call_id))
    _enumeration(writer, "mi", f"{_SPACE}Remoting.RemoteHostMethodId", str(method), method)
    if failure is not None:
        write_error(writer, failure, ' N="me"')
    elif result is not None:
        writer.member("mr", result)
    writer.raw("</MS>")
    writer.close()
    return writer.text()
