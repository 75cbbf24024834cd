"""where.exe: the paths of the programs that a name means."""

from __future__ import annotations

import ntpath

from emulator.console.context import Context
from emulator.console.programs import find_program


def main(context: Context, tail: str) -> int:
    """Print the first program on the path for each name."""
    names = [name.strip('"') for name in tail.split()]
    if not names:
        context.error("ERROR: The syntax of the command is incorrect.")
        return 2
    code = 0
    for name in names:
        path = find_program(context, name)
        if path is None:
            context.error("INFO: Could not find files for the given pattern(s).")
            code = 1
        else:
            # where.exe prints folders as the disk spells them, not as the Path does.
            folder, leaf = ntpath.split(path)
            if context.files.is_directory(folder):
                folder = context.files.entry(folder).path
            context.line(ntpath.join(folder, leaf))
    return code
