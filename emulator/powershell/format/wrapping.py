"""Breaks long lines as Windows PowerShell does: at blanks, which stay at the end of a line and count."""

from __future__ import annotations


def wrap(text: str, width: int) -> list[str]:
    """The lines of a text, each at most ``width`` characters; words longer than that are cut."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        lines.extend(_wrap_line(line, width))
    return lines


def _wrap_line(line: str, width: int) -> list[str]:
    if len(line) <= width or width <= 0:
        return [line]
    lines: list[str] = []
    current = ""
    for word in _words(line):
        if len(word) > width:
            for character in word:
                if len(current) == width:
                    lines.append(current)
                    current = ""
                current += character
        elif len(current) + len(word) > width:
            lines.append(current)
            current = word
        else:
            current += word
    lines.append(current)
    return lines


def _words(line: str) -> list[str]:
    words: list[str] = []
    start = 0
    for index, character in enumerate(line):
        if character in " \t":
            words.append(line[start : index + 1])
            start = index + 1
    words.append(line[start:])
    return words
