"""Sessions of session configurations that scripts open, what they may do there, and who may see what."""

from __future__ import annotations

import pytest

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.runtime.conversion import to_text
from tests.powershell.modules.console_session import ConsoleSession

JEA = (
    "New-PSSessionConfigurationFile C:\\jea.pssc -SessionType RestrictedRemoteServer -VisibleCmdlets Get-Service "
    "-RoleDefinitions @{ 'BUILTIN\\Users' = @{ VisibleCmdlets = 'Get-Process' } };"
    "Register-PSSessionConfiguration Jea -Path C:\\jea.pssc -Force"
)


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_invoke_command_honours_the_configuration(session: ConsoleSession) -> None:
    session.values(
        "Set-Content C:\\s.ps1 '$global:mark = 7'; Register-PSSessionConfiguration Ops -StartupScript C:\\s.ps1 -Force"
    )
    shown = session.values(
        "Invoke-Command localhost { $mark; $PSSenderInfo.ConfigurationName; $Host.Name } -Conf Ops"
    )
    assert [to_text(one) for one in shown] == ["7", "Ops", "ServerRemoteHost"]
    assert session.values("$s = New-PSSession -ConfigurationName Ops; $s.ConfigurationName") == ["Ops"]
    (value,) = session.values("Invoke-Command $s { $mark + 1 }")
    assert unwrap(value) == 8
    (preferred,) = session.values("$PSSessionConfigurationName = 'Ops'; Invoke-Command localhost { $mark }")
    assert unwrap(preferred) == 7


def test_a_configuration_that_cannot_be_opened_says_why(session: ConsoleSession) -> None:
    assert (
        session.error("New-PSSession -ConfigurationName Nope")[0] == "InvalidResourceUri,PSSessionOpenFailed"
    )
    identifier, _, text = session.error("Invoke-Command localhost { 1 } -ConfigurationName Nope")[:3]
    assert identifier == "InvalidResourceUri,PSSessionStateBroken"
    assert "Cannot find the Nope session configuration" in text
    session.values("Register-PSSessionConfiguration Ops -Force; Disable-PSSessionConfiguration Ops -Force")
    assert session.error("New-PSSession -ConfigurationName Ops")[0] == "AccessDenied,PSSessionOpenFailed"
    assert session.values("@(Get-PSSession).Count") == [0]


def test_a_session_without_a_language_takes_no_script(session: ConsoleSession) -> None:
    session.values(JEA)
    assert session.error("Invoke-Command localhost { 1 + 1 } -ConfigurationName Jea")[0].startswith(
        "ScriptsNotAllowed"
    )


def test_the_capability_of_a_user_is_what_a_session_would_show(session: ConsoleSession) -> None:
    session.values(JEA)
    session.host.accounts.create("maria", "Pa55w.rd!", groups=("Users",))
    names = session.values("(Get-PSSessionCapability Jea maria).Name")
    assert {"Get-Service", "Get-Process", "Get-Command"} <= set(names)
    assert "Get-Item" not in names
    name = "Microsoft.PowerShell.Commands.GetPSSessionCapabilityCommand"
    assert session.error("Get-PSSessionCapability Jea nobody")[0] == f"CouldNotResolveUsername,{name}"
    assert (
        session.error("Get-PSSessionCapability Nope maria")[0] == f"CouldNotFindSessionConfiguration,{name}"
    )
    assert session.error("Get-PSSessionCapability microsoft.powershell maria")[0] == (
        f"SessionConfigurationMustBeFileBased,{name}"
    )


def test_required_groups_are_a_condition_of_every_entry(session: ConsoleSession) -> None:
    session.values(
        "New-PSSessionConfigurationFile C:\\g.pssc -RoleDefinitions @{ 'BUILTIN\\Users' = @{} } "
        "-RequiredGroups @{ And = 'Backup Operators', @{ Or = 'Guests', 'Administrators' } };"
        "Register-PSSessionConfiguration G -Path C:\\g.pssc -Force"
    )
    (sddl,) = session.values("(Get-PSSessionConfiguration G).SecurityDescriptorSddl")
    assert sddl == (
        "O:NSG:BAD:P(XA;;GA;;;S-1-5-32-545;(Member_of {SID(S-1-5-32-551)} && (Member_of {SID(S-1-5-32-546)} || "
        "Member_of {SID(S-1-5-32-544)})))S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"
    )
    assert session.values("(Get-PSSessionConfiguration G).Permission") == [
        "BUILTIN\\Users AccessAllowedCallback"
    ]
    assert session.error("New-PSSession -ConfigurationName G")[0].startswith("AccessDenied,")
    session.values("Add-LocalGroupMember 'Backup Operators' -Member Administrator")
    assert session.values("(New-PSSession -ConfigurationName G).State.ToString()") == ["Opened"]


@pytest.mark.parametrize(
    ("groups", "text"),
    [("@{ And = 'Guests'; Or = 'Users' }", "only a single key"), ("@{ Not = 'Guests' }", "Unknown key")],
)
def test_required_groups_that_mean_nothing_are_refused(
    session: ConsoleSession, groups: str, text: str
) -> None:
    script = (
        "New-PSSessionConfigurationFile C:\\g.pssc -RoleDefinitions @{ 'BUILTIN\\Users' = @{} } "
        f"-RequiredGroups {groups}; Register-PSSessionConfiguration G -Path C:\\g.pssc -Force"
    )
    assert text in session.error(script)[2]
    assert session.error("Get-PSSessionConfiguration G")[2].startswith("No session configuration matches")


def test_a_user_drive_is_a_folder_of_the_caller(session: ConsoleSession) -> None:
    session.values(
        "New-PSSessionConfigurationFile C:\\d.pssc -MountUserDrive -UserDriveMaximumSize 1000;"
        "Register-PSSessionConfiguration D -Path C:\\d.pssc -Force"
    )
    script = "Set-Content User:\\a.txt x; $d = Get-PSDrive User; $d.Root; $d.MaximumSize"
    root, size = map(unwrap, session.values(f"Invoke-Command localhost {{ {script} }} -ConfigurationName D"))
    assert root == (
        "C:\\Users\\Administrator\\AppData\\Local\\Microsoft\\Windows\\PowerShell\\DriveRoots\\"
        f"{session.host.name}_Administrator"
    )
    assert size == 1000
    assert session.host.filesystem.exists(f"{root}\\a.txt")


def test_a_session_whose_startup_fails_is_not_opened(session: ConsoleSession) -> None:
    session.values(
        "Set-Content C:\\s.ps1 'throw \"no luck\"'; Register-PSSessionConfiguration Ops -StartupScript C:\\s.ps1 -Force"
    )
    identifier, category, text = session.error("New-PSSession -ConfigurationName Ops")
    assert (identifier, category, text) == ("PSSessionOpenFailed", "OpenError", "[localhost] no luck")
    assert session.error("Invoke-Command localhost { 1 } -ConfigurationName Ops")[0] == "PSSessionStateBroken"
    assert session.shells.list() == ()
