"""Arrays of several dimensions, as scripts make and read them."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    return ConsoleSession()


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("$a = [string[,]]::new(3, 2); $a[1, 1] = 'd'; $a.Rank; $a.Length; $a[1, 1]; $a[0, 0]", [2, 6, "d", None]),
        ("$a = New-Object 'int[,]' 2, 3; $a[1, 2] = '7'; $a[-1, -1]; $a.GetLength(1); $a.GetUpperBound(0)", [7, 3, 1]),
        ("$a = [int[,]]::new(2, 2); $a[0, 1] = 5; ($a | Measure-Object -Sum).Sum; \"$a\"", [5, "0 5 0 0"]),
        ("$a = [int[,]]::new(2, 2); foreach ($x in $a) { $x }", [0, 0, 0, 0]),
        ("$a = [int[,]]::new(2, 2); $a[0, 1] = 5; $a[(0, 1), (1, 1)]", [5, 0]),
        ("$a = [int[,]]::new(2, 2); $null -eq $a[5, 5]; $a.GetType().FullName; $a.GetType().Name",
         [True, "System.Int32[,]", "Int32[,]"]),
        ("$a = [object[,,]]::new(1, 1, 1); $a[0, 0, 0] = 'x'; $b = $a.Clone(); $a[0, 0, 0] = 'y'; $b[0, 0, 0]", ["x"]),
        ("[int[,]]$a = [int[,]]::new(1, 2); $a.SetValue(4, 0, 1); $a.GetValue(0, 1); $a -is [array]; $a.Count", [4, True, 2]),
    ],
)  # fmt: skip
def test_values(session: ConsoleSession, script: str, found: list[object]) -> None:
    assert session.values(script) == found


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("[int[,]]::new(2, 2)[0]", "You cannot index into a 2 dimensional array with index [0]."),
        ("$a = [int[,]]::new(2, 2); $a[2, 0] = 1", "Index was outside the bounds of the array."),
        ("$a = [int[,]]::new(2, 2); $a[0, 0] = 'x'", 'Cannot convert value "x" to type "System.Int32".'),
        ("[int[,]]::new(-1, 2)", "Arithmetic operation resulted in an overflow."),
        ("[int[,]]::new(100000, 100000)", "Array dimensions exceeded supported range."),
        ("[int[,]]::new(2)", "Cannot find an overload"),
    ],
)
def test_refusals(session: ConsoleSession, script: str, said: str) -> None:
    result = session.runspace.run(script)
    told = [*result.errors, *([result.failure] if result.failure else [])]
    assert [said in one.message for one in told] == [True], [one.message for one in told]
