"""The table of cultures by name and by LCID."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).with_name("cultures.jsonl")
#: LOCALE_CUSTOM_UNSPECIFIED, the LCID of cultures that have none of their own.
UNSPECIFIED = 0x1000
#: LOCALE_INVARIANT.
INVARIANT = 0x7F
Facts = Mapping[str, Any]

#: What Windows 10 takes for the name of a culture that it does not know: a language of two or three letters,
#: a script, a region, variants (BCP 47).
_WELL_FORMED = (
    r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-[A-Za-z]{2}|-[0-9]{3})?(-[A-Za-z0-9]{5,8}|-[0-9][A-Za-z0-9]{3})*"
)
_LONGEST_NAME = 85
"""LOCALE_NAME_MAX_LENGTH."""


@cache
def _lines() -> dict[str, tuple[str, str]]:
    """Name and JSON of each culture by its lower-case name."""
    found = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        name, _, rest = line.partition("\t")
        found[name.lower()] = (name, rest)
    return found


@lru_cache(maxsize=1024)
def facts_of(name: str) -> Facts | None:
    """What is known of a culture, with what its parent says; None when Windows does not have it.
    ``name`` is in lower case."""
    found = _lines().get(name)
    if found is None:
        return None
    own: dict[str, Any] = json.loads(found[1])
    above = facts_of(own["parent"].lower()) if own["parent"] else None
    return {**(above or {}), **own, "name": found[0]}


def names() -> list[str]:
    """All cultures that have a name, in the order of .NET: by name."""
    return sorted((name for name, _ in _lines().values()), key=str.lower)


@cache
def _by_lcid() -> dict[int, str]:
    found: dict[int, str] = {INVARIANT: ""}
    for name, rest in _lines().values():
        stated = re.search(r'"lcid":(\d+)', rest)
        if stated is not None and int(stated[1]) != UNSPECIFIED:
            found.setdefault(int(stated[1]), name)
    return found


def name_of(lcid: int) -> str | None:
    """The culture of an LCID, or None."""
    return _by_lcid().get(lcid)


def is_well_formed(name: str) -> bool:
    """Whether Windows 10 takes the name for that of a culture which it does not know."""
    return len(name) <= _LONGEST_NAME and re.fullmatch(_WELL_FORMED, name) is not None


def spelled(name: str) -> str:
    """A name of an unknown culture with the letters that its parts have: ``xx-Latn-YY``."""
    language, *rest = name.split("-")
    return "-".join(
        [
            language.lower(),
            *(one.title() if len(one) == 4 else one.upper() if len(one) == 2 else one for one in rest),
        ]
    )
