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


def test_services_that_need_each_other_start_and_stop_in_order(session):
    session.values("New-Service base C:\\b.exe; New-Service top C:\\t.exe -DependsOn base, RpcSs")
    assert session.values("(Get-Service top).ServicesDependedOn.Name") == ["base", "RpcSs"]
    assert session.values("(Get-Service base).DependentServices.Name") == ["top"]
    assert session.values('Start-Service top; (Get-Service base, top).Status | % { "$_" }') == ["Running"] * 2
    identifier, _, message = session.error("Stop-Service base")
    assert identifier.startswith("ServiceHasDependentServices,")
    assert message.startswith("Cannot stop service 'base (base)' because it has dependent services.")
    session.values("Stop-Service base -Force")
    assert session.host.services["top"].state is ServiceState.STOPPED


def test_a_service_does_not_start_without_one_that_it_needs(session):
    session.values("New-Service top C:\\t.exe -DependsOn nowhere")
    assert session.error("Start-Service top")[0].startswith("StartServiceFailed,")
    session.values("New-Service nowhere C:\\n.exe; Start-Service top")
    assert session.host.services["nowhere"].state is ServiceState.RUNNING


def test_services_cannot_need_each_other_in_a_circle(session):
    session.values("New-Service top C:\\t.exe -DependsOn base")
    identifier, _, message = session.error("New-Service base C:\\b.exe -DependsOn top")
    assert identifier.startswith("CouldNotNewService,")
    assert message.endswith("Circular service dependency was specified")
    assert session.host.services.get("base") is None


def test_a_long_chain_of_services_starts_and_stops(session):
    with session.host.looking():
        for number in range(600):
            session.host.services.create(
                f"link{number}", "x", "x.exe", needs=(f"link{number - 1}",) * (number > 0)
            )
        session.host.services["link599"].start()
        assert session.host.services["link0"].state is ServiceState.RUNNING
        session.host.services["link0"].stop(force=True)
    assert session.host.services["link599"].state is ServiceState.STOPPED
