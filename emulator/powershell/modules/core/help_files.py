"""Where files of help stand: beside modules and Windows PowerShell, in folders of languages (MUIFileSearcher
of 5.1)."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator

from emulator.powershell.dotnet.regex import like
from emulator.powershell.runtime.core_snap_in import home_of
from emulator.powershell.runtime.engine import Engine
from emulator.powershell.runtime.module_autoloading import files_of_modules
from emulator.powershell.runtime.services import ByteStore, FolderStore

TOPIC = ".help.txt"
"""How the names of topics end that are texts."""
_MARKS_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_FALLBACKS = ("", "en-US", "en")
"""Folders that are searched whatever the language is; "" is the folder itself."""


def languages(culture: str) -> list[str]:
    """A language and those above it (``de-AT`` -> ``de-AT``, ``de``)."""
    found = []
    while culture:
        found.append(culture)
        culture = culture.rpartition("-")[0]
    return found


def find_file(engine: Engine, folder: str, name: str) -> str | None:
    """A file of that name in the folder of the user's language, or of those that stand in for it."""
    store = engine.find_service(ByteStore)
    if store is None:
        return None
    for language in _folders(engine):
        path = ntpath.join(folder, language, name)
        if store.exists(path):
            return path
    return None


def find_files(engine: Engine, folder: str, pattern: str) -> Iterator[str]:
    """The files whose names fit, each name once, in the first language that has it."""
    store = engine.find_service(FolderStore)
    seen: set[str] = set()
    if store is None:
        return
    for language in _folders(engine):
        path = ntpath.join(folder, language).rstrip("\\")
        entry = store.entry(path)
        if entry is None or not entry.is_directory:
            continue
        for one in store.entries(path):
            key = one.name.lower()
            if not one.is_directory and key not in seen and like(one.name, pattern):
                seen.add(key)
                yield one.path


def read_text(engine: Engine, path: str) -> str:
    """The text of a help file, which is UTF-8 unless a mark says something else."""
    store = engine.find_service(ByteStore)
    data = store.read_bytes(path) if store is not None else b""
    return data.decode("utf-16" if data[:2] in _MARKS_OF_UTF16 else "utf-8-sig", "replace")


def topic_folders(engine: Engine) -> list[str]:
    """The folders that have topics: $PSHOME, loaded modules, and every module that could be loaded."""
    loaded = [one.folder for one in engine.commands.loaded.values()]
    there = [ntpath.dirname(path) for path in files_of_modules(engine)]
    available = [one.folder for one in engine.commands.available()]
    found = {one.lower(): one for one in (home_of(engine), *loaded, *there, *available) if one}
    return list(found.values())


def _folders(engine: Engine) -> list[str]:
    return list(dict.fromkeys((*languages(engine.session.ui_culture), *_FALLBACKS)))
