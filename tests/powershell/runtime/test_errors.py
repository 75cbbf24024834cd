"""Error records, their reports, and try/catch."""

import pytest

REPORTS = [
    (
        "Get-Foo",
        "Get-Foo : The term 'Get-Foo' is not recognized as the name of a cmdlet, \r\n"
        "function, script file, or operable program. Check the spelling of the name, or \r\n"
        "if a path was included, verify that the path is correct and try again.\r\n"
        "At line:1 char:1\r\n"
        "+ Get-Foo\r\n"
        "+ ~~~~~~~\r\n"
        "    + CategoryInfo          : ObjectNotFound: (Get-Foo:String) [], CommandNotF \r\n"
        "   oundException\r\n"
        "    + FullyQualifiedErrorId : CommandNotFoundException\r\n"
        " \r\n",
    ),
    (
        "$x = 1/0",
        "Attempted to divide by zero.\r\n"
        "At line:1 char:1\r\n"
        "+ $x = 1/0\r\n"
        "+ ~~~~~~~~\r\n"
        "    + CategoryInfo          : NotSpecified: (:) [], RuntimeException\r\n"
        "    + FullyQualifiedErrorId : RuntimeException\r\n"
        " \r\n",
    ),
    (
        "throw 'boo'",
        "boo\r\n"
        "At line:1 char:1\r\n"
        "+ throw 'boo'\r\n"
        "+ ~~~~~~~~~~~\r\n"
        "    + CategoryInfo          : OperationStopped: (boo:String) [], RuntimeExcept \r\n"
        "   ion\r\n"
        "    + FullyQualifiedErrorId : boo\r\n"
        " \r\n",
    ),
    (
        "Write-Error boom",
        "Write-Error boom : boom\r\n"
        "    + CategoryInfo          : NotSpecified: (:) [Write-Error], WriteErrorExcep \r\n"
        "   tion\r\n"
        "    + FullyQualifiedErrorId : Microsoft.PowerShell.Commands.WriteErrorExceptio \r\n"
        "   n\r\n"
        " \r\n",
    ),
    (
        "function foo { Write-Error boom }\nfoo",
        "foo : boom\r\n"
        "At line:2 char:1\r\n"
        "+ foo\r\n"
        "+ ~~~\r\n"
        "    + CategoryInfo          : NotSpecified: (:) [Write-Error], WriteErrorExcep \r\n"
        "   tion\r\n"
        "    + FullyQualifiedErrorId : Microsoft.PowerShell.Commands.WriteErrorExceptio \r\n"
        "   n,foo\r\n"
        " \r\n",
    ),
    (
        "Get-Date -Year abc",
        "Get-Date : Cannot bind parameter 'Year'. Cannot convert value \"abc\" to type \r\n"
        '"System.Int32". Error: "Input string was not in a correct format."\r\n'
        "At line:1 char:16\r\n"
        "+ Get-Date -Year abc\r\n"
        "+                ~~~\r\n"
        "    + CategoryInfo          : InvalidArgument: (:) [Get-Date], ParameterBindin \r\n"
        "   gException\r\n"
        "    + FullyQualifiedErrorId : CannotConvertArgumentNoMessage,Microsoft.PowerSh \r\n"
        "   ell.Commands.GetDateCommand\r\n"
        " \r\n",
    ),
    (
        "if (",
        "At line:1 char:5\r\n"
        "+ if (\r\n"
        "+     ~\r\n"
        "Missing condition in if statement after 'if ('.\r\n"
        "    + CategoryInfo          : ParserError: (:) [], ParentContainsErrorRecordEx \r\n"
        "   ception\r\n"
        "    + FullyQualifiedErrorId : IfStatementMissingCondition\r\n"
        " \r\n",
    ),
]


@pytest.mark.parametrize(("script", "report"), REPORTS)
def test_an_error_is_reported_in_the_normal_view_of_5_1(shell, script, report):
    assert shell.report(script) == report


