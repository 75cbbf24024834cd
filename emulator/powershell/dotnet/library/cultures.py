"""CultureInfo, TextInfo, and what a thread and a session have of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.cultures import text_case
from emulator.powershell.dotnet.cultures.culture import ENGLISH, INVARIANT, Culture, find
from emulator.powershell.dotnet.cultures.date_info import DateInfo
from emulator.powershell.dotnet.cultures.number_info import NumberInfo
from emulator.powershell.dotnet.cultures.present import put
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, null_argument, out_of_range
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

CULTURE_TYPES = EnumType(
    "System.Globalization.CultureTypes",
    {
        "NeutralCultures": 1,
        "SpecificCultures": 2,
        "InstalledWin32Cultures": 4,
        "AllCultures": 7,
        "UserCustomCulture": 8,
        "ReplacementCultures": 16,
        "WindowsOnlyCultures": 32,
        "FrameworkCultures": 64,
    },
    flags=True,
)
register(CULTURE_TYPES)
_NEUTRAL, _SPECIFIC, _INSTALLED, _CUSTOM, _FRAMEWORK = 1, 2, 4, 8, 64
_MOST_CULTURE_TYPES = 127
#: The first version of Windows that takes every well-formed name for that of a culture.
_TAKES_UNKNOWN = (10,)


class TextInfo:
    """System.Globalization.TextInfo of a culture."""

    __slots__ = ("culture",)

    def __init__(self, culture: Culture) -> None:
        self.culture = culture


def read_only_error() -> NetError:
    """What a change of a read-only culture or format answers."""
    return NetError("System.InvalidOperationException", "Instance is read-only.")


def culture_not_found(name: str, parameter: str = "name") -> NetError:
    """CultureNotFoundException; its text tells the parameter before the name."""
    return NetError(
        "System.Globalization.CultureNotFoundException",
        f"Culture is not supported.\r\nParameter name: {parameter}\r\n"
        f"{name} is an invalid culture identifier.",
    )


def culture_named(name: Any, engine: Engine | None = None, *, is_read_only: bool = False) -> Culture:
    """The culture of a name. Raises CultureNotFoundException."""
    if name is None:
        raise null_argument("name")
    takes_unknown = engine is None or engine.machine.os_version >= _TAKES_UNKNOWN
    found = find(str(name), is_read_only=is_read_only, takes_unknown=takes_unknown)
    if found is None:
        raise culture_not_found(str(name))
    return found


def culture_numbered(lcid: int, *, is_read_only: bool = False) -> Culture:
    """The culture of an LCID. Raises CultureNotFoundException."""
    from emulator.powershell.dotnet.cultures.table import name_of

    if lcid < 0:
        raise out_of_range("Positive number required.", "culture")
    if lcid in _DEFAULT_LCIDS:
        return ENGLISH.copy(is_read_only=is_read_only)
    name = name_of(lcid)
    found = None if name is None else find(name, is_read_only=is_read_only)
    if found is None:
        raise culture_not_found(f"{lcid} (0x{lcid:04x})", "culture")
    return found


#: LOCALE_USER_DEFAULT and LOCALE_SYSTEM_DEFAULT.
_DEFAULT_LCIDS = (0x400, 0x800)


def to_culture(value: Any, engine: Engine | None = None) -> Culture:
    """What PowerShell makes of a value where a CultureInfo is asked for: a name, an LCID, or a culture."""
    held = unwrap(value)
    if isinstance(held, Culture):
        return held
    if isinstance(held, int):
        return culture_numbered(int(held))
    return culture_named(held, engine)


def session_culture(engine: Engine) -> Culture:
    """The culture that the session began with, one object: what a script changes on it stays."""
    if engine.session_culture is None:
        found = find(engine.session.culture)
        engine.session_culture = found if found is not None else INVARIANT
        settings = engine.session.culture_settings
        if found is not None and settings.get("LocaleName", "").lower() == found.name.lower():
            from emulator.powershell.dotnet.cultures.user_settings import apply

            apply(found, settings)
        if engine.culture is None:
            engine.culture = engine.session_culture
            put(engine.culture)
    culture: Culture = engine.session_culture
    return culture


def current_culture(engine: Engine) -> Culture:
    """That of the session's thread."""
    if engine.culture is None:
        engine.culture = session_culture(engine)
        put(engine.culture)
    culture: Culture = engine.culture
    return culture


def session_ui_culture(engine: Engine) -> Culture:
    """The same of the texts."""
    session = engine.session
    if session.ui_culture.lower() == session.culture.lower():
        return session_culture(engine)
    found = find(session.ui_culture)
    return found if found is not None else INVARIANT


def current_ui_culture(engine: Engine) -> Culture:
    """That of the texts of the session's thread."""
    if engine.ui_culture is None:
        engine.ui_culture = session_ui_culture(engine)
    culture: Culture = engine.ui_culture
    return culture


