"""Views: what is shown of a type, as tables and lists.

Modules declare theirs; the engine has a few of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from emulator.record import Record

if TYPE_CHECKING:
    from emulator.powershell.format.controls import Control


class Column(Record):
    """A column of a table (or an entry of a list).

    ``value`` is a property name or a function of the object. ``width`` 0 means as wide as needed.
    ``alignment`` is ``left``, ``right``, ``center`` or empty, which means left in a declared view; in a
    table made from properties numbers, Booleans and enumerations stand right. ``heading`` is the control
    that writes the heading of a group; without one it is three blanks, the label and the value.
    """

    label: str
    value: str | Callable[[Any], Any] = ""
    width: int = 0
    alignment: str = ""
    form: str = ""
    heading: Control | None = None


class Variant(Record):
    """The columns of a view for objects of some types, if they meet the condition (EntrySelectedBy)."""

    type_names: tuple[str, ...]
    columns: tuple[Column, ...]
    condition: str | Callable[[Any], Any] | None = None


class View(Record):
    """How objects with one of the type names are shown by default.

    ``group_by`` starts a new table for each value. ``auto_size`` fits columns without a width to their
    content. ``name`` is what -View asks for. With ``wrap`` long cells go on below. ``variants`` are for some
    of the types. A view that ``is_live`` is not for what came over the wire.
    """

    type_names: tuple[str, ...]
    columns: tuple[Column, ...]
    kind: str = "table"
    group_by: Column | None = None
    hide_headers: bool = False
    auto_size: bool = False
    name: str = ""
    wrap: bool = False
    variants: tuple[Variant, ...] = ()
    is_live: bool = False


def table(
    *type_names: str,
    columns: Iterable[Column],
    group_by: Column | None = None,
    auto_size: bool = False,
    wrap: bool = False,
) -> View:
    """A table view."""
    return View(type_names, tuple(columns), "table", group_by, auto_size=auto_size, wrap=wrap)


def listing(*type_names: str, entries: Iterable[Column | str]) -> View:
    """A list view; entries may be plain property names."""
    return View(type_names, tuple(e if isinstance(e, Column) else Column(e, e) for e in entries), "list")


def custom(*type_names: str, lines: Callable[[Any], Any], is_live: bool = False) -> View:
    """A custom view: ``lines`` gives the text of an object."""
    return View(type_names, (Column("", lines),), "custom", is_live=is_live)


class ViewTable:
    """The views of a session by lower-case type name."""

    __slots__ = ("_customs", "_files", "_lists", "_named", "_tables", "_wides")

    def __init__(self) -> None:
        self._named: dict[tuple[str, str, str], View] = {}
        self._wides: dict[str, View] = {}
        self._customs: dict[str, View] = {}
        self._tables: dict[str, View] = {}
        self._lists: dict[str, View] = {}
        self._files: dict[str, list[View]] = {}
        from emulator.powershell.format.builtin_views import BUILTIN_VIEWS

        self.add(BUILTIN_VIEWS)

    def add(self, views: Iterable[View], *, first: bool = False) -> None:
        """Make views known; the first for a type name is the default one. With ``first`` these go before."""
        for view in views:
            kinds = {
                "table": self._tables,
                "list": self._lists,
                "custom": self._customs,
                "wide": self._wides,
            }
            target = kinds[view.kind]
            for name in view.type_names:
                if view.name:
                    self._named.setdefault((name.lower(), view.kind, view.name.lower()), view)
                if first:
                    target[name.lower()] = view
                target.setdefault(name.lower(), view)

    def add_file(self, path: str, views: list[View], *, first: bool = False) -> None:
        """Make the views of a file known, instead of those that it had before."""
        self.remove_file(path)
        self._files[path.lower()] = views
        self.add(views, first=first)

    def remove_file(self, path: str) -> None:
        """Forget the views of a file; those that they went before do not come back."""
        gone = {id(view) for view in self._files.pop(path.lower(), ())}
        if not gone:
            return
        for views in (self._tables, self._lists, self._wides, self._customs):
            for name in [key for key, view in views.items() if id(view) in gone]:
                del views[name]
        for key in [key for key, view in self._named.items() if id(view) in gone]:
            del self._named[key]

    def all(self) -> list[View]:
        """Every view once."""
        kinds = (self._tables, self._lists, self._wides, self._customs)
        found = {id(view): view for kind in kinds for view in kind.values()}
        found.update({id(view): view for view in self._named.values()})
        return list(found.values())

    def named(self, names: Iterable[str], kind: str, name: str) -> View | None:
        """The view of a name and kind for one of the type names."""
        for one in names:
            found = self._named.get((one.removeprefix("Deserialized.").lower(), kind, name.lower()))
            if found is not None:
                return found
        return None

    def find(self, names: Iterable[str], kind: str | None = None) -> View | None:
        """The view for the most specific of the type names; ``kind`` asks for a table or a list."""
        for name in names:
            key = name.removeprefix("Deserialized.").lower()
            if kind in (None, "custom") and key in self._customs:
                found = self._customs[key]
                if not (found.is_live and name.startswith("Deserialized.")):
                    return found
            if kind == "wide":
                if key in self._wides:
                    return self._wides[key]
                continue
            if kind not in ("list", "custom") and key in self._tables:
                return self._tables[key]
            if kind not in ("table", "custom") and key in self._lists:
                return self._lists[key]
        return None
