"""Files that a module runs belong to it."""

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture(scope="module")
def session():
    session = ConsoleSession()
    session.values(
        "$null = mkdir C:\\Parts\\Public; Set-Content C:\\Parts\\Public\\Get-Part.ps1 "
        "'function Get-Part { $script:secret }; $script:secret = 5'\n"
        "Set-Content C:\\Parts\\dotted.psm1 'Get-ChildItem $PSScriptRoot\\Public\\*.ps1 | ForEach-Object { . $_.FullName }'\n"
        "Set-Content C:\\Parts\\called.psm1 '& $PSScriptRoot\\Public\\Get-Part.ps1; function Get-Whole { 1 }'"
    )
    return session


def test_what_a_module_sources_is_its_own(session):
    session.values("Import-Module C:\\Parts\\dotted.psm1")
    assert session.values("(Get-Module dotted).ExportedFunctions.Keys; Get-Part; $null -eq $secret") == [
        "Get-Part",
        5,
        True,
    ]
    session.values("Remove-Module dotted")
    assert session.error("Get-Part")[0] == "CommandNotFoundException"


def test_a_script_that_a_module_calls_has_a_scope_of_its_own(session):
    session.values("Import-Module C:\\Parts\\called.psm1")
    assert session.values("(Get-Module called).ExportedFunctions.Keys") == ["Get-Whole"]
    assert session.error("Get-Part")[0] == "CommandNotFoundException"


def test_a_file_that_a_function_of_a_module_sources_sees_the_module(session):
    session.values(
        "Set-Content C:\\Parts\\reads.ps1 'Get-Hidden'\n"
        "$null = New-Module Owner { function Get-Hidden { 'hidden' }; function Use-File { . C:\\Parts\\reads.ps1 }; "
        "Export-ModuleMember Use-File } | Import-Module"
    )
    assert session.values("Use-File") == ["hidden"]
