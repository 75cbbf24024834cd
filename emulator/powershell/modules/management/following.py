"""Get-Content -Wait: the lines of a file, and those that somebody adds to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from emulator.host import Host, HostError
from emulator.powershell.modules.management.file_texts import lines_of, text_of_file
from emulator.powershell.providers.paths import Place
from emulator.powershell.runtime.cmdlet_call import CmdletCall


def followed_lines(call: CmdletCall, place: Place, tail: int | None, encoding: str | None) -> Iterator[str]:
    """What is there (with -Tail the end of it) and what comes, until the script is stopped.

    A file that got shorter is read from its beginning again; one that is gone is waited for.
    """
    host = call.service(Host)
    text = text_of_file(call, place, encoding)
    lines = lines_of(text)
    yield from lines[max(0, len(lines) - int(tail)) :] if tail is not None and tail >= 0 else lines
    seen = _size(host, place.path)
    while not call.stopping():
        changed = partial(_has_other_size, host, place.path, seen)
        if not host.wait_for(changed, interrupted=call.stopping, skip_time=False):
            return
        seen = _size(host, place.path)
        found = text_of_file(call, place, encoding)
        yield from lines_of(found[len(text) :] if len(found) >= len(text) else found)
        text = found


def _has_other_size(host: Host, path: str, known: int | None) -> bool:
    return _size(host, path) not in (known, None)


def _size(host: Host, path: str) -> int | None:
    try:
        return host.filesystem.entry(path).size
    except HostError:
        return None
