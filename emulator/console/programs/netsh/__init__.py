"""netsh.exe: the firewall, addresses, the proxy of WinHTTP; its other contexts are refused by name."""

from __future__ import annotations

import importlib

from emulator.console.command_line import split_arguments
from emulator.console.context import Context

_FAILED = 1
#: Beginning of a command -> module below this package.
_CONTEXTS = (
    (("advfirewall", "firewall"), "firewall_rules"),
    (("advfirewall",), "firewall_profiles"),
    (("interface", "ipv4"), "interfaces"),
    (("interface", "ip"), "interfaces"),
    (("winhttp",), "proxy"),
)
#: Names may be cut short as long as they are unique among those of their place.
_WORDS = {
    "int": "interface",
    "interf": "interface",
    "adv": "advfirewall",
    "advf": "advfirewall",
    "fire": "firewall",
}


def main(context: Context, tail: str) -> int:
    """`netsh [-c context] command`."""
    words = split_arguments(tail)
    if words[:1] and words[0].lower() == "-c":
        words = words[1:]
    lowered = [_WORDS.get(word.lower(), word.lower()) for word in words]
    for beginning, module in _CONTEXTS:
        if tuple(lowered[: len(beginning)]) == beginning:
            rest = words[len(beginning) :]
            found = importlib.import_module(f"emulator.console.programs.netsh.{module}")
            code: int = found.run(context, rest)
            return code
    return not_emulated(context, " ".join(lowered[:2]))


def not_emulated(context: Context, what: str) -> int:
    """Refuse a command that Windows has and the emulator has not."""
    context.host.gaps.record("program", f"netsh {what}".strip())
    context.error(f"netsh {what} is not emulated.")
    return _FAILED


def not_elevated(context: Context) -> int:
    """Refuse a change to somebody who is no administrator."""
    context.line("The requested operation requires elevation (Run as administrator).")
    return _FAILED


def not_found(context: Context, words: list[str]) -> int:
    """What netsh says of a command that it does not know."""
    context.line(f"The following command was not found: {' '.join(words)}.")
    return _FAILED
