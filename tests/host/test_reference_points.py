"""Backups: recovery snapshots, reference points, what changed since them, and those of groups."""

from datetime import timedelta

import pytest
from host.audit import audit

from emulator.host import InstalledSystem, InvalidState
from emulator.host.checkpoints.reference_point_export import export_point, import_metadata
from emulator.host.checkpoints.reference_points import (
    MAXIMUM_POINTS,
    ConsistencyLevel,
    ReferencePointType,
    changes_since,
)
from emulator.host.errors import (
    InvalidParameter,
    LimitExceeded,
    NotFound,
    NotSupported,
    ParentNotFound,
)
from emulator.host.migration.machine_export import CheckpointsToExport, ExportSettings

GIGABYTE = 1 << 30
MEGABYTE = 1 << 20
RCT = ReferencePointType.RCT


def machine(host, finish, name="web", **facts):
    vm = host.virtual_machines.create(name, 2, memory=GIGABYTE, **facts)
    path = f"D:\\{name}.vhdx"
    finish(host.virtual_disks.create(path, size=4 * GIGABYTE))
    vm.devices.add_hard_disk_drive(path)
    vm.guest.install(InstalledSystem("Windows Server 2022", name.upper(), (), 5.0))
    return vm


@pytest.fixture
def vm(host, finish):
    """A machine; whatever a test does to it, its host is sound at the end."""
    yield machine(host, finish)
    assert audit(host) == []
    assert host.virtual_disks.audit() == []


def done(finish, job):
    finish(job).raise_if_failed()
    return job


def write(vm, megabyte):
    vm.hard_disk_drives[0].virtual_disk.write(megabyte * MEGABYTE, MEGABYTE)


