"""root/microsoft/windows/storage and smb: the same disks, volumes and shares as in root/cimv2."""

import pytest

from emulator.cim.errors import CimError
from emulator.cim.instance import ValueInstance

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
    assert kinds == {
        "MSFT_Disk",
        "MSFT_Partition",
        "MSFT_PhysicalDisk",
        "MSFT_StoragePool",
        "MSFT_StorageProvider",
        "MSFT_Volume",
    }


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


def test_a_share_is_made_with_its_access_list_and_changed(wmi):
    space = wmi[SMB]
    shares = space.schema.find("MSFT_SmbShare")
    made = space.invoke(
        shares,
        "CreateShare",
        {"Name": "VMs", "Path": "D:\\VMs", "FullAccess": ["Administrators"], "NoAccess": ["Guests"]},
    )
    assert made.out["CreatedShare"].value("Path") == "D:\\VMs"
    share = space.resolve("MSFT_SmbShare", {"Name": "vms", "ScopeName": "*"})

    def access(method="GetAccessControlEntries", **arguments):
        found = space.invoke(share, method, arguments).out["Output"]
        return [tuple(e.value(n) for n in ("AccountName", "AccessControlType", "AccessRight")) for e in found]

    assert access() == [("BUILTIN\\Administrators", 0, 0), ("BUILTIN\\Guests", 1, 0)]
    assert ("Everyone", 0, 2) in access("GrantAccess", AccountName=["Everyone"], AccessRight=2)
    assert ("BUILTIN\\Guests", 1, 0) not in access("UnblockAccess", AccountName=["Guests"])
    assert access("RevokeAccess", AccountName=["Everyone"]) == [("BUILTIN\\Administrators", 0, 0)]
    with pytest.raises(CimError):
        access("GrantAccess", AccountName=["Nobody at all"], AccessRight=0)
    changed = space.put(share, ValueInstance(shares, {"Description": "disks", "EncryptData": True}))
    assert (changed.value("Description"), wmi.host.shares.get("VMs").encrypts) == ("disks", True)


@pytest.mark.parametrize(
    "arguments",
    [
        {"Name": "VMs", "Path": "D:\\none"},
        {"Name": "a/b", "Path": "D:\\VMs"},
        {"Name": "VMs", "Path": "D:\\VMs", "ReadAccess": ["Nobody at all"]},
        {"Name": "VMs", "Path": "D:\\VMs", "ScopeName": "CLUSTER"},
        {"Name": "C$", "Path": "D:\\VMs"},
    ],
)
def test_a_share_that_is_wrong_is_not_made(wmi, arguments):
    before = [share.name for share in wmi.host.shares]
    with pytest.raises(CimError):
        wmi[SMB].invoke(wmi[SMB].schema.find("MSFT_SmbShare"), "CreateShare", arguments)
    assert [share.name for share in wmi.host.shares] == before


def test_a_mounted_disk_is_initialized_partitioned_and_formatted(wmi):
    host, space = wmi.host, wmi[STORAGE]
    host.virtual_disks.create("D:\\data.vhdx", size=4 << 30)
    wmi.advance(60)
    host.virtual_disks.mount(host.virtual_disks.find("D:\\data.vhdx"))

    def disk():
        (found,) = (each for each in space.instances("MSFT_Disk") if each.value("Number") == 1)
        return found

    def part():
        found = space.associators(str(disk().path), "MSFT_DiskToPartition")
        return next(each for each in found if each.value("PartitionNumber") == 2)

    def call(target, method, **arguments):
        return space.invoke(target, method, arguments)

    assert (disk().value("PartitionStyle"), disk().value("NumberOfPartitions")) == (0, 0)
    assert call(disk(), "CreatePartition", UseMaximumSize=True).return_value == 41000
    assert call(disk(), "Initialize", PartitionStyle=2).return_value == 0
    assert call(disk(), "CreatePartition", Size=1 << 30, UseMaximumSize=True).return_value == 5
    made = call(disk(), "CreatePartition", UseMaximumSize=True, DriveLetter="V")
    assert made.return_value == 0
    assert "DriveLetter" in made.out["CreatedPartition"]
    (volume,) = space.associators(str(part().path), "MSFT_PartitionToVolume")
    assert call(volume, "Format", FileSystem="NTFS", FileSystemLabel="Lab").return_value == 0
    assert call(volume, "Format", FileSystem="EXT4").return_value == 5
    (logical,) = (
        each for each in wmi[CIMV2].instances("Win32_LogicalDisk") if each.value("DeviceID") == "V:"
    )
    assert (logical.value("VolumeName"), logical.value("FileSystem")) == ("Lab", "NTFS")
    (drive,) = (each for each in wmi[CIMV2].instances("Win32_DiskDrive") if each.value("Index") == 1)
    (older,) = wmi[CIMV2].associators(drive.path, "Win32_DiskDriveToDiskPartition")
    assert [
        each.value("DeviceID") for each in wmi[CIMV2].associators(older.path, "Win32_LogicalDiskToPartition")
    ] == ["V:"]
    assert call(part(), "RemoveAccessPath", AccessPath="V:\\").return_value == 0
    assert host.filesystem.volume("V") is None
    assert call(part(), "AddAccessPath", AccessPath="C:\\mount").return_value == 42007
    assert call(part(), "AddAccessPath", AccessPath="C:").return_value == 42002
    assert call(part(), "AddAccessPath", AssignDriveLetter=True).return_value == 0
    assert call(disk(), "Offline").return_value == 0
    assert disk().value("IsOffline") is True
    assert call(disk(), "Online").return_value == 0
    assert call(disk(), "Clear").return_value == 5
    assert call(disk(), "Clear", RemoveData=True).return_value == 0
    assert disk().value("PartitionStyle") == 0


