"""C# given by a client is bounded as scripts are, and reaches nothing but the emulated machine."""

from __future__ import annotations

import contextlib
import threading

import pytest

from emulator.powershell.csharp.diagnostics import CompileError, UnsupportedError
from emulator.powershell.csharp.parsing import parse
from emulator.powershell.runtime.limits import Limits


def _add(members: str) -> str:
    return f"Add-Type @'\nusing System; using System.Linq; using System.Collections.Generic;\npublic class L {{ {members} }}\n'@\n"


ENDLESS = [
    "public static void M() { while (true) { } }",
    "public static void M() { for (;;) ; }",
    "public static void M() { do { } while (true); }",
    "public static int M() { return All().Count(); } static IEnumerable<int> All() { while (true) yield return 1; }",
    "public static void M() { int i = 0; switch (i) { case 0: goto case 0; } }",
    "public static void M() { Action a = null; a = () => { while (true) { } }; a(); }",
]


@pytest.mark.parametrize("members", ENDLESS)
def test_a_loop_without_end_uses_up_the_steps(make_shell, members):
    result = make_shell(limits=Limits(steps=20_000)).run(_add(members) + "[L]::M()")
    assert result.failure is not None
    assert result.failure.error_id == "StepLimit"


def test_a_loop_without_end_is_stopped_from_outside(shell):
    timer = threading.Timer(0.2, shell.runspace.stop)
    timer.start()
    result = shell.run(_add("public static void M() { while (true) { } }") + "[L]::M()")
    timer.join()
    assert result.stopped


def test_recursion_without_end_is_an_error(shell):
    result = shell.run(_add("public static int M(int n) { return M(n + 1); }") + "[L]::M(0)")
    assert result.failure is not None or result.errors


def test_a_property_that_asks_itself_is_an_error(shell):
    result = shell.run(_add("public int P { get { return P; } }") + "[L]::new().P")
    assert result.failure is not None or result.errors


LARGE = [
    'public static void M() { string s = "x"; while (true) s += s; }',
    "public static void M() { var a = new int[2000000000]; }",
    "public static void M() { Enumerable.Range(0, 2000000000).ToArray(); }",
]


@pytest.mark.parametrize("members", LARGE)
def test_what_is_too_large_is_refused(make_shell, members):
    result = make_shell(limits=Limits(steps=100_000, items=50_000)).run(_add(members) + "[L]::M()")
    assert result.failure is not None or result.errors


SOURCES = [
    "class A { int x = " + "(" * 5000 + "1" + ")" * 5000 + "; }",
    "class A { void M() { " + "{" * 5000 + "}" * 5000 + " } }",
    "class A { " * 3000 + "}" * 3000,
    "{" * 20000,
    "class A { int x = " + "-" * 5000 + "1; }",
    "class A { " + "List<" * 3000 + "int" + ">" * 3000 + " x; }",
    "#if " + "!" * 2000 + "A\n#endif",
    'class A { string s = "' + "\\" * 5001 + '"; }',
    "\x00\x0b\x0cclass \ufeff A { }",
    "class A { int x = 0x" + "F" * 5000 + "; }",
    "class A { double x = 1e" + "9" * 5000 + "; }",
]


@pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
def test_a_strange_source_is_refused_or_taken_but_never_more(source):
    with contextlib.suppress(CompileError, UnsupportedError):
        parse(source)


def test_a_long_sum_is_no_deep_nesting(shell):
    text = " + ".join(['"a"'] * 3000)
    assert shell.texts(_add(f"public static string M() {{ return {text}; }}") + "[L]::M().Length") == ["3000"]


PYTHON = [
    "__class__",
    "__globals__",
    "__init__",
    "fields",
    "ps_type",
    "engine",
]


@pytest.mark.parametrize("name", PYTHON)
def test_names_of_python_are_no_members(make_shell, name):
    gaps = []
    shell = make_shell(on_gap=lambda _kind, what: gaps.append(what))
    script = (
        _add(f"public static object M() {{ object o = new L(); return o.ToString().{name}; }}") + "[L]::M()"
    )
    result = shell.run(script)
    assert result.failure is not None
    assert result.failure.error_id == "NotEmulated"
    assert gaps


def test_interfaces_do_not_ask_for_each_other(shell):
    source = "public interface A : B {} public interface B : C {} public interface C : A {}"
    result = shell.run(f"Add-Type '{source}'")
    text = "Inherited interface 'A' causes a cycle in the interface hierarchy of 'C'"
    assert text in result.errors[0].message


def test_a_long_line_of_classes_is_walked_once(shell):
    source = "public class C0 { }" + "".join(f" public class C{n} : C{n - 1} {{ }}" for n in range(1, 1500))
    assert shell.values(f"Add-Type '{source}'; [C1499].IsSubclassOf([C0])") == [True]


def test_an_assembly_is_written_where_there_are_files_only(shell):
    script = (
        "$p = [CodeDom.Compiler.CompilerParameters]::new(@(), 'x.dll'); [Microsoft.CSharp.CSharpCodeProvider]"
        "::new().CompileAssemblyFromSource($p, 'public class A { }')"
    )
    assert shell.error(script).error_id == "NotEmulated"
