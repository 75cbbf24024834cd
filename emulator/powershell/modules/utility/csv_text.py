"""Comma-separated values as 5.1 reads and writes them."""

from __future__ import annotations

from collections.abc import Iterator

_BLANKS = " \t"


def quoted(text: str) -> str:
    """A cell in quotes."""
    return '"' + text.replace('"', '""') + '"'


def records(text: str, delimiter: str) -> Iterator[list[str]]:
    """The records of a text; blank lines are none. Blanks around a cell without quotes do not belong to it,
    and a quoted cell may hold line ends."""
    place, size = 0, len(text)
    while place < size:
        cells: list[str] = []
        while True:
            cell, place, ended = _cell(text, place, size, delimiter)
            cells.append(cell)
            if ended:
                break
        if len(cells) > 1 or cells[0]:
            yield cells


def _cell(text: str, place: int, size: int, delimiter: str) -> tuple[str, int, bool]:
    """A cell, where the next one begins, and whether it was the record's last."""
    while place < size and text[place] in _BLANKS and text[place] != delimiter:
        place += 1
    if place < size and text[place] == '"':
        cell, place = _quoted_cell(text, place + 1, size)
        rest, place, ended = _bare_cell(text, place, size, delimiter)
        return cell + rest, place, ended
    return _bare_cell(text, place, size, delimiter)


def _quoted_cell(text: str, place: int, size: int) -> tuple[str, int]:
    parts: list[str] = []
    while place < size:
        end = text.find('"', place)
        if end < 0:
            return "".join((*parts, text[place:])), size
        parts.append(text[place:end])
        if text[end + 1 : end + 2] != '"':
            return "".join(parts), end + 1
        parts.append('"')
        place = end + 2
    return "".join(parts), place


def _bare_cell(text: str, place: int, size: int, delimiter: str) -> tuple[str, int, bool]:
    start = place
    while place < size and text[place] not in (delimiter, "\r", "\n"):
        place += 1
    cell = text[start:place].rstrip(_BLANKS)
    if place >= size:
        return cell, size, True
    if text[place] == delimiter:
        return cell, place + 1, False
    place += 2 if text.startswith("\r\n", place) else 1
    return cell, place, True
