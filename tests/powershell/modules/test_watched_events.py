"""Register-ObjectEvent for jobs and processes: their ends are told when the script looks."""

from __future__ import annotations

from tests.powershell.modules.console_session import ConsoleSession


def test_a_job_tells_of_its_states():
    script = (
        "$j = Start-Job { Start-Sleep 1000 }; Register-ObjectEvent $j StateChanged -SourceIdentifier s; "
        "@(Get-Event).Count; Stop-Job $j; $e = Get-Event s; @($e).Count; "
        "[string]$e.SourceEventArgs.JobStateInfo.State; [string]$e.SourceEventArgs.PreviousJobStateInfo.State; "
        "$e.Sender.Id -eq $j.Id; (Get-EventSubscriber s).SourceObject.Id -eq $j.Id"
    )
    assert ConsoleSession().values(script) == [0, 1, "Stopped", "Running", True, True]


def test_an_action_runs_when_a_process_has_ended():
    session = ConsoleSession()
    script = (
        "$p = Get-Process spoolsv; $null = Register-ObjectEvent $p Exited -Action { $global:n = $Sender.Id }; "
        "$null = Get-Event; $null -eq $n; Stop-Process $p -Force; $null = Get-Event; $n -eq $p.Id"
    )
    assert session.values(script) == [True, True]


def test_after_it_was_unregistered_nothing_is_told():
    script = (
        "$j = Start-Job { Start-Sleep 1000 }; Register-ObjectEvent $j StateChanged -SourceIdentifier s; "
        "Unregister-Event s; Stop-Job $j; @(Get-Event).Count"
    )
    assert ConsoleSession().values(script) == [0]


def test_an_event_that_a_job_has_not_is_refused():
    error = ConsoleSession().error("Register-ObjectEvent (Start-Job { 1 }) Exited")
    assert error[0].startswith("INVALID_REGISTRATION,")
