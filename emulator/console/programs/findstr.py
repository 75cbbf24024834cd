"""findstr.exe: lines that hold one of several texts or match a simple regular expression."""

from __future__ import annotations

from collections.abc import Callable

from emulator.console.cmd.builtins.arguments import words
from emulator.console.context import Context
from emulator.console.programs.findstr_pattern import Pattern
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
    patterns = [
        Pattern(
            text,
            literal=literal,
            ignore_case="i" in switches,
            at_start=bool(switches & {"b", "x"}),
            at_end=bool(switches & {"e", "x"}),
        )
        for text in searched
    ]
    return lambda line: any(pattern.matches(line) for pattern in patterns)
