"""Statements, functions, scopes and script blocks: script -> the text of each output object."""

import pytest

STATEMENTS = [
    ("if (0) {1} elseif ('a') {2} else {3}", ["2"]),
    ("$x = if ($true) { 5 } else { 6 }; $x", ["5"]),
    ("foreach ($i in 1..3) { if ($i -eq 2) { continue }; $i }", ["1", "3"]),
    ("foreach ($i in $null) { 'never' }; foreach ($i in 5) { $i }", ["5"]),
    ("for ($i = 0; $i -lt 3; $i++) { $i }", ["0", "1", "2"]),
    ("$i = 0; while ($true) { $i++; if ($i -gt 2) { break } }; $i", ["3"]),
    ("$i = 0; do { $i++ } while ($i -lt 3); $i; do { $i-- } until ($i -eq 0); $i", ["3", "0"]),
    (
        ':outer foreach ($a in 1..3) { foreach ($b in 1..3) { if ($b -eq 2) { continue outer }; "$a$b" } }',
        ["11", "21", "31"],
    ),
    (":o while (1) { while (1) { break o } }; 'out'", ["out"]),
    ("switch ('b') { 'a' {1} 'b' {2} default {3} }", ["2"]),
    ("switch (1,2,3) { 2 {'two'} default {\"d$_\"} }", ["d1", "two", "d3"]),
    ("switch -wildcard ('abc') { 'a*' {'A'; break} 'ab*' {'B'} }", ["A"]),
    ("switch -regex ('abc') { '^a(.)' {$Matches[1]} }", ["b"]),
    ("switch (5) { { $_ -gt 3 } {'big'} 5 {'five'} }", ["big", "five"]),
    ("switch -casesensitive ('A') { 'a' {1} 'A' {2} }", ["2"]),
    ('$a, $b = 1, 2, 3; "$a|$b"', ["1|2 3"]),
    ("$a = $b = 4; $a + $b; ($c = 5); $c", ["8", "5", "5"]),
    ("$h = @{}; $h.x = 1; $h['y'] = 2; $h.x += 5; $h.x; $h.Count", ["6", "2"]),
    ('$a = @(1,2,3); $a[1] = 9; $a[-1] += 1; "$a"', ["1 9 4"]),
    ("[int]$n = '5'; $n.GetType().Name; $n = '6'; $n + 1", ["Int32", "7"]),
    ("$s = 'x'; \"a${s}b $($s.Length) $s.Length `$s\"", ["axb 1 x.Length $s"]),
    ("@'\nraw $x\n'@", ["raw $x"]),
    ("'it''s'; \"a`tb\"", ["it's", "a\tb"]),
    ("$(1;2) | Measure-Object | % Count; @($null).Count; @().Count", ["2", "1", "0"]),
    ("& { trap { \"t:$_\"; continue }; throw 'x'; 'after' }", ["t:x", "after"]),
]

FUNCTIONS = [
    ("function f($a, $b = 3) { $a + $b }; f 1; f 2 -b 5; f -b 1 -a 1", ["4", "7", "2"]),
    ("function f { $args.Count; $args[0] }; f 1 2 3", ["3", "1"]),
    ("function f([int]$x) { $x.GetType().Name }; f '7'", ["Int32"]),
    ("function f { param([switch]$s) $s.IsPresent }; f -s; f; f -s:$false", ["True", "False", "False"]),
    ("function f { return 1; 2 }; f", ["1"]),
    ("function f { 1; 2 }; (f).Count; $x = f; $x[1]", ["2", "2"]),
    ("function f { process { $_ * 2 } }; 1..3 | f", ["2", "4", "6"]),
    ("function f { begin {'b'} process {\"p$_\"} end {'e'} }; 1,2 | f", ["b", "p1", "p2", "e"]),
    ("function f { $input | % { $_ + 1 } }; 1,2 | f", ["2", "3"]),
    ("filter dbl { $_ * 2 }; 1,2 | dbl", ["2", "4"]),
    (
        "function f { param([Parameter(ValueFromPipeline)]$i) process { \"<$i>\" } }; 'a','b' | f; f c",
        ["<a>", "<b>", "<c>"],
    ),
    (
        "function f { param([Parameter(ValueFromPipelineByPropertyName)]$Name) process { $Name } }; "
        "[pscustomobject]@{Name='n'} | f",
        ["n"],
    ),
    (
        "function f { param($a) $PSBoundParameters.ContainsKey('a'); $PSBoundParameters.Count }; f -a 1; f",
        ["True", "1", "False", "0"],
    ),
    ("function f { $MyInvocation.MyCommand.Name }; f", ["f"]),
    ("function f { param([Parameter(ValueFromRemainingArguments)]$r) $r.Count }; f 1 2 3", ["3"]),
    ("function f { param([ValidateSet('a','b')]$x) $x }; f B", ["B"]),
    ("function outer { function inner { 'in' }; inner }; outer", ["in"]),
    ("function fib($n) { if ($n -lt 2) { $n } else { (fib ($n-1)) + (fib ($n-2)) } }; fib 12", ["144"]),
    ("$f = { param($x) $x * 2 }; & $f 4; $f.Invoke(5); & { $args[0] } 7", ["8", "10", "7"]),
    ("$y = 1; $c = { $y }.GetNewClosure(); $y = 2; & $c", ["1"]),
    ('$p = @{a=1;b=2}; function f($a,$b) { "$a-$b" }; f @p; $l = 3,4; f @l', ["1-2", "3-4"]),
    ("$ExecutionContext.InvokeCommand.ExpandString('v=$(1+1)')", ["v=2"]),
    ("[scriptblock]::Create('1+2').Invoke()", ["3"]),
    ("$o = [pscustomobject]@{n=2}; $o | Add-Member ScriptMethod Twice { $this.n * 2 }; $o.Twice()", ["4"]),
    (
        "$o = [pscustomobject]@{n=2}; $o | Add-Member ScriptMethod Eat "
        "{ param([ValidateScript({ $_ -le $this.n })] $c) $c }; $o.Eat(2); try { $o.Eat(3) } catch { 'no' }",
        ["2", "no"],
    ),
    ("$o = [pscustomobject]@{n=2}; $o | Add-Member ScriptProperty Neg { -$this.n }; $o.Neg", ["-2"]),
]

