"""Storage pools and their virtual disks: what fits, where it lies, what comes to the host and what leaves it."""

from datetime import timedelta

import pytest

from emulator.host import DiskKind, InUse, InvalidParameter, JobState
from emulator.host.errors import DiskFull, NotFound
from emulator.host.storage.disk_layout import physical_disks
from emulator.host.storage.storage_errors import StorageCode, StorageRefused
from emulator.host.storage.storage_spaces import DiskUsage, Provisioning
from emulator.host.storage.storage_spaces.slabs import SLAB, most_rows, spread
from tests.host.audit import audit

GIGABYTE = 1 << 30


@pytest.fixture
def make(make_host):
    """A host with a system disk and so many empty ones behind it."""

    def made(count=4, size="20 GB", release="2022"):
        empty = [{"model": f"Drive {number}", "size": size} for number in range(1, count + 1)]
        disks = [{"model": "System", "size": "200 GB", "volumes": [{"drive_letter": "C"}]}, *empty]
        return make_host(hardware={"disks": disks}, operating_system={"release": release})

    return made


@pytest.fixture
def host(make):
    made = make()
    yield made
    assert [*audit(made), *made.filesystem.audit()] == []


@pytest.fixture
def pool(host):
    return host.storage_pools.create("Lab", [1, 2, 3, 4])


def space(host, pool, size=8 * GIGABYTE, resiliency="Mirror", name="Data", **more):
    kinds = {key: more.pop(key) for key in ("provisioning",) if key in more}
    return host.storage_pools.create_space(
        pool, name, size, host.storage_pools.layout(pool, resiliency, wanted=more), **kinds
    )


def volume_on(host, made, letter="V"):
    table = host.disk_partitions
    table.initialize(table.find(made.number))
    part = table.create(table.find(made.number), letter=letter)
    table.format(table.find(made.number), part.number, "NTFS", "Lab")
    return host.filesystem.volume(letter)


def refusal(action):
    with pytest.raises(StorageRefused) as refused:
        action()
    return refused.value.number


@pytest.mark.parametrize(
    ("free", "width", "rows"),
    [([10, 10, 10], 2, 15), ([10, 1, 1], 2, 2), ([5], 2, 0), ([4, 4, 4], 3, 4), ([], 1, 0), ([7, 3], 1, 10)],
)
def test_slabs_of_a_row_lie_on_different_disks(free, width, rows):
    assert most_rows(free, width) == rows
    given = spread(free, rows, width)
    assert sum(given) == rows * width
    assert all(part <= min(rows, whole) for part, whole in zip(given, free, strict=True))
    assert spread(free, rows + 1, width) is None


def test_disks_of_a_pool_leave_the_host_and_its_virtual_disk_comes(host, pool):
    assert [disk.number for disk in physical_disks(host)] == [0]
    made = space(host, pool)
    assert [disk.number for disk in physical_disks(host)] == [0, 5]
    shown = host.disk_partitions.find(5)
    assert (shown.size, shown.interface, shown.is_initialized) == (8 * GIGABYTE, "Spaces", False)
    host.storage_pools.delete_space(made)
    host.storage_pools.delete(pool)
    assert [disk.number for disk in physical_disks(host)] == [0, 1, 2, 3, 4]


@pytest.mark.usefixtures("pool")
def test_only_disks_without_data_can_join_and_only_once(host):
    pools = host.storage_pools
    assert [int(each) for each in pools.obstacles(0)] == [7]
    assert [int(each) for each in pools.obstacles(1)] == [2]
    assert refusal(lambda: pools.create("Other", [1])) == StorageCode.DISK_IN_USE
    assert refusal(lambda: pools.create("Other", [0])) == StorageCode.DISK_NOT_SUPPORTED
    assert refusal(lambda: pools.create("Other", [])) == StorageCode.NOT_ENOUGH_DISKS
    with pytest.raises(NotFound):
        pools.create("Other", [17])
    with pytest.raises(InvalidParameter):
        pools.create("", [1])
    assert [each.name for each in pools] == ["Lab"]


def test_a_partition_or_a_small_disk_keeps_a_drive_out_of_pools(make):
    host = make(count=2, size="3 GB")
    assert [int(each) for each in host.storage_pools.obstacles(1)] == [7]
    larger = make(count=1)
    table = larger.disk_partitions
    table.initialize(table.find(1))
    assert larger.storage_pools.obstacles(1) == ()
    table.create(table.find(1), GIGABYTE)
    assert [int(each) for each in larger.storage_pools.obstacles(1)] == [7]
    table.clear(table.find(1), remove_data=True)
    assert larger.storage_pools.obstacles(1) == ()


