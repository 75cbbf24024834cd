"""The registry as commands with -UseTransaction see it: the machine's, with the changes of a transaction.

A change is checked when it is made and reaches the machine when the transaction is completed. Nobody else
sees it before, as the transacted registry of Windows has it (RegCreateKeyTransacted).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.providers.registry import RegistryProvider
from emulator.powershell.runtime.registry_service import RegistryData, RegistryStore

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

Value = tuple[str, str, RegistryData]


class TransactedStore:
    """A `RegistryStore` over another one that keeps its changes until `commit`."""

    def __init__(self, base: RegistryStore) -> None:
        self._base = base
        self._created: dict[str, str] = {}
        self._deleted: set[str] = set()
        """Keys whose content in the machine counts no more, with all below them."""
        self._values: dict[str, dict[str, Value | None]] = {}
        self._changes: list[Callable[[], None]] = []

    def hives(self) -> list[str]:
        """The names of the hives."""
        return self._base.hives()

    def may_write(self, path: str) -> bool:
        """Whether the account may change a key."""
        return self._base.may_write(path)

    def _is_hidden(self, key: str) -> bool:
        return any(key == one or key.startswith(one + "\\") for one in self._deleted)

    def subkeys(self, path: str) -> list[str] | None:
        """The names of the keys in a key, or None."""
        key = path.lower()
        base = None if self._is_hidden(key) else self._base.subkeys(path)
        if base is None and key not in self._created:
            return None
        names = {name.lower(): name for name in base or () if not self._is_hidden(f"{key}\\{name.lower()}")}
        for made in self._created.values():
            parent, _, name = made.rpartition("\\")
            if parent.lower() == key:
                names.setdefault(name.lower(), name)
        return sorted(names.values(), key=str.lower)

    def values(self, path: str) -> list[Value] | None:
        """Name, kind and data of the values of a key, or None."""
        key = path.lower()
        base = None if self._is_hidden(key) else self._base.values(path)
        if base is None and key not in self._created:
            return None
        found: dict[str, Value | None] = {one[0].lower(): one for one in base or ()}
        found.update(self._values.get(key, {}))
        return [one for one in found.values() if one is not None]

    def create_key(self, path: str) -> None:
        """Make a key, and those above it."""
        self._require_write(path)
        parts = path.split("\\")
        for count in range(1, len(parts) + 1):
            above = "\\".join(parts[:count])
            if self.subkeys(above) is None:
                self._created[above.lower()] = above
        self._changes.append(lambda: self._base.create_key(path))

    def delete_key(self, path: str) -> None:
        """Remove a key with everything in it."""
        self._require_write(path)
        key = path.lower()
        for held in (self._created, self._values):
            for one in [one for one in held if one == key or one.startswith(key + "\\")]:
                del held[one]
        self._deleted.add(key)
        self._changes.append(lambda: self._base.delete_key(path))

    def set_value(self, path: str, name: str, kind: str, data: RegistryData) -> None:
        """Set a value of a key that is there."""
        self._require_write(path)
        self._values.setdefault(path.lower(), {})[name.lower()] = (name, kind, data)
        self._changes.append(lambda: self._base.set_value(path, name, kind, data))

    def delete_value(self, path: str, name: str) -> None:
        """Remove a value that is there."""
        self._require_write(path)
        self._values.setdefault(path.lower(), {})[name.lower()] = None
        self._changes.append(lambda: self._base.delete_value(path, name))

    def _require_write(self, path: str) -> None:
        if not self._base.may_write(path):
            raise NetError("System.Security.SecurityException", "Requested registry access is not allowed.")

    def together(self, changes: Sequence[Callable[[], None]]) -> None:
        """Run changes of this store, which `commit` makes as one step anyway."""
        for change in changes:
            change()

    def commit(self) -> None:
        """Make the changes, in their order, all or none. Raises what the registry refuses by then."""
        changes, self._changes = self._changes, []
        self._base.together(changes)


class TransactedRegistry(RegistryProvider):
    """The registry provider of a transaction."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._store = TransactedStore(super().store)

    @property
    def store(self) -> TransactedStore:
        """The registry with the changes."""
        return self._store
