"""Physical disks that virtual machines have whole: who may have them, and what such machines cannot do."""

import pytest

from emulator.host import (
    ControllerType,
    InUse,
    InvalidParameter,
    InvalidState,
    JobState,
    NotFound,
    VirtualMachineState,
)
from emulator.host.migration.migration import Move, move_storage
from emulator.profile import ProfileError

ONLINE = {"model": "PERC H755", "size": "500 GB", "volumes": [{"drive_letter": "C"}]}
OFFLINE = {"model": "PERC H755", "size": "300 GB", "offline": True}


@pytest.fixture
def host(make_host):
    return make_host(hardware={"disks": [ONLINE, OFFLINE, OFFLINE]})


@pytest.fixture
def vm(host):
    return make(host, "db")


def make(host, name):
    return host.virtual_machines.create(name, generation=2)


def disk(host, number):
    return host.disk_partitions.find(number)


def test_a_disk_must_exist_and_be_offline(host, vm):
    for number in (0, 3, 99):
        with pytest.raises(NotFound):
            vm.devices.add_hard_disk_drive(disk_number=number)
    host.disk_partitions.set_offline(disk(host, 1), False)
    with pytest.raises(NotFound):
        vm.devices.add_hard_disk_drive(disk_number=1)
    assert vm.hard_disk_drives == []
    with pytest.raises(InvalidParameter):
        vm.devices.add_hard_disk_drive(disk_number=-1)


def test_a_machine_starts_with_it_only_while_windows_leaves_it_alone(host, vm, finish):
    vm.devices.add_hard_disk_drive(disk_number=1)
    host.disk_partitions.set_offline(disk(host, 1), False)
    job = finish(vm.start())
    assert (vm.state, job.exception.hresult) == (VirtualMachineState.OFF, 0x80070020)
    host.disk_partitions.set_offline(disk(host, 1), True)
    finish(vm.start())
    with pytest.raises(InUse):
        host.disk_partitions.set_offline(disk(host, 1), False)
    finish(vm.turn_off())
    host.disk_partitions.set_offline(disk(host, 1), False)


def test_two_machines_may_be_set_up_with_one_disk_and_one_of_them_runs(host, vm, finish):
    other = make(host, "other")
    vm.devices.add_hard_disk_drive(disk_number=1)
    other.devices.add_hard_disk_drive(disk_number=1)
    with pytest.raises(InUse):
        vm.devices.add_hard_disk_drive(disk_number=1)
    finish(vm.start())
    assert finish(other.start()).state is JobState.EXCEPTION
    finish(vm.turn_off())
    finish(other.start())
    vm.devices.remove_drive(vm.hard_disk_drives[0])
    with pytest.raises(InUse):
        vm.devices.add_hard_disk_drive(disk_number=1)


def test_it_changes_while_the_machine_runs_on_scsi(host, vm, finish):
    finish(vm.start())
    drive = vm.devices.add_hard_disk_drive(disk_number=1, controller_type=ControllerType.SCSI)
    vm.devices.pass_through(drive, 2)
    assert (host.pass_through.drives(1), host.pass_through.drives(2)) == ([], [drive])
    vm.devices.remove_drive(drive)
    assert host.pass_through.drives(2) == []


def test_a_drive_changes_between_a_file_and_a_disk(host, vm, finish):
    finish(host.virtual_disks.create("C:\\data.vhdx", size=1 << 30))
    drive = vm.devices.add_hard_disk_drive("C:\\data.vhdx")
    drive.configure(maximum_iops=500)
    vm.devices.pass_through(drive, 1)
    assert (drive.path, drive.disk_number, drive.maximum_iops) == (None, 1, 0)
    assert host.virtual_disks.drives("C:\\data.vhdx") == []
    with pytest.raises(InvalidParameter):
        drive.configure(maximum_iops=500)
    vm.devices.set_medium(drive, "C:\\data.vhdx")
    assert (drive.path, drive.disk_number) == ("C:\\data.vhdx", None)
    assert host.pass_through.drives(1) == []
    finish(host.virtual_disks.create("C:\\more.vhdx", size=1 << 30))
    with pytest.raises(InvalidParameter):
        vm.devices.add_hard_disk_drive("C:\\more.vhdx", disk_number=1)


def test_checkpoints_and_migrations_are_refused(host, vm, finish):
    vm.devices.add_hard_disk_drive(disk_number=1)
    job = finish(host.checkpoints.create(vm, "one"))
    assert "pass-through" in job.exception.text
    assert (vm.checkpoints, host.filesystem.audit()) == ([], [])
    with pytest.raises(InvalidState, match="physical disk"):
        move_storage(vm, Move(root="C:\\Moved"))


def test_an_automatic_checkpoint_is_left_out(make_host, finish):
    host = make_host(
        hardware={"disks": [ONLINE, OFFLINE]}, operating_system={"release": "11", "edition": "Professional"}
    )
    vm = make(host, "db")
    vm.configure(automatic_checkpoints_enabled=True)
    vm.devices.add_hard_disk_drive(disk_number=1)
    finish(vm.start()).raise_if_failed()
    assert vm.checkpoints == []


def test_an_export_names_the_disk_and_an_import_wants_it(host, vm, finish):
    vm.devices.add_hard_disk_drive(disk_number=1)
    finish(vm.export("C:\\Out")).raise_if_failed()
    path = f"C:\\Out\\db\\Virtual Machines\\{vm.id}.vmcx"
    finish(host.virtual_machines.destroy(vm)).raise_if_failed()
    assert host.pass_through.drives(1) == []
    host.disk_partitions.set_offline(disk(host, 1), False)
    planned = host.planned_machines.import_definition(path)
    assert [each.source.disk_number for each in planned.incompatibilities()] == [1]
    host.disk_partitions.set_offline(disk(host, 1), True)
    finish(host.planned_machines.realize(planned)).raise_if_failed()
    (back,) = host.virtual_machines.find("db")
    assert host.pass_through.drives(1) == back.hard_disk_drives


MACHINE = {"name": "db", "generation": 2, "hard_disks": [{"disk_number": 1}], "state": "running"}


def test_a_profile_states_a_machine_with_a_disk(make_host):
    disks = [ONLINE, OFFLINE]
    host = make_host(hardware={"disks": disks}, inventory={"virtual_machines": [MACHINE]})
    (vm,) = host.virtual_machines.find("db")
    assert (vm.state, vm.hard_disk_drives) == (VirtualMachineState.RUNNING, host.pass_through.drives(1))


@pytest.mark.parametrize(
    ("changes", "disk", "text"),
    [
        ({"hard_disks": [{}]}, OFFLINE, "needs a virtual disk"),
        ({"hard_disks": [{"disk_number": 2}]}, OFFLINE, "0 to 1"),
        ({"hard_disks": [{"disk_number": 0}]}, OFFLINE, "offline: true"),
        ({"hard_disks": [{"disk_number": 1}, {"disk_number": 1}]}, OFFLINE, "disk 1"),
        ({"checkpoints": [{"name": "one"}]}, OFFLINE, "no checkpoints"),
        ({}, {**OFFLINE, "volumes": [{"drive_letter": "E"}]}, "cannot be offline"),
    ],
)
def test_a_profile_is_checked(make_profile, changes, disk, text):
    disks = [ONLINE, disk]
    with pytest.raises(ProfileError, match=text):
        make_profile(hardware={"disks": disks}, inventory={"virtual_machines": [{**MACHINE, **changes}]})
