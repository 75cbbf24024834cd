"""Entries of format files that are for some types only (EntrySelectedBy) in tables, lists and wide views."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

TABLE = """<TableControl><TableHeaders><TableColumnHeader><Label>What</Label><Width>8</Width></TableColumnHeader>
</TableHeaders><TableRowEntries>
<TableRowEntry><TableColumnItems><TableColumnItem><PropertyName>a</PropertyName></TableColumnItem></TableColumnItems></TableRowEntry>
<TableRowEntry><EntrySelectedBy><TypeName>Other</TypeName></EntrySelectedBy><TableColumnItems><TableColumnItem>
<ScriptBlock>"other $($_.a)"</ScriptBlock></TableColumnItem></TableColumnItems></TableRowEntry>
</TableRowEntries></TableControl>"""
LIST = """<ListControl><ListEntries>
<ListEntry><ListItems><ListItem><PropertyName>a</PropertyName></ListItem></ListItems></ListEntry>
<ListEntry><EntrySelectedBy><SelectionCondition><TypeName>Some</TypeName><ScriptBlock>$_.a -gt 1</ScriptBlock>
</SelectionCondition></EntrySelectedBy><ListItems><ListItem><Label>Big</Label><PropertyName>a</PropertyName></ListItem>
</ListItems></ListEntry></ListEntries></ListControl>"""
WIDE = """<WideControl><WideEntries><WideEntry><WideItem><PropertyName>a</PropertyName></WideItem></WideEntry>
<WideEntry><EntrySelectedBy><TypeName>Other</TypeName></EntrySelectedBy><WideItem><ScriptBlock>"o$($_.a)"</ScriptBlock>
</WideItem></WideEntry></WideEntries></WideControl>"""
OBJECTS = (
    "$o = [pscustomobject]@{PSTypeName='Some';a=1}, [pscustomobject]@{PSTypeName='Other';a=2}, "
    "[pscustomobject]@{PSTypeName='Some';a=3}\n"
)


@pytest.fixture
def show():
    session = ConsoleSession()

    def run(control, command):
        view = (
            "<View><Name>v</Name><ViewSelectedBy><TypeName>Some</TypeName><TypeName>Other</TypeName>"
            f"</ViewSelectedBy>{control}</View>"
        )
        text = f"<Configuration><ViewDefinitions>{view}</ViewDefinitions></Configuration>"
        script = f"Set-Content C:\\v.ps1xml '{text.replace(chr(39), chr(39) * 2)}'; Update-FormatData C:\\v.ps1xml\n"
        shown = session.shown(f"{script}{OBJECTS}$o{command}")
        return [line for line in shown.split("\n") if line]

    return run


@pytest.mark.parametrize("command", ["", " | Format-Table"])
def test_a_row_of_a_table_follows_the_type(show, command):
    assert show(TABLE, command) == ["What", "----", "1", "other 2", "3"]


def test_an_entry_of_a_list_follows_the_type_and_its_condition(show):
    assert show(LIST, " | Format-List") == ["a : 1", "a : 2", "Big : 3"]


def test_an_entry_of_a_wide_view_follows_the_type(show):
    assert " ".join(" ".join(show(WIDE, " | Format-Wide")).split()) == "1 o2 3"
