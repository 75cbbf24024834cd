"""dir and vol, in the text of an English Windows (Microsoft's Windows commands reference, "dir")."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from emulator.console.cmd.builtins.arguments import split
from emulator.console.cmd.state import State
from emulator.console.cmd.wildcards import is_pattern, matches
from emulator.console.context import Context
from emulator.host.errors import AccessDenied, FilesystemError
from emulator.host.storage.disk_layout import volume_path
from emulator.host.storage.filesystem import Entry, FileAttributes

_ORDERS: dict[str, Callable[[Entry], object]] = {
    "n": lambda entry: entry.name.lower(),
    "s": lambda entry: entry.size,
    "d": lambda entry: entry.modified,
    "e": lambda entry: entry.name.rpartition(".")[2].lower(),
    "g": lambda entry: not entry.is_directory,
}


def dir_(state: State, tail: str) -> int:
    """List a folder: /b bare names, /s with subfolders, /a[d-d] which entries, /o order."""
    switches, operands = split(tail)
    code = 0
    for number, operand in enumerate(operands or ["."]):
        code = max(code, _list(state, operand, switches, first=number == 0))
    return code


def _list(state: State, operand: str, switches: list[str], *, first: bool) -> int:
    context, files = state.context, state.context.files
    path = context.path(operand)
    bare, deep = "/b" in switches, "/s" in switches
    if not is_pattern(operand) and files.is_directory(path):
        folder, pattern = path, "*"
    else:
        folder, _, pattern = path.rpartition("\\")
        folder = folder + "\\" if len(folder) == 2 else folder
    if not bare and first:
        if vol(state, folder[:2]):
            return 1
        context.line()
    try:
        shown = _folder(state, folder, pattern, switches) if files.is_directory(folder) else None
    except AccessDenied:  # to dir, a folder that it may not list is empty
        shown = None
    if shown is None:
        if not bare and not deep:
            context.line(f" Directory of {folder}\r\n")
        context.error("File Not Found")
        return 1
    if not bare:
        if deep:
            context.line("     Total Files Listed:")
            context.line(f"{shown.files:16} File(s) {shown.size:14,} bytes")
        volume = files.volume_of(folder)
        context.line(f"{shown.directories:16} Dir(s) {volume.free:15,} bytes free")
    return 0


class _Totals(NamedTuple):
    files: int
    size: int
    directories: int


def _folder(state: State, folder: str, pattern: str, switches: list[str]) -> _Totals | None:
    """List one folder and, with /s, those below it; what was shown, or None for nothing at all."""
    context = state.context
    entries = [entry for entry in _matching(context, folder, pattern) if _wanted(entry, switches)]
    for switch in switches:
        if switch.startswith("/o"):
            _order(entries, switch[2:].lstrip(":") or "gn")
    bare, deep = "/b" in switches, "/s" in switches
    sizes = [entry.size for entry in entries if not entry.is_directory]
    own = [] if bare or len(folder) <= 3 or pattern not in ("*", "*.*") else [".", ".."]
    if _attribute(switches) == "-d":
        own = []
    if bare:
        for entry in entries:
            context.line(entry.path if deep else entry.name)
    elif entries or own:
        context.line(f" Directory of {folder}\r\n")
        for name in own:
            _row(state, context.files.entry(folder), name)
        for entry in entries:
            _row(state, entry, entry.name)
        context.line(f"{len(sizes):16} File(s) {sum(sizes):14,} bytes")
        if deep:
            context.line()
    totals = [len(sizes), sum(sizes), len(entries) - len(sizes) + len(own)]
    found = bool(entries or own)
    if deep:
        for entry in context.files.list(folder):
            try:
                below = _folder(state, entry.path, pattern, switches) if entry.is_directory else None
            except AccessDenied:
                continue
            except FilesystemError as problem:  # the volume that is mounted there is away
                context.error(problem.text)
                continue
            if below is not None:
                found = True
                totals = [mine + theirs for mine, theirs in zip(totals, below, strict=True)]
    return _Totals(*totals) if found else None


def _matching(context: Context, folder: str, pattern: str) -> list[Entry]:
    path = folder.rstrip("\\") + "\\" + pattern
    if is_pattern(pattern):
        return matches(context, path)
    files = context.files
    return [files.entry(path)] if files.exists(path) else []


def _row(state: State, entry: Entry, name: str) -> None:
    modified = entry.modified + state.context.host.operating_system.utc_offset()
    stamp = modified.strftime("%m/%d/%Y  %I:%M %p")
    size = "<DIR>         " if entry.is_directory else f"{entry.size:14,}"
    if FileAttributes.REPARSE_POINT in entry.attributes and name == entry.name:
        size, name = "<JUNCTION>    ", f"{name} [{_mounted(state, entry)}]"
    state.context.line(f"{stamp}    {size} {name}")


def _mounted(state: State, entry: Entry) -> str:
    """What is mounted in a folder, as the object manager names it; nothing while it is away."""
    host = state.context.host
    volume = host.filesystem.mount_points.volume_at(entry.path)
    path = None if volume is None else volume_path(host, volume)
    return "" if path is None else path.replace("\\\\?", "\\??", 1)


def _wanted(entry: Entry, switches: list[str]) -> bool:
    attribute = _attribute(switches)
    return not attribute or entry.is_directory == (attribute == "d")


def _attribute(switches: list[str]) -> str:
    """'d' for directories only, '-d' for files only, '' for both (/a:d, /ad, /a-d)."""
    for switch in switches:
        if switch.startswith("/a") and "d" in switch:
            return "-d" if "-d" in switch else "d"
    return ""


def _order(entries: list[Entry], letters: str) -> None:
    """Sort by each letter, the first one counting most; a minus sign before it turns it round."""
    keys: list[tuple[str, bool]] = []
    reverse = False
    for letter in letters:
        if letter == "-":
            reverse = True
        elif letter in _ORDERS:
            keys.append((letter, reverse))
            reverse = False
    for letter, turned in reversed(keys):
        entries.sort(key=_ORDERS[letter], reverse=turned)  # type: ignore[arg-type]


def vol(state: State, tail: str) -> int:
    """Label and serial number of a volume."""
    drive = (tail.strip() or state.context.directory)[:1].upper()
    volume = state.context.files.volume(drive)
    if volume is None:
        state.context.error("The system cannot find the path specified.")
        return 1
    has_label = f"is {volume.label}" if volume.label else "has no label."
    state.context.line(f" Volume in drive {drive} {has_label}")
    state.context.line(f" Volume Serial Number is {volume.serial_text}")
    return 0
