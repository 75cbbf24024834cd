"""dir and vol, in the text of an English Windows (Microsoft's Windows commands reference, "dir")."""

from __future__ import annotations

from collections.abc import Callable

from emulator.console.cmd.builtins.arguments import split
from emulator.console.cmd.state import State
from emulator.console.cmd.wildcards import is_pattern, matches
from emulator.host import HostError
from emulator.host.filesystem import Entry

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
    context, files = state.context, state.context.host.filesystem
    path = context.path(operand)
    bare = "/b" in switches
    try:
        if not is_pattern(operand) and files.is_directory(path):
            folder, pattern = path, path.rstrip("\\") + "\\*"
        else:
            folder, pattern = path.rpartition("\\")[0] or path, path
            folder = folder + "\\" if len(folder) == 2 else folder
        if not files.is_directory(folder):
            raise FileNotFoundError
        if not bare and first:
            _header(state, folder)
        shown = _folder(state, folder, pattern.rpartition("\\")[2], switches)
    except (HostError, FileNotFoundError):
        if not bare and first:
            _header(state, path)
        context.error("File Not Found")
        return 1
    if shown == (0, 0, 0):
        context.error("File Not Found")
        return 1
    if not bare:
        if "/s" in switches:
            context.line("\r\n     Total Files Listed:")
            context.line(f"{shown[0]:16} File(s) {shown[1]:14,} bytes")
        volume = files.volume(folder[0])
        free = volume.free if volume else 0
        context.line(f"{shown[2]:16} Dir(s) {free:15,} bytes free")
    return 0


def _header(state: State, folder: str) -> None:
    vol(state, folder[:2])
    state.context.line()


def _folder(state: State, folder: str, pattern: str, switches: list[str]) -> tuple[int, int, int]:
    """List one folder; (files, bytes, directories) of it and, with /s, of those below."""
    context = state.context
    entries = [
        entry
        for entry in matches(context, f"{folder.rstrip(chr(92))}\\{pattern}")
        if _wanted(entry, switches)
    ]
    for switch in switches:
        if switch.startswith("/o"):
            _order(entries, switch[2:].lstrip(":") or "gn")
    bare, deep = "/b" in switches, "/s" in switches
    directories = sum(entry.is_directory for entry in entries)
    if bare:
        for entry in entries:
            context.line(entry.path if deep else entry.name)
    elif entries or not deep:
        if not entries and pattern not in ("*", "*.*"):
            return (0, 0, 0)
        context.line(f" Directory of {folder}\r\n")
        if pattern in ("*", "*.*") and len(folder) > 3 and not _excludes_directories(switches):
            own = context.host.filesystem.entry(folder)
            _row(state, own, ".")
            _row(state, own, "..")
            directories += 2
        for entry in entries:
            _row(state, entry, entry.name)
        count = sum(not entry.is_directory for entry in entries)
        size = sum(entry.size for entry in entries if not entry.is_directory)
        context.line(f"{count:16} File(s) {size:14,} bytes")
    totals = [
        sum(not entry.is_directory for entry in entries),
        sum(entry.size for entry in entries if not entry.is_directory),
        directories or int(not entries),
    ]
    if deep:
        for entry in context.host.filesystem.list(folder):
            if entry.is_directory:
                below = _folder(state, entry.path, pattern, switches)
                totals = [mine + theirs for mine, theirs in zip(totals, below, strict=True)]
    return (totals[0], totals[1], totals[2])


def _row(state: State, entry: Entry, name: str) -> None:
    stamp = entry.modified.strftime("%m/%d/%Y  %I:%M %p")
    size = "<DIR>         " if entry.is_directory else f"{entry.size:14,}"
    state.context.line(f"{stamp}    {size} {name}")


def _wanted(entry: Entry, switches: list[str]) -> bool:
    for switch in switches:
        if switch.startswith("/a"):
            wanted = switch[2:].lstrip(":")
            if "-d" in wanted:
                return not entry.is_directory
            return entry.is_directory if "d" in wanted else True
    return True


def _excludes_directories(switches: list[str]) -> bool:
    return any(switch.startswith("/a") and "-d" in switch for switch in switches)


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
    volume = state.context.host.filesystem.volume(drive)
    if volume is None:
        state.context.error("The system cannot find the path specified.")
        return 1
    has_label = f"is {volume.label}" if volume.label else "has no label."
    state.context.line(f" Volume in drive {drive} {has_label}")
    state.context.line(
        f" Volume Serial Number is {volume.serial_number >> 16:04X}-{volume.serial_number & 0xFFFF:04X}"
    )
    return 0
