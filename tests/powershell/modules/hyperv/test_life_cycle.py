"""Start-VM, Stop-VM, Suspend-VM, Resume-VM, Save-VM, Restart-VM and Wait-VM."""

from __future__ import annotations

import pytest
from host.restarting import restart

from emulator.host import VirtualMachineState as State

ALREADY = "The virtual machine is already in the specified state."


def test_start_and_stop_change_the_state_to_its_end(shell):
    vm = shell.machine("a", guest=True)
    assert shell("Start-VM a") == []
    assert vm.state is State.RUNNING
    shell.host.sleep(30)
    assert shell("Stop-VM a -Passthru") == [vm]
    assert vm.state is State.OFF


def test_a_machine_that_is_there_already_is_a_warning(shell):
    shell.machine("a")
    shell("Stop-VM a")
    assert shell.warnings == [ALREADY]
    shell("Start-VM a; Start-VM a")
    assert shell.warnings == [ALREADY]


def test_several_machines_are_started_by_name_and_by_object(shell):
    machines = [shell.machine(name) for name in ("a", "b", "c")]
    shell("Start-VM a,b; Get-VM c | Start-VM")
    assert {one.state for one in machines} == {State.RUNNING}


def test_a_guest_without_shutdown_service_is_turned_off_only_after_a_question(shell):
    vm = shell.machine("a")
    shell("Start-VM a")
    record = shell.fails("Stop-VM a")
    assert record.message == (
        "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available."
    )
    assert record.fully_qualified_error_id == "InvalidOperation,Microsoft.HyperV.PowerShell.Commands.StopVM"
    assert record.category_reason == "VirtualizationException"
    question = " ".join(shell.ui.prompts[-1].split())
    assert "because the Shutdown integration service is unavailable" in question
    assert vm.state is State.RUNNING
    shell("Stop-VM a -Force")
    assert vm.state is State.OFF


def test_stop_vm_may_turn_off_and_save(shell):
    vm = shell.machine("a")
    shell("Start-VM a; Stop-VM a -TurnOff")
    assert vm.state is State.OFF
    shell("Start-VM a; Stop-VM a -Save")
    assert vm.state is State.SAVED


def test_what_if_names_what_would_happen(shell):
    vm = shell.machine("VM1")
    shell("Start-VM VM1; Stop-VM VM1 -WhatIf")
    assert shell.screen == 'What if: Stop-VM will shut down the virtual machine "VM1".\n'
    assert vm.state is State.RUNNING


def test_verbose_has_the_same_sentence(shell):
    shell.machine("a")
    shell("Start-VM a -Verbose")
    assert [one.message for one in shell.last.streams.verboses] == [
        'Start-VM will start the virtual machine "a".'
    ]


def test_suspend_resume_and_save_follow_each_other_in_a_pipeline(shell):
    vm = shell.machine("a")
    shell("Start-VM a -Passthru | Suspend-VM -Passthru | Resume-VM -Passthru | Save-VM")
    assert vm.state is State.SAVED
    shell("Start-VM a")
    assert vm.state is State.RUNNING


@pytest.mark.parametrize("command", ["Suspend-VM", "Resume-VM", "Save-VM", "Restart-VM -Force"])
def test_a_wrong_state_is_refused(shell, command):
    shell.machine("a")
    record = shell.fails(f"{command} -Name a")
    noun = command.split()[0].replace("-", "")
    assert record.message == (
        "The operation cannot be performed while the virtual machine is in its current state."
    )
    assert record.category == "InvalidOperation"
    assert record.fully_qualified_error_id == f"InvalidState,Microsoft.HyperV.PowerShell.Commands.{noun}"


def test_a_wrong_state_in_2012_r2_has_the_task_as_target(old_shell):
    old_shell.machine("a")
    record = old_shell.fails("Suspend-VM a")
    assert record.category_reason == "VirtualizationOperationFailedException"
    assert (record.target_name, record.target_type) == ("Microsoft.HyperV.PowerShell.VMTask", "VMTask")


def test_too_little_memory_ends_the_start_with_the_text_of_its_job(shell):
    vm = shell.machine("a", memory=shell.host.hardware.memory)
    record = shell.fails("Start-VM a")
    assert record.fully_qualified_error_id == "OutOfMemory,Microsoft.HyperV.PowerShell.Commands.StartVM"
    assert record.category == "FromStdErr"
    lines = record.message.split("\n")
    assert lines[0] == "'a' failed to start."
    assert lines[1].startswith("Not enough memory in the system to start the virtual machine a with ram size")
    assert lines[2] == f"'a' failed to start. (Virtual machine ID {vm.id})"
    assert vm.state is State.OFF


