"""What the out cmdlets make of a sequence of format objects: the document that it stands for, also of one
that came from another computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.format_info import DESERIALIZED, NAMESPACE, FormatInfo
from emulator.powershell.dotnet.library.formatting import CLASSES, all_fields
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.format.controls import Control, FramedLine, FramedText
from emulator.powershell.format.documents import Document, Settled
from emulator.powershell.format.views import Column
from emulator.powershell.runtime.errors import ErrorRecord, PSError

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_ALIGNMENTS = ("", "left", "center", "right")
_KINDS = {
    "TableHeaderInfo": "table",
    "ListViewHeaderInfo": "list",
    "WideViewHeaderInfo": "wide",
    "ComplexViewHeaderInfo": "custom",
}
_COMMANDS = {
    "table": "format-table",
    "list": "format-list",
    "wide": "format-wide",
    "custom": "format-complex",
}
MAXIMUM_DEPTH = 50
_UNNAMED = Column("")
"""Of a text that stands under no label of its own."""


def rehydrated(bag: PSObject, depth: int = 0) -> FormatInfo | None:
    """The object that a property bag of another computer was; None for one of no class that is known."""
    kind = bag.type_names[0].removeprefix(DESERIALIZED) if bag.type_names else ""
    if kind not in CLASSES or depth > MAXIMUM_DEPTH:
        return None
    found: dict[str, Any] = {}
    for name, (declared, default) in all_fields(kind).items():
        value = bag.note(name)
        held = unwrap(value)
        if isinstance(held, list):
            found[name] = [
                made
                for one in held
                if type(one) is PSObject and (made := rehydrated(one, depth + 1)) is not None
            ]
        elif type(held) is PSObject:
            found[name] = rehydrated(held, depth + 1)
        elif held is not None and (default is None or type(held) is type(default)):
            found[name] = held
        elif declared == "System.String":
            found[name] = None
    return FormatInfo(kind, **found)


class SequenceReader:
    """The document of a FormatStartData, while its groups and entries come in."""

    def __init__(self, start: FormatInfo) -> None:
        shape = start["shapeInfo"]
        self.kind = _KINDS.get(shape.kind if shape is not None else "", "table")
        columns: tuple[Column, ...] = ()
        if self.kind == "table" and shape is not None:
            columns = tuple(_column(one) for one in shape["tableColumnInfoList"])
        self.document = Document(
            self.kind,
            columns,
            auto_size=start["autosizeInfo"] is not None,
            hide_headers=self.kind == "table" and shape is not None and bool(shape["hideHeader"]),
            across=int(shape["columns"]) or 1 if self.kind == "wide" else 2,
        )
        self.document.repeats_header = (
            self.kind == "table" and shape is not None and bool(shape["repeatHeader"])
        )
        self._groups = 0
        self._heading: FramedText | None = None
        self._inside = False

    def take(self, packet: FormatInfo) -> bool:
        """Take what follows the start; whether the document is complete. Raises PSError out of sequence."""
        expected = {
            "FormatEntryData": True,
            "GroupEndData": True,
            "GroupStartData": False,
            "FormatEndData": False,
        }
        if expected.get(packet.kind) is not self._inside:
            raise out_of_sequence(packet)
        if packet.kind == "FormatEntryData":
            self._add(packet["formatEntryInfo"])
        elif packet.kind == "GroupStartData":
            self._inside = True
            self._groups += 1
            heading = packet["groupingEntry"]
            self._heading = None if heading is None else framed(heading["formatValueList"])
            if self._heading is not None:
                self.document.group_by = Column("", heading=Control(()))
        elif packet.kind == "GroupEndData":
            self._inside = False
        return packet.kind == "FormatEndData"

    def _add(self, entry: FormatInfo | None) -> None:
        if entry is None:
            return
        if entry.kind == "TableRowEntry" and entry["multiLine"]:
            self.document.wrap_cells = True
        self.document.add(Settled(_cells(entry), str(self._groups), self._heading, ()))


def _column(info: FormatInfo) -> Column:
    label = info["label"] if info["label"] is not None else info["propertyName"] or ""
    return Column(label, "", info["width"], _aligned(info["alignment"]) or "left")


def _aligned(number: Any) -> str:
    return _ALIGNMENTS[number] if isinstance(number, int) and 0 <= number < len(_ALIGNMENTS) else ""


def _cells(entry: FormatInfo) -> tuple[tuple[Column, str], ...]:
    """Columns and texts of an object."""
    if entry.kind == "TableRowEntry":
        return tuple((_UNNAMED, _text(one)) for one in entry["formatPropertyFieldList"])
    if entry.kind == "ListViewEntry":
        return tuple(
            (
                Column(one["label"] if one["label"] is not None else one["propertyName"] or ""),
                _text(one["formatPropertyField"]),
            )
            for one in entry["listViewFieldList"]
        )
    if entry.kind == "WideViewEntry":
        return ((_UNNAMED, _text(entry["formatPropertyField"])),)
    if entry.kind == "ComplexViewEntry":
        return ((_UNNAMED, framed(entry["formatValueList"])),)
    return ((_UNNAMED, entry["text"] or ""),)


def _text(field: FormatInfo | None) -> str:
    return "" if field is None else str(field["propertyValue"] or "")


class _Lines:
    """Gathers the lines that format values stand for."""

    def __init__(self) -> None:
        self.lines: list[FramedLine] = []
        self._text = ""
        self._frames: tuple[FormatInfo, ...] = ()
        """Those around what was read last: the text that is still to be ended."""

    def end_line(self) -> None:
        """Keep what has gathered, also when it is nothing."""
        frames = self._frames
        self.lines.append(
            FramedLine(
                self._text,
                sum(one["leftIndentation"] for one in frames),
                sum(one["rightIndentation"] for one in frames),
                frames[-1]["firstLine"] if frames else 0,
            )
        )
        self._text = ""

    def read(self, values: list[FormatInfo], frames: tuple[FormatInfo, ...], depth: int) -> None:
        """Read values that stand in some frames."""
        for value in values:
            self._frames = frames
            if value.kind == "FormatNewLine":
                self.end_line()
            elif value.kind == "FormatTextField":
                self._text += value["text"] or ""
            elif value.kind == "FormatPropertyField":
                self._text += _text(value)
            elif value.kind == "FormatEntry" and depth < MAXIMUM_DEPTH:
                frame = value["frameInfo"]
                self.read(value["formatValueList"], frames if frame is None else (*frames, frame), depth + 1)


def framed(values: list[FormatInfo]) -> FramedText:
    """The lines that format values stand for; the last one also when it is empty."""
    gathered = _Lines()
    gathered.read(values, (), 0)
    gathered.end_line()
    return FramedText(tuple(gathered.lines))


def aside_lines(packet: FormatInfo, engine: Engine, width: int) -> list[str]:
    """The lines of an entry that belongs to no document."""
    entry = packet["formatEntryInfo"]
    if entry is None:
        return []
    if entry.kind == "RawTextFormatEntry":
        return str(entry["text"] or "").replace("\r\n", "\n").split("\n")
    if entry.kind == "ComplexViewEntry":
        return [line for one in framed(entry["formatValueList"]).lines for line in one.broken(width)]
    made = Document("list", ())
    made.aside = True
    made.add(Settled(_cells(entry), None, None, ()))
    return made.lines(engine, width)


def out_of_sequence(packet: FormatInfo) -> PSError:
    """The error of an object that does not follow what came before it."""
    shape = packet["shapeInfo"] if packet.kind in ("FormatStartData", "GroupStartData") else None
    command = _COMMANDS[_KINDS[shape.kind]] if shape is not None and shape.kind in _KINDS else "format-*"
    record = ErrorRecord(
        ExceptionObject("System.InvalidOperationException"),
        "ConsoleLineOutputOutOfSequencePacket",
        "InvalidData",
    )
    record.details = (
        f'The object of type "{NAMESPACE}{packet.kind}" is not valid or not in the correct sequence. This is '
        f'likely caused by a user-specified "{command}" command which is conflicting with the default '
        "formatting."
    )
    record.command_class = "Microsoft.PowerShell.Commands.OutLineOutputCommand"
    record.activity = "out-lineoutput"
    return PSError(record)
