"""What the shell starts for a file: the program itself, or the one that the registry names for its type."""

import ntpath
import re
from typing import TYPE_CHECKING

from emulator.host.errors import HostError, InvalidParameter, NotFound, NotSupported
from emulator.host.windows.file_classes import CLASSES
from emulator.host.windows.program_start import PROGRAM_TYPES
from emulator.host.windows.registry import LOCAL_MACHINE

if TYPE_CHECKING:
    from emulator.host.host import Host

#: Types that every Windows with a desktop opens with a program which is not here.
_OF_THE_DESKTOP = frozenset(
    {
        *(".bmp", ".chm", ".cpl", ".gif", ".hta", ".htm", ".html"),
        *(".jpg", ".js", ".lnk", ".msc", ".msi", ".msp", ".png"),
        *(".reg", ".rtf", ".scr", ".url", ".vbs", ".wsf", ".xml"),
        *(".zip"),
    }
)


def verbs_of(host: "Host", path: str) -> tuple[str, ...]:
    """What can be done with files of this type."""
    name = _class_of(host, path)
    try:
        keys = host.registry.subkeys(LOCAL_MACHINE, f"{CLASSES}\\{name}\\shell") if name else ()
    except HostError:
        return ()
    return tuple(keys)


def shell_command(host: "Host", path: str, verb: str = "") -> str:
    """The command line that ShellExecute makes of a file; without a verb that of the usual one.

    Raises NotFound (no application is associated with it), NotSupported (what the emulator has not).
    """
    if verb.lower() == "runasuser":
        raise NotSupported("The verb runasuser")
    name, kind = _class_of(host, path), ntpath.splitext(path)[1].lower()
    command = None
    if name is not None:
        usual = _default(host, f"{name}\\shell") or "open"
        command = _default(host, f"{name}\\shell\\{(verb or usual)}\\command")
    if command is None:
        if kind in _OF_THE_DESKTOP and host.profile.operating_system.installation == "full":
            raise NotSupported(f"The program of {kind} files")
        raise NotFound("No application is associated with the specified file for this operation.")
    command = re.sub("%systemroot%", lambda _: "C:\\Windows", command, flags=re.I)
    command = re.sub("%l", "%1", command, flags=re.I).replace(" %*", "")
    return command.replace("%1", path) if "%1" in command else f'{command} "{path}"'


def program_command(path: str) -> str:
    """The command line of a file that CreateProcess takes. Raises InvalidParameter for one that is no
    program."""
    if not path.lower().endswith(PROGRAM_TYPES):
        raise InvalidParameter("%1 is not a valid Win32 application.")
    return f'"{path}"'


def _class_of(host: "Host", path: str) -> str | None:
    kind = ntpath.splitext(path)[1].lower()
    return _default(host, kind) if kind else None


def _default(host: "Host", key: str) -> str | None:
    try:
        return str(host.registry.value(LOCAL_MACHINE, f"{CLASSES}\\{key}", "").data) or None
    except HostError:
        return None
