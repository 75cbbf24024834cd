"""Which files a run consists of, and which ones a coverage measures."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.pester.coverage import MAXIMUM_FILES, Measured
from emulator.powershell.modules.pester.model import Container
from emulator.powershell.modules.pester.texts import whole_number
from emulator.powershell.modules.utility.invoking import values_of_command
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_bool, to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.members import get_property
from emulator.powershell.runtime.services import FileStore


def test_files(
    call: CmdletCall, paths: list[str], excluded: list[str], extension: str
) -> list[tuple[str, Any]]:
    """The test files of files and folders as (path, FileInfo). A file that is named alone needs no ending.

    Raises when such a file is no script.
    """
    found: dict[str, tuple[str, Any]] = {}
    for path in paths:
        items = _items(call, path)
        for item in items:
            full = to_text(get_property(item, "FullName", call.engine))
            if to_bool(get_property(item, "PSIsContainer", call.engine)):
                for name, inner in _inside(call, full, True):
                    if name.lower().endswith(extension.lower()):
                        found.setdefault(name.lower(), (name, inner))
            elif len(items) == 1 and not full.lower().endswith(".ps1"):
                raise call.failure(
                    "System.Exception",
                    f"Script path '{full}' is not a ps1 file.",
                    "Microsoft.PowerShell.Commands.WriteErrorException",
                    "NotSpecified",
                )
            elif len(items) == 1 or full.lower().endswith(extension.lower()):
                found.setdefault(full.lower(), (full, item))
    return [one for one in found.values() if not _is_excluded(one[0], excluded)]


def _is_excluded(path: str, excluded: list[str]) -> bool:
    for one in excluded:
        pattern = one.replace("/", "\\")
        if like(path, pattern):
            return True
        if not is_wildcard(pattern) and path.lower().startswith(pattern.rstrip("\\").lower() + "\\"):
            return True
    return False


def _items(call: CmdletCall, path: str) -> list[Any]:
    """The files and folders of a path, which may have wildcards; none when there are none."""
    try:
        found = values_of_command(call, "Get-Item", [("Path", path), ("Force", True)])
    except PSError:
        return []
    return [one for one in found if get_property(one, "FullName", call.engine) is not None]


def _inside(call: CmdletCall, folder: str, deep: bool) -> list[tuple[str, Any]]:
    arguments = [("LiteralPath", folder), ("File", True), ("Force", True)]
    if deep:
        arguments.append(("Recurse", True))
    found = values_of_command(call, "Get-ChildItem", arguments)
    named = [(to_text(get_property(one, "FullName", call.engine)), one) for one in found]
    return [one for one in named if not any(f"\\{vcs}\\" in one[0] for vcs in (".git", ".svn", ".hg"))]


def container_of(call: CmdletCall, path: str, item: Any, data: Any = None) -> Container:
    """A file as a container."""
    text = call.service(FileStore).read_text(path)
    return Container(path, "Container", item=item, data=data, text=text)


def measured_files(
    call: CmdletCall, parts: list[Any], *, with_tests: bool, deep: bool, extension: str
) -> list[tuple[Measured, str]]:
    """What -CodeCoverage names, with the texts of the files."""
    store = call.service(FileStore)
    found: list[tuple[Measured, str]] = []
    for part in parts:
        table = unwrap(part)
        read = _reader(table) if hasattr(table, "items") and not isinstance(table, str) else None
        path = to_text(read("Path", "P")) if read is not None else to_text(table)
        for item in _items(call, path):
            full = to_text(get_property(item, "FullName", call.engine))
            names = [full]
            if to_bool(get_property(item, "PSIsContainer", call.engine)):
                names = [name for name, _ in _inside(call, full, deep)]
            for name in names:
                is_script = name.lower().endswith((".ps1", ".psm1"))
                if not is_script or (not with_tests and name.lower().endswith(extension.lower())):
                    continue
                if len(found) >= MAXIMUM_FILES:
                    return found
                found.append((_part(name, read), store.read_text(name)))
    return found


def _reader(table: Any) -> Any:
    entries = {to_text(key).lower(): value for key, value in table.items()}

    def read(*names: str) -> Any:
        return next((entries[one.lower()] for one in names if one.lower() in entries), "")

    return read


def _part(path: str, read: Any) -> Measured:
    if read is None:
        return Measured(path)
    first, last = read("StartLine", "Start", "S"), read("EndLine", "End", "E")
    return Measured(
        path,
        to_text(read("Function", "F")),
        to_text(read("Class", "C")),
        whole_number(first),
        whole_number(last),
    )
