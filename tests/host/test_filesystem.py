import pytest

from emulator.host import (
    DirectoryNotEmpty,
    DiskFull,
    FileAttributes,
    FileInUse,
    FileNotFound,
    FileReadOnly,
    InvalidPath,
    IsADirectory,
    NotADirectory,
    NotSupported,
    PathExists,
    PathNotFound,
    PathTooLong,
)
from emulator.host.storage.filesystem.filesystem import MAXIMUM_CONTENT


@pytest.fixture
def files(host):
    return host.filesystem


@pytest.mark.parametrize(
    ("path", "cwd", "normal"),
    [
        ("C:\\a\\b", "C:\\", "C:\\a\\b"),
        ("c:/a//b\\", "C:\\", "C:\\a\\b"),
        ("b", "C:\\a", "C:\\a\\b"),
        ("..\\b", "C:\\a", "C:\\b"),
        ("..\\..\\..\\b", "C:\\a", "C:\\b"),
        (".\\b\\.", "C:\\a", "C:\\a\\b"),
        ("\\b", "D:\\a", "D:\\b"),
        ("C:b", "C:\\a", "C:\\a\\b"),
        ("D:b", "C:\\a", "D:\\b"),
        ("C:", "C:\\a", "C:\\a"),
        ("C:\\", "C:\\a", "C:\\"),
        ("C:\\a. . ", "C:\\", "C:\\a"),
        ("\\\\?\\C:\\a", "C:\\", "C:\\a"),
        ("\\\\HV01\\c$\\a", "D:\\", "C:\\a"),
        ("\\\\localhost\\D$", "C:\\", "D:\\"),
        ("\\\\?\\UNC\\hv01\\c$\\a", "D:\\", "C:\\a"),
        ("//hv01/admin$/temp", "D:\\", "C:\\Windows\\temp"),
        ("C:\\null\\console.txt", "C:\\", "C:\\null\\console.txt"),
    ],
)
def test_a_path_is_understood_as_windows_does(files, path, cwd, normal):
    assert files.normalize(path, cwd) == normal


@pytest.mark.parametrize(
    ("error", "path"),
    [
        (InvalidPath, ""),
        (InvalidPath, "   "),
        (InvalidPath, "C:\\a<b"),
        (InvalidPath, "C:\\a:b"),
        (InvalidPath, "C:\\a*"),
        (InvalidPath, "C:\\a\0b"),
        (InvalidPath, "C:\\a\nb"),
        (InvalidPath, "C:\\NUL"),
        (InvalidPath, "C:\\aux.txt"),
        (InvalidPath, "C:\\com1 .log"),
        (InvalidPath, "C:\\...\\b"),
        (InvalidPath, "1:\\a"),
        (InvalidPath, "é:\\a"),
        (InvalidPath, "\\\\.\\PhysicalDrive0"),
        (InvalidPath, "\\\\HV01"),
        (PathNotFound, "\\\\OTHER\\c$\\a"),
        (PathNotFound, "\\\\HV01\\share\\a"),
        (PathTooLong, "C:\\" + "a" * 256),
        (PathTooLong, "C:\\" + "a\\" * 20_000),
        (PathTooLong, "C:\\" + "a\\" * 200),
    ],
)
def test_a_path_that_windows_refuses_is_refused(files, error, path):
    with pytest.raises(error):
        files.normalize(path)
    assert files.exists(path) is False


def test_names_keep_their_case_and_are_found_in_any(files):
    files.write("C:\\Readme.TXT", b"text")
    assert files.read("c:\\README.txt") == b"text"
    assert files.entry("c:\\readme.txt").path == "C:\\Readme.TXT"
    files.move("C:\\readme.txt", "C:\\README.txt")
    assert files.entry("c:\\readme.txt").name == "README.txt"


def test_a_fresh_windows_has_what_scripts_look_for(host, files):
    for path in (
        "C:\\Windows\\System32\\cmd.exe",
        "C:\\Windows\\System32\\vmms.exe",
        "C:\\Windows\\System32\\drivers\\etc\\hosts",
        "C:\\Users\\Administrator\\Desktop",
        "C:\\Program Files",
        "C:\\Windows\\Temp",
        "C:\\ProgramData\\Microsoft\\Windows\\Hyper-V",
    ):
        assert files.exists(path), path
    assert files.entry("C:\\Windows").created == host.operating_system.install_date
    assert [volume.letter for volume in files.volumes] == ["C", "D"]
    assert files.list("D:\\") == []


