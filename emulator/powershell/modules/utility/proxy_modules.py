"""The files of a module whose functions run commands of a session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from emulator.powershell.parser.quoting import quoted
from emulator.powershell.runtime.command_pipeline import FORWARDING
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.powershell.runtime.remote_sessions import ConnectionRequest

#: Common parameters: the functions have them as advanced functions.
_COMMON = frozenset(
    {
        *("verbose", "debug", "erroraction", "warningaction", "informationaction", "errorvariable"),
        *("warningvariable", "informationvariable", "outvariable", "outbuffer", "pipelinevariable"),
    }
)
#: Those that are about this session only, and stay here.
_HERE = "ErrorVariable WarningVariable InformationVariable OutVariable OutBuffer PipelineVariable"


class RemoteCommandShape(Record):
    """A command of a session: its parameters are names, aliases and whether each is a switch; ``target`` is
    what an alias stands for."""

    name: str
    is_alias: bool
    target: str
    parameters: tuple[tuple[str, tuple[str, ...], bool], ...] = ()


def module_text(
    commands: Sequence[RemoteCommandShape], request: ConnectionRequest, *, is_temporary: bool
) -> str:
    """The script module. One for a while takes its session as an argument; others open one when they need
    it."""
    functions = [one for one in commands if not one.is_alias]
    aliases = [one for one in commands if one.is_alias]
    parts = [
        "# Implicit remoting module",
        "param($SessionOverride)",
        "$script:session = $SessionOverride",
        _session_function(request, opens=not is_temporary),
        _removal() if is_temporary else "",
        *map(_function, functions),
        *(
            f"Set-Alias -Name {quoted(one.name)} -Value {quoted(one.target)} -Force -Scope Script"
            for one in aliases
        ),
        "Export-ModuleMember -Function @("
        + ", ".join(quoted(one.name) for one in functions)
        + ") -Alias @("
        + ", ".join(quoted(one.name) for one in aliases)
        + ")",
    ]
    return "\r\n\r\n".join(one for one in parts if one).replace("\r\n", "\n").replace("\n", "\r\n") + "\r\n"


def _removal() -> str:
    return (
        "$ExecutionContext.SessionState.Module.OnRemove = {\n"
        "    Remove-Item -LiteralPath $PSScriptRoot -Recurse -Force -ErrorAction SilentlyContinue\n"
        "}"
    )


def _session_function(request: ConnectionRequest, *, opens: bool) -> str:
    opening = ""
    if opens:
        words = [f"-ComputerName {quoted(request.computer)}"]
        words.append(f"-ConfigurationName {quoted(request.configuration)}")
        words += [f"-Port {request.port}"] if request.port is not None else []
        words += ["-UseSSL"] if request.use_ssl else []
        if request.user is not None:
            words.append(f"-Credential (Get-Credential -Credential {quoted(request.user)})")
        opening = (
            "    if ($null -eq $script:session -or $script:session.State -ne 'Opened') {\n"
            '        Write-Host "Creating a new session for implicit remoting of `"$CommandName`" '
            'command..."\n'
            f"        $script:session = New-PSSession {' '.join(words)}\n"
            "    }\n"
        )
    return (
        "function Get-PSImplicitRemotingSession {\n"
        "    param([string] $CommandName)\n"
        f"{opening}"
        "    if ($null -eq $script:session) {\n"
        "        throw 'No session has been associated with this implicit remoting module.'\n"
        "    }\n"
        "    $script:session\n"
        "}"
    )


def _function(command: RemoteCommandShape) -> str:
    known = [one for one in command.parameters if one[0].lower() not in _COMMON]
    names = {name.lower() for name, _, _ in known}
    blocks = [_parameter(*one) for one in known]
    as_job = "" if "asjob" in names else "[switch] ${AsJob}"
    if as_job:
        blocks.append(as_job)
    blocks.append("[Parameter(ValueFromRemainingArguments=$true)] ${PositionalArguments}")
    blocks.append("[Parameter(ValueFromPipeline=$true)] [AllowNull()] ${PipelineInput}")
    name = quoted(command.name)
    return (
        f"function {command.name} {{\n"
        "[CmdletBinding(PositionalBinding=$false)]\n"
        "param(\n    " + ",\n    ".join(blocks) + "\n)\n"
        "begin {\n"
        "    $bound = @{}\n"
        "    $here = @{}\n"
        "    foreach ($one in $PSBoundParameters.GetEnumerator()) {\n"
        "        if ('PositionalArguments', 'PipelineInput' -contains $one.Key) { continue }\n"
        f"        if ('{_HERE}'.Split(' ') -contains $one.Key) {{ continue }}\n"
        + ("        if ($one.Key -eq 'AsJob') { $here['AsJob'] = $one.Value; continue }\n" if as_job else "")
        + "        $value = if ($one.Value -is [switch]) { [bool] $one.Value } else { $one.Value }\n"
        "        $bound[$one.Key] = $value\n"
        "    }\n"
        f"    $session = Get-PSImplicitRemotingSession -CommandName {name}\n"
        "    $forward = {\n"
        "        Microsoft.PowerShell.Core\\Invoke-Command @here -HideComputerName -Session $session"
        f" -ArgumentList ({name}, $bound, $PositionalArguments) -ScriptBlock {{ {FORWARDING} }}\n"
        "    }\n"
        "    $pipeline = $forward.GetSteppablePipeline($MyInvocation.CommandOrigin)\n"
        "    $pipeline.Begin($PSCmdlet)\n"
        "}\n"
        "process { $pipeline.Process($_) }\n"
        "end { $pipeline.End() }\n"
        "}"
    )


def _parameter(name: str, aliases: tuple[str, ...], is_switch: bool) -> str:
    attributes = f"[Alias({', '.join(map(quoted, aliases))})] " if aliases else ""
    return f"{attributes}{'[switch] ' if is_switch else ''}${{{name}}}"


def manifest(name: str, identifier: str, computer: str) -> str:
    """The module's manifest."""
    return (
        "@{\r\n"
        f"    GUID = '{UUID(identifier)}'\r\n"
        f"    Description = {quoted(f'Implicit remoting for http://{computer}/wsman')}\r\n"
        f"    ModuleVersion = '1.0'\r\n"
        f"    RootModule = {quoted(f'{name}.psm1')}\r\n"
        f"    FormatsToProcess = {quoted(f'{name}.format.ps1xml')}\r\n"
        "    FunctionsToExport = '*'\r\n"
        "    AliasesToExport = '*'\r\n"
        "    PrivateData = @{ ImplicitRemoting = $true }\r\n"
        "}\r\n"
    )
