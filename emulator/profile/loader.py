"""Where a profile comes from: the package, a file, or a text.

What reads and checks YAML is loaded only when there is some to read: a third of the time that a host takes
to start would go there.
"""

from __future__ import annotations

import functools
from pathlib import Path

from emulator.profile import compiled, shipped
from emulator.profile.errors import ProfileError
from emulator.profile.model import Profile
from emulator.profile.release import Release, know_release


def builtin_names() -> tuple[str, ...]:
    """Names of the shipped profiles in alphabetical order."""
    return tuple(shipped.files())


def builtin_path(name: str) -> Path:
    """File of a shipped profile. Raises ProfileError when there is none of that name."""
    if name not in shipped.files():
        raise ProfileError([shipped.unknown(name)])
    return shipped.files()[name]


def load(name_or_path: str) -> Profile:
    """Load a shipped profile by name, or a profile file by path.

    Raises ProfileError with every problem of the file.
    """
    if name_or_path in shipped.files():
        return _builtin(name_or_path)
    if not shipped.is_path(name_or_path):
        raise ProfileError([shipped.unknown(name_or_path)])
    return _read(Path(name_or_path))


def loads(text: str, file_name: str = "<text>") -> Profile:
    """Load a profile from text; `file_name` appears in problems, and relative bases are beside it.

    Raises ProfileError with every problem of the text.
    """
    from emulator.profile.reading import parse_profile

    return parse_profile(text, file_name)


@functools.cache
def _builtin(name: str) -> Profile:
    """A shipped profile, read once: it does not change, and a test suite starts hundreds of hosts with it."""

    def read() -> tuple[Profile, Release]:
        profile = _read(shipped.files()[name])
        return profile, profile.release

    profile, release = compiled.load(shipped.files()[name], read)
    know_release(release)
    return profile


def _read(path: Path) -> Profile:
    from emulator.profile.reading import read_profile

    return read_profile(path)
