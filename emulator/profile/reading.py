"""Reading a profile: lay it over what it extends, check it, say every problem."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from emulator.profile import checks, draft, shipped
from emulator.profile.checking import ValidationError, check
from emulator.profile.errors import ProfileError
from emulator.profile.model import Profile
from emulator.profile.problems import describe, of_validation
from emulator.profile.release import release, release_keys
from emulator.profile.source import Node, merge, parse, read
from emulator.profile.values import quoted

_OWN_KEYS: Final = ("name", "description", "extends")
"""Keys that belong to a file itself and are not handed on to what extends it."""
_MOST_BASES: Final = 16


def read_profile(path: Path) -> Profile:
    """The profile of a file. Raises ProfileError with every problem of the file."""
    return _checked(_extended(read(path), path.parent, (path.resolve(),)), path.stem)


def parse_profile(text: str, file_name: str) -> Profile:
    """The profile of a text. Raises ProfileError with every problem of the text."""
    path = Path(file_name)
    return _checked(_extended(parse(text, file_name), path.parent, (path.resolve(),)), path.stem)


def _extended(node: Node, folder: Path, seen: tuple[Path, ...]) -> Node:
    """`node` laid over the profile that it extends, and that over its own base."""
    if "extends" not in node.value:
        return node
    base = node.value["extends"].value
    file, line = node.place(("extends",))
    where = f"{file}:{line}: extends: "
    if not isinstance(base, str) or not base:
        raise ProfileError([f"{where}write the name of a shipped profile or a path relative to this file"])
    path = shipped.files().get(base) or (folder / base if shipped.is_path(base) else None)
    if path is None:
        raise ProfileError([where + shipped.unknown(base)])
    if not path.is_file():
        raise ProfileError(
            [f"{where}there is no file {quoted(str(path))}; the path is relative to this file"]
        )
    if path.resolve() in seen:
        chain = " -> ".join(step.name for step in (*seen, path))
        raise ProfileError([f"{where}a profile cannot extend itself: {chain}"])
    if len(seen) >= _MOST_BASES:
        raise ProfileError([f"{where}more than {_MOST_BASES} profiles extend one another"])
    lower = _extended(read(path), path.parent, (*seen, path.resolve()))
    for key in _OWN_KEYS:
        lower.value.pop(key, None)
    return merge(lower, node)


def _checked(node: Node, name: str) -> Profile:
    data = node.plain()
    data.pop("extends", None)
    data.setdefault("name", name)
    _add_release_defaults(data)
    try:
        profile = check(Profile, data)
    except ValidationError as error:
        problems = of_validation(error, Profile)
        problems += checks.run(draft.of_data(data, error))
        raise ProfileError(describe(problems, node)) from None
    problems = checks.run(draft.of_profile(profile))
    if problems:
        raise ProfileError(describe(problems, node))
    return profile


def _add_release_defaults(data: dict[str, Any]) -> None:
    """Lay the stated WinRM settings over those that this release is delivered with."""
    system = data.get("operating_system")
    key = str(system.get("release")) if isinstance(system, dict) else ""
    winrm = data.get("winrm", {})
    if key in release_keys() and isinstance(winrm, dict):
        data["winrm"] = _overlay(release(key).winrm_defaults, winrm)


def _overlay(defaults: Mapping[str, Any], stated: dict[str, Any]) -> dict[str, Any]:
    result = dict(defaults) | stated
    for key, value in defaults.items():
        if isinstance(value, Mapping):
            inner = stated.get(key, {})
            result[key] = _overlay(value, inner) if isinstance(inner, dict) else inner
    return result
