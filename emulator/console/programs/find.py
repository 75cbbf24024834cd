"""find.exe: lines that hold a text."""

from __future__ import annotations

import re

from emulator.console.cmd.builtins.arguments import split
from emulator.console.context import Context
from emulator.console.programs.text_input import inputs

_TEXT = re.compile(r'"((?:[^"]|"")*)"')


def main(context: Context, tail: str) -> int:
    """`find [/v] [/c] [/n] [/i] "text" [files]`: 0 when a line was found, 1 when none, 2 on an error."""
    match = _TEXT.search(tail)
    if match is None:
        context.error("FIND: Parameter format not correct")
        return 2
    switches, operands = split(tail[: match.start()] + tail[match.end() :])
    wanted = match[1].replace('""', '"')
    ignore_case = "/i" in switches
    wanted = wanted.lower() if ignore_case else wanted
    found_any = False
    for name, lines in inputs(context, operands):
        if lines is None:
            context.error(f"File not found - {name.upper()}")
            return 2
        found = [
            (number, line)
            for number, line in enumerate(lines, 1)
            if (wanted in (line.lower() if ignore_case else line)) != ("/v" in switches)
        ]
        found_any = found_any or bool(found)
        header = f"---------- {name.upper()}" if name else ""
        if "/c" in switches:
            context.line(f"\r\n{header}: {len(found)}" if name else str(len(found)))
            continue
        if name:
            context.line(f"\r\n{header}")
        for number, line in found:
            context.line(f"[{number}]{line}" if "/n" in switches else line)
    return 0 if found_any else 1
