"""What a client asks a pipeline to do, read from its messages (MS-PSRP 2.2.2.10, 2.2.2.14, 2.2.3.11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.command_pipeline import NULL, OUTPUT, PipelineCommand
from emulator.powershell.runtime.scalars import to_bool, to_text
from emulator.powershell.serialization.clixml_reader import BadClixml, deserialize
from emulator.powershell.serialization.record_reader import number
from emulator.shells.errors import ProtocolViolation

_MAXIMUM_COMMANDS = 1024
#: PipelineResultTypes as .NET numbers them (MS-PSRP 2.2.3.31 has others).
_OUTPUT, _ERROR, _NULL = 1, 2, 8
_MERGES = (
    ("MergeError", 2),
    ("MergeWarning", 3),
    ("MergeVerbose", 4),
    ("MergeDebug", 5),
    ("MergeInformation", 6),
)


@dataclass(frozen=True, slots=True)
class HostInfo:
    """What the client's host has (MS-PSRP 2.2.3.14)."""

    is_host_null: bool = True
    is_ui_null: bool = True
    is_raw_ui_null: bool = True
    use_runspace_host: bool = True
    width: int = 80
    title: str = ""


@dataclass(frozen=True, slots=True)
class PipelineRequest:
    """CREATE_PIPELINE."""

    statements: tuple[tuple[PipelineCommand, ...], ...]
    no_input: bool
    add_to_history: bool
    is_nested: bool
    redirect_errors: bool
    history: str | None
    host: HostInfo


@dataclass(frozen=True, slots=True)
class MetadataRequest:
    """GET_COMMAND_METADATA."""

    names: tuple[str, ...]
    command_types: int
    namespaces: tuple[str, ...]
    arguments: tuple[Any, ...]


def read_object(data: bytes, decrypt: Callable[[str], str] | None) -> Any:
    """The object of a message. Raises ProtocolViolation."""
    try:
        return deserialize(data, decrypt)
    except BadClixml as problem:
        raise ProtocolViolation(str(problem)) from None


def read_bag(data: bytes, decrypt: Callable[[str], str] | None = None) -> PSObject:
    """The property bag of a message. Raises ProtocolViolation."""
    found = read_object(data, decrypt)
    if not isinstance(found, PSObject):
        raise ProtocolViolation("the message is no property bag")
    return found


def read_host_info(value: Any) -> HostInfo:
    """HostInfo; what is missing is taken as absent."""
    if not isinstance(value, PSObject):
        return HostInfo()
    width, title = 80, ""
    data = value.note("_hostDefaultData")
    table = data.note("data") if isinstance(data, PSObject) else None
    if table is not None and hasattr(table, "items"):
        for key, item in table.items():
            content = item.note("V") if isinstance(item, PSObject) else None
            # 5 is the size of the buffer, 9 the title of the window (MS-PSRP 2.2.3.14.1).
            if number(key, -1) == 5 and isinstance(content, PSObject):
                width = min(max(number(content.note("width"), 80), 1), 1000)
            elif number(key, -1) == 9 and isinstance(content, str):
                title = content[:1024]
    return HostInfo(
        is_host_null=to_bool(value.note("_isHostNull")),
        is_ui_null=to_bool(value.note("_isHostUINull")),
        is_raw_ui_null=to_bool(value.note("_isHostRawUINull")),
        use_runspace_host=to_bool(value.note("_useRunspaceHost")),
        width=width,
        title=title,
    )


def read_pipeline(data: bytes, decrypt: Callable[[str], str] | None) -> PipelineRequest:
    """CREATE_PIPELINE. Raises ProtocolViolation."""
    bag = read_bag(data, decrypt)
    powershell = bag.note("PowerShell")
    if not isinstance(powershell, PSObject):
        raise ProtocolViolation("CREATE_PIPELINE without PowerShell")
    extra = _items(powershell.note("ExtraCmds"))
    lists = [one.note("Cmds") for one in extra if isinstance(one, PSObject)] or [powershell.note("Cmds")]
    statements = tuple(tuple(_command(one) for one in _items(commands)) for commands in lists)
    statements = tuple(one for one in statements if one)
    if not statements or sum(map(len, statements)) > _MAXIMUM_COMMANDS:
        raise ProtocolViolation("CREATE_PIPELINE with no commands or too many")
    history = powershell.note("History")
    return PipelineRequest(
        statements=statements,
        no_input=to_bool(bag.note("NoInput")),
        add_to_history=to_bool(bag.note("AddToHistory")),
        is_nested=to_bool(bag.note("IsNested")) or to_bool(powershell.note("IsNested")),
        redirect_errors=to_bool(powershell.note("RedirectShellErrorOutputPipe")),
        history=None if history is None else to_text(history),
        host=read_host_info(bag.note("HostInfo")),
    )


def read_metadata_request(data: bytes) -> MetadataRequest:
    """GET_COMMAND_METADATA. Raises ProtocolViolation."""
    bag = read_bag(data)
    names = tuple(to_text(one) for one in _items(bag.note("Name")))
    return MetadataRequest(
        names=names or ("*",),
        command_types=number(bag.note("CommandType"), 0x1FF),
        namespaces=tuple(to_text(one) for one in _items(bag.note("Namespace"))),
        arguments=tuple(_items(bag.note("ArgumentList"))),
    )


def _items(value: Any) -> list[Any]:
    if value is None:
        return []
    value = unwrap(value)
    return list(value) if type(value) in LIST_TYPES else [value]


def _command(value: Any) -> PipelineCommand:
    if not isinstance(value, PSObject) or not isinstance(value.note("Cmd"), str):
        raise ProtocolViolation("a command without text")
    local = value.note("UseLocalScope")
    return PipelineCommand(
        text=value.note("Cmd"),
        is_script=to_bool(value.note("IsScript")),
        use_local_scope=None if local is None else to_bool(local),
        arguments=tuple(_argument(one) for one in _items(value.note("Args"))),
        merges=_merges(value),
        claims_errors=number(value.note("MergePreviousResults")) & (_OUTPUT | _ERROR) == _OUTPUT | _ERROR,
    )


def _argument(value: Any) -> Argument:
    if not isinstance(value, PSObject):
        raise ProtocolViolation("a parameter that is no object")
    name, content = value.note("N"), value.note("V")
    if name is None:
        return Argument(None, content)
    return Argument(to_text(name).removeprefix("-").removesuffix(":"), content)


def _merges(value: PSObject) -> dict[int, str]:
    """Where the streams of a command go; clients before protocol 2.2 know only MergeMyResult."""
    found: dict[int, str] = {}
    for name, stream in _MERGES:
        kind = number(value.note(name))
        if kind == _NULL:
            found[stream] = NULL
        elif kind == _OUTPUT:
            found[stream] = OUTPUT
    if number(value.note("MergeMyResult")) == _ERROR and 2 not in found:
        target = number(value.note("MergeToResult"))
        if target == _OUTPUT:
            found[2] = OUTPUT
        elif target == _NULL:
            found[2] = NULL
    return found
