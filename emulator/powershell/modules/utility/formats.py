"""Format-Table, Format-List, Format-Wide, Out-String, Out-File and Tee-Object."""

from __future__ import annotations

from typing import Any, cast

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.format_info import FormatInfo, packet_of
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.format.cells import name_property
from emulator.powershell.format.columns import default_columns
from emulator.powershell.format.documents import MAXIMUM_COLUMNS, Document, aside
from emulator.powershell.format.error_view import error_report, error_view
from emulator.powershell.format.out import scalar_lines
from emulator.powershell.format.sequence import (
    aside_of,
    entry_of,
    group_start,
    report_aside,
    start_of,
    text_aside,
)
from emulator.powershell.format.views import Column, View
from emulator.powershell.modules.core.output import Lines
from emulator.powershell.modules.utility.files import forced, refuse_to_clobber
from emulator.powershell.modules.utility.properties import PropertyArgument, arguments_of
from emulator.powershell.modules.utility.sorting import Gathering
from emulator.powershell.runtime.cmdlet_call import UNBOUND
from emulator.powershell.runtime.conversion import to_bool, to_text
from emulator.powershell.runtime.errors import ErrorRecord, not_emulated
from emulator.powershell.runtime.members import property_names, type_names
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.services import FileStore

_ALIGNMENTS = ("left", "center", "right")
COMMON = ("View", "Expand", "ShowError", "DisplayError")


def _column(entry: PropertyArgument, name: str) -> Column:
    align = to_text(entry.options.get("alignment", "")).lower()
    width = entry.options.get("width", 0)
    form = entry.options.get("formatstring")
    return Column(
        entry.label or name,
        entry.block_result if entry.block is not None else name,
        int(width) if isinstance(width, int) else 0,
        next((one for one in _ALIGNMENTS if align and one.startswith(align)), ""),
        to_text(form) if form is not None else "",
    )


def columns_of(entries: list[PropertyArgument], value: Any) -> tuple[Column, ...]:
    """The columns that -Property asks for, patterns expanded by an object."""
    columns: list[Column] = []
    for entry in entries:
        if entry.block is not None or not is_wildcard(entry.text):
            columns.append(_column(entry, entry.text or entry.name))
        else:
            names = [one for one in property_names(value) if like(one, entry.text or "")]
            columns.extend(_column(entry, one) for one in names)
    return tuple(columns)


def _is_enumerable(base: Any) -> bool:
    return type(base) in DICTIONARY_TYPES or type(base) in LIST_TYPES


def _items(base: Any) -> list[Any]:
    """What a collection stands for: a dictionary for its entries."""
    return list(base.entries()) if type(base) in DICTIONARY_TYPES else list(base)


_ANNOUNCED = "The following object supports IEnumerable:"
_COUNTED = {0: "The IEnumerable contains no objects.", 1: "The IEnumerable contains the following object:"}


