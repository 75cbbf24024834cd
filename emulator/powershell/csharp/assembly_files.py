"""The file of an assembly that Add-Type -OutputAssembly writes.

It begins as every executable file of Windows does and holds the sources, to be compiled again by whoever
loads it: there is no code for .NET in it (docs/fidelity.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterable

#: The header of an MS-DOS program, whose last field says where the header of Windows would begin.
_HEADER = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0"
_MARK = b"C# sources\0"
LARGEST = 16 * 1024 * 1024


def assembly_bytes(sources: list[str], symbols: Iterable[str]) -> bytes:
    """The file of an assembly."""
    held = json.dumps({"sources": sources, "symbols": sorted(symbols)})
    return _HEADER + _MARK + held.encode()


def sources_in(data: bytes) -> tuple[list[str], list[str]] | None:
    """The sources and symbols that a file holds; None for any other file."""
    start = len(_HEADER) + len(_MARK)
    if len(data) > LARGEST or data[:start] != _HEADER + _MARK:
        return None
    try:
        held = json.loads(data[start:])
        return [str(one) for one in held["sources"]], [str(one) for one in held["symbols"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
