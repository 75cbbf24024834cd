"""Classes and enums of scripts: script -> the text of each output object."""

import pytest

CLASSES = [
    (
        "class A { [int]$x = 3; [string]$s }; $a = [A]::new(); $a.x; $null -eq $a.s; $a.GetType().Name",
        ["3", "True", "A"],
    ),
    ("class A { [int]$x; A([int]$v) { $this.x = $v } }; [A]::new('5').x; ([A]4).x", ["5", "4"]),
    (
        "class A { static [int]$n = 1; static [int] Next() { return ++[A]::n } }; [A]::Next(); [A]::n",
        ["2", "2"],
    ),
    (
        "class A { [string] F() { 'lost'; return 'kept' } [void] G() { 'lost' } }; [A]::new().F(); [A]::new().G()",
        ["kept"],
    ),
    (
        "class A { [int] F([int]$a) { return 1 } [int] F([string]$a) { return 2 } }; [A]::new().F(1); [A]::new().F('x')",
        ["1", "2"],
    ),
    (
        'class A { [string]$n; A($n) { $this.n = $n } [string] Say() { return "A $($this.n)" } }\n'
        "class B : A { B($n) : base(\"<$n>\") { } [string] Say() { return 'B ' + ([A]$this).Say() } }\n"
        "[B]::new('x').Say(); [B]::new('y') -is [A]; [B].BaseType.Name",
        ["B A <x>", "True", "A"],
    ),
    ("class A { [string] ToString() { return 'shown' } }; \"$([A]::new())\"", ["shown"]),
    ("class A { [int]$x; [int]$y }; ([A]@{x=1;y='2'}).y", ["2"]),
    (
        "class A { hidden [int]$h = 7; $v }; [A]::new().h; ([A]::new() | Get-Member -MemberType Property).Name",
        ["7", "v"],
    ),
    (
        "class E : System.Exception { [int]$code = 4; E([string]$m) : base($m) {} }\n"
        "try { throw [E]::new('bad') } catch [E] { \"$($_.Exception.Message) $($_.Exception.code)\" }",
        ["bad 4"],
    ),
    (
        "class L : System.Collections.ArrayList { [void] Two($x) { $this.Add($x); $this.Add($x) } }; $l = [L]::new(); $l.Two(1); $l.Count",
        ["2"],
    ),
    (
        "class C : System.IComparable { [int]$v; C($v) { $this.v = $v } [int] CompareTo($o) { return $this.v - $o.v } }\n"
        "[C]::new(1) -lt [C]::new(2)",
        ["True"],
    ),
    ("class A { [bool] Equals($o) { return $true } }; [A]::new() -eq [A]::new()", ["True"]),
    (
        "class A { [int] F() { return 1 } }; class B : A { [int] F() { return 2 } }; class C : B { [int] F() { return 3 } }\n"
        "$c = [C]::new(); $c.F(); ([B]$c).F(); ([A]$c).F(); ([object]$c).GetType().Name",
        ["3", "2", "1", "C"],
    ),
    ("[A]::new().x; class A { $x = 'hoisted' }", ["hoisted"]),
    ("function f([A]$a) { $a.x }; class A { $x = 1 }; f ([A]::new())", ["1"]),
    ("class A { [object[]] F() { return 1, 2 } }; [A]::new().F().Count", ["2"]),
    (
        'class A { [int[]] F() { return 1..3 | ForEach-Object { return $_ * 2 } } }; "$([A]::new().F())"',
        ["2 4 6"],
    ),
    ("using namespace System.Collections\n[ArrayList]::new().Count; [Stack[]].Name", ["0", "Stack[]"]),
]

ENUMS = [
    ("enum E { A; B = 5; C }; [E]::C.value__; [E]'b'; [int][E]::A; [E]6", ["6", "B", "0", "C"]),
    (
        "[Flags()] enum F { A = 1; B = 2; C = 4 }; [F]'A,C'; [F]3; ([F]5).HasFlag([F]::C)",
        ["A, C", "A, B", "True"],
    ),
    ("enum E { A = 1; B = [E]::A + 1 }; [E]::B.value__", ["2"]),
    ("enum E { X; Y }; class A { [E]$e = 'Y' }; [A]::new().e; [A]::new().e.GetType().Name", ["Y", "E"]),
]


