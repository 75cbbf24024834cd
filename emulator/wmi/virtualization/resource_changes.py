"""Adding, changing and removing devices by their settings in root/virtualization.

One row a subtype or kind of settings says what is done; the rules are the host's. A file or a pipe is the
``Connection`` of the settings, and so is the switch port of an adapter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from emulator.host.errors import InvalidParameter, NotSupported
from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.network.switch_ports import Port as SwitchPort
from emulator.host.virtual_machine.controllers import Controller, ScsiController
from emulator.host.virtual_machine.drives import DvdDrive, HardDiskDrive
from emulator.wmi.changes import (
    ReadOnlyPropertyError,
    Rule,
    first_text,
    flag,
    read_changes,
    text,
    text_of,
    unbraced,
    wanted_settings,
)
from emulator.wmi.virtualization.resources import (
    SUBTYPE,
    EmulatedPortSettingsV1,
    MediumViewV1,
    ResourceViewV1,
    SerialPortSettingsV1,
    SyntheticPortSettingsV1,
    VideoSettingsV1,
)
from emulator.wmi.virtualization.settings import MemorySettingsV1, ProcessorSettingsV1
from emulator.wmi.virtualization_v2 import expansion_changes, graphics
from emulator.wmi.virtualization_v2.drives import Medium
from emulator.wmi.virtualization_v2.integration import COMPONENT_SETTINGS
from emulator.wmi.virtualization_v2.network import PORT_WRITABLE
from emulator.wmi.virtualization_v2.paths import location_of, named_object, physical_disk_number
from emulator.wmi.virtualization_v2.processor_memory import MEMORY_WRITABLE, PROCESSOR_WRITABLE
from emulator.wmi.virtualization_v2.settings_changes import change_by_table, change_component

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import View, ViewInstance

Added = tuple["type[View[Any]]", Any]
Add = Callable[["Namespace", "VirtualMachine", "ValueInstance"], Added]
Change = Callable[["View[Any]", Any, "ValueInstance"], None]
_PLACE = {name: Rule("", name, text) for name in ("Parent", "Address")}
_CONNECTION = {"Connection": Rule("", "Connection", text)}
_DISK = {"HostResource": Rule("", "HostResource", text)}
_PORT = {
    **PORT_WRITABLE,
    **_CONNECTION,
    "Address": Rule("", "mac_address", text),
    "StaticMacAddress": Rule("", "static", flag),
}


def _controller(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Controller:
    parent = named_object(namespace, text_of(instance, "Parent"))
    if not isinstance(parent, Controller) or parent.vm is not vm:
        raise InvalidParameter("Parent does not name a controller of the virtual machine.")
    return parent


def _add_scsi_controller(_: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    identifier = first_text(instance, "VirtualSystemIdentifiers")
    return ResourceViewV1, vm.devices.add_scsi_controller(
        None if identifier is None else unbraced(identifier)
    )


def _add_drive(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    controller = _controller(namespace, vm, instance)
    add = (
        vm.devices.add_dvd_drive
        if _subtype(instance) == "synthetic dvd drive"
        else vm.devices.add_hard_disk_drive
    )
    return ResourceViewV1, add(
        controller_type=controller.type,
        controller_number=controller.number,
        controller_location=location_of(instance, "Address"),
    )


def _add_physical_disk(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    controller = _controller(namespace, vm, instance)
    return ResourceViewV1, vm.devices.add_hard_disk_drive(
        controller_type=controller.type,
        controller_number=controller.number,
        controller_location=location_of(instance, "Address"),
        disk_number=physical_disk_number(namespace, first_text(instance, "HostResource") or ""),
    )


def _add_medium(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    drive = named_object(namespace, text_of(instance, "Parent"))
    path = first_text(instance, "Connection")
    if not isinstance(drive, Medium) or drive.vm is not vm or path is None:
        raise InvalidParameter("Parent must name a drive of the virtual machine, and Connection a file.")
    vm.devices.set_medium(drive, path)
    return MediumViewV1, drive


def _add_port(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    is_legacy = instance.declaration.is_a(EmulatedPortSettingsV1.class_name)
    identifier = first_text(instance, "VirtualSystemIdentifiers")
    port = _switch_port(namespace, instance)
    adapter = vm.devices.add_network_adapter(
        text_of(instance, "ElementName") or ("Legacy Network Adapter" if is_legacy else "Network Adapter"),
        mac_address=text_of(instance, "Address") if instance.value("StaticMacAddress") is True else None,
        is_legacy=is_legacy,
        identifier=None if identifier is None else unbraced(identifier),
    )
    if port is not None:
        vm.host.switch_ports.connect(port, adapter)
    return (EmulatedPortSettingsV1 if is_legacy else SyntheticPortSettingsV1), adapter


def _switch_port(namespace: Namespace, instance: ValueInstance) -> SwitchPort | None:
    """The free port that Connection names, None when it names none. Raises InvalidParameter."""
    path = first_text(instance, "Connection")
    if path is None:
        return None
    port = named_object(namespace, path)
    if not isinstance(port, SwitchPort):
        raise InvalidParameter("Connection does not name a switch port.")
    return port


# What every machine has once: settings for a new machine say how much.


def _configure_processor(_: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    vm.processor.configure(**wanted_settings(instance, PROCESSOR_WRITABLE).get("", {}))
    return ProcessorSettingsV1, vm.processor


def _configure_memory(_: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    vm.memory.configure(**wanted_settings(instance, MEMORY_WRITABLE).get("", {}))
    return MemorySettingsV1, vm.memory


def _add_video(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    _, display = expansion_changes.ADD["synthetic 3d display controller"](namespace, vm, instance)
    return VideoSettingsV1, display


_ADD: Mapping[str, Add] = {
    "synthetic scsi controller": _add_scsi_controller,
    "physical disk drive": _add_physical_disk,
    "synthetic disk drive": _add_drive,
    "synthetic dvd drive": _add_drive,
    "virtual hard disk": _add_medium,
    "virtual cd/dvd disk": _add_medium,
    "virtual floppy disk": _add_medium,
    "synthetic 3d display controller": _add_video,
    "synthetic ethernet port": _add_port,
    "emulated ethernet port": _add_port,
    "processor": _configure_processor,
    "virtual machine memory": _configure_memory,
}
#: Classes that need no ResourceSubType to say what they are.
_SUBTYPE_OF_CLASS = {
    "Msvm_EmulatedEthernetPortSettingData": "emulated ethernet port",
    "Msvm_MemorySettingData": "virtual machine memory",
    "Msvm_ProcessorSettingData": "processor",
    "Msvm_Synthetic3DDisplayControllerSettingData": "synthetic 3d display controller",
    "Msvm_SyntheticEthernetPortSettingData": "synthetic ethernet port",
}


def _subtype(instance: ValueInstance) -> str:
    own = _SUBTYPE_OF_CLASS.get(instance.declaration.name)
    return own or text_of(instance, "ResourceSubType").lower().removeprefix(SUBTYPE.lower())


def add_resource(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance, method: str) -> Added:
    """Add the device that the settings describe; gives the view and the object of the new settings.

    ``method`` is the one that was called, for the list of gaps.

    Raises NotSupported for a kind of device that is not emulated, and whatever the host refuses with.
    """
    subtype = _subtype(instance)
    add = _ADD.get(subtype)
    if add is None:
        name = instance.declaration.name
        namespace.service.record_gap(namespace.name, name, f"{method} {subtype}".strip())
        raise NotSupported(f"A device '{subtype!s:.64}' cannot be added.")
    return add(namespace, vm, instance)


def remove_resource(target: ViewInstance[Any]) -> None:
    """Remove the device whose settings ``target`` is. Raises what the host refuses with."""
    view, item = type(target.view), target.item
    if view is ResourceViewV1 and isinstance(item, HardDiskDrive | DvdDrive):
        item.vm.devices.remove_drive(item)
    elif view is ResourceViewV1 and isinstance(item, ScsiController):
        item.vm.devices.remove_scsi_controller(item)
    elif view is MediumViewV1 and isinstance(item, Medium):
        item.vm.devices.set_medium(item, None)
    elif view is VideoSettingsV1:
        expansion_changes.REMOVE[graphics.DisplaySettings](item)
    elif isinstance(item, NetworkAdapter):
        item.vm.devices.remove_network_adapter(item)
    else:
        raise NotSupported(f"{target.path} cannot be removed.")


def change_resource(target: ViewInstance[Any], instance: ValueInstance) -> None:
    """Change the device whose settings ``target`` is. Raises what the host refuses with, and
    ReadOnlyPropertyError."""
    change = _CHANGE.get(type(target.view))
    if change is None:
        raise ReadOnlyPropertyError(f"{instance.declaration.name} cannot be changed.")
    change(target.view, target.item, instance)


def _change_place(view: View[Any], item: Any, instance: ValueInstance) -> None:
    """Move a drive to another controller or location; pass another physical disk through."""
    is_physical = isinstance(item, HardDiskDrive) and item.disk_number is not None
    changes = read_changes(view, item, instance, {**_PLACE, **_DISK} if is_physical else _PLACE).get("", {})
    if "HostResource" in changes:
        path = first_text(instance, "HostResource") or ""
        item.vm.devices.pass_through(item, physical_disk_number(view.namespace, path))
    if not changes.keys() & _PLACE.keys():
        return
    if not isinstance(item, HardDiskDrive | DvdDrive):
        raise ReadOnlyPropertyError("The place of the device cannot be changed.")
    controller = item.controller
    if "Parent" in changes:
        controller = _controller(view.namespace, item.vm, instance)
    item.vm.devices.move_drive(item, controller.type, controller.number, location_of(instance, "Address"))


def _change_medium(view: View[Any], item: Any, instance: ValueInstance) -> None:
    """Put another file into a drive; an empty Connection empties it."""
    if read_changes(view, item, instance, _CONNECTION):
        item.vm.devices.set_medium(item, first_text(instance, "Connection"))


def _change_port(view: View[Any], item: Any, instance: ValueInstance) -> None:
    """Rename an adapter, give it another address, or connect it to a port or to none."""
    changes = dict(read_changes(view, item, instance, _PORT).get("", {}))
    connection = changes.pop("Connection", None)
    port = _switch_port(view.namespace, instance) if connection is not None else None
    if "static" in changes or "mac_address" in changes:
        static = changes.pop("static", not item.dynamic_mac_address)
        changes["mac_address"] = changes.get("mac_address", item.mac_address) if static else None
    if changes:
        item.configure(**changes)
    if connection is not None:
        item.disconnect()
        if port is not None:
            item.host.switch_ports.connect(port, item)


def _change_serial_port(view: View[Any], item: Any, instance: ValueInstance) -> None:
    if read_changes(view, item, instance, _CONNECTION):
        item.vm.devices.set_com_port(item.number, first_text(instance, "Connection") or "")


_CHANGE: dict[Any, Change] = {
    ProcessorSettingsV1: change_by_table(PROCESSOR_WRITABLE),
    MemorySettingsV1: change_by_table(MEMORY_WRITABLE),
    ResourceViewV1: _change_place,
    MediumViewV1: _change_medium,
    SyntheticPortSettingsV1: _change_port,
    EmulatedPortSettingsV1: _change_port,
    SerialPortSettingsV1: _change_serial_port,
    VideoSettingsV1: expansion_changes.CHANGE[graphics.DisplaySettings],
    **dict.fromkeys(COMPONENT_SETTINGS, change_component),
}
