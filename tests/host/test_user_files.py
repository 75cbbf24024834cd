"""What access lists let a user do with files, who owns what he makes, and that administrators pay nothing."""

import pytest

from emulator.host.errors import AccessDenied, DirectoryNotEmpty, FileNotFound, PathNotFound
from emulator.host.security.access_control import AccessControl, AccessEntry
from emulator.host.security.file_security import FULL, MODIFY, READ_EXECUTE, WRITE_DATA
from emulator.host.storage.filesystem import FileAttributes

INHERITED_BELOW = 0x3


@pytest.fixture
def files(host):
    host.filesystem.make_directory("D:\\work")
    host.filesystem.write("D:\\work\\plan.txt", b"plan")
    return host.filesystem


@pytest.fixture
def user(host):
    return host.accounts.find("operator")


@pytest.fixture
def seen(files, user):
    """The files as the user sees them."""
    return files.seen_by(user)


def restrict(host, path, *allowed, protected=True):
    """Give a file or folder a list of its own: (SID, rights) each."""
    entries = tuple(AccessEntry(True, sid, mask, INHERITED_BELOW) for sid, mask in allowed)
    host.filesystem.security.set(path, AccessControl("S-1-5-32-544", "S-1-5-32-544", entries, protected))


def test_an_administrator_gets_the_file_system_itself_until_somebody_sets_a_list(host, files):
    administrator = host.accounts.find("Administrator")
    assert files.seen_by(administrator) is files
    assert files.seen_by(None) is files
    restrict(host, "D:\\work", ("S-1-5-18", FULL))
    with pytest.raises(AccessDenied):
        files.seen_by(administrator).read("D:\\work\\plan.txt")
    assert files.seen_by(None).read("D:\\work\\plan.txt") == b"plan"


def test_a_user_reads_what_everybody_reads_and_changes_nothing_of_others(seen, files):
    assert seen.read("D:\\work\\plan.txt") == b"plan"
    assert [entry.name for entry in seen.list("D:\\work")] == ["plan.txt"]
    for change in (
        lambda: seen.write("D:\\work\\plan.txt", b""),
        lambda: seen.write("D:\\work\\plan.txt", b"more", append=True),
        lambda: seen.remove("D:\\work\\plan.txt"),
        lambda: seen.remove("D:\\work", recursive=True),
        lambda: seen.move("D:\\work\\plan.txt", "D:\\work\\other.txt"),
        lambda: seen.set_attributes("D:\\work\\plan.txt", FileAttributes.READ_ONLY),
        lambda: seen.write("C:\\root.txt", b""),
        lambda: seen.write("C:\\Windows\\x.txt", b""),
        lambda: seen.make_directory("C:\\Windows\\System32\\mine"),
    ):
        with pytest.raises(AccessDenied):
            change()
    assert files.read("D:\\work\\plan.txt") == b"plan"


def test_what_a_user_makes_is_his(seen, files, host, user):
    seen.make_directory("D:\\mine\\deep")
    seen.write("D:\\mine\\deep\\note.txt", b"1")
    assert files.security.of("D:\\mine\\deep\\note.txt").owner == user.sid
    seen.write("D:\\mine\\deep\\note.txt", b"2", append=True)
    seen.move("D:\\mine\\deep\\note.txt", "D:\\mine\\moved.txt")
    assert seen.read("D:\\mine\\moved.txt") == b"12"
    seen.copy("D:\\mine", "D:\\copied", recursive=True)
    assert files.security.of("D:\\copied\\moved.txt").owner == user.sid
    other = files.seen_by(host.accounts.find("guest2"))
    with pytest.raises(AccessDenied):
        other.remove("D:\\mine\\moved.txt")
    seen.remove("D:\\mine", recursive=True)
    assert not files.exists("D:\\mine")
    assert files.audit() == []


def test_a_list_opens_and_closes_a_folder(host, seen, user):
    restrict(host, "D:\\work", ("S-1-5-32-544", FULL))
    for question in (
        lambda: seen.read("D:\\work\\plan.txt"),
        lambda: seen.read_part("D:\\work\\plan.txt", 0, 1),
        lambda: seen.list("D:\\work"),
        lambda: seen.enter("D:\\work"),
        lambda: seen.copy("D:\\work\\plan.txt", "D:\\stolen.txt"),
    ):
        with pytest.raises(AccessDenied):
            question()
    restrict(host, "D:\\work", ("S-1-5-32-544", FULL), (user.sid, MODIFY))
    seen.write("D:\\work\\plan.txt", b"better")
    seen.remove("D:\\work\\plan.txt")
    restrict(host, "D:\\work", ("S-1-5-32-544", FULL), (user.sid, READ_EXECUTE))
    with pytest.raises(AccessDenied):
        seen.write("D:\\work\\new.txt", b"")
    assert host.filesystem.list("D:\\work") == []


def test_a_file_may_be_read_where_its_folder_may_not_be_listed(host, seen, user):
    restrict(host, "D:\\work", ("S-1-5-32-544", FULL))
    restrict(host, "D:\\work\\plan.txt", (user.sid, READ_EXECUTE))
    assert seen.read("D:\\work\\plan.txt") == b"plan"
    with pytest.raises(AccessDenied):
        seen.list("D:\\work")


def test_one_file_that_may_not_go_keeps_the_tree(host, files, seen, user):
    restrict(host, "D:\\work", (user.sid, FULL))
    restrict(host, "D:\\work\\plan.txt", ("S-1-5-32-544", FULL))
    files.write("D:\\work\\other.txt", b"")
    # The folder's list lets him delete what is in it, whatever the file's own says.
    seen.remove("D:\\work\\plan.txt")
    files.make_directory("D:\\work\\deep")
    files.write("D:\\work\\deep\\kept.txt", b"")
    restrict(host, "D:\\work\\deep", ("S-1-5-32-544", FULL), (user.sid, READ_EXECUTE | WRITE_DATA))
    with pytest.raises(AccessDenied):
        seen.remove("D:\\work", recursive=True)
    assert files.exists("D:\\work\\other.txt")


def test_errors_of_paths_come_before_those_of_rights(seen):
    with pytest.raises(FileNotFound):
        seen.read("D:\\work\\none.txt")
    with pytest.raises(PathNotFound):
        seen.write("D:\\none\\x.txt", b"")
    with pytest.raises(PathNotFound):
        seen.list("Z:\\")
    seen.make_directory("D:\\mine\\deep")
    with pytest.raises(DirectoryNotEmpty):
        seen.remove("D:\\mine")


def test_a_profile_belongs_to_its_user(files, seen):
    home = "C:\\Users\\guest2"
    files.make_directory(home, exist_ok=True)
    files.write(f"{home}\\secret.txt", b"")
    with pytest.raises(AccessDenied):
        seen.read(f"{home}\\secret.txt")
    files.make_directory("C:\\Users\\operator", exist_ok=True)
    seen.write("C:\\Users\\operator\\own.txt", b"own")
    assert seen.read("C:\\Users\\operator\\own.txt") == b"own"
