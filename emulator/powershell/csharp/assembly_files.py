"""The file of an assembly that Add-Type -OutputAssembly writes.

It begins as every executable file of Windows does and holds the sources, to be compiled again by whoever
loads or runs it: there is no code for .NET in it (docs/fidelity.md).
"""

from __future__ import annotations

import json
from typing import Any

from emulator.powershell.csharp.sources import SourceSet

#: The header of an MS-DOS program, whose last field says where the header of Windows would begin.
_HEADER = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0"
_MARK = b"sources of .NET\0"
START = _HEADER + _MARK
"""What every such file begins with."""
LARGEST = 16 * 1024 * 1024
MOST_SOURCES = 1000


def assembly_bytes(held: SourceSet) -> bytes:
    """The file of an assembly."""
    fields = {
        "sources": held.sources,
        "symbols": held.symbols,
        "language": held.language,
        "kind": held.kind,
    }
    return START + json.dumps(fields).encode()


def sources_in(data: bytes) -> SourceSet | None:
    """What a file holds; None for any other file."""
    if len(data) > LARGEST or not data.startswith(START):
        return None
    try:
        held = json.loads(data[len(START) :])
        sources = _texts(held["sources"])
        if len(sources) > MOST_SOURCES:
            return None
        return SourceSet(sources, _texts(held["symbols"]), str(held["language"]), str(held["kind"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in values)
