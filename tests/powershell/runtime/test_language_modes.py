"""ConstrainedLanguage and its companions (about_Language_Modes): what a script may do after the mode was set."""

import pytest

SET = "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; "

ALLOWED = [
    ("'abc'.Substring(1); [datetime]::new(2020, 1, 2).Year", ["bc", "2020"]),
    ("[System.Math]::PI -gt 3; ([type]).Name; 'x'.GetType().FullName", ["True", "Type", "System.String"]),
    ("[ConsoleColor]'Red'; [int[]]('1', '2'); [nullable[int]]5", ["Red", "1", "2", "5"]),
    ("([xml]'<a b=\"1\"/>').a.b; [guid]::Empty.ToString().Length; [regex]::Escape('.')", ["1", "36", "\\."]),
    (
        "$h = @{}; $h.x = 1; $h.Add('y', 2); $h.Count; $o = [pscustomobject]@{p = 1}; $o.p = 3; $o.p",
        ["2", "3"],
    ),
    ("$o = [ordered]@{a = 1}; $o.b = 2; $o.Keys; $o['c'] = 3; $o.Count", ["a", "b", "3"]),
    ("New-Object string 'x', 3; (New-Object psobject -Property @{a = 1}).a", ["xxx", "1"]),
    ("function f([int]$x) { $x + 1 }; f '4'; & { 5 }; 1..2 | % { $_ * 2 }", ["5", "5", "2", "4"]),
    ("5 -as [System.Text.StringBuilder]; 'end'", ["", "end"]),
    ("([System.Text.StringBuilder]).ToString()", ["System.Text.StringBuilder"]),
    ("enum Color { Red }; [Color]::Red", ["Red"]),
    ("Select-Object -InputObject 'x' -Property Length | % Length; 'abc' | % Substring 1", ["1", "bc"]),
]

REFUSED = [
    ("[Math]::Sqrt(4)", "MethodInvocationNotSupportedInConstrainedLanguage"),
    (
        "$type = [IO.Path]; $name = 'GetTempPath'; $type::$name()",
        "MethodInvocationNotSupportedInConstrainedLanguage",
    ),
    ("{ 1 }.Invoke()", "MethodInvocationNotSupportedInConstrainedLanguage"),
    ("[scriptblock]::Create('1')", "MethodInvocationNotSupportedInConstrainedLanguage"),
    ("[int].GetMethods()", "MethodInvocationNotSupportedInConstrainedLanguage"),
    ("@([int]).GetMethods()", "MethodInvocationNotSupportedInConstrainedLanguage"),
    ("@([int]).ForEach('GetMethods')", "MethodInvocationNotSupportedInConstrainedLanguage"),
    (
        "[int] | ForEach-Object GetMethods",
        "MethodInvocationNotSupportedInConstrainedLanguage,Microsoft.PowerShell.Commands.ForEachObjectCommand",
    ),
    ("([object][int]).GetHashCode()", "MethodInvocationNotSupportedInConstrainedLanguage"),
    ("$list = @(); [Collections.ArrayList]::new()", "CannotCreateTypeConstrainedLanguage"),
    ("[IntPtr]5", "ConversionSupportedOnlyToCoreTypes"),
    ("[scriptblock]'1'", "ConversionSupportedOnlyToCoreTypes"),
    ("[type]'System.Math'", "ConversionSupportedOnlyToCoreTypes"),
    ("function f([Text.StringBuilder]$x) { }; f 'a'", "ParameterArgumentTransformationError,f"),
    ("$Host.UI.RawUI.WindowTitle = 'x'", "PropertySetterNotSupportedInConstrainedLanguage"),
    ("[Environment]::ExitCode = 3", "PropertySetterNotSupportedInConstrainedLanguage"),
    (
        "$ExecutionContext.SessionState.LanguageMode = 'FullLanguage'",
        "PropertySetterNotSupportedInConstrainedLanguage",
    ),
    (
        "New-Object Text.StringBuilder",
        "CannotCreateTypeConstrainedLanguage,Microsoft.PowerShell.Commands.NewObjectCommand",
    ),
    (
        "New-Object -ComObject Scripting.Dictionary",
        "CannotCreateComTypeConstrainedLanguage,Microsoft.PowerShell.Commands.NewObjectCommand",
    ),
    ("Add-Type 'public class C {}'", "CannotDefineNewType,Microsoft.PowerShell.Commands.AddTypeCommand"),
    (
        "Invoke-Expression 'class C {}'",
        "ClassesNotAllowedInConstrainedLanguage,Microsoft.PowerShell.Commands.InvokeExpressionCommand",
    ),
    (
        "Start-Job { 1 }",
        "CannotStartJobInconsistentLanguageMode,Microsoft.PowerShell.Commands.StartJobCommand",
    ),
    ("data d -SupportedCommand Get-Date { Get-Date }", "DataSectionAllowedCommandDisallowed"),
    ("New-Variable v 1 -Option AllScope", "NotSupported,Microsoft.PowerShell.Commands.NewVariableCommand"),
    ("Set-Variable v 1 -Option AllScope", "NotSupported,Microsoft.PowerShell.Commands.SetVariableCommand"),
]


