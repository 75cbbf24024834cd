"""Fibre channel, assigned devices, GPU partitions, RemoteFX, persistent memory, storage settings, NUMA status."""

from __future__ import annotations

import pytest

from emulator.host.virtual_machine.expansion.fibre_channel import FibreChannelAdapter
from emulator.host.virtual_machine.expansion.gpu import GpuPartition, RemoteFxDisplay
from emulator.host.virtual_machine.expansion.pci import AssignedDevice
from emulator.host.virtual_machine.expansion.settings_parts import StorageSettings

PROFILE = "windows-server-2025-special-devices"
NODE, PORT = "20000024FF1A2B3C", "21000024FF1A2B3C"
OTHER_NODE, OTHER_PORT = "20000024FF1A2B3D", "21000024FF1A2B3D"
NVME = "PCIROOT(30)#PCI(0200)#PCI(0000)"
REMOTEFX = """
name: remotefx
extends: windows-server-2016-datacenter
hardware:
  graphics_processors:
    - {name: NVIDIA GRID K1, hardware_id: 'PCI\\VEN_10DE&DEV_0FF2', video_memory: 4 GB, remotefx: true}
"""


@pytest.fixture
def shell(shell_of):
    return shell_of(PROFILE)


def test_a_fibre_channel_adapter_comes_changes_and_goes(shell):
    vm = shell.machine("a", generation=2)
    shell("Add-VMFibreChannelHba a Production")
    (hba,) = vm.expansion.of(FibreChannelAdapter)
    shown = shell.one(
        '$h = Get-VMFibreChannelHba a; "$($h.SanName) $($h.WorldWidePortNameSetA) $($h.WorldWidePortNameSetB)"'
    )
    assert shown == f"Production {hba.port_name_a} {hba.port_name_b}"
    four = (
        "$h.WorldWideNodeNameSetA $h.WorldWidePortNameSetA $h.WorldWideNodeNameSetB $h.WorldWidePortNameSetB"
    )
    shell(f"Set-VMFibreChannelHba a {four} -GenerateWwn")
    assert hba.port_name_a not in shown
    shell("Get-VMFibreChannelHba a | Set-VMFibreChannelHba -NewWorldWidePortNameSetA C003FF0000000001")
    assert hba.port_name_a == "C003FF0000000001"
    assert shell.fails("Get-VMFibreChannelHba a | Set-VMFibreChannelHba -SanName nowhere").category == (
        "ObjectNotFound"
    )
    shell("$h = Get-VMFibreChannelHba a")
    shell(f"Remove-VMFibreChannelHba a {four}")
    assert vm.expansion.of(FibreChannelAdapter) == []
    assert "C003FF0000000001" in shell.fails(f"Remove-VMFibreChannelHba a {four}").message


def test_own_names_of_a_fibre_channel_adapter_are_checked(shell):
    shell.machine("a", generation=2)
    names = "-WorldWideNodeNameSetA {0} -WorldWidePortNameSetA {1} -WorldWideNodeNameSetB {0} -WorldWidePortNameSetB {2}"
    good = names.format("C003FF0000FFFF00", "C003FF0000000001", "C003FF0000000002")
    made = shell.one(f"(Add-VMFibreChannelHba a Production {good} -Passthru).WorldWidePortNameSetB")
    assert made == "C003FF0000000002"
    bad = names.format("C003FF0000FFFF00", "XYZ", "C003FF0000000002")
    assert shell.fails(f"Add-VMFibreChannelHba a Production {bad}").category == "InvalidArgument"


def test_virtual_sans_hold_ports_of_the_host(shell):
    pools = shell.host.resource_pools
    shell("Remove-VMSan Production")
    assert shell("Get-VMSan") == []
    shell(f"New-VMSan Fabric -Note left -WorldWideNodeName {NODE} -WorldWidePortName {PORT} | Out-Null")
    (san,) = pools
    assert (san.name, san.notes, len(san.resources)) == ("Fabric", "left", 1)
    shell(f"Connect-VMSan Fabric -WorldWideNodeName {OTHER_NODE} -WorldWidePortName {OTHER_PORT}")
    assert len(san.resources) == 2
    shell(f"Disconnect-VMSan Fabric -WorldWideNodeName {NODE} -WorldWidePortName {PORT}")
    shell("Rename-VMSan Fabric -NewName Weave; Set-VMSan Weave -Note right")
    assert shell.one('Get-VMSan W* | foreach { "$($_.Name) $($_.Note) $($_.ResourcePoolType)" }') == (
        "Weave right FibreChannelConnection"
    )
    failure = shell.fails(f"Disconnect-VMSan Weave -WorldWideNodeName {NODE} -WorldWidePortName {PORT}")
    assert failure.category == "ObjectNotFound"
    failure = shell.fails(f"New-VMSan Other -WorldWideNodeName {NODE} -WorldWidePortName {OTHER_PORT}")
    assert failure.category == "ObjectNotFound"
    assert shell.fails("Rename-VMSan Fabric -NewName x").message == (
        'Hyper-V was unable to find a virtual SAN with name "Fabric".'
    )
    assert [each.name for each in pools] == ["Weave"]


