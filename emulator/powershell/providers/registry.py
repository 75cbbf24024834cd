"""The Registry provider, and the keys that it shows (Microsoft.Win32.RegistryKey)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.numbers import Byte, Int64, UInt32, UInt64
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.providers.provider import Provider, normal, not_there
from emulator.powershell.runtime.conversion import items_of, to_integer, to_text
from emulator.powershell.runtime.errors import ConversionError, PSError, error, unhandled
from emulator.powershell.runtime.registry_service import RegistryData, RegistryStore

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

Result = TypeVar("Result")
DEFAULT_VALUE = "(default)"
#: Microsoft.Win32.RegistryValueKind -> Winnt.h
KINDS = {
    "string": "REG_SZ",
    "expandstring": "REG_EXPAND_SZ",
    "binary": "REG_BINARY",
    "dword": "REG_DWORD",
    "multistring": "REG_MULTI_SZ",
    "qword": "REG_QWORD",
}
_VARIABLE = re.compile(r"%([^%]+)%")

#: The short names of hives that a path behind ``Registry::`` may begin with.
_HIVES = {
    "HKLM": "HKEY_LOCAL_MACHINE",
    "HKCU": "HKEY_CURRENT_USER",
    "HKCR": "HKEY_CLASSES_ROOT",
    "HKCC": "HKEY_CURRENT_CONFIG",
    "HKU": "HKEY_USERS",
}


class RegistryProvider(Provider):
    """Keys as items, values as their properties."""

    name = "Registry"
    capabilities = "ShouldProcess, Transactions"
    has_containers = True
    container_kind = leaf_kind = "Key"
    copy_action, rename_goal = "Copy Key", "NewName"

    def __init__(self, engine: Engine) -> None:
        # It registers the type of the items.
        import_module("emulator.powershell.dotnet.library.registry_types")
        super().__init__(engine)

    @property
    def store(self) -> RegistryStore:
        """The registry of the machine."""
        found = self.engine.find_service(RegistryStore)
        assert found is not None  # noqa: S101 - the provider is there only with it
        return found

    def drives(self) -> Iterator[tuple[str, str, str]]:
        yield "HKLM", "HKEY_LOCAL_MACHINE", "The configuration settings of the local computer"
        yield "HKCU", "HKEY_CURRENT_USER", "The software settings of the current user"

    def tidy(self, path: str) -> str:
        hive, mark, rest = normal(path).partition("\\")
        return _HIVES.get(hive.upper(), hive) + mark + rest

    def exists(self, path: str) -> bool:
        try:
            return path == "" or self.store.subkeys(path) is not None
        except NetError:
            # It is there, and it is not for this account.
            return True

    def is_container(self, path: str) -> bool:  # noqa: ARG002 - every key can have keys
        return True

    def item(self, path: str) -> Any:
        if path == "":
            return [RegistryKeyObject(self, one) for one in self.store.hives()]
        return RegistryKeyObject(self, self._real(path))

    def children(self, path: str) -> Iterator[str]:
        found = self.store.hives() if path == "" else with_errors(lambda: self.store.subkeys(path), path)
        yield from found or ()

    def make(self, path: str, item_type: str | None, value: Any, force: bool) -> Any:  # noqa: ARG002
        if self.exists(path):
            if not force:
                raise _failed(
                    "System.IO.IOException", "A key in this path already exists.", path, "ResourceExists"
                )
            self.store.delete_key(path)
        if not force and not self.exists(path.rpartition("\\")[0]):
            raise _failed(
                "System.IO.IOException",
                "The registry key at the specified path does not exist.",
                path,
                "ResourceExists",
            )
        with_errors(lambda: self.store.create_key(path), path)
        if value is not None:
            self.set_property(path, DEFAULT_VALUE, value, None)
        return self.item(path)

    def remove(self, path: str, recurse: bool, force: bool) -> None:  # noqa: ARG002
        with_errors(lambda: self.store.delete_key(path), path)

    def write(self, path: str, value: Any) -> None:
        if value is None:
            for name, _, _ in self.store.values(path) or ():
                self.remove_property(path, name or DEFAULT_VALUE)
        else:
            self.set_property(path, DEFAULT_VALUE, value, None)

    def rename(self, path: str, name: str) -> str:
        target = f"{path.rpartition(chr(92))[0]}\\{name}"
        if self.exists(target):
            raise _failed(
                "System.IO.IOException", "A key in this path already exists.", path, "ResourceExists"
            )
        self.copy(path, target, True)
        self.store.delete_key(path)
        return target

    def move(self, path: str, target: str) -> str:
        inside = f"{target}\\{path.rpartition(chr(92))[2]}" if self.exists(target) else target
        self._copy(path, inside, True)
        self.store.delete_key(path)
        return inside

    def copy(self, path: str, target: str, recurse: bool) -> str:
        inside = f"{target}\\{path.rpartition(chr(92))[2]}" if self.exists(target) else target
        self._copy(path, inside, recurse)
        return inside

    def _copy(self, path: str, target: str, recurse: bool) -> None:
        if target.lower().startswith(path.lower() + "\\"):
            raise _failed(
                "System.ArgumentException",
                "The destination is a subkey of the source.",
                path,
                "InvalidArgument",
            )
        with_errors(lambda: self.store.create_key(target), target)
        for name, kind, data in self.store.values(path) or ():
            self.store.set_value(target, name, kind, data)
        for one in (self.store.subkeys(path) or ()) if recurse else ():
            self._copy(f"{path}\\{one}", f"{target}\\{one}", True)

    def properties(self, path: str) -> list[tuple[str, Any]] | None:
        found = with_errors(lambda: self.store.values(path), path)
        if found is None:
            raise not_there(path)
        return [(name or DEFAULT_VALUE, self.shown(kind, data)) for name, kind, data in found]

    def set_property(self, path: str, name: str, value: Any, kind: str | None) -> None:
        name = "" if name.lower() == DEFAULT_VALUE else name
        held = next((one for one in self.store.values(path) or () if one[0].lower() == name.lower()), None)
        winnt = _kind(kind) if kind is not None else held[1] if held is not None else _kind_of(value)
        data = data_of(winnt, value)
        with_errors(lambda: self.store.set_value(path, name, winnt, data), path)

    def make_property(self, path: str, name: str, value: Any, kind: str | None, force: bool) -> None:
        own = "" if name.lower() == DEFAULT_VALUE else name
        taken = any(one[0].lower() == own.lower() for one in self.store.values(path) or ())
        if taken and not force:
            raise _failed("System.IO.IOException", "The property already exists.", path, "WriteError")
        winnt = _kind(kind) if kind is not None else _kind_of(value)
        with_errors(lambda: self.store.set_value(path, own, winnt, data_of(winnt, value)), path)

    def require_dynamic_properties(self) -> None:
        """Values of keys are made, copied and moved."""

    def copy_property(self, path: str, name: str, target: str) -> None:
        own = "" if name.lower() == DEFAULT_VALUE else name
        found = with_errors(lambda: self.store.values(path), path) or ()
        held = next((one for one in found if one[0].lower() == own.lower()), None)
        if held is None:
            text = "The specified registry key does not exist."
            raise _failed("System.IO.IOException", text, path, "WriteError")
        proper, kind, data = held
        # Windows reads the value with its variables replaced, and writes that.
        read = self.shown(kind, data) if kind == "REG_EXPAND_SZ" else data
        with_errors(lambda: self.store.set_value(target, proper, kind, read), target)

    def remove_property(self, path: str, name: str) -> None:
        own = "" if name.lower() == DEFAULT_VALUE else name
        with_errors(lambda: self.store.delete_value(path, own), path)

    def shown(self, kind: str, data: RegistryData, expand: bool = True) -> Any:
        """The data of a value as .NET gives them."""
        if isinstance(data, bytes):
            return bytearray(data)
        if isinstance(data, tuple):
            return strings(list(data))
        if isinstance(data, int):
            bits = 64 if kind == "REG_QWORD" else 32
            signed = data - (1 << bits) if data >> (bits - 1) else data
            return Int64(signed) if bits == 64 else signed
        if kind == "REG_EXPAND_SZ" and expand:
            environment = self.engine.environment
            return _VARIABLE.sub(lambda found: environment.read(found[1]) or found[0], data)
        return data

    def _real(self, path: str) -> str:
        """A path with the names as the registry has them."""
        made = ""
        for part in path.split("\\"):
            names = self.store.subkeys(made) if made else self.store.hives()
            proper = next((one for one in names or () if one.lower() == part.lower()), part)
            made = f"{made}\\{proper}" if made else proper
        return made


class RegistryKeyObject:
    """Microsoft.Win32.RegistryKey."""

    __slots__ = ("path", "provider", "view", "writable")

    def __init__(
        self,
        provider: RegistryProvider,
        path: str,
        writable: bool = False,
        view: tuple[str, RegistryStore] | None = None,
    ) -> None:
        """``view``: the name of the RegistryView that was asked for, and the registry in it."""
        self.provider = provider
        self.path = path
        self.writable = writable
        self.view = view

    @property
    def store(self) -> RegistryStore:
        """The registry that the key is of."""
        return self.provider.store if self.view is None else self.view[1]

    @property
    def values(self) -> list[tuple[str, str, RegistryData]]:
        """Name, kind and data of the values."""
        return self.store.values(self.path) or []

    @property
    def names(self) -> list[str]:
        """The names of the keys in it."""
        return self.store.subkeys(self.path) or []

    def value(self, name: str | None, default: Any = None, expand: bool = True) -> Any:
        """The data of a value, or the default."""
        for one, kind, data in self.values:
            if one.lower() == (name or "").lower():
                return self.provider.shown(kind, data, expand)
        return default

    def below(self, name: str, writable: bool = False) -> RegistryKeyObject | None:
        """OpenSubKey: a key in it, or None."""
        path = f"{self.path}\\{name.strip(chr(92))}"
        exists = self.store.subkeys(path) is not None
        return RegistryKeyObject(self.provider, path, writable, self.view) if exists else None

    def make(self, name: str) -> RegistryKeyObject:
        """CreateSubKey."""
        path = f"{self.path}\\{name.strip(chr(92))}"
        self.store.create_key(path)
        return RegistryKeyObject(self.provider, path, True, self.view)

    def set(self, name: str | None, value: Any, kind: str | None = None) -> None:
        """SetValue. Raises UnauthorizedAccessException for a key that was opened to read."""
        if not self.writable:
            raise NetError("System.UnauthorizedAccessException", "Cannot write to the registry key.")
        winnt = KINDS.get((kind or "").lower()) or _kind_of(value)
        try:
            data = data_of(winnt, value)
        except PSError:
            raise argument_error(
                "The type of the value object did not match the specified RegistryValueKind or the object "
                "could not be properly converted."
            ) from None
        self.store.set_value(self.path, name or "", winnt, data)

    def delete_value(self, name: str, strict: bool = True) -> None:
        """DeleteValue. Raises ArgumentException when there is none and it is strict."""
        if not any(one[0].lower() == name.lower() for one in self.values):
            if strict:
                raise argument_error("No value exists with that name.")
            return
        self.store.delete_value(self.path, name)

    def delete_key(self, name: str, strict: bool = True, recurse: bool = False) -> None:
        """DeleteSubKey and DeleteSubKeyTree."""
        found = self.below(name)
        if found is None:
            if strict:
                raise argument_error("Cannot delete a subkey tree because the subkey does not exist.")
            return
        if found.names and not recurse:
            raise NetError(
                "System.InvalidOperationException",
                "Registry key has subkeys and recursive removes are not supported by this method.",
            )
        self.store.delete_key(found.path)

    def __str__(self) -> str:
        return self.path


def with_errors(work: Callable[[], Result], path: str) -> Result:
    """Do something; what the registry refuses becomes the error that the provider's cmdlets report."""
    try:
        return work()
    except NetError as problem:
        kind = problem.exception.ps_type.name
        category = "PermissionDenied" if kind.endswith("SecurityException") else "WriteError"
        raise error(
            problem.exception.message, kind, category, path, kind=kind, inner=problem.exception.inner
        ) from None