def test_a_long_line_is_cut_around_the_marked_part(shell):
    script = "$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = 5; Get-Missing-Thing -Name 5; $x = 'more text'"
    lines = shell.report(script).split("\r\n")
    shown = next(line for line in lines if line.startswith("+ ..."))
    marks = lines[lines.index(shown) + 1]
    assert len(shown) <= 79
    assert shown[marks.index("~") : marks.index("~") + marks.count("~")] == "Get-Missing-Thing"
    assert shown.startswith("+ ... ")
    assert shown.endswith(" ...")


CATCHING = [
    ('try { 1/0 } catch { "c:$_" }', ["c:Attempted to divide by zero."]),
    ("try { 1/0 } catch [System.DivideByZeroException] { 'zero' } catch { 'any' }", ["zero"]),
    ("try { Get-Foo } catch [System.Management.Automation.CommandNotFoundException] { 'cnf' }", ["cnf"]),
    (
        "try { [int]::Parse('x') } catch [FormatException] { $_.Exception.GetType().Name }",
        ["FormatException"],
    ),
    (
        "try { throw [System.ArgumentException]::new('bad','p') } catch [System.ArgumentException] { $_.Exception.ParamName }",
        ["p"],
    ),
    (
        "try { throw 'a' } catch { $_.Exception.Message; $_.TargetObject; $_.CategoryInfo.Category }",
        ["a", "a", "OperationStopped"],
    ),
    ("try { throw @{code=5} } catch { $_.TargetObject.code }", ["5"]),
    ("try { try { throw 'in' } finally { 'fin' } } catch { \"out:$_\" }", ["fin", "out:in"]),
    ("try { try { throw 'a' } catch { throw } } catch { \"again:$_\" }", ["again:a"]),
    ("function f { try { return 1 } finally { 'cleanup' } }; f", ["1", "cleanup"]),
    ("try { Write-Error e -ErrorAction Stop; 'no' } catch { \"$_\" }", ["e"]),
    ("try { Write-Error e -ErrorAction SilentlyContinue; 'yes' } catch { 'no' }", ["yes"]),
    ("$ErrorActionPreference = 'Stop'; try { Write-Error e; 'no' } catch { 'stopped' }", ["stopped"]),
    (
        "function f { [CmdletBinding()]param() Write-Error e; 'on' }; try { f -ErrorAction Stop } catch { 'st' }",
        ["st"],
    ),
    (
        "try { Get-Date -Year abc } catch { $_.FullyQualifiedErrorId; $_.CategoryInfo.Reason }",
        [
            "CannotConvertArgumentNoMessage,Microsoft.PowerShell.Commands.GetDateCommand",
            "ParameterBindingException",
        ],
    ),
    ("$Error.Clear(); try { throw 'q' } catch { }; $Error.Count; $Error[0].Exception.Message", ["1", "q"]),
    (
        "$e = [System.Management.Automation.ErrorRecord]::new([System.Exception]::new('m'),'MyId','ObjectNotFound','t'); try { throw $e } catch { $_.FullyQualifiedErrorId; $_.CategoryInfo.ToString() }",
        ["MyId", "ObjectNotFound: (t:String) [], Exception"],
    ),
    (
        "function f { [CmdletBinding()]param() $PSCmdlet.ThrowTerminatingError([System.Management.Automation.ErrorRecord]::new([Exception]::new('m'),'Id','InvalidData',$null)) }; try { f } catch { $_.FullyQualifiedErrorId }",
        ["Id,f"],
    ),
    ("try { $null.Foo() } catch { $_.FullyQualifiedErrorId }", ["InvokeMethodOnNull"]),
    ("& { Write-Error x; 'o' } 2>&1 | % { $_.GetType().Name }", ["ErrorRecord", "String"]),
    (
        '$v = $null; Write-Error q -ErrorVariable v -ErrorAction SilentlyContinue; $v.Count; "$($v[0])"',
        ["1", "q"],
    ),
    ('Write-Warning w 3>&1 | % Message; Write-Verbose v -Verbose 4>&1 | % { "$_" }', ["w", "v"]),
    (
        "try { Get-Command nosuch -ErrorAction Stop -ErrorVariable v } catch { }; $v.Count; "
        "$v[0].GetType().Name; $v[0].ErrorRecord.FullyQualifiedErrorId.Split(',')[0]",
        ["1", "ActionPreferenceStopException", "CommandNotFoundException"],
    ),
    # "No trace of the error" with Ignore; the functions around get what SilentlyContinue keeps quiet.
    ("$v = 1; Write-Error q -EV v -EA Ignore; Get-Command nosuch -EV +v -EA Ignore; $v.Count", ["0"]),
    (
        "function f { [CmdletBinding()] param() Write-Error a -EA 0; Get-Command nosuch -EA 0; Get-Command no -EA Ignore }"
        " function g { [CmdletBinding()] param() f -EV mine; $mine.Count }"
        " g -EV v; $v.Count; $v[0].FullyQualifiedErrorId",
        ["2", "2", "Microsoft.PowerShell.Commands.WriteErrorException,f"],
    ),
    ("function f { [CmdletBinding()] param() Write-Error a }; f -EA 0 -EV v; $v.Count", ["1"]),
    (
        "function f { [CmdletBinding()] param() $PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new("
        "[Exception]'x', 'i', 'NotSpecified', 1)) }; f -EA 0 -EV v; $v.Count; f -EA Ignore -EV w; $w.Count",
        ["1", "0"],
    ),
    ("Get-Foo 2>$null; $?", ["False"]),
    # What a block for the inner exception sees is that exception; a block for anything sees the outer one.
    ("try { [int]::Parse('x') } catch { $_.Exception.GetType().Name }", ["MethodInvocationException"]),
    ("try { 1/0 } catch [DivideByZeroException] { 'inner' } catch [Exception] { 'any' }", ["inner"]),
    (
        "try { Get-Command nosuch -ErrorAction Stop } catch "
        "[System.Management.Automation.ActionPreferenceStopException] { $_.Exception.GetType().Name }",
        ["CommandNotFoundException"],
    ),
    (
        "try { Get-Command nosuch -EA Stop } catch "
        "[System.Management.Automation.CommandNotFoundException] { 'gone' } catch [Exception] { 'general' }",
        ["general"],
    ),
    (
        "try { Invoke-Expression 'Get-Command -Name' } catch "
        "[System.Management.Automation.CmdletInvocationException] { $_.Exception.GetType().Name }",
        ["ParameterBindingException"],
    ),
    ("1; $?; Get-Date > $null; $?", ["1", "True", "True"]),
]


