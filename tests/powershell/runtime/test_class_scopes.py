"""Where the classes and enums of scripts are known, and in which runspace their code runs."""

import gc

import pytest

from tests.powershell.modules.console_session import ConsoleSession

KNOWN = [
    (
        "function f { class A { $x = 3; static [A] Make() { return [A]::new() } }; [A]::new(); [A]::Make() }; (f).x",
        ["3", "3"],
    ),
    (
        "function g { class B { [string] Other() { return [C]::new().n } }; class C { $n = 'c' }; [B]::new() }; (g).Other()",
        ["c"],
    ),
    (
        "class C { [string] G() { return 'top' } }\n"
        "filter f { class C { [string] G() { return 'filter' } }; [C]::new().G(); (New-Object C).G() }\n"
        "f; 1 | f; [C]::new().G()",
        ["filter", "filter", "filter", "filter", "top"],
    ),
    (
        "$m = New-Module { class M { $y = 4 }; function New-M { [M]::new() }; function Get-Y([M]$m) { $m.y } }\n"
        "(New-M).y; Get-Y (New-M); & $m { [M]::new().y; (New-Object M).y }",
        ["4", "4", "4", "4"],
    ),
    ("if ($true) { class Q { $v = 5 } }; [Q]::new().v", ["5"]),
    ("function f { begin { enum E { a; b } } process { [E]::b } }; f", ["b"]),
    (
        "using namespace System.Collections\nif ($true) { class Q { [ArrayList]$a = 1, 2 }; [Q]::new().a.Count }",
        ["2"],
    ),
    ("class D { }; [D[]].Name; [System.Collections.Generic.List[D]]::new().Count", ["D[]", "0"]),
    ("class Uri { $mine = 1 }; [uri]::new().mine; & { [Uri]::new().mine }", ["1", "1"]),
]

UNKNOWN = [
    "function f { class A { } }; f; [A]",
    "& { class A { } }; [A]",
    "$null = New-Module { class A { } }; [A]",
    "function f { enum A { x } }; f; [A]::x",
]


@pytest.mark.parametrize(("script", "expected"), KNOWN)
def test_a_class_is_known_where_it_is_defined_and_below(shell, script, expected):
    assert shell.texts(script) == expected


@pytest.mark.parametrize("script", UNKNOWN)
def test_a_class_is_unknown_outside(shell, script):
    error = shell.error(script)
    assert (error.message, error.error_id) == ("Unable to find type [A].", "TypeNotFound")


@pytest.fixture(scope="module")
def session():
    return ConsoleSession()


def test_the_classes_of_a_file_stay_with_its_scope(session):
    session.values("Set-Content C:\\kinds.ps1 'class K { $v = 9 }; [K]::new().v'")
    assert session.values("& C:\\kinds.ps1") == [9]
    assert session.error("[K]")[0] == "TypeNotFound"
    assert session.values(". C:\\kinds.ps1; [K]::new().v") == [9, 9]


def test_a_module_gives_its_classes_to_those_who_use_it(session):
    session.values(
        "Set-Content C:\\parts.psm1 'class Part { [string] Who() { return Get-Who } }; function New-Part { [Part]::new() }; "
        'function Get-Who { "module" }\'; Import-Module C:\\parts.psm1'
    )
    assert session.values("(New-Part).Who()") == ["module"]
    assert session.error("[Part]")[0] == "TypeNotFound"
    assert session.error("New-Object Part")[-1].startswith("Cannot find type [Part]")
    session.values(
        'Set-Content C:\\user.ps1 "using module C:\\parts.psm1`n[Part]::new().Who(); [parts.Part].Name"'
    )
    assert session.values("& C:\\user.ps1") == ["module", "Part"]
    assert session.error("[Part]")[0] == "TypeNotFound"


def test_nested_modules_give_their_classes_and_the_module_has_the_last_word(session):
    session.values(
        "$null = mkdir C:\\Nest; Set-Content C:\\Nest\\one.psm1 'class A { $v = 1 }; class B { $v = 1 }'\n"
        "Set-Content C:\\Nest\\Nest.psm1 'class A { $v = 0 }'\n"
        "New-ModuleManifest C:\\Nest\\Nest.psd1 -RootModule Nest.psm1 -NestedModules one.psm1\n"
        'Set-Content C:\\nested.ps1 "using module C:\\Nest\\Nest.psd1`n[A]::new().v; [B]::new().v"'
    )
    assert session.values("& C:\\nested.ps1") == [0, 1]
    assert session.values("& (Get-Module Nest) { (New-Object B).v }") == [1]


