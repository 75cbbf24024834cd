"""Test-Path for the file system; other drives have no items here yet."""

from __future__ import annotations

import re
from collections.abc import Iterator

from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import ByteStore, FileStore

_OTHER_DRIVE = re.compile(r"[A-Za-z]{2,}:")
_PATTERN = re.compile(r"[*?\[]")


@cmdlet("Test-Path")
def path_exists(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    path_type: str = "Any",
) -> Iterator[bool]:
    """Whether there is a file (Leaf) or folder (Container) at each path."""
    files, store = call.service(ByteStore), call.service(FileStore)  # type: ignore[type-abstract] # keys of services
    for one in literal_path or path or ():
        if _OTHER_DRIVE.match(one):
            raise call.complete(not_emulated(f"Test-Path of {one.partition(':')[0]}:"))
        if literal_path is None and _PATTERN.search(one):
            raise call.complete(not_emulated("Test-Path with wildcards"))
        full = store.resolve(one)
        folder, file = files.is_directory(full), files.exists(full)
        yield {"container": folder, "leaf": file}.get(str(path_type).lower(), folder or file)
