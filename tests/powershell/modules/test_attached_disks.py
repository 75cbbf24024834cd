"""Virtual hard disks that a session attaches: their drives, and what a differencing disk has of its parent."""

from __future__ import annotations

import pytest

from emulator.host import Host
from emulator.profile import load
from tests.powershell.modules.console_session import ConsoleSession

PREPARE = """
$null = New-Item C:\\v -ItemType Directory
$disk = New-VHD C:\\v\\parent.vhdx -SizeBytes 20GB -Dynamic | Mount-VHD -Passthru | Initialize-Disk -PartitionStyle GPT -PassThru
$letter = ($disk | New-Partition -UseMaximumSize -AssignDriveLetter | Format-Volume -FileSystem NTFS -AllocationUnitSize 65536 -Confirm:$false).DriveLetter
$null = New-Item "${letter}:\\folder" -ItemType Directory
Set-Content "${letter}:\\folder\\file.txt" 'of the parent'
Dismount-VHD C:\\v\\parent.vhdx
$child = New-VHD C:\\v\\child.vhdx -ParentPath C:\\v\\parent.vhdx -Differencing
"""


@pytest.fixture
def session():
    made = ConsoleSession(host=Host(load("windows-server-2022-datacenter"), clock_mode="fast"))
    made.values(PREPARE)
    return made


def test_a_drive_is_there_as_soon_as_its_volume_is(session):
    assert session.values('Test-Path "${letter}:\\"; (Get-PSDrive $letter -ErrorAction Ignore).Name') == [
        False,
        None,
    ]
    session.values("Mount-VHD C:\\v\\parent.vhdx")
    assert session.values('Get-Content "${letter}:\\folder\\file.txt"; (Get-PSDrive $letter).Root') == [
        "of the parent",
        f"{session.values('[string]$letter')[0]}:\\",
    ]


def test_a_differencing_disk_begins_with_what_is_on_its_parent(session):
    shown = session.values(
        "$m = Mount-VHD C:\\v\\child.vhdx -Passthru\n"
        "$p = Get-Partition -DiskNumber $m.DiskNumber | Where-Object DriveLetter\n"
        '$p.PartitionNumber; $new = $p.DriveLetter; Get-Content "${new}:\\folder\\file.txt"\n'
        "Set-Content \"${new}:\\folder\\file.txt\" 'of the child'\n"
        'Dismount-VHD C:\\v\\child.vhdx; Mount-VHD C:\\v\\child.vhdx; Get-Content "${new}:\\folder\\file.txt"'
    )
    assert shown == [2, "of the parent", "of the child"]
    assert session.values("(Get-Volume -DriveLetter $new).AllocationUnitSize") == [65536]
    assert session.host.disk_partitions.audit() == []
    assert session.host.filesystem.audit() == []
    session.values("Dismount-VHD C:\\v\\child.vhdx; Mount-VHD C:\\v\\parent.vhdx")
    assert session.values('Get-Content "${letter}:\\folder\\file.txt"') == ["of the parent"]


def test_what_modules_for_labs_ask_of_the_machine(session):
    assert session.values(
        "@(Get-ChildItem 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update').Count"
    ) == [0]
    dism = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\Modules\\Dism\\Microsoft.Dism.PowerShell.dll"
    assert session.values(f"(Import-Module '{dism}' -Force -PassThru).Name") == ["Dism"]
