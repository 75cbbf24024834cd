"""PSComputerName of objects that came from another computer: shown when PSShowComputerName says so, which is
itself never shown (5.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.format.views import Column

_COMPUTER, _SHOWS = "pscomputername", "psshowcomputername"
COMPUTER_COLUMN = Column("PSComputerName", "PSComputerName")


def shows_computer(value: Any) -> bool:
    """Whether the computer of an object is shown beside what its view shows."""
    if type(value) is not PSObject or _COMPUTER not in value.members:
        return False
    return value.note(_SHOWS) is True


def without_hidden(value: Any, columns: Iterable[Column]) -> tuple[Column, ...]:
    """The columns of all properties of an object without those that are not shown."""
    if type(value) is not PSObject or _SHOWS not in value.members:
        return tuple(columns)
    hidden = (_SHOWS,) if shows_computer(value) else (_SHOWS, _COMPUTER)
    return tuple(one for one in columns if one.label.lower() not in hidden)
