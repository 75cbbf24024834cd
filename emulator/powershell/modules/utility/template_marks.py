"""The templates of ConvertFrom-String: texts with marked values, ``{[int]Age*:12}``, one inside another."""

from __future__ import annotations

import re
from typing import NamedTuple

_MARK = re.compile(r"\{(?:\[(?P<type>[^\]{}:]+)\])?(?P<name>[^{}:*\s\[\]]+)(?P<star>\*)?:")
_ESCAPED = "{}|"
_DEEPEST = 8
"""Fields inside one another. What is learned of the outer ones may double with each."""


class TemplateError(ValueError):
    """The template teaches nothing."""


class UnknownTemplateError(TemplateError):
    """The template uses what is not emulated; the message names it."""


class Mark(NamedTuple):
    """A marked value, where it stands in the text without marks, and the marks inside it."""

    name: str
    type_name: str | None
    begins_record: bool
    start: int
    end: int
    inner: tuple[Mark, ...] = ()


class Region(NamedTuple):
    """A text, and what is marked in it."""

    text: str
    marks: tuple[Mark, ...]

    def cut(self, marks: tuple[Mark, ...], start: int, end: int) -> Region:
        """A part of the text with marks that stand in it."""
        return Region(self.text[start:end], _moved(marks, -start))

    def value(self, mark: Mark) -> Region:
        """The value of a mark, and what is marked inside it."""
        return self.cut(mark.inner, mark.start, mark.end)

    def groups(self) -> list[tuple[Mark, ...]]:
        """The marks of each record; those before the first star, and all without one, are a group as well."""
        groups: list[list[Mark]] = []
        for mark in self.marks:
            if mark.begins_record or not groups:
                groups.append([])
            groups[-1].append(mark)
        return [tuple(one) for one in groups]

    def lead(self) -> tuple[Mark, ...]:
        """The marks before the first record."""
        first = next((place for place, one in enumerate(self.marks) if one.begins_record), None)
        return self.marks[:first]


def _moved(marks: tuple[Mark, ...], by: int) -> tuple[Mark, ...]:
    return tuple(
        one._replace(start=one.start + by, end=one.end + by, inner=_moved(one.inner, by)) for one in marks
    )


def read_template(text: str) -> Region:
    """A template's text without its marks, and the marks. Raises TemplateError."""
    plain: list[str] = []
    length = place = 0
    opened: list[tuple[re.Match[str], int]] = []
    read: list[list[Mark]] = [[]]
    while place < len(text):
        character = text[place]
        if character == "\\" and text[place + 1 : place + 2] and text[place + 1] in _ESCAPED:
            character, place = text[place + 1], place + 1
        elif character == "{" and (found := _MARK.match(text, place)) is not None:
            if len(opened) == _DEEPEST:
                raise UnknownTemplateError(
                    f"More than {_DEEPEST} fields inside one another in a template of ConvertFrom-String"
                )
            opened.append((found, length))
            read.append([])
            place = found.end()
            continue
        elif character == "}" and opened:
            head, start = opened.pop()
            inner = tuple(read.pop())
            read[-1].append(Mark(head["name"], head["type"], bool(head["star"]), start, length, inner))
            place += 1
            continue
        plain.append(character)
        length, place = length + 1, place + 1
    if opened or not read[0]:
        raise TemplateError
    return Region("".join(plain), tuple(read[0]))
