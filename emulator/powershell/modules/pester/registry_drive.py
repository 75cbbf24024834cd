"""TestRegistry: a key of the administrator's registry that is empty again after each block."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from emulator.host import Account, Host, HostError
from emulator.host.windows.registry import CURRENT_USER
from emulator.powershell.modules.pester.drive import replace_drive, restore_drive

if TYPE_CHECKING:
    from emulator.powershell.providers.paths import Drive
    from emulator.powershell.runtime.engine import Engine

NAME = "TestRegistry"
FIRST_WITH_IT = 4
"""The first major version of Pester that has the drive."""
_PARENT = "Software\\Pester"
_MAXIMUM_KEYS = 100_000


class TestRegistry:
    """The drive ``TestRegistry:`` over a key below HKCU:\\Software\\Pester."""

    __test__ = False

    def __init__(self, host: Host, account: Account) -> None:
        self._registry = host.registry
        self._account = account
        self.path = ""
        self._outer: Drive | None = None

    def open(self, engine: Engine) -> None:
        """Make the key."""
        self.path = f"{_PARENT}\\{uuid.uuid4()}"
        self._registry.create_key(CURRENT_USER, self.path, self._account)
        self._outer = replace_drive(engine, NAME, "Registry", f"HKEY_CURRENT_USER\\{self.path}")

    def close(self, engine: Engine) -> None:
        """Remove the key and all in it."""
        restore_drive(engine, NAME, self._outer)
        self._remove(self.path)

    def mark(self) -> frozenset[str]:
        """The keys that are there now."""
        return frozenset(self._keys())

    def clean(self, kept: frozenset[str]) -> None:
        """Remove the keys that came after the mark."""
        for path in self._keys():
            if path not in kept:
                self._remove(path)

    def _keys(self) -> list[str]:
        found: list[str] = []
        pending = [self.path]
        while pending and len(found) < _MAXIMUM_KEYS:
            parent = pending.pop()
            try:
                names = self._registry.subkeys(CURRENT_USER, parent, self._account)
            except HostError:
                continue
            below = [f"{parent}\\{name}" for name in names]
            found += below
            pending += below
        return found

    def _remove(self, path: str) -> None:
        try:
            self._registry.delete_key(CURRENT_USER, path, self._account, recursive=True)
        except HostError:
            return  # it went with the key above it, or the test has removed it
