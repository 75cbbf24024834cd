"""Cmdlets of storage pools: what an administrator types, and what the rest of the machine shows of it."""

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

EMPTY = "".join(
    f"\n    - {{model: Drive {number}, size: 20 GB, serial_number: S{number}, media: HDD}}"
    for number in range(1, 5)
)
PROFILE = (
    """
name: test
extends: windows-server-2022-datacenter
hardware:
  disks:
    - {model: System, size: 480 GB, volumes: [{drive_letter: C, used: 20 GB}]}"""
    + EMPTY
    + """
inventory: {virtual_switches: [], virtual_disks: [], virtual_machines: []}
"""
)
POOL = (
    "$null = New-StoragePool -FriendlyName Lab -StorageSubSystemFriendlyName 'Windows Storage*'"
    " -PhysicalDisks (Get-PhysicalDisk -CanPool $true);"
)
DISK = (
    "$null = New-VirtualDisk -StoragePoolFriendlyName Lab -FriendlyName Data -Size 8GB"
    " -ResiliencySettingName Mirror;"
)


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

    def refusal(self, script: str) -> tuple[str, str]:
        """Identifier and text of the only error."""
        self(script)
        (error,) = self.errors
        return error.fully_qualified_error_id, error.exception.message


@pytest.fixture
def shell() -> Shell:
    return Shell()


def test_one_pipeline_from_drives_to_a_volume(shell):
    made = shell.texts(
        "$PhysicalDisks = Get-StorageSubSystem -FriendlyName 'Windows Storage*' | Get-PhysicalDisk -CanPool $True;"
        "New-StoragePool -FriendlyName CompanyData -StorageSubsystemFriendlyName 'Windows Storage*'"
        " -PhysicalDisks $PhysicalDisks |"
        " New-VirtualDisk -FriendlyName UserData -Size 100GB -ProvisioningType Thin |"
        " Initialize-Disk -PassThru | New-Partition -AssignDriveLetter -UseMaximumSize | Format-Volume |"
        " % { '{0} {1} {2}' -f $_.DriveLetter, $_.FileSystem, ($_.Size -gt 99GB) }"
    )
    assert made == ["D NTFS True"]
    assert shell.texts(
        "Get-VirtualDisk UserData | Get-Disk | Get-Partition | Get-Volume | % FileSystemType"
    ) == ["NTFS"]
    assert shell.texts(
        "Get-VirtualDisk | % { '{0} {1} {2} {3}' -f $_.ResiliencySettingName, $_.ProvisioningType,"
        " $_.OperationalStatus, ($_.FootprintOnPool -lt 10GB) }"
    ) == ["Mirror Thin OK True"]
    assert shell.host.filesystem.volume("D") is not None


def test_drives_of_a_pool_are_disks_no_more(shell):
    shell.texts(POOL)
    assert shell.texts("Get-Disk | % Number") == ["0"]
    assert shell.texts(
        "Get-PhysicalDisk | % { '{0} {1} {2}' -f $_.DeviceId, $_.CanPool, $_.CannotPoolReason }"
    ) == [
        "0 False Insufficient Capacity",
        *(f"{number} False In a Pool" for number in range(1, 5)),
    ]
    assert shell.texts("Get-StoragePool Lab | Get-PhysicalDisk | % DeviceId") == ["1", "2", "3", "4"]
    assert shell.texts("Get-StoragePool -IsPrimordial $false | % FriendlyName") == ["Lab"]
    shell.texts("Remove-StoragePool -FriendlyName Lab -Confirm:$false")
    assert shell.texts("@(Get-PhysicalDisk -CanPool $true).Count") == ["4"]


