"""findstr.exe: lines that hold one of several texts or match a simple regular expression."""

from __future__ import annotations

import re
from collections.abc import Callable

from emulator.console.cmd.builtins.arguments import words
from emulator.console.context import Context
from emulator.console.programs.text_input import inputs

_MAXIMUM_PATTERN = 254


def main(context: Context, tail: str) -> int:
    """`findstr [/ivrlnmxbe] [/c:text] texts [files]`: 0 when a line was found, 1 when none, 2 on an error."""
    switches: set[str] = set()
    searched: list[str] = []
    operands: list[str] = []
    for word in words(tail):
        if word[:3].lower() == "/c:":
            searched.append(word[3:].replace('"', ""))
        elif word.startswith("/") and len(word) <= 8:
            switches.update(word[1:].lower())
        else:
            operands.append(word.replace('"', ""))
    literal = "r" not in switches and bool(searched)
    if not searched and operands:
        searched = operands.pop(0).split()
        literal = "l" in switches
    if not searched or any(len(text) > _MAXIMUM_PATTERN for text in searched):
        context.error("FINDSTR: Bad command line" if not searched else "FINDSTR: Search string too long.")
        return 2
    matches = _matcher(searched, switches, literal=literal)
    found_any = False
    several = len(operands) > 1 or any("*" in name or "?" in name for name in operands)
    for name, lines in inputs(context, operands):
        if lines is None:
            context.error(f"FINDSTR: Cannot open {name}")
            continue
        for number, line in enumerate(lines, 1):
            if matches(line) == ("v" in switches):
                continue
            found_any = True
            if "m" in switches:
                context.line(name)
                break
            prefix = f"{name}:" if several else ""
            context.line(prefix + (f"{number}:" if "n" in switches else "") + line)
    return 0 if found_any else 1


def _matcher(searched: list[str], switches: set[str], *, literal: bool) -> Callable[[str], bool]:
    patterns = [re.escape(text) if literal else _translated(text) for text in searched]
    before = "^" if switches & {"b", "x"} else ""
    after = "$" if switches & {"e", "x"} else ""
    flags = re.IGNORECASE if "i" in switches else 0
    compiled = [re.compile(f"{before}(?:{pattern}){after}", flags) for pattern in patterns]
    return lambda line: any(pattern.search(line) for pattern in compiled)


def _translated(text: str) -> str:
    r"""findstr's expressions: . * ^ $ [class] [^class] \x \< \>; every other character is itself.

    `x*` becomes possessive, so that no expression of a client can run for ever.
    """
    pieces: list[str] = []
    position = 0
    while position < len(text):
        character = text[position]
        following = text[position + 1 : position + 2]
        if character == "\\" and following:
            pieces.append(r"\b" if following in "<>" else re.escape(following))
            position += 2
            continue
        if character == "[" and "]" in text[position + 2 :]:
            end = text.index("]", position + 2)
            inside = text[position + 1 : end]
            negated = inside.startswith("^")
            body = re.sub(r"([\\\[\]&~|])", r"\\\1", inside[1:] if negated else inside)
            pieces.append(
                f"[{'^' if negated else ''}{body}]" if body else re.escape(text[position : end + 1])
            )
            position = end + 1
            continue
        if character == "*" and pieces and pieces[-1] not in ("^", r"\b") and not pieces[-1].endswith("*"):
            pieces[-1] += "*"
        elif character == ".":
            pieces.append(".")
        elif (character == "^" and not position) or (character == "$" and position == len(text) - 1):
            pieces.append(character)
        else:
            pieces.append(re.escape(character))
        position += 1
    return "".join(pieces)
