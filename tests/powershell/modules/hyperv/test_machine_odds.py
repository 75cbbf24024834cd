"""Console support, security policy, parts of checkpoints, repairs, eventing and clusters."""

from __future__ import annotations

import pytest

from emulator.host import FixedKind


def test_console_support_is_taken_and_given_back(shell):
    vm = shell.machine("a", generation=2)
    shell("Disable-VMConsoleSupport a")
    assert vm.fixed_devices == []
    assert shell("Get-VMVideo a") == []
    shell("Start-VM a")
    assert shell.fails("Enable-VMConsoleSupport a").category == "InvalidOperation"
    shell("Stop-VM a -TurnOff -Force; Enable-VMConsoleSupport a")
    assert FixedKind.KEYBOARD in {each.kind for each in vm.fixed_devices}
    shell.machine("old", generation=1)
    assert shell.fails("Disable-VMConsoleSupport old").category == "NotImplemented"


def test_a_checkpoint_brings_the_console_back(shell):
    vm = shell.machine("a", generation=2)
    shell("Checkpoint-VM a -SnapshotName before; Disable-VMConsoleSupport a")
    shell("Restore-VMSnapshot -VMName a -Name before -Confirm:$false")
    assert len(vm.fixed_devices) > 1


def test_a_shielded_machine_needs_a_tpm(shell):
    vm = shell.machine("a", generation=2)
    shell.fails("Set-VMSecurityPolicy a -Shielded $true")
    shell(
        "Set-VMKeyProtector a -NewLocalKeyProtector; Enable-VMTPM a; Set-VMSecurityPolicy a -Shielded $true"
    )
    assert vm.security.shielding_requested
    shell("Set-VMSecurityPolicy a -Shielded $false -BindToHostTpm $true")
    assert (vm.security.shielding_requested, vm.security.bind_to_host_tpm) == (False, True)


@pytest.mark.parametrize(
    "command",
    [
        "(Get-VMMemory -VMSnapshot $s).Startup / 1MB",
        "(Get-VMProcessor -VMSnapshot $s).Count * 512",
        "(Get-VMHardDiskDrive -VMSnapshot $s | Measure-Object).Count * 512",
    ],
)
def test_parts_of_a_checkpoint_are_those_of_its_moment(shell, command):
    shell.machine("a", generation=2, memory=512 << 20)
    shell("New-VHD D:\\a.vhdx -SizeBytes 1GB | Out-Null")
    shell("Add-VMHardDiskDrive a -Path D:\\a.vhdx; $s = Checkpoint-VM a -SnapshotName s -Passthru")
    shell(
        "Set-VM a -MemoryStartupBytes 1GB -ProcessorCount 2; Get-VMHardDiskDrive a | Remove-VMHardDiskDrive"
    )
    assert shell.one(command) == 512


def test_a_report_of_an_import_is_repaired(shell):
    shell.machine("a", generation=2)
    shell("Export-VM a -Path D:\\out; Remove-VM a -Force")
    path = next(
        each.path
        for each in shell.host.filesystem.list("D:\\out\\a\\Virtual Machines")
        if each.path.endswith(".vmcx")
    )
    shell(f"$report = Compare-VM -Path '{path}' -Copy -GenerateNewId; Repair-VM $report -Path D:\\repaired")
    assert shell.one("$report.Path") == "D:\\repaired"
    shell("Import-VM -CompatibilityReport $report | Out-Null")
    assert shell.one("(Get-VM a).Path").startswith("D:\\repaired")


def test_eventing_asks_before_it_is_switched_off(shell):
    shell("Enable-VMEventing; Disable-VMEventing -Force")
    shell.ui.answers.append("Y")
    shell("Disable-VMEventing")
    assert shell.ui.answers == []


def test_there_is_no_cluster(shell):
    assert "'east'" in shell.fails("Get-VMHostCluster -ClusterName east").message
    assert "'east'" in shell.fails("Set-VMHostCluster east -SharedStoragePath D:\\x").message


def test_processors_show_performance_monitoring_hardware(shell):
    vm = shell.machine("a")
    shell("Set-VMProcessor a -Perfmon @('pmu', 'ipt') -EnableLegacyApicMode $true -AllowACountMCount $false")
    shown = shell.one(
        '$p = Get-VMProcessor a; "$($p.EnablePerfmonPmu) $($p.EnablePerfmonLbr) $($p.EnablePerfmonIpt)'
        ' $($p.EnableLegacyApicMode) $($p.AllowACountMCount)"'
    )
    assert shown == "True False True True False"
    shell(
        "Checkpoint-VM a; Set-VMProcessor a -Perfmon @(); Get-VMSnapshot a | Restore-VMSnapshot -Confirm:$false"
    )
    assert vm.processor.perfmon == {"pmu", "ipt"}
    assert shell.fails("Set-VMProcessor a -Perfmon cache").category == "InvalidArgument"


def test_a_serial_port_is_for_a_debugger(shell):
    vm = shell.machine("a")
    shell("Set-VMComPort a 1 \\\\.\\pipe\\web; Set-VMComPort a 1 -DebuggerMode On")
    assert (vm.com_ports[0].path, vm.com_ports[0].is_debugger) == ("\\\\.\\pipe\\web", True)
    assert shell.one("(Get-VMComPort a -Number 1).DebuggerMode.ToString()") == "On"


def test_the_battery_of_the_host_is_passed_through(shell):
    vm = shell.machine("a")
    shell("Set-VM a -BatteryPassthroughEnabled $true; Set-VM a -BatteryPassthroughEnabled $true")
    assert vm.devices.battery is not None
    shell("Set-VM a -BatteryPassthroughEnabled $false")
    assert vm.devices.battery is None


def test_the_memory_of_a_checkpoint_is_deleted(shell):
    vm = shell.machine("a", guest=True)
    shell("Set-VM a -CheckpointType Standard; Start-VM a; Start-Sleep 60; Checkpoint-VM a -SnapshotName hot")
    (checkpoint,) = vm.checkpoints
    assert checkpoint.has_memory
    shell("Get-VMSnapshot a | Remove-VMSavedState")
    assert not checkpoint.has_memory
    assert shell.fails("Get-VMSnapshot a | Remove-VMSavedState").category == "InvalidOperation"
    shell("Stop-VM a -TurnOff; Get-VMSnapshot a | Restore-VMSnapshot -Confirm:$false")
    assert vm.state.name == "OFF"


def test_paths_are_tried_for_shared_disks(shell):
    assert shell.one("Test-VHD C:\\ -SupportPersistentReservations") is False
    shell.host.filesystem.volume("C").has_sharing_filter = True
    assert shell.one("Test-VHD C:\\x.vhdx -SupportPersistentReservations") is True


def test_an_adapter_is_added_with_its_options(shell):
    shell.machine("a")
    shell("Add-VMNetworkAdapter a -Name n -DeviceNaming On -NumaAwarePlacement $true")
    shown = shell.one('$n = Get-VMNetworkAdapter a -Name n; "$($n.DeviceNaming) $($n.NumaAwarePlacement)"')
    assert shown == "On True"
