"""Steppable pipelines of proxy functions, Add-Type, #requires, switch -file's kin: script -> texts."""

import pytest

PROXY = """
function Proxy { [CmdletBinding()] param([Parameter(ValueFromPipeline)]$InputObject)
  begin { $command = $ExecutionContext.InvokeCommand.GetCommand('Write-Output', 'Cmdlet')
    $pipeline = { & $command @PSBoundParameters }.GetSteppablePipeline($MyInvocation.CommandOrigin)
    $pipeline.Begin($PSCmdlet) }
  process { $pipeline.Process($_) }
  end { $pipeline.End() } }
"""

CASES = [
    (PROXY + "1, 2, 3 | Proxy", ["1", "2", "3"]),
    (PROXY + "1..5 | Proxy | Select-Object -First 2", ["1", "2"]),
    ("$p = { % { $_ * 2 } }.GetSteppablePipeline(); $p.Begin($true); $p.Process(4); $p.End()", ["8"]),
    (
        "function f { begin { 'b' } process { $_ } }; function g { begin { 'gb' } process { \"<$_>\" } }; 1 | f | g",
        ["gb", "<b>", "<1>"],
    ),
    (
        "1 | & { begin { 'b' } process { $_ } } | ForEach-Object -Begin { 'x' } { \"[$_]\" }",
        ["x", "[b]", "[1]"],
    ),
    ("Add-Type -AssemblyName System.Windows.Forms; 'on'", ["on"]),
    ("$ExecutionContext.InvokeCommand.InvokeScript('$args[0] + 1', 4)", ["5"]),
    ("#requires -Version 5.0\n'runs'", ["runs"]),
    ("#requires -Modules Microsoft.PowerShell.Utility\n'runs'", ["runs"]),
    # Only script files are held to what they require.
    ("#requires -Modules Nothing.Known\n'runs'", ["runs"]),
    ("& ([scriptblock]::Create(\"#requires -Version 9.0`n'runs'\"))", ["runs"]),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_a_script_does_what_it_does_in_windows(shell, script, expected):
    assert shell.texts(script) == expected


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        (
            "Add-Type -TypeDefinition 'class A {}' -Language JScript",
            "NotEmulated,Microsoft.PowerShell.Commands.AddTypeCommand",
        ),
        (
            "Add-Type -AssemblyName Nothing.Known",
            "ASSEMBLY_NOT_FOUND,Microsoft.PowerShell.Commands.AddTypeCommand",
        ),
        ("$p = { 1; 2 }.GetSteppablePipeline()", "InvalidOperationException"),
        ("using module Nothing.Known\n1", "ModuleNotFoundDuringParse"),
    ],
)
def test_what_cannot_be_is_refused(shell, script, error_id):
    assert shell.error(script).fully_qualified_error_id == error_id
