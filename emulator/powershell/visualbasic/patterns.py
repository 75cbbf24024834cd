"""Patterns of the operator Like."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from emulator.powershell.csharp.objects import thrown

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_ANY: Final = None
_LONGEST: Final = 4096
"""Characters of a pattern: it is read anew for each comparison."""
Test = Callable[[str], bool]


def is_like(text: str, pattern: str, engine: Engine) -> bool:
    """Whether a text has the form of a pattern: ``?`` a character, ``*`` any number, ``#`` a digit,
    ``[list]`` one of the list, ``[!list]`` one that is not in it. Raises ArgumentException for no pattern."""
    parts = _parts(pattern)
    # As many steps as for a text and one star after the other: never more than their product.
    at, place = 0, 0
    star, kept = -1, 0
    while at < len(text):
        engine.fuel -= 1
        if engine.fuel < 0:
            engine.refuel()
        part = parts[place] if place < len(parts) else _never
        if part is _ANY:
            star, kept = place, at
            place += 1
        elif part(text[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            kept += 1
            at, place = kept, star + 1
        else:
            return False
    return all(part is _ANY for part in parts[place:])


def _parts(pattern: str) -> list[Test | None]:
    if len(pattern) > _LONGEST:
        raise thrown("System.ArgumentException", "Argument 'Pattern' is not a valid value.")
    found: list[Test | None] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == "*":
            found.append(_ANY)
        elif character == "?":
            found.append(lambda _one: True)
        elif character == "#":
            found.append(lambda one: one in "0123456789")
        elif character == "[":
            end = pattern.find("]", at)
            if end < 0:
                raise thrown("System.ArgumentException", "Argument 'Pattern' is not a valid value.")
            if end > at:
                found.append(_listed(pattern[at:end]))
            at = end + 1
        else:
            found.append(_exactly(character))
    return found


def _never(_character: str) -> bool:
    return False


def _exactly(character: str) -> Test:
    return lambda one: one == character


def _listed(inside: str) -> Test:
    negative = inside.startswith("!") and len(inside) > 1
    rest = inside[1:] if negative else inside
    ranges: list[tuple[str, str]] = []
    at = 0
    while at < len(rest):
        if at + 2 < len(rest) and rest[at + 1] == "-":
            if rest[at] > rest[at + 2]:
                raise thrown("System.ArgumentException", "Argument 'Pattern' is not a valid value.")
            ranges.append((rest[at], rest[at + 2]))
            at += 3
        else:
            ranges.append((rest[at], rest[at]))
            at += 1
    return lambda one: any(low <= one <= high for low, high in ranges) is not negative