@pytest.mark.parametrize(("script", "expected"), ALLOWED)
def test_core_types_and_the_whole_language_stay(shell, script, expected):
    assert shell.texts(SET + script) == expected


@pytest.mark.parametrize(("script", "error_id"), REFUSED)
def test_everything_else_is_refused(shell, script, error_id):
    shell.values(SET)
    assert shell.error(script).fully_qualified_error_id == error_id


@pytest.mark.parametrize(
    ("script", "error_id"), [one for one in REFUSED if "Invoke-Expression" not in one[0]]
)
def test_a_script_that_sets_the_mode_is_held_to_it_from_then_on(shell, script, error_id):
    assert shell.error(SET + script).fully_qualified_error_id == error_id


def test_texts_and_category_of_the_refusals(shell):
    shell.values(SET)
    method = shell.error("[Math]::Sqrt(4)")
    assert (method.category, method.message) == (
        "InvalidOperation",
        "Cannot invoke method. Method invocation is supported only on core types in this language mode.",
    )
    assert shell.error("[IntPtr]5").message == (
        'Cannot convert value to type "System.IntPtr". Only core types are supported in this language mode.'
    )
    created = shell.error("New-Object Text.StringBuilder")
    assert (created.category, created.exception.ps_type.name) == (
        "PermissionDenied",
        "System.Management.Automation.PSNotSupportedException",
    )


def test_code_keeps_the_mode_in_which_it_was_made(shell):
    shell.values("function root { [Math]::Sqrt(9) }; $block = { [Math]::Sqrt(16) }")
    shell.values(SET)
    assert shell.texts("root; & $block; 25 | ForEach-Object $block; @(1).ForEach($block)") == [
        "3",
        "4",
        "4",
        "4",
    ]
    assert shell.error("[Math]::Sqrt(4)").error_id == "MethodInvocationNotSupportedInConstrainedLanguage"
    assert shell.error(". root").fully_qualified_error_id == "DotSourceNotSupported"


def test_the_mode_holds_also_after_an_error_in_trusted_code(shell):
    shell.values("function bad { throw 'x' }")
    shell.values(SET)
    assert shell.texts('try { bad } catch { "$_" }; $ExecutionContext.SessionState.LanguageMode') == [
        "x",
        "ConstrainedLanguage",
    ]


def test_trusted_code_does_not_see_what_untrusted_code_defines(shell):
    shell.values(
        "function caller { helper }; function helper2 { [Math]::Abs(-1) }; function caller2 { helper2 }"
    )
    shell.values(SET + "function helper { 'untrusted' }")
    assert shell.texts("helper; caller2") == ["untrusted", "1"]
    assert shell.error("caller").error_id == "CommandNotFoundException"


def test_text_that_trusted_code_runs_is_not_trusted(shell):
    shell.values("function vulnerable { Invoke-Expression $args[0] }")
    shell.values(SET)
    assert (
        shell.error("vulnerable '[Math]::Sqrt(4)'").error_id
        == "MethodInvocationNotSupportedInConstrainedLanguage"
    )


def test_arguments_of_cmdlets_are_converted_but_no_tables(shell):
    shell.values(SET)
    assert shell.texts(
        "(Get-Random -InputObject 7); (Get-Date -Date '2020-01-02').Year; '1' | Sort-Object"
    ) == [
        "7",
        "2020",
        "1",
    ]


def test_a_wrong_mode_is_refused_and_changes_nothing(shell):
    assert (
        shell.error("$ExecutionContext.SessionState.LanguageMode = 'Free'").error_id == "ExceptionWhenSetting"
    )
    assert shell.texts("$ExecutionContext.SessionState.LanguageMode") == ["FullLanguage"]


def test_runspaces_of_scripts_have_the_mode_of_their_initial_state(shell):
    make = (
        "$state = [initialsessionstate]::{0}(); {1} $runspace = [runspacefactory]::CreateRunspace($state);"
        "$runspace.Open(); $ps = [powershell]::Create(); $ps.Runspace = $runspace; "
        "$ps.AddScript('[Math]::Sqrt(4)').Invoke(); $ps.Streams.Error[0].FullyQualifiedErrorId"
    )
    constrained = make.format("CreateDefault", "$state.LanguageMode = 'ConstrainedLanguage';")
    assert shell.texts(constrained)[-1] == "MethodInvocationNotSupportedInConstrainedLanguage"
    assert shell.error(make.format("Create", "")).message.endswith('in no-language mode."')


def test_restricted_language_has_no_methods_for_foreach_object(shell):
    shell.values("$ExecutionContext.SessionState.LanguageMode = 'RestrictedLanguage'")
    assert (
        shell.error("'a' | ForEach-Object ToUpper").error_id == "NoMethodInvocationInRestrictedLanguageMode"
    )
