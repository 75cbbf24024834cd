"""The search expressions of findstr.exe, matched in time linear to the line.

An expression is a chain of items, each for one character and perhaps starred; all positions of the chain
that a line can have reached are followed at once, so that no expression of a client can run for ever.
"""

from __future__ import annotations

from collections.abc import Callable

#: findstr.exe itself searches no more of a line (Microsoft's Windows commands reference, "findstr").
MAXIMUM_LINE = 8191

Test = Callable[[str], bool]


class Pattern:
    r"""`. * ^ $ [class] [^class] \x \< \>`; every other character is itself."""

    def __init__(
        self, text: str, *, literal: bool, ignore_case: bool, at_start: bool = False, at_end: bool = False
    ) -> None:
        self._ignore_case = ignore_case
        text = text.lower() if ignore_case else text
        self._at_start = at_start or (not literal and text.startswith("^"))
        self._at_end = at_end or (not literal and text.endswith("$") and not text.endswith("\\$"))
        self._word_start = self._word_end = False
        self._plain = text if literal else None
        self._items = [] if literal else self._read(text)

    def matches(self, line: str) -> bool:
        """Whether some part of the line matches."""
        line = line[:MAXIMUM_LINE]
        line = line.lower() if self._ignore_case else line
        if self._plain is not None:
            return self._plain_matches(self._plain, line)
        reached: set[int] = set()
        for position in range(len(line) + 1):
            if (position == 0 or not self._at_start) and (
                not self._word_start or _word_starts(line, position)
            ):
                self._reach(0, reached)
            if len(self._items) in reached and self._may_end(line, position):
                return True
            if position == len(line) or (not reached and self._at_start):
                return False
            reached = self._step(reached, line[position])
        return False

    def _plain_matches(self, text: str, line: str) -> bool:
        if self._at_start and self._at_end:
            return line == text
        if self._at_start:
            return line.startswith(text)
        return line.endswith(text) if self._at_end else text in line

    def _may_end(self, line: str, position: int) -> bool:
        if self._at_end and position != len(line):
            return False
        return not self._word_end or _word_ends(line, position)

    def _reach(self, state: int, reached: set[int]) -> None:
        """`state` and those behind it that need no character."""
        while state not in reached:
            reached.add(state)
            if state == len(self._items) or not self._items[state][1]:
                return
            state += 1

    def _step(self, reached: set[int], character: str) -> set[int]:
        after: set[int] = set()
        for state in reached:
            if state < len(self._items):
                test, starred = self._items[state]
                if test(character):
                    self._reach(state if starred else state + 1, after)
        return after

    def _read(self, text: str) -> list[tuple[Test, bool]]:
        items: list[tuple[Test, bool]] = []
        position = 1 if text.startswith("^") else 0
        end = len(text) - (text.endswith("$") and not text.endswith("\\$"))
        while position < end:
            character = text[position]
            following = text[position + 1 : position + 2]
            if character == "\\" and following:
                if following == "<" and not items:
                    self._word_start = True
                elif following == ">" and position + 2 >= end:
                    self._word_end = True
                else:
                    items.append((following.__eq__, False))
                position += 2
            elif character == "[" and text.find("]", position + 2) > 0:
                close = text.index("]", position + 2)
                items.append((_class_test(text[position + 1 : close]), False))
                position = close + 1
            elif character == "*" and items and not items[-1][1]:
                items[-1] = (items[-1][0], True)
                position += 1
            elif character == ".":
                items.append((_any, False))
                position += 1
            else:
                items.append((character.__eq__, False))
                position += 1
        return items


def _any(_character: str) -> bool:
    return True


def _class_test(inside: str) -> Test:
    negated = inside.startswith("^")
    members = inside[1:] if negated else inside
    singles: set[str] = set()
    ranges: list[tuple[str, str]] = []
    position = 0
    while position < len(members):
        if members[position + 1 : position + 2] == "-" and position + 2 < len(members):
            ranges.append((members[position], members[position + 2]))
            position += 3
        else:
            singles.add(members[position])
            position += 1

    def test(character: str) -> bool:
        inside_class = character in singles or any(low <= character <= high for low, high in ranges)
        return inside_class != negated

    return test


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _word_starts(line: str, position: int) -> bool:
    before = position > 0 and _is_word(line[position - 1])
    return not before and position < len(line) and _is_word(line[position])


def _word_ends(line: str, position: int) -> bool:
    after = position < len(line) and _is_word(line[position])
    return not after and position > 0 and _is_word(line[position - 1])
