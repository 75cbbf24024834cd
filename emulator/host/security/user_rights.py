"""User Rights Assignment: which accounts and groups hold which privileges and logon rights.

Defaults: "User Rights Assignment" of the Windows documentation, for a stand-alone or member server; virtual
machines get theirs with the role. Rights count when somebody logs on; what a token has it keeps.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from emulator.host.errors import InvalidParameter, NotFound, QuotaExceeded
from emulator.host.host_object import HostObject, operation
from emulator.host.security.privilege_table import PRIVILEGES
from emulator.host.security.security_identifiers import SYSTEM_ACCOUNTS

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account
    from emulator.host.security.logon import LogonKind

_EVERYONE = SYSTEM_ACCOUNTS["Everyone"]
_LOCAL_SERVICE, _NETWORK_SERVICE = "S-1-5-19", "S-1-5-20"
_SERVICE, _ALL_SERVICES, _WINDOW_MANAGER = "S-1-5-6", "S-1-5-80-0", "S-1-5-90-0"
_ADMINISTRATORS, _USERS, _BACKUP_OPERATORS = "S-1-5-32-544", "S-1-5-32-545", "S-1-5-32-551"
_REMOTE_DESKTOP, _PERFORMANCE_LOG = "S-1-5-32-555", "S-1-5-32-559"
_DIAGNOSTICS = "S-1-5-80-3139157870-2983391045-3678747466-658725712-1809340420"
_VIRTUAL_MACHINES = "S-1-5-83-0"
_SERVICES = (_LOCAL_SERVICE, _NETWORK_SERVICE)

LOGON_RIGHTS = (
    *("SeInteractiveLogonRight", "SeNetworkLogonRight", "SeBatchLogonRight", "SeServiceLogonRight"),
    *("SeDenyInteractiveLogonRight", "SeDenyNetworkLogonRight", "SeDenyBatchLogonRight"),
    *("SeDenyServiceLogonRight", "SeRemoteInteractiveLogonRight", "SeDenyRemoteInteractiveLogonRight"),
)
_DEFAULTS: dict[str, tuple[str, ...]] = {
    "SeNetworkLogonRight": (_EVERYONE, _ADMINISTRATORS, _USERS, _BACKUP_OPERATORS),
    "SeInteractiveLogonRight": (_ADMINISTRATORS, _USERS, _BACKUP_OPERATORS),
    "SeBatchLogonRight": (_ADMINISTRATORS, _BACKUP_OPERATORS, _PERFORMANCE_LOG),
    "SeServiceLogonRight": (_ALL_SERVICES,),
    "SeRemoteInteractiveLogonRight": (_ADMINISTRATORS, _REMOTE_DESKTOP),
    "SeAssignPrimaryTokenPrivilege": _SERVICES,
    "SeAuditPrivilege": _SERVICES,
    "SeBackupPrivilege": (_ADMINISTRATORS, _BACKUP_OPERATORS),
    "SeChangeNotifyPrivilege": (_EVERYONE, *_SERVICES, _ADMINISTRATORS, _USERS, _BACKUP_OPERATORS),
    "SeCreateGlobalPrivilege": (*_SERVICES, _ADMINISTRATORS, _SERVICE),
    "SeCreatePagefilePrivilege": (_ADMINISTRATORS,),
    "SeCreateSymbolicLinkPrivilege": (_ADMINISTRATORS,),
    "SeDebugPrivilege": (_ADMINISTRATORS,),
    "SeImpersonatePrivilege": (*_SERVICES, _ADMINISTRATORS, _SERVICE),
    "SeIncreaseBasePriorityPrivilege": (_ADMINISTRATORS, _WINDOW_MANAGER),
    "SeIncreaseQuotaPrivilege": (*_SERVICES, _ADMINISTRATORS),
    "SeIncreaseWorkingSetPrivilege": (_USERS,),
    "SeLoadDriverPrivilege": (_ADMINISTRATORS,),
    "SeManageVolumePrivilege": (_ADMINISTRATORS,),
    "SeProfileSingleProcessPrivilege": (_ADMINISTRATORS,),
    "SeRemoteShutdownPrivilege": (_ADMINISTRATORS,),
    "SeRestorePrivilege": (_ADMINISTRATORS, _BACKUP_OPERATORS),
    "SeSecurityPrivilege": (_ADMINISTRATORS,),
    "SeShutdownPrivilege": (_ADMINISTRATORS, _BACKUP_OPERATORS),
    "SeSystemEnvironmentPrivilege": (_ADMINISTRATORS,),
    "SeSystemProfilePrivilege": (_ADMINISTRATORS, _DIAGNOSTICS),
    "SeSystemtimePrivilege": (_LOCAL_SERVICE, _ADMINISTRATORS),
    "SeTakeOwnershipPrivilege": (_ADMINISTRATORS,),
    "SeTimeZonePrivilege": (_LOCAL_SERVICE, _ADMINISTRATORS),
    "SeUndockPrivilege": (_ADMINISTRATORS,),
}
#: What installing Hyper-V gives to the group NT VIRTUAL MACHINE\\Virtual Machines.
_OF_VIRTUAL_MACHINES = ("SeServiceLogonRight", "SeCreateSymbolicLinkPrivilege")
RIGHTS = (*LOGON_RIGHTS, *(one.name for one in PRIVILEGES))
_NAMES = {name.casefold(): name for name in RIGHTS}
#: Holders of one right.
_MOST_HOLDERS = 1000


class NoSuchRight(NotFound):
    """There is no right of this name (STATUS_NO_SUCH_PRIVILEGE)."""

    hresult = 0x80070521
    default_text = "A specified privilege does not exist."


class UserRights(HostObject):
    """The rights of one machine. Holders are SIDs, in the order in which they got the right."""

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        self._changed: dict[str, tuple[str, ...]] = {}

    def _default(self, name: str) -> tuple[str, ...]:
        found = _DEFAULTS.get(name, ())
        has_machines = name in _OF_VIRTUAL_MACHINES and self.host.role.active
        return (*found, _VIRTUAL_MACHINES) if has_machines else found

    def _held(self, name: str) -> tuple[str, ...]:
        return self._changed[name] if name in self._changed else self._default(name)

    def holders(self, right: str) -> tuple[str, ...]:
        """Who has a right. Raises NoSuchRight."""
        return self._held(_known(right))

    def rights_of(self, sid: str) -> tuple[str, ...]:
        """The rights that stand at a SID itself, not at groups that it belongs to."""
        return tuple(name for name in _NAMES.values() if sid in self._held(name))

    def is_changed(self, right: str) -> bool:
        """Whether somebody changed who has a right. Raises NoSuchRight."""
        name = _known(right)
        return set(self._held(name)) != set(self._default(name))

    @operation
    def grant(self, sid: str, rights: Iterable[str]) -> None:
        """Give rights; those that it has stay. Raises NoSuchRight, QuotaExceeded."""
        granted: dict[str, tuple[str, ...]] = {}
        for name in [_known(one) for one in rights]:
            held = self._held(name)
            if sid in held:
                continue
            if len(held) >= _MOST_HOLDERS:
                raise QuotaExceeded(f"{name} has {_MOST_HOLDERS} holders already.")
            granted[name] = (*held, sid)
        self._changed.update(granted)
        self.touch()

    @operation
    def revoke(self, sid: str, rights: Iterable[str] | None = None) -> None:
        """Take rights away, all of them without a list; those that it has not are no error.

        Raises NoSuchRight.
        """
        names = self.rights_of(sid) if rights is None else [_known(one) for one in rights]
        for name in names:
            self._changed[name] = tuple(one for one in self._held(name) if one != sid)
        self.touch()

    @operation
    def assign(self, right: str, sids: Iterable[str]) -> None:
        """Let these be the holders of a right and nobody else. Raises NoSuchRight, InvalidParameter."""
        wanted = tuple(dict.fromkeys(sids))
        if len(wanted) > _MOST_HOLDERS:
            raise InvalidParameter(f"A right has at most {_MOST_HOLDERS} holders.")
        self._changed[_known(right)] = wanted
        self.touch()

    def gives(self, account: "Account", right: str) -> bool:
        """Whether an account has a right, itself or by a group. Raises NoSuchRight."""
        return not _sids(account).isdisjoint(self._held(_known(right)))

    def may_log_on(self, account: "Account", kind: "LogonKind") -> bool:
        """Whether an account may log on in a way. A denial counts more than a right."""
        sids = _sids(account)
        denied = sids.intersection(self._held(f"SeDeny{kind}LogonRight"))
        return not denied and bool(sids.intersection(self._held(f"Se{kind}LogonRight")))


def _sids(account: "Account") -> frozenset[str]:
    from emulator.host.security.security_names import token_groups

    return frozenset((account.sid, *token_groups(account)))


def _known(right: str) -> str:
    found = _NAMES.get(right.casefold())
    if found is None:
        raise NoSuchRight()
    return found
