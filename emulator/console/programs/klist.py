"""klist.exe: the Kerberos tickets of the logon, which is over the network and has fetched none."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated

#: LUID of a logon over the network; chosen.
_NETWORK = "0x7a3c1"


def main(context: Context, tail: str) -> int:
    """`klist [tickets|tgt|purge] [-li LUID]`."""
    words = [word.lower().lstrip("-/") for word in split_arguments(tail)]
    verb = words[0] if words and words[0] in ("tickets", "tgt", "purge", "sessions") else ""
    options = words[1:] if verb else words
    if verb in ("tgt", "sessions") or (options and options[0] not in ("li", "lh")):
        return not_emulated(context, f"klist {verb or options[0]}")
    named = options[options.index("li") + 1 : options.index("li") + 2] if "li" in options else []
    logon = named[0] if named else _NETWORK
    context.line()
    context.line(f"Current LogonId is 0:{_NETWORK}")
    if named:
        context.line(f"Targeted LogonId is 0:{logon}")
    if verb == "purge":
        context.line("\tDeleting all tickets:")
        context.line("\tTicket(s) purged!")
        return 0
    context.line()
    context.line("Cached Tickets: (0)")
    return 0
