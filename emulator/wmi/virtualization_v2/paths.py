"""Object paths as text inside properties such as Parent and HostResource, and what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim.errors import CimError
from emulator.cim.object_path import ObjectPath
from emulator.host.errors import InvalidParameter
from emulator.host.storage.disk_layout import PhysicalDisk
from emulator.wmi.changes import text_of
from emulator.wmi.virtualization_v2.base import PREFIX, settings_id

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.namespace import Namespace


#: DeviceID of the physical disks of the host is this and the disk's number (recorded 2012 R2 host).
PHYSICAL_DISK_GUID = "353B3BE8-310C-4cf4-839E-4E1B14616136"


def settings_path(namespace: Namespace, class_name: str, vm: VirtualMachine, tail: str = "") -> str:
    """The full path of the settings of a machine or device."""
    keys = [("InstanceID", settings_id(vm, tail))]
    return str(ObjectPath(class_name, keys, namespace=namespace.name, server=namespace.server))


def physical_disk_path(namespace: Namespace, number: int) -> str:
    """The full path of the Msvm_DiskDrive of a physical disk, also of one that is not there now."""
    keys = [
        ("CreationClassName", "Msvm_DiskDrive"),
        ("DeviceID", f"{PREFIX}{PHYSICAL_DISK_GUID}\\{number}"),
        ("SystemCreationClassName", "Msvm_ComputerSystem"),
        ("SystemName", namespace.host.name),
    ]
    return str(ObjectPath("Msvm_DiskDrive", keys, namespace=namespace.name, server=namespace.server))


def physical_disk_number(namespace: Namespace, path: str) -> int:
    """The number of the physical disk that a path names. Raises InvalidParameter."""
    disk = named_object(namespace, path)
    if not isinstance(disk, PhysicalDisk):
        raise InvalidParameter(f"HostResource names no physical disk that is offline: '{path!s:.128}'")
    return disk.number


def named_object(namespace: Namespace, path: str) -> object | None:
    """The host's object that a path text names; None when the text names nothing that exists."""
    try:
        return namespace.find(path).item if path else None
    except CimError:
        return None


def location_of(instance: ValueInstance, name: str = "AddressOnParent") -> int | None:
    """The place on a controller that settings ask for; None without one. Raises InvalidParameter."""
    text = text_of(instance, name).strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 4:
        raise InvalidParameter(f"{name} '{text!s:.64}' is not a number.")
    return int(text)
