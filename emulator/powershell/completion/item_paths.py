"""Paths of providers: files, registry keys, variables of the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.completion import results
from emulator.powershell.completion.results import Completion, begins, quoted
from emulator.powershell.runtime.errors import PSError

if TYPE_CHECKING:
    from emulator.powershell.providers.paths import Paths, Place
    from emulator.powershell.runtime.engine import Engine

_MOST = 1000


def items(
    engine: Engine, word: str, quote: str = "", *, containers_only: bool = False, as_command: bool = False
) -> list[Completion]:
    """The items whose paths begin with a word, by name; a relative path stays one (``.\\name``).

    ``as_command`` puts a call operator before a path that needs quotes.
    """
    text = word.replace("/", "\\")
    paths = engine.paths
    try:
        folder, lead, start = _split(paths, text)
        if not folder.provider.is_container(folder.path):
            return []
        names = [one for one in folder.provider.children(folder.path) if begins(one, start)]
    except PSError:
        return []
    except NotImplementedError:
        return []
    found = []
    for name in sorted(names, key=str.lower)[:_MOST]:
        path = f"{folder.path.rstrip(chr(92))}\\{name}" if folder.path else name
        container = folder.provider.has_containers and folder.provider.is_container(path)
        if containers_only and not container:
            continue
        shown = quoted(lead + name, quote)
        if as_command and shown[0] in "'\"" and not quote:
            shown = f"& {shown}"
        kind = results.CONTAINER if container else results.ITEM
        tip = folder.provider.shown_path(path)
        found.append(Completion(shown, name, kind, tip))
    return found


def _split(paths: Paths, text: str) -> tuple[Place, str, str]:
    """The folder of a path, what stays before the name, and the beginning of the name."""
    if text.endswith("::"):
        return paths.place(text), text, ""
    before, slash, start = text.rpartition("\\")
    if not slash:
        drive, colon, rest = text.rpartition(":")
        if colon:
            lead = text[: len(drive) + 1]
            if drive.endswith(":"):
                return paths.place(lead), lead, rest
            return paths.place(f"{lead}\\"), f"{lead}\\", rest
        return paths.place("."), ".\\", start
    if not before:
        return paths.place("\\"), "\\", start
    if before == "~" or before.startswith("~\\"):
        before = paths.engine.machine.home + before[1:]
    folder = paths.place(before + "\\" if before.endswith(":") else before)
    return folder, before + "\\", start
