"""Collections in a cell: each item by its text, or by what names it."""

from __future__ import annotations

_CLASS = "class Named { [string]$Id; [int]$Size; Named($i) { $this.Id = $i } }; class Free { [int]$Size };"


def test_items_without_a_text_of_their_own_are_shown_by_what_names_them(shell):
    shown = shell.shown(
        f"{_CLASS} [pscustomobject]@{{ Two = [Named]::new('a'), [Named]::new('b'); One = [Named]::new('c'); "
        "Free = @([Free]::new()) } | Format-List"
    )
    lines = [line.rstrip() for line in shown.splitlines() if line.strip()]
    assert lines == ["Two  : {a, b}", "One  : Named", "Free : {Free}"]


def test_entries_of_dictionaries_are_pairs_and_those_of_tables_keys(shell):
    shown = shell.shown(
        "$d = New-Object 'System.Collections.Generic.Dictionary[string,int]'; $d['k'] = 1;"
        "[pscustomobject]@{ Pairs = $d; Keys = @{ k = 1 } } | Format-List"
    )
    lines = [line.rstrip() for line in shown.splitlines() if line.strip()]
    assert lines == ["Pairs : {[k, 1]}", "Keys  : {k}"]
