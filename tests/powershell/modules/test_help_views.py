"""What Get-Help shows of a topic and of many, and what it says when it cannot."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

FUNCTION = """
function Get-Thing {
<#
.SYNOPSIS
Gets it.
.DESCRIPTION
Long story.
.PARAMETER Name
Whose.
.EXAMPLE
Get-Thing x
It prints.
.INPUTS
System.String
.NOTES
Mind this.
.COMPONENT
Things
.LINK
https://example.org/thing
.LINK
Get-Date
#>
[CmdletBinding()] [OutputType([int])]
param([Parameter(Mandatory)][string]$Name, [switch]$All, [int]$Size = 3) }
"""


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    made = ConsoleSession()
    made.values(FUNCTION)
    return made


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n")]


def _section(text: str, heading: str) -> list[str]:
    """The lines of a section that are not blank."""
    lines = _lines(text)
    start = lines.index(heading) + 1
    end = next((at for at in range(start, len(lines)) if lines[at][:1].strip()), len(lines))
    return [line for line in lines[start:end] if line]


def _headings(text: str) -> list[str]:
    return [line for line in _lines(text) if line[:1].strip()]


def test_the_default_view_of_written_help_tells_how_to_see_more(session):
    text = session.shown("Get-Help Get-Thing")

    assert _headings(text) == ["NAME", "SYNOPSIS", "SYNTAX", "DESCRIPTION", "RELATED LINKS", "REMARKS"]
    assert _section(text, "SYNTAX") == [
        "    Get-Thing [-Name] <String> [-All] [[-Size] <Int32>] [<CommonParameters>]"
    ]
    assert _section(text, "RELATED LINKS") == ["    https://example.org/thing", "    Get-Date"]
    assert _section(text, "REMARKS") == [
        '    To see the examples, type: "get-help Get-Thing -examples".',
        '    For more information, type: "get-help Get-Thing -detailed".',
        '    For technical information, type: "get-help Get-Thing -full".',
        '    For online help, type: "get-help Get-Thing -online"',
    ]


def test_the_full_view_has_every_section_and_the_attributes_of_parameters(session):
    text = session.shown("Get-Help Get-Thing -Full")

    assert _headings(text) == [
        *("NAME", "SYNOPSIS", "SYNTAX", "DESCRIPTION", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES"),
        "RELATED LINKS",
    ]
    parameters = _section(text, "PARAMETERS")
    assert parameters[:7] == [
        "    -Name <String>",
        "        Whose.",
        "        Required?                    true",
        "        Position?                    1",
        "        Default value",
        "        Accept pipeline input?       false",
        "        Accept wildcard characters?  false",
    ]
    assert "    -All [<SwitchParameter>]" in parameters
    assert "        Default value                3" in parameters
    assert "    <CommonParameters>" in parameters
    assert _section(text, "OUTPUTS") == ["    System.Int32"]
    assert _section(text, "NOTES")[:3] == [
        "        Mind this.",
        "    -------------------------- EXAMPLE 1 --------------------------",
        "    PS C:\\>Get-Thing x",
    ]


def test_the_detailed_view_has_no_attributes_and_the_one_of_examples_no_parameters(session):
    detailed = session.shown("Get-Help Get-Thing -Detailed")
    assert _headings(detailed) == ["NAME", "SYNOPSIS", "SYNTAX", "DESCRIPTION", "PARAMETERS", "REMARKS"]
    assert "Required?" not in detailed
    assert "EXAMPLE 1" in detailed

    examples = session.shown("Get-Help Get-Thing -Examples")
    assert _headings(examples) == ["NAME", "SYNOPSIS"]
    assert "It prints." in examples


def test_a_cmdlet_without_help_files_shows_what_its_declaration_says(session):
    text = session.shown("Get-Help Clear-History")
    assert _headings(text) == ["NAME", "SYNTAX", "ALIASES", "REMARKS"]
    assert _section(text, "ALIASES") == ["    clhy"]
    assert _section(text, "REMARKS") == [
        "    Get-Help cannot find the Help files for this cmdlet on this computer. It is displaying only partial help.",
        "        -- To download and install Help files for the module that includes this cmdlet, use Update-Help.",
        '        -- To view the Help topic for this cmdlet online, type: "Get-Help Clear-History -Online" or',
        "           go to https://go.microsoft.com/fwlink/?LinkID=135199.",
    ]

    full = session.shown("Get-Help Clear-History -Full")
    assert _headings(full) == ["NAME", "SYNTAX", "PARAMETERS", "INPUTS", "OUTPUTS", "ALIASES", "REMARKS"]
    assert _section(full, "PARAMETERS")[:7] == [
        "    -CommandLine <string[]>",
        "        Required?                    false",
        "        Position?                    Named",
        "        Accept pipeline input?       false",
        "        Parameter set name           CommandLineParameter",
        "        Aliases                      None",
        "        Dynamic?                     false",
    ]
    assert _headings(session.shown("Get-Help Clear-History -Examples")) == ["NAME", "ALIASES", "REMARKS"]


def test_the_types_of_help_say_how_it_came_about(session):
    assert session.values("(Get-Help Get-Date -Full).PSObject.TypeNames | select -First 6") == [
        *("ExtendedCmdletHelpInfo#FullView", "CmdletHelpInfo#FullView", "HelpInfo#FullView"),
        *("ExtendedCmdletHelpInfo", "CmdletHelpInfo", "HelpInfo"),
    ]
    written = session.values("(Get-Help Get-Thing).PSObject.TypeNames | select -First 2")
    assert written == ["MamlCommandHelpInfo", "HelpInfo"]


def test_help_of_an_alias_is_that_of_its_command(session):
    assert session.values("(Get-Help gci).Name; (Get-Help gci -Category Alias).Name") == ["Get-ChildItem"] * 2


def test_many_topics_are_a_list(session):
    text = session.shown("Get-Help *history*")
    assert [line.split()[:2] for line in text.split("\n")[2:]] == [
        ["history", "Alias"],
        *([name, "Cmdlet"] for name in ("Add-History", "Clear-History", "Get-History", "Invoke-History")),
    ]
    assert session.values("@(Get-Help *history* -Category Alias).Name") == ["history"]
    assert session.values("(Get-Help histor | % Category | sort -Unique)") == ["Alias", "Cmdlet"]


def test_a_beginning_of_one_name_is_that_topic(session):
    assert (
        session.values("(Get-Help Get-Thi).Name; (Get-Help story -Category Function).Name")
        == ["Get-Thing"] * 2
    )


def test_component_and_category_choose_among_topics(session):
    assert session.values("(Get-Help * -Component Thin*).Name") == ["Get-Thing"]
    assert session.values("@(Get-Help Get-Thing -Category Cmdlet -ea 0).Count") == [0]


def test_a_script_without_help_shows_its_syntax(session):
    session.values("Set-Content C:\\\\plain.ps1 'param([string]$a)'")
    assert session.shown("Get-Help C:\\plain.ps1") == "plain.ps1 [[-a] <string>]"


_CLASS = "Microsoft.PowerShell.Commands.GetHelpCommand"


@pytest.mark.parametrize(
    ("script", "identifier", "message"),
    [
        ("Get-Help about_Nothing", "HelpNotFound", "Get-Help could not find about_Nothing in a help file"),
        ("Get-Help Get-Date -Parameter no", "NoParmsFound", "No parameter matches criteria no."),
        (
            "Get-Help Get-Date -Online",
            "InvalidOperation",
            "Starting a browser to display online Help failed. No program or browser is associated to open the URI "
            "https://go.microsoft.com/fwlink/?LinkID=113313.",
        ),
        ("Get-Help Get-History* -Online; Get-Help histor -Online", "InvalidOperation", ""),
        ("Get-Help Get-VM -Online", "InvalidOperation", "The online version of this Help topic cannot be"),
        (
            "Get-Help FileSystem -Category Provider",
            "LoadHelpFileForTargetFailed",
            "An error occurred while loading Help content for FileSystem from file "
            "System.Management.Automation.dll-Help.xml.",
        ),
        (
            "Get-Help Nowhere -Category Provider",
            "ProviderLoadError",
            'The provider "Nowhere" cannot be loaded.',
        ),
        (
            "Get-Help x -Category HelpFile -Role y",
            "Argument",
            "-Role is not supported by the requested Help category.",
        ),
    ],
)
def test_what_cannot_be_shown_says_why(session, script, identifier, message):
    found = session.runspace.run(script)
    problem = [*found.errors, *([found.failure] if found.failure else [])][0]
    assert problem.fully_qualified_error_id == f"{identifier},{_CLASS}"
    assert problem.message.startswith(message)
