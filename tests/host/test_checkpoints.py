"""Checkpoints: trees, files, memory, merges, and what cannot be done."""

from datetime import UTC, datetime, timedelta

import pytest
from host.restarting import restart

from emulator.host import (
    CheckpointType,
    ControllerType,
    DiskKind,
    InstalledSystem,
    InvalidState,
    JobState,
    LimitExceeded,
    NotFound,
    OperationalStatus,
)
from emulator.host import VirtualMachineState as State
from emulator.host.guest.guest_files import GuestFile
from emulator.host.guest.key_value_pairs import PairSource

MEGABYTE, GIGABYTE = 1 << 20, 1 << 30
WINDOWS = InstalledSystem("Windows Server 2022 Datacenter", "web01", ("192.0.2.21",), 15.0)


@pytest.fixture
def vm(host, finish):
    """A machine with a disk that holds a system and an empty one, on IDE and SCSI."""
    finish(host.virtual_disks.create("D:\\web.vhdx", size=10 * GIGABYTE))
    finish(host.virtual_disks.create("D:\\data.vhdx", size=4 * GIGABYTE))
    machine = host.virtual_machines.create("web", memory=GIGABYTE)
    machine.devices.add_scsi_controller()
    machine.devices.add_hard_disk_drive("D:\\web.vhdx")
    machine.devices.add_hard_disk_drive("D:\\data.vhdx", controller_type=ControllerType.SCSI)
    machine.devices.add_network_adapter()
    machine.guest.install(WINDOWS)
    host.virtual_disks.find("D:\\web.vhdx").install(WINDOWS)
    return machine


@pytest.fixture
def run(vm, finish, advance):
    def start():
        finish(vm.start()).raise_if_failed()
        advance(20)

    return start


@pytest.fixture
def take(host, vm, finish):
    def checkpoint(name=None, kind=None):
        before = set(vm.checkpoints)
        finish(host.checkpoints.create(vm, name, kind)).raise_if_failed()
        (made,) = set(vm.checkpoints) - before
        return made

    return checkpoint


@pytest.fixture
def settle(host, advance):
    """Let merges end, and look whether everything adds up."""

    def wait():
        advance(60)
        assert host.filesystem.audit() == []

    return wait


def disks_on(host):
    return sorted(entry.name for entry in host.filesystem.list("D:\\") if "vhd" in entry.name)


def test_a_checkpoint_is_a_job_of_the_recorded_length_and_shows_while_it_is_made(host, vm, finish):
    job = host.checkpoints.create(vm)
    assert (job.type, job.description) == (70, "Taking Virtual Machine Snapshot")
    assert vm.operational_status == (OperationalStatus.OK, OperationalStatus.CREATING_CHECKPOINT)
    assert vm.checkpoints == []
    with pytest.raises(InvalidState):
        vm.start()
    finish(job)
    assert job.elapsed() == timedelta(seconds=1.46)
    assert vm.operational_status == (OperationalStatus.OK,)
    (checkpoint,) = vm.checkpoints
    assert checkpoint.name == "web - (3/1/2024 - 12:00:02 PM)"
    assert (vm.parent_checkpoint, checkpoint.parent_checkpoint) == (checkpoint, None)


def test_the_machine_goes_on_in_differencing_files_beside_its_disks(host, vm, take):
    checkpoint = take("first")
    for drive, kept, name in zip(
        vm.hard_disk_drives, checkpoint.hard_disk_drives, ("web", "data"), strict=True
    ):
        leaf = drive.virtual_disk
        assert leaf.path.startswith(f"D:\\{name}_")
        assert leaf.path.endswith(".avhdx")
        assert (leaf.kind, leaf.parent_path, kept.path) == (
            DiskKind.DIFFERENCING,
            f"D:\\{name}.vhdx",
            f"D:\\{name}.vhdx",
        )
    second = take("second")
    assert [drive.path for drive in second.hard_disk_drives] != [drive.path for drive in vm.hard_disk_drives]
    assert vm.hard_disk_drives[0].path.count("_") == 1
    assert (second.parent_checkpoint, checkpoint.children, checkpoint.subtree) == (
        checkpoint,
        [second],
        [checkpoint, second],
    )
    assert host.filesystem.exists(checkpoint.files.configuration)
    assert checkpoint.files.folder.endswith("\\Snapshots")


