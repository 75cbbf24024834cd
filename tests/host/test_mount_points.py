"""Volumes that are mounted in folders: what is below the folder is on the volume."""

import pytest
from host.restarting import restart

from emulator.host import InUse, NotSupported
from emulator.host.errors import FileNotFound, PathExists, PathNotFound
from emulator.host.storage.storage_errors import (
    AccessPathNotValid,
    FolderNotEmpty,
    HiddenPartition,
    LetterTaken,
    VolumePathKept,
)

GIGABYTE = 1 << 30
FOLDER = "C:\\Mounted"


@pytest.fixture
def disk(host, finish):
    finish(host.virtual_disks.create("C:\\data.vhdx", size=4 * GIGABYTE))
    made = host.virtual_disks.find("C:\\data.vhdx")
    host.virtual_disks.mount(made)
    return made


@pytest.fixture
def shown(host, disk):
    """The mounted disk as it is shown now."""
    return lambda: host.disk_partitions.find(disk.mounted_as)


@pytest.fixture
def number(host, shown):
    """A formatted partition without a drive letter, mounted in a folder."""
    partitions = host.disk_partitions
    partitions.initialize(shown())
    made = partitions.create(shown())
    partitions.format(shown(), made.number, "NTFS", "Lab")
    host.filesystem.make_directory(FOLDER)
    partitions.add_folder(shown(), made.number, FOLDER + "\\")
    return made.number


def part(shown, number):
    return next(each for each in shown().partitions if each.number == number)


def sound(host):
    assert host.filesystem.audit() == []
    assert host.disk_partitions.audit() == []


def test_files_below_the_folder_are_on_the_volume(host, shown, number):
    files = host.filesystem
    before = files.volume("C").free
    files.write("c:\\MOUNTED\\notes.txt", bytes(1000))
    files.make_directory("C:\\Mounted\\a\\b")
    assert files.volume("C").free == before
    found = part(shown, number)
    assert (found.volume, found.folders, found.access_paths) == (None, (FOLDER,), (FOLDER + "\\",))
    assert found.content.charged == 1000
    assert [entry.path for entry in files.list(FOLDER)] == ["C:\\Mounted\\a", "C:\\Mounted\\notes.txt"]
    host.disk_partitions.set_letter(shown(), number, "V")
    assert files.read("V:\\notes.txt") == bytes(1000)
    assert part(shown, number).access_paths == ("V:\\", FOLDER + "\\")
    host.disk_partitions.remove_letter(shown(), number)
    assert files.read("C:\\Mounted\\notes.txt") == bytes(1000)
    files.remove("C:\\Mounted\\notes.txt")
    assert found.content.charged == 0
    sound(host)


def test_the_space_is_that_of_the_volume_and_moving_there_takes_it(host, shown, number):
    files = host.filesystem
    files.write("C:\\a.bin", bytes(500))
    free = files.volume("C").free
    files.move("C:\\a.bin", "C:\\Mounted\\a.bin")
    assert files.volume("C").free == free + 500
    assert part(shown, number).content.charged == 500
    files.copy("C:\\Mounted\\a.bin", "C:\\b.bin")
    assert files.volume("C").free == free
    sound(host)


@pytest.mark.usefixtures("number")
def test_the_volume_goes_with_its_disk_and_comes_back(host, disk):
    files = host.filesystem
    files.write("C:\\Mounted\\notes.txt", b"hello")
    host.virtual_disks.dismount(disk)
    assert files.is_directory(FOLDER)
    for path in ("C:\\Mounted\\notes.txt", "C:\\Mounted\\new\\deep"):
        with pytest.raises(PathNotFound):
            files.entry(path)
    with pytest.raises(PathNotFound):
        files.write("C:\\Mounted\\new.txt", b"")
    with pytest.raises(PathNotFound):
        files.make_directory("C:\\Mounted\\new")
    assert not files.has_drive("C:\\Mounted\\x")
    sound(host)
    host.virtual_disks.mount(disk)
    assert files.read("C:\\Mounted\\notes.txt") == b"hello"
    sound(host)


def test_a_virtual_disk_in_the_folder_keeps_the_volume_in_use(host, disk, shown, number, finish):
    finish(host.virtual_disks.create("C:\\Mounted\\inner.vhdx", size=GIGABYTE))
    inner = host.virtual_disks.find("C:\\Mounted\\inner.vhdx")
    assert part(shown, number).content.charged > 0
    host.virtual_disks.mount(inner)
    with pytest.raises(InUse):
        host.disk_partitions.remove_folder(shown(), number, FOLDER)
    with pytest.raises(InUse):
        host.filesystem.remove(FOLDER, recursive=True)
    with pytest.raises(InUse):
        host.virtual_disks.dismount(disk)
    host.virtual_disks.dismount(inner)
    host.disk_partitions.remove_folder(shown(), number, FOLDER)
    assert host.filesystem.list(FOLDER) == []
    sound(host)


