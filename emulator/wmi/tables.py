"""The schema tables of the package: one file a namespace."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from emulator.cim.schema import Schema

#: Releases in the order in which Windows came out; a class, property or method exists from one of these on.
RELEASE_ORDER = (
    "2008",
    "2008R2",
    "7",
    "2012",
    "2012R2",
    "2016",
    "1703",
    "1709",
    "2019",
    "2022",
    "11",
    "2025",
)

_FOLDER = Path(__file__).parent / "schema"


@lru_cache(maxsize=32)
def load_schema(table: str, namespace: str, release: str) -> Schema:
    """The classes of a namespace as one release has them, read once for all hosts of the process."""
    return Schema.load(_FOLDER / f"{table}.cim", namespace, RELEASE_ORDER, release)
