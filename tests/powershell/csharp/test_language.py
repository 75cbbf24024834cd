"""The C# of Add-Type: a source and a script that uses it -> texts of what it writes."""

from __future__ import annotations

import pytest

ANIMALS = """
using System; using System.Collections.Generic; using System.Linq;
public enum Color { Red = 1, Green, Blue = Green | 8 }
public class Animal {
  public string Name { get; set; }
  protected int legs = 4;
  private int age = 3;
  public static int Count = 0;
  public Animal(string n) { Name = n; }
  public virtual string Speak() { return Name + " on " + legs; }
  public int Age { get { return age; } set { age = value * 2; } }
  public override string ToString() { return "Animal:" + Name; }
}
public class Dog : Animal {
  public Dog(string n) : base(n) { Count++; }
  public override string Speak() { return base.Speak() + " woof"; }
}
public struct Point { public int X; public int Y; public Point(int x, int y) { X = x; Y = y; }
  public static Point operator +(Point a, Point b) { return new Point(a.X + b.X, a.Y + b.Y); } }
public static class U {
  public static int Fib(int n) { return n < 2 ? n : Fib(n - 1) + Fib(n - 2); }
  public static List<string> Names(IEnumerable<int> xs) { return xs.Where(x => x > 1).Select(x => "n" + x).ToList(); }
  public static string Format(int a, double b) { return String.Format("{0:X4} {1:F2}", a, b); }
  public static int Wrap() { int i = int.MaxValue; i++; return i; }
  public static string Check() { int i = int.MaxValue; try { checked { i++; } } catch (OverflowException e) { return e.Message; } return "no"; }
  public static uint Under() { uint a = 1; return a - 2; }
  public static int Divide(int a, int b) { return a / b; }
  public static int Remainder(int a, int b) { return a % b; }
  public static byte Cut(int a) { return (byte)a; }
  public static int CharSum() { return 'a' + 1; }
  public static string Chars() { return "" + (char)('a' + 1) + 'z' + 1; }
  public static long Shift(int n) { return 1L << n; }
  public static IEnumerable<int> Some(int n) { for (int i = 0; i < n; i++) { if (i == 2) continue; yield return i; } }
  public static int FirstOfEndless() { return Endless().Skip(3).First(); }
  static IEnumerable<int> Endless() { int i = 0; while (true) yield return i++; }
  public static bool TryIt(string s, out int r) { r = 5; return s != null; }
  public static string Switch(string o) { switch (o) { case "a": case "b": return "ab"; case "g": goto case "a"; default: return "no"; } }
  public static string Catch() { try { throw new ArgumentException("bad", "p"); } catch (InvalidOperationException) { return "wrong"; } catch (ArgumentException e) { return e.ParamName; } finally { Animal.Count += 10; } }
  public static Func<int, int> Adder(int n) { return x => x + n; }
  public static string Closures() { var all = new List<Func<int>>(); foreach (int i in new[] { 1, 2, 3 }) all.Add(() => i); return String.Join(",", all.Select(f => f())); }
  public static int Sum(params int[] v) { int t = 0; foreach (var x in v) t += x; return t; }
  public static string Optional(int a, string b = "d", bool c = true) { return a + b + c; }
  public static string Named() { return Optional(c: false, a: 2); }
  public static T Same<T>(T a) { return a; }
  public static string TypeOf<T>() { return typeof(T).Name; }
  public static string Generic() { return TypeOf<string>() + TypeOf<int>(); }
  public static string Copied() { Point a = new Point(1, 2); Point b = a; b.X = 9; return a.X + "," + (a + b).Y; }
  public static string Nulls() { string s = null; int? n = null; return "[" + s + "]" + n.HasValue + (n ?? 7) + (s == null); }
  public static object Boxed() { object o = 5; try { return (long)o; } catch (InvalidCastException e) { return e.Message; } }
  public static string Is(object o) { return o is string && ((string)o).Length > 1 ? "long" : o is int ? "int" : "other"; }
  public static string Missing() { try { return new Dictionary<string, int>()["x"].ToString(); } catch (KeyNotFoundException e) { return e.Message; } }
  public static string Using() { var log = new List<string>(); using (var a = new Held(log, "a")) using (new Held(log, "b")) { log.Add("in"); } return String.Join(" ", log); }
  public static string Events() { string s = ""; Action a = () => s += "1"; a += () => s += "2"; a(); return s; }
  public static string Ordered() { return String.Join(",", new[] { 3, 1, 2 }.OrderByDescending(x => x).Select(x => x.ToString())); }
  public static int Grouped() { return new[] { "a", "b", "a" }.GroupBy(x => x).Max(g => g.Count()); }
}
public class Held : IDisposable { List<string> log; string name; public Held(List<string> l, string n) { log = l; name = n; }
  public void Dispose() { log.Add("-" + name); } }
public class Box<T> { public T Value; public Box(T v) { Value = v; } public override string ToString() { return typeof(T).Name + ":" + Value; } }
public class Boxes { public static string Make() { return new Box<int>(3) + " " + new Box<string>("s"); } }
"""
CASES = [
    ("[U]::Fib(15)", ["610"]),
    ("[U]::Names(@(1, 2, 3)) -join ','", ["n2,n3"]),
    ("[U]::Format(255, 1.5)", ["00FF 1.50"]),
    ("[U]::Wrap()", ["-2147483648"]),
    ("[U]::Check()", ["Arithmetic operation resulted in an overflow."]),
    ("[U]::Under()", ["4294967295"]),
    ("[U]::Divide(-7, 2); [U]::Remainder(-7, 2); [U]::Cut(257)", ["-3", "-1", "1"]),
    ("[U]::CharSum(); [U]::Chars(); [U]::Shift(40)", ["98", "bz1", "1099511627776"]),
    ("[U]::Some(5) -join ','; [U]::FirstOfEndless()", ["0,1,3,4", "3"]),
    ("$r = 0; [U]::TryIt('x', [ref]$r); $r", ["True", "5"]),
    ("'a', 'g', 'q' | ForEach-Object { [U]::Switch($_) }", ["ab", "ab", "no"]),
    ("[U]::Catch(); [Animal]::Count", ["p", "10"]),
    ("[U]::Adder(3).Invoke(4); [U]::Closures()", ["7", "1,2,3"]),
    (
        "[U]::Sum(1, 2, 3); [U]::Optional(1); [U]::Optional(1, 'e', $false); [U]::Named()",
        ["6", "1dTrue", "1eFalse", "2dFalse"],
    ),
    ("[U]::Same('q'); [U]::Generic(); [Boxes]::Make()", ["q", "StringInt32", "Int32:3 String:s"]),
    ("[U]::Copied(); [U]::Nulls()", ["1,4", "[]False7True"]),
    (
        "[U]::Boxed(); [U]::Is('ab'); [U]::Is(1); [U]::Is('a')",
        ["Specified cast is not valid.", "long", "int", "other"],
    ),
    ("[U]::Missing()", ["The given key was not present in the dictionary."]),
    ("[U]::Using(); [U]::Events(); [U]::Ordered(); [U]::Grouped()", ["in -b -a", "12", "3,2,1", "2"]),
    (
        "$d = New-Object Dog 'Rex'; $d.Speak(); $d.Age = 4; $d.Age; \"$d\"; $d -is [Animal]",
        ["Rex on 4 woof", "8", "Animal:Rex", "True"],
    ),
    ("[Color]::Blue; [int][Color]::Blue; [Color]'green'", ["Blue", "10", "Green"]),
    ("([Dog]::new('x') | Get-Member -MemberType Property).Name -join ','", ["Age,Name"]),
    (
        "try { [U]::Divide(1, 0) } catch { $_.FullyQualifiedErrorId; $_.Exception.InnerException.GetType().Name }",
        ["DivideByZeroException", "DivideByZeroException"],
    ),
    ("$p = [Point]::new(1, 2); $p.X; $p.Y = 7; $p.Y; (New-Object Point).X", ["1", "7", "0"]),
]