def test_the_disk_of_windows_is_not_cleared(wmi):
    (disk,) = wmi[STORAGE].instances("MSFT_Disk")
    assert wmi[STORAGE].invoke(disk, "Clear", {"RemoveData": True}).return_value == 1
    assert wmi[STORAGE].invoke(disk, "Offline", {}).return_value == 1


def test_an_image_is_found_by_its_path_mounted_and_dismounted(wmi):
    space = wmi[STORAGE]
    assert list(space.instances("MSFT_DiskImage")) == []
    wmi.host.virtual_disks.create("D:\\data.vhdx", size=1 << 30)
    wmi.advance(60)
    image = space.get("MSFT_DiskImage", {"ImagePath": "d:\\DATA.vhdx", "StorageType": 3})
    assert (image.value("Attached"), image.value("Size")) == (False, 1 << 30)
    mounted = space.invoke(image, "Mount", {"Access": 3}).out["DiskImage"]
    assert (mounted.value("Attached"), mounted.value("Number")) == (True, 1)
    (disk,) = (each for each in space.instances("MSFT_Disk") if each.value("Number") == 1)
    assert disk.value("IsReadOnly") is True
    with pytest.raises(CimError):
        space.invoke(image, "Mount", {})
    space.invoke(image, "Dismount", {})
    assert list(space.instances("MSFT_DiskImage")) == []


def test_a_volume_of_the_profile_is_looked_after_but_not_resized(wmi):
    volume = next(
        each for each in wmi[STORAGE].instances("MSFT_Volume") if each.value("DriveLetter") == ord("D")
    )

    def call(method, **arguments):
        return wmi[STORAGE].invoke(volume, method, arguments)

    assert call("Repair", Scan=True).out["Output"] == 0
    assert [call(method).return_value for method in ("Flush", "Optimize", "GetCorruptionCount")] == [0, 0, 0]
    assert call("GetSupportedClusterSizes", FileSystem="ReFS").out["SupportedClusterSizes"] == [4096, 65536]
    assert call("GetSupportedClusterSizes", FileSystem="EXT4").return_value == 5
    assert call("Resize", Size=1 << 30).return_value == 1


def test_an_image_of_a_disc_is_attached_and_seen_everywhere(wmi):
    data = bytearray(20 * 2048)
    data[0x8001:0x8006] = b"CD001"
    data[0x8028:0x802D] = b"TOOLS"
    wmi.host.filesystem.write("C:\\tools.iso", bytes(data))
    space = wmi[STORAGE]
    image = space.resolve("MSFT_DiskImage", {"ImagePath": "C:\\tools.iso", "StorageType": 1})
    assert (image.value("Attached"), image.value("StorageType")) == (False, 1)
    space.invoke(image, "Mount", {})
    (image,) = space.instances("MSFT_DiskImage")
    assert (image.value("Attached"), image.value("DevicePath")) == (True, "\\\\.\\CDROM1")
    (volume,) = (each for each in space.instances("MSFT_Volume") if each.value("DriveType") == 5)
    assert (chr(volume.value("DriveLetter")), volume.value("FileSystemLabel")) == ("F", "TOOLS")
    assert space.invoke(volume, "Format", {"FileSystem": "NTFS"}).return_value == 1
    disk = wmi[CIMV2].resolve("Win32_LogicalDisk", {"DeviceID": "F:"})
    assert [disk.value(name) for name in ("DriveType", "FileSystem", "FreeSpace", "VolumeName")] == [
        5,
        "CDFS",
        0,
        "TOOLS",
    ]
    drives = {each.value("Drive"): each.value("Name") for each in wmi[CIMV2].instances("Win32_CDROMDrive")}
    assert drives["F:"] == "Microsoft Virtual DVD-ROM"
    space.invoke(image, "Dismount", {})
    assert len(list(wmi[CIMV2].instances("Win32_CDROMDrive"))) == 1