def set_culture(engine: Engine, value: Any) -> None:
    """CurrentCulture of the thread. Raises CultureNotFoundException."""
    if value is None:
        raise null_argument("value")
    engine.culture = to_culture(value, engine)
    put(engine.culture)


def set_ui_culture(engine: Engine, value: Any) -> None:
    """CurrentUICulture of the thread. Raises CultureNotFoundException."""
    if value is None:
        raise null_argument("value")
    engine.ui_culture = to_culture(value, engine)


def _parent(culture: Culture) -> Culture:
    """That of the language; of a language, and of itself, the invariant one."""
    found = find(culture.facts["parent"])
    return INVARIANT if found is None or not found.name else found


def _is_neutral(culture: Culture) -> bool:
    return bool(culture.name) and culture.facts.get("region") is None and "number" in culture.facts


def _types_of(culture: Culture) -> int:
    kind = _NEUTRAL if _is_neutral(culture) else _SPECIFIC
    return kind | (
        _CUSTOM if culture.facts["windows"] == "ZZZ" and "number" not in culture.facts else _INSTALLED
    )


def _all(types: Any) -> TypedArray:
    """GetCultures, by name; the invariant culture is among the neutral ones."""
    from emulator.powershell.dotnet.cultures.table import names

    wanted = types.number
    if not 0 <= wanted <= _MOST_CULTURE_TYPES:
        raise out_of_range("Enum value was out of legal range.", "types")
    if wanted & (_INSTALLED | _FRAMEWORK):
        wanted |= _NEUTRAL | _SPECIFIC
    found = [INVARIANT.copy()] if wanted & _NEUTRAL else []
    found += [one for name in names() if (one := find(name)) is not None and _types_of(one) & wanted & 3]
    return TypedArray(found, array_of(builtin("System.Globalization.CultureInfo")))


def _specific(name: str) -> Culture:
    """CreateSpecificCulture: the first culture of the language with a region, that of the same country
    mostly."""
    from emulator.powershell.dotnet.cultures.table import facts_of, names

    found = culture_named(name)
    if not _is_neutral(found):
        return found
    wanted = found.facts.get("geo")
    below = [one for one in names() if one.lower().startswith(f"{found.name.lower()}-")]
    for one in below:
        facts = facts_of(one.lower())
        if facts is not None and facts.get("region") and facts.get("geo") == wanted:
            return culture_named(one)
    return culture_named(below[0]) if below else found


def _set_format(culture: Culture, info: NumberInfo | DateInfo | None) -> None:
    if info is None:
        raise null_argument("value")
    if culture.is_read_only:
        raise read_only_error()
    if isinstance(info, NumberInfo):
        culture.numbers = info
    else:
        culture.dates = info


def _set_list_separator(info: TextInfo, value: Any) -> None:
    if info.culture.is_read_only:
        raise read_only_error()
    if value is None:
        raise NetError(
            "System.ArgumentNullException",
            "String reference not set to an instance of a String.",
            parameter="value",
        )
    info.culture.list_separator = str(value)


def _number(key: str) -> Any:
    return lambda info: info.culture.facts.get(key, 0)


register(
    PSType(
        "System.Globalization.TextInfo",
        interfaces=("System.ICloneable",),
        instance={
            "ANSICodePage: int": _number("ansi"),
            "OEMCodePage: int": _number("oem"),
            "MacCodePage: int": _number("mac"),
            "EBCDICCodePage: int": _number("ebcdic"),
            "LCID: int": _number("lcid"),
            "CultureName: string": lambda i: i.culture.name,
            "IsReadOnly: bool": lambda i: i.culture.is_read_only,
            "ListSeparator: string": lambda i: i.culture.list_separator,
            "ListSeparator=": _set_list_separator,
            "IsRightToLeft: bool": lambda i: bool(i.culture.facts["left"]),
            "Clone()": lambda i: TextInfo(i.culture.copy()),
            "ToTitleCase(string str)": lambda i, text: text_case.title(text, i.culture.name),
            "ToUpper(string str)": lambda i, text: text_case.upper(text, i.culture.name),
            "ToLower(string str)": lambda i, text: text_case.lower(text, i.culture.name),
            "ToString()": lambda i: f"TextInfo - {i.culture.name}",
        },
        static={
            "ReadOnly(System.Globalization.TextInfo textInfo)": (
                lambda info: TextInfo(info.culture.copy(is_read_only=True))
            )
        },
        to_text=lambda i: f"TextInfo - {i.culture.name}",
    ),
    TextInfo,
)


def _compare_info(culture: Culture) -> Any:
    from emulator.powershell.dotnet.library.culture_comparing import CompareInfo

    return CompareInfo(culture)


def _calendar(culture: Culture) -> Any:
    from emulator.powershell.dotnet.library.calendars import Calendar

    return Calendar(culture.dates.calendar)


