"""Names to which access is given: accounts and groups of the machine, and a few that Windows always knows."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.host.host import Host

_WELL_KNOWN = (
    "Everyone",
    "NT AUTHORITY\\SYSTEM",
    "NT AUTHORITY\\NETWORK SERVICE",
    "NT AUTHORITY\\Authenticated Users",
)


def trustee_name(host: "Host", name: str) -> str | None:
    """``HOST\\user``, ``BUILTIN\\group`` or a well-known name; None when the host knows no such name."""
    account = host.accounts.find(name)
    if account is not None:
        return account.qualified_name
    authority, separator, plain = name.rpartition("\\")
    for well_known in _WELL_KNOWN:
        if name.casefold() in (well_known.casefold(), well_known.rpartition("\\")[2].casefold()):
            return well_known
    group = host.accounts.group(plain)
    if group is None or (separator and authority.casefold() not in (host.name.casefold(), "builtin", ".")):
        return None
    return f"{'BUILTIN' if group.sid.startswith('S-1-5-32-') else host.name}\\{group.name}"
