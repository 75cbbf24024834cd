"""The registry as the engine needs it from the machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

RegistryData = str | int | bytes | tuple[str, ...]


@runtime_checkable
class RegistryStore(Protocol):
    """The registry. Paths begin with the name of a hive (``HKEY_LOCAL_MACHINE\\SOFTWARE``); kinds are the
    names of Winnt.h (``REG_SZ``). Methods raise NetError as the classes of Microsoft.Win32 do; `subkeys` and
    `values` of a key that is not there are None.
    """

    def hives(self) -> list[str]:
        """The names of the hives."""
        ...

    def subkeys(self, path: str) -> list[str] | None:
        """The names of the keys in a key, or None."""
        ...

    def values(self, path: str) -> list[tuple[str, str, RegistryData]] | None:
        """Name ('' for the default value), kind and data of the values of a key, or None."""
        ...

    def may_write(self, path: str) -> bool:
        """Whether the account may change a key, or make it."""
        ...

    def create_key(self, path: str) -> None:
        """Make a key, and those above it."""
        ...

    def delete_key(self, path: str) -> None:
        """Remove a key with everything in it."""
        ...

    def set_value(self, path: str, name: str, kind: str, data: RegistryData) -> None:
        """Set a value of a key that is there."""
        ...

    def delete_value(self, path: str, name: str) -> None:
        """Remove a value that is there."""
        ...

    def together(self, changes: Sequence[Callable[[], None]]) -> None:
        """Run changes of this store as one step. When one of them is refused, none was made."""
        ...


@runtime_checkable
class ViewedRegistry(RegistryStore, Protocol):
    """The registry of a 64-bit Windows, where processes of both kinds see some keys of their own."""

    def view(self, *, is_32_bit: bool) -> RegistryStore:
        """The registry as processes of one kind see it."""
        ...
