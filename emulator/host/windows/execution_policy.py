"""The execution policy of Windows PowerShell: which script files run (about_Execution_Policies).

The policies of the machine, of a user and of group policy are values of the registry, where everybody sees
them;
that of a process is a matter of whoever runs it. The emulator's files carry no signatures, so that AllSigned
lets none run and RemoteSigned every one without a mark of the internet.
"""

import re
from enum import IntEnum
from typing import TYPE_CHECKING

from emulator.host.errors import HostError
from emulator.host.windows.registry import CURRENT_USER, LOCAL_MACHINE
from emulator.host.windows.registry_key import RegistryValue, ValueKind

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account

_OWN_KEY = "SOFTWARE\\Microsoft\\PowerShell\\1\\ShellIds\\Microsoft.PowerShell"
_GROUP_KEY = "SOFTWARE\\Policies\\Microsoft\\Windows\\PowerShell"
_VALUE = "ExecutionPolicy"
_ZONE = re.compile(r"^[ \t]*ZoneId[ \t]*=[ \t]*[34]\b", re.IGNORECASE | re.MULTILINE)
#: As 5.1 writes it, with one slash.
_LINK = "https:/go.microsoft.com/fwlink/?LinkID=135170"


class ExecutionPolicy(IntEnum):
    """Microsoft.PowerShell.ExecutionPolicy; its Default is Restricted."""

    UNRESTRICTED = 0
    REMOTE_SIGNED = 1
    ALL_SIGNED = 2
    RESTRICTED = 3
    BYPASS = 4
    UNDEFINED = 5


class PolicyScope(IntEnum):
    """Microsoft.PowerShell.ExecutionPolicyScope."""

    PROCESS = 0
    CURRENT_USER = 1
    LOCAL_MACHINE = 2
    USER_POLICY = 3
    MACHINE_POLICY = 4


GROUP_POLICY = (PolicyScope.MACHINE_POLICY, PolicyScope.USER_POLICY)
#: The scopes from the one that counts most.
PRECEDENCE = (*GROUP_POLICY, PolicyScope.PROCESS, PolicyScope.CURRENT_USER, PolicyScope.LOCAL_MACHINE)
_NAMES = {each.name.replace("_", "").casefold(): each for each in ExecutionPolicy} | {
    "default": ExecutionPolicy.RESTRICTED
}
_PLACES = {
    PolicyScope.MACHINE_POLICY: (LOCAL_MACHINE, _GROUP_KEY),
    PolicyScope.USER_POLICY: (CURRENT_USER, _GROUP_KEY),
    PolicyScope.CURRENT_USER: (CURRENT_USER, _OWN_KEY),
    PolicyScope.LOCAL_MACHINE: (LOCAL_MACHINE, _OWN_KEY),
}


def policy_of_name(name: str | None) -> ExecutionPolicy:
    """The policy of a name in any case; Undefined for what is none."""
    return _NAMES.get((name or "").casefold(), ExecutionPolicy.UNDEFINED)


def policy_name(policy: ExecutionPolicy) -> str:
    """The name as Windows writes it, ``RemoteSigned``."""
    return "".join(word.title() for word in policy.name.split("_"))


def stated_policy(host: "Host", account: "Account", scope: PolicyScope) -> ExecutionPolicy:
    """What the registry says in a scope other than Process."""
    values = {each.name.casefold(): each.data for each in _values(host, account, scope)}
    found = values.get(_VALUE.casefold())
    if scope in GROUP_POLICY:
        switch = values.get("enablescripts")
        if switch is None:
            return ExecutionPolicy.UNDEFINED
        if switch == 0:
            return ExecutionPolicy.RESTRICTED
    return policy_of_name(found if isinstance(found, str) else None)


def effective_policy(host: "Host", account: "Account", of_process: ExecutionPolicy) -> ExecutionPolicy:
    """The policy that counts: the first one that is stated, or the release's own."""
    for scope in PRECEDENCE:
        found = of_process if scope is PolicyScope.PROCESS else stated_policy(host, account, scope)
        if found is not ExecutionPolicy.UNDEFINED:
            return found
    return policy_of_name(host.release.execution_policy)


def set_policy(host: "Host", account: "Account", scope: PolicyScope, policy: ExecutionPolicy) -> None:
    """State a policy for the machine or the user; Undefined takes it back. Raises AccessDenied."""
    hive, path = _PLACES[scope]
    with host.looking():
        if policy is not ExecutionPolicy.UNDEFINED:
            host.registry.create_key(hive, path, account)
            host.registry.set_value(hive, path, _VALUE, ValueKind.REG_SZ, policy_name(policy), account)
        elif any(each.name.casefold() == _VALUE.casefold() for each in _values(host, account, scope)):
            host.registry.delete_value(hive, path, _VALUE, account)


def is_from_the_internet(host: "Host", path: str) -> bool:
    """Whether a file has a mark of the internet: a stream Zone.Identifier with the zone 3 or 4."""
    try:
        text = host.filesystem.read_stream(path, "Zone.Identifier").decode("utf-8", "replace")
    except HostError:
        return False
    return bool(_ZONE.search(text))


def not_signed(path: str) -> str:
    """What is said of a file without a signature."""
    return (
        f"The file {path} is not digitally signed. You cannot run this script on the current system. For "
        "more information about running scripts and setting execution policy, see "
        f"about_Execution_Policies at {_LINK}."
    )


def refusal(
    policy: ExecutionPolicy, path: str, *, is_remote: bool = False, host: "Host | None" = None, user: str = ""
) -> str | None:
    """Why a script file does not run, as Windows PowerShell says it; None when it does.

    Signatures count for a user (a SID) of a host; without a host there are none.
    """
    if policy is ExecutionPolicy.RESTRICTED:
        return (
            f"File {path} cannot be loaded because running scripts is disabled on this system. For more "
            f"information, see about_Execution_Policies at {_LINK}."
        )
    if policy is ExecutionPolicy.ALL_SIGNED or (policy is ExecutionPolicy.REMOTE_SIGNED and is_remote):
        problem = not_signed(path) if host is None else _signature_problem(host, user, path)
        return None if problem is None else f"File {path} cannot be loaded. {problem}"
    return None


def _signature_problem(host: "Host", user: str, path: str) -> str | None:
    """Why the signature of a file does not let it run; None when it does.

    A publisher whom nobody has trusted would be asked about; nobody answers here.
    """
    from emulator.host.security.script_signatures import COMMENTS, ending_of, is_trusted_publisher, state_of

    if ending_of(path) not in COMMENTS:
        return not_signed(path)
    with host.looking():
        try:
            state = state_of(host, user, host.filesystem.read(path), path)
        except HostError:
            return not_signed(path)
        if state.status == "NotSigned" or state.signer is None:
            return not_signed(path)
        if state.status == "HashMismatch":
            return hash_mismatch(path)
        if state.status != "Valid":
            return f"{state.problem}."
        if not is_trusted_publisher(host, user, state.signer):
            return "The publisher is not trusted, and nobody can be asked whether the script may run."
    return None


def hash_mismatch(path: str) -> str:
    """What is said of a file that was changed after it was signed."""
    return (
        f"The contents of file {path} might have been changed by an unauthorized user or process, because "
        "the hash of the file does not match the hash stored in the digital signature. The script cannot run "
        "on the specified system. For more information, run Get-Help about_Signing."
    )


def _values(host: "Host", account: "Account", scope: PolicyScope) -> list[RegistryValue]:
    hive, path = _PLACES[scope]
    try:
        with host.looking():
            return host.registry.values(hive, path, account)
    except HostError:
        return []
