"""Physical disks of storage pools that fail: what stays, what goes, and what Repair and hot spares do."""

from datetime import timedelta

import pytest

from emulator.host import InvalidState
from emulator.host.storage.disk_layout import physical_disks
from emulator.host.storage.storage_errors import StorageCode, StorageRefused
from emulator.host.storage.storage_spaces import DiskFailure, DiskUsage, PoolingReason
from emulator.host.storage.storage_spaces.health import (
    AwayReason,
    Condition,
    Health,
    detached_reason,
    pool_state,
    read_only_reason,
    space_state,
)
from tests.host.audit import audit

GIGABYTE = 1 << 30
LOST, MEDIA, PREDICTED = DiskFailure.LOST, DiskFailure.MEDIA, DiskFailure.PREDICTED


@pytest.fixture
def host(make_host):
    empty = [{"model": f"Drive {number}", "size": "20 GB"} for number in range(1, 6)]
    disks = [{"model": "System", "size": "200 GB", "volumes": [{"drive_letter": "C"}]}, *empty]
    made = make_host(hardware={"disks": disks}, operating_system={"release": "2022"})
    yield made
    assert [*audit(made), *made.filesystem.audit(), *made.storage_pools.audit()] == []


@pytest.fixture
def pool(host):
    return host.storage_pools.create("Lab", [1, 2, 3, 4])


def space(host, pool, resiliency="Mirror", size=16 * GIGABYTE):
    pools = host.storage_pools
    return pools.create_space(pool, resiliency, size, pools.layout(pool, resiliency))


def volume_on(host, made, letter="V"):
    table = host.disk_partitions
    table.initialize(table.find(made.number))
    part = table.create(table.find(made.number), letter=letter)
    table.format(table.find(made.number), part.number, "NTFS", "Lab")


def refusal(action):
    with pytest.raises(StorageRefused) as refused:
        action()
    return refused.value.number


@pytest.mark.parametrize(
    ("failure", "condition"), [(LOST, Condition.INCOMPLETE), (MEDIA, Condition.DEGRADED)]
)
def test_a_mirror_goes_on_without_one_disk_and_repair_makes_it_whole(host, pool, failure, condition):
    mirror = space(host, pool)
    volume_on(host, mirror)
    host.filesystem.write("V:\\file.txt", b"kept")
    bad = next(iter(mirror.slabs))
    host.storage_pools.set_failure(bad, failure)
    assert space_state(mirror) == (Health.WARNING, condition)
    assert pool_state(pool) == (Health.WARNING, Condition.DEGRADED)
    assert host.filesystem.read("V:\\file.txt") == b"kept"
    with pytest.raises(StorageRefused):
        host.storage_pools.remove_disks(pool, [bad])
    # Two columns of two copies need four disks.
    assert refusal(lambda: host.storage_pools.repair(mirror)) == StorageCode.NOT_ENOUGH_CAPACITY
    host.storage_pools.add_disks(pool, [5])
    host.storage_pools.repair(mirror)
    assert bad not in mirror.slabs
    assert space_state(mirror) == (Health.HEALTHY, Condition.OK)
    host.storage_pools.remove_disks(pool, [bad])
    assert pool_state(pool) == (Health.HEALTHY, Condition.OK)
    assert host.storage_pools.obstacles(bad) == (PoolingReason.NOT_HEALTHY,)
    host.storage_pools.set_failure(bad, None)
    assert host.storage_pools.obstacles(bad) == ()


def test_a_simple_virtual_disk_goes_with_any_of_its_disks_and_comes_back_with_it(host, pool):
    simple = space(host, pool, "Simple")
    volume_on(host, simple)
    host.filesystem.write("V:\\file.txt", b"kept")
    vm = host.virtual_machines.create("web", path="C:\\VMs")
    host.virtual_disks.create("V:\\web.vhdx", size=GIGABYTE)
    host.clock.advance(timedelta(minutes=1))
    vm.devices.add_hard_disk_drive("V:\\web.vhdx")
    vm.start()
    host.clock.advance(timedelta(minutes=1))
    host.storage_pools.set_failure(1, LOST)
    assert (space_state(simple), detached_reason(simple)) == (
        (Health.UNKNOWN, Condition.DETACHED),
        AwayReason.INCOMPLETE,
    )
    assert not host.filesystem.exists("V:\\file.txt")
    assert all(disk.space is not simple for disk in physical_disks(host))
    assert vm.critical is not None
    assert refusal(lambda: host.storage_pools.attach(simple)) == StorageCode.VIRTUAL_DISK_STATE
    assert refusal(lambda: host.storage_pools.repair(simple)) == StorageCode.VIRTUAL_DISK_STATE
    host.storage_pools.set_failure(1, None)
    assert host.filesystem.read("V:\\file.txt") == b"kept"
    assert vm.critical is None
    assert space_state(simple) == (Health.HEALTHY, Condition.OK)


