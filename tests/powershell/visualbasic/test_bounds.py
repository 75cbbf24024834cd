"""Visual Basic given by a client is bounded as scripts are."""

from __future__ import annotations

import contextlib

import pytest

from emulator.powershell.csharp.diagnostics import CompileError, UnsupportedError
from emulator.powershell.runtime.limits import Limits
from emulator.powershell.visualbasic.parsing import parse


def _add(members: str) -> str:
    return (
        "Add-Type -Language VisualBasic -TypeDefinition @'\nImports System\nImports Microsoft.VisualBasic\n"
        f"Public Class L\n{members}\nEnd Class\n'@\n"
    )


ENDLESS = [
    "Do\nLoop",
    "While True\nEnd While",
    "For i As Double = 0 To 1 Step 0\nNext",
    "Dim a As Action = Sub()\nDo\nLoop\nEnd Sub\na()",
]


@pytest.mark.parametrize("body", ENDLESS)
def test_a_loop_without_end_uses_up_the_steps(make_shell, body):
    script = _add(f"Public Shared Sub M()\n{body}\nEnd Sub") + "[L]::M()"
    result = make_shell(limits=Limits(steps=20_000)).run(script)
    assert result.failure is not None
    assert result.failure.error_id == "StepLimit"


def test_a_pattern_takes_no_more_steps_than_its_length_and_the_texts(shell):
    pattern = '"' + "*a" * 300 + 'b"'
    body = f'Return New String("a"c, 3000) Like {pattern}'
    assert shell.texts(_add(f"Public Shared Function M() As Boolean\n{body}\nEnd Function") + "[L]::M()") == [
        "False"
    ]


LARGE = [
    'Dim s As String = "x"\nDo\ns &= s\nLoop',
    "Dim a(2000000000) As Integer",
    "Dim a() As Integer\nReDim a(2000000000)",
    "Dim s As String = Space(2000000000)",
    'Dim s As String = Space(4000000)\ns = Replace(s, " ", s)',
    "Dim s As String = Space(4000000)\ns = Join(New String() {s, s, s}, s)",
]


@pytest.mark.parametrize("body", LARGE)
def test_what_is_too_large_is_refused(make_shell, body):
    script = _add(f"Public Shared Sub M()\n{body}\nEnd Sub") + "[L]::M()"
    result = make_shell(limits=Limits(steps=100_000, items=50_000)).run(script)
    assert result.failure is not None or result.errors


def test_recursion_without_end_is_an_error(shell):
    script = (
        _add("Public Shared Function M(n As Integer) As Integer\nReturn M(n + 1)\nEnd Function") + "[L]::M(0)"
    )
    result = shell.run(script)
    assert result.failure is not None or result.errors


_IN = "Class A\nSub M()\n{}\nEnd Sub\nEnd Class"
SOURCES = [
    _IN.format("x = " + "(" * 5000 + "1" + ")" * 5000),
    _IN.format("x = " + "Not " * 5000 + "1"),
    _IN.format("x = " + "-" * 5000 + "1"),
    _IN.format("If True Then\n" * 3000 + "End If\n" * 3000),
    _IN.format("If True Then " * 3000),
    _IN.format("If a Then\n" + "ElseIf a Then\n" * 3000 + "End If"),
    _IN.format("Select Case a\n" + "Case 1\n" * 3000 + "End Select"),
    _IN.format("x = " + "If(a, " * 3000 + "1" + ", 2)" * 3000),
    _IN.format("x = " + "Function() " * 3000 + "1"),
    _IN.format("x = " + "{" * 3000 + "}" * 3000),
    _IN.format("x = a" + ".b" * 20000),
    _IN.format("x = a" + "(1)" * 20000),
    _IN.format("For i = 1 To 2\n" * 1000 + "Next " + "i, " * 999 + "i"),
    "Class A\n" * 3000,
    "Namespace A\n" * 3000 + "End Namespace\n" * 3000,
    "Class A\nDim x As " + "List(Of " * 3000 + "Integer" + ")" * 3000 + "\nEnd Class",
    "#If " + "Not " * 2000 + "A\n#End If",
    "#If " + "A Or " * 3000 + "A Then\n#End If",
    "#If A" + " " * 300_000 + "x\n#End If",
    "#If A Then\n" * 3000,
    "<" * 5000,
    "'" * 20000,
    "_ \n" * 5000,
    "Class A\n" + "<A(1)>" * 3000,
    "\x00\x0b\x0cClass \ufeff A",
    "Class A\nConst X = &H" + "F" * 5000 + "\nEnd Class",
    "Class A\nConst X = 1E" + "9" * 5000 + "\nEnd Class",
    "Class A\nConst X = " + "9" * 5000 + "D\nEnd Class",
    'Class A\nConst X = "' + '"' * 5001 + "\nEnd Class",
    "Class A\nDim " + "a, " * 5000 + "b As Integer\nEnd Class",
    "Class A\nDim " + "a(1), " * 5000 + "b As Integer\nEnd Class",
]


@pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
def test_a_strange_source_is_refused_or_taken_but_never_more(source):
    with contextlib.suppress(CompileError, UnsupportedError):
        parse(source)


@pytest.mark.parametrize("source", SOURCES, ids=range(len(SOURCES)))
def test_a_strange_source_compiles_or_not_but_never_fails_inside(shell, source):
    result = shell.run(
        "param($source) Add-Type -Language VisualBasic -TypeDefinition $source", arguments=[source]
    )
    problems = [*result.errors, *([result.failure] if result.failure is not None else [])]
    assert not [one.message for one in problems if one.error_id == "InternalFault"]


STRANGE = [
    "Return CULng(5) \\ CLng(2)",
    'Return CInt("--5")',
    "Dim x = 1e5S",
    "Dim x = 1.5UL",
    "Return CInt(1e40D)",
    "Return CInt(1e999999999D)",
    "Dim o As Object = 5\nReDim Preserve o(3)",
    'Dim o As Object = New String() {"a"}\nReDim Preserve o(3) As Byte',
    "Return Hex(1.0 / 0)",
    "Return Hex(Now)",
    'Return Int("1e999")',
    "Return UBound(5)",
    "Return Choose(0.0 / 0, 1, 2)",
    'Return DateAdd("d", 0.0 / 0, Now)',
    "Return DateAdd(ConsoleColor.White, 1, Now)",
    "Return TimeSerial(2147483647, 0, 0)",
]


@pytest.mark.parametrize("body", STRANGE)
def test_strange_values_are_refused_or_taken_but_never_fail_inside(shell, body):
    result = shell.run(_add(f"Public Shared Function M() As Object\n{body}\nEnd Function") + "[L]::M()")
    problems = [*result.errors, *([result.failure] if result.failure is not None else [])]
    assert not [one.message for one in problems if one.error_id == "InternalFault"]


def test_a_whole_division_of_ulong_and_long_is_one_of_long(shell):
    body = 'Dim x As Object = CULng(7) \\ CLng(2)\nReturn x.GetType().Name & " " & x'
    script = _add(f"Public Shared Function M() As String\n{body}\nEnd Function") + "[L]::M()"
    assert shell.texts(script) == ["Int64 3"]


def test_the_parts_of_a_loop_variable_are_not_compiled_again_at_each_level():
    inner = "a(0)"
    for _ in range(20):
        inner = f"a(F(Sub()\nFor {inner} = 1 To 2\nNext\nEnd Sub))"
    body = f"For {inner} = 1 To 2\nNext"
    with pytest.raises(UnsupportedError):
        parse(f"Class L\nSub M()\n{body}\nEnd Sub\nEnd Class")


def test_an_element_is_the_variable_of_a_loop(shell):
    body = "Dim a(3) As Integer\nDim s As Integer\nFor a(1) = 1 To 3\ns += a(1)\nNext\nReturn s"
    assert shell.texts(_add(f"Public Shared Function M() As Integer\n{body}\nEnd Function") + "[L]::M()") == [
        "6"
    ]


def test_a_long_sum_is_no_deep_nesting(shell):
    text = " & ".join(['"a"'] * 3000)
    script = _add(f"Public Shared Function M() As String\nReturn {text}\nEnd Function") + "[L]::M().Length"
    assert shell.texts(script) == ["3000"]


@pytest.mark.parametrize("name", ["__class__", "__globals__", "__init__", "fields", "ps_type", "engine"])
def test_names_of_python_are_no_members(make_shell, name):
    gaps = []
    shell = make_shell(on_gap=lambda _kind, what: gaps.append(what))
    members = f"Public Shared Function M(o As Object) As Object\nReturn o.{name}\nEnd Function"
    result = shell.run(_add(members) + "[L]::M('text')")
    assert result.failure is not None
    assert result.failure.error_id == "NotEmulated"
    assert gaps