def data_of(kind: str, value: Any) -> RegistryData:
    """A value of a script as data of a kind. Raises the error of a conversion."""
    base = unwrap(value)
    try:
        if kind in ("REG_SZ", "REG_EXPAND_SZ"):
            return "" if base is None else to_text(base)
        if kind == "REG_MULTI_SZ":
            return tuple(to_text(one) for one in items_of(base)) if base is not None else ()
        if kind == "REG_BINARY":
            return (
                b"" if base is None else bytes(to_integer(one, Byte, "System.Byte") for one in items_of(base))
            )
        unsigned, signed, name = (
            (UInt64, Int64, "System.Int64") if kind == "REG_QWORD" else (UInt32, int, "System.Int32")
        )
        bits = 64 if kind == "REG_QWORD" else 32
        number = 0 if base is None else _number(base, unsigned, signed, name)
        return number & ((1 << bits) - 1)
    except ConversionError as problem:
        raise unhandled(argument_error(problem.message).exception) from None


def _number(value: Any, unsigned: Any, signed: Any, name: str) -> int:
    try:
        return int(to_integer(value, signed, name))
    except ConversionError:
        return int(to_integer(value, unsigned, name.replace("Int", "UInt")))


def _kind(name: str) -> str:
    found = KINDS.get(name.lower())
    if found is None:
        raise _failed(
            "System.ArgumentException",
            f'Cannot convert value "{name}" to type "Microsoft.Win32.RegistryValueKind".',
            name,
            "InvalidArgument",
        )
    return found


def _kind_of(value: Any) -> str:
    base = unwrap(value)
    if isinstance(base, bytearray):
        return "REG_BINARY"
    if type(base) is int:
        return "REG_DWORD"
    if isinstance(base, Int64 | UInt64):
        return "REG_QWORD"
    if isinstance(base, list):
        return "REG_MULTI_SZ"
    return "REG_SZ"


def _failed(kind: str, message: str, target: Any, category: str) -> PSError:
    return error(message, kind, category, target, kind=kind)
