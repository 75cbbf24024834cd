"""Storage logical units: the key storage drives of generation 1 machines (2016 and later).

What Windows itself and tools for Storage Spaces Direct write: ResourceType 32768, the subtype, the subsystem
``ksd`` with a size in Connection for key storage drives and ``space`` with a virtual disk for others, which a
stand-alone host has not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.virtual_machine.controllers import Controller
from emulator.host.virtual_machine.drives import KeyStorageDrive
from emulator.wmi.changes import Rule, read_changes, text, text_of
from emulator.wmi.virtualization_v2.base import DeviceSettingView
from emulator.wmi.virtualization_v2.drives import RASD, SUBTYPE
from emulator.wmi.virtualization_v2.paths import location_of, named_object, settings_path

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import View

NAME = "Storage Logical Unit"
_RESOURCE_TYPE = 32768
_KEY_STORAGE = "ksd"
#: Megabytes of a key storage drive, as PowerShell asks for them.
_SIZE = "size=42"
_PLACE = {name: Rule("", name, text) for name in ("Parent", "AddressOnParent")}


class LogicalUnitSettings(DeviceSettingView[KeyStorageDrive]):
    """The settings of key storage drives."""

    class_name = "Msvm_VirtualLogicalUnitSettingData"
    constants = {
        "Caption": "Key Storage Drive",
        "Connection": [_SIZE],
        "Description": "Settings for the Microsoft Key Storage Drive.",
        "ResourceSubType": SUBTYPE + NAME,
        "ResourceType": _RESOURCE_TYPE,
        "StorageSubsystemType": _KEY_STORAGE,
    }

    def devices(self, vm: VirtualMachine) -> Iterable[KeyStorageDrive]:
        return [drive for drive in vm.drives if isinstance(drive, KeyStorageDrive)]

    def AddressOnParent(self, drive: KeyStorageDrive) -> str:
        return str(drive.location)

    def Parent(self, drive: KeyStorageDrive) -> str:
        return settings_path(self.namespace, RASD, drive.vm, drive.controller.setting_id)


def add_unit(
    namespace: Namespace, vm: VirtualMachine, instance: ValueInstance
) -> tuple[type[View[Any]], KeyStorageDrive]:
    """Add a key storage drive. Raises NotSupported (another subsystem), InvalidParameter and what the host
    refuses with."""
    subsystem = text_of(instance, "StorageSubsystemType").lower()
    if subsystem not in ("", _KEY_STORAGE):
        raise NotSupported(f"A stand-alone computer has no storage subsystem '{subsystem!s:.32}'.")
    controller = named_object(namespace, text_of(instance, "Parent"))
    if not isinstance(controller, Controller) or controller.vm is not vm:
        raise InvalidParameter("Parent does not name a controller of the virtual machine.")
    if controller not in vm.ide_controllers:
        raise NotSupported("A key storage drive is on an IDE controller only.")
    drive = vm.devices.add_key_storage_drive(
        controller_number=controller.number, controller_location=location_of(instance)
    )
    return LogicalUnitSettings, drive


def change_unit(view: View[Any], item: Any, instance: ValueInstance) -> None:
    """Move a key storage drive."""
    changes = read_changes(view, item, instance, _PLACE).get("", {})
    if not changes:
        return
    controller = item.controller
    if "Parent" in changes:
        controller = named_object(view.namespace, text_of(instance, "Parent"))
    if not isinstance(controller, Controller) or controller.vm is not item.vm:
        raise InvalidParameter("Parent does not name a controller of the virtual machine.")
    item.vm.devices.move_drive(item, controller.type, controller.number, location_of(instance))
