"""System.Security.Principal: who a script runs as, names of accounts and security identifiers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.principals import NTAccount, SecurityIdentifier, WindowsIdentity
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.services import Identities
from emulator.sddl_aliases import SIDS

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_P = "System.Security.Principal."
_SID = re.compile(r"S-1-(?:\d{1,15}|0x[0-9A-Fa-f]{1,12})(?:-\d{1,10}){0,15}", re.IGNORECASE)
#: Name of WellKnownSidType -> number and SID; those of a domain end with the number of the account.
_WELL_KNOWN: dict[str, tuple[int, str]] = {
    "NullSid": (0, "S-1-0-0"),
    "WorldSid": (1, "S-1-1-0"),
    "LocalSid": (2, "S-1-2-0"),
    "CreatorOwnerSid": (3, "S-1-3-0"),
    "CreatorGroupSid": (4, "S-1-3-1"),
    "CreatorOwnerServerSid": (5, "S-1-3-2"),
    "CreatorGroupServerSid": (6, "S-1-3-3"),
    "NTAuthoritySid": (7, "S-1-5"),
    "DialupSid": (8, "S-1-5-1"),
    "NetworkSid": (9, "S-1-5-2"),
    "BatchSid": (10, "S-1-5-3"),
    "InteractiveSid": (11, "S-1-5-4"),
    "ServiceSid": (12, "S-1-5-6"),
    "AnonymousSid": (13, "S-1-5-7"),
    "ProxySid": (14, "S-1-5-8"),
    "EnterpriseControllersSid": (15, "S-1-5-9"),
    "SelfSid": (16, "S-1-5-10"),
    "AuthenticatedUserSid": (17, "S-1-5-11"),
    "RestrictedCodeSid": (18, "S-1-5-12"),
    "TerminalServerSid": (19, "S-1-5-13"),
    "RemoteLogonIdSid": (20, "S-1-5-14"),
    "LogonIdsSid": (21, "S-1-5-5"),
    "LocalSystemSid": (22, "S-1-5-18"),
    "LocalServiceSid": (23, "S-1-5-19"),
    "NetworkServiceSid": (24, "S-1-5-20"),
    "BuiltinDomainSid": (25, "S-1-5-32"),
    "BuiltinAdministratorsSid": (26, "S-1-5-32-544"),
    "BuiltinUsersSid": (27, "S-1-5-32-545"),
    "BuiltinGuestsSid": (28, "S-1-5-32-546"),
    "BuiltinPowerUsersSid": (29, "S-1-5-32-547"),
    "BuiltinAccountOperatorsSid": (30, "S-1-5-32-548"),
    "BuiltinSystemOperatorsSid": (31, "S-1-5-32-549"),
    "BuiltinPrintOperatorsSid": (32, "S-1-5-32-550"),
    "BuiltinBackupOperatorsSid": (33, "S-1-5-32-551"),
    "BuiltinReplicatorSid": (34, "S-1-5-32-552"),
    "BuiltinPreWindows2000CompatibleAccessSid": (35, "S-1-5-32-554"),
    "BuiltinRemoteDesktopUsersSid": (36, "S-1-5-32-555"),
    "BuiltinNetworkConfigurationOperatorsSid": (37, "S-1-5-32-556"),
    "AccountAdministratorSid": (38, "500"),
    "AccountGuestSid": (39, "501"),
    "AccountKrbtgtSid": (40, "502"),
    "AccountDomainAdminsSid": (41, "512"),
    "AccountDomainUsersSid": (42, "513"),
    "AccountDomainGuestsSid": (43, "514"),
    "AccountComputersSid": (44, "515"),
    "AccountControllersSid": (45, "516"),
    "AccountCertAdminsSid": (46, "517"),
    "AccountSchemaAdminsSid": (47, "518"),
    "AccountEnterpriseAdminsSid": (48, "519"),
    "AccountPolicyAdminsSid": (49, "520"),
    "AccountRasAndIasServersSid": (50, "553"),
    "NtlmAuthenticationSid": (51, "S-1-5-64-10"),
    "DigestAuthenticationSid": (52, "S-1-5-64-21"),
    "SChannelAuthenticationSid": (53, "S-1-5-64-14"),
    "ThisOrganizationSid": (54, "S-1-5-15"),
    "OtherOrganizationSid": (55, "S-1-5-1000"),
    "BuiltinIncomingForestTrustBuildersSid": (56, "S-1-5-32-557"),
    "BuiltinPerformanceMonitoringUsersSid": (57, "S-1-5-32-558"),
    "BuiltinPerformanceLoggingUsersSid": (58, "S-1-5-32-559"),
    "BuiltinAuthorizationAccessSid": (59, "S-1-5-32-560"),
    "WinBuiltinTerminalServerLicenseServersSid": (60, "S-1-5-32-561"),
}
_SID_TYPE = EnumType(f"{_P}WellKnownSidType", {name: number for name, (number, _) in _WELL_KNOWN.items()})
_BY_NUMBER = dict(_WELL_KNOWN.values())
_ROLE = EnumType(
    f"{_P}WindowsBuiltInRole",
    {
        "Administrator": 544,
        "User": 545,
        "Guest": 546,
        "PowerUser": 547,
        "AccountOperator": 548,
        "SystemOperator": 549,
        "PrintOperator": 550,
        "BackupOperator": 551,
        "Replicator": 552,
    },
)
_LEVEL = EnumType(
    f"{_P}TokenImpersonationLevel",
    {"None": 0, "Anonymous": 1, "Identification": 2, "Impersonation": 3, "Delegation": 4},
)
for _one in (_SID_TYPE, _ROLE, _LEVEL):
    register(_one)


class _Principal:
    """System.Security.Principal.WindowsPrincipal."""

    __slots__ = ("identity",)

    def __init__(self, identity: WindowsIdentity) -> None:
        self.identity = identity


def _identities(engine: Engine) -> Identities:
    found = engine.find_service(Identities)
    if found is None:
        raise not_emulated("The accounts of the machine")
    return found


# -- identifiers --


def _sid_of_text(_kind: PSType, text: str | None) -> SecurityIdentifier:
    if text is None:
        raise null_argument("sddlForm")
    written = SIDS.get(text.upper(), text)
    if _SID.fullmatch(written) is None:
        raise argument_error("Value was invalid.", "sddlForm")
    return SecurityIdentifier(written.upper())


def _sid_of_bytes(_kind: PSType, data: Any, offset: int) -> SecurityIdentifier:
    try:
        return SecurityIdentifier.of_bytes(bytes(data)[offset:])
    except (IndexError, ValueError):
        raise argument_error("Value was invalid.", "binaryForm") from None


def _sid_in_memory(engine: Engine, kind: PSType, address: int) -> SecurityIdentifier:
    from emulator.powershell.csharp.native_process import native_process

    if not address:
        raise null_argument("binaryForm")
    memory = native_process(engine).memory
    return _sid_of_bytes(kind, memory.read(address, 8 + 4 * (memory.read_number(address + 1, 1) & 0xF)), 0)


def _well_known(_kind: PSType, kind: EnumValue, domain: SecurityIdentifier | None) -> SecurityIdentifier:
    text = _BY_NUMBER.get(kind.number, "")
    if text.isdigit():
        if domain is None:
            raise argument_error("Value cannot be null.", "domainSid")
        return SecurityIdentifier(f"{domain.text}-{text}")
    return SecurityIdentifier(text)


def _is_well_known(sid: SecurityIdentifier, kind: EnumValue) -> bool:
    text = _BY_NUMBER.get(kind.number, "")
    if text.isdigit():
        return sid.account_domain is not None and sid.text.endswith(f"-{text}")
    return sid.text == text


def _unmapped() -> NetError:
    text = "Some or all identity references could not be translated."
    return NetError(f"{_P}IdentityNotMappedException", text)


def _translated(engine: Engine, value: SecurityIdentifier | NTAccount, target: PSType) -> Any:
    wanted = target.name
    if wanted not in (f"{_P}SecurityIdentifier", f"{_P}NTAccount"):
        raise argument_error("The targetType parameter must be of IdentityReference type.", "targetType")
    if isinstance(value, SecurityIdentifier):
        if wanted == f"{_P}SecurityIdentifier":
            return value
        name = _identities(engine).name_of(value.text)
        if name is None:
            raise _unmapped()
        return NTAccount(name)
    if wanted == f"{_P}NTAccount":
        return value
    sid = _identities(engine).sid_of(value.text)
    if sid is None:
        raise _unmapped()
    return SecurityIdentifier(sid)


def _fill(sid: SecurityIdentifier, target: Any, offset: int) -> None:
    data = sid.binary
    if offset < 0 or offset + len(data) > len(target):
        raise NetError("System.ArgumentOutOfRangeException", "Index was out of range.", parameter="offset")
    target[offset : offset + len(data)] = data


def _account(_kind: PSType, *parts: str) -> NTAccount:
    if any(part is None for part in parts) or not parts[-1]:
        raise argument_error("The name is empty.", "name") if parts[-1] == "" else null_argument("name")
    return NTAccount("\\".join(part for part in parts if part))


_VALID_TARGET = {
    "IsValidTargetType(type targetType)": lambda _v, target: (
        target.name in (f"{_P}SecurityIdentifier", f"{_P}NTAccount")
    ),
}
register(PSType(f"{_P}IdentityReference", is_abstract=True))
register(
    PSType(
        f"{_P}SecurityIdentifier",
        base=f"{_P}IdentityReference",
        interfaces=("System.IComparable`1[[System.Security.Principal.SecurityIdentifier]]",),
        instance={
            "BinaryLength: int": lambda s: len(s.binary),
            "AccountDomainSid: System.Security.Principal.SecurityIdentifier": lambda s: s.account_domain,
            "Value: string": lambda s: s.text,
            "IsAccountSid()": lambda s: s.account_domain is not None,
            "IsEqualDomainSid(System.Security.Principal.SecurityIdentifier sid)": lambda s, other: (
                s.account_domain is not None and s.account_domain == other.account_domain
            ),
            f"IsWellKnown({_SID_TYPE.name} type)": _is_well_known,
            "GetBinaryForm(byte[] binaryForm, int offset)": _fill,
            "CompareTo(System.Security.Principal.SecurityIdentifier sid)": lambda s, other: (
                (s.binary > other.binary) - (s.binary < other.binary)
            ),
            "@Translate(type targetType)": _translated,
            "ToString()": str,
            **_VALID_TARGET,
        },
        static={"MinBinaryLength: int": lambda: 8, "MaxBinaryLength: int": lambda: 68},
        construct={
            "new(string sddlForm)": _sid_of_text,
            "new(byte[] binaryForm, int offset)": _sid_of_bytes,
            "@new(System.IntPtr binaryForm)": _sid_in_memory,
            f"new({_SID_TYPE.name} sidType, System.Security.Principal.SecurityIdentifier domainSid)": (
                _well_known
            ),
        },
        to_text=str,
    ),
    SecurityIdentifier,
)
register(
    PSType(
        f"{_P}NTAccount",
        base=f"{_P}IdentityReference",
        instance={
            "Value: string": lambda a: a.text,
            "@Translate(type targetType)": _translated,
            "ToString()": str,
            **_VALID_TARGET,
        },
        construct={
            "new(string name)": _account,
            "new(string domainName, string accountName)": _account,
        },
        to_text=str,
    ),
    NTAccount,
)


# -- identities --


def _current(engine: Engine) -> WindowsIdentity:
    return WindowsIdentity(_identities(engine).current())


def _is_in_role(engine: Engine, principal: _Principal, role: Any) -> bool:
    groups = principal.identity.facts.groups
    if isinstance(role, SecurityIdentifier):
        return role.text in groups or role.text == principal.identity.facts.sid
    if isinstance(role, EnumValue | int):
        number = role.number if isinstance(role, EnumValue) else role
        return f"S-1-5-32-{number}" in groups
    sid = _identities(engine).sid_of(to_text(role))
    return sid is not None and (sid in groups or sid == principal.identity.facts.sid)


register(PSType(f"{_P}IIdentity", is_interface=True, base=None))
register(PSType(f"{_P}IPrincipal", is_interface=True, base=None))
register(
    PSType(
        f"{_P}WindowsIdentity",
        interfaces=(f"{_P}IIdentity", "System.IDisposable"),
        instance={
            "AuthenticationType: string": lambda i: i.facts.authentication_type,
            f"ImpersonationLevel: {_LEVEL.name}": lambda _i: _LEVEL["None"],
            "IsAuthenticated: bool": lambda _i: True,
            "IsGuest: bool": lambda i: i.facts.sid.endswith("-501"),
            "IsSystem: bool": lambda i: i.facts.sid == "S-1-5-18",
            "IsAnonymous: bool": lambda i: i.facts.sid == "S-1-5-7",
            "Name: string": lambda i: i.facts.name,
            "Owner: System.Security.Principal.SecurityIdentifier": lambda i: SecurityIdentifier(
                "S-1-5-32-544" if "S-1-5-32-544" in i.facts.groups else i.facts.sid
            ),
            "User: System.Security.Principal.SecurityIdentifier": lambda i: SecurityIdentifier(i.facts.sid),
            "Groups: System.Security.Principal.IdentityReferenceCollection": lambda i: PSArray(
                [SecurityIdentifier(one) for one in i.facts.groups]
            ),
            "Dispose()": lambda _i: None,
        },
        static={
            "@GetCurrent()": _current,
            "@GetCurrent(bool ifImpersonating)": lambda engine, threads: (
                None if threads else _current(engine)
            ),
        },
    ),
    WindowsIdentity,
)
register(
    PSType(
        f"{_P}WindowsPrincipal",
        interfaces=(f"{_P}IPrincipal",),
        instance={
            "Identity: System.Security.Principal.IIdentity": lambda p: p.identity,
            f"@IsInRole({_ROLE.name} role)": _is_in_role,
            "@IsInRole(int rid)": _is_in_role,
            "@IsInRole(System.Security.Principal.SecurityIdentifier sid)": _is_in_role,
            "@IsInRole(string role)": _is_in_role,
        },
        construct={
            "new(System.Security.Principal.WindowsIdentity ntIdentity)": lambda _kind, i: _Principal(i)
        },
    ),
    _Principal,
)
