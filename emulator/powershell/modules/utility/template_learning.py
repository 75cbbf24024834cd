"""How ConvertFrom-String learns from a template: records of fields, and the texts between them.

Windows learns programs with FlashExtract. Here a program is one regular expression for the records of a
text: for each shape that they have in the template, what stands between its fields and what the fields look
like. Of the expressions that come into question, from the most general on, the first one counts that finds in
the template's own text exactly what was marked there, and nothing where nothing was marked. The fields inside
a field are learned in the same way, from its values.
"""

from __future__ import annotations

import time
from itertools import product
from typing import NamedTuple

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.regex import Regex, regex
from emulator.powershell.modules.utility.template_expressions import (
    Choice,
    Example,
    examples_of,
    record,
    types_of,
    values_of,
)
from emulator.powershell.modules.utility.template_marks import (
    Mark,
    Region,
    TemplateError,
    UnknownTemplateError,
)
from emulator.powershell.modules.utility.template_programs import Level, Program, matches

_SECONDS = 6.0
"""How long learning may take; a template that takes longer teaches nothing."""

_CHOICES = sorted(
    (Choice(*choice) for choice in product(range(3), range(3), (True, False), (True, False), (False, True))),
    key=lambda one: (one.parted, one.first + one.others, not one.wide, not one.loose),
)


class _Sample(NamedTuple):
    """A text to learn from, the groups of marks that are its records, and where the last of them ends."""

    region: Region
    groups: list[tuple[Mark, ...]]
    stop: int


def learn(template: Region) -> Level:
    """The program for a template. Raises TemplateError."""
    if template.lead() and len(template.lead()) < len(template.marks):
        raise UnknownTemplateError("A field before the first record of a template of ConvertFrom-String")
    return _level([template], time.monotonic() + _SECONDS, nested=False)


def _level(regions: list[Region], until: float, *, nested: bool) -> Level:
    leads: list[_Sample] = []
    records: list[_Sample] = []
    for region in regions:
        lead = region.lead()
        others = region.marks[len(lead) :]
        if lead:
            leads.append(_Sample(region, [lead], others[0].start if others else len(region.text)))
        if others:
            rest = region.cut(others, lead[-1].end if lead else 0, len(region.text))
            records.append(_Sample(rest, rest.groups(), len(rest.text)))
    return Level(
        _program(leads, until, only_first=nested) if leads else None,
        _program(records, until, only_first=False) if records else None,
    )


def _program(samples: list[_Sample], until: float, *, only_first: bool) -> Program:
    """The program that finds in each text what is marked there. ``only_first``: what else it finds does not
    count, because nobody will ask."""
    shapes: dict[tuple[str, ...], list[Example]] = {}
    for sample in samples:
        for one in examples_of(*sample):
            shapes.setdefault(one.names, []).append(one)
    # A record with more fields goes before one that lacks some of them.
    ordered = sorted(shapes.items(), key=lambda pair: -len(pair[0]))
    names = [shape for shape, _ in ordered]
    marks = [(one.region, mark) for one in samples for group in one.groups for mark in group]
    values = values_of(marks)
    types = types_of(mark for _, mark in marks)
    tried: set[str] = set()
    for choice in _CHOICES:
        expression = "(?m)" + "|".join(record(group, values, types, choice) for _, group in ordered)
        if expression in tried:
            continue
        if time.monotonic() > until:
            break
        tried.add(expression)
        if _is_right(expression, names, samples, only_first=only_first):
            inner = {
                name: _level([one for one in found if one.marks], until, nested=True)
                for name, found in values.items()
                if any(one.marks for one in found)
            }
            return Program(expression, names, types, inner)
    raise TemplateError


def _is_right(
    expression: str, shapes: list[tuple[str, ...]], samples: list[_Sample], *, only_first: bool
) -> bool:
    try:
        search: Regex = regex(expression, 0)
        for region, groups, _ in samples:
            found = list(matches(search, shapes, region.text))
            wanted = [
                (tuple(one.name for one in group), [(one.start, one.end) for one in group])
                for group in groups
            ]
            if (found[:1] if only_first else found) != wanted:
                return False
    except NetError:  # too long, or too slow on its own template
        return False
    return True
