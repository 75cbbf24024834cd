"""fc.exe: what differs in two files, line by line or byte by byte."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.process import codec_of
from emulator.console.programs.refusals import not_emulated
from emulator.host import HostError

_KNOWN = frozenset({"/b", "/c", "/n", "/w", "/l"})
_MAXIMUM_LINES = 20_000
_SAME, _DIFFERENT, _MISSING, _USAGE = 0, 1, 2, -1
#: Windows looks at the file as lines of text unless its name ends so.
_BINARY = (".exe", ".com", ".sys", ".obj", ".lib", ".bin")


def main(context: Context, tail: str) -> int:
    """`fc [/b] [/c] [/n] [/w] A B`."""
    words = split_arguments(tail)
    options = {word.lower() for word in words if word[:1] == "/"}
    names = [word for word in words if word[:1] != "/"]
    unknown = sorted(options - _KNOWN)
    if unknown:
        return not_emulated(context, f"fc {unknown[0]}")
    if len(names) != 2 or any(mark in name for name in names for mark in "*?"):
        context.line("FC: Insufficient number of file specifications")
        return _USAGE
    held = []
    for name in names:
        try:
            held.append(context.files.read(context.path(name)))
        except HostError:
            context.line(f"FC: cannot open {name.upper()} - No such file or folder")
            context.line()
            return _MISSING
    shown = [name.upper() for name in names]
    context.line(f"Comparing files {names[0]} and {shown[1]}")
    if "/b" in options or ("/l" not in options and names[0].lower().endswith(_BINARY)):
        rows = list(_bytes_apart(held[0], held[1], shown))
    else:
        codec = codec_of(context.console.code_page)
        texts = [data.decode(codec, "replace").splitlines() for data in held]
        if max(map(len, texts)) > _MAXIMUM_LINES:
            return not_emulated(context, "fc of files with so many lines", _DIFFERENT)
        rows = list(_lines_apart(texts[0], texts[1], (names[0], shown[1]), options))
    for row in rows or ["FC: no differences encountered"]:
        context.line(row)
    context.line()
    return _DIFFERENT if rows else _SAME


def _bytes_apart(first: bytes, second: bytes, names: list[str]) -> Iterator[str]:
    for place, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            yield f"{place:08X}: {one:02X} {other:02X}"
    if len(first) != len(second):
        longer, shorter = (0, 1) if len(first) > len(second) else (1, 0)
        yield f"FC: {names[longer]} longer than {names[shorter]}"


def _lines_apart(
    first: list[str], second: list[str], names: tuple[str, str], options: set[str]
) -> Iterator[str]:
    """Blocks of lines that differ, each between the last and the next line that is the same."""
    keys = [[_key(line, options) for line in lines] for lines in (first, second)]
    matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    for kind, low, high, other_low, other_high in matcher.get_opcodes():
        if kind == "equal":
            continue
        sides = ((names[0], first, low, high), (names[1], second, other_low, other_high))
        for name, lines, start, end in sides:
            yield f"***** {name}"
            for place in range(max(0, start - 1), min(len(lines), end + 1)):
                yield f"{place + 1:5}:  {lines[place]}" if "/n" in options else lines[place]
        yield "*****"
        yield ""


def _key(line: str, options: set[str]) -> str:
    found = " ".join(line.split()) if "/w" in options else line
    return found.upper() if "/c" in options else found
