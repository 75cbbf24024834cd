"""The privileges of Windows: names, numbers (winnt.h) and whose tokens hold them.

Sources: "Privilege Constants" of the Windows documentation; published outputs of ``whoami /priv``.
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from emulator.host.security.account import Account


class Privilege(NamedTuple):
    """A privilege: the lower half of its LUID, its name, and what it is shown as."""

    number: int
    name: str
    text: str


_EVERYBODY, _ADMINISTRATORS, _SYSTEM, _NOBODY = "everybody", "administrators", "system", "nobody"
_ROWS = (
    (2, "SeCreateTokenPrivilege", "Create a token object", _NOBODY),
    (3, "SeAssignPrimaryTokenPrivilege", "Replace a process level token", _SYSTEM),
    (4, "SeLockMemoryPrivilege", "Lock pages in memory", _SYSTEM),
    (5, "SeIncreaseQuotaPrivilege", "Adjust memory quotas for a process", _ADMINISTRATORS),
    (6, "SeMachineAccountPrivilege", "Add workstations to domain", _NOBODY),
    (7, "SeTcbPrivilege", "Act as part of the operating system", _SYSTEM),
    (8, "SeSecurityPrivilege", "Manage auditing and security log", _ADMINISTRATORS),
    (9, "SeTakeOwnershipPrivilege", "Take ownership of files or other objects", _ADMINISTRATORS),
    (10, "SeLoadDriverPrivilege", "Load and unload device drivers", _ADMINISTRATORS),
    (11, "SeSystemProfilePrivilege", "Profile system performance", _ADMINISTRATORS),
    (12, "SeSystemtimePrivilege", "Change the system time", _ADMINISTRATORS),
    (13, "SeProfileSingleProcessPrivilege", "Profile single process", _ADMINISTRATORS),
    (14, "SeIncreaseBasePriorityPrivilege", "Increase scheduling priority", _ADMINISTRATORS),
    (15, "SeCreatePagefilePrivilege", "Create a pagefile", _ADMINISTRATORS),
    (16, "SeCreatePermanentPrivilege", "Create permanent shared objects", _SYSTEM),
    (17, "SeBackupPrivilege", "Back up files and directories", _ADMINISTRATORS),
    (18, "SeRestorePrivilege", "Restore files and directories", _ADMINISTRATORS),
    (19, "SeShutdownPrivilege", "Shut down the system", _ADMINISTRATORS),
    (20, "SeDebugPrivilege", "Debug programs", _ADMINISTRATORS),
    (21, "SeAuditPrivilege", "Generate security audits", _SYSTEM),
    (22, "SeSystemEnvironmentPrivilege", "Modify firmware environment values", _ADMINISTRATORS),
    (23, "SeChangeNotifyPrivilege", "Bypass traverse checking", _EVERYBODY),
    (24, "SeRemoteShutdownPrivilege", "Force shutdown from a remote system", _ADMINISTRATORS),
    (25, "SeUndockPrivilege", "Remove computer from docking station", _ADMINISTRATORS),
    (26, "SeSyncAgentPrivilege", "Synchronize directory service data", _NOBODY),
    (
        27,
        "SeEnableDelegationPrivilege",
        "Enable computer and user accounts to be trusted for delegation",
        _NOBODY,
    ),
    (28, "SeManageVolumePrivilege", "Perform volume maintenance tasks", _ADMINISTRATORS),
    (29, "SeImpersonatePrivilege", "Impersonate a client after authentication", _ADMINISTRATORS),
    (30, "SeCreateGlobalPrivilege", "Create global objects", _ADMINISTRATORS),
    (31, "SeTrustedCredManAccessPrivilege", "Access Credential Manager as a trusted caller", _NOBODY),
    (32, "SeRelabelPrivilege", "Modify an object label", _NOBODY),
    (33, "SeIncreaseWorkingSetPrivilege", "Increase a process working set", _EVERYBODY),
    (34, "SeTimeZonePrivilege", "Change the time zone", _ADMINISTRATORS),
    (35, "SeCreateSymbolicLinkPrivilege", "Create symbolic links", _ADMINISTRATORS),
    (
        36,
        "SeDelegateSessionUserImpersonatePrivilege",
        "Obtain an impersonation token for another user in the same session",
        _NOBODY,
    ),
)
PRIVILEGES = tuple(Privilege(*row[:3]) for row in _ROWS)
_HOLDERS = {row[0]: row[3] for row in _ROWS}
#: What SYSTEM goes without though Administrators have it.
_NOT_OF_SYSTEM = frozenset({"SeRemoteShutdownPrivilege"})


def privileges_of(account: "Account") -> tuple[Privilege, ...]:
    """The privileges of an account's token, in the order of their numbers. All of them are enabled in a
    session over the network."""
    holders = {_EVERYBODY}
    is_system = account.sid == "S-1-5-18"
    if account.is_administrator:
        holders.add(_ADMINISTRATORS)
    if is_system:
        holders.add(_SYSTEM)
    return tuple(
        one
        for one in PRIVILEGES
        if _HOLDERS[one.number] in holders and not (is_system and one.name in _NOT_OF_SYSTEM)
    )
