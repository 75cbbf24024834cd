"""Tokens of WQL."""

from __future__ import annotations

import re
from dataclasses import dataclass

from emulator.cim.errors import InvalidQuery

MAXIMUM_TOKENS = 10_000

WORD = "word"
TEXT = "text"
NUMBER = "number"
PATH = "path"
MARK = "mark"
END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind, its value (a text without its quotes, a number, a word) and where it starts."""

    kind: str
    value: str | int | float
    position: int

    def is_word(self, *words: str) -> bool:
        """Whether the token is one of these keywords (upper case)."""
        return self.kind == WORD and str(self.value).upper() in words

    def is_mark(self, *marks: str) -> bool:
        """Whether the token is one of these operators or brackets."""
        return self.kind == MARK and self.value in marks


_TOKEN = re.compile(
    r"""(?P<blank>\s+)
    |(?P<real>[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?|[+-]?[0-9]+[eE][+-]?[0-9]{1,3})
    |(?P<hex>[+-]?0[xX][0-9a-fA-F]{1,16}\b)
    |(?P<integer>[+-]?[0-9]{1,20}(?![\w.]))
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<word>[^\W\d]\w*)
    |(?P<mark><=|>=|<>|!=|[=<>(),.*])
    |(?P<open>\{)
    """,
    re.VERBOSE | re.DOTALL,
)
_QUOTED_IN_PATH = re.compile(r"""[^"'}]+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""", re.DOTALL)
_ESCAPE = re.compile(r"""\\([\\'"])""")


def tokens(text: str) -> list[Token]:
    """The tokens of a query, the last of kind END. Raises InvalidQuery for what is no token."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise InvalidQuery(f"unexpected {text[position : position + 20]!r} at character {position}")
        kind, word = match.lastgroup, match.group()
        start, position = position, match.end()
        if kind == "blank":
            continue
        if len(found) == MAXIMUM_TOKENS:
            raise InvalidQuery(f"the query has more than {MAXIMUM_TOKENS} words")
        if kind == "word":
            found.append(Token(WORD, word, start))
        elif kind == "text":
            found.append(Token(TEXT, _ESCAPE.sub(r"\1", word[1:-1]), start))
        elif kind == "integer":
            found.append(Token(NUMBER, int(word), start))
        elif kind == "hex":
            found.append(Token(NUMBER, int(word, 16), start))
        elif kind == "real":
            found.append(Token(NUMBER, float(word), start))
        elif kind == "mark":
            found.append(Token(MARK, "<>" if word == "!=" else word, start))
        else:
            path, position = _path(text, position)
            found.append(Token(PATH, path, start))
    found.append(Token(END, "", len(text)))
    return found


def _path(text: str, position: int) -> tuple[str, int]:
    """The text up to the closing brace (one inside quotes does not close), and the place after it."""
    start = position
    while position < len(text) and text[position] != "}":
        match = _QUOTED_IN_PATH.match(text, position)
        if match is None:
            raise InvalidQuery(f"a quote is not closed in the path at character {position}")
        position = match.end()
    if position >= len(text):
        raise InvalidQuery(f"no }} closes the path at character {start}")
    return text[start:position], position + 1
