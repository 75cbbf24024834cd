"""How a user wants numbers and dates, where the user lives, and in which language programs talk to the user.

Windows keeps it in the registry of the user, and so does the machine: who changes a value there changes what
the next program of the user does.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from emulator.host.windows.registry_key import Data, RegistryValue, ValueKind, text

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.accounts import Account

INTERNATIONAL = "Control Panel\\International"
GEO = f"{INTERNATIONAL}\\Geo"
_DESKTOP = "Control Panel\\Desktop"
_CURRENT_USER = 0x80000001
#: Of the users of a fresh machine: English (United States), as intl.cpl writes it.
_FRESH = """
Locale=00000409|LocaleName=en-US|s1159=AM|s2359=PM|sCountry=United States|sCurrency=$|sDate=/|sDecimal=.
sLanguage=ENU|sList=,|sLongDate=dddd, MMMM d, yyyy|sMonDecimalSep=.|sMonThousandSep=,|sNegativeSign=-
sShortDate=M/d/yyyy|sThousand=,|sTime=:|sTimeFormat=h:mm:ss tt|sShortTime=h:mm tt|sYearMonth=MMMM yyyy
iCurrDigits=2|iCurrency=0|iDigits=2|iFirstDayOfWeek=6|iFirstWeekOfYear=0|iNegCurr=0|iNegNumber=1
"""
_HOME = 244
_LONGEST_ID = 9
"""Digits of a GeoID."""
_LONGEST_SETTING = 80
"""Characters of a setting that Windows takes; a longer one is left aside."""


def fresh_values() -> list[RegistryValue]:
    """What `INTERNATIONAL` has for a fresh user."""
    pairs = (entry.split("=", 1) for line in _FRESH.strip().splitlines() for entry in line.split("|"))
    return [text(name, data) for name, data in pairs]


def fresh_home() -> list[RegistryValue]:
    """What `GEO` has for a fresh user."""
    return [text("Nation", str(_HOME))]


def settings_of(host: "Host", account: "Account") -> Mapping[str, str]:
    """The texts of `INTERNATIONAL`; nothing where the registry was never asked for, for then they are those
    of a fresh user."""
    if "registry" not in host.__dict__:
        return {}
    return {
        name: data
        for name, data in _values(host, account, INTERNATIONAL).items()
        if isinstance(data, str) and len(data) <= _LONGEST_SETTING
    }


def change_settings(host: "Host", account: "Account", settings: Mapping[str, str]) -> None:
    """Set texts of `INTERNATIONAL`. Raises AccessDenied, QuotaExceeded."""
    with host.looking():
        for name, data in settings.items():
            _set(host, account, INTERNATIONAL, name, data)


def home_of(host: "Host", account: "Account") -> int:
    """The GeoID of the place where the user lives."""
    found = _values(host, account, GEO).get("Nation", "")
    if not isinstance(found, str) or len(found) > _LONGEST_ID:
        return _HOME
    return int(found) if found.isascii() and found.isdigit() else _HOME


def change_home(host: "Host", account: "Account", geo_id: int, code: str) -> None:
    """Say where the user lives: the GeoID and the letters of the country."""
    with host.looking():
        _set(host, account, GEO, "Nation", str(geo_id))
        _set(host, account, GEO, "Name", code)


def ui_language_of(host: "Host", account: "Account") -> str | None:
    """The language that the user chose for the texts of Windows instead of the system's, or None."""
    found = _values(host, account, _DESKTOP).get("PreferredUILanguages")
    return found[0] if isinstance(found, tuple) and found and isinstance(found[0], str) else None


def change_ui_language(host: "Host", account: "Account", name: str | None) -> None:
    """Choose that language, or none. It counts from the next logon on."""
    with host.looking():
        if name is not None:
            host.registry.create_key(_CURRENT_USER, _DESKTOP, account)
            host.registry.set_value(
                _CURRENT_USER, _DESKTOP, "PreferredUILanguages", ValueKind.REG_MULTI_SZ, (name,), account
            )
        elif "PreferredUILanguages" in _values(host, account, _DESKTOP):
            host.registry.delete_value(_CURRENT_USER, _DESKTOP, "PreferredUILanguages", account)


def _values(host: "Host", account: "Account", path: str) -> dict[str, Data]:
    from emulator.host.windows.registry import KeyNotFound

    try:
        return {one.name: one.data for one in host.registry.values(_CURRENT_USER, path, account)}
    except KeyNotFound:
        return {}


def _set(host: "Host", account: "Account", path: str, name: str, data: str) -> None:
    host.registry.create_key(_CURRENT_USER, path, account)
    host.registry.set_value(_CURRENT_USER, path, name, ValueKind.REG_SZ, data, account)
