"""How ConvertFrom-String learns from a template: records of fields, and the texts between them.

Windows learns programs with FlashExtract. Here the program is one regular expression: for each kind of
record that the template shows, what stands between its fields and what the fields look like. Of the
expressions that come into question, from the most general on, the first one counts that finds in the
template's own text exactly what was marked there, and nothing where nothing was marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise, product
from typing import NamedTuple

_MARK = re.compile(r"\{(?:\[(?P<type>[^\]{}:]+)\])?(?P<name>[^{}:*\s\[\]]+)(?P<star>\*)?:")
_ESCAPED = "{}|"
_SHORT_GAP = 12
"""A longer text between fields may differ in the middle from record to record."""


class TemplateError(ValueError):
    """The template teaches nothing."""


class UnknownTemplateError(TemplateError):
    """The template uses what is not emulated; the message names it."""


class Mark(NamedTuple):
    """A marked value and where it stands in the text without marks."""

    name: str
    type_name: str | None
    begins_record: bool
    start: int
    end: int


class Found(NamedTuple):
    """A record of a text: its fields in order, and where it stands."""

    fields: tuple[tuple[str, str], ...]
    start: int
    end: int


class _Example(NamedTuple):
    """A record of the template: names, values, the texts between them, before them and after them in their
    line. ``inline``: it begins in the line where the one before ends."""

    names: tuple[str, ...]
    values: tuple[str, ...]
    gaps: tuple[str, ...]
    before: str
    after: str
    inline: bool
    ends_line: bool


def read_template(text: str) -> tuple[str, list[Mark]]:
    """The text of a template without its marks, and the marks. Raises TemplateError."""
    plain: list[str] = []
    marks: list[Mark] = []
    length = place = 0
    opened: tuple[re.Match[str], int] | None = None
    while place < len(text):
        character = text[place]
        if character == "\\" and text[place + 1 : place + 2] and text[place + 1] in _ESCAPED:
            character, place = text[place + 1], place + 1
        elif character == "{" and (found := _MARK.match(text, place)) is not None:
            if opened is not None:
                raise UnknownTemplateError("A field inside another one in a template of ConvertFrom-String")
            opened, place = (found, length), found.end()
            continue
        elif character == "}" and opened is not None:
            head, start = opened
            marks.append(Mark(head["name"], head["type"], bool(head["star"]), start, length))
            opened, place = None, place + 1
            continue
        plain.append(character)
        length, place = length + 1, place + 1
    if opened is not None or not marks:
        raise TemplateError
    return "".join(plain), marks


class Program:
    """What was learned. ``find`` looks for the records of a text."""

    def __init__(
        self, search: Callable[[str], Iterator[re.Match[str]]], shapes: list[tuple[str, ...]]
    ) -> None:
        self._search = search
        self._shapes = shapes

    def find(self, text: str) -> Iterator[Found]:
        """The records in the order of the text."""
        for match in self._search(text):
            first = 1
            for names in self._shapes:
                last = first + len(names)
                if match.start(first) >= 0:
                    values = tuple(match.group(number) for number in range(first, last))
                    yield Found(
                        tuple(zip(names, values, strict=True)), match.start(first), match.end(last - 1)
                    )
                    break
                first = last


def learn(
    plain: str, marks: list[Mark], compiled: Callable[[str], Callable[[str], Iterator[re.Match[str]]]]
) -> Program:
    """The program for a template. ``compiled`` makes a search of an expression. Raises TemplateError."""
    if any(one.begins_record for one in marks) and not marks[0].begins_record:
        raise UnknownTemplateError("A field before the first record of a template of ConvertFrom-String")
    if len({one.name for one in marks if one.begins_record}) > 1:
        raise UnknownTemplateError("Several kinds of records in a template of ConvertFrom-String")
    examples = _examples(plain, marks)
    shapes: dict[tuple[str, ...], list[_Example]] = {}
    for one in examples:
        shapes.setdefault(one.names, []).append(one)
    # A record with more fields goes before one that lacks some of them.
    ordered = sorted(shapes.items(), key=lambda pair: -len(pair[0]))
    values: dict[str, list[str]] = {}
    for one in examples:
        for name, value in zip(one.names, one.values, strict=True):
            values.setdefault(name, []).append(value)
    types = {one.name: one.type_name for one in marks if one.type_name is not None}
    wanted = [tuple((mark.start, mark.end) for mark in marks)]
    for first, others, wide, loose in sorted(
        product(range(3), range(3), (True, False), (True, False)),
        key=lambda choice: (choice[0] + choice[1], not choice[2], not choice[3]),
    ):
        expression = "|".join(
            _record(group, values, types, (first, others), wide=wide, loose=loose) for _, group in ordered
        )
        search = compiled(f"(?m){expression}")
        spans = [
            tuple(match.span(number) for number in range(1, match.re.groups + 1) if match.start(number) >= 0)
            for match in search(plain)
        ]
        if [tuple(span for found in spans for span in found)] == wanted:
            return Program(search, [names for names, _ in ordered])
    raise TemplateError


def _examples(plain: str, marks: list[Mark]) -> list[_Example]:
    groups: list[list[Mark]] = []
    for mark in marks:
        if mark.begins_record or not groups:
            groups.append([])
        groups[-1].append(mark)
    examples = []
    for place, group in enumerate(groups):
        line = plain.rfind("\n", 0, group[0].start) + 1
        before = groups[place - 1][-1].end if place else 0
        following = groups[place + 1][0].start if place + 1 < len(groups) else len(plain)
        stop = plain.find("\n", group[-1].end)
        ends_line = stop < 0 or stop < following
        stop = len(plain) if stop < 0 else stop
        examples.append(
            _Example(
                tuple(one.name for one in group),
                tuple(plain[one.start : one.end] for one in group),
                tuple(plain[left.end : right.start] for left, right in pairwise(group)),
                plain[max(line, before) : group[0].start],
                plain[group[-1].end : min(stop, following)].rstrip() if ends_line else "",
                before > line,
                ends_line,
            )
        )
    return examples


def _record(
    group: list[_Example],
    values: dict[str, list[str]],
    types: dict[str, str],
    levels: tuple[int, int],
    *,
    wide: bool,
    loose: bool,
) -> str:
    """The expression for records of one kind; its groups are the fields."""
    names = group[0].names
    is_inline = any(one.inline for one in group)
    parts = ["" if is_inline else "^", _between([one.before for one in group], wide=wide, loose=loose)]
    for place, name in enumerate(names):
        level = levels[0] if place == 0 else levels[1]
        parts.append(f"({_field(values[name], types.get(name), level)})")
        if place + 1 < len(names):
            parts.append(_between([one.gaps[place] for one in group], wide=wide, loose=loose))
    if all(one.ends_line for one in group):
        parts.append(_between([one.after for one in group], wide=wide, loose=loose))
        parts.append(r"[ \t]*(?=\n|\z)")
    else:
        parts.append(r"(?=\s|\z)")
    return "".join(parts)


_NUMBERS = frozenset({"int", "int32", "int64", "long", "uint32", "uint64", "byte", "int16", "short"})
_DECIMALS = frozenset({"double", "single", "float", "decimal"})


def _field(values: list[str], type_name: str | None, level: int) -> str:
    """What a field looks like: anything in a line, the kinds of characters of the examples, or their form."""
    kind = (type_name or "").lower().removeprefix("system.")
    if kind in _NUMBERS:
        return r"[-+]?\d[\d,]*"
    if kind in _DECIMALS:
        return r"[-+]?\d[\d,]*(?:\.\d+)?"
    empty = "|" if any(not one for one in values) else ""
    shown = [one for one in values if one]
    if any("\n" in one for one in shown):
        return rf"(?:\S[\s\S]*?{empty})"
    if level == 0:
        return rf"(?:\S[^\n]*?{empty})"
    if level == 1:
        kinds = "".join(sorted({_kind_of(one) for value in shown for one in value}))
        return rf"(?:[{kinds}]+?{empty})" if kinds else ""
    forms = sorted({_form(one) for one in shown}, key=len, reverse=True)
    return f"(?:{'|'.join(forms)}{empty})"


def _kind_of(character: str) -> str:
    if character.isdigit():
        return r"\d"
    if character.isupper():
        return r"\p{Lu}"
    if character.isalpha():
        return r"\p{L}"
    return r" \t" if character in " \t" else _literal(character)


def _literal(character: str) -> str:
    return f"\\{character}" if not character.isalnum() and character.isascii() else character


def _form(value: str) -> str:
    """``\\p{Lu}[\\p{Ll}]+ \\d+`` for ``Disk 4``: runs of a kind of any length, everything else as it is."""
    out: list[str] = []
    for character in value:
        kind = (
            r"\d" if character.isdigit() else r"\p{Lu}" if character.isupper() else
            r"\p{L}" if character.isalpha() else r"[ \t]" if character in " \t" else ""
        )  # fmt: skip
        piece = f"{kind}+" if kind else _literal(character)
        if not kind or not out or out[-1] != piece:
            out.append(piece)
    return "".join(out)


def _exact(text: str, *, wide: bool) -> str:
    """A text as an expression: blanks of any length, but at least two where there were two and ``wide``."""
    out: list[str] = []
    for piece in re.split(r"([ \t]+|\s*\n\s*)", text):
        if not piece:
            continue
        if "\n" in piece:
            out.append(r"[ \t]*\n\s*")
        elif piece.isspace():
            out.append(r"[ \t]{2,}" if wide and len(piece) > 1 else r"[ \t]+")
        else:
            out.append("".join(map(_literal, piece)))
    return "".join(out)


def _between(texts: list[str], *, wide: bool, loose: bool) -> str:
    """What stands between fields: the text of the examples, or where they differ (or, with ``loose``, may
    differ) how it begins and how it ends."""
    alike = {re.sub(r"[ \t]+", " ", one) for one in texts}
    if len(alike) == 1 and not (loose and _may_differ(texts[0])):
        return _exact(texts[0], wide=wide)
    if all(len(one) <= _SHORT_GAP for one in texts):
        forms = sorted({_exact(one, wide=wide) for one in texts}, key=len, reverse=True)
        return f"(?:{'|'.join(forms)})"
    head, tail = _common([one[:_SHORT_GAP] for one in texts]), _common([one[::-1] for one in texts])[::-1]
    if len(alike) == 1:
        head, tail = _lead(texts[0]), _trail(texts[0])
    any_text = r"[\s\S]*?" if any("\n" in one for one in texts) else r"[^\n]*?"
    return f"{_exact(head, wide=wide)}{any_text}{_exact(tail, wide=wide)}"


def _may_differ(text: str) -> bool:
    return len(text) > _SHORT_GAP and re.search(r"\d|\n.*\S.*\n|[;,].*[;,]", text) is not None


def _lead(text: str) -> str:
    """The characters that end the field before."""
    found = re.match(r"\W{1,2}", text)
    return found[0] if found is not None else ""


def _trail(text: str) -> str:
    """The label before the next field, from the last separator or line on."""
    found = re.search(r"(?:[^\n;,\d]*)\Z", text)
    return found[0] if found is not None else ""


def _common(texts: list[str]) -> str:
    first = texts[0]
    length = 0
    while length < len(first) and all(one[length : length + 1] == first[length] for one in texts):
        length += 1
    return first[:length]
