"""System.TimeZoneInfo over the zones that the machine knows."""

from __future__ import annotations

import datetime as _datetime
from typing import TYPE_CHECKING

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.time_values import LOCAL, UNSPECIFIED, UTC, DateTime, TimeSpan
from emulator.powershell.dotnet.time_zone_names import PLACES
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import TimeZones

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_UTC = "UTC"
_STANDARD, _DAYLIGHT = " Standard Time", " Daylight Time"
_NONE = _datetime.timedelta(0)


class TimeZoneInfo:
    """A zone: its identifier and its rules."""

    __slots__ = ("id", "zone")

    def __init__(self, identifier: str, zone: _datetime.tzinfo) -> None:
        self.id = identifier
        self.zone = zone

    def offset(self, moment: _datetime.datetime) -> _datetime.timedelta:
        """How far the zone is ahead of UTC at a moment: an aware one, or one of its own clocks."""
        return moment.astimezone(self.zone).utcoffset() or _NONE if moment.tzinfo else self._of_clock(moment)

    def _of_clock(self, moment: _datetime.datetime) -> _datetime.timedelta:
        return moment.replace(tzinfo=self.zone).utcoffset() or _NONE

    def saves(self, moment: _datetime.datetime) -> bool:
        """Whether clocks are put forward at a moment of the zone's own clocks."""
        return self._of_clock(moment) > self.base

    @property
    def base(self) -> _datetime.timedelta:
        """The offset of standard time, by the rules of the present years."""
        moment = _datetime.datetime(2026, 1, 15, 12, tzinfo=self.zone)
        return (moment.utcoffset() or _NONE) - (moment.dst() or _NONE)

    @property
    def has_summer_time(self) -> bool:
        """Whether clocks are ever put forward."""
        months = (_datetime.datetime(2026, month, 15, 12) for month in range(1, 13))
        return any(self._of_clock(each) != self.base for each in months)

    @property
    def standard_name(self) -> str:
        return "Coordinated Universal Time" if self.id == _UTC else self.id

    @property
    def daylight_name(self) -> str:
        """The name of its summer time; the same in zones without one that are named by their offset."""
        if _STANDARD not in self.id:
            return self.standard_name
        return self.id.replace(_STANDARD, _DAYLIGHT)

    @property
    def display_name(self) -> str:
        """``(UTC+01:00) Amsterdam, Berlin ...``."""
        places = PLACES.get(self.id, self.id)
        if self.id == _UTC:
            return f"(UTC) {places}"
        minutes = int(self.base.total_seconds() // 60)
        sign, rest = ("-", -minutes) if minutes < 0 else ("+", minutes)
        return f"(UTC{sign}{rest // 60:02}:{rest % 60:02}) {places}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TimeZoneInfo) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __str__(self) -> str:
        return self.display_name


def _zones(engine: Engine) -> TimeZones:
    found = engine.find_service(TimeZones)
    if found is None:
        raise not_emulated("The time zones of the machine")
    return found


def local_zone(engine: Engine) -> TimeZoneInfo:
    """The zone of the machine's clock."""
    return zone_of_id(engine, _zones(engine).local())


def zone_of_id(engine: Engine, identifier: str) -> TimeZoneInfo:
    """The zone of an identifier, in any case. Raises TimeZoneNotFoundException."""
    found = _zones(engine).find(identifier)
    if found is None:
        text = f"The time zone ID '{identifier}' was not found on the local computer."
        raise NetError("System.TimeZoneNotFoundException", text)
    return TimeZoneInfo(*found)


def all_zones(engine: Engine) -> list[TimeZoneInfo]:
    """Every zone, from west to east."""
    made = [zone_of_id(engine, identifier) for identifier in _zones(engine).identifiers()]
    return sorted(made, key=lambda one: one.base)


def _aware(engine: Engine, moment: DateTime, zone: TimeZoneInfo | None = None) -> _datetime.datetime:
    """The moment of a DateTime; one without a kind is of the zone, or local."""
    plain = moment.to_python().replace(tzinfo=None)
    if moment.kind == UTC:
        return plain.replace(tzinfo=_datetime.UTC)
    return plain.replace(tzinfo=(zone or local_zone(engine)).zone)


def _converted(engine: Engine, moment: DateTime, target: TimeZoneInfo) -> DateTime:
    there = _aware(engine, moment).astimezone(target.zone).replace(tzinfo=None)
    kind = UTC if target.id == _UTC else LOCAL if target == local_zone(engine) else UNSPECIFIED
    return DateTime(DateTime.from_python(there).ticks, kind)


def _by_id(engine: Engine, moment: DateTime, identifier: str) -> DateTime:
    return _converted(engine, moment, zone_of_id(engine, identifier))


def _from_utc(engine: Engine, moment: DateTime, target: TimeZoneInfo) -> DateTime:
    if moment.kind == LOCAL:
        raise NetError(
            "System.ArgumentException",
            "The conversion could not be completed because the supplied DateTime did not have the Kind "
            "property set correctly.  For example, when the Kind property is DateTimeKind.Local, the source "
            "time zone must be TimeZoneInfo.Local.",
            parameter="sourceTimeZone",
        )
    return _converted(engine, DateTime(moment.ticks, UTC), target)


def _to_utc(engine: Engine, moment: DateTime, source: TimeZoneInfo | None = None) -> DateTime:
    there = _aware(engine, moment, source).astimezone(_datetime.UTC).replace(tzinfo=None)
    return DateTime(DateTime.from_python(there).ticks, UTC)


def _offset(engine: Engine, zone: TimeZoneInfo, moment: DateTime) -> TimeSpan:
    if moment.kind == UNSPECIFIED:
        return TimeSpan.from_python(zone.offset(moment.to_python().replace(tzinfo=None)))
    return TimeSpan.from_python(zone.offset(_aware(engine, moment)))


_Z = "System.TimeZoneInfo"
register(
    PSType(
        _Z,
        instance={
            "Id: string": lambda z: z.id,
            "DisplayName: string": lambda z: z.display_name,
            "StandardName: string": lambda z: z.standard_name,
            "DaylightName: string": lambda z: z.daylight_name,
            "BaseUtcOffset: timespan": lambda z: TimeSpan.from_python(z.base),
            "SupportsDaylightSavingTime: bool": lambda z: z.has_summer_time,
            "@GetUtcOffset(datetime dateTime)": _offset,
            "IsDaylightSavingTime(datetime dateTime)": lambda z, moment: z.saves(
                moment.to_python().replace(tzinfo=None)
            ),
            f"HasSameRules({_Z} other)": lambda z, other: z.zone == other.zone,
        },
        static={
            "@Local": local_zone,
            "@Utc": lambda engine: zone_of_id(engine, _UTC),
            "@FindSystemTimeZoneById(string id)": zone_of_id,
            "@GetSystemTimeZones()": lambda engine: PSArray(all_zones(engine)),
            f"@ConvertTime(datetime dateTime, {_Z} destinationTimeZone)": _converted,
            f"@ConvertTimeFromUtc(datetime dateTime, {_Z} destinationTimeZone)": _from_utc,
            "@ConvertTimeToUtc(datetime dateTime)": _to_utc,
            f"@ConvertTimeToUtc(datetime dateTime, {_Z} sourceTimeZone)": _to_utc,
            "@ConvertTimeBySystemTimeZoneId(datetime dateTime, string destinationTimeZoneId)": _by_id,
            "ClearCachedData()": lambda: None,
        },
        to_text=str,
    ),
    TimeZoneInfo,
)
