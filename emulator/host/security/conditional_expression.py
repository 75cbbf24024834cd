"""The conditions of conditional entries in SDDL (MS-DTYP 2.5.1.1), as far as they ask for groups."""

import re
from collections.abc import Callable, Set

Condition = Callable[[Set[str]], bool]
"""Whether the expression is true for a user with these SIDs."""

_TOKEN = re.compile(
    r"\s*(?:(?P<sign>\(|\)|!|&&|\|\|)|(?P<name>Member_of(?:_Any)?)\s*\{(?P<sids>[^{}]{1,2048})\})",
    re.IGNORECASE,
)
_SID = re.compile(r"SID\(([A-Z]{2}|S-1(?:-\d{1,15}){1,16})\)")
_MAXIMUM_DEPTH = 16


def parse_condition(text: str, resolve: Callable[[str], str | None]) -> Condition:
    """The condition of a text in parentheses; `resolve` makes a SID of an alias. Raises ValueError."""
    tokens: list[tuple[str, str]] = []
    place, text = 0, text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ValueError("not a condition")
        tokens.append((found["sign"] or found["name"].lower(), found["sids"] or ""))
        place = found.end()
    parser = _Parser(tokens, resolve)
    made = parser.disjunction(0)
    if not parser.is_at_end:
        raise ValueError("not a condition")
    return made


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], resolve: Callable[[str], str | None]) -> None:
        self._tokens = tokens
        self._place = 0
        self._resolve = resolve

    @property
    def is_at_end(self) -> bool:
        return self._place == len(self._tokens)

    def _accept(self, sign: str) -> bool:
        if self.is_at_end or self._tokens[self._place][0] != sign:
            return False
        self._place += 1
        return True

    def disjunction(self, depth: int) -> Condition:
        """``a || b``."""
        parts = [self._conjunction(depth)]
        while self._accept("||"):
            parts.append(self._conjunction(depth))
        return parts[0] if len(parts) == 1 else lambda sids: any(one(sids) for one in parts)

    def _conjunction(self, depth: int) -> Condition:
        parts = [self._term(depth)]
        while self._accept("&&"):
            parts.append(self._term(depth))
        return parts[0] if len(parts) == 1 else lambda sids: all(one(sids) for one in parts)

    def _term(self, depth: int) -> Condition:
        if depth > _MAXIMUM_DEPTH:
            raise ValueError("a condition is too deep")
        if self._accept("!"):
            inner = self._term(depth + 1)
            return lambda sids: not inner(sids)
        if self._accept("("):
            grouped = self.disjunction(depth + 1)
            if not self._accept(")"):
                raise ValueError("a parenthesis is missing")
            return grouped
        return self._membership()

    def _membership(self) -> Condition:
        if self.is_at_end or not self._tokens[self._place][0].startswith("member_of"):
            raise ValueError("not a condition")
        name, listed = self._tokens[self._place]
        self._place += 1
        wanted = []
        for one in listed.split(","):
            found = _SID.fullmatch(one.strip())
            sid = None if found is None else self._resolve(found[1])
            if sid is None:
                raise ValueError("not a SID")
            wanted.append(sid)
        groups = frozenset(wanted)
        if name == "member_of":
            return lambda sids: groups <= sids
        return lambda sids: not groups.isdisjoint(sids)
