"""tree.com: the folders below a folder, with /f their files too."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.host import HostError
from emulator.host.storage.filesystem import Entry
from emulator.host.storage.filesystem.node import FileAttributes

#: Of a branch, the last branch, what goes on beside it, and nothing beside it; in lines and with /a.
_LINES = ("\u251c\u2500\u2500\u2500", "\u2514\u2500\u2500\u2500", "\u2502   ", "    ")
_ASCII = ("+---", "\\---", "|   ", "    ")


def main(context: Context, tail: str) -> int:
    """`tree [PATH] [/f] [/a]`."""
    words = split_arguments(tail)
    options = {word.lower() for word in words if word[:1] == "/"}
    names = [word for word in words if word[:1] != "/"]
    if len(names) > 1 or options - {"/f", "/a"}:
        wrong = next(iter(sorted(options - {"/f", "/a"})), names[-1] if names else "")
        what = "Parameter format not correct" if wrong in options else "Too many parameters"
        context.line(f"{what} - {wrong}")
        return 1
    name = names[0] if names else "."
    try:
        path = context.path(name)
        volume = context.host.filesystem.volume_of(path)
    except HostError:
        context.line(f"Invalid drive specification - {name}")
        return 1
    label = f" for volume {volume.label}" if volume.label else ""
    context.line(f"Folder PATH listing{label}")
    context.line(f"Volume serial number is {volume.serial_text}")
    context.line(path.upper() if names else f"{path[:2]}.")
    if not context.files.is_directory(path):
        context.line(f"Invalid path - {path[2:].upper()}")
        context.line("No subfolders exist ")
        context.line()
        return 0
    if not _branch(context, path, "", _ASCII if "/a" in options else _LINES, files="/f" in options):
        context.line("No subfolders exist ")
        context.line()
    return 0


def _branch(context: Context, path: str, before: str, marks: tuple[str, ...], *, files: bool) -> bool:
    """Write what is in a folder; whether it has folders."""
    try:
        found = [entry for entry in context.files.list(path) if FileAttributes.HIDDEN not in entry.attributes]
    except HostError:
        return False
    folders = [entry for entry in found if entry.is_directory]
    branch, last, beside, nothing = marks
    if files:
        _write_files(context, found, before + (beside if folders else nothing))
    for place, entry in enumerate(folders, 1):
        is_last = place == len(folders)
        context.line(f"{before}{last if is_last else branch}{entry.name}")
        _branch(context, entry.path, before + (nothing if is_last else beside), marks, files=files)
    return bool(folders)


def _write_files(context: Context, found: list[Entry], before: str) -> None:
    names = [entry.name for entry in found if not entry.is_directory]
    for name in names:
        context.line(f"{before}{name}")
    if names:
        context.line(before.rstrip() if before.strip() else before)
