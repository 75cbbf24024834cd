"""Corners of the utility cmdlets that Microsoft's own tests go into."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

NEW = "Microsoft.PowerShell.Commands.NewObjectCommand"


@pytest.fixture(scope="module")
def session():
    return ConsoleSession()


def test_texts_that_read_as_numbers_are_compared_as_numbers(session):
    script = "'9995788.71','15847577.7' | % { [pscustomobject]@{h=$_} } | measure h -Minimum -Maximum | % { $_.Minimum; $_.Maximum }"
    assert session.values(script) == ["9995788.71", "15847577.7"]
    assert session.values("'111 Test','19' | measure -Maximum | % Maximum") == ["19"]


def test_a_constructor_without_a_place_for_the_arguments_is_named_by_its_overloads(session):
    session.values(
        "Add-Type 'public class Two { public Two(string a, int b) {} } public abstract class Ab {}'"
    )
    assert session.error("New-Object Two -ArgumentList 1") == (
        f"ConstructorInvokedThrowException,{NEW}",
        "InvalidOperation",
        'Cannot find an overload for "Two" and the argument count: "1".',
    )
    assert session.error("New-Object Two")[0] == f"CannotFindAppropriateCtor,{NEW}"
    assert session.error("New-Object Ab") == (
        f"ConstructorInvokedThrowException,{NEW}",
        "InvalidOperation",
        'Exception calling ".ctor" with "0" argument(s): "Cannot create an abstract class."',
    )


def test_an_enumeration_is_made_with_its_zero(session):
    assert session.values('"$([DayOfWeek]::new())"; "$(New-Object DayOfWeek)"') == ["Sunday", "Sunday"]


def test_a_sorted_dictionary_is_in_order(session):
    script = "$d = [System.Collections.Generic.SortedDictionary[string,int]]::new(); $d['b']=2; $d['a']=1; $d.Keys; $d | ConvertTo-Json -Compress"
    assert session.values(script) == ["a", "b", '{"a":1,"b":2}']


def test_clixml_is_read_from_files_only(session):
    assert session.error("Import-Clixml -LiteralPath env:\\")[0] == (
        "ReadWriteFileNotFileSystemProvider,Microsoft.PowerShell.Commands.ImportClixmlCommand"
    )


def test_null_goes_into_clixml(session):
    script = "Export-Clixml C:\\null.xml -InputObject $null; Get-Content C:\\null.xml; $null -eq (Import-Clixml C:\\null.xml)"
    assert session.values(script)[1:] == ["  <Nil />", "</Objs>", True]
