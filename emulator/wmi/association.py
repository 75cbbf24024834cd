"""Associations: which objects of one view belong to which objects of another, declared by a table.

A row names the association class, its two roles and, for each direction, the function from one object to
the objects at the other end. So ASSOCIATORS OF one virtual machine asks only that machine, and the
instances of the association class itself come from the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emulator.wmi.view import View, ViewInstance

if TYPE_CHECKING:
    from emulator.cim.object_path import ObjectPath
    from emulator.cim.types import CimValue
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

Reach = Callable[["Namespace", Any], Iterable[Any]]


def itself(_namespace: Namespace, item: Any) -> Iterable[Any]:
    """Both ends show the same object."""
    return (item,)


def the_host(namespace: Namespace, _item: Any) -> Iterable[Any]:
    """The host is at the other end."""
    return (namespace.host,)


def every(view: type[View[Any]]) -> Reach:
    """Everything that a view of the same namespace shows is at the other end."""
    return lambda namespace, _item: namespace.view(view).objects()


@dataclass(frozen=True, slots=True)
class End:
    """One end of an association: the role's name, the view at it, and how to get from there to the other end.

    ``across`` takes the namespace and an object of ``view`` and gives the objects at the other end.
    ``namespace`` is where the view is, None in that of the association.
    """

    role: str
    view: type[View[Any]]
    across: Reach
    namespace: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the table: objects of ``left.view`` are associated with objects of ``right.view``."""

    association: str
    left: End
    right: End
    #: Values of the association's own properties.
    values: Mapping[str, CimValue] = field(default_factory=dict)
    #: Values that depend on the pair: property -> function of the left and the right object.
    computed: Mapping[str, Callable[[Any, Any], CimValue]] = field(default_factory=dict)

    def ends_at(self, view: type[View[Any]]) -> Iterator[tuple[End, End]]:
        """(near, far) for each end at which this view stands."""
        if self.left.view is view:
            yield self.left, self.right
        if self.right.view is view:
            yield self.right, self.left


@dataclass(frozen=True, slots=True)
class Pair:
    """One association: two objects that a link joins."""

    link: Link
    left: Any
    right: Any


class AssociationView(View[Pair]):
    """The instances of one association class, made from the rows of the table that name it."""

    def __init__(self, namespace: Namespace, association: str, links: tuple[Link, ...]) -> None:
        self.class_name = association
        self.links = links
        super().__init__(namespace)

    def objects(self) -> Iterator[Pair]:
        for link in self.links:
            for left in self.namespace.view_at(link.left).objects():
                for right in link.left.across(self.namespace, left):
                    yield Pair(link, left, right)

    def by_key(self, keys: Keys) -> Pair | None:
        for link in self.links:
            path = keys.reference(link.left.role)
            if path is None:
                continue
            left = self._pick(path, link.left)
            if left is None:
                continue
            for right in link.left.across(self.namespace, left):
                pair = Pair(link, left, right)
                if self.matches(pair, keys):
                    return pair
        return None

    def candidates(self, keys: Keys) -> Iterable[Pair] | None:
        """The associations of one object when either end is known."""
        if all(link.left.role in keys or link.right.role in keys for link in self.links):
            return self._around(keys)
        return None

    def _around(self, keys: Keys) -> Iterator[Pair]:
        for link in self.links:
            left, right = keys.reference(link.left.role), keys.reference(link.right.role)
            if left is not None:
                near = self._pick(left, link.left)
                for far in () if near is None else link.left.across(self.namespace, near):
                    yield Pair(link, near, far)
            elif right is not None:
                near = self._pick(right, link.right)
                for far in () if near is None else link.right.across(self.namespace, near):
                    yield Pair(link, far, near)

    def _pick(self, path: ObjectPath, end: End) -> Any:
        return self.namespace.view_at(end).namespace.pick(path, end.view)

    def read(self, item: Pair, name: str) -> CimValue:
        link = item.link
        if name == link.left.role:
            return self.namespace.view_at(link.left).instance(item.left).path
        if name == link.right.role:
            return self.namespace.view_at(link.right).instance(item.right).path
        if name in link.computed:
            return link.computed[name](item.left, item.right)
        return link.values.get(name)

    def object_id(self, item: Pair) -> Hashable:
        return (id(item.link), id(item.left), id(item.right))

    def revision(self, item: Pair) -> Hashable | None:  # noqa: ARG002  the bytes of an association are not worth a cache
        return None

    def instance(self, item: Pair) -> ViewInstance[Pair]:
        return AssociationInstance(self, item)


class AssociationInstance(ViewInstance[Pair]):
    """An association as a CIM instance."""

    __slots__ = ()

    def value(self, name: str) -> CimValue:
        return self.view.read(self.item, self.view.declaration.property(name).name)
