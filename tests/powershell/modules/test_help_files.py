"""Get-Help with help files: the page of the help system, topics, commands, providers."""

from __future__ import annotations

import pytest

from tests.powershell.modules import help_content
from tests.powershell.modules.console_session import ConsoleSession

HOME = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0"


@pytest.fixture
def session() -> ConsoleSession:
    made = ConsoleSession()
    files = made.host.filesystem
    files.make_directory(f"{help_content.MODULE}\\en-US", parents=True)
    files.write(f"{help_content.MODULE}\\Things.psm1", b"function Invoke-Turn($Thing) { $Thing }")
    return made


def _put(session: ConsoleSession, path: str, data: bytes) -> None:
    session.host.filesystem.write(path, data)


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


def test_without_a_name_the_page_of_the_help_system_is_shown(session):
    text = session.shown("Get-Help")
    heads = [line for line in text.split("\n") if line[:1].strip()]
    assert heads[:3] == ["TOPIC", "SHORT DESCRIPTION", "LONG DESCRIPTION"]
    assert heads[-1] == "SEE ALSO:"
    facts = session.values("$h = Get-Help; $h.GetType().FullName; $h.Name; $h.Category; $h.Synopsis")
    assert facts[:3] == ["System.String", "default", "HelpFile"]
    assert facts[3].startswith("Shows help")
    assert session.shown("help") == session.shown("man") == text


def test_the_page_is_a_file_of_the_machine(session):
    _put(session, f"{HOME}\\en-US\\default.help.txt", b"ours")
    assert session.shown("Get-Help") == "ours"
    session.values(f"Remove-Item {HOME}\\en-US\\default.help.txt")
    assert session.error("Get-Help")[0] == "HelpNotFound,Microsoft.PowerShell.Commands.GetHelpCommand"


def test_help_takes_what_get_help_takes_and_shows_it_by_more(session):
    shown = session.shown("Get-Help Clear-History -Full")
    assert session.shown("help Clear-History -Full") == shown
    assert "Position?                    0" in session.shown("man Clear-History -Parameter Id")
    assert session.values("(Get-Help help).Name") == ["Get-Help"]


@pytest.mark.parametrize("folder", [f"{HOME}\\en-US", f"{HOME}", f"{help_content.MODULE}\\en-US"])
def test_a_topic_is_found_beside_powershell_and_beside_modules(session, folder):
    _put(session, f"{folder}\\about_Turning.help.txt", help_content.TOPIC)
    assert session.shown("Get-Help about_Turning").startswith("TOPIC\n    about_Turning")
    facts = session.values(
        "$h = Get-Help turn*ing -Category HelpFile; $h.Count; $h = Get-Help turning; $h.Name; $h.Synopsis"
    )
    assert facts[1:] == ["about_Turning", "Tells of turning."]
    assert session.values("(Get-Help 'Tells of tur').Name") == ["about_Turning"]


def test_topics_that_fit_are_listed_after_commands(session):
    for name in ("about_History_A", "about_History_B"):
        _put(session, f"{HOME}\\en-US\\{name}.help.txt", help_content.TOPIC)
    rows = [line.split()[:2] for line in _lines(session.shown("Get-Help *hist*"))[2:]]
    assert rows[-2:] == [["about_History_A", "HelpFile"], ["about_History_B", "HelpFile"]]
    assert ["Get-History", "Cmdlet"] in rows


def test_the_help_file_of_a_cmdlet_replaces_what_its_declaration_says(session):
    path = f"{HOME}\\en-US\\Microsoft.PowerShell.Commands.Utility.dll-Help.xml"
    _put(session, path, help_content.document(help_content.command("Get-Date")))
    text = session.shown("Get-Help Get-Date -Full")
    assert "    Get-Date [-Thing] <String> [<CommonParameters>]" in text
    # The numbers of a list stand before its items, the notes twice as deep as other texts.
    assert _lines(text)[_lines(text).index("DESCRIPTION") + 1 :][:4] == [
        *("    It turns them.", "    01. first", "    02. then", "    Done.")
    ]
    assert "        Mind the café." in text
    assert session.shown("Get-Help Get-Date -Examples").count("Turns a wheel.") == 1
    assert "Which one." in session.shown("Get-Help Get-Date -Parameter th*")
    facts = session.values(
        "$h = Get-Help Get-Date; $h.PSObject.TypeNames | select -First 4; $h.Category; $h.ModuleName; $h.description[0].Text; "
        "$h.parameters.parameter.required; $h.relatedLinks.navigationLink.uri"
    )
    module = "Microsoft.PowerShell.Utility"
    assert facts == [
        *(f"MamlCommandHelpInfo#{module}#Get-Date", f"MamlCommandHelpInfo#{module}", "MamlCommandHelpInfo"),
        *("HelpInfo", "Cmdlet", module, "It turns them.\r\n", "true", "https://help.example/turn"),
    ]
    # Another cmdlet of the module goes on without help.
    assert session.values("(Get-Help Get-Random).PSObject.TypeNames[0]") == ["ExtendedCmdletHelpInfo"]


