"""Set-Culture, the home location, the locale of the system and the language of Windows' texts.

What is set counts from the next session, logon or restart on, as Windows says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host import AccessDenied, Account, Host
from emulator.host.windows import user_locale
from emulator.powershell.dotnet.cultures.culture import Culture, find
from emulator.powershell.dotnet.cultures.user_settings import settings_of
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_GEO_ID = "Microsoft.InternationalSettings.Commands.GeoId"


@cmdlet("Set-Culture")
def set_culture(call: CmdletCall, culture_info: Any = None) -> None:
    """Give the user a culture, with every change that was made on it."""
    from emulator.powershell.dotnet.library.cultures import to_culture

    culture = _specific(call, to_culture(culture_info, call.engine), "CultureInfo")
    user_locale.change_settings(call.service(Host), call.service(Account), settings_of(culture))


@cmdlet("Get-WinHomeLocation")
def get_home_location(call: CmdletCall) -> Iterator[PSObject]:
    """Where the user lives."""
    geo_id = user_locale.home_of(call.service(Host), call.service(Account))
    yield PSObject.custom([("GeoId", geo_id), ("HomeLocation", _place(geo_id)[1])], (_GEO_ID,))


@cmdlet("Set-WinHomeLocation")
def set_home_location(call: CmdletCall, geo_id: int) -> None:
    """Say where the user lives."""
    code, name = _place(geo_id)
    if not name:
        raise call.failure(
            "System.ArgumentException",
            "Value does not fall within the expected range.",
            "System.ArgumentException",
            "InvalidArgument",
            geo_id,
        )
    user_locale.change_home(call.service(Host), call.service(Account), geo_id, code)


@cmdlet("Get-WinSystemLocale")
def get_system_locale(call: CmdletCall) -> Iterator[Culture]:
    """The locale of programs that know no Unicode."""
    found = find(call.service(Host).operating_system.system_locale)
    if found is not None:
        yield found


@cmdlet("Set-WinSystemLocale")
def set_system_locale(call: CmdletCall, system_locale: Any = None) -> None:
    """Choose that locale; it counts from the next restart on."""
    from emulator.powershell.dotnet.library.cultures import to_culture

    culture = _specific(call, to_culture(system_locale, call.engine), "SystemLocale")
    try:
        call.service(Host).operating_system.configure(call.service(Account), next_system_locale=culture.name)
    except AccessDenied as refused:
        raise call.failure(
            "System.UnauthorizedAccessException",
            refused.text,
            "System.UnauthorizedAccessException",
            "PermissionDenied",
        ) from None


@cmdlet("Get-WinUILanguageOverride")
def get_ui_language_override(call: CmdletCall) -> Iterator[Culture]:
    """The language that the user chose for the texts of Windows."""
    name = user_locale.ui_language_of(call.service(Host), call.service(Account))
    found = None if name is None else find(name)
    if found is not None:
        yield found


@cmdlet("Set-WinUILanguageOverride")
def set_ui_language_override(call: CmdletCall, language: Any = None) -> None:
    """Choose that language, or none."""
    from emulator.powershell.dotnet.library.cultures import to_culture

    name = None if language is None else to_culture(language, call.engine).name
    user_locale.change_ui_language(call.service(Host), call.service(Account), name)


def _specific(call: CmdletCall, culture: Culture, parameter: str) -> Culture:
    """A culture with a region; neither a language alone nor the invariant culture can be a user's."""
    if not culture.facts.get("region"):
        raise call.failure(
            "System.ArgumentException",
            "Value does not fall within the expected range.",
            "System.ArgumentException",
            "InvalidArgument",
            parameter,
        )
    return culture


def _place(geo_id: int) -> tuple[str, str]:
    """Letters and name of the country of a GeoID; empty when no culture is of it."""
    from emulator.powershell.dotnet.cultures.table import facts_of, names

    for name in names():
        facts = facts_of(name.lower()) or {}
        region = facts.get("region")
        if region and facts.get("geo") == geo_id:
            return region["code"], region["english"]
    return "", ""
