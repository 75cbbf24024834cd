"""Which account, group or machine a path of the WinNT provider means, and the errors of the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.host import Account, Host
from emulator.host.security.accounts import Group
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.win32_messages import message_of
from emulator.powershell.runtime.errors import not_emulated
from emulator.signed_numbers import signed32

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


_PREFIX = "winnt://"
Target = Account | Group | str | None
"""What an entry stands for: the machine by its name, a user, a group, or nothing yet."""
NO_SUCH_MEMBER = 1387


def com_error(code: int) -> NetError:
    """The exception of a system error that the provider returned."""
    result = signed32(0x80070000 | code)
    kind = "System.Runtime.InteropServices.COMException"
    if code == 5:
        kind = "System.UnauthorizedAccessException"
    return NetError(kind, f"{message_of(code)}.\r\n", hresult=result, errorcode=result)


def host_of(engine: Engine) -> Host:
    """The machine. Raises NotEmulated where there is none."""
    found = engine.find_service(Host)
    if found is None:
        raise not_emulated("[ADSI] without a machine")
    return found


def object_at(engine: Engine, path: str) -> tuple[str, Target]:
    """The class and the object of a path. Raises COMException for one of which there is none."""
    host = host_of(engine)
    if not path.lower().startswith(_PREFIX):
        engine.gap("ADSI provider", path.partition(":")[0])
        raise not_emulated(f"[ADSI] of the provider {path.partition(':')[0]}")
    rest, _, kind = path[len(_PREFIX) :].partition(",")
    parts = [one for one in rest.split("/") if one]
    wanted = kind.strip().lower()
    own = {host.name.casefold(), ".", "localhost", host.operating_system.fully_qualified_name.casefold()}
    if len(parts) == 1 and parts[0].casefold() in own and wanted in ("", "computer"):
        return "Computer", host.name
    if len(parts) == 1 and parts[0].upper().startswith("S-1-"):
        return _by_sid(host, parts[0].upper())
    if not parts or len(parts) > 3:
        raise com_error(53)
    authority, name = (parts[-2], parts[-1]) if len(parts) > 1 else (".", parts[-1])
    if wanted in ("", "group") and authority.casefold() in own | {"builtin"}:
        group = host.accounts.group(name)
        if group is not None:
            return "Group", group
    account = host.accounts.find(f"{authority}\\{name}") if wanted in ("", "user") else None
    if account is None:
        raise com_error(2220 if wanted == "group" else 2221)
    return "User", account


def _by_sid(host: Host, sid: str) -> tuple[str, Target]:
    account = host.accounts.by_sid(sid)
    if account is None and host.accounts.domain is not None:
        account = next((one for one in host.accounts.domain if one.sid == sid), None)
    if account is not None:
        return "User", account
    group = next((one for one in host.accounts.groups if one.sid == sid), None)
    if group is not None:
        return "Group", group
    raise com_error(NO_SUCH_MEMBER)
