"""Export-VM, Compare-VM, Import-VM, Export-VMSnapshot and Update-VMVersion."""

import pytest

GIGABYTE = 1 << 30
BUILD = """
New-VMSwitch -Name LAN -SwitchType Internal | Out-Null
New-VM -Name web -MemoryStartupBytes 1GB -Generation 2 -NewVHDPath C:\\Disks\\web.vhdx -NewVHDSizeBytes 20GB `
    -SwitchName LAN | Out-Null
"""


@pytest.fixture
def web(shell):
    shell.host.filesystem.make_directory("C:\\Disks")
    shell(BUILD)
    return shell.host.virtual_machines.find("web")[0]


def configuration(vm) -> str:
    return f"C:\\Out\\web\\Virtual Machines\\{vm.id}.vmcx"


def test_a_machine_is_exported_and_registered_again(shell, web):
    shell("Export-VM web -Path C:\\Out; Remove-VM web -Force")
    assert shell.host.filesystem.exists(configuration(web))
    back = shell.one(f"Import-VM -Path '{configuration(web)}'")
    assert (back.id, back.path) == (web.id, "C:\\Out\\web")
    assert shell("(Get-VM web).State.ToString()") == ["Off"]


def test_a_copy_gets_its_own_identifier_and_disks(shell, web):
    shell("Export-VM web -Path C:\\Out")
    copy = shell.one(
        f"Import-VM -Path '{configuration(web)}' -Copy -GenerateNewId -VhdDestinationPath C:\\Copies"
        " -VirtualMachinePath C:\\Copies"
    )
    assert copy.id != web.id
    assert copy.hard_disk_drives[0].path == "C:\\Copies\\web.vhdx"
    assert shell.one("(Get-VM).Count") == 2


def test_a_restored_copy_keeps_its_identifier(shell, web):
    shell("Export-VM web -Path C:\\Out; Remove-VM web -Force")
    copy = shell.one(f"Import-VM -Path '{configuration(web)}' -Copy -VhdDestinationPath C:\\Restored")
    assert copy.id == web.id
    assert copy.path == shell.host.settings.virtual_machine_path


def test_a_report_is_repaired_and_imported(shell, web):
    shell("Export-VM web -Path C:\\Out; Remove-VM web -Force; Remove-VMSwitch LAN -Force")
    record = shell.fails(f"Import-VM -Path '{configuration(web)}'")
    assert record.message.startswith("Unable to import virtual machine due to configuration errors.")
    assert len(shell.host.planned_machines) == 0
    texts = shell(f"""
        $report = Compare-VM -Path '{configuration(web)}'
        $report.Incompatibilities | ForEach-Object {{ $_.Message; $_.MessageId; $_.Source.GetType().Name }}
        $report.OperationType.ToString()
        $report.VM.VirtualMachineType.ToString()
    """)
    assert texts == [
        "Could not find Ethernet switch 'LAN'.",
        33012,
        "VMNetworkAdapter",
        "ImportVirtualMachine",
        "PlannedVirtualMachine",
    ]
    left = shell("""
        $report.Incompatibilities[0].Source | Disconnect-VMNetworkAdapter
        (Compare-VM -CompatibilityReport $report).Incompatibilities.Count
        (Import-VM -CompatibilityReport $report).Name
    """)
    assert left == [0, "web"]


def test_a_name_in_use_and_a_missing_file_are_errors(shell, web):
    shell("Export-VM web -Path C:\\Out")
    assert "Unable to import" in shell.fails(f"Import-VM -Path '{configuration(web)}'").message
    assert shell.fails("Import-VM -Path C:\\none.vmcx").category == "ObjectNotFound"
    again = shell.fails("Export-VM web -Path C:\\Out")
    assert again.message.startswith("Export failed for virtual machine 'web'.")


def test_what_if_writes_nothing(shell, web):
    assert web.name == "web"
    shell("Export-VM web -Path C:\\Out -WhatIf")
    assert not shell.host.filesystem.exists("C:\\Out")


def test_a_checkpoint_is_exported_as_a_machine(shell, web):
    shell("Checkpoint-VM web -SnapshotName golden; Export-VMSnapshot -VMName web -Name golden -Path C:\\Out")
    copy = shell.one(
        f"Import-VM -Path '{configuration(web)}' -Copy -GenerateNewId -VhdDestinationPath C:\\C2"
    )
    assert copy.name == "golden"


def test_a_version_is_updated_after_a_question(shell):
    vm = shell.machine("old", version="9.0")
    shell("Update-VMVersion old -Force -Confirm:$false")
    assert vm.version == "10.0"
    shell("Update-VMVersion old -Force -Confirm:$false")
    assert shell.warnings == ["The virtual machine is already at the latest configuration version."]


def test_before_2016_the_file_is_xml(old_shell):
    old_shell.machine("one", memory=GIGABYTE)
    old_shell("Export-VM one -Path C:\\Out")
    vm = old_shell.host.virtual_machines.find("one")[0]
    path = f"C:\\Out\\one\\Virtual Machines\\{vm.id}.xml"
    assert old_shell.one(f"Import-VM -Path '{path}' -Copy -GenerateNewId").name == "one"
