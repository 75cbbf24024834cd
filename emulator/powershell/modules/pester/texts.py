"""Values and messages of assertions as Pester writes them (its Format-Nicely and comparison texts)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.date_format import format_date
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.time_values import DateTime
from emulator.powershell.dotnet.types import PSType, builtin
from emulator.powershell.runtime.conversion import convert, to_text
from emulator.powershell.runtime.errors import ConversionError, cast_error
from emulator.powershell.runtime.script_block import ScriptBlock

_SHOWN_ITEMS = 10
_CONTEXT = 40
_MAXIMUM_TEXT = 10_000


def nicely(value: Any, depth: int = 0) -> str:
    """A value in a message."""
    base = unwrap(value)
    if base is None:
        return "$null"
    if isinstance(base, bool):
        return "$true" if base else "$false"
    if isinstance(base, str):
        return f"'{base[:_MAXIMUM_TEXT]}'" if base else "<empty>"
    if isinstance(base, DateTime):
        return format_date(base, "o")
    if isinstance(base, PSType):
        return f"[{base.name}]"
    if isinstance(base, ScriptBlock):
        return "{" + base.text + "}"
    if type(base) in LIST_TYPES and type(base) not in DICTIONARY_TYPES and depth < _SHOWN_ITEMS:
        shown = [nicely(one, depth + 1) for one in base[:_SHOWN_ITEMS]]
        more = f", ...{len(base) - _SHOWN_ITEMS} more" if len(base) > _SHOWN_ITEMS else ""
        return "@(" + ", ".join(shown) + more + ")"
    return to_text(value)


def because(reason: str | None) -> str:
    """``-Because`` as a part of a sentence."""
    if not reason:
        return ""
    text = reason.strip()
    if text.lower().startswith("because"):
        text = text[len("because") :].strip()
    return f" because {text},"


def joined(parts: Sequence[str]) -> str:
    """Parts of a sentence."""
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " and " + parts[-1]


def different_texts(expected: str, actual: str, reason: str | None, ignore_case: bool) -> str:
    """What two strings differ in."""
    pairs = zip(expected, actual, strict=False)
    place = next(
        (
            index
            for index, (left, right) in enumerate(pairs)
            if (left.lower() != right.lower() if ignore_case else left != right)
        ),
        min(len(expected), len(actual)),
    )
    lines = [f"Expected strings to be the same,{because(reason)} but they were different."]
    if len(expected) == len(actual):
        lines.append(f"String lengths are both {len(expected)}.")
    else:
        lines += [f"Expected length: {len(expected)}", f"Actual length:   {len(actual)}"]
    lines.append(f"Strings differ at index {place}.")
    shown_expected, _ = _excerpt(expected, place)
    shown_actual, mark = _excerpt(actual, place)
    lines += [
        f"Expected: '{shown_expected}'",
        f"But was:  '{shown_actual}'",
        " " * len("Expected: '") + "-" * mark + "^",
    ]
    return "\n".join(lines)


def _excerpt(text: str, place: int) -> tuple[str, int]:
    """The surroundings of a place, and where the place is in them, control characters spelled out."""
    start = max(0, place - _CONTEXT)
    lead = "..." if start else ""
    tail = "..." if len(text) > place + _CONTEXT else ""
    before, after = _visible(text[start:place]), _visible(text[place : place + _CONTEXT])
    return f"{lead}{before}{after}{tail}", len(lead) + len(before)


def _visible(text: str) -> str:
    for character, name in (("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"), ("\0", "\\0"), ("\b", "\\b")):
        text = text.replace(character, name)
    return text


def whole_number(value: Any) -> int:
    """A number that a script gives without a declared type; nothing is 0. Raises PSError for none."""
    try:
        return int(convert(value or 0, builtin("System.Int32")))
    except ConversionError as problem:
        raise cast_error(problem) from None
