"""CIM sessions to the machine itself and to others, and types that are known before their module is loaded."""

from __future__ import annotations

import pytest

from emulator.host import Host
from emulator.host.neighbourhood import Neighbourhood
from emulator.host.windows.services import ServiceState
from emulator.profile import load
from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_a_session_to_the_machine_itself_is_used_and_closed(session):
    script = (
        "$s = New-CimSession -ComputerName $env:COMPUTERNAME -Name mine\n"
        "(Get-CimInstance Win32_BIOS -CimSession $s).SerialNumber -eq (Get-CimInstance Win32_BIOS).SerialNumber\n"
        "(Get-VM -CimSession $s).Count -eq (Get-VM).Count; (Get-CimSession -Name mine).Protocol\n"
        "$s | Remove-CimSession; @(Get-CimSession).Count"
    )
    assert session.values(script) == [True, True, "WSMAN", 0]


def test_a_session_knows_how_it_was_to_be_opened(session):
    script = "(New-CimSession -SessionOption (New-CimSessionOption -Protocol Dcom)).Protocol"
    assert session.values(script) == ["DCOM"]


def test_computers_that_are_not_reached_are_told_as_winrm_does(session):
    identifier, category, message = session.error("New-CimSession nowhere")
    command = "Microsoft.Management.Infrastructure.CimCmdlets."
    assert identifier == f"HRESULT 0x803380d9,{command}NewCimSessionCommand"
    assert category == "ConnectionError"
    assert message.startswith("The WinRM client cannot process the request because the server name cannot be")
    assert session.error("Get-CimInstance Win32_BIOS -ComputerName nowhere")[:2] == (
        f"HRESULT 0x803380d9,{command}GetCimInstanceCommand",
        "ConnectionError",
    )
    script = "$s = New-CimSession nowhere -SkipTestConnection; $s.TestConnection()"
    assert session.values(script) == [False]
    assert session.error("Get-CimInstance Win32_BIOS -CimSession $s")[0].startswith("HRESULT 0x803380d9,")
    assert session.error("Get-CimSession nothing")[0].startswith("CimSessionNotFound,")


@pytest.fixture
def neighbour(session) -> Host:
    """Another host that the machine reaches, with an administrator whom it knows by a password."""
    profile = load("windows-server-2019-datacenter")
    system = profile.operating_system.replaced(computer_name="OTHER")
    other = Host(profile.replaced(operating_system=system), clock_mode="manual")
    other.accounts.create("joe", "Pa55w.rd!", groups=("Administrators",))
    around = Neighbourhood()
    around.join(session.host)
    around.join(other)
    return other


OPEN = """
$p = ConvertTo-SecureString 'Pa55w.rd!' -AsPlainText -Force
$s = New-CimSession OTHER -Credential (New-Object PSCredential 'joe', $p)
"""


def test_a_session_leads_to_another_host(session, neighbour):
    assert session.values(
        f"{OPEN}$s.ComputerName; (Get-CimInstance Win32_OperatingSystem -CimSession $s).CSName"
    ) == ["OTHER", "OTHER"]
    session.values(
        "Get-CimInstance Win32_Service -CimSession $s -Filter \"Name='Spooler'\" | "
        "Invoke-CimMethod -MethodName StopService"
    )
    assert neighbour.services["Spooler"].state is ServiceState.STOPPED
    assert session.host.services["Spooler"].state is ServiceState.RUNNING
    session.values("Get-CimSession | Remove-CimSession")
    assert (
        session.error("$s = $null; Get-CimInstance Win32_BIOS -ComputerName OTHER")[1] == "PermissionDenied"
    )


def test_what_another_host_refuses_is_told(session, neighbour):
    wrong = (
        "New-CimSession OTHER -Credential (New-Object PSCredential 'joe', (New-Object Security.SecureString))"
    )
    assert session.error(wrong)[0].startswith("HRESULT 0x8007052e,")
    neighbour.services["WinRM"].stop(force=True)
    assert session.error(OPEN.replace("$s =", ""))[:2] == (
        "HRESULT 0x80338012,Microsoft.Management.Infrastructure.CimCmdlets.NewCimSessionCommand",
        "ConnectionError",
    )


@pytest.mark.usefixtures("neighbour")
def test_cmdlets_that_reach_one_machine_only_do_not_take_it_for_another(session):
    session.values(OPEN)
    for script in (
        "Get-VM -CimSession $s",
        "Get-Process -ComputerName OTHER",
        "Get-WmiObject Win32_BIOS -ComputerName OTHER",
    ):
        assert session.error(script)[0].startswith("NotEmulated,")


def test_the_name_of_this_machine_stands_for_a_session(session):
    script = (
        "(Get-VM -CimSession $env:COMPUTERNAME).Count -eq (Get-VM).Count; @(Get-CimSession).Count\n"
        "(Get-CimInstance Win32_OperatingSystem -CimSession localhost).CSName -eq $env:COMPUTERNAME"
    )
    assert session.values(script) == [True, 0, True]
    assert session.error("Get-VM -CimSession nowhere")[0].startswith("HRESULT 0x803380d9,")


