"""Reflection over types of C# source and of scripts."""

from __future__ import annotations

import pytest

_SOURCE = """Add-Type 'using System; using System.Collections.Generic;
public interface IA { void A(); } public interface IB : IA { void B(); }
public class F { public int X; public const int C = 1; }
public class G<T> { public T V; private int hidden = 4; public T Give(T a, string b) { return a; } }
public class K : List<int>, IB {
 public K() { } public K(string s) { } public void A() { } public void B() { }
 public static T Id<T>(T x) { return x; }
 public int M(int a) { return a; } public int M(string s) { return 7; }
 private static string P(int x) { return "p" + x; }
 public int Opt(int a, int b = 5) { return a + b; } }';
"""


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("([K].GetInterfaces().Name -match '^I[AB]$') -join ','", ["IB,IA"]),
        ("[K].BaseType.GetGenericTypeDefinition().FullName", ["System.Collections.Generic.List`1"]),
        (
            "[K].BaseType.IsGenericType; [K].IsGenericType; [K].BaseType.GetGenericArguments()[0].Name",
            [True, False, "Int32"],
        ),
        ("[K].IsSubclassOf([IA]); [K].IsSubclassOf([object])", [False, True]),
        ("[K].GetMethod('Id').MakeGenericMethod([int]).Invoke($null, @(5))", [5]),
        ("[K].GetMethod('M', [type[]]@([string])).Invoke([K]::new(), @('x'))", [7]),
        ("[K].GetMethod('M', [type[]]@([string])).ReturnType.Name", ["Int32"]),
        (
            "[K].GetMethod('P'); [K].GetMethod('P', [Reflection.BindingFlags]'NonPublic, Static').Invoke($null, @(3))",
            ["p3"],
        ),
        ("[K].GetMethod('Opt').GetParameters().Name -join ','", ["a,b"]),
        ("[K].GetMethod('Opt').ToString()", ["Int32 Opt(Int32, Int32)"]),
        ("([K].GetMethods() | Where-Object Name -eq M).Count", [2]),
        (
            "[K].GetConstructors().Count; [K].GetConstructor([type[]]@([string])).Invoke(@('a')).GetType().Name",
            [2, "K"],
        ),
        ("[G[int]].GetFields().Name", ["V"]),
        (
            "$g = [G[int]]::new(); $f = [G[int]].GetField('hidden', [Reflection.BindingFlags]'NonPublic, Instance');"
            "$f.SetValue($g, '9'); $f.GetValue($g); [G[int]].GetField('hidden')",
            [9],
        ),
        ("$g = [G[int]]::new(); $g.V = '7'; $g.V; $g.Give('4', 'x')", [7, 4]),
        (
            "class Own : System.IDisposable { [void] Dispose() { } [int] F([string] $a) { return 1 } };"
            "[Own].GetInterfaces().FullName; [Own].GetMethod('F').ReturnType.Name; [Own].GetMethod('f')",
            ["System.IDisposable", "Int32"],
        ),
    ],
)
def test_what_types_tell(shell, script, expected):
    assert [one for one in shell.values(_SOURCE + script) if one is not None] == expected


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("[K].GetMethod('M')", "Ambiguous match found."),
        ("[string].GetMethod('Trim')", "Ambiguous match found."),
        ("[int].GetGenericTypeDefinition()", "This operation is only valid on generic types."),
        (
            "[K].GetMethod('A').MakeGenericMethod([int])",
            "A is not a GenericMethodDefinition. MakeGenericMethod may only be called on a method for which "
            "MethodBase.IsGenericMethodDefinition is true.",
        ),
        ("[K].GetMethod('A').Invoke($null, @())", "Non-static method requires a target."),
        ("[K].GetMethod('A').Invoke('text', @())", "Object does not match target type."),
        (
            "[F].GetField('X').GetValue('text')",
            "Field 'X' defined on type 'F' is not a field on the target object which is of type "
            "'System.String'.",
        ),
        ("[F].GetField('C').SetValue($null, 7)", "Cannot set a constant field."),
    ],
)
def test_what_types_refuse(shell, script, message):
    assert shell.error(_SOURCE + script).exception.chain()[-1].message == message
