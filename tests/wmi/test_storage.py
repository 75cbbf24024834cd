"""root/microsoft/windows/storage and smb: the same disks, volumes and shares as in root/cimv2."""

import pytest

STORAGE, SMB, CIMV2 = "root/microsoft/windows/storage", "root/microsoft/windows/smb", "root/cimv2"


@pytest.mark.parametrize("release", ["2012", "2022"])
def test_a_disk_leads_to_its_partitions_and_their_volumes(make_wmi, release):
    space = make_wmi(release)[STORAGE]
    (disk,) = space.instances("MSFT_Disk")
    assert (disk.value("Number"), disk.value("PartitionStyle"), disk.value("IsBoot")) == (0, 2, True)
    parts = space.associators(str(disk.path), "MSFT_DiskToPartition")
    assert len(parts) == disk.value("NumberOfPartitions") == 4
    letters = {}
    for part in parts:
        for volume in space.associators(str(part.path), "MSFT_PartitionToVolume"):
            letters[volume.value("DriveLetter")] = (part.value("DriveLetter"), volume.value("Size"))
    assert letters[ord("C")][0] == ord("C")
    assert set(letters) == {None, ord("C"), ord("D")}


def test_sizes_are_those_of_the_other_namespace(wmi):
    space = wmi[STORAGE]
    volumes = {each.value("Path"): each.value("SizeRemaining") for each in space.instances("MSFT_Volume")}
    others = {
        each.value("DeviceID"): each.value("FreeSpace") for each in wmi[CIMV2].instances("Win32_Volume")
    }
    assert volumes == others


def test_every_drive_is_in_the_primordial_pool(wmi):
    space = wmi[STORAGE]
    (pool,) = space.instances("MSFT_StoragePool")
    (drive,) = space.associators(str(pool.path), "MSFT_StoragePoolToPhysicalDisk")
    assert pool.value("Size") == drive.value("Size")
    (subsystem,) = space.instances("MSFT_StorageSubSystem")
    kinds = {each.declaration.name for each in space.associators(str(subsystem.path))}
    assert kinds == {"MSFT_Disk", "MSFT_PhysicalDisk", "MSFT_StoragePool", "MSFT_Volume"}


def test_a_label_set_here_is_seen_there(wmi):
    volume = next(
        each for each in wmi[STORAGE].instances("MSFT_Volume") if each.value("DriveLetter") == ord("D")
    )
    assert wmi[STORAGE].invoke(volume, "SetFileSystemLabel", {"FileSystemLabel": "Data"}).return_value == 0
    disk = wmi[CIMV2].resolve("Win32_LogicalDisk", {"DeviceID": "D:"})
    assert disk.value("VolumeName") == "Data"


def test_a_share_made_there_is_seen_and_deleted_here(wmi):
    wmi.host.shares.create("VMs", "D:\\VMs")
    share = wmi[SMB].resolve("MSFT_SmbShare", {"Name": "vms", "ScopeName": "*"})
    assert (share.value("Path"), share.value("Special")) == ("D:\\VMs", False)
    wmi[SMB].delete(share)
    assert wmi.host.shares.get("VMs") is None
