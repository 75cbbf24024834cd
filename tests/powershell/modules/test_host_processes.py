"""Get-PSHostProcessInfo and Enter-PSHostProcess: the processes of the machine in which PowerShell runs."""

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_ENDLESS = "while ($true) { }"


@pytest.fixture
def session():
    return ConsoleSession()


def test_jobs_and_sessions_are_among_the_processes_that_host_powershell(session):
    script = (
        f"$j = Start-Job -RunAs32 {{ {_ENDLESS} }}; $s = New-PSSession localhost;"
        'Get-PSHostProcessInfo | % { "$($_.ProcessName) $($_.AppDomainName)" };'
        "(Get-PSHostProcessInfo -Id $PID).ProcessName; @(Get-PSHostProcessInfo -Name wsm*).Count;"
        "(Get-PSHostProcessInfo -Process (Get-Process wsmprovhost)).ProcessId -eq (Invoke-Command $s { $PID });"
        "Stop-Job $j; Remove-PSSession $s; @(Get-PSHostProcessInfo).Count"
    )
    shown = "DefaultAppDomain"
    assert session.values(script) == [
        f"powershell {shown}",
        f"powershell {shown}",
        f"wsmprovhost {shown}",
        "powershell",
        1,
        True,
        1,
    ]


@pytest.mark.parametrize(
    ("target", "error_id"),
    [
        ("-Id 3", "EnterPSHostProcessNoProcessFoundWithId"),
        ("-Name nothing", "EnterPSHostProcessNoProcessFoundWithName"),
        ("-Name svchost", "EnterPSHostProcessMultipleProcessesFoundWithName"),
        ("-Id $PID", "EnterPSHostProcessCantEnterSameProcess"),
        ("-Id 4", "EnterPSHostProcessNoPowerShell"),
        ("-Name wsmprovhost", "NotEmulated"),
        ("(Get-PSHostProcessInfo -Name wsmprovhost)", "NotEmulated"),
    ],
)
def test_a_process_is_entered_only_where_powershell_runs(session, target, error_id):
    session.values("$s = New-PSSession localhost")
    assert session.error(f"Enter-PSHostProcess {target}")[0] == (
        f"{error_id},Microsoft.PowerShell.Commands.EnterPSHostProcessCommand"
    )
