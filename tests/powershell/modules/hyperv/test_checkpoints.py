"""Checkpoint-VM and the cmdlets of VMSnapshot, VHD sets, and the new ones for virtual disks."""

from __future__ import annotations

import pytest

from emulator.host import CheckpointType
from tests.powershell.modules.hyperv.test_output import shown


@pytest.fixture
def vm(shell):
    shell("New-VHD C:\\a.vhdx 10GB; New-VM vm -VHDPath C:\\a.vhdx")
    return shell.host.virtual_machines.find("vm")[0]


def test_a_checkpoint_is_taken_found_and_shown(shell, vm):
    assert shell("Checkpoint-VM vm -SnapshotName first") == []
    second = shell.one("Get-VM vm | Checkpoint-VM -SnapshotName second -Passthru")
    assert second is vm.checkpoints[1]
    assert shell("(Get-VMSnapshot vm).Name") == ["first", "second"]
    assert shell("(Get-VMCheckpoint -VMName vm -Name f*).VMName") == ["vm"]
    assert shell("(Get-VM vm).ParentSnapshotName") == ["second"]
    assert shell("(Get-VMSnapshot vm -Name second).ParentSnapshotName") == ["first"]
    assert shell("(Get-VMSnapshot vm -Name first | % { Get-VMSnapshot -ChildOf $_ }).Name") == ["second"]
    assert shell("(Get-VMSnapshot -ParentOf (Get-VM vm)).Name") == ["second"]
    assert shell("(Get-VMSnapshot -Id (Get-VM vm).ParentSnapshotId).Name") == ["second"]
    assert shell("Get-VMSnapshot vm -SnapshotType Recovery") == []
    lines = shown(shell, "Get-VMSnapshot vm")
    assert lines[0].split() == ["VMName", "Name", "SnapshotType", "CreationTime", "ParentSnapshotName"]
    assert lines[2].startswith("vm     first  Standard")
    assert shell("(Get-VMSnapshot vm -Name first).HardDrives[0].Path") == ["C:\\a.vhdx"]
    assert shell("(Get-VMSnapshot vm -Name first).HardDrives[0].VMSnapshotName") == ["first"]
    assert shell("(Get-VM vm).HardDrives[0].Path -like 'C:\\a_*.avhdx'") == [True]


def test_a_name_that_is_missing_is_an_error(shell, vm):
    record = shell.fails("Get-VMSnapshot vm -Name none")
    assert record.message == 'Hyper-V was unable to find a virtual machine checkpoint with name "none".'
    assert vm.checkpoints == []


def test_a_running_machine_is_turned_off_and_put_back(shell, vm):
    shell("Set-VM vm -Notes before; Checkpoint-VM vm -SnapshotName first")
    shell("Set-VM vm -Notes after; Start-VM vm")
    shell("Restore-VMSnapshot -VMName vm -Name first -Confirm:$false")
    assert (vm.notes, vm.state.name) == ("before", "OFF")


def test_checkpoints_are_renamed_and_removed(shell, vm):
    shell(
        "Checkpoint-VM vm -SnapshotName 1; Checkpoint-VM vm -SnapshotName 2; Checkpoint-VM vm -SnapshotName 3"
    )
    shell("Rename-VMSnapshot -VMName vm -Name 2 -NewName two")
    assert [each.name for each in vm.checkpoints] == ["1", "two", "3"]
    shell("Get-VMSnapshot vm -Name two | Remove-VMSnapshot")
    assert [each.name for each in vm.checkpoints] == ["1", "3"]
    shell("Remove-VMSnapshot vm -Name 1 -IncludeAllChildSnapshots")
    shell.host.sleep(60)
    assert vm.checkpoints == []
    assert vm.hard_disk_drives[0].path == "C:\\a.vhdx"
    assert shell.host.filesystem.audit() == []


def test_a_disabled_checkpoint_is_a_refusal(shell, vm):
    shell("Set-VM vm -CheckpointType Disabled")
    assert vm.checkpoint_type is CheckpointType.DISABLED
    record = shell.fails("Checkpoint-VM vm")
    assert "Checkpoints have been disabled for 'vm'" in record.message


def test_a_differencing_disk_gets_another_parent(shell):
    shell("New-VHD C:\\base.vhdx 1GB; New-VHD C:\\child.vhdx -ParentPath C:\\base.vhdx -Differencing")
    assert shell("Test-VHD C:\\child.vhdx") == [True]
    shell.host.virtual_disks.find("C:\\base.vhdx").write(0, 1 << 20)
    assert shell("Test-VHD C:\\child.vhdx") == [False]
    assert "mismatch in the identifiers" in shell.warnings[0]
    record = shell.fails("Set-VHD C:\\child.vhdx -ParentPath C:\\base.vhdx")
    assert "mismatch in the identifiers" in record.message
    shell("Set-VHD C:\\child.vhdx -ParentPath C:\\base.vhdx -IgnoreIdMismatch")
    assert shell("Test-VHD C:\\child.vhdx") == [True]


def test_disks_are_set_optimized_shrunk_and_mounted_for_reading(shell):
    disk = shell.one("New-VHD C:\\a.vhdx 4GB")
    disk.write(0, 1 << 30)
    disk.discard(1 << 29, 1 << 29)
    before, identity = disk.file_size, disk.id
    shell("Mount-VHD C:\\a.vhdx -ReadOnly; Optimize-VHD C:\\a.vhdx -Mode Full; Dismount-VHD C:\\a.vhdx")
    assert disk.file_size == before - (1 << 29)
    assert shell("(Get-VHD C:\\a.vhdx).MinimumSize") == [1 << 29]
    shell("Resize-VHD C:\\a.vhdx -ToMinimumSize; Set-VHD C:\\a.vhdx -PhysicalSectorSizeBytes 512")
    shell("Set-VHD C:\\a.vhdx -ResetDiskIdentifier -Force")
    assert (disk.size, disk.physical_sector_size) == (1 << 29, 512)
    assert disk.id != identity
    assert shell("New-VFD C:\\boot.vfd") == []
    assert shell.host.filesystem.entry("C:\\boot.vfd").size == 1_474_560


def test_a_vhd_set_lists_its_files(shell):
    shell("New-VHD C:\\shared.vhds 1GB -Fixed")
    assert shell("(Get-VHD C:\\shared.vhds).VhdFormat.ToString()") == ["VHDSet"]
    assert shell("(Get-VHDSet C:\\shared.vhds -GetAllPaths).AllPaths.Count") == [2]
    assert shell("Get-VHDSnapshot C:\\shared.vhds") == []
    assert shell("(Get-VHDSet C:\\shared.vhds).Path") == ["C:\\shared.vhds"]
    shell("Optimize-VHDSet C:\\shared.vhds")
    shell("New-VHD C:\\plain.vhdx 1GB")
    assert shell.fails("Get-VHDSet C:\\plain.vhdx").message == "The file is not a VHD set."