def test_a_device_goes_from_the_host_to_a_machine_and_back(shell):
    vm = shell.machine("a", generation=2)
    device = shell.host.expansion.assignable_devices.at(NVME)
    refused = shell.fails(f"Dismount-VMHostAssignableDevice -LocationPath '{NVME}'")
    assert "manufacturer" in refused.message
    assert not device.is_dismounted
    shell(f"Dismount-VMHostAssignableDevice -LocationPath '{NVME}' -Force")
    assert NVME in shell("(Get-VMHostAssignableDevice).LocationPath")
    assert shell.fails(f"Add-VMAssignableDevice a -LocationPath '{NVME}'").category == "InvalidOperation"
    shell("Set-VM a -AutomaticStopAction TurnOff")
    shell(f"Add-VMAssignableDevice a -LocationPath '{NVME}'")
    assert [each.location_path for each in vm.expansion.of(AssignedDevice)] == [NVME]
    assert shell("(Get-VMAssignableDevice a).InstanceID") == [device.instance_path]
    assert shell.fails(f"Mount-VMHostAssignableDevice -LocationPath '{NVME}'").category == "ResourceBusy"
    shell(f"Remove-VMAssignableDevice a -LocationPath '{NVME}'")
    shell(f"Get-VMHostAssignableDevice -LocationPath '{NVME}' | Mount-VMHostAssignableDevice")
    assert not device.is_dismounted
    shell.fails(f"Remove-VMAssignableDevice a -LocationPath '{NVME}'")


def test_a_partition_of_a_gpu_is_given_set_and_taken_back(shell):
    vm = shell.machine("a", generation=2)
    path = shell.one("(Get-VMHostPartitionableGpu).Name")
    shell(f"Add-VMGpuPartitionAdapter a -InstancePath '{path}' -MinPartitionVRAM 1 -MaxPartitionVRAM 11")
    shell("Set-VMGpuPartitionAdapter a -OptimalPartitionVRAM 10")
    (partition,) = vm.expansion.of(GpuPartition)
    assert [partition.resource(f"{each}_vram") for each in ("min", "optimal", "max")] == [1, 10, 11]
    assert shell("(Get-VMGpuPartitionAdapter a).OptimalPartitionVRAM") == [10]
    assert shell.fails("Set-VMGpuPartitionAdapter a -OptimalPartitionVRAM 12").category == "InvalidArgument"
    shell("Remove-VMGpuPartitionAdapter a -AdapterId (Get-VMGpuPartitionAdapter a).Id")
    assert vm.expansion.of(GpuPartition) == []
    failure = shell.fails("Remove-VMGpuPartitionAdapter a")
    assert failure.message == "Unable to find a Gpu partition adapter matching the given criteria."
    assert failure.fully_qualified_error_id.startswith("ObjectNotFound,")


def test_a_gpu_is_divided_by_the_counts_that_it_can(shell):
    (gpu,) = shell.host.expansion.gpus
    shell("Get-VMHostPartitionableGpu | Set-VMHostPartitionableGpu -PartitionCount 4")
    assert gpu.partition_count == 4
    assert shell("(Get-VMPartitionableGpu).MaxPartitionVRAM") == [250_000_000]
    name = shell.one("(Get-VMHostPartitionableGpu).Name")
    failure = shell.fails(f"Set-VMHostPartitionableGpu -Name '{name}' -PartitionCount 3")
    assert failure.category == "InvalidArgument"


