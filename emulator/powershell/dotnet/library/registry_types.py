"""Microsoft.Win32: Registry, RegistryKey and what belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.providers.registry import KINDS, RegistryKeyObject, RegistryProvider
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.registry_service import ViewedRegistry

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_W = "Microsoft.Win32."
_KIND = EnumType(
    f"{_W}RegistryValueKind",
    {
        "String": 1,
        "ExpandString": 2,
        "Binary": 3,
        "DWord": 4,
        "MultiString": 7,
        "QWord": 11,
        "Unknown": 0,
        "None": -1,
    },
)
_HIVE = EnumType(
    f"{_W}RegistryHive",
    {
        "ClassesRoot": -2147483648,
        "CurrentUser": -2147483647,
        "LocalMachine": -2147483646,
        "Users": -2147483645,
        "PerformanceData": -2147483644,
        "CurrentConfig": -2147483643,
        "DynData": -2147483642,
    },
)
_VIEW = EnumType(f"{_W}RegistryView", {"Default": 0, "Registry64": 256, "Registry32": 512})
_OPTIONS = EnumType(f"{_W}RegistryValueOptions", {"None": 0, "DoNotExpandEnvironmentNames": 1})
for _one in (_KIND, _HIVE, _VIEW, _OPTIONS):
    register(_one)
_ROOTS = {
    "ClassesRoot": "HKEY_CLASSES_ROOT",
    "CurrentUser": "HKEY_CURRENT_USER",
    "LocalMachine": "HKEY_LOCAL_MACHINE",
    "Users": "HKEY_USERS",
    "CurrentConfig": "HKEY_CURRENT_CONFIG",
}


def _provider(engine: Engine) -> RegistryProvider:
    found = engine.paths.providers.get("registry")
    if not isinstance(found, RegistryProvider):
        raise not_emulated("The registry")
    return found


def _root(engine: Engine, name: str) -> RegistryKeyObject:
    if name not in _ROOTS:
        raise not_emulated(f"The registry hive {name}")
    return RegistryKeyObject(_provider(engine), _ROOTS[name], True)


def _base_key(engine: Engine, hive: EnumValue, view: EnumValue) -> RegistryKeyObject:
    """OpenBaseKey: in the view of the process, or in the one that is named."""
    key = _root(engine, str(hive))
    store = key.provider.store
    if view.number and isinstance(store, ViewedRegistry):
        key.view = str(view), store.view(is_32_bit=view == _VIEW["Registry32"])
    return key


def _key_of(engine: Engine, path: str) -> RegistryKeyObject:
    provider = _provider(engine)
    hive = path.partition("\\")[0].upper()
    if hive not in _ROOTS.values():
        raise argument_error("Registry key name must start with a valid base key name.", "keyName")
    return RegistryKeyObject(provider, path, True)


def _get(engine: Engine, path: str, name: str, default: Any) -> Any:
    key = _key_of(engine, path)
    if key.store.subkeys(key.path) is None:
        return None
    return key.value(name, default)


def _set(engine: Engine, path: str, name: str, value: Any, kind: EnumValue | None = None) -> None:
    key = _key_of(engine, path)
    if key.store.subkeys(key.path) is None:
        key.store.create_key(key.path)
    key.set(name, value, str(kind) if kind is not None else None)


def _kind_of(key: RegistryKeyObject, name: str) -> EnumValue:
    for one, kind, _ in key.values:
        if one.lower() == name.lower():
            return _KIND[next(word for word in _KIND.names if KINDS.get(word.lower()) == kind)]
    raise NetError("System.IO.IOException", "The specified registry key does not exist.")


def _value(key: RegistryKeyObject, name: str, default: Any, options: EnumValue) -> Any:
    return key.value(name, default, expand=options.number == 0)


def _remote(_engine: Engine, _hive: EnumValue, machine: str) -> Any:
    raise not_emulated(f"The registry of another computer ({machine})")


register(
    PSType(
        f"{_W}RegistryKey",
        base="System.MarshalByRefObject",
        interfaces=("System.IDisposable",),
        instance={
            "Name: string": lambda k: k.path,
            "SubKeyCount: int": lambda k: len(k.names),
            "ValueCount: int": lambda k: len(k.values),
            "View": lambda k: _VIEW["Default" if k.view is None else k.view[0]],
            "Property": lambda k: strings([name or "(default)" for name, _, _ in k.values]),
            "GetValue(string name)": lambda k, n: k.value(n),
            "GetValue(string name, object defaultValue)": lambda k, n, d: k.value(n, d),
            f"GetValue(string name, object defaultValue, {_W}RegistryValueOptions options)": _value,
            "GetValueNames()": lambda k: strings([one for one, _, _ in k.values]),
            "GetSubKeyNames()": lambda k: strings(k.names),
            "GetValueKind(string name)": _kind_of,
            "OpenSubKey(string name)": lambda k, n: k.below(n),
            "OpenSubKey(string name, bool writable)": lambda k, n, w: k.below(n, w),
            "CreateSubKey(string subkey)": lambda k, n: k.make(n),
            "CreateSubKey(string subkey, bool writable)": lambda k, n, _w: k.make(n),
            "SetValue(string name, object value)": lambda k, n, v: k.set(n, v),
            f"SetValue(string name, object value, {_W}RegistryValueKind valueKind)": lambda k, n, v, kind: (
                k.set(n, v, str(kind))
            ),
            "DeleteValue(string name)": lambda k, n: k.delete_value(n),
            "DeleteValue(string name, bool throwOnMissingValue)": lambda k, n, t: k.delete_value(n, t),
            "DeleteSubKey(string subkey)": lambda k, n: k.delete_key(n),
            "DeleteSubKey(string subkey, bool throwOnMissingSubKey)": lambda k, n, t: k.delete_key(n, t),
            "DeleteSubKeyTree(string subkey)": lambda k, n: k.delete_key(n, recurse=True),
            "DeleteSubKeyTree(string subkey, bool throwOnMissingSubKey)": lambda k, n, t: k.delete_key(
                n, t, True
            ),
            "Flush()": lambda _k: None,
            "Close()": lambda _k: None,
            "Dispose()": lambda _k: None,
            "ToString()": str,
        },
        static={
            f"@OpenBaseKey({_W}RegistryHive hKey, {_W}RegistryView view)": _base_key,
            f"@OpenRemoteBaseKey({_W}RegistryHive hKey, string machineName)": _remote,
        },
        to_text=str,
    ),
    RegistryKeyObject,
)
register(
    PSType(
        f"{_W}Registry",
        is_abstract=True,
        static={
            **{f"@{name}": (lambda engine, name=name: _root(engine, name)) for name in _ROOTS},
            "@GetValue(string keyName, string valueName, object defaultValue)": _get,
            "@SetValue(string keyName, string valueName, object value)": _set,
            (
                f"@SetValue(string keyName, string valueName, object value, {_W}RegistryValueKind valueKind)"
            ): _set,
        },
    )
)
