"""A volume formatted as ReFS is one through every door, with what ReFS lacks."""

import pytest

from emulator.host import Host
from emulator.profile import load
from tests.powershell.modules.console_session import ConsoleSession

_MAKE = """
New-VHD C:\\data.vhdx -SizeBytes 4GB -Dynamic | Out-Null
$n = (Mount-VHD C:\\data.vhdx -Passthru).DiskNumber
Initialize-Disk $n
New-Partition -DiskNumber $n -Size 1GB -DriveLetter V | Out-Null
Format-Volume -DriveLetter V -FileSystem ReFS -NewFileSystemLabel Lab | Out-Null
"""


@pytest.fixture(scope="module")
def session():
    made = ConsoleSession(host=Host(load("windows-server-2022-datacenter"), clock_mode="fast"))
    made.shown(_MAKE)
    return made


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('$v = Get-Volume V; "$($v.FileSystem) $($v.FileSystemType)"', "ReFS ReFS"),
        ("(fsutil fsinfo volumeinfo V:) -match 'File System Name'", "File System Name : ReFS"),
        ("[System.IO.DriveInfo]::new('V').DriveFormat", "ReFS"),
        (
            'Get-CimInstance Win32_LogicalDisk -Filter "DeviceID=\'V:\'" | ForEach-Object { "$($_.FileSystem) '
            '$($_.SupportsFileBasedCompression)" }',
            "ReFS False",
        ),
        (
            'Get-CimInstance Win32_Volume -Filter "DriveLetter=\'V:\'" | ForEach-Object { "$($_.FileSystem) '
            '$($_.SupportsDiskQuotas) $($_.SupportsFileBasedCompression)" }',
            "ReFS False False",
        ),
        (
            "Get-CimInstance MSFT_Volume -Namespace root/Microsoft/Windows/Storage | Where-Object DriveLetter -eq 86 "
            '| ForEach-Object { "$($_.FileSystem) $($_.FileSystemType)" }',
            "ReFS 15",
        ),
        (
            "'x' > V:\\a.txt; (Get-CimInstance CIM_DataFile -Filter \"Name='V:\\\\a.txt'\").FSName",
            "ReFS",
        ),
        (
            '$s = Get-PartitionSupportedSize -DriveLetter V; "$($s.SizeMin -eq 1GB) $($s.SizeMax -gt 1GB)"',
            "True True",
        ),
        ('$v = Get-Volume C; "$($v.FileSystem)"', "NTFS"),
    ],
)
def test_every_door_says_refs(session, script, expected):
    assert session.shown(script) == expected


def test_a_file_system_of_refs_does_not_shrink(session):
    assert "Size Not Supported" in session.error("Resize-Partition -DriveLetter V -Size 512MB")[2]
