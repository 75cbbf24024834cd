"""What the out cmdlets make of a sequence of format objects: the document that it stands for, also of one
that came from another computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.format_info import DESERIALIZED, NAMESPACE, FormatInfo
from emulator.powershell.dotnet.library.formatting import CLASSES, LIST, all_fields
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.format.controls import Control, FramedLine, FramedText
from emulator.powershell.format.documents import Document, Settled
from emulator.powershell.format.sequence import ALIGNMENTS
from emulator.powershell.format.views import Column
from emulator.powershell.format.writing import DocumentWriter, aside_lines_of
from emulator.powershell.runtime.errors import ErrorRecord, PSError

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_ALIGNMENTS = tuple(ALIGNMENTS)
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
LARGEST_SIZE = 100_000
"""No column is wider and no frame further in than this."""
_VALUE = "propertyValue"
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
        if declared.startswith(LIST):
            items = held if isinstance(held, list) else ()
            found[name] = [
                made
                for one in items
                if type(one) is PSObject and (made := rehydrated(one, depth + 1)) is not None
            ]
        elif type(held) is PSObject:
            found[name] = rehydrated(held, depth + 1)
        elif held is not None and (default is None or type(held) is type(default)):
            found[name] = held
        elif declared == "System.String":
            found[name] = None
    return FormatInfo(kind, **found)


def _part(info: FormatInfo, name: str) -> FormatInfo | None:
    """An object that a field holds; scripts may have put anything there."""
    held = unwrap(info.fields.get(name))
    return held if type(held) is FormatInfo else None


def _parts(info: FormatInfo, name: str) -> list[FormatInfo]:
    held = unwrap(info.fields.get(name))
    items = held if isinstance(held, list) else ()
    return [base for one in items if type(base := unwrap(one)) is FormatInfo]


def _number(info: FormatInfo, name: str) -> int:
    held = unwrap(info.fields.get(name))
    return held if type(held) is int and abs(held) < LARGEST_SIZE else 0


def _string(info: FormatInfo, name: str) -> str:
    held = unwrap(info.fields.get(name))
    return held if isinstance(held, str) else ""


class SequenceReader:
    """The document of a FormatStartData, while its groups and entries come in.

    ``complete`` when its end has come.
    """

    def __init__(self, start: FormatInfo, engine: Engine, width: int) -> None:
        shape = _part(start, "shapeInfo") or FormatInfo("TableHeaderInfo")
        self.kind = _KINDS.get(shape.kind, "table")
        columns = tuple(_column(one) for one in _parts(shape, "tableColumnInfoList"))
        self.document = Document(
            self.kind,
            columns,
            auto_size=_part(start, "autosizeInfo") is not None,
            hide_headers=shape.fields.get("hideHeader") is True,
            across=max(_number(shape, "columns"), 1),
        )
        self.document.repeats_header = shape.fields.get("repeatHeader") is True
        self._groups = 0
        self._heading: FramedText | None = None
        self._inside = False
        self.complete = False
        self.writer = DocumentWriter(self.document, engine, width)

    def take(self, packet: FormatInfo) -> list[str]:
        """Take what follows the start; the lines that can be shown now. Raises PSError out of sequence."""
        expected = {
            "FormatEntryData": True,
            "GroupEndData": True,
            "GroupStartData": False,
            "FormatEndData": False,
        }
        if expected.get(packet.kind) is not self._inside:
            raise out_of_sequence(packet)
        if packet.kind == "FormatEntryData":
            return self._add(_part(packet, "formatEntryInfo"))
        if packet.kind == "GroupStartData":
            self._inside = True
            self._groups += 1
            heading = _part(packet, "groupingEntry")
            self._heading = None if heading is None else framed(_parts(heading, "formatValueList"))
            if self._heading is not None:
                self.document.group_by = Column("", heading=Control(()))
        elif packet.kind == "GroupEndData":
            self._inside = False
        else:
            self.complete = True
            return self.writer.finish()
        return []

    def _add(self, entry: FormatInfo | None) -> list[str]:
        if entry is None:
            return []
        if entry.fields.get("multiLine") is True:
            self.document.wrap_cells = True
        return self.writer.add(Settled(_cells(entry), str(self._groups), self._heading, ()))


def _column(info: FormatInfo) -> Column:
    place = _number(info, "alignment")
    aligned = _ALIGNMENTS[place] if 0 <= place < len(_ALIGNMENTS) else ""
    return Column(_label(info), "", max(_number(info, "width"), 0), aligned or "left")


def _label(info: FormatInfo) -> str:
    return _string(info, "propertyName" if info.fields.get("label") is None else "label")


def _cells(entry: FormatInfo) -> tuple[tuple[Column, str], ...]:
    """Columns and texts of an object."""
    if entry.kind == "TableRowEntry":
        return tuple((_UNNAMED, _string(one, _VALUE)) for one in _parts(entry, "formatPropertyFieldList"))
    if entry.kind == "ListViewEntry":
        fields = _parts(entry, "listViewFieldList")
        return tuple((Column(_label(one)), _text(_part(one, "formatPropertyField"))) for one in fields)
    if entry.kind == "WideViewEntry":
        return ((_UNNAMED, _text(_part(entry, "formatPropertyField"))),)
    if entry.kind == "ComplexViewEntry":
        return ((_UNNAMED, framed(_parts(entry, "formatValueList"))),)
    return ((_UNNAMED, _string(entry, "text")),)


def _text(field: FormatInfo | None) -> str:
    return "" if field is None else _string(field, _VALUE)


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
                sum(_number(one, "leftIndentation") for one in frames),
                sum(_number(one, "rightIndentation") for one in frames),
                _number(frames[-1], "firstLine") if frames else 0,
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
                self._text += _string(value, "text")
            elif value.kind == "FormatPropertyField":
                self._text += _text(value)
            elif value.kind == "FormatEntry" and depth < MAXIMUM_DEPTH:
                frame = _part(value, "frameInfo")
                inner = frames if frame is None else (*frames, frame)
                self.read(_parts(value, "formatValueList"), inner, depth + 1)


def framed(values: list[FormatInfo]) -> FramedText:
    """The lines that format values stand for; the last one also when it is empty."""
    gathered = _Lines()
    gathered.read(values, (), 0)
    gathered.end_line()
    return FramedText(tuple(gathered.lines))


def aside_lines(packet: FormatInfo, engine: Engine, width: int) -> list[str]:
    """The lines of an entry that belongs to no document."""
    entry = _part(packet, "formatEntryInfo")
    if entry is None:
        return []
    if entry.kind == "RawTextFormatEntry":
        return _string(entry, "text").replace("\r\n", "\n").split("\n")
    if entry.kind == "ComplexViewEntry":
        lines = framed(_parts(entry, "formatValueList")).lines
        return [line for one in lines for line in one.broken(width)]
    return aside_lines_of(Settled(_cells(entry), None, None, ()), engine, width)


def out_of_sequence(packet: FormatInfo) -> PSError:
    """The error of an object that does not follow what came before it."""
    shape = _part(packet, "shapeInfo")
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
