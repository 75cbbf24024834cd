"""The syntax lines of a command (Get-Command -Syntax)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.runtime.metadata import CommandMetadata, Parameter, SetFlags

if TYPE_CHECKING:
    from emulator.powershell.runtime.commands import CommandInfo
    from emulator.powershell.runtime.engine import Engine


def syntax_of(command: CommandInfo, engine: Engine) -> str:
    """One line for each parameter set, with blank lines around as PowerShell prints them."""
    shape = command.metadata(engine)
    if shape is None:
        return command.definition(engine)
    lines = [f"{command.name} {set_text(shape, name, engine)}" for name in shape.set_names]
    return "\r\n" + "\r\n\r\n".join(lines) + "\r\n"


def set_parameters(shape: CommandMetadata, name: str) -> list[tuple[Parameter, SetFlags]]:
    """The parameters of a set as its syntax lists them: by position, then the mandatory ones first."""
    own: list[tuple[int, bool, Parameter, SetFlags]] = []
    for one in shape.parameters.values():
        flags = one.flags(name)
        if flags is None or (one.common and one.name.lower() not in ("whatif", "confirm")):
            continue
        place = flags.position if flags.position is not None else 1 << 30
        own.append((place, not flags.mandatory, one, flags))
    own.sort(key=lambda item: (item[0], item[1]))
    return [(one, flags) for _, _, one, flags in own]


def set_text(shape: CommandMetadata, name: str, engine: Engine) -> str:
    """The parameters of one set, as CommandParameterSetInfo.ToString gives them."""
    parts = [_text(one, flags, engine) for one, flags in set_parameters(shape, name)]
    if shape.is_cmdlet:
        parts.append("[<CommonParameters>]")
    return " ".join(parts)


def _text(parameter: Parameter, flags: SetFlags, engine: Engine) -> str:
    name = f"-{parameter.name}"
    if parameter.is_switch:
        return name if flags.mandatory else f"[{name}]"
    kind = parameter.kind(engine)
    shown = short_type(kind.name if kind is not None else parameter.type_name)
    if flags.position is not None:
        name = f"[{name}]"
    text = f"{name} <{shown}>"
    return text if flags.mandatory else f"[{text}]"


_ACCELERATED = {
    **{
        f"System.{name}": name.lower()
        for name in (
            *("String", "Byte", "SByte", "Int16", "UInt16", "UInt32", "UInt64", "Char", "Decimal", "Double"),
            *("DateTime", "TimeSpan", "Guid", "Version", "Uri", "Type", "Void"),
        )
    },
    "System.Int32": "int",
    "System.Int64": "long",
    "System.Single": "float",
    "System.Boolean": "bool",
    "System.Object": "Object",
    "System.Collections.Hashtable": "hashtable",
    "System.Globalization.CultureInfo": "cultureinfo",
    "System.Net.IPAddress": "ipaddress",
    "System.Net.Mail.MailAddress": "mailaddress",
    "System.Security.SecureString": "securestring",
    "System.Text.RegularExpressions.Regex": "regex",
    "System.Xml.XmlDocument": "xml",
    "System.Management.Automation.PSObject": "psobject",
    "System.Management.Automation.PSModuleInfo": "psmoduleinfo",
    "System.Management.Automation.ScriptBlock": "scriptblock",
    "System.Management.Automation.SwitchParameter": "switch",
    "System.Management.Automation.PSCredential": "pscredential",
    "Microsoft.Management.Infrastructure.CimInstance": "ciminstance",
    "Microsoft.Management.Infrastructure.CimSession": "CimSession",
}


def short_type(name: str) -> str:
    """A type as the syntax of cmdlets names it."""
    if name.startswith("System.Nullable`1["):
        return short_type(name.removeprefix("System.Nullable`1[").removesuffix("]"))
    array = "[]" if name.endswith("[]") else ""
    plain = name.removesuffix("[]")
    return _ACCELERATED.get(plain, plain.rpartition(".")[2]) + array