def test_persistent_memory_needs_a_controller(shell):
    vm = shell.machine("a", generation=2)
    shell("Add-VMPmemController a")
    assert shell("(Get-VMPmemController a).ControllerNumber") == [0]
    shell.fails("Add-VMPmemController a")
    shell("Get-VMPmemController a | Remove-VMPmemController")
    assert vm.devices.pmem == []
    shell.fails("Remove-VMPmemController a")
    shell.machine("old", generation=1)
    assert shell.fails("Add-VMPmemController old").category == "NotImplemented"


def test_storage_settings_have_defaults_until_they_are_set(shell):
    vm = shell.machine("a", generation=2)
    assert str(shell.one("(Get-VMStorageSettings a).ThreadCountPerChannel")) == "Automatic"
    assert vm.expansion.of(StorageSettings) == []
    shell("Set-VMStorageSettings a -ThreadCountPerChannel High -VirtualProcessorsPerChannel 4")
    shell("Set-VMStorageSettings a -DisableInterruptBatching $true")
    (settings,) = vm.expansion.of(StorageSettings)
    assert (settings.threads_per_channel, settings.processors_per_channel) == (3, 4)
    assert settings.disable_interrupt_batching


def test_the_status_of_numa_nodes_needs_machines_that_do_not_span_them(shell):
    shell.machine("a", generation=2)
    shell("Start-VM a")
    assert "spanning" in shell.fails("Get-VMHostNumaNodeStatus").message
    shell("Set-VMHost -NumaSpanningEnabled $false")
    assert shell("(Get-VMHostNumaNodeStatus).VMName") == ["a"]
    assert shell("Get-VMHostNumaNodeStatus -Id 77") == []


def test_remotefx_serves_machines_of_server_2016(shell_of, tmp_path):
    path = tmp_path / "remotefx.yaml"
    path.write_text(REMOTEFX, encoding="utf-8")
    shell = shell_of(str(path))
    vm = shell.machine("a", memory=2 << 30)
    assert shell('Get-VMRemoteFXPhysicalVideoAdapter | foreach { "$($_.Name) $($_.Enabled)" }') == [
        "NVIDIA GRID K1 True"
    ]
    shell("Disable-VMRemoteFXPhysicalVideoAdapter NVIDIA*")
    shell.fails("Add-VMRemoteFx3dVideoAdapter a")
    shell("Get-VMRemoteFXPhysicalVideoAdapter | Enable-VMRemoteFXPhysicalVideoAdapter")
    shell("Add-VMRemoteFx3dVideoAdapter a; Set-VMRemoteFx3dVideoAdapter a 2 1920x1200")
    (display,) = vm.expansion.of(RemoteFxDisplay)
    assert (display.monitors, display.resolution) == (2, 3)
    assert shell("(Get-VMRemoteFx3dVideoAdapter a).MaximumScreenResolution") == ["1920x1200"]
    assert shell.fails("Set-VMRemoteFx3dVideoAdapter a 1 640x480").category == "InvalidArgument"
    shell("Remove-VMRemoteFx3dVideoAdapter a")
    shell.fails("Set-VMRemoteFx3dVideoAdapter a 1")


def test_pools_hold_devices_that_were_taken_from_the_host(shell):
    shell(f"Dismount-VMHostAssignableDevice -LocationPath '{NVME}' -Force")
    shell("New-VMResourcePool drives PciExpress; New-VMResourcePool others PciExpress")
    shell(f"Add-VMHostAssignableDevice -LocationPath '{NVME}' -ResourcePoolName drives")
    assert shell.one("(Get-VMHostAssignableDevice -ResourcePoolName drives).LocationPath") == NVME
    assert shell("Get-VMHostAssignableDevice -ResourcePoolName others") == []
    shell.machine("a", generation=2, memory=512 << 20)
    shell("Set-VM a -AutomaticStopAction TurnOff")
    add = f"Add-VMAssignableDevice a -LocationPath '{NVME}' -ResourcePoolName"
    assert shell.fails(f"{add} others").category == "InvalidArgument"
    shell(f"{add} drives")
    remove = "Get-VMHostAssignableDevice | Remove-VMHostAssignableDevice -ResourcePoolName drives"
    assert shell.fails(remove)
    shell("Get-VMAssignableDevice a | Remove-VMAssignableDevice")
    shell(remove)
    assert shell("Get-VMHostAssignableDevice -ResourcePoolName drives") == []
    assert (
        shell.fails(f"Add-VMHostAssignableDevice -LocationPath '{NVME}' -ResourcePoolName none").target
        == "none"
    )
    assert shell.fails("Add-VMHostAssignableDevice -LocationPath 'X' -ResourcePoolName drives")