@pytest.mark.parametrize(
    ("script", "identifier", "text"),
    [
        (
            "New-VirtualDisk -StoragePoolFriendlyName Lab -FriendlyName a -Size 1TB",
            "StorageWMI 40000,New-VirtualDisk",
            "Not enough available capacity",
        ),
        (
            "New-VirtualDisk -StoragePoolFriendlyName Lab -FriendlyName a -Size 1GB -NumberOfDataCopies 3",
            "StorageWMI 48004,New-VirtualDisk",
            "There are not enough physical disks in the storage pool to create the specified virtual disk"
            " configuration.",
        ),
        (
            "New-VirtualDisk -StoragePoolFriendlyName Primordial -FriendlyName a -Size 1GB",
            "StorageWMI 48000,New-VirtualDisk",
            "This operation is not supported on primordial storage pools.",
        ),
        (
            "Remove-StoragePool Lab -Confirm:$false",
            "StorageWMI 48008,Remove-StoragePool",
            "The storage pool contains virtual disks.",
        ),
        (
            "Remove-PhysicalDisk -StoragePoolFriendlyName Lab -PhysicalDisks (Get-PhysicalDisk 'Drive 1')"
            " -Confirm:$false",
            "StorageWMI 51004,Remove-PhysicalDisk",
            "One of the physical disks specified could not be removed because it is still in use.",
        ),
        (
            "Resize-VirtualDisk Data -Size 1GB -Confirm:$false",
            "StorageWMI 4097,Resize-VirtualDisk",
            "Size Not Supported",
        ),
        (
            "Get-StoragePool None",
            "CmdletizationQuery_NotFound_FriendlyName,Get-StoragePool",
            "No MSFT_StoragePool objects found with property 'FriendlyName' equal to 'None'.  Verify the value"
            " of the property and retry.",
        ),
    ],
)
def test_refusals_are_those_of_the_methods(shell, script, identifier, text):
    shell.texts(POOL + DISK)
    assert shell.refusal(script) == (identifier, text)
    assert shell.texts("Get-VirtualDisk | % { '{0} {1}' -f $_.FriendlyName, $_.Size }") == ["Data 8589934592"]


def test_a_virtual_disk_is_changed_disconnected_and_removed(shell):
    shell.texts(POOL + DISK)
    shell.texts(
        "Resize-VirtualDisk -FriendlyName Data -Size 9GB; Set-VirtualDisk Data -NewFriendlyName Other"
    )
    assert shell.texts("Get-VirtualDisk Other | % Size") == [str(9 << 30)]
    shell.texts("Get-VirtualDisk | Disconnect-VirtualDisk")
    assert shell.texts(
        "Get-VirtualDisk | % { $_.OperationalStatus, $_.HealthStatus, $_.DetachedReason }"
    ) == [
        "Detached",
        "Unknown",
        "By Policy",
    ]
    assert shell.texts(
        "@(Get-VirtualDisk | Get-Disk).Count; Connect-VirtualDisk Other; (Get-Disk).Count"
    ) == [
        "0",
        "2",
    ]
    shell.texts("Get-VirtualDisk | Remove-VirtualDisk -Confirm:$false")
    assert shell.texts("@(Get-VirtualDisk).Count") == ["0"]


def test_drives_have_a_usage_and_a_name_in_a_pool(shell):
    shell.texts(
        "$d = Get-PhysicalDisk -CanPool $true | Select -First 2;"
        "$null = New-StoragePool -FriendlyName Lab -StorageSubSystemFriendlyName '*' -PhysicalDisks $d;"
        "Add-PhysicalDisk -StoragePoolFriendlyName Lab -Usage HotSpare -PhysicalDisks (Get-PhysicalDisk 'Drive 3');"
        "Set-PhysicalDisk -FriendlyName 'Drive 2' -NewFriendlyName Second -MediaType SSD"
    )
    assert shell.texts(
        "Get-StoragePool Lab | Get-PhysicalDisk | % { '{0}:{1}:{2}' -f $_.FriendlyName, $_.Usage, $_.MediaType }"
    ) == ["Drive 1:Auto-Select:HDD", "Second:Auto-Select:SSD", "Drive 3:Hot Spare:HDD"]
    assert shell.texts("Get-PhysicalDisk -Usage HotSpare | % DeviceId") == ["3"]
    identifier, _ = shell.refusal("Set-PhysicalDisk 'Drive 4' -Usage Retired")
    assert identifier == "StorageWMI 51000,Set-PhysicalDisk"


