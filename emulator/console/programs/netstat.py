"""netstat.exe: the ports on which the machine listens."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs import route
from emulator.console.programs.refusals import not_emulated
from emulator.wmi.standardcimv2.connections import End, tcp_ends, udp_ends

_KNOWN = frozenset("anoqp")


def main(context: Context, tail: str) -> int:
    """`netstat [-a] [-n] [-o] [-p tcp|udp|tcpv6|udpv6]`, `netstat -r`.

    Connections of clients are not shown."""
    letters: set[str] = set()
    protocol = ""
    rest = iter(split_arguments(tail))
    for word in rest:
        if word[:1] not in ("-", "/"):
            return not_emulated(context, "netstat with an interval")
        letters |= set(word[1:].lower())
        if "p" in word.lower():
            protocol = next(rest, "").lower()
    if letters == {"r"}:
        return route.main(context, "print")
    if unknown := sorted(letters - _KNOWN):
        return not_emulated(context, f"netstat -{unknown[0]}")
    host = context.host
    with host.looking():
        tcp, udp = tcp_ends(host), udp_ends(host)
        name = host.name
    owner = "o" in letters
    context.line()
    context.line("Active Connections")
    context.line()
    head = f"  {'Proto':<7}{'Local Address':<23}{'Foreign Address':<23}State"
    context.line(f"{head}           PID" if owner else head)
    if not letters & {"a", "q"}:
        return 0
    for kind, ends, state in (("tcp", tcp, "LISTENING"), ("udp", udp, "")):
        for version in ("", "v6"):
            if protocol not in ("", kind + version):
                continue
            for end in ends:
                if (":" in end.address) is bool(version):
                    context.line(_row(kind.upper(), end, state, owner, "" if "n" in letters else name))
    return 0


def _row(kind: str, end: End, state: str, owner: bool, name: str) -> str:
    is_v6 = ":" in end.address
    whole = f"[{end.address}]" if is_v6 else end.address
    local = f"{whole}:{end.port}"
    other = "*:*" if kind == "UDP" else f"{name or ('[::]' if is_v6 else '0.0.0.0')}:0"
    row = f"  {kind:<7}{local:<23}{other:<23}{state:<16}"
    return f"{row}{end.process}" if owner else row.rstrip()
