"""attrib.exe: the attributes of files."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.console.cmd.wildcards import is_pattern, matches
from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.host import HostError
from emulator.host.storage.filesystem import Entry
from emulator.host.storage.filesystem.node import FileAttributes

_LETTERS = {
    "a": FileAttributes.ARCHIVE,
    "s": FileAttributes.SYSTEM,
    "h": FileAttributes.HIDDEN,
    "r": FileAttributes.READ_ONLY,
}


def main(context: Context, tail: str) -> int:
    """`attrib [+r|-r] [+a|-a] [+s|-s] [+h|-h] [path [/s [/d]]]`; without a change it shows them."""
    given = removed = FileAttributes(0)
    options: set[str] = set()
    names: list[str] = []
    for word in split_arguments(tail):
        letter = _LETTERS.get(word[1:].lower())
        if word[:1] in "+-" and len(word) == 2:
            if letter is None:
                return not_emulated(context, f"attrib {word}")
            given, removed = (given | letter, removed) if word[0] == "+" else (given, removed | letter)
        elif word[:1] == "/":
            options.add(word[1:].lower())
        else:
            names.append(word)
    if len(names) > 1 or options - {"s", "d"}:
        context.line(f"Parameter format not correct -{' '.join(names[1:]) or ''}")
        return 1
    name = names[0] if names else "*"
    try:
        found = list(_found(context, name, below="s" in options, folders="d" in options or bool(names)))
    except HostError:
        found = []
    if not found:
        context.line(f"File not found - {name}")
        return 1
    changes = bool(given | removed)
    code = 0
    for entry in found:
        if not changes:
            context.line(_row(entry))
            continue
        stuck = entry.attributes & (FileAttributes.SYSTEM | FileAttributes.HIDDEN) & ~(given | removed)
        if stuck and not (given | removed) & stuck:
            word = "system" if FileAttributes.SYSTEM in stuck else "hidden"
            context.line(f"Not resetting {word} file - {entry.path}")
            code = 1
            continue
        try:
            context.files.set_attributes(entry.path, (entry.attributes | given) & ~removed)
        except HostError as problem:
            context.line(f"{problem.text.rstrip('.')} - {entry.path}")
            code = 1
    return code


def _row(entry: Entry) -> str:
    """Letters in fixed columns, then the path."""
    places = {"a": 0, "s": 4, "h": 5, "r": 8}
    cells = [" "] * 21
    for letter, place in places.items():
        if _LETTERS[letter] in entry.attributes:
            cells[place] = letter.upper()
    return "".join(cells) + entry.path


def _found(context: Context, name: str, *, below: bool, folders: bool) -> Iterator[Entry]:
    path = context.path(name)
    if is_pattern(name):
        found = matches(context, path)
    else:
        found = [context.files.entry(path)] if context.files.exists(path) else []
    pattern = is_pattern(name)
    yield from (one for one in found if not one.is_directory or (folders and not pattern))
    if below:
        folder, _, leaf = path.rpartition("\\")
        for one in context.files.list(folder if len(folder) > 2 else folder + "\\"):
            if one.is_directory:
                yield from _found(context, f"{one.path}\\{leaf}", below=True, folders=folders)
