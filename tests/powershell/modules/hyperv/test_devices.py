"""Drives, controllers, network adapters and switches."""

from __future__ import annotations

import pytest

from emulator.host import SwitchKind


def place(drive):
    return drive.controller_type.name, drive.controller_number, drive.location


def test_hard_disks_are_added_at_the_first_free_place_or_where_they_are_told(shell):
    shell("New-VM a; New-VHD C:\\1.vhdx 1GB; New-VHD C:\\2.vhdx 1GB")
    assert place(shell.one("Add-VMHardDiskDrive a -Path C:\\1.vhdx -Passthru")) == ("IDE", 0, 0)
    assert place(
        shell.one("Get-VM a | Add-VMHardDiskDrive -ControllerType SCSI -Path C:\\2.vhdx -Passthru")
    ) == (
        "SCSI",
        0,
        0,
    )
    assert shell("(Get-VMHardDiskDrive a -ControllerType SCSI).Name") == [
        "Hard Drive on SCSI controller number 0 at location 0"
    ]
    assert shell("(Get-VM a).HardDrives.Path") == ["C:\\1.vhdx", "C:\\2.vhdx"]


def test_hard_disks_are_moved_changed_and_removed(shell):
    shell("New-VM a; New-VHD C:\\1.vhdx 1GB; New-VHD C:\\2.vhdx 1GB; Add-VMHardDiskDrive a -Path C:\\1.vhdx")
    shell(
        "Set-VMHardDiskDrive a -ControllerType IDE -ControllerNumber 0 -ControllerLocation 0 -Path C:\\2.vhdx"
    )
    assert shell("(Get-VMHardDiskDrive a).Path") == ["C:\\2.vhdx"]
    shell("Get-VMHardDiskDrive a | Set-VMHardDiskDrive -ToControllerType SCSI -ToControllerNumber 0")
    assert place(shell.one("Get-VMHardDiskDrive a")) == ("SCSI", 0, 0)
    shell("Remove-VMHardDiskDrive a SCSI 0 0")
    assert shell("Get-VMHardDiskDrive a") == []
    record = shell.fails("Remove-VMHardDiskDrive a SCSI 0 0")
    assert record.category == "InvalidArgument"


def test_a_controller_from_the_pipeline_takes_the_drive(shell):
    shell("New-VM a -Generation 2; Add-VMScsiController a")
    drive = shell.one("Get-VMScsiController a -ControllerNumber 1 | Add-VMHardDiskDrive -Passthru")
    assert place(drive) == ("SCSI", 1, 0)
    assert shell("(Get-VMScsiController a).Drives.Count") == [1]


def test_images_are_put_into_dvd_drives_and_taken_out(shell):
    shell.host.filesystem.write("C:\\boot.iso", b"image")
    shell("New-VM a; Set-VMDvdDrive a -Path C:\\boot.iso")
    assert [str(one) for one in shell("$d = Get-VMDvdDrive a; $d.Path, $d.DvdMediaType")] == [
        "C:\\boot.iso",
        "ISO",
    ]
    shell("Get-VMDvdDrive a | Set-VMDvdDrive -Path $null")
    assert shell.one("(Get-VMDvdDrive a).DvdMediaType.ToString()") == "None"
    shell("Remove-VMDvdDrive a 1 0; Add-VMDvdDrive a -Path C:\\boot.iso")
    assert shell("(Get-VMDvdDrive a).Path") == ["C:\\boot.iso"]


def test_add_hard_disk_drive_what_if_has_the_recorded_sentence(shell):
    shell(
        "New-VM NewVM; Add-VMHardDiskDrive -VMName NewVM -WhatIf; "
        "Set-VMProcessor -VMName NewVM -Count 2 -WhatIf"
    )
    assert shell.screen.splitlines() == [
        'What if: Add-VMHardDiskDrive will add a hard disk drive to virtual machine "NewVM".',
        'What if: Set-VMProcessor will configure the processor settings of the virtual machine "NewVM".',
    ]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ("-SwitchType Internal", SwitchKind.INTERNAL),
        ("-SwitchType Private", SwitchKind.PRIVATE),
    ],
)
def test_switches_of_each_type_are_made(shell, arguments, kind):
    switch = shell.one(f"New-VMSwitch lan {arguments} -Notes text")
    assert (switch.name, switch.kind, switch.notes) == ("lan", kind, "text")
    assert shell("Get-VMSwitch la?") == [switch]
    assert shell(f"Get-VMSwitch -Id {switch.id}") == [switch]


