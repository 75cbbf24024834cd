"""New-PSDrive: a drive lives as long as the scope that it was made in."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_a_drive_of_a_function_ends_with_it(session):
    script = """
    function Look {
        $null = New-PSDrive X FileSystem C:\\Windows
        (Get-Item X:\\System32).FullName; & { Test-Path X:\\System32 }
    }
    Look; Look; Test-Path X:\\; @(Get-PSDrive | Where-Object Name -eq X).Count
    Get-Variable *psdrive* | ForEach-Object Name
    """
    assert session.values(script) == [*["C:\\Windows\\System32", True] * 2, False, 0]


@pytest.mark.parametrize("scope", ["Global", "1"])
def test_a_drive_of_an_outer_scope_stays(session, scope):
    script = f"""
    function Make {{ $null = New-PSDrive X FileSystem C:\\Windows -Scope {scope} }}
    Make; (Get-Item X:\\System32).FullName
    Make 2>&1 | Out-Null; $Error[0].FullyQualifiedErrorId.Split(',')[0]
    """
    assert session.values(script) == ["C:\\Windows\\System32", "DriveAlreadyExists"]


def test_an_inner_drive_hides_an_outer_one_until_it_is_removed(session):
    script = """
    $null = New-PSDrive X FileSystem C:\\Windows
    & { $null = New-PSDrive X FileSystem C:\\Users; (Get-PSDrive X).Root; Remove-PSDrive X; (Get-PSDrive X).Root }
    (Get-PSDrive X).Root
    """
    assert session.values(script) == ["C:\\Users", "C:\\Windows", "C:\\Windows"]
