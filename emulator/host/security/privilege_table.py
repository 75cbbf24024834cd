"""The privileges of Windows: names, numbers (winnt.h) and whose tokens hold them by default.

Sources: "Privilege Constants" of the Windows documentation; published outputs of ``whoami /priv``.
"""

from typing import NamedTuple


class Privilege(NamedTuple):
    """A privilege: the lower half of its LUID, its name, and what it is shown as."""

    number: int
    name: str
    text: str


EVERYBODY, ADMINISTRATORS, SYSTEM, NOBODY = "everybody", "administrators", "system", "nobody"
_ROWS = (
    (2, "SeCreateTokenPrivilege", "Create a token object", NOBODY),
    (3, "SeAssignPrimaryTokenPrivilege", "Replace a process level token", SYSTEM),
    (4, "SeLockMemoryPrivilege", "Lock pages in memory", SYSTEM),
    (5, "SeIncreaseQuotaPrivilege", "Adjust memory quotas for a process", ADMINISTRATORS),
    (6, "SeMachineAccountPrivilege", "Add workstations to domain", NOBODY),
    (7, "SeTcbPrivilege", "Act as part of the operating system", SYSTEM),
    (8, "SeSecurityPrivilege", "Manage auditing and security log", ADMINISTRATORS),
    (9, "SeTakeOwnershipPrivilege", "Take ownership of files or other objects", ADMINISTRATORS),
    (10, "SeLoadDriverPrivilege", "Load and unload device drivers", ADMINISTRATORS),
    (11, "SeSystemProfilePrivilege", "Profile system performance", ADMINISTRATORS),
    (12, "SeSystemtimePrivilege", "Change the system time", ADMINISTRATORS),
    (13, "SeProfileSingleProcessPrivilege", "Profile single process", ADMINISTRATORS),
    (14, "SeIncreaseBasePriorityPrivilege", "Increase scheduling priority", ADMINISTRATORS),
    (15, "SeCreatePagefilePrivilege", "Create a pagefile", ADMINISTRATORS),
    (16, "SeCreatePermanentPrivilege", "Create permanent shared objects", SYSTEM),
    (17, "SeBackupPrivilege", "Back up files and directories", ADMINISTRATORS),
    (18, "SeRestorePrivilege", "Restore files and directories", ADMINISTRATORS),
    (19, "SeShutdownPrivilege", "Shut down the system", ADMINISTRATORS),
    (20, "SeDebugPrivilege", "Debug programs", ADMINISTRATORS),
    (21, "SeAuditPrivilege", "Generate security audits", SYSTEM),
    (22, "SeSystemEnvironmentPrivilege", "Modify firmware environment values", ADMINISTRATORS),
    (23, "SeChangeNotifyPrivilege", "Bypass traverse checking", EVERYBODY),
    (24, "SeRemoteShutdownPrivilege", "Force shutdown from a remote system", ADMINISTRATORS),
    (25, "SeUndockPrivilege", "Remove computer from docking station", ADMINISTRATORS),
    (26, "SeSyncAgentPrivilege", "Synchronize directory service data", NOBODY),
    (
        27,
        "SeEnableDelegationPrivilege",
        "Enable computer and user accounts to be trusted for delegation",
        NOBODY,
    ),
    (28, "SeManageVolumePrivilege", "Perform volume maintenance tasks", ADMINISTRATORS),
    (29, "SeImpersonatePrivilege", "Impersonate a client after authentication", ADMINISTRATORS),
    (30, "SeCreateGlobalPrivilege", "Create global objects", ADMINISTRATORS),
    (31, "SeTrustedCredManAccessPrivilege", "Access Credential Manager as a trusted caller", NOBODY),
    (32, "SeRelabelPrivilege", "Modify an object label", NOBODY),
    (33, "SeIncreaseWorkingSetPrivilege", "Increase a process working set", EVERYBODY),
    (34, "SeTimeZonePrivilege", "Change the time zone", ADMINISTRATORS),
    (35, "SeCreateSymbolicLinkPrivilege", "Create symbolic links", ADMINISTRATORS),
    (
        36,
        "SeDelegateSessionUserImpersonatePrivilege",
        "Obtain an impersonation token for another user in the same session",
        NOBODY,
    ),
)
PRIVILEGES = tuple(Privilege(*row[:3]) for row in _ROWS)
HOLDERS = {row[0]: row[3] for row in _ROWS}