class FormatCmdlet(Gathering):
    """Base of the format cmdlets."""

    kind = "table"
    keys: tuple[str, ...] = ("width", "alignment", "formatstring")
    """What a hash table of -Property may hold besides Expression and Label."""

    def begin(self) -> None:
        """No document is under way."""
        super().begin()
        self.document: Document | None = None
        self.group: str | None = None
        call = self.call
        if call.has("View") and call.has("Property"):
            raise call.failure(
                "System.NotSupportedException",
                "Cmdlet parameters View and Property are mutually exclusive.",
                "FormatCannotSpecifyViewAndProperty",
                "InvalidArgument",
            )
        self.expand = to_text(call.get("Expand", "EnumOnly")).lower()

    def process(self) -> None:
        """Write what an input object becomes: itself, what it holds, or both."""
        super().process()
        for raw in self.values:
            self._take(raw)
        self.values.clear()

    def end(self) -> None:
        """End the group and the document."""
        if self.document is not None:
            self.call.write(FormatInfo("GroupEndData"))
            self.call.write(FormatInfo("FormatEndData"))

    def _take(self, raw: Any) -> None:
        base = unwrap(raw)
        if not _is_enumerable(base) or self.expand == "coreonly":
            self._show(raw)
            return
        items = _items(base)
        if self.expand == "both":
            self.call.write(text_aside(_ANNOUNCED))
            self._show_aside(raw)
            count = len(items)
            told = _COUNTED.get(count) or f"The IEnumerable contains the following {count} objects:"
            self.call.write(text_aside(told))
        for item in items:
            self._show(item)

    def _show(self, value: Any) -> None:
        call = self.call
        if value is None:
            return
        if packet_of(value) is not None:
            call.write(value)
            return
        if self._stays_itself(value):
            base = unwrap(value)
            if isinstance(base, ErrorRecord):
                self._report(base)
            else:
                call.write(
                    text_aside("\n".join(scalar_lines(value, call.engine, call.engine.ui.width) or ()))
                )
            return
        if self.document is not None and not self.document.takes(type_names(value)):
            self._show_aside(value)
            return
        errors: list[ErrorRecord] = []
        begins = self.document is None
        document = self.document or self._start(value)
        shown = document.settled(value, call.engine, errors)
        if begins:
            self.document = document
            call.write(start_of(document, shown))
        if begins or (document.group_by is not None and shown.group != self.group):
            if not begins:
                call.write(FormatInfo("GroupEndData"))
            call.write(group_start(document, shown))
            self.group = shown.group
        call.write(entry_of(document, shown))
        if document.shows_errors:
            for one in errors:
                self._report(one)

    def _show_aside(self, value: Any) -> None:
        """Write an object that belongs to no document, as a list."""
        document = aside()
        self.call.write(aside_of(document, document.settled(value, self.call.engine, [])))

    def _report(self, record: ErrorRecord) -> None:
        engine = self.call.engine
        self.call.write(report_aside(error_report(record, engine.ui.width, error_view(engine))))

    def _stays_itself(self, value: Any) -> bool:
        """Whether an object is no part of a document: text, numbers and records, unless -Force is given."""
        call = self.call
        if call.get("Force") or (isinstance(unwrap(value), ScriptBlock) and call.has("Property")):
            return False
        return scalar_lines(value, call.engine, 80) is not None

    def _start(self, value: Any) -> Document:
        call = self.call
        entries = arguments_of(call, call.get("Property"), *self.keys)
        group = call.get("GroupBy")
        group_by = None
        if group is not None:
            entry = PropertyArgument(call, unwrap(group), ())
            group_by = _column(entry, entry.text or entry.name)
        view = None
        if entries:
            columns = self._chosen(entries, value)
            generated, auto = True, False
        else:
            view = self._view(value)
            columns = view.columns if view is not None else self._generated(value)
            generated = view is None
            auto = view is not None and view.auto_size
            if view is not None and group_by is None:
                group_by = view.group_by
        made = Document(
            self.kind,
            columns,
            auto_size=bool(call.get("AutoSize")) or auto,
            generated=generated,
            wrap_cells=bool(call.get("Wrap")),
            hide_headers=bool(call.get("HideTableHeaders")),
            group_by=group_by,
            type_names=view.type_names if view is not None else (),
            chosen=bool(entries) and self.kind == "list",
            variants=view.variants if view is not None else (),
        )
        made.shows_errors = bool(call.get("ShowError"))
        made.marks_errors = bool(call.get("DisplayError"))
        return made

    def _view(self, value: Any) -> View | None:
        call, names = self.call, type_names(value)
        name = to_text(call.get("View")) if call.has("View") else ""
        if not name and type(unwrap(value)) in DICTIONARY_TYPES:
            return None  # its view is for its entries
        views = call.engine.views
        found = views.named(names, self.kind, name) if name else views.find(names, self.kind)
        if call.engine.tracing is not None:
            from emulator.powershell.runtime.trace_views import tell_view

            tell_view(call.engine.tracing, found, names, self.kind, name)
        if name and found is None:
            raise call.failure(
                "System.Management.Automation.PipelineStoppedException",
                f"The view name {name} cannot be found.",
                "FormatViewNotFound",
                "ObjectNotFound",
            )
        return cast("View | None", found)

    def _chosen(self, entries: list[PropertyArgument], value: Any) -> tuple[Column, ...]:
        return columns_of(entries, value)

    def _generated(self, value: Any) -> tuple[Column, ...]:
        return default_columns(value, self.call.engine)[:MAXIMUM_COLUMNS]


