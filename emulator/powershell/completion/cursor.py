"""The piece of syntax at the cursor.

The text before the cursor is made a whole script: a word that no script has is put at the cursor, and what is
open there is closed. The tree of that script says where the word stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from emulator.powershell.language import Version
from emulator.powershell.parser.node import Ast
from emulator.powershell.parser.parser import ParseResult, parse
from emulator.record import MutableRecord

MARK = "__cursor__"
MAXIMUM_TEXT = 256 * 1024
"""Longer texts are not completed, in characters."""
_WORD_AFTER = re.compile(r"[\w-]*")
_CLOSING = {"(": ")", "{": "}", "[": "]"}
_TOKEN = re.compile(
    r"(?P<escape>`.?)|(?P<comment>(?:^|(?<=[\s;(){}|,]))\#[^\n]*)|(?P<block><\#)|(?P<here>@['\"][ \t]*\r?\n)"
    r"|(?P<braced>\$\{)|(?P<open>[@$]?[({]|\[)|(?P<close>[)}\]])|(?P<quote>['\"])|(?P<plain>[^`#<@$(){}\[\]'\"]+|.)",
    re.DOTALL | re.MULTILINE,
)


class Open(MutableRecord, eq=False):
    """What is open at the end of a text: the closing signs, innermost last, and whether a comment is."""

    closers: list[str]
    comment_at: int | None = None
    quote: str = ""
    """The quote of the string that is open, or nothing."""


def open_at_end(text: str) -> Open:
    """Read a text as far as brackets, strings and comments go."""
    closers: list[str] = []
    place, length = 0, len(text)
    while place < length:
        inside = closers[-1] if closers else ""
        if inside in ('"', "'", '\n"@', "\n'@"):
            place = _string_end(text, place, closers)
            continue
        found = _TOKEN.match(text, place)
        if found is None:
            break
        group, start, place = found.lastgroup, place, found.end()
        if group == "comment" and place == length:
            return Open(closers, start)
        if group == "block":
            end = text.find("#>", place)
            if end < 0:
                return Open(closers, start)
            place = end + 2
        elif group == "here":
            closers.append("\n" + found[0][1] + "@")
        elif group == "braced":
            closers.append("}")
        elif group == "open":
            closers.append(_CLOSING[found[0][-1]])
        elif group == "close":
            if inside == found[0]:
                closers.pop()
        elif group == "quote":
            closers.append(found[0])
    quote = closers[-1] if closers and closers[-1] in ('"', "'") else ""
    return Open(closers, None, quote)


def _string_end(text: str, place: int, closers: list[str]) -> int:
    """Go on in the string that is open: to its end, or to a ``$(`` or ``${`` in it."""
    end = closers[-1]
    expands = '"' in end
    while place < len(text):
        if text.startswith(end, place):
            if len(end) == 1 and text.startswith(end * 2, place):
                place += 2
                continue
            closers.pop()
            return place + len(end)
        if expands and text[place] == "`":
            place += 2
        elif expands and text.startswith("$(", place):
            closers.append(")")
            return place + 2
        elif expands and text.startswith("${", place):
            closers.append("}")
            return place + 2
        else:
            place += 1
    return place


class Cursor:
    """Where the cursor stands: ``node`` is the innermost node there, ``chain`` the nodes around it, outermost
    first. ``comment`` is the text of the comment up to the cursor, None outside of comments.
    """

    def __init__(self, text: str, offset: int, version: Version) -> None:
        if offset and (text[offset - 1].isalnum() or text[offset - 1] in "_-"):
            # In the middle of a word the whole word is completed.
            found = _WORD_AFTER.match(text, offset)
            offset = found.end() if found is not None else offset
        self.offset = offset
        self.before = text[:offset]
        self.open = open_at_end(self.before)
        self.comment = None if self.open.comment_at is None else self.before[self.open.comment_at :]
        self.version = version
        self.tree: Ast | None = None
        self.chain: list[Ast] = []
        if self.comment is None:
            self._read()

    def _read(self) -> None:
        best: ParseResult | None = None
        for text in self._scripts():
            result = parse(text, language_version=self.version)
            if best is None or len(result.errors) < len(best.errors):
                best = result
            if not result.errors:
                break
        assert best is not None  # noqa: S101 - there is always a first one
        self.tree = best.ast
        self.chain = self._around(best.ast)

    def _scripts(self) -> Iterator[str]:
        ends = "".join(reversed(self.open.closers))
        text = self.before + MARK
        yield text + ends
        yield text + ends.replace("]", "]$x", 1)
        yield text + ends + " param()"
        yield text + ends + "{}"
        yield text + "=1" + ends
        yield text + "(){}" + ends
        if not self.open.quote:
            word = re.search(r"[^\s(,;|&={}@\[\]'\"]*$", self.before)
            start = word.start() if word is not None else len(self.before)
            yield f"{self.before[:start]}'{self.before[start:]}{MARK}'{ends}"
            yield f"{self.before[:start]}'{self.before[start:]}{MARK}'{ends}{{}}"

    def _around(self, root: Ast) -> list[Ast]:
        at = root.extent.source.text.find(MARK, max(self.offset - 1, 0))
        best: list[Ast] = []
        waiting: list[list[Ast]] = [[root]]
        while waiting:
            chain = waiting.pop()
            node = chain[-1]
            if not best or _length(node) <= _length(best[-1]):
                best = chain
            waiting.extend(
                [*chain, child]
                for child in node.children()
                if child.extent.start_offset <= at < child.extent.end_offset
            )
        return best

    @property
    def node(self) -> Ast | None:
        """The innermost node at the cursor."""
        return self.chain[-1] if self.chain else None

    def above(self, kind: type[Ast] | tuple[type[Ast], ...]) -> Ast | None:
        """The innermost node of a kind around the cursor."""
        return next((one for one in reversed(self.chain) if isinstance(one, kind)), None)

    def parent(self, node: Ast) -> Ast | None:
        """The node above one that is around the cursor."""
        place = self.chain.index(node)
        return self.chain[place - 1] if place else None


def _length(node: Ast) -> int:
    return node.extent.end_offset - node.extent.start_offset


def without_mark(text: str) -> str:
    """A text of the tree without the word that stands for the cursor."""
    return text.partition(MARK)[0]


def at_cursor(node: Ast) -> bool:
    """Whether the cursor stands in a node."""
    return MARK in node.extent.text