@pytest.mark.parametrize(
    ("resiliency", "more", "width", "data"),
    [
        ("Simple", {}, 4, 4),
        ("Simple", {"columns": 2}, 2, 2),
        ("Mirror", {}, 4, 2),
        ("Mirror", {"columns": 1}, 2, 1),
        ("Parity", {}, 4, 3),
        ("Parity", {"columns": 3}, 3, 2),
    ],
)
def test_a_fixed_disk_takes_what_its_resiliency_costs(host, pool, resiliency, more, width, data):
    before = pool.allocated
    made = space(host, pool, 12 * GIGABYTE, resiliency, **more)
    assert (made.layout.width, made.layout.data_slabs) == (width, data)
    assert made.size == 12 * GIGABYTE
    assert made.footprint >= 12 * GIGABYTE * width // data
    assert made.footprint - 12 * GIGABYTE * width // data < width * SLAB
    assert pool.allocated - before == made.footprint


@pytest.mark.parametrize(
    ("resiliency", "more", "code"),
    [
        ("Stripe", {}, StorageCode.NO_SUCH_RESILIENCY),
        ("Mirror", {"copies": 3}, StorageCode.NOT_ENOUGH_DISKS_IN_POOL),
        ("Mirror", {"copies": 4}, StorageCode.COPIES_OUT_OF_RANGE),
        ("Mirror", {"redundancy": 3}, StorageCode.REDUNDANCY_OUT_OF_RANGE),
        ("Simple", {"columns": 9}, StorageCode.COLUMNS_OUT_OF_RANGE),
        ("Simple", {"columns": 5}, StorageCode.NOT_ENOUGH_DISKS_IN_POOL),
        ("Parity", {"columns": 2}, StorageCode.COLUMNS_OUT_OF_RANGE),
        ("Parity", {"redundancy": 2}, StorageCode.NOT_ENOUGH_DISKS_IN_POOL),
        ("Simple", {"interleave": 1000}, StorageCode.INTERLEAVE_OUT_OF_RANGE),
    ],
)
def test_a_layout_that_the_pool_cannot_have_is_refused(host, pool, resiliency, more, code):
    assert refusal(lambda: space(host, pool, resiliency=resiliency, **more)) == code
    assert pool.spaces == {}


def test_parity_of_two_disks_came_with_2012_r2(make):
    newer, older = make(7), make(7, release="2012")
    made = newer.storage_pools.layout(
        newer.storage_pools.create("a", range(1, 8)), "Parity", wanted={"redundancy": 2}
    )
    assert (made.columns, made.data_slabs) == (7, 5)
    pool = older.storage_pools.create("a", range(1, 8))
    code = refusal(lambda: older.storage_pools.layout(pool, "Parity", wanted={"redundancy": 2}))
    assert code == StorageCode.REDUNDANCY_OUT_OF_RANGE


def test_the_largest_disk_fits_and_nothing_more(host, pool):
    layout = host.storage_pools.layout(pool, "Mirror")
    most = host.storage_pools.largest(pool, layout)
    assert refusal(lambda: space(host, pool, most + 1)) == StorageCode.NOT_ENOUGH_CAPACITY
    made = host.storage_pools.create_space(pool, "All", None, layout)
    assert made.size == most
    assert refusal(lambda: space(host, pool, GIGABYTE)) == StorageCode.NOT_ENOUGH_CAPACITY
    assert refusal(lambda: host.storage_pools.resize(made, most + SLAB)) == StorageCode.NOT_ENOUGH_CAPACITY


def test_a_thin_disk_takes_what_is_written_and_is_full_when_its_pool_is(host, pool):
    made = space(host, pool, 1 << 40, "Simple", provisioning=Provisioning.THIN)
    volume = volume_on(host, made)
    assert volume.size > 900 * GIGABYTE
    assert made.footprint == 4 * SLAB
    host.filesystem.place("V:\\large.bin", 30 * GIGABYTE)
    assert 30 * GIGABYTE <= made.footprint <= 31 * GIGABYTE + GIGABYTE
    with pytest.raises(DiskFull):
        host.filesystem.place("V:\\more.bin", volume.free + 1)
    host.filesystem.place("V:\\more.bin", volume.free)
    assert volume.free == 0
    host.filesystem.remove("V:\\large.bin")
    host.filesystem.remove("V:\\more.bin")
    assert made.footprint == 4 * SLAB


def test_a_detached_disk_keeps_its_files_and_is_refused_while_one_is_used(host, pool, finish):
    made = space(host, pool)
    volume_on(host, made)
    finish(host.virtual_disks.create("V:\\vm.vhdx", size=GIGABYTE))
    disk = host.virtual_disks.find("V:\\vm.vhdx")
    host.virtual_disks.mount(disk)
    for action in (host.storage_pools.detach, host.storage_pools.delete_space):
        with pytest.raises(InUse):
            action(made)
    host.virtual_disks.dismount(disk)
    host.storage_pools.detach(made)
    assert host.filesystem.volume("V") is None
    assert refusal(lambda: host.storage_pools.detach(made)) == StorageCode.VIRTUAL_DISK_STATE
    host.storage_pools.attach(made)
    assert host.filesystem.exists("V:\\vm.vhdx")


