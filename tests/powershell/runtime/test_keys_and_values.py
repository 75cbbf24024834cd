"""Keys and values of dictionaries: collections of their own types that follow the dictionary and have no index."""

import pytest

CASES = [
    (
        "$h = @{a=1}; $h.Keys.GetType().FullName; $h.Values.GetType().Name; $h.Keys -is [array]; $h.Keys -is [System.Collections.ICollection]",
        ["System.Collections.Hashtable+KeyCollection", "ValueCollection", "False", "True"],
    ),
    (
        "$o = [ordered]@{a=1}; $o.Keys.GetType().Name; $o.Values.GetType().Name",
        ["OrderedDictionaryKeyValueCollection"] * 2,
    ),
    (
        "$d = [System.Collections.Generic.Dictionary[string,int]]::new(); $d.Keys.GetType().FullName.Split('[')[0]",
        ["System.Collections.Generic.Dictionary`2+KeyCollection"],
    ),
    ("$h = @{a=1}; $k, $v = $h.Keys, $h.Values; $h.b = 2; $k.Count; $v.Count", ["2", "2"]),
    ("$h = @{a=1;b=2}; $h.Keys[0].GetType().Name; $h.Keys[-1].Count; $null -eq $h.Keys[1]", ["KeyCollection", "2", "True"]),
    ("$h = [ordered]@{a=1;b=2}; @($h.Keys)[1]; $x, $y = $h.Values; \"$x$y\"; \"$($h.Keys)\"; $h.Keys -join '+'", ["b", "12", "a b", "a+b"]),
    ("$t = New-Object object[] 3; ([ordered]@{a=1;b=2}).Keys.CopyTo($t, 1); \"$t\"", [" a b"]),
    ("foreach ($k in @($h = @{a=1;b=2}; $h.Keys)) { $h.Remove($k) }; $h.Count", ["0"]),
    ("[System.Collections.SortedList]$s = @{b=1;a=2}; $s.Keys[0]; $s.Values[0]", ["a", "2"]),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_keys_and_values_are_those_of_dotnet(shell, script, expected):
    assert shell.texts(script) == expected


def test_an_index_is_refused_in_strict_mode(shell):
    error = shell.error("Set-StrictMode -Version 2; @{a=1}.Keys[1]")
    assert (
        error.message == "Unable to index into an object of type System.Collections.Hashtable+KeyCollection."
    )


def test_a_loop_sees_that_the_dictionary_changes(shell):
    error = shell.error("$h = @{a=1;b=2}; foreach ($k in $h.Keys) { $h.Remove($k) }")
    assert error.message == "Collection was modified; enumeration operation may not execute."
