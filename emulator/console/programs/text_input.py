"""Lines that find.exe and findstr.exe search: of the files named, or of standard input."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.console.cmd.wildcards import is_pattern, matches
from emulator.console.context import Context
from emulator.console.process import codec_of
from emulator.host import HostError


def inputs(context: Context, operands: list[str]) -> Iterator[tuple[str, list[str] | None]]:
    """(name, lines) for each input; lines are None where a file cannot be opened."""
    if not operands:
        yield "", context.stdin.read().splitlines()
        return
    for operand in operands:
        try:
            for name, found in _files(context, operand):
                data = context.files.read(found)
                yield name, data.decode(codec_of(context.console.code_page), "replace").splitlines()
        except HostError:
            yield operand, None


def _files(context: Context, operand: str) -> list[tuple[str, str]]:
    """(name as it is shown, full path) of the files that an operand means."""
    path = context.path(operand)
    if not is_pattern(operand):
        return [(operand, path)]
    prefix = operand[: max(operand.rfind("\\"), operand.rfind("/"), operand.rfind(":")) + 1]
    return [(prefix + entry.name, entry.path) for entry in matches(context, path) if not entry.is_directory]
