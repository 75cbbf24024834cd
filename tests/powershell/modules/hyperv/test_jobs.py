"""-AsJob of the module's cmdlets."""

from __future__ import annotations

from emulator.host import VirtualMachine


def test_a_machine_is_started_in_the_background(shell):
    vm = shell.machine("a")
    assert shell(
        "$job = Start-VM a -AsJob -Passthru; $job.PSJobTypeName; ($job | Wait-Job).State.ToString()"
    ) == [
        "VMJob",
        "Completed",
    ]
    assert vm.state.name == "RUNNING"
    (received,) = shell("Receive-Job $job")
    assert isinstance(received, VirtualMachine)
    assert shell("$job.HasMoreData") == [False]


def test_each_object_of_the_pipeline_has_its_job(shell):
    machines = [shell.machine(name) for name in "abc"]
    shell("Start-VM a, b, c; $jobs = Get-VM | Stop-VM -TurnOff -Force -AsJob; $jobs | Wait-Job | Out-Null")
    assert shell("@($jobs).Count") == [3]
    assert {vm.state.name for vm in machines} == {"OFF"}


def test_what_goes_wrong_is_told_by_the_job(shell):
    shell("$job = Start-VM nothing -AsJob; Wait-Job $job | Out-Null")
    failure = shell.fails("Receive-Job $job")
    assert failure.fully_qualified_error_id == "InvalidParameter,Microsoft.HyperV.PowerShell.Commands.StartVM"


def test_a_parameter_that_is_not_emulated_is_refused_at_once(shell):
    assert (
        "not emulated"
        in shell.fails("Move-VM -Name a -DestinationHost b -AsJob -RemoveSourceUnmanagedVhds").message
    )


def test_what_goes_wrong_names_the_command_of_the_caller_and_its_position(shell):
    shell("$job = Start-VM nothing -AsJob\nWait-Job $job | Out-Null")
    record = shell.fails("Receive-Job $job")
    assert record.invocation.extent.text == "Start-VM nothing -AsJob"
    assert (record.activity, record.invocation.bound["Name"]) == ("Start-VM", ["nothing"])


def test_an_error_that_ends_the_job_names_the_command_of_the_caller_too(shell):
    shell.machine("a")
    shell("$job = Start-VM a -AsJob -ErrorAction Stop\nWait-Job $job | Out-Null")
    shell("$job = Checkpoint-VM b -AsJob -ErrorAction Stop\nWait-Job $job | Out-Null")
    assert shell("$job.State.ToString()") == ["Failed"]
    assert "$Command" not in shell("($job.ChildJobs[0].Error[0].InvocationInfo.Line)")[0]
