"""regsvr32.exe: libraries of COM. A library that is not there cannot be loaded; machine code is not run."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.host import HostError

#: The codes of the program: a command line that is wrong, and a library that cannot be loaded.
_FAIL_ARGUMENTS, _FAIL_LOAD = 1, 3


def main(context: Context, tail: str) -> int:
    """`regsvr32 [/s] [/u] [/n] [/i] LIBRARY`; messages are windows."""
    names = [word for word in split_arguments(tail) if word[:1] not in "/-"]
    if not names:
        return _FAIL_ARGUMENTS
    for name in names:
        try:
            found = context.files.exists(context.path(name)) or (
                "\\" not in name and context.files.exists(f"C:\\Windows\\System32\\{name}")
            )
        except HostError:
            found = False
        if not found:
            return _FAIL_LOAD
    return not_emulated(context, "regsvr32 of a library", _FAIL_LOAD)
