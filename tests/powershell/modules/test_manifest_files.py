"""What a module manifest loads beside the module: types, views and scripts."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_MAKE = """
$folder = 'C:\\Mods\\Pear'; $null = mkdir $folder
Set-Content "$folder\\Pear.psm1" 'function Get-Pear { [pscustomobject]@{ PSTypeName = "My.Pear"; Grams = 150 } }'
Set-Content "$folder\\Pear.types.ps1xml" '<Types><Type><Name>My.Pear</Name><Members><ScriptProperty>
<Name>Kilograms</Name><GetScriptBlock>$this.Grams / 1000</GetScriptBlock></ScriptProperty></Members></Type></Types>'
Set-Content "$folder\\Pear.format.ps1xml" '<Configuration><ViewDefinitions><View><Name>Pear</Name>
<ViewSelectedBy><TypeName>My.Pear</TypeName></ViewSelectedBy><TableControl><TableHeaders><TableColumnHeader>
<Label>Weight</Label></TableColumnHeader></TableHeaders><TableRowEntries><TableRowEntry><TableColumnItems>
<TableColumnItem><PropertyName>Grams</PropertyName></TableColumnItem></TableColumnItems></TableRowEntry>
</TableRowEntries></TableControl></View></ViewDefinitions></Configuration>'
Set-Content "$folder\\first.ps1" '$season = "autumn"; function Get-Season { $season }'
"""


@pytest.fixture
def session() -> ConsoleSession:
    made = ConsoleSession()
    made.values(_MAKE)
    return made


def _manifest(session: ConsoleSession, **lists: str) -> None:
    given = " ".join(f"-{key} {value}" for key, value in lists.items())
    session.values(f"New-ModuleManifest C:\\Mods\\Pear\\Pear.psd1 -RootModule Pear.psm1 {given}")


def _heading(session: ConsoleSession) -> str:
    return session.values("([pscustomobject]@{ PSTypeName = 'My.Pear'; Grams = 1 } | Out-String).Trim()")[
        0
    ].split()[0]


def test_types_and_views_come_and_go_with_the_module(session: ConsoleSession) -> None:
    _manifest(session, TypesToProcess="Pear.types.ps1xml", FormatsToProcess="Pear.format.ps1xml")
    assert _heading(session) == "Grams"
    assert session.values("Import-Module C:\\Mods\\Pear; (Get-Pear).Kilograms") == [0.15]
    assert _heading(session) == "Weight"
    # Loading it once more is no error, and the views are those of the file as it is now.
    session.values(
        "$file = 'C:\\Mods\\Pear\\Pear.format.ps1xml'; Set-Content $file ((Get-Content $file -Raw) -replace 'Weight', 'Mass');"
        " Import-Module C:\\Mods\\Pear -Force"
    )
    assert _heading(session) == "Mass"
    assert session.values("$pear = Get-Pear; Remove-Module Pear; $pear.Kilograms -eq $null") == [True]
    assert _heading(session) == "Grams"


def test_scripts_run_where_the_module_is_imported(session: ConsoleSession) -> None:
    _manifest(session, ScriptsToProcess="first.ps1")
    assert session.values("& { Import-Module C:\\Mods\\Pear; Get-Season; $season }; $season -eq $null") == [
        "autumn",
        "autumn",
        True,
    ]
    assert session.values("Import-Module C:\\Mods\\Pear -Force; $season") == ["autumn"]


@pytest.mark.parametrize(
    ("key", "error_id"),
    [
        ("TypesToProcess", "PathNotFound,Microsoft.PowerShell.Commands.UpdateTypeDataCommand"),
        ("FormatsToProcess", "PathNotFound,Microsoft.PowerShell.Commands.UpdateFormatDataCommand"),
        ("ScriptsToProcess", "CommandNotFoundException"),
    ],
)
def test_a_file_that_is_not_there_is_told(session: ConsoleSession, key: str, error_id: str) -> None:
    _manifest(session, **{key: "nosuch.ps1xml"})
    result = session.runspace.run("Import-Module C:\\Mods\\Pear")
    problem = result.failure or result.errors[0]
    assert problem.fully_qualified_error_id == error_id


def test_private_data_that_are_no_table_are_a_text(session: ConsoleSession):
    result = session.runspace.run("New-ModuleManifest C:\\p.psd1 -PrivateData 'one two'")
    assert [one.message.partition(",")[0] for one in result.streams.warnings] == [
        "The PrivateData should be defined as a hashtable"
    ]
    assert session.values("(Import-PowerShellDataFile C:\\p.psd1).PrivateData") == ["one two"]
    assert session.error("New-ModuleManifest C:\\q.psd1 -PrivateData 1 -Tags a")[0] == (
        "PrivateDataValueTypeShouldBeHashTable,Microsoft.PowerShell.Commands.NewModuleManifestCommand"
    )
    assert session.values("Test-Path C:\\q.psd1") == [False]
