"""Which account, group or identity of Windows a name means, and the name of a security identifier.

What LookupAccountName and LookupAccountSid answer: accounts and groups of the machine, users of its domain,
and the identities that every Windows knows. `token_groups` is what the token of a session over the network
holds.
"""

from typing import TYPE_CHECKING

from emulator.host.security_identifiers import SYSTEM_ACCOUNTS

if TYPE_CHECKING:
    from emulator.host.account import Account
    from emulator.host.host import Host

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
        return None
    return name if name in _WITHOUT_AUTHORITY else f"{_AUTHORITY}\\{name}"


def token_groups(account: "Account") -> tuple[str, ...]:
    """The SIDs of the groups in the token of the account's session over the network."""
    host = account.host
    groups = [each.sid for each in map(host.accounts.group, account.effective_groups) if each is not None]
    found = [f"{account.sid.rpartition('-')[0]}-513", SYSTEM_ACCOUNTS["Everyone"]]
    if account.is_local:
        found.append(_TOKEN_GROUPS["Local account"])
        if account.is_administrator:
            found.append(_TOKEN_GROUPS["Local account and member of Administrators group"])
    found += [*groups, SYSTEM_ACCOUNTS["NETWORK"], SYSTEM_ACCOUNTS["Authenticated Users"]]
    found += [_TOKEN_GROUPS["This Organization"]]
    if account.is_local:
        found.append(_TOKEN_GROUPS["NTLM Authentication"])
    return tuple(dict.fromkeys(found))


def _authority_of(host: "Host", sid: str) -> str:
    return _BUILT_IN if sid.startswith(_BUILT_IN_PREFIX) else host.name
