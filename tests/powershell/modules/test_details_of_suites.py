"""Details of Windows PowerShell 5.1 that public modules rest on, found by running their suites."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session():
    made = ConsoleSession()
    made.host.filesystem.make_directory("C:\\t", parents=True)
    for name in ("a.Tests.ps1", "code.ps1"):
        made.host.filesystem.write(f"C:\\t\\{name}", b"")
    return made


def test_where_and_for_each_of_null_give_nothing(session):
    assert session.values("@($null.Where({ $true })).Count; $x = @{}; @($x.none.ForEach({ 1 })).Count") == [
        0,
        0,
    ]
    assert session.error("$null.Other()")[0] == "InvokeMethodOnNull"


def test_should_process_takes_words_of_its_own(session):
    script = (
        "function f { [CmdletBinding(SupportsShouldProcess)] param() $PSCmdlet.ShouldProcess('done', 'sure?', 'Really') }\n"
        "f; f -WhatIf 6>&1"
    )
    assert session.values(script) == [True, False]
    assert b"What if: done" in session.output.value()


def test_listings_of_literal_paths_choose_files_and_folders(session):
    assert session.values("(Get-ChildItem -LiteralPath C:\\t -File).Name") == ["a.Tests.ps1", "code.ps1"]
    assert session.values("(Get-ChildItem -LiteralPath C:\\ -Directory -Filter t).Name") == ["t"]


def test_a_custom_object_has_no_count_before_powershell_6(session):
    assert session.values("$o = [pscustomobject]@{ a = 1 }; $null -eq $o.Count; @($o).Count; (1).Count") == [
        True,
        1,
        1,
    ]
    assert session.error("([pscustomobject]@{ a = 1 }).Where({ 1 })")[0] == "MethodNotFound"


def test_a_look_behind_may_have_any_width(session):
    assert session.values("[regex]::Matches('a1 bb2', '(?<=[a-z]+)\\d').Value") == ["1", "2"]
