"""Texts, builders, lists and sets with arguments out of range."""

import pytest


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("'ß'.ToUpper() + 'äİ'.ToUpper() + 'İ'.ToLower().Length", "ßÄİ1"),
        ("[char]::ToUpper('ß')", "ß"),
        ("'aXbXc'.Split('X')", "a b c"),
        ("'a--b-c'.Split([string[]]('-', '--'), 'None')", "a  b c"),
        ("'a--b-c'.Split([string[]]('--', '-'), 'None')", "a b c"),
        ("$x = [byte[]](3, 1); [array]::Sort($x); $x", "1 3"),
        ("$x = [byte[]](3, 1); $x.SetValue(2, 0); $x", "2 1"),
        ("$x = [int[]](0, 0); @(1, 2).CopyTo($x, 0); $x", "1 2"),
        ("([int[]](1, 2)).Clone().GetType().Name", "Int32[]"),
        (
            "$s = [Text.StringBuilder]::new('abc'); $s.Insert(1, 'x').Remove(0, 1).Append('z', 2).ToString(); "
            "$s.Length; $s.Length = 2; $s.ToString(); $s.ToString(1, 1)",
            "xbczz 5 xb b",
        ),
        (
            "[regex]::new('b').Replace('abcb', 'x', 0); [regex]::new('b').Replace('abcb', 'x', -1)",
            "abcb axcx",
        ),
        (
            "$h = [Collections.Generic.HashSet[string]]::new([string[]]('a', 'b')); $h.IsSubsetOf(@('a', 'b', 'c')); "
            "$h.SetEquals(@('b', 'a', 'a')); $h.IntersectWith(@('a')); @($h)",
            "True True a",
        ),
        (
            "$a = [pscustomobject]@{ a = 1 }; $b = [pscustomobject]@{ b = 2 }; "
            "$a.psobject.Properties.Add($b.psobject.Properties['b']); $a.b",
            "2",
        ),
    ],
)
def test_results(shell, script, text):
    assert " ".join(shell.texts(script)) == text


@pytest.mark.parametrize(
    ("script", "kind", "message"),
    [
        ("('x' * 100KB).Replace('x', 'x' * 100KB)", "OutOfMemoryException", ""),
        ("[string]::Join('x' * 100KB, (1..5000))", "OutOfMemoryException", ""),
        ("$s = 'x' * 100KB; [string]::Concat(@($s) * 1000)", "OutOfMemoryException", ""),
        ("[Text.StringBuilder]::new('abc').Insert(4, 'x')", "ArgumentOutOfRangeException", "index"),
        ("[Text.StringBuilder]::new('abc').Remove(2, 2)", "ArgumentOutOfRangeException", "index"),
        ("[Text.StringBuilder]::new('abc').Replace('', 'x')", "ArgumentException", "Empty name"),
        ("[Text.StringBuilder]::new('abc').ToString(-1, 2)", "ArgumentOutOfRangeException", "startIndex"),
        ("[Text.Encoding]::UTF8.GetString([byte[]](1, 2), 1, 2)", "ArgumentOutOfRangeException", "buffer"),
        ("[regex]::new('b').Match('abc', 4)", "ArgumentOutOfRangeException", "startat"),
        ("[regex]::IsMatch('a', '[' * 3000)", "ArgumentException", "Unterminated [] set."),
        ("@(1, 'a').CopyTo([byte[]](1, 2), 0)", "InvalidCastException", "cast down"),
        ("[array]::IndexOf(@(1), 1, -1)", "ArgumentOutOfRangeException", "startIndex"),
        ("[array]::Copy(@(1), @(1), -1)", "ArgumentOutOfRangeException", "length"),
        ("[array]::Clear(@(1), 0, 2)", "IndexOutOfRangeException", "outside the bounds"),
        ("(1, 2).GetLength(1)", "IndexOutOfRangeException", "outside the bounds"),
        ("[array]::Sort(@([pscustomobject]@{}, 1))", "InvalidOperationException", "Failed to compare"),
        ("([ordered]@{ a = 1 }).RemoveAt(1)", "ArgumentOutOfRangeException", "index"),
        ("([ordered]@{ a = 1 }).Insert(2, 'b', 1)", "ArgumentOutOfRangeException", "index"),
        ("$true.CompareTo('a')", "ArgumentException", "of type Boolean"),
        ("(1).CompareTo('a')", "ArgumentException", "of type Int32"),
        ("[DayOfWeek]::Monday.CompareTo('a')", "ArgumentException", "the same type as the enum"),
    ],
)
def test_a_member_refuses(shell, script, kind, message):
    problem = shell.error(script)
    assert problem.error_id == kind
    assert message in problem.message


