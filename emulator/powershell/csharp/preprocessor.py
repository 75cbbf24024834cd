"""The preprocessor: directives and what they leave out become blanks, so that every place stays the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

from emulator.powershell.csharp.diagnostics import failure

_DIRECTIVE = re.compile(r"[ \t]*#[ \t]*([a-z]+)[ \t]*(.*)")
_TOKEN = re.compile(r"\s*(\(|\)|!|&&|\|\||==|!=|[A-Za-z_]\w*)")
_IGNORED = frozenset({"region", "endregion", "pragma", "line", "warning", "nullable"})
MOST_NESTED = 100
LONGEST_CONDITION = 1000


def preprocess(source: str, symbols: Iterable[str]) -> str:
    """The source as the parser takes it. Raises CompileError."""
    defined = set(symbols)
    lines = source.split("\n")
    # What each open #if has: whether its branch is taken, whether one was, whether what holds it is.
    open_ifs: list[list[bool]] = []
    for index, line in enumerate(lines):
        taken = all(one[0] for one in open_ifs)
        found = _DIRECTIVE.match(line) if "#" in line else None
        if found is None:
            if not taken:
                lines[index] = ""
            continue
        name, rest = found.group(1), found.group(2).partition("//")[0].strip()
        place = (index + 1, line.index("#") + 1)
        lines[index] = "\r" if line.endswith("\r") else ""
        if name == "if":
            if len(open_ifs) >= MOST_NESTED:
                raise failure(place, "CS1025", "Single-line comment or end-of-line expected")
            met = taken and _Condition(rest, defined, place).value()
            open_ifs.append([met, met])
        elif name in ("elif", "else", "endif"):
            if not open_ifs:
                raise failure(place, "CS1028", "Unexpected preprocessor directive")
            if name == "endif":
                open_ifs.pop()
                continue
            top = open_ifs[-1]
            outer = all(one[0] for one in open_ifs[:-1])
            met = outer and not top[1] and (name == "else" or _Condition(rest, defined, place).value())
            open_ifs[-1] = [met, top[1] or met]
        elif not taken or name in _IGNORED:
            continue
        elif name == "define":
            defined.add(rest)
        elif name == "undef":
            defined.discard(rest)
        elif name == "error":
            raise failure(place, "CS1029", f"#error: '{rest}'")
        else:
            raise failure(place, "CS1024", "Preprocessor directive expected")
    if open_ifs:
        raise failure((len(lines), 1), "CS1027", "#endif directive expected")
    return "\n".join(lines)


class _Condition:
    """The condition of an #if."""

    def __init__(self, text: str, defined: set[str], place: tuple[int, int]) -> None:
        self.place = place
        self.defined = defined
        self.tokens: list[str] = []
        position = 0
        while position < len(text) and len(text) <= LONGEST_CONDITION:
            found = _TOKEN.match(text, position)
            if found is None:
                break
            self.tokens.append(found.group(1))
            position = found.end()
        if text[position:].strip() or not self.tokens:
            raise self._invalid()
        self.tokens.reverse()

    def _invalid(self) -> Exception:
        return failure(self.place, "CS1517", "Invalid preprocessor expression")

    def value(self) -> bool:
        """Whether it holds."""
        result = self._either()
        if self.tokens:
            raise self._invalid()
        return result

    def _next_is(self, *tokens: str) -> bool:
        return bool(self.tokens) and self.tokens[-1] in tokens

    def _either(self) -> bool:
        result = self._both()
        while self._next_is("||"):
            self.tokens.pop()
            result = self._both() or result
        return result

    def _both(self) -> bool:
        result = self._equal()
        while self._next_is("&&"):
            self.tokens.pop()
            result = self._equal() and result
        return result

    def _equal(self) -> bool:
        result = self._one()
        while self._next_is("==", "!="):
            same = self.tokens.pop() == "=="
            result = (self._one() == result) is same
        return result

    def _one(self) -> bool:
        if not self.tokens:
            raise self._invalid()
        token = self.tokens.pop()
        if token == "!":  # noqa: S105 - an operator
            return not self._one()
        if token == "(":  # noqa: S105 - a bracket
            result = self._either()
            if not self._next_is(")"):
                raise self._invalid()
            self.tokens.pop()
            return result
        if token in ("true", "false"):
            return token == "true"  # noqa: S105 - a word
        if not token[0].isalpha() and token[0] != "_":
            raise self._invalid()
        return token in self.defined