@pytest.mark.parametrize(("script", "expected"), CASES, ids=[script[:40] for script, _ in CASES])
def test_a_source_runs(shell, script, expected):
    assert shell.texts(f"Add-Type -TypeDefinition @'\n{ANIMALS}\n'@\n{script}") == expected


def test_members_alone_become_a_class_of_a_namespace(shell):
    script = "$t = Add-Type -MemberDefinition 'public static int Two() { return 2; }' -Name K -Namespace W -PassThru; $t.FullName; $t::Two()"
    assert shell.texts(script) == ["W.K", "2"]


def test_members_without_a_namespace_stand_in_that_of_add_type(shell):
    script = "(Add-Type 'public int A;' -Name K -PassThru).FullName"
    script = script.replace("Add-Type '", "Add-Type -MemberDefinition '")
    assert shell.texts(script) == ["Microsoft.PowerShell.Commands.AddType.AutoGeneratedTypes.K"]


def test_a_policy_that_trusts_all_certificates_is_taken(shell):
    script = """
    Add-Type @'
using System.Net;
using System.Security.Cryptography.X509Certificates;
public class TrustAllCertsPolicy : ICertificatePolicy {
    public bool CheckValidationResult(ServicePoint srvPoint, X509Certificate certificate, WebRequest request, int certificateProblem) { return true; }
}
'@
    [System.Net.ServicePointManager]::CertificatePolicy = New-Object TrustAllCertsPolicy
    [System.Net.ServicePointManager]::CertificatePolicy.CheckValidationResult($null, $null, $null, 0)
    """
    assert shell.texts(script) == ["True"]


