"""Volumes that a profile mounts in folders: their files, their space, and what is wrong with a profile."""

import pytest

from emulator.host.errors import DiskFull
from emulator.host.storage.disk_layout import physical_disks
from emulator.profile import ProfileError

SYSTEM = {"model": "System", "size": "200 GB", "volumes": [{"drive_letter": "C"}]}
DATA = {
    "model": "Data",
    "size": "20 GB",
    "volumes": [{"mount_points": ["C:\\Mounted\\Data"], "label": "Data", "used": "0 GB"}],
}


def hosts(make_host, *disks, **more):
    return make_host(hardware={"disks": list(disks)}, **more)


def test_a_folder_leads_to_the_volume_from_the_start_and_after_a_reset(make_host):
    host = hosts(make_host, SYSTEM, DATA)
    for _ in range(2):
        assert [volume.letter for volume in host.filesystem.volumes] == ["C"]
        assert host.filesystem.mount_points.volume_at("C:\\Mounted\\Data").label == "Data"
        before = host.filesystem.volume("C").free
        host.filesystem.write("C:\\Mounted\\Data\\notes.txt", b"notes")
        assert host.filesystem.volume("C").free == before
        with pytest.raises(DiskFull):
            host.filesystem.place("C:\\Mounted\\Data\\big.bin", 21 << 30)
        (part,) = [each for each in physical_disks(host)[1].partitions if each.content is not None]
        assert (part.volume, part.access_paths) == (None, ("C:\\Mounted\\Data\\",))
        assert host.filesystem.audit() == []
        host.reset()
        assert not host.filesystem.exists("C:\\Mounted\\Data\\notes.txt")


def test_machines_of_the_profile_live_there(make_host):
    disk = {"path": "C:\\Mounted\\Data\\vm.vhdx", "size": "4 GB", "kind": "fixed"}
    host = hosts(make_host, SYSTEM, DATA, inventory={"virtual_disks": [disk]})
    volume = host.filesystem.mount_points.volume_at("C:\\Mounted\\Data")
    assert volume.used >= 4 << 30


def test_a_volume_may_have_a_letter_and_folders(make_host):
    both = {**DATA, "volumes": [{"drive_letter": "E", "mount_points": ["C:\\E", "C:\\Also"], "used": "0 GB"}]}
    host = hosts(make_host, SYSTEM, both)
    host.filesystem.write("C:\\E\\x.txt", b"x")
    assert host.filesystem.read("E:\\x.txt") == host.filesystem.read("C:\\Also\\x.txt") == b"x"


@pytest.mark.parametrize(
    ("volume", "problem"),
    [
        ({}, "a volume needs `drive_letter` or `mount_points`"),
        ({"mount_points": ["C:\\"]}, "is a drive"),
        ({"mount_points": ["Z:\\x"]}, "no volume has the letter Z; volumes with one: 'C:'"),
        ({"mount_points": ["C:\\Windows\\Temp\\x"]}, "is a folder of Windows"),
        ({"mount_points": ["C:\\Users"]}, "is a folder of Windows"),
        ({"mount_points": ["C:\\a", "c:\\A"]}, "folder"),
        ({"mount_points": ["C:\\a", "C:\\a\\b"]}, "where another volume is mounted"),
        ({"drive_letter": "D", "mount_points": ["D:\\x"]}, "lies on the volume itself"),
        ({"mount_points": ["data"]}, "path"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(make_host, volume, problem):
    with pytest.raises(ProfileError) as refused:
        hosts(make_host, SYSTEM, {**DATA, "volumes": [volume]})
    text = str(refused.value)
    assert problem in text
    assert text.splitlines()[0].startswith("<text>:")


def test_files_do_not_fit_on_the_mounted_volume(make_host):
    disk = {"path": "C:\\Mounted\\Data\\vm.vhdx", "size": "40 GB", "kind": "fixed"}
    with pytest.raises(ProfileError, match=r"the files on C:\\Mounted\\Data take"):
        hosts(make_host, SYSTEM, DATA, inventory={"virtual_disks": [disk]})
