"""One account: its names, its groups and what they let it do."""

from typing import TYPE_CHECKING

from emulator.host.host_object import HostObject
from emulator.host.security.logon import LogonState
from emulator.host.security.security_identifiers import SYSTEM_ACCOUNTS, USERS

if TYPE_CHECKING:
    from emulator.host.host import Host

_EVERYONE_OVER_THE_NETWORK = frozenset(
    (*(SYSTEM_ACCOUNTS[name] for name in ("Everyone", "NETWORK", "Authenticated Users")), USERS)
)


class Account(HostObject):
    """A local user, or the base of one of a domain."""

    is_local = True

    def __init__(
        self,
        host: "Host",
        name: str,
        password: str,
        sid: str,
        groups: tuple[str, ...] = (),
        *,
        disabled: bool = False,
        full_name: str = "",
        description: str = "",
        logon: LogonState | None = None,
    ) -> None:
        super().__init__(host)
        self.name = name
        self.password = password
        self.sid = sid
        self.groups = groups
        self.disabled = disabled
        self.full_name = full_name
        self.description = description
        self.home_directory = ""
        self.logon_script = ""
        self.profile_path = ""
        self.logon = logon or LogonState(password_last_set=host.clock.now())

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of its local groups."""
        return self._groups

    @groups.setter
    def groups(self, names: tuple[str, ...]) -> None:
        # Every request asks for membership.
        self._groups = names
        self._memberships = frozenset(name.casefold() for name in names)

    @property
    def domain(self) -> str:
        """The machine's name: local accounts belong to the machine."""
        return self.host.name

    @property
    def qualified_name(self) -> str:
        """``HOST\\user`` or ``DOMAIN\\user``."""
        return f"{self.domain}\\{self.name}"

    def is_member_of(self, group: str) -> bool:
        """Whether the account belongs to a local group, in any case."""
        return group.casefold() in self._memberships

    @property
    def is_administrator(self) -> bool:
        """Whether the account has the rights of an administrator in a remote session, as all here are."""
        return "administrators" in self._memberships and not self.has_filtered_token

    @property
    def effective_groups(self) -> tuple[str, ...]:
        """The local groups whose rights a remote session has."""
        if not self.has_filtered_token:
            return self.groups
        return tuple(group for group in self.groups if group.casefold() != "administrators")

    @property
    def sids_over_the_network(self) -> frozenset[str]:
        """The SIDs under which its rights stand in an access list when it comes over the network."""
        groups = map(self.host.accounts.group, self.effective_groups)
        own = [self.sid, *(group.sid for group in groups if group is not None)]
        return _EVERYONE_OVER_THE_NETWORK.union(own)

    @property
    def has_filtered_token(self) -> bool:
        """Whether its remote sessions go without membership in Administrators: local accounts other than
        the built-in administrator, unless LocalAccountTokenFilterPolicy is 1."""
        return (
            self.host.accounts.rules.filters_local_administrators
            and self.is_local
            and not self.sid.endswith("-500")
        )

    @property
    def may_use_winrm(self) -> bool:
        """Whether RootSDDL lets the account in: by default Administrators and Remote Management Users."""
        return self.host.winrm.may_use(self)

    @property
    def may_use_hyper_v(self) -> bool:
        """Administrators and Hyper-V Administrators may (default authorization of the management service)."""
        return self.is_administrator or self.is_member_of("Hyper-V Administrators")

    def __repr__(self) -> str:
        return f"Account({self.qualified_name!r})"
