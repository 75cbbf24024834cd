"""Virtual hard disks as embedded instances: their settings, their state, VHD sets and snapshots of these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from emulator.cim import cim_xml
from emulator.cim.instance import ValueInstance
from emulator.host.clock import from_microseconds
from emulator.host.errors import InvalidParameter
from emulator.host.storage.disk_image.kinds import DiskFormat, DiskKind
from emulator.wmi.changes import text_of, unbraced, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from emulator.cim.types import CimValue
    from emulator.host.storage.vhd_set import SetSnapshot, VhdSet
    from emulator.host.storage.virtual_disk import VirtualDisk
    from emulator.wmi.namespace import Namespace

SETTINGS = "Msvm_VirtualHardDiskSettingData"
_FULL = re.compile(r"[A-Za-z]:[\\/]|\\\\")


def embedded(namespace: Namespace, class_name: str, values: Mapping[str, CimValue]) -> str:
    """CIM-XML of an instance; values that this release's class has not are left out."""
    declaration = namespace.schema.find(class_name)
    known = {name: value for name, value in values.items() if declaration.find_property(name) is not None}
    return cim_xml.format_instance(ValueInstance(declaration, known, namespace.name))


def settings_text(namespace: Namespace, disk: VirtualDisk) -> str:
    """Msvm_VirtualHardDiskSettingData of a disk."""
    link = disk.link
    return embedded(
        namespace,
        SETTINGS,
        {
            "InstanceID": f"Microsoft:{disk.id}",
            "Caption": "Virtual Hard Disk Setting Data",
            "Description": "Setting Data for a Virtual Hard Disk",
            "ElementName": disk.path,
            "BlockSize": disk.block_size,
            "DataAlignment": 0,
            "Format": int(disk.format),
            "IsPmemCompatible": disk.is_persistent_memory,
            "LogicalSectorSize": disk.logical_sector_size,
            "MaxInternalSize": disk.size,
            "ParentIdentifier": None if link is None else link.identifier or link.data_id,
            "ParentPath": disk.parent_path,
            "ParentTimestamp": from_microseconds(link.modified)
            if link is not None and link.modified
            else None,
            "Path": disk.path,
            "PhysicalSectorSize": disk.physical_sector_size,
            "PmemAddressAbstractionType": 0,
            "Type": int(disk.kind),
            "VirtualDiskId": disk.id,
        },
    )


def state_text(namespace: Namespace, disk: VirtualDisk) -> str:
    """Msvm_VirtualHardDiskState of a disk."""
    return embedded(
        namespace,
        "Msvm_VirtualHardDiskState",
        {
            "Alignment": 1,
            "FileSize": disk.file_size,
            "FragmentationPercentage": None if disk.kind is DiskKind.FIXED else 0,
            "InUse": disk.in_use(),
            "MinInternalSize": disk.minimum_size,
            "PhysicalSectorSize": disk.physical_sector_size,
            "Timestamp": from_microseconds(disk.modified),
        },
    )


def set_text(namespace: Namespace, whole: VhdSet, *, with_paths: bool) -> str:
    """Msvm_VHDSetInformation of a set."""
    return embedded(
        namespace,
        "Msvm_VHDSetInformation",
        {
            "Path": whole.path,
            "SnapshotIdList": list(whole.snapshots),
            "AllPaths": [whole.path, *(each.path for each in whole.files)] if with_paths else None,
        },
    )


def snapshot_text(namespace: Namespace, whole: VhdSet, snapshot: SetSnapshot, *, with_parents: bool) -> str:
    """Msvm_VHDSnapshotInformation of one snapshot of a set."""
    file = snapshot.file
    parents: list[Any] = [] if file is None else [each.path for each in file.chain[1:]]
    return embedded(
        namespace,
        "Msvm_VHDSnapshotInformation",
        {
            "FilePath": whole.path,
            "SnapshotId": snapshot.id,
            "SnapshotPath": "" if file is None else file.path,
            "CreationTime": snapshot.created,
            "ResilientChangeTrackingId": snapshot.change_tracking_id,
            "ParentPathsList": parents if with_parents else None,
        },
    )


def require_full(name: str, path: str) -> str:
    """The path, which must begin at a drive's root or at a computer: the service has no folder of its own,
    and the parameters are fully qualified paths (documented). Raises InvalidParameter."""
    if not _FULL.match(path):
        raise InvalidParameter(f"{name} '{path!s:.128}' is not a fully qualified path.")
    return path


def creation_facts(settings: ValueInstance) -> dict[str, Any]:
    """What settings say of a disk that is to be made, as ``VirtualDisks.create`` takes it. Raises
    InvalidParameter."""
    path, kind = text_of(settings, "Path"), _number(settings, "Type")
    if not path:
        raise InvalidParameter("Path is missing.")
    parent = text_of(settings, "ParentPath")
    for name, text in (("Path", path), ("ParentPath", parent)):
        if text:
            require_full(name, text)
    if kind not in tuple(int(each) for each in DiskKind):
        raise InvalidParameter("Type is not a kind of virtual hard disk.")
    stated = _number(settings, "Format")
    if stated is not None and stated not in tuple(int(each) for each in DiskFormat):
        raise InvalidParameter("Format is not a format of virtual hard disks.")
    ending = path.rpartition(".")[2].lower()
    expected = {2: ("vhd", "avhd"), 3: ("vhdx", "avhdx", "vhdpmem"), 4: ("vhds",)}.get(stated or 0)
    if expected is not None and ending not in expected:
        raise InvalidParameter("The ending of Path does not fit Format.")
    identifier = unbraced(value_of(settings, "VirtualDiskId") or "")
    facts: dict[str, Any] = {
        "path": path,
        "kind": kind,
        "size": _number(settings, "MaxInternalSize") or None,
        "parent": parent or None,
        # Zero leaves the choice to the service.
        "block_size": _number(settings, "BlockSize") or None,
        "logical_sector_size": _number(settings, "LogicalSectorSize") or None,
        "physical_sector_size": _number(settings, "PhysicalSectorSize") or None,
        "identifier": identifier or None,
    }
    return facts


def _time(microseconds: int) -> datetime | None:
    return from_microseconds(microseconds) if microseconds else None


def _number(settings: ValueInstance, name: str) -> int | None:
    value = value_of(settings, name)
    return value if isinstance(value, int) else None
