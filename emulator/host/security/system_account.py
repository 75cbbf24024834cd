"""The accounts of Windows itself, as whom services and tasks run."""

from typing import TYPE_CHECKING

from emulator.host.security.account import Account

if TYPE_CHECKING:
    from emulator.host.host import Host

#: Name -> SID and the groups whose rights it has.
_ACCOUNTS = {
    "SYSTEM": ("S-1-5-18", ("Administrators",)),
    "LOCAL SERVICE": ("S-1-5-19", ()),
    "NETWORK SERVICE": ("S-1-5-20", ()),
}
_ALIASES = {
    "localsystem": "SYSTEM",
    "localservice": "LOCAL SERVICE",
    "networkservice": "NETWORK SERVICE",
    **{sid.lower(): name for name, (sid, _) in _ACCOUNTS.items()},
    **{name.lower(): name for name in _ACCOUNTS},
}


class SystemAccount(Account):
    """``NT AUTHORITY\\SYSTEM`` and its kin: without a password, and no member of the account list."""

    is_local = False

    @property
    def domain(self) -> str:
        return "NT AUTHORITY"


def system_account(host: "Host", name: str) -> SystemAccount | None:
    """The account of ``SYSTEM``, ``NT AUTHORITY\\SYSTEM`` or ``S-1-5-18``, in any case; None for another."""
    authority, separator, plain = name.rpartition("\\")
    if separator and authority.casefold() not in ("nt authority", "nt-authority"):
        return None
    proper = _ALIASES.get(plain.casefold())
    if proper is None:
        return None
    sid, groups = _ACCOUNTS[proper]
    return SystemAccount(host, proper, "", sid, groups)