def _culture_fact(key: str) -> Any:
    return lambda culture: culture.facts[key]


def _two_letters(culture: Culture) -> str:
    return culture.name.partition("-")[0] or "iv"


_FORMATS: dict[str, Callable[..., Any]] = {
    "DateTimeFormat: System.Globalization.DateTimeFormatInfo": lambda c: _formats().dates(c),
    "DateTimeFormat=": lambda c, info: _set_format(c, unwrap(info)),
    "NumberFormat: System.Globalization.NumberFormatInfo": lambda c: _formats().numbers(c),
    "NumberFormat=": lambda c, info: _set_format(c, unwrap(info)),
}


def _formats() -> Any:
    """Registers the types of formats when the first is asked for."""
    from emulator.powershell.dotnet.library import culture_formats

    return culture_formats


def _default_of_threads() -> dict[str, Any]:
    """DefaultThreadCurrentCulture and its like: those of threads that are started later, of which a session
    has none."""
    made: dict[str, Any] = {}
    for name in ("DefaultThreadCurrentCulture", "DefaultThreadCurrentUICulture"):
        key = f"[cultureinfo]::{name.lower()}"

        def read(engine: Engine, key: str = key) -> Any:
            found = engine.global_scope.variables.get(key)
            return None if found is None else found.current

        def write(engine: Engine, value: Any, key: str = key) -> None:
            engine.global_scope.set(key, None if value is None else to_culture(value, engine))

        made |= {f"@{name}": read, f"@{name}=": write}
    return made


register(
    PSType(
        "System.Globalization.CultureInfo",
        interfaces=("System.IFormatProvider", "System.ICloneable"),
        instance={
            "Parent: System.Globalization.CultureInfo": _parent,
            "LCID: int": _culture_fact("lcid"),
            "KeyboardLayoutId: int": _culture_fact("lcid"),
            "Name: string": str,
            "IetfLanguageTag: string": str,
            "DisplayName: string": _culture_fact("english"),
            "NativeName: string": lambda c: c.facts.get("native") or c.facts["english"],
            "EnglishName: string": _culture_fact("english"),
            "TwoLetterISOLanguageName: string": _two_letters,
            "ThreeLetterISOLanguageName: string": _culture_fact("iso3"),
            "ThreeLetterWindowsLanguageName: string": _culture_fact("windows"),
            "CompareInfo: System.Globalization.CompareInfo": _compare_info,
            "TextInfo: System.Globalization.TextInfo": TextInfo,
            "IsNeutralCulture: bool": _is_neutral,
            "CultureTypes: System.Globalization.CultureTypes": lambda c: CULTURE_TYPES.value(_types_of(c)),
            **_FORMATS,
            "Calendar: System.Globalization.Calendar": _calendar,
            "OptionalCalendars: System.Globalization.Calendar[]": lambda c: TypedArray(
                [_calendar(c)], array_of(builtin("System.Globalization.Calendar"))
            ),
            "UseUserOverride: bool": lambda c: not c.is_read_only and bool(c.name),
            "IsReadOnly: bool": lambda c: c.is_read_only,
            "Clone()": lambda c: c.copy(),
            "ClearCachedData()": lambda _c: None,
            "GetConsoleFallbackUICulture()": lambda c: c,
            "GetFormat(type formatType)": lambda c, kind: _formats().of_type(c, kind),
            "Equals(object value)": lambda c, other: c == unwrap(other),
            "ToString()": str,
        },
        static={
            "InvariantCulture": lambda: INVARIANT,
            "InstalledUICulture": lambda: ENGLISH,
            "@CurrentCulture": current_culture,
            "@CurrentCulture=": set_culture,
            "@CurrentUICulture": current_ui_culture,
            "@CurrentUICulture=": set_ui_culture,
            **_default_of_threads(),
            "@GetCultureInfo(string name)": lambda e, name: culture_named(name, e, is_read_only=True),
            "GetCultureInfo(int culture)": lambda lcid: culture_numbered(lcid, is_read_only=True),
            "@GetCultureInfoByIetfLanguageTag(string name)": lambda e, name: culture_named(
                name, e, is_read_only=True
            ),
            "GetCultures(System.Globalization.CultureTypes types)": _all,
            "CreateSpecificCulture(string name)": _specific,
            "ReadOnly(cultureinfo ci)": lambda culture: culture.copy(is_read_only=True),
        },
        construct={
            "@new(string name)": lambda e, _kind, name: culture_named(name, e),
            "@new(string name, bool useUserOverride)": lambda e, _kind, name, _own: culture_named(name, e),
            "new(int culture)": lambda _kind, lcid: culture_numbered(lcid),
            "new(int culture, bool useUserOverride)": lambda _kind, lcid, _own: culture_numbered(lcid),
        },
        to_text=str,
    ),
    Culture,
)