@pytest.mark.parametrize(
    ("before", "kind", "production", "after"),
    [
        (State.OFF, CheckpointType.STANDARD, False, State.OFF),
        (State.OFF, CheckpointType.PRODUCTION, True, State.OFF),
        (State.OFF, CheckpointType.PRODUCTION_ONLY, True, State.OFF),
        (State.RUNNING, CheckpointType.STANDARD, False, State.SAVED),
        (State.RUNNING, CheckpointType.PRODUCTION, True, State.OFF),
        (State.RUNNING, CheckpointType.PRODUCTION_ONLY, True, State.OFF),
        (State.PAUSED, CheckpointType.STANDARD, False, State.SAVED),
        (State.PAUSED, CheckpointType.PRODUCTION, False, State.SAVED),
        (State.PAUSED, CheckpointType.PRODUCTION_ONLY, None, None),
        (State.SAVED, CheckpointType.STANDARD, False, State.SAVED),
        (State.SAVED, CheckpointType.PRODUCTION, False, State.SAVED),
        (State.SAVED, CheckpointType.PRODUCTION_ONLY, None, None),
    ],
)
def test_what_each_kind_of_checkpoint_keeps_and_where_applying_it_leads(
    host, vm, run, finish, settle, before, kind, production, after
):
    if before is not State.OFF:
        run()
    if before is State.PAUSED:
        finish(vm.pause())
    if before is State.SAVED:
        finish(vm.save())
    job = finish(host.checkpoints.create(vm, None, kind))
    if production is None:
        assert (job.state, vm.checkpoints) == (JobState.EXCEPTION, [])
        assert "Production checkpoints cannot be created for 'web'" in job.error.text
        return
    (checkpoint,) = vm.checkpoints
    assert (checkpoint.is_production, checkpoint.has_memory) == (production, after is State.SAVED)
    assert vm.state is before
    if vm.state is not State.OFF:
        finish(vm.turn_off())
    finish(host.checkpoints.apply(checkpoint)).raise_if_failed()
    assert vm.state is after
    settle()
    if after is State.SAVED:
        finish(vm.start()).raise_if_failed()
        assert vm.guest.is_ready


def test_without_a_guest_that_answers_a_production_checkpoint_becomes_a_standard_one(host, vm, finish, take):
    finish(vm.start())
    assert not take().is_production
    vm.configure(checkpoint_type=CheckpointType.PRODUCTION_ONLY)
    assert finish(host.checkpoints.create(vm)).state is JobState.EXCEPTION


def test_applying_brings_settings_devices_and_disks_back(host, vm, take, finish, run, settle):
    vm.configure(notes="before")
    first = take("first")
    mac = vm.network_adapters[0].id
    run()
    finish(vm.turn_off())
    vm.configure(notes="after", processor={"count": 4})
    vm.devices.remove_network_adapter(vm.network_adapters[0])
    vm.devices.remove_drive(vm.hard_disk_drives[1])
    lost = vm.hard_disk_drives[0].virtual_disk
    assert lost.file_size > 40 * MEGABYTE
    job = finish(host.checkpoints.apply(first))
    assert (job.type, job.state) == (71, JobState.COMPLETED)
    assert (vm.name, vm.notes, vm.processor.count) == ("web", "before", 1)
    assert [adapter.id for adapter in vm.network_adapters] == [mac]
    assert len(vm.hard_disk_drives) == 2
    assert (vm.parent_checkpoint, vm.last_applied) == (first, first)
    assert lost not in list(host.virtual_disks)
    settle()


