"""query.exe, quser.exe and qwinsta.exe: who sits before the machine, which is nobody.

What comes over WinRM runs in the session of the services and is no session of a user.
"""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.host import HostError
from emulator.host.windows.registry import LOCAL_MACHINE

_HEAD = " SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE "
_TERMINAL = "SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
#: The listener of Remote Desktop has this number.
_LISTENER = 65536


def main(context: Context, tail: str) -> int:
    """`query user|session`."""
    what, *rest = split_arguments(tail) or [""]
    if what.lower() == "user":
        return users(context, rest)
    if what.lower() in ("session", "winsta"):
        return sessions(context, rest)
    if what.lower() in ("process", "termserver"):
        return not_emulated(context, f"query {what.lower()}")
    context.error("Invalid parameter(s)")
    context.error("QUERY { PROCESS | SESSION | TERMSERVER | USER }")
    return 1


def _is_elsewhere(words: list[str]) -> bool:
    return any(word.lower().startswith("/server:") for word in words)


def users(context: Context, words: list[str]) -> int:
    """`quser [NAME]`: nobody is logged on at the machine itself."""
    if _is_elsewhere(words):
        return not_emulated(context, "quser /server")
    name = next((word for word in words if word[:1] != "/"), "*")
    context.error(f"No User exists for {name}")
    return 1


def sessions(context: Context, words: list[str]) -> int:
    """`qwinsta [NAME]`: that of the services, the console, and with Remote Desktop its listener."""
    if _is_elsewhere(words):
        return not_emulated(context, "qwinsta /server")
    rows = [(">", "services", "0", "Disc"), (" ", "console", "1", "Conn")]
    if _is_open(context):
        rows.append((" ", "rdp-tcp", str(_LISTENER), "Listen"))
    wanted = next((word for word in words if word[:1] != "/"), None)
    if wanted is not None:
        rows = [row for row in rows if wanted.lower() in row[1:3]]
        if not rows:
            context.error(f"No session exists for {wanted}")
            return 1
    context.line(_HEAD)
    for mark, name, number, state in rows:
        context.line(f"{mark}{name:<18}{'':<22}{number:>5}  {state:<8}{'':<24}")
    return 0


def _is_open(context: Context) -> bool:
    try:
        return context.host.registry.value(LOCAL_MACHINE, _TERMINAL, "fDenyTSConnections").data == 0
    except HostError:
        return False
