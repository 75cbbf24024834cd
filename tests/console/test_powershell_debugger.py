"""The debugger of powershell.exe, which reads what to do from standard input."""

from __future__ import annotations

SCRIPT = b'function Twice($n) {\r\n    $n * 2\r\n}\r\n$a = Twice 3\r\n$b = Twice 4\r\n"sum $($a + $b)"\r\n'
SET = "Set-PSBreakpoint -Script C:\\s.ps1 -Line 4 | Out-Null; C:\\s.ps1; 'after'"
HEAD = [
    *("Entering debug mode. Use h or ? for help.", ""),
    *("Hit Line breakpoint on 'C:\\s.ps1:4'", ""),
    *("At C:\\s.ps1:4 char:1", "+ $a = Twice 3", "+ ~~~~~~~~~~~~"),
]
PROMPT = "[DBG]: PS C:\\Users\\Administrator>> "


def _debug(machine, typed: str, script: str = SET) -> list[str]:
    machine.host.filesystem.write("C:\\s.ps1", SCRIPT)
    ended = machine.run(f'powershell.exe -Command "{script}"', stdin=typed.encode())
    assert ended.err == ""
    return ended.out.replace("\r\n", "\n").split("\n")


def test_at_the_end_of_the_input_the_script_goes_on(machine):
    assert _debug(machine, "") == [*HEAD, PROMPT, "sum 14", "after", ""]


def test_what_is_typed_runs_where_the_script_stands(machine):
    lines = _debug(machine, "$a\r\n$b = 1; $PSDebugContext.Breakpoints[0].Line\r\ns\r\n$n\r\nc\r\n")
    assert lines[7:] == [
        f"{PROMPT}{PROMPT}4",
        *(f"{PROMPT}At C:\\s.ps1:2 char:5", "+     $n * 2", "+     ~~~~~~"),
        *(f"{PROMPT}3", f"{PROMPT}sum 14", "after", ""),
    ]


def test_steps_go_over_and_out_of_functions_and_an_empty_line_repeats(machine):
    lines = _debug(machine, "v\r\n\r\nc\r\n")
    assert [one for one in lines[7:] if "char:" in one] == [
        f"{PROMPT}At C:\\s.ps1:5 char:1",
        f"{PROMPT}At C:\\s.ps1:6 char:1",
    ]
    lines = _debug(machine, "s\r\no\r\nc\r\n")
    assert [one for one in lines[7:] if "char:" in one] == [
        f"{PROMPT}At C:\\s.ps1:2 char:5",
        f"{PROMPT}At C:\\s.ps1:5 char:1",
    ]


def test_the_source_is_listed(machine):
    lines = _debug(machine, "l 3 2\r\nlist\r\n\r\nc\r\n")
    assert lines[7:11] == [PROMPT, "    3:  }", "    4:* $a = Twice 3", ""]
    assert '    6:  "sum $($a + $b)"' in lines


def test_quit_ends_everything(machine):
    assert _debug(machine, "q\r\n")[7:] == [PROMPT]


def test_help_and_errors(machine):
    machine.host.filesystem.write("C:\\s.ps1", SCRIPT)
    ended = machine.run(f'powershell.exe -Command "{SET}"', stdin=b"?\r\nd\r\nnope\r\nl x\r\nc\r\n")
    assert " s, stepInto         Single step (step into functions, scripts, etc.)" in ended.out
    assert "The debugger detach command is not applicable." in ended.err
    assert "The term 'nope' is not recognized" in ended.err
    assert "no greater than" in ended.err
    assert ended.out.endswith("sum 14\r\nafter\r\n")


def test_wait_debugger_and_an_action_that_breaks_stop_too(machine):
    lines = _debug(machine, "c\r\n", "Wait-Debugger; 'one'; 'two'")
    assert lines[2:5] == ["At line:1 char:16", "+ Wait-Debugger; 'one'; 'two'", "+                ~~~~~"]
    assert lines[5:] == [f"{PROMPT}one", "two", ""]
    script = "Set-PSBreakpoint -Variable z -Action { if ($_.HitCount -eq 2) { break } } | Out-Null; $z = 1; $z = 2; 'end'"
    lines = _debug(machine, "c\r\n", script)
    assert lines[2] == "Hit Variable breakpoint on '$z' (Write access)"
    assert "$z = 2" in lines[5]
    assert lines[-2:] == [f"{PROMPT}end", ""]


def test_statements_of_the_standard_input_are_followed_by_what_the_debugger_reads(machine):
    machine.host.filesystem.write("C:\\s.ps1", SCRIPT)
    typed = "Set-PSBreakpoint C:\\s.ps1 4 | Out-Null\r\nC:\\s.ps1\r\ns\r\n$n\r\nc\r\n'last'\r\n"
    lines = machine.run("powershell.exe -Command -", stdin=typed.encode()).out.split("\r\n")
    assert lines[-4:] == ["3", "sum 14", "last", ""]


def test_a_runspace_that_nobody_debugs_passes_over_its_breakpoints(machine):
    script = "$p = [powershell]::Create(); $p.AddScript('$b = Set-PSBreakpoint -Variable v; $v = 1; $b.HitCount').Invoke()"
    assert _debug(machine, "", script) == ["1", ""]
