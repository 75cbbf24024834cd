"""Disks, volumes and shares managed over the wire, and used through the command line."""

from __future__ import annotations

import pytest
import winrm
from conftest import PASSWORD, USER
from soap import WMI, SoapClient

STORAGE = WMI + "root/microsoft/windows/storage/"
SMB = WMI + "root/microsoft/windows/smb/"


@pytest.fixture
def soap(basic_host):
    with SoapClient(basic_host) as client:
        yield client


def session(host) -> winrm.Session:
    return winrm.Session(host.http_url, auth=(USER, PASSWORD), transport="ntlm")


def object_of(soap: SoapClient, query: str, name: str = "ObjectId") -> dict[str, str]:
    (found,) = soap.wql("root/microsoft/windows/storage", query)
    return {name: next(each.text for each in found if each.tag.rpartition("}")[2] == name)}


def test_a_mounted_disk_becomes_a_drive_that_the_command_line_uses(soap, basic_host):
    made = session(basic_host).run_ps("New-VHD C:\\lab.vhdx -SizeBytes 2GB | Mount-VHD")
    assert made.status_code == 0, made.std_err
    disk = object_of(soap, "SELECT * FROM MSFT_Disk WHERE BusType = 15")
    assert soap.invoke(STORAGE + "MSFT_Disk", "Initialize", selectors=disk).property("ReturnValue") == "0"
    created = soap.invoke(
        STORAGE + "MSFT_Disk",
        "CreatePartition",
        "<p:UseMaximumSize>true</p:UseMaximumSize><p:DriveLetter>86</p:DriveLetter>",
        disk,
    )
    assert created.property("ReturnValue") == "0"
    volume = object_of(soap, "SELECT * FROM MSFT_Volume WHERE FileSystem = ''")
    formatted = soap.invoke(
        STORAGE + "MSFT_Volume",
        "Format",
        "<p:FileSystem>NTFS</p:FileSystem><p:FileSystemLabel>Lab</p:FileSystemLabel>",
        volume,
    )
    assert formatted.property("ReturnValue") == "0"
    shown = session(basic_host).run_cmd("echo hello> V:\\notes.txt & dir V:\\")
    assert b"Volume in drive V is Lab" in shown.std_out
    assert b"notes.txt" in shown.std_out
    assert session(basic_host).run_ps("Dismount-VHD C:\\lab.vhdx").status_code == 0
    assert session(basic_host).run_cmd("type V:\\notes.txt").status_code != 0
    assert session(basic_host).run_ps("Mount-VHD C:\\lab.vhdx").status_code == 0
    assert session(basic_host).run_cmd("type V:\\notes.txt").std_out.strip() == b"hello"


def test_a_share_is_made_over_the_wire_and_seen_in_the_older_namespace(soap):
    share = SMB + "MSFT_SmbShare"
    made = soap.invoke(
        share,
        "CreateShare",
        "<p:Name>Public</p:Name><p:Path>C:\\Users</p:Path><p:FullAccess>Administrators</p:FullAccess>",
    )
    assert (made.property("ReturnValue"), made.property("Path")) == ("0", "C:\\Users")
    (older,) = soap.wql("root/cimv2", "SELECT * FROM Win32_Share WHERE Name = 'Public'")
    assert older is not None
    missing = soap.invoke(share, "CreateShare", "<p:Name>No</p:Name><p:Path>C:\\none</p:Path>")
    assert missing.status == 500
    keys = {"Name": "Public", "ScopeName": "*"}
    granted = soap.invoke(
        share,
        "GrantAccess",
        "<p:AccountName>Everyone</p:AccountName><p:AccessRight>2</p:AccessRight>",
        keys,
    )
    assert granted.values("AccountName") == ["BUILTIN\\Administrators", "Everyone"]


def test_an_administrator_prepares_a_new_disk_in_one_line(basic_host):
    """The line of the documentation of Mount-VHD."""
    host = session(basic_host)
    made = host.run_ps(
        "New-VHD C:\\new.vhdx -SizeBytes 5GB -Dynamic | Mount-VHD -Passthru | Initialize-Disk -PassThru |"
        " New-Partition -AssignDriveLetter -UseMaximumSize | Format-Volume -FileSystem NTFS -Confirm:$false |"
        " % { $_.DriveLetter }"
    )
    assert made.status_code == 0, made.std_err
    letter = made.std_out.decode().strip()
    shown = host.run_ps(
        f"(Get-Volume {letter}).FileSystem; (Get-Partition -DriveLetter {letter} | Get-Disk).BusType;"
        f" Set-Content {letter}:\\a.txt hello; (Get-DiskImage C:\\new.vhdx).Attached"
    )
    assert shown.std_out.decode().split() == ["NTFS", "File", "Backed", "Virtual", "True"]
    assert host.run_cmd(f"type {letter}:\\a.txt").std_out.strip() == b"hello"
    listed = host.run_ps("Get-Disk | Out-String -Width 200").std_out.decode()
    assert "Microsoft ..." in listed  # 13 columns wide, as the format file of the module says
    assert host.run_ps("Dismount-DiskImage C:\\new.vhdx | Out-Null").status_code == 0
    gone = host.run_ps(f"Get-Volume {letter} -ErrorAction Stop")
    assert gone.status_code == 1
    assert b"No MSFT_Volume objects found with property 'DriveLetter'" in gone.std_err


