"""System.Data: tables that scripts make, fill, filter and show."""

from __future__ import annotations

import time

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_MAKE = (
    "$t = New-Object System.Data.DataTable 'vms'; $null = $t.Columns.Add('Name'); $null = $t.Columns.Add('Size', [int]);"
    "$r = $t.NewRow(); $r.Name = 'web'; $r['Size'] = '4'; $t.Rows.Add($r); $null = $t.Rows.Add('db', 16);"
    "$null = $t.Rows.Add('app', [DBNull]::Value);"
)


@pytest.fixture
def session() -> ConsoleSession:
    session = ConsoleSession()
    session.values(_MAKE)
    return session


def test_rows_are_objects_whose_columns_are_properties(session):
    assert session.values(
        "$t.Rows.Count; $t.Rows[0].Name; $t.Rows[0].Size + 1; $t.Rows[1]['Size']; $t.Rows[1][0];"
        "$t.Rows[2].Size -is [DBNull]; $t.Rows[2].IsNull('Size'); $t.Columns.Count; $t.Columns['Size'].DataType.Name;"
        "$t.Columns | % ColumnName; ($t.Rows[0].ItemArray) -join '/'; [string]$t.Rows[0].RowState; $t.TableName"
    ) == [3, "web", 5, 16, "db", True, True, 2, "Int32", "Name", "Size", "web/4", "Added", "vms"]


def test_a_table_in_a_pipeline_is_its_rows_and_is_shown_as_them(session):
    assert session.values("$t | % Name") == ["web", "db", "app"]
    assert session.values("$t | Where-Object Size -eq 16 | Select-Object -ExpandProperty Name") == ["db"]
    assert session.shown("$t | Format-Table").split("\n")[0].split() == ["Name", "Size"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Size > 3", ["web", "db"]),
        ("Name = 'WEB'", ["web"]),
        ("Name LIKE '%b' AND NOT Size = 4", ["db"]),
        ("Size IS NULL OR Size >= 16", ["db", "app"]),
        ("[Name] IN ('db', 'app')", ["db", "app"]),
        ("(Size = 4 OR Size = 16) AND Name <> 'db'", ["web"]),
        ("Size IS NOT NULL", ["web", "db"]),
        ("Name = 'it''s'", []),
        ("", ["web", "db", "app"]),
    ],
)
def test_a_filter_leaves_rows(session, text, names):
    assert session.values(f'$t.Select("{text}") | % Name') == names


def test_rows_are_sorted_and_views_filter(session):
    assert session.values("$t.Select('', 'Size DESC, Name') | % Name") == ["db", "web", "app"]
    assert session.values(
        "$v = $t.DefaultView; $v = New-Object System.Data.DataView $t; $v.RowFilter = 'Size > 1'; $v.Sort = 'Name';"
        "$v.Count; $v.ToTable($true, 'Name').Rows | % Name"
    ) == [2, "db", "web"]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("$t.Columns.Add('name')", "A column named 'name' already belongs to this DataTable."),
        ("$t.Rows[0].Size = 'x'", "Couldn't store <x> in Size Column.  Expected type is Int32."),
        ("$t.Rows[0]['None']", "Column 'None' does not belong to table vms."),
        ("$t.Rows.Add(1, 2, 3)", "Input array is longer than the number of columns in this table."),
        ("$t.Select('Other = 1')", "Cannot find column [Other]."),
        ("$t.Select('Size =')", "Syntax error: Missing operand after the last operator."),
        ("$t.Select('Sum(Size) > 1')", "not emulated"),
        ("$t.Select('(' * 200)", "Expression is too complex."),
        ("$t.Columns.RemoveAt(9)", "Cannot find column 9."),
        ("$t.Columns.AddRange(@($null, $null))", "Value cannot be null."),
        ("$t.Rows.RemoveAt(9)", "There is no row at position 9."),
    ],
)
def test_what_does_not_fit_is_an_error_in_its_words(session, script, message):
    assert message in session.error(script)[2]


def test_a_table_does_not_grow_without_bound(session, monkeypatch):
    monkeypatch.setattr("emulator.powershell.dotnet.library.data_tables._MOST_CELLS", 8)
    session.values("$null = $t.Rows.Add('four', 4)")
    assert "OutOfMemoryException" in session.error("$t.Rows.Add('five', 5)")[2]
    assert "OutOfMemoryException" in session.error("$t.Columns.Add('More')")[2]