def test_a_deleted_checkpoint_is_merged_on_the_clock_while_the_machine_runs(
    host, vm, take, run, finish, settle
):
    first = take("first")
    run()
    grown = vm.hard_disk_drives[0].virtual_disk.written
    job = finish(host.checkpoints.delete(first))
    assert (job.type, job.elapsed()) == (72, timedelta(seconds=0.11))
    assert OperationalStatus.MERGING_DISKS in vm.operational_status
    assert vm.checkpoints == []
    assert len(disks_on(host)) == 4
    settle()
    assert disks_on(host) == ["data.vhdx", "web.vhdx"]
    assert vm.hard_disk_drives[0].path == "D:\\web.vhdx"
    assert host.virtual_disks.find("D:\\web.vhdx").written == grown
    assert vm.operational_status == (OperationalStatus.OK,)
    assert vm.state is State.RUNNING
    vm.hard_disk_drives[0].virtual_disk.check_chain()


def test_deleting_one_in_the_middle_joins_its_neighbours(host, vm, take, finish, settle):
    first, second, third = take("1"), take("2"), take("3")
    finish(host.checkpoints.delete(second))
    settle()
    assert third.parent_checkpoint is first
    assert len(disks_on(host)) == 2 * 3
    for drive in vm.hard_disk_drives:
        assert len(drive.virtual_disk.chain) == 3
        drive.virtual_disk.check_chain()


def test_a_tree_keeps_what_two_branches_stand_on(host, vm, take, finish, settle):
    root = take("root")
    left = take("left")
    finish(host.checkpoints.apply(root))
    right = take("right")
    assert {each.name for each in root.children} == {"left", "right"}
    finish(host.checkpoints.delete(root))
    settle()
    # Two branches stand on the base: nothing can be merged into it.
    assert (left.parent_checkpoint, right.parent_checkpoint) == (None, None)
    web = host.virtual_disks.find("D:\\web.vhdx")
    assert len(web.children) == 2
    finish(host.checkpoints.delete(left, subtree=True))
    settle()
    assert len(web.children) == 1
    finish(host.checkpoints.delete(right))
    settle()
    assert disks_on(host) == ["data.vhdx", "web.vhdx"]
    assert [drive.path for drive in vm.hard_disk_drives] == ["D:\\web.vhdx", "D:\\data.vhdx"]


def test_a_subtree_goes_as_a_whole(host, vm, take, finish, settle):
    first = take("1")
    take("2")
    take("3")
    finish(host.checkpoints.delete(first, subtree=True))
    settle()
    assert (vm.checkpoints, vm.parent_checkpoint) == ([], None)
    assert disks_on(host) == ["data.vhdx", "web.vhdx"]
    assert not [e for e in host.filesystem.list(first.files.folder) if e.name.startswith(first.id)]


def test_before_2012_merges_wait_until_the_machine_is_off(make_host, finish):
    host = make_host(operating_system={"release": "2008R2"})
    finish(host.virtual_disks.create("D:\\a.vhd", size=GIGABYTE))
    vm = host.virtual_machines.create("old")
    vm.devices.add_hard_disk_drive("D:\\a.vhd")
    finish(host.checkpoints.create(vm))
    (checkpoint,) = vm.checkpoints
    assert not checkpoint.is_production
    assert vm.hard_disk_drives[0].path.endswith(".avhd")
    finish(vm.start())
    finish(host.checkpoints.delete(checkpoint))
    host.clock.advance(timedelta(hours=1))
    assert len(disks_on(host)) == 2
    finish(vm.turn_off())
    host.clock.advance(timedelta(minutes=1))
    assert disks_on(host) == ["a.vhd"]
    assert vm.hard_disk_drives[0].path == "D:\\a.vhd"


def test_clients_take_an_automatic_checkpoint_at_each_start_and_merge_it_when_the_machine_is_off(
    make_host, finish
):
    host = make_host(operating_system={"release": "11", "edition": "Professional"})
    finish(host.virtual_disks.create("D:\\a.vhdx", size=GIGABYTE))
    vm = host.virtual_machines.create("desk", memory=512 * MEGABYTE)
    vm.devices.add_hard_disk_drive("D:\\a.vhdx")
    finish(vm.start())
    (checkpoint,) = vm.checkpoints
    assert checkpoint.is_automatic
    assert checkpoint.name.startswith("Automatic Checkpoint - desk - (")
    finish(vm.turn_off())
    assert vm.checkpoints == []
    host.clock.advance(timedelta(minutes=1))
    assert disks_on(host) == ["a.vhdx"]
    vm.configure(automatic_checkpoints_enabled=False)
    finish(vm.start())
    assert vm.checkpoints == []