SCOPES = [
    ("$x = 1; function f { $x; $x = 2; $x }; f; $x", ["1", "2", "1"]),
    ("$x = 1; function f { $script:x = 5 }; f; $x", ["5"]),
    ("function f { $global:g = 3 }; f; $g", ["3"]),
    ("$x = 1; & { $x = 2 }; $x; . { $x = 3 }; $x", ["1", "3"]),
    ("$x = 1; 1 | % { $x = 9 }; $x", ["9"]),
    ("$env:TEMP; $env:NEW = 'v'; $env:new", ["C:\\Temp", "v"]),
    ("${function:f} = { 'fn' }; f", ["fn"]),
    ("Set-Variable q 5; $q; (Get-Variable q).Value; Get-Variable q -ValueOnly", ["5", "5", "5"]),
    (
        "New-Variable ro 1 -Option ReadOnly; try { $ro = 2 } catch { $_.FullyQualifiedErrorId }; $ro",
        ["VariableNotWritable", "1"],
    ),
    ("1,2 | % { $a = $_; 10 | % { $_ + $a }; $_ }", ["11", "1", "12", "2"]),
]


@pytest.mark.parametrize(("script", "expected"), [*STATEMENTS, *FUNCTIONS, *SCOPES])
def test_a_script_writes_what_windows_powershell_writes(shell, script, expected):
    assert shell.texts(script) == expected


def test_a_pipeline_without_output_gives_nothing_to_the_next_pipeline(shell):
    assert shell.texts("$x = 1..3 | Where-Object { $_ -gt 5 }; $x | % { 'never' }; $null | % { 'once' }") == [
        "once"
    ]


def test_variables_and_functions_live_on_in_the_runspace(shell):
    shell.values("$kept = 5; function kept { 'yes' }")
    assert shell.texts("$kept; kept") == ["5", "yes"]


def test_input_and_arguments_reach_a_script(shell):
    assert shell.texts('param($a, $b) "$a $b"', arguments=(1,), parameters={"b": 2}) == ["1 2"]
    assert shell.texts("$input | % { $_ * 2 }", input=[1, 2]) == ["2", "4"]


def test_exit_ends_the_script_with_its_code(shell):
    result = shell.run("'before'; exit 3; 'after'")
    assert (result.output, result.exit_code, result.process_exit_code()) == (["before"], 3, 3)


def test_set_should_exit_gives_the_exit_code_at_the_end(shell):
    result = shell.run("$Host.SetShouldExit(7); 'on'")
    assert (result.output, result.exit_code) == (["on"], 7)


def test_a_script_that_recurses_without_end_gets_call_depth_overflow(shell):
    record = shell.error("function deep { deep }; deep")
    assert record.fully_qualified_error_id == "CallDepthOverflow"
    assert shell.texts("try { deep } catch { 'caught' }") == ["caught"]


def test_a_stopped_script_ends_and_the_runspace_goes_on(shell):
    shell.runspace.stop()
    assert shell.run("while ($true) { }").stopped
    assert shell.texts("1") == ["1"]


def test_a_script_over_its_step_budget_is_ended(make_shell):
    from emulator.powershell.runtime import Limits

    result = make_shell(limits=Limits(steps=10_000)).run("while ($true) { }")
    assert result.failure is not None
    assert result.failure.fully_qualified_error_id == "StepLimit"


@pytest.mark.parametrize(
    "script", ["'a' * 100000000", "$s = 'ab'; while ($true) { $s += $s }", "1..100000000"]
)
def test_texts_and_lists_cannot_outgrow_the_budget(shell, script):
    result = shell.run(f"try {{ {script} }} catch {{ $_.FullyQualifiedErrorId }}")
    assert result.output == ["System.OutOfMemoryException"]


def test_what_the_language_engine_cannot_do_fails_loudly_and_is_counted(shell):
    result = shell.run("workflow w { 1 }")
    assert result.failure is not None
    assert "FunctionDefinitionAst" in result.failure.message
    assert ("language", "FunctionDefinitionAst", 1) in list(shell.session.gaps())


def test_strict_mode_refuses_unset_variables_and_missing_properties(shell):
    assert (
        shell.error("Set-StrictMode -Version 2; $undefined").fully_qualified_error_id == "VariableIsUndefined"
    )
    assert shell.error("([pscustomobject]@{a=1}).b").fully_qualified_error_id == "PropertyNotFoundStrict"


RETURNING = [
    ("function f { $x = if ($true) { return 'one' }; 'no' }; f", ["one"]),
    ("function f { $('a'; return 'b'); 'no' }; f", ["a", "b"]),
    ("function f { $x = foreach ($i in 1..3) { $i; if ($i -eq 2) { return } } }; f", ["1", "2"]),
    ("function f { @(1; return 2) }; f", ["1", "2"]),
    ("1..2 | % { $x = if ($_ -eq 1) { return 'first' }; 'second' }", ["first", "second"]),
]


@pytest.mark.parametrize(("script", "expected"), RETURNING)
def test_what_an_expression_has_gathered_belongs_to_the_function_that_returns(shell, script, expected):
    assert shell.texts(script) == expected
