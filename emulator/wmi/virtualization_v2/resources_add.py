"""Adding devices to a machine by their settings (AddResourceSettings).

One row a resource subtype says what is done; the rules are the host's. Values of an added device come from
the embedded instance; whatever it does not state has the host's default.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.host.errors import HostError, InvalidParameter, NotSupported
from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.network.virtual_switch import VirtualSwitch
from emulator.host.resources import resource_kinds
from emulator.host.virtual_machine.controllers import Controller
from emulator.host.virtual_machine.drives import HardDiskDrive
from emulator.wmi.changes import first_text, text_of, value_of, wanted_settings
from emulator.wmi.virtualization_v2 import expansion_changes, storage_logical_units
from emulator.wmi.virtualization_v2.display_and_battery import BatterySettings
from emulator.wmi.virtualization_v2.drives import MEDIUM_WRITABLE, Medium, MediumView, ResourceView
from emulator.wmi.virtualization_v2.network import (
    ConnectionSettings,
    EmulatedPortSettings,
    SyntheticPortSettings,
)
from emulator.wmi.virtualization_v2.paths import location_of, named_object, physical_disk_number
from emulator.wmi.virtualization_v2.processor_memory import (
    MEMORY_WRITABLE,
    PROCESSOR_WRITABLE,
    MemorySettingView,
    ProcessorSettingView,
)
from emulator.wmi.virtualization_v2.settings_changes import wanted_identifier

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import View

ViewType = type["View[Any]"]
_ENABLED = 2
#: Devices that can come from a pool of administrators; special devices are told so as they are added.
_POOLED = {
    kind.lower(): kind
    for kind in (
        resource_kinds.SCSI_CONTROLLER,
        resource_kinds.MEMORY_CONTROLLER,
        resource_kinds.DISK_DRIVE,
        resource_kinds.PHYSICAL_DISK,
        resource_kinds.DVD_DRIVE,
        resource_kinds.SYNTHETIC_PORT,
        resource_kinds.EMULATED_PORT,
    )
}
Added = tuple[ViewType, Any]


def _add_battery(_: Namespace, vm: VirtualMachine, _instance: ValueInstance) -> Added:
    return BatterySettings, vm.devices.add_battery()


# Adding: one function a resource subtype.


def _add_scsi_controller(_: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    return ResourceView, vm.devices.add_scsi_controller(wanted_identifier(instance))


def _add_pmem_controller(_: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    return ResourceView, vm.devices.add_persistent_memory_controller(wanted_identifier(instance))


def _controller(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Controller:
    parent = named_object(namespace, text_of(instance, "Parent"))
    if not isinstance(parent, Controller) or parent.vm is not vm:
        raise InvalidParameter("Parent does not name a controller of the virtual machine.")
    return parent


def _add_hard_disk_drive(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    controller = _controller(namespace, vm, instance)
    drive = vm.devices.add_hard_disk_drive(
        controller_type=controller.type,
        controller_number=controller.number,
        controller_location=location_of(instance),
    )
    return ResourceView, drive


def _add_physical_disk(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    controller = _controller(namespace, vm, instance)
    number = physical_disk_number(namespace, first_text(instance, "HostResource") or "")
    kind, pools = resource_kinds.PHYSICAL_DISK, vm.host.resource_pools
    pools.require_resource(kind, pools.check_choice(kind, wanted_pool(instance) or ""), str(number))
    drive = vm.devices.add_hard_disk_drive(
        controller_type=controller.type,
        controller_number=controller.number,
        controller_location=location_of(instance),
        disk_number=number,
    )
    return ResourceView, drive


def _add_dvd_drive(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    controller = _controller(namespace, vm, instance)
    drive = vm.devices.add_dvd_drive(
        controller_type=controller.type,
        controller_number=controller.number,
        controller_location=location_of(instance),
    )
    return ResourceView, drive


def _add_medium(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    drive = named_object(namespace, text_of(instance, "Parent"))
    path = first_text(instance, "HostResource")
    if not isinstance(drive, Medium) or drive.vm is not vm or path is None:
        raise InvalidParameter("Parent must name a drive of the virtual machine, and HostResource a file.")
    settings = wanted_settings(instance, MEDIUM_WRITABLE).get("", {})
    before = {name: getattr(drive, name, None) for name in settings}
    if settings and isinstance(drive, HardDiskDrive):
        drive.configure(**settings)
    try:
        vm.devices.set_medium(drive, path, wanted_pool(instance))
    except HostError:
        if settings and isinstance(drive, HardDiskDrive):
            drive.configure(**before)
        raise
    return MediumView, drive


def _add_port(_: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    is_legacy = instance.declaration.is_a(EmulatedPortSettings.class_name)
    adapter = vm.devices.add_network_adapter(
        text_of(instance, "ElementName") or ("Legacy Network Adapter" if is_legacy else "Network Adapter"),
        mac_address=text_of(instance, "Address") if instance.value("StaticMacAddress") is True else None,
        is_legacy=is_legacy,
        identifier=wanted_identifier(instance),
    )
    return (EmulatedPortSettings if is_legacy else SyntheticPortSettings), adapter


def wanted_pool(instance: ValueInstance) -> str | None:
    """The name of the pool that settings state, empty for the primordial one; None without one."""
    value = value_of(instance, "PoolID")
    return None if value is None else str(value)


def switch_of(namespace: Namespace, instance: ValueInstance) -> VirtualSwitch | None:
    path = first_text(instance, "HostResource")
    if path is None:
        return None
    switch = named_object(namespace, path)
    if not isinstance(switch, VirtualSwitch):
        raise InvalidParameter("HostResource does not name a virtual switch.")
    return switch


def _add_connection(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    adapter = named_object(namespace, text_of(instance, "Parent"))
    if not isinstance(adapter, NetworkAdapter) or adapter.vm is not vm:
        raise InvalidParameter("Parent does not name a network adapter of the virtual machine.")
    switch, pool = switch_of(namespace, instance), wanted_pool(instance)
    if switch is not None:
        adapter.connect(switch, pool)
    elif pool or value_of(instance, "EnabledState") == _ENABLED:
        adapter.connect_automatically(pool)
    return ConnectionSettings, adapter


# What every machine has once: settings for a new machine say how much.


def _configure_processor(vm: VirtualMachine, instance: ValueInstance) -> Added:
    vm.processor.configure(**wanted_settings(instance, PROCESSOR_WRITABLE).get("", {}))
    return ProcessorSettingView, vm.processor


def _configure_memory(vm: VirtualMachine, instance: ValueInstance) -> Added:
    vm.memory.configure(**wanted_settings(instance, MEMORY_WRITABLE).get("", {}))
    return MemorySettingView, vm.memory


_CONFIGURE: dict[str, Callable[[VirtualMachine, ValueInstance], Added]] = {
    ProcessorSettingView.class_name: _configure_processor,
    MemorySettingView.class_name: _configure_memory,
}

Add = Callable[["Namespace", "VirtualMachine", "ValueInstance"], Added]
_ADD: dict[str, Add] = {
    "battery": _add_battery,  # it has no subtype
    "synthetic scsi controller": _add_scsi_controller,
    "persistent memory controller": _add_pmem_controller,
    "synthetic disk drive": _add_hard_disk_drive,
    "physical disk drive": _add_physical_disk,
    "synthetic dvd drive": _add_dvd_drive,
    storage_logical_units.NAME.lower(): storage_logical_units.add_unit,
    "virtual hard disk": _add_medium,
    "virtual cd/dvd disk": _add_medium,
    "virtual floppy disk": _add_medium,
    "synthetic ethernet port": _add_port,
    "emulated ethernet port": _add_port,
    "ethernet connection": _add_connection,
    **expansion_changes.ADD,
}
#: Classes that need no ResourceSubType to say what they are.
_SUBTYPE_OF_CLASS = {
    BatterySettings.class_name: "battery",
    "Msvm_SyntheticEthernetPortSettingData": "synthetic ethernet port",
    "Msvm_EmulatedEthernetPortSettingData": "emulated ethernet port",
    "Msvm_EthernetPortAllocationSettingData": "ethernet connection",
    storage_logical_units.LogicalUnitSettings.class_name: storage_logical_units.NAME.lower(),
    **expansion_changes.SUBTYPE_OF_CLASS,
}


def add_resource(namespace: Namespace, vm: VirtualMachine, instance: ValueInstance) -> Added:
    """Add the device that the settings describe; gives the view and the object of the new settings.

    Settings of what every machine has once (processor and memory) change it instead.
    Raises NotSupported for a kind of device that is not emulated, and whatever the host refuses with.
    """
    name = instance.declaration.name
    if name in _CONFIGURE:
        return _CONFIGURE[name](vm, instance)
    subtype = text_of(instance, "ResourceSubType").lower().removeprefix("microsoft:hyper-v:")
    add = _ADD.get(subtype or _SUBTYPE_OF_CLASS.get(name, ""))
    if add is None:
        namespace.service.record_gap(namespace.name, name, f"AddResourceSettings {subtype}")
        raise NotSupported(f"A device '{subtype:.64}' cannot be added.")
    kind = _POOLED.get(subtype or _SUBTYPE_OF_CLASS.get(name, ""))
    if kind is None:
        return add(namespace, vm, instance)
    pools = vm.host.resource_pools
    pool = pools.check_choice(kind, wanted_pool(instance) or "")
    view, item = add(namespace, vm, instance)
    pools.begin(item, pool)
    return view, item
