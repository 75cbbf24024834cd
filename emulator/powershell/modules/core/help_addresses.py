"""Where the online help of cmdlets is: the HelpUri of their declaration (5.1 links to the redirector of
Microsoft; the numbers are those of the first public source)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from emulator.powershell.parser import ast
from emulator.powershell.runtime.commands import CmdletInfo, CommandInfo, ExternalScriptInfo, FunctionInfo
from emulator.powershell.runtime.compiler.parameters import short

_REDIRECTOR = "https://go.microsoft.com/fwlink/?"


@cache
def _addresses() -> dict[str, str]:
    text = (Path(__file__).parent / "help_addresses.json").read_text(encoding="utf-8")
    return {name.lower(): link for name, link in json.loads(text).items()}


def help_address(command: CommandInfo) -> str:
    """HelpUri of a cmdlet, or what the CmdletBinding attribute of a function or script says; else empty."""
    if isinstance(command, CmdletInfo):
        link = _addresses().get(command.name.lower())
        return f"{_REDIRECTOR}{link}" if link else ""
    if not isinstance(command, FunctionInfo | ExternalScriptInfo):
        return ""
    block = command.script.compiled.ast.param_block
    for attribute in block.attributes if block is not None else ():
        if isinstance(attribute, ast.AttributeAst) and short(attribute.type_name.name) == "cmdletbinding":
            for named in attribute.named_arguments:
                value = named.argument
                if named.argument_name.lower() == "helpuri" and isinstance(
                    value, ast.StringConstantExpressionAst
                ):
                    return value.value
    return ""
