"""Topics that are texts: about_* and the page of the help system (HelpFileHelpProvider of 5.1)."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator

from emulator.powershell.dotnet.psobject import NoteProperty, PSObject
from emulator.powershell.modules.core.help_files import TOPIC, find_files, read_text, topic_folders
from emulator.powershell.runtime.engine import Engine
from emulator.powershell.runtime.errors import PSError

_LINE_OF_SYNOPSIS = 5


def topics(engine: Engine, pattern: str) -> Iterator[PSObject]:
    """The topics whose names fit, of all folders that have some. One that may not be read is not there."""
    for folder in topic_folders(engine):
        for path in find_files(engine, folder, pattern + TOPIC):
            name = ntpath.basename(path)[: -len(TOPIC)]
            try:
                text = read_text(engine, path)
            except PSError:
                continue
            if name:
                yield _topic(name, text)


def _topic(name: str, text: str) -> PSObject:
    lines = text.splitlines()
    synopsis = lines[_LINE_OF_SYNOPSIS - 1].strip() if len(lines) >= _LINE_OF_SYNOPSIS else ""
    made = PSObject(text)
    pairs = (("Name", name), ("Category", "HelpFile"), ("Synopsis", synopsis))
    for key, value in (*pairs, ("Component", ""), ("Role", ""), ("Functionality", "")):
        made.add(NoteProperty(key, value))
    return made
