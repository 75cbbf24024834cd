"""How Windows' own programs show records: as a table, as a list, or with commas (``/fo table|list|csv``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

Record = Sequence[str]


def table_lines(
    labels: Record, widths: Sequence[int], records: Iterable[Record], *, header: bool = True, right: str = ""
) -> list[str]:
    """Columns one blank apart, cut to their widths; ``right`` has an ``r`` at the place of each column that
    stands right."""
    sides = [place < len(right) and right[place] == "r" for place in range(len(widths))]

    def line(cells: Record) -> str:
        shown = (
            f"{cell[:width]:>{width}}" if is_right else f"{cell[:width]:<{width}}"
            for cell, width, is_right in zip(cells, widths, sides, strict=True)
        )
        return " ".join(shown)

    head = [
        " ".join(
            f"{label[:width]:>{width}}" if is_right else f"{label[:width]:<{width}}"
            for label, width, is_right in zip(labels, widths, sides, strict=True)
        ),
        " ".join("=" * width for width in widths),
    ]
    return [*(head if header else ()), *map(line, records)]


def list_lines(labels: Record, record: Record) -> list[str]:
    """``Label:   value``, the values in one column."""
    width = max(map(len, labels)) + 2
    return [f"{f'{label}:':<{width}}{value}" for label, value in zip(labels, record, strict=True)]


def csv_line(record: Record) -> str:
    """Every value in quotes."""
    return ",".join('"' + value.replace('"', '""') + '"' for value in record)


def local_text(moment: datetime, offset: timedelta) -> str:
    """``11/28/2026 9:05:00 AM`` of a moment (UTC)."""
    local = moment + offset
    hour, half = local.hour % 12 or 12, "AM" if local.hour < 12 else "PM"
    return f"{local.month}/{local.day}/{local.year} {hour}:{local.minute:02}:{local.second:02} {half}"
