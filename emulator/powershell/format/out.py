"""The end of a pipeline: objects as lines of text (Out-Default, Out-String, Out-File)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.cultures.present import of_engine, present
from emulator.powershell.dotnet.date_format import format_date
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.format_info import FormatInfo, packet_of
from emulator.powershell.dotnet.numbers import NUMBER_TYPES, Char
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.format.columns import default_columns, display_names
from emulator.powershell.format.documents import MAXIMUM_GENERATED_TABLE, Document
from emulator.powershell.format.error_view import error_lines, error_view
from emulator.powershell.format.remote_columns import COMPUTER_COLUMN, shows_computer
from emulator.powershell.format.views import Column, View
from emulator.powershell.format.wrapping import wrap
from emulator.powershell.format.writing import DocumentWriter, aside_lines_of
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord
from emulator.powershell.runtime.members import type_names
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.streams import InformationRecord, MessageRecord
from emulator.powershell.runtime.text_operators import current_text

if TYPE_CHECKING:
    from emulator.powershell.format.sequence_reader import SequenceReader
    from emulator.powershell.runtime.engine import Engine

_PREFIXES = {"Warning": "WARNING: ", "Verbose": "VERBOSE: ", "Debug": "DEBUG: "}
_TYPE_COLUMNS = (
    Column("IsPublic", "IsPublic", 8, "left"),
    Column("IsSerial", lambda _kind: True, 8, "left"),
    Column("Name", "Name", 40, "left"),
    Column("BaseType", "BaseType"),
)


def message_line(record: MessageRecord) -> str:
    """``WARNING: text`` as the console shows it."""
    return _PREFIXES.get(record.kind, "") + record.message


def scalar_lines(value: Any, engine: Engine, width: int) -> list[str] | None:
    """The lines of a value that is shown as plain text; None for objects that need a shape."""
    base = unwrap(value)
    if isinstance(base, str) and not isinstance(base, Char):
        return base.replace("\r\n", "\n").split("\n")
    kind = type(base)
    if kind in NUMBER_TYPES or kind is bool or kind is Char or isinstance(base, EnumValue):
        return [current_text(base)]
    if isinstance(base, ErrorRecord):
        return error_lines(base, width + 1, error_view(engine))
    if isinstance(base, MessageRecord):
        return [base.message]
    if isinstance(base, InformationRecord):
        return to_text(base.data).replace("\r\n", "\n").split("\n")
    if isinstance(base, ScriptBlock):
        return str(base).replace("\r\n", "\n").split("\n")
    return None


class Formatter:
    """Turns objects into lines, one document at a time.

    Lines are handed over as soon as they are settled.
    """

    def __init__(self, engine: Engine, width: int = 80) -> None:
        self.engine = engine
        self.width = width - 1
        self.writer: DocumentWriter | None = None
        self.sequence: SequenceReader | None = None
        """What reads the document when a format cmdlet made it."""

    def add(self, value: Any) -> list[str]:
        """Take one object; the lines that can be shown now. Raises PSError for an object of a format cmdlet
        that does not follow what came before it."""
        if value is None:
            return []
        with present(of_engine(self.engine)):
            return self._add(value)

    def _add(self, value: Any) -> list[str]:
        packet = packet_of(value)
        if packet is not None:
            return self._take(packet)
        lines = scalar_lines(value, self.engine, self.width)
        if lines is not None:
            return lines if self.writer is None else self.writer.add_lines(lines)
        base = unwrap(value)
        if isinstance(base, DateTime):
            shown = ["", format_date(base, _date_form(value)), ""]
            return [*shown, ""] if self.writer is None else self.writer.add_lines(shown[1:2])
        out: list[str] = []
        if type(base) in LIST_TYPES:
            for item in base:
                out.extend(self._add(item))
            return out
        if type(base) in DICTIONARY_TYPES:
            for entry in base.entries():
                out.extend(self._shape(entry))
            return out
        return self._shape(value)

    def _take(self, packet: FormatInfo) -> list[str]:
        """Go on with the document of a format cmdlet."""
        from emulator.powershell.format.sequence_reader import SequenceReader, aside_lines, out_of_sequence

        if packet.kind == "FormatStartData":
            # What was not ended is ended here.
            out = self.finish()
            self.sequence = SequenceReader(packet, self.engine, self.width)
            self.writer = self.sequence.writer
            return out
        if packet.kind == "FormatEntryData" and packet["outOfBand"] is True:
            lines = aside_lines(packet, self.engine, self.width)
            return lines if self.writer is None else self.writer.add_lines(lines)
        if self.sequence is None:
            raise out_of_sequence(packet)
        lines = self.sequence.take(packet)
        if self.sequence.complete:
            self.writer = self.sequence = None
        return lines

    def _shape(self, value: Any) -> list[str]:
        if self.sequence is not None:
            return [*self.finish(), *self._shape(value)]
        names = type_names(value)
        if self.writer is not None:
            if self.writer.document.takes(names):
                return self.writer.add(value)
            # An object of another type than the view's is shown as a list between the others.
            return self.writer.add_lines(aside_lines_of(value, self.engine, self.width))
        document = self.start(value, names)
        if document is None:
            return [
                line for text in to_text(value).split("\n") for line in wrap(text.rstrip("\r"), self.width)
            ]
        self.writer = DocumentWriter(document, self.engine, self.width)
        return self.writer.add(value)

    def start(self, value: Any, names: list[str]) -> Document | None:
        """The document an object begins, by its view or by its properties."""
        view = self.engine.views.find(names)
        if view is None and names[0].startswith("Deserialized."):
            self.engine.commands.add_own_views()
            view = self.engine.views.find(names)
        if self.engine.tracing is not None:
            from emulator.powershell.runtime.trace_views import tell_view

            tell_view(self.engine.tracing, view, names)
        if isinstance(value, PSType):
            return Document("table", _TYPE_COLUMNS, type_names=("System.Type",))
        if view is not None:
            made = document_of(view)
            if view.kind in ("table", "list") and shows_computer(value):
                made.columns = (*made.columns, COMPUTER_COLUMN)
            return made
        columns = default_columns(value, self.engine)
        if not columns:
            return None
        kind = "table" if len(columns) <= MAXIMUM_GENERATED_TABLE else "list"
        if kind == "list" and display_names(value, self.engine) is None:
            columns = ()
        return Document(kind, columns, generated=True)

    def finish(self) -> list[str]:
        """End the document under way; the lines that were still to come."""
        writer, self.writer, self.sequence = self.writer, None, None
        return [] if writer is None else writer.finish()

    def abandon(self) -> None:
        """Drop the document under way; what it holds back is lost."""
        self.writer = self.sequence = None


def _date_form(value: Any) -> str:
    hint = to_text(value.note("DisplayHint")) if type(value) is PSObject else ""
    return {"Date": "D", "Time": "T"}.get(hint, "F")


def document_of(view: View) -> Document:
    """An empty document with the shape of a view."""
    return Document(
        view.kind,
        view.columns,
        auto_size=view.auto_size,
        wrap_cells=view.wrap,
        hide_headers=view.hide_headers,
        group_by=view.group_by,
        type_names=view.type_names,
        variants=view.variants,
    )


def lines_of(values: Iterable[Any], engine: Engine, width: int = 80) -> list[str]:
    """Objects as lines of text for a screen of the width."""
    formatter = Formatter(engine, width)
    out: list[str] = []
    for value in values:
        out.extend(formatter.add(value))
    out.extend(formatter.finish())
    return out


def text_of(values: Iterable[Any], engine: Engine, width: int = 80) -> str:
    """Objects as one text, every line ended by CR LF."""
    lines = lines_of(values, engine, width)
    return "".join(f"{line}\r\n" for line in lines)
