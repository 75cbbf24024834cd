"""ConvertTo-Csv and ConvertFrom-Csv."""

from __future__ import annotations

import csv
import io
from typing import Any

from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.modules.utility.sorting import Gathering
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.members import MISSING, get_property, property_names, type_names
from emulator.powershell.runtime.module import cmdlet


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@cmdlet("ConvertTo-Csv")
class ConvertToCsv(Gathering):
    """Objects as lines of comma-separated values; the first object decides the columns."""

    accepts = ("InputObject", "Delimiter", "NoTypeInformation", "UseCulture")

    def end(self) -> None:
        """Write the lines."""
        call = self.call
        values = [one for one in self.values if one is not None]
        if not values:
            return
        delimiter = to_text(call.get("Delimiter", ","))
        names = property_names(values[0])
        if not call.get("NoTypeInformation"):
            call.write(f"#TYPE {type_names(values[0])[0]}")
        call.write(delimiter.join(_quoted(one) for one in names))
        for value in values:
            cells = []
            for name in names:
                found = get_property(value, name, call.engine)
                cells.append("" if found is MISSING or found is None else _quoted(_cell(found)))
            call.write(delimiter.join(cells))


def _cell(value: Any) -> str:
    from emulator.powershell.runtime.text_operators import current_text

    return current_text(value)


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
        call = self.call
        text = "\n".join(self.values)
        lines = [line for line in text.split("\n") if not line.startswith("#TYPE")]
        rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=to_text(call.get("Delimiter", ","))))
        rows = [row for row in rows if row]
        header = [to_text(one) for one in call.get("Header") or ()]
        if not header:
            if not rows:
                return
            header, rows = rows[0], rows[1:]
        names = [name or f"H{index}" for index, name in enumerate(header, 1)]
        for row in rows:
            cells: list[str | None] = [*row, *([None] * (len(names) - len(row)))]
            call.write(PSObject.custom(zip(names, cells, strict=False)))
