"""Tables: column widths, alignment and rows."""

from __future__ import annotations

from emulator.powershell.format.wrapping import wrap


def assign_widths(widths: list[int], screen: int) -> list[int]:
    """Widths that fit the screen: free columns (0) share what is left; the last ones shrink or vanish
    (-1).
    """
    widths = list(widths)
    if all(width > 0 for width in widths):
        return widths if _total(widths) <= screen else _trim(widths, screen)
    free = [index for index, width in enumerate(widths) if width <= 0]
    for index in free:
        widths[index] = 1
    room = screen - _total(widths)
    if room < 0:
        return _trim(widths, screen)
    share, rest = divmod(room, len(free))
    for place, index in enumerate(free):
        widths[index] += share + (1 if place < rest else 0)
    return widths


def _total(widths: list[int]) -> int:
    shown = [width for width in widths if width > 0]
    return sum(shown) + max(len(shown) - 1, 0)


def _trim(widths: list[int], screen: int) -> list[int]:
    last = len(widths) - 1
    while last >= 0 and _total(widths) > screen:
        narrowed = widths[last] - (_total(widths) - screen)
        if narrowed >= 1:
            widths[last] = narrowed
            break
        widths[last] = -1
        last -= 1
    return widths


def fit(text: str, width: int, alignment: str) -> str:
    """A cell of exactly the width: padded, or cut with ``...``."""
    text = _one_line(text)
    if len(text) > width:
        if width <= 3:
            return text[:width] if alignment != "right" else text[-width:]
        return "..." + text[len(text) - width + 3 :] if alignment == "right" else text[: width - 3] + "..."
    if alignment == "right":
        return text.rjust(width)
    if alignment == "center":
        left = (width - len(text)) // 2
        return (" " * left + text).ljust(width)
    return text.ljust(width)


def _one_line(text: str) -> str:
    lines = text.replace("\r\n", "\n").split("\n")
    return text if len(lines) == 1 else lines[0] + "..."


def row(cells: list[str], widths: list[int], alignments: list[str]) -> str:
    """One line of a table."""
    shown = [
        fit(text, width, alignment)
        for text, width, alignment in zip(cells, widths, alignments, strict=True)
        if width > 0
    ]
    return " ".join(shown)


def wrapped_rows(cells: list[str], widths: list[int], alignments: list[str]) -> list[str]:
    """A row whose long cells go on below (Format-Table -Wrap)."""
    columns = [
        (wrap(text, width), width, alignment)
        for text, width, alignment in zip(cells, widths, alignments, strict=True)
        if width > 0
    ]
    height = max((len(lines) for lines, _, _ in columns), default=0)
    return [
        " ".join(fit(lines[i] if i < len(lines) else "", width, how) for lines, width, how in columns)
        for i in range(height)
    ]


def header(labels: list[str], widths: list[int], alignments: list[str]) -> list[str]:
    """The line with the labels and the line of dashes below it."""
    dashes = [
        "-" * min(len(label), width) if width > 0 else "" for label, width in zip(labels, widths, strict=True)
    ]
    return [row(labels, widths, alignments), row(dashes, widths, alignments)]
