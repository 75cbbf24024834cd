"""The command history of a runspace."""

from __future__ import annotations

from typing import Any

MAXIMUM = 4096
"""$MaximumHistoryCount as it is shipped."""


class HistoryEntry:
    """Microsoft.PowerShell.Commands.HistoryInfo."""

    __slots__ = ("command_line", "ended", "number", "started", "status")

    def __init__(self, number: int, command_line: str, started: Any) -> None:
        self.number = number
        self.command_line = command_line
        self.started = started
        self.ended = started
        self.status = "Completed"


class History:
    """The last commands."""

    __slots__ = ("_made", "entries")

    def __init__(self) -> None:
        self.entries: list[HistoryEntry] = []
        self._made = 0

    def add(self, command_line: str, started: Any) -> HistoryEntry:
        """Remember a command."""
        self._made += 1
        made = HistoryEntry(self._made, command_line, started)
        self.entries.append(made)
        del self.entries[:-MAXIMUM]
        return made

    def find(self, number: int) -> HistoryEntry | None:
        """The entry of a number."""
        return next((one for one in self.entries if one.number == number), None)