def test_only_sessions_and_names_of_computers_come_as_sessions_through_the_pipeline(session):
    assert session.error("5.5 | Get-CimClass Win32_BIOS")[0].startswith("InputObjectNotBound,")
    assert session.values("(New-CimSession | Get-CimClass Win32_BIOS).CimClassName") == ["Win32_BIOS"]


def test_functions_take_the_types_before_any_cmdlet_of_their_module_ran(session):
    script = (
        "function f([CimSession]$Session, [CimInstance[]]$Instance, [Diagnostics.Process]$Process) "
        '{ "$($Session.Name) $($Instance.Count) $($Process.Name)" }\n'
        "f (New-CimSession) (Get-CimInstance Win32_Service) (Get-Process lsass)"
    )
    assert session.values(script)[0].startswith("CimSession1 ")


def test_net_classes_of_processes_and_event_logs_reach_the_machine(session):
    assert session.values(
        "[Diagnostics.Process]::GetProcessesByName('LSASS').Id; [Diagnostics.Process]::GetProcessById(4).Name"
    ) == [
        564,
        "System",
    ]
    script = (
        "[Diagnostics.EventLog]::SourceExists('App'); [Diagnostics.EventLog]::WriteEntry('App', 'hello', 'Warning', 7); "
        "[Diagnostics.EventLog]::SourceExists('App'); (Get-EventLog Application -Source App).EventID"
    )
    assert session.values(script) == [False, True, 7]


def test_the_aliases_of_every_session_are_listed_before_their_module_is_loaded(session):
    assert session.values("(Get-Alias gps).Definition; Test-Path Alias:gci; (Get-Module).Count") == [
        "Get-Process",
        True,
        2,
    ]


def test_properties_of_classes_and_instances_are_found_by_name(session):
    script = (
        "$s = Get-CimInstance Win32_Service -Filter \"Name='WinRM'\"; $s.CimInstanceProperties['name'].Value\n"
        "$c = Get-CimClass Win32_Service; $c.CimClassProperties['DisplayName'].CimType\n"
        "$c.CimClassMethods['StopService'].Name; $null -eq $c.CimClassProperties['Hello']; $c.CimClassProperties[0].Name\n"
        "@($c.CimClassProperties | ConvertTo-Json | ConvertFrom-Json).Count -gt 0"
    )
    assert session.values(script)[:4] == ["WinRM", "string", "StopService", True]
    assert session.values(script)[-1] is True


_AS_MARIA = (
    "$c = New-Object PSCredential maria, (ConvertTo-SecureString Reader+1 -AsPlainText -Force)\n"
    "$wrong = New-Object PSCredential maria, (ConvertTo-SecureString no -AsPlainText -Force)\n"
)


@pytest.fixture
def with_maria(session) -> ConsoleSession:
    accounts = session.host.accounts
    maria = accounts.create("maria", "Reader+1")
    accounts.join(maria, accounts.group("Remote Management Users"))
    return session


def test_a_session_acts_as_the_user_whose_credentials_opened_it(with_maria):
    script = _AS_MARIA + "$s = New-CimSession -Credential $c; "
    assert with_maria.values(script + "(Get-CimInstance Win32_OperatingSystem -CimSession $s).Count") == [1]
    refused = with_maria.error(script + "Get-VM -CimSession $s")
    assert refused[0].startswith("AccessDenied"), refused
    assert with_maria.values(script + "@(Get-VM).Count -gt 0") == [True]


def test_credentials_that_do_not_fit_open_no_session(with_maria):
    assert with_maria.error(_AS_MARIA + "New-CimSession -Credential $wrong")[0].startswith(
        "HRESULT 0x80070005,"
    )
    assert with_maria.values("@(Get-CimSession).Count") == [0]


def test_dcom_and_the_wmi_cmdlets_take_no_credentials_for_the_machine_itself(with_maria):
    text = "User credentials cannot be used for local connections"
    script = "$o = New-CimSessionOption -Protocol Dcom; New-CimSession -Credential $c -SessionOption $o"
    number, _, message = with_maria.error(_AS_MARIA + script)
    assert (number.partition(",")[0], message.strip()) == ("HRESULT 0x80041064", text)
    number, _, message = with_maria.error(_AS_MARIA + "Get-WmiObject Win32_BIOS -Credential $c")
    assert (number.partition(",")[0], message) == ("GetWMIManagementException", text)


def test_a_reference_is_an_instance_with_its_keys(session):
    script = """
    $link = Get-CimInstance Win32_DependentService | ? { $_.Dependent.Name -eq 'MpsSvc' }
    "$($link.Antecedent)"; $link.Antecedent.CimClass.CimClassName
    ($link.Antecedent | Get-CimInstance).State
    ($link | Get-CimInstance).Dependent.Name
    $link.CimInstanceProperties['Antecedent'].CimType.ToString()
    """
    assert session.values(script) == [
        'Win32_Service (Name = "BFE")',
        "Win32_Service",
        "Running",
        "MpsSvc",
        "Reference",
    ]
