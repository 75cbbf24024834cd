"""The order in which hash tables list their keys, against what Windows PowerShell printed (with .NET Framework 4.5 or
later; sources in docs/fidelity.md), and against .NET's rules where nothing was printed.
"""

from __future__ import annotations

import random

import pytest

from emulator.powershell.dotnet.collections import Hashtable
from emulator.powershell.dotnet.hash_buckets import Buckets
from emulator.powershell.dotnet.hash_codes import key_hash

PRINTED = [
    ("@{a=1;b=2;c=3}", "c b a"),
    ("@{one=1;two=2;three=3}", "one three two"),
    ("@{1='one';2='two';'three'=3}", "three 2 1"),
    ("[hashtable][ordered]@{Number=1;Shape='Square';Color='Blue'}", "Color Shape Number"),
    (
        'ConvertFrom-StringData "Apple=Red`nOrange=Orange`nBanana=Yellow`nPear=Green`nBlueberry=Blue`nPlum=Purple"',
        "Pear Plum Apple Blueberry Banana Orange",
    ),
    (
        "$PSDefaultParameterValues = @{'Send-MailMessage:SmtpServer'='s';'Get-WinEvent:LogName'='l';"
        "'Get-*:Verbose'=$true}; $PSDefaultParameterValues",
        "Get-WinEvent:LogName Get-*:Verbose Send-MailMessage:SmtpServer",
    ),
]


@pytest.mark.parametrize(("script", "keys"), PRINTED)
def test_keys_stand_as_windows_printed_them(shell, script: str, keys: str) -> None:
    *before, last = script.rsplit("; ", 1)
    assert shell.texts("".join(f"{one}; " for one in before) + f"({last}).Keys") == keys.split(" ")


def test_an_object_made_of_a_table_has_its_properties_in_that_order(shell) -> None:
    script = "(New-Object PSObject -Property @{'prop1' = 1; 'prop2' = 2}).PSObject.Properties.Name"
    assert shell.texts(script) == ["prop2", "prop1"]


def test_integers_are_listed_from_the_last_bucket_down(shell) -> None:
    assert shell.texts("@{1=1;2=2;3=3}.Keys") == ["3", "2", "1"]
    assert shell.texts("@{5=1;10=2;15=3}.Keys") == ["5", "10", "15"]


def test_what_the_table_was_made_for_decides_how_many_buckets_it_has(shell) -> None:
    literal = shell.texts("@{a=1;b=2;c=3}.Keys")
    grown = shell.texts("$h = @{}; $h.a = 1; $h.b = 2; $h.c = 3; $h.Keys")
    assert (literal, grown) == (["c", "b", "a"], ["c", "a", "b"])


def test_values_entries_and_json_follow_the_keys(shell) -> None:
    assert shell.texts("@{a=1;b=2;c=3}.Values") == ["3", "2", "1"]
    assert shell.texts("@{a=1;b=2;c=3}.GetEnumerator() | ForEach-Object Name") == ["c", "b", "a"]
    assert shell.texts("@{a=1;b=2;c=3} | ConvertTo-Json -Compress") == ['{"c":3,"b":2,"a":1}']


def test_a_sum_takes_the_left_table_first_and_grows(shell) -> None:
    assert shell.texts("(@{a=1;b=2;c=3} + @{c1=1;c2=2}).Keys") == ["c", "a", "c2", "b", "c1"]


def test_a_key_without_a_known_hash_code_leaves_the_order_of_insertion(shell) -> None:
    assert shell.texts("$o = New-Object object; $h = @{b=1}; $h[$o] = 2; $h.a = 3; $h.Values") == [
        "1",
        "2",
        "3",
    ]


def test_a_cast_to_hashtable_makes_a_table_that_minds_case(shell) -> None:
    assert shell.values("$h = [hashtable][ordered]@{A=1}; $h.Count; $h.ContainsKey('a')") == [1, False]


def test_writing_a_key_that_is_there_makes_a_full_table_grow(shell) -> None:
    """Five entries fill seven buckets; .NET makes room before it looks for the key."""
    full = "$h = @{1=1;2=2;3=3;4=4;25=5}; "
    assert shell.texts(full + "$h.Keys") == ["4", "3", "2", "1", "25"]
    assert shell.texts(full + "$h[25] = 0; $h.Keys") == ["25", "4", "3", "2", "1"]


class Plain:
    """.NET's Hashtable told again without anything put off: each write and removal happens at once."""

    def __init__(self, capacity: int) -> None:
        self.buckets = Buckets(capacity)
        self.held: set[str] = set()

    def put(self, key: str) -> None:
        if key in self.held:
            self.buckets.make_room()
            return
        self.held.add(key)
        self.buckets.add(key, key_hash(key, "CurrentCultureIgnoreCase") or 0)

    def take(self, key: str) -> None:
        if key in self.held:
            self.held.remove(key)
            self.buckets.remove(key, key_hash(key, "CurrentCultureIgnoreCase") or 0)


@pytest.mark.parametrize("seed", range(20))
def test_putting_the_work_off_changes_nothing(seed: int) -> None:
    chance = random.Random(seed)
    capacity = chance.choice([0, 3, 5, 20])
    late, plain = Hashtable(capacity=capacity), Plain(capacity)
    names = [f"k{n}" for n in range(chance.choice([6, 40, 300]))]
    for _ in range(600):
        key = chance.choice(names)
        if chance.random() < 0.6:
            late[key] = 1
            plain.put(key)
        else:
            late.pop(key)
            plain.take(key)
        if chance.random() < 0.05:
            assert late.keys() == plain.buckets.listed()
    assert late.keys() == plain.buckets.listed()
    late.clear()
    plain.buckets.clear()
    plain.held.clear()
    for key in names[:5]:
        late[key] = 1
        plain.put(key)
    assert late.keys() == plain.buckets.listed()
