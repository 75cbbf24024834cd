"""What the cmdlets over providers do with -Credential, -Filter, -Include and the parameters of one provider."""

import pytest

from tests.powershell.modules.console_session import ConsoleSession

CREDENTIAL = "(New-Object pscredential 'u', (ConvertTo-SecureString p -AsPlainText -Force))"
FILES = (
    "The FileSystem provider supports credentials only on the New-PSDrive cmdlet. Perform the operation again "
    "without specifying credentials."
)
OTHERS = (
    "The provider does not support the use of credentials. Perform the operation again without specifying "
    "credentials."
)


@pytest.fixture
def session():
    return ConsoleSession()


@pytest.mark.parametrize(
    ("script", "name", "text"),
    [
        ("Get-Item C:\\Windows", "GetItem", FILES),
        ("Get-Content C:\\Windows\\win.ini", "GetContent", FILES),
        ("New-Item C:\\a.txt", "NewItem", FILES),
        ("Copy-Item C:\\Windows\\win.ini C:\\b.ini", "CopyItem", FILES),
        ("Resolve-Path C:\\Windows", "ResolvePath", FILES),
        ("Join-Path C:\\Windows a", "JoinPath", FILES),
        ("Split-Path C:\\Windows\\a", "SplitPath", FILES),
        ("Set-Content C:\\c.txt a", "SetContent", FILES),
        ("Get-ItemProperty HKLM:\\SOFTWARE", "GetItemProperty", OTHERS),
        ("Set-Item env:a 1", "SetItem", OTHERS),
        ("Invoke-Item C:\\Windows", "InvokeItem", FILES),
    ],
)
def test_a_credential_is_refused_by_providers_that_know_none(session, script, name, text):
    found = session.error(f"{script} -Credential {CREDENTIAL}")
    assert found[0] == f"NotSupported,Microsoft.PowerShell.Commands.{name}Command"
    assert "NotImplemented" in found[1]
    assert found[2] == text


def test_an_empty_credential_is_none(session):
    assert session.values("(Get-Item C:\\Windows -Credential ([pscredential]::Empty)).Name") == ["Windows"]


def test_a_path_is_not_there_for_a_credential(session):
    assert session.values(f"Test-Path C:\\Windows -Credential {CREDENTIAL}") == [False]


def test_a_filter_is_refused_where_the_provider_has_none(session):
    found = session.error("Get-Item HKLM:\\* -Filter S*")
    assert found[0] == "NotSupported,Microsoft.PowerShell.Commands.GetItemCommand"
    assert found[2] == "Cannot call method. The provider does not support the use of filters."


def test_items_are_chosen_when_they_are_set_and_cleared(session):
    session.values("$env:T_A = 'a'; $env:T_B = 'b'; $env:U_C = 'c'")
    script = "Clear-Item env:* -Include T_* -Exclude *B; (gci env:T_*).Name; Set-Item env:T* 5 -Include *B; $env:T_B"
    assert session.values(script) == ["T_B", "5"]
    session.values(
        "md C:\\f; 'a','b' | % { Set-Content C:\\f\\$_.txt $_ }; Clear-Content C:\\f\\* -Include a*"
    )
    assert session.values("gci C:\\f | % Length") == [0, 3]


def test_the_type_of_a_default_value(session):
    script = (
        "ni HKCU:\\Software\\T | Out-Null; Set-Item HKCU:\\Software\\T '%windir%' -Type ExpandString;"
        " (gi HKCU:\\Software\\T).GetValueKind(''); (gi HKCU:\\Software\\T).GetValue('')"
    )
    kind, value = session.values(script)
    assert str(kind) == "ExpandString"
    assert value.lower() == "c:\\windows"
    assert session.error("Set-Item env:a 1 -Type String")[0].startswith("NamedParameterNotFound,")


def test_properties_are_copied_and_moved_with_their_kind(session):
    session.values(
        "'A','B' | % { ni HKCU:\\Software\\$_ }; sp HKCU:\\Software\\A N 7; sp HKCU:\\Software\\A S text"
    )
    script = (
        "Copy-ItemProperty HKCU:\\Software\\A -Destination HKCU:\\Software\\B -Name N;"
        " (Move-ItemProperty HKCU:\\Software\\A HKCU:\\Software\\B S -PassThru).S;"
        " (gi HKCU:\\Software\\B).Property; (gi HKCU:\\Software\\A).Property;"
        " [string](gi HKCU:\\Software\\B).GetValueKind('N')"
    )
    assert session.values(script) == ["text", "N", "S", "N", "DWord"]


def test_a_property_that_is_not_there_is_not_copied(session):
    found = session.error("ni HKCU:\\T | Out-Null; Copy-ItemProperty HKCU:\\Software HKCU:\\T nothing")
    assert found[0] == "System.IO.IOException,Microsoft.PowerShell.Commands.CopyItemPropertyCommand"
    assert found[2] == "The specified registry key does not exist."


def test_files_have_no_properties_to_copy(session):
    found = session.error("Copy-ItemProperty C:\\Windows C:\\Users Name")
    text = "Cannot use interface. The IDynamicPropertyCmdletProvider interface is not implemented by this provider."
    assert (found[0].partition(",")[0], found[2]) == ("NotSupported", text)


def test_the_current_stack_of_locations_can_be_chosen(session):
    script = (
        "cd C:\\Windows; Push-Location C:\\Users -StackName S; Set-Location -StackName S; Push-Location C:\\;"
        " (Get-Location -Stack).Path; Pop-Location; Pop-Location; (Get-Location).Path"
    )
    assert session.values(script) == ["C:\\Users", "C:\\Windows", "C:\\Windows"]
    found = session.error("Set-Location -StackName none")
    assert found[0] == "StackNotFound,Microsoft.PowerShell.Commands.SetLocationCommand"


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("(Get-Item Registry::HKLM\\SOFTWARE).Name", "HKEY_LOCAL_MACHINE\\SOFTWARE"),
        ("Test-Path Registry::HKCU\\Software", True),
        ("@(Get-Item 'Registry::hklm\\SOFTWARE\\Microsoft\\Windows NT\\*').Count -gt 0", True),
        ("(New-PSDrive HKCR Registry HKCR).Root", "HKEY_CLASSES_ROOT"),
        (
            "(Resolve-Path FileSystem::C:\\Windows).Path",
            "Microsoft.PowerShell.Core\\FileSystem::C:\\Windows",
        ),
        (
            'Set-Location \\\\localhost\\c$; "$pwd"',
            "Microsoft.PowerShell.Core\\FileSystem::\\\\localhost\\c$",
        ),
        ("(Resolve-Path HKLM:\\SOFTWARE).Path", "HKLM:\\SOFTWARE"),
    ],
)
def test_paths_without_a_drive_are_behind_their_provider(session, script, value):
    assert session.values(script) == [value]
