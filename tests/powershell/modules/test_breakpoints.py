"""Set-PSBreakpoint -Action and the other cmdlets for breakpoints."""

from __future__ import annotations

import pytest

from emulator.powershell.runtime.limits import Limits
from tests.powershell.modules.console_session import ConsoleSession

SCRIPT = "Set-Content C:\\s.ps1 'param($n)','$a = 1','foreach ($i in 1..$n) {','    $a = $a + $i','}','\"end $a\"'\n"


@pytest.fixture
def session():
    made = ConsoleSession()
    made.values("$global:log = [System.Collections.ArrayList]@()\n" + SCRIPT)
    return made


def _log(session):
    return session.values("$log -join ' '; $log.Clear()")[0]


def test_an_action_runs_before_a_line(session):
    session.values('$null = Set-PSBreakpoint -Script C:\\s.ps1 -Line 4 -Action { $null = $log.Add("a=$a") }')
    assert session.values("& C:\\s.ps1 2") == ["end 4"]
    assert _log(session) == "a=1 a=2"
    assert session.values("(Get-PSBreakpoint).HitCount") == [2]


def test_an_action_knows_its_breakpoint_and_changes_nothing_around_it(session):
    session.values(
        "Set-PSBreakpoint C:\\s.ps1 4 -Action { $a = 100; if ($_.HitCount -eq 1) { $_ | Disable-PSBreakpoint } }"
    )
    assert session.values("& C:\\s.ps1 3") == ["end 7"]
    assert session.values("(Get-PSBreakpoint).HitCount; (Get-PSBreakpoint).Enabled") == [1, False]


def test_a_command_is_met_by_name_and_alias(session):
    session.values(
        "function Do-It { 'done' }; $null = Set-PSBreakpoint -Command Get-D*, Do-It -Action { $null = $log.Add('hit') }"
    )
    session.values("$null = Get-Date; $null = Do-It; $null = Get-Item C:\\")
    assert _log(session) == "hit hit"


def test_a_variable_is_met_where_it_is_written_or_read(session):
    session.values("$null = Set-PSBreakpoint -Variable v -Action { $null = $log.Add('w') }")
    session.values("$null = Set-PSBreakpoint -Variable v -Mode Read -Action { $null = $log.Add('r') }")
    session.values("$v = 1; $v = 2; $x = $v + $v")
    assert _log(session) == "w w r r"


def test_a_script_meets_its_own_breakpoints(session):
    script = "$null = Set-PSBreakpoint -Variable own -Action { $null = $log.Add('w') }; $own = 1; function f { $own = 2 }; f"
    session.values(script)
    assert _log(session) == "w w"


def test_functions_that_are_there_already_are_watched(session):
    session.values("function f { $q = 5 }; f")
    session.values("$null = Set-PSBreakpoint -Variable q -Action { $null = $log.Add('w') }")
    session.values("f")
    assert _log(session) == "w"


def test_a_breakpoint_is_for_its_script(session):
    session.values("$null = Set-PSBreakpoint -Variable a -Script C:\\s.ps1 -Action { $null = $log.Add('w') }")
    session.values("$a = 5; & C:\\s.ps1 1")
    assert _log(session) == "w w"


def test_the_cmdlets_choose_and_remove(session):
    script = """
    $one = Set-PSBreakpoint -Script C:\\s.ps1 -Line 2, 6 -Action { }
    $two = Set-PSBreakpoint -Command x -Action { }
    $three = Set-PSBreakpoint -Variable y -Mode ReadWrite -Action { }
    (Get-PSBreakpoint).Id -join ','
    (Get-PSBreakpoint -Type Line, Variable).Id -join ','
    (Get-PSBreakpoint -Script C:\\s.ps1).Line -join ','
    (Get-PSBreakpoint -Command x).GetType().FullName
    "$one | $two | $three | $($three.AccessMode)"
    (Disable-PSBreakpoint -Id 0 -PassThru).Enabled
    Get-PSBreakpoint -Id 2 | Remove-PSBreakpoint
    (Get-PSBreakpoint).Count
    """
    assert session.values(script) == [
        *("0,1,2,3", "0,1,3", "2,6", "System.Management.Automation.CommandBreakpoint"),
        "Line breakpoint on 'C:\\s.ps1:2' Line breakpoint on 'C:\\s.ps1:6' | Command breakpoint on 'x' | "
        "Variable breakpoint on '$y' (ReadWrite access) | ReadWrite",
        False,
        3,
    ]


