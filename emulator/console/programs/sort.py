"""sort.exe: lines in order."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.console.programs.text_input import inputs


def main(context: Context, tail: str) -> int:
    """`sort [/r] [/+n] [/unique] [/o file] [file]`: without case, as sort compares in a locale."""
    reverse = unique = False
    column, output = 1, ""
    names: list[str] = []
    rest = iter(split_arguments(tail))
    for word in rest:
        option = word.lower().replace("-", "/", 1)
        if option in ("/r", "/reverse"):
            reverse = True
        elif option in ("/unique", "/uniq"):
            unique = True
        elif option.startswith("/+") and option[2:].isdecimal():
            column = max(1, int(option[2:]))
        elif option in ("/o", "/output"):
            output = next(rest, "")
        elif word.startswith("/"):
            return not_emulated(context, f"sort {word}")
        else:
            names.append(word)
    lines: list[str] = []
    for name, found in inputs(context, names[:1]):
        if found is None:
            context.error(f"{name}The system cannot find the file specified.")
            return 1
        lines += found
    lines.sort(key=lambda line: line[column - 1 :].casefold(), reverse=reverse)
    if unique:
        lines = list({line.casefold(): line for line in reversed(lines)}.values())[::-1]
    text = "".join(f"{line}\r\n" for line in lines)
    if output:
        context.files.write(context.path(output), text.encode("cp437", "replace"))
    else:
        context.stdout.write(text)
    return 0
