"""label.exe: the name of a volume."""

from __future__ import annotations

import re

from emulator.console.context import Context
from emulator.host import AccessDenied, HostError

_LINE = re.compile(r"(?:/mp\s+)?(?:([A-Za-z]):)?\s*(.*)", re.IGNORECASE | re.DOTALL)
_LONGEST = 32


def main(context: Context, tail: str) -> int:
    """`label [DRIVE:] NAME`. Without a name Windows asks for one, and what is typed next is read."""
    found = _LINE.fullmatch(tail.strip())
    letter, name = (found[1] or context.directory[0], found[2].strip()) if found else ("", "")
    volume = context.host.filesystem.volume(letter) if letter else None
    if volume is None:
        context.error("The system cannot find the drive specified.")
        return 1
    if not name:
        context.line(f"Volume in drive {letter.upper()}: is {volume.label}")
        context.line(f"Volume Serial Number is {volume.serial_text}")
        context.stdout.write(f"Volume label ({_LONGEST} characters, ENTER for none)? ")
        name = (context.stdin.read_line() or "").strip()
        context.line()
    try:
        context.host.filesystem.set_label(letter, name, context.account)
    except AccessDenied as refused:
        context.error(refused.text)
        return 1
    except HostError:
        context.error("Cannot change label.  This volume is write protected or the label is not valid.")
        return 1
    return 0
