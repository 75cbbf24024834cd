"""SmbShare: shares of the machine and who may use them."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_ACCESS = 'ForEach-Object { "$($_.AccountName) $($_.AccessControlType) $($_.AccessRight)" }'


@pytest.fixture
def session() -> ConsoleSession:
    session = ConsoleSession()
    session.values(
        "$null = New-Item -ItemType Directory C:\\data; "
        "$null = New-SmbShare Data C:\\data -FullAccess Administrators -Description First"
    )
    return session


def test_a_new_share_is_one_of_the_machine(session):
    share = session.host.shares.get("data")
    assert (share.path, share.description) == ("C:\\data", "First")
    assert session.values(
        "(Get-SmbShare -Special $false).Name; (Get-CimInstance Win32_Share).Name -contains 'Data'"
    ) == [
        "Data",
        True,
    ]


def test_access_is_given_and_taken(session):
    session.values("$null = Grant-SmbShareAccess Data -AccountName Users -AccessRight Change -Force")
    session.values("$null = Block-SmbShareAccess Data -AccountName Guests -Force")
    assert session.values(f"Get-SmbShareAccess Data | {_ACCESS}") == [
        "BUILTIN\\Administrators Allow Full",
        "BUILTIN\\Users Allow Change",
        "BUILTIN\\Guests Deny Full",
    ]
    session.values("$null = Revoke-SmbShareAccess Data -AccountName Users -Force")
    assert session.values(f"Unblock-SmbShareAccess Data -AccountName Guests -Force | {_ACCESS}") == [
        "BUILTIN\\Administrators Allow Full"
    ]


def test_settings_go_by_their_names(session):
    script = "Set-SmbShare Data -CachingMode None -EncryptData $true -Force; $s = Get-SmbShare Data; "
    assert session.values(f'{script} "$($s.CachingMode) $($s.EncryptData)"') == ["None True"]


def test_a_share_is_removed_only_when_somebody_confirms(session):
    assert session.error("Remove-SmbShare Data")[1] == "InvalidOperation"
    assert session.host.shares.get("Data") is not None
    session.values("Remove-SmbShare Data -Force -WhatIf")
    assert session.host.shares.get("Data") is not None
    session.values("Get-SmbShare Data | Remove-SmbShare -Force")
    assert session.host.shares.get("Data") is None


def test_what_is_not_there_is_not_found(session):
    assert session.error("Get-SmbShare none")[0] == "CmdletizationQuery_NotFound_Name,Get-SmbShare"
