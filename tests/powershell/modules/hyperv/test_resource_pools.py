"""Resource pools: folders, switches, and the devices that come from them."""

import pytest

from emulator.host.resources.resource_kinds import ETHERNET, HARD_DISKS


@pytest.fixture
def folders(shell):
    for name in ("gold", "silver"):
        shell.host.filesystem.make_directory(f"C:\\{name}")
        shell.host.virtual_disks.create(f"C:\\{name}\\disk.vhdx", size=1 << 30)
        shell.host.filesystem.write(f"C:\\{name}\\disc.iso", b"no image")


@pytest.mark.usefixtures("folders")
def test_pools_of_files_hold_folders(shell):
    pool = "New-VMResourcePool gold VHD -Paths C:\\gold"
    assert shell(
        f"$p = {pool}; $p.GetType().Name; $p.Paths; $p.ParentName; $p.ResourcePoolType -eq 'VHD'"
    ) == [
        "VMStorageResourcePool",
        "C:\\gold",
        "Primordial",
        True,
    ]
    assert shell("(Get-VMResourcePool Primordial VHD).Paths.Count") == [0]
    paths = "(Get-VMStoragePath -ResourcePoolName gold -ResourcePoolType VHD).Paths"
    shell("Add-VMStoragePath C:\\silver gold VHD")
    assert shell(paths) == ["C:\\gold", "C:\\silver"]
    assert shell("(Remove-VMStoragePath C:\\gold gold VHD -Passthru).Paths") == ["C:\\silver"]
    assert shell("Get-VMStoragePath C:\\gold gold VHD") == []
    error = shell.fails("Remove-VMStoragePath C:\\gold gold VHD")
    assert "does not hold" in str(error.exception.message)
    assert shell.fails("Add-VMStoragePath C:\\gold Primordial VHD").fully_qualified_error_id.startswith(
        "InvalidState,"
    )
    assert shell.fails("New-VMResourcePool x Memory -Paths C:\\gold").fully_qualified_error_id.startswith(
        "InvalidParameter,"
    )
    assert [pool.name for pool in shell.host.resource_pools] == ["gold"]


@pytest.mark.usefixtures("folders")
def test_drives_take_their_files_from_pools(shell):
    vm = shell.machine(generation=1)
    shell("New-VMResourcePool gold VHD, ISO -Paths C:\\gold")
    outside = "Add-VMHardDiskDrive vm -Path C:\\silver\\disk.vhdx -ResourcePoolName gold"
    assert "not in the resource pool" in str(shell.fails(outside).exception.message)
    assert vm.hard_disk_drives == []
    shell("Add-VMHardDiskDrive vm -Path C:\\gold\\disk.vhdx -ResourcePoolName gold")
    assert shell("(Get-VMHardDiskDrive vm).PoolName") == ["gold"]
    assert "not in the resource pool" in str(
        shell.fails("Set-VMHardDiskDrive vm -Path C:\\silver\\disk.vhdx").exception.message
    )
    shell("Set-VMHardDiskDrive vm -Path C:\\silver\\disk.vhdx -ResourcePoolName Primordial")
    assert shell("(Get-VMHardDiskDrive vm).PoolName; (Get-VMHardDiskDrive vm).Path") == [
        "Primordial",
        "C:\\silver\\disk.vhdx",
    ]
    shell("Add-VMDvdDrive vm; Set-VMDvdDrive vm -Path C:\\gold\\disc.iso -ResourcePoolName gold")
    assert shell("(Get-VMDvdDrive vm).PoolName") == ["gold"]
    shell("Rename-VMResourcePool gold ISO -NewName discs")
    assert shell("(Get-VMDvdDrive vm).PoolName") == ["discs"]
    assert shell.fails("Remove-VMResourcePool discs ISO").fully_qualified_error_id.startswith("ObjectInUse,")
    shell("Remove-VMResourcePool gold VHD")
    assert [(pool.name, pool.subtype == HARD_DISKS) for pool in shell.host.resource_pools] == [
        ("discs", False)
    ]


@pytest.mark.usefixtures("folders")
def test_storage_does_not_move_out_of_its_pool(shell):
    vm = shell.machine(generation=1)
    shell("New-VMResourcePool gold VHD -Paths C:\\gold")
    shell("Add-VMHardDiskDrive vm -Path C:\\gold\\disk.vhdx -ResourcePoolName gold")
    assert "not in the resource pool" in str(
        shell.fails("Move-VMStorage vm -DestinationStoragePath C:\\silver\\vm").exception.message
    )
    shell("Move-VMStorage vm -DestinationStoragePath C:\\gold\\vm")
    assert vm.hard_disk_drives[0].path.startswith("C:\\gold\\vm\\")


def test_switches_are_in_pools_and_pools_choose_them(shell):
    vm = shell.machine()
    for name in ("one", "two"):
        shell(f"New-VMSwitch {name} -SwitchType Private")
    shell("New-VMResourcePool lan Ethernet; Add-VMSwitch two lan")
    assert shell("(Get-VMSwitch -ResourcePoolName lan).Name") == ["two"]
    shell("Add-VMNetworkAdapter vm -Name lan -ResourcePoolName lan")
    adapter = "(Get-VMNetworkAdapter vm -Name lan)"
    assert shell(f"{adapter}.PoolName; {adapter}.Connected") == ["lan", False]
    assert "does not hold" in str(
        shell.fails("Connect-VMNetworkAdapter vm -Name lan -SwitchName one").exception.message
    )
    shell("Connect-VMNetworkAdapter vm -Name lan -UseAutomaticConnection; Start-VM vm")
    assert shell(f"{adapter}.SwitchName") == ["two"]
    assert shell.fails("Remove-VMSwitch two lan").fully_qualified_error_id.startswith("ObjectInUse,")
    shell("Stop-VM vm -TurnOff")
    assert shell(f"{adapter}.Connected") == [False]
    shell("Remove-VMSwitch two lan")
    assert shell("Get-VMSwitch -ResourcePoolName lan") == []
    assert [pool.resources for pool in shell.host.resource_pools.of(ETHERNET)] == [()]
    assert vm.network_adapters[-1].is_automatic


@pytest.mark.usefixtures("folders")
def test_a_pool_is_metered_by_what_comes_from_it(shell):
    vm = shell.machine(generation=1)
    shell("New-VMResourcePool gold VHD -Paths C:\\gold; Enable-VMResourceMetering -ResourcePoolName gold")
    shell("Add-VMHardDiskDrive vm -Path C:\\silver\\disk.vhdx; Enable-VMResourceMetering vm")
    allocated = "(Measure-VMResourcePool gold VHD).TotalDiskAllocation"
    assert shell(allocated) == [0]
    shell("Add-VMHardDiskDrive vm -Path C:\\gold\\disk.vhdx -ResourcePoolName gold")
    assert shell(allocated) == [1024]
    shell("Reset-VMResourceMetering -ResourcePoolName gold")
    assert vm.metering.duration().total_seconds() < 60
