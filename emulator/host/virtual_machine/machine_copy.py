"""Copies of the settings and devices of one virtual machine to another: taking and applying checkpoints.

Devices that both have are changed in place, so that whoever holds one keeps it.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from emulator.host.network.network_adapter import NetworkAdapter
from emulator.host.virtual_machine.battery import Battery
from emulator.host.virtual_machine.controllers import Controller, PersistentMemoryController, ScsiController
from emulator.host.virtual_machine.device import Device
from emulator.host.virtual_machine.drives import ControllerDrive, HardDiskDrive

if TYPE_CHECKING:
    from emulator.host.virtual_machine.device_rack import DeviceRack
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine

#: What a machine is or how it runs, as against how it is set.
_OWN = frozenset(
    {
        "_device_count",
        "blueprint",
        "created",
        "deleted",
        "derives_identifiers",
        "generation",
        "guest_moment",
        "host",
        "id",
        "is_automatic",
        "is_production",
        "is_recovery",
        "is_registered",
        "merges_disks",
        "replication_type",
        "last_state_change",
        "memory_size",
        "name",
        "on_since",
        "path",
        "process_id",
        "was_running_at_shutdown",
        "_revision",
        "critical",
        "_configured",
        "storage_timer",
        "requested_state",
        "state",
        "tracked",
    }
)
#: Settings that are attributes of a machine only where they are not as usual.
_SELDOM = (
    "additional_recovery_information",
    "allow_full_scsi_command_set",
    "allow_reduced_fc_redundancy",
    "debug_channel_id",
    "debug_port",
    "debug_port_state",
    "enhanced_session_transport",
    "incremental_backup_enabled",
    "scope_of_residence",
    "virtual_numa_enabled",
)
_VALUES = (str, int, float, bool, bytes, tuple, frozenset, Enum, datetime, type(None))
_RUNTIME = frozenset(
    {
        "activity",
        "job",
        "last_applied",
        "last_backup",
        "machine",
        "parent_checkpoint",
        "relationships",
        "test_replica_id",
        "test_replica_of",
    }
)
#: What ties a device to its machine and place.
_TIES = frozenset(
    {
        "owner",
        "_vm",
        "controller",
        "disk_number",
        "drives",
        "location",
        "path",
        "number",
        "id",
        "kind",
        "trackers",
    }
)

DeviceMap = dict[Device, Device]


def copy_settings(source: "VirtualMachine", target: "VirtualMachine") -> None:
    """Give a machine the settings of another one, but for its name and identity; then its devices."""
    for name, value in vars(source).items():
        if name not in _OWN and name not in _RUNTIME and isinstance(value, _VALUES) and name[0] != "_":
            setattr(target, name, value)
    for name in _SELDOM:
        if getattr(target, name) != getattr(source, name):
            setattr(target, name, getattr(source, name))
    copy_part(source.processor, target.processor)
    copy_part(source.memory, target.memory)
    places = _copy_devices(source, target)
    if source._expansion is not None or target._expansion is not None:
        places |= target.expansion.take_from(source.expansion)
    if source._security is not None or target._security is not None:
        copy_part(source.security, target.security)
    target.guest.take_over(source.guest.data)
    if source._firmware is not None:
        copy_part(source.firmware, target.firmware)
        target.firmware.boot_devices = tuple(
            places[device] for device in source.firmware.boot_devices if device in places
        )


def copy_part(source: Any, target: Any) -> None:
    """Give a part the settings of another one, but for what ties it to its place."""
    for kind in type(source).__mro__:
        for slot in getattr(kind, "__slots__", ()):
            if slot not in _TIES:
                setattr(target, slot, getattr(source, slot))


def _copy_devices(source: "VirtualMachine", target: "VirtualMachine") -> DeviceMap:
    places: DeviceMap = {}
    theirs, own = source.devices, target.devices
    scsi = {controller.id: controller for controller in own.scsi}
    wanted: list[ScsiController] = []
    for each in theirs.scsi:
        known = each.id in scsi
        wanted.append(scsi.pop(each.id) if known else ScsiController(target, each.number, each.id))
    for own_controller, their_controller in zip(wanted, theirs.scsi, strict=True):
        own_controller.number = their_controller.number
        own_controller.pool_name = their_controller.pool_name
    for dropped in scsi.values():
        _drop_drives(dropped, dropped.drives)
        target.host.observe("deleted", dropped)
    own.scsi = wanted
    _copy_pmem_controllers(theirs.pmem, own)
    pairs: list[tuple[Controller, Controller]] = [
        *zip(theirs.ide, own.ide, strict=True),
        *zip(theirs.scsi, own.scsi, strict=True),
        *zip(theirs.pmem, own.pmem, strict=True),
    ]
    for original, controller in pairs:
        places |= _copy_drives(original, controller)
    if theirs.floppy is not None and own.floppy is not None:
        copy_part(theirs.floppy, own.floppy)
        own.floppy.path = theirs.floppy.path
    for port, original_port in zip(own.com_ports, theirs.com_ports, strict=True):
        port.path = original_port.path
    copy_part(theirs.display, own.display)
    own.set_console(theirs.has_console)
    _copy_battery(theirs.battery, target)
    services = {service.kind: service for service in theirs.integration_services}
    for service in own.integration_services:
        if service.kind in services:
            service.enabled = services[service.kind].enabled
    own.remote_desktop.enabled = theirs.remote_desktop.enabled
    return places | _copy_adapters(theirs.network_adapters, target)


def _copy_pmem_controllers(theirs: list[PersistentMemoryController], own: "DeviceRack") -> None:
    known = {controller.id: controller for controller in own.pmem}
    wanted: list[PersistentMemoryController] = []
    for each in theirs:
        controller = known.pop(each.id, None)
        wanted.append(controller or PersistentMemoryController(own.vm, each.number, each.id))
        wanted[-1].pool_name = each.pool_name
    for dropped in known.values():
        _drop_drives(dropped, dropped.drives)
        own.vm.host.observe("deleted", dropped)
    own.pmem = wanted


def _copy_battery(theirs: Battery | None, target: "VirtualMachine") -> None:
    before = target.battery
    if (theirs is None) is not (before is None):
        target.devices.battery = None if theirs is None else Battery(target)
        _observe("deleted" if before else "created", before or target.battery)


def _copy_drives(source: Controller, target: Controller) -> DeviceMap:
    places: DeviceMap = {}
    _drop_drives(
        target,
        [at for at, drive in target.drives.items() if type(source.drives.get(at)) is not type(drive)],
    )
    for location, original in source.drives.items():
        drive = target.drives.get(location)
        if drive is None:
            drive = type(original)(target.vm, target, location, None)
            target.drives[location] = drive
            _observe("created", drive)
        copy_part(original, drive)
        set_file(drive, original.path)
        if isinstance(original, HardDiskDrive) and isinstance(drive, HardDiskDrive):
            _set_disk(drive, original.disk_number)
        places[original] = drive
    return places


def _drop_drives(controller: Controller, locations: Iterable[int]) -> None:
    for location in list(locations):
        drive = controller.drives.pop(location)
        set_file(drive, None)
        if isinstance(drive, HardDiskDrive):
            _set_disk(drive, None)
        _observe("deleted", drive)


def set_file(drive: ControllerDrive, path: str | None) -> None:
    """Put a file into a drive; the disks of a checkpoint do not know that it holds them."""
    if isinstance(drive, HardDiskDrive) and not drive.vm.is_checkpoint:
        drive.host.virtual_disks.attach(drive, path)
    else:
        drive.path = path


def _set_disk(drive: HardDiskDrive, number: int | None) -> None:
    """The same with a physical disk."""
    if drive.disk_number == number:
        return
    if drive.vm.is_checkpoint:
        drive.disk_number = number
    else:
        drive.host.pass_through.attach(drive, number)


def _copy_adapters(theirs: list[NetworkAdapter], target: "VirtualMachine") -> DeviceMap:
    places: DeviceMap = {}
    host, rack = target.host, target.devices
    known = {adapter.id: adapter for adapter in rack.network_adapters}
    made: list[NetworkAdapter] = []
    for original in theirs:
        adapter = known.pop(original.id, None)
        if adapter is None:
            adapter = NetworkAdapter(target, original.id, original.name, is_legacy=original.is_legacy)
            _observe("created", adapter)
        copy_part(original, adapter)
        # A switch that was removed since is not there to be connected to; one that a pool chose is chosen
        # again at the next start.
        is_chosen = original.is_automatic and not target.state.holds_memory
        switch = None if is_chosen else original.switch
        adapter.switch = (
            switch if switch is not None and host.virtual_switches.get(switch.id) is switch else None
        )
        if not target.is_checkpoint:
            host.virtual_machines.mac_addresses.keep(adapter)
        made.append(adapter)
        places[original] = adapter
    for dropped in known.values():
        if not target.is_checkpoint:
            host.virtual_machines.mac_addresses.release(dropped)
        _observe("deleted", dropped)
    rack.network_adapters = made
    return places


def _observe(change: Any, device: Device | None) -> None:
    if device is not None and device.vm.is_registered:
        device.host.observe(change, device)
