"""Going through a collection that a script may change meanwhile: .NET's enumerators do not allow it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from emulator.powershell.dotnet.collections import ArrayList, GenericList, Queue, Stack, TableView
from emulator.powershell.runtime.errors import PSError, error

CHANGEABLE: Final = frozenset({ArrayList, GenericList, Queue, Stack, TableView})
_MODIFIED = "Collection was modified; enumeration operation may not execute."


def _state(values: Any) -> int:
    """What differs when the collection was changed: of a list only its length is looked at."""
    return values.table.changes if type(values) is TableView else len(values)


def unchanged(values: Any, refused: Callable[[], PSError]) -> Iterator[Any]:
    """The items. Raises what ``refused`` makes when somebody changed the collection after one of them."""
    before = _state(values)
    for one in list(values):
        yield one
        if _state(values) != before:
            raise refused()


def modified_in_a_loop() -> PSError:
    """The error of ``foreach``."""
    return error(
        _MODIFIED,
        "System.InvalidOperationException",
        "OperationStopped",
        kind="System.InvalidOperationException",
    )


def modified_in_a_pipeline() -> PSError:
    """The error of a pipeline whose input changes."""
    return error(
        f"An error occurred while enumerating through a collection: {_MODIFIED}.",
        "BadEnumeration",
        "InvalidOperation",
    )
