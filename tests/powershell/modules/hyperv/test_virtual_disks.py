"""New-VHD, Get-VHD, Resize-VHD, Mount-VHD, Convert-VHD and Merge-VHD."""

from __future__ import annotations

import pytest


def test_a_new_disk_has_the_recorded_facts(shell):
    script = (
        '$d = New-VHD -Path C:\\Test.vhdx -SizeBytes 5GB; "$($d.VhdFormat)", "$($d.VhdType)", '
        "$d.FileSize, $d.Size, "
        "$d.LogicalSectorSize, $d.PhysicalSectorSize, $d.BlockSize, $d.Attached, $d.ParentPath"
    )
    assert shell(script) == ["VHDX", "Dynamic", 4194304, 5368709120, 512, 4096, 33554432, False, ""]


@pytest.mark.parametrize(("switch", "kind"), [("-Fixed", "Fixed"), ("-Dynamic", "Dynamic")])
def test_the_kind_of_a_disk_is_chosen_by_a_switch(shell, switch, kind):
    assert shell.one(f"(New-VHD C:\\d.vhdx -SizeBytes 1GB {switch}).VhdType.ToString()") == kind


def test_a_differencing_disk_stands_on_its_parent(shell):
    shell("New-VHD C:\\p.vhdx 1GB; New-VHD C:\\c.vhdx -ParentPath C:\\p.vhdx -Differencing")
    assert shell('$d = Get-VHD C:\\c.vhdx; $d.ParentPath, "$($d.VhdType)"') == ["C:\\p.vhdx", "Differencing"]
    record = shell.fails("New-VHD C:\\x.vhdx -ParentPath C:\\none.vhdx")
    assert record.category == "InvalidArgument"
    assert record.fully_qualified_error_id == "InvalidParameter,Microsoft.Vhd.PowerShell.Cmdlets.NewVhd"


def test_a_file_that_exists_is_a_failed_operation_with_the_recorded_text(shell):
    shell("New-VHD C:\\d.vhdx 1GB")
    record = shell.fails("New-VHD C:\\d.vhdx 1GB")
    assert record.category == "NotSpecified"
    assert record.fully_qualified_error_id == "OperationFailed,Microsoft.Vhd.PowerShell.Cmdlets.NewVhd"
    assert record.message.split("\n") == [
        "Failed to create the virtual hard disk.",
        "The system failed to create 'C:\\d.vhdx'.",
        "Failed to create the virtual hard disk.",
        "The system failed to create 'C:\\d.vhdx': The file exists. (0x80070050).",
    ]


def test_get_vhd_finds_disks_of_machines_and_files(shell):
    shell("New-VHD C:\\d.vhdx 1GB; New-VM a -VHDPath C:\\d.vhdx")
    assert shell("(Get-VM a).Id | Get-VHD") == shell("Get-VHD C:\\d.vhdx")
    assert shell("(Get-VMHardDiskDrive a | Get-VHD).Path") == ["C:\\d.vhdx"]
    record = shell.fails("Get-VHD C:\\none.vhdx")
    assert record.fully_qualified_error_id == "InvalidParameter,Microsoft.Vhd.PowerShell.Cmdlets.GetVHD"


def test_disks_grow_and_are_refused_while_a_machine_runs(shell):
    shell("New-VHD C:\\d.vhd 1GB; New-VM a -VHDPath C:\\d.vhd; Resize-VHD C:\\d.vhd -SizeBytes 2GB")
    assert shell("(Get-VHD C:\\d.vhd).Size") == [2 << 30]
    shell("Start-VM a")
    assert shell("(Get-VHD C:\\d.vhd).Attached") == [True]
    record = shell.fails("Resize-VHD C:\\d.vhd -SizeBytes 3GB")
    assert record.category == "NotSpecified"
    assert shell("(Get-VHD C:\\d.vhd).Size") == [2 << 30]


def test_disks_are_mounted_and_dismounted(shell):
    shell("New-VHD C:\\d.vhdx 1GB; Mount-VHD C:\\d.vhdx")
    number = shell.one("(Get-VHD C:\\d.vhdx).DiskNumber")
    assert shell(f"(Get-VHD -DiskNumber {number}).Path") == ["C:\\d.vhdx"]
    shell("Dismount-VHD C:\\d.vhdx")
    assert shell("$null -eq (Get-VHD C:\\d.vhdx).DiskNumber") == [True]


def test_disks_are_converted_and_merged(shell):
    shell("New-VHD C:\\d.vhd 1GB; Convert-VHD C:\\d.vhd C:\\d.vhdx -VHDType Fixed -DeleteSource")
    assert shell.one("(Get-VHD C:\\d.vhdx).VhdType.ToString()") == "Fixed"
    assert not shell.host.filesystem.exists("C:\\d.vhd")
    shell("New-VHD C:\\c.vhdx -ParentPath C:\\d.vhdx; Merge-VHD C:\\c.vhdx")
    assert not shell.host.filesystem.exists("C:\\c.vhdx")
    assert shell("Test-VHD C:\\d.vhdx") == [True]


IN_USE = "The process cannot access the file because it is being used by another process. (0x80070020)."


@pytest.mark.parametrize(
    ("command", "verb"), [("Mount", "mount"), ("Resize", "resize"), ("Optimize", "compact")]
)
def test_a_failed_operation_on_a_disk_in_use_is_told_as_recorded(shell, command, verb):
    shell("New-VHD C:\\d.vhd 1GB; New-VM a -VHDPath C:\\d.vhd; Start-VM a")
    size = " -SizeBytes 3GB" if command == "Resize" else ""
    record = shell.fails(f"{command}-VHD C:\\d.vhd{size}")
    assert record.message.split("\n") == [
        f"Failed to {verb} the virtual disk.",
        f"The system failed to {verb} 'C:\\d.vhd'.",
        f"Failed to {verb} the virtual disk.",
        f"The system failed to {verb} 'C:\\d.vhd': {IN_USE}",
    ]
    assert record.error_id == "OperationFailed"


def test_a_reason_of_virtual_disks_stands_in_the_first_part_too(shell):
    shell("New-VHD C:\\d.vhd 1GB")
    lines = shell.fails("Resize-VHD C:\\d.vhd -SizeBytes 1GB").message.split("\n")
    assert lines[:2] == ["Failed to resize the virtual disk.", "The system failed to resize 'C:\\d.vhd'."]
    assert lines[2].endswith("is supported only on virtual hard disks that are of VHDX format.")
    assert lines[4] == f"The system failed to resize 'C:\\d.vhd': {lines[2]} (0xC03A001B)."


def test_an_existing_file_keeps_its_text_when_converting_and_making_a_machine(shell):
    shell("New-VHD C:\\d.vhdx 1GB; New-VHD C:\\e.vhdx 1GB")
    convert = shell.fails("Convert-VHD C:\\d.vhdx C:\\e.vhdx").message
    assert convert.split("\n")[3] == (
        "The system failed to convert 'C:\\d.vhdx': The file exists. (0x80070050)."
    )
    new = shell.fails("New-VM a -NewVHDPath C:\\e.vhdx -NewVHDSizeBytes 1GB")
    assert new.message.split("\n")[2:] == [
        "Failed to create the virtual hard disk.",
        "The system failed to create 'C:\\e.vhdx': The file exists. (0x80070050).",
    ]
    assert shell("Get-VM") == []
