"""Views that come with the commands of a session (Import-PSSession and Export-PSSession -FormatTypeName)."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_VIEWS = b"""<?xml version="1.0"?><Configuration><ViewDefinitions>
<View><Name>things</Name><ViewSelectedBy><TypeName>Own.Thing</TypeName></ViewSelectedBy><TableControl>
<TableHeaders><TableColumnHeader><Label>What</Label><Width>7</Width><Alignment>Right</Alignment>
</TableColumnHeader><TableColumnHeader/></TableHeaders><TableRowEntries><TableRowEntry><TableColumnItems>
<TableColumnItem><PropertyName>A</PropertyName></TableColumnItem><TableColumnItem><PropertyName>B</PropertyName>
</TableColumnItem></TableColumnItems></TableRowEntry></TableRowEntries></TableControl></View>
<View><Name>listed</Name><ViewSelectedBy><TypeName>Own.Listed</TypeName></ViewSelectedBy><ListControl>
<ListEntries><ListEntry><ListItems><ListItem><Label>First</Label><PropertyName>A</PropertyName></ListItem>
</ListItems></ListEntry></ListEntries></ListControl></View>
<View><Name>told</Name><ViewSelectedBy><TypeName>Own.Told</TypeName></ViewSelectedBy><CustomControl>
<CustomEntries><CustomEntry><CustomItem><Text>it is </Text><Frame><LeftIndent>4</LeftIndent><CustomItem>
<ExpressionBinding><PropertyName>A</PropertyName></ExpressionBinding></CustomItem></Frame></CustomItem>
</CustomEntry></CustomEntries></CustomControl></View>
<View><Name>worked out</Name><ViewSelectedBy><TypeName>Own.Script</TypeName></ViewSelectedBy><ListControl>
<ListEntries><ListEntry><ListItems><ListItem><Label>Twice</Label><ScriptBlock>$_.A * 2</ScriptBlock></ListItem>
</ListItems></ListEntry></ListEntries></ListControl></View></ViewDefinitions></Configuration>"""
_THERE = (
    "$s = New-PSSession; Invoke-Command $s { Update-FormatData C:\\views.format.ps1xml;"
    "function Get-Own([string]$Kind) { [pscustomobject]@{ PSTypeName = \"Own.$Kind\"; A = 1; B = 'x' } } };"
)


@pytest.fixture
def session() -> ConsoleSession:
    made = ConsoleSession()
    made.host.filesystem.write("C:\\views.format.ps1xml", _VIEWS)
    made.values(_THERE)
    return made


def _lines(session: ConsoleSession, script: str) -> list[str]:
    return [line.strip() for line in session.shown(script).splitlines() if line.strip()]


def test_objects_of_imported_commands_are_shown_by_the_views_of_the_session(session):
    session.values("$null = Import-PSSession $s -CommandName Get-Own -FormatTypeName Own.*")
    assert _lines(session, "Get-Own Thing") == ["What B", "---- -", "1 x"]
    assert _lines(session, "Get-Own Listed") == ["First : 1"]
    assert _lines(session, "Get-Own Told") == ["it is 1"]


def test_without_the_types_no_view_comes(session):
    session.values("$null = Import-PSSession $s -CommandName Get-Own")
    assert "What B" not in session.shown("Get-Own Thing")


def test_script_blocks_of_another_machine_stay_there(session):
    session.values("$null = Import-PSSession $s -CommandName Get-Own -FormatTypeName Own.Script")
    assert "Twice" not in session.shown("Get-Own Script")


def test_an_exported_module_has_the_views_in_its_file(session):
    (text,) = session.values(
        "$null = Export-PSSession $s -OutputModule C:\\out -CommandName Get-Own -FormatTypeName Own.Thing;"
        "Get-Content C:\\out\\out.format.ps1xml"
    )
    assert "<TypeName>Own.Thing</TypeName>" in text
    assert "Own.Told" not in text


def test_what_get_format_data_writes_keeps_its_parts_on_the_way(session):
    assert session.values(
        "$view = (Invoke-Command $s { Get-FormatData Own.Thing }).FormatViewDefinition[0]; $view.Name;"
        "$view.Control.Headers[0].Width; $view.Control.Rows[0].Columns[1].DisplayEntry.Value"
    ) == ["things", 7, "B"]


def test_a_session_that_may_not_tell_its_views_says_so(session):
    session.values("Invoke-Command $s { function Get-FormatData { throw 'not for you' } }")
    identifier, _, text = session.error(
        "Import-PSSession $s -CommandName Get-Own -AllowClobber -FormatTypeName Own.Thing"
    )
    assert identifier.startswith("ErrorFromRemoteCommand")
    assert "Get-FormatData command in a remote session reported the following error: not for you." in text
