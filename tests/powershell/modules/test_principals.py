"""System.Security.Principal over the machine's accounts."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_AM_I = (
    "([Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()).IsInRole({})"
)


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


@pytest.mark.parametrize(
    "role",
    [
        "[Security.Principal.WindowsBuiltInRole]::Administrator",
        "[Security.Principal.WindowsBuiltInRole]'Administrator'",
        "'BUILTIN\\Administrators'",
        "'administrators'",
        "544",
        "[Security.Principal.SecurityIdentifier]'S-1-5-32-544'",
    ],
)
def test_a_script_can_ask_whether_it_runs_as_an_administrator(session, role):
    assert session.values(_AM_I.format(role)) == [True]
    assert ConsoleSession(user="watcher").values(_AM_I.format(role)) == [False]


def test_the_identity_is_that_of_the_session(session):
    name, sid = session.values(
        "$i = [System.Security.Principal.WindowsIdentity]::GetCurrent(); $i.Name; $i.User.Value"
    )
    administrator = session.host.accounts.administrator
    assert (name, sid) == (administrator.qualified_name, administrator.sid)


@pytest.mark.parametrize(
    ("name", "sid", "shown"),
    [
        ("Administrators", "S-1-5-32-544", "BUILTIN\\Administrators"),
        ("NT AUTHORITY\\SYSTEM", "S-1-5-18", "NT AUTHORITY\\SYSTEM"),
        ("everyone", "S-1-1-0", "Everyone"),
        ("Hyper-V Administrators", "S-1-5-32-578", "BUILTIN\\Hyper-V Administrators"),
    ],
)
def test_names_and_identifiers_are_translated_both_ways(session, name, sid, shown):
    translate = (
        f"$s = ([System.Security.Principal.NTAccount]'{name}').Translate("
        "[System.Security.Principal.SecurityIdentifier]); $s.Value; "
        "$s.Translate([System.Security.Principal.NTAccount]).Value"
    )
    assert session.values(translate) == [sid, shown]


def test_what_nobody_has_cannot_be_translated(session):
    error = session.error(
        "([System.Security.Principal.NTAccount]'nobody').Translate([System.Security.Principal.SecurityIdentifier])"
    )
    assert error[0] == "IdentityNotMappedException"


def test_an_identifier_goes_through_its_binary_form(session):
    script = (
        "$sid = [Security.Principal.SecurityIdentifier]'S-1-5-21-1-2-4294967295-500'\n"
        "$bytes = New-Object byte[] $sid.BinaryLength; $sid.GetBinaryForm($bytes, 0)\n"
        "(New-Object Security.Principal.SecurityIdentifier($bytes, 0)).Value; $sid.AccountDomainSid.Value"
    )
    assert session.values(script) == ["S-1-5-21-1-2-4294967295-500", "S-1-5-21-1-2-4294967295"]
