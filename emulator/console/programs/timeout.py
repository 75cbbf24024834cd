"""timeout.exe: wait on the host's clock."""

from __future__ import annotations

from emulator.console.context import Context
from emulator.console.process import ProgramCancelled

_LONGEST_SECONDS = 99999


def main(context: Context, tail: str) -> int:
    """`timeout [/t] seconds [/nobreak]`. Windows refuses it when its input is redirected; a remote shell's
    input is a pipe, so without /nobreak the refusal is the true answer."""
    words = [word.lower() for word in tail.split()]
    numbers = [word for word in words if word.lstrip("-").isdigit()]
    if len(numbers) != 1 or not -1 <= int(numbers[0]) <= _LONGEST_SECONDS:
        context.error(
            "ERROR: Invalid value for timeout (/T) specified. Valid range is -1 to 99999."
            if numbers
            else 'ERROR: Invalid syntax. Type "TIMEOUT /?" for usage.'
        )
        return 1
    if "/nobreak" not in words:
        context.error("ERROR: Input redirection is not supported, exiting the process immediately.")
        return 1
    seconds = max(0, int(numbers[0]))
    context.line(f"\r\nWaiting for {seconds} seconds, press CTRL+C to quit ...")
    if not context.host.sleep(seconds, context.cancelled.is_set):
        raise ProgramCancelled("timeout was interrupted")
    return 0
