"""Update-Help from folders and web sites, Save-Help, and what they say when help cannot be taken in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from emulator.profile.web_pages import WebPage
from tests.cabinets import LZX, make_cabinet
from tests.powershell.modules import help_content
from tests.powershell.modules.console_session import ConsoleSession
from tests.powershell.modules.help_content import GUID, MODULE, saved

HOME = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0"
NO_GUID = "00000000-0000-0000-0000-000000000000"
MANIFEST = (
    f"@{{ ModuleVersion = '1.0'; GUID = '{GUID}'; RootModule = 'Things.psm1'; "
    f"HelpInfoUri = '{help_content.ADDRESS}' }}"
)
UPDATE, SAVE = (f"Microsoft.PowerShell.Commands.{verb}HelpCommand" for verb in ("Update", "Save"))


def _session(user: str | None = None, module: str = MODULE) -> ConsoleSession:
    made = ConsoleSession(user=user)
    files = made.host.filesystem
    for folder in ("C:\\saved", "C:\\kept", module):
        files.make_directory(folder, parents=True)
    files.write(f"{module}\\Things.psd1", MANIFEST.encode())
    files.write(f"{module}\\Things.psm1", b"function Invoke-Turn($Thing) { $Thing }")
    return made


@pytest.fixture
def session() -> ConsoleSession:
    return _session()


def _put(session: ConsoleSession, files: dict[str, bytes], folder: str = "C:\\saved") -> None:
    session.host.filesystem.make_directory(folder, parents=True, exist_ok=True)
    for name, data in files.items():
        session.host.filesystem.write(f"{folder}\\{name}", data)


def _state(
    session: ConsoleSession, files: dict[str, bytes], site: str = "https://help.example/files/"
) -> None:
    """A web site with help, to which the address of the module leads by way of another one."""
    pages = session.host.web_pages
    for address, target in ((help_content.ADDRESS, "/moved"), ("https://help.example/moved", site)):
        pages.put(WebPage(url=address, status=302, headers=(f"Location: {target}",)))
    for name, data in files.items():
        pages.put(WebPage(url=f"{site}{name}"), data)


def _told(session: ConsoleSession, script: str) -> list[str]:
    return [one.message for one in session.values(f"{script} -Verbose 4>&1")]


def test_help_of_a_folder_goes_beside_its_module(session):
    _put(session, saved())
    assert session.values("(Get-Help Invoke-Turn).Synopsis")[0].strip().startswith("Invoke-Turn")
    assert _told(session, "Update-Help Things C:\\saved")[1:] == [
        f"Things: Updated {MODULE}\\en-US\\Things-Help.xml. Culture en-US Version 1.2.0.0",
        f"Things: Updated {MODULE}\\en-US\\about_Turning.help.txt. Culture en-US Version 1.2.0.0",
    ]
    assert session.values("(Get-Help Invoke-Turn).Synopsis; (Get-Help about_Turning).Synopsis") == [
        *("Turns things.", "Tells of turning."),
    ]
    kept = session.host.filesystem.read(f"{MODULE}\\Things_{GUID}_HelpInfo.xml").decode("utf-8-sig")
    assert kept.replace("\r\n", "").replace("  ", "") == help_content.help_info().decode().replace("\n", "")


def test_help_of_the_engine_goes_beside_powershell_of_both_kinds(session):
    content = {"about_Turning.help.txt": help_content.TOPIC}
    _put(session, saved("Microsoft.PowerShell.Core", NO_GUID, content))
    session.values("Update-Help Microsoft.PowerShell.C* -SourcePath C:\\sav*")
    assert session.values("(Get-Help about_Turning).Synopsis") == ["Tells of turning."]
    for folder in ("System32", "SysWOW64"):
        path = f"C:\\Windows\\{folder}\\WindowsPowerShell\\v1.0\\en-US\\about_Turning.help.txt"
        assert session.host.filesystem.read(path) == help_content.TOPIC
    assert session.host.filesystem.exists(f"{HOME}\\Microsoft.PowerShell.Core_{NO_GUID}_HelpInfo.xml")


def test_help_of_a_module_of_windows_is_that_of_its_cmdlets(session):
    guid = session.values("(Get-Module Hyper-V -ListAvailable).Guid.ToString()")[0]
    content = {
        "Microsoft.HyperV.PowerShell.Cmdlets.dll-Help.xml": help_content.document(
            help_content.command("Get-VM")
        )
    }
    _put(session, saved("Hyper-V", guid, content))
    session.values("Update-Help Hyper-V -LiteralPath C:\\saved")
    assert session.values("(Get-Help Get-VM).Synopsis") == ["Turns things."]


def test_folders_below_are_looked_through_on_demand(session):
    _put(session, saved(), "C:\\saved\\below\\deep")
    error = session.error("Update-Help Things C:\\saved")
    assert error[0] == f"UnableToRetrieveHelpInfoXml,{UPDATE}"
    session.values("Update-Help Things C:\\saved -Recurse")
    assert session.values("(Get-Help Invoke-Turn).Synopsis") == ["Turns things."]


def test_help_comes_once_a_day_and_only_when_it_is_newer(session):
    _put(session, saved())
    session.values("Update-Help Things C:\\saved")
    assert _told(session, "Update-Help Things C:\\saved") == [
        "Help was not updated for the module Things, because the Update-Help command was run on this computer "
        "within the last 24 hours. \nTo update help again, add the Force parameter to your command."
    ]
    session.host.clock.advance(timedelta(hours=25))
    assert _told(session, "Update-Help Things C:\\saved")[-1] == (
        "Things: The most current Help files are already installed.. Culture en-US Version 1.2.0.0"
    )
    _put(session, saved(version="1.10.0.0"))
    assert _told(session, "Update-Help Things C:\\saved")[0] == (
        'Performing the operation "Update-Help" on target "Things, Current Version: 1.2.0.0, Available Version: '
        '1.10.0.0, UICulture: en-US".'
    )
    assert "Updated" in _told(session, "Update-Help Things C:\\saved -Force")[-1]


def test_nothing_is_taken_in_for_the_asking(session):
    _put(session, saved())
    assert session.values("Update-Help Things C:\\saved -WhatIf") == []
    assert not session.host.filesystem.exists(f"{MODULE}\\en-US")


def test_a_protected_file_is_replaced_by_force_alone(session):
    _put(session, saved())
    session.values(
        f"Update-Help Things C:\\saved; Set-ItemProperty '{MODULE}\\en-US\\about_Turning.help.txt' IsReadOnly 1"
    )
    session.host.clock.advance(timedelta(hours=25))
    _put(session, saved(version="2.0.0.0"))
    assert session.error("Update-Help Things C:\\saved")[0] == f"UnknownErrorId,{UPDATE}"
    session.values("Update-Help Things C:\\saved -Force")
    assert session.values(f"(Get-Item '{MODULE}\\en-US\\about_Turning.help.txt').IsReadOnly") == [True]


def test_only_administrators_write_beside_powershell():
    home = "C:\\Users\\Administrator\\Documents\\WindowsPowerShell\\Modules\\Things"
    session = _session("eve", home)
    _put(session, saved("Microsoft.PowerShell.Core", NO_GUID))
    identifier, category, message = session.error("Update-Help Microsoft.PowerShell.Core C:\\saved")
    assert (identifier, category) == (f"UpdatableHelpSystemRequiresElevation,{UPDATE}", "InvalidOperation")
    assert message.startswith(
        "Failed to update Help for the module(s) : \n'Microsoft.PowerShell.Core'\nAccess is denied."
    )
    assert not session.host.filesystem.exists(f"{HOME}\\Microsoft.PowerShell.Core_{NO_GUID}_HelpInfo.xml")


_INFO, _CABINET = f"Things_{GUID}_HelpInfo.xml", f"Things_{GUID}_en-US_HelpContent.cab"
_WITH = "Failed to update Help for the module(s) 'Things' with UI culture(s) {en-US} : "
_NO_INFO = "Unable to retrieve the HelpInfo XML file for UI culture "


@pytest.mark.parametrize(
    ("files", "script", "identifier", "message"),
    [
        ({}, "Things C:\\saved", "UnableToRetrieveHelpInfoXml", f"{_WITH}{_NO_INFO}en-US. Make sure"),
        ({}, "Things C:\\no", "UnableToRetrieveHelpInfoXml", f"{_WITH}{_NO_INFO}en-US. Make sure"),
        ({}, "Things HKLM:\\", "UnableToRetrieveHelpInfoXml", f"{_WITH}{_NO_INFO}en-US. Make sure"),
        (
            saved(),
            "Things C:\\saved -UICulture de-DE",
            "UnableToRetrieveHelpInfoXml",
            f"Failed to update Help for the module(s) 'Things' with UI culture(s) {{de-DE}} : {_NO_INFO}de-DE.",
        ),
        (
            {_INFO: b"<HelpInfo/>"},
            "Things C:\\saved",
            "UnableToRetrieveHelpInfoXml",
            f"{_WITH}{_NO_INFO}en-US. Make sure",
        ),
        (
            {_INFO: help_content.help_info()},
            "Things C:\\saved",
            "HelpContentNotFound",
            f"{_WITH}Help content cannot be found.",
        ),
        (
            {**saved(), _CABINET: b"MSCF and nothing"},
            "Things C:\\saved",
            "UnableToExtract",
            f"{_WITH}Error extracting Help content.",
        ),
        (
            saved(content={"a.txt": b"x", "evil.exe": b"MZ"}),
            "Things C:\\saved",
            "HelpContentContainsInvalidFiles",
            f"{_WITH}Help content contains files that are not valid. Only .txt and .xml files are supported.",
        ),
        (
            saved(content={"evil.txt": b"MZ"}),
            "Things C:\\saved",
            "HelpContentContainsInvalidFiles",
            f"{_WITH}Help content contains files that are not valid.",
        ),
        (
            saved(content={"x.xml": b"<other/>"}),
            "Things C:\\saved",
            "HelpContentXmlValidationFailure",
            f"{_WITH}The Help content at the specified location is not valid.",
        ),
        (
            saved(content={"x.xml": b"<helpItems><command/></helpItems>"}),
            "Things C:\\saved",
            "HelpContentXmlValidationFailure",
            f"{_WITH}The Help content at the specified location is not valid.",
        ),
        (
            {},
            "Nothing*",
            "ModuleNotFound",
            "No Windows PowerShell modules were found that match the following",
        ),
        ({}, "Things -Recurse", "Argument", "The -Recurse parameter is only available if a source path is"),
        (
            {},
            "Pester C:\\saved",
            "HelpInfoUriNotFound",
            "Failed to update Help for the module(s) : \n'Pester'\nThe Update-Help command failed because",
        ),
        (
            {},
            "Things -FullyQualifiedModule @{ModuleName='Things';ModuleVersion='1.0'}",
            "ModuleAndFullyQualifiedModuleCannotBeSpecifiedTogether",
            "The parameters Module and FullyQualifiedModule cannot be used together.",
        ),
    ],
)
def test_why_help_is_not_taken_in(session, files, script, identifier, message):
    _put(session, files)
    found = session.error(f"Update-Help {script}")
    assert found[0] == f"{identifier},{UPDATE}"
    assert found[2].startswith(message)
    assert not session.host.filesystem.exists(f"{MODULE}\\{_INFO}")


def test_a_place_for_help_to_come_takes_nothing_in(session):
    _put(session, saved(content={"placeholder.txt": b""}))
    session.values("Update-Help Things C:\\saved")
    assert session.host.filesystem.exists(f"{MODULE}\\{_INFO}")
    assert not session.host.filesystem.exists(f"{MODULE}\\en-US")


def test_a_cabinet_of_another_compression_is_told_as_not_emulated(session):
    _put(session, {**saved(), _CABINET: make_cabinet({"a.txt": b"x"}, LZX)})
    assert session.error("Update-Help Things C:\\saved")[0] == f"NotEmulated,{UPDATE}"


def test_a_credential_must_be_somebodys(session):
    _put(session, saved())
    session.host.accounts.create("amy", "Pa55w.rd!", groups=("Users",))
    credential = "[pscredential]::new('amy', (ConvertTo-SecureString '{}' -AsPlainText -Force))"
    error = session.error(f"Update-Help Things C:\\saved -Credential ({credential.format('no')})")
    assert error[0] == f"UnableToRetrieveHelpInfoXml,{UPDATE}"
    session.values(f"Update-Help Things C:\\saved -Credential ({credential.format('Pa55w.rd!')})")
    assert session.values("(Get-Help Invoke-Turn).Synopsis") == ["Turns things."]


def test_a_specification_chooses_the_version(session):
    _put(session, saved())
    fit = "@{ModuleName='Things';ModuleVersion='%s'}"
    error = session.error(f"Update-Help -FullyQualifiedModule {fit % '3.0'} -SourcePath C:\\saved")
    assert error[0] == f"ModuleNotFound,{UPDATE}"
    session.values(f"Update-Help -FullyQualifiedModule {fit % '1.0'} -SourcePath C:\\saved")
    assert session.values("(Get-Help Invoke-Turn).Synopsis") == ["Turns things."]


def test_group_policy_may_name_the_folder(session):
    _put(session, saved())
    key = "HKLM:\\Software\\Policies\\Microsoft\\Windows\\PowerShell\\UpdatableHelp"
    session.values(
        f"$null = New-Item {key} -Force; "
        f"New-ItemProperty {key} DefaultSourcePath -Value '%SystemDrive%\\saved' -PropertyType ExpandString"
    )
    session.values("Update-Help Things")
    assert session.values("(Get-Help Invoke-Turn).Synopsis") == ["Turns things."]


def test_get_help_shall_not_ask_any_more(session):
    value = "(Get-ItemProperty HKLM:\\Software\\Microsoft\\PowerShell).DisablePromptToUpdateHelp"
    assert session.values(value) == [None]
    session.values("Update-Help Things -WhatIf -ErrorAction 0")
    assert session.values(value) == [1]


# The web


def test_without_a_network_the_server_does_not_answer(session):
    for script, kind in (("Update-Help Things", UPDATE), ("Save-Help C:\\kept Things", SAVE)):
        identifier, _, message = session.error(script)
        assert identifier == f"UnableToConnect,{kind}"
        assert "with UI culture(s) {en-US} : Unable to connect to Help content." in message


def test_help_comes_from_the_site_that_the_manifest_names(session):
    _state(session, saved(address="https://help.example/files/"))
    session.values("Update-Help Things")
    assert session.values("(Get-Help Invoke-Turn).Synopsis") == ["Turns things."]


def test_save_help_keeps_what_update_help_takes(session):
    files = saved(address="https://help.example/files/")
    _state(session, files)
    session.host.filesystem.make_directory("C:\\kept2")
    told = _told(session, "Save-Help C:\\kept* Things")
    assert [one for one in told if "Saved" in one] == [
        f"Things: Saved C:\\{folder}\\{_CABINET}. Culture en-US Version 1.2.0.0"
        for folder in ("kept", "kept2")
    ]
    assert session.host.filesystem.read(f"C:\\kept\\{_CABINET}") == files[_CABINET]
    assert "Help was not saved for the module Things" in _told(session, "Save-Help C:\\kept Things")[0]
    session.values("Update-Help Things C:\\kept")
    assert session.values("(Get-Help Invoke-Turn).Synopsis") == ["Turns things."]


def test_the_modules_of_windows_have_addresses_of_their_own(session):
    pages = session.host.web_pages
    pages.put(
        WebPage(
            url="https://aka.ms/winsvr-2022-pshelp",
            status=301,
            headers=("Location: http://help.example/win/",),
        )
    )
    guid = session.values("(Get-Module PKI -ListAvailable).Guid.ToString()")[0]
    content = {"p-help.xml": help_content.document(help_content.command("Export-Certificate"))}
    for name, data in saved("PKI", guid, content, address="http://help.example/win/").items():
        pages.put(WebPage(url=f"http://help.example/win/{name}"), data)
    session.values("Update-Help PKI")
    assert session.values("(Get-Help Export-Certificate).Synopsis") == ["Turns things."]


@pytest.mark.parametrize(
    ("pages", "identifier"),
    [
        ((("things", 200, ""),), "InvalidHelpInfoUri"),
        ((("things", 302, "/things"),), "TooManyRedirections"),
        ((("things", 302, "/files/"),), "UnableToRetrieveHelpInfoXml"),
        ((("things", 404, ""),), "UnableToConnect"),
    ],
)
def test_an_address_must_lead_to_a_folder(session, pages, identifier):
    for name, status, target in pages:
        headers = (f"Location: {target}",) if target else ()
        session.host.web_pages.put(
            WebPage(url=f"https://help.example/{name}", status=status, headers=headers)
        )
    assert session.error("Update-Help Things")[0] == f"{identifier},{UPDATE}"
    assert session.error("Save-Help C:\\kept Things")[0] == f"{identifier},{SAVE}"


def test_a_site_without_the_cabinet_says_so(session):
    files = saved(address="https://help.example/files/")
    del files[_CABINET]
    _state(session, files)
    assert session.error("Update-Help Things")[0] == f"HelpContentNotFound,{UPDATE}"
    assert session.error("Save-Help C:\\kept Things")[0] == f"HelpContentNotFound,{SAVE}"


def test_save_help_needs_a_folder(session):
    identifier, category, message = session.error("Save-Help C:\\nope Things")
    assert (identifier, category) == (f"PathMustBeValidContainers,{SAVE}", "InvalidArgument")
    assert message == (
        "Failed to save Help for the module(s) 'Things' with UI culture(s) {en-US} : The path C:\\nope is not a valid "
        "directory. Make sure the directory exists and retry."
    )
