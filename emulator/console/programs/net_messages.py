"""How net.exe says that something was done, and what was wrong."""

from __future__ import annotations

from emulator.console.context import Context

FAILED = 2
_COMPLETED = "The command completed successfully."
RULE = "-" * 79


def told(context: Context, text: str, number: int) -> int:
    """One of net's own messages by its number."""
    for line in (text, "", f"More help is available by typing NET HELPMSG {number}.", ""):
        context.error(line)
    return FAILED


def fail(context: Context, code: int, text: str) -> int:
    """An error of Windows."""
    for line in (f"System error {code} has occurred.", "", text, ""):
        context.error(line)
    return FAILED


def completed(context: Context) -> int:
    """The end of everything that went well."""
    context.line(_COMPLETED)
    context.line()
    return 0
