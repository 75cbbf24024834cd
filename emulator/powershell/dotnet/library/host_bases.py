"""PSHost, PSHostUserInterface and PSHostRawUserInterface: what scripts derive hosts of their own from.

Source of the members: the reference of System.Management.Automation.Host. Those that are not abstract there
do here what they do there; the others are the derived class's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.types import PSType, register

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_SPACE = "System.Management.Automation.Host."
_COLORS = "System.ConsoleColor foregroundColor, System.ConsoleColor backgroundColor"


def _call(engine: Engine, value: Any, name: str, *arguments: Any) -> None:
    from emulator.powershell.runtime.invoke import call_method

    call_method(value, name, list(arguments), engine)


def _line(engine: Engine, interface: Any) -> None:
    _call(engine, interface, "WriteLine", "")


def _colored_line(engine: Engine, interface: Any, foreground: Any, background: Any, text: str) -> None:
    if text:
        _call(engine, interface, "Write", foreground, background, text)
    _call(engine, interface, "Write", "\n")


register(
    PSType(
        f"{_SPACE}PSHost",
        is_abstract=True,
        instance={"PrivateData: psobject": lambda _host: None},
    )
)
register(
    PSType(
        f"{_SPACE}PSHostUserInterface",
        is_abstract=True,
        instance={
            "@WriteLine()": _line,
            f"@WriteLine({_COLORS}, string value)": _colored_line,
            "WriteInformation(object record)": lambda _interface, _record: None,
            "SupportsVirtualTerminal: bool": lambda _interface: False,
        },
    )
)
register(PSType(f"{_SPACE}PSHostRawUserInterface", is_abstract=True))
