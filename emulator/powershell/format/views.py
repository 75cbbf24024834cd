"""Views: what is shown of a type, as tables and lists.

Modules declare theirs; the engine has a few of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table (or an entry of a list).

    ``value`` is a property name or a function of the object. ``width`` 0 means as wide as needed.
    ``alignment`` is ``left``, ``right``, ``center`` or empty, which means left in a declared view; in a
    table made from properties numbers, Booleans and enumerations stand right.
    """

    label: str
    value: str | Callable[[Any], Any] = ""
    width: int = 0
    alignment: str = ""
    form: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """How objects with one of the type names are shown by default.

    ``group_by`` starts a new table for each value. ``auto_size`` fits columns without a width to their
    content.
    """

    type_names: tuple[str, ...]
    columns: tuple[Column, ...]
    kind: str = "table"
    group_by: Column | None = None
    hide_headers: bool = False
    auto_size: bool = False


def table(
    *type_names: str, columns: Iterable[Column], group_by: Column | None = None, auto_size: bool = False
) -> View:
    """A table view."""
    return View(type_names, tuple(columns), "table", group_by, auto_size=auto_size)


def listing(*type_names: str, entries: Iterable[Column | str]) -> View:
    """A list view; entries may be plain property names."""
    return View(type_names, tuple(e if isinstance(e, Column) else Column(e, e) for e in entries), "list")


class ViewTable:
    """The views of a session by lower-case type name."""

    __slots__ = ("_lists", "_tables")

    def __init__(self) -> None:
        self._tables: dict[str, View] = {}
        self._lists: dict[str, View] = {}
        from emulator.powershell.format.builtin_views import BUILTIN_VIEWS

        self.add(BUILTIN_VIEWS)

    def add(self, views: Iterable[View]) -> None:
        """Make views known; the first for a type name is the default one."""
        for view in views:
            target = self._tables if view.kind == "table" else self._lists
            for name in view.type_names:
                target.setdefault(name.lower(), view)

    def find(self, names: Iterable[str], kind: str | None = None) -> View | None:
        """The view for the most specific of the type names; ``kind`` asks for a table or a list."""
        for name in names:
            key = name.removeprefix("Deserialized.").lower()
            if kind != "list" and key in self._tables:
                return self._tables[key]
            if kind != "table" and key in self._lists:
                return self._lists[key]
        return None
