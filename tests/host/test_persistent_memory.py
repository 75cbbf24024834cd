"""Virtual persistent memory, and devices that programs of the host emulate."""

import pytest

from emulator.host import (
    Host,
    InUse,
    InvalidParameter,
    InvalidState,
    JobState,
    LimitExceeded,
    NotSupported,
    VirtualMachineState,
)
from emulator.host.storage.disk_image.kinds import DiskKind
from emulator.host.virtual_machine.controllers import ControllerType
from emulator.host.virtual_machine.expansion.device import DeviceStartError
from emulator.host.virtual_machine.expansion.flexible_io import FlexibleIoDevice
from emulator.profile import load
from tests.host.audit import audit

PATH = r"P:\VMs\scratch.vhdpmem"
PMEM = ControllerType.PMEM
EMULATOR = "872270E1-A899-4AF6-B454-7193634435AD"
SIZE = 1 << 30


@pytest.fixture
def host():
    made = Host(load("windows-server-2025-special-devices"), "manual")
    yield made
    audit(made)
    made.close()


@pytest.fixture
def vm(host):
    return host.virtual_machines.create("pm", generation=2)


def make(host, finish, path=PATH, kind=DiskKind.FIXED):
    host.filesystem.make_directory(path.rpartition("\\")[0], exist_ok=True)
    job = finish(host.virtual_disks.create(path, kind, size=SIZE))
    assert job.state is JobState.COMPLETED, job.error
    return path


def test_persistent_memory_is_a_fixed_disk_on_a_volume_with_direct_access(host, finish):
    for kind in (DiskKind.DYNAMIC, DiskKind.DIFFERENCING):
        with pytest.raises(InvalidParameter):
            host.virtual_disks.create(PATH, kind, size=SIZE)
    with pytest.raises(NotSupported):
        host.virtual_disks.create(r"D:\VMs\scratch.vhdpmem", DiskKind.FIXED, size=SIZE)
    disk = host.virtual_disks.find(make(host, finish))
    assert disk.is_persistent_memory
    with pytest.raises(InvalidParameter):
        host.virtual_disks.convert(disk, r"P:\VMs\other.vhdpmem", DiskKind.DYNAMIC)
    assert finish(host.virtual_disks.convert(disk, r"D:\VMs\plain.vhdx")).state is JobState.COMPLETED


def test_the_controller_takes_persistent_memory_and_nothing_else(host, vm, finish):
    make(host, finish)
    controller = vm.devices.add_persistent_memory_controller()
    with pytest.raises(LimitExceeded):
        vm.devices.add_persistent_memory_controller()
    drive = vm.devices.add_hard_disk_drive(PATH, controller_type=PMEM)
    assert (drive.controller, drive.location) == (controller, 0)
    with pytest.raises(NotSupported):
        vm.devices.add_dvd_drive(controller_type=PMEM)
    finish(host.virtual_disks.create(r"D:\VMs\plain.vhdx", DiskKind.DYNAMIC, size=SIZE))
    for path, kind in ((r"D:\VMs\plain.vhdx", PMEM), (r"P:\VMs\other.vhdpmem", ControllerType.SCSI)):
        if kind is ControllerType.SCSI:
            make(host, finish, path)
        with pytest.raises(InvalidParameter):
            vm.devices.add_hard_disk_drive(path, controller_type=kind)
    with pytest.raises(NotSupported):
        vm.devices.move_drive(drive, ControllerType.SCSI, 0, None)
    with pytest.raises(InUse):
        vm.devices.remove_persistent_memory_controller(controller)
    assert drive not in vm.firmware.boot_entries
    finish(vm.start())
    with pytest.raises(InvalidState):
        vm.devices.remove_drive(drive)


def test_the_machine_stays_where_its_memory_is(host, vm, finish):
    make(host, finish)
    vm.devices.add_persistent_memory_controller()
    vm.devices.add_hard_disk_drive(PATH, controller_type=PMEM)
    with pytest.raises(InvalidState):
        vm.require_movable()


def test_checkpoints_leave_persistent_memory_alone(host, vm, finish):
    make(host, finish)
    vm.devices.add_persistent_memory_controller()
    drive = vm.devices.add_hard_disk_drive(PATH, controller_type=PMEM)
    finish(vm.host.checkpoints.create(vm, "before"))
    (checkpoint,) = vm.checkpoints
    assert [drive.path, checkpoint.hard_disk_drives[0].path] == [PATH, PATH]
    finish(vm.start())
    finish(vm.turn_off())
    finish(vm.host.checkpoints.apply(checkpoint))
    (same,) = vm.hard_disk_drives
    assert (same.path, same.controller_type) == (PATH, PMEM)
    assert vm.state is VirtualMachineState.OFF
    finish(vm.host.checkpoints.delete(checkpoint))
    assert not vm.checkpoints
    assert host.virtual_disks.find(PATH).is_persistent_memory


def test_there_is_none_in_generation_1_and_before_2019(host, make_host):
    with pytest.raises(NotSupported):
        host.virtual_machines.create("old", generation=1).devices.add_persistent_memory_controller()
    other = make_host(operating_system={"release": "2016"})
    with pytest.raises(NotSupported):
        other.virtual_machines.create("pm", generation=2).devices.add_persistent_memory_controller()


def test_a_flexible_device_needs_its_emulator(vm, finish):
    with pytest.raises(InvalidParameter):
        vm.expansion.add(FlexibleIoDevice)
    with pytest.raises(InvalidParameter):
        vm.expansion.add(FlexibleIoDevice, emulator="virtiofs")
    device = vm.expansion.add(
        FlexibleIoDevice, emulator=f"{{{EMULATOR.lower()}}}", options=["tag=share", r"path=D:\\"]
    )
    finish(vm.start())
    assert vm.state is VirtualMachineState.RUNNING
    with pytest.raises(InvalidState):
        vm.require_savable()
    finish(vm.turn_off())
    vm.expansion.configure(device, emulator="00000000-0000-0000-0000-000000000001")
    job = finish(vm.start())
    assert job.error is not None
    assert "0x80040154" in str(job.error)
    copy = vm.host.virtual_machines.create("other", generation=2)
    copy.expansion.take_from(vm.expansion)
    assert copy.expansion.of(FlexibleIoDevice)[0].options == device.options


def test_the_words_of_a_device_without_emulator(vm):
    device = FlexibleIoDevice(vm, "00000000-0000-0000-0000-000000000002")
    device.emulator = "00000000-0000-0000-0000-000000000001"
    with pytest.raises(DeviceStartError, match="Class not registered"):
        device.check_start()
    assert "00000000-0000-0000-0000-000000000001" in device.problem()
