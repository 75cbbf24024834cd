"""The commands that are part of cmd.exe itself: name -> function(state, tail) -> error level."""

from __future__ import annotations

from collections.abc import Callable

from emulator.console.cmd.builtins import directories, files, flow, listing, output, variables
from emulator.console.cmd.state import State

Builtin = Callable[[State, str], int]

BUILTINS: dict[str, Builtin] = {
    "call": flow.call,
    "cd": directories.cd,
    "chdir": directories.cd,
    "cls": output.cls,
    "copy": files.copy,
    "del": files.delete,
    "dir": listing.dir_,
    "echo": output.echo,
    "endlocal": variables.endlocal,
    "erase": files.delete,
    "exit": flow.exit_,
    "goto": flow.goto,
    "md": directories.md,
    "mkdir": directories.md,
    "move": files.move,
    "pause": output.pause,
    "popd": directories.popd,
    "prompt": output.ignored,
    "pushd": directories.pushd,
    "rd": directories.rd,
    "rem": output.ignored,
    "ren": files.rename,
    "rename": files.rename,
    "rmdir": directories.rd,
    "set": variables.set_,
    "setlocal": variables.setlocal,
    "shift": flow.shift,
    "start": flow.start,
    "title": output.ignored,
    "type": files.type_,
    "ver": output.ver,
    "verify": output.ignored,
    "vol": listing.vol,
}
