"""whoami.exe: the caller's account, and with /user its security identifier."""

from __future__ import annotations

from emulator.console.context import Context

_NOT_EMULATED = frozenset(["/all", "/groups", "/priv", "/claims", "/fqdn", "/logonid", "/fo", "/nh"])


def main(context: Context, tail: str) -> int:
    """`whoami`, `whoami /user`, `whoami /upn` is refused for a local account as Windows does."""
    name = context.account.qualified_name.lower()
    match tail.split():
        case []:
            context.line(name)
        case [option] if option.lower() == "/user":
            width = max(len(name), len("User Name"))
            sid = context.account.sid
            context.line("\r\nUSER INFORMATION\r\n----------------\r\n")
            context.line(f"{'User Name':{width}} SID")
            context.line(f"{'=' * width} {'=' * len(sid)}")
            context.line(f"{name:{width}} {sid}")
        case [option] if option.lower() == "/upn":
            context.error("ERROR: Unable to get User Principal Name (UPN) as the current logged-on user")
            context.error("       is not a domain user.")
            return 1
        case [option, *_] if option.lower() in _NOT_EMULATED:
            context.host.gaps.record("program", f"whoami {option.lower()}")
            context.error(f"ERROR: {option} is not emulated.")
            return 1
        case [option, *_]:
            context.error(f"ERROR: Invalid argument/option - '{option}'.")
            context.error('Type "WHOAMI /?" for usage.')
            return 1
    return 0