def test_an_external_switch_takes_a_physical_adapter(shell):
    for switch in list(shell.host.virtual_switches):
        shell.host.virtual_switches.remove(switch)
    adapter = shell.host.hardware.network_adapters[0]
    shell(f"New-VMSwitch out -NetAdapterName '{adapter.name}' -AllowManagementOS $false")
    assert shell("$s = Get-VMSwitch -SwitchType External; $s.Name, $s.NetAdapterInterfaceDescription") == [
        "out",
        adapter.description,
    ]
    assert shell("(Get-VMSwitch out).AllowManagementOS") == [False]
    assert shell("Get-VMNetworkAdapter -ManagementOS") == []
    shell("Set-VMSwitch out -AllowManagementOS $true")
    assert shell("(Get-VMNetworkAdapter -ManagementOS).SwitchName") == ["out"]


def test_a_missing_switch_is_an_error_of_the_recorded_form(shell):
    record = shell.fails("Get-VMSwitch nope")
    assert record.message == 'Hyper-V was unable to find a virtual switch with name "nope".'
    assert record.fully_qualified_error_id == (
        "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVMSwitch"
    )
    assert shell("Get-VMSwitch nope*") == []


def test_switches_are_renamed_and_removed(shell):
    shell("New-VMSwitch lan -SwitchType Private; Rename-VMSwitch lan -NewName net")
    assert shell.fails("Remove-VMSwitch net").category == "InvalidOperation"
    shell("Remove-VMSwitch net -Force")
    assert shell("Get-VMSwitch net*") == []


def test_a_switch_has_virtual_functions_when_it_is_external(shell):
    assert shell.fails("New-VMSwitch s -SwitchType Internal -EnableIov $true").category == "InvalidArgument"
    assert shell("Get-VMSwitch s*") == []


def test_queues_coalescing_and_the_order_of_extensions_of_a_switch(shell):
    switch = next(each for each in shell.host.virtual_switches if each.physical_adapters)
    name = switch.name
    shell(
        f"Set-VMSwitch '{name}' -DefaultQueueVmmqEnabled $true -DefaultQueueVrssEnabled $false"
        " -DefaultQueueVrssMaxQueuePairs 8 -DefaultQueueVrssMinQueuePairs 2 -EnableSoftwareRsc $false"
        " -DefaultQueueVrssQueueSchedulingMode StaticVmq -DefaultQueueVrssExcludePrimaryProcessor $true"
    )
    shown = shell.one(
        f"$s = Get-VMSwitch '{name}'; \"$($s.DefaultQueueVmmqEnabledRequested)"
        " $($s.DefaultQueueVrssEnabledRequested) $($s.DefaultQueueVrssMaxQueuePairsRequested)"
        " $($s.DefaultQueueVrssMinQueuePairsRequested) $($s.DefaultQueueVrssQueueSchedulingModeRequested)"
        ' $($s.SoftwareRscEnabled) $($s.IovSupport) $($s.IovEnabled)"'
    )
    assert shown == "True False 8 2 StaticVmq False False False"
    before = list(switch.extensions)
    shell(
        f"$e = (Get-VMSwitch '{name}').Extensions; [array]::Reverse($e); Set-VMSwitch '{name}' -Extensions $e"
    )
    assert list(switch.extensions) == before[::-1]
    shell("New-VMSwitch inner -SwitchType Internal")
    shell("Set-VMSwitch inner -DefaultQueueVmmqEnabled $true -DefaultQueueVmmqQueuePairs 4")
    assert (
        shell.one(
            '$s = Get-VMSwitch inner; "$($s.DefaultQueueVmmqEnabledRequested) $($s.DefaultQueueVmmqEnabled)'
            ' $($s.DefaultQueueVmmqQueuePairsRequested) $($s.DefaultQueueVmmqQueuePairs)"'
        )
        == "True False 4 0"
    )
    assert (
        shell.fails(f"Set-VMSwitch '{name}' -DefaultQueueVrssMaxQueuePairs 0").category == "InvalidArgument"
    )
    assert switch.offload.default_queue_vmmq_queue_pairs == 8


