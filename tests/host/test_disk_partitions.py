"""Partitions and volumes on mounted virtual hard disks: made, filled, detached and attached again."""

import pytest

from emulator.host import InUse, InvalidParameter, InvalidPath, NotFound, NotSupported
from emulator.host.storage.storage_errors import LetterTaken, NoSpace, NotInitialized, SizeNotSupported

GIGABYTE = 1 << 30


@pytest.fixture
def disk(host, finish):
    finish(host.virtual_disks.create("C:\\data.vhdx", size=4 * GIGABYTE))
    return host.virtual_disks.find("C:\\data.vhdx")


@pytest.fixture
def shown(host, disk):
    """The mounted disk as it is shown now."""
    host.virtual_disks.mount(disk)
    return lambda: host.disk_partitions.find(disk.mounted_as)


def prepared(host, shown, letter="V"):
    host.disk_partitions.initialize(shown())
    made = host.disk_partitions.create(shown(), letter=letter)
    host.disk_partitions.format(shown(), made.number, "NTFS", "Lab")
    return made


def test_a_volume_holds_files_and_comes_back_with_them(host, disk, shown):
    made = prepared(host, shown)
    host.filesystem.write("V:\\notes.txt", b"hello")
    assert host.filesystem.audit() == []
    host.virtual_disks.dismount(disk)
    assert host.filesystem.volume("V") is None
    assert host.filesystem.audit() == []
    host.virtual_disks.mount(disk)
    assert host.filesystem.read("V:\\notes.txt") == b"hello"
    (reserved, data) = shown().partitions
    assert (data.number, data.volume.label, data.offset) == (
        made.number,
        "Lab",
        reserved.offset + reserved.size,
    )


def test_a_letter_that_is_taken_meanwhile_is_replaced(host, disk, shown, finish):
    prepared(host, shown)
    host.virtual_disks.dismount(disk)
    finish(host.virtual_disks.create("C:\\other.vhdx", size=GIGABYTE))
    other = host.virtual_disks.find("C:\\other.vhdx")
    host.virtual_disks.mount(other)
    number = host.disk_partitions.find(other.mounted_as)
    host.disk_partitions.initialize(number)
    part = host.disk_partitions.create(host.disk_partitions.find(other.mounted_as), letter="V")
    host.disk_partitions.format(host.disk_partitions.find(other.mounted_as), part.number)
    host.virtual_disks.mount(disk)
    letters = {volume.letter: volume.label for volume in host.filesystem.volumes}
    assert letters["V"] == ""
    assert "Lab" in letters.values()


