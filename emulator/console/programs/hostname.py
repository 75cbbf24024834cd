"""hostname.exe."""

from __future__ import annotations

from emulator.console.context import Context


def main(context: Context, tail: str) -> int:
    """Print the DNS host name; any argument is refused, since the name cannot be set this way."""
    if tail.strip():
        context.error("sethostname: Use the Network Control Panel Applet to set hostname.")
        context.error("hostname -s is not supported.")
        return 1
    context.line(context.host.name)
    return 0
