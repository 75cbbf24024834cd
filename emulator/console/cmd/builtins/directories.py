"""cd, md, rd, pushd, popd."""

from __future__ import annotations

from emulator.console.cmd.builtins.arguments import split
from emulator.console.cmd.state import State
from emulator.host import HostError

_NO_PATH = "The system cannot find the path specified."


def cd(state: State, tail: str) -> int:
    """Show or change the directory; /d changes the drive too. Quotes are optional even with blanks."""
    context = state.context
    text = tail.strip()
    change_drive = False
    if text[:2].lower() == "/d":
        change_drive, text = True, text[2:].strip()
    text = text.replace('"', "")
    if not text:
        context.line(context.directory)
        return 0
    if len(text) == 2 and text[1] == ":" and not change_drive:
        same = text[0].lower() == context.directory[0].lower()
        context.line(
            context.directory if same else context.directories.get(text[0].upper(), f"{text.upper()}\\")
        )
        return 0
    if len(text) == 2 and text[1] == ":":
        target = context.directories.get(text[0].upper(), f"{text.upper()}\\")
        if text[0].lower() == context.directory[0].lower():
            target = context.directory
    else:
        target = context.path(text)
    files = context.files
    if not files.is_directory(target):
        missing_drive = not files.exists(target[:3])
        context.error("The system cannot find the drive specified." if missing_drive else _NO_PATH)
        return 1
    target = files.enter(target)
    if target[0].lower() != context.directory[0].lower() and not change_drive:
        context.directories[target[0].upper()] = target
        return 0
    context.directories[context.directory[0].upper()] = context.directory
    context.directory = target
    return 0


def md(state: State, tail: str) -> int:
    """Make directories with all their parents."""
    _, operands = split(tail)
    if not operands:
        state.context.error("The syntax of the command is incorrect.")
        return 1
    code = 0
    for operand in operands:
        path = state.context.path(operand)
        if state.context.files.exists(path):
            state.context.error(f"A subdirectory or file {operand} already exists.")
            code = 1
            continue
        state.context.files.make_directory(path)
    return code


def rd(state: State, tail: str) -> int:
    """Remove directories; /s with what they hold."""
    switches, operands = split(tail)
    if not operands:
        state.context.error("The syntax of the command is incorrect.")
        return 1
    files = state.context.files
    code = 0
    for operand in operands:
        path = state.context.path(operand)
        if not files.exists(path):
            state.context.error("The system cannot find the file specified.")
            code = 2
        elif not files.is_directory(path):
            state.context.error("The directory name is invalid.")
            code = 267
        elif "/s" not in switches and files.mount_points.volume_at(path) is None and files.list(path):
            state.context.error("The directory is not empty.")
            code = 145
        else:
            files.remove(path, recursive=True)
    return code


def pushd(state: State, tail: str) -> int:
    """Remember the directory and change to another, its drive too."""
    before = state.context.directory
    if not tail.strip():
        for directory in reversed(state.pushed_directories):
            state.context.line(directory)
        return 0
    code = cd(state, f" /d {tail.strip()}")
    if code == 0:
        state.pushed_directories.append(before)
    return code


def popd(state: State, _tail: str) -> int:
    """Return to the directory remembered last."""
    if state.pushed_directories:
        target = state.pushed_directories.pop()
        try:
            state.context.directory = state.context.files.entry(target).path
        except HostError:
            state.context.error(_NO_PATH)
            return 1
    return 0
