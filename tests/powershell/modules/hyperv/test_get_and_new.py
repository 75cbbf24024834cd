"""Get-VM, New-VM, Rename-VM and Remove-VM."""

from __future__ import annotations

import pytest
from host.restarting import restart

from emulator.powershell.dotnet.collections import GenericList, TypedArray
from emulator.powershell.dotnet.numbers import Int64
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.time_values import LOCAL, DateTime, TimeSpan


def names(items):
    return [one.name for one in items]


def test_get_vm_lists_all_machines(shell):
    shell.machine("a")
    shell.machine("b")
    assert names(shell("Get-VM")) == ["a", "b"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("A*", ["a1", "a2"]),
        ("a1,b1", ["a1", "b1"]),
        ("-Name B1", ["b1"]),
        ("-VMName a?", ["a1", "a2"]),
        ("none*", []),
    ],
)
def test_get_vm_finds_names_and_patterns_in_any_case(shell, arguments, expected):
    for name in ("a1", "a2", "b1"):
        shell.machine(name)
    assert names(shell(f"Get-VM {arguments}")) == expected


def test_get_vm_takes_names_identifiers_and_machines_from_the_pipeline(shell):
    vm = shell.machine("a")
    assert shell("'a' | Get-VM") == [vm]
    assert shell("(Get-VM a).Id | Get-VM") == [vm]
    assert shell("Get-VM a | Get-VM") == [vm]
    assert shell(f"Get-VM -Id {vm.id}") == [vm]


def test_a_missing_name_is_a_non_terminating_error_and_the_others_are_found(shell):
    vm = shell.machine("a")
    record = shell.fails("Get-VM nope,a; 'on'")
    assert record.message == 'Hyper-V was unable to find a virtual machine with name "nope".'
    assert record.category == "InvalidArgument"
    assert record.target == "nope"
    assert record.fully_qualified_error_id == "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVM"
    assert record.exception.ps_type.name == "Microsoft.HyperV.PowerShell.VirtualizationException"
    assert shell.last.output == [vm, "on"]


def test_a_missing_name_looks_as_2012_r2_shows_it(old_shell):
    record = old_shell.fails("Get-VM nope")
    assert record.message == (
        "A parameter is invalid. Hyper-V was unable to find a virtual machine with name nope."
    )
    assert record.fully_qualified_error_id == (
        "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVMCommand"
    )
    assert record.category_reason == "VirtualizationInvalidArgumentException"


def test_the_exception_can_be_caught_by_its_type(shell):
    script = (
        "try { Get-VM nope -ErrorAction Stop } "
        "catch [Microsoft.HyperV.PowerShell.VirtualizationException] { $_.CategoryInfo.Category.ToString() }"
    )
    assert shell(script) == ["InvalidArgument"]


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", ".", "127.0.0.1"])
def test_computer_name_may_name_this_host(shell, name):
    vm = shell.machine("a")
    assert shell(f"Get-VM a -ComputerName {name}") == [vm]
    assert shell(f"Get-VM a -ComputerName {shell.host.name.lower()}") == [vm]


def test_another_computer_is_not_found(shell):
    record = shell.fails("Get-VM -ComputerName elsewhere")
    assert record.category == "ObjectNotFound"
    assert "on computer 'elsewhere' because the object was not found" in record.message


def test_without_the_role_the_module_says_that_the_object_was_not_found(shell):
    shell.host.role.disable()
    restart(shell.host)
    record = shell.fails("Get-VM")
    assert record.fully_qualified_error_id == "ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.GetVM"
    assert record.message == (
        f"Hyper-V encountered an error trying to access an object on computer '{shell.host.name}' because "
        "the object was not found. The object might have been deleted. Verify that the Virtual Machine "
        "Management service on the computer is running."
    )


def test_values_have_their_net_types(shell):
    shell.machine("a")
    assert isinstance(shell.one("(Get-VM a).Id"), Guid)
    assert isinstance(shell.one("(Get-VM a).MemoryStartup"), Int64)
    assert isinstance(shell.one("(Get-VM a).ProcessorCount"), Int64)
    assert isinstance(shell.one("(Get-VM a).Uptime"), TimeSpan)
    created = shell.one("(Get-VM a).CreationTime")
    assert isinstance(created, DateTime)
    assert created.kind == LOCAL
    assert type(shell.one("(Get-VM a).Generation")) is int
    assert isinstance(shell.one(",(Get-VM a).HardDrives"), TypedArray)
    assert isinstance(shell.one(",(Get-VM a).NetworkAdapters"), GenericList)
    assert shell.one("$null -eq (Get-VM a).Heartbeat") is True
    assert shell.one("(Get-VM a).ReplicationState.ToString()") == "Disabled"


