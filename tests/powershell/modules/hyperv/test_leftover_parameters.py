"""Parameters of a single release or of rare use: 2012's second name of adapters, disks made from disks of the
host, snapshots of VHD sets that are mounted."""

from __future__ import annotations

from emulator.host.storage.disk_layout import physical_disks

OLDEST = "windows-server-2012-datacenter"


def test_2012_names_adapters_by_two_parameters(shell_of):
    shell = shell_of(OLDEST)
    shell("New-VM a; Add-VMNetworkAdapter a -Name Second")
    shell("Set-VMNetworkAdapter a -VMNetworkAdapterName Second -MacAddressSpoofing On")
    shell("Rename-VMNetworkAdapter a -VMNetworkAdapterName Second -NewName Third")
    script = "(Get-VMNetworkAdapter a | ? MacAddressSpoofing -eq On).Name"
    assert shell(script) == ["Third"]
    shell("Remove-VMNetworkAdapter a -VMNetworkAdapterName Third")
    assert shell("(Get-VMNetworkAdapter a).Count") == [1]


def test_later_releases_have_one_name_for_it(shell):
    shell("New-VM a")
    script = "Rename-VMNetworkAdapter a -VMNetworkAdapterName 'Network Adapter' -NewName b; "
    assert shell(script + "(Get-VMNetworkAdapter a).Name") == ["b"]


def test_a_disk_is_made_from_a_disk_of_the_host(shell):
    shell("New-VHD D:\\from.vhdx -Dynamic -SourceDisk 0")
    made = shell.host.virtual_disks.find("D:\\from.vhdx")
    windows = shell.host.filesystem.volume("C")
    assert made.size == physical_disks(shell.host)[0].size
    assert windows.used <= len(made.written) <= windows.used + (600 << 20)
    assert made.file_size < made.size


def test_a_disk_made_from_a_mounted_file_holds_what_that_holds(shell):
    shell("$null = New-VHD D:\\a.vhdx -SizeBytes 1GB; $disk = Mount-VHD D:\\a.vhdx -Passthru")
    source = shell.host.virtual_disks.find("D:\\a.vhdx")
    source.write(100 << 20, 1 << 20)
    shell("New-VHD D:\\b.vhdx -Fixed -SourceDisk $disk.Number")
    copy = shell.host.virtual_disks.find("D:\\b.vhdx")
    assert (copy.size, copy.written) == (source.size, source.written)
    assert copy.kind.name == "FIXED"


def test_no_disk_is_made_from_one_that_is_not_there(shell):
    record = shell.fails("New-VHD D:\\from.vhdx -Dynamic -SourceDisk 77")
    assert "cannot find the file" in record.message
    assert not shell.host.filesystem.exists("D:\\from.vhdx")


def test_a_snapshot_of_a_vhd_set_is_mounted_by_its_identifier(shell):
    shell("$null = New-VHD D:\\a.vhds -SizeBytes 1GB; $null = New-VM a -VHDPath D:\\a.vhds; Checkpoint-VM a")
    shell("$id = (Get-VHDSnapshot D:\\a.vhds).SnapshotId")
    shell("Mount-VHD D:\\a.vhds -SnapshotId $id")
    whole = shell.host.virtual_disks.find("D:\\a.vhds")
    (snapshot,) = whole.snapshots.values()
    assert snapshot.file.mounted.read_only
    assert whole.mounted is None
    shell("Dismount-VHD D:\\a.vhds -SnapshotId $id")
    assert snapshot.file.mounted is None
    other = "11111111-1111-1111-1111-111111111111"
    assert "no snapshot" in shell.fails(f"Mount-VHD D:\\a.vhds -SnapshotId {other}").message
