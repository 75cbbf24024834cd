"""ConvertTo-Csv, ConvertFrom-Csv, Export-Csv and Import-Csv."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from emulator.powershell.dotnet.library.cultures import current_culture
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.language import SEVEN
from emulator.powershell.modules.utility.csv_text import quoted, records
from emulator.powershell.modules.utility.files import files_of, forced, one_path, refuse_to_clobber, store_of
from emulator.powershell.modules.utility.sorting import Gathering
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.members import MISSING, get_property, property_names, type_names
from emulator.powershell.runtime.module import Cmdlet, cmdlet
from emulator.powershell.runtime.text_operators import current_text

_TYPE = "#TYPE "


def _delimiter(call: CmdletCall) -> str:
    if call.get("UseCulture"):
        return current_culture(call.engine).list_separator
    return to_text(call.get("Delimiter", ","))


def _header(names: list[str], delimiter: str) -> str:
    return delimiter.join(quoted(one) for one in names)


def _line(call: CmdletCall, value: Any, names: list[str], delimiter: str) -> str:
    cells = []
    for name in names:
        found = get_property(value, name, call.engine)
        cells.append("" if found is MISSING or found is None else quoted(current_text(found)))
    return delimiter.join(cells)


def _type_line(value: Any) -> str:
    return _TYPE + type_names(value)[0]


@cmdlet("ConvertTo-Csv")
class ConvertToCsv(Cmdlet):
    """Objects as lines of comma-separated values; the first object decides the columns."""

    accepts = ("InputObject", "Delimiter", "NoTypeInformation", "UseCulture")

    def begin(self) -> None:
        """No object has come yet."""
        self.names: list[str] | None = None
        self.delimiter = _delimiter(self.call)

    def process(self) -> None:
        """Write the line of one object, before the first the header."""
        call = self.call
        value = call.get("InputObject") if call.input_object is UNBOUND else call.input_object
        if value is None:
            return
        if self.names is None:
            self.names = property_names(value)
            if call.engine.language < SEVEN and not call.get("NoTypeInformation"):
                call.write(_type_line(value))
            call.write(_header(self.names, self.delimiter))
        call.write(_line(call, value, self.names, self.delimiter))


@cmdlet("Export-Csv")
class ExportCsv(Gathering):
    """Objects as comma-separated values in a file."""

    accepts = (
        *("InputObject", "Path", "LiteralPath", "Force", "NoClobber", "Encoding", "Append", "Delimiter"),
        *("UseCulture", "NoTypeInformation"),
    )

    def begin(self) -> None:
        """Check what was asked for before anything comes."""
        super().begin()
        call = self.call
        self.path = one_path(call, call.get("Path"), call.get("LiteralPath"))

    def end(self) -> None:
        """Write the file."""
        call, store, path = self.call, store_of(self.call), self.path
        values = [one for one in self.values if one is not None]
        if not call.should_process(path, "Export-Csv"):
            return
        present, append = store.exists(path), bool(call.get("Append"))
        if present and call.get("NoClobber"):
            raise refuse_to_clobber(call, path)
        delimiter, lines = _delimiter(call), []
        names = property_names(values[0]) if values else []
        old = store.read_text(path) if append and present else ""
        if old.strip():
            names = self._known_names(old, names, delimiter)
        elif values:
            if call.engine.language < SEVEN and not call.get("NoTypeInformation"):
                lines.append(_type_line(values[0]))
            lines.append(_header(names, delimiter))
        lines += [_line(call, value, names, delimiter) for value in values]
        encoding = to_text(call.get("Encoding", "ascii")).lower()
        with forced(call, path):
            store.write_text(path, "".join(f"{one}\r\n" for one in lines), append, encoding)

    def _known_names(self, old: str, names: list[str], delimiter: str) -> list[str]:
        known, _, _ = _table(old, delimiter, ())
        if not self.call.get("Force"):
            have = {one.lower() for one in names}
            lacking = next((one for one in known if one.lower() not in have), None)
            if lacking is not None and names:
                raise self.call.failure(
                    "System.InvalidOperationException",
                    "Cannot append CSV content to the following file: "
                    f"{self.path}. The appended object does not have a property that corresponds to the "
                    f"following column: {lacking}. To continue with mismatched properties, add the -Force "
                    "parameter, and then retry the command.",
                    "CannotAppendCsvWithMismatchedPropertyNames",
                    "InvalidData",
                    lacking,
                )
        return known


def _table(text: str, delimiter: str, header: Iterable[str]) -> tuple[list[str], list[list[str]], str | None]:
    """Names of the columns, rows, and the type named in the first line."""
    kind = None
    if text.startswith("#TYPE"):
        first, _, text = text.partition("\n")
        kind = first[len(_TYPE) :].strip() or None
    rows = list(records(text, delimiter))
    names = list(header)
    if not names and rows:
        names, rows = rows[0], rows[1:]
    return names, rows, kind


def _write_objects(call: CmdletCall, text: str, delimiter: str) -> None:
    header = [to_text(one) for one in call.get("Header") or ()]
    names, rows, kind = _table(text, delimiter, header)
    unnamed = 0
    shown: list[str] = []
    seen: set[str] = set()
    while names and not names[-1]:
        names.pop()
    for name in names:
        if not name:
            unnamed += 1
            name = f"H{unnamed}"
        if name.lower() in seen:
            raise call.failure(
                "System.Management.Automation.ExtendedTypeSystemException",
                f'The member "{name}" is already present.',
                "AlreadyPresentPSMemberInfoInternalCollectionAdd",
                "NotSpecified",
            )
        seen.add(name.lower())
        shown.append(name)
    if unnamed:
        call.warning(
            'One or more headers were not specified. Default names starting with "H" have been used in place '
            "of any missing headers."
        )
    for row in rows:
        cells: list[str | None] = [*row, *([None] * (len(shown) - len(row)))]
        made = PSObject.custom(zip(shown, cells, strict=False))
        if kind:
            made.type_names.insert(0, f"CSV:{kind}")
        call.write(made)


@cmdlet("ConvertFrom-Csv")
class ConvertFromCsv(Gathering):
    """Custom objects from lines of comma-separated values."""

    accepts = ("InputObject", "Delimiter", "Header", "UseCulture")

    def process(self) -> None:
        """Keep lines."""
        given = self.call.get("InputObject")
        for one in given if isinstance(given, list) else [given]:
            self.values.append(to_text(one))

    def end(self) -> None:
        """Read and write objects."""
        _write_objects(self.call, "\n".join(self.values), _delimiter(self.call))


@cmdlet("Import-Csv")
def import_csv(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    delimiter: Any = None,  # noqa: ARG001 - read by `_delimiter`
    use_culture: bool = False,  # noqa: ARG001 - as above
    header: list[str] | None = None,  # noqa: ARG001 - read by `_write_objects`
    encoding: str | None = None,
) -> None:
    """Custom objects from files."""
    if (path is None) == (literal_path is None):
        one_path(call, path, literal_path)
    for name in files_of(call, literal_path or path, literal=literal_path is not None):
        _write_objects(call, text_of_file(call, name, encoding), _delimiter(call))


_CODECS = {
    "unicode": "utf-16",
    "utf7": "utf-7",
    "utf8": "utf-8-sig",
    "ascii": "ascii",
    "utf32": "utf-32",
    "bigendianunicode": "utf-16-be",
    "default": "cp1252",
    "oem": "cp437",
}


def text_of_file(call: CmdletCall, path: str, encoding: str | None = None) -> str:
    """The text of a file: by its byte order mark, otherwise in an encoding of 5.1."""
    from emulator.powershell.modules.utility.files import bytes_of

    data = bytes_of(call).read_bytes(path)
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:3] == b"\xef\xbb\xbf"
    if marked or not encoding:
        return store_of(call).read_text(path)
    return data.decode(_CODECS.get(encoding.lower(), "cp1252"), "replace")