def test_the_state_compares_with_names_numbers_and_casts(shell):
    shell.machine("a")
    script = (
        "$s = (Get-VM a).State; ($s -eq 'Off'), ($s -eq 3), "
        '($s -eq [Microsoft.HyperV.PowerShell.VMState]::Off), ([int]$s), "$s"'
    )
    assert shell(script) == [True, True, True, 3, "Off"]


def test_the_object_is_live(shell):
    shell.machine("a")
    assert [str(one) for one in shell("$vm = Get-VM a; $vm.State; Start-VM $vm; $vm.State")] == [
        "Off",
        "Running",
    ]


def test_texts_of_objects_name_them_and_their_machine(shell):
    vm = shell.machine("a")
    adapter = vm.devices.add_network_adapter()
    assert shell.one('"$(Get-VM a)"') == f"VirtualMachine (Name = 'a') [Id = '{vm.id}']"
    assert shell.one("(Get-VMNetworkAdapter a).ToString()") == (
        f"VMNetworkAdapter (Name = 'Network Adapter', VMName = 'a') "
        f"[Id = 'Microsoft:{vm.id}\\{adapter.id}', VMId = '{vm.id}']"
    )


def test_type_names_lead_to_the_base_classes(shell):
    shell.machine("a")
    assert shell("(Get-VM a).PSTypeNames")[:2] == [
        "Microsoft.HyperV.PowerShell.VirtualMachine",
        "Microsoft.HyperV.PowerShell.VirtualMachineBase",
    ]


def test_new_vm_of_generation_1_has_the_default_devices(shell):
    vm = shell.one("New-VM -Name a")
    assert vm.generation == 1
    assert vm.memory.startup == 512 << 20
    assert [(one.controller_type.name, one.controller_number, one.location) for one in vm.dvd_drives] == [
        ("IDE", 1, 0)
    ]
    assert [one.name for one in vm.network_adapters] == ["Network Adapter"]
    assert vm.network_adapters[0].switch is None
    assert len(vm.scsi_controllers) == 1


def test_new_vm_without_a_name_is_new_virtual_machine(shell):
    assert shell.one("New-VM").name == "New Virtual Machine"


def test_new_vm_of_generation_2_takes_disk_switch_memory_and_path(shell):
    shell("New-VHD C:\\disk.vhdx -SizeBytes 10GB; New-VMSwitch lan -SwitchType Internal")
    vm = shell.one(
        "New-VM a 2GB 2 -VHDPath C:\\disk.vhdx -SwitchName lan -Path C:\\machines -BootDevice VHD "
        "-Version '9.0'"
    )
    assert (vm.generation, vm.memory.startup, vm.version) == (2, 2 << 30, "9.0")
    assert vm.path == "C:\\machines\\a"
    assert vm.hard_disk_drives[0].path == "C:\\disk.vhdx"
    assert vm.network_adapters[0].switch.name == "lan"
    assert vm.firmware.boot_entries[0] is vm.hard_disk_drives[0]
    assert not vm.dvd_drives


def test_new_vm_makes_a_new_disk_in_the_default_folder(shell):
    vm = shell.one("New-VM a -NewVHDPath a.vhdx -NewVHDSizeBytes 5GB")
    folder = shell.host.settings.virtual_hard_disk_path
    assert vm.hard_disk_drives[0].path == f"{folder}\\a.vhdx"
    assert shell.one("(Get-VMHardDiskDrive a | Get-VHD).Size") == 5 << 30


def test_the_boot_device_comes_first(shell):
    assert shell.one("New-VM a -BootDevice LegacyNetworkAdapter").firmware.boot_order[0] == 3
    assert shell.one("Get-VMNetworkAdapter a").is_legacy
    machine = shell.one("New-VM b -Generation 2 -BootDevice CD")
    assert machine.firmware.boot_entries[0] is machine.dvd_drives[0]


@pytest.mark.parametrize(
    ("arguments", "category", "error_id"),
    [
        ("-VHDPath C:\\none.vhdx", "ObjectNotFound", "ObjectNotFound"),
        ("-SwitchName none", "InvalidArgument", "InvalidParameter"),
        ("-Generation 2 -BootDevice Floppy", "InvalidArgument", "InvalidParameter"),
        ("-Version '1.0'", "NotImplemented", "NotSupported"),
        ("-MemoryStartupBytes 3MB", "InvalidArgument", "InvalidParameter"),
        ("-NewVHDPath C:\\n.vhdx -NewVHDSizeBytes 9GB -Version '1.0'", "NotImplemented", "NotSupported"),
        ("-NewVHDPath C:\\n.vhdx -NewVHDSizeBytes 1", "InvalidArgument", "InvalidParameter"),
        ("-Path C:\\m -MemoryStartupBytes 3MB", "InvalidArgument", "InvalidParameter"),
        ("-VHDPath C:\\taken.vhdx", "ResourceBusy", "ObjectInUse"),
    ],
)
def test_new_vm_leaves_nothing_behind_when_it_fails(shell, arguments, category, error_id):
    shell("New-VHD C:\\taken.vhdx 5GB; New-VM owner -VHDPath C:\\taken.vhdx; Start-VM owner")
    disks = len(shell.host.virtual_disks)
    record = shell.fails(f"New-VM a {arguments}")
    assert record.category == category
    assert record.fully_qualified_error_id == f"{error_id},Microsoft.HyperV.PowerShell.Commands.NewVM"
    assert names(shell.host.virtual_machines) == ["owner"]
    assert len(shell.host.virtual_disks) == disks
    assert not shell.host.filesystem.exists("C:\\m\\a")


