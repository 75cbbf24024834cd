"""Local accounts and groups, and who else may log on to the machine."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, QuotaExceeded
from emulator.host.host_object import HostObject, operation
from emulator.host.security.account import Account
from emulator.host.security.account_descriptions import description_of
from emulator.host.security.logon import LogonKind, LogonRules, LogonState

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.domain import Domain

__all__ = ["Account", "Accounts", "Group"]

MAXIMUM_ACCOUNTS = 10_000
LONGEST_USER_NAME, LONGEST_GROUP_NAME = 20, 256
_FORBIDDEN = frozenset('"/\\[]:;|=,+*?<>@')


class Group(HostObject):
    """A local group."""

    def __init__(self, host: "Host", name: str, sid: str, description: str = "") -> None:
        super().__init__(host)
        self.name = name
        self.sid = sid
        self.description = description

    @property
    def is_built_in(self) -> bool:
        """Whether it comes with Windows."""
        return self.sid.startswith("S-1-5-32-")

    @property
    def members(self) -> list[Account]:
        return [account for account in self.host.accounts if account.is_member_of(self.name)]


class Accounts:
    """The local accounts by name, in order of creation; ``domain`` holds those of the domain, if any."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self.rules = LogonRules(host)
        self.domain: Domain | None = None
        self.machine_sid = _machine_sid(host)
        self._accounts: dict[str, Account] = {}
        self._groups: dict[str, Group] = {}
        self._next_identifier = 1000

    def seed(self) -> None:
        self.rules = LogonRules(self.host)
        self._accounts.clear()
        self._groups.clear()
        self._next_identifier = 1000
        for name in self.host.release.local_groups:
            self._add_group(name)
        users = {user.name.casefold(): user for user in self.host.profile.users}
        built_in = [("Administrator", 500, "Administrators"), ("Guest", 501, "Guests")]
        if self.host.release.build >= 14393:
            built_in += [
                ("DefaultAccount", 503, "System Managed Accounts Group"),
                ("WDAGUtilityAccount", 504, ""),
            ]
        for name, identifier, group in built_in:
            if name.casefold() not in users:
                # No password can match: the account is disabled until somebody sets one.
                sid = f"{self.machine_sid}-{identifier}"
                self._add(
                    name,
                    "",
                    sid,
                    (group,) if group else (),
                    disabled=True,
                    description=description_of(sid),
                )
        well_known = {name.casefold(): identifier for name, identifier, _ in built_in}
        for user in self.host.profile.users:
            identifier = well_known.get(user.name.casefold()) or self._new_identifier()
            self._add(
                user.name,
                user.password,
                f"{self.machine_sid}-{identifier}",
                user.groups,
                disabled=user.disabled,
                full_name=user.full_name,
                description=user.description or description_of(f"{self.machine_sid}-{identifier}"),
                logon=LogonState.of_profile(user, self.host.clock.now()),
            )
        self.enter_domain(self.host.profile.operating_system.domain)

    def enter_domain(self, name: str | None) -> None:
        """Know the accounts of a domain; of none without a name. Called with the lock held."""
        self.domain = _domain(self.host, name) if name else None
        if self.domain is not None:
            self.domain.seed()

    def __iter__(self) -> Iterator[Account]:
        return iter(list(self._accounts.values()))

    def __len__(self) -> int:
        return len(self._accounts)

    @property
    def groups(self) -> list[Group]:
        return list(self._groups.values())

    def group(self, name: str) -> Group | None:
        """The group of a name in any case."""
        return self._groups.get(name.casefold())

    def find(self, name: str) -> Account | None:
        """The account of ``user``, ``HOST\\user``, ``.\\user`` or ``user@HOST``, in any case, or that of
        the domain, ``DOMAIN\\user`` or ``user@dns.name``; None otherwise."""
        domain, separator, user = name.partition("\\")
        if not separator:
            user, separator, domain = name.rpartition("@")
            if not separator:
                user, domain = name, "."
        if domain.casefold() in self._own_names():
            return self._accounts.get(user.casefold())
        if self.domain is not None and self.domain.is_named(domain):
            return self.domain.find(user)
        return None

    @property
    def revision(self) -> int:
        """That of the host: every change of an account or of RootSDDL moves it."""
        return self.host.revision

    @property
    def administrator(self) -> Account:
        """The built-in administrator, whatever its name."""
        return next(account for account in self._accounts.values() if account.sid.endswith("-500"))

    def by_sid(self, sid: str) -> Account | None:
        """The account of a security identifier."""
        return next((account for account in self._accounts.values() if account.sid == sid), None)

    def verify(self, name: str, password: str, kind: LogonKind = "Network") -> Account | None:
        """The account when the name and the password fit and it may log on; None otherwise."""
        with self.host.looking():
            account = self.find(name)
            # An unknown name takes as long as a wrong password.
            expected = account.password if account is not None else "\0"
            same = hmac.compare_digest(
                expected.encode("utf-8", "surrogatepass"), password.encode("utf-8", "surrogatepass")
            )
            if account is None:
                return None
            if not same:
                self.rules.note_wrong_password(account)
                return None
            if self.rules.refusal(account, kind) is not None:
                return None
            self.rules.note_logon(account)
            return account

    @operation
    def create(
        self,
        name: str,
        password: str,
        *,
        groups: tuple[str, ...] = (),
        full_name: str = "",
        description: str = "",
        disabled: bool = False,
    ) -> Account:
        """Add a local user. Raises InvalidParameter, AlreadyExists, NotFound (a group), QuotaExceeded."""
        _check_user_name(name)
        if name.casefold() in self._accounts:
            raise AlreadyExists(f"User {name} already exists.")
        if len(self._accounts) >= MAXIMUM_ACCOUNTS:
            raise QuotaExceeded("No more local accounts can be created.")
        names = tuple(self._require_group(group).name for group in groups)
        self.rules.check_password(password)
        account = self._add(
            name,
            password,
            f"{self.machine_sid}-{self._new_identifier()}",
            names,
            disabled=disabled,
            full_name=full_name,
            description=description,
        )
        self.host.observe("created", account)
        return account

    @operation
    def delete(self, account: Account) -> None:
        """Remove a local user. Raises NotFound; InvalidParameter for built-in accounts."""
        if self._accounts.get(account.name.casefold()) is not account:
            raise NotFound(f"User {account.name} was not found.")
        if int(account.sid.rpartition("-")[2]) < 1000:
            raise InvalidParameter("Cannot perform this operation on built-in accounts.", hresult=0x8007055B)
        del self._accounts[account.name.casefold()]
        self.host.next_revision()
        self.host.observe("deleted", account)

    @operation
    def configure(
        self,
        account: Account,
        *,
        password: str | None = None,
        disabled: bool | None = None,
        groups: tuple[str, ...] | None = None,
        full_name: str | None = None,
        description: str | None = None,
        must_change_password: bool | None = None,
        password_expires: bool | None = None,
        may_change_password: bool | None = None,
        unlock: bool = False,
        home_directory: str | None = None,
        logon_script: str | None = None,
        profile_path: str | None = None,
    ) -> None:
        """Change an account; what is None stays. Raises NotFound (the account or a group)."""
        if self._accounts.get(account.name.casefold()) is not account:
            raise NotFound(f"User {account.name} was not found.")
        names = None if groups is None else tuple(self._require_group(group).name for group in groups)
        if password is not None:
            self.rules.check_password(password)
            account.password = password
            account.logon.change_password(self.host.clock.now())
        account.disabled = account.disabled if disabled is None else disabled
        account.groups = account.groups if names is None else names
        account.full_name = account.full_name if full_name is None else full_name
        account.description = account.description if description is None else description
        account.home_directory = account.home_directory if home_directory is None else home_directory
        account.logon_script = account.logon_script if logon_script is None else logon_script
        account.profile_path = account.profile_path if profile_path is None else profile_path
        if must_change_password is not None:
            account.logon.must_change_password = must_change_password
        if password_expires is not None:
            account.logon.password_expires = password_expires
        if may_change_password is not None:
            account.logon.may_change_password = may_change_password
        if unlock:
            account.logon.unlock()
        account.touch()

    @operation
    def set_expiry(self, account: Account, moment: datetime | None) -> None:
        """Let an account end at a moment (UTC), or never. Raises NotFound."""
        self._require(account)
        account.logon.account_expires = moment
        account.touch()

    @operation
    def rename(self, account: Account, name: str) -> None:
        """Give a local user another name. Raises InvalidParameter, AlreadyExists, NotFound."""
        self._require(account)
        _check_user_name(name)
        if self._accounts.get(name.casefold()) not in (None, account):
            raise AlreadyExists(f"User {name} already exists.")
        del self._accounts[account.name.casefold()]
        account.name = name
        self._accounts[name.casefold()] = account
        account.touch()

    @operation
    def create_group(self, name: str, description: str = "") -> Group:
        """Add a local group. Raises InvalidParameter, AlreadyExists, QuotaExceeded."""
        self._check_group_name(name)
        if len(self._groups) >= MAXIMUM_ACCOUNTS:
            raise QuotaExceeded("No more local groups can be created.")
        group = self._add_group(name)
        group.description = description
        self.host.observe("created", group)
        return group

    @operation
    def delete_group(self, group: Group) -> None:
        """Remove a local group; its members stay. Raises NotFound; InvalidParameter for built-in groups."""
        self._require_own(group)
        if group.is_built_in:
            raise InvalidParameter("Cannot perform this operation on built-in accounts.", hresult=0x8007055B)
        del self._groups[group.name.casefold()]
        for account in self:
            self.leave(account, group)
        self.host.next_revision()
        self.host.observe("deleted", group)

    @operation
    def configure_group(
        self, group: Group, *, name: str | None = None, description: str | None = None
    ) -> None:
        """Change a group; what is None stays. Raises NotFound, InvalidParameter, AlreadyExists."""
        self._require_own(group)
        if name is not None and name.casefold() != group.name.casefold():
            self._check_group_name(name)
        if name is not None:
            old = group.name
            del self._groups[old.casefold()]
            self._groups[name.casefold()] = group
            group.name = name
            for account in self:
                if account.is_member_of(old):
                    kept = tuple(
                        name if each.casefold() == old.casefold() else each for each in account.groups
                    )
                    account.groups = kept
                    account.touch()
        group.description = group.description if description is None else description
        group.touch()

    @operation
    def join(self, account: Account, group: Group) -> None:
        """Make an account a member of a group. Raises AlreadyExists (it is one), NotFound."""
        self._require_own(group)
        if account.is_member_of(group.name):
            raise AlreadyExists(f"{account.qualified_name} is already a member of group {group.name}.")
        account.groups = (*account.groups, group.name)
        account.touch()

    @operation
    def leave(self, account: Account, group: Group) -> None:
        """Let an account be in a group no longer; nothing when it is not."""
        left = tuple(each for each in account.groups if each.casefold() != group.name.casefold())
        if left != account.groups:
            account.groups = left
            account.touch()

    def _require(self, account: Account) -> None:
        if self._accounts.get(account.name.casefold()) is not account:
            raise NotFound(f"User {account.name} was not found.")

    def _require_own(self, group: Group) -> None:
        if self._groups.get(group.name.casefold()) is not group:
            raise NotFound(f"Group {group.name} was not found.")

    def _check_group_name(self, name: str) -> None:
        if not 1 <= len(name) <= LONGEST_GROUP_NAME or _FORBIDDEN & set(name) or not name.strip(". "):
            raise InvalidParameter(f"The group name '{name!s:.300}' is not valid.")
        if name.casefold() in self._groups:
            raise AlreadyExists(f"Group {name} already exists.")

    def _require_group(self, name: str) -> Group:
        group = self.group(name)
        if group is None:
            raise NotFound(f"Group {name} was not found.")
        return group

    def _own_names(self) -> frozenset[str]:
        system = self.host.operating_system
        return frozenset(
            {".", self.host.name.casefold(), system.fully_qualified_name.casefold(), "localhost"}
        )

    def _add(
        self,
        name: str,
        password: str,
        sid: str,
        groups: tuple[str, ...],
        *,
        disabled: bool = False,
        full_name: str = "",
        description: str = "",
        logon: LogonState | None = None,
    ) -> Account:
        account = Account(
            self.host,
            name,
            password,
            sid,
            groups,
            disabled=disabled,
            full_name=full_name,
            description=description,
            logon=logon,
        )
        self._accounts[name.casefold()] = account
        for group in groups:
            if group.casefold() not in self._groups:
                self._add_group(group)
        return account

    def _add_group(self, name: str) -> Group:
        sid = self.host.release.local_groups.get(name) or f"{self.machine_sid}-{self._new_identifier()}"
        group = self._groups[name.casefold()] = Group(self.host, name, sid, description_of(sid))
        return group

    def _new_identifier(self) -> int:
        self._next_identifier += 1
        return self._next_identifier - 1


def _check_user_name(name: str) -> None:
    if (
        not 1 <= len(name) <= LONGEST_USER_NAME
        or _FORBIDDEN & set(name)
        or min(name) < " "
        or not name.strip(". ")
    ):
        raise InvalidParameter(f"The user name '{name!s:.300}' is not valid.")


def _domain(host: "Host", name: str) -> "Domain":
    # Loaded for members of a domain only: a host starts sooner.
    from emulator.host.security.domain import Domain

    return Domain(host, name)


def _machine_sid(host: "Host") -> str:
    """A machine SID that stays the same for the same machine (name and SMBIOS UUID)."""
    digest = hashlib.sha256(f"{host.profile.hardware.firmware.uuid}/{host.first_name}".encode()).digest()
    parts = [int.from_bytes(digest[index : index + 4], "big") for index in (0, 4, 8)]
    return "S-1-5-21-" + "-".join(str(part) for part in parts)
