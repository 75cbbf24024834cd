"""LIKE patterns of WQL (WmiSdk, "LIKE Operator"): `%` any text, `_` one character, `[a-z]` and `[^a-z]` one
of a set.

Matching ignores case and takes time proportional to pattern times text at worst: no pattern makes it explode.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.cim.errors import InvalidQuery

MAXIMUM_PATTERN = 4096

_ANY_TEXT = "%"
_Step = Callable[[str], bool] | str
"""One step of a pattern: `%`, or what one character must satisfy."""


def matcher(pattern: str) -> Callable[[str], bool]:
    """A test of whole texts against the pattern. Raises InvalidQuery for a pattern that is too long."""
    if len(pattern) > MAXIMUM_PATTERN:
        raise InvalidQuery(f"a LIKE pattern is longer than {MAXIMUM_PATTERN} characters")
    pattern = pattern.lower()
    if "_" not in pattern and "[" not in pattern:
        plain = _plain_matcher(pattern)
        if plain is not None:
            return plain
    steps = _steps(pattern)
    return lambda text: _matches(steps, text.lower())


def _plain_matcher(pattern: str) -> Callable[[str], bool] | None:
    """Tests for the common forms `text`, `text%`, `%text`, `%text%` and `head%tail`."""
    pieces = pattern.split("%")
    if len(pieces) == 1:
        return lambda text: text.lower() == pattern
    head, tail = pieces[0], pieces[-1]
    if not any(pieces[1:-1]):
        shortest = len(head) + len(tail)
        return lambda text: (
            len(text) >= shortest and (lowered := text.lower()).startswith(head) and lowered.endswith(tail)
        )
    if not head and not tail and len(pieces) == 3:
        middle = pieces[1]
        return lambda text: middle in text.lower()
    return None


def _steps(pattern: str) -> list[_Step]:
    steps: list[_Step] = []
    place = 0
    while place < len(pattern):
        character = pattern[place]
        closing = pattern.find("]", place + 2) if character == "[" else -1
        if character == "%":
            if not steps or steps[-1] != _ANY_TEXT:
                steps.append(_ANY_TEXT)
        elif character == "_":
            steps.append(_any_character)
        elif closing > 0:
            steps.append(_set_test(pattern[place + 1 : closing]))
            place = closing
        else:
            steps.append(character.__eq__)
        place += 1
    return steps


def _any_character(_: str) -> bool:
    return True


def _set_test(inner: str) -> Callable[[str], bool]:
    """A test for the inside of square brackets; ranges are `a-z` or, as the manual has it, `a=z`."""
    negated = inner.startswith("^") and len(inner) > 1
    if negated:
        inner = inner[1:]
    singles: set[str] = set()
    ranges: list[tuple[str, str]] = []
    place = 0
    while place < len(inner):
        if place + 2 < len(inner) and inner[place + 1] in "-=":
            ranges.append((inner[place], inner[place + 2]))
            place += 3
        else:
            singles.add(inner[place])
            place += 1

    def test(character: str) -> bool:
        inside = character in singles or any(low <= character <= high for low, high in ranges)
        return inside is not negated

    return test


def _matches(steps: list[_Step], text: str) -> bool:
    """Greedy matching that returns only to the last `%`, which is enough since `%` matches any text."""
    step = place = 0
    retry_step = retry_place = -1
    while place < len(text):
        current = steps[step] if step < len(steps) else None
        if isinstance(current, str):
            retry_step, retry_place = step, place
            step += 1
        elif current is not None and current(text[place]):
            step += 1
            place += 1
        elif retry_step >= 0:
            retry_place += 1
            step, place = retry_step + 1, retry_place
        else:
            return False
    return all(isinstance(rest, str) for rest in steps[step:])
