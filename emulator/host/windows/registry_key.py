"""Keys and values of the registry. A key may show what the machine knows elsewhere: there is one truth."""

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import NamedTuple, Protocol

Data = str | int | bytes | tuple[str, ...]


class ValueKind(IntEnum):
    """Type of a value (Winnt.h, REG_*)."""

    REG_SZ = 1
    REG_EXPAND_SZ = 2
    REG_BINARY = 3
    REG_DWORD = 4
    REG_MULTI_SZ = 7
    REG_QWORD = 11


class RegistryValue(NamedTuple):
    """A value. ``data`` is text, a number, bytes or a tuple of texts, as the kind says."""

    name: str
    kind: ValueKind
    data: Data

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        if isinstance(self.data, int):
            return 8
        if isinstance(self.data, bytes):
            return len(self.data)
        texts = (self.data,) if isinstance(self.data, str) else self.data
        return 2 * sum(len(text) + 1 for text in texts)

    @property
    def cost(self) -> int:
        """What it takes of the bytes that a registry may have."""
        return self.size + len(self.name)


def text(name: str, data: str) -> RegistryValue:
    """A REG_SZ."""
    return RegistryValue(name, ValueKind.REG_SZ, data)


def number(name: str, data: int) -> RegistryValue:
    """A REG_DWORD."""
    return RegistryValue(name, ValueKind.REG_DWORD, data)


class LiveValues(Protocol):
    """Values of a key that live elsewhere in the machine."""

    def read(self) -> Iterable[RegistryValue]:
        """The present values."""

    def write(self, value: RegistryValue) -> None:
        """Change or add one. Raises HostError."""

    def remove(self, name: str) -> None:
        """Remove one. Raises HostError."""


class Shown:
    """Live values that can only be read; whoever writes one changes nothing that counts and is refused."""

    def __init__(self, read: Callable[[], Iterable[RegistryValue]]) -> None:
        self.read = read

    def write(self, value: RegistryValue) -> None:
        from emulator.host.errors import AccessDenied

        del value
        raise AccessDenied()

    def remove(self, name: str) -> None:
        from emulator.host.errors import AccessDenied

        del name
        raise AccessDenied()


class RegistryKey:
    """A key: subkeys and values by name without case. ``live`` has values, ``children`` keys that the machine
    knows elsewhere."""

    __slots__ = ("children", "keys", "live", "name", "own_values")

    def __init__(
        self,
        name: str,
        live: LiveValues | None = None,
        children: Callable[[], Iterable["RegistryKey"]] | None = None,
    ) -> None:
        self.name = name
        self.keys: dict[str, RegistryKey] = {}
        self.own_values: dict[str, RegistryValue] = {}
        self.live = live
        self.children = children

    @property
    def is_live(self) -> bool:
        """Whether the machine itself decides what is here, so that it cannot be deleted."""
        return self.live is not None or self.children is not None

    def subkeys(self) -> dict[str, "RegistryKey"]:
        """Every subkey by its name in lower case."""
        if self.children is None:
            return self.keys
        return {**self.keys, **{key.name.casefold(): key for key in self.children()}}

    def values(self) -> dict[str, RegistryValue]:
        """Every value by its name in lower case."""
        if self.live is None:
            return self.own_values
        return {**self.own_values, **{value.name.casefold(): value for value in self.live.read()}}

    def audit(self) -> tuple[int, int]:
        """Keys below this one with itself, and the bytes of the values that are kept in them."""
        count, size = 1, sum(value.cost for value in self.own_values.values())
        for key in self.keys.values():
            more, bytes_below = key.audit()
            count, size = count + more, size + bytes_below
        return count, size