def test_adapters_are_added_connected_and_removed(shell):
    shell("New-VMSwitch lan -SwitchType Private")
    vm = shell.machine("a")
    shell("Add-VMNetworkAdapter a -Name first -SwitchName lan -StaticMacAddress 00-15-5D-00-00-01")
    assert shell("$n = Get-VMNetworkAdapter a -Name first; $n.MacAddress, $n.SwitchName, $n.Connected") == [
        "00155D000001",
        "lan",
        True,
    ]
    shell("Disconnect-VMNetworkAdapter a")
    assert vm.network_adapters[0].switch is None
    shell("Connect-VMNetworkAdapter -VMName a -SwitchName lan")
    assert vm.network_adapters[0].switch.name == "lan"
    shell("Get-VMNetworkAdapter a | Disconnect-VMNetworkAdapter")
    shell("Get-VMNetworkAdapter a | Connect-VMNetworkAdapter -VMSwitch (Get-VMSwitch lan)")
    assert vm.network_adapters[0].connected
    shell("Rename-VMNetworkAdapter a first second; Remove-VMNetworkAdapter a -Name sec*")
    assert vm.network_adapters == []


def test_connecting_to_a_missing_switch_is_an_error(shell):
    shell.machine("a").devices.add_network_adapter()
    record = shell.fails("Connect-VMNetworkAdapter -VMName a -SwitchName nope")
    assert record.message == 'Hyper-V was unable to find a virtual switch with name "nope".'


def test_vlans_are_set_and_shown(shell):
    vm = shell.machine("a")
    vm.devices.add_network_adapter()
    shell("Set-VMNetworkAdapterVlan a -Access -VlanId 5")
    assert shell('$v = Get-VMNetworkAdapterVlan a; "$($v.OperationMode)", $v.AccessVlanId') == ["Access", 5]
    shell(
        "Get-VMNetworkAdapter a | Set-VMNetworkAdapterVlan -Trunk -NativeVlanId 1 -AllowedVlanIdList '2-4,9'"
    )
    assert shell("(Get-VMNetworkAdapter a).VlanSetting.AllowedVlanIdListString") == ["2-4,9"]
    shell("Set-VMNetworkAdapterVlan a -Untagged")
    assert shell.one("(Get-VMNetworkAdapterVlan a).OperationMode.ToString()") == "Untagged"
    assert (
        shell.fails("Set-VMNetworkAdapterVlan a -Trunk -AllowedVlanIdList 9-2").category == "InvalidArgument"
    )


def test_adapter_settings_are_changed(shell):
    vm = shell.machine("a")
    adapter = vm.devices.add_network_adapter()
    shell("Set-VMNetworkAdapter a -MacAddressSpoofing On -DhcpGuard On -MaximumBandwidth 100000000")
    assert (adapter.mac_address_spoofing, adapter.dhcp_guard, adapter.maximum_bandwidth) == (
        True,
        True,
        10**8,
    )
    assert [
        str(one) for one in shell("$n = Get-VMNetworkAdapter a; $n.MacAddressSpoofing, $n.RouterGuard")
    ] == [
        "On",
        "Off",
    ]


def test_the_resolutions_of_a_display_are_read_and_changed_while_the_machine_is_off(shell):
    shell("New-VM screen")
    shown = shell("$v = Get-VMVideo screen; [string]$v.ResolutionType, $v.HorizontalResolution, $v.VMName")
    assert shown == ["Default", 1920, "screen"]
    changed = shell(
        "$v = Set-VMVideo screen -ResolutionType Single -HorizontalResolution 1280 -VerticalResolution 720"
        " -Passthru; [string]$v.ResolutionType, $v.HorizontalResolution, $v.VerticalResolution"
    )
    assert changed == ["Single", 1280, 720]
    shell("Get-VM screen | Set-VMVideo -HorizontalResolution 1024")
    (vm,) = shell.host.virtual_machines.find("screen")
    assert (vm.display.width, vm.display.height) == (1024, 720)
