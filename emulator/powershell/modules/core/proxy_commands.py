"""System.Management.Automation.CommandMetadata and ProxyCommand: the text of a function that stands for a
command, as Windows writes it.

What the tables of cmdlets do not know is not in it: checks of values other than sets of words, and the
capability RemotingCapability.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import GenericDictionary
from emulator.powershell.dotnet.exceptions import NetError, null_argument
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, builtin, kept, register
from emulator.powershell.modules.core.help_addresses import help_address
from emulator.powershell.parser.quoting import escaped, quoted
from emulator.powershell.runtime.commands import CommandInfo
from emulator.powershell.runtime.metadata import ALL_SETS, Parameter, SetFlags

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_A = "System.Management.Automation."
_PROVIDERS = "Microsoft.PowerShell.Management"
_OF_ITEMS = ("Content", "Item", "ItemProperty", "ItemPropertyValue", "ChildItem", "Location", "Path")
_STEP = """
    try {
        %s
    } catch {
        throw
    }
"""
_OUT_BUFFER = """$outBuffer = $null
        if ($PSBoundParameters.TryGetValue('OutBuffer', [ref]$outBuffer))
        {
            $PSBoundParameters['OutBuffer'] = 1
        }"""
_FIND = "$ExecutionContext.InvokeCommand.GetCommand('{}', [System.Management.Automation.CommandTypes]::{})"
_DYNAMIC = """$targetCmd = %s
        $dynamicParams = @($targetCmd.Parameters.GetEnumerator() | Microsoft.PowerShell.Core\\Where-Object { $_.Value.IsDynamic })
        if ($dynamicParams.Length -gt 0)
        {
            $paramDictionary = [Management.Automation.RuntimeDefinedParameterDictionary]::new()
            foreach ($param in $dynamicParams)
            {
                $param = $param.Value

                if(-not $MyInvocation.MyCommand.Parameters.ContainsKey($param.Name))
                {
                    $dynParam = [Management.Automation.RuntimeDefinedParameter]::new($param.Name, $param.ParameterType, $param.Attributes)
                    $paramDictionary.Add($param.Name, $dynParam)
                }
            }
            return $paramDictionary
        }"""  # noqa: E501 - as Windows writes it


class CommandDescription:
    """CommandMetadata: what a script may change before it has the text made."""

    def __init__(self, engine: Engine, command: CommandInfo) -> None:
        shape = command.metadata(engine)
        self.engine = engine
        self.command = command
        self.name = command.name
        self.default_set = (shape.default_set if shape is not None else None) or ""
        self.is_cmdlet = shape is None or shape.is_cmdlet
        self.asks = shape is not None and shape.supports_should_process
        self.impact = (shape.confirm_impact if shape is not None else None) or "Medium"
        self.help_uri = help_address(command)
        self.positional = True
        found = shape.parameters.values() if shape is not None else ()
        kind = builtin("System.Collections.Generic.Dictionary`2")
        own = [(one.name, one) for one in found if not one.common]
        self.parameters = GenericDictionary(own, kind, case_sensitive=False)

    @property
    def wrapped(self) -> str:
        """The command's name with that of its module."""
        module = self.command.module_name
        return f"{module}\\{self.command.name}" if module else self.command.name

    @property
    def has_dynamic_parameters(self) -> bool:
        """Whether providers add parameters to it."""
        noun = self.command.name.partition("-")[2]
        return self.command.module_name == _PROVIDERS and noun in _OF_ITEMS


def binding(command: CommandDescription) -> str:
    """GetCmdletBindingAttribute."""
    if not command.is_cmdlet:
        return ""
    parts = []
    if command.default_set and command.default_set != ALL_SETS:
        parts.append(f"DefaultParameterSetName={quoted(command.default_set)}")
    if command.asks:
        parts += ["SupportsShouldProcess=$true", f"ConfirmImpact='{command.impact}'"]
    if not command.positional:
        parts.append("PositionalBinding=$false")
    if command.help_uri:
        parts.append(f"HelpUri={quoted(command.help_uri)}")
    return f"[CmdletBinding({', '.join(parts)})]"


def parameters(command: CommandDescription) -> str:
    """GetParamBlock."""
    return ",\r\n".join(
        "".join(f"\r\n    {line}" for line in _lines(command, name, held))
        for name, one in command.parameters.items()
        if isinstance(held := unwrap(one), Parameter)
    )


def _lines(command: CommandDescription, name: str, parameter: Parameter) -> Iterator[str]:
    if command.is_cmdlet:
        for set_name, flags in parameter.sets.items():
            words = [] if set_name == ALL_SETS else [f"ParameterSetName={quoted(set_name)}"]
            words += _flags(flags)
            if words:
                yield f"[Parameter({', '.join(words)})]"
    if parameter.aliases:
        yield f"[Alias({','.join(map(quoted, parameter.aliases))})]"
    if parameter.allow_null:
        yield "[AllowNull()]"
    if parameter.allow_empty_text:
        yield "[AllowEmptyString()]"
    if parameter.allow_empty_collection:
        yield "[AllowEmptyCollection()]"
    if parameter.values:
        yield f"[ValidateSet({','.join(map(quoted, parameter.values))})]"
    kind = parameter.kind(command.engine)
    if parameter.is_switch:
        yield "[switch]"
    elif kind is not None:
        yield f"[{_short(kind)}]"
    if kind is not None and kind.name == f"{_A}PSCredential":
        yield "[System.Management.Automation.CredentialAttribute()]"
    yield f"${{{name}}}"


