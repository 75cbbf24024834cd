"""``name=value`` of a netsh command, and the positional form of some."""

from __future__ import annotations

from collections.abc import Sequence


def tags_of(words: Sequence[str], positions: Sequence[str] = ()) -> dict[str, str]:
    """The values by name in small letters; what has no name stands for the next of ``positions``."""
    found: dict[str, str] = {}
    free = list(positions)
    for word in words:
        name, sign, value = word.partition("=")
        if sign and name.replace("_", "").isalnum():
            found[name.lower()] = value.strip('"')
        elif free:
            while free and free[0] in found:
                free.pop(0)
            if free:
                found[free.pop(0)] = word.strip('"')
        else:
            found.setdefault("", word)
    return found
