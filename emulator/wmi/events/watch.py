"""Watching the objects of one view: what was created, modified and deleted since the last look."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import QuotaViolation
from emulator.wmi.association import AssociationView
from emulator.wmi.events.snapshot import Shape, Snapshot
from emulator.wmi.view import View

if TYPE_CHECKING:
    from emulator.host.host import Change
    from emulator.wmi.catalog import AnyView

#: Objects that one watch remembers; Windows bounds the memory of its pollers too (PollingMemoryPerUser).
MAXIMUM_WATCHED = 50_000


@dataclass(slots=True)
class InstanceChange:
    """One object of a class was created, modified or deleted; `target` holds its new (or last) values."""

    kind: Change
    target: Snapshot
    previous: Snapshot | None = None


@dataclass(slots=True)
class _Row:
    revision: Hashable | None
    snapshot: Snapshot
    owner: object


class ViewWatch:
    """The objects of a view as they were last seen. Every method is called under the host's lock.

    Rows are also found by the host object that they show, so that a change of one object costs a look at its
    own rows where the view knows them (`View.shown_of`); otherwise all of the view's rows are compared.

    `volatile`: values that time alone moves count as changes, as they do for WMI's own polling; providers
    that raise events do not report them (chosen).
    """

    def __init__(self, view: AnyView, *, volatile: bool = False) -> None:
        """Takes what is there now as already seen. Raises QuotaViolation."""
        self.view = view
        self._shape = Shape(view)
        self._volatile = volatile and bool(view.volatile)
        self._has_owners = type(view).shown_of is not View.shown_of
        self._rows: dict[Hashable, _Row] = {}
        self._owned: dict[object, set[Hashable]] = {}
        self.restart()

    @property
    def moves_with_time(self) -> bool:
        """Whether there can be changes although nobody changed anything."""
        return self._volatile

    def restart(self) -> None:
        """Take what is there now as already seen. Raises QuotaViolation."""
        self._rows.clear()
        self._owned.clear()
        for item in self.view.present():
            if len(self._rows) >= MAXIMUM_WATCHED:
                raise QuotaViolation(f"more than {MAXIMUM_WATCHED} objects of {self.view.class_name}")
            self._put(self._key(item), item, self._shape.take(item))

    def compare(self) -> list[InstanceChange]:
        """What changed anywhere in the view."""
        return list(self._compare(self.view.present(), tuple(self._rows)))

    def compare_owner(self, owner: object, *, deleted: bool) -> list[InstanceChange]:
        """What changed through a change of one host object."""
        items = self.view.shown_of(owner)
        if items is None:
            return self.compare()
        return list(self._compare(() if deleted else items, tuple(self._owned.get(owner, ()))))

    def _compare(self, items: Iterable[Any], before: tuple[Hashable, ...]) -> Iterator[InstanceChange]:
        seen: set[Hashable] = set()
        for item in items:
            key = self._key(item)
            seen.add(key)
            row = self._rows.get(key)
            if row is None:
                if len(self._rows) < MAXIMUM_WATCHED:
                    snapshot = self._shape.take(item)
                    self._put(key, item, snapshot)
                    yield InstanceChange("created", snapshot)
                continue
            revision = self.view.revision(item)
            if revision is not None and revision == row.revision and not self._volatile:
                continue
            snapshot, previous = self._shape.take(item), row.snapshot
            row.revision = revision
            if not snapshot.equals(previous, volatile=self._volatile):
                row.snapshot = snapshot
                yield InstanceChange("modified", snapshot, previous)
        for key in before:
            if key not in seen:
                row = self._rows.pop(key)
                owned = self._owned.get(row.owner)
                if owned is not None:
                    owned.discard(key)
                    if not owned:
                        del self._owned[row.owner]
                yield InstanceChange("deleted", row.snapshot)

    def _put(self, key: Hashable, item: Any, snapshot: Snapshot) -> None:
        owner = self.view.owner_of(item) if self._has_owners else None
        self._rows[key] = _Row(self.view.revision(item), snapshot, owner)
        if self._has_owners:
            self._owned.setdefault(owner, set()).add(key)

    def _key(self, item: Any) -> Hashable:
        view = self.view
        if isinstance(view, AssociationView):
            # An association has no identity but that of its ends, which may be objects made for each look.
            return (str(view.read(item, item.link.left.role)), str(view.read(item, item.link.right.role)))
        return view.object_id(item)
