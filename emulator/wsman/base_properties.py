"""An instance of a subclass shown as one of the class that was asked for (DSP0227 9.3,
ExcludeSubClassProperties; `winrm enumerate -basepropertiesonly`)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from emulator.cim.instance import Instance

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.cim.object_path import ObjectPath
    from emulator.cim.types import CimValue


class BaseProperties(Instance):
    """The properties of ``declaration`` alone; the path is still that of the instance itself."""

    __slots__ = ("_declaration", "_instance")

    def __init__(self, instance: Instance, declaration: ClassDeclaration) -> None:
        self._instance = instance
        self._declaration = declaration

    @property
    def declaration(self) -> ClassDeclaration:
        return self._declaration

    @property
    def namespace(self) -> str:
        return self._instance.namespace

    @property
    def server(self) -> str:
        return self._instance.server

    def value(self, name: str) -> CimValue:
        return self._instance.value(self._declaration.property(name).name)

    @property
    def cache_key(self) -> Hashable | None:
        key = self._instance.cache_key
        return None if key is None else (self._declaration.name, key)

    @property
    def volatile(self) -> frozenset[str]:
        return self._instance.volatile

    @property
    def path(self) -> ObjectPath:
        return self._instance.path