def _flags(flags: SetFlags) -> list[str]:
    words = ["Mandatory=$true"] if flags.mandatory else []
    words += [f"Position={flags.position}"] if flags.position is not None else []
    words += ["ValueFromPipeline=$true"] if flags.by_value else []
    words += ["ValueFromPipelineByPropertyName=$true"] if flags.by_name else []
    words += ["ValueFromRemainingArguments=$true"] if flags.remaining else []
    return words


def _short(kind: PSType) -> str:
    """A type as PowerShell writes it in code: by its accelerator where it has one."""
    from emulator.powershell.dotnet.library.catalog import ACCELERATORS

    if kind.element_type is not None:
        return f"{_short(kind.element_type)}[]"
    return _NAMES.get(kind.name) or next(
        (name for name, full in ACCELERATORS.items() if full == kind.name), kind.name
    )


_NAMES = {
    "System.Int32": "int",
    "System.Int64": "long",
    "System.UInt64": "uint64",
    "System.Int16": "int16",
    "System.Single": "float",
    "System.Management.Automation.PSObject": "psobject",
    "System.Management.Automation.PSCredential": "pscredential",
    "System.Management.Automation.ScriptBlock": "scriptblock",
}


def begin(command: CommandDescription) -> str:
    """GetBegin."""
    origin = "" if command.command.kind == "Function" else "$myInvocation.CommandOrigin"
    find = _FIND.format(escaped(command.wrapped), command.command.kind)
    lines = [
        f"$wrappedCmd = {find}",
        "$scriptCmd = {& $wrappedCmd @PSBoundParameters }",
        f"$steppablePipeline = $scriptCmd.GetSteppablePipeline({origin})",
    ]
    if command.is_cmdlet:
        lines.insert(0, _OUT_BUFFER)
        lines.append("$steppablePipeline.Begin($PSCmdlet)")
    else:
        lines.insert(1, "$PSBoundParameters.Add('$args', $args)")
        lines.append("$steppablePipeline.Begin($myInvocation.ExpectingInput, $ExecutionContext)")
    return _windows(_STEP % "\n        ".join(lines))


def process(_command: CommandDescription) -> str:
    """GetProcess."""
    return _windows(_STEP % "$steppablePipeline.Process($_)")


def end(_command: CommandDescription) -> str:
    """GetEnd."""
    return _windows(_STEP % "$steppablePipeline.End()")


def dynamic(command: CommandDescription) -> str:
    """GetDynamicParam; empty for a command without dynamic parameters."""
    if not command.has_dynamic_parameters:
        return ""
    find = _FIND.format(escaped(command.wrapped), command.command.kind)
    return _windows(_STEP % (_DYNAMIC % f"{find[:-1]}, $PSBoundParameters)"))


def created(command: CommandDescription, comment: str = "", with_dynamic: bool = True) -> str:
    """Create: the whole text."""
    kind = command.command.kind
    told = comment or f"\r\n.ForwardHelpTargetName {command.wrapped}\r\n.ForwardHelpCategory {kind}\r\n"
    block = dynamic(command) if with_dynamic else ""
    extra = f"dynamicparam\r\n{{{block}}}\r\n\r\n" if block else ""
    return (
        f"{binding(command)}\r\nparam({parameters(command)})\r\n\r\n{extra}begin\r\n{{{begin(command)}}}\r\n\r\n"
        f"process\r\n{{{process(command)}}}\r\n\r\nend\r\n{{{end(command)}}}\r\n"
        f"<#\r\n{told.replace('#>', '#`>')}\r\n#>\r\n"
    )


def _windows(text: str) -> str:
    return text.replace("\n", "\r\n")


def _described(engine: Engine, _kind: PSType, command: Any, *_rest: Any) -> CommandDescription:
    held = unwrap(command)
    if held is None:
        raise null_argument("commandInfo")
    if not isinstance(held, CommandInfo):
        text = "The command is not one whose parameters are known."
        raise NetError("System.NotSupportedException", text)
    return CommandDescription(engine, held)


register(
    PSType(
        f"{_A}CommandMetadata",
        instance={
            **kept("Name: string", "name"),
            **kept("DefaultParameterSetName: string", "default_set"),
            **kept("SupportsShouldProcess: bool", "asks"),
            **kept("PositionalBinding: bool", "positional"),
            **kept("HelpUri: string", "help_uri"),
            **kept("ConfirmImpact", "impact"),
            "Parameters": lambda c: c.parameters,
        },
        construct={
            "@new(object commandInfo)": _described,
            "@new(object commandInfo, bool shouldGenerateCommonParameters)": _described,
        },
    ),
    CommandDescription,
)
_OF = f"{_A}CommandMetadata commandMetadata"
register(
    PSType(
        f"{_A}ProxyCommand",
        is_abstract=True,
        static={
            f"Create({_OF})": created,
            f"Create({_OF}, string helpComment)": created,
            f"Create({_OF}, string helpComment, bool generateDynamicParameters)": created,
            f"GetCmdletBindingAttribute({_OF})": binding,
            f"GetParamBlock({_OF})": parameters,
            f"GetBegin({_OF})": begin,
            f"GetProcess({_OF})": process,
            f"GetEnd({_OF})": end,
            f"GetDynamicParam({_OF})": dynamic,
        },
    )
)
