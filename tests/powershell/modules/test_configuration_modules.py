"""What modules of configurations lean on: remaining arguments, callers, localized texts, instances of their own."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

REST = (
    "function Assert-Known { [CmdletBinding()] param([bool]$Enable, "
    "[Parameter(ValueFromRemainingArguments)][object[]]$Rest) \"$Enable|$($Rest -join ',')\" }; "
)


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


@pytest.mark.parametrize(
    ("call", "seen"),
    [
        ("Assert-Known -Enable $true -Other 5 7", "True|-Other,5,7"),
        ("Assert-Known -Other:5", "False|-Other,5"),
        ("$p = @{ Enable = $true; VMName = 'a' }; Assert-Known @p", "True|-VMName,a"),
    ],
)
def test_remaining_arguments_take_names_that_no_parameter_has(session, call, seen):
    assert session.values(REST + call) == [seen]


def test_a_name_that_nothing_takes_is_not_found(session):
    assert session.error(f"{REST}Assert-Known -Rest 1 -Other 5")[0] == "NamedParameterNotFound,Assert-Known"


def test_my_invocation_tells_of_the_script_that_called(session):
    files = session.host.filesystem
    files.make_directory("C:\\called")
    files.write(
        "C:\\called\\inner.psm1", b"function Get-Caller { $MyInvocation.PSScriptRoot, $PSScriptRoot }"
    )
    files.write(
        "C:\\outer.ps1", b"Import-Module C:\\called\\inner.psm1; Get-Caller; $MyInvocation.PSCommandPath"
    )
    assert session.values("C:\\outer.ps1") == ["C:", "C:\\called", ""]


def test_cultures_have_parents_up_to_the_invariant_one(session):
    names = "$c = [cultureinfo]'en-US'; while ($c.Name) { $c.Name; $c = $c.Parent }; $c.LCID"
    assert session.values(names) == ["en-US", "en", 127]


def test_an_empty_text_has_no_strings(session):
    assert session.values("(ConvertFrom-StringData '').Count") == [0]


def test_common_parameters_of_cmdlets_are_added_as_lists(session):
    names = session.values(
        "$c = [Management.Automation.PSCmdlet]; $c::CommonParameters + $c::OptionalCommonParameters"
    )
    assert {"Verbose", "PipelineVariable", "WhatIf"} <= set(names)


def test_an_instance_of_the_client_alone_needs_no_class(session):
    made = (
        "$i = New-CimInstance -ClassName FabrikamSettings -Property @{ Address = '10.0.0.1'; Size = [uint64]3 } "
        "-Namespace root/fabrikam -ClientOnly; $i.CimClass.CimClassName; $i.Address; $i.Size.GetType().Name"
    )
    assert session.values(made) == ["FabrikamSettings", "10.0.0.1", "UInt64"]
    identifier = session.error("New-CimInstance -ClassName FabrikamSettings -Property @{ Address = 'a' }")[0]
    assert identifier.startswith("HRESULT 0x80041010")


def test_an_appended_text_knows_its_place_and_can_be_shown(session):
    script = (
        "$x = [xml]'<a/>'; $t = $x.CreateTextNode('hi'); $null -eq $t.ParentNode; "
        "$t = $x.DocumentElement.AppendChild($t); $t.ParentNode.Name; ($t | Out-String).Contains('hi')"
    )
    assert session.values(script) == [True, "a", True]


def test_access_rules_need_no_module_first(session):
    rule = "New-Object System.Security.AccessControl.FileSystemAccessRule('Everyone', 'FullControl', 'Allow')"
    assert session.values(f"({rule}).IdentityReference.Value") == ["Everyone"]


def test_items_of_a_session_are_named_as_items(session):
    result = session.runspace.run("$env:Foo = 'a'; Remove-Item Env:\\Foo -Verbose 4>&1 | % Message")
    assert result.output == ['Performing the operation "Remove Item" on target "Item: Foo".']
