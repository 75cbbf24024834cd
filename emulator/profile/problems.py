"""Problems of a profile: where, what is wrong, what is allowed."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.profile.checking import ValidationError

from emulator.profile.section import Section
from emulator.profile.source import Node, format_path
from emulator.profile.values import MEGABYTE, format_size, quoted

Path = tuple[str | int, ...]
Problem = tuple[Path, str]
"""(path of the field, what is wrong and what is allowed)."""


def listed(names: Iterable[Any]) -> str:
    """``'a', 'b', 'c'``; or ``none``."""
    return ", ".join(map(quoted, names)) or "none"


def nearest(word: Any, names: Iterable[str]) -> str:
    """``; did you mean 'x'?`` or nothing."""
    import difflib

    by_lower = {name.lower(): name for name in names}
    found = difflib.get_close_matches(str(word).lower(), by_lower, n=1, cutoff=0.6)
    return f"; did you mean {quoted(by_lower[found[0]])}?" if found else ""


def choice(word: Any, names: Iterable[str], kind: str) -> str:
    """Text for a word that is not one of a set of names."""
    names = tuple(names)
    return f"{quoted(word)} is not {kind}{nearest(word, names) or ';'} allowed: {listed(names)}"


def describe(problems: Iterable[Problem], root: Node) -> list[str]:
    """``file:line: field: text`` of each problem, each once, in the order of the files' lines."""
    rows = []
    for path, text in problems:
        file, line = root.place(path)
        rows.append((file != root.file, file, line, f"{file}:{line}: {format_path(path)}: {text}"))
    return list(dict.fromkeys(row[3] for row in sorted(rows, key=lambda row: row[:3])))


def of_validation(error: ValidationError, section: type[Section]) -> list[Problem]:
    """The problems that pydantic found, in our words."""
    details = [(tuple(detail["loc"]), detail) for detail in error.errors(include_url=False)]
    wrong_inside = {path[:length] for path, _ in details for length in range(len(path))}
    return [
        (path, _text(detail, path, section))
        for path, detail in details
        # A list counts as too short when items of it are wrong; those are named anyway.
        if not (detail["type"] == "too_short" and path in wrong_inside)
    ]


def _text(detail: Any, path: Path, section: type[Section]) -> str:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "missing":
        return f"is required: {_description(path, section)}"
    if kind == "extra_forbidden":
        names = _keys(path[:-1], section)
        return f"unknown key{nearest(path[-1], names) or ';'} allowed: {', '.join(names)}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        expected = [name.strip("'") for name in _words(context["expected"])]
        if all(name.isdigit() for name in expected):
            return f"{quoted(value)} is not allowed; allowed: {', '.join(expected)}"
        return choice(value, expected, "allowed")
    if value is None:
        return f"is empty; {_wanted(kind, context)}, or leave the key out"
    if kind in ("too_short", "too_long"):
        return f"the list has {len(value)} item(s); {_wanted(kind, context)}"
    bound = context.get("ge", context.get("le", 0))
    if isinstance(bound, int) and bound and bound % MEGABYTE == 0:
        value = format_size(value)
        return f"{value} is not allowed; {_wanted(kind, {key: format_size(bound) for key in context})}"
    shown = quoted(value) if isinstance(value, str | int | float) else f"a {_kind(value)}"
    return f"{shown} is not allowed; {_wanted(kind, context)}"


def _wanted(kind: str, context: dict[str, Any]) -> str:
    texts = {
        "bool_type": "write true or false",
        "int_type": "write a whole number",
        "string_type": "write a text; put quotes around what looks like a number or a true/false",
        "tuple_type": "write a list",
        "model_type": "write a mapping of keys",
        "greater_than_equal": "the least is {ge}",
        "less_than_equal": "the most is {le}",
        "string_too_short": "it must have {min_length} character(s) or more",
        "string_too_long": "it must have {max_length} characters or fewer",
        "string_pattern_mismatch": "it must match {pattern}",
        "too_short": "it must have {min_length} item(s) or more",
        "too_long": "it must have {max_length} items or fewer",
        "date_from_datetime_parsing": "write a date such as '2023-05-09'",
        "date_parsing": "write a date such as '2023-05-09'",
        "date_type": "write a date such as '2023-05-09'",
        "date_from_datetime_inexact": "write a date such as '2023-05-09'",
    }
    return texts.get(kind, f"it must obey: {kind}").format_map(context)


def _words(expected: str) -> list[str]:
    return expected.replace(" or ", ", ").split(", ")


def _kind(value: Any) -> str:
    return "mapping" if isinstance(value, dict) else "list"


def _section_of(annotation: Any) -> Any:
    """The section class inside an annotation such as ``tuple[Disk, ...]`` or ``GuestSystem | None``."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    if typing.get_origin(annotation) in (tuple, types.UnionType, typing.Union):
        return next(filter(None, map(_section_of, typing.get_args(annotation))), None)
    return None


def _section_at(path: Path, section: type[Section]) -> type[Section]:
    for step in path:
        if isinstance(step, str):
            section = _section_of(section.section_fields[step].annotation) or section
    return section


def _keys(path: Path, section: type[Section]) -> list[str]:
    names = list(_section_at(path, section).section_fields)
    return names if path else [*names, "extends"]


def _description(path: Path, section: type[Section]) -> str:
    fields = _section_at(path[:-1], section).section_fields
    return fields[str(path[-1])].description
