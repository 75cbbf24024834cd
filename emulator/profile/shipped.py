"""The profiles that come with the package."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[1]


@functools.cache
def files() -> Mapping[str, Path]:
    """Name -> file. An installed package carries the profiles inside, a source tree beside the package."""
    for folder in (_PACKAGE / "profiles", _PACKAGE.parent / "profiles"):
        found = {path.stem: path for path in folder.glob("*.yaml")}
        if found:
            return dict(sorted(found.items()))
    return {}


def is_path(text: str) -> bool:
    """Whether a word is meant as the path of a file."""
    return text.endswith((".yaml", ".yml")) or re.search(r"[\\/]", text) is not None


def unknown(name: str) -> str:
    """What to say of a word that is neither a shipped profile nor a path."""
    from emulator.profile.problems import listed, nearest
    from emulator.profile.values import quoted

    hint = nearest(name, files())
    allowed = f"write a path ending in .yaml or one of {listed(files())}"
    return f"{quoted(name)} is not a shipped profile{hint or ';'} {allowed}"
