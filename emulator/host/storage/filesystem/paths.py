"""Windows path rules: what a path means and which names are refused (Win32 "Naming Files, Paths, and
Namespaces")."""

from functools import lru_cache
from typing import NamedTuple

from emulator.host.errors import InvalidPath, PathNotFound, PathTooLong

MAXIMUM_PATH = 32_767
MAXIMUM_COMPONENT = 255
MAXIMUM_DEPTH = 128
_REMEMBERED_LENGTH = 512
#: What a path without a drive starts from when no current directory is known.
DEFAULT_DIRECTORY = "C:\\"
_FORBIDDEN = frozenset('<>:"|?*') | {chr(code) for code in range(32)}
_RESERVED = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{device}{digit}" for device in ("COM", "LPT") for digit in "123456789¹²³"}
)


class Location(NamedTuple):
    """A drive letter (upper case) and the components below its root, as written."""

    drive: str
    components: tuple[str, ...]

    @property
    def path(self) -> str:
        """``C:\\`` or ``C:\\folder\\file``."""
        return f"{self.drive}:\\" + "\\".join(self.components)


def locate(path: str, current_directory: str, own_names: frozenset[str]) -> Location:
    """What a path means, seen from a current directory.

    Accepts absolute, drive-relative (``C:x``), rooted (``\\x``) and relative paths, forward slashes, ``.``
    and ``..``, ``\\\\?\\`` and administrative shares of the machine itself (``\\\\HOST\\c$``; ``own_names``
    in lower case). Raises InvalidPath, PathTooLong, PathNotFound (a share of another machine).
    """
    if len(path) + len(current_directory) <= _REMEMBERED_LENGTH:
        return _remembered(path, current_directory, own_names)
    return _located(path, current_directory, own_names)


def _located(path: str, current_directory: str, own_names: frozenset[str]) -> Location:
    if not path or not path.strip(" "):
        raise InvalidPath(path)
    if len(path) > MAXIMUM_PATH:
        raise PathTooLong(path[:64])
    text = path.replace("/", "\\")
    if text.startswith(("\\\\?\\", "\\\\.\\")):
        text = text[4:]
        if text[:4].upper() == "UNC\\":
            text = "\\\\" + text[4:]
        elif text[1:2] != ":":
            raise InvalidPath(path)
    if text.startswith("\\\\"):
        return _administrative_share(path, text, own_names)
    if text[1:2] == ":":
        drive, rest = text[0].upper(), text[2:]
        if not ("A" <= drive <= "Z"):
            raise InvalidPath(path)
        if rest.startswith("\\"):
            return _walk(path, drive, (), rest)
        start = _current(current_directory)
        return _walk(path, drive, start.components if start.drive == drive else (), rest)
    start = _current(current_directory)
    return _walk(path, start.drive, () if text.startswith("\\") else start.components, text)


# Every start of a host places the same few hundred paths.
_remembered = lru_cache(maxsize=2048)(_located)


def _current(directory: str) -> Location:
    text = directory.replace("/", "\\")
    if text[1:3] != ":\\":
        raise InvalidPath(directory)
    return _walk(directory, text[0].upper(), (), text[2:])


def _administrative_share(path: str, text: str, own_names: frozenset[str]) -> Location:
    server, _, rest = text[2:].partition("\\")
    share, _, rest = rest.partition("\\")
    if not server or not share:
        raise InvalidPath(path)
    if server.lower() not in own_names:
        raise PathNotFound(path, "The network path was not found.")
    if share.upper() == "ADMIN$":
        return _walk(path, "C", ("Windows",), rest)
    if len(share) == 2 and share[1] == "$" and share[0].isascii() and share[0].isalpha():
        return _walk(path, share[0].upper(), (), rest)
    raise PathNotFound(path, "The network name cannot be found.")


def _walk(path: str, drive: str, start: tuple[str, ...], text: str) -> Location:
    components = list(start)
    for part in text.split("\\"):
        if part in ("", "."):
            continue
        if part == "..":
            if components:
                components.pop()
            continue
        components.append(_checked(path, part))
        if len(components) > MAXIMUM_DEPTH:
            raise PathTooLong(path[:64])
    location = Location(drive, tuple(components))
    if len(location.path) > MAXIMUM_PATH:
        raise PathTooLong(path[:64])
    return location


def _checked(path: str, part: str) -> str:
    # Win32 drops dots and blanks at the end of a name; what is left decides.
    name = part.rstrip(". ")
    if not name or not _FORBIDDEN.isdisjoint(name):
        raise InvalidPath(path)
    if name.partition(".")[0].rstrip(" ").upper() in _RESERVED:
        raise InvalidPath(path)
    if len(name) > MAXIMUM_COMPONENT:
        raise PathTooLong(path[:64])
    return name
