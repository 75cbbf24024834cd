"""$Host.PrivateData of powershell.exe: the colours of its messages (ConsoleHost+ConsoleColorProxy; names and
first values from the open source). Nothing here shows colours, so that setting one is only remembered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.host_values import color_named

_FIRST = {
    "ErrorForegroundColor": "Red",
    "ErrorBackgroundColor": "Black",
    "WarningForegroundColor": "Yellow",
    "WarningBackgroundColor": "Black",
    "DebugForegroundColor": "Yellow",
    "DebugBackgroundColor": "Black",
    "VerboseForegroundColor": "Yellow",
    "VerboseBackgroundColor": "Black",
    "ProgressForegroundColor": "Yellow",
    "ProgressBackgroundColor": "DarkCyan",
}


class HostColors:
    """The colours of a console, by their property."""

    __slots__ = ("values",)

    def __init__(self) -> None:
        self.values: dict[str, EnumValue] = {name: color_named(color) for name, color in _FIRST.items()}


def _read(colors: HostColors, name: str) -> EnumValue:
    return colors.values[name]


def _write(colors: HostColors, value: EnumValue, name: str) -> None:
    colors.values[name] = value


def register_host_colors() -> None:
    """Make the type known."""
    members: dict[str, Callable[..., Any]] = {}
    for name in _FIRST:
        members[f"{name}: System.ConsoleColor"] = partial(_read, name=name)
        members[f"{name}="] = partial(_write, name=name)
    register(
        PSType("Microsoft.PowerShell.ConsoleHost+ConsoleColorProxy", instance=members),
        HostColors,
    )
