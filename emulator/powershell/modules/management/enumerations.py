"""Enumerations that the parameters of Microsoft.PowerShell.Management take."""

from __future__ import annotations

from emulator.powershell.dotnet.enums import EnumType

ENTRY_TYPE = EnumType(
    "System.Diagnostics.EventLogEntryType",
    {"Error": 1, "Warning": 2, "Information": 4, "SuccessAudit": 8, "FailureAudit": 16},
)
OVERFLOW = EnumType(
    "System.Diagnostics.OverflowAction",
    {"DoNotOverwrite": -1, "OverwriteAsNeeded": 0, "OverwriteOlder": 1},
)
WINDOW_STYLE = EnumType(
    "System.Diagnostics.ProcessWindowStyle", {"Normal": 0, "Hidden": 1, "Minimized": 2, "Maximized": 3}
)
ROLLBACK_SEVERITY = EnumType(
    "System.Management.Automation.RollbackSeverity", {"Error": 0, "TerminatingError": 1, "Never": 2}
)
TRANSACTION_STATUS = EnumType(
    "System.Management.Automation.PSTransactionStatus", {"RolledBack": 0, "Committed": 1, "Active": 2}
)
ENUMERATIONS = (
    EnumType(
        "Microsoft.PowerShell.Commands.ClipboardFormat",
        {"Text": 0, "FileDropList": 1, "Image": 2, "Audio": 3},
    ),
    EnumType(
        "System.Windows.Forms.TextDataFormat",
        {"Text": 0, "UnicodeText": 1, "Rtf": 2, "Html": 3, "CommaSeparatedValue": 4},
    ),
    EnumType("System.Management.PutType", {"None": 0, "UpdateOnly": 1, "CreateOnly": 2, "UpdateOrCreate": 3}),
    ROLLBACK_SEVERITY,
    TRANSACTION_STATUS,
    WINDOW_STYLE,
    ENTRY_TYPE,
    OVERFLOW,
    EnumType(
        "Microsoft.PowerShell.Commands.JoinOptions",
        {
            "AccountCreate": 2,
            "Win9XUpgrade": 4,
            "UnsecuredJoin": 64,
            "PasswordPass": 128,
            "DeferSPNSet": 256,
            "JoinWithNewName": 1024,
            "JoinReadOnly": 2048,
            "InstallInvoke": 262144,
        },
        flags=True,
    ),
    EnumType(
        "Microsoft.PowerShell.Commands.WaitForServiceTypes",
        {"Wmi": 0, "WinRM": 1, "PowerShell": 2},
        flags=True,
    ),
    EnumType(
        "System.Management.AuthenticationLevel",
        {
            "Default": 0,
            "None": 1,
            "Connect": 2,
            "Call": 3,
            "Packet": 4,
            "PacketIntegrity": 5,
            "PacketPrivacy": 6,
            "Unchanged": -1,
        },
    ),
    EnumType(
        "System.Management.ImpersonationLevel",
        {"Default": 0, "Anonymous": 1, "Identify": 2, "Impersonate": 3, "Delegate": 4},
    ),
)
