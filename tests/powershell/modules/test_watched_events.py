"""Register-ObjectEvent for jobs and processes: their ends are told when the script looks."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from tests.powershell.modules.console_session import ConsoleSession


def _running_job(session: ConsoleSession) -> Any:
    """A job that a test ends when it wants to."""
    (job,) = session.values("$j = Start-Job { 1 }; $null = Wait-Job $j; $j")
    found = unwrap(job)
    found.state = "Running"
    return found


def test_a_job_tells_of_its_states():
    session = ConsoleSession()
    job = _running_job(session)
    assert session.values(
        "Register-ObjectEvent $j StateChanged -SourceIdentifier s; @(Get-Event).Count; "
        "(Get-EventSubscriber s).SourceObject.Id -eq $j.Id"
    ) == [0, True]
    job.state = "Failed"
    script = (
        "$e = Get-Event s; @($e).Count; [string]$e.SourceEventArgs.JobStateInfo.State; "
        "[string]$e.SourceEventArgs.PreviousJobStateInfo.State; $e.Sender.Id -eq $j.Id; @(Get-Event).Count"
    )
    assert session.values(script) == [1, "Failed", "Running", True, 1]


def test_an_action_runs_when_a_process_has_ended():
    session = ConsoleSession()
    script = (
        "$p = Get-Process spoolsv; $null = Register-ObjectEvent $p Exited -Action { $global:n = $Sender.Id }; "
        "$null = Get-Event; $null -eq $n; Stop-Process $p -Force; $null = Get-Event; $n -eq $p.Id"
    )
    assert session.values(script) == [True, True]


def test_after_it_was_unregistered_nothing_is_told():
    session = ConsoleSession()
    job = _running_job(session)
    session.values("Register-ObjectEvent $j StateChanged -SourceIdentifier s; Unregister-Event s")
    job.state = "Completed"
    assert session.values("@(Get-Event).Count") == [0]


def test_an_event_that_a_job_has_not_is_refused():
    error = ConsoleSession().error("Register-ObjectEvent (Start-Job { 1 }) Exited")
    assert error[0].startswith("INVALID_REGISTRATION,")


def test_a_job_that_sleeps_is_stopped_at_once():
    session = ConsoleSession()
    session.values("$j = Start-Job { 'up'; Start-Sleep 1000 }")
    job = unwrap(session.values("$j")[0])
    while not job.streams.out:
        job.wait(0.01)
    assert session.values("Stop-Job $j; [string]$j.State") == ["Stopped"]