def test_new_vm_what_if_makes_nothing(shell):
    assert shell("New-VM a -WhatIf") == []
    assert shell.screen == 'What if: New-VM will create a new virtual machine "a".\n'
    assert not list(shell.host.virtual_machines)


def test_rename_vm_gives_another_name(shell):
    vm = shell.machine("a")
    assert shell("Rename-VM a b -Passthru") == [vm]
    assert shell("Get-VM b | Rename-VM -NewName c") == []
    assert vm.name == "c"


def test_remove_vm_asks_unless_forced(shell):
    shell.machine("a")
    record = shell.fails("Remove-VM a")
    assert record.fully_qualified_error_id == (
        "InvalidOperation,Microsoft.HyperV.PowerShell.Commands.RemoveVM"
    )
    assert record.category == "InvalidOperation"
    shell.ui.answers = ["n"]
    assert shell("Remove-VM a") == []
    assert 'Are you sure you want to remove virtual machine "a"?' in shell.ui.prompts[-1]
    assert len(shell.host.virtual_machines) == 1
    shell.ui.answers = ["y"]
    shell("Remove-VM a")
    assert not list(shell.host.virtual_machines)


def test_remove_vm_force_deletes_all_of_the_pipeline(shell):
    shell.machine("a")
    shell.machine("b")
    shell("Get-VM | Remove-VM -Force")
    assert not list(shell.host.virtual_machines)


def test_remove_vm_of_a_running_machine_is_a_wrong_state(shell):
    shell.machine("a")
    shell("Start-VM a")
    record = shell.fails("Remove-VM a -Force")
    assert record.fully_qualified_error_id == "InvalidState,Microsoft.HyperV.PowerShell.Commands.RemoveVM"
    assert record.category == "InvalidOperation"
    assert record.message == (
        "The operation cannot be performed while the virtual machine is in its current state."
    )


def test_remove_vm_what_if_says_so_in_the_modules_words(shell):
    shell.machine("a")
    shell("Remove-VM a -Force -WhatIf")
    assert shell.screen == 'What if: Remove-VM will remove virtual machine "a".\n'


def test_what_is_not_emulated_says_so(shell):
    shell.machine("a")
    record = shell.fails("Set-VMReplication a -AsReplica")
    assert record.category == "NotImplemented"
    assert list(shell.session.gaps())


def test_a_bare_user_name_would_have_to_be_asked_for_its_password(shell):
    # The transformation of [Credential()] asks the host, which here has no user.
    shell.machine("a")
    record = shell.fails("Start-VM a -Credential user")
    assert record.fully_qualified_error_id.startswith("ParameterArgumentTransformationError,")
    assert record.category == "InvalidData"


def test_a_trace_starts_and_ends_without_a_word(shell):
    shell("Start-VMTrace Verbose -Path C:\\trace.log; Start-VMTrace -Level Error; Stop-VMTrace; Stop-VMTrace")
    assert shell.host.filesystem.entry("C:\\trace.log").size == 0
    assert "find the path" in shell.fails("Start-VMTrace Error -Path Q:\\trace.log").message


def test_versions_under_construction_are_none_of_a_release(shell):
    for switch in ("Prerelease", "Experimental"):
        assert shell.fails(f"New-VM x -{switch}").category == "NotImplemented"
    assert not list(shell.host.virtual_machines)


def test_there_are_no_checkpoints(shell):
    shell.machine("a")
    assert shell("Get-VMSnapshot a; Get-VM a | Get-VMCheckpoint -Name x*") == []
    assert shell.fails("Get-VMSnapshot nope").target == "nope"
    assert shell.fails("Get-VMSnapshot a -Name base").category == "InvalidArgument"


def test_an_alias_of_the_module_loads_it_as_a_cmdlet_does(shell):
    shell.machine("a")
    assert shell("gvm | ForEach-Object Name") == ["a"]