def test_a_removed_folder_leaves_the_files_on_the_volume(host, shown, number):
    files = host.filesystem
    files.write("C:\\Mounted\\notes.txt", b"hello")
    files.remove(FOLDER)
    assert not files.exists(FOLDER)
    assert part(shown, number).access_paths == ()
    sound(host)
    files.make_directory("C:\\other\\place")
    host.disk_partitions.add_access_path(shown(), number, "C:\\other\\place")
    assert files.read("C:\\other\\place\\notes.txt") == b"hello"
    files.remove("C:\\other", recursive=True)
    host.disk_partitions.add_access_path(shown(), number, "V:")
    assert files.read("V:\\notes.txt") == b"hello"
    sound(host)


def test_formatting_keeps_the_folder(host, shown, number):
    host.filesystem.write("C:\\Mounted\\notes.txt", b"hello")
    host.disk_partitions.format(shown(), number)
    assert host.filesystem.list(FOLDER) == []
    host.filesystem.write("C:\\Mounted\\new.txt", b"x")
    assert part(shown, number).content.charged == 1
    sound(host)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("C:\\nowhere", AccessPathNotValid),
        ("nowhere\\at", AccessPathNotValid),
        ("C:\\file.txt", AccessPathNotValid),
        ("C:\\Windows", FolderNotEmpty),
        ("Q:\\folder", AccessPathNotValid),
        (FOLDER, LetterTaken),
        (FOLDER + "\\inner", NotSupported),
    ],
)
def test_a_folder_that_does_not_fit_is_refused(host, shown, number, path, error):
    host.filesystem.write("C:\\file.txt", b"")
    host.filesystem.make_directory(FOLDER + "\\inner")
    before = part(shown, number)
    with pytest.raises(error):
        host.disk_partitions.add_folder(shown(), number, path)
    assert part(shown, number) == before
    sound(host)


def test_what_has_no_files_is_not_mounted(host, shown, number):
    host.filesystem.make_directory("C:\\other")
    with pytest.raises(HiddenPartition):
        host.disk_partitions.add_folder(shown(), 1, "C:\\other")
    for path, error in (
        ("C:\\other", AccessPathNotValid),
        ("V:\\", AccessPathNotValid),
        ("\\\\?\\Volume{x}\\", VolumePathKept),
    ):
        with pytest.raises(error):
            host.disk_partitions.remove_access_path(shown(), number, path)


@pytest.mark.usefixtures("number")
def test_a_mounted_folder_is_neither_moved_nor_copied(host):
    files = host.filesystem
    files.write("C:\\Mounted\\notes.txt", b"hello")
    with pytest.raises(NotSupported):
        files.move(FOLDER, "C:\\elsewhere")
    with pytest.raises(NotSupported):
        files.copy(FOLDER, "C:\\elsewhere", recursive=True)
    with pytest.raises(PathExists):
        files.copy("C:\\Mounted\\notes.txt", "C:\\mounted\\NOTES.txt")
    assert not files.exists("C:\\elsewhere")
    with pytest.raises(FileNotFound):
        files.entry("C:\\Mounted\\other.txt")
    sound(host)


def test_folders_follow_restarts_and_volumes_that_come_and_go(host, disk, shown, number):
    files, table = host.filesystem, host.disk_partitions
    files.write("C:\\Mounted\\notes.txt", b"hello")
    restart(host)
    assert (disk.mounted, files.exists("C:\\Mounted\\notes.txt")) == (None, False)
    sound(host)
    host.virtual_disks.mount(disk)
    files.make_directory("D:\\in")
    table.add_folder(shown(), number, "D:\\in")
    assert files.read("D:\\in\\notes.txt") == b"hello"
    files.attached_volumes.set_online("D", False)
    assert part(shown, number).folders == (FOLDER,)
    sound(host)
    files.attached_volumes.set_online("D", True)
    assert part(shown, number).folders == (FOLDER, "D:\\in")
    table.set_offline(shown(), True)
    assert (part(shown, number).folders, part(shown, number).content) == ((), None)
    sound(host)
    table.set_offline(shown(), False)
    assert files.read("C:\\Mounted\\notes.txt") == b"hello"
    table.delete(shown(), number)
    sound(host)
    for path in (FOLDER, "D:\\in"):
        files.remove(path)
    sound(host)
