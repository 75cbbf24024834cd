"""Streams of a running script: where errors, warnings and the rest go, and redirection of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Write = Callable[[Any], None]

ERROR, WARNING, VERBOSE, DEBUG, INFORMATION, PROGRESS = 2, 3, 4, 5, 6, 7
NAMES = {2: "error", 3: "warning", 4: "verbose", 5: "debug", 6: "information", 7: "progress"}


def discard(_value: Any) -> None:
    """Throw a value away."""


class MessageRecord:
    """A warning, verbose or debug record: a text with a .NET type of its own (``kind`` is Warning,
    Verbose, Debug).
    """

    __slots__ = ("kind", "message")

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        self.message = message

    def __str__(self) -> str:
        return self.message


class RecordOrigin:
    """Who wrote an information record: user, computer, process and thread."""

    __slots__ = ("computer", "process_id", "thread_id", "user")

    def __init__(self, user: str, computer: str, process_id: int, thread_id: int) -> None:
        self.user = user
        self.computer = computer
        self.process_id = process_id
        self.thread_id = thread_id


class InformationRecord:
    """A record of the information stream; ``host`` is set for what Write-Host wrote."""

    __slots__ = (
        "background",
        "data",
        "displayed",
        "foreground",
        "host",
        "newline",
        "origin",
        "source",
        "tags",
        "time",
    )

    def __init__(
        self,
        data: Any,
        tags: tuple[str, ...] = (),
        host: bool = False,
        newline: bool = True,
        source: str = "",
    ) -> None:
        self.data = data
        self.tags = tags
        self.host = host
        self.newline = newline
        self.source = source
        self.displayed = True
        """False when the preference keeps it off the screen; the stream has it in any case."""
        self.foreground: str | None = None
        self.background: str | None = None
        self.time: Any = None
        self.origin: RecordOrigin | None = None


class ProgressRecord:
    """A progress record. ``source_id`` is where a host counts it; the wire has no place for it."""

    __slots__ = (
        "activity",
        "activity_id",
        "completed",
        "current_operation",
        "parent_id",
        "percent_complete",
        "seconds_remaining",
        "source_id",
        "status",
    )

    def __init__(self, activity: str, status: str = "Processing", activity_id: int = 0) -> None:
        self.activity = activity
        self.status = status
        self.activity_id = activity_id
        self.parent_id = -1
        self.percent_complete = -1
        self.seconds_remaining = -1
        self.current_operation = ""
        self.completed = False
        self.source_id = 0


class Streams:
    """The writers of streams 2 to 7. Shared by the frames below until a redirection derives another set."""

    __slots__ = (
        *("behind", "debug", "error", "information", "progress", "redirected", "silenced", "verbose"),
        "warning",
    )

    def __init__(
        self,
        error: Write = discard,
        warning: Write = discard,
        verbose: Write = discard,
        debug: Write = discard,
        information: Write = discard,
        progress: Write = discard,
        redirected: frozenset[int] = frozenset(),
        silenced: Write = discard,
    ) -> None:
        self.error = error
        self.warning = warning
        self.verbose = verbose
        self.debug = debug
        self.information = information
        self.progress = progress
        self.redirected = redirected
        self.behind: Streams | None = None
        """The same without -ErrorVariable of the function around: that gets the errors of commands whose
        output is the function's, and not of those that stand before others in a pipeline."""
        self.silenced = silenced
        """Takes the errors that SilentlyContinue keeps from stream 2: -ErrorVariable of the functions around
        the command gets them all the same."""

    def derive(self, changes: dict[int, Write]) -> Streams:
        """Another set in which some streams go elsewhere."""
        made = Streams(
            self.error,
            self.warning,
            self.verbose,
            self.debug,
            self.information,
            self.progress,
            self.redirected | frozenset(changes),
            self.silenced,
        )
        for number, write in changes.items():
            setattr(made, NAMES[number], write)
        return made
