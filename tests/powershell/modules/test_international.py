"""The International module, the user's settings in the registry, and the culture that a session starts with."""

import pytest

from tests.powershell.modules.console_session import ConsoleSession

SETTINGS = "HKCU:\\Control Panel\\International"


@pytest.fixture
def session():
    return ConsoleSession()


def started(script: str) -> str:
    """What a new PowerShell of the user runs; the script has no double quotes."""
    return f'powershell -NoProfile -Command "{script}"'.replace("$", "`$")


def test_set_culture_counts_from_the_next_session_on(session):
    """Documented: changes take effect in sessions that are started later."""
    session.values("Set-Culture de-DE")
    assert session.values("(Get-Culture).Name; 1.5.ToString()") == ["en-US", "1.5"]
    assert session.values(started("(Get-Culture).Name; $PSCulture; 1.5.ToString()")) == [
        "de-DE",
        "de-DE",
        "1,5",
    ]


def test_the_registry_shows_what_set_culture_set(session):
    assert session.values(f"(Get-ItemProperty '{SETTINGS}').sShortDate") == ["M/d/yyyy"]
    session.values("'fr-FR' | Set-Culture")
    shown = session.shown("reg query 'HKCU\\Control Panel\\International'")
    for name, value in (
        ("LocaleName", "fr-FR"),
        ("Locale", "0000040C"),
        ("sShortDate", "dd/MM/yyyy"),
        ("sList", ";"),
    ):
        assert any(
            line.split()[0] == name and line.endswith(value) for line in shown.split("\n") if line.split()
        )


def test_a_change_of_a_culture_goes_along(session):
    session.values("$c = Get-Culture; $c.DateTimeFormat.ShortDatePattern = 'yyyy-MM-dd'; Set-Culture $c")
    script = started("([datetime]'2024-03-05').ToShortDateString()")
    assert session.values(script) == ["2024-03-05"]


def test_what_the_user_changes_in_the_registry_counts_for_the_user_s_culture_only(session):
    session.values(
        f"Set-ItemProperty '{SETTINGS}' sDecimal '~'; Set-ItemProperty '{SETTINGS}' sShortDate 'yyyy.MM.dd'"
    )
    script = started(
        "1.5.ToString(); (1.5).ToString([cultureinfo]'de-DE'); ([datetime]'2024-03-05').ToString('d')"
    )
    assert session.values(script) == ["1~5", "1,5", "2024.03.05"]


def test_a_setting_that_could_not_be_changes_nothing(session):
    session.values(
        f"Set-ItemProperty '{SETTINGS}' sDecimal ('x' * 100); Set-ItemProperty '{SETTINGS}' iDigits 'many';"
        f"Set-ItemProperty '{SETTINGS}' LocaleName 'no such'"
    )
    assert session.values(started("1.5.ToString('N')")) == ["1.50"]


def test_home_location(session):
    assert session.values("(Get-WinHomeLocation).GeoId; (Get-WinHomeLocation).HomeLocation") == [
        244,
        "United States",
    ]
    script = "Set-WinHomeLocation -GeoId 94; $h = Get-WinHomeLocation; $h.GeoId; $h.HomeLocation"
    assert session.values(script) == [94, "Germany"]
    assert session.values(f"(Get-ItemProperty '{SETTINGS}\\Geo').Nation") == ["94"]


def test_the_locale_of_the_system_counts_from_the_next_restart_on(session):
    assert session.values("Set-WinSystemLocale ja-JP; (Get-WinSystemLocale).Name") == ["en-US"]
    session.host.operating_system.boot()
    assert session.values("(Get-WinSystemLocale).Name") == ["ja-JP"]


def test_only_administrators_set_the_locale_of_the_system():
    identifier, category, message = ConsoleSession(user="guest1").error("Set-WinSystemLocale de-DE")
    assert (
        identifier
        == "System.UnauthorizedAccessException,Microsoft.InternationalSettings.Commands.SetWinSystemLocaleCommand"
    )
    assert (category, message) == ("PermissionDenied", "Access is denied.")


def test_ui_language_override(session):
    script = (
        "@(Get-WinUILanguageOverride).Count; Set-WinUILanguageOverride fr-FR; (Get-WinUILanguageOverride).Name;"
        "Set-WinUILanguageOverride; @(Get-WinUILanguageOverride).Count"
    )
    assert session.values(script) == [0, "fr-FR", 0]


@pytest.mark.parametrize("script", ["Set-Culture de", "Set-WinHomeLocation 99999", "Set-WinSystemLocale ''"])
def test_what_cannot_be_a_user_s(session, script):
    assert session.error(script)[0].startswith(
        "System.ArgumentException,Microsoft.InternationalSettings.Commands."
    )


def test_cmdlets_that_are_known_by_their_shape_only_say_so(session):
    assert session.error("Get-WinUserLanguageList")[0].startswith("NotEmulated,")


def test_a_remote_session_has_the_client_s_culture(session):
    """MS-PSRP and WinRM: DataLocale and Locale of the requests."""
    script = (
        "$s = New-PSSession -ComputerName localhost -SessionOption (New-PSSessionOption -Culture de-DE -UICulture fr-FR);"
        "Invoke-Command -Session $s { 1.5.ToString(); (Get-Culture).Name; (Get-UICulture).Name; $PSCulture; '{0:d}' -f"
        " [datetime]'2024-03-05'; [cultureinfo]::CurrentUICulture.Name }"
    )
    assert session.values(f"$({script}) -join ' '") == ["1,5 de-DE fr-FR de-DE 05.03.2024 fr-FR"]


def test_signs_and_formats_are_bounded(session):
    for script in (
        "$n = [Globalization.NumberFormatInfo]::new(); $n.NumberGroupSeparator = 'x' * 1000",
        "(1).ToString('0' * 200000)",
        "(Get-Date).ToString('d' * 200000)",
    ):
        assert "is not emulated" in session.error(script)[2]


def test_what_runs_outside_of_a_session_is_not_in_its_culture(session):
    from emulator.powershell.dotnet.cultures.present import current

    session.runspace.session.culture = "de-DE"
    assert session.shown("1.5; Get-Culture | ForEach-Object Name") == "1,5\nde-DE"
    assert current().name == "en-US"


def test_a_home_location_that_could_be_none_is_left_aside(session):
    session.values(f"Set-ItemProperty '{SETTINGS}\\Geo' Nation ('9' * 5000)")
    assert session.values("(Get-WinHomeLocation).GeoId") == [244]
