"""Metering, connect access, groups, security and smaller tools of virtual machines."""

from __future__ import annotations

from datetime import timedelta

from emulator.host import VirtualMachineState


def texts(values):
    return [str(one) for one in values]


def test_a_metered_machine_is_measured_and_others_are_refused(shell):
    vm = shell.machine("a", guest=True)
    shell("New-VHD C:\\1.vhdx 3GB; Add-VMHardDiskDrive a -Path C:\\1.vhdx")
    assert shell("(Get-VM a).ResourceMeteringEnabled") == [False]
    assert shell.fails("Measure-VM a").category == "InvalidOperation"
    shell("Get-VM a | Enable-VMResourceMetering; Start-VM a")
    assert vm.metering.enabled
    assert shell("(Get-VM a).ResourceMeteringEnabled") == [True]
    shell.host.clock.advance(timedelta(hours=1))
    average, disk, inbound = shell(
        "$r = Measure-VM a; $r.AverageMemoryUsage, $r.TotalDiskAllocation, $r.NetworkMeteredTrafficReport[0].Direction"
    )
    assert (average, disk, str(inbound)) == (vm.assigned_memory() >> 20, 3072, "Inbound")
    assert shell.one("(Measure-VM a).MeteringDuration.TotalHours") >= 1
    assert shell.one("(Measure-VM a).HardDiskMetrics[0].NormalizedIOCount") > 0
    assert shell.one("(Measure-VM a).HardDiskMetrics[0].VirtualHardDisk.Path") == "C:\\1.vhdx"
    shell("Reset-VMResourceMetering a")
    assert shell.one("(Measure-VM a).MeteringDuration.TotalHours") < 1
    shell("Disable-VMResourceMetering -VMName a")
    assert not vm.metering.enabled


def test_the_report_has_a_table_of_its_own(shell):
    shell("New-VM a; Enable-VMResourceMetering a")
    header = shell("Measure-VM a | Out-String -Width 200")[0].split("\r\n")[1].split()
    assert header == [
        "VMName",
        "AvgCPU(MHz)",
        "AvgRAM(M)",
        "MaxRAM(M)",
        "MinRAM(M)",
        "TotalDisk(M)",
        "NetworkInbound(M)",
        "NetworkOutbound(M)",
    ]


def test_connect_access_is_granted_listed_and_revoked(shell):
    vm = shell.machine("a")
    shell.machine("b")
    entry = shell(
        "$e = Grant-VMConnectAccess a -UserName Users, Everyone -Passthru; $e.UserName; $e.UserId.Value"
    )
    assert texts(entry) == ["BUILTIN\\Users", "Everyone", "S-1-5-32-545", "S-1-1-0"]
    assert list(vm.connect_access) == ["BUILTIN\\Users", "Everyone"]
    assert shell("(Get-VMConnectAccess).VMName") == ["a", "a"]
    assert texts(shell("(Get-VMConnectAccess a -UserName Users).Access")) == ["Allowed"]
    shell("Revoke-VMConnectAccess -VMId (Get-VM a).Id -UserName Everyone")
    assert list(vm.connect_access) == ["BUILTIN\\Users"]
    assert shell.fails("Revoke-VMConnectAccess a -UserName Everyone").category == "InvalidArgument"
    assert shell.fails("Grant-VMConnectAccess a -UserName nobody").category == "InvalidArgument"


def test_groups_hold_machines_or_groups(shell):
    shell("New-VM a; New-VM b")
    shell("$g = New-VMGroup one VMCollectionType; New-VMGroup all ManagementCollectionType")
    shell("Add-VMGroupMember one (Get-VM a, b); Add-VMGroupMember all -VMGroupMember (Get-VMGroup one)")
    assert shell("(Get-VMGroup one).VMMembers.Name") == ["a", "b"]
    assert shell("(Get-VMGroup all).VMGroupMembers.Name") == ["one"]
    assert shell("(Get-VM a).Groups.Name") == ["one"]
    assert shell.fails("Add-VMGroupMember all -VM (Get-VM a)").category == "InvalidArgument"
    shell("Rename-VMGroup one -NewName first; Remove-VMGroupMember first (Get-VM a)")
    assert shell("(Get-VMGroup f*).VMMembers.Name") == ["b"]
    shell("Remove-VMGroup all -Force")
    assert shell("(Get-VMGroup).Name") == ["first"]
    assert shell.fails("Get-VMGroup none").fully_qualified_error_id.startswith("InvalidParameter")


def test_a_tpm_needs_a_key_protector(shell):
    vm = shell.machine("a", generation=2)
    assert shell("(Get-VMKeyProtector a) -join ','") == ["0,0,0,4"]
    assert shell.fails("Enable-VMTPM a").category == "InvalidOperation"
    shell("Set-VMKeyProtector a -NewLocalKeyProtector; Enable-VMTPM a")
    assert shell("(Get-VMSecurity a).TpmEnabled") == [True]
    assert shell.one("(Get-VMKeyProtector a).Count") == len(vm.security.key_protector) > 4
    shell("Set-VMKeyProtector a -KeyProtector ([byte[]](1..10))")
    assert vm.security.key_protector == bytes(range(1, 11))
    shell("Disable-VMTPM a; Set-VMSecurity a -EncryptStateAndVmMigrationTraffic $true")
    assert shell("$s = Get-VMSecurity a; $s.TpmEnabled, $s.EncryptStateAndVmMigrationTraffic") == [
        False,
        True,
    ]
    assert shell.fails("Set-VMKeyProtector a").category == "InvalidArgument"


