"""The .NET types of the Hyper-V module: enumerations and classes by full name.

Types are made once for the process: a value of an enumeration equals another one only when both have the same
type object. Enumerations are read when the module is first loaded; a class reads its properties when a script
first asks for a member of one of its objects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.types import BUILTIN, Member, Property, PSType
from emulator.powershell.modules.hyperv.default_values import default_of, full_name

NAMESPACE = "Microsoft.HyperV.PowerShell"
VHD_NAMESPACE = "Microsoft.Vhd.PowerShell"

Reader = Callable[[Any], Any]
Readers = Mapping[str, Reader]

_ROW = re.compile(r'^"([^"]+)":(.+?),?$', re.MULTILINE)
_UNDERLYING = {"byte": "System.Byte"}

# Base classes as the type names of deserialized objects show them.
_BASES = {
    "VirtualMachineBase": "ComputeResource",
    "VirtualMachine": "VirtualMachineBase",
    "VMSnapshot": "VirtualMachineBase",
    "ComputeResource": "VirtualizationObject",
    "VMComponentObject": "VirtualizationObject",
    "VMDevice": "VMComponentObject",
    "Drive": "VMDevice",
    "HardDiskDrive": "Drive",
    "DvdDrive": "Drive",
    "KeyStorageDrive": "Drive",
    "VMFloppyDiskDrive": "VMDevice",
    "VMComPort": "VMDevice",
    "VMVideo": "VMDevice",
    "VMProcessor": "VMDevice",
    "VMMemory": "VMDevice",
    "VMIntegrationComponent": "VMDevice",
    "VMDriveController": "VMDevice",
    "VMIdeController": "VMDriveController",
    "VMScsiController": "VMDriveController",
    "VMPmemController": "VMDriveController",
    "VMFibreChannelHba": "VMDevice",
    "VMAssignedDevice": "VMDevice",
    "VMGpuPartitionAdapter": "VMDevice",
    "VMRemoteFx3DVideoAdapter": "VMDevice",
    "VMSan": "VMResourcePool",
    "VMBios": "VMComponentObject",
    "VMFirmware": "VMComponentObject",
    "VMBootSource": "VMComponentObject",
    "VMNetworkAdapterBase": "VMDevice",
    "VMNetworkAdapter": "VMNetworkAdapterBase",
    "VMInternalNetworkAdapter": "VMNetworkAdapterBase",
    "VMResourcePool": "VirtualizationObject",
    "VMStorageResourcePool": "VMResourcePool",
    "VMSwitch": "VirtualizationObject",
    "VMHost": "VirtualizationObject",
    "VMNetworkAdapterVlanSetting": "VirtualizationObject",
}
#: Names of 2016 that later releases still show behind all others (recorded for switches on 2022).
_RENAMED = {
    "VMSwitch": {
        "DefaultQueueVmmqQueuePairs": "DefaultQueueVrssMaxQueuePairs",
        "DefaultQueueVmmqQueuePairsRequested": "DefaultQueueVrssMaxQueuePairsRequested",
    },
    "VMNetworkAdapter": {
        "VmmqQueuePairs": "VrssMaxQueuePairs",
        "VmmqQueuePairsRequested": "VrssMaxQueuePairsRequested",
    },
}
_OWN_BASES = ("VirtualizationObject", "ComputeResource", "VirtualMachineBase", "VMDevice")


_MADE: dict[str, HyperVType] = {}
"""Every class that was made, by lower-case full name: a base class is found here."""


class HyperVType(PSType):
    """A class of the module.

    ``readers`` gives the values of the properties that are known; others have the default of their type.
    ``added`` are members that the module's type file adds (alias properties): name -> property.
    ``renamed`` are names of an earlier release that stand behind all other members: name -> property.
    """

    __slots__ = ("_readers", "_renamed", "_row")

    def __init__(
        self,
        name: str,
        row: str,
        *,
        base: str = "System.Object",
        readers: Readers | None = None,
        added: Mapping[str, str] | None = None,
        renamed: Mapping[str, str] | None = None,
        to_text: Callable[[Any], str] | None = None,
    ) -> None:
        super().__init__(name, base=base, to_text=to_text)
        self._row = row
        self._readers: Readers = readers or {}
        self._renamed: Mapping[str, str] = renamed or {}
        for alias, target in (added or {}).items():
            self.extended += (Property(alias, guarded(self._readers[target]), kind="AliasProperty"),)
        _MADE[name.lower()] = self

    def lineage(self) -> Iterator[PSType]:
        """This type and its bases, most derived first."""
        kind: PSType | None = self
        while kind is not None:
            yield kind
            base = (kind.base or "").lower()
            kind = _MADE.get(base) or BUILTIN.get(base)

    @property
    def own_members(self) -> dict[str, Member]:
        """Added members, then the properties in the order of the class."""
        if self._members is None:
            pairs: list[list[str]] = json.loads(self._row)
            members: dict[str, Member] = {one.name.lower(): one for one in self.extended}
            for name, kind in pairs:
                reader = self._readers.get(name)
                getter = guarded(reader) if reader is not None else default_of(kind, enumerations())
                members[name.lower()] = Property(name, getter, type_name=full_name(kind))
            for name, present in self._renamed.items():
                same = members[present.lower()]
                assert isinstance(same, Property)  # noqa: S101 - the classes of the module have no methods
                members[name.lower()] = Property(name, same.getter, type_name=same.type_name)
            self._members = members
        return self._members


def guarded(reader: Reader) -> Reader:
    """The reader under the lock of the machine, with everything that is due settled."""

    def read(value: Any) -> Any:
        host = getattr(value, "host", value)
        with host.looking():
            return reader(value)

    return read


@cache
def enumerations() -> dict[str, EnumType]:
    """The enumerations by full name."""
    table: dict[str, Any] = json.loads(_text("enums.json"))
    return {
        name: EnumType(name, row["v"], underlying=_UNDERLYING.get(row.get("b", ""), "System.Int32"))
        for name, row in table.items()
    }


@cache
def enumeration(name: str) -> EnumType:
    """An enumeration by its name without the namespace. Raises KeyError."""
    found = enumerations().get(f"{NAMESPACE}.{name}") or enumerations().get(f"{VHD_NAMESPACE}.{name}")
    if found is None:
        raise KeyError(name)
    return found


def enum_value(name: str, number: int) -> EnumValue:
    """The value of an enumeration (named without the namespace) with a number."""
    return enumeration(name).value(int(number))


@cache
def _rows() -> dict[str, str]:
    return {found[1]: found[2] for found in _ROW.finditer(_text("classes.json"))}


@lru_cache(maxsize=8)
def _text(file: str) -> str:
    return Path(__file__).with_name(file).read_text(encoding="utf-8")


def class_type(
    name: str,
    readers: Readers | None = None,
    *,
    added: Mapping[str, str] | None = None,
    to_text: Callable[[Any], str] | None = None,
    row: str | None = None,
) -> HyperVType:
    """A class of the table by its name without the namespace. ``row`` stands in for a shape that was not
    recorded."""
    rows = _rows()
    full = f"{VHD_NAMESPACE}.{name}" if f"{VHD_NAMESPACE}.{name}" in rows else f"{NAMESPACE}.{name}"
    return _make(full, row or rows[full], readers, added, to_text)


def _make(
    full: str,
    row: str,
    readers: Readers | None = None,
    added: Mapping[str, str] | None = None,
    to_text: Callable[[Any], str] | None = None,
) -> HyperVType:
    short = full.rpartition(".")[2]
    base = _BASES.get(short) if full.startswith(NAMESPACE) else None
    return HyperVType(
        full,
        row,
        base=f"{NAMESPACE}.{base}" if base else "System.Object",
        readers=readers,
        added=added,
        renamed=_RENAMED.get(short),
        to_text=to_text,
    )


def other_classes(known: Iterable[str]) -> list[PSType]:
    """The classes of the table that have no objects here, known by name and properties only, and the base
    classes."""
    taken = set(known)
    rows = dict(_rows())
    for name in _OWN_BASES:
        rows.setdefault(f"{NAMESPACE}.{name}", "[]")
    return [_make(full, row) for full, row in rows.items() if full not in taken]


def shape_of(name: str) -> str:
    """The properties of a class of the table, for one that has the same."""
    return _rows()[f"{NAMESPACE}.{name}"]


def class_named(name: str) -> HyperVType:
    """A class that was made, by its name without the namespace. Raises KeyError."""
    found = _MADE.get(f"{NAMESPACE}.{name}".lower()) or _MADE.get(f"{VHD_NAMESPACE}.{name}".lower())
    if found is None:
        raise KeyError(name)
    return found
