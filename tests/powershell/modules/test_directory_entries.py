"""[ADSI] over the accounts of the machine: the WinNT provider, as scripts and Ansible's modules use it."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def _accounts(session: ConsoleSession):
    from emulator.host import Host

    return session.runspace.engine.find_service(Host).accounts


@pytest.mark.parametrize(
    ("script", "identifier", "said"),
    [
        ("$u.UserFlags = 'abc'", "ExceptionWhenSetting", "datatype cannot be converted"),
        ("$u.PasswordExpired.Value = 'abc'", "ExceptionWhenSetting", "datatype cannot be converted"),
        ("$u.Put('UserFlags', 'abc')", "COMException", "datatype cannot be converted"),
        ("$u.Get()", "TargetParameterCountException", "Number of parameters"),
        ("$u.Put('FullName')", "TargetParameterCountException", "Number of parameters"),
    ],
)
def test_what_does_not_fit_is_an_error_of_the_directory(session, script, identifier, said):
    _accounts(session).create("bob", "Secr3t!x")
    found = session.error(f"$u = [ADSI]'WinNT://./bob,user'; {script}")
    assert found[0] == identifier
    assert said in found[2]


def test_a_user_is_made_when_its_information_is_set(session):
    script = """
    $m = [ADSI]"WinNT://$env:COMPUTERNAME"
    $u = $m.Create('User', 'bob'); $u.SetPassword('Secr3t!x'); $u.FullName = 'Bob B'
    (Get-LocalUser bob -ErrorAction Ignore) -eq $null
    $u.SetInfo()
    $u.UserFlags = $u.UserFlags.Value -bor 65536; $u.Put('Description', 'text'); $u.HomeDirectory = 'C:\\h'; $u.SetInfo()
    """
    assert session.values(script) == [True]
    made = _accounts(session).find("bob")
    assert (made.full_name, made.description, made.home_directory) == ("Bob B", "text", "C:\\h")
    assert not made.logon.password_expires
    assert _accounts(session).verify("bob", "Secr3t!x") is made
    again = session.values(
        "$u = [ADSI]'WinNT://./bob,user'; $u.FullName.Value; $u.Name -eq 'bob'; $u.AccountDisabled; $u.PasswordExpired.Value;"
        "(New-Object Security.Principal.SecurityIdentifier -ArgumentList $u.objectSid.Value, 0).Value"
    )
    assert again == ["Bob B", "bob", False, 0, made.sid]


def test_members_of_a_group_come_and_go_by_their_paths(session):
    script = """
    $null = New-LocalUser ann -NoPassword
    $g = [ADSI]'WinNT://./Users,group'
    $g.Add("WinNT://$((Get-LocalUser ann).SID)")
    foreach ($one in $g.psbase.Invoke('Members')) { $one.GetType().InvokeMember('Name', 'GetProperty', $null, $one, $null) }
    $g.IsMember('WinNT://./ann'); $g.Remove('WinNT://./ann,user'); $g.IsMember('WinNT://./ann')
    """
    assert session.values(script)[-3:] == ["ann", True, False]
    assert session.error("$g.Remove('WinNT://./ann')")[2].endswith(
        '"The specified account name is not a member of the group.\r\n"'
    )


def test_children_of_the_machine_are_its_users_and_groups(session):
    script = "@([ADSI]'WinNT://.,computer').Children | Where-Object { $_.SchemaClassName -eq 'group' } | ForEach-Object { $_.Name.Value }"
    assert set(session.values(script)) == {one.name for one in _accounts(session).groups}


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("[ADSI]'WinNT://./nobody,user'", "The user name could not be found."),
        ("[ADSI]'WinNT://./nothing,group'", "The group name could not be found."),
        ("([ADSI]'WinNT://.').Create('User', 'Guest').SetInfo()", "The account already exists."),
        (
            "([ADSI]'WinNT://.').Delete('Group', 'Users')",
            "Cannot perform this operation on built-in accounts.",
        ),
        ("[ADSI]'LDAP://x'", "[ADSI] of the provider LDAP is not emulated"),
        ("([ADSI]'WinNT://./Guest').LoginHours = 1", "setting LoginHours of a user is not emulated"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(session, script, text):
    before = [one.name for one in _accounts(session)]
    assert text in session.error(script)[2]
    assert [one.name for one in _accounts(session)] == before
