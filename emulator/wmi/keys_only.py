"""Instances of which only the keys are asked for (WmiSdk, "KEYSONLY")."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from emulator.cim.partial_instance import PartialInstance

if TYPE_CHECKING:
    from emulator.cim.instance import Instance
    from emulator.cim.types import CimValue


class KeysOnlyInstance(PartialInstance):
    """Another instance with every property NULL that is no key."""

    __slots__ = ("_keys",)

    def __init__(self, whole: Instance) -> None:
        super().__init__(whole)
        self._keys = {name.lower() for name in whole.declaration.keys}

    def part_key(self) -> Hashable:
        return "keys"

    def value(self, name: str) -> CimValue:
        declared = self.declaration.property(name)
        return self.whole.value(declared.name) if declared.name.lower() in self._keys else None
