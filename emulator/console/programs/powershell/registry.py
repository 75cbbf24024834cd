"""The machine's registry as the PowerShell engine reaches it, with the rights of the process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from emulator.console.context import Context
from emulator.host import HostError
from emulator.host.errors import AccessDenied
from emulator.host.windows.registry import HIVES, KeyNotFound
from emulator.host.windows.registry_key import ValueKind
from emulator.host.windows.registry_views import redirected_key
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.runtime.registry_service import RegistryData


class ProcessRegistry:
    """A `ViewedRegistry` over the host's registry."""

    def __init__(self, context: Context, *, is_32_bit: bool | None = None) -> None:
        """``is_32_bit``: the view of such processes, or of others; None for that of this one."""
        self._context = context
        self._registry = context.host.registry
        self._account = context.account
        self._is_32_bit = context.is_32_bit if is_32_bit is None else is_32_bit

    def view(self, *, is_32_bit: bool) -> ProcessRegistry:
        """The registry as processes of one kind see it; a 32-bit Windows has one view."""
        system = self._context.host.profile.operating_system
        return ProcessRegistry(self._context, is_32_bit=is_32_bit and system.architecture == "x64")

    def hives(self) -> list[str]:
        """The names of the hives."""
        return [
            "HKEY_LOCAL_MACHINE",
            "HKEY_CURRENT_USER",
            "HKEY_CLASSES_ROOT",
            "HKEY_CURRENT_CONFIG",
            "HKEY_USERS",
        ]

    def subkeys(self, path: str) -> list[str] | None:
        """The names of the keys in a key, or None."""
        place = self._place(path)
        if place is None:
            return None
        with _errors():
            try:
                return self._registry.subkeys(*place, self._account)
            except KeyNotFound:
                return None

    def values(self, path: str) -> list[tuple[str, str, RegistryData]] | None:
        """Name, kind and data of the values of a key, or None."""
        place = self._place(path)
        if place is None:
            return None
        with _errors():
            try:
                found = self._registry.values(*place, self._account)
            except KeyNotFound:
                return None
        return [(one.name, one.kind.name, one.data) for one in found]

    def may_write(self, path: str) -> bool:
        """Whether the account may change a key, or make it."""
        return self._registry.may_write(*self._known(path), self._account)

    def create_key(self, path: str) -> None:
        """Make a key, and those above it."""
        with _errors():
            self._registry.create_key(*self._known(path), self._account)

    def delete_key(self, path: str) -> None:
        """Remove a key with everything in it."""
        with _errors():
            self._registry.delete_key(*self._known(path), self._account, recursive=True)

    def set_value(self, path: str, name: str, kind: str, data: RegistryData) -> None:
        """Set a value of a key that is there."""
        with _errors():
            self._registry.set_value(*self._known(path), name, ValueKind[kind], data, self._account)

    def delete_value(self, path: str, name: str) -> None:
        """Remove a value that is there."""
        with _errors():
            self._registry.delete_value(*self._known(path), name, self._account)

    def together(self, changes: Sequence[Callable[[], None]]) -> None:
        """Run changes of this store as one step, all or none."""
        with self._registry.transaction():
            for change in changes:
                change()

    def _place(self, path: str) -> tuple[int, str] | None:
        hive, _, rest = path.partition("\\")
        number = HIVES.get(hive.upper())
        if number is None:
            return None
        return number, redirected_key(number, rest) if self._is_32_bit else rest

    def _known(self, path: str) -> tuple[int, str]:
        found = self._place(path)
        if found is None:
            raise NetError(
                "System.ArgumentException", "Registry key name must start with a valid base key name."
            )
        return found


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except AccessDenied:
        raise NetError(
            "System.Security.SecurityException", "Requested registry access is not allowed."
        ) from None
    except HostError as problem:
        raise NetError("System.IO.IOException", str(problem)) from None
