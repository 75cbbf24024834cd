"""An instance of a subclass shown as one of the class that was asked for (DSP0227 9.3,
ExcludeSubClassProperties; `winrm enumerate -basepropertiesonly`)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from emulator.cim.partial_instance import PartialInstance

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.cim.instance import Instance
    from emulator.cim.types import CimValue


class BaseProperties(PartialInstance):
    """The properties of ``declaration`` alone; the path is still that of the instance itself."""

    __slots__ = ("_declaration",)

    def __init__(self, instance: Instance, declaration: ClassDeclaration) -> None:
        super().__init__(instance)
        self._declaration = declaration

    @property
    def declaration(self) -> ClassDeclaration:
        return self._declaration

    def part_key(self) -> Hashable:
        return self._declaration.name

    def value(self, name: str) -> CimValue:
        return self.whole.value(self._declaration.property(name).name)