def test_the_same_source_again_is_nothing_new_and_another_of_the_name_is_refused(shell):
    script = """
    Add-Type 'public class Once { public int A = 1; }'
    Add-Type 'public class Once { public int A = 1; }'
    try { Add-Type 'public class Once { public int A = 2; }' } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
    [Once]::new().A
    """
    assert shell.texts(script) == [
        "TYPE_ALREADY_EXISTS,Microsoft.PowerShell.Commands.AddTypeCommand",
        "Cannot add type. The type name 'Once' already exists.",
        "1",
    ]


ERRORS = [
    ("public class A { int x }", "; expected"),
    ("public class A { void M() { int x = ; } }", "Invalid expression term ';'"),
    ("public class A { void M() { x(1; } }", ") expected"),
    ("public class A { void M() { ", "} expected"),
    ('public class A { string S = $"a"; }', "Unexpected character '$'"),
    ("public class A { int x = 99999999999999999999; }", "Integral constant is too large"),
    ("#if X\npublic class A { }", "#endif directive expected"),
    ("public class A { public int M(a) { return 1; } }", "Identifier expected"),
    (
        "public class A { public void M() { using (System.IDisposable a) { } } }",
        "You must provide an initializer in a fixed or using statement declaration",
    ),
    (
        "public class A { } public class A { }",
        "The namespace '<global namespace>' already contains a definition for 'A'",
    ),
]


@pytest.mark.parametrize(("source", "text"), ERRORS)
def test_errors_of_the_source_are_those_of_the_compiler(shell, source, text):
    script = f"try {{ Add-Type -TypeDefinition @'\n{source}\n'@ -ErrorAction SilentlyContinue -ErrorVariable e }} catch {{ $_.FullyQualifiedErrorId }}\n$e[0].FullyQualifiedErrorId; $e[0].Exception.Message"
    found = shell.texts(script)
    assert found[0] == "COMPILER_ERRORS,Microsoft.PowerShell.Commands.AddTypeCommand"
    assert found[1] == "SOURCE_CODE_ERROR,Microsoft.PowerShell.Commands.AddTypeCommand"
    assert found[2].split(" : ", 1)[1].startswith(text)
    assert ".0.cs(" in found[2]


def test_what_is_not_interpreted_is_named_and_counted(make_shell):
    gaps = []
    shell = make_shell(on_gap=lambda kind, name: gaps.append((kind, name)))
    found = shell.texts(
        "try { Add-Type 'public class A { unsafe void M() { unsafe { } } }' } catch { $_.Exception.Message }"
    )
    assert found == ["C#: unsafe code (line 1) is not emulated."]
    assert ("C#", "unsafe code") in gaps


def test_a_native_function_that_is_not_there_says_so(shell):
    script = """
    Add-Type -MemberDefinition '[DllImport("nothing.dll")] public static extern int Nothing();' -Name N -Namespace P
    try { [P.N]::Nothing() } catch { $_.Exception.InnerException.GetType().Name; $_.Exception.InnerException.Message }
    """
    assert shell.texts(script) == [
        "DllNotFoundException",
        "Unable to load DLL 'nothing.dll': The specified module could not be found. (Exception from HRESULT: 0x8007007E)",
    ]


def test_a_code_provider_compiles_several_sources_together(shell):
    script = """
    $options = New-Object System.CodeDom.Compiler.CompilerParameters
    $options.CompilerOptions = '/optimize /define:FIRST;SECOND'
    $provider = New-Object Microsoft.CSharp.CSharpCodeProvider
    $sources = "public class P1 { public static int A() { return P2.B; } }", "#if SECOND`npublic class P2 { public const int B = 4; }`n#endif"
    $made = $provider.CompileAssemblyFromSource($options, [string[]]$sources)
    $made.Errors.HasErrors; [P1]::A(); ($made.CompiledAssembly.GetTypes() | ForEach-Object Name) -join ','
    $wrong = $provider.CompileAssemblyFromSource($options, [string[]]@('public class P3 {'))
    $wrong.Errors.HasErrors; $wrong.Errors[0].ErrorNumber
    """
    assert shell.texts(script) == ["False", "4", "P1,P2", "True", "CS1513"]


def test_a_native_function_of_the_machine_answers(shell):
    script = """
    Add-Type -MemberDefinition '[DllImport("kernel32.dll")] public static extern uint GetVersion();' -Name V -Namespace P
    [P.V]::GetVersion() -band 0xFFFF
    """
    assert shell.texts(script) == ["10"]


def test_types_are_those_of_the_whole_process(shell):
    script = """
    Add-Type 'public class Shared { public static int Count; }'
    [Shared]::Count = 3
    $other = [powershell]::Create()
    $other.AddScript('[Shared]::Count++; [Shared]::Count').Invoke()
    """
    assert shell.texts(script) == ["4"]


def test_a_class_that_derives_from_a_reader_reads_from_the_beginning(shell):
    script = "Add-Type 'public class R : System.IO.StringReader { public R(string s) : base(s) { } }'; $r = [R]::new(\"a`nb\"); "
    assert shell.texts(script + "$r.ReadLine(); $r.ReadToEnd()") == ["a", "b"]
