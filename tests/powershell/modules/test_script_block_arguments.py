"""Script blocks as arguments of cmdlets, and what a dot-sourced script sees of its place."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_files_are_renamed_by_a_script_block(session):
    script = """
    $null = mkdir C:\\Texts; 'a', 'b' | ForEach-Object { Set-Content "C:\\Texts\\$_.txt" $_ }
    Get-ChildItem C:\\Texts | Rename-Item -NewName { $_.Name -replace 'txt', 'log' }
    Get-ChildItem C:\\Texts | Copy-Item -Destination { "C:\\Texts\\$($_.BaseName).bak" }
    (Get-ChildItem C:\\Texts).Name
    """
    assert session.values(script) == ["a.bak", "a.log", "b.bak", "b.log"]


def test_a_dot_sourced_script_knows_its_folder_and_gives_the_callers_back(session):
    script = """
    $null = mkdir C:\\Tools\\Lib
    Set-Content C:\\Tools\\Lib\\Inner.ps1 'param($Root = $PSScriptRoot) $Root; $PSCommandPath'
    Set-Content C:\\Tools\\Outer.ps1 '. $PSScriptRoot\\Lib\\Inner.ps1; $PSScriptRoot; $PSCommandPath'
    C:\\Tools\\Outer.ps1
    """
    assert session.values(script) == [
        "C:\\Tools\\Lib",
        "C:\\Tools\\Lib\\Inner.ps1",
        "C:\\Tools",
        "C:\\Tools\\Outer.ps1",
    ]


def test_a_file_is_made_read_only_and_writable_again(session):
    script = """
    Set-Content C:\\note.txt text; $file = Get-Item C:\\note.txt
    $file.IsReadOnly = $true; (Get-Item C:\\note.txt).IsReadOnly; $file.IsReadOnly = $false; $file.IsReadOnly
    """
    assert session.values(script) == [True, False]
