"""A class seen as an object: what a query for classes gives back (WmiSdk, "Retrieving Class Definitions")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim.instance import Instance
from emulator.cim.object_path import ObjectPath

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.cim.types import CimValue


class ClassObject(Instance):
    """A class with its system properties; its own properties have no values, and its path has no keys."""

    __slots__ = ("_declaration", "_namespace", "_server")

    def __init__(self, declaration: ClassDeclaration, namespace: str = "", server: str = ".") -> None:
        self._declaration = declaration
        self._namespace = namespace
        self._server = server

    @property
    def declaration(self) -> ClassDeclaration:
        return self._declaration

    @property
    def namespace(self) -> str:
        return self._namespace

    @property
    def server(self) -> str:
        return self._server

    @property
    def path(self) -> ObjectPath:
        return ObjectPath(self._declaration.name, namespace=self._namespace or None, server=self._server)

    def system_value(self, name: str) -> CimValue:
        """As of an instance, but `__GENUS` is 1."""
        return 1 if name.upper() == "__GENUS" else super().system_value(name)

    def value(self, name: str) -> CimValue:
        """None. Raises InvalidProperty for a name that the class does not have."""
        self._declaration.property(name)
        return None
