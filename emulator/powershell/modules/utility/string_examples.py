"""Convert-String: texts changed as examples were, by their words and initials."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.utility.sorting import Gathering
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.members import MISSING, get_property
from emulator.powershell.runtime.module import cmdlet

_WORD = re.compile(r"\w+")


class _Piece(NamedTuple):
    """A piece of the result: text of its own, or a word of the source or its first letter.

    Words are counted from the start (0 ...), the last one from the end (-1).
    """

    text: str
    word: int | None = None
    initial: bool = False


class _Rule(NamedTuple):
    """What an example teaches."""

    pieces: tuple[_Piece, ...]
    lead: str
    trail: str
    words: int


@cmdlet("Convert-String")
class ConvertString(Gathering):
    """Texts changed as the examples were: words and initials in another order, with text between them."""

    accepts = ("InputObject", "Example")

    def end(self) -> None:
        """Write what becomes of each text; nothing for one that no example fits."""
        rules = [_rule(before, after) for before, after in _examples(self.call.get("Example"), self.call)]
        for value in self.values:
            text = to_text(value)
            made = next((one for rule in rules if (one := _apply(rule, text)) is not None), None)
            if made is not None:
                self.call.write(made)


def _examples(given: Any, call: Any) -> Iterator[tuple[str, str]]:
    for one in items_of(given):
        value = unwrap(one)
        before, after = (get_property(one, name, call.engine) for name in ("Before", "After"))
        if before is not MISSING and after is not MISSING:
            yield to_text(before), to_text(after)
        else:
            source, _, target = to_text(value).partition("=")
            yield source, target


def _rule(before: str, after: str) -> _Rule:
    words = [found.group() for found in _WORD.finditer(before)]
    pieces: list[_Piece] = []
    place = 0
    for found in _WORD.finditer(after):
        if found.start() > place:
            pieces.append(_Piece(after[place : found.start()]))
        place = found.end()
        pieces.append(_learn(found.group(), words))
    if place < len(after):
        pieces.append(_Piece(after[place:]))
    spans = [found.span() for found in _WORD.finditer(before)]
    lead = before[: spans[0][0]] if spans else before
    trail = before[spans[-1][1] :] if spans else ""
    return _Rule(tuple(pieces), lead, trail, len(words))


def _learn(text: str, words: list[str]) -> _Piece:
    for initial in (False, True):
        for number, word in enumerate(words):
            if text == (word[:1] if initial else word):
                is_last = number == len(words) - 1 and number > 0
                return _Piece(text, -1 if is_last else number, initial)
    return _Piece(text)


def _apply(rule: _Rule, text: str) -> str | None:
    spans = [found.span() for found in _WORD.finditer(text)]
    if not spans or text[: spans[0][0]] != rule.lead or text[spans[-1][1] :] != rule.trail:
        return None
    words = [text[start:end] for start, end in spans]
    out: list[str] = []
    for piece in rule.pieces:
        if piece.word is None:
            out.append(piece.text)
            continue
        is_inner = piece.word > 0
        if piece.word >= len(words) or (is_inner and piece.word >= len(words) - 1):
            return None
        word = words[piece.word]
        out.append(word[:1] if piece.initial else word)
    return "".join(out)
