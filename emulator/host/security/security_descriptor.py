"""Security descriptors in SDDL, as far as WinRM's RootSDDL needs them (MS-DTYP 2.5.1).

Only the question "may this user do anything at all" is asked; the single rights are checked for their
spelling and not told apart.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from emulator.host.security.conditional_expression import Condition, parse_condition
from emulator.sddl_aliases import SIDS

REMOTE_MANAGEMENT_USERS = SIDS["RM"]

_SID = r"(?:[A-Z]{2}|S-1(?:-\d{1,15}){1,16})"
_ACE = rf"\((?:[A-Z]{{1,2}});(?:[A-Z]*);(?:[A-Z]*|0x[0-9A-Fa-f]{{1,8}});[^;()]*;[^;()]*;{_SID}\)"
_DESCRIPTOR = re.compile(
    rf"(?:O:{_SID})?(?:G:{_SID})?(?:D:(?P<control>[PARI]*)(?P<dacl>(?:{_ACE})*))?(?:S:[PARI]*(?:{_ACE})*)?"
)
_ENTRY = re.compile(rf"\(([A-Z]{{1,2}});[^;]*;[^;]*;[^;]*;[^;]*;({_SID})\)")
_MAXIMUM_LENGTH = 8192


@dataclass(frozen=True, slots=True)
class SecurityDescriptor:
    """The entries of the discretionary list in their order: whether each allows, and the SID it is for;
    ``conditions`` are those of the same entries, None for one that always counts."""

    entries: tuple[tuple[bool, str], ...]
    conditions: tuple[Condition | None, ...] = ()

    def grants(self, sids: Set[str]) -> bool:
        """Whether a user with these SIDs may do anything: the first entry that concerns the user decides."""
        for (allows, sid), condition in zip(self.entries, self.conditions, strict=True):
            if sid in sids and (condition is None or condition(sids)):
                return allows
        return False


@lru_cache(maxsize=32)
def parse_security_descriptor(text: str) -> SecurityDescriptor:
    """The descriptor of SDDL text. Raises ValueError."""
    if not text or len(text) > _MAXIMUM_LENGTH:
        raise ValueError("not a security descriptor")
    plain, expressions = _without_conditions(text)
    match = _DESCRIPTOR.fullmatch(plain)
    if match is None:
        raise ValueError("not a security descriptor")
    entries: list[tuple[bool, str]] = []
    conditions: list[Condition | None] = []
    for place, (kind, named) in enumerate(_ENTRY.findall(match["dacl"] or "")):
        expression = expressions.get(place)
        if (expression is None) == (kind in ("XA", "XD")):
            raise ValueError("an entry and its condition do not fit")
        sid = _sid_of(named)
        if kind not in ("A", "D", "XA", "XD") or sid is None:
            continue
        entries.append((kind in ("A", "XA"), sid))
        conditions.append(None if expression is None else parse_condition(expression, _sid_of))
    return SecurityDescriptor(tuple(entries), tuple(conditions))


def _sid_of(named: str) -> str | None:
    """The SID of a SID or of its two letters."""
    return named if named.startswith("S-") else SIDS.get(named)


def _without_conditions(text: str) -> tuple[str, dict[int, str]]:
    """The text without the expressions of its entries, and those by the number of their entry."""
    kept: list[str] = []
    found: dict[int, str] = {}
    depth, entry, begin = 0, -1, 0
    for place, letter in enumerate(text):
        if letter == "(":
            depth += 1
            if depth == 1:
                entry += 1
            elif depth == 2 and text[place - 1] == ";" and entry not in found:
                begin = place
                kept.pop()
        if depth < 2:
            kept.append(letter)
        if letter == ")":
            if depth == 2:
                found[entry] = text[begin : place + 1]
            depth -= 1
    return "".join(kept), found