def test_a_file_is_written_extended_and_replaced(host, files):
    files.write("C:\\log.txt", b"one")
    files.write("log.txt", b" two", append=True, cwd="C:\\")
    assert files.read("C:\\log.txt") == b"one two"
    files.write("C:\\log.txt", b"x")
    entry = files.entry("C:\\log.txt")
    assert (entry.size, entry.is_directory, entry.modified) == (1, False, host.clock.now())
    assert FileAttributes.ARCHIVE in entry.attributes


def test_space_is_taken_and_given_back(files):
    volume = files.volume("d:")
    assert volume.used == 0
    files.write("D:\\a", b"12345")
    files.copy("D:\\a", "D:\\b")
    assert volume.used == 10
    files.remove("D:\\a")
    files.write("D:\\b", b"1")
    assert volume.used == 1
    files.move("D:\\b", "C:\\b")
    assert volume.used == 0


def test_folders_are_made_with_those_on_the_way_and_listed_in_order_of_names(files):
    files.make_directory("D:\\b\\c")
    files.write("D:\\A.txt", b"")
    assert [(entry.name, entry.is_directory) for entry in files.list("D:\\")] == [
        ("A.txt", False),
        ("b", True),
    ]
    with pytest.raises(PathNotFound):
        files.make_directory("D:\\x\\y", parents=False)
    with pytest.raises(PathExists):
        files.make_directory("D:\\b")
    files.make_directory("D:\\b", exist_ok=True)
    with pytest.raises(NotADirectory):
        files.make_directory("D:\\A.txt\\y")
    with pytest.raises(PathExists):
        files.make_directory("D:\\A.txt", exist_ok=True)


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (FileNotFound, lambda files: files.read("D:\\none")),
        (PathNotFound, lambda files: files.read("D:\\none\\none")),
        (PathNotFound, lambda files: files.write("D:\\none\\a", b"")),
        (PathNotFound, lambda files: files.write("Q:\\a", b"")),
        (IsADirectory, lambda files: files.read("D:\\folder")),
        (IsADirectory, lambda files: files.write("D:\\folder", b"")),
        (NotADirectory, lambda files: files.list("D:\\folder\\file")),
        (NotADirectory, lambda files: files.write("D:\\folder\\file\\a", b"")),
        (PathNotFound, lambda files: files.list("D:\\none")),
        (DirectoryNotEmpty, lambda files: files.remove("D:\\folder")),
        (InvalidPath, lambda files: files.remove("D:\\", recursive=True)),
        (FileNotFound, lambda files: files.remove("D:\\none")),
        (PathExists, lambda files: files.move("D:\\folder\\file", "D:\\other")),
        (PathExists, lambda files: files.copy("D:\\folder\\file", "D:\\folder")),
        (PathExists, lambda files: files.copy("D:\\folder\\file", "D:\\other")),
        (InvalidPath, lambda files: files.move("D:\\folder", "D:\\folder\\below")),
        (InvalidPath, lambda files: files.copy("D:\\folder", "D:\\folder\\below", recursive=True)),
        (FileReadOnly, lambda files: files.remove("C:\\Windows\\System32\\cmd.exe")),
        (FileReadOnly, lambda files: files.remove("C:\\Windows", recursive=True)),
        (FileReadOnly, lambda files: files.write("C:\\Windows\\System32\\cmd.exe", b"")),
        (NotSupported, lambda files: files.read("C:\\Windows\\System32\\cmd.exe")),
        (DiskFull, lambda files: files.place("D:\\huge", 1 << 50)),
        (DiskFull, lambda files: files.write("D:\\huge", bytes(MAXIMUM_CONTENT + 1))),
    ],
)
def test_a_refused_operation_changes_nothing(host, files, error, call):
    files.make_directory("D:\\folder")
    files.write("D:\\folder\\file", b"content")
    files.write("D:\\other", b"")
    before = (host.revision, files.budget.entries, files.budget.held, files.volume("D").used)
    with pytest.raises(error):
        call(files)
    assert (host.revision, files.budget.entries, files.budget.held, files.volume("D").used) == before