RUNSPACES = (
    "function Get-Place { 'here' }; $other = [powershell]::Create()\n"
    '$null = $other.AddScript(\'function Get-Place { "there" }; function Ask($it) { $it.Where() }; '
    "function AskKind($kind) { $kind::StaticWhere() }; function Make($kind) { $kind::new() }').Invoke()\n"
    "function In-Other($name, $value) { $other.Commands.Clear(); $other.AddCommand($name).AddArgument($value).Invoke() }\n"
    "class P { [string] Where() { return Get-Place }; static [string] StaticWhere() { return Get-Place }; static [int] $n = 1 }\n"
)


def test_an_object_runs_where_it_was_made(shell):
    script = "$bound = [P]::new(); In-Other Ask $bound; $free = (In-Other Make ([P]))[0]; $free.Where(); In-Other Ask $free; In-Other AskKind ([P])"
    assert shell.texts(RUNSPACES + script) == ["here", "here", "there", "here"]


def test_runspaces_that_define_the_same_text_share_the_class(session):
    session.values(
        "Set-Content C:\\shared.ps1 'class Shared { static [string] $made = (Get-Name); static [string] Ask() { return Get-Name } }'"
    )
    script = (
        "function Get-Name { 'one' }; . C:\\shared.ps1; $p = [powershell]::Create()\n"
        "$null = $p.AddScript(\"function Get-Name { 'two' }; . C:\\shared.ps1\").Invoke()\n"
        "[Shared]::made; [Shared]::Ask(); $p.Commands.Clear(); $p.AddScript('[Shared]::made; [Shared]::Ask()').Invoke()"
    )
    assert session.values(script) == ["one", "one", "one", "two"]


def test_a_static_initializer_that_fails_says_so_at_each_use(shell):
    script = (
        'class S { static [int]$n = "zz" }; foreach ($i in 1, 2) { try { [S]::n } catch { '
        "$_.FullyQualifiedErrorId; $_.Exception.Message } }"
    )
    expected = ["System.TypeInitializationException", "The type initializer for 'S' threw an exception."]
    assert shell.texts(script) == expected * 2


def test_the_first_value_of_a_property_that_does_not_fit_is_named_where_it_stands(shell):
    script = 'class T { [int]$n = "zz"\n }\ntry { [T]::new() } catch { $_.FullyQualifiedErrorId; $_.InvocationInfo.Line.Trim() }'
    assert shell.texts(script) == ["InvalidCastFromStringToInteger", 'class T { [int]$n = "zz"']


def test_a_script_that_uses_a_module_that_is_not_there_is_refused_as_it_is_read(session):
    text = "The specified module 'NoSuch' was not loaded because no valid module file was found in any module directory."
    assert session.values(
        "$e = $null; $null = [System.Management.Automation.Language.Parser]::ParseInput('using module NoSuch', [ref]$null, [ref]$e); "
        "$e.ErrorId; $e.Message"
    ) == ["ModuleNotFoundDuringParse", text]
    assert (
        session.error("'not reached'; $null = mkdir C:\\never\nusing module NoSuch")[0]
        != "ModuleNotFoundDuringParse"
    )
    assert session.error("using module NoSuch\n$null = mkdir C:\\never")[0] == "ModuleNotFoundDuringParse"
    assert session.values("Test-Path C:\\never") == [False]


def test_a_class_outlives_the_runspace_that_defined_it(shell):
    shell.values(
        "$p = [powershell]::Create(); $p.AddScript('class A { static [int]$n = 3; static [int] F() { return 4 }; "
        '[string] ToString() { return "a" } }; [A]\').Invoke() | % { $t = $_ }; $p.Dispose(); $p = $null'
    )
    gc.collect()
    assert shell.texts('$t::F(); $t::n; $o = $t::new(); "$o"') == ["4", "3", "a"]


def test_a_class_that_derives_from_a_reader_reads_from_the_beginning(shell):
    script = 'class R : System.IO.StringReader { R([string]$s) : base($s) { } }; $r = [R]::new("a`nb"); $r.ReadLine(); $r.ReadToEnd()'
    assert shell.texts(script) == ["a", "b"]


def test_a_class_derives_from_a_stream(shell):
    script = "class M : System.IO.MemoryStream { [int] Twice() { return 2 * $this.Length } }; $m = [M]::new(); $m.WriteByte(7); "
    assert shell.texts(script + "$m.Twice(); $m.Position; $m.GetType().Name") == ["2", "1", "M"]
