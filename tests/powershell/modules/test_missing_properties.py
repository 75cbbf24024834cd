"""Cmdlets that read properties take what an object has, not what the language adds to it."""

from __future__ import annotations


def test_a_length_that_an_object_does_not_have_is_null(shell):
    assert shell.values(
        "$d = Compare-Object ([version]'1.0') 'abc' -Property Length; $d[0].Length; $null -eq $d[1].Length;"
        "@([version]'1.0' | Group-Object Count)[0].Name; $null -eq ([version]'1.0' | Select-Object @{ n = 'l'; e = 'Length' }).l;"
        "Set-StrictMode -Version 3; ([version]'1.0' | Group-Object Nothing).Count"
    ) == [3, True, "", True, 1]
