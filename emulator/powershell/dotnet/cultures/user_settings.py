"""What a user changed of a culture, by the names that Windows has for it in the registry (LOCALE_SDECIMAL and
the like of GetLocaleInfo, without their beginning)."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.powershell.dotnet.cultures.culture import Culture

_NUMBER_TEXTS = {
    "sDecimal": "NumberDecimalSeparator",
    "sThousand": "NumberGroupSeparator",
    "sMonDecimalSep": "CurrencyDecimalSeparator",
    "sMonThousandSep": "CurrencyGroupSeparator",
    "sCurrency": "CurrencySymbol",
    "sNegativeSign": "NegativeSign",
}
_NUMBERS = {
    "iDigits": ("NumberDecimalDigits", 9),
    "iCurrDigits": ("CurrencyDecimalDigits", 9),
    "iNegNumber": ("NumberNegativePattern", 4),
    "iNegCurr": ("CurrencyNegativePattern", 15),
    "iCurrency": ("CurrencyPositivePattern", 3),
}
_DATE_TEXTS = {
    "sShortDate": "ShortDatePattern",
    "sLongDate": "LongDatePattern",
    "sShortTime": "ShortTimePattern",
    "sTimeFormat": "LongTimePattern",
    "sYearMonth": "YearMonthPattern",
    "s1159": "AMDesignator",
    "s2359": "PMDesignator",
}
#: Values that may be empty; every other text must be there to count.
_MAY_BE_EMPTY = frozenset(("s1159", "s2359", "sThousand", "sMonThousandSep"))
_LETTERS = "dMyhHmst"


def settings_of(culture: Culture) -> dict[str, str]:
    """All settings of a culture, as Windows writes them when a user chooses it."""
    numbers, dates, facts = culture.numbers, culture.dates, culture.facts
    region = facts.get("region") or {}
    made = {
        "Locale": f"{facts['lcid']:08X}",
        "LocaleName": culture.name,
        "sLanguage": facts["windows"],
        "sCountry": str(region.get("english", "")),
        "sList": culture.list_separator,
        "sDate": dates["DateSeparator"],
        "sTime": dates["TimeSeparator"],
        # Windows counts days from Monday.
        "iFirstDayOfWeek": str((dates["FirstDayOfWeek"] + 6) % 7),
        "iFirstWeekOfYear": str(dates["CalendarWeekRule"]),
    }
    made |= {name: numbers[key] for name, key in _NUMBER_TEXTS.items()}
    made |= {name: str(numbers[key]) for name, (key, _) in _NUMBERS.items()}
    made |= {name: dates[key] for name, key in _DATE_TEXTS.items()}
    return made


def apply(culture: Culture, settings: Mapping[str, str]) -> None:
    """Change a culture to what a user set. What is no setting, or none that could be, changes nothing."""
    own = settings_of(culture)
    changed = {
        name: value
        for name, value in settings.items()
        if name in own and own[name] != value and (value or name in _MAY_BE_EMPTY)
    }
    for name, value in changed.items():
        if name in _NUMBER_TEXTS:
            culture.numbers.change(_NUMBER_TEXTS[name], value)
        elif name in _DATE_TEXTS:
            culture.dates.change(_DATE_TEXTS[name], value)
        elif name in _NUMBERS and value.isascii() and value.isdigit():
            key, most = _NUMBERS[name]
            culture.numbers.change(key, min(int(value), most))
        elif name == "sList":
            culture.list_separator = value
        elif name == "iFirstDayOfWeek" and value in tuple("0123456"):
            culture.dates.change("FirstDayOfWeek", (int(value) + 1) % 7)
        elif name == "iFirstWeekOfYear" and value in tuple("012"):
            culture.dates.change("CalendarWeekRule", int(value))
    if "sShortDate" in changed:
        mark = next((one for one in changed["sShortDate"] if one not in _LETTERS and one not in "' "), None)
        if mark is not None:
            culture.dates.change("DateSeparator", mark)