def test_a_tree_is_copied_moved_and_removed_whole(files):
    files.make_directory("D:\\a\\b")
    files.write("D:\\a\\b\\file", b"content")
    files.copy("D:\\a", "D:\\copy", recursive=True)
    assert files.read("D:\\copy\\b\\file") == b"content"
    files.move("D:\\a", "C:\\moved")
    assert files.read("C:\\moved\\b\\file") == b"content"
    assert not files.exists("D:\\a")
    files.remove("C:\\moved", recursive=True)
    assert not files.exists("C:\\moved")


def test_a_copy_may_replace_a_file(files):
    files.write("D:\\a", b"new")
    files.write("D:\\b", b"old")
    files.copy("D:\\a", "D:\\B", overwrite=True)
    assert files.read("D:\\b") == b"new"


def test_a_read_only_file_is_protected_until_the_attribute_goes(files):
    files.write("D:\\a", b"x")
    files.set_attributes("D:\\a", FileAttributes.READ_ONLY)
    with pytest.raises(FileReadOnly):
        files.remove("D:\\a")
    files.set_attributes("D:\\a", FileAttributes.NORMAL)
    files.remove("D:\\a")


def test_the_number_of_files_and_the_depth_are_bounded(files):
    files.budget.maximum_entries = files.budget.entries + 3
    files.make_directory("D:\\a\\b")
    with pytest.raises(DiskFull):
        files.make_directory("D:\\c\\d")
    files.write("D:\\e", b"")
    with pytest.raises(DiskFull):
        files.write("D:\\f", b"")


def test_a_move_may_not_make_a_path_too_deep(files):
    files.make_directory("D:\\" + "a\\" * 100)
    files.make_directory("D:\\" + "b\\" * 100)
    with pytest.raises(PathTooLong):
        files.move("D:\\a", "D:\\" + "b\\" * 100 + "a")


def test_the_configuration_of_a_machine_is_held_open(host, files):
    vm = host.virtual_machines.create("web", path="D:\\machines")
    with pytest.raises(FileInUse):
        files.remove(vm.files.configuration)
    with pytest.raises(FileInUse):
        files.remove("D:\\machines", recursive=True)
    assert files.exists(vm.files.configuration)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("\\\\localhost\\Images\\a.txt", True),
        ("//127.0.0.1/images/A.TXT", True),
        ("\\\\localhost\\images\\..\\..\\a.txt", True),
        ("\\\\localhost\\images\\Windows", False),
        ("\\\\elsewhere\\images\\a.txt", False),
    ],
)
def test_a_share_leads_to_its_folder_and_not_out_of_it(make_host, path, found):
    host = make_host()
    host.filesystem.make_directory("C:\\Shared")
    host.filesystem.write("C:\\Shared\\a.txt", b"x")
    assert not host.filesystem.exists(path)
    host.shares.create("images", "C:\\Shared")
    assert host.filesystem.exists(path) is found
    host.shares.get("images").delete()
    assert not host.filesystem.exists(path)


def test_a_move_may_replace_a_file_and_nothing_else(files):
    files.write("C:\\a", b"new")
    files.write("C:\\b", b"old")
    files.make_directory("C:\\d")
    with pytest.raises(PathExists):
        files.move("C:\\a", "C:\\b")
    with pytest.raises(PathExists):
        files.move("C:\\a", "C:\\d", overwrite=True)
    files.set_attributes("C:\\b", FileAttributes.READ_ONLY)
    with pytest.raises(FileReadOnly):
        files.move("C:\\a", "C:\\b", overwrite=True)
    assert (files.read("C:\\a"), files.read("C:\\b")) == (b"new", b"old")
    files.set_attributes("C:\\b", FileAttributes.NORMAL)
    files.set_attributes("C:\\a", FileAttributes.READ_ONLY)
    files.move("C:\\a", "C:\\b", overwrite=True)
    assert (files.exists("C:\\a"), files.read("C:\\b"), files.audit()) == (False, b"new", [])


def test_a_copy_goes_over_no_hidden_file(files):
    files.write("C:\\a", b"new")
    files.write("C:\\b", b"old")
    files.set_attributes("C:\\b", FileAttributes.HIDDEN)
    with pytest.raises(FileReadOnly):
        files.copy("C:\\a", "C:\\b", overwrite=True)
    assert files.read("C:\\b") == b"old"
