"""Comment-based help, and the history of a session."""

import pytest

from emulator.powershell.runtime.services import ByteStore, FileStore

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


HELP_CASES = [
    # .FORWARDHELPTARGETNAME shows the help of another command, of the kind that is asked for.
    (
        "function fwd {\n# .FORWARDHELPTARGETNAME Get-Date\n# .FORWARDHELPCATEGORY Cmdlet\n}; $h = Get-Help fwd; $h.Name; $h.Category",
        ["Get-Date", "Cmdlet"],
    ),
    # Comments beside the parameters describe them.
    (
        "function pc {\n# .SYNOPSIS\n# s\nparam(\n# the a\n$a, <# the b #>[int]$b) }; "
        "(Get-Help pc).parameters.parameter | % { $_.description[0].Text }",
        ["the a", "the b"],
    ),
    ("#####\n# .SYNOPSIS\n#   Drawn.\n#####\nfunction dr { }; (Get-Help dr).Synopsis", ["Drawn."]),
    ("<#\n.SYNOPSIS\n\n.COMPONENT\nc\n#>\nfunction em { }; (Get-Help em).Synopsis", [""]),
    (
        "function dv {\n# .SYNOPSIS\n# s\nparam([SupportsWildcards()]$a, $b = 42, [PSDefaultValue(Help = 'the rest')]$c = (1 + 1)) }; "
        '(Get-Help dv).parameters.parameter | % { "$($_.globbing) $($_.defaultValue)" }',
        ["true ", "false 42", "false the rest"],
    ),
    (
        "function sx {\n# .SYNOPSIS\n# s\nparam([Parameter(Mandatory)][string]$a, [switch]$s, [ConsoleColor[]]$c) }; "
        '(Get-Help sx).syntax.syntaxItem.parameter | % { "$($_.name) $($_.position) $($_.required) $($_.parameterValue)" }',
        ["a 1 true String", "s named false ", "c 2 false "],
    ),
    (
        "((Get-Help Get-Date).syntax | Out-String -Width 500).Contains('[-DisplayHint {Date | Time | DateTime}]')",
        ["True"],
    ),
    # Any command shows its help when it is called with -?
    ("function q {\n# .SYNOPSIS\n# Asked.\n}; (q -?).Synopsis; (Get-Date -?).Name", ["Asked.", "Get-Date"]),
]


@pytest.mark.parametrize(("script", "expected"), HELP_CASES)
def test_help_knows_what_stands_in_and_around_a_command(shell, script, expected):
    assert shell.texts(script) == expected


def test_help_is_shown_in_sections(shell):
    shown = shell.shown("<#\n.SYNOPSIS\nShort.\n.DESCRIPTION\nLong.\n#>\nfunction se($a) { }; Get-Help se")
    for section in (
        "NAME\n    se",
        "SYNOPSIS\n    Short.",
        "SYNTAX\n    se [[-a] <Object>]",
        "DESCRIPTION\n    Long.",
    ):
        assert section in shown.replace("\r", "")


def test_history_is_what_was_added(shell):
    script = "[pscustomobject]@{CommandLine='1 + 1'} | Add-History; Get-History | % CommandLine; Invoke-History; Clear-History; @(Get-History).Count"
    assert shell.texts(script) == ["1 + 1", "2", "0"]


class _Folder:
    """A store with one help document in the folder of a language."""

    path = "C:\\here\\en-US\\my.xml"
    text = (
        '<helpItems xmlns:c="urn:c" xmlns:m="urn:m"><c:command><c:details><c:name> ext </c:name>'
        "<m:description><m:para>From a file.</m:para></m:description></c:details>"
        "<m:description><m:para>One.</m:para><m:para>Two.</m:para></m:description>"
        '<c:parameters><c:parameter required="true"><m:name>a</m:name></c:parameter></c:parameters>'
        "</c:command></helpItems>"
    )

    def resolve(self, _path: str) -> str:
        return "C:\\here"

    def exists(self, path: str) -> bool:
        return path == self.path

    def read_bytes(self, _path: str) -> bytes:
        return self.text.encode()


def test_a_comment_may_name_a_document_with_the_help(make_shell):
    shell = make_shell(services={FileStore: _Folder(), ByteStore: _Folder()})
    script = (
        "function ext {\n# .EXTERNALHELP my.xml\n}; $h = Get-Help ext; $h.Name; $h.Synopsis; "
        "$h.description[1].Text; $h.parameters.parameter.required; $h.parameters.parameter.name"
    )
    assert shell.texts(script) == ["ext", "From a file.", "Two.", "true", "a"]


def test_a_document_without_the_command_gives_the_help_of_the_syntax(make_shell):
    shell = make_shell(services={FileStore: _Folder(), ByteStore: _Folder()})
    script = "function other($x) {\n# .EXTERNALHELP my.xml\n}; (Get-Help other).syntax.syntaxItem.name"
    assert shell.texts(script) == ["other"]
