"""A host with one of everything that needs no special hardware: what `coverage --furnished` looks at.

Everything is done through the host's own operations, so what is there could be there on a real host too. It
is for a fresh host with the manual clock.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from emulator.host import SwitchKind
from emulator.host.checkpoints.backup_collections import CollectionSnapshotType
from emulator.host.checkpoints.reference_point_export import export_point
from emulator.host.checkpoints.reference_points import ReferencePointType
from emulator.host.errors import NotSupported
from emulator.host.guest.guest_communication import add_service
from emulator.host.guest.integration_services import IntegrationServiceKind
from emulator.host.migration.machine_export import ExportSettings
from emulator.host.migration.migration import Move
from emulator.host.network.port_access_lists import PortAcl
from emulator.host.replication.replication_settings import AuthorizationEntry
from emulator.host.resources.resource_kinds import ETHERNET, HARD_DISKS, MEMORY, SCSI_CONTROLLER
from emulator.host.resources.resource_pools import Allocation
from emulator.host.resources.virtual_machine_groups import GroupType, VirtualMachineGroup
from emulator.host.virtual_machine.controllers import ControllerType
from emulator.host.virtual_machine.expansion.settings_parts import StorageSettings
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.host import Host, VirtualMachine

_ROOT = "C:\\Furnished"
_GIGABYTE = 1 << 30
#: Long enough for every job here to end, and shorter than ended jobs stay.
_STEP = timedelta(seconds=60)
_SERVICE = "999E53D4-3D5C-4C3E-8779-BED06EC056E1"


def furnish(host: Host) -> None:
    """Put one of everything on a host. What its release does not have is left out."""
    for folder in ("", "\\Point", "\\Points"):
        host.filesystem.make_directory(_ROOT + folder)
    old = _machine(host, 1)
    _checkpoints(host, old)
    _if_supported(lambda: _generation_2(host))
    _if_supported(lambda: _groups(host, old))
    _pools(host, old)
    _settings(host)
    _planned_machine(host, old)
    guest = _guest(host)
    _jobs(host, old, guest)


def _if_supported(step: Callable[[], object]) -> None:
    try:
        step()
    except NotSupported:
        return


def _wait(host: Host) -> None:
    host.clock.advance(_STEP)


def _machine(host: Host, generation: int) -> VirtualMachine:
    """A machine with a disk, a DVD, and adapters that have rules."""
    name = f"furnished-{generation}"
    switch = host.virtual_switches.create(name, SwitchKind.INTERNAL)
    ending = host.release.virtual_disk_formats[0].lower()
    disk, image = f"{_ROOT}\\{name}.{ending}", f"{_ROOT}\\{name}.iso"
    host.filesystem.write(image, bytes(2048))
    host.virtual_disks.create(disk, size=_GIGABYTE)
    _wait(host)
    vm = host.virtual_machines.create(name, generation)
    vm.devices.add_hard_disk_drive(disk)
    vm.devices.add_dvd_drive(image)
    adapter = vm.devices.add_network_adapter(switch=switch)
    adapter.add_feature(PortAcl(name="any", remote_address="192.0.2.1", remote_prefix_length=32))
    if generation == 1:
        vm.devices.add_scsi_controller()
        vm.devices.add_hard_disk_drive(controller_type=ControllerType.SCSI)
        vm.devices.add_network_adapter("Legacy Network Adapter", switch=switch, is_legacy=True)
    vm.metering.enable()
    return vm


def _checkpoints(host: Host, vm: VirtualMachine) -> None:
    for name in ("first", "second"):
        host.checkpoints.create(vm, name)
        _wait(host)
    host.checkpoints.apply(vm.checkpoints[0])
    _wait(host)


def _generation_2(host: Host) -> None:
    vm = _machine(host, 2)
    _if_supported(vm.devices.add_battery)
    _if_supported(lambda: vm.expansion.add(StorageSettings))
    _if_supported(lambda: _trusted_platform_module(vm))


def _trusted_platform_module(vm: VirtualMachine) -> None:
    vm.security.set_key_protector(b"protector")
    vm.security.configure(tpm_enabled=True)


def _groups(host: Host, vm: VirtualMachine) -> None:
    groups = host.virtual_machine_groups
    inner = groups.create("furnished", GroupType.VIRTUAL_MACHINES)
    inner.add(vm)
    groups.create("outer", GroupType.MANAGEMENT).add(inner)
    _if_supported(lambda: _backups(host, inner))


def _backups(host: Host, group: VirtualMachineGroup) -> None:
    """A snapshot and a reference point of a group."""
    backups = host.backup_collections
    backups.create_points(group, ReferencePointType.RCT)
    _wait(host)
    backups.create_snapshot(group, CollectionSnapshotType.STANDARD)
    _wait(host)


def _pools(host: Host, vm: VirtualMachine) -> None:
    for kind in (MEMORY, SCSI_CONTROLLER):
        host.resource_pools.create(kind, "furnished")
    files = (Allocation(resources=("C:\\Windows",)),)
    host.resource_pools.create(HARD_DISKS, "furnished", files)
    first = next(iter(host.virtual_switches), None)
    connections = (Allocation(resources=() if first is None else (first.id,)),)
    host.resource_pools.create(ETHERNET, "furnished", connections)
    for controller in vm.scsi_controllers:
        host.resource_pools.assign(controller, "furnished")


def _settings(host: Host) -> None:
    host.migration.add_network("192.0.2.0/24")
    if host.release.replication_intervals:
        host.replication.add_entry(AuthorizationEntry("primary.example.com", f"{_ROOT}\\Replicas", "Default"))
    attached = f"{_ROOT}\\attached.{host.release.virtual_disk_formats[0].lower()}"
    host.virtual_disks.create(attached, size=_GIGABYTE)
    _wait(host)
    host.virtual_disks.mounted.attach(host.virtual_disks.find(attached))
    host.shadow_copies.create("C:\\")
    _wait(host)


def _planned_machine(host: Host, vm: VirtualMachine) -> None:
    vm.export(f"{_ROOT}\\Export", ExportSettings(storage=False, subfolder=False))
    _wait(host)
    folder = f"{_ROOT}\\Export\\Virtual Machines"
    (file,) = [
        entry.path
        for entry in host.filesystem.list(folder)
        if not entry.is_directory and entry.path.lower().endswith((".vmcx", ".xml", ".exp"))
    ]
    host.planned_machines.import_definition(file, new_identifier=True)


def _guest(host: Host) -> VirtualMachine | None:
    """A machine of the inventory whose guest runs, with somebody at its console."""
    for vm in host.virtual_machines:
        if vm.state is VirtualMachineState.OFF and vm.guest.system is not None:
            vm.start()
            _wait(host)
        if vm.guest.is_ready:
            vm.guest.console.connect(f"{host.name}\\Administrator")
            _if_supported(lambda vm=vm: add_service(vm, _SERVICE))  # type: ignore[misc]
            return vm
    return None


def _jobs(host: Host, vm: VirtualMachine, guest: VirtualMachine | None) -> None:
    """One job of each class, all under way."""
    for collection in host.backup_collections.points:
        export_point(collection.members[0], f"{_ROOT}\\Point")
        host.backup_collections.export_points(collection, f"{_ROOT}\\Points")
    vm.migration.move_storage(Move(root=f"{_ROOT}\\Moved"))
    if guest is not None:
        host.checkpoints.create(guest)
        _copy(host, guest)
    drive = next(drive for drive in vm.hard_disk_drives if drive.virtual_disk is not None)
    disk = drive.virtual_disk
    if disk is not None:
        host.virtual_disks.convert(disk, f"{_ROOT}\\copy.{disk.path.rpartition('.')[2]}")


def _copy(host: Host, vm: VirtualMachine) -> None:
    wanted = IntegrationServiceKind.GUEST_SERVICE_INTERFACE
    for service in vm.integration_services:
        if service.kind is wanted:
            service.enable()
            host.filesystem.write(f"{_ROOT}\\file.txt", b"text")
            folder = "C:\\Windows\\Temp\\" if vm.guest.is_windows else "/tmp/"  # noqa: S108  the guest's
            vm.guest.files.copy_in(f"{_ROOT}\\file.txt", folder, create_path=True)
