"""Get-Process and Stop-Process over the machine's processes."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_processes_are_listed_by_name_and_number(session):
    names = session.values("(Get-Process).ProcessName")
    assert names == sorted(names, key=str.lower)
    assert len(names) == len(session.host.processes)
    assert session.values("(Get-Process -Id 4).Name; (Get-Process LSASS).Id; (Get-Process ls*).Count") == [
        "System",
        564,
        1,
    ]


def test_the_worker_of_a_machine_can_be_killed(session):
    machine = session.host.virtual_machines.find("web01")[0]
    session.values(f"Stop-Process -Id {machine.process_id} -Force")
    assert session.host.processes.get(machine.process_id) is None or machine.process_id is None
    assert machine.state.name == "OFF"


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        (
            "Get-Process nothing",
            "NoProcessFoundForGivenName,Microsoft.PowerShell.Commands.GetProcessCommand",
        ),
        (
            "Get-Process -Id 99999",
            "NoProcessFoundForGivenId,Microsoft.PowerShell.Commands.GetProcessCommand",
        ),
        ("Stop-Process -Name lsass", "CouldNotStopProcess,Microsoft.PowerShell.Commands.StopProcessCommand"),
    ],
)
def test_what_cannot_be_done_has_the_errors_of_windows_powershell(session, script, error_id):
    assert session.error(script)[0] == error_id


def test_lines_of_a_program_can_be_searched_blank_ones_too(session):
    assert session.shown("systeminfo | Select-String 'OS Version'").startswith("OS Version:")
