"""What ConvertFrom-String learned from a template: expressions that find records, and fields inside fields.

A program can be kept as text in a comment at the end of the template's file (-UpdateTemplate), with what
identifies the template that it was learned from.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.regex import Regex, regex

_HEAD = "#ConvertFrom-String learned program: "
_COMMENT = re.compile(rf"^{re.escape(_HEAD)}([A-Za-z0-9+/=]+)[ \t]*\r?\n?\Z", re.MULTILINE)


class Found(NamedTuple):
    """A record of a text: its fields in order, the types of those that have one, and all of its text up to
    ``end``. ``kind`` is the name of its first field."""

    fields: tuple[tuple[str, str | Nested], ...]
    types: Mapping[str, str]
    text: str
    end: int

    @property
    def kind(self) -> str:
        """What tells records of several kinds apart."""
        return self.fields[0][0]


class Nested(NamedTuple):
    """What was found in a text: the fields before its first record, and its records. ``has_lead``: such
    fields are looked for; ``kinds``: the kinds of records that are."""

    text: str
    lead: Found | None
    records: tuple[Found, ...]
    has_lead: bool
    kinds: tuple[str, ...]


class Program:
    """Finds the records of a text: by one expression, whose groups are the fields of the shapes in turn.
    ``inner``: what finds the fields inside a field. Raises ValueError for groups that are not those of the
    shapes, and NetError for what is no expression."""

    def __init__(
        self,
        expression: str,
        shapes: list[tuple[str, ...]],
        types: dict[str, str],
        inner: dict[str, Level],
    ) -> None:
        self.expression = expression
        self.shapes = shapes
        self.types = types
        self.inner = inner
        self._search = regex(expression, 0)
        if not all(shapes) or len(self._search.groups) - 1 != sum(map(len, shapes)):
            raise ValueError(expression)

    def find(self, text: str) -> Iterator[Found]:
        """The records in the order of the text."""
        for names, spans in matches(self._search, self.shapes, text):
            start, end = spans[0][0], spans[-1][1]
            fields = (
                (name, self._value(name, text[slice(*span)])) for name, span in zip(names, spans, strict=True)
            )
            yield Found(tuple(fields), self.types, text[start:end], end)

    def _value(self, name: str, text: str) -> str | Nested:
        level = self.inner.get(name)
        return text if level is None else level.find(text)

    def data(self) -> dict[str, Any]:
        """The program in words of JSON."""
        return {
            "expression": self.expression,
            "shapes": self.shapes,
            "types": self.types,
            "inner": {name: level.data() for name, level in self.inner.items()},
        }


def matches(
    search: Regex, shapes: list[tuple[str, ...]], text: str
) -> Iterator[tuple[tuple[str, ...], list[tuple[int, int]]]]:
    """Of each match of an expression the shape that it has, and where the fields stand."""
    for match in search.matches(text):
        first = 1
        for names in shapes:
            last = first + len(names)
            if match.start(first) >= 0:
                yield names, [match.span(number) for number in range(first, last)]
                break
            first = last


class Level(NamedTuple):
    """What finds the fields before the first record of a text, and its records."""

    lead: Program | None
    records: Program | None

    def find(self, text: str) -> Nested:
        """All that is found in a text."""
        lead = next(self.lead.find(text), None) if self.lead is not None else None
        records: tuple[Found, ...] = ()
        if self.records is not None:
            records = tuple(self.records.find(text if lead is None else text[lead.end :]))
        shapes = [] if self.records is None else self.records.shapes
        kinds = tuple(dict.fromkeys(names[0] for names in shapes))
        return Nested(text, lead, records, self.lead is not None, kinds)

    def data(self) -> dict[str, Any]:
        """The level in words of JSON."""
        return {
            "lead": self.lead and self.lead.data(),
            "records": self.records and self.records.data(),
        }


def split_comment(text: str) -> tuple[str, str | None]:
    """A template's text without the comment at its end, and what is kept in the comment."""
    found = _COMMENT.search(text)
    return (text, None) if found is None else (text[: found.start()], found[1])


def with_comment(text: str, level: Level, template: str) -> str:
    """The text of a template's file with a comment at its end that keeps what was learned from a template."""
    content = json.dumps({"template": _identity(template), "program": level.data()}, separators=(",", ":"))
    kept = base64.b64encode(content.encode()).decode("ascii")
    text, _ = split_comment(text)
    return f"{text}{'' if text.endswith(chr(10)) else chr(13) + chr(10)}{_HEAD}{kept}\r\n"


def kept_program(kept: str, template: str) -> Level | None:
    """The program of a comment; none when it was learned from another template, or is not readable."""
    try:
        content = json.loads(base64.b64decode(kept, validate=True))
        return _level(content["program"]) if content["template"] == _identity(template) else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, NetError):
        return None


def _level(data: Any) -> Level:
    lead, records = data["lead"], data["records"]
    return Level(lead and _program(lead), records and _program(records))


def _program(data: Any) -> Program:
    return Program(
        data["expression"],
        [tuple(map(str, names)) for names in data["shapes"]],
        {str(name): str(type_name) for name, type_name in data["types"].items()},
        {str(name): _level(level) for name, level in data["inner"].items()},
    )


def _identity(template: str) -> str:
    """What a template is known by: neither the way its lines end nor the end of its last one counts."""
    return hashlib.sha256(template.replace("\r\n", "\n").rstrip("\n").encode("utf-8", "replace")).hexdigest()