def test_keys_and_unique_columns(session):
    session.values("$t.PrimaryKey = $t.Columns['Name']")
    assert session.values(
        "$t.Rows.Find('db').Size; $null -eq $t.Rows.Find('none'); $t.Rows.Contains('web')"
    ) == [
        16,
        True,
        True,
    ]
    assert "constrained to be unique" in session.error("$t.Rows.Add('db', 1)")[2]


def test_rows_go_and_tables_are_copied(session):
    assert session.values(
        "$c = $t.Copy(); $t.Rows[0].Delete(); $t.Rows.RemoveAt(0); $t.Rows.Count; $c.Rows.Count; $t.Clear();"
        "$t.Clone().Columns.Count; $t.ImportRow($c.Rows[1]); $t.Rows[0].Name"
    ) == [1, 3, 2, "db"]


def test_a_set_has_tables_by_name_and_counting_columns_count():
    assert ConsoleSession().values(
        "$s = New-Object System.Data.DataSet; $null = $s.Tables.Add('a'); $c = $s.Tables['a'].Columns.Add('id', [int]);"
        "$c.AutoIncrement = $true; $c.AutoIncrementSeed = 5; $null = $s.Tables['a'].Columns.Add('n');"
        "1..2 | % { $r = $s.Tables[0].NewRow(); $r.n = 'x'; $s.Tables[0].Rows.Add($r) }; $s.Tables[0].Rows | % id"
    ) == [5, 6]


def test_what_is_no_key_and_no_column_is_refused(session):
    assert "belong to different tables" in session.error("$t.PrimaryKey = 'Name'")[2]
    session.values("$t.PrimaryKey = $t.Columns['Name']; $t.PrimaryKey = $null")
    assert "doesn't have a primary key" in session.error("$t.Rows.Find('db')")[2]
    assert "Parameter name: table" in session.error("[System.Data.DataView]::new($null)")[2]
    assert "Cannot find column" in session.error("$t.Select('', \"a`nb\")")[2]
    assert session.values("$t.Select('', \"Name`tDESC\") | % Name") == ["web", "db", "app"]
    assert "not emulated" in session.error("$t.Select('-Size < 0')")[2]


def test_a_long_filter_costs_no_more_than_its_length(session):
    started = time.process_time()
    assert session.values("$t.Select('Size = 1 or ' * 20000 + 'Size = 4').Count") == [1]
    assert session.error("$t.Select('', 'a' + ' ' * 100000 + 'b')")
    assert time.process_time() - started < 5


def test_keys_do_not_mind_case_and_follow_what_changes():
    session = ConsoleSession()
    session.values(
        "$t = New-Object System.Data.DataTable; $null = $t.Columns.Add('Name'); $null = $t.Columns.Add('N', [int]);"
        "$t.PrimaryKey = $t.Columns['Name']; 1..5 | % { $null = $t.Rows.Add(\"k$_\", $_) }"
    )
    assert session.values("$t.Rows.Find('K3').N") == [3]
    assert "Value 'K5' is already present" in session.error("$t.Rows.Add('K5', 1)")[2]
    session.values("$row = $t.Rows.Find('k5'); $row.Name = 'other'")
    assert session.values("$t.Rows.Find('Other').N; $t.Rows.Find('k5')") == [5]
    session.values("$null = $t.Rows.Add('k5', 9); $t.Rows.Remove($row)")
    assert session.values("$t.Rows.Find('k5').N; $t.Rows.Find('other')") == [9]
    assert "Expecting 1 value(s)" in session.error("$t.Rows.Find(@('a', 'b'))")[2]


def test_rows_with_a_key_cost_no_more_than_their_number():
    session = ConsoleSession()
    started = time.process_time()
    script = (
        "$t = New-Object System.Data.DataTable; $c = $t.Columns.Add('Name'); $c.Unique = $true;"
        '$t.PrimaryKey = $c; foreach ($i in 1..8000) { $null = $t.Rows.Add("k$i") }; $t.Rows.Count'
    )
    assert session.values(script) == [8000]
    assert time.process_time() - started < 6