def test_a_disk_with_a_file_in_use_is_not_dismounted(host, disk, shown, finish):
    prepared(host, shown)
    finish(host.virtual_disks.create("V:\\inner.vhdx", size=GIGABYTE // 4))
    inner = host.virtual_disks.find("V:\\inner.vhdx")
    host.virtual_disks.mount(inner)
    for refused in (
        lambda: host.virtual_disks.dismount(disk),
        lambda: host.disk_partitions.set_offline(shown(), True),
        lambda: host.disk_partitions.clear(shown(), remove_data=True),
    ):
        with pytest.raises(InUse):
            refused()
    host.virtual_disks.dismount(inner)
    host.virtual_disks.dismount(disk)


def test_sizes_and_letters_are_checked_and_nothing_changes(host, shown):
    partitions = host.disk_partitions
    with pytest.raises(NotInitialized):
        partitions.create(shown())
    partitions.initialize(shown(), 1)
    with pytest.raises(NotInitialized):
        partitions.initialize(shown())
    for size, letter, error in (
        (5 * GIGABYTE, "", NoSpace),
        (1000, "", SizeNotSupported),
        (GIGABYTE, "C", LetterTaken),
        (GIGABYTE, "1", InvalidParameter),
    ):
        with pytest.raises(error):
            partitions.create(shown(), size, letter=letter)
    assert shown().partitions == ()
    for _ in range(4):
        partitions.create(shown(), GIGABYTE // 4)
    with pytest.raises(NoSpace):
        partitions.create(shown(), GIGABYTE // 4)


def test_a_partition_grows_into_what_is_free_behind_it(host, shown):
    partitions = host.disk_partitions
    partitions.initialize(shown())
    made = partitions.create(shown(), GIGABYTE, letter="V")
    partitions.format(shown(), made.number)
    least, most = partitions.supported_sizes(shown(), made.number)
    assert least < GIGABYTE < most
    partitions.resize(shown(), made.number, 2 * GIGABYTE)
    assert host.filesystem.volume("V").size == 2 * GIGABYTE
    for size in (most + (1 << 20), 1 << 20):
        with pytest.raises(SizeNotSupported):
            partitions.resize(shown(), made.number, size)
    partitions.delete(shown(), made.number)
    assert host.filesystem.volume("V") is None
    with pytest.raises(NotFound):
        partitions.delete(shown(), made.number)


def test_offline_takes_the_volumes_away_and_online_brings_them_back(host, shown):
    prepared(host, shown)
    host.disk_partitions.set_offline(shown(), True)
    assert (host.filesystem.volume("V"), shown().is_offline) == (None, True)
    with pytest.raises(NotInitialized):
        host.disk_partitions.create(shown())
    host.disk_partitions.set_offline(shown(), False)
    assert host.filesystem.volume("V").label == "Lab"


def test_the_disks_of_the_profile_stay_as_setup_left_them(host):
    disk = host.disk_partitions.find(0)
    before = disk
    for change in (
        lambda: host.disk_partitions.initialize(disk),
        lambda: host.disk_partitions.clear(disk, remove_data=True),
        lambda: host.disk_partitions.set_offline(disk, True),
        lambda: host.disk_partitions.create(disk),
    ):
        with pytest.raises(NotSupported):
            change()
    assert host.disk_partitions.find(0) == before


def test_a_disk_that_is_attached_read_only_is_not_changed(host, disk):
    host.virtual_disks.mount(disk, read_only=True)
    with pytest.raises(InUse):
        host.disk_partitions.initialize(host.disk_partitions.find(disk.mounted_as))


def test_a_disk_that_is_attached_for_reading_says_so(host, disk, shown):
    prepared(host, shown)
    host.virtual_disks.dismount(disk)
    host.virtual_disks.mount(disk, read_only=True)
    assert shown().is_read_only
    with pytest.raises(InUse):
        host.disk_partitions.clear(shown(), remove_data=True)


@pytest.mark.parametrize(
    ("name", "shown_as", "can_shrink", "can_grow"),
    [
        ("ntfs", "NTFS", True, True),
        ("ReFS", "ReFS", False, True),
        ("fat32", "FAT32", False, False),
        ("EXFAT", "exFAT", False, False),
    ],
)
def test_a_volume_has_the_file_system_that_it_was_formatted_with(
    host, disk, shown, name, shown_as, can_shrink, can_grow
):
    table = host.disk_partitions
    table.initialize(shown())
    made = table.create(shown(), GIGABYTE, letter="V")
    table.format(shown(), made.number, name, "Lab")
    assert host.filesystem.volume("V").file_system.name == shown_as
    least, most = table.supported_sizes(shown(), made.number)
    assert (least < made.size, most > made.size) == (can_shrink, can_grow)
    for size, may in ((made.size // 2, can_shrink), (2 * made.size, can_grow)):
        if not may:
            with pytest.raises(SizeNotSupported):
                table.resize(shown(), made.number, size)
    host.virtual_disks.dismount(disk)
    host.virtual_disks.mount(disk)
    assert host.filesystem.volume("V").file_system.name == shown_as


def test_labels_are_as_long_as_the_file_system_takes(host, shown):
    table = host.disk_partitions
    table.initialize(shown())
    made = table.create(shown(), letter="V")
    with pytest.raises(InvalidParameter):
        table.format(shown(), made.number, "FAT32", "x" * 12)
    table.format(shown(), made.number, "FAT32", "x" * 11)
    with pytest.raises(InvalidPath):
        host.filesystem.set_label("V", "x" * 12)
    table.format(shown(), made.number, "ReFS", "x" * 32)
    host.filesystem.set_label("V", "y" * 32)


def test_a_letter_belongs_to_a_partition_before_it_is_formatted(host, disk, shown):
    table = host.disk_partitions
    table.initialize(shown())
    table.create(shown(), GIGABYTE, letter="V")
    with pytest.raises(LetterTaken):
        table.create(shown(), letter="V")
    assert [each.letter for each in shown().partitions] == ["", "V"]
    assert host.filesystem.volume("V") is None
    host.virtual_disks.dismount(disk)
    host.virtual_disks.mount(disk)
    assert [each.letter for each in shown().partitions] == ["", "V"]
