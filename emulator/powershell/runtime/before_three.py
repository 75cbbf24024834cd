"""What the cmdlets of Windows PowerShell 2.0 lacked: commands and parameters that 3.0 added.

Commands: Microsoft, "What's New in Windows PowerShell 5.0", section "New Core Cmdlets" of 3.0. Parameters:
the cmdlets that its section "Improvements to Existing Core Cmdlets" names, and the help of 2.0 (background).
"""

from __future__ import annotations

from typing import Final

COMMANDS: Final = frozenset(
    name.lower()
    for name in [
        "Connect-PSSession",
        "Disconnect-PSSession",
        "New-PSSessionConfigurationFile",
        "New-PSTransportOption",
        "Receive-PSSession",
        "Resume-Job",
        "Save-Help",
        "Suspend-Job",
        "Test-PSSessionConfigurationFile",
        "Update-Help",
        "New-WinEvent",
        "Get-ControlPanelItem",
        "Rename-Computer",
        "Show-ControlPanelItem",
        "ConvertFrom-Json",
        "ConvertTo-Json",
        "Get-TypeData",
        "Invoke-RestMethod",
        "Invoke-WebRequest",
        "Remove-TypeData",
        "Show-Command",
        "Unblock-File",
    ]
)
"""Names in lower case."""

_LISTED = """
    Add-Member: NotePropertyMembers NotePropertyName NotePropertyValue TypeName
    Export-Clixml: LiteralPath
    Export-Csv: Append LiteralPath
    ForEach-Object: ArgumentList MemberName RemainingScripts
    Get-ChildItem: Attributes Directory File Hidden ReadOnly System
    Get-Command: All ListImported ParameterName ParameterType
    Get-Content: Raw Stream Tail
    Get-Help: ShowWindow
    Get-Job: After Before ChildJobState Filter HasMoreData IncludeChildJob Newest
    Get-Module: CimNamespace CimResourceUri CimSession PSSession Refresh
    Import-Clixml: First IncludeTotalCount LiteralPath Skip
    Import-Csv: Encoding LiteralPath
    Import-Module: CimNamespace CimResourceUri CimSession NoClobber PSSession RequiredVersion Scope
    Invoke-Command: EnableNetworkAccess InDisconnectedSession SessionName
    Out-File: LiteralPath
    Out-GridView: OutputMode PassThru Wait
    Receive-Job: AutoRemoveJob Wait WriteEvents WriteJobInResults
    Remove-Item: Stream
    Restart-Computer: DcomAuthentication Delay For Protocol Timeout Wait WsmanAuthentication
    Select-Object: Wait
    Set-Content: Stream
    Start-Job: DefinitionName DefinitionPath LiteralPath PSVersion Type
    Tee-Object: Append LiteralPath
    Test-Path: NewerThan OlderThan
    Update-TypeData: DefaultDisplayProperty DefaultDisplayPropertySet DefaultKeyPropertySet Force
        InheritPropertySerializationSet MemberName MemberType PropertySerializationSet SecondValue
        SerializationDepth SerializationMethod StringSerializationSource TargetTypeForDeserialization
        TypeAdapter TypeConverter TypeData TypeName Value
    Wait-Job: Force
    Where-Object: CContains CEQ CGE CGT CIn CLE CLike CLT CMatch CNE CNotContains CNotIn CNotLike CNotMatch
        Contains EQ GE GT In Is IsNot LE Like LT Match NE NotContains NotIn NotLike NotMatch Property Value
"""


def _parameters() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for part in _LISTED.replace("\n        ", " ").strip().split("\n"):
        command, _, names = part.partition(":")
        found[command.strip().lower()] = frozenset(name.lower() for name in names.split())
    return found


PARAMETERS: Final = _parameters()
"""Command -> parameters, in lower case."""
