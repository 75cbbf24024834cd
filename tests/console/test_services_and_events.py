"""Services and event logs from a command line: sc, net, wevtutil, the Service cmdlets, Get-WinEvent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from console.test_role_programs import Machine
from lxml import etree

from emulator.host import EventLevel
from emulator.host.windows.services import ServiceState, StartMode

SERVER = "windows-server-2022-datacenter"
NO_LOG = "The specified channel could not be found."
EVENT = {"e": "http://schemas.microsoft.com/win/2004/08/events/event"}
USERS = """
users:
  - {name: Administrator, password: Passw0rd!, groups: [Administrators]}
  - {name: reader, password: Passw0rd!, groups: [Users, Remote Management Users]}
"""


@pytest.fixture
def machine():
    return Machine(SERVER, USERS)


def run(machine, script, user="Administrator"):
    return machine(f'powershell -NoProfile -NonInteractive -Command "{script}"', user)


def lines(text):
    return [line.rstrip() for line in text.split("\r\n") if line.strip()]


# -- services -----------------------------------------------------------------------------------


def test_sc_query_shows_a_service_as_windows_does(machine):
    answer = machine("sc query vmms")
    assert answer.code == 0
    assert lines(answer.out) == [
        "SERVICE_NAME: vmms",
        "        TYPE               : 10  WIN32_OWN_PROCESS",
        "        STATE              : 4  RUNNING",
        "                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)",
        "        WIN32_EXIT_CODE    : 0  (0x0)",
        "        SERVICE_EXIT_CODE  : 0  (0x0)",
        "        CHECKPOINT         : 0x0",
        "        WAIT_HINT          : 0x0",
    ]
    process = machine.host.services["vmms"].process_id
    assert f"        PID                : {process}" in machine("sc queryex vmms").out


def test_sc_stops_starts_and_configures(machine):
    spooler = machine.host.services["Spooler"]
    assert "STATE              : 1  STOPPED" in machine("sc stop Spooler").out
    assert spooler.state is ServiceState.STOPPED
    again = machine("sc stop spooler")
    assert (again.code, lines(again.out)[0]) == (1062, "[SC] ControlService FAILED 1062:")
    assert machine("sc config Spooler start= disabled").out.strip() == "[SC] ChangeServiceConfig SUCCESS"
    assert spooler.start_mode is StartMode.DISABLED
    assert machine("sc start Spooler").code == 1058
    assert "4   DISABLED" in machine("sc qc Spooler").out
    assert machine("sc config Spooler start=auto").code == 0
    assert machine("sc start Spooler").code == 0
    assert spooler.state is ServiceState.RUNNING


def test_sc_names_what_is_not_there_and_lists_what_is(machine):
    missing = machine("sc query nonsense")
    assert missing.code == 1060
    assert "The specified service does not exist as an installed service." in missing.out
    assert machine("sc \\\\elsewhere query").code == 1722
    running = machine("sc query").out
    assert "SERVICE_NAME: vmms" in running
    machine.host.services["Spooler"].stop()
    assert "SERVICE_NAME: Spooler" not in machine("sc query").out
    assert "SERVICE_NAME: Spooler" in machine("sc query state= inactive").out
    assert machine("sc sdshow vmms").code == 50
    assert machine.host.gaps.counts("program") == {"sc sdshow": 1}


def test_net_start_and_stop(machine):
    assert "   Hyper-V Virtual Machine Management" in machine("net start").out
    stopped = machine("net stop vmms")
    assert lines(stopped.out) == [
        "The Hyper-V Virtual Machine Management service is stopping.",
        "The Hyper-V Virtual Machine Management service was stopped successfully.",
    ]
    again = machine("net stop vmms")
    assert (again.code, lines(again.err)) == (
        2,
        [
            "The Hyper-V Virtual Machine Management service is not started.",
            "More help is available by typing NET HELPMSG 3521.",
        ],
    )
    started = machine('net start "Hyper-V Virtual Machine Management"')
    assert "was started successfully." in started.out
    assert lines(machine("net start vmms").err)[-1].endswith("HELPMSG 2182.")
    assert lines(machine("net start nonsense").err)[0] == "The service name is invalid."
    assert machine("net use").code == 2


def test_a_service_that_others_need_is_asked_about(machine):
    host = machine.host
    needed = next(
        each
        for each in host.services
        if any(one.accepts_stop for one in each.dependents) and each.accepts_stop
    )
    refused = machine(f"net stop {needed.name}")
    assert refused.code == 2
    assert needed.state is ServiceState.RUNNING
    answer = run(machine, f"Stop-Service {needed.name}")
    assert "because it has dependent services" in answer.err.replace("\r\n", " ").replace("  ", " ")
    assert (
        run(machine, f"Stop-Service {needed.name} -Force; (Get-Service {needed.name}).Status").out.strip()
        == "Stopped"
    )


def test_nobody_but_administrators_changes_services(machine):
    assert machine("sc stop Spooler", "reader").code == 5
    assert machine("net stop Spooler", "reader").code == 2
    answer = run(machine, "Stop-Service Spooler", "reader")
    assert "Access is denied" in answer.err.replace("\r\n", " ")
    assert machine.host.services["Spooler"].state is ServiceState.RUNNING
    assert machine("sc query Spooler", "reader").code == 0


def test_get_service_is_a_table(machine):
    assert lines(run(machine, "Get-Service Spooler, vmms").out) == [
        "Status   Name               DisplayName",
        "------   ----               -----------",
        "Running  Spooler            Print Spooler",
        "Running  vmms               Hyper-V Virtual Machine Management",
    ]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("(Get-Service vmms).GetType().FullName", "System.ServiceProcess.ServiceController"),
        ("'{0} {1} {2}' -f (Get-Service vmms | foreach { $_.Status, $_.StartType, $_.ServiceType })", "Running Automatic Win32OwnProcess"),
        ("(Get-Service -DisplayName 'Print Sp*').Name", "Spooler"),
        ("(Get-Service vm* | where { $_.Status -eq 'Running' } | measure).Count -gt 0", "True"),
        ("[int](Get-Service vmms).Status", "4"),
        ("(Get-Service vmms, Spooler -Exclude Sp*).Name", "vmms"),
        ("(Stop-Service Spooler -PassThru).Status; (Start-Service Spooler -PassThru).Status", "Stopped\r\nRunning"),
        ("Restart-Service vmms; (Get-Service vmms).Status", "Running"),
        ("Set-Service Spooler -StartupType Disabled -Status Stopped; (Get-Service Spooler | foreach { $_.StartType, $_.Status }) -join ','", "Disabled,Stopped"),
        ("Get-Service Spooler | Stop-Service; (gsv Spooler).Status", "Stopped"),
        ("Stop-Service Spooler -WhatIf; (gsv Spooler).Status", "Running"),
    ],
)  # fmt: skip
def test_service_cmdlets(machine, script, expected):
    answer = run(machine, script)
    assert answer.err == ""
    assert answer.out.strip().endswith(expected)


@pytest.mark.parametrize(
    ("script", "error_id", "text"),
    [
        ("Get-Service nonsense", "NoServiceFoundForGivenName,Microsoft.PowerShell.Commands.GetServiceCommand", "Cannot find any service with service name 'nonsense'."),
        ("Set-Service Spooler -StartupType Disabled; Stop-Service Spooler; Start-Service Spooler", "StartServiceFailed,Microsoft.PowerShell.Commands.StartServiceCommand", "Service 'Print Spooler (Spooler)' cannot be started due to the following error: Cannot start Spooler service on computer '.'."),
        ("Stop-Service RpcSs -Force", "StopServiceFailed,Microsoft.PowerShell.Commands.StopServiceCommand", "cannot be stopped due to the following error"),
    ],
)  # fmt: skip
def test_errors_of_service_cmdlets(machine, script, error_id, text):
    answer = run(machine, f"{script}; $Error[0].FullyQualifiedErrorId; $Error[0].Exception.Message")
    shown = lines(answer.out)
    assert shown[0] == error_id
    assert text in shown[1]


def test_services_are_one_through_every_door(machine):
    machine("sc stop Spooler")
    assert run(machine, "(Get-Service Spooler).Status").out.strip() == "Stopped"
    run(machine, "Start-Service Spooler")
    assert "RUNNING" in machine("sc query Spooler").out
    messages = [each.message for each in machine.host.event_log.entries("System") if each.event_id == 7036]
    assert messages[-2:] == [
        "The Print Spooler service entered the stopped state.",
        "The Print Spooler service entered the running state.",
    ]


# -- events -------------------------------------------------------------------------------------


def test_wevtutil_lists_logs_and_tells_of_one(machine):
    logs = lines(machine("wevtutil el").out)
    assert {"System", "Microsoft-Windows-Hyper-V-VMMS-Admin"} <= set(logs)
    assert logs == sorted(logs, key=str.casefold)
    shown = lines(machine("wevtutil gl microsoft-windows-hyper-v-worker-admin").out)
    assert shown[:3] == ["name: Microsoft-Windows-Hyper-V-Worker-Admin", "enabled: true", "type: Admin"]
    count = len(list(machine.host.event_log.entries("System")))
    assert f"numberOfLogRecords: {count}" in lines(machine("wevtutil gli System").out)
    missing = machine("wevtutil gl nonsense")
    assert (missing.code, NO_LOG in missing.err) == (15007, True)
    assert machine("wevtutil im provider.man").code == 50


def test_wevtutil_queries_events(machine):
    answer = machine('wevtutil qe System /q:"*[System[(EventID=6005)]]" /c:1 /rd:true /e:Events')
    root = etree.fromstring(answer.out)
    assert root.tag == "Events"
    assert [each.text for each in root.iterfind(".//e:EventID", EVENT)] == ["6005"]
    text = lines(machine("wevtutil qe System /c:1 /f:text").out)
    assert text[0] == "Event[0]"
    assert "  Event ID: 12" in text
    assert machine('wevtutil qe System /q:"*[nonsense"').code == 15001
    assert machine("wevtutil qe nonsense").code == 15007
    assert machine("wevtutil qe System /nonsense:1").code == 87
    rendered = machine("wevtutil qe System /c:1 /f:RenderedXml").out
    assert "<RenderingInfo Culture='en-US'>" in rendered


def test_wevtutil_clears_a_log_and_says_who_did_it(machine):
    vmms = "Microsoft-Windows-Hyper-V-VMMS-Admin"
    assert machine(f"wevtutil cl {vmms}", "reader").code == 5
    assert list(machine.host.event_log.entries(vmms))
    assert machine(f"wevtutil cl {vmms}").code == 0
    assert not list(machine.host.event_log.entries(vmms))
    assert list(machine.host.event_log.entries("System"))[-1].event_id == 104


def test_get_win_event_is_a_table_of_a_provider(machine):
    host = machine.host
    vm = host.virtual_machines.create("vm")
    vm.start()
    host.clock.advance(timedelta(seconds=10))
    shown = lines(
        run(machine, "Get-WinEvent -LogName Microsoft-Windows-Hyper-V-Worker-Admin -MaxEvents 1").out
    )
    assert shown[:3] == [
        "   ProviderName: Microsoft-Windows-Hyper-V-Worker",
        "TimeCreated                     Id LevelDisplayName Message",
        "-----------                     -- ---------------- -------",
    ]
    assert "18500 Information      'vm' started successfull..." in shown[3]


@pytest.fixture
def written(machine):
    host = machine.host
    with host.looking():
        write = host.event_log.write
        for number in range(5):
            host.clock.advance(timedelta(minutes=1))
            level = EventLevel.ERROR if number % 2 else EventLevel.INFORMATION
            write(
                "Application", "MyApp", 1000 + number, level, f"number {number}", data=[("Key", f"k{number}")]
            )
        write("Security", "Audit", 4624, EventLevel.INFORMATION, "logged on")
    return machine


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ("-LogName Application -MaxEvents 2", "1004,1003"),
        ("-LogName Application -Oldest -MaxEvents 2", "1000,1001"),
        ("Application", "1004,1003,1002,1001,1000"),
        ("-FilterHashtable @{LogName='Application'; Id=1001,1004}", "1004,1001"),
        ("-FilterHashtable @{LogName='App*'; Level=2}", "1003,1001"),
        ("-FilterHashtable @{ProviderName='MyApp'; Data='k2'}", "1002"),
        ("-FilterHashtable @{ProviderName='MyApp'; Key='k3'}", "1003"),
        ("-FilterHashtable @{LogName='Application'; StartTime=(Get-WinEvent Application -MaxEvents 2)[1].TimeCreated}", "1004,1003"),
        ("-FilterHashtable @{LogName='Application'; SuppressHashFilter=@{Level=2}}", "1004,1002,1000"),
        ("-ProviderName MyApp -MaxEvents 1", "1004"),
        ("-LogName Application -FilterXPath '*[System[EventID=1002 or Level=2]]'", "1003,1002,1001"),
        ("-FilterXml '<QueryList><Query Id=\\\"0\\\" Path=\\\"Application\\\"><Select>*[EventData[Data=\\\"k1\\\"]]</Select></Query></QueryList>'", "1001"),
    ],
)  # fmt: skip
def test_get_win_event_finds(written, arguments, ids):
    answer = run(written, f"(Get-WinEvent {arguments}).Id -join ','")
    assert (answer.err, answer.out.strip()) == ("", ids)


@pytest.mark.parametrize(
    ("arguments", "error_id", "text"),
    [
        ("-LogName nonsense", "NoMatchingLogsFound", 'There is not an event log on the localhost computer that matches "nonsense".'),
        ("-ProviderName nonsense", "NoMatchingProvidersFound", 'There is not an event provider on the localhost computer that matches "nonsense".'),
        ("-FilterHashtable @{LogName='Application'; Id=7}", "NoMatchingEventsFound", "No events were found that match the specified selection criteria."),
        ("-LogName Application -FilterXPath '*[nonsense'", "System.Diagnostics.Eventing.Reader.EventLogException", "The specified query is invalid"),
        ("-LogName Application -ComputerName elsewhere", "", "not emulated"),
    ],
)  # fmt: skip
def test_get_win_event_refuses(written, arguments, error_id, text):
    answer = run(
        written,
        f"try {{ Get-WinEvent {arguments} -ErrorAction Stop }} catch {{ $_.FullyQualifiedErrorId; $_.Exception.Message }}",
    )
    shown = lines(answer.out)
    assert shown[0].startswith(error_id)
    assert text in shown[1]


def test_an_event_has_what_scripts_read(written):
    script = "$e = Get-WinEvent Application -MaxEvents 1; $e.GetType().FullName; $e.ProviderName; $e.LogName;"
    script += (
        "$e.RecordId; $e.Level; $e.LevelDisplayName; $e.Message; $e.Properties[0].Value; $e.MachineName;"
    )
    script += "([xml]$e.ToXml()).Event.System.EventID.'#text'; $e.TimeCreated.GetType().Name"
    assert lines(run(written, script).out) == [
        "System.Diagnostics.Eventing.Reader.EventLogRecord",
        *("MyApp", "Application", "5", "4", "Information", "number 4", "k4"),
        written.host.operating_system.fully_qualified_name,
        *("1004", "DateTime"),
    ]


def test_logs_and_providers_are_listed(written):
    answer = run(
        written,
        "(Get-WinEvent -ListLog Application).RecordCount; (Get-WinEvent -ListProvider MyApp).LogLinks",
    )
    assert lines(answer.out) == ["5", "Application"]
    shown = lines(run(written, "Get-WinEvent -ListLog Application").out)
    assert shown[0].split() == ["LogMode", "MaximumSizeInBytes", "RecordCount", "LogName"]
    assert shown[2].split() == ["Circular", "20971520", "5", "Application"]


def test_the_security_log_is_closed_to_others(written):
    assert run(written, "(Get-WinEvent Security).Id").out.strip() == "4624"
    answer = run(written, "Get-WinEvent Security", "reader")
    assert "unauthorized operation" in answer.err.replace("\r\n", " ")
    assert written("wevtutil qe Security", "reader").code == 5
    assert run(written, "(Get-WinEvent Application -MaxEvents 1).Id", "reader").out.strip() == "1004"


def test_sc_says_which_services_one_needs(machine):
    assert machine("sc create base binpath= C:\\b.exe").code == 0
    assert machine("sc create top binpath= C:\\t.exe depend= base/RpcSs").code == 0
    shown = lines(machine("sc qc top").out)
    assert "        DEPENDENCIES       : base" in shown
    assert machine("sc config base depend= top").code == 1059
    assert machine("sc config top depend= /").code == 0
    assert machine.host.services["top"].needs == ()
