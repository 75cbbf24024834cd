"""Versions of ``#requires -Modules``, types of automatic variables, trees with errors."""

from __future__ import annotations

from pathlib import PureWindowsPath

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    made = ConsoleSession()
    made.values(
        """$folder = 'C:\\Mods\\Fruit'; $null = mkdir $folder
        Set-Content "$folder\\Fruit.psm1" "function Get-Fruit { 'apple' }"
        New-ModuleManifest -Path "$folder\\Fruit.psd1" -ModuleVersion 1.2 -RootModule Fruit.psm1
        $env:PSModulePath += ';C:\\Mods'"""
    )
    return made


@pytest.mark.parametrize(
    ("wanted", "runs"),
    [
        ("Fruit", True),
        ("@{ModuleName='Fruit'; ModuleVersion='1.0'}", True),
        ("@{ModuleName='Fruit'; ModuleVersion='1.3'}", False),
        ("@{ModuleName='Fruit'; RequiredVersion='1.2'}", True),
        ("@{ModuleName='Fruit'; RequiredVersion='1.1'}", False),
        ("@{ModuleName='Fruit'; MaximumVersion='1.*'}", True),
        ("@{ModuleName='Fruit'; MaximumVersion='1.1'}", False),
        ("@{ModuleName='Microsoft.PowerShell.Utility'; ModuleVersion='99.0'}", False),
        ("@{ModuleName='Microsoft.PowerShell.Utility'; ModuleVersion='3.0'}", True),
    ],
)
def test_a_required_module_has_to_have_the_version(session: ConsoleSession, wanted: str, runs: bool) -> None:
    path = PureWindowsPath("C:/r.ps1")
    session.values(
        f"Remove-Module Fruit -ErrorAction Ignore; Set-Content {path} \"#requires -Modules {wanted}`n'ran'\""
    )
    result = session.runspace.run(f"& {path}")
    if runs:
        assert result.output == ["ran"]
    else:
        problem = result.failure or result.errors[0]
        assert problem.fully_qualified_error_id.startswith("ScriptRequiresMissingModules")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[datetime]$_ = 1", "Cannot assign automatic variable '_' with type 'System.Object'"),
        ("[runspace]$args = 1", "Cannot assign automatic variable 'args' with type 'System.Object[]'"),
        (
            "[notexist]$PSScriptRoot = 1",
            "Cannot assign automatic variable 'PSScriptRoot' with type 'System.String'",
        ),
    ],
)
def test_automatic_variables_keep_their_type(session: ConsoleSession, text: str, expected: str) -> None:
    result = session.runspace.run(f"[scriptblock]::Create('{text}')")
    assert expected in (result.failure or result.errors[0]).message


def test_automatic_variables_take_their_own_type(session: ConsoleSession) -> None:
    script = "& { [object]$_ = 1; $_ }; & { [Object[]]$args = 2; $args }; & { [string]$PSScriptRoot = 'abc'; $PSScriptRoot }"
    assert session.values(script) == [1, 2, "abc"]
    assert session.values("[int]$global:_ = 5; [int]$mine = '7'; $mine") == [7]


@pytest.mark.parametrize("name", ["PID", "HOME", "?"])
def test_a_constant_cannot_be_assigned_with_a_type_either(session: ConsoleSession, name: str) -> None:
    result = session.runspace.run(f"& {{ [datetime]${name} = 1 }}")
    assert (result.failure or result.errors[0]).fully_qualified_error_id.startswith("VariableNotWritable")


def test_no_script_is_made_of_a_tree_with_errors(session: ConsoleSession) -> None:
    script = """$tree = [System.Management.Automation.Language.Parser]::ParseInput('function ', [ref]$null, [ref]$null)
    try { $tree.GetScriptBlock() } catch { $_.FullyQualifiedErrorId }"""
    assert session.values(script) == ["PSInvalidOperationException"]
    assert session.values(
        "$t = [System.Management.Automation.Language.Parser]::ParseInput('1 + 1', [ref]$null, [ref]$null); & $t.GetScriptBlock()"
    ) == [2]


def test_a_file_is_held_to_the_version_that_it_requires(session: ConsoleSession) -> None:
    session.values("Set-Content C:/v.ps1 \"#requires -Version 9.0`n'ran'\"")
    result = session.runspace.run("& C:/v.ps1")
    problem = result.failure or result.errors[0]
    assert problem.fully_qualified_error_id == "ScriptRequiresUnmatchedPSVersion"


def test_a_comment_that_only_begins_as_requires_is_refused(shell):
    record = shell.error('[scriptblock]::Create("#requiresappID`r`n1")')
    assert "Cannot process the #requires statement because it is not in the correct format." in record.message
    assert shell.values("#requires\n1 # requires nothing\n#required") == [1]
