"""The Registry provider: HKLM: and HKCU: over the machine's registry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from emulator.host import Account, Host
from emulator.host.errors import AccessDenied, HostError, NotFound
from emulator.host.registry import HIVES
from emulator.host.registry_key import RegistryValue, ValueKind
from emulator.powershell.dotnet.collections import PSArray, TypedArray
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register
from emulator.powershell.providers.provider import Provider, not_there
from emulator.powershell.runtime.errors import PSError, error
from emulator.powershell.runtime.services import Environment

DEFAULT_VALUE = "(default)"
_VARIABLE = re.compile(r"%([^%]+)%")


class RegistryProvider(Provider):
    """Keys are the items, values their properties. Paths begin with the name of a hive."""

    name = "Registry"
    capabilities = "ShouldProcess, Transactions"
    has_containers = True

    def drives(self) -> Iterator[tuple[str, str, str]]:
        yield "HKLM", "HKEY_LOCAL_MACHINE", ""
        yield "HKCU", "HKEY_CURRENT_USER", ""

    @property
    def _registry(self) -> Any:
        return self._host.registry

    @property
    def _host(self) -> Host:
        host = self.engine.find_service(Host)
        assert host is not None  # noqa: S101 - the provider is only given with a host
        return host

    @property
    def _account(self) -> Account | None:
        return self.engine.find_service(Account)

    def _split(self, path: str) -> tuple[int, str] | None:
        hive, _, rest = path.strip("\\").partition("\\")
        number = HIVES.get(hive.upper())
        return None if number is None else (number, rest)

    def exists(self, path: str) -> bool:
        if path == "":
            return True
        place = self._split(path)
        if place is None:
            return False
        try:
            self._registry.key(*place, self._account)
        except NotFound:
            return False
        except AccessDenied:
            return True
        return True

    def is_container(self, path: str) -> bool:  # noqa: ARG002 - every key is one
        return True

    def item(self, path: str) -> Any:
        return KeyObject(self, path.strip("\\"))

    def children(self, path: str) -> Iterator[str]:
        if path == "":
            yield from HIVES
            return
        yield from self.subkeys(path)

    def subkeys(self, path: str) -> list[str]:
        """The names of the keys in a key."""
        hive, rest = self._place(path)
        with self._refusals(path):
            return list(self._registry.subkeys(hive, rest, self._account))

    def values(self, path: str) -> list[RegistryValue]:
        """The values of a key."""
        hive, rest = self._place(path)
        with self._refusals(path):
            return list(self._registry.values(hive, rest, self._account))

    def set_value(self, path: str, name: str, kind: ValueKind, data: Any) -> None:
        """Set a value of a key; ``(default)`` is the one without a name."""
        hive, rest = self._place(path)
        with self._refusals(path):
            self._registry.set_value(hive, rest, _bare(name), kind, data, self._account)

    def delete_value(self, path: str, name: str) -> None:
        """Remove a value of a key."""
        hive, rest = self._place(path)
        with self._refusals(path):
            self._registry.delete_value(hive, rest, _bare(name), self._account)

    def make(self, path: str, item_type: str | None, value: Any, force: bool) -> Any:  # noqa: ARG002
        hive, rest = self._place(path)
        if self.exists(path) and not force:
            raise _io("A key in this path already exists.", "ResourceExists", path)
        parent = path.rpartition("\\")[0]
        if not force and not self.exists(parent):
            raise _io("The registry key at the specified path does not exist.", "InvalidArgument", path)
        with self._refusals(path):
            if self.exists(path):
                self._registry.delete_key(hive, rest, self._account, recursive=True)
            self._registry.create_key(hive, rest, self._account)
            if value is not None:
                kind, data = data_of(value, None)
                self._registry.set_value(hive, rest, "", kind, data, self._account)
        return self.item(path)

    def remove(self, path: str, recurse: bool, force: bool) -> None:  # noqa: ARG002
        hive, rest = self._place(path)
        with self._refusals(path):
            self._registry.delete_key(hive, rest, self._account, recursive=recurse)

    def write(self, path: str, value: Any) -> None:
        kind, data = data_of(value, None)
        self.set_value(path, "", kind, data)

    def shown(self, value: RegistryValue) -> Any:
        """The data of a value as .NET gives them."""
        data = value.data
        if value.kind is ValueKind.REG_EXPAND_SZ:
            environment = self.engine.find_service(Environment)
            return _VARIABLE.sub(
                lambda found: (environment.read(found[1]) if environment else None) or found[0], str(data)
            )
        if isinstance(data, tuple):
            return TypedArray(list(data), array_of(builtin("System.String")))
        if isinstance(data, bytes):
            return bytearray(data)
        if isinstance(data, int):
            if value.kind is ValueKind.REG_QWORD:
                return Int64(data - (1 << 64) if data >> 63 else data)
            return data - (1 << 32) if data >> 31 else data
        return data

    def _place(self, path: str) -> tuple[int, str]:
        place = self._split(path)
        if place is None:
            raise not_there(path)
        return place

    @contextmanager
    def _refusals(self, path: str) -> Iterator[None]:
        try:
            yield
        except NotFound:
            raise not_there(path) from None
        except AccessDenied:
            raise error(
                "Requested registry access is not allowed.",
                "System.Security.SecurityException",
                "PermissionDenied",
                path,
                kind="System.Security.SecurityException",
            ) from None
        except HostError as problem:
            raise _io(problem.text, "WriteError", path) from None


def _bare(name: str) -> str:
    return "" if name.lower() == DEFAULT_VALUE else name


def _io(text: str, category: str, path: str) -> PSError:
    return error(text, "System.IO.IOException", category, path, kind="System.IO.IOException")


def data_of(value: Any, kind: ValueKind | None) -> tuple[ValueKind, Any]:
    """The type and data of the registry for a value of a script: the type given, or that of .NET's value."""
    from emulator.powershell.dotnet.collections import LIST_TYPES
    from emulator.powershell.dotnet.numbers import Byte
    from emulator.powershell.dotnet.psobject import unwrap
    from emulator.powershell.runtime.conversion import to_integer, to_text

    value = unwrap(value)
    if kind is None:
        if isinstance(value, bytearray):
            kind = ValueKind.REG_BINARY
        elif type(value) in LIST_TYPES:
            items = [unwrap(one) for one in value]
            kind = (
                ValueKind.REG_BINARY
                if items and all(isinstance(one, Byte) for one in items)
                else ValueKind.REG_MULTI_SZ
            )
        elif isinstance(value, Int64):
            kind = ValueKind.REG_QWORD
        elif isinstance(value, int) and not isinstance(value, bool):
            kind = ValueKind.REG_DWORD
        else:
            kind = ValueKind.REG_SZ
    if kind in (ValueKind.REG_DWORD, ValueKind.REG_QWORD):
        bits = 32 if kind is ValueKind.REG_DWORD else 64
        return kind, int(to_integer(value, Int64, "System.Int64")) % (1 << bits)
    if kind is ValueKind.REG_BINARY:
        items = list(value) if type(value) in LIST_TYPES or isinstance(value, bytearray) else [value]
        return kind, bytes(int(to_integer(one, int, "System.Byte")) & 0xFF for one in items)
    if kind is ValueKind.REG_MULTI_SZ:
        items = list(value) if type(value) in LIST_TYPES else [value]
        return kind, tuple(to_text(one) for one in items)
    return kind, to_text(value)