def test_what_an_administrator_detached_does_not_come_back_with_its_disk(host, pool):
    simple = space(host, pool, "Simple")
    host.storage_pools.detach(simple)
    host.storage_pools.set_failure(1, LOST)
    assert detached_reason(simple) is AwayReason.BY_POLICY
    host.storage_pools.set_failure(1, None)
    assert simple.number is None


def test_a_pool_that_lost_the_greater_part_of_its_disks_can_only_be_read(host, pool):
    mirror = space(host, pool)
    for number in (1, 2):
        host.storage_pools.set_failure(number, LOST)
    assert pool_state(pool)[0] is Health.WARNING
    host.storage_pools.set_failure(3, LOST)
    assert pool_state(pool) == (Health.UNHEALTHY, Condition.MAJORITY_DISKS_UNHEALTHY)
    assert read_only_reason(pool) is AwayReason.MAJORITY_DISKS_UNHEALTHY
    assert detached_reason(mirror) is AwayReason.MAJORITY_DISKS_UNHEALTHY
    assert refusal(lambda: host.storage_pools.rename(pool, "x")) == StorageCode.POOL_READ_ONLY
    for number in (1, 2, 3):
        host.storage_pools.set_failure(number, None)
    assert mirror.number is not None
    host.storage_pools.rename(pool, "x")


def test_a_hot_spare_takes_the_place_of_a_failed_disk(host, pool):
    mirror = space(host, pool)
    host.storage_pools.add_disks(pool, [5], DiskUsage.HOT_SPARE)
    host.storage_pools.set_failure(2, MEDIA)
    assert (pool.disks[5].usage, pool.disks[2].usage) == (DiskUsage.AUTO_SELECT, DiskUsage.RETIRED)
    assert 2 not in mirror.slabs
    assert 5 in mirror.slabs
    assert space_state(mirror) == (Health.HEALTHY, Condition.OK)


def test_the_pool_decides_whether_failed_disks_are_retired(host, pool):
    host.storage_pools.add_disks(pool, [5], DiskUsage.HOT_SPARE)
    host.storage_pools.set_attributes(pool, retire_missing_disks=3)
    host.storage_pools.set_failure(2, LOST)
    assert pool.disks[5].usage is DiskUsage.HOT_SPARE
    host.storage_pools.set_failure(2, None)
    host.storage_pools.remove_disks(pool, [5])
    host.storage_pools.set_attributes(pool, retire_missing_disks=2)
    host.storage_pools.set_failure(2, LOST)
    assert pool.disks[2].usage is DiskUsage.RETIRED


def test_new_virtual_disks_do_not_lie_on_failed_ones(host, pool):
    host.storage_pools.set_failure(1, MEDIA)
    made = space(host, pool)
    assert 1 not in made.slabs
    host.storage_pools.set_failure(2, PREDICTED)
    assert 2 in made.slabs
    assert space_state(made) == (Health.HEALTHY, Condition.OK)


def test_a_disk_with_volumes_of_its_own_fails_by_another_way(host):
    with pytest.raises(InvalidState):
        host.storage_pools.set_failure(0, LOST)
    host.storage_pools.set_failure(0, PREDICTED)


def test_a_virtual_disk_leaves_a_drive_for_one_that_it_was_given(host, pool):
    mirror = space(host, pool)
    host.storage_pools.add_disks(pool, [5], DiskUsage.MANUAL_SELECT)
    assert refusal(lambda: host.storage_pools.release_disks(mirror, [1])) == StorageCode.DISK_STILL_IN_USE
    host.storage_pools.choose_disks(mirror, [5])
    host.storage_pools.release_disks(mirror, [1])
    assert set(mirror.slabs) == {2, 3, 4, 5}
    host.storage_pools.remove_disks(pool, [1])
    assert set(mirror.chosen_disks) == {2, 3, 4, 5}
    host.storage_pools.resize(mirror, mirror.size + GIGABYTE)
    assert set(mirror.slabs) == {2, 3, 4, 5}


@pytest.mark.parametrize("usage", [DiskUsage.HOT_SPARE, DiskUsage.RETIRED, DiskUsage.JOURNAL])
def test_disks_that_are_kept_for_something_else_are_not_chosen(host, pool, usage):
    mirror = space(host, pool)
    host.storage_pools.add_disks(pool, [5], usage)
    assert refusal(lambda: host.storage_pools.choose_disks(mirror, [5])) == StorageCode.DISK_NOT_SUPPORTED
    assert mirror.chosen_disks == ()
