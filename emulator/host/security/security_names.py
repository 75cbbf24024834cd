"""Which account, group or identity of Windows a name means, and the name of a security identifier.

What LookupAccountName and LookupAccountSid answer: accounts and groups of the machine, users of its domain,
and the identities that every Windows knows. `token_groups` is what the token of a session over the network
holds.
"""

from typing import TYPE_CHECKING

from emulator.host.security.security_identifiers import (
    SYSTEM_ACCOUNTS,
    TRUSTED_INSTALLER,
    USERS,
    VIRTUAL_MACHINE_PREFIX,
    machine_of_sid,
    service_sid,
    virtual_machine_sid,
)

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account

_AUTHORITY = "NT AUTHORITY"
_BUILT_IN = "BUILTIN"
_BUILT_IN_PREFIX = "S-1-5-32-"
#: Groups of tokens by name; no CIM class lists them (MS-DTYP 2.4.2.4).
_TOKEN_GROUPS = {
    "This Organization": "S-1-5-15",
    "NTLM Authentication": "S-1-5-64-10",
    "Local account": "S-1-5-113",
    "Local account and member of Administrators group": "S-1-5-114",
}
_IDENTITIES = {**SYSTEM_ACCOUNTS, **_TOKEN_GROUPS}
#: Number of the primary group of local accounts, which is named "None".
_NO_GROUP = 513
_MACHINES, _SERVICES = "NT VIRTUAL MACHINE", "NT SERVICE"
#: Identities with an authority of their own by their full names.
_OTHERS = {
    f"{_MACHINES}\\Virtual Machines": f"{VIRTUAL_MACHINE_PREFIX}-0",
    f"{_SERVICES}\\TrustedInstaller": TRUSTED_INSTALLER,
    "APPLICATION PACKAGE AUTHORITY\\ALL APPLICATION PACKAGES": "S-1-15-2-1",
    "APPLICATION PACKAGE AUTHORITY\\ALL RESTRICTED APPLICATION PACKAGES": "S-1-15-2-2",
}
#: Identities whose names stand alone.
_WITHOUT_AUTHORITY = frozenset({"Everyone", "LOCAL", "CREATOR OWNER", "CREATOR GROUP", "OWNER RIGHTS"})


def sid_of_name(host: "Host", name: str) -> str | None:
    """The SID of ``name``, ``AUTHORITY\\name`` or ``user@domain``, in any case; None when nobody has it."""
    authority, separator, plain = name.rpartition("\\")
    key, place = plain.casefold(), authority.casefold()
    if place in ("", _AUTHORITY.casefold()):
        for known, sid in _IDENTITIES.items():
            if known.casefold() == key and not (separator and known in _WITHOUT_AUTHORITY):
                return sid
    other = next((sid for known, sid in _OTHERS.items() if known.casefold() == name.casefold()), None)
    if other is not None:
        return other
    if place == _MACHINES.casefold():
        vm = host.virtual_machines.get(plain)
        return None if vm is None else virtual_machine_sid(vm.id)
    if place == _SERVICES.casefold():
        return service_sid(plain) if host.services.get(plain) is not None else None
    account = host.accounts.find(name)
    if account is not None:
        return account.sid
    group = host.accounts.group(plain)
    if group is None:
        return None
    if not separator or place == _authority_of(host, group.sid).casefold() or place == ".":
        return group.sid
    return None


def name_of_sid(host: "Host", sid: str) -> str | None:
    """``AUTHORITY\\name`` of a SID (``Everyone`` and its like stand alone); None when nobody has it."""
    account = host.accounts.by_sid(sid)
    if account is None and host.accounts.domain is not None:
        account = next((each for each in host.accounts.domain if each.sid == sid), None)
    if account is not None:
        return account.qualified_name
    group = next((each for each in host.accounts.groups if each.sid == sid), None)
    if group is not None:
        return f"{_authority_of(host, sid)}\\{group.name}"
    name = next((known for known, own in _IDENTITIES.items() if own == sid), None)
    if name is None:
        return _other_name(host, sid)
    return name if name in _WITHOUT_AUTHORITY else f"{_AUTHORITY}\\{name}"


def _other_name(host: "Host", sid: str) -> str | None:
    """The name of a virtual machine's identity, a service's, or another one with an authority of its own."""
    name = next((known for known, own in _OTHERS.items() if own == sid), None)
    if name is not None:
        return name
    if sid == f"{host.accounts.machine_sid}-{_NO_GROUP}":
        return f"{host.name}\\None"
    machine = machine_of_sid(sid)
    if machine is not None:
        return f"{_MACHINES}\\{machine}" if host.virtual_machines.get(machine) is not None else None
    if sid.startswith("S-1-5-80-"):
        found = next((each.name for each in host.services if service_sid(each.name) == sid), None)
        return None if found is None else f"{_SERVICES}\\{found}"
    return None


def token_groups(account: "Account") -> tuple[str, ...]:
    """The SIDs of the groups in the token of the account's session over the network."""
    host = account.host
    groups = [each.sid for each in map(host.accounts.group, account.effective_groups) if each is not None]
    found = [f"{account.sid.rpartition('-')[0]}-513", SYSTEM_ACCOUNTS["Everyone"]]
    if account.is_local:
        found.append(_TOKEN_GROUPS["Local account"])
        if account.is_administrator:
            found.append(_TOKEN_GROUPS["Local account and member of Administrators group"])
    # BUILTIN\Users holds Authenticated Users, so nobody is without it.
    found += [*groups, USERS, SYSTEM_ACCOUNTS["NETWORK"], SYSTEM_ACCOUNTS["Authenticated Users"]]
    found += [_TOKEN_GROUPS["This Organization"]]
    if account.is_local:
        found.append(_TOKEN_GROUPS["NTLM Authentication"])
    return tuple(dict.fromkeys(found))


def _authority_of(host: "Host", sid: str) -> str:
    return _BUILT_IN if sid.startswith(_BUILT_IN_PREFIX) else host.name
