"""LanguagePrimitives, WildcardPattern, delegates, attributes and reflection: script -> texts."""

import pytest

CASES = [
    (
        "$t = [psobject].Assembly.GetType('System.Management.Automation.TypeAccelerators'); $t::Get['int'].Name; $t::Add('mine', [int]); [mine].Name",
        ["Int32", "Int32"],
    ),
    (
        "[WildcardPattern]::Escape('a*b'); [WildcardPattern]::new('a*', 'IgnoreCase').IsMatch('ABC')",
        ["a`*b", "True"],
    ),
    ("@([System.Management.Automation.Internal.AutomationNull]::Value).Count", ["0"]),
    ("[System.Management.Automation.LanguagePrimitives]::ConvertTo('5', [int]) + 1", ["6"]),
    (
        "[Func[int,int]]$f = { param($x) $x * 2 }; $f.Invoke(4); ([Action]{ 'ran' }).Invoke(); ([Predicate[int]]{ $args[0] -gt 3 }).Invoke(5)",
        ["8", "ran", "True"],
    ),
    (
        "[string].GetMethod('Clone').Name; [version].GetProperty('Major').GetValue([version]'3.1'); [Action`1].MakeGenericType([int]).Name",
        ["Clone", "3", "Action`1"],
    ),
    (
        "{ 2 + 2 }.CheckRestrictedLanguage($null, $null, $false); try { { $a }.CheckRestrictedLanguage($null, $null, $false) } catch { $_.Exception.InnerException.ErrorRecord.FullyQualifiedErrorId }",
        ["VariableReferenceNotSupportedInDataSection"],
    ),
    (
        "$v = [ValidateSet]::new('a', 'b'); $v.ValidValues; ([Parameter]@{ Mandatory = $true }).Mandatory",
        ["a", "b", "True"],
    ),
    (
        "([bool]$v = 42); function f { $x = return 'one' }; f; $r = . { $MyInvocation.Line }; $r.Length -gt 10",
        ["True", "one", "True"],
    ),
    (
        "function g { [CmdletBinding()] param() 'o' }; $a = 'a', 'b'; [void](g -OutVariable +a); \"$a\"; & { [void](g -OutVariable script:z) }; \"$z\"",
        ["a b o", "o"],
    ),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_types_of_the_language(shell, script, expected):
    assert shell.texts(script) == expected


def test_a_thread_sleeps_on_the_clock_of_the_machine(shell):
    script = "$d = Get-Date; [Threading.Thread]::Sleep(60000); ((Get-Date) - $d).TotalSeconds"
    assert shell.texts(script) == ["60"]


@pytest.mark.parametrize(("text", "kind"), [("(", "IncompleteParseException"), (")", "ParseException")])
def test_an_incomplete_script_can_be_told_from_a_wrong_one(shell, text, kind):
    script = (
        f"try {{ [scriptblock]::Create('{text}') }} catch {{ $_.Exception.InnerException.GetType().Name }}"
    )
    assert shell.texts(script) == [kind]


def test_invoke_expression_gives_an_error_that_leaves_it_its_name(shell):
    script = "try { Invoke-Expression '[nope]' } catch { $_.FullyQualifiedErrorId }"
    assert shell.texts(script) == ["TypeNotFound,Microsoft.PowerShell.Commands.InvokeExpressionCommand"]


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("[array]::Reverse($null)", "ArgumentNullException"),
        ("[BitConverter]::ToString($null)", "ArgumentNullException"),
        ("[enum]::IsDefined([DayOfWeek], @{})", "ArgumentException"),
        (
            "Set-StrictMode -Version 2x",
            "ParameterArgumentTransformationError,Microsoft.PowerShell.Commands.SetStrictModeCommand",
        ),
    ],
)
def test_arguments_that_fit_nowhere(shell, script, error_id):
    assert shell.error(script).fully_qualified_error_id == error_id


def test_interfaces_are_found_by_name_and_through_bases(shell):
    script = (
        "class One : IDisposable { [void] Dispose() {} }; class Two : One {}; "
        "[Two].GetInterface('System.IDisposable').Name; [Two].GetInterface('IDisposable').Name; "
        "$null -eq [Two].GetInterface('idisposable'); [Two].GetInterface('idisposable', $true).Name"
    )
    assert [str(one) for one in shell.run(script).output] == [
        "IDisposable",
        "IDisposable",
        "True",
        "IDisposable",
    ]
