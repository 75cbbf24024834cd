"""How Windows' own programs show records (``/fo table|list|csv``), moments and physical addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

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

    head = [line(labels), " ".join("=" * width for width in widths)]
    return [*(head if header else ()), *map(line, records)]


def list_lines(labels: Record, record: Record) -> list[str]:
    """``Label:   value``, the values in one column."""
    width = max(map(len, labels)) + 2
    return [f"{f'{label}:':<{width}}{value}" for label, value in zip(labels, record, strict=True)]


def csv_line(record: Record) -> str:
    """Every value in quotes."""
    return ",".join('"' + value.replace('"', '""') + '"' for value in record)


def shown_lines(
    form: str,
    labels: Record,
    widths: Sequence[int],
    records: Iterable[Record],
    *,
    header: bool = True,
    right: str = "",
) -> list[str]:
    """Records as ``/fo`` wants them: ``csv``, ``list`` or ``table``, the last two after an empty line."""
    if form == "csv":
        return [csv_line(record) for record in [*([labels] if header else ()), *records]]
    if form == "list":
        return [line for record in records for line in ("", *list_lines(labels, record))]
    return ["", *table_lines(labels, widths, records, header=header, right=right)]


def date_text(day: date) -> str:
    """``11/28/2026``."""
    return f"{day.month}/{day.day}/{day.year}"


def clock_text(local: datetime) -> str:
    """``9:05:00 AM``."""
    return f"{local.hour % 12 or 12}:{local:%M:%S} {'AM' if local.hour < 12 else 'PM'}"


def local_text(moment: datetime, offset: timedelta) -> str:
    """``11/28/2026 9:05:00 AM`` of a moment (UTC)."""
    local = moment + offset
    return f"{date_text(local)} {clock_text(local)}"


def address_text(mac: str) -> str:
    """``00-15-5D-01-02-03`` of a physical address, with whichever separators it has."""
    plain = mac.replace(":", "").replace("-", "").upper()
    return "-".join(plain[place : place + 2] for place in range(0, len(plain), 2))