def test_resiliency_settings_and_sizes(shell):
    shell.texts(POOL)
    assert shell.texts("Get-StoragePool Lab | Get-ResiliencySetting | % Name") == [
        "Simple",
        "Mirror",
        "Parity",
    ]
    assert shell.texts("Get-ResiliencySetting -Name Mirror | Get-StoragePool | % FriendlyName") == [
        "Primordial",
        "Lab",
    ]
    shell.texts(
        "Get-StoragePool Lab | Get-ResiliencySetting -Name Parity | Set-ResiliencySetting -NumberOfColumnsDefault 3"
    )
    assert shell.texts("Get-ResiliencySetting -Name Parity | % NumberOfColumnsDefault") == ["Auto", "3"]
    (most,) = shell.texts(
        "(Get-VirtualDiskSupportedSize -StoragePoolFriendlyName Lab -ResiliencySettingName Simple).VirtualDiskSizeMax"
    )
    shell.texts(
        f"$null = Get-StoragePool Lab | New-VirtualDisk -FriendlyName a -ResiliencySettingName Simple -Size {most}"
    )


def test_a_volume_of_a_pool_in_one_command(shell):
    shell.texts(POOL)
    assert shell.texts(
        "New-Volume -StoragePoolFriendlyName Lab -FriendlyName Vol -Size 6GB -FileSystem ReFS -DriveLetter W"
        " -ResiliencySettingName Parity | % { '{0} {1} {2}' -f $_.DriveLetter, $_.FileSystemLabel, $_.FileSystem }"
    ) == ["W Vol ReFS"]
    assert shell.texts("(Get-Volume -DriveLetter W | Get-StoragePool).FriendlyName") == ["Lab"]


def test_what_is_not_emulated_says_so(shell):
    shell.texts(POOL)
    for script in (
        "New-VirtualDisk -StoragePoolFriendlyName Lab -FriendlyName a -StorageTiers @() -StorageTierSizes 1GB",
        "New-VirtualDisk -StoragePoolFriendlyName Lab -FriendlyName a -Size 1GB -WriteCacheSize 1GB",
        "New-StorageTier -StoragePoolFriendlyName Lab -FriendlyName a -MediaType SSD",
    ):
        identifier, _ = shell.refusal(script)
        assert "NotEmulated" in identifier or "NotImplemented" in identifier, identifier


def test_lists_look_as_windows_shows_them(shell):
    shell.texts(POOL + DISK)

    def words(script):
        text = text_of(shell(script), shell.runspace.engine, 160)
        return [line.split() for line in text.splitlines() if line.strip() and "---" not in line]

    assert words("Get-StoragePool Lab") == [
        [
            "FriendlyName",
            "OperationalStatus",
            "HealthStatus",
            "IsPrimordial",
            "IsReadOnly",
            "Size",
            "AllocatedSize",
        ],
        ["Lab", "OK", "Healthy", "False", "False", "78", "GB", "17", "GB"],
    ]
    assert words("Get-VirtualDisk") == [
        [
            "FriendlyName",
            "ResiliencySettingName",
            "FaultDomainRedundancy",
            "OperationalStatus",
            "HealthStatus",
            "Size",
            "FootprintOnPool",
            "StorageEfficiency",
        ],
        ["Data", "Mirror", "1", "OK", "Healthy", "8", "GB", "16", "GB", "50.00%"],
    ]


def test_a_virtual_disk_is_moved_to_chosen_drives_of_its_pool(shell):
    shell.texts(POOL + DISK)
    (space,) = shell.host.storage_pools.spaces
    before = set(space.slabs)
    away = f"(Get-PhysicalDisk | ? DeviceId -eq {min(before)})"
    identifier, _ = shell.refusal(
        f"Remove-PhysicalDisk -VirtualDiskFriendlyName {space.name} -PhysicalDisks @(Get-PhysicalDisk | ?"
        " DeviceId -eq 0) -Confirm:$false"
    )
    assert identifier == "StorageWMI 51000,Remove-PhysicalDisk"
    everywhere = "@(Get-StoragePool Lab | Get-PhysicalDisk)"
    identifier, _ = shell.refusal(
        f"Remove-PhysicalDisk -VirtualDiskFriendlyName {space.name} -PhysicalDisks {everywhere} -Confirm:$false"
    )
    assert identifier == "StorageWMI 51004,Remove-PhysicalDisk"
    assert set(space.slabs) == before
    shell.texts(f"Add-PhysicalDisk -VirtualDiskFriendlyName {space.name} -PhysicalDisks {away}")
    assert set(space.chosen_disks) == before
