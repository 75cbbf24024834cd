"""[ADSI], the accelerator of System.DirectoryServices.DirectoryEntry: the WinNT provider over the machine's
accounts.

Sources: documentation of the ADSI WinNT provider (IADsUser, IADsGroup, IADsContainer, user flags) and of
DirectoryEntry. Other providers (LDAP:, IIS:) are not emulated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import LIST_TYPES, PSArray
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import BUILTIN, PSType, register, type_of
from emulator.powershell.modules.management.directory_entry import DirectoryEntry, PropertyValues
from emulator.powershell.modules.management.directory_paths import object_at
from emulator.powershell.runtime.conversion import to_text

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


LIST_TYPES.add(PropertyValues)


def _entry_of(engine: Engine, _kind: PSType, value: Any) -> DirectoryEntry:
    held = unwrap(value)
    if isinstance(held, DirectoryEntry):
        return DirectoryEntry(engine, held.kind, held.target, held.new_name)
    kind, target = object_at(engine, to_text(held))
    return DirectoryEntry(engine, kind, target)


def _children(entry: DirectoryEntry) -> PSArray:
    return PSArray(_each_child(entry))


def _each_child(entry: DirectoryEntry) -> Iterator[DirectoryEntry]:
    if entry.kind == "Computer":
        for account in entry.host.accounts:
            yield DirectoryEntry(entry.engine, "User", account)
        for group in entry.host.accounts.groups:
            yield DirectoryEntry(entry.engine, "Group", group)


def _find_child(entry: DirectoryEntry, name: str, kind: str = "") -> DirectoryEntry:
    suffix = f",{kind}" if kind else ""
    return _entry_of(entry.engine, type_of(entry), f"WinNT://{entry.host.name}/{name}{suffix}")


def _set_value(values: PropertyValues, value: Any) -> None:
    values.entry.put(values.name, value)
    values[:] = [value]


if "system.__comobject" not in BUILTIN:
    register(PSType("System.__ComObject"))


register(
    PSType(
        "System.DirectoryServices.PropertyValueCollection",
        base="System.Collections.CollectionBase",
        instance={
            "Value": lambda values: values[0] if len(values) == 1 else PSArray(values) if values else None,
            "Value=": _set_value,
            "PropertyName: string": lambda values: values.name,
        },
    ),
    PropertyValues,
)


register(
    PSType(
        "System.DirectoryServices.DirectoryEntry",
        base="System.ComponentModel.Component",
        interfaces=("System.IDisposable",),
        instance={
            "Path: string": lambda entry: entry.path,
            "SchemaClassName: string": lambda entry: entry.kind,
            "Children": _children,
            "Close()": lambda _entry: None,
            "Dispose()": lambda _entry: None,
            "Find(string name)": _find_child,
            "Find(string name, string schemaClassName)": _find_child,
        },
        construct={
            "@new(object path)": _entry_of,
        },
    ),
    DirectoryEntry,
)