@cmdlet("Format-Table")
class FormatTable(FormatCmdlet):
    """A table."""

    accepts = (
        "Property",
        "AutoSize",
        "HideTableHeaders",
        "Wrap",
        "GroupBy",
        "InputObject",
        "Force",
        "RepeatHeader",
        *COMMON,
    )

    def _start(self, value: Any) -> Document:
        document = super()._start(value)
        document.repeats_header = bool(self.call.get("RepeatHeader"))
        if self.call.get("AutoSize"):
            document.columns = tuple(
                Column(one.label, one.value, 0, one.alignment, one.form) for one in document.columns
            )
        return document


@cmdlet("Format-List")
class FormatList(FormatCmdlet):
    """A list."""

    accepts = ("Property", "GroupBy", "InputObject", "Force", *COMMON)
    kind = "list"

    def _generated(self, value: Any) -> tuple[Column, ...]:  # noqa: ARG002
        return ()  # those of each object


@cmdlet("Format-Wide")
class FormatWide(FormatCmdlet):
    """One property of each object, in columns."""

    accepts = ("Property", "AutoSize", "Column", "GroupBy", "InputObject", "Force", *COMMON)
    kind = "wide"

    def _start(self, value: Any) -> Document:
        given = self.call.get("Property")
        if given is not None:
            self.call.parameters["property"] = [given]
        document = super()._start(value)
        document.columns = document.columns[:1]
        document.auto_size = bool(self.call.get("AutoSize"))
        document.across = int(self.call.get("Column") or 2)
        return document

    def _generated(self, value: Any) -> tuple[Column, ...]:
        name = name_property(value) or next(iter(property_names(value)), None)
        if name is not None:
            return (Column(name, name),)
        return (Column("", to_text),)


@cmdlet("Out-String")
class OutString(Lines):
    """The input as text."""

    accepts = ("Stream", "Width", "InputObject")

    def take(self, lines: list[str]) -> None:
        """Keep the lines, or write them."""
        if not self.call.get("Stream"):
            super().take(lines)
            return
        for line in lines:
            self.call.write(line)

    def end(self) -> None:
        """Write one text, or the last lines."""
        text = self.text()
        if not self.call.get("Stream"):
            self.call.write(text)


@cmdlet("Out-File")
class OutFile(Lines):
    """The input as text in a file."""

    accepts = (
        "FilePath",
        "LiteralPath",
        "Encoding",
        "Append",
        "Force",
        "NoClobber",
        "Width",
        "NoNewline",
        "InputObject",
    )

    def end(self) -> None:
        """Write the file."""
        call = self.call
        store = call.service(FileStore)
        path = store.resolve(to_text(call.get("FilePath") or call.get("LiteralPath")))
        if not call.should_process(path, "Output to File"):
            return
        if call.get("NoClobber") and store.exists(path):
            raise refuse_to_clobber(call, path)
        text = self.text()
        if call.get("NoNewline"):
            text = "".join(self.lines)
        encoding = to_text(call.get("Encoding", "unicode")).lower()
        with forced(call, path):
            store.write_text(path, text, bool(call.get("Append")), encoding)


@cmdlet("Tee-Object")
class TeeObject(Lines):
    """Keep the input in a variable or file and pass it on."""

    accepts = ("InputObject", "FilePath", "LiteralPath", "Variable", "Append")

    def begin(self) -> None:
        """Start with nothing kept."""
        super().begin()
        self.values: list[Any] = []

    def process(self) -> None:
        """Keep and pass on."""
        call = self.call
        if not call.has("Variable"):
            super().process()
        elif call.input_object is not UNBOUND:
            self.values.append(call.input_object)
        elif call.has("InputObject"):
            self.values.append(call.get("InputObject"))
        if call.input_object is not UNBOUND:
            call.write(call.input_object)

    def end(self) -> None:
        """Fill the variable or file."""
        call = self.call
        if call.has("Variable"):
            from emulator.powershell.runtime.compiler.base import collected

            call.frame.scope.assign(to_text(call.get("Variable")), collected(self.values), call.engine)
            return
        store = call.engine.find_service(FileStore)
        if store is None:
            raise not_emulated("Tee-Object to a file")
        path = store.resolve(to_text(call.get("FilePath") or call.get("LiteralPath")))
        store.write_text(path, self.text(), to_bool(call.get("Append")), "unicode")
