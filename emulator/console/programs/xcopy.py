"""xcopy.exe: files and trees of folders."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from fnmatch import fnmatch

from emulator.console.cmd.wildcards import is_pattern
from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.host import HostError
from emulator.host.storage.filesystem import Filesystem
from emulator.host.storage.filesystem.node import FileAttributes

_KNOWN = frozenset({"s", "e", "i", "y", "-y", "q", "h", "r", "k", "c", "l", "f", "d", "g", "j", "z", "x"})
_NOTHING, _FAILED, _NOT_FOUND = 0, 4, 1
_HIDDEN = FileAttributes.HIDDEN | FileAttributes.SYSTEM


def main(context: Context, tail: str) -> int:
    """`xcopy source [target] [/s] [/e] [/i] [/y] [/q] [/h] [/r] [/k] [/c] [/l] [/f] [/d]`."""
    options: set[str] = set()
    names: list[str] = []
    for word in split_arguments(tail):
        if word[:1] == "/":
            for option in word[1:].lower().split("/"):
                if option not in _KNOWN - {"x", "g"}:
                    return not_emulated(context, f"xcopy /{option}", _FAILED)
                options.add(option)
        else:
            names.append(word)
    if not 1 <= len(names) <= 2:
        context.error("Invalid number of parameters")
        context.line("0 File(s) copied")
        return _FAILED
    try:
        return _copy(context, names[0], names[1] if len(names) > 1 else ".", options)
    except HostError as problem:
        context.error(problem.text)
        context.line("0 File(s) copied")
        return _FAILED


def _copy(context: Context, name: str, goal: str, options: set[str]) -> int:
    files, path = context.files, context.path(name)
    if not is_pattern(name) and files.is_directory(path):
        folder, pattern = path, "*"
    else:
        folder, _, pattern = path.rpartition("\\")
        folder = folder if len(folder) > 2 else folder + "\\"
    deep = bool(options & {"s", "e"})
    prefix = name if folder == path else ntpath.dirname(name)
    found = (
        list(_found(context, folder, pattern, "", deep, "h" in options)) if files.is_directory(folder) else []
    )
    target = context.path(goal)
    if deep and f"{target.lower()}\\".startswith(f"{folder.lower()}\\".replace("\\\\", "\\")):
        context.error("Cannot perform a cyclic copy")
        context.line("0 File(s) copied")
        return _FAILED
    if not found and not ("e" in options and pattern == "*" and files.is_directory(folder)):
        context.error(f"File not found - {pattern}")
        context.line("0 File(s) copied")
        return _FAILED
    if not files.is_directory(target) and not goal.endswith("\\"):
        many = pattern == "*" or is_pattern(pattern) or deep
        if not ("i" in options and many):
            kind = _asked(context, goal)
            if kind == "f" and len(found) == 1:
                return _one(context, found[0][1], target, prefix, options)
            if kind != "d":
                context.line("0 File(s) copied")
                return _FAILED
    count = 0
    if "e" in options and "l" not in options:
        for below in _folders(context, folder, ""):
            files.make_directory(ntpath.join(target, below), exist_ok=True)
    for below, source in found:
        place = ntpath.join(target, below, ntpath.basename(source))
        if "d" in options and _is_current(files, source, place):
            continue
        shown = ntpath.join(prefix, below, ntpath.basename(source))
        _say(context, shown, source, place, options)
        if "l" not in options:
            files.make_directory(ntpath.dirname(place), exist_ok=True)
            _put(context, source, place, options)
        count += 1
    context.line(f"{count} File(s) copied" if "l" not in options else f"{count} File(s)")
    return _NOTHING


def _is_current(files: Filesystem, source: str, place: str) -> bool:
    """Whether the target is as new as the source."""
    return files.exists(place) and files.entry(place).modified >= files.entry(source).modified


def _one(context: Context, source: str, place: str, prefix: str, options: set[str]) -> int:
    _say(context, ntpath.join(prefix, ntpath.basename(source)), source, place, options)
    _put(context, source, place, options)
    context.line("1 File(s) copied")
    return _NOTHING


def _say(context: Context, shown: str, source: str, place: str, options: set[str]) -> None:
    if "q" not in options:
        context.line(f"{source} -> {place}" if "f" in options else shown)


def _put(context: Context, source: str, place: str, options: set[str]) -> None:
    """Copy a file; the copy has only the attribute of the archive, unless /k keeps read-only."""
    files = context.files
    if files.exists(place) and FileAttributes.READ_ONLY in files.entry(place).attributes and "r" in options:
        files.set_attributes(place, files.entry(place).attributes & ~FileAttributes.READ_ONLY)
    files.copy(source, place, overwrite=True)
    kept = files.entry(place).attributes
    if "k" not in options:
        kept &= ~FileAttributes.READ_ONLY
    files.set_attributes(place, kept | FileAttributes.ARCHIVE)


def _asked(context: Context, goal: str) -> str:
    """What the target is to be: a file or a folder."""
    context.line(f"Does {goal} specify a file name")
    context.line("or directory name on the target")
    context.stdout.write("(F = file, D = directory)? ")
    answer = (context.stdin.read_line() or "").strip().lower()[:1]
    context.line()
    return answer


def _found(
    context: Context, folder: str, pattern: str, below: str, deep: bool, hidden: bool
) -> Iterator[tuple[str, str]]:
    """The folder below the source, and the path, of each file."""
    inside = context.files.list(folder)
    wanted = "*" if pattern == "*.*" else pattern.lower()
    for one in inside:
        if (
            not one.is_directory
            and fnmatch(one.name.lower(), wanted)
            and (hidden or not one.attributes & _HIDDEN)
        ):
            yield below, one.path
    for one in inside:
        if deep and one.is_directory and (hidden or not one.attributes & _HIDDEN):
            yield from _found(context, one.path, pattern, ntpath.join(below, one.name), True, hidden)


def _folders(context: Context, folder: str, below: str) -> Iterator[str]:
    yield below
    for one in context.files.list(folder):
        if one.is_directory:
            yield from _folders(context, one.path, ntpath.join(below, one.name))
