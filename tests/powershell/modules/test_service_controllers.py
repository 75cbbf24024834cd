"""The methods of System.ServiceProcess.ServiceController, as scripts call them on what Get-Service gives."""

from __future__ import annotations

import pytest

from emulator.host.windows.services import ServiceState
from tests.powershell.modules.console_session import ConsoleSession

SPOOLER = "$s = Get-Service Spooler; "


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_a_service_is_stopped_started_and_waited_for(session):
    wait = "$s.WaitForStatus('{0}', '00:00:30'); \"$($s.Status)\""
    assert session.values(f"{SPOOLER}$s.Stop(); {wait.format('Stopped')}") == ["Stopped"]
    assert session.host.services.get("spooler").state is ServiceState.STOPPED
    assert session.values(f"{SPOOLER}$s.Start(); {wait.format('Running')}") == ["Running"]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("Start", "Cannot start service Spooler on computer '.'."),
        ("Continue", "Cannot resume Spooler service on computer '.'."),
        ("Pause", "Cannot pause Spooler service on computer '.'."),
    ],
)
def test_what_the_machine_refuses_is_an_invalid_operation(session, call, text):
    identifier, _, message = session.error(f"{SPOOLER}$s.{call}()")
    assert identifier == "InvalidOperationException"
    assert message == f'Exception calling "{call}" with "0" argument(s): "{text}"'
    inner = session.values(
        f"{SPOOLER}try {{ $s.{call}() }} catch [InvalidOperationException] {{ "
        "$_.Exception.InnerException.GetType().FullName }"
    )
    assert inner == ["System.ComponentModel.Win32Exception"]


def test_a_state_that_does_not_come_times_out(session):
    identifier, _, message = session.error(f"{SPOOLER}$s.WaitForStatus('Stopped', '00:00:00')")
    assert identifier == "TimeoutException"
    assert "Time out has expired and the operation has not been completed." in message
