"""Session configurations and the WSMan cmdlets on the machine itself."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_the_shipped_configurations_are_listed_with_who_may_open_them(session: ConsoleSession) -> None:
    shown = session.shown("Get-PSSessionConfiguration microsoft.powershell").split("\n")
    assert shown[:4] == [
        "Name          : microsoft.powershell",
        "PSVersion     : 5.1",
        "StartupScript :",
        "RunAsUser     :",
    ]
    assert shown[4].startswith(
        "Permission    : NT AUTHORITY\\INTERACTIVE AccessAllowed, BUILTIN\\Administrators"
    )


def test_registering_twice_is_refused_and_force_replaces(session: ConsoleSession) -> None:
    session.values("Register-PSSessionConfiguration Ops -Force -StartupScript C:\\a.ps1")
    assert session.error("Register-PSSessionConfiguration Ops")[0] == (
        "WsManError,Microsoft.PowerShell.Commands.RegisterPSSessionConfigurationCommand"
    )
    session.values("Register-PSSessionConfiguration Ops -Force")
    assert session.values("(Get-PSSessionConfiguration Ops).StartupScript") == [None]


def test_a_transport_option_sets_quotas(session: ConsoleSession) -> None:
    script = "New-PSTransportOption -MaxSessions 7 -IdleTimeoutSec 90 -OutputBufferingMode Drop"
    session.values(f"Register-PSSessionConfiguration Ops -Force -TransportOption ({script})")
    shown = "Get-PSSessionConfiguration Ops | % { $_.MaxShells; $_.IdleTimeoutms; $_.OutputBufferingMode }"
    assert session.values(shown) == ["7", "90000", "Drop"]


def test_a_user_without_rights_is_told_to_elevate() -> None:
    other = ConsoleSession(user="maria")
    assert other.error("Get-PSSessionConfiguration")[2].startswith("Access is denied. To run this cmdlet")


def test_a_configuration_file_is_checked(session: ConsoleSession) -> None:
    session.values("New-PSSessionConfigurationFile C:\\a.pssc -SessionType Empty")
    assert session.values("Test-PSSessionConfigurationFile C:\\a.pssc") == [True]
    session.values("Set-Content C:\\b.pssc \"@{ SchemaVersion = '1.0.0.0'; Nonsense = 1 }\"")
    assert session.values("Test-PSSessionConfigurationFile C:\\b.pssc") == [False]
    assert "'.pssc' extension" in session.error("New-PSSessionConfigurationFile C:\\a.txt")[2]


def test_a_copy_of_the_file_lives_below_windows_and_goes_with_the_configuration(
    session: ConsoleSession,
) -> None:
    session.values(
        "New-PSSessionConfigurationFile C:\\a.pssc; Register-PSSessionConfiguration A -Path C:\\a.pssc -Force"
    )
    (path,) = session.values("(Get-PSSessionConfiguration A).ConfigFilePath")
    assert path.startswith("C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\SessionConfig\\A_")
    assert session.host.filesystem.exists(path)
    session.values("Unregister-PSSessionConfiguration A -Force")
    assert not session.host.filesystem.exists(path)


def test_credssp_of_a_client_is_a_policy(session: ConsoleSession) -> None:
    key = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows\\CredentialsDelegation"
    with pytest.raises(AssertionError, match="DelegateComputer parameter is required"):
        session.values("Enable-WSManCredSSP -Role Client -Force")
    assert session.values("(Get-WSManCredSSP)[1]") == [
        "This computer is not configured to receive credentials from a remote client computer."
    ]
    session.runspace.run("Enable-WSManCredSSP -Role Client -DelegateComputer *.contoso.com -Force")
    assert session.values(f"(gp {key}\\AllowFreshCredentials).'1'") == ["wsman/*.contoso.com"]
    assert session.values("(Get-WSManCredSSP)[0]")[0].endswith("target(s): wsman/*.contoso.com")
    session.values("Disable-WSManCredSSP -Role Client")
    assert session.values("(Get-WSManCredSSP)[0]")[0].startswith("The machine is not configured")


def test_quick_configuration_reports_what_it_did(session: ConsoleSession) -> None:
    session.values("Stop-Service WinRM; Disable-NetFirewallRule -Name WINRM-HTTP-In-TCP")
    first, second = session.values("Set-WSManQuickConfig -Force")
    assert first == "WinRM has been updated to receive requests.\nWinRM service started."
    assert second == "WinRM has been updated for remote management.\nWinRM firewall exception enabled."
    assert session.host.winrm.is_served
