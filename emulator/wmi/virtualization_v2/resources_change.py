"""Changing and removing devices by their settings (ModifyResourceSettings, RemoveResourceSettings).

One row a kind of settings says what is done; the rules are the host's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.host.errors import NotSupported
from emulator.host.virtual_machine.controllers import Controller, PersistentMemoryController, ScsiController
from emulator.host.virtual_machine.drives import ControllerDrive, DvdDrive, HardDiskDrive
from emulator.wmi.changes import (
    ReadOnlyPropertyError,
    Rule,
    first_text,
    flag,
    number,
    read_changes,
    text,
    text_of,
)
from emulator.wmi.virtualization_v2 import expansion_changes
from emulator.wmi.virtualization_v2.display_and_battery import (
    DISPLAY_WRITABLE,
    BatterySettings,
    DisplaySettings,
)
from emulator.wmi.virtualization_v2.drives import (
    MEDIUM_WRITABLE,
    Medium,
    MediumView,
    OldSerialPortSettings,
    ResourceView,
    SerialPortSettings,
)
from emulator.wmi.virtualization_v2.guest_services import CommunicationSettings
from emulator.wmi.virtualization_v2.integration import COMPONENT_SETTINGS
from emulator.wmi.virtualization_v2.network import (
    PORT_WRITABLE,
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
from emulator.wmi.virtualization_v2.resources_add import switch_of
from emulator.wmi.virtualization_v2.settings_changes import change_by_table, change_component
from emulator.wmi.virtualization_v2.storage_logical_units import LogicalUnitSettings, change_unit

if TYPE_CHECKING:
    from emulator.cim.instance import ValueInstance
    from emulator.wmi.view import View, ViewInstance

Change = Callable[["View[Any]", Any, "ValueInstance"], None]
_ENABLED = 2
#: Properties that are read by the functions below, not through a table.
_PLACE = {name: Rule("", name, text) for name in ("Parent", "AddressOnParent")}
_POOL = {"PoolID": Rule("", "pool", text)}
_FILE = {"HostResource": Rule("", "HostResource", text)}
_CONNECTION = {
    name: Rule("", name, text)
    for name in (
        "EnabledState",
        "HostResource",
        "PoolID",
        "RequiredFeatures",
        "TestReplicaPoolID",
        "TestReplicaSwitchName",
    )
}
_REPLICA = {"TestReplicaPoolID": "test_replica_pool", "TestReplicaSwitchName": "test_replica_switch"}
_ADDRESS = {"Address": Rule("", "mac_address", text), "StaticMacAddress": Rule("", "static", flag)}
_PIPE = {"Connection": Rule("", "Connection", text), "DebuggerMode": Rule("", "is_debugger", flag)}


def change_resource(target: ViewInstance[Any], instance: ValueInstance) -> None:
    """Change the device whose settings ``target`` is.

    Raises what the host refuses with, and ReadOnlyPropertyError.
    """
    change = _CHANGE.get(type(target.view))
    if change is None:
        raise ReadOnlyPropertyError(f"{instance.declaration.name} cannot be changed.")
    change(target.view, target.item, instance)


def remove_resource(target: ViewInstance[Any]) -> None:
    """Remove the device whose settings ``target`` is. Raises what the host refuses with."""
    view, item = type(target.view), target.item
    if view in (ResourceView, LogicalUnitSettings) and isinstance(item, ControllerDrive):
        item.vm.devices.remove_drive(item)
    elif view is ResourceView and isinstance(item, ScsiController):
        item.vm.devices.remove_scsi_controller(item)
    elif view is ResourceView and isinstance(item, PersistentMemoryController):
        item.vm.devices.remove_persistent_memory_controller(item)
    elif view is MediumView and isinstance(item, Medium):
        item.vm.devices.set_medium(item, None)
    elif view in (SyntheticPortSettings, EmulatedPortSettings):
        item.vm.devices.remove_network_adapter(item)
    elif view is ConnectionSettings:
        item.disconnect()
    elif view is BatterySettings:
        item.vm.devices.remove_battery()
    elif view in expansion_changes.REMOVE:
        expansion_changes.REMOVE[view](item)
    else:
        raise NotSupported(f"{target.path} cannot be removed.")


def is_removable(target: ViewInstance[Any]) -> bool:
    """Whether these settings belong to a device that can be removed."""
    return type(target.view) in _REMOVABLE


_REMOVABLE = frozenset(
    {
        BatterySettings,
        ResourceView,
        LogicalUnitSettings,
        MediumView,
        SyntheticPortSettings,
        EmulatedPortSettings,
        ConnectionSettings,
        *expansion_changes.REMOVE,
    }
)


def _change_place(view: View[Any], item: Any, instance: ValueInstance) -> None:
    """Move a drive to another controller or location; pass another physical disk through. Let a controller or
    drive come from another pool."""
    is_physical = isinstance(item, HardDiskDrive) and item.disk_number is not None
    rules = {**_PLACE, **_FILE} if is_physical else _PLACE
    if isinstance(item, Controller | Medium):
        rules = {**rules, **_POOL}
    changes = read_changes(view, item, instance, rules).get("", {})
    if "pool" in changes:
        item.host.resource_pools.assign(item, changes["pool"])
    if "HostResource" in changes:
        path = first_text(instance, "HostResource") or ""
        item.vm.devices.pass_through(item, physical_disk_number(view.namespace, path))
    if not changes.keys() & _PLACE.keys():
        return
    controller: object = item.controller if isinstance(item, HardDiskDrive | DvdDrive) else None
    if "Parent" in changes:
        controller = named_object(view.namespace, text_of(instance, "Parent"))
    if not isinstance(item, HardDiskDrive | DvdDrive) or not isinstance(controller, Controller):
        raise ReadOnlyPropertyError("Parent does not name a controller.")
    location = location_of(instance) if "AddressOnParent" in changes else None
    if location is None and controller is item.controller:
        return
    item.vm.devices.move_drive(item, controller.type, controller.number, location)


def _change_medium(view: View[Any], item: Any, instance: ValueInstance) -> None:
    """Put another file into a drive, an empty HostResource empties it; from another pool; and what a disk may
    do."""
    rules = {**_FILE, **_POOL, **(MEDIUM_WRITABLE if isinstance(item, HardDiskDrive) else {})}
    changes = read_changes(view, item, instance, rules).get("", {})
    pool = changes.pop("pool", None)
    settings = {key: value for key, value in changes.items() if key != "HostResource"}
    if settings:
        item.configure(**settings)
    if "HostResource" in changes:
        item.vm.devices.set_medium(item, first_text(instance, "HostResource"), pool)
    elif pool is not None:
        item.vm.devices.use_medium_pool(item, pool)


def _change_port(view: View[Any], item: Any, instance: ValueInstance) -> None:
    """Rename an adapter, or give it a static address or a dynamic one."""
    changes = dict(read_changes(view, item, instance, {**PORT_WRITABLE, **_ADDRESS, **_POOL}).get("", {}))
    if "pool" in changes:
        item.host.resource_pools.assign(item, changes.pop("pool"))
    if "static" in changes or "mac_address" in changes:
        static = changes.pop("static", not item.dynamic_mac_address)
        changes["mac_address"] = changes.get("mac_address", item.mac_address) if static else None
    if changes:
        item.configure(**changes)


def _change_connection(view: View[Any], item: Any, instance: ValueInstance) -> None:
    """Connect an adapter to another switch, to one that its pool chooses, or to none."""
    changes = read_changes(view, item, instance, _CONNECTION).get("", {})
    replica = {_REPLICA[name]: value for name, value in changes.items() if name in _REPLICA}
    if replica:
        item.configure(**replica)
    pool, state = changes.get("PoolID"), instance.value("EnabledState")
    switch = switch_of(view.namespace, instance) if "HostResource" in changes else None
    if switch is not None:
        item.connect(switch, pool)
    elif "EnabledState" in changes and state == _ENABLED:
        item.connect_automatically(pool)
    elif "HostResource" in changes or "EnabledState" in changes:
        item.disconnect()
    elif pool is not None:
        item.use_pool(pool)


def _change_serial_port(view: View[Any], item: Any, instance: ValueInstance) -> None:
    changes = read_changes(view, item, instance, _PIPE).get("", {})
    if changes:
        path = (first_text(instance, "Connection") or "") if "Connection" in changes else None
        item.vm.devices.set_com_port(item.number, path, is_debugger=changes.get("is_debugger"))


_CHANGE: dict[Any, Change] = {
    ProcessorSettingView: change_by_table(PROCESSOR_WRITABLE),
    MemorySettingView: change_by_table(MEMORY_WRITABLE),
    DisplaySettings: change_by_table(DISPLAY_WRITABLE),
    ResourceView: _change_place,
    LogicalUnitSettings: change_unit,
    MediumView: _change_medium,
    SyntheticPortSettings: _change_port,
    EmulatedPortSettings: _change_port,
    ConnectionSettings: _change_connection,
    SerialPortSettings: _change_serial_port,
    OldSerialPortSettings: _change_serial_port,
    CommunicationSettings: change_by_table({"EnabledStatePolicy": Rule("", "policy", number)}),
    **dict.fromkeys(COMPONENT_SETTINGS, change_component),
    **expansion_changes.CHANGE,
}
