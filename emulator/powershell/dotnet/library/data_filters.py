"""The filter and sort expressions of System.Data: what DataTable.Select and DataView.RowFilter take.

``Name = 'x' AND (Size >= 5 OR [Last Seen] IS NULL) AND Kind IN ('a', 'b') AND Path LIKE 'C:%'``
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cmp_to_key
from typing import Any, Protocol

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.regex import like
from emulator.powershell.runtime.comparison import compare
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated

_DEEPEST = 64
_DIGITS_OF_LONG = 18
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|#(?P<date>[^#]*)#|(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"
    r"|\[(?P<quoted>[^\]]+)\]|(?P<word>[A-Za-z_]\w*)|(?P<sign><>|<=|>=|[-=<>(),+*/%]))"
)
_RELATIONS: dict[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    "<": lambda order: order < 0,
    ">": lambda order: order > 0,
    "<=": lambda order: order <= 0,
    ">=": lambda order: order >= 0,
}
_WORDS = {"true": True, "false": False, "null": None}


class Row(Protocol):
    """What a condition is asked of: ``value`` gives None for nothing, and raises for an unknown column."""

    def value(self, name: str) -> Any:
        """The value of a column."""


Test = Callable[[Row], Any]


def condition(text: str) -> Callable[[Row], bool]:
    """The condition that a text is; an empty one holds for every row. Raises NetError with
    SyntaxErrorException."""
    if not text.strip():
        return lambda _row: True
    parser = _Parser(text)
    test = parser.either(0)
    parser.end()
    return lambda row: bool(test(row))


def in_order(rows: Sequence[Any], text: str) -> list[Any]:
    """Rows by ``Column [ASC|DESC], ...``; nothing goes before everything."""
    found, key = list(rows), cmp_to_key(_order)
    for part in reversed([one.strip() for one in text.split(",") if one.strip()]):
        column, way = part, ""
        words = part.rsplit(None, 1)
        if words[-1].lower() in ("asc", "desc") and len(words) > 1:
            column, way = words
        name = column.removeprefix("[").removesuffix("]")

        def placed(row: Row, name: str = name) -> Any:
            return key(row.value(name))

        found.sort(key=placed, reverse=way.lower() == "desc")
    return found


def _order(left: Any, right: Any) -> int:
    if left is None or right is None:
        return (left is not None) - (right is not None)
    return compare(left, right)


def _wrong(text: str) -> NetError:
    return NetError("System.Data.SyntaxErrorException", text)


class _Parser:
    """Reads an expression once, from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        place, text = 0, text.rstrip()
        while place < len(text):
            found = _TOKEN.match(text, place)
            if found is None:
                raise _wrong(f"The expression contains unsupported operator '{text[place:].lstrip()[0]}'.")
            kind = found.lastgroup or ""
            self._tokens.append((kind, found[kind]))
            place = found.end()
        self._next = 0

    def end(self) -> None:
        """Raises when something is left."""
        if self._next < len(self._tokens):
            name = self._tokens[self._next][1]
            raise _wrong(f"Syntax error: Missing operand after '{name}' operator.")

    def _take(self, *words: str) -> str | None:
        """The next token when it is one of some signs or words."""
        if self._next < len(self._tokens):
            kind, text = self._tokens[self._next]
            if kind in ("word", "sign") and text.lower() in words:
                self._next += 1
                return text.lower()
        return None

    def _require(self, sign: str) -> None:
        if self._take(sign) is None:
            closing = "The expression is missing the closing parenthesis."
            raise _wrong(closing if sign == ")" else "Syntax error in the expression.")

    def either(self, depth: int) -> Test:
        """``a OR b``."""
        if depth > _DEEPEST:
            raise _wrong("Expression is too complex.")
        tests = [self._both(depth)]
        while self._take("or"):
            tests.append(self._both(depth))
        return tests[0] if len(tests) == 1 else lambda row: any(one(row) for one in tests)

    def _both(self, depth: int) -> Test:
        tests = [self._not(depth)]
        while self._take("and"):
            tests.append(self._not(depth))
        return tests[0] if len(tests) == 1 else lambda row: all(one(row) for one in tests)

    def _not(self, depth: int) -> Test:
        turned = False
        while self._take("not"):
            turned = not turned
        test = self._relation(depth)
        return (lambda row: not test(row)) if turned else test

    def _relation(self, depth: int) -> Test:
        left = self._operand(depth)
        sign = self._take(*_RELATIONS)
        if sign is not None:
            right, holds = self._operand(depth), _RELATIONS[sign]
            return lambda row: _related(left(row), right(row), holds)
        if self._take("is"):
            turned = bool(self._take("not"))
            if self._take("null") is None:
                raise _wrong("Syntax error in the expression.")
            return lambda row: (left(row) is None) is not turned
        turned = bool(self._take("not"))
        if self._take("like"):
            pattern = self._operand(depth)
            return lambda row: _like(left(row), pattern(row)) is not turned
        if self._take("in"):
            self._require("(")
            choices = [self._operand(depth)]
            while self._take(","):
                choices.append(self._operand(depth))
            self._require(")")
            same = _RELATIONS["="]
            return lambda row: any(_related(left(row), one(row), same) for one in choices) is not turned
        return left

    def _operand(self, depth: int) -> Test:
        if self._take("("):
            inner = self.either(depth + 1)
            self._require(")")
            return inner
        negative = bool(self._take("-"))
        if self._next >= len(self._tokens):
            raise _wrong("Syntax error: Missing operand after the last operator.")
        kind, text = self._tokens[self._next]
        self._next += 1
        if negative and kind != "number":
            raise not_emulated(f"-{text} in an expression of System.Data")
        if kind == "text":
            constant: Any = text[1:-1].replace("''", "'")
        elif kind == "number":
            fraction = len(text) > _DIGITS_OF_LONG or re.search(r"[.eE]", text) is not None
            number = float(text) if fraction else int(text)
            constant = -number if negative else number
        elif kind == "date":
            constant = text.strip()
        elif kind == "word" and text.lower() in _WORDS:
            constant = _WORDS[text.lower()]
        elif kind == "quoted" or (kind == "word" and not self._follows("(")):
            return lambda row: row.value(text)
        else:
            raise not_emulated(f"{text} in an expression of System.Data")
        return lambda _row: constant

    def _follows(self, sign: str) -> bool:
        return self._next < len(self._tokens) and self._tokens[self._next] == ("sign", sign)


def _related(left: Any, right: Any, holds: Callable[[int], bool]) -> bool:
    """Nothing stands in no relation to anything."""
    return left is not None and right is not None and holds(compare(left, right))


def _like(value: Any, pattern: Any) -> bool:
    if value is None:
        return False
    plain = re.sub(r"[?\[\]`]", lambda found: f"`{found[0]}", to_text(pattern))
    return like(to_text(value), plain.replace("%", "*"))
