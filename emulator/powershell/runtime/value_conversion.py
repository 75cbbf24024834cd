"""Conversion to dates, spans of time, identifiers and versions."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet import numbers
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.simple import Guid, Version
from emulator.powershell.dotnet.time_values import DateTime, TimeSpan, parse_date
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.runtime.scalars import bad_text, no_way, to_integer, to_text

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


def to_date(value: Any, kind: PSType, engine: Engine | None) -> Any:
    """System.DateTime: from a text, ticks, or what holds a moment."""
    value = value.base if type(value) is PSObject and value.base is not None else value
    if isinstance(value, DateTime):
        return value
    if isinstance(value, str):
        today = engine.now() if engine is not None else None
        minutes = engine.utc_offset_minutes() if engine is not None else 0
        parsed = parse_date(value, today, minutes)
        if parsed is None:
            raise bad_text(
                value,
                kind.name,
                "InvalidCastParseTargetInvocation",
                "String was not recognized as a valid DateTime.",
            )
        return parsed
    if type(value) in numbers.INTEGER_TYPES:
        try:
            return DateTime(int(value))
        except OverflowError:
            raise bad_text(
                value,
                kind.name,
                "InvalidCastConstructorException",
                "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.\r\n"
                "Parameter name: ticks",
            ) from None
    moment = getattr(value, "moment", None)
    if isinstance(moment, DateTime):
        return moment
    raise no_way(value, kind.name)


def to_span(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    """System.TimeSpan: from a text or ticks."""
    value = value.base if type(value) is PSObject and value.base is not None else value
    if isinstance(value, TimeSpan):
        return value
    if type(value) in numbers.INTEGER_TYPES:
        return TimeSpan(to_integer(value, numbers.Int64, "System.Int64"))
    if isinstance(value, str):
        parsed = TimeSpan.parse(value)
        if parsed is not None:
            return parsed
        raise bad_text(
            value,
            kind.name,
            "InvalidCastParseTargetInvocation",
            "String was not recognized as a valid TimeSpan.",
        )
    raise no_way(value, kind.name)


def to_guid(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    """System.Guid: from a text or sixteen bytes."""
    value = value.base if type(value) is PSObject and value.base is not None else value
    if isinstance(value, Guid):
        return value
    if isinstance(value, bytearray) and len(value) == 16:
        return Guid.from_bytes(value)
    if isinstance(value, str):
        parsed = Guid.parse(value)
        if parsed is not None:
            return parsed
        raise bad_text(
            value,
            kind.name,
            "InvalidCastParseTargetInvocation",
            "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."
            if value.strip()
            else "Unrecognized Guid format.",
        )
    raise no_way(value, kind.name)


def to_version(value: Any, kind: PSType, _engine: Engine | None) -> Any:
    """System.Version: from a text, a number, or what came over the wire."""
    if value is None or isinstance(value, Version):
        return value
    if type(value) in numbers.FLOAT_TYPES or type(value) is Decimal:
        value = to_text(value)
    if isinstance(value, str):
        try:
            return Version.parse(value)
        except ValueError as problem:
            raise bad_text(value, kind.name, "InvalidCastParseTargetInvocation", str(problem)) from None
    if type(value) is PSObject and value.base is None and "major" in value.members:
        parts = [value.note(part) for part in ("Major", "Minor", "Build", "Revision")]
        return Version(*[int(part) if isinstance(part, int) else -1 for part in parts])
    raise no_way(value, kind.name)
