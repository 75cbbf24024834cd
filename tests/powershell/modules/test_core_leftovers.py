"""Clear-History, Export-Console and Out-Default by their parameters."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


@pytest.mark.parametrize(
    ("parameters", "left"),
    [
        ("-Count 2", "cde"),
        ("-Count 2 -Newest", "abc"),
        ("-Id 2, 4", "ace"),
        ("-Id 3 -Count 2", "ade"),
        ("-Id 3 -Count 2 -Newest", "abe"),
        ("-CommandLine b", "acde"),
        ("-CommandLine * -Count 1 -Newest", "abcd"),
        ("-CommandLine [ab]", "cde"),
        ("-WhatIf", "abcde"),
        ("", ""),
    ],
)
def test_the_history_is_cleared_from_either_end(session, parameters, left):
    session.values("'abcde'[0..4] | % { [pscustomobject]@{ CommandLine = \"$_\" } } | Add-History")
    session.values(f"Clear-History {parameters}")
    assert "".join(session.values("Get-History | % CommandLine")) == left


def test_an_entry_that_is_not_there_is_reported(session):
    assert session.error("Clear-History -Id 9")[::2] == (
        "GetHistoryNoHistoryForId,Microsoft.PowerShell.Commands.ClearHistoryCommand",
        "Cannot locate the history for Id 9.",
    )


def test_a_console_file_names_the_version(session):
    script = "Export-Console C:\\c; $ConsoleFileName; ([xml](Get-Content $ConsoleFileName)).PSConsoleFile.PSVersion"
    assert session.values(f"{script}; Export-Console; @(dir C:\\c*).Count") == [
        *("C:\\c.psc1", session.values('"$($PSVersionTable.PSVersion)"')[0], 1),
    ]


@pytest.mark.parametrize(
    ("script", "identifier"),
    [
        ("Export-Console C:\\*", "WildCardNotSupported"),
        ("Export-Console HKLM:\\SOFTWARE\\x", "InvalidOperation"),
        ("Export-Console C:\\c; Export-Console C:\\c -NoClobber", "NoClobber"),
        (
            "Export-Console C:\\c; (gi C:\\c.psc1).IsReadOnly = $true; Export-Console C:\\c",
            "ConsoleFileReadOnly",
        ),
        ("Export-Console", "InvalidOperation"),
    ],
)
def test_a_console_file_that_cannot_be_written(session, script, identifier):
    assert session.error(script)[0] == f"{identifier},Microsoft.PowerShell.Commands.ExportConsoleCommand"


def test_force_replaces_a_read_only_console_file(session):
    session.values("Export-Console C:\\c; (gi C:\\c.psc1).IsReadOnly = $true; Export-Console C:\\c -Force")
    assert session.values("(gi C:\\c.psc1).IsReadOnly") == [False]


def test_out_default_writes_to_the_transcript_alone(session):
    session.values(
        "$null = Start-Transcript C:\\t.txt; 'kept' | Out-Default -Transcript; $null = Stop-Transcript"
    )
    assert session.values("@(Select-String '^kept$' C:\\t.txt).Count") == [1]
    assert b"kept" not in session.output.value()