def test_help_of_a_cmdlet_is_found_by_its_text(session):
    path = f"{HOME}\\en-US\\Microsoft.PowerShell.Commands.Utility.dll-Help.xml"
    _put(session, path, help_content.document(help_content.command("Get-Date")))
    assert session.values("(Get-Help 'a wheel').Name; (Get-Help café).Name") == ["Get-Date", "Get-Date"]


def test_the_online_address_is_that_of_the_help_file(session):
    path = f"{HOME}\\en-US\\Microsoft.PowerShell.Commands.Utility.dll-Help.xml"
    _put(session, path, help_content.document(help_content.command("Get-Date")))
    assert session.error("Get-Help Get-Date -Online")[2].endswith("the URI https://help.example/turn.")


def test_a_file_with_the_name_of_a_module_tells_of_its_functions(session):
    _put(session, f"{help_content.MODULE}\\en-US\\Things-Help.xml", help_content.CONTENT["Things-Help.xml"])
    facts = session.values("$h = Get-Help Invoke-Turn; $h.Synopsis; $h.Category; $h.ModuleName")
    assert facts == ["Turns things.", "Function", "Things"]


def test_a_named_file_that_is_not_there_leaves_the_declaration(session):
    _put(
        session,
        f"{help_content.MODULE}\\Things.psm1",
        b"function Invoke-Turn($a) {\n# .EXTERNALHELP no.xml\n}",
    )
    assert session.values("(Get-Help Invoke-Turn).PSObject.TypeNames[0]") == ["ExtendedCmdletHelpInfo"]


@pytest.mark.parametrize(
    "broken",
    [
        b"<helpItems",
        b"<!DOCTYPE x><helpItems/>",
        b"<helpItems><c:command><c:name>Get-Date</c:name></c:command></helpItems>",
        b"<helpItems>" + b"<a>" * 300 + b"</a>" * 300 + b"</helpItems>",
    ],
)
def test_a_file_that_is_no_document_is_reported_and_the_declaration_shown(session, broken):
    path = f"{HOME}\\en-US\\Microsoft.PowerShell.Commands.Utility.dll-Help.xml"
    _put(session, path, broken)
    found = session.runspace.run("Get-Help Get-Date")
    (problem,) = found.errors
    identifier = "LoadHelpFileForTargetFailed,Microsoft.PowerShell.Commands.GetHelpCommand"
    assert problem.fully_qualified_error_id == identifier
    assert problem.message.startswith(
        "An error occurred while loading Help content for Get-Date from file C:\\"
    )
    assert len(found.output) == 1


def test_a_provider_has_a_page_in_the_file_of_the_engine(session):
    _put(
        session,
        f"{HOME}\\en-US\\System.Management.Automation.dll-Help.xml",
        help_content.document(help_content.PROVIDER),
    )
    assert _lines(session.shown("Get-Help Registry"))[:6] == [
        *("PROVIDER NAME", "    Registry", "DRIVES", "    HKLM:, HKCU:", "SYNOPSIS", "    Keys and values."),
    ]
    facts = session.values(
        "$h = Get-Help regis* -Category Provider; $h.Name; $h.Category; $h.PSObject.TypeNames[2]"
    )
    assert facts == ["Registry", "Provider", "ProviderHelpInfo"]


def test_a_file_that_changes_is_read_again(session):
    path = f"{HOME}\\en-US\\Microsoft.PowerShell.Commands.Utility.dll-Help.xml"
    for text in ("Turns things.", "Twists things."):
        data = help_content.document("<!-- first -->", "<other/>", help_content.command("Get-Date"))
        _put(session, path, data.replace(b"Turns things.", text.encode()))
        assert session.values("(Get-Help Get-Date).Synopsis") == [text]


FORWARDS = """
function own {
<#
.FORWARDHELPTARGETNAME own
.FORWARDHELPCATEGORY Function
#>
}
function here {
<#
.FORWARDHELPTARGETNAME there
#>
}
function there {
<#
.FORWARDHELPTARGETNAME here
#>
}
function Get-Date {
<#
.SYNOPSIS
Mine.
.FORWARDHELPTARGETNAME Get-Date
.FORWARDHELPCATEGORY Cmdlet
#>
}
function nowhere {
<#
.SYNOPSIS
Alone.
.FORWARDHELPTARGETNAME Get-Nothing
#>
}
"""


@pytest.mark.parametrize("name", ["own", "here", "there"])
def test_help_that_is_lent_in_a_circle_is_an_error(session, name):
    session.values(FORWARDS)
    identifier, category, message = session.error(f"Get-Help {name}")
    assert identifier == "InvalidOperation,Microsoft.PowerShell.Commands.GetHelpCommand"
    assert (category, message) == (
        "InvalidOperation",
        "ForwardHelpTargetName cannot refer to the function itself.",
    )


def test_help_may_be_lent_from_a_cmdlet_of_the_same_name(session):
    session.values(FORWARDS)
    assert session.values("(Get-Help Get-Date).Category; (Get-Help nowhere).Synopsis") == ["Cmdlet", "Alone."]