def test_an_image_of_a_disc_is_mounted_and_seen_by_other_doors(basic_host):
    host = session(basic_host)
    made = host.run_ps(
        "$b = New-Object byte[] 40960; $t = [Text.Encoding]::ASCII;"
        " $t.GetBytes('CD001').CopyTo($b, 0x8001); $t.GetBytes('TOOLS').CopyTo($b, 0x8028);"
        " [IO.File]::WriteAllBytes('C:\\tools.iso', $b);"
        " (Mount-DiskImage C:\\tools.iso -PassThru | Get-Volume).DriveLetter"
    )
    assert made.status_code == 0, made.std_err
    letter = made.std_out.decode().strip()
    with SoapClient(basic_host) as soap:
        query = f"SELECT * FROM Win32_LogicalDisk WHERE DriveType = 5 AND DeviceID = '{letter}:'"  # noqa: S608
        assert len(soap.wql("root/cimv2", query)) == 1
    assert b"TOOLS" in host.run_cmd(f"dir {letter}:\\").std_out
    written = host.run_cmd(f"echo a> {letter}:\\a.txt")
    assert (written.status_code, b"write protected" in written.std_err) == (1, True)
    assert host.run_ps("Dismount-DiskImage C:\\tools.iso | Out-Null").status_code == 0
    assert host.run_cmd(f"dir {letter}:\\").status_code == 1


def test_a_shadow_copy_is_made_and_deleted_over_the_wire(basic_host):
    with SoapClient(basic_host) as soap:
        made = soap.invoke(WMI + "root/cimv2/Win32_ShadowCopy", "Create", "<p:Volume>C:\\</p:Volume>")
        assert made.property("ReturnValue") == "0"
        selectors = {"ID": made.property("ShadowID")}
        found = soap.get(WMI + "root/cimv2/Win32_ShadowCopy", selectors)
        assert found.property("DeviceObject").endswith("HarddiskVolumeShadowCopy1")
        assert len(soap.wql("root/cimv2", "SELECT * FROM Win32_ShadowCopy")) == 1
        refused = soap.invoke(WMI + "root/cimv2/Win32_ShadowCopy", "Create", "<p:Volume>Q:\\</p:Volume>")
        assert refused.property("ReturnValue") == "3"


def test_a_volume_is_mounted_in_a_folder_and_seen_by_other_doors(soap, basic_host):
    host = session(basic_host)
    made = host.run_ps(
        "New-VHD C:\\folder.vhdx -SizeBytes 2GB | Mount-VHD; md C:\\Mounted | Out-Null;"
        " $d = Get-Disk | ? PartitionStyle -eq RAW; $d | Initialize-Disk;"
        " $p = $d | New-Partition -UseMaximumSize; $p | Format-Volume -NewFileSystemLabel Lab | Out-Null;"
        " $p | Add-PartitionAccessPath -AccessPath C:\\Mounted; Set-Content C:\\Mounted\\a.txt hello;"
        " (Get-Volume -FilePath C:\\Mounted\\a.txt).FileSystemLabel; (Get-Item C:\\Mounted).Mode;"
        " ($p | Get-Partition).AccessPaths[0]; (Get-Partition $p.DiskNumber 2).AccessPaths[0]"
    )
    assert made.status_code == 0, made.std_err
    assert made.std_out.decode().split() == ["Lab", "d----l", "C:\\Mounted\\", "C:\\Mounted\\"]
    (volume,) = soap.wql("root/cimv2", "SELECT * FROM Win32_Volume WHERE Label = 'Lab'")
    name = {each.tag.rpartition("}")[2]: each.text for each in volume}
    assert name["Name"] == "C:\\Mounted\\"
    assert host.run_cmd("mountvol C:\\Mounted /L").std_out.decode().strip() == name["DeviceID"]
    points = soap.wql("root/cimv2", "SELECT * FROM Win32_MountPoint")
    assert len(points) == 1 + len(soap.wql("root/cimv2", "SELECT * FROM Win32_LogicalDisk"))
    assert host.run_cmd("type C:\\Mounted\\a.txt").std_out.strip() == b"hello"
    assert host.run_ps("Dismount-VHD C:\\folder.vhdx").status_code == 0
    assert host.run_cmd("type C:\\Mounted\\a.txt").status_code == 1
    again = host.run_ps("Mount-VHD C:\\folder.vhdx; Get-Content C:\\Mounted\\a.txt")
    assert again.std_out.strip() == b"hello"
