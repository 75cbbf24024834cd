"""What a person or a program sees: default tables, lists and JSON."""

from __future__ import annotations

import json

import pytest

from emulator.powershell.format.json_text import to_json
from emulator.powershell.format.out import lines_of


def shown(shell, script, width=120):
    lines = [line.rstrip() for line in lines_of(shell(script), shell.runspace.engine, width)]
    return [line for line in lines if line]


def as_json(shell, script, depth=2):
    return json.loads(to_json(shell.one(script), shell.runspace.engine, depth))


def test_the_table_of_machines_is_as_wide_as_its_cells(shell):
    shell("New-VM NewVM -Version '9.0'")
    assert shown(shell, "Get-VM") == [
        "Name  State CPUUsage(%) MemoryAssigned(M) Uptime   Status             Version",
        "----  ----- ----------- ----------------- ------   ------             -------",
        "NewVM Off   0           0                 00:00:00 Operating normally 9.0",
    ]


def test_the_table_of_machines_has_no_version_before_2016(old_shell):
    old_shell("New-VM a")
    columns = shown(old_shell, "Get-VM")[0].split()
    assert columns == ["Name", "State", "CPUUsage(%)", "MemoryAssigned(M)", "Uptime", "Status"]


def test_the_table_of_drives_shows_their_places(shell):
    shell("New-VHD C:\\t.vhdx 1GB; New-VM NewVM -VHDPath C:\\t.vhdx")
    assert shown(shell, "(Get-VM NewVM).HardDrives") == [
        "VMName ControllerType ControllerNumber ControllerLocation DiskNumber Path",
        "------ -------------- ---------------- ------------------ ---------- ----",
        "NewVM  IDE            0                0                             C:\\t.vhdx",
    ]
    assert shown(shell, "Get-VMDvdDrive NewVM") == [
        "VMName ControllerType ControllerNumber ControllerLocation DvdMediaType Path",
        "------ -------------- ---------------- ------------------ ------------ ----",
        "NewVM  IDE            1                0                  None",
    ]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (
            "New-VMSwitch lan -SwitchType Internal",
            ["Name SwitchType NetAdapterInterfaceDescription", "lan  Internal"],
        ),
        (
            "New-VM a | Get-VMMemory",
            [
                "VMName DynamicMemoryEnabled Minimum(M) Startup(M) Maximum(M)",
                "a      False                512        512        1048576",
            ],
        ),
        (
            "New-VM a | Get-VMProcessor",
            [
                "VMName Count CompatibilityForMigrationEnabled CompatibilityForOlderOperatingSystemsEnabled",
                "a      1     False                            False",
            ],
        ),
        (
            "New-VM a | Get-VMIntegrationService -Name VSS",
            [
                "VMName Name Enabled PrimaryStatusDescription SecondaryStatusDescription",
                "a      VSS  True",
            ],
        ),
        (
            "New-VM a | Get-VMNetworkAdapter",
            [
                "Name            IsManagementOs VMName SwitchName MacAddress   Status IPAddresses",
                "Network Adapter False          a                 000000000000 {}     {}",
            ],
        ),
        (
            "New-VM a | Get-VMNetworkAdapter | Get-VMNetworkAdapterVlan",
            ["VMName VMNetworkAdapterName Mode     VlanList", "a      Network Adapter      Untagged"],
        ),
    ],
)
def test_tables_have_the_columns_of_windows(shell, script, expected):
    lines = shown(shell, script)
    assert [lines[0], *lines[2:]] == expected


def test_a_disk_is_a_list(shell):
    lines = shown(shell, "New-VHD C:\\t.vhdx 5GB")
    assert lines[0] == f"ComputerName            : {shell.host.name}"
    assert lines[3] == "VhdType                 : Dynamic"
    assert lines[-1] == "Number                  :"


def test_json_has_numbers_for_enumerations_and_objects_by_their_text(shell):
    vm = shell.machine("a")
    vm.devices.add_network_adapter()
    found = as_json(shell, "Get-VM a", depth=1)
    assert found["VMName"] == found["Name"] == "a"
    assert list(found)[:2] == ["VMName", "VMId"]
    assert found["State"] == 3
    assert found["MemoryStartup"] == vm.memory.startup
    assert found["Id"] == vm.id.lower()
    assert found["Uptime"]["Ticks"] == 0
    assert found["NetworkAdapters"] == [
        f"VMNetworkAdapter (Name = 'Network Adapter', VMName = 'a') "
        f"[Id = 'Microsoft:{vm.id}\\{vm.network_adapters[0].id}', VMId = '{vm.id}']"
    ]


@pytest.mark.parametrize(
    "script",
    [
        "Get-VM a",
        "Get-VMNetworkAdapter a",
        "Get-VMHardDiskDrive a",
        "Get-VMDvdDrive a",
        "Get-VMProcessor a",
        "Get-VMMemory a",
        "Get-VMIntegrationService a -Name VSS",
        "Get-VMBios a",
        "Get-VMFirmware b",
        "Get-VMScsiController a",
        "Get-VMComPort a -Number 1",
        "Get-VMSwitch lan",
        "Get-VMNetworkAdapter -ManagementOS -SwitchName lan",
        "Get-VMNetworkAdapterVlan a",
        "Get-VHD C:\\t.vhdx",
        "Get-VMHost",
    ],
)
def test_every_object_can_be_read_to_the_depth_of_clients(shell, script):
    shell(
        "New-VMSwitch lan -SwitchType Internal; New-VHD C:\\t.vhdx 1GB; "
        "New-VM a -VHDPath C:\\t.vhdx -SwitchName lan; Start-VM a; New-VM b -Generation 2"
    )
    assert as_json(shell, script, depth=3)
    assert not list(shell.session.gaps())


def test_a_script_makes_the_json_that_clients_read(shell):
    shell.machine("a")
    assert shell.one("Get-VM a | Select-Object Name,State | ConvertTo-Json").splitlines() == [
        "{",
        '    "Name":  "a",',
        '    "State":  3',
        "}",
    ]
    assert shell.one("@(Get-VM | Where-Object { $_.State -eq 'Off' }).Count") == 1


def test_get_command_lists_the_cmdlets_of_the_release(shell, old_shell):
    assert shell.one("(Get-Command -Module Hyper-V -CommandType Cmdlet).Count") == 240
    assert old_shell.one("(Get-Command -Module Hyper-V -CommandType Cmdlet).Count") == 178
    assert shell.one("(Get-Command Hyper-V\\Set-VM).Parameters.ContainsKey('CheckpointType')") is True