@pytest.mark.parametrize("form", ["{0,1000000000000}", "{99999999999999}"])
def test_a_format_with_a_huge_number_is_refused(shell, form):
    assert shell.error(f"'{form}' -f 1").error_id == "FormatError"


def test_joining_more_than_there_is_room_for_is_refused_before_it_is_done(shell):
    assert shell.error("(1..5000) -join ('x' * 100KB)").error_id


def test_a_builder_takes_many_pieces_at_once(shell):
    script = "$s = [Text.StringBuilder]::new(); foreach ($i in 1..20000) { $null = $s.Append('x' * 1000) }; $s.Length"
    assert shell.values(script) == [20_000_000]


def test_a_pipeline_without_commands_does_not_begin(shell):
    assert "No commands are specified" in shell.error("[powershell]::Create().BeginInvoke()").message


@pytest.mark.parametrize(
    ("script", "error_id", "message"),
    [
        (
            "[Net.ServicePointManager]::SecurityProtocol = $null",
            "ExceptionWhenSetting",
            "Cannot convert null",
        ),
        ("[Text.StringBuilder]::new('a').Length = 'abc'", "ExceptionWhenSetting", "correct format"),
        ("[Text.StringBuilder]::new('a').Length = -1", "ExceptionWhenSetting", "less than zero"),
        ("[uri]::EscapeDataString([string][char]0xD800)", "UriFormatException", "invalid sequence"),
        ("[xml]('<a>' + [char]0xD800 + '</a>')", "InvalidCastToXmlDocument", "hexadecimal value 0xD800"),
        ("New-TimeSpan -Days ([int]::MaxValue)", "System.ArgumentOutOfRangeException", "too long"),
        ("Set-StrictMode -Version ([double]::NaN)", "ParameterArgumentTransformationError", "Version"),
        (
            "[Management.Automation.CommandCompletion]::CompleteInput('abc', -5, @{})",
            "PSArgumentException",
            "cursorIndex",
        ),
    ],
)
def test_a_setting_or_text_is_refused(shell, script, error_id, message):
    problem = shell.error(script)
    assert problem.error_id == error_id
    assert message in problem.message


def test_half_a_surrogate_pair_is_written_as_the_replacement(shell):
    script = "[uri]::UnescapeDataString([string][char]0xD800 + '%41')"
    assert shell.values(script) == ["\ufffdA"]


@pytest.mark.parametrize(
    ("script", "name", "count"),
    [
        ("(1, 2).Add(3)", "Add", 1),
        ("@('a').Add(1)", "Add", 1),
        ("@($null).Add(1)", "Add", 1),
        ("@().Add(1)", "Add", 1),
        ("[int[]]$a = 1, 2; $a.Remove(1)", "Remove", 1),
        ("(1, 2).RemoveAt(0)", "RemoveAt", 1),
        ("(1, 2).Insert(0, 5)", "Insert", 2),
    ],
)
def test_an_array_neither_grows_nor_shrinks(shell, script, name, count):
    record = shell.error(script)
    assert record.message == (
        f'Exception calling "{name}" with "{count}" argument(s): "Collection was of a fixed size."'
    )
    assert record.fully_qualified_error_id == "NotSupportedException"
