"""Options of the compiler's command line, as far as they change what a source means."""

from __future__ import annotations

import re

_DEFINE = re.compile(r"/d(?:efine)?:(\"[^\"]*\"|\S+)", re.IGNORECASE)


def symbols_of(options: str | None) -> tuple[str, ...]:
    """The symbols that ``/define:A;B`` defines."""
    found: set[str] = set()
    for one in _DEFINE.findall(options or ""):
        found.update(part for part in re.split(r"[;,]", one.strip('"')) if part)
    return tuple(sorted(found))
