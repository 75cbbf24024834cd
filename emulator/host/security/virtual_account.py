"""The virtual accounts of WinRM: sessions of a configuration with RunAsVirtualAccount run as one of them."""

from typing import TYPE_CHECKING

from emulator.host.security.account import Account

if TYPE_CHECKING:
    from emulator.host.host import Host

#: Identifier authority 5, WinRM's virtual users (MS-DTYP 2.4.2.4 names the range S-1-5-94).
_PREFIX = "S-1-5-94"
DOMAIN = "WinRM Virtual Users"
"""Whose accounts they are."""


class VirtualAccount(Account):
    """``WinRM Virtual Users\\WinRM VA_1_HOST_user``: nobody can log on as one, and it lives for one session.

    It belongs to Administrators unless the configuration names groups (about_Session_Configuration_Files).
    """

    is_local = False

    def __init__(self, host: "Host", caller: Account, groups: tuple[str, ...] = ()) -> None:
        name = f"WinRM VA_1_{caller.domain}_{caller.name}"
        relative = caller.sid.rpartition("-")[2]
        super().__init__(host, name, "", f"{_PREFIX}-{relative}", groups or ("Administrators",))

    @property
    def domain(self) -> str:
        return DOMAIN
