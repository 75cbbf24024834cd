"""Set-VM, processor, memory, firmware, integration services and the host."""

from __future__ import annotations

import pytest

from emulator.host import CheckpointType, StartAction, StopAction


def test_set_vm_changes_many_settings_at_once(shell):
    vm = shell.machine("a")
    assert shell(
        "Set-VM a -ProcessorCount 2 -DynamicMemory -MemoryMinimumBytes 512MB -MemoryMaximumBytes 4GB "
        "-MemoryStartupBytes 1GB -Notes hello -AutomaticStartAction Start -AutomaticStopAction ShutDown "
        "-AutomaticStartDelay 30 -CheckpointType Disabled -LockOnDisconnect On -NewVMName b -Passthru"
    ) == [vm]
    assert (vm.name, vm.notes, vm.processor.count) == ("b", "hello", 2)
    assert (vm.memory.dynamic, vm.memory.minimum, vm.memory.maximum) == (True, 512 << 20, 4 << 30)
    assert (vm.automatic_start_action, vm.automatic_stop_action) == (StartAction.START, StopAction.SHUT_DOWN)
    assert (vm.automatic_start_delay, vm.checkpoint_type) == (30, CheckpointType.DISABLED)
    assert vm.lock_on_disconnect is True


def test_set_vm_changes_nothing_when_one_value_is_wrong(shell):
    vm = shell.machine("a")
    record = shell.fails("Set-VM a -Notes new -ProcessorCount 0")
    assert record.fully_qualified_error_id == "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.SetVM"
    assert vm.notes == ""


def test_processor_settings_are_read_and_changed(shell):
    vm = shell.machine("a")
    shell("Set-VMProcessor a -Count 2 -Reserve 10 -Maximum 75 -RelativeWeight 200")
    assert shell("$p = Get-VMProcessor a; $p.Count, $p.Reserve, $p.Maximum, $p.RelativeWeight") == [
        2,
        10,
        75,
        200,
    ]
    shell("Get-VMProcessor a | Set-VMProcessor -Count 1")
    assert vm.processor.count == 1


def test_a_processor_count_of_a_running_machine_cannot_change(shell):
    shell.machine("a")
    shell("Start-VM a")
    record = shell.fails("Set-VMProcessor a -Count 2")
    assert record.fully_qualified_error_id.startswith("InvalidState,")


def test_memory_settings_are_read_and_changed(shell):
    shell.machine("a")
    assert (
        shell.one("Set-VMMemory a -DynamicMemoryEnabled $true -Buffer 30 -Priority 80 -Passthru").buffer == 30
    )
    assert shell("$m = Get-VMMemory a; $m.DynamicMemoryEnabled, $m.Priority") == [True, 80]


def test_firmware_boots_from_the_device_that_was_put_first(shell):
    vm = shell.machine("a", generation=2)
    shell("Add-VMNetworkAdapter a; Add-VMDvdDrive a")
    shell("Set-VMFirmware a -FirstBootDevice (Get-VMDvdDrive a) -EnableSecureBoot Off")
    assert vm.firmware.boot_entries[0] is vm.dvd_drives[0]
    assert [str(one) for one in shell("$f = Get-VMFirmware a; $f.SecureBoot, $f.BootOrder[0].BootType")] == [
        "Off",
        "Drive",
    ]
    shell("Set-VMFirmware a -BootOrder (Get-VMNetworkAdapter a),(Get-VMDvdDrive a)")
    assert vm.firmware.boot_entries[0] is vm.network_adapters[0]
    shell("Set-VMFirmware a -EnableSecureBoot On -SecureBootTemplate microsoftuefiCertificateAuthority")
    assert shell("(Get-VMFirmware a).SecureBootTemplate") == ["MicrosoftUEFICertificateAuthority"]


def test_the_network_boot_protocol_and_the_transport_of_enhanced_sessions_are_set(shell):
    shell.machine("a", generation=2)
    shell(
        "Set-VMFirmware a -PreferredNetworkBootProtocol IPv6; Set-VM a -EnhancedSessionTransportType HvSocket"
    )
    assert [
        str(one)
        for one in shell(
            "(Get-VMFirmware a).PreferredNetworkBootProtocol; (Get-VM a).EnhancedSessionTransportType"
        )
    ] == ["IPv6", "HvSocket"]


def test_the_other_generations_firmware_is_refused(shell):
    shell.machine("a")
    assert shell.fails("Get-VMFirmware a").category == "NotImplemented"
    shell("Set-VMBios a -StartupOrder IDE,CD,LegacyNetworkAdapter,Floppy -EnableNumLock")
    assert shell("[int[]](Get-VMBios a).StartupOrder") == [2, 1, 3, 0]


