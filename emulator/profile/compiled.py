"""Shipped profiles kept ready for use, the way Python keeps its modules: compiled beside the package.

What was read and checked is pickled into ``__pycache__`` with a stamp of all that it was made from: this
package, its data and the versions of what reads them. A stamp that differs, a file that cannot be read or a
folder that cannot be written costs time and nothing else. Python's own switches for byte code hold here too
(``PYTHONDONTWRITEBYTECODE``, ``PYTHONPYCACHEPREFIX``).
"""

from __future__ import annotations

import copyreg
import importlib.util
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

Made = TypeVar("Made")
_PACKAGE = Path(__file__).parent


def load(source: Path, make: Callable[[], Made]) -> Made:
    """What `make` makes from a shipped profile, made anew only when something that it depends on changed."""
    place = Path(importlib.util.cache_from_source(str(source)))
    stamp = _stamp(source.parent)
    kept = _kept(place, stamp)
    if kept is not None:
        (made,) = kept
        return made  # type: ignore[no-any-return]  # a pickle is of whatever type was put in
    made = make()
    if not sys.dont_write_bytecode:
        _keep(place, (stamp, made))
    return made


def _stamp(profiles: Path) -> tuple[object, ...]:
    """Versions, and name, time and size of every file of this package and of the shipped profiles."""
    return (sys.version, *_files(_PACKAGE), *_files(profiles))


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(Path(entry.path))
        else:
            facts = entry.stat()
            yield entry.name, facts.st_mtime_ns, facts.st_size


def _kept(place: Path, stamp: tuple[object, ...]) -> tuple[Any] | None:
    try:
        found, made = pickle.loads(place.read_bytes())  # noqa: S301  as trusted as the byte code beside it
    except Exception:  # noqa: BLE001  whatever is wrong with the file, the profile itself is there
        return None
    return (made,) if found == stamp else None


def _keep(place: Path, content: object) -> None:
    try:
        data = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_name(f"{place.name}.{os.getpid()}")
        unfinished.write_bytes(data)
        unfinished.replace(place)
    except OSError:
        return


def read_only(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """A view that cannot be changed; the name under which a pickle finds it."""
    return MappingProxyType(values)


# Facts of a release are read-only at every depth, and pickle does not know such views.
copyreg.pickle(MappingProxyType, lambda view: (read_only, (dict(view),)))
