"""The Storage module on a machine with an empty drive and with attached virtual hard disks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.host import Host
from emulator.powershell.format.out import text_of
from emulator.powershell.modules.core import CORE
from emulator.powershell.modules.storage import STORAGE
from emulator.powershell.modules.utility import UTILITY
from emulator.powershell.runtime import InitialSession, Runspace
from emulator.powershell.runtime.conversion import to_text
from emulator.profile import loads

PROFILE = """
name: test
extends: windows-server-2022-datacenter
hardware:
  disks:
    - {model: DELLBOSS VD, size: 480 GB, volumes: [{drive_letter: C, used: 20 GB}]}
    - {model: PERC H755, size: 100 GB, offline: true}
inventory: {virtual_switches: [], virtual_disks: [], virtual_machines: []}
"""


class Shell:
    def __init__(self) -> None:
        self.host = Host(loads(PROFILE), clock_mode="manual", start=datetime(2024, 3, 1, tzinfo=UTC))
        self.session = InitialSession(
            modules=(CORE, UTILITY, STORAGE), services={Host: self.host}, release="2022"
        )
        self.runspace = Runspace(self.session)

    def __call__(self, script: str) -> list[Any]:
        self.last = self.runspace.run(script)
        return self.last.output

    @property
    def errors(self) -> list[Any]:
        failure = self.last.failure
        return [*self.last.errors, *([failure] if failure is not None else [])]

    def texts(self, script: str) -> list[str]:
        found = [to_text(one) for one in self(script)]
        assert not self.errors, [one.exception.message for one in self.errors]
        return found


@pytest.fixture
def shell() -> Shell:
    return Shell()


def test_disks_are_listed_with_words(shell):
    assert shell.texts(
        "Get-Disk | % { '{0} {1} {2} {3}' -f $_.Number, $_.FriendlyName, $_.OperationalStatus,"
        " $_.PartitionStyle }"
    ) == ["0 DELLBOSS VD Online GPT", "1 PERC H755 Offline RAW"]
    assert shell.texts("(Get-Disk -FriendlyName 'PERC*').Number; (Get-Disk 0).IsBoot") == ["1", "True"]
    shown = text_of(shell("Get-Disk"), shell.runspace.engine, 160)
    assert [line.split()[:2] for line in shown.splitlines() if "DELLBOSS" in line] == [["0", "DELLBOSS"]]


def test_a_disk_is_prepared_in_one_pipeline(shell):
    shell.texts("Set-Disk -Number 1 -IsOffline $false")
    made = shell.texts(
        "Get-Disk 1 | Initialize-Disk -PartitionStyle GPT -PassThru |"
        " New-Partition -UseMaximumSize -DriveLetter V |"
        " Format-Volume -FileSystem NTFS -NewFileSystemLabel Lab |"
        ' % { "$($_.DriveLetter) $($_.FileSystem) $($_.FileSystemLabel)" }'
    )
    assert made == ["V NTFS Lab"]
    assert shell.host.filesystem.volume("V").label == "Lab"
    assert shell.texts("(Get-Volume V).SizeRemaining -lt (Get-Volume -DriveLetter V).Size") == ["True"]
    assert shell.texts(
        'Get-Partition -DiskNumber 1 | % { "$($_.PartitionNumber) $($_.Type)" };'
        " (Get-Partition -DriveLetter V | Get-Disk).Number; (Get-Volume V | Get-Partition).PartitionNumber"
    ) == ["1 Reserved", "2 Basic", "1", "2"]
    sizes = shell.texts("$s = Get-PartitionSupportedSize -DriveLetter V; $s.SizeMax -gt $s.SizeMin")
    assert sizes == ["True"]
    shell.texts("Resize-Partition -DriveLetter V -Size 10GB; Set-Partition -DriveLetter V -NewDriveLetter W")
    assert shell.texts("(Get-Partition -DriveLetter W).Size") == [str(10 << 30)]
    shell.texts("Remove-Partition -DriveLetter W -Confirm:$false; Clear-Disk 1 -RemoveData -Confirm:$false")
    assert shell.texts("(Get-Disk 1).PartitionStyle") == ["RAW"]


@pytest.mark.parametrize(
    ("script", "error_id", "text"),
    [
        ("Get-Disk 9", "CmdletizationQuery_NotFound_Number,Get-Disk", "equal to '9'"),
        ("Get-Volume -DriveLetter Q", "CmdletizationQuery_NotFound_DriveLetter,Get-Volume", "MSFT_Volume"),
        ("Initialize-Disk 1", "StorageWMI 41000,Initialize-Disk", "offline"),
        ("Set-Disk 0 -IsOffline $true", "StorageWMI 1,Set-Disk", "profile"),
        ("New-Partition 1", "StorageWMI 5,New-Partition", "Size"),
    ],
)
def test_refusals_have_the_ids_of_the_module(shell, script, error_id, text):
    shell(script)
    (record,) = shell.errors
    assert record.fully_qualified_error_id == error_id
    assert text in record.exception.message


def test_a_pattern_that_fits_nothing_is_no_error(shell):
    assert shell.texts("Get-Disk -FriendlyName 'No*'") == []


def test_erasing_asks_first_and_pretends_with_what_if(shell):
    shell("Set-Disk 1 -IsOffline $false; Initialize-Disk 1; Clear-Disk 1 -RemoveData -WhatIf")
    assert shell.texts("(Get-Disk 1).PartitionStyle") == ["GPT"]
    shell("Clear-Disk 1 -RemoveData")
    assert shell.errors
    assert shell.texts("(Get-Disk 1).PartitionStyle") == ["GPT"]


def test_a_virtual_hard_disk_is_attached_as_an_image(shell):
    host = shell.host
    job = host.virtual_disks.create("C:\\lab.vhdx", size=1 << 30)
    host.clock.advance(host.clock.next_event() - host.clock.now())
    assert job.finished
    assert shell.texts("(Get-DiskImage C:\\lab.vhdx).Attached") == ["False"]
    assert shell.texts(
        '$i = Mount-DiskImage C:\\lab.vhdx -Access ReadOnly -PassThru; "$($i.Number) $($i.DevicePath)"'
    ) == ["2 \\\\.\\PhysicalDrive2"]
    assert shell.texts("(Get-Disk | ? BusType -eq 'File Backed Virtual').IsReadOnly") == ["True"]
    assert shell.texts("(Get-PhysicalDisk).Count") == ["2"]
    assert shell.texts("(Get-DiskImage -DevicePath \\\\.\\PHYSICALDRIVE2 | Dismount-DiskImage).Attached") == [
        "False"
    ]
    shell("Mount-DiskImage C:\\none.vhdx")
    (record,) = shell.errors
    assert record.fully_qualified_error_id == "StorageWMI 4,Mount-DiskImage"


def test_an_image_of_a_disc_is_attached_with_a_letter(shell):
    data = bytearray(20 * 2048)
    data[0x8001:0x8006] = b"CD001"
    data[0x8028:0x802D] = b"TOOLS"
    shell.host.filesystem.write("C:\\tools.iso", bytes(data))
    script = "(Mount-DiskImage C:\\tools.iso -PassThru | Get-Volume).DriveLetter"
    (letter,) = shell.texts(script)
    assert shell.texts(f'$v = Get-Volume {letter}; "$($v.DriveType) $($v.FileSystemLabel)"') == [
        "CD-ROM TOOLS"
    ]
    assert shell.texts("(Get-Volume -FileSystemLabel TOOLS | Get-DiskImage).ImagePath") == ["C:\\tools.iso"]
    assert shell.texts("(Dismount-DiskImage C:\\tools.iso).Attached") == ["False"]
    shell(f"Format-Volume {letter}")
    assert shell.errors


def test_a_volume_is_made_of_a_raw_disk_at_once(shell):
    shell.texts("Set-Disk 1 -IsOffline $false")
    script = "(New-Volume -DiskNumber 1 -FriendlyName Backup -FileSystem ReFS -DriveLetter V).FileSystem"
    assert shell.texts(script) == ["ReFS"]
    assert shell.texts("(Get-Disk 1).PartitionStyle; (Get-Volume V).FileSystemLabel") == ["GPT", "Backup"]
    shell("New-Volume -DiskNumber 7 -FriendlyName x")
    assert shell.errors


def test_objects_have_the_methods_of_every_object(shell):
    assert shell.texts("(Get-Disk 0).GetType().Name.Length -gt 0; (Get-Disk 0).Equals(1)") == [
        "True",
        "False",
    ]
