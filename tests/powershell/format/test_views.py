"""Tables and lists as the console shows them."""

import pytest

CASES = [
    (
        "[pscustomobject]@{a=1;b='x'}",
        "\r\na b\r\n- -\r\n1 x\r\n\r\n\r\n",
    ),
    (
        "[pscustomobject]@{Name='web';On=$true},[pscustomobject]@{Name='longer';On=$false}",
        "\r\nName      On\r\n----      --\r\nweb     True\r\nlonger False\r\n\r\n\r\n",
    ),
    (
        "[pscustomobject]@{a=1;b=2;c=3;d=4;e='x'}",
        "\r\n\r\na : 1\r\nb : 2\r\nc : 3\r\nd : 4\r\ne : x\r\n\r\n\r\n",
    ),
    ("'a'; 1; $true; 1.5", "a\r\n1\r\nTrue\r\n1.5\r\n"),
    (
        "[pscustomobject]@{Name='n';List=1,2,3,4,5;Table=@{k=1}} | Format-List",
        "\r\n\r\nName  : n\r\nList  : {1, 2, 3, 4...}\r\nTable : {k}\r\n\r\n\r\n",
    ),
    (
        "[pscustomobject]@{A=1;B=2} | Format-Table B,@{n='Twice';e={$_.A*2}}",
        "\r\nB Twice\r\n- -----\r\n2     2\r\n\r\n\r\n",
    ),
    ("[pscustomobject]@{A=1;B=2} | Format-Table -HideTableHeaders", "\r\n1 2\r\n\r\n\r\n"),
    (
        "@{x=1}",
        "\r\nName                           Value" + " " * 43 + "\r\n"
        "----                           -----" + " " * 43 + "\r\n"
        "x                              1" + " " * 47 + "\r\n\r\n\r\n",
    ),
    ("Get-Date", "\r\nTuesday, January 2, 2024 3:04:05 AM\r\n\r\n\r\n"),
    ("'head'; [pscustomobject]@{a=1}; 'tail'", "head\r\n\r\na\r\n-\r\n1\r\ntail\r\n\r\n\r\n"),
    (
        "[pscustomobject]@{G='x';N=1},[pscustomobject]@{G='y';N=2} | Format-Table N -GroupBy G",
        "\r\n\r\n   G: x\r\n\r\nN\r\n-\r\n1\r\n\r\n\r\n   G: y\r\n\r\nN\r\n-\r\n2\r\n\r\n\r\n",
    ),
]


@pytest.mark.parametrize(("script", "text"), CASES)
def test_objects_are_shown_as_5_1_shows_them(shell, script, text):
    assert shell.shown(script) == text


def test_columns_that_do_not_fit_are_cut_or_left_out(shell):
    text = shell.shown("[pscustomobject]@{A='a'*60;B='b'*30;C='c'}")
    lines = text.split("\r\n")
    assert max(len(line) for line in lines) <= 79
    assert lines[3] == "a" * 60 + " " + "b" * 15 + "..."


def test_wrapping_keeps_blanks_at_the_end_of_a_line():
    from emulator.powershell.format.wrapping import wrap

    assert wrap("aa bb cc", 6) == ["aa bb ", "cc"]
    assert wrap("a" * 7, 3) == ["aaa", "aaa", "a"]
    assert wrap("one\r\ntwo", 10) == ["one", "two"]


def test_what_was_formatted_shows_the_moment_of_its_formatting(shell):
    text = shell.shown(
        "$x = [pscustomobject]@{a = 1; b = 'one'}; $list = $x | Format-List; $table = $x | Format-Table;"
        "$wide = $x | Format-Wide b; $custom = $x | Format-Custom; $x.a = 2; $x.b = 'two';"
        "$list, $table, $wide, $custom | Out-String"
    )
    assert "two" not in text
    assert text.count("one") == 4


def test_a_script_behind_a_column_runs_once_for_each_object(shell):
    text = shell.shown(
        "$n = 0; 1..3 | Format-Table -Force @{n = 'x'; e = {$script:n++; $_}} | Out-Null; $script:n"
    )
    assert text.split() == ["3"]
