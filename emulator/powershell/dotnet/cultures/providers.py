"""What an IFormatProvider says about numbers and dates."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.cultures.culture import Culture
from emulator.powershell.dotnet.cultures.date_info import DateInfo
from emulator.powershell.dotnet.cultures.number_info import NumberInfo
from emulator.powershell.dotnet.cultures.present import current
from emulator.powershell.dotnet.psobject import unwrap


def numbers_of(provider: Any) -> NumberInfo:
    """Its NumberFormatInfo; that of the thread's culture when it has none."""
    held = unwrap(provider)
    if isinstance(held, NumberInfo):
        return held
    return held.numbers if isinstance(held, Culture) else current().numbers


def dates_of(provider: Any) -> DateInfo:
    """Its DateTimeFormatInfo; that of the thread's culture when it has none."""
    held = unwrap(provider)
    if isinstance(held, DateInfo):
        return held
    return held.dates if isinstance(held, Culture) else current().dates
