"""A culture: its name, and what it knows of numbers, dates and text, each made when it is asked for."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.cultures import date_info, number_info
from emulator.powershell.dotnet.cultures.date_info import DateInfo
from emulator.powershell.dotnet.cultures.number_info import NumberInfo

#: Facts of the two cultures that need no table.
_CODED: dict[str, dict[str, Any]] = {
    "": {
        "name": "",
        "parent": "",
        "lcid": 127,
        "english": "Invariant Language (Invariant Country)",
        "native": "Invariant Language (Invariant Country)",
        "iso3": "ivl",
        "windows": "IVL",
        "ansi": 1252,
        "oem": 437,
        "mac": 10000,
        "ebcdic": 37,
        "list": ",",
        "left": 0,
        "region": None,
    },
    "en-us": {
        "name": "en-US",
        "parent": "en",
        "lcid": 1033,
        "english": "English (United States)",
        "native": "English (United States)",
        "iso3": "eng",
        "windows": "ENU",
        "ansi": 1252,
        "oem": 437,
        "mac": 10000,
        "ebcdic": 37,
        "geo": 244,
        "list": ",",
        "left": 0,
        "region": {"code": "US", "english": "United States", "native": "United States", "iso3": "USA"},
        "money": ["US Dollar", "USD"],
    },
}


class Culture:
    """System.Globalization.CultureInfo. The empty name is the invariant culture.

    ``facts`` is its line of the table; that of a culture which Windows does not know has the invariant one's
    formats. A read-only culture has read-only formats.
    """

    __slots__ = ("_dates", "_numbers", "facts", "is_read_only", "list_separator", "name")

    def __init__(self, facts: Any, *, is_read_only: bool = False) -> None:
        self.facts = facts
        self.name: str = facts["name"]
        self.is_read_only = is_read_only
        self.list_separator: str = facts["list"]
        self._numbers: NumberInfo | None = None
        self._dates: DateInfo | None = None

    @property
    def numbers(self) -> NumberInfo:
        """NumberFormat."""
        if self._numbers is None:
            values = (
                number_info.from_facts(self.facts)
                if "number" in self.facts
                else number_info.ENGLISH
                if self.name == "en-US"
                else {}
            )
            self._numbers = NumberInfo(values, is_read_only=self.is_read_only)
        return self._numbers

    @numbers.setter
    def numbers(self, info: NumberInfo) -> None:
        self._numbers = info

    @property
    def dates(self) -> DateInfo:
        """DateTimeFormat."""
        if self._dates is None:
            facts = self.facts
            values = (
                date_info.from_facts(facts)
                if "patterns" in facts
                else date_info.ENGLISH
                if self.name == "en-US"
                else {}
            )
            self._dates = DateInfo(
                values, calendar=facts.get("calendar") or "Gregorian", is_read_only=self.is_read_only
            )
        return self._dates

    @dates.setter
    def dates(self, info: DateInfo) -> None:
        self._dates = info

    def copy(self, *, is_read_only: bool = False) -> Culture:
        """Another one, whose formats can be changed without changing this one's."""
        made = Culture(self.facts, is_read_only=is_read_only)
        made.list_separator = self.list_separator
        if self._numbers is not None:
            made._numbers = self._numbers.copy(is_read_only=is_read_only)
        if self._dates is not None:
            made._dates = self._dates.copy(is_read_only=is_read_only)
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Culture) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __str__(self) -> str:
        return self.name


def find(name: str, *, is_read_only: bool = False, takes_unknown: bool = True) -> Culture | None:
    """The culture of a name; None when there is none. ``takes_unknown``: whether a well-formed name that
    nobody knows is one, as since Windows 10."""
    key = name.lower()
    facts: Any = _CODED.get(key)
    if facts is None:
        from emulator.powershell.dotnet.cultures import table

        facts = table.facts_of(key)
        if facts is None and takes_unknown and table.is_well_formed(name):
            facts = _unknown(table.spelled(name))
    return None if facts is None else Culture(facts, is_read_only=is_read_only)


def _unknown(name: str) -> dict[str, Any]:
    from emulator.powershell.dotnet.cultures.table import UNSPECIFIED

    language, _, rest = name.partition("-")
    title = f"Unknown Locale ({name})" if rest else f"Unknown Language ({name})"
    return {
        **_CODED[""],
        "name": name,
        "parent": name.rpartition("-")[0],
        "lcid": UNSPECIFIED,
        "english": title,
        "native": title,
        "iso3": language,
        "windows": "ZZZ",
    }


INVARIANT = Culture(_CODED[""], is_read_only=True)
ENGLISH = Culture(_CODED["en-us"], is_read_only=True)
