"""System.Management.Automation.Language.StaticParameterBinder and what it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import GenericDictionary
from emulator.powershell.dotnet.exceptions import null_argument
from emulator.powershell.dotnet.library import syntax_trees as _trees  # noqa: F401 - registers CommandAst
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.parser import ast
from emulator.powershell.runtime.static_binder import BindingFailure, BoundSyntax, StaticBinding, bind_command

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_SPACE = "System.Management.Automation.Language."


def _dictionary(items: dict[str, Any]) -> GenericDictionary:
    return GenericDictionary(
        items.items(), builtin("System.Collections.Generic.Dictionary`2"), case_sensitive=False
    )


def _bind(
    engine: Engine, command: ast.CommandAst | None, resolve: bool = True, wanted: Any = None
) -> StaticBinding:
    if command is None:
        raise null_argument("commandAst")
    if wanted and resolve:
        # As in .NET: a command that has none of the wanted parameters is not worth looking up.
        names = [str(one).lower() for one in wanted]
        resolve = any(
            one.parameter_name and any(name.startswith(one.parameter_name.lower()) for name in names)
            for one in command.command_elements
            if isinstance(one, ast.CommandParameterAst)
        )
    return bind_command(engine, command, resolve)


register(
    PSType(
        f"{_SPACE}StaticParameterBinder",
        is_abstract=True,
        static={
            f"@BindCommand({_SPACE}CommandAst commandAst)": _bind,
            f"@BindCommand({_SPACE}CommandAst commandAst, bool resolve)": _bind,
            f"@BindCommand({_SPACE}CommandAst commandAst, bool resolve, string[] desiredParameters)": _bind,
        },
    )
)
register(
    PSType(
        f"{_SPACE}StaticBindingResult",
        instance={
            "BoundParameters": lambda r: _dictionary(r.bound),
            "BindingExceptions": lambda r: _dictionary(r.failures),
        },
    ),
    StaticBinding,
)
register(
    PSType(
        f"{_SPACE}ParameterBindingResult",
        instance={
            "Parameter": lambda b: b.parameter,
            "ConstantValue": lambda b: b.constant,
            "Value": lambda b: b.value,
        },
    ),
    BoundSyntax,
)
register(
    PSType(
        f"{_SPACE}StaticBindingError",
        instance={
            "CommandElement": lambda f: f.element,
            "BindingException": lambda f: f.exception,
        },
    ),
    BindingFailure,
)
