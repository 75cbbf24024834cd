"""Instances of CIM classes: what every view of an object offers, and a plain one that holds values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING

from emulator.cim.errors import InvalidProperty
from emulator.cim.object_path import KeyValue, ObjectPath

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.cim.types import CimValue

NOTHING_VOLATILE: frozenset[str] = frozenset()


class Instance(ABC):
    """One instance.

    Subclasses say `declaration`, `namespace`, `server` and `value`; the rest follows from these.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def declaration(self) -> ClassDeclaration:
        """The class."""

    @property
    @abstractmethod
    def namespace(self) -> str:
        """The namespace with `/`, such as `root/virtualization/v2`."""

    @property
    @abstractmethod
    def server(self) -> str:
        """The NetBIOS name of the machine."""

    @abstractmethod
    def value(self, name: str) -> CimValue:
        """The value of a property (name without regard to case), None for NULL. Raises InvalidProperty."""

    @property
    def cache_key(self) -> Hashable | None:
        """Equal keys mean equal values (apart from the volatile ones); None when the instance cannot tell."""
        return None

    @property
    def volatile(self) -> frozenset[str]:
        """Names of properties that change without `cache_key` changing, such as an uptime."""
        return NOTHING_VOLATILE

    @property
    def path(self) -> ObjectPath:
        """The full path: server, namespace, class and keys in alphabetical order."""
        declaration = self.declaration
        return ObjectPath(
            declaration.name,
            [(name, _key_value(self.value(name))) for name in declaration.keys],
            namespace=self.namespace,
            server=self.server,
            is_singleton=declaration.is_singleton and not declaration.keys,
        )

    def system_value(self, name: str) -> CimValue:
        """The value of a system property such as `__PATH` (WmiSdk, "WMI System Properties").

        Raises InvalidProperty.
        """
        declaration = self.declaration
        wanted = name.upper()
        if wanted == "__PATH":
            return str(self.path)
        if wanted == "__RELPATH":
            return self.path.relative
        if wanted == "__SERVER":
            return self.server
        if wanted == "__NAMESPACE":
            return self.namespace.replace("/", "\\")
        if wanted == "__CLASS":
            return declaration.name
        if wanted == "__SUPERCLASS":
            return declaration.superclass
        if wanted == "__DYNASTY":
            return declaration.derivation[-1]
        if wanted == "__DERIVATION":
            return list(declaration.derivation[1:])
        if wanted == "__GENUS":
            return 2
        if wanted == "__PROPERTY_COUNT":
            return len(declaration.properties)
        raise InvalidProperty(f"no system property {name[:64]}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path.relative}>"


class ValueInstance(Instance):
    """An instance that holds its values; `present` names (as declared) the properties that were given."""

    __slots__ = ("_declaration", "_namespace", "_server", "_values")

    def __init__(
        self,
        declaration: ClassDeclaration,
        values: Mapping[str, CimValue],
        namespace: str = "",
        server: str = ".",
    ) -> None:
        """`values` by property name without regard to case; a property that is not given is NULL.

        Raises InvalidProperty for a name that the class does not have.
        """
        self._declaration = declaration
        self._namespace = namespace
        self._server = server
        self._values: dict[str, CimValue] = {
            declaration.property(name).name: each for name, each in values.items()
        }

    @property
    def declaration(self) -> ClassDeclaration:
        """The class."""
        return self._declaration

    @property
    def namespace(self) -> str:
        """The namespace, empty when the instance was read from text."""
        return self._namespace

    @property
    def server(self) -> str:
        """The machine, `.` when it was not given."""
        return self._server

    @property
    def present(self) -> frozenset[str]:
        """Names of the properties that were given, also those given as NULL."""
        return frozenset(self._values)

    def has(self, name: str) -> bool:
        """Whether the property was given, also as NULL."""
        return self._declaration.property(name).name in self._values

    def value(self, name: str) -> CimValue:
        """The value of a property, None for NULL or when it was not given. Raises InvalidProperty."""
        found = self._values.get(name)
        if found is None and name not in self._values:
            found = self._values.get(self._declaration.property(name).name)
        return found


def _key_value(value: CimValue) -> KeyValue:
    """A key as a path holds it.

    A key that is NULL shows as an empty string, one of another type as its text.
    """
    if value is None:
        return ""
    if isinstance(value, str | bool | int | ObjectPath):
        return value
    from emulator.cim.types import format_value

    return "" if isinstance(value, list) else format_value(value)
