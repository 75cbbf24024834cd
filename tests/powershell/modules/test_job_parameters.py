"""Jobs by their parameters: children, places, filters, other users, and what is refused."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_a_child_has_results_of_its_own(session):
    session.values("$j = Start-Job { 1; 2 } | Wait-Job")

    assert session.values("Receive-Job $j -NoRecurse -Keep") == []
    assert session.values("$j.ChildJobs[0] | Receive-Job -Keep") == [1, 2]
    assert session.values("Receive-Job -Id ($j.Id + 1) -Keep") == [1, 2]
    assert session.values("Receive-Job $j.ChildJobs[0] -NoRecurse") == [1, 2]
    assert session.values("$j.HasMoreData; (Get-Job ($j.Id + 1)).Name; @(Get-Job -Name Job*).Count") == [
        *(False, "Job2", 2),
    ]


def test_places_choose_among_the_children(session):
    session.values("$j = Start-Job { 7 } | Wait-Job")

    assert session.values("Receive-Job $j -Location elsewhere -Keep") == []
    assert session.values("Receive-Job $j -Location LOCALHOST -Keep") == [7]
    assert session.values("Receive-Job $j -ComputerName . -Keep") == [7]
    script = """$a = New-PSSession; $b = New-PSSession
    $j = Invoke-Command -Session $a, $b { 'x' } -AsJob | Wait-Job
    @(Receive-Job $j -Session $b -Keep).Count; @(Receive-Job $j -Keep).Count"""
    assert session.values(script) == [1, 2]


def test_a_filter_fits_no_job_of_these_kinds(session):
    script = "$j = Start-Job { 1 } -Name f | Wait-Job; 'Wait', 'Stop', 'Remove', 'Get' | % { & \"$_-Job\" -Filter @{ Name = 'f' } }"
    assert session.values(f"{script}; @(Get-Job).Count") == [1]


def test_the_events_of_a_job_come_with_its_results(session):
    script = """Start-Job { 5 } | Receive-Job -Wait -WriteEvents -AutoRemoveJob | % {
    if ($_.PSEventObject) { "$($_.PSObject.TypeNames[0]) $($_.JobStateInfo.State)" } else { $_ } }"""
    told = "System.Management.Automation.JobStateEventArgs Completed"
    assert session.values(script) == [5, told, told]


def test_a_job_runs_as_whom_its_credential_names(session):
    session.host.accounts.create("ann", "Pa55w.rd!", groups=("Users",))
    secret = "(ConvertTo-SecureString '{0}' -AsPlainText -Force)"
    script = "$c = New-Object pscredential ann, {0}; $j = Start-Job {{ $env:USERNAME; $using:PID -gt 0 }} -Credential $c"

    assert session.values(f"{script.format(secret.format('Pa55w.rd!'))}; $j | Receive-Job -Wait") == [
        "ann",
        True,
    ]
    session.values(script.format(secret.format("wrong")))
    assert session.values('"$($j.State)"') == ["Failed"]
    assert session.error("Receive-Job $j") == (
        "-2147467259,PSSessionStateBroken",
        "OpenError",
        "[localhost] An error occurred while starting the background process. Error reported: The user name or "
        "password is incorrect.",
    )


def test_stop_and_remove_say_what_they_would_do(session):
    session.values("$j = Start-Job { while ($true) { } } -Name n")

    assert session.error("Remove-Job n")[::2] == (
        "JobObjectNotFinishedCannotBeRemoved,Microsoft.PowerShell.Commands.RemoveJobCommand",
        "The command cannot remove the job with the job ID 1 and the name n because the job is not finished. To "
        "remove the job, first stop the job, or use the Force parameter.\r\nParameter name: Name",
    )
    assert session.error("Remove-Job $j.ChildJobs[0]")[0].startswith("CannotRemoveJob,")
    session.values("Stop-Job -WhatIf $j; Stop-Job $j.ChildJobs[0]")
    assert session.values('"$($j.State)"; Remove-Job n; @(Get-Job).Count') == ["Stopped", 0]


def test_a_job_that_was_left_ends_the_wait_with_a_warning(session):
    script = """$s = New-PSSession; $j = Invoke-Command -Session $s { while ($true) { } } -AsJob
    $null = Disconnect-PSSession $s; "$((Wait-Job $j -WarningVariable w -WarningAction SilentlyContinue).State)"; "$w"
    @(Wait-Job $j -Force -Timeout 0).Count; $null = Connect-PSSession $s; Stop-Job $j; $j.State.ToString()"""
    assert session.values(script) == [
        "Disconnected",
        "One or more jobs are in a suspended or disconnected state, and cannot continue without additional user "
        "input.  Specify the -Force parameter to continue to a completed, failed, or stopped state.",
        *(0, "Stopped"),
    ]


_START = "Microsoft.PowerShell.Commands.StartJobCommand"
_RECEIVE = "Microsoft.PowerShell.Commands.ReceiveJobCommand"
_DEBUG = "Microsoft.PowerShell.Commands.DebugJobCommand"


@pytest.mark.parametrize(
    ("script", "identifier", "message"),
    [
        (
            "Start-Job { 1 } -Authentication Basic",
            f"InvalidOperation,{_START}",
            'The specified authentication mechanism "Basic" is not supported. Only "Default" is supported for '
            "this operation.",
        ),
        (
            "Start-Job { 1 } -PSVersion 7.0",
            f"ParameterBindingFailed,{_START}",
            "Cannot bind parameter 'PSVersion'",
        ),
        (
            "Start-Job { 1 } -PSVersion 2.0",
            f"ParameterBindingFailed,{_START}",
            "Cannot bind parameter 'PSVersion'",
        ),
        (
            "Start-Job -DefinitionName none",
            f"StartJobFromDefinitionNameNotFound,{_START}",
            "Cannot find a scheduled job with name none.",
        ),
        (
            "Start-Job -DefinitionName none -Type PSScheduledJob",
            f"StartJobFromDefinitionNameNotFound,{_START}",
            "Cannot find a scheduled job with type PSScheduledJob and name none.",
        ),
        (
            "Start-Job -DefinitionName none -DefinitionPath HKLM:\\\\SOFTWARE",
            f"StartJobFromDefinitionNamePathInvalidNotFileSystemProvider,{_START}",
            "Cannot retrieve the job definition 'none'",
        ),
        (
            "Start-Job { 1 } | Receive-Job -Wait -Keep",
            f"InvalidOperation,{_RECEIVE}",
            "The Wait and Keep parameters cannot be used together in the same command.",
        ),
        (
            "Start-Job { 1 } | Receive-Job -WriteEvents",
            f"InvalidOperation,{_RECEIVE}",
            "The WriteEvents parameter cannot be used without the Wait parameter.",
        ),
        ("Debug-Job none", f"DebugJobCannotFindJobWithName,{_DEBUG}", "Cannot find job with name none."),
        (
            "Debug-Job (Start-Job { 1 } | Wait-Job)",
            f"DebugJobNoDebuggableJobsFound,{_DEBUG}",
            "The provided job",
        ),
        (
            "$j = Start-Job { while ($true) { } }; try { Debug-Job $j } finally { Stop-Job $j }",
            f"DebugJobNoHostDebugger,{_DEBUG}",
            "The job cannot be debugged because there is no PowerShell host debugger available.",
        ),
        (
            "Get-Job 77",
            "JobWithSpecifiedSessionIdNotFound,Microsoft.PowerShell.Commands.GetJobCommand",
            "The command cannot find a job with the job ID 77. Verify the value of the Id parameter and then try "
            "the command again.",
        ),
    ],
)
def test_what_a_job_cannot_do_is_refused_in_the_words_of_5_1(session, script, identifier, message):
    found = session.error(script)
    assert found[0] == identifier
    assert found[2].startswith(message)


def test_a_version_that_the_engine_stands_for_runs(session):
    assert session.values("Start-Job { 3 } -PSVersion 5.1 -Authentication Default | Receive-Job -Wait") == [3]


def test_a_job_is_a_process_with_its_own_directory_variables_and_types(session):
    script = (
        "cd C:\\Windows; $env:One = 1; Add-Type 'public class OfTheCaller { }'; "
        "Start-Job { \"$pwd $env:One\"; cmd /c cd; $null -eq ('OfTheCaller' -as [type]); cd C:\\Users; $env:One = 2; "
        "Add-Type 'public class OfTheJob { }' } | Wait-Job | Receive-Job; "
        "\"$pwd $env:One\"; $null -eq ('OfTheJob' -as [type])"
    )
    documents = "C:\\Users\\Administrator\\Documents"
    assert session.values(script) == [f"{documents} 1", documents, True, "C:\\Windows 1", True]


def test_a_runspace_of_the_same_process_has_its_own_location(session):
    script = (
        "cd C:\\Windows; $env:One = 1; $shell = [powershell]::Create(); "
        "\"$($shell.AddScript('$pwd.Path; cd C:\\Users; $env:One = 2').Invoke()) $pwd $env:One\""
    )
    assert session.values(script) == ["C:\\Windows C:\\Windows 2"]
