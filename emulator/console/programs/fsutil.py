"""fsutil.exe: facts of volumes, and files of a size (Microsoft's Windows commands reference)."""

from __future__ import annotations

from collections.abc import Callable

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.host import HostError
from emulator.host.errors import AccessDenied
from emulator.host.storage.filesystem.volume import Volume
from emulator.host.storage.filesystem.zero_file import ZeroFile

_LONGEST = 1 << 63
Command = Callable[[Context, list[str]], int]


def main(context: Context, tail: str) -> int:
    """`fsutil SUBJECT VERB ...`."""
    words = split_arguments(tail)
    key = tuple(word.lower() for word in words[:2])
    command = _COMMANDS.get(key)
    if command is None:
        return not_emulated(context, " ".join(("fsutil", *key)))
    return command(context, words[2:])


def _volume(context: Context, words: list[str]) -> Volume | None:
    """The volume of the only operand; what is wrong is told."""
    name = words[0].rstrip("\\") if len(words) == 1 else ""
    found = context.host.filesystem.volume(name[0]) if len(name) == 2 and name[1] == ":" else None
    if found is None:
        is_malformed = len(words) == 1 and len(name) != 2
        reason = (
            "The parameter is incorrect." if is_malformed else "The system cannot find the path specified."
        )
        context.line(f"Error:  {reason}")
    return found


def _disk_free(context: Context, words: list[str]) -> int:
    volume = _volume(context, words)
    if volume is None:
        return 1
    rows = (
        ("Total free bytes", volume.free),
        ("Total bytes", volume.size),
        ("Total quota free bytes", volume.free),
    )
    for label, number in rows:
        context.line(f"{label:<24}: {number:>18,} ({number / (1 << 30):6.1f} GB)")
    return 0


def _drives(context: Context, words: list[str]) -> int:
    del words
    letters = " ".join(f"{one.letter}:\\" for one in context.host.filesystem.volumes if one.letter)
    context.line()
    context.line(f"Drives: {letters} ")
    return 0


def _drive_type(context: Context, words: list[str]) -> int:
    if len(words) != 1:
        context.line("Error:  The parameter is incorrect.")
        return 1
    name = words[0].rstrip("\\")
    volume = context.host.filesystem.volume(name[:1])
    kind = "No such Root Directory" if volume is None else "CD-ROM Drive" if volume.image else "Fixed Drive"
    context.line(f"{name} - {kind}")
    return 0


def _volume_facts(context: Context, words: list[str]) -> int:
    volume = _volume(context, words)
    if volume is None:
        return 1
    context.line(f"Volume Name : {volume.label}")
    context.line(f"Volume Serial Number : 0x{volume.serial_number:08x}")
    context.line(f"Max Component Length : {volume.file_system.longest_name}")
    context.line(f"File System Name : {volume.file_system}")
    return 0


def _dirty(context: Context, words: list[str]) -> int:
    if not context.account.is_administrator:
        context.line("Error:  Access is denied.")
        return 1
    if _volume(context, words) is None:
        return 1
    context.line(f"Volume - {words[0].rstrip(chr(92))} is NOT Dirty")
    return 0


def _create(context: Context, words: list[str]) -> int:
    """A file of zeros."""
    if len(words) != 2 or not words[1].isdecimal() or len(words[1]) > 19 or int(words[1]) >= _LONGEST:
        context.line("Usage : fsutil file createNew <filename> <length>")
        return 1
    path, size = words[0], int(words[1])
    files = context.files
    try:
        full = context.path(path)
    except HostError as problem:
        context.line(f"Error:  {problem.text}")
        return 1
    try:
        if files.exists(full):
            context.line("Error:  The file exists.")
            return 1
        files.write(full, b"")
        context.host.filesystem.resize(full, size)
        context.host.filesystem.adopt(full, ZeroFile())
    except AccessDenied:
        context.line("Error:  Access is denied.")
        return 1
    except HostError as problem:
        # What was begun goes again: there was no room for it.
        if files.exists(full):
            files.remove(full)
        context.line(f"Error:  {problem.text}")
        return 1
    context.line(f"File {full} is created")
    return 0


_COMMANDS: dict[tuple[str, ...], Command] = {
    ("volume", "diskfree"): _disk_free,
    ("fsinfo", "drives"): _drives,
    ("fsinfo", "drivetype"): _drive_type,
    ("fsinfo", "volumeinfo"): _volume_facts,
    ("dirty", "query"): _dirty,
    ("file", "createnew"): _create,
}
