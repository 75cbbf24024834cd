"""Rename-Computer, Add-Computer, Remove-Computer, Test-Connection and New-Service."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_CMDLETS = "Microsoft.PowerShell.Commands."


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_a_new_name_counts_from_the_next_boot_on(session):
    result = session.runspace.run('Rename-Computer NEWHV -PassThru -WarningVariable w; "$w"')
    assert session.host.operating_system.next_computer_name == "NEWHV"
    assert (
        result.output[-1]
        == f"The changes will take effect after you restart the computer {session.host.name}."
    )
    assert session.values("$env:COMPUTERNAME") == [session.host.name]


def test_a_computer_enters_a_workgroup(session):
    session.values("Add-Computer -WorkgroupName LAB -WarningAction SilentlyContinue")
    assert session.values("(Get-CimInstance Win32_ComputerSystem).Workgroup") == ["LAB"]


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Rename-Computer 'bad name'", f"InvalidNewName,{_CMDLETS}RenameComputerCommand"),
        ("Rename-Computer $env:COMPUTERNAME", f"NewNameIsOldName,{_CMDLETS}RenameComputerCommand"),
        ("Remove-Computer -Force", f"ComputerNotInDomain,{_CMDLETS}RemoveComputerCommand"),
        ("Test-ComputerSecureChannel", f"ComputerNotInDomain,{_CMDLETS}TestComputerSecureChannelCommand"),
        (
            "$c = New-Object pscredential x, (ConvertTo-SecureString a -AsPlainText -Force); "
            "Add-Computer -DomainName none.example -Credential $c",
            f"FailToJoinDomainFromWorkgroup,{_CMDLETS}AddComputerCommand",
        ),
        ("Test-Connection 203.0.113.9 -Count 1", f"TestConnectionException,{_CMDLETS}TestConnectionCommand"),
    ],
)
def test_what_cannot_be_done_is_an_error(session, script, error_id):
    assert session.error(script)[0] == error_id


def test_somebody_else_cannot_rename_the_computer():
    session = ConsoleSession(user="watcher")
    assert (
        session.error("Rename-Computer NEWHV")[0] == f"FailToRenameComputer,{_CMDLETS}RenameComputerCommand"
    )


def test_the_machine_answers_itself_and_nobody_else_does(session):
    assert session.values(
        "Test-Connection localhost -Count 1 -Quiet; Test-Connection 203.0.113.9 -Count 1 -Quiet"
    ) == [
        True,
        False,
    ]
    assert session.values("(Test-Connection localhost -Count 1).ProtocolAddress") == ["127.0.0.1"]


def test_a_new_service_is_there_for_everybody(session):
    session.values(
        "$null = New-Service MySvc 'C:\\app\\svc.exe' -DisplayName Mine -Description first -StartupType Manual"
    )
    seen = 'Get-CimInstance Win32_Service -Filter "Name=\'MySvc\'" | % { "$($_.PathName) $($_.StartMode) $($_.Description)" }'
    assert session.values(seen) == ["C:\\app\\svc.exe Manual first"]
    session.values("Set-Service MySvc -Description second")
    assert session.host.services["MySvc"].description == "second"
    assert (
        session.error("New-Service MySvc C:\\x.exe")[0] == f"CouldNotNewService,{_CMDLETS}NewServiceCommand"
    )


@pytest.mark.parametrize("cmdlet", ["Get-Process", "Get-Service", "Get-WindowsFeature", "Get-HotFix"])
def test_an_address_of_the_machine_is_no_other_computer(cmdlet):
    session = ConsoleSession()
    (adapter, *_) = session.host.hardware.facts.network_adapters
    name = adapter.ipv4_addresses[0]
    assert session.values(f"@({cmdlet} -ComputerName {name}).Count -eq @({cmdlet}).Count") == [True]
