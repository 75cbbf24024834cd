"""Move-VM, Move-VMStorage and the cmdlets of migration settings."""

import pytest

from emulator.host import Host
from emulator.host.neighbourhood import Neighbourhood


@pytest.fixture
def other(shell):
    profile = shell.host.profile
    system = profile.operating_system.replaced(computer_name="OTHER")
    host = Host(profile.replaced(operating_system=system), "fast")
    together = Neighbourhood()
    together.join(shell.host)
    together.join(host)
    host.settings.configure(virtual_machine_migration_enabled=True)
    host.migration.configure(use_any_network=True)
    yield host
    host.close()


@pytest.fixture
def web(shell):
    shell.host.filesystem.make_directory("C:\\Disks")
    shell(
        "New-VM web -MemoryStartupBytes 512MB -NewVHDPath C:\\Disks\\web.vhdx -NewVHDSizeBytes 5GB | Out-Null"
    )
    return shell.host.virtual_machines.find("web")[0]


def test_a_running_machine_is_moved_with_its_storage(shell, other, web):
    shell("Enable-VMMigration; Start-VM web")
    moved = shell.one("Move-VM web OTHER -IncludeStorage -DestinationStoragePath C:\\Moved -Passthru")
    assert moved is other.virtual_machines[web.id]
    assert moved.state.name == "RUNNING"
    assert moved.hard_disk_drives[0].path == "C:\\Moved\\Virtual Hard Disks\\web.vhdx"
    assert shell("Get-VM | ForEach-Object Name") == []


def test_a_move_that_the_destination_refuses_is_an_error(shell, other, web):
    assert shell.fails("Move-VM web OTHER -IncludeStorage -DestinationStoragePath C:\\M").category == (
        "InvalidOperation"
    )
    shell("Enable-VMMigration")
    other.settings.configure(virtual_machine_migration_enabled=False)
    record = shell.fails("Move-VM web OTHER -IncludeStorage -DestinationStoragePath C:\\M")
    assert "actively refused it. (0x8007274D)." in record.message
    assert "No such host is known" in shell.fails("Move-VM web NOBODY").message
    assert web.job is None


def test_a_report_of_a_move_is_moved(shell, other, web):
    assert other.virtual_machines.find("web") == []
    count = shell.one("""
        Enable-VMMigration
        New-VMSwitch LAN -SwitchType Private | Out-Null
        Connect-VMNetworkAdapter -VMName web -SwitchName LAN
        $report = Compare-VM web OTHER -IncludeStorage -DestinationStoragePath C:\\Moved
        $report.Incompatibilities.Count
    """)
    assert count == 1
    shell("""
        $report.Incompatibilities[0].Source | Disconnect-VMNetworkAdapter
        $report = Compare-VM -CompatibilityReport $report
        Move-VM -CompatibilityReport $report
    """)
    assert other.virtual_machines[web.id].name == "web"


def test_storage_is_moved_whole_or_disk_by_disk(shell, web):
    shell("Move-VMStorage web -DestinationStoragePath C:\\New")
    assert (web.path, web.hard_disk_drives[0].path) == (
        "C:\\New",
        "C:\\New\\Virtual Hard Disks\\web.vhdx",
    )
    shell("""
        $vhds = @(@{
            'SourceFilePath' = 'C:\\New\\Virtual Hard Disks\\web.vhdx'
            'DestinationFilePath' = 'C:\\Fast\\w.vhdx'
        })
        Move-VMStorage -VMName web -Vhds $vhds
    """)
    assert (web.path, web.hard_disk_drives[0].path) == ("C:\\New", "C:\\Fast\\w.vhdx")


def test_settings_and_networks(shell):
    shell(
        "Enable-VMMigration; Set-VMHost -UseAnyNetworkForMigration $true -VirtualMachineMigrationAuthen Kerberos"
    )
    found = shell("""
        $h = Get-VMHost
        $h.VirtualMachineMigrationEnabled
        $h.UseAnyNetworkForMigration
        $h.VirtualMachineMigrationAuthenticationType.ToString()
    """)
    assert found == [True, True, "Kerberos"]
    shell(
        "Add-VMMigrationNetwork 192.0.2.0/24 3; Set-VMMigrationNetwork 192.0.2.0/24 10.0.0.0/8 -NewPriority 9"
    )
    assert shell("Get-VMMigrationNetwork | ForEach-Object { $_.Subnet; $_.Priority }") == ["10.0.0.0/8", 9]
    shell(
        "Get-VMMigrationNetwork | ForEach-Object { Remove-VMMigrationNetwork $_.Subnet }; Disable-VMMigration"
    )
    assert shell("Get-VMMigrationNetwork") == []
    assert not shell.host.migration.enabled
    assert shell.fails("Remove-VMMigrationNetwork 10.0.0.0/8").error_id == "InvalidParameter"


def test_pools_of_processors_and_of_files_are_those_of_a_move(shell, other, web):
    from emulator.host.resources.resource_kinds import HARD_DISKS, PROCESSOR
    from emulator.host.resources.resource_pools import Allocation

    shell.host.filesystem.make_directory("C:\\Fast")
    shell.host.resource_pools.create(HARD_DISKS, "fast", (Allocation(resources=("C:\\Fast",)),))
    assert shell.fails("Move-VMStorage web C:\\Slow -ResourcePoolName fast").category == "InvalidArgument"
    shell("Move-VMStorage web C:\\Fast -ResourcePoolName fast -AllowUnverifiedPaths")
    assert [drive.medium_pool_name for drive in web.hard_disk_drives] == ["fast"]
    move = f"Move-VM web {other.name} -IncludeStorage -DestinationStoragePath C:\\Moved -ResourcePoolName few"
    shell("Enable-VMMigration")
    assert shell.fails(move)
    other.resource_pools.create(PROCESSOR, "few")
    wrong = "-DestinationCredential ([pscredential]::new('x', [Net.NetworkCredential]::new('', 'y').SecurePassword))"
    assert shell.fails(f"{move} {wrong}").message == "The user name or password is incorrect."
    shell(move)
    (moved,) = other.virtual_machines.find("web")
    assert moved.processor.pool_name == "few"
