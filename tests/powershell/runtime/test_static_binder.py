"""[StaticParameterBinder]::BindCommand: what a command line would be bound to, without running it."""

import pytest

BIND = """
using namespace System.Management.Automation.Language
function Take { [CmdletBinding()] param([Parameter(Position=0)]$First, [switch]$On,
    [Parameter(ValueFromRemainingArguments)]$Rest) }
function Plain($a, $b) { }
$ast = [Parser]::ParseInput({text}, [ref]$null, [ref]$null).EndBlock.Statements[0].PipelineElements[0]
$r = [StaticParameterBinder]::BindCommand($ast{more})
"""

BOUND = [
    ("'Get-Alias abc'", ["Name=abc"]),
    ("'gal -Name:abc -Scope 1'", ["Name=abc", "Scope=1"]),
    ("'Get-Alias {abc}'", ["Name={abc}"]),
    ("'Get-Alias $x,2'", ["Name=$x,2"]),
    ("'Get-Alias -Name -unknown'", ["Name=-unknown"]),
    ("'Get-Alias -Name -Exclude b'", ["Exclude=b"]),
    ("'Get-Alias -Name'", []),
    ("'Get-Alias @splat abc'", ["Name=abc"]),
    ("'Where-Object { 1 }'", ["FilterScript={ 1 }"]),
    ("'Where-Object Name -eq b'", ["EQ=-eq", "Property=Name", "Value=b"]),
    ("'Take a b c -On'", ["First=a", "On=-On", "Rest=b c"]),
    ("'Plain 1 2 3 -c 4'", ["a=1", "b=2"]),
    ("'No-Such a -b c d -e -f:g'", ["0=a", "1=d", "b=c", "e=-e", "f=g"]),
]


@pytest.mark.parametrize(("text", "expected"), BOUND)
def test_arguments_are_bound_as_syntax(shell, text, expected):
    script = BIND.replace("{text}", text).replace("{more}", "")
    shown = '$r.BoundParameters.GetEnumerator() | Sort-Object Key | % { "$($_.Key)=$($_.Value.Value.Extent.Text)" }'
    assert shell.texts(script + shown) == expected
    assert shell.texts(script + "$r.BindingExceptions.Count") == ["0"]


@pytest.mark.parametrize(
    ("text", "key", "error_id"),
    [
        ("'Get-Alias -Path abc'", "Path", "NamedParameterNotFound"),
        ("'Get-Alias a b'", "b", "PositionalParameterNotFound"),
        ("'Select-Object -Sk b'", "Sk", "AmbiguousParameter"),
        ("'Get-Alias -Name a -Name b'", "Name", "ParameterAlreadyBound"),
    ],
)
def test_what_cannot_be_bound_is_collected(shell, text, key, error_id):
    script = BIND.replace("{text}", text).replace("{more}", "")
    shown = (
        "$r.BindingExceptions.GetEnumerator() | % { $_.Key; $_.Value.BindingException.ErrorId; "
        "$_.Value.BindingException.GetType().Name }"
    )
    assert shell.texts(script + shown) == [key, error_id, "ParameterBindingException"]


def test_constants_switches_and_parameters_are_told(shell):
    script = BIND.replace("{text}", "'Take 5 -On'").replace("{more}", "")
    shown = (
        "$b = $r.BoundParameters; $b.First.ConstantValue.GetType().Name; $b.on.ConstantValue; "
        "$b.First.Parameter.Name; $b.First.Value.GetType().Name"
    )
    assert shell.texts(script + shown) == ["Int32", "True", "First", "ConstantExpressionAst"]


def test_without_look_up_the_text_alone_counts(shell):
    script = BIND.replace("{text}", "'Get-Alias abc -Name'").replace("{more}", ", $false")
    shown = "$r.BoundParameters.Keys; $r.BoundParameters['Name'].ConstantValue; $null -eq $r.BoundParameters['0'].Parameter"
    assert shell.texts(script + shown) == ["0", "Name", "True", "True"]


def test_no_command_is_no_binding(shell):
    record = shell.error("[System.Management.Automation.Language.StaticParameterBinder]::BindCommand($null)")
    assert "commandAst" in record.message
