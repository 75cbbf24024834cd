"""netsh winhttp: the proxy of services; the machine has none."""

from __future__ import annotations

from emulator.console.context import Context
from emulator.console.programs.netsh import not_emulated


def run(context: Context, words: list[str]) -> int:
    """`show proxy` and `reset proxy`."""
    lowered = [word.lower() for word in words]
    if lowered not in (["show", "proxy"], ["reset", "proxy"]):
        return not_emulated(context, "winhttp " + " ".join(lowered[:2]))
    context.line()
    context.line("Current WinHTTP proxy settings:")
    context.line()
    context.line("    Direct access (no proxy server).")
    context.line()
    return 0
