"""System.Globalization.RegionInfo: a country and its currency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.cultures.culture import Culture, find
from emulator.powershell.dotnet.exceptions import argument_error, null_argument
from emulator.powershell.dotnet.library.cultures import culture_numbered, current_culture
from emulator.powershell.dotnet.types import PSType, register

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

#: Regions that measure in inches and pounds.
_NOT_METRIC = ("US", "LR", "MM")


class Region:
    """A region, told by one of its cultures. ``name`` is that it was asked for by: ``DE``, ``de-DE``."""

    __slots__ = ("culture", "facts", "name")

    def __init__(self, culture: Culture, name: str) -> None:
        self.culture = culture
        self.facts: dict[str, Any] = culture.facts["region"]
        self.name = name


def _teller(code: str) -> Culture | None:
    """The culture by which Windows tells a region: the one that .NET names for it, or the first."""
    from emulator.powershell.dotnet.cultures.table import facts_of, names

    found = None
    for name in names():
        facts = facts_of(name.lower()) or {}
        if (facts.get("region") or {}).get("code") == code:
            if facts.get("tells_region"):
                return find(name)
            found = found or name
    return None if found is None else find(found)


def region_named(name: str) -> Region:
    """The region of its two letters, or of a culture's name. Raises ArgumentException."""
    if name is None:
        raise null_argument("name")
    if not name:
        raise argument_error("There is no region associated with the Invariant Culture (Culture ID: 0x7F).")
    culture = _teller(name.upper()) if "-" not in name else find(name, takes_unknown=False)
    if culture is None:
        raise argument_error(f"Culture name '{name}' is not supported.", "name")
    if not culture.facts.get("region"):
        raise argument_error(
            f"The region name {name} should not correspond to neutral culture; a specific culture name is "
            "required.",
            "name",
        )
    return Region(culture, culture.name if "-" in name else name.upper())


def region_numbered(lcid: int) -> Region:
    """The region of an LCID. Raises ArgumentException."""
    culture = culture_numbered(lcid)
    if not culture.name:
        raise argument_error("There is no region associated with the Invariant Culture (Culture ID: 0x7F).")
    if not culture.facts.get("region"):
        raise argument_error(
            f"Culture ID {lcid} (0x{lcid:04X}) is a neutral culture; a region cannot be created from it.",
            "culture",
        )
    return Region(culture, culture.facts["region"]["code"])


def _current(engine: Engine) -> Region:
    culture = current_culture(engine)
    if not culture.facts.get("region"):
        culture = culture_numbered(0x409)
    return Region(culture, culture.name)


def _fact(key: str) -> Any:
    return lambda region: region.facts[key]


register(
    PSType(
        "System.Globalization.RegionInfo",
        instance={
            "Name: string": lambda r: r.name,
            "EnglishName: string": _fact("english"),
            "DisplayName: string": _fact("english"),
            "NativeName: string": _fact("native"),
            "TwoLetterISORegionName: string": _fact("code"),
            "ThreeLetterISORegionName: string": _fact("iso3"),
            "ThreeLetterWindowsRegionName: string": _fact("iso3"),
            "IsMetric: bool": lambda r: r.facts["code"] not in _NOT_METRIC,
            "GeoId: int": lambda r: r.culture.facts["geo"],
            "CurrencyEnglishName: string": lambda r: r.culture.facts["money"][0],
            "CurrencySymbol: string": lambda r: r.culture.numbers["CurrencySymbol"],
            "ISOCurrencySymbol: string": lambda r: r.culture.facts["money"][1],
            "Equals(object value)": lambda r, other: isinstance(other, Region) and other.name == r.name,
            "ToString()": lambda r: r.name,
        },
        static={"@CurrentRegion": _current},
        construct={
            "new(string name)": lambda _kind, name: region_named(name),
            "new(int culture)": lambda _kind, lcid: region_numbered(lcid),
        },
        to_text=lambda r: r.name,
    ),
    Region,
)
