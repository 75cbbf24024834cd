"""The Windows domain that the machine belongs to, and its accounts."""

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.host.security.account import Account
from emulator.host.security.logon import LogonState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.profile import DomainUser

_FIRST_IDENTIFIER = 1103
_WELL_KNOWN = {"administrator": 500, "guest": 501, "krbtgt": 502}

# What joining a domain puts into the local groups of a machine.
_LOCAL_GROUP_OF = {"domain admins": "Administrators", "domain users": "Users", "domain guests": "Guests"}


class DomainAccount(Account):
    """A user of the domain. ``groups`` are the local groups that it is in, ``domain_groups`` the others."""

    is_local = False

    def __init__(self, host: "Host", domain: "Domain", user: "DomainUser", sid: str) -> None:
        mapped = (_LOCAL_GROUP_OF.get(group.casefold()) for group in user.groups)
        super().__init__(
            host,
            user.name,
            user.password,
            sid,
            tuple(dict.fromkeys([*filter(None, mapped), *user.local_groups])),
            disabled=user.disabled,
            full_name=user.full_name,
            description=user.description,
            logon=LogonState.of_profile(user, host.clock.now()),
        )
        self._domain = domain
        self.domain_groups = user.groups

    @property
    def domain(self) -> str:
        return self._domain.short_name

    @property
    def principal_name(self) -> str:
        """``user@dns.name``."""
        return f"{self.name}@{self._domain.name}"


class Domain:
    """The domain of a member machine; without accounts when the profile states none."""

    def __init__(self, host: "Host", name: str) -> None:
        self._host = host
        stated = host.profile.domain
        known = stated is not None and stated.name.casefold() == name.casefold()
        self._stated = stated if known else None
        self.name = name
        self.short_name = (
            self._stated.short_name if self._stated is not None else name.partition(".")[0][:15].upper()
        )
        self.sid = _domain_sid(name)
        self._accounts: dict[str, DomainAccount] = {}

    def seed(self) -> None:
        self._accounts.clear()
        users = self._stated.users if self._stated is not None else ()
        for number, user in enumerate(users, _FIRST_IDENTIFIER):
            identifier = _WELL_KNOWN.get(user.name.casefold(), number)
            account = DomainAccount(self._host, self, user, f"{self.sid}-{identifier}")
            self._accounts[user.name.casefold()] = account

    def is_named(self, name: str) -> bool:
        """Whether a name, in any case, is one of the domain's two."""
        return name.casefold() in (self.name.casefold(), self.short_name.casefold())

    def find(self, user_name: str) -> DomainAccount | None:
        """The account of a user name without domain, in any case."""
        return self._accounts.get(user_name.casefold())

    def __iter__(self) -> Iterator[DomainAccount]:
        return iter(list(self._accounts.values()))


def _domain_sid(name: str) -> str:
    """A domain SID that stays the same for the same domain."""
    digest = hashlib.sha256(f"domain/{name.casefold()}".encode()).digest()
    parts = [int.from_bytes(digest[index : index + 4], "big") for index in (0, 4, 8)]
    return "S-1-5-21-" + "-".join(str(part) for part in parts)
