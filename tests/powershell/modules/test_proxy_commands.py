"""ProxyCommand writes functions that stand for commands, as 5.1 does."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_A = "System.Management.Automation."
_GET_DATE = """[CmdletBinding(DefaultParameterSetName='Set', HelpUri='https://go.microsoft.com/fwlink/?LinkID=113434')]
param(
    [Parameter(ParameterSetName='Set', Mandatory=$true, Position=0, ValueFromPipeline=$true)]
    [string]
    ${Only})

begin
{
    try {
        $outBuffer = $null
        if ($PSBoundParameters.TryGetValue('OutBuffer', [ref]$outBuffer))
        {
            $PSBoundParameters['OutBuffer'] = 1
        }
        $wrappedCmd = $ExecutionContext.InvokeCommand.GetCommand('One-Function', [System.Management.Automation.CommandTypes]::Function)
        $scriptCmd = {& $wrappedCmd @PSBoundParameters }
        $steppablePipeline = $scriptCmd.GetSteppablePipeline()
        $steppablePipeline.Begin($PSCmdlet)
    } catch {
        throw
    }
}

process
{
    try {
        $steppablePipeline.Process($_)
    } catch {
        throw
    }
}

end
{
    try {
        $steppablePipeline.End()
    } catch {
        throw
    }
}
<#

.ForwardHelpTargetName One-Function
.ForwardHelpCategory Function

#>
"""
_FUNCTION = (
    "function One-Function { [CmdletBinding(DefaultParameterSetName='Set', "
    "HelpUri='https://go.microsoft.com/fwlink/?LinkID=113434')] param("
    "[Parameter(ParameterSetName='Set', Mandatory, Position=0, ValueFromPipeline)][string]$Only) process { \"<$Only>\" } };"
)


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def _proxy(command: str) -> str:
    return f"[{_A}ProxyCommand]::Create((New-Object {_A}CommandMetadata (Get-Command {command})))"


def test_the_text_is_that_of_windows(session):
    (text,) = session.values(_FUNCTION + _proxy("One-Function"))
    assert text.replace("\r\n", "\n") == _GET_DATE
    assert "\n" not in text.replace("\r\n", "")


@pytest.mark.parametrize(
    ("command", "run", "expected"),
    [
        ("Sort-Object", "3, 1, 2 | Proxy -Descending", [3, 2, 1]),
        ("Get-ChildItem", "Proxy C:\\ -Filter Win* | % Name", ["Windows"]),
        ("One-Function", "'a', 'b' | Proxy", ["<a>", "<b>"]),
        ("Select-Object", "1..9 | Proxy -First 2", [1, 2]),
    ],
)
def test_the_function_does_what_the_command_does(session, command, run, expected):
    session.values(f"{_FUNCTION} Set-Item function:global:Proxy ([scriptblock]::Create({_proxy(command)}))")
    assert session.values(run) == expected


def test_parameters_that_are_taken_away_are_not_in_it(session):
    (text,) = session.values(
        f"$m = [{_A}CommandMetadata]::new((Get-Command Get-Service)); $null = $m.Parameters.Remove('Include');"
        f"[{_A}ProxyCommand]::GetParamBlock($m)"
    )
    assert "${Exclude}" in text
    assert "${Include}" not in text
    assert "    [Alias('ServiceName')]\r\n    [string[]]\r\n    ${Name}" in text


def test_the_parts_are_given_one_by_one(session):
    script = f"$m = [{_A}CommandMetadata]::new((Get-Command Stop-Service));"
    assert session.values(
        f"{script} $m.SupportsShouldProcess; [{_A}ProxyCommand]::GetCmdletBindingAttribute($m)"
    ) == [
        True,
        "[CmdletBinding(DefaultParameterSetName='InputObject', SupportsShouldProcess=$true, "
        "ConfirmImpact='Medium', HelpUri='https://go.microsoft.com/fwlink/?LinkID=113414')]",
    ]
    assert session.values(f"{script} [{_A}ProxyCommand]::GetDynamicParam($m)") == [""]
    (text,) = session.values(
        f"[{_A}ProxyCommand]::GetDynamicParam([{_A}CommandMetadata](Get-Command Get-Content))"
    )
    assert "[Management.Automation.RuntimeDefinedParameterDictionary]::new()" in text


def test_a_comment_replaces_that_of_the_help(session):
    (text,) = session.values(
        f"[{_A}ProxyCommand]::Create([{_A}CommandMetadata](Get-Command Get-Date), 'mine #> here')"
    )
    assert text.endswith("<#\r\nmine #`> here\r\n#>\r\n")


def test_what_a_script_puts_among_the_parameters_is_no_parameter(session):
    script = f"$m = [{_A}CommandMetadata]::new((Get-Command Get-Date)); $p = [{_A}ProxyCommand]::GetParamBlock($m);"
    assert session.values(
        f"{script} $m.Parameters['Zz'] = 5; $m.Parameters['None'] = $null;"
        f"$p -eq [{_A}ProxyCommand]::GetParamBlock($m)"
    ) == [True]
