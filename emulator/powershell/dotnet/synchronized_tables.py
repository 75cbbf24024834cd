"""Hashtable.Synchronized: another face of a table, for several threads."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, Hashtable


def _of_table(name: str) -> Any:
    def read(self: SynchronizedHashtable) -> Any:
        return getattr(self.table, name)

    def write(self: SynchronizedHashtable, value: Any) -> None:
        setattr(self.table, name, value)

    return property(read, write)


class SynchronizedHashtable(Hashtable):
    """System.Collections.Hashtable+SyncHashtable: what is written to it stands in its table,
    and the other way round."""

    __slots__ = ("table",)

    def __init__(self, table: Hashtable) -> None:
        # It has no content of its own.
        self.table = table

    _buckets = _of_table("_buckets")
    _items = _of_table("_items")
    _listed = _of_table("_listed")
    _rewritten = _of_table("_rewritten")
    case_sensitive = _of_table("case_sensitive")
    changes = _of_table("changes")
    comparer = _of_table("comparer")
    sync_root = _of_table("sync_root")

    def _place(self, key: Any) -> Any:
        return self.table._place(key)

    def _code(self, key: Any) -> int | None:
        return self.table._code(key)

    def copy(self) -> Hashtable:
        """A synchronized table of a new one with the same pairs."""
        return SynchronizedHashtable(self.table.copy())


DICTIONARY_TYPES.add(SynchronizedHashtable)
