"""Functions that every session has from its start, as scripts."""

_VERBS = {
    "Common": (
        "Add Clear Close Copy Enter Exit Find Format Get Hide Join Lock Move New Open Optimize Pop "
        "Push Redo Remove Rename Reset Resize Search Select Set Show Skip Split Step Switch Undo "
        "Unlock Watch"
    ),
    "Data": (
        "Backup Checkpoint Compare Compress Convert ConvertFrom ConvertTo Dismount Edit Expand "
        "Export Group Import Initialize Limit Merge Mount Out Publish Restore Save Sync Unpublish "
        "Update"
    ),
    "Lifecycle": (
        "Approve Assert Complete Confirm Deny Disable Enable Install Invoke Register Request "
        "Restart Resume Start Stop Submit Suspend Uninstall Unregister Wait"
    ),
    "Diagnostic": "Debug Measure Ping Repair Resolve Test Trace",
    "Communications": "Connect Disconnect Read Receive Send Write",
    "Security": "Block Grant Protect Revoke Unblock Unprotect",
    "Other": "Use",
}
"""The approved verbs by group, in the order in which Get-Verb lists the groups."""

_GROUPS = "; ".join(f"'{group}' = '{verbs}'" for group, verbs in _VERBS.items())

FUNCTIONS = {
    "prompt": '"PS $($executionContext.SessionState.Path.CurrentLocation)'
    "$('>' * ($nestedPromptLevel + 1)) \"",
    "Get-Verb": "param([Parameter(ValueFromPipeline = $true)][string[]] $verb = '*')\n"
    f"begin {{ $groups = [ordered]@{{ {_GROUPS} }} }}\n"
    "process {\n"
    "  foreach ($pattern in $verb) { foreach ($group in $groups.Keys) {\n"
    "    foreach ($one in $groups[$group] -split ' ') {\n"
    "      if ($one -like $pattern) { [pscustomobject]@{ Verb = $one; Group = $group } } } } }\n"
    "}",
    "mkdir": "[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]\n"
    "param([Parameter(Position = 0, ValueFromPipelineByPropertyName = $true)][string[]] $Path,\n"
    "  [string] $Name, [Parameter(ValueFromPipeline = $true)] $Value, [switch] $Force)\n"
    "process { New-Item -ItemType Directory @PSBoundParameters }",
    "oss": "[CmdletBinding()] param([ValidateRange(2, 2147483647)][int] $Width,\n"
    "  [Parameter(ValueFromPipeline = $true)][psobject] $InputObject)\n"
    "begin { $all = @() } process { $all += $InputObject }\n"
    "end { $null = $PSBoundParameters.Remove('InputObject'); $all | Out-String -Stream @PSBoundParameters }",
    "cd..": "Set-Location ..",
    "cd\\": "Set-Location \\",
}
"""Name -> body. The bodies are our own; what they do is that of Windows PowerShell's."""
