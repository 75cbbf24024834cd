"""What the public documentation's examples taught: script -> what the console shows."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

CASES = [
    # Enumerators of loops can be moved and begin again.
    (
        "foreach ($n in 'a','b','c') { $n; if ($n -eq 'a') { $null = $foreach.MoveNext(); $foreach.Current } }",
        "a\nb\nc",
    ),
    (
        "$again = $true; foreach ($n in 'a','b') { $n; if ($n -eq 'b' -and $again) { $again = $false; "
        "$foreach.Reset() } }; $null -eq $foreach",
        "a\nb\na\nb\nTrue",
    ),
    (
        "switch ('x','y','z') { 'x' { $null = $switch.MoveNext(); $switch.Current } 'z' { 'last' } }",
        "y\nlast",
    ),
    (
        'function f { end { "$input"; "again:$input"; $input.Reset(); "$input" } }; 1,2 | f',
        "1 2\nagain:\n1 2",
    ),
    # A switch compares texts.
    ("switch ([dayofweek]'Thursday') { 4 { 'number' } 'thursday' { 'text' } }", "text"),
    ("switch ($true) { 1 { 'one' } 'True' { 'text' } }", "text"),
    ("switch (@{}, 'a') { 'System.Collections.Hashtable' { 'table' } 'a' { 'a' } }", "table\na"),
    # += reads the variable of its own scope only, other assignments look outward.
    ("$x = 1; & { $x += 1; $x }; & { $x = $x + 1; $x }; $x", "1\n2\n1"),
    ('$all = @(); (0..2).ForEach{ $all += $_ }; "$all"', "0 1 2"),
    ("$n = 5; 1..3 | ForEach-Object { $n += $_ }; $n", "11"),
    # Arrays and what their methods give.
    ('[int[]] $a = 1,2; $a.Clear(); "$a"; (1,2).ForEach{ $_ }.GetType().Name', "0 0\nCollection`1"),
    ("$OFS = '+'; [string](1,2,3)", "1+2+3"),
    (
        "$d = [System.Collections.Generic.Dictionary[string,int]]::new(); $d.Add('a', 1); $d",
        "Key Value\n--- -----\na       1",
    ),
    # Members by number, of enumerations, of types.
    ("$null = 'Good Dog' -match 'Dog'; $Matches.0", "Dog"),
    (
        "enum E { A; B; C = 1 }; \"$([E].GetEnumValues().Count)\"; [E].GetEnumName(0); [Enum]::Format([E], 1, 'D')",
        "3\nA\n1",
    ),
    ("$r = [System.Management.Automation.PSReference] 5; $r.Value += 2; $r.Value", "7"),
    (
        "[pscustomobject].Name; ([psobject]@{ a = 1 }).GetType().Name; (Get-Item C:\\) -is [pscustomobject]",
        "PSObject\nHashtable\nTrue",
    ),
    ("([xml]'<d><i>text</i></d>')['d']['i'].InnerText", "text"),
    # Regular expressions of .NET.
    ("'book' -match '(?x)oo# to the end of the line'; 'a-b.c' -replace '[\\w-.]+', 'x'", "True\nx"),
    # Classes.
    ("class B { [string] $P = 'set' }; class D : B { [string] $P }; \"<$([D]::new().P)>\"", "<>"),
    ("class T { [int] $N = 2; static [scriptblock] $S = { $this.N } }; [T]::S.ToString().Trim()", "$this.N"),
    # Commands.
    ("Write-Output -- -InputObject", "-InputObject"),
    ("1..2 | ForEach-Object -Begin $null -Process { 'one' }, { 'two' } -End $null", "one\ntwo\none\ntwo"),
    ("$a = 3; & { Clear-Variable a }; $a", "3"),
    ("'', 'a b' | Select-String a | ForEach-Object Line", "a b"),
    ("{ 1 + 1 }", " 1 + 1"),
    ("(Get-Verb un*).Verb -join ' '", "Undo Unlock Unpublish Uninstall Unregister Unblock Unprotect"),
    (
        "(mkdir C:\\made).FullName; (Get-Alias dir).ModuleName -eq ''; (Get-Alias start).Definition",
        "C:\\made\nTrue\nStart-Process",
    ),
    ("function f { [OutputType([int])] param() }; (Get-Command f).OutputType.Name", "System.Int32"),
    (
        "(Get-Command Get-Unique).ParameterSets[0].ToString()",
        "[-InputObject <psobject>] [-AsString] [<CommonParameters>]",
    ),
    ("'Mu Han' | Convert-String -Example 'Ed Wilson=Wilson, E.'", "Han, M."),
    ("'a b 3' | ConvertFrom-String | ForEach-Object { \"$($_.P2) $($_.P3.GetType().Name)\" }", "b Int32"),
    # Get-Member shows types as .NET names them, and blocks of properties.
    ("([pscustomobject]@{ A = 1 } | Get-Member Equals).Definition", "bool Equals(System.Object obj)"),
    (
        "(@{} | Get-Member Item -MemberType ParameterizedProperty).Definition",
        "System.Object Item(System.Object key) {get;set;}",
    ),
    (
        "$o = [pscustomobject]@{ A = 1 }; $o | Add-Member ScriptProperty B { 2 }; ($o | Get-Member B).Definition",
        "System.Object B {get= 2 ;}",
    ),
]


@pytest.mark.parametrize(("script", "shown"), CASES)
def test_a_script_shows_what_the_documentation_says(script, shown):
    assert ConsoleSession().shown(script) == shown


def test_properties_added_to_an_object_come_before_its_own():
    names = ConsoleSession().values("(Get-Date | Select-Object *).psobject.Properties.Name")
    assert names[:3] == ["DisplayHint", "DateTime", "Date"]


def test_a_message_that_stops_a_command_is_shown_first():
    session = ConsoleSession()
    result = session.runspace.run("Write-Warning careful -WarningAction Stop")
    assert [one.message for one in result.streams.warnings] == ["careful"]
    assert result.failure is not None


def test_an_error_that_a_trap_lets_through_says_so():
    result = ConsoleSession().runspace.run("function f { trap { break } 1/$null }; f")
    assert result.failure.category_reason == "ParentContainsErrorRecordException"


def test_an_unknown_method_or_property_has_no_target():
    session = ConsoleSession()
    (problem,) = session.runspace.run("'a'.Nothing()").errors
    assert problem.target is None
    assert session.error("$a = 'x'; $a.Nothing = 1")[0] == "PropertyAssignmentException"
