"""What TabExpansion2 offers at the end of a text."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.powershell.completion import analysis
from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    return ConsoleSession()


def complete(session: ConsoleSession, text: str, before: str = "") -> Any:
    session.runspace.run(before)
    quoted = text.replace("'", "''")
    (found,) = session.values(f"TabExpansion2 '{quoted}' {len(text)}")
    return found


def offered(session: ConsoleSession, text: str, before: str = "") -> list[str]:
    return [one.text for one in complete(session, text, before).matches]


ONE = [
    ("Get-Chil", "Get-ChildItem"),
    ("icm {get-proc", "Get-Process"),
    ("write-output (get-proc", "Get-Process"),
    ("if (Get-It", "Get-ItemProperty"),
    ('iex "get-proc', '"Get-Process"'),
    ("& 'get-comm", "'Get-Command'"),
    ("Microsoft.PowerShell.Utility\\Write-Out", "Microsoft.PowerShell.Utility\\Write-Output"),
    ("notep", "notepad.exe"),
    ("function Get-Weather {}; Get-Wea", "Get-Weather"),
    # Parameters and their values
    ("get-childitem -Fil", "-Filter"),
    ("gm -t", "-Type"),
    ("function write-output {param($abcd)}; Write-Output -a", "-abcd"),
    ("switch ( gps -", "-Name"),
    ("switch -", "-CaseSensitive"),
    ("Set-ExecutionPolicy ", "AllSigned"),
    ("Set-ExecutionPolicy -exe: b", "Bypass"),
    ("Set-ExecutionPolicy by -for:", "$true"),
    ("Get-Command -CommandType Alias,c", "Cmdlet"),
    ("function baz ([string]$version, [consolecolor]$name){} baz version bl", "Black"),
    ("enum Size { Small; Large }; function q { param([Size]$x) }; q -x L", "Large"),
    ("Get-Service -Name winr", "WinRM"),
    ("New-PSDrive -PSProvider fi", "FileSystem"),
    ("Get-Command Get-Chil", "Get-ChildItem"),
    ("Get-CimInstance -ClassName Win32_OperatingS", "Win32_OperatingSystem"),
    ("New-Object dict", "System.Collections.Generic.Dictionary"),
    # Members
    ('"a".Length.c', "CompareTo("),
    ('("a" * 5).e', "EndsWith("),
    ("[int]::max", "MaxValue"),
    ("[math].Ass", "Assembly"),
    ("$a = [datetime]::Now; $a.Dat", "Date"),
    ("$e = $null; try { 1/0 } catch { $e = $_ }; $e.Cat", "CategoryInfo"),
    ("@{abc=1}.a", "abc"),
    ("dir | % { $_.Full", "FullName"),
    ("get-date | ForEach-Object { $PSItem.h", "Hour"),
    ("foreach ($i in Get-Service) { $i.Disp", "DisplayName"),
    ("$(1,'a',@{})[-1].k", "Keys"),
    ("$(1,'a',@{})[1].tri", "Trim("),
    ("(Get-CimInstance -ClassName Win32_Service).StartM", "StartMode"),
    ("function bar { [OutputType([System.IO.FileInfo])]param() }; bar | ? { $_.LastAc", "LastAccessTime"),
    ("class Dog { [void] Bark([int]$n) {} }; $d = [Dog]::new(); $d.Ba", "Bark("),
    ("class Dog { [void] Bark([int]$n) {} }; [Dog]::n", "new("),
    ("Get-VM | Where-Object Sta", "State"),
    ("Get-Service | Format-Table Disp", "DisplayName"),
    # Variables
    ("$PSVersionT", "$PSVersionTable"),
    ("@PSVersionT", "@PSVersionTable"),
    ("${PSVersionT", "${PSVersionTable}"),
    ("$global:PSVersionT", "$global:PSVersionTable"),
    ("$env:COMPUTERN", "$env:COMPUTERNAME"),
    ("function Test { param($One, $Two) $Tw", "$Two"),
    ('"text $PSVersionT', "$PSVersionTable"),
    # Types and attributes
    ("[ScriptBlockA", "System.Management.Automation.Language.ScriptBlockAst"),
    ("[datet", "datetime"),
    ("using namespace System.Coll", "System.Collections"),
    ("using mod", "module"),
    ("param([Parameter(Man", "Mandatory"),
    ("[CmdletBinding(Supp", "SupportsShouldProcess"),
    # Operators, keys of tables
    ("$a -ne", "-ne"),
    ("Sort-Object @{ Exp", "Expression"),
    ("Get-WinEvent -FilterHashtable @{ Log", "LogName"),
    ("[consolecolor]$c = Bl", "'Black'"),
    ("[ValidateSet('aa','bb')]$c = ", "'bb'"),
    # Paths
    ("dir C:\\Wind", "C:\\Windows"),
    ('gci "C:\\Wind"', '"C:\\Windows"'),
    ("cd C:\\Prog", "'C:\\Program Files'"),
    ("dir HKLM:\\SOFT", "HKLM:\\SOFTWARE"),
    ("dir env:PATHE", "env:\\PATHEXT"),
    ("gci > C:\\Wind", "C:\\Windows"),
]


@pytest.mark.parametrize(("text", "wanted"), ONE, ids=[text for text, _ in ONE])
def test_offers_what_goes_on_with_the_text(session: ConsoleSession, text: str, wanted: str) -> None:
    assert wanted in offered(session, text)


@pytest.mark.parametrize("text", ["function new-", "@pid.", "git -", "# a remark about", "Get-Zzz"])
def test_offers_nothing_where_nothing_is_known(session: ConsoleSession, text: str) -> None:
    assert offered(session, text) == []


def test_says_what_the_result_replaces(session: ConsoleSession) -> None:
    found = complete(session, "Get-ChildItem -Fil")
    assert (found.index, found.length) == (14, 4)


def test_a_word_is_completed_whole_with_the_cursor_in_it(session: ConsoleSession) -> None:
    (found,) = session.values("TabExpansion2 'Get-ChildItem -Path x' 7")
    assert (found.index, found.length, found.matches[0].text) == (0, 13, "Get-ChildItem")


def test_describes_a_parameter_and_a_command(session: ConsoleSession) -> None:
    parameter = complete(session, "Get-ChildItem -Rec").matches[0]
    assert (parameter.shown, parameter.kind, parameter.tip) == (
        "Recurse",
        "ParameterName",
        "[switch] Recurse",
    )
    command = complete(session, "Get-Culture").matches[0]
    assert (command.kind, command.tip) == ("Command", "\r\nGet-Culture [<CommonParameters>]\r\n")


def test_parameters_that_were_given_are_left_out(session: ConsoleSession) -> None:
    assert "-Path" not in offered(session, "Get-ChildItem -Path x -")


def test_properties_come_before_methods_each_by_name(session: ConsoleSession) -> None:
    found = complete(session, "'text'.").matches
    assert found[0].text == "Length"
    kinds = [one.kind for one in found]
    assert kinds == sorted(kinds, key=("Property", "Method").index)


def test_completers_of_the_session_are_asked(session: ConsoleSession) -> None:
    before = """
    function Get-Foo { param($Bar, $Kind) }
    Register-ArgumentCompleter -CommandName Get-Foo -ParameterName Bar -ScriptBlock {
        param($command, $parameter, $word, $ast, $bound)
        "$command", $parameter, "$($bound.Kind)", 'word' | Where-Object { $_ -like "$word*" }
    }"""
    assert offered(session, "Get-Foo -Kind big -Bar b", before) == ["Bar", "big"]
    assert offered(session, "Get-Foo -Bar Get") == ["Get-Foo"]


def test_a_completer_may_be_an_attribute_and_give_results(session: ConsoleSession) -> None:
    before = (
        "function Get-Attr { param([ArgumentCompleter({ "
        "[System.Management.Automation.CompletionResult]::new('one', 'first', 'Text', 'the first') })]$A) }"
    )
    (found,) = complete(session, "Get-Attr -A ", before).matches
    assert (found.text, found.shown, found.kind, found.tip) == ("one", "first", "Text", "the first")


def test_programs_have_completers_too(session: ConsoleSession) -> None:
    before = "Register-ArgumentCompleter -Native -CommandName git -ScriptBlock { param($w) 'commit', 'clone' -like \"$w*\" }"
    assert offered(session, "git cl", before) == ["clone"]


def test_a_completer_that_fails_leaves_no_error(session: ConsoleSession) -> None:
    session.runspace.run("$Error.Clear(); function Get-Bad { param([ArgumentCompleter({ throw 'no' })]$A) }")
    complete(session, "Get-Bad -A ")
    assert session.values("$Error.Count") == [0]


def test_dynamic_parameters_are_offered(session: ConsoleSession) -> None:
    before = """function Get-Dyn { [CmdletBinding()] param() dynamicparam {
        $all = New-Object System.Management.Automation.RuntimeDefinedParameterDictionary
        $attributes = New-Object System.Collections.ObjectModel.Collection[System.Attribute]
        $attributes.Add((New-Object System.Management.Automation.ParameterAttribute))
        $attributes.Add((New-Object System.Management.Automation.ValidateSetAttribute 'red', 'green'))
        $all.Add('Colour', (New-Object System.Management.Automation.RuntimeDefinedParameter 'Colour', ([string]), $attributes))
        $all } }"""
    assert offered(session, "Get-Dyn -Col", before) == ["-Colour"]
    assert offered(session, "Get-Dyn -Colour ") == ["red", "green"]


def test_the_tree_form_gives_the_same(session: ConsoleSession) -> None:
    script = """
    $tokens = $null
    $tree = [System.Management.Automation.Language.Parser]::ParseInput('Get-Chil', [ref]$tokens, [ref]$null)
    (TabExpansion2 -ast $tree -tokens $tokens -positionOfCursor $tree.Extent.EndScriptPosition).CompletionMatches[0].CompletionText
    """
    assert session.values(script) == ["Get-ChildItem"]


def test_the_next_result_goes_round(session: ConsoleSession) -> None:
    script = """$found = TabExpansion2 'Get-Command -Type Alias,c' 25
    $found.GetNextResult($false), $found.GetNextResult($true), $found.GetNextResult($true) | % { $_.ListItemText }"""
    assert session.values(script) == ["Configuration", "Cmdlet", "Configuration"]


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (
            "[System.Management.Automation.CommandCompletion]::MapStringInputToParsedInput('$PID.', 7)",
            "PSArgumentException",
        ),
        (
            "[System.Management.Automation.CommandCompletion]::CompleteInput($null, $null, $null, $null)",
            "PSArgumentNullException",
        ),
        (
            "[System.Management.Automation.CommandCompletion]::CompleteInput('$PID.', 5, $null, $null)",
            "PSArgumentNullException",
        ),
        (
            "[System.Management.Automation.CommandCompletion]::CompleteInput('$PID.', 7, $null)",
            "PSArgumentException",
        ),
    ],
)
def test_wrong_arguments_are_refused(session: ConsoleSession, call: str, kind: str) -> None:
    script = f"try {{ $null = {call}; 'nothing' }} catch {{ $_.FullyQualifiedErrorId }}"
    assert session.values(script) == [kind]


def test_windows_powershell_2_has_no_tabexpansion2() -> None:
    old = ConsoleSession("windows-server-2008r2-enterprise")
    assert old.values("@(Get-Command TabExpansion2 -ErrorAction SilentlyContinue).Count") == [0]


def test_long_and_broken_texts_do_no_harm(session: ConsoleSession) -> None:
    for text in ("@{" * 200, "(" * 500, '"' * 99, "$" * 50, "[" * 300, "<#", "@'\r\n", "`", "{" * 300):
        complete(session, text)


@pytest.mark.parametrize(
    "text",
    [
        "Get-VM -Name a | Where-Object { $_.State -eq 'x' } | Select-Object @{n='x';e={$_.Na}}",
        "class A : B { [int]$x; A([string]$s) : base($s) { $this.x = 1 } } [A]::new(1).x",
        "param([Parameter(Mandatory)][ValidateSet('a')][string]$p = \"$env:TEMP\\x$(Get-Date)\")",
        "try { throw 'x' } catch [System.IO.IOException] { $_.Exception } finally { } # end <# x #>",
        "cd ..\\..; .\\x.ps1 -A; \\\\srv\\share; zz:\\a; ::x; cert:\\Loc; WSMan:\\localhost\\Cl",
    ],
)
def test_every_beginning_of_a_text_can_be_completed(session: ConsoleSession, text: str) -> None:
    engine = session.runspace.engine
    for end in range(len(text) + 1):
        found = analysis.complete(engine, text[:end], end)
        assert not found.matches or 0 <= found.index <= end
