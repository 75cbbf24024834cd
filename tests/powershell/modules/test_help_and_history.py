"""Comment-based help, and the history of a session."""

import pytest

FUNCTION = """
<#
.SYNOPSIS
  Does it.
.PARAMETER X
  The x.
.EXAMPLE
  f 1
  It prints.
.LINK
  https://example.org
#>
function f { param([string]$X, [switch]$S) }
function g {
# .SYNOPSIS
#   Inside.
}
function plain($a) { }
"""


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (
            "(Get-Help f).Synopsis; (Get-Help g).Synopsis; (Get-Help plain).Synopsis.Trim()",
            ["Does it.", "Inside.", "plain [[-a] <Object>]"],
        ),
        (
            "(Get-Help f).parameters.parameter[0].description[0].Text; Get-Help f -Parameter S | % name",
            ["The x.", "S"],
        ),
        (
            "(Get-Help f).examples.example.code; (Get-Help f).relatedLinks.navigationLink[0].uri",
            ["f 1", "https://example.org"],
        ),
        (
            "(Get-Help Get-Date).Name; Get-Help nothing -ErrorAction SilentlyContinue; $Error[0].FullyQualifiedErrorId",
            ["Get-Date", "HelpNotFound,Microsoft.PowerShell.Commands.GetHelpCommand"],
        ),
    ],
)
def test_help_of_comments(shell, script, expected):
    assert shell.texts(FUNCTION + script) == expected


def test_history_is_what_was_added(shell):
    script = "[pscustomobject]@{CommandLine='1 + 1'} | Add-History; Get-History | % CommandLine; Invoke-History; Clear-History; @(Get-History).Count"
    assert shell.texts(script) == ["1 + 1", "2", "0"]
