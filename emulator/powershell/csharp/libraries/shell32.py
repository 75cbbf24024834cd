"""shell32.dll: how a command line becomes arguments."""

from __future__ import annotations

from emulator.powershell.csharp.native_functions import INVALID_PARAMETER, Function, NativeCall
from emulator.powershell.csharp.native_memory import bytes_of


def arguments_of(line: str) -> list[str]:
    """The arguments of a command line. Backslashes escape quotes and themselves only before quotes; the first
    argument, the program, knows no escapes. Source: documentation of CommandLineToArgvW."""
    found: list[str] = []
    place = 0
    if line[:1] == '"':
        end = line.find('"', 1)
        end = len(line) if end < 0 else end
        found.append(line[1:end])
        place = end + 1
    else:
        while place < len(line) and line[place] not in " \t":
            place += 1
        found.append(line[:place])
    while True:
        while place < len(line) and line[place] in " \t":
            place += 1
        if place >= len(line):
            return found
        piece, place = _next(line, place)
        found.append(piece)


def _next(line: str, place: int) -> tuple[str, int]:
    made: list[str] = []
    quoted = False
    while place < len(line):
        one = line[place]
        if one in " \t" and not quoted:
            break
        if one == "\\":
            end = place
            while end < len(line) and line[end] == "\\":
                end += 1
            count = end - place
            place = end
            if line[end : end + 1] != '"':
                made.append("\\" * count)
                continue
            made.append("\\" * (count // 2))
            if count % 2:
                made.append('"')
                place += 1
            continue
        place += 1
        if one != '"':
            made.append(one)
        elif quoted and line[place : place + 1] == '"':
            made.append('"')
            place += 1
        else:
            quoted = not quoted
    return "".join(made), place


def _to_arguments(call: NativeCall) -> int:
    """CommandLineToArgvW: one block with the addresses and, behind them, the texts."""
    line = call.text(0)
    if line is None:
        return call.fail(INVALID_PARAMETER)
    if not line:
        line = call.engine.machine.command_line
    pieces = [bytes_of(one) for one in arguments_of(line)]
    table = 8 * (len(pieces) + 1)
    address = call.memory.allocate(table + sum(map(len, pieces)))
    at = address + table
    for place, piece in enumerate(pieces):
        call.memory.write_number(address + 8 * place, at, 8)
        call.memory.write(at, piece)
        at += len(piece)
    call.put(1, len(pieces))
    return address


FUNCTIONS: dict[str, Function] = {"CommandLineToArgvW": _to_arguments}