def changed(vm, point, path=None):
    """The megabytes that changed."""
    path = path or vm.hard_disk_drives[0].path
    _, found = changes_since(vm.host, path, point.disks[0].tracking_id)
    return [start // MEGABYTE for start, end in found.ranges for start in range(start, end, MEGABYTE)]


def point_of(host, vm):
    return host.reference_points.of(vm)[-1]


def test_a_point_tells_what_was_written_since(host, vm, finish):
    write(vm, 1)
    done(finish, host.reference_points.create(vm, RCT))
    first = point_of(host, vm)
    write(vm, 3)
    done(finish, host.reference_points.create(vm, RCT))
    second = point_of(host, vm)
    write(vm, 5)
    assert changed(vm, first) == [3, 5]
    assert changed(vm, second) == [5]
    looked, found = changes_since(
        host, vm.hard_disk_drives[0].path, first.disks[0].tracking_id, 4 * MEGABYTE, 4 * MEGABYTE
    )
    assert (looked, len(found)) == (4 * MEGABYTE, MEGABYTE)
    done(finish, host.reference_points.destroy(first))
    with pytest.raises(InvalidParameter):
        changed(vm, first)
    assert vm.hard_disk_drives[0].trackers == (second.disks[0].tracker,)


def test_checkpoints_and_their_merges_do_not_disturb_the_tracking(host, vm, finish):
    done(finish, host.reference_points.create(vm, RCT))
    point = point_of(host, vm)
    done(finish, host.checkpoints.create(vm))
    write(vm, 2)
    done(finish, host.checkpoints.delete(vm.checkpoints[0]))
    host.clock.advance(timedelta(seconds=10))
    assert changed(vm, point) == [2]


def test_an_applied_checkpoint_makes_the_tracking_worthless(host, vm, finish):
    done(finish, host.checkpoints.create(vm))
    done(finish, host.reference_points.create(vm, RCT))
    done(finish, host.checkpoints.apply(vm.checkpoints[0]))
    with pytest.raises(InvalidParameter):
        changed(vm, point_of(host, vm))


def test_the_round_of_a_backup(host, vm, finish):
    """Recovery snapshot, reading what changed from the file that stands still, conversion: twice."""
    write(vm, 1)
    done(finish, host.checkpoints.create_recovery(vm))
    snapshot = vm.checkpoints[0]
    assert snapshot.is_recovery
    assert " - Backup - (" in snapshot.name
    assert not snapshot.has_memory
    write(vm, 4)
    done(finish, host.reference_points.convert(snapshot))
    first = point_of(host, vm)
    host.clock.advance(timedelta(seconds=10))
    assert not vm.checkpoints
    assert len(vm.hard_disk_drives[0].virtual_disk.chain) == 1
    assert changed(vm, first) == [4]
    assert vm.last_backup == first.created

    done(finish, host.checkpoints.create_recovery(vm))
    snapshot = vm.checkpoints[0]
    write(vm, 6)
    # The backup reads the frozen file: what came after is not in it.
    assert changed(vm, first, snapshot.hard_disk_drives[0].path) == [4]
    done(finish, host.reference_points.convert(snapshot))
    assert changed(vm, point_of(host, vm)) == [6]
    assert point_of(host, vm).changes[first.disks[0].tracking_id.lower()].ranges == (
        (4 * MEGABYTE, 5 * MEGABYTE),
    )


def test_only_recovery_snapshots_are_converted(host, vm, finish):
    done(finish, host.checkpoints.create(vm))
    with pytest.raises(InvalidState):
        host.reference_points.convert(vm.checkpoints[0])


def test_a_deleted_recovery_snapshot_tracks_no_longer(host, vm, finish):
    done(finish, host.checkpoints.create_recovery(vm))
    assert vm.hard_disk_drives[0].trackers
    done(finish, host.checkpoints.delete(vm.checkpoints[0]))
    assert not vm.hard_disk_drives[0].trackers


def test_consistency_is_what_the_guest_can(host, vm, finish):
    done(finish, host.reference_points.create(vm, RCT))
    assert point_of(host, vm).consistency is ConsistencyLevel.APPLICATION
    done(finish, vm.start())
    with pytest.raises(InvalidState):
        host.reference_points.create(vm, RCT, 1)
    done(finish, host.reference_points.create(vm, RCT))
    assert point_of(host, vm).consistency is ConsistencyLevel.CRASH
    host.clock.advance(timedelta(seconds=30))
    done(finish, host.reference_points.create(vm, RCT, 1))
    assert point_of(host, vm).consistency is ConsistencyLevel.APPLICATION


def test_logs_are_dropped(host, vm, finish):
    done(finish, host.reference_points.create(vm, ReferencePointType.LOG))
    point = point_of(host, vm)
    assert point.has_data
    done(finish, host.reference_points.remove_data(point))
    assert not point.has_data
    with pytest.raises(InvalidState):
        host.reference_points.remove_data(point)


def test_there_are_not_too_many(host, vm, finish):
    for _ in range(MAXIMUM_POINTS):
        done(finish, host.reference_points.create(vm, RCT))
    with pytest.raises(LimitExceeded):
        host.reference_points.create(vm, RCT)


@pytest.mark.parametrize("facts", [{"release": "2012R2"}])
def test_older_releases_have_none(make_host, finish, facts):
    host = make_host(operating_system=facts)
    vm = machine(host, finish)
    with pytest.raises(NotSupported):
        host.reference_points.create(vm, RCT)
    done(finish, host.checkpoints.create_recovery(vm))
    assert vm.checkpoints[0].is_recovery


def test_a_destroyed_machine_takes_its_points_along(host, vm, finish):
    done(finish, host.reference_points.create(vm, RCT))
    point = point_of(host, vm)
    done(finish, host.virtual_machines.destroy(vm))
    assert list(host.reference_points) == []
    with pytest.raises(NotFound):
        host.reference_points.destroy(point)


def test_a_point_is_exported_and_known_again(host, vm, finish):
    write(vm, 1)
    done(finish, host.reference_points.create(vm, RCT))
    first = point_of(host, vm)
    write(vm, 3)
    done(finish, host.reference_points.create(vm, RCT))
    second = point_of(host, vm)
    job = done(finish, export_point(second, "D:\\Out", first))
    (log,) = job.exported.logs
    assert host.filesystem.entry(log).size == MEGABYTE
    (configuration,) = job.exported.configurations
    assert finish(export_point(second, "D:\\Other")).exported.logs[0].startswith("D:\\Other\\web_")
    with pytest.raises(InvalidParameter):
        export_point(first, "D:\\Wrong", second)
    with pytest.raises(InvalidParameter):
        import_metadata(vm, configuration)
    done(finish, host.reference_points.destroy(second))
    done(finish, import_metadata(vm, configuration))
    again = host.reference_points.get(second.id)
    assert again is not None
    assert again.disks[0].tracking_id == second.disks[0].tracking_id
    write(vm, 7)
    assert changed(vm, again) == [7]


def exported(host, finish, vm, folder, checkpoint, **wanted):
    """The disk of an export for a backup."""
    one = {"checkpoints": CheckpointsToExport.ONE, "checkpoint": checkpoint, "subfolder": False}
    done(finish, vm.export(folder, ExportSettings(**one, **wanted)))
    (file,) = host.filesystem.list(f"{folder}\\Virtual Hard Disks")
    return host.virtual_disks.find(file.path)


def recovery(host, finish, vm):
    done(finish, host.checkpoints.create_recovery(vm))
    return vm.checkpoints[-1]


@pytest.mark.parametrize("merge", [True, False])
@pytest.mark.parametrize("keeps", ["point", "snapshot"])
def test_a_differential_export_fits_on_the_full_one(host, vm, finish, merge, keeps):
    write(vm, 1)
    first = recovery(host, finish, vm)
    full = exported(host, finish, vm, "D:\\Full", first, merge=merge)
    base = first
    if keeps == "point":
        done(finish, host.reference_points.convert(first))
        base = point_of(host, vm)
    write(vm, 9)
    second = recovery(host, finish, vm)
    write(vm, 20)
    change = exported(host, finish, vm, "D:\\Change", second, base=base, merge=merge)
    assert change.path.endswith(f"_{second.id}.avhdx")
    assert change.kind.name == "DIFFERENCING"
    assert [start // MEGABYTE for start, _ in change.written.ranges] == [9]
    with pytest.raises(ParentNotFound):
        change.check_chain()
    # Whoever restores connects the file with the full one, which is the one that it knows.
    host.virtual_disks.set_parent(change, full.path)
    change.check_chain()
    done(finish, host.virtual_disks.convert(change, "D:\\restored.vhdx"))
    whole = host.virtual_disks.find("D:\\restored.vhdx").written
    assert [start // MEGABYTE for start, _ in whole.ranges] == [1, 9]


def test_wrong_bases_fail_the_export(host, vm, finish):
    first = recovery(host, finish, vm)
    other = machine(host, finish, "other")
    for base in (first, recovery(host, finish, other)):
        wanted = ExportSettings(checkpoints=CheckpointsToExport.ONE, checkpoint=first, base=base)
        assert finish(vm.export("D:\\Out", wanted)).error.code == 32773
    assert not host.filesystem.exists("D:\\Out\\web\\Virtual Machines")


# -- groups -----------------------------------------------------------------------------------


@pytest.fixture
def group(host, finish):
    made = host.virtual_machine_groups.create("tier", 0)
    for name in ("one", "two"):
        made.add(machine(host, finish, name))
    return made


def test_a_group_is_taken_applied_and_deleted_together(host, group, finish):
    one, two = group.members
    done(finish, host.backup_collections.create_snapshot(group, 1))
    (collection,) = host.backup_collections.snapshots
    assert [each.machine for each in collection.members] == [one, two]
    write(one, 3)
    done(finish, host.backup_collections.apply_snapshot(collection))
    assert not one.hard_disk_drives[0].virtual_disk.written
    done(finish, two.start())
    with pytest.raises(InvalidState):
        host.backup_collections.apply_snapshot(collection)
    done(finish, host.backup_collections.export_snapshot(collection, "D:\\Out"))
    assert host.filesystem.exists("D:\\Out\\two\\Virtual Hard Disks\\two.vhdx")
    done(finish, host.backup_collections.destroy_snapshot(collection))
    assert not one.checkpoints
    assert list(host.backup_collections.snapshots) == []


def test_recovery_snapshots_of_a_group_become_points(host, group, finish):
    one, _two = group.members
    done(finish, host.backup_collections.create_snapshot(group, 2, 2))
    (collection,) = host.backup_collections.snapshots
    write(one, 2)
    done(finish, host.backup_collections.convert(collection))
    (points,) = host.backup_collections.points
    assert (points.type, points.consistency) == (RCT, ConsistencyLevel.CRASH)
    assert changed(one, points.members[0]) == [2]
    job = done(finish, host.backup_collections.export_points(points, "D:\\Out"))
    assert len(job.exported.configurations) == 2
    done(finish, host.backup_collections.destroy_points(points))
    assert list(host.reference_points) == []


def test_all_or_none_of_a_group(host, group, finish):
    _one, two = group.members
    job = host.backup_collections.create_snapshot(group, 1)
    host.virtual_machines.destroy(two)
    assert finish(job).exception is not None
    assert not any(vm.checkpoints for vm in host.virtual_machines)
    assert list(host.backup_collections.snapshots) == []


def test_logs_of_a_group_are_dropped_together(host, group, finish):
    done(finish, host.backup_collections.create_points(group, 1))
    (points,) = host.backup_collections.points
    done(finish, host.backup_collections.remove_data(points))
    assert not any(each.has_data for each in points.members)
    with pytest.raises(InvalidState):
        host.backup_collections.remove_data(points)


def test_an_empty_group_has_nothing_to_take(host):
    empty = host.virtual_machine_groups.create("empty", 0)
    with pytest.raises(InvalidState):
        host.backup_collections.create_snapshot(empty, 1)