@pytest.mark.parametrize(("script", "expected"), CATCHING)
def test_errors_are_caught_and_redirected_as_in_5_1(shell, script, expected):
    assert shell.texts(script) == expected


def test_a_statement_that_fails_is_reported_and_the_script_goes_on(shell):
    result = shell.run("1/0; 'after'; Get-Foo; 'end'")
    assert result.output == ["after", "end"]
    assert [one.fully_qualified_error_id for one in result.errors] == [
        "RuntimeException",
        "CommandNotFoundException",
    ]
    assert result.failure is None


STOPPING = "[CmdletBinding()] param([Parameter(ValueFromPipeline)] $Value)"
THROW = (
    "$PSCmdlet.ThrowTerminatingError([System.Management.Automation.ErrorRecord]::new("
    "[ArgumentException]::new('bad'), 'Bad', 'InvalidArgument', $null))"
)
ENDINGS = [
    # (script, output, errors, the error that ends the script)
    ("Get-Command nosuch -ErrorAction Stop; 'after'", [], [], "CommandNotFoundException"),
    (
        "function f { Get-Command nosuch -ErrorAction Stop; 'in' }; f; 'after'",
        [],
        [],
        "CommandNotFoundException",
    ),
    ("1..2 | % { Get-Command nosuch -ErrorAction Stop }; 'after'", [], [], "CommandNotFoundException"),
    ("$ErrorActionPreference = 'Stop'; 1/0; 'after'", [], [], "RuntimeException"),
    ("Write-Warning w -WarningAction Stop; 'after'", [], [], "ActionPreferenceStop"),
    (f"function f {{ {STOPPING} {THROW}; 'in' }}; f; 'after'", ["after"], ["Bad,f"], None),
    (
        "function f { [CmdletBinding()] param() $ErrorActionPreference = 'Stop'; 1/0; 'in' }; f; 'after'",
        ["after"],
        ["RuntimeException"],
        None,
    ),
    (f"function f {{ {STOPPING} try {{ {THROW} }} catch {{ 'own' }}; 'in' }}; f", ["own", "in"], [], None),
    # What ends a pipeline ends the stages before it too; they cannot catch it.
    (
        "function up { try { 1; 2 } catch { 'no' } }; "
        f"function down {{ {STOPPING} process {{ {THROW} }} }}; up | down; 'after'",
        ["after"],
        ["Bad,down"],
        None,
    ),
]


