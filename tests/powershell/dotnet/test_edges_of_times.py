"""Moments and spans at their ends: .NET's exception, and nothing of another kind."""

import pytest


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("[datetime]::FromOADate(-1.25).ToString('s')", "1899-12-29T06:00:00"),
        ("[datetime]::FromOADate(43831.5).ToString('s')", "2020-01-01T12:00:00"),
        ("([datetime]'2020-01-01').AddDays(0.5).ToString('s')", "2020-01-01T12:00:00"),
        ("[timespan]::MaxValue.Add([timespan]::MinValue).Ticks", "-1"),
    ],
)
def test_results(shell, script, text):
    assert shell.texts(script) == [text]


@pytest.mark.parametrize(
    ("script", "kind", "message"),
    [
        ("[datetime]::MaxValue.AddDays([double]::NaN)", "ArgumentOutOfRangeException", "Value to add"),
        ("[datetime]::MaxValue.AddDays(1)", "ArgumentOutOfRangeException", "un-representable"),
        ("[datetime]::MaxValue.Add('1')", "ArgumentOutOfRangeException", "un-representable"),
        ("[datetime]::MinValue.Subtract([timespan]1)", "ArgumentOutOfRangeException", "un-representable"),
        ("[datetime]::MinValue.AddTicks(-1)", "ArgumentOutOfRangeException", "un-representable"),
        ("[datetime]::MinValue.AddYears(10001)", "ArgumentOutOfRangeException", "+/-10000"),
        ("[datetime]::MinValue.AddMonths(120001)", "ArgumentOutOfRangeException", "+/-120000"),
        ("[datetime]::MinValue.ToFileTimeUtc()", "ArgumentOutOfRangeException", "Win32 FileTime"),
        ("[datetime]::FromFileTime(-1)", "ArgumentOutOfRangeException", "Win32 FileTime"),
        ("[datetime]::FromOADate([double]::NaN)", "ArgumentException", "OleAut"),
        ("[timespan]::FromDays([double]::NaN)", "ArgumentException", "Not-a-Number"),
        ("[timespan]::FromDays(1e20)", "OverflowException", "too long"),
        ("[timespan]::MaxValue.Add('1')", "OverflowException", "too long"),
        ("[timespan]::MinValue.Negate()", "OverflowException", "twos complement"),
        ("[timespan]::MinValue.Duration()", "OverflowException", "cannot be returned"),
        ("[datetimeoffset]::FromUnixTimeSeconds([long]::MaxValue)", "ArgumentOutOfRangeException", "Valid"),
    ],
)
def test_a_member_refuses(shell, script, kind, message):
    problem = shell.error(script)
    assert problem.error_id == kind
    assert message in problem.message


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("[datetime]::new(-1, 'Utc')", "Ticks must be between"),
        ("[datetime]::new(2020, 1, 1, 0, 0, 0, 1000)", "between 0 and 999"),
        ("[timespan]::new([int]::MaxValue, 0, 0, 0)", "too long"),
        ("-[timespan]::MinValue", "twos complement"),
        ("[timespan][uint64]::MaxValue", "too large"),
    ],
)
def test_making_one_refuses(shell, script, message):
    assert message in shell.error(script).message


@pytest.mark.parametrize("kind", ["timespan", "datetime", "version"])
def test_a_long_text_is_refused_at_once(shell, kind):
    assert (
        shell.error(f"[{kind}](' ' * 20KB + '9' * 20KB + 'x')").error_id == "InvalidCastParseTargetInvocation"
    )
