"""Jobs: script -> the text of each output object."""

import pytest

CASES = [
    ('$v = 5; Start-Job { param($a) "$a $($using:v)" } -ArgumentList 3 | Wait-Job | Receive-Job', ["3 5"]),
    (
        "$j = Start-Job { 1; 2 }; ($j | Wait-Job).State; Receive-Job $j -Keep; Receive-Job $j; Receive-Job $j; $j.HasMoreData",
        ["Completed", "1", "2", "1", "2", "False"],
    ),
    (
        "1, 2 | Start-Job { $input | % { $_ * 2 } } | Receive-Job -Wait -AutoRemoveJob; @(Get-Job).Count",
        ["2", "4", "0"],
    ),
    (
        "$j = Start-Job { while ($true) { } } -Name n; $j.State; Stop-Job n; $j.State; Remove-Job n; @(Get-Job).Count",
        ["Running", "Stopped", "0"],
    ),
    (
        "$j = Start-Job { throw 'bad' }; (Wait-Job $j).State; Receive-Job $j 2>&1 | % { $_.FullyQualifiedErrorId }; $j.ChildJobs[0].JobStateInfo.Reason.Message",
        ["Failed", "bad", "bad"],
    ),
    (
        "$o = Start-Job { [pscustomobject]@{n=1} } | Receive-Job -Wait; $o.n; $null -ne $o.RunspaceId",
        ["1", "True"],
    ),
    (
        "$j = Start-Job { 1 } -Name a | Wait-Job; $t = $j.PSEndTime;"
        "$h = Start-Job { while ($true) { } } -Name b;"
        "(Get-Job -After $t.AddHours(-1)).Name; @(Get-Job -After $t).Count; (Get-Job -Before $t.AddHours(1)).Name;"
        "@(Get-Job -Before $t).Count; Stop-Job b",
        ["a", "0", "a", "0"],
    ),
    (
        "$null = Start-Job { 1 } -Name a | Wait-Job; $h = Start-Job { while ($true) { } } -Name b;"
        "(Get-Job -IncludeChildJob).Name; (Get-Job -ChildJobState Running).Name; @(Get-Job -Filter @{ Name = 'a' }).Count;"
        "Stop-Job b",
        ["a", "Job2", "b", "Job4", "a", "b", "Job4", "0"],
    ),
    ("$null = 1..3 | % { Start-Job { 1 } } | Wait-Job; (Get-Job -Newest 5).Name", ["Job1", "Job3", "Job5"]),
    ("Start-Job -InitializationScript { function f { 'init' } } { f } | Receive-Job -Wait", ["init"]),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_a_job_runs_beside_the_script(shell, script, expected):
    assert shell.texts(script) == expected


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Get-Job 99", "JobWithSpecifiedSessionIdNotFound,Microsoft.PowerShell.Commands.GetJobCommand"),
        ("Remove-Job none", "JobWithSpecifiedNameNotFound,Microsoft.PowerShell.Commands.RemoveJobCommand"),
        # Without a machine there is no service that could answer.
        ("Invoke-Command -ComputerName localhost { 1 }", "CannotConnect,PSSessionStateBroken"),
        (
            "Enter-PSSession localhost",
            "HostDoesNotSupportPushRunspace,Microsoft.PowerShell.Commands.EnterPSSessionCommand",
        ),
        ("& { $using:x }", "UsingWithoutInvokeCommand"),
    ],
)
def test_what_is_not_there_is_refused(shell, script, error_id):
    assert shell.error(script).fully_qualified_error_id == error_id
