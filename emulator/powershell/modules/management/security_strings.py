"""ConvertFrom-SddlString of Microsoft.PowerShell.Utility: security descriptors in words.

Which rights there are, and which of two names of a number is shown, are those of .NET's enumerations
(documented, and the published output of the cmdlet).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from emulator.host import Host
from emulator.host.security.access_control import AccessControl, AccessEntry
from emulator.host.security.security_names import name_of_sid
from emulator.host.security.security_text import security_of_text
from emulator.powershell.dotnet.collections import TypedArray
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.principals import SecurityIdentifier
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.types import PSType, array_of, bind_class, builtin
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

_COMMON = {
    "Delete": 0x10000,
    "ReadPermissions": 0x20000,
    "ChangePermissions": 0x40000,
    "TakeOwnership": 0x80000,
    "Synchronize": 0x100000,
}
_RIGHTS: dict[str, dict[str, int]] = {
    "FileSystemRights": {
        "ListDirectory": 0x1,
        "WriteData": 0x2,
        "CreateDirectories": 0x4,
        "ReadExtendedAttributes": 0x8,
        "WriteExtendedAttributes": 0x10,
        "Traverse": 0x20,
        "DeleteSubdirectoriesAndFiles": 0x40,
        "ReadAttributes": 0x80,
        "WriteAttributes": 0x100,
        "Write": 0x116,
        **_COMMON,
        "Read": 0x20089,
        "ReadAndExecute": 0x200A9,
        "Modify": 0x301BF,
        "FullControl": 0x1F01FF,
    },
    "RegistryRights": {
        "QueryValues": 0x1,
        "SetValue": 0x2,
        "CreateSubKey": 0x4,
        "EnumerateSubKeys": 0x8,
        "Notify": 0x10,
        "CreateLink": 0x20,
        **{name: value for name, value in _COMMON.items() if name != "Synchronize"},
        "WriteKey": 0x20006,
        "ExecuteKey": 0x20019,
        "FullControl": 0xF003F,
    },
    "ActiveDirectoryRights": {
        "CreateChild": 0x1,
        "DeleteChild": 0x2,
        "ListChildren": 0x4,
        "Self": 0x8,
        "ReadProperty": 0x10,
        "WriteProperty": 0x20,
        "DeleteTree": 0x40,
        "ListObject": 0x80,
        "ExtendedRight": 0x100,
        "Delete": 0x10000,
        "ReadControl": 0x20000,
        "GenericExecute": 0x20004,
        "GenericWrite": 0x20028,
        "GenericRead": 0x20094,
        "WriteDacl": 0x40000,
        "WriteOwner": 0x80000,
        "GenericAll": 0xF01FF,
        "Synchronize": 0x100000,
        "AccessSystemSecurity": 0x1000000,
    },
    "MutexRights": {"Modify": 0x1, **_COMMON, "FullControl": 0x1F0001},
    "SemaphoreRights": {"Modify": 0x2, **_COMMON, "FullControl": 0x1F0003},
    "CryptoKeyRights": {
        "ReadData": 0x1,
        "WriteData": 0x2,
        "ReadExtendedAttributes": 0x8,
        "WriteExtendedAttributes": 0x10,
        "ReadAttributes": 0x80,
        "WriteAttributes": 0x100,
        **_COMMON,
        "FullControl": 0x1F019B,
        "GenericAll": 1 << 28,
        "GenericExecute": 1 << 29,
        "GenericWrite": 1 << 30,
        "GenericRead": 1 << 31,
    },
    "EventWaitHandleRights": {"Modify": 0x2, **_COMMON, "FullControl": 0x1F0003},
}
#: Rights to keys of the registry as SDDL writes them (MS-DTYP 2.5.1.1).
_KEY_RIGHTS = {"KA": 0xF003F, "KR": 0x20019, "KW": 0x20006, "KX": 0x20019}
_INHERITED, _INHERIT_ONLY = 0x10, 0x8
_AUDITS = {"SA": 0x40, "FA": 0x80}
_FLAG_NAMES = ((0x10, "Inherited"), (0x40, "SuccessfulAccess"), (0x80, "FailedAccess"))
_LIST = r"([A-Z_]*)((?:\([^()]*\))*)"
_PARTS = re.compile(rf"(?:O:([^:()]*?))?(?:G:([^:()]*?))?(?:D:{_LIST})?(?:S:{_LIST})?")
_ENTRY = re.compile(r"\(([^;()]*);([A-Z]*);([^;()]*);([^;()]*);([^;()]*);([^;()]*)\)")
_NOTHING = AccessControl("", "", ())


class _Entry(NamedTuple):
    """An entry of either list: what it does (AceQualifier), and the rest as in an access list."""

    qualifier: str
    entry: AccessEntry
    flags: int

    def text(self, name: str, kind: str | None) -> str:
        """The entry in words."""
        flags = ", ".join(shown for bit, shown in _FLAG_NAMES if self.flags & bit)
        rights = ", ".join(_names(self.entry.mask, kind))
        return f"{name}: {self.qualifier}{' ' + flags if flags else ''}{f' ({rights})' if rights else ''}"


class Descriptor(NamedTuple):
    """CommonSecurityDescriptor."""

    text: str
    owner: str
    group: str
    access: tuple[_Entry, ...]
    audit: tuple[_Entry, ...]


@cmdlet("ConvertFrom-SddlString")
def convert_from_sddl_string(call: CmdletCall, sddl: str, type: str | None = None) -> Iterator[PSObject]:
    """Owner, group and entries of a security descriptor by their names."""
    kind = next((one for one in _RIGHTS if one.lower() == str(type).lower()), None)
    host = call.service(Host)
    try:
        found = _read(sddl)
    except ValueError:
        raise call.failure(
            "System.Management.Automation.MethodInvocationException",
            'Exception calling ".ctor" with "3" argument(s): "The SDDL form of a security descriptor object '
            'is invalid.\r\nParameter name: sddlForm"',
            "ConstructorInvokedThrowException",
            "InvalidOperation",
        ) from None
    _descriptor_type()

    def name(sid: str) -> str:
        return name_of_sid(host, sid) or ""

    def texts(entries: tuple[_Entry, ...]) -> TypedArray:
        lines = [one.text(name(one.entry.sid), kind) for one in entries]
        return TypedArray(lines, array_of(builtin("System.String")))

    with host.looking():
        yield PSObject.custom(
            [
                ("Owner", name(found.owner) or None),
                ("Group", name(found.group) or None),
                ("DiscretionaryAcl", texts(found.access)),
                ("SystemAcl", texts(found.audit)),
                ("RawDescriptor", found),
            ]
        )


def _names(mask: int, kind: str | None) -> list[str]:
    """The rights of a mask; of several names of one number, in any of the kinds, the first."""
    found: list[str] = []
    seen: set[int] = set()
    for name, rights in _RIGHTS.items():
        if kind is not None and name != kind:
            continue
        for right, value in rights.items():
            if value not in seen and mask & value == value:
                found.append(right)
            seen.add(value)
    return sorted(found, key=str.lower)


def _read(text: str) -> Descriptor:
    """The descriptor of a text, as that of something that holds nothing. Raises ValueError."""
    parts = _PARTS.fullmatch(text)
    if parts is None or not text:
        raise ValueError(text)
    owner, group, _, access, _, audit = parts.groups()
    return Descriptor(text, _sid(owner), _sid(group), _entries(access or ""), _entries(audit or ""))


def _sid(name: str | None) -> str:
    if not name:
        return ""
    try:
        return security_of_text(f"O:{name}", _NOTHING).owner
    except ValueError:
        if re.fullmatch("[A-Z]{2}", name):
            raise not_emulated(f"The identity {name} of a security descriptor") from None
        raise


def _entries(text: str) -> tuple[_Entry, ...]:
    read = _ENTRY.findall(text)
    if len(read) != text.count("("):
        raise ValueError(text)
    found = []
    for kind, flags, rights, object_type, inherited_type, who in read:
        qualifier = {"A": "AccessAllowed", "D": "AccessDenied", "AU": "SystemAudit"}.get(kind)
        if qualifier is None or object_type or inherited_type:
            raise not_emulated(f"An entry of the kind {kind} of a security descriptor")
        names = re.findall("..", flags)
        audited = sum(_AUDITS[one] for one in names if one in _AUDITS)
        rest = "".join(one for one in names if one not in _AUDITS)
        shown = f"0x{_KEY_RIGHTS[rights]:X}" if rights in _KEY_RIGHTS else rights
        entry = security_of_text(f"D:(A;{rest};{shown};;;{_spelled(who)})", _NOTHING).entries[0]
        # What holds nothing passes nothing on.
        if not entry.flags & _INHERIT_ONLY and entry.mask:
            found.append(_Entry(qualifier, entry, entry.flags & _INHERITED | audited))
    return tuple(found)


def _spelled(who: str) -> str:
    sid = _sid(who)
    if not sid:
        raise ValueError(who)
    return sid


@cache
def _descriptor_type() -> PSType:
    load_on_demand("system.security.principal.")
    sid = "System.Security.Principal.SecurityIdentifier"
    made = PSType(
        "System.Security.AccessControl.CommonSecurityDescriptor",
        instance={
            "IsContainer: bool": lambda _: False,
            "IsDS: bool": lambda _: False,
            f"Owner: {sid}": lambda found: SecurityIdentifier(found.owner) if found.owner else None,
            f"Group: {sid}": lambda found: SecurityIdentifier(found.group) if found.group else None,
            "GetSddlForm(System.Security.AccessControl.AccessControlSections includeSections)": (
                lambda found, _sections: found.text
            ),
        },
    )
    bind_class(made, Descriptor)
    return made
