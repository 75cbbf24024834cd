"""System.DirectoryServices.AccountManagement over the accounts of the machine."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_USING = "using namespace System.DirectoryServices.AccountManagement\n"
_CONTEXT = f"{_USING}$c = [PrincipalContext]::new([ContextType]::Machine)\n"


@pytest.fixture
def session() -> ConsoleSession:
    session = ConsoleSession()
    session.host.accounts.create("bob", "Pa55w.rd!", groups=("Users",), full_name="Bob B.")
    return session


def test_credentials_are_checked_against_the_accounts(session: ConsoleSession) -> None:
    script = "$c.ValidateCredentials('bob', 'Pa55w.rd!'); $c.ValidateCredentials('bob', 'x'); $c.ContextType -eq 'Machine'"
    assert session.values(_CONTEXT + script) == [True, False, True]


def test_a_user_is_found_by_name_and_sid_and_shows_its_properties(session: ConsoleSession) -> None:
    account = session.host.accounts.find("bob")
    script = """
    $u = [UserPrincipal]::FindByIdentity($c, 'BOB'); $u.Name; $u.DisplayName; $u.Enabled; $u.Sid.Value
    ([UserPrincipal]::FindByIdentity($c, 'Sid', $u.Sid)).SamAccountName
    $u.GetGroups() | % Name; $null -eq [UserPrincipal]::FindByIdentity($c, 'nobody')
    [Principal]::FindByIdentity($c, 'Users').GetType().Name; [UserPrincipal]::Current.Name
    """
    assert session.values(_CONTEXT + script) == [
        *("bob", "Bob B.", True, account.sid, "bob", "Users", True, "GroupPrincipal", "Administrator")
    ]


def test_users_and_groups_are_made_changed_and_removed(session: ConsoleSession) -> None:
    script = """
    $u = [UserPrincipal]::new($c, 'eve', 'Pa55w.rd!', $true); $u.Description = 'new'; $u.PasswordNeverExpires = $true; $u.Save()
    $g = [GroupPrincipal]::new($c, 'team'); $g.Save(); $g.Members.Add($c, 'Name', 'eve'); $g.Members.Name; $u.IsMemberOf($g)
    $g.Members.Remove($u); $g.Members.Count
    $u.Name = 'eva'; $u.Enabled = $false; $u.Save(); $g.Delete()
    """
    assert session.values(_CONTEXT + script) == ["eve", True, True, 0]
    account = session.host.accounts.find("eva")
    assert (account.description, account.disabled, account.logon.password_expires) == ("new", True, False)
    assert session.host.accounts.group("team") is None


def test_a_search_finds_what_is_like_the_example(session: ConsoleSession) -> None:
    script = "$q = [UserPrincipal]::new($c); $q.Name = 'b*'; [PrincipalSearcher]::new($q).FindAll().Name"
    assert session.values(_CONTEXT + script) == ["bob"]


def test_a_search_does_not_look_at_the_password_of_the_example(session: ConsoleSession) -> None:
    script = "$q = [UserPrincipal]::new($c, 'b*', 'x', $true); [PrincipalSearcher]::new($q).FindAll().Name"
    assert session.values(_CONTEXT + script) == ["bob"]


@pytest.mark.parametrize(
    ("given", "hour"),
    [
        ("[datetime]::new(2030, 1, 1, 12, 0, 0)", 12),
        ("[datetime]::new(2030, 1, 1, 12, 0, 0, 'Utc')", 12),
        ("[datetime]::new(2030, 1, 1, 12, 0, 0, 'Local')", 20),
        ("'2030-01-01 12:00'", 12),
    ],
)
def test_an_account_ends_at_a_moment_and_logs_on_until_then(given: str, hour: int) -> None:
    session = ConsoleSession()
    session.host.operating_system.configure(None, time_zone="Pacific Standard Time")
    account = session.host.accounts.create("bob", "Pa55w.rd!")
    script = f"$u = [UserPrincipal]::FindByIdentity($c, 'bob'); $u.AccountExpirationDate = {given}; $u.Save()"
    session.values(_CONTEXT + script)
    assert account.logon.account_expires == datetime(2030, 1, 1, hour, tzinfo=UTC)
    assert session.values(_CONTEXT + "$c.ValidateCredentials('bob', 'Pa55w.rd!')") == [True]
    script = "$u = [UserPrincipal]::FindByIdentity($c, 'bob'); $u.AccountExpirationDate = $null; $u.Save()"
    session.values(_CONTEXT + script)
    assert account.logon.account_expires is None


def test_the_end_of_an_account_is_a_time(session: ConsoleSession) -> None:
    script = "$u = [UserPrincipal]::FindByIdentity($c, 'bob'); $u.AccountExpirationDate = 'nonsense'"
    identifier, _, _ = session.error(_CONTEXT + script)
    assert identifier == "ExceptionWhenSetting"


@pytest.mark.parametrize(
    ("script", "identifier", "said"),
    [
        ("[UserPrincipal]::new($c, 'bob', 'x', $true).Save()", "PrincipalExistsException", "already exists"),
        ("[UserPrincipal]::new($c).GetGroups()", "InvalidOperationException", "must be saved"),
        ("[PrincipalContext]::new('Domain')", "ConstructorInvokedThrowException", "could not be contacted"),
        (
            "[PrincipalContext]::new('Machine', 'far')",
            "ConstructorInvokedThrowException",
            "network path was not found",
        ),
        (
            "[GroupPrincipal]::FindByIdentity($c, 'Users').Members.Add($c, 'Name', 'nobody')",
            "NoMatchingPrincipalException",
            "No principal matching",
        ),
    ],
)
def test_what_cannot_be_done_is_told(
    session: ConsoleSession, script: str, identifier: str, said: str
) -> None:
    found = session.error(_CONTEXT + script)
    assert found[0] == identifier
    assert said in found[2]


def test_only_administrators_change_accounts() -> None:
    session = ConsoleSession(user="watcher")
    script = "[UserPrincipal]::FindByIdentity($c, 'watcher').SetPassword('x')"
    assert session.error(_CONTEXT + script)[0] == "UnauthorizedAccessException"
