"""type, copy, move, ren, del."""

from __future__ import annotations

from emulator.console.cmd.builtins.arguments import is_null, split
from emulator.console.cmd.state import State
from emulator.console.cmd.wildcards import is_pattern, matches
from emulator.host import AccessDenied, HostError
from emulator.host.storage.filesystem import Entry

_NO_FILE = "The system cannot find the file specified."
_SYNTAX = "The syntax of the command is incorrect."


def type_(state: State, tail: str) -> int:
    """Write files to standard output; the names go to standard error where there are several."""
    context = state.context
    _, operands = split(tail)
    if not operands:
        context.error(_SYNTAX)
        return 1
    code = 0
    for operand in operands:
        if is_null(operand):
            continue
        found = _files(state, operand)
        if not found:
            context.error(_missing(state, operand))
            code = 1
        for entry in found:
            if len(operands) > 1 or is_pattern(operand):
                context.error(f"\r\n{operand if not is_pattern(operand) else entry.name}\r\n\r\n")
            context.stdout.write(_text(context.files.read(entry.path)))
    return code


def _missing(state: State, operand: str) -> str:
    """Why there is no such file: perhaps the user may not see it."""
    try:
        state.context.files.entry(state.context.path(operand))
    except AccessDenied as problem:
        return problem.text
    except HostError:
        pass
    return _NO_FILE


def _text(data: bytes) -> str | bytes:
    # type understands UTF-16 with a byte-order mark and turns it into the console's code page.
    return data[2:].decode("utf-16-le", "replace") if data[:2] == b"\xff\xfe" else data


def copy(state: State, tail: str) -> int:
    """Copy files: `copy a b`, `copy a+b c`, `copy *.txt folder`."""
    try:
        return _copy(state, tail)
    except AccessDenied as problem:
        state.context.error(problem.text)
        state.context.line(f"{0:9} file(s) copied.")
        return 1


def _copy(state: State, tail: str) -> int:
    context, files = state.context, state.context.files
    _, operands = split(tail.replace(" + ", "+").replace("+ ", "+").replace(" +", "+"))
    if not operands or len(operands) > 2:
        context.error(_SYNTAX)
        return 1
    if is_null(operands[0]) and len(operands) == 2:
        files.write(context.path(operands[1]), b"")
        context.line(f"{1:9} file(s) copied.")
        return 0
    sources = [entry for name in operands[0].split("+") for entry in _files(state, name)]
    if not sources:
        reason = _missing(state, operands[0])
        context.error(reason)
        if reason != _NO_FILE:
            context.line(f"{0:9} file(s) copied.")
        return 1
    if len(operands) == 2 and is_null(operands[1]):
        context.line(f"{len(sources):9} file(s) copied.")
        return 0
    target = context.path(operands[1]) if len(operands) == 2 else context.directory
    several = "+" in operands[0] or is_pattern(operands[0])
    if files.is_directory(target):
        for entry in sources:
            destination = target.rstrip("\\") + "\\" + entry.name
            if destination.lower() == entry.path.lower():
                return _onto_itself(state)
            if several:
                context.line(entry.path)
            files.write(destination, files.read(entry.path))
        count = len(sources)
    else:
        if len(sources) == 1 and target.lower() == sources[0].path.lower():
            return _onto_itself(state)
        if several:
            for entry in sources:
                context.line(entry.path)
        files.write(target, b"".join([files.read(entry.path) for entry in sources]))
        count = 1
    context.line(f"{count:9} file(s) copied.")
    return 0


def _onto_itself(state: State) -> int:
    state.context.error("The file cannot be copied onto itself.")
    state.context.line(f"{0:9} file(s) copied.")
    return 1


def move(state: State, tail: str) -> int:
    """Move files or rename a directory."""
    context, files = state.context, state.context.files
    _, operands = split(tail)
    if len(operands) != 2:
        context.error(_SYNTAX)
        return 1
    sources = _entries(state, operands[0])
    if not sources:
        context.error(_NO_FILE)
        return 1
    target = context.path(operands[1])
    directories = sum(entry.is_directory for entry in sources)
    for entry in sources:
        destination = target.rstrip("\\") + "\\" + entry.name if files.is_directory(target) else target
        try:
            if files.exists(destination) and not files.is_directory(destination):
                files.remove(destination)
            files.move(entry.path, destination)
        except AccessDenied as problem:
            context.error(problem.text)
            context.line(f"{0:9} {'dir' if entry.is_directory else 'file'}(s) moved.")
            return 1
    if directories:
        context.line(f"{directories:9} dir(s) moved.")
    if len(sources) > directories:
        context.line(f"{len(sources) - directories:9} file(s) moved.")
    return 0


def rename(state: State, tail: str) -> int:
    """Rename one file or directory in its folder."""
    context, files = state.context, state.context.files
    _, operands = split(tail)
    if len(operands) != 2 or "\\" in operands[1]:
        context.error(_SYNTAX)
        return 1
    found = _entries(state, operands[0])
    if len(found) != 1:
        context.error(_NO_FILE)
        return 1
    target = found[0].path.rpartition("\\")[0] + "\\" + operands[1]
    if files.exists(target):
        context.error("A duplicate file name exists, or the file\r\ncannot be found.")
        return 1
    files.move(found[0].path, target)
    return 0


def delete(state: State, tail: str) -> int:
    """Delete files; of a folder, the files in it. A missing file is reported, and is no error."""
    context, files = state.context, state.context.files
    switches, operands = split(tail)
    if not operands:
        context.error(_SYNTAX)
        return 1
    for operand in operands:
        path = context.path(operand)
        pattern = path.rstrip("\\") + "\\*" if not is_pattern(operand) and files.is_directory(path) else path
        found = _delete(state, pattern, recursive="/s" in switches)
        if not found:
            context.error(f"Could Not Find {path}")
    return 0


def _delete(state: State, pattern: str, *, recursive: bool) -> int:
    files = state.context.files
    folder, _, leaf = pattern.rpartition("\\")
    count = 0
    for entry in _at(state, pattern):
        if not entry.is_directory:
            count += 1
            try:
                files.remove(entry.path)
            except AccessDenied as problem:
                state.context.error(f"{entry.path}\r\n{problem.text}")
    if recursive:
        for entry in files.list(folder if len(folder) > 2 else folder + "\\"):
            if entry.is_directory:
                count += _delete(state, f"{entry.path}\\{leaf}", recursive=True)
    return count


def _files(state: State, operand: str) -> list[Entry]:
    return [entry for entry in _entries(state, operand) if not entry.is_directory]


def _entries(state: State, operand: str) -> list[Entry]:
    return _at(state, state.context.path(operand))


def _at(state: State, path: str) -> list[Entry]:
    try:
        if is_pattern(path.rpartition("\\")[2]):
            return matches(state.context, path)
        return [state.context.files.entry(path)]
    except HostError:
        return []
