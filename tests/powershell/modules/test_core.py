"""Where-Object, ForEach-Object and the discovery cmdlets."""

import pytest

MACHINES = "$m = 'web','db','app' | % { $i = 0 } { [pscustomobject]@{Name=$_; Size=++$i; Up=($i -ne 2)} }; "


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("$m | Where-Object { $_.Size -gt 1 } | % Name", ["db", "app"]),
        ("$m | ? Size -gt 1 | % Name", ["db", "app"]),
        ("$m | where Name -eq WEB | % Name", ["web"]),
        ("$m | where Name -ceq WEB | % Name", []),
        ("$m | ? Name -like '*p*' | % Name", ["app"]),
        ("$m | ? Name -match '^d' | % Name", ["db"]),
        ("$m | ? Name -in 'db','app' | % Name", ["db", "app"]),
        ("$m | ? Up | % Name", ["web", "app"]),
        ("$m | ? { -not $_.Up } | % Name", ["db"]),
        ("$m | % { $_.Name } | Select-Object -First 1", ["web"]),
        ("1,2 | ForEach-Object -Begin {'b'} -Process {$_} -End {'e'}", ["b", "1", "2", "e"]),
        ("1,2 | % {'b'} {$_} {'e'}", ["b", "1", "2", "e"]),
        ("'a','b' | % ToUpper; 'abc' | % Substring 1; 'abc' | % Length", ["A", "B", "bc", "3"]),
        (
            "(1..3).ForEach({ $_ * 2 }); (1..4).Where({ $_ -gt 2 }); (1..4).Where({$_ -gt 1}, 'First')",
            ["2", "4", "6", "3", "4", "2"],
        ),
        ("1..3 | Out-Null; 'x' | Out-Null", []),
        (
            "(Get-Command Get-Date).CommandType; (Get-Command select).ResolvedCommandName",
            ["Cmdlet", "Select-Object"],
        ),
        ("(Get-Command Select-Object).Parameters['First'].ParameterType.Name", ["Int32"]),
        (
            "Get-Command Write-* -CommandType Cmdlet | % Name | Select-Object -First 2",
            ["Write-Debug", "Write-Error"],
        ),
        ("function my-thing { }; (Get-Command my-thing).CommandType", ["Function"]),
        ("[bool](Get-Command nope -ErrorAction SilentlyContinue)", ["False"]),
    ],
)
def test_core_cmdlets_give_what_5_1_gives(shell, script, expected):
    assert shell.texts(MACHINES + script) == expected


def test_select_first_stops_what_is_upstream(shell):
    script = "function source { 1..10 | % { $script:seen = $_; $_ } }; source | Select-Object -First 2; $script:seen"
    assert shell.texts(script) == ["1", "2", "2"]


def test_break_inside_foreach_object_leaves_the_loop_around_it(shell):
    assert shell.texts("foreach ($i in 1..2) { 1..3 | % { if ($_ -eq 2) { break }; $_ } }; 'end'") == [
        "1",
        "end",
    ]


def test_get_command_of_a_missing_name_is_an_error_with_its_id(shell):
    record = shell.error("Get-Command nope")
    assert record.fully_qualified_error_id == (
        "CommandNotFoundException,Microsoft.PowerShell.Commands.GetCommandCommand"
    )
