"""Functions that every session has from its start, as scripts."""

from emulator.powershell.verbs import VERBS

_GROUPS = "; ".join(f"'{group}' = '{verbs}'" for group, verbs in VERBS.items())

_CATEGORIES = (
    "'Alias', 'Cmdlet', 'Provider', 'General', 'FAQ', 'Glossary', 'HelpFile', 'ScriptCommand', 'Function', "
    "'Filter', 'ExternalScript', 'All', 'DefaultHelp', 'Workflow', 'DscResource', 'Class', 'Configuration'"
)

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
    "help": "<#\n.FORWARDHELPTARGETNAME Get-Help\n.FORWARDHELPCATEGORY Cmdlet\n#>\n"
    "[CmdletBinding(DefaultParameterSetName = 'AllUsersView', "
    "HelpUri = 'https://go.microsoft.com/fwlink/?LinkID=113316')]\n"
    "param([Parameter(Position = 0, ValueFromPipelineByPropertyName = $true)][string] $Name,\n"
    f"  [string] $Path, [ValidateSet({_CATEGORIES})][string[]] $Category,\n"
    "  [string[]] $Component, [string[]] $Functionality, [string[]] $Role,\n"
    "  [Parameter(ParameterSetName = 'DetailedView', Mandatory = $true)][switch] $Detailed,\n"
    "  [Parameter(ParameterSetName = 'AllUsersView')][switch] $Full,\n"
    "  [Parameter(ParameterSetName = 'Examples', Mandatory = $true)][switch] $Examples,\n"
    "  [Parameter(ParameterSetName = 'Parameters', Mandatory = $true)][string] $Parameter,\n"
    "  [Parameter(ParameterSetName = 'Online', Mandatory = $true)][switch] $Online,\n"
    "  [Parameter(ParameterSetName = 'ShowWindow', Mandatory = $true)][switch] $ShowWindow)\n"
    "$OutputEncoding = [Console]::OutputEncoding\n"
    "Get-Help @PSBoundParameters | more",
    "more": "param([string[]] $paths)\n"
    "$OutputEncoding = [Console]::OutputEncoding\n"
    "if ($paths) { foreach ($one in $paths) { Get-Content $one | more.com } } else { $input | more.com }",
    "mkdir": "<#\n.FORWARDHELPTARGETNAME New-Item\n.FORWARDHELPCATEGORY Cmdlet\n#>\n"
    "[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]\n"
    "param([Parameter(Position = 0, ValueFromPipelineByPropertyName = $true)][string[]] $Path,\n"
    "  [string] $Name, [Parameter(ValueFromPipeline = $true)] $Value, [switch] $Force)\n"
    "process { New-Item -ItemType Directory @PSBoundParameters }",
    "oss": "[CmdletBinding()] param([ValidateRange(2, 2147483647)][int] $Width,\n"
    "  [Parameter(ValueFromPipeline = $true)][psobject] $InputObject)\n"
    "begin { $all = @() } process { $all += $InputObject }\n"
    "end { $null = $PSBoundParameters.Remove('InputObject'); $all | Out-String -Stream @PSBoundParameters }",
    "TabExpansion2": "[CmdletBinding(DefaultParameterSetName = 'ScriptInputSet')]\n"
    "param([Parameter(ParameterSetName = 'ScriptInputSet', Mandatory = $true, Position = 0)]"
    "[string] $inputScript,\n"
    "  [Parameter(ParameterSetName = 'ScriptInputSet', Mandatory = $true, Position = 1)]"
    "[int] $cursorColumn,\n"
    "  [Parameter(ParameterSetName = 'AstInputSet', Mandatory = $true, Position = 0)]"
    "[System.Management.Automation.Language.Ast] $ast,\n"
    "  [Parameter(ParameterSetName = 'AstInputSet', Mandatory = $true, Position = 1)]"
    "[System.Management.Automation.Language.Token[]] $tokens,\n"
    "  [Parameter(ParameterSetName = 'AstInputSet', Mandatory = $true, Position = 2)]"
    "[System.Management.Automation.Language.IScriptPosition] $positionOfCursor,\n"
    "  [Parameter(ParameterSetName = 'ScriptInputSet', Position = 2)]\n"
    "  [Parameter(ParameterSetName = 'AstInputSet', Position = 3)][Hashtable] $options = $null)\n"
    "if ($PSCmdlet.ParameterSetName -eq 'ScriptInputSet') {\n"
    "  [System.Management.Automation.CommandCompletion]::CompleteInput("
    "$inputScript, $cursorColumn, $options)\n"
    "} else {\n"
    "  [System.Management.Automation.CommandCompletion]::CompleteInput("
    "$ast, $tokens, $positionOfCursor, $options)\n"
    "}",
    "cd..": "Set-Location ..",
    "cd\\": "Set-Location \\",
}
"""Name -> body. The bodies are our own; what they do is that of Windows PowerShell's."""
