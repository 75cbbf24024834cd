"""Instances that show another one in part; the subclasses say what of it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from emulator.cim.instance import Instance

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.cim.object_path import ObjectPath
    from emulator.cim.types import CimValue


class PartialInstance(Instance):
    """Another instance: class, path and values are those of the whole unless a subclass says otherwise."""

    __slots__ = ("whole",)

    def __init__(self, whole: Instance) -> None:
        self.whole = whole

    @property
    def declaration(self) -> ClassDeclaration:
        return self.whole.declaration

    @property
    def namespace(self) -> str:
        return self.whole.namespace

    @property
    def server(self) -> str:
        return self.whole.server

    @property
    def path(self) -> ObjectPath:
        return self.whole.path

    def part_key(self) -> Hashable:
        """What tells this part from other parts of the same instance."""
        raise NotImplementedError

    @property
    def cache_key(self) -> Hashable | None:
        """That of the whole, for the same part."""
        whole = self.whole.cache_key
        return None if whole is None else (whole, self.part_key())

    @property
    def volatile(self) -> frozenset[str]:
        return self.whole.volatile

    def value(self, name: str) -> CimValue:
        return self.whole.value(name)
