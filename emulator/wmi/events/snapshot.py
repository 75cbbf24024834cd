"""Values of an instance as they were at one moment, and events, which hold such snapshots."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from emulator.cim.instance import Instance, ValueInstance

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.cim.types import CimValue
    from emulator.wmi.catalog import AnyView


class Shape:
    """What the snapshots of one view have in common: where each property's value lies."""

    def __init__(self, view: AnyView) -> None:
        self.view = view
        self.names = tuple(declared.name for declared in view.declaration.properties)
        self.places = {name: place for place, name in enumerate(self.names)}
        self.places |= {name.lower(): place for place, name in enumerate(self.names)}
        #: Places of the values that a provider reports: those that time alone moves are left out.
        self.steady = tuple(place for place, name in enumerate(self.names) if name not in view.volatile)

    def take(self, item: Any) -> Snapshot:
        """The present values of one object. Called under the host's lock."""
        read = self.view.read
        return Snapshot(self, tuple([read(item, name) for name in self.names]))


class Snapshot(Instance):
    """An instance with the values of one moment; it never changes."""

    __slots__ = ("shape", "values")

    def __init__(self, shape: Shape, values: tuple[CimValue, ...]) -> None:
        self.shape = shape
        self.values = values

    @property
    def declaration(self) -> ClassDeclaration:
        return self.shape.view.declaration

    @property
    def namespace(self) -> str:
        return self.shape.view.namespace.name

    @property
    def server(self) -> str:
        return self.shape.view.namespace.server

    def value(self, name: str) -> CimValue:
        place = self.shape.places.get(name)
        if place is None:
            place = self.shape.places[self.declaration.property(name).name]
        return self.values[place]

    def equals(self, other: Snapshot, *, volatile: bool) -> bool:
        """Whether both hold the same values; without `volatile` those that time alone moves do not count."""
        if volatile:
            return self.values == other.values
        mine, others = self.values, other.values
        return all(mine[place] == others[place] for place in self.shape.steady)


class Event(ValueInstance):
    """An event. It has a key, so that it is rendered once however many subscribers get it."""

    __slots__ = ("_key",)

    def __init__(
        self, declaration: ClassDeclaration, values: Mapping[str, CimValue], namespace: str, server: str
    ) -> None:
        super().__init__(declaration, values, namespace, server)
        self._key = object()

    @property
    def cache_key(self) -> Hashable | None:
        return self._key