@pytest.mark.parametrize(("script", "output", "errors", "failure"), ENDINGS)
def test_what_ends_a_script_and_what_only_a_statement(shell, script, output, errors, failure):
    result = shell.run(script)
    assert result.output == output
    assert [one.fully_qualified_error_id for one in result.errors] == errors
    assert (result.failure.error_id if result.failure else None) == failure


def test_the_error_of_an_expression_is_not_redirected_with_its_output(shell):
    result = shell.run("1/0 2>&1; 'after'")
    assert result.output == ["after"]
    assert [one.message for one in result.errors] == ["Attempted to divide by zero."]


def test_a_function_without_a_user_to_ask_reports_that(shell):
    body = "[CmdletBinding(SupportsShouldProcess)] param()"
    result = shell.run(
        f"function f {{ {body} if ($PSCmdlet.ShouldProcess('a', 'b')) {{ 'did' }} }}; f -Confirm; "
        f"function g {{ {body} if ($PSCmdlet.ShouldContinue('a', 'b')) {{ 'did' }} }}; g"
    )
    assert result.output == []
    assert [one.exception.chain()[-1].ps_type.short_name for one in result.errors] == [
        "PSInvalidOperationException"
    ] * 2


def test_an_uncaught_throw_ends_the_script_with_exit_code_1(shell):
    result = shell.run("'a'; throw 'x'; 'b'")
    assert result.output == ["a"]
    assert result.failure is not None
    assert result.process_exit_code() == 1


def test_a_last_command_that_failed_gives_exit_code_1_to_command_but_not_to_file(shell):
    result = shell.run("Write-Error x")
    assert (result.process_exit_code(), result.process_exit_code(command=False)) == (1, 0)


def test_output_reaches_the_sink_in_the_order_in_which_it_is_written(shell):
    events = []

    class Sink:
        def __getattr__(self, name):
            return lambda value: events.append((name, str(value)))

    shell.runspace.run("'a'; Write-Warning w; 'b'; Write-Error e", sink=Sink())
    assert [name for name, _ in events] == ["output", "warning", "output", "error"]


def test_an_error_variable_has_what_a_function_caught_and_not_what_stays_within_its_pipelines(shell):
    assert shell.texts(
        'function f { [CmdletBinding()] param() Write-Error "told"; try { throw "caught" } catch { } }; f -ErrorVariable e 2>$null; "$e"'
    ) == ["told caught"]
    assert shell.texts(
        'function inner { [CmdletBinding()] param([Parameter(ValueFromPipeline = $true)]$i) Write-Error "inner"; $i }\n'
        'function outer { [CmdletBinding()] param() Write-Error "outer"; inner 1 -ErrorVariable script:a | inner -ErrorVariable script:b }\n'
        'outer -ErrorVariable script:all 2>&1 > $null; "$a, $b, $all"'
    ) == ["inner, inner, outer inner"]