def test_destroying_a_machine_merges_its_disks_and_deletes_its_checkpoints(host, vm, take, run, finish):
    first = take("1")
    run()
    finish(vm.turn_off())
    take("2")
    finish(host.virtual_machines.destroy(vm))
    assert (list(host.checkpoints), first.deleted) == ([], True)
    assert disks_on(host) == ["data.vhdx", "web.vhdx"]
    assert host.virtual_disks.find("D:\\web.vhdx").written.end == 48 * MEGABYTE
    assert host.filesystem.audit() == []


@pytest.mark.parametrize("operation", ["create", "apply", "delete"])
def test_an_operation_under_way_refuses_the_next(host, vm, take, operation):
    checkpoint = take()
    host.checkpoints.create(vm)
    calls = {
        "create": lambda: host.checkpoints.create(vm),
        "apply": lambda: host.checkpoints.apply(checkpoint),
        "delete": lambda: host.checkpoints.delete(checkpoint),
    }
    with pytest.raises(InvalidState):
        calls[operation]()


def test_a_running_machine_is_not_put_back(host, take, run):
    checkpoint = take()
    run()
    with pytest.raises(InvalidState):
        host.checkpoints.apply(checkpoint)


def test_settings_of_a_checkpoint_stand_still_but_for_its_name(host, take, finish):
    checkpoint = take()
    checkpoint.configure(name="renamed", notes="text")
    assert checkpoint.name == "renamed"
    for call in (
        checkpoint.start,
        lambda: checkpoint.processor.configure(count=2),
        lambda: checkpoint.memory.configure(startup=2 * GIGABYTE),
        lambda: checkpoint.devices.add_hard_disk_drive(),
        lambda: checkpoint.network_adapters[0].configure(name="x"),
        lambda: checkpoint.hard_disk_drives[0].configure(maximum_iops=5),
    ):
        with pytest.raises(InvalidState):
            call()
    finish(host.checkpoints.delete(checkpoint))
    with pytest.raises(NotFound):
        host.checkpoints.apply(checkpoint)


def test_checkpoints_can_be_disabled_and_are_fifty_at_most(host, vm, take):
    vm.configure(checkpoint_type=CheckpointType.DISABLED)
    with pytest.raises(InvalidState):
        host.checkpoints.create(vm)
    vm.configure(checkpoint_type=CheckpointType.STANDARD)
    for _ in range(50):
        take()
    with pytest.raises(LimitExceeded):
        host.checkpoints.create(vm)
    assert host.filesystem.audit() == []


def test_a_full_volume_refuses_a_checkpoint_and_changes_nothing(host, vm, finish):
    host.filesystem.place("D:\\ballast", host.filesystem.volume("D").free - 6 * MEGABYTE)
    before = (disks_on(host), host.filesystem.volume("D").free, host.filesystem.volume("C").free)
    job = finish(host.checkpoints.create(vm))
    assert (job.state, job.error.code) == (JobState.EXCEPTION, 32768)
    assert "There is not enough space on the disk" in job.error.text
    assert (disks_on(host), host.filesystem.volume("D").free, host.filesystem.volume("C").free) == before
    assert (vm.checkpoints, vm.parent_checkpoint, vm.activity) == ([], None, None)
    assert host.filesystem.audit() == []


def test_a_merge_without_room_is_tried_again_when_the_machine_stops(host, vm, take, run, finish, settle):
    checkpoint = take()
    run()
    host.filesystem.place("D:\\ballast", host.filesystem.volume("D").free)
    finish(host.checkpoints.delete(checkpoint))
    settle()
    assert len(disks_on(host)) > 2
    host.filesystem.remove("D:\\ballast")
    finish(vm.turn_off())
    settle()
    assert disks_on(host) == ["data.vhdx", "web.vhdx"]


