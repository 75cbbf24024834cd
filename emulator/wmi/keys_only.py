"""Instances of which only the keys are asked for (WmiSdk, "KEYSONLY")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim.instance import Instance

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.cim.object_path import ObjectPath
    from emulator.cim.types import CimValue


class KeysOnlyInstance(Instance):
    """Another instance with every property NULL that is no key."""

    __slots__ = ("_keys", "_whole")

    def __init__(self, whole: Instance) -> None:
        self._whole = whole
        self._keys = {name.lower() for name in whole.declaration.keys}

    @property
    def declaration(self) -> ClassDeclaration:
        return self._whole.declaration

    @property
    def namespace(self) -> str:
        return self._whole.namespace

    @property
    def server(self) -> str:
        return self._whole.server

    @property
    def path(self) -> ObjectPath:
        return self._whole.path

    def value(self, name: str) -> CimValue:
        declared = self.declaration.property(name)
        return self._whole.value(declared.name) if declared.name.lower() in self._keys else None
