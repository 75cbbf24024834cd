"""Enumerations of System.Security.AccessControl that only scripts name (numbers: MS-DTYP 2.4.4)."""

from __future__ import annotations

from emulator.powershell.dotnet.enums import EnumType

_A = "System.Security.AccessControl."
ACCESS_ENUMERATIONS = (
    EnumType(
        f"{_A}AceFlags",
        {
            "None": 0,
            "ObjectInherit": 1,
            "ContainerInherit": 2,
            "NoPropagateInherit": 4,
            "InheritOnly": 8,
            "InheritanceFlags": 15,
            "Inherited": 16,
            "SuccessfulAccess": 64,
            "FailedAccess": 128,
            "AuditFlags": 192,
        },
        flags=True,
        underlying="System.Byte",
    ),
    EnumType(
        f"{_A}AceQualifier",
        {"AccessAllowed": 0, "AccessDenied": 1, "SystemAudit": 2, "SystemAlarm": 3},
    ),
    EnumType(f"{_A}AuditFlags", {"None": 0, "Success": 1, "Failure": 2}, flags=True),
    EnumType(
        f"{_A}RegistryRights",
        {
            "QueryValues": 1,
            "SetValue": 2,
            "CreateSubKey": 4,
            "EnumerateSubKeys": 8,
            "Notify": 16,
            "CreateLink": 32,
            "Delete": 0x10000,
            "ReadPermissions": 0x20000,
            "WriteKey": 0x20006,
            "ReadKey": 0x20019,
            "ExecuteKey": 0x20019,
            "ChangePermissions": 0x40000,
            "TakeOwnership": 0x80000,
            "FullControl": 0xF003F,
        },
        flags=True,
    ),
)
