"""Directives: what they leave out becomes empty lines, so that every place stays the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from emulator.powershell.csharp.diagnostics import UnsupportedError, failure

_DIRECTIVE: Final = re.compile(
    r"[ \t]*#[ \t]*(End[ \t]+(?:If|Region|ExternalSource)|[A-Za-z]+)(.*)", re.IGNORECASE
)
_OPERAND: Final = r"([A-Za-z_]\w*|-?\d+|\"[^\"]*\")"
_TEST: Final = re.compile(rf"(Not[ \t]+)?{_OPERAND}(?:[ \t]*(=|<>)[ \t]*{_OPERAND})?", re.IGNORECASE)
_THEN: Final = re.compile(r"[ \t]Then$", re.IGNORECASE)
_MOST_NESTED: Final = 100
_IGNORED: Final = frozenset(
    {"region", "end region", "externalsource", "end externalsource", "disable", "enable"}
)


def preprocess(source: str, symbols: Iterable[str]) -> str:
    """The source as it is cut into words. Raises CompileError and UnsupportedError."""
    if "#" not in source:
        return source
    known = {one.partition("=")[0].lower(): one.partition("=")[2].lower() or "true" for one in symbols}
    lines = source.split("\n")
    # What each open #If has: whether its branch is taken, whether one was.
    open_ifs: list[list[bool]] = []
    for index, line in enumerate(lines):
        taken = all(one[0] for one in open_ifs)
        found = _DIRECTIVE.match(line) if "#" in line else None
        if found is None:
            if not taken:
                lines[index] = ""
            continue
        name, rest = " ".join(found.group(1).lower().split()), found.group(2).partition("'")[0]
        place = (index + 1, line.index("#") + 1)
        lines[index] = ""
        if name == "if":
            if len(open_ifs) >= _MOST_NESTED:
                raise UnsupportedError("nested directives", place)
            met = taken and _holds(rest, known, place)
            open_ifs.append([met, met])
        elif name in ("elseif", "else", "end if"):
            if not open_ifs:
                raise failure(
                    place, "BC30013", "'#ElseIf', '#Else', or '#End If' must be preceded by a matching '#If'."
                )
            if name == "end if":
                open_ifs.pop()
                continue
            top, outer = open_ifs[-1], all(one[0] for one in open_ifs[:-1])
            met = outer and not top[1] and (name == "else" or _holds(rest, known, place))
            open_ifs[-1] = [met, top[1] or met]
        elif not taken or name in _IGNORED:
            continue
        elif name == "const":
            symbol, _, value = rest.partition("=")
            known[symbol.strip().lower()] = value.strip().lower() or "true"
        else:
            raise failure(
                place, "BC30248", "'If', 'ElseIf', 'Else', 'End If', 'Const', or 'Region' expected."
            )
    if open_ifs:
        raise failure((len(lines), 1), "BC30012", "'#If' block must end with a matching '#End If'.")
    return "\n".join(lines)


def _holds(text: str, known: dict[str, str], place: tuple[int, int]) -> bool:
    words = _THEN.sub("", text.rstrip()).strip()
    for separator, is_all in ((r"\bOr(?:Else)?\b", False), (r"\bAnd(?:Also)?\b", True)):
        parts = re.split(separator, words, flags=re.IGNORECASE)
        if len(parts) > 1:
            held = [_holds(one, known, place) for one in parts]
            return all(held) if is_all else any(held)
    found = _TEST.fullmatch(words)
    if found is None:
        raise UnsupportedError("condition of a directive", place)
    negative, left, operator, right = found.groups()
    value = _value(left, known)
    holds = (
        value not in ("false", "0", "")
        if operator is None
        else (value == _value(right, known)) is (operator == "=")
    )
    return holds is not bool(negative)


def _value(text: str, known: dict[str, str]) -> str:
    lowered = text.lower()
    if lowered[0] in '-0123456789"' or lowered in ("true", "false"):
        return {"-1": "true"}.get(lowered, lowered)
    return known.get(lowered, "")
