"""Options of the compiler's command line, as far as they change what a source means."""

from __future__ import annotations

import re

from emulator.powershell.csharp.sources import CONSOLE, LIBRARY, WINDOWS

_DEFINE = re.compile(r"/d(?:efine)?:(\"[^\"]*\"|\S+)", re.IGNORECASE)


_TARGET = re.compile(r"/t(?:arget)?:(\w+)", re.IGNORECASE)
_TARGETS = {"exe": CONSOLE, "winexe": WINDOWS, "library": LIBRARY}


def kind_of(options: str | None, *, is_program: bool) -> str:
    """What the sources become: what ``/target:winexe`` says, otherwise a program or a library."""
    found = _TARGET.findall(options or "")
    default = CONSOLE if is_program else LIBRARY
    return _TARGETS.get(found[-1].lower(), default) if found else default


def symbols_of(options: str | None) -> tuple[str, ...]:
    """The symbols that ``/define:A;B`` defines."""
    found: set[str] = set()
    for one in _DEFINE.findall(options or ""):
        found.update(part for part in re.split(r"[;,]", one.strip('"')) if part)
    return tuple(sorted(found))
