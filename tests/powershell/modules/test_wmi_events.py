"""Register-CimIndicationEvent, Register-WmiEvent and ManagementEventWatcher over the events of WMI."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.wmi import WmiService
from tests.powershell.modules.console_session import ConsoleSession

_STOPPED = (
    "SELECT * FROM __InstanceModificationEvent WITHIN 1 WHERE TargetInstance ISA 'Win32_Service' "
    "AND TargetInstance.State = 'Stopped'"
)


@pytest.fixture
def session() -> ConsoleSession:
    session = ConsoleSession()
    WmiService(session.host)
    return session


def _pass(session: ConsoleSession, seconds: int = 2) -> None:
    session.host.clock.advance(timedelta(seconds=seconds))


@pytest.mark.parametrize("cmdlet", ["Register-CimIndicationEvent", "Register-WmiEvent"])
def test_a_service_that_stops_is_told_with_its_instances(session, cmdlet):
    session.values(f'{cmdlet} -Query "{_STOPPED}" -SourceIdentifier s -MessageData 7')
    session.host.services.get("Spooler").stop()
    _pass(session)
    assert session.values(
        "$e = Get-Event s; $n = $e.SourceEventArgs.NewEvent; $n.TargetInstance.Name; $n.PreviousInstance.State;"
        "$n.TargetInstance.State; $e.MessageData; @($e).Count; (Get-EventSubscriber s).EventName"
    ) == [
        "Spooler",
        "Running",
        "Stopped",
        7,
        1,
        "CimIndicationArrived" if "Cim" in cmdlet else "EventArrived",
    ]
    session.values("Unregister-Event s; Remove-Event s")
    session.host.services.get("Spooler").start()
    session.host.services.get("Spooler").stop()
    _pass(session)
    assert session.values("@(Get-Event).Count") == [0]


@pytest.mark.parametrize("cmdlet", ["Register-CimIndicationEvent", "Register-WmiEvent"])
def test_a_class_of_events_runs_an_action(session, cmdlet):
    session.values(
        f"$null = {cmdlet} Win32_ProcessStartTrace -Action {{ $global:name = $Event.SourceEventArgs.NewEvent.ProcessName }}"
    )
    assert session.values("$p = Start-Process notepad.exe -PassThru; $null = Get-Event; $name") == [
        "notepad.exe"
    ]


def test_what_wmi_refuses_is_an_error(session):
    assert "Invalid query" in session.error("Register-CimIndicationEvent -Query 'SELECT FROM'")[2]
    assert session.error("Register-CimIndicationEvent Win32_Process")[0].startswith("HRESULT 0x8004")
    found = session.error("Register-WmiEvent -Query 'select * from'")
    assert found[0].startswith("RegisterWMIManagementException,")
    assert session.values("@(Get-EventSubscriber).Count") == [0]


def test_a_name_is_taken_once(session):
    script = f'Register-WmiEvent -Query "{_STOPPED}" -SourceIdentifier s'
    session.values(script)
    assert session.error(script)[0].startswith("SUBSCRIBER_EXISTS")


def test_a_watcher_gives_its_next_event_or_times_out(session):
    session.values(
        f'$w = New-Object Management.ManagementEventWatcher "root\\cimv2", "{_STOPPED}";'
        "$w.Options.Timeout = [timespan]'0:0:1'; $w.Start()"
    )
    session.host.services.get("Spooler").stop()
    _pass(session)
    assert session.values("$w.WaitForNextEvent().TargetInstance.Name") == ["Spooler"]
    assert session.values(
        "$q = New-Object Management.WqlEventQuery '__InstanceCreationEvent', ([timespan]'0:0:2'), 'x = 1'; $q.QueryString"
    ) == ["select * from __InstanceCreationEvent within 2 where x = 1"]


def test_a_watcher_is_an_object_with_events(session):
    session.values(
        f'$w = New-Object Management.ManagementEventWatcher "{_STOPPED}";'
        "Register-ObjectEvent $w EventArrived -SourceIdentifier s; $w.Start()"
    )
    session.host.services.get("Spooler").stop()
    _pass(session)
    assert session.values("(Get-Event s).SourceEventArgs.NewEvent.TargetInstance.Name; $w.Stop()") == [
        "Spooler"
    ]


def test_a_subscription_starts_a_watcher_at_once_and_stop_ends_it(session):
    session.values(
        f'$w = New-Object Management.ManagementEventWatcher "{_STOPPED}";'
        "Register-ObjectEvent $w EventArrived -SourceIdentifier s"
    )
    session.host.services.get("Spooler").stop()
    _pass(session)
    assert session.values("@(Get-Event s).Count; $w.Stop()") == [1]
    session.values("$null = Get-Event")
    session.host.services.get("Spooler").start()
    session.host.services.get("Spooler").stop()
    _pass(session)
    assert session.values("@(Get-Event s).Count") == [1]


def test_a_watcher_of_a_wrong_query_is_refused_when_somebody_subscribes(session):
    session.values("$w = New-Object Management.ManagementEventWatcher 'nonsense'")
    assert "Unparsable query" in session.error("Register-ObjectEvent $w EventArrived")[2]
    assert session.values("@(Get-EventSubscriber).Count; @(Get-Event).Count") == [0, 0]