def test_a_volume_is_mounted_in_a_folder(wmi):
    host, space = wmi.host, wmi[STORAGE]
    host.virtual_disks.create("D:\\data.vhdx", size=4 << 30)
    wmi.advance(60)
    host.virtual_disks.mount(host.virtual_disks.find("D:\\data.vhdx"))
    table = host.disk_partitions
    table.initialize(table.find(1))
    table.format(table.find(1), table.create(table.find(1)).number, "NTFS", "Lab")
    host.filesystem.make_directory("C:\\Mounted")

    def part(number=2):
        return next(
            each
            for each in space.instances("MSFT_Partition")
            if (each.value("DiskNumber"), each.value("PartitionNumber")) == (1, number)
        )

    def add(number=2, **arguments):
        return space.invoke(part(number), "AddAccessPath", arguments).return_value

    def remove(path):
        return space.invoke(part(), "RemoveAccessPath", {"AccessPath": path}).return_value

    def volume():
        return next(each for each in wmi[CIMV2].instances("Win32_Volume") if each.value("Label") == "Lab")

    guid = part().value("AccessPaths")[-1]
    assert add(AccessPath="C:\\Mounted", AssignDriveLetter=True) == 5
    assert add(AccessPath="C:\\Windows") == 42007
    assert add(1, AccessPath="C:\\Mounted") == 42004
    assert volume().value("Name") == guid
    assert add(AccessPath="C:\\Mounted\\") == 0
    assert add(AccessPath="C:\\Mounted") == 42002
    assert part().value("AccessPaths") == ["C:\\Mounted\\", guid]
    assert part().value("DriveLetter") == 0
    host.filesystem.write("C:\\Mounted\\a.bin", bytes(4096))
    assert (volume().value("Name"), volume().value("DriveLetter")) == ("C:\\Mounted\\", None)
    (found,) = space.associators(str(part().path), "MSFT_PartitionToVolume")
    assert (
        found.value("SizeRemaining")
        == volume().value("FreeSpace")
        == table.find(1).partitions[1].content.free
    )
    (folder,) = wmi[CIMV2].associators(volume().path, "Win32_MountPoint")
    assert folder.value("Name") == "c:\\mounted"
    (back,) = wmi[CIMV2].associators(folder.path, "Win32_MountPoint")
    assert back.value("DeviceID") == guid
    pairs = [str(each.value("Directory")) for each in wmi[CIMV2].instances("Win32_MountPoint")]
    assert len(pairs) == len(host.filesystem.volumes) + 1
    assert space.invoke(found, "SetFileSystemLabel", {"FileSystemLabel": "Other"}).return_value == 0
    assert table.find(1).partitions[1].content.label == "Other"
    assert [remove(path) for path in (guid, "C:\\", "C:\\Mounted", "C:\\Mounted")] == [42005, 42007, 0, 42007]


def test_a_volume_of_the_older_namespace_takes_a_mount_point(wmi):
    host, space = wmi.host, wmi[CIMV2]
    host.virtual_disks.create("D:\\data.vhdx", size=4 << 30)
    wmi.advance(60)
    host.virtual_disks.mount(host.virtual_disks.find("D:\\data.vhdx"))
    table = host.disk_partitions
    table.initialize(table.find(1))
    table.format(table.find(1), table.create(table.find(1)).number, "NTFS", "Lab")
    host.filesystem.make_directory("C:\\Mounted")

    def add(folder, label="Lab"):
        volume = next(each for each in space.instances("Win32_Volume") if each.value("Label") == label)
        return space.invoke(volume, "AddMountPoint", {"Directory": folder}).return_value

    wanted = {"C:\\Windows": 3, "C:\\nowhere": 4, "C:\\Mounted": 0, "W:\\": 0}
    assert {path: add(path) for path in wanted} == wanted
    host.filesystem.write("W:\\a.txt", b"hello")
    assert host.filesystem.read("C:\\Mounted\\a.txt") == b"hello"
    assert add("C:\\Mounted") == 6