def test_a_saved_state_is_removed(shell):
    vm = shell.machine("a", guest=True)
    assert shell.fails("Remove-VMSavedState a").category == "InvalidOperation"
    shell("Start-VM a; Save-VM a; Remove-VMSavedState a")
    assert vm.state is VirtualMachineState.OFF
    assert shell.host.filesystem.entry(vm.files.saved_state).size < 1 << 20


def test_a_file_is_copied_into_a_guest_and_an_interrupt_stops_it(shell):
    vm = shell.machine("a", guest=True)
    shell.host.filesystem.write("C:\\x.txt", b"hello")
    shell("Enable-VMIntegrationService 'Guest Service Interface' a; Start-VM a; Wait-VM a -For Heartbeat")
    shell("Copy-VMFile a -SourcePath C:\\x.txt -DestinationPath C:\\data\\ -CreateFullPath -FileSource Host")
    assert vm.guest.files.get("C:\\data\\x.txt").content == b"hello"
    again = "Copy-VMFile a C:\\x.txt C:\\data\\x.txt -FileSource Host"
    shell.fails(again)
    shell(f"{again} -Force")
    shell("Debug-VM a -InjectNonMaskableInterrupt -Force")
    assert not vm.guest.is_ready


def test_a_floppy_disk_is_put_into_its_drive(shell):
    shell("New-VM a; New-VM b -Generation 2; New-VFD C:\\1.vfd")
    shell("Set-VMFloppyDiskDrive a C:\\1.vfd")
    assert shell("(Get-VMFloppyDiskDrive a, b).Path") == ["C:\\1.vfd"]
    shell("Get-VMFloppyDiskDrive a | Set-VMFloppyDiskDrive -Path $null")
    assert shell("(Get-VMFloppyDiskDrive a).Path") == [None]
    assert shell.fails("Set-VMFloppyDiskDrive b C:\\1.vfd").category == "NotImplemented"


def test_the_host_lists_its_configuration_versions(shell):
    assert texts(shell("(Get-VMHostSupportedVersion).Version")) == list(
        shell.host.release.configuration_versions
    )
    assert texts(shell("(Get-VMHostSupportedVersion -Default).Version")) == ["10.0"]


def test_pools_are_made_used_metered_and_removed(shell):
    assert set(texts(shell("(Get-VMResourcePool).Name"))) == {"Primordial"}
    shell("New-VMResourcePool gold Memory, Processor; New-VMResourcePool lower Memory -ParentName gold")
    assert shell("(Get-VMResourcePool lower).ParentName") == ["gold"]
    assert texts(shell("(Get-VMResourcePool g* Memory, Processor).ResourcePoolType")) == [
        "Memory",
        "Processor",
    ]
    shell("New-VM a -MemoryStartupBytes 1GB; Set-VMMemory a -ResourcePoolName gold; New-VM b")
    shell(
        "Enable-VMResourceMetering a, b; Enable-VMResourceMetering -ResourcePoolName gold -ResourcePoolType Memory"
    )
    assert shell("(Get-VMResourcePool gold Memory).ResourceMeteringEnabled") == [True]
    shell("Start-VM a, b")
    assert shell("(Measure-VMResourcePool gold Memory).AverageMemoryUsage") == [1024]
    assert shell.fails("Measure-VMResourcePool gold Processor").category == "InvalidOperation"
    shell("Rename-VMResourcePool gold Memory better")
    assert shell("(Get-VMMemory a).ResourcePoolName") == ["better"]
    assert shell.fails("Remove-VMResourcePool better Memory").category == "InvalidOperation"
    shell("Remove-VMResourcePool gold Processor; Set-VMResourcePool lower Memory -ParentName Primordial")
    assert shell.fails("Remove-VMResourcePool Primordial Memory").category == "InvalidOperation"
    assert texts(shell("(Get-VMResourcePool better, lower).Name")) == ["better", "lower"]


def test_the_host_shows_its_nodes_and_what_other_doors_set(shell):
    nodes = shell("(Get-VMHostNumaNode).NodeId")
    assert shell("(Get-VMHost).HostNumaStatus.NodeId") == nodes == list(range(len(nodes)))
    assert sum(shell("(Get-VMHostNumaNode).MemoryTotal")) == shell.host.hardware.memory >> 20
    shell.host.settings.configure(metrics_flush_interval=7200)
    assert shell("(Get-VMHost).ResourceMeteringSaveInterval.TotalHours") == [2]
    shell("Set-VMHost -ResourceMeteringSaveInterval 03:00:00 -FibreChannelWwnn C003FF0000FFFF01")
    assert shell.host.settings.metrics_flush_interval == 3 * 3600
    assert shell("(Get-VMHost).FibreChannelWwnn") == ["C003FF0000FFFF01"]
    assert shell("(Get-VMHost).FibreChannelWwpnMinimum") == [shell.host.settings.wwpn_minimum]
