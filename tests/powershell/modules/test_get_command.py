"""Get-Command by what commands take, and what it says of them."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

NAME = "Microsoft.PowerShell.Commands.GetCommandCommand"


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    return ConsoleSession()


def names(session: ConsoleSession, script: str) -> set[str]:
    return set(session.values(f"{script} | % Name"))


def test_commands_by_the_type_of_a_parameter(session: ConsoleSession) -> None:
    found = names(session, "Get-Command -ParameterType System.Diagnostics.Process")
    assert {"Stop-Process", "Wait-Process"} <= found
    assert "Get-Service" not in found
    # An Int32 fits where an Int64 is wanted, and one value where a list is.
    assert "New-VHD" not in names(session, "Get-Command New-VHD, Set-VM -ParameterType datetime")
    assert names(session, "Get-Command Get-Process -ParameterName Id -ParameterType int") == {"Get-Process"}
    assert names(session, "Get-Command Select-String -ParameterName Pattern -ParameterType string") == {
        "Select-String"
    }
    assert names(session, "Get-Command -Module Hyper-V -ParameterType NoSuchType") == set()
    assert "Get-VMSnapshot" in names(session, "Get-Command -Module Hyper-V -ParameterType *VMSnapshot")


def test_parameters_are_found_by_their_aliases_too(session: ConsoleSession) -> None:
    assert "Get-Date" in names(session, "Get-Command Get-D* -ParameterName lastwrite*")


def test_modules_by_their_versions(session: ConsoleSession) -> None:
    script = "Get-Command -FullyQualifiedModule @{{ModuleName='Hyper-V'; {}='{}'}} | select -First 1"
    assert names(session, script.format("ModuleVersion", "1.0")) == {"Add-VMAssignableDevice"}
    assert names(session, script.format("RequiredVersion", "1.0")) == set()
    assert names(session, script.format("MaximumVersion", "1.1")) == set()
    assert session.values(
        "(Get-Module -ListAvailable -FullyQualifiedName @{ModuleName='Hyper-V';ModuleVersion='1.0'}).Name"
    ) == ["Hyper-V"]
    identifier, _, text = session.error("Get-Command -FullyQualifiedModule @{ModuleName='Hyper-V'}")[:3]
    assert identifier.startswith("CannotConvertArgument")
    assert "'ModuleVersion'" in text
    assert session.error("Get-Command -Module A -FullyQualifiedModule A")[0] == (
        f"ModuleAndFullyQualifiedModuleCannotBeSpecifiedTogether,{NAME}"
    )


def test_all_shows_what_another_command_hides(session: ConsoleSession) -> None:
    session.values("function Get-Date { 1 }")
    kinds = session.values("(Get-Command Get-Date -All).CommandType | % ToString")
    assert kinds == ["Function", "Cmdlet"]
    assert session.values("@(Get-Command Get-Date).Count") == [1]
    session.values("Remove-Item function:Get-Date")


def test_the_definition_of_a_cmdlet_is_its_syntax(session: ConsoleSession) -> None:
    (text,) = session.values("(Get-Command Get-VMHost).Definition")
    assert text.startswith("\r\nGet-VMHost [[-ComputerName] <string[]>]")
    assert session.values("(Get-Command Get-VMHost -Syntax) -eq (Get-Command Get-VMHost).Definition") == [
        True
    ]


def test_parameters_say_how_they_take_part_in_a_set(session: ConsoleSession) -> None:
    script = "(Get-Command Get-VM).ParameterSets | ? Name -eq Name | % Parameters | ? Name -eq {} | % {}"
    assert session.values(script.format("Name", "Position")) == [0]
    assert session.values(script.format("ComputerName", "Position")) == [-2147483648]
    shown = (
        "(Get-Command Get-VM).Parameters['Name'].Attributes | ? { $_ -is [Parameter] } | % ParameterSetName"
    )
    assert session.values(shown) == ["Name"]
    assert session.values("(Get-Command Get-VM).Parameters['Name'].ParameterSets['Name'].Position") == [0]


def test_a_parameter_as_text_is_the_name_of_its_type(session: ConsoleSession) -> None:
    (text,) = session.values("\"$((Get-Command Get-VM).Parameters['Name'])\"")
    assert text == "System.Management.Automation.ParameterMetadata"


def test_show_command_information(session: ConsoleSession) -> None:
    script = "$i = Get-Command Write-Host -ShowCommandInfo; $i.Name; $i.ModuleName; $i.Module.Name"
    assert session.values(script) == ["Write-Host", *["Microsoft.PowerShell.Utility"] * 2]
    script = "$p = $i.ParameterSets[0].Parameters | ? Name -eq ForegroundColor; $p.ParameterType | % {"
    assert session.values(f"{script} $_.FullName; $_.IsEnum; $_.IsArray; $_.EnumValues[0].ToString() }}") == [
        "System.ConsoleColor",
        True,
        False,
        "Black",
    ]
    identifier = "GetCommandCannotSpecifySyntaxAndShowCommandInfoTogether"
    assert session.error("Get-Command Get-VM -Syntax -ShowCommandInfo")[0] == f"{identifier},{NAME}"


def test_arguments_are_for_one_command(session: ConsoleSession) -> None:
    assert names(session, "Get-Command Get-ChildItem -ArgumentList C:\\") == {"Get-ChildItem"}
    assert (
        session.error("Get-Command Get-* -ArgumentList C:\\")[0] == f"CommandArgsOnlyForSingleCmdlet,{NAME}"
    )


def test_functions_of_the_session_belong_to_no_module(session):
    script = 'Get-Command mkdir, help, more, cd.. | % { "$($_.Name)[$($_.Source)$($_.Version)]" }'
    assert session.values(script) == ["mkdir[]", "help[]", "more[]", "cd..[]"]


def test_the_table_of_commands_is_one_of_each_kind_of_command(session):
    script = "(Get-FormatData System.Management.Automation.CmdletInfo).FormatViewDefinition[0].Control.Headers.Label"
    assert session.values(f"{script} | select -Unique") == ["CommandType", "Name", "Version", "Source"]