def test_integration_services_are_switched_by_name_and_pattern(shell):
    shell.machine("a")
    assert "Heartbeat" in shell("(Get-VMIntegrationService a).Name")
    shell("Disable-VMIntegrationService -VMName a -Name Heart*")
    assert shell("(Get-VMIntegrationService a -Name Heartbeat).Enabled") == [False]
    shell("Get-VMIntegrationService a -Name Heartbeat | Enable-VMIntegrationService")
    assert shell("(Get-VMIntegrationService a -Name Heartbeat).Enabled") == [True]
    assert shell.fails("Get-VMIntegrationService a -Name nope").target == "nope"


def test_the_host_is_read_and_changed(shell):
    host = shell.host
    assert shell("$h = Get-VMHost; $h.Name, $h.LogicalProcessorCount, $h.MemoryCapacity") == [
        host.name,
        host.hardware.logical_processors,
        host.hardware.memory,
    ]
    shell("Set-VMHost -VirtualHardDiskPath C:\\disks -NumaSpanningEnabled $false")
    assert host.settings.virtual_hard_disk_path == "C:\\disks"
    assert host.settings.numa_spanning_enabled is False


def test_the_host_of_2012_r2_is_changed_through_its_own_parameter_layout(old_shell):
    old_shell("Set-VMHost -VirtualMachinePath C:\\machines")
    assert old_shell.host.settings.virtual_machine_path == "C:\\machines"


@pytest.mark.parametrize("number", [1, 2])
def test_serial_ports_connect_to_pipes(shell, number):
    shell.machine("a")
    shell(f"Set-VMComPort a -Number {number} -Path \\\\.\\pipe\\x")
    assert shell(f"(Get-VMComPort a -Number {number}).Path") == ["\\\\.\\pipe\\x"]
    assert shell(f"(Get-VM a).ComPort{number}.Path") == ["\\\\.\\pipe\\x"]


def test_processor_and_memory_come_from_pools(shell):
    vm = shell.machine()
    shell.host.resource_pools.create("Memory", "gold")
    shell.host.resource_pools.create("Processor", "fast")
    shell("Set-VMMemory vm -ResourcePoolName gold; Set-VMProcessor vm -ResourcePoolName fast")
    assert (vm.memory.pool, vm.processor.pool) == ("gold", "fast")
    assert shell("(Get-VMMemory vm).ResourcePoolName; (Get-VMProcessor vm).ResourcePoolName") == [
        "gold",
        "fast",
    ]
    assert shell.fails("Set-VMMemory vm -ResourcePoolName fast").fully_qualified_error_id.startswith(
        "InvalidParameter,"
    )
    shell("Set-VMMemory vm -ResourcePoolName Primordial")
    assert vm.memory.pool == ""


OFFLOADS = {
    "IovWeight": "50",
    "IovQueuePairsRequested": "4",
    "IovInterruptModeration": "Low",
    "PacketDirectNumProcs": "2",
    "PacketDirectModerationCount": "64",
    "PacketDirectModerationInterval": "100",
    "NumaAwarePlacement": "True",
    "InterruptModeration": "True",
    "VmqWeight": "20",
}
QUEUES = {
    "VrssEnabled": "False",
    "VmmqEnabled": "True",
    "VrssMaxQueuePairs": "8",
    "VrssMinQueuePairs": "2",
    "VrssQueueSchedulingMode": "StaticVrss",
    "VrssExcludePrimaryProcessor": "True",
    "VrssIndependentHostSpreading": "True",
    "VrssVmbusChannelAffinityPolicy": "Strong",
}


def test_what_is_set_of_an_adapter_is_read(shell):
    shell.machine("a")
    shell("Add-VMNetworkAdapter a")
    words = " ".join(
        f"-{name} {f'${value}' if value in ('True', 'False') else value}"
        for name, value in {**OFFLOADS, **QUEUES}.items()
    )
    shell(f"Set-VMNetworkAdapter a {words} -NotMonitoredInCluster $true")
    names = [*OFFLOADS, *(f"{name}Requested" for name in QUEUES)]
    shown = [
        str(one) for one in shell("$n = Get-VMNetworkAdapter a;" + ";".join(f"$n.{each}" for each in names))
    ]
    assert shown == [*OFFLOADS.values(), *QUEUES.values()]
    assert shell("(Get-VMNetworkAdapter a).ClusterMonitored") == [False]


def test_the_write_cache_and_policy_of_a_disk_are_set(shell):
    shell.machine("a")
    shell(
        "New-VHD C:\\a.vhdx -SizeBytes 1GB; Add-VMHardDiskDrive a -Path C:\\a.vhdx -OverrideCacheAttributes WriteCacheDisabled"
    )
    shell("Get-VMHardDiskDrive a | Set-VMHardDiskDrive -QoSPolicyID 11111111-2222-3333-4444-555555555555")
    shown = [str(one) for one in shell("$d = Get-VMHardDiskDrive a; $d.WriteHardeningMethod; $d.QoSPolicyID")]
    assert shown == ["WriteCacheDisabled", "11111111-2222-3333-4444-555555555555"]
    assert (
        shell.fails("Get-VMHardDiskDrive a | Set-VMHardDiskDrive -QoSPolicyID nonsense").category
        == "InvalidArgument"
    )
