"""Names with `*` and `?`, matched as cmd.exe does: without case, `*.*` is everything."""

from __future__ import annotations

import fnmatch

from emulator.console.context import Context
from emulator.host.storage.filesystem import Entry


def matches(context: Context, path: str) -> list[Entry]:
    """The entries that a full path with wildcards in its last part names, sorted by name."""
    folder, _, pattern = path.rpartition("\\")
    if len(folder) == 2:
        folder += "\\"
    pattern = "*" if pattern == "*.*" else pattern
    # Square brackets are ordinary characters in Windows file names.
    lowered = pattern.lower().replace("[", "[[]")
    entries = context.files.list(folder)
    return sorted(
        (entry for entry in entries if fnmatch.fnmatchcase(entry.name.lower(), lowered)),
        key=lambda entry: entry.name.lower(),
    )


def is_pattern(text: str) -> bool:
    return "*" in text or "?" in text