def test_a_breakpoint_without_action_counts_and_is_passed_over_where_nobody_debugs(session):
    session.values(
        "$null = Set-PSBreakpoint -Script C:\\s.ps1 -Line 4; $null = Set-PSBreakpoint -Variable z -Action { break }"
    )
    assert session.values("& C:\\s.ps1 2; $z = 1") == ["end 4"]
    assert session.values("(Get-PSBreakpoint).HitCount; $null -eq (Get-PSBreakpoint -Id 0).Action") == [
        2,
        1,
        True,
    ]


def test_what_waits_for_a_debugger_says_so(session):
    session.values("Enable-RunspaceDebug; $null = Set-PSBreakpoint -Variable w")
    assert session.values('Get-RunspaceDebug | % { "$($_.RunspaceId) $($_.Enabled) $($_.BreakAll)" }') == [
        "1 True False"
    ]
    assert session.error("$w = 1")[2].startswith(
        "To wait for a debugger that attaches to the runspace is not"
    )
    session.values("Disable-RunspaceDebug; $w = 2")
    assert session.error("Wait-Debugger")[0].startswith("NotEmulated,")


def test_debugging_of_other_runspaces_is_not_emulated(session):
    made = "$r = [runspacefactory]::CreateRunspace(); $r.Name = 'Mine'; $r.Open();"
    name = "Microsoft.PowerShell.Commands.DebugRunspaceCommand"
    assert session.error(f"{made} Debug-Runspace -Name Mine")[0] == f"NotEmulated,{name}"
    assert session.error("Debug-Runspace -Id 1")[0] == f"DebugRunspaceCannotDebugHostRunspace,{name}"
    assert session.error("Debug-Runspace -Name nope")[0] == f"DebugRunspaceNoRunspaceFound,{name}"
    options = "$r.Name = 'Other'; Enable-RunspaceDebug -Runspace $r -BreakAll; (Get-RunspaceDebug -RunspaceName O*).BreakAll"
    assert session.values(f"{made} {options}") == [True]


def test_what_is_no_line_or_script_is_told(session):
    assert session.error("Set-PSBreakpoint C:\\s.ps1 0 -Action { }")[::2] == (
        "SetPSBreakpoint:LineLessThanOne,Microsoft.PowerShell.Commands.SetPSBreakpointCommand",
        "Line cannot be less than 1.",
    )
    session.values("Set-Content C:\\n.txt x")
    assert session.error("Set-PSBreakpoint C:\\n.txt 1 -Action { }")[0].startswith(
        "NewPSBreakpoint:WrongExtension,"
    )


def test_errors_of_an_action_are_lost(session):
    session.values("$null = Set-PSBreakpoint -Variable e -Action { throw 'no' }")
    assert session.values("$e = 1; $e") == [1]


def test_a_remote_session_has_no_breakpoints(session):
    inside = "Invoke-Command localhost { Set-PSBreakpoint -Variable v -Action { } }"
    assert session.error(inside)[::2] == (
        "SetPSBreakpoint:RemoteDebuggerNotSupported,Microsoft.PowerShell.Commands.SetPSBreakpointCommand",
        "Breakpoints cannot be set in the remote session because remote debugging is not supported by the "
        "current host.",
    )


def test_an_action_cannot_use_up_more_steps_than_its_script_has(make_shell):
    shell = make_shell(limits=Limits(steps=10_000))
    result = shell.run(
        "$null = Set-PSBreakpoint -Variable q -Action { while ($true) { } }; & { $q = 1; 'after' }"
    )
    assert (result.failure.error_id, result.output) == ("StepLimit", [])


def test_a_job_sets_no_breakpoints(session):
    script = "$j = Start-Job { Set-PSBreakpoint -Variable v }; $null = Wait-Job $j; Receive-Job $j"
    assert session.error(script)[0].startswith("SetPSBreakpoint:RemoteDebuggerNotSupported")