def test_a_disk_grows_with_the_partition_behind_it(host, pool):
    made = space(host, pool)
    volume_on(host, made)
    host.storage_pools.resize(made, 10 * GIGABYTE + 1)
    assert made.size == 10 * GIGABYTE + SLAB
    assert refusal(lambda: host.storage_pools.resize(made, GIGABYTE)) == StorageCode.SIZE_NOT_SUPPORTED
    table = host.disk_partitions
    number = table.find(made.number).partitions[-1].number
    _, most = table.supported_sizes(table.find(made.number), number)
    table.resize(table.find(made.number), number, most)
    assert host.filesystem.volume("V").size > 10 * GIGABYTE - (64 << 20)


def test_a_pool_with_disks_stays_and_a_drive_leaves_when_nothing_lies_on_it(host):
    pools = host.storage_pools
    pool = pools.create("Lab", [1, 2, 3])
    made = space(host, pool, 4 * GIGABYTE, "Mirror", columns=1)
    assert refusal(lambda: pools.delete(pool)) == StorageCode.POOL_HAS_VIRTUAL_DISKS
    assert refusal(lambda: pools.remove_disks(pool, [1])) == StorageCode.DISK_STILL_IN_USE
    pools.add_disks(pool, [4])
    pools.set_disk(1, usage=DiskUsage.RETIRED)
    pools.repair(made)
    assert 1 not in made.slabs
    pools.remove_disks(pool, [1])
    assert [disk.number for disk in physical_disks(host)] == [0, 1, 5]
    assert refusal(lambda: pools.remove_disks(pool, [1])) == StorageCode.DISK_NOT_SUPPORTED


def test_spare_and_manual_disks_are_left_out_until_somebody_names_them(host):
    pools = host.storage_pools
    pool = pools.create("Lab", [1, 2])
    pools.add_disks(pool, [3], DiskUsage.HOT_SPARE)
    pools.add_disks(pool, [4], DiskUsage.MANUAL_SELECT)
    assert set(space(host, pool, 4 * GIGABYTE, "Simple").slabs) == {1, 2}
    layout = pools.layout(pool, "Simple", disks=(4,))
    named = pools.create_space(pool, "Named", 2 * GIGABYTE, layout, disks=(4,))
    assert set(named.slabs) == {4}


def test_a_read_only_pool_takes_no_change(host, pool):
    made = space(host, pool)
    host.storage_pools.set_read_only(pool, True)
    for action in (
        lambda: space(host, pool, name="More"),
        lambda: host.storage_pools.rename(pool, "x"),
        lambda: host.storage_pools.delete_space(made),
        lambda: host.storage_pools.resize(made, 9 * GIGABYTE),
    ):
        assert refusal(action) == StorageCode.POOL_READ_ONLY
    host.storage_pools.set_read_only(pool, False)
    host.storage_pools.rename(pool, "x")


def test_after_a_restart_only_disks_that_attach_by_themselves_are_there(host, pool):
    stays, goes = space(host, pool), space(host, pool, name="Manual")
    volume_on(host, stays)
    volume_on(host, goes, "W")
    host.filesystem.write("V:\\kept.txt", b"kept")
    host.storage_pools.set_space(goes, manual_attach=True)
    host.power.shut_down()
    host.clock.advance(timedelta(minutes=10))
    assert host.power.is_on
    assert host.filesystem.read("V:\\kept.txt") == b"kept"
    assert (host.filesystem.volume("W"), goes.number) == (None, None)
    host.storage_pools.attach(goes)
    assert host.filesystem.volume("W") is not None


def test_a_machine_keeps_its_disk_on_a_virtual_disk(host, pool, finish):
    made = space(host, pool, 10 * GIGABYTE, "Parity")
    volume_on(host, made)
    finish(host.virtual_disks.create("V:\\vm.vhdx", size=4 * GIGABYTE, kind=DiskKind.FIXED))
    assert host.filesystem.volume("V").free < 6 * GIGABYTE
    assert host.virtual_disks.find("V:\\vm.vhdx").file_size >= 4 * GIGABYTE


def test_a_virtual_hard_disk_goes_with_the_disk_that_it_was_on(host, pool, finish):
    made = space(host, pool)
    volume_on(host, made)
    finish(host.virtual_disks.create("V:\\vm.vhdx", size=GIGABYTE))
    vm = host.virtual_machines.create("vm")
    vm.devices.add_hard_disk_drive("V:\\vm.vhdx")
    host.storage_pools.delete_space(made)
    assert host.virtual_disks.get("V:\\vm.vhdx") is None
    assert [drive.path for drive in vm.hard_disk_drives] == ["V:\\vm.vhdx"]
    assert finish(vm.start()).state is JobState.EXCEPTION


def test_a_reset_forgets_the_pools(host, pool):
    space(host, pool)
    host.reset()
    assert [disk.number for disk in physical_disks(host)] == [0, 1, 2, 3, 4]
