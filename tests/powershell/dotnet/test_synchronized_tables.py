"""[hashtable]::Synchronized and SyncRoot, as .NET Framework has them."""

from __future__ import annotations

import pytest

_TABLE = "$t = @{ a = 1 }; $h = [hashtable]::Synchronized($t); "


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("$h.IsSynchronized; $t.IsSynchronized; $h -is [hashtable]", ["True", "False", "True"]),
        ("$h.GetType().FullName", ["System.Collections.Hashtable+SyncHashtable"]),
        ("$h.b = 2; $h['C'] = 3; $t.d = 4; $t.Count; $h.D; $h.Count; $h.A", ["4", "4", "4", "1"]),
        ("$h.Remove('A'); $t.Count; $t.x = 1; $h.Clear(); $t.Count", ["0", "0"]),
        ('1..30 | % { $h["k$_"] = $_ }; "$($h.Keys)" -ceq "$($t.Keys)"', ["True"]),
        ("$c = $h.Clone(); $c.z = 1; $c.IsSynchronized; $t.Count; $c.Count", ["True", "1", "2"]),
        (
            "$p = [powershell]::Create(); $null = $p.AddScript('param($h) $h.there = 5').AddArgument($h);"
            "$null = $p.Invoke(); $t.there",
            ["5"],
        ),
        ("1..2000 | % { $h = [hashtable]::Synchronized($h) }; $h.a = 7; $t.a", ["7"]),
        (
            "function f { param($a) $a }; f @h; ($h + @{ b = 2 }).Count; ([pscustomobject]$h).a",
            ["1", "2", "1"],
        ),
    ],
)
def test_a_synchronized_table_is_another_face_of_its_table(shell, script: str, expected: list[str]) -> None:
    assert shell.texts(_TABLE + script) == expected


def test_the_keys_of_a_table_do_not_change_while_somebody_goes_through_another_face_of_it(shell) -> None:
    assert "Collection was modified" in str(shell.error(_TABLE + 'foreach ($k in $t.Keys) { $h["$k."] = 1 }'))


def test_what_one_locks_is_an_object_of_its_own_that_both_faces_share(shell) -> None:
    script = (
        "$t.SyncRoot.GetType().FullName; [object]::ReferenceEquals($t.SyncRoot, $h.SyncRoot);"
        "[object]::ReferenceEquals($t.Keys.SyncRoot, $h.SyncRoot); [object]::ReferenceEquals(@{}.SyncRoot, $h.SyncRoot)"
    )
    assert shell.texts(_TABLE + script) == ["System.Object", "True", "True", "False"]


def test_no_table_cannot_be_synchronized(shell) -> None:
    assert "Parameter name: table" in str(shell.error("[hashtable]::Synchronized($null)"))