class KeyObject:
    """Microsoft.Win32.RegistryKey, read when asked."""

    __slots__ = ("path", "provider")

    def __init__(self, provider: RegistryProvider, path: str) -> None:
        self.provider = provider
        self.path = path

    def value(self, name: str, default: Any = None) -> Any:
        """GetValue."""
        wanted = _bare(name).lower()
        found = next((one for one in self.provider.values(self.path) if one.name.lower() == wanted), None)
        return default if found is None else self.provider.shown(found)

    def names(self) -> PSArray:
        """GetValueNames."""
        names = [one.name for one in self.provider.values(self.path)]
        return TypedArray(names, array_of(builtin("System.String")))

    def properties(self) -> Any:
        """The Property note that the provider adds."""
        names = [one.name or DEFAULT_VALUE for one in self.provider.values(self.path)]
        return TypedArray(names, array_of(builtin("System.String")))

    def __str__(self) -> str:
        return self.path


register(
    PSType(
        "Microsoft.Win32.RegistryKey",
        base="System.MarshalByRefObject",
        interfaces=("System.IDisposable",),
        instance={
            "Property": KeyObject.properties,
            "SubKeyCount: int": lambda k: len(k.provider.subkeys(k.path)),
            "ValueCount: int": lambda k: len(k.provider.values(k.path)),
            "Name: string": lambda k: k.path,
            "GetValue(string name)": KeyObject.value,
            "GetValue(string name, object defaultValue)": KeyObject.value,
            "GetValueNames()": KeyObject.names,
            "GetSubKeyNames()": lambda k: TypedArray(
                k.provider.subkeys(k.path), array_of(builtin("System.String"))
            ),
            "Close()": lambda _k: None,
            "Dispose()": lambda _k: None,
            "ToString()": str,
        },
        to_text=str,
    ),
    KeyObject,
)