def test_dropping_the_memory_of_a_checkpoint_leaves_a_machine_that_is_off(host, vm, take, run, finish):
    run()
    checkpoint = take(kind=CheckpointType.STANDARD)
    saved = host.filesystem.entry(checkpoint.files.saved_state).size
    assert saved > GIGABYTE
    host.checkpoints.clear_state(checkpoint)
    assert host.filesystem.entry(checkpoint.files.saved_state).size < MEGABYTE
    with pytest.raises(InvalidState):
        host.checkpoints.clear_state(checkpoint)
    finish(vm.turn_off())
    finish(host.checkpoints.apply(checkpoint))
    assert vm.state is State.OFF


def test_a_reboot_of_the_host_ends_a_checkpoint_under_way(host, vm):
    host.checkpoints.create(vm)
    restart(host)
    assert (vm.checkpoints, vm.activity, vm.job) == ([], None, None)
    assert host.filesystem.audit() == []


def test_a_base_that_was_changed_breaks_the_chain(host, vm, take, finish):
    take()
    host.virtual_disks.find("D:\\web.vhdx").write(0, MEGABYTE)
    job = finish(vm.start())
    assert (job.state, job.exception.hresult) == (JobState.EXCEPTION, 0xC03A000E)
    assert finish(host.checkpoints.create(vm)).state is JobState.EXCEPTION


def test_a_removed_drive_keeps_its_file(host, vm, take, finish, settle):
    checkpoint = take()
    drive = vm.hard_disk_drives[1]
    path = drive.path
    vm.devices.remove_drive(drive)
    finish(host.checkpoints.create(vm))
    settle()
    assert host.filesystem.exists(path)
    assert checkpoint.hard_disk_drives[1].path == "D:\\data.vhdx"


def test_a_checkpoint_has_the_key_protector_the_pairs_and_the_files_of_the_guest(host, finish):
    vm = host.virtual_machines.create("shielded", 2)
    vm.security.set_key_protector(b"first protector")
    vm.security.configure(tpm_enabled=True)
    vm.guest.pairs.add(PairSource.HOST, {"role": "web"})
    vm.guest.files._put(guest_file("/etc/one"), overwrite=False, create_path=True)
    finish(host.checkpoints.create(vm))
    (checkpoint,) = vm.checkpoints
    vm.security.configure(tpm_enabled=False)
    vm.security.set_key_protector(b"second protector")
    vm.guest.pairs.replace(PairSource.HOST, {"role": "none"})
    vm.guest.files._put(guest_file("/etc/two"), overwrite=False, create_path=True)
    assert checkpoint.security.key_protector == b"first protector"
    finish(host.checkpoints.apply(checkpoint)).raise_if_failed()
    assert (vm.security.key_protector, vm.security.tpm_enabled) == (b"first protector", True)
    assert vm.guest.pairs.items(PairSource.HOST) == {"role": "web"}
    assert [file.path for file in vm.guest.files] == ["/etc/one"]


def test_an_imported_copy_has_the_key_protector_and_the_pairs(host, finish):
    vm = host.virtual_machines.create("one", 2)
    vm.security.set_key_protector(b"protector")
    vm.guest.pairs.add(PairSource.HOST, {"role": "web"})
    finish(vm.export("D:\\Out")).raise_if_failed()
    path = f"D:\\Out\\one\\Virtual Machines\\{vm.id}.vmcx"
    planned = host.planned_machines.import_definition(path, new_identifier=True)
    finish(host.planned_machines.realize(planned)).raise_if_failed()
    copy = host.virtual_machines[planned.id]
    assert copy.security.key_protector == b"protector"
    assert copy.guest.pairs.items(PairSource.HOST) == {"role": "web"}
    assert vm.guest.pairs.items(PairSource.HOST) == {"role": "web"}


def test_applying_a_checkpoint_leaves_metering_alone(host, finish):
    vm = host.virtual_machines.create("metered", 2)
    vm.metering.enable()
    finish(host.checkpoints.create(vm))
    since = vm.metering.since
    finish(host.checkpoints.apply(vm.checkpoints[0])).raise_if_failed()
    assert vm.is_metered
    assert vm.metering.since == since
    assert not vm.checkpoints[0].is_metered


def guest_file(path):
    return GuestFile(path, 3, b"abc", datetime(2024, 3, 1, tzinfo=UTC))
