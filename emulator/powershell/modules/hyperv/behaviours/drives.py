"""Hard disk drives, DVD drives and their controllers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host import (
    ControllerType,
    DvdDrive,
    HardDiskDrive,
    HostError,
    IdeController,
    KeyStorageDrive,
    ScsiController,
    VirtualMachine,
)
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.modules.hyperv.errors import argument_record
from emulator.powershell.modules.hyperv.support import (
    chosen_machines,
    given,
    host_of,
    path_of,
    ready,
    reporting,
    should_process,
)
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.module import cmdlet

Drive = HardDiskDrive | DvdDrive
_Any = HardDiskDrive | DvdDrive | KeyStorageDrive
_BY_MACHINE = ("ComputerName", "VMName", "VM")
_DVD_PLACE = ("ControllerNumber", "ControllerLocation")
_PLACE = ("ControllerType", *_DVD_PLACE)


def _kind(value: EnumValue | None) -> ControllerType | None:
    return None if value is None else ControllerType(value.number)


def _number(value: int | None) -> int | None:
    return None if value is None else int(value)


def _wanted(call: CmdletCall, drive: _Any) -> bool:
    kind, number, location = (call.get(name) for name in _PLACE)
    return (
        (kind is None or kind.number == int(drive.controller_type))
        and (number is None or number == drive.controller_number)
        and (location is None or location == drive.location)
    )


def _all(call: CmdletCall, vm: VirtualMachine, kind: type[_Any]) -> list[Any]:
    with host_of(call).looking():
        return [drive for drive in vm.drives if isinstance(drive, kind)]


def _listed(call: CmdletCall, kind: type[_Any]) -> Iterator[Any]:
    controllers = call.get("VMDriveController")
    if controllers is not None:
        found = [
            drive
            for one in (controllers if isinstance(controllers, list) else [controllers])
            for _, drive in sorted(one.drives.items())
            if isinstance(drive, kind)
        ]
    else:
        found = [drive for vm in chosen_machines(call, "VMName") for drive in _all(call, vm, kind)]
    yield from (drive for drive in found if _wanted(call, drive))


@cmdlet("Get-VMHardDiskDrive", reads=(*_BY_MACHINE, *_PLACE, "VMDriveController", "VMSnapshot"))
def get_vm_hard_disk_drive(call: CmdletCall, _vm_name: object = None) -> Iterator[HardDiskDrive]:
    """Hard disk drives of machines, by their place."""
    yield from _listed(call, HardDiskDrive)


@cmdlet("Get-VMDvdDrive", reads=(*_BY_MACHINE, *_DVD_PLACE, "VMDriveController", "VMSnapshot"))
def get_vm_dvd_drive(call: CmdletCall, _vm_name: object = None) -> Iterator[DvdDrive]:
    """DVD drives of machines, by their place."""
    yield from _listed(call, DvdDrive)


def _targets(call: CmdletCall) -> Iterator[tuple[VirtualMachine, dict[str, Any]]]:
    """Each machine that gets a drive, with the place."""
    place = {
        "controller_type": _kind(call.get("ControllerType")),
        "controller_number": _number(call.get("ControllerNumber")),
        "controller_location": _number(call.get("ControllerLocation")),
    }
    controllers = call.get("VMDriveController")
    if controllers is None:
        for vm in chosen_machines(call, "VMName"):
            yield vm, place
        return
    for one in controllers if isinstance(controllers, list) else [controllers]:
        yield one.vm, {**place, "controller_type": one.type, "controller_number": one.number}


def _medium(call: CmdletCall) -> str | None:
    path = call.get("Path")
    return path_of(call, path) if path else None


_ADDING = (
    *_BY_MACHINE,
    *_DVD_PLACE,
    "VMDriveController",
    "Path",
    "ResourcePoolName",
)


#: Parameters that are settings of a virtual hard disk's drive.
_QUALITY = {
    "MaximumIOPS": "maximum_iops",
    "MinimumIOPS": "minimum_iops",
    "OverrideCacheAttributes": "write_hardening_method",
    "QoSPolicyID": "qos_policy_id",
}


@cmdlet("Add-VMHardDiskDrive", reads=(*_ADDING, "ControllerType", *_QUALITY))
def add_vm_hard_disk_drive(
    call: CmdletCall,
    disk_number: int | None = None,
    support_persistent_reservations: bool = False,
    passthru: bool = False,
) -> Iterator[HardDiskDrive]:
    """Add a hard disk drive, at the first free place unless one is named: with a virtual hard disk, a
    physical disk, or empty."""
    problem = _unfit(call, support_persistent_reservations, disk_number)
    if problem:
        call.error(argument_record(call, problem, None))
        return
    for vm, place in _targets(call):
        if not should_process(call, f'add a hard disk drive to virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            path = None if disk_number is not None else _medium(call)
            if support_persistent_reservations and place["controller_type"] is None:
                place = {**place, "controller_type": ControllerType.SCSI}
            with host_of(call).looking():
                drive = vm.devices.add_hard_disk_drive(
                    path,
                    disk_number=_number(disk_number),
                    shared=support_persistent_reservations,
                    pool=call.get("ResourcePoolName"),
                    **place,
                )
                try:
                    _limit(call, drive)
                except HostError:
                    vm.devices.remove_drive(drive)
                    raise
            if passthru:
                yield drive


def _unfit(call: CmdletCall, shared: bool, disk_number: int | None) -> str:
    """What is wrong with the parameters of a drive together; empty when they fit."""
    limited = any(call.has(name) for name in _QUALITY)
    if (limited or shared) and not call.get("Path"):
        if limited and disk_number is not None:
            return "Storage quality of service is not supported for pass-through disks."
        return "A path must be specified for a drive with these parameters."
    kind = call.get("ControllerType")
    if shared and kind is not None and kind.number != ControllerType.SCSI:
        return "Persistent reservations are supported on SCSI controllers only."
    return ""


def _limit(call: CmdletCall, drive: HardDiskDrive) -> None:
    """Give a drive the quality of service and the write cache that the call names."""
    changes = {name: value for name, value in given(call, _QUALITY).items() if value is not None}
    if changes:
        drive.configure(**changes)


@cmdlet("Add-VMDvdDrive", reads=_ADDING)
def add_vm_dvd_drive(call: CmdletCall, passthru: bool = False) -> Iterator[DvdDrive]:
    """Add a DVD drive, at the first free place unless one is named."""
    for vm, place in _targets(call):
        if not should_process(call, f'add a DVD drive to virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            drive = vm.devices.add_dvd_drive(_medium(call), pool=call.get("ResourcePoolName"), **place)
            if passthru:
                yield drive


def _chosen(call: CmdletCall, parameter: str, kind: type[_Any]) -> list[Any]:
    """The drives of a call: given as objects, or by machine and place. A place without drive is an error."""
    objects = call.get(parameter)
    if objects is not None:
        if not ready(call):
            return []
        return list(objects) if isinstance(objects, list) else [objects]
    machines = chosen_machines(call, "VMName")
    found = [drive for vm in machines for drive in _all(call, vm, kind) if _wanted(call, drive)]
    if not found and machines:
        call.error(
            argument_record(
                call,
                "Hyper-V was unable to find a disk drive for the specified controller and location.",
                call.get("VMName"),
            )
        )
    return found


@cmdlet("Remove-VMHardDiskDrive", reads=("ComputerName", "VMName", *_PLACE, "VMHardDiskDrive"))
def remove_vm_hard_disk_drive(call: CmdletCall, passthru: bool = False) -> Iterator[HardDiskDrive]:
    """Take hard disk drives out; their files stay."""
    yield from _remove(call, _chosen(call, "VMHardDiskDrive", HardDiskDrive), "a hard disk drive", passthru)


@cmdlet("Remove-VMDvdDrive", reads=("ComputerName", "VMName", *_DVD_PLACE, "VMDvdDrive"))
def remove_vm_dvd_drive(call: CmdletCall, passthru: bool = False) -> Iterator[DvdDrive]:
    """Take DVD drives out."""
    yield from _remove(call, _chosen(call, "VMDvdDrive", DvdDrive), "a DVD drive", passthru)


def _remove(call: CmdletCall, drives: list[Any], what: str, passthru: bool) -> Iterator[Any]:
    for drive in drives:
        if not should_process(call, f'remove {what} from virtual machine "{drive.vm.name}".', drive.vm.name):
            continue
        with reporting(call):
            drive.vm.devices.remove_drive(drive)
            if passthru:
                yield drive


_SETTING = (
    "ComputerName",
    "VMName",
    *_DVD_PLACE,
    "Path",
    "ToControllerNumber",
    "ToControllerLocation",
    "ResourcePoolName",
)


@cmdlet(
    "Set-VMHardDiskDrive",
    reads=(
        *_SETTING,
        *_QUALITY,
        "ControllerType",
        "ToControllerType",
        "VMHardDiskDrive",
        "DiskNumber",
        "SupportPersistentReservations",
    ),
)
def set_vm_hard_disk_drive(call: CmdletCall, passthru: bool = False) -> Iterator[HardDiskDrive]:
    """Put another file or a physical disk into drives, or move them."""
    if call.has("Path") and _wants_disk(call):
        text = "Settings of a virtual hard disk and of a physical disk cannot be given together."
        call.error(argument_record(call, text, None))
        return
    yield from _set(call, _chosen(call, "VMHardDiskDrive", HardDiskDrive), "hard disk", passthru)


@cmdlet("Set-VMDvdDrive", reads=(*_SETTING, "VMDvdDrive"))
def set_vm_dvd_drive(call: CmdletCall, passthru: bool = False) -> Iterator[DvdDrive]:
    """Put another image into drives (none with a null or empty path), or move them."""
    yield from _set(call, _chosen(call, "VMDvdDrive", DvdDrive), "DVD", passthru)


def _wants_disk(call: CmdletCall) -> bool:
    """Whether a physical disk was asked for. A drive from the pipeline that has none brings its empty number
    along as 0."""
    if not call.has("DiskNumber"):
        return False
    objects = call.get("VMHardDiskDrive")
    drives = objects if isinstance(objects, list) else [objects]
    came_along = any(isinstance(drive, HardDiskDrive) and drive.disk_number is None for drive in drives)
    return not (came_along and call.input_object is not UNBOUND and int(call.get("DiskNumber")) == 0)


def _set(call: CmdletCall, drives: list[Any], what: str, passthru: bool) -> Iterator[Any]:
    moves = any(call.has(f"To{name}") for name in _PLACE)
    for drive in drives:
        sentence = f'configure the {what} drive of virtual machine "{drive.vm.name}".'
        if not should_process(call, sentence, drive.vm.name):
            continue
        with reporting(call):
            # One step for everybody else; nothing is written while the lock is held.
            with host_of(call).looking():
                path, pool = _medium(call), call.get("ResourcePoolName")
                if call.has("Path"):
                    drive.vm.devices.set_medium(drive, path, pool)
                elif pool is not None:
                    drive.vm.devices.use_medium_pool(drive, pool)
                elif _wants_disk(call):
                    drive.vm.devices.pass_through(drive, int(call.get("DiskNumber")))
                if moves:
                    _move(call, drive)
                if isinstance(drive, HardDiskDrive):
                    _limit(call, drive)
                    shared = call.get("SupportPersistentReservations")
                    if shared is not None:
                        drive.configure(support_persistent_reservations=bool(shared))
            if passthru:
                yield drive


def _move(call: CmdletCall, drive: _Any) -> None:
    kind = _kind(call.get("ToControllerType"))
    number = _number(call.get("ToControllerNumber"))
    location = _number(call.get("ToControllerLocation"))
    target = (
        drive.controller_type if kind is None else kind,
        drive.controller_number if number is None else number,
    )
    here = (drive.controller_type, drive.controller_number)
    if target == here and location in (None, drive.location):
        return
    drive.vm.devices.move_drive(drive, *target, location)


# -- key storage drives -----------------------------------------------------------------------

_FIRST_BUILD_WITH_WARNING = 17763


def _warn(call: CmdletCall) -> None:
    """Windows says so from the release on that gave the feature up."""
    if host_of(call).release.build >= _FIRST_BUILD_WITH_WARNING:
        call.warning("The key storage drive feature is deprecated and may be removed in a future release.")


@cmdlet("Get-VMKeyStorageDrive", reads=(*_BY_MACHINE, *_DVD_PLACE, "VMDriveController"))
def get_vm_key_storage_drive(call: CmdletCall, _vm_name: object = None) -> Iterator[KeyStorageDrive]:
    """The key storage drives of machines."""
    yield from _listed(call, KeyStorageDrive)


@cmdlet("Add-VMKeyStorageDrive", reads=(*_BY_MACHINE, *_DVD_PLACE))
def add_vm_key_storage_drive(call: CmdletCall, passthru: bool = False) -> Iterator[KeyStorageDrive]:
    """Enable key storage for machines and add the drive."""
    _warn(call)
    for vm, place in _targets(call):
        if not should_process(call, f'add a key storage drive to virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            with host_of(call).looking():
                before = vm.security.ksd_enabled
                vm.security.configure(ksd_enabled=True)
                try:
                    drive = vm.devices.add_key_storage_drive(
                        controller_number=place["controller_number"],
                        controller_location=place["controller_location"],
                    )
                except HostError:
                    if not before:
                        vm.security.configure(ksd_enabled=False)
                    raise
            if passthru:
                yield drive


@cmdlet("Remove-VMKeyStorageDrive", reads=("ComputerName", "VMName", "VMKeyStorageDrive"))
def remove_vm_key_storage_drive(call: CmdletCall, passthru: bool = False) -> Iterator[KeyStorageDrive]:
    """Take the drive out and disable key storage."""
    for drive in _chosen(call, "VMKeyStorageDrive", KeyStorageDrive):
        sentence = f'remove a key storage drive from virtual machine "{drive.vm.name}".'
        if not should_process(call, sentence, drive.vm.name):
            continue
        with reporting(call):
            with host_of(call).looking():
                drive.vm.devices.remove_drive(drive)
                drive.vm.security.configure(ksd_enabled=False)
            if passthru:
                yield drive


@cmdlet(
    "Set-VMKeyStorageDrive",
    reads=(
        "ComputerName",
        "VMName",
        *_DVD_PLACE,
        "ToControllerNumber",
        "ToControllerLocation",
        "VMKeyStorageDrive",
    ),
)
def set_vm_key_storage_drive(call: CmdletCall, passthru: bool = False) -> Iterator[KeyStorageDrive]:
    """Move key storage drives."""
    for drive in _chosen(call, "VMKeyStorageDrive", KeyStorageDrive):
        sentence = f'configure the key storage drive of virtual machine "{drive.vm.name}".'
        if not should_process(call, sentence, drive.vm.name):
            continue
        with reporting(call):
            _move(call, drive)
            if passthru:
                yield drive


# -- controllers ------------------------------------------------------------------------------


@cmdlet("Get-VMScsiController", reads=(*_BY_MACHINE, "VMSnapshot"))
def get_vm_scsi_controller(
    call: CmdletCall, controller_number: int | None = None
) -> Iterator[ScsiController]:
    """SCSI controllers of machines."""
    for vm in chosen_machines(call, "VMName"):
        with host_of(call).looking():
            found = list(vm.scsi_controllers)
        yield from (one for one in found if controller_number in (None, one.number))


@cmdlet("Get-VMIdeController", reads=(*_BY_MACHINE, "VMSnapshot"))
def get_vm_ide_controller(call: CmdletCall, controller_number: int | None = None) -> Iterator[IdeController]:
    """IDE controllers of machines."""
    for vm in chosen_machines(call, "VMName"):
        with host_of(call).looking():
            found = list(vm.ide_controllers)
        yield from (one for one in found if controller_number in (None, one.number))


@cmdlet("Add-VMScsiController", reads=_BY_MACHINE)
def add_vm_scsi_controller(call: CmdletCall, passthru: bool = False) -> Iterator[ScsiController]:
    """Add a SCSI controller to machines."""
    for vm in chosen_machines(call, "VMName"):
        if not should_process(call, f'add a SCSI controller to virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            controller = vm.devices.add_scsi_controller()
            if passthru:
                yield controller


@cmdlet("Remove-VMScsiController", reads=("ComputerName", "VMName"))
def remove_vm_scsi_controller(
    call: CmdletCall,
    vm_scsi_controller: list[ScsiController] | None = None,
    controller_number: int | None = None,
    passthru: bool = False,
) -> Iterator[ScsiController]:
    """Take SCSI controllers out of machines."""
    if vm_scsi_controller is not None:
        found = list(vm_scsi_controller)
    else:
        found = [
            one
            for vm in chosen_machines(call, "VMName")
            for one in vm.scsi_controllers
            if one.number == controller_number
        ]
    for one in found:
        sentence = f'remove a SCSI controller from virtual machine "{one.vm.name}".'
        if not should_process(call, sentence, one.vm.name):
            continue
        with reporting(call):
            one.vm.devices.remove_scsi_controller(one)
            if passthru:
                yield one