def test_without_hypervisor_the_start_fails_with_the_recorded_text(shell):
    vm = shell.machine("a")
    shell.host.hypervisor.set_launch_type("off")
    restart(shell.host)
    record = shell.fails("Start-VM a")
    assert record.fully_qualified_error_id == "OperationFailed,Microsoft.HyperV.PowerShell.Commands.StartVM"
    assert record.category == "NotSpecified"
    assert record.message.split("\n") == [
        "'a' failed to start.",
        "Virtual machine 'a' could not be started because the hypervisor is not running.",
        f"'a' failed to start. (Virtual machine ID {vm.id})",
        "Virtual machine 'a' could not be started because the hypervisor is not running "
        f"(Virtual machine ID {vm.id}).",
    ]


def test_restart_asks_resets_and_waits_for_the_heartbeat(shell):
    vm = shell.machine("a", guest=True)
    shell("Start-VM a")
    assert shell.fails("Restart-VM a").category == "InvalidOperation"
    assert shell("Restart-VM a -Force -Wait -For Heartbeat -Timeout 60 -Passthru") == [vm]
    assert vm.heartbeat is not None
    assert vm.guest.is_ready


def test_wait_vm_waits_for_an_address_and_gives_up_after_its_timeout(shell):
    vm = shell.machine("a", guest=True)
    shell("New-VMSwitch lan -SwitchType Internal; Add-VMNetworkAdapter a -SwitchName lan; Start-VM a")
    assert shell("Wait-VM a -For IPAddress -Timeout 60 -Passthru") == [vm]
    assert "10.0.0.5" in shell("(Get-VMNetworkAdapter a).IPAddresses")
    shell.machine("b")
    record = shell.fails("Wait-VM b -Timeout 5")
    assert record.category == "OperationTimeout"


def test_a_stopped_script_leaves_its_wait(shell):
    shell.machine("a")

    def stop(*_: object) -> None:
        shell.runspace.stop()

    shell.host.observers.append(stop)
    shell.last = shell.runspace.run("Start-VM a; Wait-VM a; 'after'")
    assert shell.last.stopped
    assert shell.last.output == []


def test_a_disk_in_use_is_named_with_its_controller(shell):
    shell("New-VHD C:\\d.vhdx 1GB; New-VM a -Generation 2 -VHDPath C:\\d.vhdx; Mount-VHD C:\\d.vhdx")
    (vm,) = shell.host.virtual_machines.find("a")
    scsi = (
        f"Synthetic SCSI Controller (Instance ID {vm.scsi_controllers[0].id}): Failed to Power on with Error"
    )
    file = "Attachment 'C:\\d.vhdx' failed to open because of error:"
    error = "'The process cannot access the file because it is being used by another process.'"
    ending = f"{error} (0x80070020). (Virtual machine ID {vm.id})"
    record = shell.fails("Start-VM a")
    assert record.message.split("\n") == [
        "'a' failed to start.",
        f"{scsi} {error}.",
        f"{file} {error}.",
        f"'a' failed to start. (Virtual machine ID {vm.id})",
        f"'a' {scsi} {ending}",
        f"'a': {file} {ending}",
    ]
    assert record.error_id == "ObjectInUse"


def test_a_disk_on_an_ide_controller_that_is_gone_or_in_use_is_named(shell):
    shell("New-VHD C:\\d.vhdx 1GB; New-VM a -VHDPath C:\\d.vhdx; Mount-VHD C:\\d.vhdx")
    lines = shell.fails("Start-VM a").message.split("\n")
    assert lines[1].startswith("Microsoft Emulated IDE Controller (Instance ID 83F8638B-")
    assert lines[2] == lines[3]
    assert lines[2].startswith("Failed to open attachment 'C:\\d.vhdx'. Error: 'The process cannot access")
    shell("Dismount-VHD C:\\d.vhdx")
    shell.host.filesystem.remove("C:\\d.vhdx")
    lines = shell.fails("Start-VM a").message.split("\n")
    assert lines[2] == (
        "Attachment 'C:\\d.vhdx' not found. Error: 'The system cannot find the file specified.'."
    )
