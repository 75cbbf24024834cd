"""Virtual hard disks that machines share: where, which, and what cannot be done with them."""

import pytest

from emulator.host import (
    ControllerType,
    DiskKind,
    InUse,
    InvalidParameter,
    InvalidState,
    JobState,
    NotFound,
    NotSupported,
)
from emulator.host.errors import SharingNotSupported
from emulator.host.migration.migration import Move, move_storage
from emulator.host.storage import disk_sharing

GIGABYTE = 1 << 30


@pytest.fixture
def host(make_host):
    volumes = [{"drive_letter": "C", "size": "200 GB"}, {"drive_letter": "D", "shared_virtual_disks": True}]
    return make_host(hardware={"disks": [{"model": "PERC", "size": "500 GB", "volumes": volumes}]})


@pytest.fixture
def machines(host):
    return [host.virtual_machines.create(name, generation=2) for name in ("one", "two")]


def disk_at(host, finish, path, kind=DiskKind.DYNAMIC):
    finish(host.virtual_disks.create(path, kind, size=GIGABYTE)).raise_if_failed()
    return path


@pytest.mark.parametrize("name", ["D:\\quorum.vhdx", "D:\\quorum.vhds"])
def test_two_running_machines_have_one_disk(host, machines, finish, name):
    path = disk_at(host, finish, name)
    for vm in machines:
        vm.devices.add_hard_disk_drive(path, shared=True)
        finish(vm.start()).raise_if_failed()
    third = host.virtual_machines.create("three", generation=2)
    with pytest.raises(InUse):
        third.devices.add_hard_disk_drive(path)
    third.devices.add_hard_disk_drive(path, shared=True)
    with pytest.raises(InUse):
        third.devices.add_hard_disk_drive(path, shared=True)
    assert host.virtual_disks.audit() == []


def test_a_machine_that_does_not_share_keeps_the_others_off(host, machines, finish):
    one, two = machines
    path = disk_at(host, finish, "D:\\data.vhdx")
    one.devices.add_hard_disk_drive(path)
    two.devices.add_hard_disk_drive(path, shared=True)
    finish(two.start()).raise_if_failed()
    job = finish(one.start())
    assert (job.state, job.exception.hresult) == (JobState.EXCEPTION, 0x80070020)
    one.hard_disk_drives[0].configure(support_persistent_reservations=True)
    finish(one.start()).raise_if_failed()
    with pytest.raises(InvalidState):
        one.hard_disk_drives[0].configure(support_persistent_reservations=False)


def test_only_some_disks_on_some_volumes_can_be_shared(host, machines, finish, make_host):
    (vm, _) = machines
    base = disk_at(host, finish, "D:\\base.vhdx")
    finish(host.virtual_disks.create("D:\\child.vhdx", DiskKind.DIFFERENCING, parent=base))
    for path in (disk_at(host, finish, "D:\\old.vhd"), "D:\\child.vhdx"):
        with pytest.raises(InvalidParameter):
            vm.devices.add_hard_disk_drive(path, shared=True)
    local = disk_at(host, finish, "C:\\local.vhdx")
    with pytest.raises(SharingNotSupported):
        vm.devices.add_hard_disk_drive(local, shared=True)
    drive = vm.devices.add_hard_disk_drive(local)
    with pytest.raises(SharingNotSupported):
        drive.configure(support_persistent_reservations=True)
    generation_1 = host.virtual_machines.create("old")
    with pytest.raises(InvalidParameter, match="SCSI"):
        generation_1.devices.add_hard_disk_drive(base, shared=True, controller_type=ControllerType.IDE)
    assert len(vm.hard_disk_drives) == 1
    older = make_host(operating_system={"release": "2012"})
    other = older.virtual_machines.create("one")
    scsi = other.devices.add_scsi_controller()
    finish(older.virtual_disks.create("D:\\a.vhdx", size=GIGABYTE))
    with pytest.raises(NotSupported):
        other.devices.add_hard_disk_drive("D:\\a.vhdx", shared=True, controller_type=scsi.type)


def test_the_filter_lets_disks_of_a_volume_be_shared_until_the_next_restart(host, machines, finish):
    from host.restarting import restart

    path = disk_at(host, finish, "C:\\local.vhdx")
    disk_sharing.attach_filter(host, "c:")
    with pytest.raises(InvalidState):
        disk_sharing.attach_filter(host, "C:")
    with pytest.raises(NotFound):
        disk_sharing.attach_filter(host, "Q:")
    machines[0].devices.add_hard_disk_drive(path, shared=True)
    finish(machines[0].start()).raise_if_failed()
    finish(machines[0].turn_off())
    restart(host)
    job = finish(machines[0].start())
    assert job.exception.hresult == SharingNotSupported.hresult
    with pytest.raises(NotFound):
        disk_sharing.detach_filter(host, "C:")


def test_clients_have_no_filter(make_host):
    host = make_host(operating_system={"release": "11", "edition": "Professional"})
    with pytest.raises(NotSupported):
        disk_sharing.attach_filter(host, "C:")


def test_checkpoints_moves_and_growth_of_a_shared_disk_are_refused(host, machines, finish):
    vm = machines[0]
    path = disk_at(host, finish, "D:\\quorum.vhdx")
    vm.devices.add_hard_disk_drive(path, shared=True)
    job = finish(host.checkpoints.create(vm, "one"))
    assert "sharable" in job.exception.text
    with pytest.raises(NotSupported):
        move_storage(vm, Move(root="D:\\Moved"))
    assert finish(vm.export("D:\\Out")).state is JobState.EXCEPTION
    finish(vm.start())
    with pytest.raises(InUse):
        host.virtual_disks.resize(host.virtual_disks.find(path), 2 * GIGABYTE)


def test_a_set_grows_while_machines_have_it(host, machines, finish):
    path = disk_at(host, finish, "D:\\quorum.vhds")
    for vm in machines:
        vm.devices.add_hard_disk_drive(path, shared=True)
        finish(vm.start()).raise_if_failed()
    finish(host.virtual_disks.resize(host.virtual_disks.find(path), 2 * GIGABYTE)).raise_if_failed()
    assert host.virtual_disks.find(path).size == 2 * GIGABYTE


def test_a_drive_that_shares_stays_on_scsi_and_forgets_it_with_its_disk(host, finish):
    vm = host.virtual_machines.create("old")
    vm.devices.add_scsi_controller()
    path = disk_at(host, finish, "D:\\quorum.vhdx")
    drive = vm.devices.add_hard_disk_drive(path, shared=True, controller_type=ControllerType.SCSI)
    with pytest.raises(InvalidParameter):
        vm.devices.move_drive(drive, ControllerType.IDE, 0)
    assert drive.controller_type is ControllerType.SCSI
    vm.devices.set_medium(drive, None)
    assert not drive.support_persistent_reservations
