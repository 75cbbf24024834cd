"""wusa.exe: the standalone installer of updates. The machine runs no packages: it tells what it refuses."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.host import HostError

#: ERROR_FILE_NOT_FOUND, ERROR_INVALID_DATA, and WU_S_NOT_INSTALLED (the update is not on the machine).
_NOT_FOUND, _INVALID, _NOT_INSTALLED, _USAGE = 2, 13, 0x0024_0007, 87
_CABINET = b"MSCF"


def main(context: Context, tail: str) -> int:
    """`wusa PACKAGE [/quiet] [/norestart]`, `wusa /uninstall /kb:NUMBER`; messages are windows."""
    words = split_arguments(tail)
    names = [word for word in words if word[:1] != "/"]
    options = {word.lower().partition(":")[0]: word.partition(":")[2] for word in words if word[:1] == "/"}
    if "/uninstall" in options and "/kb" in options:
        number = options["/kb"].lower().removeprefix("kb")
        installed = {one.id.lower() for one in context.host.operating_system.facts.hot_fixes}
        if f"kb{number}" not in installed:
            return _NOT_INSTALLED
        return not_emulated(context, "wusa /uninstall of an update", _INVALID)
    if len(names) != 1:
        return _USAGE
    try:
        path = context.path(names[0])
        if not context.files.exists(path):
            return _NOT_FOUND
        begins = context.files.read_part(path, 0, len(_CABINET))
    except HostError:
        return _NOT_FOUND
    return not_emulated(context, "wusa of a package", _INVALID) if begins == _CABINET else _INVALID
