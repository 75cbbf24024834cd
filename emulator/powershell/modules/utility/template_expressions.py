"""What ConvertFrom-String takes for records like those of a template: expressions of what stands between
fields and of what the fields look like, in more than one way to choose from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from emulator.powershell.modules.utility.template_marks import Mark, Region

_SHORT_GAP = 12
"""A longer text between fields may differ in the middle from record to record."""


class Choice(NamedTuple):
    """How narrow an expression is: that of the first field and of the others (0 takes anything, 2 only the
    forms of the examples); ``wide``: two blanks part more than one; ``loose``: texts between fields may
    differ although those of the examples do not; ``parted``: a record may end where what parts it from the
    next one in its line begins."""

    first: int
    others: int
    wide: bool
    loose: bool
    parted: bool


class Example(NamedTuple):
    """A record of the template: names, values, the texts between them, before them and after them in their
    line. ``until``: all text up to the next record. ``inline``: it begins in the line where the one before
    ends."""

    names: tuple[str, ...]
    values: tuple[Region, ...]
    gaps: tuple[str, ...]
    before: str
    after: str
    until: str
    inline: bool
    ends_line: bool


def examples_of(region: Region, groups: list[tuple[Mark, ...]], stop: int) -> list[Example]:
    """The examples that groups of marks are; ``stop``: where what belongs to the last one ends."""
    plain = region.text
    examples = []
    for place, group in enumerate(groups):
        line = plain.rfind("\n", 0, group[0].start) + 1
        before = groups[place - 1][-1].end if place else 0
        following = groups[place + 1][0].start if place + 1 < len(groups) else stop
        end = plain.find("\n", group[-1].end)
        ends_line = following == len(plain) if end < 0 else end < following
        end = len(plain) if end < 0 else end
        examples.append(
            Example(
                tuple(one.name for one in group),
                tuple(region.value(one) for one in group),
                _gaps(plain, group),
                plain[max(line, before) : group[0].start],
                plain[group[-1].end : min(end, following)].rstrip() if ends_line else "",
                plain[group[-1].end : following],
                before > line,
                ends_line,
            )
        )
    return examples


def _gaps(plain: str, group: tuple[Mark, ...]) -> tuple[str, ...]:
    return tuple(plain[left.end : right.start] for left, right in pairwise(group))


def record(
    group: list[Example], values: dict[str, list[Region]], types: dict[str, str], choice: Choice
) -> str:
    """The expression for records of one shape; its groups are the fields."""
    wide, loose = choice.wide, choice.loose
    is_inline = any(one.inline for one in group)
    parts = ["" if is_inline else "^", _between([one.before for one in group], wide=wide, loose=loose)]
    for place, name in enumerate(group[0].names):
        level = choice.first if place == 0 else choice.others
        if place:
            parts.append(_between([one.gaps[place - 1] for one in group], wide=wide, loose=loose))
        parts.append(f"({_field(values[name], types.get(name), level, choice)})")
    if all(one.ends_line for one in group):
        parts.append(_between([one.after for one in group], wide=wide, loose=loose))
        parts.append(r"[ \t]*(?=\n|\z)")
    elif choice.parted:
        inside = _between([one.until for one in group if not one.ends_line], wide=wide, loose=loose)
        last = _between([one.after for one in group if one.ends_line] or [""], wide=wide, loose=loose)
        parts.append(rf"(?={inside}|{last}[ \t]*(?:\n|\z))")
    else:
        parts.append(r"(?=\s|\z)")
    return "".join(parts)


def _structure(regions: list[Region], level: int, choice: Choice) -> str:
    """The expression for values with fields inside: what stands before the first record, and records."""
    wide, loose = choice.wide, choice.loose
    values = values_of((one, mark) for one in regions for mark in one.marks)
    types = types_of(mark for one in regions for mark in one.marks)
    leads: list[tuple[Region, tuple[Mark, ...]]] = []
    records: list[tuple[Region, tuple[Mark, ...]]] = []
    starts: list[str] = []
    parting: list[str] = []
    for one in regions:
        groups = one.groups()
        for left, right in pairwise(groups):
            text = one.text[left[-1].end : right[0].start]
            (parting if left[0].begins_record else starts).append(text)
        for group in groups:
            (records if group[0].begins_record else leads).append((one, group))
    inside = choice._replace(first=level, others=level)
    parts = [_between([one.text[: one.marks[0].start] for one in regions], wide=wide, loose=loose)]
    if leads:
        parts.append(_any_of(leads, values, types, inside))
    if starts:
        parts.append(_between(starts, wide=wide, loose=loose))
    if records:
        shown = _any_of(records, values, types, inside)
        again = f"(?:{_between(parting, wide=wide, loose=loose)}{shown})*" if parting else ""
        parts.append(f"{shown}{again}")
    parts.append(_between([one.text[one.marks[-1].end :] for one in regions], wide=wide, loose=loose))
    return "".join(parts)


def _any_of(
    groups: list[tuple[Region, tuple[Mark, ...]]],
    values: dict[str, list[Region]],
    types: dict[str, str],
    choice: Choice,
) -> str:
    """The expression for any of the shapes that groups of marks have, without groups of its own."""
    gaps: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for region, group in groups:
        gaps.setdefault(tuple(one.name for one in group), []).append(_gaps(region.text, group))
    forms = []
    for names, texts in sorted(gaps.items(), key=lambda pair: -len(pair[0])):
        parts = []
        for place, name in enumerate(names):
            if place:
                between = [one[place - 1] for one in texts]
                parts.append(_between(between, wide=choice.wide, loose=choice.loose))
            parts.append(_field(values[name], types.get(name), choice.first, choice))
        forms.append("".join(parts))
    return f"(?:{'|'.join(forms)})"


def values_of(marks: Iterable[tuple[Region, Mark]]) -> dict[str, list[Region]]:
    """All values of each name."""
    found: dict[str, list[Region]] = {}
    for region, mark in marks:
        found.setdefault(mark.name, []).append(region.value(mark))
    return found


def types_of(marks: Iterable[Mark]) -> dict[str, str]:
    """The types of the names that have one. A field with fields inside has none."""
    return {one.name: one.type_name for one in marks if one.type_name is not None and not one.inner}


_NUMBERS = frozenset({"int", "int32", "int64", "long", "uint32", "uint64", "byte", "int16", "short"})
_DECIMALS = frozenset({"double", "single", "float", "decimal"})


def _field(regions: list[Region], type_name: str | None, level: int, choice: Choice) -> str:
    """What a field looks like: anything in a line, the kinds of characters of the examples, or their form;
    with fields inside, what these look like, and anything last."""
    if all(one.marks for one in regions):
        if level < 2:
            return _structure(regions, 2 * level, choice)
        level = 0
    values = [one.text for one in regions]
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
    for piece in re.split(r"([^\S \t]\s*)", text):
        if "\n" in piece:
            out.append(r"[ \t]*\n\s*")
            continue
        for part in re.split(r"([ \t]+)", piece):
            if part and not part.strip(" \t"):
                out.append(r"[ \t]{2,}" if wide and len(part) > 1 else r"[ \t]+")
            else:
                out.append("".join(map(_literal, part)))
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
    return len(text) > _SHORT_GAP and re.search(r"\d|\n[^\S\n]*\S.*\n|[;,].*[;,]", text) is not None


def _lead(text: str) -> str:
    """The characters that end the field before."""
    found = re.match(r"\W{1,2}", text)
    return found[0] if found is not None else ""


def _trail(text: str) -> str:
    """The label before the next field, from the last separator or line on."""
    return re.split(r"[\n;,\d]", text)[-1]


def _common(texts: list[str]) -> str:
    first = texts[0]
    length = 0
    while length < len(first) and all(one[length : length + 1] == first[length] for one in texts):
        length += 1
    return first[:length]
