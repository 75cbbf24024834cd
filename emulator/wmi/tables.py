"""The schema tables of the package: one file a namespace."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from emulator.cim.errors import CimError, InvalidClass
from emulator.cim.schema import Schema
from emulator.wmi.release_order import RELEASE_ORDER

_FOLDER = Path(__file__).parent / "schema"
#: The classes that every namespace has.
_SYSTEM = _FOLDER / "system.cim"


@lru_cache(maxsize=128)
def load_schema(
    table: str | None, namespace: str, release: str, missing: type[CimError] = InvalidClass
) -> Schema:
    """The classes of a namespace as one release has them, read once for all hosts of the process.

    `table` is the name of its own table, None for a namespace that has none but the system classes;
    `missing` is the error of a class that is not there.
    """
    own = [] if table is None else [_FOLDER / f"{table}.cim"]
    return Schema.load([_SYSTEM, *own], namespace, RELEASE_ORDER, release, missing)
