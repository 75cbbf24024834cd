"""The sequence of objects that a format cmdlet writes: the start, groups, entries, and what came between
them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet.format_info import FormatInfo
from emulator.powershell.format.controls import FramedText

if TYPE_CHECKING:
    from emulator.powershell.format.documents import Document, Settled

ALIGNMENTS = {"": 0, "left": 1, "center": 2, "right": 3}
_SHAPES = {"list": "ListViewHeaderInfo", "custom": "ComplexViewHeaderInfo"}


def start_of(document: Document, first: Settled) -> FormatInfo:
    """FormatStartData: the shape of a document, whose first object decides how columns stand."""
    return FormatInfo(
        "FormatStartData",
        shapeInfo=_shape(document, first),
        autosizeInfo=FormatInfo("AutosizeInfo") if document.auto_size else None,
    )


def _shape(document: Document, first: Settled) -> FormatInfo:
    if document.kind == "wide":
        return FormatInfo("WideViewHeaderInfo", columns=0 if document.auto_size else document.across)
    if document.kind != "table":
        return FormatInfo(_SHAPES[document.kind])
    columns = []
    for index, one in enumerate(document.columns):
        natural = first.alignments[index] if document.generated else ""
        columns.append(
            FormatInfo(
                "TableColumnInfo",
                width=one.width,
                alignment=ALIGNMENTS[one.alignment or natural or "left"],
                **{"propertyName" if document.generated else "label": one.label},
            )
        )
    return FormatInfo(
        "TableHeaderInfo",
        hideHeader=document.hide_headers,
        repeatHeader=document.repeats_header,
        tableColumnInfoList=columns,
    )


def group_start(document: Document, first: Settled) -> FormatInfo:
    """GroupStartData with the heading of a group; without one when nothing groups."""
    heading = None
    if first.heading is not None:
        heading = FormatInfo("GroupingEntry", formatValueList=_framed(first.heading))
    elif document.group_by is not None:
        label = FormatInfo("FormatTextField", text=f"   {document.group_by.label}: ")
        value = FormatInfo("FormatPropertyField", propertyValue=first.group or "")
        heading = FormatInfo(
            "GroupingEntry", formatValueList=[FormatInfo("FormatEntry", formatValueList=[label, value])]
        )
    return FormatInfo("GroupStartData", groupingEntry=heading)


def _framed(text: FramedText) -> list[FormatInfo]:
    """Lines with their frames, each ended but the last."""
    found = []
    for index, line in enumerate(text.lines):
        values = [FormatInfo("FormatTextField", text=line.text)]
        if index < len(text.lines) - 1:
            values.append(FormatInfo("FormatNewLine"))
        frame = FormatInfo(
            "FrameInfo", leftIndentation=line.left, rightIndentation=line.right, firstLine=line.first
        )
        found.append(FormatInfo("FormatEntry", formatValueList=values, frameInfo=frame))
    return found


def entry_of(document: Document, shown: Settled) -> FormatInfo:
    """FormatEntryData of an object."""
    return FormatInfo("FormatEntryData", formatEntryInfo=_entry(document, shown))


def aside_of(document: Document, shown: Settled) -> FormatInfo:
    """FormatEntryData of an object that belongs to no document."""
    return FormatInfo("FormatEntryData", formatEntryInfo=_entry(document, shown), outOfBand=True)


def text_aside(text: str) -> FormatInfo:
    """FormatEntryData of a value that is shown as its text."""
    entry = FormatInfo("RawTextFormatEntry", text=text)
    return FormatInfo("FormatEntryData", formatEntryInfo=entry, outOfBand=True)


def report_aside(text: str) -> FormatInfo:
    """FormatEntryData of an error: its report, which is broken where the screen ends."""
    line = FormatInfo("FormatEntry", formatValueList=[FormatInfo("FormatTextField", text=text)])
    entry = FormatInfo("ComplexViewEntry", formatValueList=[line])
    return FormatInfo("FormatEntryData", formatEntryInfo=entry, outOfBand=True)


def _entry(document: Document, shown: Settled) -> FormatInfo:
    if document.kind == "custom":
        lines: list[FormatInfo] = []
        for _, text in shown.shown:
            if isinstance(text, FramedText):
                lines += _framed(text)
            else:
                lines.append(
                    FormatInfo("FormatEntry", formatValueList=[FormatInfo("FormatTextField", text=text)])
                )
        return FormatInfo("ComplexViewEntry", formatValueList=lines)
    fields = [_field(text, _alignment(document, shown, index)) for index, (_, text) in enumerate(shown.shown)]
    if document.kind == "wide":
        return FormatInfo("WideViewEntry", formatPropertyField=next(iter(fields), _field("", "")))
    if document.kind == "table":
        return FormatInfo("TableRowEntry", formatPropertyFieldList=fields, multiLine=document.wrap_cells)
    named = [
        FormatInfo(
            "ListViewField",
            formatPropertyField=field,
            **{"propertyName" if document.generated else "label": column.label},
        )
        for (column, _), field in zip(shown.shown, fields, strict=True)
    ]
    return FormatInfo("ListViewEntry", listViewFieldList=named)


def _alignment(document: Document, shown: Settled, index: int) -> str:
    """How a cell stands by itself: one of a table made from properties by its value."""
    if document.kind != "table" or not document.generated or index >= len(shown.alignments):
        return ""
    return shown.shown[index][0].alignment or shown.alignments[index]


def _field(text: str, alignment: str) -> FormatInfo:
    return FormatInfo("FormatPropertyField", propertyValue=text, alignment=ALIGNMENTS[alignment])
