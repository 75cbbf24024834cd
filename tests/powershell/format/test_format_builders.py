"""Views that scripts build: [TableControl]::Create() and its like, and what Export-FormatData makes of them."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

TABLE = (
    "[System.Management.Automation.TableControl]::Create($false, $true).AddHeader('Right', 6, 'What').AddHeader()"
    ".StartRowDefinition().AddPropertyColumn('a').AddScriptBlockColumn('\"b$($_.b)\"').EndRowDefinition().EndTable()"
)
LIST = (
    "[System.Management.Automation.ListControl]::Create().StartEntry().AddItemProperty('a', 'First')"
    ".AddItemScriptBlock('$_.b * 2', 'Twice').EndEntry().EndList()"
)
WIDE = "[System.Management.Automation.WideControl]::Create().AddPropertyEntry('a').EndWideControl()"
CUSTOM = (
    "[System.Management.Automation.CustomControl]::Create().StartEntry().AddText('a is ').StartFrame(2)"
    ".AddPropertyExpressionBinding('a').EndFrame().EndEntry().EndControl()"
)


@pytest.fixture
def session():
    return ConsoleSession()


def _use(session, control):
    """The object as the built view shows it, once a file brought it to the session."""
    session.values(
        f"$v = [System.Management.Automation.FormatViewDefinition]::new('mine', ({control}))\n"
        "$l = New-Object System.Collections.Generic.List[System.Management.Automation.FormatViewDefinition]; $l.Add($v)\n"
        "$d = [System.Management.Automation.ExtendedTypeDefinition]::new('Thing', $l)\n"
        "$d | Export-FormatData -Path C:\\v.ps1xml -IncludeScriptBlock; Update-FormatData C:\\v.ps1xml"
    )
    shown = session.shown("[pscustomobject]@{PSTypeName='Thing';a=1;b=2}")
    return [line for line in shown.split("\n") if line]


def test_a_table_is_built_and_used(session):
    # It is fitted to its content, which overrides the width of a column.
    assert _use(session, TABLE) == ['What "b$($_.b)"', "---- ----------", "   1 b2"]


def test_a_list_is_built_and_used(session):
    assert _use(session, LIST) == ["First : 1", "Twice : 4"]


def test_wide_and_custom_views_are_built(session):
    assert _use(session, CUSTOM) == ["a is 1"]
    assert session.values(f"$c = {WIDE}; $c.GetType().Name; $c.Entries[0].DisplayEntry.Value") == [
        "WideControl",
        "a",
    ]


def test_controls_tell_what_they_show(session):
    script = f'$t = {TABLE}; $t.AutoSize; $t.Headers[0].Label; "$($t.Headers[0].Alignment)"; $t.Rows[0].Columns[1].DisplayEntry.ValueType'
    assert session.values(script) == [True, "What", "Right", "ScriptBlock"]


def test_rows_for_types_of_their_own(session):
    control = (
        "[System.Management.Automation.ListControl]::Create().StartEntry().AddItemProperty('a').EndEntry()"
        ".StartEntry([string[]]'Thing').AddItemProperty('b').EndEntry().EndList()"
    )
    assert _use(session, control) == ["b : 2"]
    assert session.values("$v.Control.Entries.Count; $v.Control.Entries[1].EntrySelectedBy.TypeNames") == [
        2,
        "Thing",
    ]


def test_get_format_data_gives_the_same_objects(session):
    script = "(Get-FormatData System.Management.Automation.CallStackFrame).FormatViewDefinition[0].Control.GetType().FullName"
    assert session.values(script) == ["System.Management.Automation.TableControl"]


def test_a_wide_control_without_an_entry_is_written(session):
    made = "[System.Management.Automation.WideControl]::Create().EndWideControl()"
    script = (
        f"$v = [System.Management.Automation.FormatViewDefinition]::new('v', {made});"
        "$d = [System.Management.Automation.ExtendedTypeDefinition]::new('T', @($v));"
        "Export-FormatData -InputObject $d -Path C:\\w.ps1xml;"
        "(Get-Content C:\\w.ps1xml -Raw) -match '<WideEntries></WideEntries>'"
    )
    assert session.values(script) == [True]


HEADING = (
    "[System.Management.Automation.CustomControl]::Create().StartEntry().AddText('About ')"
    ".AddPropertyExpressionBinding('a').EndEntry().EndControl()"
)


def test_a_heading_of_a_group_is_a_control_of_its_own(session):
    control = (
        f"[System.Management.Automation.ListControl]::Create().GroupByProperty('a', ({HEADING}), 'Ignored')"
        ".StartEntry().AddItemProperty('b').EndEntry().EndList()"
    )
    assert _use(session, control) == ["About 1", "b : 2"]
    assert session.values(
        "$g = $v.Control.GroupBy; $g.Label; $g.Expression.Value; $g.CustomControl.Entries[0].CustomItems[0].Text"
    ) == ["Ignored", "a", "About "]


def test_a_heading_is_a_custom_control(session):
    script = "[System.Management.Automation.TableControl]::Create().GroupByProperty('a', 'text')"
    assert session.error(script)[0] == "MethodArgumentConversionInvalidCastArgument"


def test_bindings_have_conditions_and_controls(session):
    control = (
        f"$c = {HEADING}; [System.Management.Automation.CustomControl]::Create().StartEntry()"
        ".AddPropertyExpressionBinding('b', $false, $null, '$_.a -eq 9').AddText('|')"
        ".AddScriptBlockExpressionBinding('$_.b', $false, 'a').AddText('|')"
        ".AddCustomControlExpressionBinding($c).EndEntry().EndControl()"
    )
    assert _use(session, f"$({control})") == ["|2|About 1"]