@pytest.mark.parametrize(("script", "expected"), [*CLASSES, *ENUMS])
def test_a_class_behaves_as_in_windows_powershell(shell, script, expected):
    assert shell.texts(script) == expected


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("class A { [int]$x }; [A]::new().x = 'abc'", "ExceptionWhenSetting"),
        ("class A { [ValidateRange(1, 3)][int]$x }; [A]@{x=9}", "ObjectCreationError"),
        ("class A { A([int]$x) {} }; [A]::new()", "MethodCountCouldNotFindBest"),
        ("class A { F() { throw 'out' } }; [A]::new().F()", "out"),
        ("class A { [int] F() { $y = $z; return $y } }", "VariableNotLocal"),
        ("class A { [Nothing]$x }", "TypeNotFound"),
        ("class A : B {}; class B {}", "TypeNotFound"),
        ("class A : Nothing {}", "TypeNotFound"),
        ("class A {}; class B : A[] {}", "SubtypeArray"),
        ("class A {}; class B {}; class C : A, B {}", "InterfaceNameExpected"),
        ("class A : string {}", "SealedBaseClass"),
        ("class A : datetime {}", "SealedBaseClass"),
        ("class A { A([int]$a) {} }; class B : A {}", "BaseClassNoDefaultCtor"),
        ("class A { F() {} F() {} }", "MemberAlreadyDefined"),
        ("class A { static A($x) {} }", "StaticConstructorCantHaveParameters"),
    ],
)
def test_a_class_refuses_with_the_error_of_windows_powershell(shell, script, error_id):
    assert shell.error(script).fully_qualified_error_id == error_id


def test_a_second_run_finds_the_same_types(shell):
    script = "class A { static [int]$n = 0 }; [A]::n++; [A]::n"
    assert shell.texts(script) == ["1"]
    assert shell.texts(script) == ["2"]


def test_a_runspace_defines_only_so_many_types(make_shell):
    from emulator.powershell.runtime import Limits

    shell = make_shell(limits=Limits(types=2))
    result = shell.run('1..5 | ForEach-Object { Invoke-Expression "class T$_ { }" }')
    assert {one.fully_qualified_error_id for one in result.errors} == {
        "TypeLimit,Microsoft.PowerShell.Commands.InvokeExpressionCommand"
    }


def test_strict_mode_ends_with_its_scope(shell):
    assert shell.texts("& { Set-StrictMode -Version 3 }; $null -eq $undefined") == ["True"]


def test_one_block_cannot_define_a_class_twice(shell):
    block = "foreach ($k in 1) { class C3 { [int] $P = 1 }; [C3]::new(); class C3 { [int] $P = 1 } }"
    assert shell.error(block).fully_qualified_error_id == "MemberAlreadyDefined"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("enum A { a = [B]::b + 2 }; enum B { b = [C]::c + 2 }; enum C { c = 38 }; [int][A]::a", ["42"]),
        ("$x = 'ab'; ([object]$x).ToString(); ([object]5).ToString()", ["System.String", "System.Int32"]),
        (
            "$x = -join ('a', 'b'); ([object]$x).Equals((-join ('a', 'b'))); ([object]$x).Equals($x)",
            ["False", "True"],
        ),
        ("([object]5).Equals(5); ([object]5).GetType().Name", ["True", "Int32"]),
        (
            "using namespace System.Collections\n@{} -is 'Hashtable'; ('ArrayList' -as [type]).FullName",
            ["True", "System.Collections.ArrayList"],
        ),
        ("[System.Text.UTF32Encoding]::new($true, $true).GetPreamble() -join ' '", ["0 0 254 255"]),
        ("[System.Text.UnicodeEncoding]::new($true, $false).GetBytes('a') -join ' '", ["0 97"]),
        ("(New-Module { class K {}; enum L { x } }).GetExportedTypeDefinitions().Keys | sort", ["K", "L"]),
    ],
)
def test_types_as_windows_powershell_sees_them(shell, script, expected):
    assert shell.texts(script) == expected


def test_enums_that_need_each_other_are_refused(shell):
    problem = shell.error("enum A { x = [B]::y }; enum B { y = [A]::x }")
    assert problem.fully_qualified_error_id == "CycleInEnumInitializers"


def test_null_string_makes_a_text_property_null(shell):
    script = (
        "class Thing { [string] $Text = 'x' }; $thing = [Thing]::new(); $thing.Text = [NullString]::Value;"
        "$null -eq $thing.Text; $thing.Text = $null; $null -eq $thing.Text"
    )
    assert shell.texts(script) == ["True", "False"]


def test_arrays_and_lists_of_a_class_belong_to_its_session(make_shell):
    script = """
    class Thing {{ [string] Say() {{ return '{0}' }} }}
    [Thing[]] $array = [Thing]::new(); $array[0].Say()
    $list = [System.Collections.Generic.List[Thing]]::new(); $list.Add([Thing]::new()); $list[0].Say()
    """
    for word in ("one", "two"):
        assert make_shell().texts(script.format(word)) == [word, word]
