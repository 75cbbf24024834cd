"""Microsoft.PowerShell.LocalAccounts over the accounts and groups of the machine."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_NEW = (
    "$null = New-LocalUser bob -Password (ConvertTo-SecureString 'P@ssw0rd!' -AsPlainText -Force) "
    "-FullName Bob -Description first\n"
)
_CMDLETS = "Microsoft.PowerShell.Commands."


@pytest.fixture
def session() -> ConsoleSession:
    session = ConsoleSession()
    session.values(_NEW)
    return session


def test_a_new_user_can_log_on_and_is_in_no_group(session):
    account = session.host.accounts.verify("bob", "P@ssw0rd!")
    assert (account.full_name, account.description, account.groups) == ("Bob", "first", ())
    assert session.values("(Get-CimInstance Win32_UserAccount -Filter \"Name='bob'\").FullName") == ["Bob"]


def test_users_are_changed_disabled_renamed_and_removed(session):
    session.values("Get-LocalUser bob | Set-LocalUser -Description second -PasswordNeverExpires $true")
    session.values("Disable-LocalUser bob; Rename-LocalUser bob rob")
    assert session.values(
        "$u = Get-LocalUser rob; $u.Enabled; $u.Description; $u.PasswordExpires -eq $null"
    ) == [
        False,
        "second",
        True,
    ]
    assert session.host.accounts.verify("rob", "P@ssw0rd!") is None
    session.values("Enable-LocalUser rob")
    assert session.host.accounts.verify("rob", "P@ssw0rd!") is not None
    session.values("Remove-LocalUser rob")
    assert session.error("Get-LocalUser rob")[:2] == (
        f"UserNotFound,{_CMDLETS}GetLocalUserCommand",
        "ObjectNotFound",
    )


def test_an_expired_account_may_not_log_on(session):
    session.values("Set-LocalUser bob -AccountExpires (Get-Date).AddDays(-1)")
    assert session.host.accounts.verify("bob", "P@ssw0rd!") is None
    session.values("Set-LocalUser bob -AccountNeverExpires")
    assert session.host.accounts.verify("bob", "P@ssw0rd!") is not None


def test_members_come_and_go(session):
    session.values("Add-LocalGroupMember -Group 'Hyper-V Administrators' -Member bob")
    assert session.host.accounts.find("bob").may_use_hyper_v
    shown = session.values("Get-LocalGroupMember -SID S-1-5-32-578 | ForEach-Object Name")
    assert shown == [f"{session.host.name}\\bob"]
    again = session.error("Add-LocalGroupMember -Group (Get-LocalGroup Hyper*) -Member (Get-LocalUser bob)")
    assert again[:2] == (f"MemberExists,{_CMDLETS}AddLocalGroupMemberCommand", "ResourceExists")
    session.values("Remove-LocalGroupMember 'Hyper-V Administrators' bob")
    assert session.error("Remove-LocalGroupMember 'Hyper-V Administrators' bob")[0].startswith(
        "MemberNotFound"
    )


def test_groups_are_made_renamed_and_removed_with_their_members(session):
    session.values(
        "$null = New-LocalGroup Ops -Description x; Add-LocalGroupMember Ops bob; Rename-LocalGroup Ops Two"
    )
    assert session.host.accounts.find("bob").groups == ("Two",)
    session.values("Set-LocalGroup Two -Description y")
    assert session.values("(Get-LocalGroup Two).Description") == ["y"]
    session.values("Remove-LocalGroup Two")
    assert session.host.accounts.find("bob").groups == ()


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        (_NEW, f"UserExists,{_CMDLETS}NewLocalUserCommand"),
        ("New-LocalGroup Users", f"GroupExists,{_CMDLETS}NewLocalGroupCommand"),
        ("New-LocalUser 'a/b' -NoPassword", f"InvalidName,{_CMDLETS}NewLocalUserCommand"),
        ("Add-LocalGroupMember Users nobody", f"PrincipalNotFound,{_CMDLETS}AddLocalGroupMemberCommand"),
        ("Get-LocalGroupMember Nothing", f"GroupNotFound,{_CMDLETS}GetLocalGroupMemberCommand"),
        ("Remove-LocalUser Administrator", f"InvalidOperation,{_CMDLETS}RemoveLocalUserCommand"),
        ("Remove-LocalGroup Administrators", f"InvalidOperation,{_CMDLETS}RemoveLocalGroupCommand"),
    ],
)
def test_what_cannot_be_done_has_the_errors_of_the_module(session, script, error_id):
    assert session.error(script)[0] == error_id


def test_only_administrators_change_accounts():
    session = ConsoleSession(user="watcher")
    assert session.error("Disable-LocalUser Administrator")[1] == "PermissionDenied"
    assert not session.host.accounts.administrator.disabled


def test_windows_says_what_its_own_groups_are_for(session):
    assert session.values("(Get-LocalGroup 'Hyper-V Administrators').Description") == [
        "Members of this group have complete and unrestricted access to all features of Hyper-V."
    ]
